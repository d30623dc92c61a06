//! Device rules in version 1: a group either allows or denies everything, with a list of exceptions.
//!
//! The kernel keeps exceptions as they are written, so rules are first played through into such a list. A rule that would
//! take a part out of a wider exception cannot be held by the kernel and is refused. An update writes only what differs.

use super::devices::{ANY, Kind, MKNOD, READ, Rule, WRITE, rules};
use super::file;
use crate::{Context, Failure};
use hcs_schema::oci::DeviceRule;
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use std::collections::BTreeMap;
use std::path::Path;

/// One device or, with a number missing, many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Devices {
    kind: Kind,
    major: Option<u32>,
    minor: Option<u32>,
}

/// What the kernel keeps for a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct State {
    allow: bool,
    exceptions: BTreeMap<Devices, u8>,
}

/// Writes the rules of a new group, whose state is its parent's.
pub(super) fn apply(folder: &Path, list: &[DeviceRule]) -> Result<(), Failure> {
    transition(folder, None, &State::of(&rules(list)?)?)
}

/// Writes the rules of a group in use.
pub(super) fn update(folder: &Path, list: &[DeviceRule]) -> Result<(), Failure> {
    let path = folder.join("devices.list");
    let present = file::read(&path).doing(|| format!("read {}", path.display()))?;
    transition(folder, State::parse(&present).as_ref(), &State::of(&rules(list)?)?)
}

impl Devices {
    fn meets(&self, other: &Devices) -> bool {
        let meets = |one: Option<u32>, two: Option<u32>| one.is_none() || two.is_none() || one == two;
        self.kind == other.kind && meets(self.major, other.major) && meets(self.minor, other.minor)
    }

    fn covers(&self, other: &Devices) -> bool {
        let covers = |wide: Option<u32>, narrow: Option<u32>| wide.is_none() || wide == narrow;
        self.kind == other.kind && covers(self.major, other.major) && covers(self.minor, other.minor)
    }

    fn line(&self, access: u8) -> String {
        let number = |number: Option<u32>| number.map_or("*".into(), |number| number.to_string());
        let kind = if self.kind == Kind::Block { 'b' } else { 'c' };
        let letters = [(READ, 'r'), (WRITE, 'w'), (MKNOD, 'm')].into_iter().filter(|(bit, _)| access & bit != 0);
        let letters: String = letters.map(|(_, letter)| letter).collect();
        format!("{kind} {}:{} {letters}", number(self.major), number(self.minor))
    }
}

impl State {
    /// Plays rules through.
    fn of(rules: &[Rule]) -> Result<State, Failure> {
        let mut state = State::default();
        for rule in rules {
            if rule.is_total() {
                state = State { allow: rule.allow, exceptions: BTreeMap::new() };
                continue;
            }
            for kind in
                [Kind::Block, Kind::Character].into_iter().filter(|kind| rule.kind.is_none_or(|only| only == *kind))
            {
                state.add(Devices { kind, major: rule.major, minor: rule.minor }, rule)?;
            }
        }
        Ok(state)
    }

    fn add(&mut self, devices: Devices, rule: &Rule) -> Result<(), Failure> {
        if rule.allow != self.allow {
            *self.exceptions.entry(devices).or_default() |= rule.access;
            return Ok(());
        }
        for (exception, access) in &mut self.exceptions {
            if devices.covers(exception) {
                *access &= !rule.access;
            } else if devices.meets(exception) && *access & rule.access != 0 {
                let (rule, wider) = (devices.line(rule.access), exception.line(*access));
                let verb = if self.allow { "allow" } else { "deny" };
                return Err(Failure::unsupported(
                    format!("linux.resources.devices: {verb} {rule}"),
                    format!(
                        "control groups v1 cannot take a part out of the wider rule {wider}; name the devices singly"
                    ),
                ));
            }
        }
        self.exceptions.retain(|_, access| *access != 0);
        Ok(())
    }

    /// Reads `devices.list`. A group that allows everything does not show its exceptions, so nothing is known of it.
    fn parse(list: &str) -> Option<State> {
        let mut exceptions = BTreeMap::new();
        for line in list.lines() {
            let mut words = line.split(' ');
            let kind = match words.next()? {
                "b" => Kind::Block,
                "c" => Kind::Character,
                _ => return None,
            };
            let (major, minor) = words.next()?.split_once(':')?;
            let number = |text: &str| if text == "*" { Some(None) } else { text.parse().ok().map(Some) };
            let letters = words.next()?;
            let access = [('r', READ), ('w', WRITE), ('m', MKNOD)];
            let access =
                access.iter().filter(|(letter, _)| letters.contains(*letter)).fold(0, |bits, (_, bit)| bits | bit);
            exceptions.insert(Devices { kind, major: number(major)?, minor: number(minor)? }, access);
        }
        Some(State { allow: false, exceptions })
    }
}

/// What takes a group from a state (nothing: an unknown one) to another: whether it is written to `devices.allow`, and what.
fn steps(present: Option<&State>, target: &State) -> Vec<(bool, String)> {
    let mut steps = Vec::new();
    let nothing = BTreeMap::new();
    let present = match present.filter(|present| present.allow == target.allow) {
        Some(present) => &present.exceptions,
        None => {
            steps.push((target.allow, "a".to_owned()));
            &nothing
        }
    };
    let mut differ = |from: &BTreeMap<Devices, u8>, to: &BTreeMap<Devices, u8>, allow: bool| {
        for (devices, access) in from {
            let gone = access & !to.get(devices).copied().unwrap_or(0) & ANY;
            if gone != 0 {
                steps.push((allow, devices.line(gone)));
            }
        }
    };
    differ(present, &target.exceptions, target.allow);
    differ(&target.exceptions, present, !target.allow);
    steps
}

