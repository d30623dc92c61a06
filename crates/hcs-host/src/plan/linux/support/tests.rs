//! Every refusal with its exact text, and specifications of all shapes.

use super::{unknown_properties, validate};
use hcs_schema::HResult;
use hcs_schema::oci::*;
use proptest::prelude::*;

/// A specification as an engine would write it.
fn good() -> Spec {
    let namespace = |kind| Namespace { kind, ..Namespace::default() };
    Spec {
        oci_version: "1.2.0".to_owned(),
        root: Some(Root { path: "rootfs".to_owned(), ..Root::default() }),
        process: Some(Process {
            args: vec!["sh".to_owned()],
            env: vec!["PATH=/bin".to_owned()],
            cwd: "/".to_owned(),
            ..Process::default()
        }),
        linux: Some(Linux {
            namespaces: [NamespaceKind::Mount, NamespaceKind::Pid, NamespaceKind::Ipc].map(namespace).to_vec(),
            ..Linux::default()
        }),
        ..Spec::default()
    }
}

fn process(spec: &mut Spec) -> &mut Process {
    spec.process.as_mut().unwrap()
}

fn linux(spec: &mut Spec) -> &mut Linux {
    spec.linux.as_mut().unwrap()
}

fn add(spec: &mut Spec, kind: NamespaceKind, path: Option<&str>) {
    linux(spec).namespaces.push(Namespace { kind, path: path.map(str::to_owned), ..Namespace::default() });
}

fn device(spec: &mut Spec) -> &mut Device {
    linux(spec).devices.push(Device {
        kind: "c".to_owned(),
        path: "/dev/null".to_owned(),
        major: Some(1),
        minor: Some(3),
        ..Device::default()
    });
    linux(spec).devices.last_mut().unwrap()
}

fn mapping(container_id: u32, host_id: u32, size: u32) -> IdMapping {
    IdMapping { container_id, host_id, size, ..IdMapping::default() }
}

fn scheduler<'a>(spec: &'a mut Spec, policy: &str) -> &'a mut Scheduler {
    process(spec).scheduler.insert(Scheduler { policy: policy.to_owned(), ..Scheduler::default() })
}

fn rlimit(spec: &mut Spec, kind: &str, soft: u64, hard: u64) {
    process(spec).rlimits.push(Rlimit { kind: kind.to_owned(), soft, hard, ..Rlimit::default() });
}

fn caps(spec: &mut Spec) -> &mut Capabilities {
    process(spec).capabilities.get_or_insert_default()
}

fn hook(spec: &mut Spec) -> &mut Hook {
    spec.hooks.get_or_insert_default().create_runtime.push(Hook { path: "/bin/true".to_owned(), ..Hook::default() });
    &mut spec.hooks.as_mut().unwrap().create_runtime[0]
}

fn mount(spec: &mut Spec) -> &mut Mount {
    spec.mounts.push(Mount { destination: "/proc".to_owned(), ..Mount::default() });
    spec.mounts.last_mut().unwrap()
}

fn sysctl(spec: &mut Spec, name: &str, value: &str) {
    linux(spec).sysctl.insert(name.to_owned(), value.to_owned());
}

fn seccomp(spec: &mut Spec) -> &mut Seccomp {
    linux(spec)
        .seccomp
        .get_or_insert_with(|| Seccomp { default_action: "SCMP_ACT_ALLOW".to_owned(), ..Seccomp::default() })
}

fn call<'a>(spec: &'a mut Spec, action: &str) -> &'a mut Syscall {
    let (names, action) = (vec!["mkdir".to_owned()], action.to_owned());
    seccomp(spec).syscalls.push(Syscall { names, action, ..Syscall::default() });
    &mut seccomp(spec).syscalls[0]
}

fn compared(spec: &mut Spec, index: u32, op: &str) {
    call(spec, "SCMP_ACT_KILL").args.push(SyscallArg { index, op: op.to_owned(), ..SyscallArg::default() });
}

