//! Programs are run by an interpreter here; what the kernel makes of them is in the tests of the whole module.
//!
//! Two oracles: a plain evaluation of the rules, and the seccompiler crate for profiles that it can express.

mod oracles;

use super::arch::{Arch, X32_BIT, find};
use super::table::ROWS;
use super::{Filter, compile_for};
use hcs_host::plan::linux::support::seccomp::{ERRNO, KILL_PROCESS};
use hcs_schema::oci::{Seccomp, Syscall, SyscallArg};

const ALLOW: u32 = 0x7fff_0000;
const EPERM: u32 = ERRNO | libc::EPERM as u32;
const ENOSYS: u32 = ERRNO | libc::ENOSYS as u32;

/// What a system call looks like to a filter.
#[derive(Clone, Copy, Debug)]
struct Data {
    number: u32,
    arch: u32,
    args: [u64; 6],
}

impl Data {
    fn of(arch: Arch, name: &str, args: &[u64]) -> Data {
        Data::numbered(arch, arch.number(find(name).unwrap()).unwrap(), args)
    }

    fn numbered(arch: Arch, number: u32, args: &[u64]) -> Data {
        let mut all = [0; 6];
        all[..args.len()].copy_from_slice(args);
        Data { number, arch: arch.audit(), args: all }
    }

    fn word(&self, offset: u32) -> u32 {
        match offset {
            0 => self.number,
            4 => self.arch,
            _ => (self.args[(offset as usize - 16) / 8] >> (offset % 8 * 8)) as u32,
        }
    }
}

/// The kernel's machine, as far as filters use it.
fn run(program: impl IntoIterator<Item = (u16, u8, u8, u32)>, data: &Data) -> u32 {
    let program: Vec<_> = program.into_iter().collect();
    let (mut at, mut accumulator) = (0, 0u32);
    loop {
        let (code, jt, jf, k) = program[at];
        at += 1;
        let mut branch = |holds: bool| at += usize::from(if holds { jt } else { jf });
        match code {
            0x20 => accumulator = data.word(k),
            0x54 => accumulator &= k,
            0x15 => branch(accumulator == k),
            0x25 => branch(accumulator > k),
            0x35 => branch(accumulator >= k),
            0x05 => at += k as usize,
            0x06 => return k,
            other => panic!("no such instruction: {other:#x}"),
        }
    }
}

impl Filter {
    fn run(&self, data: &Data) -> u32 {
        run(self.program.iter().map(|one| (one.code, one.jt, one.jf, one.k)), data)
    }
}

fn rule(names: &[&str], action: &str, args: Vec<SyscallArg>) -> Syscall {
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    Syscall { names, action: action.to_owned(), args, ..Syscall::default() }
}

fn arg(index: u32, op: &str, value: u64, value_two: Option<u64>) -> SyscallArg {
    SyscallArg { index, op: op.to_owned(), value, value_two, ..SyscallArg::default() }
}

fn profile(default: &str, syscalls: Vec<Syscall>) -> Seccomp {
    Seccomp { default_action: default.to_owned(), syscalls, ..Seccomp::default() }
}

fn with_architectures(mut profile: Seccomp, names: &[&str]) -> Seccomp {
    profile.architectures = names.iter().map(|name| (*name).to_owned()).collect();
    profile
}

/// As long as the profile that engines use: nearly every call, three architectures, several conditions and errnos.
fn engine_sized() -> Seccomp {
    const DENIED: [&str; 14] = [
        "bpf",
        "mount",
        "umount2",
        "ptrace",
        "reboot",
        "kexec_load",
        "init_module",
        "setns",
        "unshare",
        "swapon",
        "clone",
        "clone3",
        "personality",
        "socket",
    ];
    let allowed: Vec<&str> =
        ROWS.iter().map(|row| row.0).filter(|name| !DENIED.contains(name) && find(name).is_some()).collect();
    let mut syscalls = vec![
        rule(&allowed, "SCMP_ACT_ALLOW", vec![]),
        rule(&["socket"], "SCMP_ACT_ALLOW", vec![arg(0, "SCMP_CMP_NE", 40, None)]),
        rule(&["clone"], "SCMP_ACT_ALLOW", vec![arg(0, "SCMP_CMP_MASKED_EQ", 2114060288, Some(0))]),
    ];
    for persona in [0, 8, 0x20000, 0x20008, 0xffff_ffff] {
        syscalls.push(rule(&["personality"], "SCMP_ACT_ALLOW", vec![arg(0, "SCMP_CMP_EQ", persona, None)]));
    }
    let mut clone3 = rule(&["clone3"], "SCMP_ACT_ERRNO", vec![]);
    clone3.errno_ret = Some(libc::ENOSYS as u32);
    syscalls.push(clone3);
    let mut profile = profile("SCMP_ACT_ERRNO", syscalls);
    profile.default_errno_ret = Some(libc::EPERM as u32);
    with_architectures(profile, &["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"])
}

