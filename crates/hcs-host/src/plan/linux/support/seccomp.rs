//! The specification's profile as rules: words become numbers, and what is unknown is refused by name.
//!
//! Nothing here depends on an architecture.

use super::Refusal;
use hcs_schema::oci;

/// `SECCOMP_RET_KILL_PROCESS`.
pub const KILL_PROCESS: u32 = 0x8000_0000;
/// `SECCOMP_RET_ERRNO`; the errno is in the lower half.
pub const ERRNO: u32 = 0x0005_0000;
/// `SECCOMP_RET_USER_NOTIF`.
pub const NOTIFY: u32 = 0x7fc0_0000;
/// `SECCOMP_RET_TRACE`; a value for the tracer is in the lower half.
const TRACE: u32 = 0x7ff0_0000;
/// `SECCOMP_FILTER_FLAG_LOG`: every action but allow may be logged.
pub const FLAG_LOG: u32 = 1 << 1;
/// `SECCOMP_FILTER_FLAG_SPEC_ALLOW`: leave the speculative store bypass mitigation off.
pub const FLAG_SPEC_ALLOW: u32 = 1 << 2;
/// `SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV`: a notification that was received can only be interrupted by death.
pub const FLAG_WAIT_KILLABLE_RECV: u32 = 1 << 5;
/// `EPERM`, what a denied call returns unless the profile says otherwise.
const EPERM: u32 = 1;
/// The kernel's highest errno.
const MAX_ERRNO: u32 = 4095;

/// Actions by the specification's name.
const ACTIONS: [(&str, u32); 9] = [
    ("SCMP_ACT_KILL", 0),
    ("SCMP_ACT_KILL_THREAD", 0),
    ("SCMP_ACT_KILL_PROCESS", KILL_PROCESS),
    ("SCMP_ACT_TRAP", 0x0003_0000),
    ("SCMP_ACT_ERRNO", ERRNO),
    ("SCMP_ACT_TRACE", TRACE),
    ("SCMP_ACT_ALLOW", 0x7fff_0000),
    ("SCMP_ACT_LOG", 0x7ffc_0000),
    ("SCMP_ACT_NOTIFY", NOTIFY),
];

/// The specification's names of architectures.
const ARCHITECTURES: [&str; 23] = [
    "SCMP_ARCH_AARCH64",
    "SCMP_ARCH_ARM",
    "SCMP_ARCH_LOONGARCH64",
    "SCMP_ARCH_M68K",
    "SCMP_ARCH_MIPS",
    "SCMP_ARCH_MIPS64",
    "SCMP_ARCH_MIPS64N32",
    "SCMP_ARCH_MIPSEL",
    "SCMP_ARCH_MIPSEL64",
    "SCMP_ARCH_MIPSEL64N32",
    "SCMP_ARCH_PARISC",
    "SCMP_ARCH_PARISC64",
    "SCMP_ARCH_PPC",
    "SCMP_ARCH_PPC64",
    "SCMP_ARCH_PPC64LE",
    "SCMP_ARCH_RISCV64",
    "SCMP_ARCH_S390",
    "SCMP_ARCH_S390X",
    "SCMP_ARCH_SH",
    "SCMP_ARCH_SHEB",
    "SCMP_ARCH_X32",
    "SCMP_ARCH_X86",
    "SCMP_ARCH_X86_64",
];

/// A comparison of a 64-bit argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// Not equal.
    Ne,
    /// Less.
    Lt,
    /// Less or equal.
    Le,
    /// Equal.
    Eq,
    /// Greater or equal.
    Ge,
    /// Greater.
    Gt,
    /// Equal after masking.
    MaskedEq,
}

/// Comparisons by the specification's name.
const OPS: [(&str, Op); 7] = [
    ("SCMP_CMP_NE", Op::Ne),
    ("SCMP_CMP_LT", Op::Lt),
    ("SCMP_CMP_LE", Op::Le),
    ("SCMP_CMP_EQ", Op::Eq),
    ("SCMP_CMP_GE", Op::Ge),
    ("SCMP_CMP_GT", Op::Gt),
    ("SCMP_CMP_MASKED_EQ", Op::MaskedEq),
];

