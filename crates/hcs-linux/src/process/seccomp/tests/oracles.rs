//! Random profiles against the oracles.

use super::super::arch::Arch;
use super::super::compile_for;
use super::{Data, arg, profile, rule, run, with_architectures};
use hcs_schema::oci::{Seccomp, Syscall, SyscallArg};
use proptest::prelude::*;

/// Values around which comparisons of two halves go wrong.
fn value() -> impl Strategy<Value = u64> {
    prop_oneof![
        Just(0),
        Just(1),
        Just(u64::MAX),
        Just(u64::from(u32::MAX)),
        Just(1 << 32),
        Just((1 << 32) + 1),
        Just((1 << 32) - 2),
        0..8u64,
        any::<u64>(),
    ]
}

fn comparison() -> impl Strategy<Value = SyscallArg> {
    let ops = ["NE", "LT", "LE", "EQ", "GE", "GT", "MASKED_EQ"];
    (0..6u32, prop::sample::select(ops.to_vec()), value(), value())
        .prop_map(|(index, op, value, value_two)| arg(index, &format!("SCMP_CMP_{op}"), value, Some(value_two)))
}

fn syscall() -> impl Strategy<Value = Syscall> {
    let names = ["read", "write", "socket", "clone", "nonsense", "mkdir", "close", "personality"];
    let actions = ["ALLOW", "ERRNO", "TRAP", "LOG", "KILL", "KILL_PROCESS", "TRACE"];
    let args = prop::collection::vec(comparison(), 0..4);
    (prop::sample::subsequence(names.to_vec(), 1..4), prop::sample::select(actions.to_vec()), args)
        .prop_map(|(names, action, args)| rule(&names, &format!("SCMP_ACT_{action}"), args))
}

/// Whether a condition holds, said as plainly as possible.
fn holds(arg: &SyscallArg, data: &Data, narrow: bool) -> bool {
    let cut = |value: u64| if narrow { value & u64::from(u32::MAX) } else { value };
    let (actual, value) = (cut(data.args[arg.index as usize]), cut(arg.value));
    match arg.op.as_str() {
        "SCMP_CMP_NE" => actual != value,
        "SCMP_CMP_LT" => actual < value,
        "SCMP_CMP_LE" => actual <= value,
        "SCMP_CMP_EQ" => actual == value,
        "SCMP_CMP_GE" => actual >= value,
        "SCMP_CMP_GT" => actual > value,
        _ => actual & value == cut(arg.value_two.unwrap()),
    }
}

/// The verdict by reading the profile from top to bottom.
fn plainly(profile: &Seccomp, name: &str, data: &Data, narrow: bool) -> String {
    let named = |rule: &&Syscall| rule.names.iter().any(|one| one == name);
    let applies = |rule: &Syscall| {
        let mut indexes: Vec<u32> = rule.args.iter().map(|arg| arg.index).collect();
        indexes.sort_unstable();
        let alternatives = indexes.windows(2).any(|pair| pair[0] == pair[1]);
        let mut each = rule.args.iter().map(|arg| holds(arg, data, narrow));
        if alternatives { each.any(|holds| holds) } else { each.all(|holds| holds) }
    };
    let specific = profile.syscalls.iter().filter(named).find(|rule| !rule.args.is_empty() && applies(rule));
    let general = || profile.syscalls.iter().filter(named).find(|rule| rule.args.is_empty());
    specific.or_else(general).map_or_else(|| profile.default_action.clone(), |rule| rule.action.clone())
}

