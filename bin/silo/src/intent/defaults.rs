//! What every container has unless told otherwise: mounts, hidden paths and device rules, those of Docker.
//!
//! Nothing is put over `/etc/hosts`, `/etc/hostname` and `/etc/resolv.conf`: a container has those of its base. Without a
//! network they serve nobody, and with the host's network a root folder that lacks them is given them by `--volume`.

use super::spec::Network;
use super::user::covers;
use hcs_engine::Facts;
use hcs_schema::oci::{DeviceRule, Mount};

/// Paths that tell about the host, or reach it, and are made unreadable. Docker's, with the side channels it hides since 2023.
pub const MASKED_PATHS: [&str; 12] = [
    "/proc/acpi",
    "/proc/asound",
    "/proc/interrupts",
    "/proc/kcore",
    "/proc/keys",
    "/proc/latency_stats",
    "/proc/sched_debug",
    "/proc/scsi",
    "/proc/timer_list",
    "/proc/timer_stats",
    "/sys/devices/virtual/powercap",
    "/sys/firmware",
];

/// Paths that change the host when written.
pub const READONLY_PATHS: [&str; 5] = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

/// The group that terminals belong to on Linux systems.
const TTY_GROUP: u32 = 5;

/// The mounts, in the order they are made.
pub fn mounts(facts: &Facts, network: Network) -> Vec<Mount> {
    let mut terminals = vec!["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"];
    if covers(&facts.gid_mappings, TTY_GROUP) {
        terminals.push("gid=5");
    }
    vec![
        mount("/proc", "proc", "proc", &["nosuid", "noexec", "nodev"]),
        mount("/dev", "tmpfs", "tmpfs", &["nosuid", "strictatime", "mode=755", "size=65536k"]),
        mount("/dev/pts", "devpts", "devpts", &terminals),
        system(facts, network),
        mount("/sys/fs/cgroup", "cgroup", "cgroup", &["ro", "nosuid", "noexec", "nodev"]),
        mount("/dev/mqueue", "mqueue", "mqueue", &["nosuid", "noexec", "nodev"]),
        mount("/dev/shm", "tmpfs", "shm", &["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"]),
    ]
}

/// `/sys` belongs to a network namespace: only who owns that may mount it, and others are shown the host's.
fn system(facts: &Facts, network: Network) -> Mount {
    if network == Network::Host && !facts.privileged {
        return mount("/sys", "bind", "/sys", &["rbind", "nosuid", "noexec", "nodev", "ro"]);
    }
    mount("/sys", "sysfs", "sysfs", &["nosuid", "noexec", "nodev", "ro"])
}

/// Device access: none but the harmless character devices, and the making of nodes. Without privileges the kernel
/// neither takes rules nor lets nodes be made, so there are none.
pub fn device_rules(facts: &Facts) -> Vec<DeviceRule> {
    if !facts.privileged {
        return Vec::new();
    }
    let nodes = ["c", "b"].map(|kind| rule(Some(kind), None, None, "m"));
    let usable = [(1, 3), (1, 5), (1, 7), (1, 8), (1, 9), (5, 0), (5, 1), (5, 2)]
        .map(|(major, minor)| rule(Some("c"), Some(major), Some(minor), "rwm"));
    let terminals = rule(Some("c"), Some(136), None, "rwm");
    let none = DeviceRule { allow: false, access: Some("rwm".into()), ..DeviceRule::default() };
    [none].into_iter().chain(nodes).chain(usable).chain([terminals]).collect()
}

/// A rule that allows.
pub fn rule(kind: Option<&str>, major: Option<i64>, minor: Option<i64>, access: &str) -> DeviceRule {
    DeviceRule {
        allow: true,
        kind: kind.map(str::to_owned),
        major,
        minor,
        access: Some(access.to_owned()),
        ..DeviceRule::default()
    }
}

/// A mount.
pub fn mount(destination: &str, kind: &str, source: &str, options: &[&str]) -> Mount {
    Mount {
        destination: destination.to_owned(),
        kind: Some(kind.to_owned()),
        source: Some(source.to_owned()),
        options: options.iter().map(|option| (*option).to_owned()).collect(),
        ..Mount::default()
    }
}
