//! Specifications to begin with, for `spec`. The one for Linux is what `runc spec` writes, so that guides for it hold.

use super::spec::OCI_VERSION;
use crate::cli::spec::SpecArgs;
use hcs_engine::Facts;
use hcs_schema::oci::{
    Capabilities, DeviceRule, IdMapping, Linux, Mount, Namespace, NamespaceKind, Process, Resources, Rlimit, Root,
    Spec, Windows,
};

/// Where the layers of a Windows container could be: the writable one last.
const LAYERS: [&str; 2] = [r"C:\layers\base", r"C:\layers\scratch"];
/// Capabilities of a first container.
const CAPABILITIES: [&str; 3] = ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"];
/// What tells of the whole machine, and is made unreadable.
const MASKED: [&str; 10] = [
    "/proc/acpi",
    "/proc/asound",
    "/proc/kcore",
    "/proc/keys",
    "/proc/latency_stats",
    "/proc/timer_list",
    "/proc/timer_stats",
    "/proc/sched_debug",
    "/sys/firmware",
    "/proc/scsi",
];
/// What sets the whole machine, and is made read-only.
const READ_ONLY: [&str; 5] = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

/// The specification that the words ask for, on a system of this name.
pub fn spec(args: &SpecArgs, facts: &Facts, system: &str) -> Spec {
    let for_linux = args.linux || args.rootless;
    match args.windows || args.hyperv || (!for_linux && system == "windows") {
        true => windows(args.hyperv),
        false if args.rootless => rootless(facts),
        false => linux(),
    }
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn mount(destination: &str, kind: &str, source: &str, options: &str) -> Mount {
    Mount {
        destination: destination.into(),
        kind: Some(kind.into()),
        source: Some(source.into()),
        options: options.split(',').filter(|option| !option.is_empty()).map(str::to_owned).collect(),
        ..Mount::default()
    }
}

fn linux() -> Spec {
    let set = || texts(&CAPABILITIES);
    let process = Process {
        terminal: true,
        args: texts(&["sh"]),
        env: texts(&["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"]),
        cwd: "/".into(),
        capabilities: Some(Capabilities {
            bounding: set(),
            effective: set(),
            permitted: set(),
            ..Capabilities::default()
        }),
        rlimits: vec![Rlimit { kind: "RLIMIT_NOFILE".into(), hard: 1024, soft: 1024, ..Rlimit::default() }],
        no_new_privileges: true,
        ..Process::default()
    };
    Spec {
        oci_version: OCI_VERSION.into(),
        process: Some(process),
        root: Some(Root { path: "rootfs".into(), readonly: true, ..Root::default() }),
        hostname: Some("silo".into()),
        mounts: vec![
            mount("/proc", "proc", "proc", ""),
            mount("/dev", "tmpfs", "tmpfs", "nosuid,strictatime,mode=755,size=65536k"),
            mount("/dev/pts", "devpts", "devpts", "nosuid,noexec,newinstance,ptmxmode=0666,mode=0620,gid=5"),
            mount("/dev/shm", "tmpfs", "shm", "nosuid,noexec,nodev,mode=1777,size=65536k"),
            mount("/dev/mqueue", "mqueue", "mqueue", "nosuid,noexec,nodev"),
            mount("/sys", "sysfs", "sysfs", "nosuid,noexec,nodev,ro"),
            mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid,noexec,nodev,relatime,ro"),
        ],
        linux: Some(linux_section()),
        ..Spec::default()
    }
}

fn linux_section() -> Linux {
    use NamespaceKind::{Cgroup, Ipc, Mount, Network, Pid, Uts};
    let namespace = |kind| Namespace { kind, ..Namespace::default() };
    let nothing = DeviceRule { allow: false, access: Some("rwm".into()), ..DeviceRule::default() };
    Linux {
        resources: Some(Resources { devices: vec![nothing], ..Resources::default() }),
        namespaces: [Pid, Network, Ipc, Uts, Mount, Cgroup].map(namespace).to_vec(),
        masked_paths: texts(&MASKED),
        readonly_paths: texts(&READ_ONLY),
        ..Linux::default()
    }
}

/// For an ordinary user: with a user namespace that has the caller as root, and without what needs more rights.
fn rootless(facts: &Facts) -> Spec {
    let mut spec = linux();
    for mount in &mut spec.mounts {
        match mount.destination.as_str() {
            // The ids of the group of terminals, and of the network whose `/sys` it would be, are not the caller's.
            "/dev/pts" => mount.options.retain(|option| option != "gid=5"),
            "/sys" => *mount = self::mount("/sys", "none", "/sys", "rbind,nosuid,noexec,nodev,ro"),
            _ => {}
        }
    }
    spec.mounts.retain(|mount| mount.destination != "/sys/fs/cgroup");
    let mut linux = spec.linux.take().unwrap_or_default();
    linux.resources = None;
    linux.namespaces.retain(|namespace| namespace.kind != NamespaceKind::Network);
    linux.namespaces.push(Namespace { kind: NamespaceKind::User, ..Namespace::default() });
    let own = |host_id| vec![IdMapping { container_id: 0, host_id, size: 1, ..IdMapping::default() }];
    (linux.uid_mappings, linux.gid_mappings) = (own(facts.uid), own(facts.gid));
    spec.linux = Some(linux);
    spec
}

fn windows(hyperv: bool) -> Spec {
    let hyperv = hyperv.then(Default::default);
    Spec {
        oci_version: OCI_VERSION.into(),
        process: Some(Process { terminal: true, args: texts(&["cmd"]), cwd: r"C:\".into(), ..Process::default() }),
        hostname: Some("silo".into()),
        windows: Some(Windows { layer_folders: texts(&LAYERS), hyperv, ..Windows::default() }),
        ..Spec::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::golden;
    use hcs_engine::plan::{HostFacts, Plan, Wanted};

    fn made(args: &SpecArgs) -> Spec {
        spec(args, &Facts { uid: 1000, gid: 100, ..Facts::default() }, "linux")
    }

    #[test]
    fn as_they_were_looked_at() {
        let choices = [
            ("linux", SpecArgs::default()),
            ("rootless", SpecArgs { rootless: true, ..SpecArgs::default() }),
            ("windows", SpecArgs { windows: true, ..SpecArgs::default() }),
            ("hyperv", SpecArgs { hyperv: true, ..SpecArgs::default() }),
        ];
        for (name, args) in choices {
            golden(&format!("spec/{name}.json"), &(serde_json::to_string_pretty(&made(&args)).unwrap() + "\n"));
        }
    }

    #[test]
    fn the_system_decides_when_nothing_is_said() {
        let on = |system| spec(&SpecArgs::default(), &Facts::default(), system);
        assert!(on("windows").windows.is_some() && on("windows").linux.is_none());
        assert!(on("linux").linux.is_some() && on("linux").windows.is_none());
        let asked = SpecArgs { linux: true, ..SpecArgs::default() };
        assert!(spec(&asked, &Facts::default(), "windows").linux.is_some());
    }

    #[test]
    fn those_for_linux_can_be_planned() {
        for args in [SpecArgs::default(), SpecArgs { rootless: true, ..SpecArgs::default() }] {
            let wanted = Wanted { id: "a".into(), spec: made(&args), bundle: "/b".into(), ..Wanted::default() };
            let plan = Plan::new(&wanted, &HostFacts::linux(1, 1)).unwrap();
            assert_eq!(plan.notes, Vec::<String>::new());
        }
    }
}
