//! Capabilities: names, and what the specification's five lists ask for.
//!
//! Nothing is added that was not asked for: a non-empty inheritable set in a default specification was a vulnerability of
//! other runtimes. A name that is unknown is refused, because a profile with a typing error is not what its author meant.

use super::Refusal;
use hcs_schema::oci;

/// Names by number.
pub const NAMES: [&str; 41] = [
    "CAP_CHOWN",
    "CAP_DAC_OVERRIDE",
    "CAP_DAC_READ_SEARCH",
    "CAP_FOWNER",
    "CAP_FSETID",
    "CAP_KILL",
    "CAP_SETGID",
    "CAP_SETUID",
    "CAP_SETPCAP",
    "CAP_LINUX_IMMUTABLE",
    "CAP_NET_BIND_SERVICE",
    "CAP_NET_BROADCAST",
    "CAP_NET_ADMIN",
    "CAP_NET_RAW",
    "CAP_IPC_LOCK",
    "CAP_IPC_OWNER",
    "CAP_SYS_MODULE",
    "CAP_SYS_RAWIO",
    "CAP_SYS_CHROOT",
    "CAP_SYS_PTRACE",
    "CAP_SYS_PACCT",
    "CAP_SYS_ADMIN",
    "CAP_SYS_BOOT",
    "CAP_SYS_NICE",
    "CAP_SYS_RESOURCE",
    "CAP_SYS_TIME",
    "CAP_SYS_TTY_CONFIG",
    "CAP_MKNOD",
    "CAP_LEASE",
    "CAP_AUDIT_WRITE",
    "CAP_AUDIT_CONTROL",
    "CAP_SETFCAP",
    "CAP_MAC_OVERRIDE",
    "CAP_MAC_ADMIN",
    "CAP_SYSLOG",
    "CAP_WAKE_ALARM",
    "CAP_BLOCK_SUSPEND",
    "CAP_AUDIT_READ",
    "CAP_PERFMON",
    "CAP_BPF",
    "CAP_CHECKPOINT_RESTORE",
];

/// The five sets as bits; bit *n* is capability number *n*.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sets {
    /// What a program can ever gain.
    pub bounding: u64,
    /// What is in force.
    pub effective: u64,
    /// What a program with file capabilities may inherit.
    pub inheritable: u64,
    /// What may be put in force.
    pub permitted: u64,
    /// What a program of an ordinary user keeps.
    pub ambient: u64,
}

/// The name of capability `number`.
pub fn name(number: u32) -> String {
    NAMES.get(number as usize).map_or_else(|| format!("capability {number}"), |name| (*name).to_owned())
}

/// The names of all capabilities in `set`.
pub fn names(set: u64) -> String {
    let names: Vec<String> = (0..64).filter(|number| set >> number & 1 == 1).map(name).collect();
    names.join(", ")
}

/// The capabilities of one list.
fn parse_set(property: &str, listed: &[String]) -> Result<u64, Refusal> {
    let mut set = 0;
    for wanted in listed {
        let number = NAMES.iter().position(|name| name == wanted).ok_or_else(|| {
            Refusal::invalid(
                format!("process.capabilities.{property}"),
                format!("{wanted:?} is not a capability (they are spelled like CAP_CHOWN)"),
            )
        })?;
        set |= 1u64 << number;
    }
    Ok(set)
}

/// Refuses `property` when it lists more than `outer` does, which the kernel never grants.
fn within(property: &str, set: u64, outer_name: &str, outer: u64) -> Result<(), Refusal> {
    if set & !outer == 0 {
        return Ok(());
    }
    let why = format!("{} must also be in {outer_name}", names(set & !outer));
    Err(Refusal::invalid(format!("process.capabilities.{property}"), why))
}

/// Reads the specification's lists; an absent section means no capability at all.
pub fn parse(listed: Option<&oci::Capabilities>) -> Result<Sets, Refusal> {
    let Some(listed) = listed else { return Ok(Sets::default()) };
    let sets = Sets {
        bounding: parse_set("bounding", &listed.bounding)?,
        effective: parse_set("effective", &listed.effective)?,
        inheritable: parse_set("inheritable", &listed.inheritable)?,
        permitted: parse_set("permitted", &listed.permitted)?,
        ambient: parse_set("ambient", &listed.ambient)?,
    };
    within("effective", sets.effective, "permitted", sets.permitted)?;
    let granted = sets.permitted & sets.inheritable;
    Ok(Sets { ambient: sets.ambient & granted, ..sets })
}

/// A warning about ambient capabilities that the kernel never grants, because they are not both permitted and inheritable.
///
/// The specification wants a warning, not a failure, and other tools write such lists by default.
pub fn warning(listed: &oci::Capabilities) -> Option<String> {
    let held = |list: &[String], wanted: &String| list.contains(wanted);
    let granted = |wanted: &&String| held(&listed.permitted, wanted) && held(&listed.inheritable, wanted);
    let lost: Vec<&str> = listed.ambient.iter().filter(|wanted| !granted(wanted)).map(String::as_str).collect();
    let why = "cannot be granted: an ambient capability must also be in permitted and in inheritable";
    (!lost.is_empty()).then(|| format!("process.capabilities.ambient: {} {why}", lost.join(", ")))
}
