//! Device rules as the request has them: the last rule that matches wins, and nothing matches at first.
//!
//! After the user's rules come those for the devices that every container has, and making a node is always allowed (reading
//! or writing it then needs a rule). This is what other runtimes do, whose specifications count on it.

use crate::Failure;
use hcs_schema::oci::DeviceRule;

/// Access bits, with the kernel's values.
pub(super) const MKNOD: u8 = 1;
pub(super) const READ: u8 = 2;
pub(super) const WRITE: u8 = 4;
pub(super) const ANY: u8 = MKNOD | READ | WRITE;

/// The kind of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Block,
    Character,
}

/// One rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    pub(super) allow: bool,
    /// Nothing means both.
    pub(super) kind: Option<Kind>,
    /// Nothing means every one.
    pub(super) major: Option<u32>,
    /// Nothing means every one.
    pub(super) minor: Option<u32>,
    pub(super) access: u8,
}

impl Rule {
    const fn character(major: Option<u32>, minor: Option<u32>, access: u8) -> Rule {
        Rule { allow: true, kind: Some(Kind::Character), major, minor, access }
    }

    /// Whether it settles every access to every device.
    pub(super) fn is_total(&self) -> bool {
        (self.kind, self.major, self.minor, self.access) == (None, None, None, ANY)
    }
}

/// The devices of every container.
const DEFAULTS: [Rule; 10] = [
    Rule::character(None, None, MKNOD),
    Rule { allow: true, kind: Some(Kind::Block), major: None, minor: None, access: MKNOD },
    Rule::character(Some(1), Some(3), ANY), // null
    Rule::character(Some(1), Some(5), ANY), // zero
    Rule::character(Some(1), Some(7), ANY), // full
    Rule::character(Some(1), Some(8), ANY), // random
    Rule::character(Some(1), Some(9), ANY), // urandom
    Rule::character(Some(5), Some(0), ANY), // tty
    Rule::character(Some(5), Some(2), ANY), // ptmx
    Rule::character(Some(136), None, ANY),  // pts
];

/// The rules that decide, in order: those before the last that settles everything are left out.
pub(super) fn rules(list: &[DeviceRule]) -> Result<Vec<Rule>, Failure> {
    let mut rules = vec![Rule { allow: false, kind: None, major: None, minor: None, access: ANY }];
    for (index, rule) in list.iter().enumerate() {
        rules.push(parse(rule).map_err(|why| Failure::invalid(format!("linux.resources.devices[{index}]"), why))?);
    }
    let start = rules.iter().rposition(Rule::is_total).unwrap_or(0);
    rules.drain(..start);
    rules.extend(DEFAULTS);
    Ok(rules)
}

fn parse(rule: &DeviceRule) -> Result<Rule, String> {
    let kind = match rule.kind.as_deref() {
        None | Some("" | "a") => None,
        Some("c" | "u") => Some(Kind::Character),
        Some("b") => Some(Kind::Block),
        Some(other) => return Err(format!("type {other:?} is none of a, b, c")),
    };
    let access = match rule.access.as_deref() {
        None | Some("") => ANY,
        Some(letters) => letters.chars().try_fold(0, |bits, letter| match letter {
            'r' => Ok(bits | READ),
            'w' => Ok(bits | WRITE),
            'm' => Ok(bits | MKNOD),
            other => Err(format!("access {other:?} is none of r, w, m")),
        })?,
    };
    let (major, minor) = (number("major", rule.major, 0xfff)?, number("minor", rule.minor, 0xf_ffff)?);
    Ok(Rule { allow: rule.allow, kind, major, minor, access })
}

/// A device number within the kernel's bits for it; -1 is every one.
fn number(name: &str, value: Option<i64>, most: u32) -> Result<Option<u32>, String> {
    match value {
        None | Some(-1) => Ok(None),
        Some(value) => match u32::try_from(value) {
            Ok(value) if value <= most => Ok(Some(value)),
            _ => Err(format!("{name} {value} is not between -1 and {most}")),
        },
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A rule in short: `+c 1:3 rw`, `-a`.
    pub(in super::super) fn rule(text: &str) -> DeviceRule {
        let mut words = text[1..].split(' ');
        let kind = words.next().map(String::from);
        let (major, minor) = words.next().and_then(|numbers| numbers.split_once(':')).unwrap_or(("*", "*"));
        let access = words.next().map(String::from);
        let (major, minor) = (major.parse().ok(), minor.parse().ok());
        DeviceRule { allow: text.starts_with('+'), kind, major, minor, access, ..DeviceRule::default() }
    }

    #[test]
    fn rules_are_read() {
        let read = |text: &str| parse(&rule(text)).unwrap();
        assert!(read("-a").is_total() && !read("-a").allow);
        let one = Rule { allow: true, kind: Some(Kind::Block), major: Some(8), minor: None, access: READ | MKNOD };
        assert_eq!(read("+b 8:* rm"), one);
        assert_eq!(read("+c 1:-1").minor, None);
    }

    #[test]
    fn nonsense_is_refused_with_its_place() {
        for (text, why) in [
            ("+x 1:3", "type \"x\" is none of a, b, c"),
            ("+c 1:3 q", "access 'q' is none of r, w, m"),
            ("+c 4096:0", "major 4096 is not between -1 and 4095"),
            ("+c 0:-2", "minor -2 is not between -1 and 1048575"),
        ] {
            let failure = rules(&[rule("-a"), rule(text)]).unwrap_err();
            assert_eq!((failure.doing.as_str(), failure.why.as_str()), ("linux.resources.devices[1]", why));
        }
    }

    #[test]
    fn only_rules_that_decide_are_kept_and_defaults_come_last() {
        let kept = rules(&[rule("+c 9:9"), rule("+a"), rule("-b 8:0 w")]).unwrap();
        assert!(kept[0].is_total() && kept[0].allow);
        assert_eq!(kept.len(), 2 + DEFAULTS.len());
        let none = rules(&[]).unwrap();
        assert!(none[0].is_total() && !none[0].allow && none[1..] == DEFAULTS);
    }
}