fn transition(folder: &Path, present: Option<&State>, target: &State) -> Result<(), Failure> {
    let open = |name: &str| {
        let path = folder.join(name);
        rustix::fs::open(&path, OFlags::WRONLY | OFlags::CLOEXEC, Mode::empty())
            .doing(|| format!("open {}", path.display()))
    };
    let (allow, deny) = (open("devices.allow")?, open("devices.deny")?);
    for (allows, line) in steps(present, target) {
        if let Err(errno) = file::write_open(if allows { &allow } else { &deny }, &line) {
            let verb = if allows { "allow" } else { "deny" };
            let failure =
                Failure::errno(format!("linux.resources.devices: {verb} {line:?} in {}", folder.display()), errno);
            return Err(match errno {
                Errno::PERM => failure.hint("the group above denies it, or this user may not change device rules"),
                Errno::INVAL if line == "a" => failure.hint("the container has made groups of its own"),
                _ => failure,
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::devices::tests::rule;
    use super::*;

    fn state(texts: &[&str]) -> Result<State, Failure> {
        State::of(&rules(&texts.iter().map(|text| rule(text)).collect::<Vec<_>>())?)
    }

    fn lines(texts: &[&str]) -> Vec<String> {
        let state = state(texts).unwrap();
        state.exceptions.iter().map(|(devices, access)| devices.line(*access)).collect()
    }

    const DEFAULTS: [&str; 10] = [
        "b *:* m",
        "c *:* m",
        "c 1:3 rwm",
        "c 1:5 rwm",
        "c 1:7 rwm",
        "c 1:8 rwm",
        "c 1:9 rwm",
        "c 5:0 rwm",
        "c 5:2 rwm",
        "c 136:* rwm",
    ];

    #[test]
    fn nothing_but_the_devices_of_every_container_at_first() {
        assert_eq!(lines(&[]), DEFAULTS);
        assert_eq!(lines(&["-a"]), DEFAULTS);
        assert_eq!(lines(&["+c 9:9", "-a"]), DEFAULTS);
    }

    #[test]
    fn allowing_all_leaves_no_exceptions() {
        assert_eq!(state(&["-a", "+c 9:9", "+a"]).unwrap(), State { allow: true, exceptions: BTreeMap::new() });
    }

    #[test]
    fn exceptions_grow_and_shrink() {
        assert!(lines(&["-a", "+b 8:0 r", "+b 8:0 w"]).contains(&"b 8:0 rw".to_owned()));
        assert!(lines(&["-a", "+b 8:0 rw", "-b 8:0 w"]).contains(&"b 8:0 r".to_owned()));
        assert_eq!(lines(&["-a", "+b 8:0", "+b 8:1", "-b 8:* rwm"]), DEFAULTS);
        assert_eq!(lines(&["+a", "-c 9:9 w", "-b 7:*"]), ["b 7:* rw", "c 9:9 w"]);
    }

    #[test]
    fn a_rule_for_both_kinds_counts_for_each() {
        let lines = lines(&["-a", "+a 8:0 r"]);
        assert!(lines.contains(&"b 8:0 r".to_owned()) && lines.contains(&"c 8:0 r".to_owned()), "{lines:?}");
    }

    #[test]
    fn a_part_of_a_wider_rule_cannot_be_taken_out() {
        let failure = state(&["-a", "+c 9:* rw", "-c 9:5 w"]).unwrap_err();
        assert!(failure.doing.ends_with("deny c 9:5 w") && failure.why.contains("c 9:* rw"), "{failure}");
        assert!(state(&["-a", "+c 9:* r", "-c 9:5 w"]).is_ok(), "no access in common");
        assert!(state(&["-a", "+c 9:*", "-c *:5"]).is_err());
        assert!(state(&["-a", "+c 9:*", "-c 9:5", "-a"]).is_ok(), "what is settled later does not matter");
    }

    #[test]
    fn an_update_writes_the_difference() {
        let present = State::parse("c 1:3 rwm\nb 8:0 rw\nc 136:* rwm\n").unwrap();
        let mut target = present.clone();
        target.exceptions.remove(&Devices { kind: Kind::Block, major: Some(8), minor: Some(0) });
        target.exceptions.insert(Devices { kind: Kind::Block, major: Some(8), minor: Some(1) }, READ);
        assert_eq!(steps(Some(&present), &target), [(false, "b 8:0 rw".into()), (true, "b 8:1 r".into())]);
        assert_eq!(steps(Some(&target), &target), []);
        let all = State { allow: true, ..State::default() };
        assert_eq!(steps(Some(&present), &all), [(true, "a".into())]);
    }

    #[test]
    fn an_unknown_state_is_reset_first() {
        assert_eq!(State::parse("a *:* rwm\n"), None);
        assert_eq!(State::parse("").unwrap(), State::default());
        assert_eq!(steps(None, &State::default()), [(false, "a".into())]);
        let target = state(&["-a"]).unwrap();
        let steps = steps(None, &target);
        assert_eq!(steps[0], (false, "a".into()));
        assert_eq!(
            steps[1..].iter().map(|(allow, line)| (*allow, line.as_str())).collect::<Vec<_>>(),
            DEFAULTS.map(|line| (true, line))
        );
    }
}
