//! The system call filter: what Docker's default profile keeps from containers, and profiles of the user's own.
//!
//! Docker lists what is allowed; this lists the rest, which is a seventh as long and so quicker to load and to run. The two
//! differ in calls that a later kernel adds: they are allowed here until the list learns of them.
//!
//! Source of the list: the profile of <https://github.com/moby/profiles> against the system call tables of x86 and ARM.

use super::nearest::nearest;
use hcs_schema::oci::{Seccomp, Syscall, SyscallArg};
use serde_json::Value;

const EPERM: u32 = 1;
const ENOSYS: u32 = 38;

/// Calls that no capability of the container makes harmless: the kernel's key rings (which are not namespaced), loading
/// kernels, swap, rings that evade filters, page faults handled in user space, and relics.
const NEVER: &[&str] = &[
    "_sysctl",
    "add_key",
    "afs_syscall",
    "bdflush",
    "break",
    "create_module",
    "ftime",
    "get_kernel_syms",
    "getpmsg",
    "gtty",
    "idle",
    "io_uring_enter",
    "io_uring_register",
    "io_uring_setup",
    "kexec_file_load",
    "kexec_load",
    "keyctl",
    "lock",
    "migrate_pages",
    "move_pages",
    "mpx",
    "nfsservctl",
    "nice",
    "oldfstat",
    "oldlstat",
    "oldolduname",
    "oldstat",
    "olduname",
    "pivot_root",
    "prof",
    "profil",
    "putpmsg",
    "query_module",
    "readdir",
    "request_key",
    "security",
    "sgetmask",
    "sigaction",
    "signal",
    "sigpending",
    "sigsuspend",
    "ssetmask",
    "stty",
    "swapoff",
    "swapon",
    "sysfs",
    "tuxcall",
    "ulimit",
    "uselib",
    "userfaultfd",
    "ustat",
    "vm86",
    "vm86old",
    "vserver",
];

/// Calls that are refused unless the container has one of the capabilities.
const UNLESS: &[(&[&str], &[&str])] = &[
    (&["CAP_DAC_READ_SEARCH"], &["open_by_handle_at"]),
    (&["CAP_SYS_ADMIN", "CAP_BPF"], &["bpf"]),
    (&["CAP_SYS_ADMIN", "CAP_PERFMON"], &["perf_event_open"]),
    (&["CAP_SYS_ADMIN", "CAP_SYSLOG"], &["syslog"]),
    (
        &["CAP_SYS_ADMIN"],
        &[
            "fanotify_init",
            "fsconfig",
            "fsmount",
            "fsopen",
            "fspick",
            "lookup_dcookie",
            "lsm_get_self_attr",
            "lsm_list_modules",
            "lsm_set_self_attr",
            "mount",
            "mount_setattr",
            "move_mount",
            "open_tree",
            "open_tree_attr",
            "quotactl",
            "quotactl_fd",
            "setdomainname",
            "sethostname",
            "setns",
            "umount",
            "umount2",
            "unshare",
        ],
    ),
    (&["CAP_SYS_BOOT"], &["reboot"]),
    (&["CAP_SYS_CHROOT"], &["chroot"]),
    (&["CAP_SYS_MODULE"], &["delete_module", "finit_module", "init_module"]),
    (&["CAP_SYS_NICE"], &["get_mempolicy", "mbind", "set_mempolicy", "set_mempolicy_home_node"]),
    (&["CAP_SYS_PACCT"], &["acct"]),
    (&["CAP_SYS_PTRACE"], &["kcmp", "pidfd_getfd", "process_madvise"]),
    (&["CAP_SYS_RAWIO"], &["ioperm", "iopl"]),
    (&["CAP_SYS_TIME"], &["clock_settime", "clock_settime64", "settimeofday", "stime"]),
    (&["CAP_SYS_TTY_CONFIG"], &["vhangup"]),
];

/// Flags of `clone` that make namespaces: mount, cgroup, uts, ipc, user, pid, network.
const NEW_NAMESPACES: [u64; 7] =
    [0x0002_0000, 0x0200_0000, 0x0400_0000, 0x0800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000];

/// Execution domains that differ in nothing that matters: Linux, 32-bit, short release names, and the question for the present one.
const PERSONALITIES: [u64; 5] = [0, 0x0008, 0x2_0000, 0x2_0008, 0xffff_ffff];

/// Socket families that reach past the network namespace: the kernel's ciphers and the hypervisor.
const FAMILIES: [u64; 2] = [38, 40];

