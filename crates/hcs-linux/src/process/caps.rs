//! Capabilities: the five sets, applied exactly as the specification lists them.
//!
//! The order that the kernel imposes: the bounding set shrinks while `CAP_SETPCAP` is held; the user changes with "keep
//! capabilities" on, which saves the permitted set; the ambient set is raised while its members are permitted and
//! inheritable; last of all permitted and effective shrink, which takes away what would be needed to do anything else.
//! [`Sets::limit`], [`Sets::hold`] and [`Sets::settle`] are these steps; [`prepare`](super::prepare) calls them.
//!
//! Nothing is added that was not asked for: a non-empty inheritable set in a default specification was a vulnerability of
//! other runtimes. A name that is unknown is refused, because a profile with a typing error is not what its author meant.

use crate::{Context, Failure};
use hcs_schema::oci;
use rustix::thread::{
    CapabilitySet, CapabilitySets, capabilities, capability_is_in_bounding_set, clear_ambient_capability_set,
    configure_capability_in_ambient_set, remove_capability_from_bounding_set, set_capabilities,
};

/// Names by number.
const NAMES: [&str; 41] = [
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
fn name(number: u32) -> String {
    NAMES.get(number as usize).map_or_else(|| format!("capability {number}"), |name| (*name).to_owned())
}

/// The names of all capabilities in `set`.
fn names(set: u64) -> String {
    let names: Vec<String> = (0..64).filter(|number| set >> number & 1 == 1).map(name).collect();
    names.join(", ")
}

/// The capabilities of one list.
fn parse_set(property: &str, listed: &[String]) -> Result<u64, Failure> {
    let mut set = 0;
    for wanted in listed {
        let number = NAMES.iter().position(|name| name == wanted).ok_or_else(|| {
            Failure::invalid(
                format!("process.capabilities.{property}"),
                format!("{wanted:?} is not a capability (they are spelled like CAP_CHOWN)"),
            )
        })?;
        set |= 1u64 << number;
    }
    Ok(set)
}

/// Refuses `property` when it lists more than `outer` does, which the kernel never grants.
fn within(property: &str, set: u64, outer_name: &str, outer: u64) -> Result<(), Failure> {
    if set & !outer == 0 {
        return Ok(());
    }
    let why = format!("{} must also be in {outer_name}", names(set & !outer));
    Err(Failure::invalid(format!("process.capabilities.{property}"), why))
}

/// Reads the specification's lists; an absent section means no capability at all.
pub fn parse(listed: Option<&oci::Capabilities>) -> Result<Sets, Failure> {
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

/// The single-member set of capability `number`.
fn one(number: u32) -> CapabilitySet {
    CapabilitySet::from_bits_retain(1u64 << number)
}

/// All capabilities that this kernel knows.
pub fn known_to_kernel() -> u64 {
    let count = (0..64).take_while(|number| capability_is_in_bounding_set(one(*number)).is_ok()).count();
    if count >= 64 { u64::MAX } else { (1u64 << count) - 1 }
}

impl Sets {
    /// Checks, while it can still be reported plainly, that this process can give what the sets ask for.
    pub fn check_available(&self) -> Result<(), Failure> {
        let asked = self.bounding | self.permitted | self.inheritable;
        let unknown = asked & !known_to_kernel();
        if unknown != 0 {
            let why = format!("this kernel does not know {}", names(unknown));
            return Err(Failure::unsupported("process.capabilities", why));
        }
        let held = capabilities(None).doing(|| "read the capabilities of this process")?.permitted.bits();
        let missing = (self.permitted | self.inheritable) & !held;
        if missing != 0 {
            let why = format!("this runtime does not hold {} itself, so it cannot pass it on", names(missing));
            return Err(Failure { errno: libc::EPERM, ..Failure::new("process.capabilities", why) });
        }
        Ok(())
    }

    /// Drops everything from the bounding set that is not listed.
    pub fn limit(&self) -> Result<(), Failure> {
        for number in 0..64 {
            if self.bounding >> number & 1 == 1 {
                continue;
            }
            match capability_is_in_bounding_set(one(number)) {
                Ok(false) => {}
                Ok(true) => remove_capability_from_bounding_set(one(number))
                    .doing(|| format!("drop {} from the bounding set", name(number)))?,
                // Past the kernel's last capability.
                Err(_) => break,
            }
        }
        Ok(())
    }

    /// Puts all permitted capabilities in force, and sets the inheritable and ambient sets as listed.
    ///
    /// For after the change of user, which clears the effective and the ambient set.
    pub fn hold(&self) -> Result<(), Failure> {
        let mut held = capabilities(None).doing(|| "read the capabilities of this process")?;
        held.effective = held.permitted;
        held.inheritable = CapabilitySet::from_bits_retain(self.inheritable);
        set_capabilities(None, held).doing(|| "set the inheritable capabilities")?;
        match clear_ambient_capability_set() {
            // Kernels older than 4.3 have no ambient set.
            Err(rustix::io::Errno::INVAL) if self.ambient == 0 => {}
            cleared => cleared.doing(|| "clear the ambient capabilities")?,
        }
        for number in (0..64).filter(|number| self.ambient >> number & 1 == 1) {
            configure_capability_in_ambient_set(one(number), true)
                .doing(|| format!("raise {} in the ambient set", name(number)))?;
        }
        Ok(())
    }

    /// Reduces the permitted, effective and inheritable sets to what is listed. One system call.
    pub fn settle(&self) -> Result<(), Failure> {
        let sets = CapabilitySets {
            effective: CapabilitySet::from_bits_retain(self.effective),
            permitted: CapabilitySet::from_bits_retain(self.permitted),
            inheritable: CapabilitySet::from_bits_retain(self.inheritable),
        };
        set_capabilities(None, sets).doing(|| "set the capabilities of the process")
    }
}