#[test]
fn an_engines_profile_does_what_it_says_on_three_architectures() {
    let filter = compile_for(&engine_sized(), Arch::X86_64).unwrap();
    assert!(filter.length() < 700, "{} instructions", filter.length());
    for arch in [Arch::X86_64, Arch::X86, Arch::X32] {
        let check = |name: &str, args: &[u64], expected: u32| {
            assert_eq!(filter.run(&Data::of(arch, name, args)), expected, "{arch:?} {name} {args:x?}");
        };
        check("read", &[], ALLOW);
        check("execve", &[], ALLOW);
        check("mount", &[], EPERM);
        check("clone3", &[], ENOSYS);
        check("socket", &[40, 1], EPERM);
        check("socket", &[2, 1], ALLOW);
        check("clone", &[0x11], ALLOW);
        check("clone", &[0x1000_0000], EPERM);
        check("personality", &[8], ALLOW);
        check("personality", &[9], EPERM);
        check("personality", &[0xffff_ffff], ALLOW);
    }
    // Newer than the profile, a number that was cancelled, and an architecture that is not listed.
    assert_eq!(filter.run(&Data::numbered(Arch::X86_64, 999, &[])), ENOSYS);
    assert_eq!(filter.run(&Data::numbered(Arch::X86, 999, &[])), ENOSYS);
    assert_eq!(filter.run(&Data::numbered(Arch::X86_64, u32::MAX, &[])), EPERM);
    assert_eq!(filter.run(&Data::of(Arch::Aarch64, "read", &[])), KILL_PROCESS);
    // Every number of every architecture has the verdict of its name.
    for row in ROWS.iter().filter(|row| row.0 != "clone" && row.0 != "personality" && row.0 != "socket") {
        for arch in Arch::X86_64.family() {
            let Some(number) = arch.number(row) else { continue };
            let verdict = filter.run(&Data::numbered(*arch, number, &[u64::MAX; 6]));
            assert!([ALLOW, EPERM, ENOSYS].contains(&verdict));
            let denied = [
                "bpf",
                "mount",
                "umount2",
                "ptrace",
                "reboot",
                "kexec_load",
                "init_module",
                "setns",
                "unshare",
                "swapon",
                "clone3",
            ]
            .contains(&row.0);
            assert_eq!(verdict == ALLOW, !denied, "{arch:?} {}", row.0);
        }
    }
}

/// Prints the cost, and fails if it were to become visible in the start of a container. Processor time is what counts: others
/// may keep this thread waiting for as long as they like.
#[test]
fn compiling_an_engines_profile_is_quick() {
    let profile = engine_sized();
    let used = || {
        let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        std::time::Duration::try_from(now).unwrap()
    };
    let least = (0..50)
        .map(|_| {
            let start = used();
            compile_for(&profile, Arch::X86_64).unwrap();
            used() - start
        })
        .min()
        .unwrap();
    println!("{} names: {least:?}", profile.syscalls[0].names.len());
    let bound = if cfg!(debug_assertions) { 10_000 } else { 300 };
    assert!(least.as_micros() < bound, "{least:?}");
}

#[test]
fn each_action_has_the_kernels_value() {
    let table = [
        ("SCMP_ACT_KILL", None, 0),
        ("SCMP_ACT_KILL_THREAD", None, 0),
        ("SCMP_ACT_KILL_PROCESS", None, 0x8000_0000),
        ("SCMP_ACT_TRAP", None, 0x0003_0000),
        ("SCMP_ACT_ERRNO", None, 0x0005_0001),
        ("SCMP_ACT_ERRNO", Some(0), 0x0005_0000),
        ("SCMP_ACT_ERRNO", Some(4095), 0x0005_0fff),
        ("SCMP_ACT_TRACE", None, 0x7ff0_0001),
        ("SCMP_ACT_TRACE", Some(0xffff), 0x7ff0_ffff),
        ("SCMP_ACT_LOG", None, 0x7ffc_0000),
        ("SCMP_ACT_NOTIFY", None, 0x7fc0_0000),
    ];
    for (action, errno, expected) in table {
        let mut syscall = rule(&["mkdir"], action, vec![]);
        syscall.errno_ret = errno;
        let mut profile = profile("SCMP_ACT_ALLOW", vec![syscall]);
        profile.listener_path = Some("/agent".to_owned());
        let filter = compile_for(&profile, Arch::X86_64).unwrap();
        assert_eq!(filter.run(&Data::of(Arch::X86_64, "mkdir", &[])), expected, "{action} {errno:?}");
        assert_eq!(filter.run(&Data::of(Arch::X86_64, "read", &[])), ALLOW);
        assert_eq!(filter.notifies(), action == "SCMP_ACT_NOTIFY");
    }
}

#[test]
fn a_specific_rule_is_not_hidden_by_a_general_one() {
    let specific = || rule(&["socket"], "SCMP_ACT_ERRNO", vec![arg(0, "SCMP_CMP_EQ", 38, None)]);
    let general = || rule(&["socket"], "SCMP_ACT_LOG", vec![]);
    for rules in [vec![specific(), general()], vec![general(), specific()]] {
        let filter = compile_for(&profile("SCMP_ACT_ALLOW", rules), Arch::X86_64).unwrap();
        assert_eq!(filter.run(&Data::of(Arch::X86_64, "socket", &[38])), EPERM);
        assert_eq!(filter.run(&Data::of(Arch::X86_64, "socket", &[2])), 0x7ffc_0000);
    }
}