fn own(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn list(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

type Change = fn(&mut Spec);

/// What is changed in a good specification, and the refusal.
#[rustfmt::skip]
const BAD: &[(Change, &str)] = &[
    (|s| s.oci_version = String::new(), r#"ociVersion: "" is not 1.x, which is supported here"#),
    (|s| s.oci_version = "2.0.0".into(), r#"ociVersion: "2.0.0" is not 1.x, which is supported here"#),
    (|s| s.oci_version = "1.0".into(), r#"ociVersion: "1.0" is not 1.x, which is supported here"#),
    (|s| s.oci_version = "1.x.0".into(), r#"ociVersion: "1.x.0" is not 1.x, which is supported here"#),
    (|s| s.windows.get_or_insert_default().hyperv = Some(Default::default()), "windows.hyperv: is for Windows containers"),
    (|s| s.windows.get_or_insert_default().servicing = true, "windows.servicing: is for Windows containers"),
    (|s| s.windows.get_or_insert_default().credential_spec = 1.into(), "windows.credentialSpec: is for Windows containers"),
    (|s| { s.windows.get_or_insert_default().extra.insert("new".into(), 1.into()); }, "windows.new: is for Windows containers"),
    (|s| s.vm = Some(Default::default()), "vm: is for containers with a virtual machine of their own"),
    (|s| linux(s).memory_policy = Some(Default::default()), "linux.memoryPolicy: is not supported"),
    (|s| s.root = None, "root.path: there is neither a root nor windows.layerFolders"),
    (|s| s.root = Some(Root::default()), "root.path: there is neither a root nor windows.layerFolders"),
    (|s| s.root.as_mut().unwrap().path = "a\0".into(), r#"root.path: "a\0" has a NUL"#),
    (|s| { s.annotations.insert(String::new(), String::new()); }, "annotations: one has an empty name"),
    (|s| s.hostname = own("box"), "hostname: needs a UTS namespace, or it would change the whole machine"),
    (|s| s.domainname = own("box"), "domainname: needs a UTS namespace, or it would change the whole machine"),
    (|s| { add(s, NamespaceKind::Uts, None); s.hostname = Some("x".repeat(65)); }, "hostname: is longer than 64 bytes"),
    (|s| { add(s, NamespaceKind::Uts, None); s.hostname = own("a\0"); }, r#"hostname: "a\0" has a NUL"#),
    (|s| mount(s).destination = "proc".into(), r#"mounts[0].destination: "proc" is not an absolute path"#),
    (|s| mount(s).source = own("\0"), r#"mounts[0].source: "\0" has a NUL"#),
    (|s| mount(s).kind = own("\0"), r#"mounts[0].type: "\0" has a NUL"#),
    (|s| mount(s).options = list(&["ro", "\0"]), r#"mounts[0].options: "\0" has a NUL"#),
    (|s| mount(s).options = list(&["users"]), "mounts[0]: mount option `users`: this option is not supported"),
    (|s| mount(s).options = list(&["ridmap=0-1-2"]), "mounts[0]: mount option `ridmap=0-1-2`: give the mount's uidMappings and gidMappings instead"),
    (|s| mount(s).uid_mappings = vec![mapping(0, 0, 1)], "mounts[0]: uidMappings and gidMappings go together"),
    (|s| hook(s).path = "true".into(), r#"hooks.createRuntime[0].path: "true" is not an absolute path"#),
    (|s| hook(s).timeout = Some(0), "hooks.createRuntime[0].timeout: 0 is not more than 0"),
    (|s| hook(s).timeout = Some(-1), "hooks.createRuntime[0].timeout: -1 is not more than 0"),
    (|s| hook(s).env = list(&["A"]), r#"hooks.createRuntime[0].env: "A" is not like NAME=value"#),
    (|s| hook(s).args = list(&["\0"]), r#"hooks.createRuntime[0].args: "\0" has a NUL"#),
    (|s| process(s).command_line = own("cmd"), "process.commandLine: is for Windows containers"),
    (|s| process(s).args.clear(), "process.args: there is no program to run"),
    (|s| process(s).args = list(&[""]), "process.args[0]: is empty"),
    (|s| process(s).args = list(&["a", "\0"]), r#"process.args: "\0" has a NUL"#),
    (|s| process(s).env = list(&["=a"]), r#"process.env: "=a" is not like NAME=value"#),
    (|s| process(s).env = list(&["A"]), r#"process.env: "A" is not like NAME=value"#),
    (|s| process(s).cwd = String::new(), r#"process.cwd: "" is not an absolute path"#),
    (|s| process(s).cwd = "tmp".into(), r#"process.cwd: "tmp" is not an absolute path"#),
    (|s| process(s).user.uid = u32::MAX, "process.user.uid: 4294967295 is no id: to the kernel it means none"),
    (|s| process(s).user.gid = u32::MAX, "process.user.gid: 4294967295 is no id: to the kernel it means none"),
    (|s| process(s).user.additional_gids = vec![u32::MAX], "process.user.additionalGids: 4294967295 is no id: to the kernel it means none"),
    (|s| process(s).user.umask = Some(0o1000), "process.user.umask: 0o1000 has bits other than permissions"),
    (|s| process(s).user.username = own("a:b:c"), r#"process.user.username: "a:b:c" is not like user or user:group"#),
    (|s| process(s).user.username = own(":b"), r#"process.user.username: ":b" is not like user or user:group"#),
    (|s| process(s).user.username = own("a\n"), r#"process.user.username: "a\n" is not like user or user:group"#),
    (|s| caps(s).bounding = list(&["CHOWN"]), r#"process.capabilities.bounding: "CHOWN" is not a capability (they are spelled like CAP_CHOWN)"#),
    (|s| caps(s).ambient = list(&["CAP_NONSENSE"]), r#"process.capabilities.ambient: "CAP_NONSENSE" is not a capability (they are spelled like CAP_CHOWN)"#),
    (|s| caps(s).effective = list(&["CAP_KILL", "CAP_CHOWN"]), "process.capabilities.effective: CAP_CHOWN, CAP_KILL must also be in permitted"),
    (|s| rlimit(s, "RLIMIT_NONSENSE", 1, 1), r#"process.rlimits[0]: "RLIMIT_NONSENSE" is not a resource limit"#),
    (|s| rlimit(s, "RLIMIT_CORE", 2, 1), "process.rlimits[0]: RLIMIT_CORE: the soft limit 2 is above the hard limit 1"),
    (|s| { rlimit(s, "RLIMIT_CORE", 1, 1); rlimit(s, "RLIMIT_CORE", 1, 1); }, "process.rlimits[1]: RLIMIT_CORE is listed twice"),
    (|s| process(s).oom_score_adj = Some(1001), "process.oomScoreAdj: 1001 is not in -1000 to 1000"),
    (|s| process(s).oom_score_adj = Some(-1001), "process.oomScoreAdj: -1001 is not in -1000 to 1000"),
    (|s| { scheduler(s, "SCHED_NONSENSE"); }, r#"process.scheduler.policy: "SCHED_NONSENSE" is not a scheduling policy of Linux"#),
    (|s| { scheduler(s, "SCHED_ISO"); }, r#"process.scheduler.policy: "SCHED_ISO" is not a scheduling policy of Linux"#),
    (|s| scheduler(s, "SCHED_OTHER").nice = Some(20), "process.scheduler.nice: 20 is not in -20 to 19"),
    (|s| scheduler(s, "SCHED_IDLE").nice = Some(1), "process.scheduler.nice: SCHED_IDLE has no nice value"),
    (|s| { scheduler(s, "SCHED_FIFO"); }, "process.scheduler.priority: 0 is not in 1 to 99, which SCHED_FIFO wants"),
    (|s| scheduler(s, "SCHED_RR").priority = Some(100), "process.scheduler.priority: 100 is not in 1 to 99, which SCHED_RR wants"),
    (|s| scheduler(s, "SCHED_BATCH").priority = Some(1), "process.scheduler.priority: SCHED_BATCH has no static priority"),
    (|s| scheduler(s, "SCHED_OTHER").runtime = Some(1), "process.scheduler.runtime: runtime, deadline and period are of SCHED_DEADLINE, not of SCHED_OTHER"),
    (|s| scheduler(s, "SCHED_OTHER").flags = list(&["SCHED_FLAG_NONSENSE"]), r#"process.scheduler.flags: "SCHED_FLAG_NONSENSE" is not a scheduling flag of Linux"#),
    (|s| scheduler(s, "SCHED_OTHER").flags = list(&["SCHED_FLAG_UTIL_CLAMP_MIN"]), "process.scheduler.flags: SCHED_FLAG_UTIL_CLAMP_MIN needs a clamp value, for which the specification has no field"),
    (|s| process(s).io_priority = Some(IoPriority { class: "IOPRIO_CLASS_NONE".into(), ..IoPriority::default() }), r#"process.ioPriority.class: "IOPRIO_CLASS_NONE" is not an I/O class"#),
    (|s| process(s).io_priority = Some(IoPriority { class: "IOPRIO_CLASS_BE".into(), priority: 8, ..IoPriority::default() }), "process.ioPriority.priority: 8 is not in 0 to 7"),
    (|s| process(s).apparmor_profile = own("a\nb"), "process.apparmorProfile: a label has neither newlines nor NUL"),
    (|s| process(s).selinux_label = own("a\0b"), "process.selinuxLabel: a label has neither newlines nor NUL"),
    (|s| process(s).exec_cpu_affinity.get_or_insert_default().initial = own("3-1"), r#"process.execCPUAffinity.initial: "3-1" ends before it begins"#),
    (|s| process(s).exec_cpu_affinity.get_or_insert_default().last = own("0,x"), r#"process.execCPUAffinity.final: "x" is not a CPU or a range of CPUs like 0-3"#),
    (|s| linux(s).intel_rdt = Some(IntelRdt::default()), "linux.intelRdt: is not supported"),
    (|s| drop(linux(s).net_devices.insert("eth0".into(), NetDevice::default())), "linux.netDevices: is not supported"),
    (|s| s.linux = None, "linux.namespaces: a container needs a mount namespace, or its mounts would be the machine's"),
    (|s| add(s, NamespaceKind::Pid, None), "linux.namespaces[3]: there already is a pid namespace"),
    (|s| add(s, NamespaceKind::Uts, Some("ns")), r#"linux.namespaces[3].path: "ns" is not an absolute path"#),
    (|s| add(s, NamespaceKind::User, None), "linux.uidMappings: a new user namespace needs it"),
    (|s| linux(s).uid_mappings = vec![mapping(0, 0, 1)], "linux.uidMappings: needs a user namespace"),
    (|s| linux(s).gid_mappings = vec![mapping(0, 0, 0)], "linux.gidMappings[0]: its size is 0"),
    (|s| linux(s).gid_mappings = vec![mapping(0, u32::MAX, 2)], "linux.gidMappings[0]: goes beyond the highest id"),
    (|s| linux(s).gid_mappings = vec![mapping(0, 10, 5), mapping(4, 20, 5)], "linux.gidMappings[1]: overlaps another range"),
    (|s| linux(s).gid_mappings = vec![mapping(0, 10, 5), mapping(5, 14, 5)], "linux.gidMappings[1]: overlaps another range"),
    (|s| linux(s).gid_mappings = (0..341).map(|id| mapping(id, id, 1)).collect(), "linux.gidMappings: has more than 340 ranges"),
    (|s| { linux(s).time_offsets.insert("monotonic".into(), TimeOffset::default()); }, "linux.timeOffsets: needs a new time namespace"),
    (|s| { add(s, NamespaceKind::Time, Some("/ns")); linux(s).time_offsets.insert("boottime".into(), TimeOffset::default()); }, "linux.timeOffsets: needs a new time namespace"),
    (|s| { linux(s).time_offsets.insert("realtime".into(), TimeOffset::default()); }, r#"linux.timeOffsets: "realtime" is neither monotonic nor boottime"#),
    (|s| { linux(s).time_offsets.insert("boottime".into(), TimeOffset { nanosecs: 1_000_000_000, ..TimeOffset::default() }); }, "linux.timeOffsets.boottime.nanosecs: 1000000000 is not less than a second"),
    (|s| sysctl(s, "vm.swappiness", "1"), r#"linux.sysctl "vm.swappiness": does not belong to a namespace, so it would change the whole machine"#),
    (|s| sysctl(s, "kernel.core_pattern", "|/x"), r#"linux.sysctl "kernel.core_pattern": does not belong to a namespace, so it would change the whole machine"#),
    (|s| sysctl(s, "net.ipv4.ip_forward", "1"), r#"linux.sysctl "net.ipv4.ip_forward": needs a new network namespace, or it would change the whole machine"#),
    (|s| sysctl(s, "kernel.hostname", "a"), r#"linux.sysctl "kernel.hostname": the host name is set by hostname"#),
    (|s| sysctl(s, "kernel/domainname", "a"), r#"linux.sysctl "kernel/domainname": needs a new UTS namespace, or it would change the whole machine"#),
    (|s| { linux(s).namespaces.remove(2); sysctl(s, "kernel.shmmax", "1"); }, r#"linux.sysctl "kernel.shmmax": needs a new IPC namespace, or it would change the whole machine"#),
    (|s| { linux(s).namespaces.remove(2); sysctl(s, "fs.mqueue.msg_max", "1"); }, r#"linux.sysctl "fs.mqueue.msg_max": needs a new IPC namespace, or it would change the whole machine"#),
    (|s| sysctl(s, "net.//.kernel.core_pattern", "1"), r#"linux.sysctl "net.//.kernel.core_pattern": is not the name of a kernel parameter"#),
    (|s| sysctl(s, "kernel/../vm/x", "1"), r#"linux.sysctl "kernel/../vm/x": is not the name of a kernel parameter"#),
    (|s| sysctl(s, "kernel", "1"), r#"linux.sysctl "kernel": is not the name of a kernel parameter"#),
    (|s| sysctl(s, "kernel.sem", "\0"), r#"linux.sysctl "kernel.sem": the value has a NUL"#),
    (|s| { add(s, NamespaceKind::Uts, None); s.domainname = own("a"); sysctl(s, "kernel.domainname", "b"); }, r#"linux.sysctl "kernel.domainname": domainname is set too"#),
    (|s| device(s).path = "dev/null".into(), r#"linux.devices[0].path: "dev/null" is not an absolute path"#),
    (|s| device(s).kind = "a".into(), r#"linux.devices[0].type: "a" is none of c, u, b and p"#),
    (|s| device(s).major = None, "linux.devices[0].major: a device needs it"),
    (|s| device(s).minor = Some(-1), "linux.devices[0].minor: -1 is not in 0 to 1048575"),
    (|s| device(s).major = Some(4096), "linux.devices[0].major: 4096 is not in 0 to 4095"),
    (|s| device(s).file_mode = Some(0o20666), "linux.devices[0].fileMode: 0o20666 has bits other than permissions"),
    (|s| device(s).uid = Some(u32::MAX), "linux.devices[0].uid: is no id: to the kernel it means none"),
    (|s| linux(s).masked_paths = list(&["proc/kcore"]), r#"linux.maskedPaths[0]: "proc/kcore" is not an absolute path"#),
    (|s| linux(s).readonly_paths = list(&["/proc", "sys"]), r#"linux.readonlyPaths[1]: "sys" is not an absolute path"#),
    (|s| linux(s).cgroups_path = own("\0"), r#"linux.cgroupsPath: "\0" has a NUL"#),
    (|s| linux(s).cgroups_path = own("a/../b"), r#"linux.cgroupsPath "a/../b": it must not contain .."#),
    (|s| linux(s).cgroups_path = own("/./"), r#"linux.cgroupsPath "/./": it names no folder below the root"#),
    (|s| linux(s).resources.get_or_insert_default().cpu.get_or_insert_default().idle = Some(2), "linux.resources.cpu.idle: it is 0 or 1"),
    (|s| drop(linux(s).resources.get_or_insert_default().unified.insert("memory".into(), "1".into())), "linux.resources.unified.memory: a key is the name of a file such as memory.high"),
    (|s| linux(s).mount_label = own("\n"), "linux.mountLabel: a label has neither newlines nor NUL"),
    (|s| linux(s).rootfs_propagation = own("public"), r#"linux.rootfsPropagation: "public" is none of shared, slave, private and unbindable"#),
    (|s| linux(s).personality = Some(Personality { domain: "BSD".into(), ..Personality::default() }), r#"linux.personality.domain: "BSD" is neither LINUX nor LINUX32"#),
    (|s| linux(s).personality = Some(Personality { flags: list(&["X"]), ..Personality::default() }), r#"linux.personality.flags: "X": the specification defines no flag"#),
    (|s| seccomp(s).default_action = "ALLOW".into(), r#"linux.seccomp.defaultAction: "ALLOW" is not a seccomp action"#),
    (|s| seccomp(s).default_action = "SCMP_ACT_NOTIFY".into(), "linux.seccomp.defaultAction: SCMP_ACT_NOTIFY would notify of every call"),
    (|s| seccomp(s).default_errno_ret = Some(1), "linux.seccomp.defaultAction: SCMP_ACT_ALLOW takes no errno"),
    (|s| seccomp(s).architectures = list(&["SCMP_ARCH_VAX"]), r#"linux.seccomp.architectures: "SCMP_ARCH_VAX" is not an architecture (they are spelled like SCMP_ARCH_X86_64)"#),
    (|s| seccomp(s).flags = list(&["SECCOMP_FILTER_FLAG_NEW_LISTENER"]), r#"linux.seccomp.flags: "SECCOMP_FILTER_FLAG_NEW_LISTENER" is not a known flag"#),
    (|s| seccomp(s).flags = list(&["SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"]), "linux.seccomp.flags: SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV needs a rule with SCMP_ACT_NOTIFY"),
    (|s| seccomp(s).listener_metadata = own("x"), "linux.seccomp.listenerMetadata: is of no use without listenerPath"),
    (|s| seccomp(s).listener_path = own("agent"), r#"linux.seccomp.listenerPath: "agent" is not an absolute path"#),
    (|s| { call(s, "SCMP_ACT_NOTIFY"); }, "linux.seccomp.listenerPath: SCMP_ACT_NOTIFY needs a listener"),
    (|s| call(s, "SCMP_ACT_NOTIFY").names = list(&["sendmsg"]), "linux.seccomp.syscalls[0]: SCMP_ACT_NOTIFY for sendmsg: the runtime hands the listener over with that very call"),
    (|s| { call(s, "SCMP_ACT_DENY"); }, r#"linux.seccomp.syscalls[0]: "SCMP_ACT_DENY" is not a seccomp action"#),
    (|s| call(s, "SCMP_ACT_ERRNO").errno_ret = Some(4096), "linux.seccomp.syscalls[0]: errno 4096 is not in 0 to 4095"),
    (|s| call(s, "SCMP_ACT_KILL").errno_ret = Some(1), "linux.seccomp.syscalls[0]: SCMP_ACT_KILL takes no errno"),
    (|s| call(s, "SCMP_ACT_KILL").names.clear(), "linux.seccomp.syscalls[0]: names no system call"),
    (|s| compared(s, 6, "SCMP_CMP_EQ"), "linux.seccomp.syscalls[0]: there is no argument 6"),
    (|s| compared(s, 0, "SCMP_CMP_IS"), r#"linux.seccomp.syscalls[0]: "SCMP_CMP_IS" is not a comparison"#),
];

#[test]
fn each_refusal_names_the_property_and_the_reason() {
    assert!(BAD.len() >= 60);
    validate(&good()).unwrap();
    for (change, expected) in BAD {
        let mut spec = good();
        change(&mut spec);
        let refusal = validate(&spec).expect_err(expected);
        assert_eq!(&refusal.to_string(), expected);
        assert!([HResult::E_INVALIDARG, HResult::ERROR_NOT_SUPPORTED].contains(&refusal.code), "{expected}");
    }
}

#[test]
fn what_the_specification_permits_is_accepted() {
    let changes: &[Change] = &[
        |s| s.oci_version = "1.0.2-dev".into(),
        |s| s.process = None,
        |s| process(s).console_size = Some(ConsoleBox { height: 1, width: 1, ..ConsoleBox::default() }),
        |s| {
            s.root = None;
            s.windows.get_or_insert_default().layer_folders = list(&["/layer"]);
        },
        |s| {
            add(s, NamespaceKind::User, Some("/proc/1/ns/user"));
            linux(s).uid_mappings = vec![mapping(0, 100_000, 65536)];
        },
        |s| {
            add(s, NamespaceKind::Network, Some("/run/netns/pod"));
            sysctl(s, "net/ipv4/conf/eth0.1/forwarding", "1");
        },
        |s| sysctl(s, "kernel.shm_rmid_forced", "1"),
        |s| {
            let fifo = device(s);
            fifo.kind = "p".to_owned();
            (fifo.major, fifo.minor) = (None, None);
        },
        |s| scheduler(s, "SCHED_FIFO").priority = Some(1),
        |s| scheduler(s, "SCHED_DEADLINE").runtime = Some(1),
        |s| process(s).exec_cpu_affinity.get_or_insert_default().last = own("0-1,3"),
        |s| seccomp(s).architectures = list(&["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32", "SCMP_ARCH_S390X"]),
        |s| call(s, "SCMP_ACT_ERRNO").names = list(&["no_such_call_yet"]),
        |s| rlimit(s, "RLIMIT_CORE", u64::MAX, u64::MAX),
        |s| {
            s.extra.insert("future".into(), true.into());
        },
    ];
    for (index, change) in changes.iter().enumerate() {
        let mut spec = good();
        change(&mut spec);
        assert_eq!(validate(&spec), Ok(()), "change {index}");
    }
}

#[test]
fn unknown_properties_are_listed_with_their_places() {
    let text = r#"{"ociVersion":"1.2.0","zos":{},"root":{"path":"r","x":1},"mounts":[{"destination":"/","y":1}],
        "process":{"user":{"shell":1},"cwd":"/","sets":1,"rlimits":[{"z":1}],"scheduler":{"policy":"SCHED_OTHER","e":1}},
        "hooks":{"poststop":[{"path":"/x","q":1}],"onFire":[]},
        "linux":{"newPolicy":1,"resources":{"memory":{"m":1},"blockIO":{"throttleReadIOPSDevice":[{"t":1}]}},
        "seccomp":{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["a"],"comment":1,"args":[{"n":1}]}]}},
        "windows":{"hyperv":{}}}"#;
    let spec: Spec = serde_json::from_str(text).unwrap();
    let expected = [
        "zos",
        "root.x",
        "mounts[0].y",
        "process.sets",
        "process.user.shell",
        "process.rlimits[0].z",
        "process.scheduler.e",
        "hooks.onFire",
        "hooks.poststop[0].q",
        "linux.newPolicy",
        "linux.seccomp.syscalls[0].comment",
        "linux.seccomp.syscalls[0].args[0].n",
        "linux.resources.memory.m",
        "linux.resources.blockIO.throttleReadIOPSDevice[0].t",
    ];
    assert_eq!(unknown_properties(&spec), expected);
    assert_eq!(unknown_properties(&good()), Vec::<String>::new());
}

/// Strings that parsers of this crate split at.
fn word() -> impl Strategy<Value = String> {
    prop_oneof!["[-.,:/=0-9a-z\\x00\\n]{0,12}", "\\PC{0,8}", "SCMP_ACT_[A-Z]{0,5}", "1\\.[0-9.-]{0,6}"]
}

proptest! {
    #[test]
    fn no_specification_makes_the_check_panic(words in prop::collection::vec(word(), 24), numbers in any::<[u32; 6]>(),
        signed in any::<[i64; 4]>()) {
        let mut spec = good();
        let mut word = words.into_iter().cycle();
        let mut next = || word.next().unwrap();
        if signed[0] % 2 == 0 { spec.oci_version = next(); }
        (spec.hostname, spec.domainname) = (Some(next()), Some(next()));
        process(&mut spec).user = User { uid: numbers[0], username: Some(next()), ..User::default() };
        if signed[1] % 2 == 0 { process(&mut spec).env.push(next()); }
        process(&mut spec).exec_cpu_affinity.get_or_insert_default().initial = Some(next());
        hook(&mut spec).timeout = Some(signed[0]);
        mount(&mut spec).destination = format!("/{}", next());
        linux(&mut spec).sysctl.insert(next(), next());
        linux(&mut spec).uid_mappings = vec![mapping(numbers[1], numbers[2], numbers[3]), mapping(numbers[4], numbers[5], 1)];
        let device = device(&mut spec);
        (device.kind, device.major, device.minor) = (next(), Some(signed[2]), Some(signed[3]));
        call(&mut spec, &next()).names.push(next());
        let _ = validate(&spec);
        let linux = spec.linux.unwrap();
        let _ = super::linux::validate(&Linux { uid_mappings: Vec::new(), ..linux.clone() });
        let _ = super::linux::validate(&Linux { uid_mappings: Vec::new(), sysctl: Default::default(), ..linux });
        let _ = unknown_properties(&good());
    }
}

#[test]
fn ambient_capabilities_that_cannot_be_granted_are_warned_of_and_left_out() {
    let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let listed = Capabilities {
        permitted: list(&["CAP_KILL", "CAP_CHOWN"]),
        inheritable: list(&["CAP_CHOWN"]),
        ambient: list(&["CAP_KILL", "CAP_CHOWN"]),
        ..Capabilities::default()
    };
    let sets = super::caps::parse(Some(&listed)).unwrap();
    assert_eq!(sets.ambient, 1, "CAP_CHOWN alone");
    let warning = super::caps::warning(&listed).unwrap();
    assert!(warning.contains("CAP_KILL cannot be granted") && !warning.contains("CAP_CHOWN"), "{warning}");
}