/// The profile of a container with these capabilities.
pub fn profile(capabilities: &[String]) -> Seccomp {
    let has = |wanted: &str| capabilities.iter().any(|held| held == wanted);
    let mut refused: Vec<&str> = NEVER.to_vec();
    for (unless, calls) in UNLESS {
        if !unless.iter().any(|capability| has(capability)) {
            refused.extend(*calls);
        }
    }
    refused.sort_unstable();
    let mut rules = vec![deny(&refused, EPERM, Vec::new())];
    if !has("CAP_SYS_ADMIN") {
        // The flags of clone3 lie in memory, where a filter cannot look; without it, libraries fall back on clone.
        rules.push(deny(&["clone3"], ENOSYS, Vec::new()));
        rules.extend(NEW_NAMESPACES.map(|flag| deny(&["clone"], EPERM, vec![set(0, flag)])));
    }
    // Comparisons of one argument are alternatives, and a rule with conditions goes before one without.
    let harmless = PERSONALITIES.map(|value| compare(0, "SCMP_CMP_EQ", value)).to_vec();
    rules.push(Syscall { action: "SCMP_ACT_ALLOW".into(), errno_ret: None, ..deny(&["personality"], EPERM, harmless) });
    rules.push(deny(&["personality"], EPERM, Vec::new()));
    rules.extend(FAMILIES.map(|family| deny(&["socket"], EPERM, vec![compare(0, "SCMP_CMP_EQ", family)])));
    Seccomp {
        default_action: "SCMP_ACT_ALLOW".into(),
        architectures: architectures(std::env::consts::ARCH),
        syscalls: rules,
        ..Seccomp::default()
    }
}

/// Reads a profile of the user's own: the `seccomp` section of the specification, or a profile of Docker, whose conditions are
/// decided here.
pub fn parse(text: &str, capabilities: &[String]) -> Result<Seccomp, String> {
    let mut profile: Seccomp = serde_json::from_str(text).map_err(|error| format!("not a seccomp profile: {error}"))?;
    action(&profile.default_action).map_err(|message| format!("defaultAction: {message}"))?;
    if profile.extra.remove("archMap").is_some() {
        profile.architectures = architectures(std::env::consts::ARCH);
    }
    for (index, rule) in profile.syscalls.iter().enumerate() {
        action(&rule.action).map_err(|message| format!("syscalls[{index}].action: {message}"))?;
    }
    profile.syscalls.retain(|rule| applies(rule, capabilities));
    for rule in &mut profile.syscalls {
        for key in ["includes", "excludes", "comment", "name"] {
            if let Some(Value::String(name)) = rule.extra.remove(key)
                && key == "name"
            {
                rule.names.push(name);
            }
        }
    }
    Ok(profile)
}

/// Whether Docker's conditions of a rule hold. Every kernel this runs on is newer than any `minKernel` of a profile.
fn applies(rule: &Syscall, capabilities: &[String]) -> bool {
    let listed = |section: &str, key: &str| {
        let list = rule.extra.get(section).and_then(|section| section.get(key)).and_then(Value::as_array);
        list.filter(|list| !list.is_empty())
            .map(|list| list.iter().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>())
    };
    let arch = |list: Vec<String>| list.iter().any(|name| name == docker_architecture(std::env::consts::ARCH));
    let held = |name: &String| capabilities.contains(name);
    listed("includes", "arches").is_none_or(arch)
        && listed("includes", "caps").is_none_or(|list| list.iter().all(held))
        && !listed("excludes", "arches").is_some_and(arch)
        && !listed("excludes", "caps").is_some_and(|list| list.iter().any(held))
}

fn action(word: &str) -> Result<(), String> {
    const KNOWN: [&str; 9] = [
        "SCMP_ACT_ALLOW",
        "SCMP_ACT_ERRNO",
        "SCMP_ACT_KILL",
        "SCMP_ACT_KILL_PROCESS",
        "SCMP_ACT_KILL_THREAD",
        "SCMP_ACT_LOG",
        "SCMP_ACT_NOTIFY",
        "SCMP_ACT_TRACE",
        "SCMP_ACT_TRAP",
    ];
    match (KNOWN.contains(&word), nearest(word, KNOWN)) {
        (true, _) => Ok(()),
        (false, Some(near)) => Err(format!("{word:?} is not an action; did you mean {near}?")),
        (false, None) => Err(format!("{word:?} is not an action, such as SCMP_ACT_ERRNO")),
    }
}

/// The architectures whose calls a machine runs, the older ones being ways round a filter.
fn architectures(machine: &str) -> Vec<String> {
    let names: &[&str] = match machine {
        // Not x32: hardly a kernel has it, and each architecture makes the filter a third longer.
        "x86_64" => &["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"],
        "aarch64" => &["SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"],
        "riscv64" => &["SCMP_ARCH_RISCV64"],
        _ => &[],
    };
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn docker_architecture(machine: &str) -> &str {
    match machine {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}

fn deny(names: &[&str], errno: u32, args: Vec<SyscallArg>) -> Syscall {
    Syscall {
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        action: "SCMP_ACT_ERRNO".into(),
        errno_ret: Some(errno),
        args,
        ..Syscall::default()
    }
}

fn compare(index: u32, op: &str, value: u64) -> SyscallArg {
    SyscallArg { index, value, op: op.into(), ..SyscallArg::default() }
}

fn set(index: u32, bits: u64) -> SyscallArg {
    SyscallArg { value_two: Some(bits), ..compare(index, "SCMP_CMP_MASKED_EQ", bits) }
}