#[test]
fn comparing_one_argument_twice_means_alternatives() {
    let args = vec![arg(0, "SCMP_CMP_EQ", 1, None), arg(0, "SCMP_CMP_EQ", 2, None), arg(1, "SCMP_CMP_EQ", 7, None)];
    let filter =
        compile_for(&profile("SCMP_ACT_ALLOW", vec![rule(&["socket"], "SCMP_ACT_ERRNO", args)]), Arch::X86_64).unwrap();
    let verdict = |args: &[u64]| filter.run(&Data::of(Arch::X86_64, "socket", args));
    assert_eq!([verdict(&[1, 0]), verdict(&[2, 0]), verdict(&[3, 7]), verdict(&[3, 0])], [EPERM, EPERM, EPERM, ALLOW]);
}

#[test]
fn x32_is_killed_unless_it_is_listed() {
    let rules = || vec![rule(&["mkdir"], "SCMP_ACT_ERRNO", vec![])];
    let without = compile_for(&profile("SCMP_ACT_ALLOW", rules()), Arch::X86_64).unwrap();
    assert_eq!(without.run(&Data::of(Arch::X32, "read", &[])), KILL_PROCESS);
    assert_eq!(without.run(&Data::of(Arch::X86, "read", &[])), KILL_PROCESS);
    assert_eq!(without.run(&Data::of(Arch::X86_64, "mkdir", &[])), EPERM);
    let with = with_architectures(profile("SCMP_ACT_ALLOW", rules()), &["SCMP_ARCH_X32", "SCMP_ARCH_MIPS"]);
    let with = compile_for(&with, Arch::X86_64).unwrap();
    assert_eq!(with.run(&Data::of(Arch::X32, "mkdir", &[])), EPERM);
    assert_eq!(with.run(&Data::numbered(Arch::X32, X32_BIT | 999, &[])), ALLOW);
    assert_eq!(with.run(&Data::of(Arch::X86, "mkdir", &[])), KILL_PROCESS);
}

#[test]
fn a_call_of_32_bit_x86_is_also_found_through_its_multiplexer() {
    let listed = with_architectures(
        profile("SCMP_ACT_ALLOW", vec![rule(&["socket", "semget"], "SCMP_ACT_ERRNO", vec![])]),
        &["SCMP_ARCH_X86"],
    );
    let filter = compile_for(&listed, Arch::X86_64).unwrap();
    let verdict = |name: &str, args: &[u64]| filter.run(&Data::of(Arch::X86, name, args));
    assert_eq!(verdict("socket", &[]), EPERM);
    assert_eq!(verdict("socketcall", &[1]), EPERM);
    assert_eq!(verdict("socketcall", &[2]), ALLOW);
    assert_eq!(verdict("ipc", &[0x0001_0002]), EPERM);
    assert_eq!(verdict("ipc", &[3]), ALLOW);
}

#[test]
fn a_killing_default_also_kills_what_is_newer_than_the_profile() {
    let filter =
        compile_for(&profile("SCMP_ACT_KILL_PROCESS", vec![rule(&["read"], "SCMP_ACT_ALLOW", vec![])]), Arch::X86_64);
    assert_eq!(filter.unwrap().run(&Data::numbered(Arch::X86_64, 999, &[])), KILL_PROCESS);
}

#[test]
fn a_program_that_is_too_long_is_refused() {
    let rules = (0..1400).map(|value| rule(&["socket"], "SCMP_ACT_ERRNO", vec![arg(0, "SCMP_CMP_EQ", value, None)]));
    let failure = compile_for(&profile("SCMP_ACT_ALLOW", rules.collect()), Arch::X86_64).unwrap_err();
    assert!(failure.why.ends_with("instructions, the kernel takes 4096"), "{failure}");
}

#[test]
fn other_natives_compile_too() {
    let rules = || vec![rule(&["openat", "set_tls", "nonsense"], "SCMP_ACT_ERRNO", vec![])];
    let arm = with_architectures(profile("SCMP_ACT_ALLOW", rules()), &["SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"]);
    let filter = compile_for(&arm, Arch::Aarch64).unwrap();
    assert_eq!(filter.run(&Data::of(Arch::Aarch64, "openat", &[])), EPERM);
    assert_eq!(filter.run(&Data::of(Arch::Arm, "set_tls", &[])), EPERM);
    assert_eq!(filter.run(&Data::of(Arch::Riscv64, "openat", &[])), KILL_PROCESS);
    let filter = compile_for(&profile("SCMP_ACT_ALLOW", rules()), Arch::Riscv64).unwrap();
    assert_eq!(filter.run(&Data::of(Arch::Riscv64, "openat", &[])), EPERM);
}
