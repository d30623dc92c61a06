//! Capabilities: Docker's default set, and what is added to and dropped from it.

use super::nearest::nearest;
use super::{Result, refusal};
use hcs_schema::oci;

/// Every capability of Linux 6.
const ALL: [&str; 41] = [
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "KILL",
    "SETGID",
    "SETUID",
    "SETPCAP",
    "LINUX_IMMUTABLE",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_ADMIN",
    "NET_RAW",
    "IPC_LOCK",
    "IPC_OWNER",
    "SYS_MODULE",
    "SYS_RAWIO",
    "SYS_CHROOT",
    "SYS_PTRACE",
    "SYS_PACCT",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_NICE",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "MKNOD",
    "LEASE",
    "AUDIT_WRITE",
    "AUDIT_CONTROL",
    "SETFCAP",
    "MAC_OVERRIDE",
    "MAC_ADMIN",
    "SYSLOG",
    "WAKE_ALARM",
    "BLOCK_SUSPEND",
    "AUDIT_READ",
    "PERFMON",
    "BPF",
    "CHECKPOINT_RESTORE",
];

/// What a container has unless told otherwise: enough for package managers and servers, nothing that reaches the host.
const DEFAULT: [&str; 14] = [
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "SETGID",
    "SETUID",
    "SETPCAP",
    "NET_BIND_SERVICE",
    "NET_RAW",
    "SYS_CHROOT",
    "MKNOD",
    "AUDIT_WRITE",
    "SETFCAP",
];

/// The capabilities that remain, as `CAP_…`, in the kernel's order. A capability that is both added and dropped is dropped,
/// unless it is named and the other side says ALL.
pub fn chosen(add: &[String], drop: &[String]) -> Result<Vec<String>> {
    let added = named("--cap-add", add)?;
    let dropped = named("--cap-drop", drop)?;
    let (add_all, drop_all) = (added.contains(&"ALL"), dropped.contains(&"ALL"));
    let keep = |name: &&&str| {
        let by_name = (added.contains(*name), dropped.contains(*name));
        match by_name {
            (_, true) => false,
            (true, false) => true,
            (false, false) => (add_all || DEFAULT.contains(*name)) && !drop_all,
        }
    };
    Ok(ALL.iter().filter(keep).map(|name| format!("CAP_{name}")).collect())
}

/// The sets of a process of this user. Only the bounding set is filled for a user who is not root, as `execve` would empty the
/// others anyway; nothing is inheritable or ambient.
pub fn sets(capabilities: &[String], root: bool) -> oci::Capabilities {
    let held = if root { capabilities.to_vec() } else { Vec::new() };
    oci::Capabilities {
        bounding: capabilities.to_vec(),
        effective: held.clone(),
        permitted: held,
        ..oci::Capabilities::default()
    }
}

fn named(option: &str, words: &[String]) -> Result<Vec<&'static str>> {
    words.iter().map(|word| known(word).map_err(|message| refusal(option, message))).collect()
}

fn known(word: &str) -> std::result::Result<&'static str, String> {
    let upper = word.to_ascii_uppercase();
    let name = upper.strip_prefix("CAP_").unwrap_or(&upper);
    if name == "ALL" {
        return Ok("ALL");
    }
    ALL.iter().find(|known| **known == name).copied().ok_or_else(|| match nearest(name, ALL) {
        Some(near) => format!("{word:?} is not a capability; did you mean {near}?"),
        None => format!("{word:?} is not a capability"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(add: &[&str], drop: &[&str]) -> usize {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        chosen(&owned(add), &owned(drop)).unwrap().len()
    }

    #[test]
    fn adds_and_drops() {
        assert_eq!(count(&[], &[]), 14);
        assert_eq!(count(&["ALL"], &[]), 41);
        assert_eq!(count(&[], &["all"]), 0);
        assert_eq!(count(&["net_admin"], &["ALL"]), 1);
        assert_eq!(count(&["ALL"], &["CAP_SYS_ADMIN"]), 40);
        assert_eq!(count(&["CHOWN"], &["CHOWN"]), 13);
        assert_eq!(count(&["ALL"], &["ALL"]), 0);
    }
}
