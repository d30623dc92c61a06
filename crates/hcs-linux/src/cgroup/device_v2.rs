//! Device rules in version 2: a program that the kernel asks at every open of a device and every mknod.
//!
//! The rules are compiled from the last to the first. Of the accesses that are asked for, each rule that matches settles
//! those it names: an allowing rule strikes them off and, when none is left, allows; a denying rule denies when one of them is
//! left. What no rule settles is denied. Any order of rules can be held this way.
//!
//! Programs are attached beside those of others and each must agree, so nothing here widens what the groups above allow.

use super::devices::{ANY, Kind, Rule, rules};
use super::file;
use crate::sys::bpf::{self, Insn};
use crate::{Context, Failure};
use hcs_schema::oci::DeviceRule;
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

/// Attaches the rules to a new group; rules that allow everything need no program.
pub(super) fn apply(folder: &Path, list: &[DeviceRule]) -> Result<(), Failure> {
    let rules = rules(list)?;
    if allows_everything(&rules) {
        return Ok(());
    }
    let group = open(folder)?;
    attach(&group, &rules, &[]).or_else(|errno| tolerate(folder, errno))
}

/// Puts the rules in the place of those that are attached. At no moment is there neither.
pub(super) fn update(folder: &Path, list: &[DeviceRule]) -> Result<(), Failure> {
    let rules = rules(list)?;
    let group = open(folder)?;
    let replace = || {
        let old = bpf::attached(group.as_fd())?;
        match allows_everything(&rules) {
            true => old.iter().try_for_each(|old| bpf::detach(group.as_fd(), old.as_fd())),
            false => attach(&group, &rules, &old),
        }
    };
    replace().or_else(|errno| tolerate(folder, errno))
}

fn open(folder: &Path) -> Result<OwnedFd, Failure> {
    rustix::fs::open(folder, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())
        .doing(|| format!("open {}", folder.display()))
}

fn attach(group: &OwnedFd, rules: &[Rule], old: &[OwnedFd]) -> Result<(), Errno> {
    let program = bpf::load_device_program(&compile(rules))?;
    if let [only] = old {
        match bpf::attach(group.as_fd(), program.as_fd(), Some(only.as_fd())) {
            // A kernel before 5.6, which can only add and remove.
            Err(Errno::INVAL) => {}
            done => return done,
        }
    }
    bpf::attach(group.as_fd(), program.as_fd(), None)?;
    old.iter().try_for_each(|old| bpf::detach(group.as_fd(), old.as_fd()))
}

/// A user without rights over programs has none to make devices either, so his rules hold without one.
fn tolerate(folder: &Path, errno: Errno) -> Result<(), Failure> {
    let privileged = rustix::process::geteuid().is_root() && !in_user_namespace();
    if errno == Errno::PERM && !privileged {
        return Ok(());
    }
    let failure = Failure::errno(format!("linux.resources.devices: attach the rules to {}", folder.display()), errno);
    Err(match errno {
        Errno::PERM => {
            failure.hint("this needs CAP_SYS_ADMIN and CAP_BPF, and on kernels before 5.11 room for locked memory")
        }
        Errno::TOOBIG => failure.hint("there are too many rules, or too many programs on this group"),
        Errno::INVAL | Errno::NOSYS => failure.hint("this kernel has no device programs (CONFIG_CGROUP_BPF)"),
        _ => failure,
    })
}

/// Only the first user namespace maps every user to itself.
fn in_user_namespace() -> bool {
    let map = file::read(Path::new("/proc/self/uid_map")).unwrap_or_default();
    map.split_whitespace().ne(["0", "0", "4294967295"])
}

/// Whether no rule after the last that allows everything denies anything.
fn allows_everything(rules: &[Rule]) -> bool {
    rules.iter().rev().take_while(|rule| rule.allow).any(Rule::is_total)
}

const R0: u8 = 0;
const CONTEXT: u8 = 1;
const KIND: u8 = 2;
const LEFT: u8 = 3;
const MAJOR: u8 = 4;
const MINOR: u8 = 5;
const DENIED: u8 = 6;

const LOAD_WORD: u8 = 0x61;
const MOVE: u8 = 0xb7;
const MOVE_REGISTER: u8 = 0xbf;
const AND: u8 = 0x57;
const SHIFT_RIGHT: u8 = 0x77;
const JUMP_IF_EQUAL: u8 = 0x15;
const JUMP_UNLESS_EQUAL: u8 = 0x55;
const EXIT: u8 = 0x95;

const fn insn(code: u8, to: u8, from: u8, offset: i16, immediate: i32) -> Insn {
    Insn { code, registers: from << 4 | to, offset, immediate }
}