/// The names of all actions.
pub fn actions() -> Vec<&'static str> {
    ACTIONS.iter().map(|(name, _)| *name).collect()
}

/// The names of all comparisons.
pub fn operators() -> Vec<&'static str> {
    OPS.iter().map(|(name, _)| *name).collect()
}

/// A condition on one argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The argument, 0 to 5.
    pub index: u8,
    /// How it is compared.
    pub op: Op,
    /// What it is masked with before.
    pub mask: u64,
    /// What it is compared with.
    pub value: u64,
}

/// Conditions that must all hold, and what happens then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The filter's return value.
    pub action: u32,
    /// None: the rule always holds.
    pub conditions: Vec<Condition>,
}

/// One entry of the profile: names, and rules that hold for each of them.
#[derive(Debug)]
pub struct Entry<'a> {
    /// System calls.
    pub names: &'a [String],
    /// In order; the first that holds decides.
    pub rules: Vec<Rule>,
}

/// A profile whose words have been read.
#[derive(Debug)]
pub struct Profile<'a> {
    /// For calls without a rule.
    pub default: u32,
    /// Rules.
    pub entries: Vec<Entry<'a>>,
    /// Flags for the kernel.
    pub flags: u32,
    /// Whether some rule notifies.
    pub notifies: bool,
}

/// Reads an action and its errno.
fn action(place: &str, name: &str, errno: Option<u32>) -> Result<u32, Refusal> {
    let Some((_, base)) = ACTIONS.iter().find(|(known, _)| *known == name) else {
        return Err(Refusal::invalid(place, format!("{name:?} is not a seccomp action")));
    };
    let bound = match *base {
        ERRNO => MAX_ERRNO,
        TRACE => 0xffff,
        _ if errno.is_some() => return Err(Refusal::invalid(place, format!("{name} takes no errno"))),
        _ => return Ok(*base),
    };
    match errno.unwrap_or(EPERM) {
        errno if errno <= bound => Ok(base | errno),
        errno => Err(Refusal::invalid(place, format!("errno {errno} is not in 0 to {bound}"))),
    }
}

/// Reads one condition.
fn condition(place: &str, arg: &oci::SyscallArg) -> Result<Condition, Refusal> {
    let Some(&(_, op)) = OPS.iter().find(|(known, _)| *known == arg.op) else {
        return Err(Refusal::invalid(place, format!("{:?} is not a comparison", arg.op)));
    };
    let index = u8::try_from(arg.index).ok().filter(|index| *index < 6);
    let index = index.ok_or_else(|| Refusal::invalid(place, format!("there is no argument {}", arg.index)))?;
    Ok(match op {
        Op::MaskedEq => Condition { index, op, mask: arg.value, value: arg.value_two.unwrap_or(0) },
        _ => Condition { index, op, mask: u64::MAX, value: arg.value },
    })
}

/// Reads the conditions of an entry into its rules.
///
/// An entry that compares the same argument more than once means alternatives to every other runtime (each comparison is a
/// rule of its own), and profiles are written against that.
fn rules(place: &str, action: u32, args: &[oci::SyscallArg]) -> Result<Vec<Rule>, Refusal> {
    let conditions = args.iter().map(|arg| condition(place, arg)).collect::<Result<Vec<_>, _>>()?;
    let repeated = conditions.iter().enumerate().any(|(at, one)| conditions[..at].iter().any(|o| o.index == one.index));
    if repeated {
        return Ok(conditions.into_iter().map(|one| Rule { action, conditions: vec![one] }).collect());
    }
    Ok(vec![Rule { action, conditions }])
}