fn value_of(action: &str) -> u32 {
    let one = rule(&["mkdir"], action, vec![]);
    compile_for(&profile("SCMP_ACT_ALLOW", vec![one]), Arch::X86_64).unwrap().run(&Data::of(Arch::X86_64, "mkdir", &[]))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn programs_agree_with_a_plain_reading(
        syscalls in prop::collection::vec(syscall(), 0..8),
        calls in prop::collection::vec((prop::sample::select(vec!["read", "write", "socket", "clone", "mkdir", "close"]),
            prop::array::uniform6(value())), 8),
    ) {
        let names = ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"];
        let profile = with_architectures(profile("SCMP_ACT_LOG", syscalls), &names);
        let filter = compile_for(&profile, Arch::X86_64).unwrap();
        for (name, args) in &calls {
            for arch in Arch::X86_64.family() {
                let data = Data::of(*arch, name, args);
                let expected = value_of(&plainly(&profile, name, &data, arch.is_32_bit()));
                prop_assert_eq!(filter.run(&data), expected, "{:?} {}", arch, name);
            }
        }
    }

    #[test]
    fn single_action_profiles_agree_with_seccompiler(
        op in prop::sample::select(vec!["NE", "LT", "LE", "EQ", "GE", "GT", "MASKED_EQ"]),
        wanted in value(), second in value(), actual in prop::array::uniform6(value()),
    ) {
        use seccompiler::{SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule};
        let (their_op, their_value) = match op {
            "NE" => (SeccompCmpOp::Ne, wanted), "LT" => (SeccompCmpOp::Lt, wanted), "LE" => (SeccompCmpOp::Le, wanted),
            "EQ" => (SeccompCmpOp::Eq, wanted), "GE" => (SeccompCmpOp::Ge, wanted), "GT" => (SeccompCmpOp::Gt, wanted),
            // Theirs masks the wanted value too.
            _ => (SeccompCmpOp::MaskedEq(wanted), second & wanted),
        };
        let condition = SeccompCondition::new(2, SeccompCmpArgLen::Qword, their_op, their_value).unwrap();
        let rules = [(libc::SYS_socket, vec![SeccompRule::new(vec![condition]).unwrap()])].into_iter().collect();
        let arch = seccompiler::TargetArch::x86_64;
        let theirs = SeccompFilter::new(rules, SeccompAction::Allow, SeccompAction::Errno(1), arch).unwrap();
        let theirs: seccompiler::BpfProgram = theirs.try_into().unwrap();
        let second = if op == "MASKED_EQ" { second & wanted } else { second };
        let rules = vec![rule(&["socket"], "SCMP_ACT_ERRNO", vec![arg(2, &format!("SCMP_CMP_{op}"), wanted, Some(second))])];
        let ours = compile_for(&profile("SCMP_ACT_ALLOW", rules), Arch::X86_64).unwrap();
        let data = Data { number: 41, arch: Arch::X86_64.audit(), args: actual };
        let theirs = run(theirs.iter().map(|one| (one.code, one.jt, one.jf, one.k)), &data);
        prop_assert_eq!(ours.run(&data), theirs);
    }

    #[test]
    fn no_profile_makes_the_compiler_panic(
        default in "(SCMP_ACT_(ALLOW|ERRNO|TRACE|NOTIFY)|\\PC{0,8})", errno in any::<Option<u32>>(),
        name in "\\PC{0,12}", op in "(SCMP_CMP_(EQ|GT)|\\PC{0,8})", index in any::<u32>(), values in any::<(u64, u64)>(),
        arch in "(SCMP_ARCH_(X86|ARM|S390X)|\\PC{0,8})", flag in "(SECCOMP_FILTER_FLAG_(LOG|TSYNC)|\\PC{0,8})",
        listener in any::<Option<String>>(),
    ) {
        let mut syscall = rule(&[&name, "read"], &default, vec![arg(index, &op, values.0, Some(values.1))]);
        syscall.errno_ret = errno;
        let mut profile = with_architectures(profile(&default, vec![syscall]), &[&arch]);
        profile.default_errno_ret = errno;
        profile.flags = vec![flag];
        profile.listener_path = listener;
        for native in [Arch::X86_64, Arch::Aarch64, Arch::Riscv64] {
            let _ = compile_for(&profile, native);
        }
    }
}