/// The program for rules.
fn compile(rules: &[Rule]) -> Vec<Insn> {
    // The context is three words: access in the high half and kind in the low half, major, minor.
    let mut program = vec![
        insn(LOAD_WORD, KIND, CONTEXT, 0, 0),
        insn(MOVE_REGISTER, LEFT, KIND, 0, 0),
        insn(AND, KIND, 0, 0, 0xffff),
        insn(SHIFT_RIGHT, LEFT, 0, 0, 16),
        insn(LOAD_WORD, MAJOR, CONTEXT, 4, 0),
        insn(LOAD_WORD, MINOR, CONTEXT, 8, 0),
    ];
    for rule in rules.iter().rev() {
        if rule.is_total() {
            // The kernel takes no program with instructions that cannot be reached.
            program.extend(verdict(rule.allow));
            return program;
        }
        program.extend(block(rule));
    }
    program.extend(verdict(false));
    program
}

fn verdict(allow: bool) -> [Insn; 2] {
    [insn(MOVE, R0, 0, 0, i32::from(allow)), insn(EXIT, 0, 0, 0, 0)]
}

/// One rule: past its end when it does not match or settles nothing finally.
fn block(rule: &Rule) -> Vec<Insn> {
    let kind = rule.kind.map(|kind| match kind {
        Kind::Block => 1,
        Kind::Character => 2,
    });
    let matches = [(KIND, kind), (MAJOR, rule.major), (MINOR, rule.minor)];
    let matches = matches.into_iter().filter_map(|(register, wanted)| Some((register, wanted?)));
    let mut body: Vec<Insn> =
        matches.map(|(register, wanted)| insn(JUMP_UNLESS_EQUAL, register, 0, 0, wanted as i32)).collect();
    if rule.allow {
        body.push(insn(AND, LEFT, 0, 0, i32::from(ANY & !rule.access)));
        body.push(insn(JUMP_UNLESS_EQUAL, LEFT, 0, 0, 0));
    } else {
        body.push(insn(MOVE_REGISTER, DENIED, LEFT, 0, 0));
        body.push(insn(AND, DENIED, 0, 0, i32::from(rule.access)));
        body.push(insn(JUMP_IF_EQUAL, DENIED, 0, 0, 0));
    }
    body.extend(verdict(rule.allow));
    let end = body.len();
    for (at, insn) in body.iter_mut().enumerate() {
        if matches!(insn.code, JUMP_IF_EQUAL | JUMP_UNLESS_EQUAL) {
            insn.offset = (end - at - 1) as i16;
        }
    }
    body
}

#[cfg(test)]
mod tests {
    use super::super::devices::tests::rule;
    use super::super::devices::{MKNOD, READ, WRITE};
    use super::super::testing::{TestGroup, require_root};
    use super::*;
    use proptest::prelude::*;

    /// One question to the rules.
    #[derive(Clone, Copy, Debug)]
    struct Question {
        kind: Kind,
        major: u32,
        minor: u32,
        access: u8,
    }

    /// Runs a program as the kernel would; a jump out of it or an unknown instruction panics.
    fn run(program: &[Insn], question: Question) -> bool {
        let kind = if question.kind == Kind::Block { 1 } else { 2 };
        let context = [u32::from(question.access) << 16 | kind, question.major, question.minor];
        let (mut registers, mut at) = ([0u64; 11], 0usize);
        loop {
            let Insn { code, registers: names, offset, immediate } = program[at];
            let (to, from) = (usize::from(names & 15), usize::from(names >> 4));
            let operand = immediate as i64 as u64;
            let mut jump = false;
            match code {
                LOAD_WORD => registers[to] = u64::from(context[offset as usize / 4]),
                MOVE => registers[to] = operand,
                MOVE_REGISTER => registers[to] = registers[from],
                AND => registers[to] &= operand,
                SHIFT_RIGHT => registers[to] >>= operand,
                JUMP_IF_EQUAL => jump = registers[to] == operand,
                JUMP_UNLESS_EQUAL => jump = registers[to] != operand,
                EXIT => return registers[usize::from(R0)] == 1,
                other => panic!("no such instruction: {other:#x}"),
            }
            at += 1 + if jump { usize::try_from(offset).unwrap() } else { 0 };
        }
    }

    /// What the rules mean: each access by itself, by the last rule that matches.
    fn meaning(rules: &[Rule], question: Question) -> bool {
        let matches = |rule: &Rule| {
            rule.kind.is_none_or(|kind| kind == question.kind)
                && rule.major.is_none_or(|major| major == question.major)
                && rule.minor.is_none_or(|minor| minor == question.minor)
        };
        [MKNOD, READ, WRITE].into_iter().filter(|bit| question.access & bit != 0).all(|bit| {
            rules.iter().rev().find(|rule| matches(rule) && rule.access & bit != 0).is_some_and(|rule| rule.allow)
        })
    }

