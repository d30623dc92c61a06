//! Kernel parameters of the container's namespaces.
//!
//! A name has dots or slashes, whichever comes first is the separator and the other is literal: `net.ipv4.conf.eth0/1.mtu`
//! and `net/ipv4/conf/eth0.1/mtu` are the same file. Only parameters that belong to a namespace are accepted; everything else
//! would change the whole machine. Which are accepted depends on the namespaces, so [`check`] takes what is known of them.

use super::Refusal;

/// Parameters of IPC namespaces outside `fs.mqueue`.
const IPC: [&str; 12] = [
    "kernel/auto_msgmni",
    "kernel/msg_next_id",
    "kernel/msgmax",
    "kernel/msgmnb",
    "kernel/msgmni",
    "kernel/sem",
    "kernel/sem_next_id",
    "kernel/shm_next_id",
    "kernel/shm_rmid_forced",
    "kernel/shmall",
    "kernel/shmmax",
    "kernel/shmmni",
];

/// Which namespaces the container has of its own.
#[derive(Clone, Copy, Debug, Default)]
pub struct Own {
    /// IPC.
    pub ipc: bool,
    /// Network.
    pub network: bool,
    /// UTS.
    pub uts: bool,
}

/// The path below `/proc/sys` that a name stands for.
pub fn path(name: &str) -> Result<String, Refusal> {
    let bad = |why: &str| Refusal::invalid(format!("linux.sysctl {name:?}"), why);
    let dotted = match name.find(['.', '/']) {
        Some(at) => name.as_bytes()[at] == b'.',
        None => return Err(bad("is not the name of a kernel parameter")),
    };
    let swap = |letter: char| match letter {
        '.' => '/',
        '/' => '.',
        other => other,
    };
    let path: String = if dotted { name.chars().map(swap).collect() } else { name.to_owned() };
    let plain = |part: &str| !part.is_empty() && part != "." && part != "..";
    if path.contains('\0') || !path.split('/').all(plain) {
        return Err(bad("is not the name of a kernel parameter"));
    }
    Ok(path)
}

/// Refuses what does not belong to one of the container's own namespaces.
pub fn check(name: &str, value: &str, own: Own) -> Result<(), Refusal> {
    let path = path(name)?;
    let refuse = |why: &str| Err(Refusal::invalid(format!("linux.sysctl {name:?}"), why));
    if value.contains('\0') {
        return refuse("the value has a NUL");
    }
    let (needed, kind) = match path.as_str() {
        "kernel/hostname" => return refuse("the host name is set by hostname"),
        "kernel/domainname" => (own.uts, "UTS"),
        path if IPC.contains(&path) || path.starts_with("fs/mqueue/") => (own.ipc, "IPC"),
        path if path.starts_with("net/") => (own.network, "network"),
        _ => return refuse("does not belong to a namespace, so it would change the whole machine"),
    };
    if !needed {
        return refuse(&format!("needs a new {kind} namespace, or it would change the whole machine"));
    }
    Ok(())
}