/// Reads one entry.
fn entry(place: &str, syscall: &oci::Syscall) -> Result<(Vec<Rule>, bool), Refusal> {
    if syscall.names.is_empty() {
        return Err(Refusal::invalid(place, "names no system call"));
    }
    let action = action(place, &syscall.action, syscall.errno_ret)?;
    let notifies = action == NOTIFY;
    if notifies && syscall.names.iter().any(|name| name == "sendmsg") {
        let why = "SCMP_ACT_NOTIFY for sendmsg: the runtime hands the listener over with that very call";
        return Err(Refusal::unsupported(place, why));
    }
    Ok((rules(place, action, &syscall.args)?, notifies))
}

/// Reads the flags.
fn flags(profile: &oci::Seccomp, notifies: bool) -> Result<u32, Refusal> {
    let mut bits = 0;
    for flag in &profile.flags {
        bits |= match flag.as_str() {
            // The process has one thread, so there is nothing to synchronise.
            "SECCOMP_FILTER_FLAG_TSYNC" => 0,
            "SECCOMP_FILTER_FLAG_LOG" => FLAG_LOG,
            "SECCOMP_FILTER_FLAG_SPEC_ALLOW" => FLAG_SPEC_ALLOW,
            "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV" if notifies => FLAG_WAIT_KILLABLE_RECV,
            "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV" => {
                return Err(Refusal::invalid(
                    "linux.seccomp.flags",
                    format!("{flag} needs a rule with SCMP_ACT_NOTIFY"),
                ));
            }
            _ => return Err(Refusal::unsupported("linux.seccomp.flags", format!("{flag:?} is not a known flag"))),
        };
    }
    Ok(bits)
}

/// Checks the listener's part.
fn listener(profile: &oci::Seccomp, notifies: bool) -> Result<(), Refusal> {
    match &profile.listener_path {
        None if notifies => Err(Refusal::invalid("linux.seccomp.listenerPath", "SCMP_ACT_NOTIFY needs a listener")),
        None if profile.listener_metadata.is_some() => {
            Err(Refusal::invalid("linux.seccomp.listenerMetadata", "is of no use without listenerPath"))
        }
        Some(path) if !path.starts_with('/') || path.contains('\0') => {
            Err(Refusal::invalid("linux.seccomp.listenerPath", format!("{path:?} is not an absolute path")))
        }
        _ => Ok(()),
    }
}

/// Checks a profile without compiling it.
pub fn check(profile: &oci::Seccomp) -> Result<(), Refusal> {
    parse(profile)?;
    architectures(profile)
}

/// Checks the names of architectures.
pub fn architectures(profile: &oci::Seccomp) -> Result<(), Refusal> {
    match profile.architectures.iter().find(|name| !ARCHITECTURES.contains(&name.as_str())) {
        None => Ok(()),
        Some(name) => {
            let why = format!("{name:?} is not an architecture (they are spelled like SCMP_ARCH_X86_64)");
            Err(Refusal::invalid("linux.seccomp.architectures", why))
        }
    }
}

/// Reads a whole profile.
pub fn parse(profile: &oci::Seccomp) -> Result<Profile<'_>, Refusal> {
    let default = action("linux.seccomp.defaultAction", &profile.default_action, profile.default_errno_ret)?;
    if default == NOTIFY {
        return Err(Refusal::unsupported("linux.seccomp.defaultAction", "SCMP_ACT_NOTIFY would notify of every call"));
    }
    let mut notifies = false;
    let mut entries = Vec::with_capacity(profile.syscalls.len());
    for (index, syscall) in profile.syscalls.iter().enumerate() {
        let (rules, notifying) = match entry("", syscall) {
            Ok(read) => read,
            Err(failure) => return Err(Refusal { property: format!("linux.seccomp.syscalls[{index}]"), ..failure }),
        };
        notifies |= notifying;
        entries.push(Entry { names: &syscall.names, rules });
    }
    listener(profile, notifies)?;
    Ok(Profile { default, entries, flags: flags(profile, notifies)?, notifies })
}