    fn verdicts(texts: &[&str], questions: &[(&str, bool)]) {
        let program = compile(&rules(&texts.iter().map(|text| rule(text)).collect::<Vec<_>>()).unwrap());
        for (text, allowed) in questions {
            let asked = rules(&[rule(&format!("+{text}"))]).unwrap()[1];
            let (major, minor) = (asked.major.unwrap(), asked.minor.unwrap());
            let question = Question { kind: asked.kind.unwrap(), major, minor, access: asked.access };
            assert_eq!(run(&program, question), *allowed, "{texts:?}: {text}");
        }
    }

    #[test]
    fn the_devices_of_every_container_and_no_others() {
        let questions = [
            ("c 1:3 rwm", true),
            ("c 136:7 rw", true),
            ("c 10:200 rw", false),
            ("b 8:0 r", false),
            ("b 8:0 m", true),
            ("b 8:0 rm", false),
        ];
        verdicts(&[], &questions);
        verdicts(&["-a"], &questions);
    }

    #[test]
    fn the_last_match_wins_for_each_access() {
        verdicts(
            &["-a", "+b 8:* rw", "-b 8:1 w", "+c 9:9 r", "+c 9:9 w"],
            &[
                ("b 8:0 rw", true),
                ("b 8:1 r", true),
                ("b 8:1 w", false),
                ("b 8:1 rw", false),
                ("c 9:9 rw", true),
                ("c 9:8 r", false),
                ("b 9:9 r", false),
            ],
        );
        verdicts(&["+a", "-b 8:0 w"], &[("b 8:0 w", false), ("b 8:0 r", true), ("c 200:1 rwm", true)]);
        verdicts(&["-a", "+a 8:0 r"], &[("b 8:0 r", true), ("c 8:0 r", true), ("c 8:1 r", false)]);
        verdicts(&["-c 1:3"], &[("c 1:3 rw", true)]);
    }

    #[test]
    fn allowing_everything_is_recognised() {
        let all =
            |texts: &[&str]| allows_everything(&rules(&texts.iter().map(|t| rule(t)).collect::<Vec<_>>()).unwrap());
        assert!(all(&["-a", "+a"]) && all(&["+a", "+c 1:1"]));
        assert!(!all(&[]) && !all(&["+a", "-c 1:1 w"]) && !all(&["+a", "-a"]) && !all(&["+a *:* r"]));
    }

    fn any_rule() -> impl Strategy<Value = Rule> {
        let kind = prop::option::of(prop_oneof![Just(Kind::Block), Just(Kind::Character)]);
        (any::<bool>(), kind, prop::option::of(0..3u32), prop::option::of(0..3u32), 0..=ANY)
            .prop_map(|(allow, kind, major, minor, access)| Rule { allow, kind, major, minor, access })
    }

    proptest! {
        #[test]
        fn programs_mean_what_the_rules_mean(rules in prop::collection::vec(any_rule(), 0..12)) {
            let program = compile(&rules);
            for (kind, major, minor) in devices() {
                for access in 1..=ANY {
                    let question = Question { kind, major, minor, access };
                    prop_assert_eq!(run(&program, question), meaning(&rules, question), "{:?}", question);
                }
            }
        }
    }

    fn devices() -> impl Iterator<Item = (Kind, u32, u32)> {
        let numbers = || (0..3).flat_map(|major| (0..3).map(move |minor| (major, minor)));
        [Kind::Block, Kind::Character]
            .into_iter()
            .flat_map(move |kind| numbers().map(move |(major, minor)| (kind, major, minor)))
    }

    #[test]
    fn the_kernel_takes_holds_and_replaces_programs() {
        require_root();
        let Some(group) = TestGroup::v2("devices") else {
            return eprintln!("no version 2 hierarchy is mounted");
        };
        let open = |path: &str| group.run(&format!("exec 3<>{path}"));
        let list = |texts: &[&str]| texts.iter().map(|text| rule(text)).collect::<Vec<_>>();
        apply(&group.folder, &list(&["-a"])).unwrap();
        assert!(open("/dev/null") && open("/dev/zero"));
        assert!(!open("/dev/kmsg"), "/dev/kmsg is none of the devices of every container");
        update(&group.folder, &list(&["-a", "+c 1:11 rw"])).unwrap();
        assert!(open("/dev/kmsg"), "the rule allows it now");
        let fd = super::open(&group.folder).unwrap();
        assert_eq!(bpf::attached(fd.as_fd()).unwrap().len(), 1, "the old program was replaced");
        update(&group.folder, &list(&["+a", "-c 1:11 w", "-b 7:* rw", "+a *:3"])).unwrap();
        assert!(group.run("exec 3</dev/kmsg") && !group.run("exec 3>/dev/kmsg"));
        assert_eq!(bpf::attached(fd.as_fd()).unwrap().len(), 1);
        update(&group.folder, &list(&["+a"])).unwrap();
        assert_eq!(bpf::attached(fd.as_fd()).unwrap().len(), 0);
        assert!(open("/dev/kmsg"));
    }
}
