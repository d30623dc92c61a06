//! Finds codes in text that is written for something else: logs, JSON, messages of other programs.
//!
//! The text comes from anywhere, so nothing is expected of it: it is looked at byte by byte, once, and what is not plain ASCII
//! only separates. For each number the few words before it on its line are looked at as well.

use super::{Asked, Setting, number};
use hcs_schema::catalogue::{self, Entry, Kind};

/// Codes that are told of; a text with more of them is no message but data.
const MOST: usize = 100;
/// How far back the words go that say what a number is.
const BEFORE: usize = 48;

/// Finds every code in a text, each once, in the order of their first places.
pub fn scan(text: &[u8]) -> Vec<Asked> {
    let narrowed;
    let text = match text {
        // PowerShell writes files with two bytes a character.
        [0xff, 0xfe, rest @ ..] => {
            narrowed = rest.iter().copied().step_by(2).collect::<Vec<u8>>();
            &narrowed
        }
        text => text,
    };
    let known = Known::new();
    let mut found = Vec::new();
    for token in tokens(text) {
        if let Some(asked) = known.asked(&token) {
            add(&mut found, asked);
        }
    }
    found.into_iter().map(|(asked, _)| asked).collect()
}

/// Adds a code to those that were found before, each with the entry that it most likely means. A name beside its number, as
/// Silo itself prints them, is the same code.
fn add(found: &mut Vec<(Asked, Option<Entry>)>, asked: Asked) {
    let same = |(other, _): &(Asked, _)| other.value == asked.value && other.entry == asked.entry;
    if let Some(place) = found.iter().position(same) {
        let other = &mut found[place].0;
        other.count += 1;
        if other.setting == Setting::Unsaid || asked.setting == Setting::Exit {
            other.setting = asked.setting;
        }
        return;
    }
    if found.len() == MOST {
        return;
    }
    let entry = asked.entry.or_else(|| asked.readings().first()?.entry);
    let named = |(other, meant): &&mut (Asked, Option<Entry>)| {
        meant.is_some() && *meant == entry && (other.entry.is_some() || asked.entry.is_some())
    };
    match found.iter_mut().find(named) {
        Some((other, _)) if asked.entry.is_none() => *other = Asked { count: other.count, ..asked },
        Some(_) => {}
        None => found.push((asked, entry)),
    }
}

/// A run of letters, digits and underscores, and what is around it.
struct Token<'a> {
    text: &'a str,
    before: &'a [u8],
    after: &'a [u8],
}

fn tokens(text: &[u8]) -> impl Iterator<Item = Token<'_>> {
    let part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let mut place = 0;
    std::iter::from_fn(move || {
        place += text[place..].iter().position(part)?;
        let length = text[place..].iter().position(|byte| !part(byte)).unwrap_or(text.len() - place);
        let start = place + escaped(&text[..place], &text[place..place + length]);
        place += length;
        let before = &text[start.saturating_sub(BEFORE)..start];
        Some(Token {
            text: std::str::from_utf8(&text[start..place]).unwrap_or_default(),
            before,
            after: &text[place..],
        })
    })
}

/// How many letters at the beginning of a run belong to an escape of JSON or of a shell: `\n0xC0370106`.
fn escaped(before: &[u8], run: &[u8]) -> usize {
    match (before, run) {
        ([.., b'\\'], [b'n' | b'r' | b't', ..]) => 1,
        ([.., b'\\'], [b'u', digits @ ..]) if digits.len() >= 4 && digits[..4].iter().all(u8::is_ascii_hexdigit) => 5,
        _ => 0,
    }
}

impl Token<'_> {
    /// Whether it stands in parentheses by itself, as tools print codes after messages.
    fn enclosed(&self) -> bool {
        self.before.ends_with(b"(") && self.after.starts_with(b")")
    }

    /// Whether it is part of something longer that is written with dots or dashes: a version, an address, a GUID.
    fn part_of_more(&self) -> bool {
        let joins = |byte: Option<&u8>| matches!(byte, Some(b'.' | b'-'));
        let goes_on = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        let (before, after) = (self.before, self.after);
        let left = joins(before.last()) && goes_on(before.iter().rev().nth(1));
        left || (joins(after.first()) && goes_on(after.get(1)))
    }

    /// Whether a sign stands before it.
    fn negative(&self) -> bool {
        self.before.ends_with(b"-")
    }
}

/// What the catalogue knows, in order, so that a long text does not search all of it again and again.
struct Known {
    names: Vec<(&'static str, u32, Entry)>,
    numbers: Vec<(u32, bool)>,
}

impl Known {
    fn new() -> Known {
        let (mut names, mut numbers) = (Vec::new(), Vec::new());
        for entry in catalogue::entries() {
            names.extend(entry.numbers().map(|(name, value)| (name, value, entry)));
            let values = entry.numbers().map(|(_, value)| value).chain(entry.twin());
            numbers.extend(values.map(|value| (value, entry.kind() == Kind::Errno)));
        }
        names.sort_unstable_by_key(|(name, ..)| *name);
        numbers.sort_unstable();
        Known { names, numbers }
    }

    fn number(&self, value: u32, errno: bool) -> bool {
        self.numbers.binary_search(&(value, errno)).is_ok()
    }

    /// Whether whoever reports a number as an error reports others that are in the catalogue.
    fn has_neighbours(&self, value: u32) -> bool {
        let (high, nobody) = (value & 0xffff_0000, 0x8000_0000);
        let next = self.numbers.partition_point(|(number, _)| *number < high);
        high > nobody && self.numbers.get(next).is_some_and(|(number, _)| number & 0xffff_0000 == high)
    }

    fn name(&self, name: &str) -> Option<Asked> {
        let place = self.names.binary_search_by_key(&name, |(name, ..)| *name).ok()?;
        let (_, value, entry) = self.names[place];
        (value != 0).then_some(Asked { value, setting: Setting::Unsaid, entry: Some(entry), count: 1 })
    }

    /// Whether a number is in the catalogue, in any of its forms.
    fn any_form(&self, value: u32) -> bool {
        let plain = self.number(value, false);
        plain || catalogue::inner(value).is_some_and(|(kind, inner)| self.number(inner, kind == Kind::Errno))
    }

    /// The code that a run stands for, if it does.
    fn asked(&self, token: &Token<'_>) -> Option<Asked> {
        let is_hex = token.text.starts_with("0x") || token.text.starts_with("0X");
        let is_decimal = token.text.bytes().all(|byte| byte.is_ascii_digit());
        match (is_hex, is_decimal) {
            (true, _) => self.hexadecimal(token),
            (_, true) if token.text.len() != 8 => self.decimal(token),
            _ => self.bare(token).or_else(|| self.name(token.text)),
        }
    }

    /// `0x…`: a code by its looks if it says that something failed; small ones need more.
    fn hexadecimal(&self, token: &Token<'_>) -> Option<Asked> {
        let value = number(token.text)?;
        // Nobody writes an error number of Linux like this.
        let setting = match setting(token.before) {
            Setting::Error => Setting::Windows,
            Setting::Unsaid if token.enclosed() => Setting::Windows,
            setting => setting,
        };
        let said = setting != Setting::Unsaid;
        let meant = match value {
            0 => false,
            1..=0xffff => setting == Setting::Exit || (said && self.number(value, false)),
            0xffff_f000.. => said,
            _ if self.any_form(value) => true,
            _ => said || self.has_neighbours(value),
        };
        meant.then(|| Asked::number(value, setting))
    }

    /// A decimal number: codes that say that something failed are as long as no other numbers, or have a sign.
    fn decimal(&self, token: &Token<'_>) -> Option<Asked> {
        let signed = token.negative() && !token.part_of_more();
        let (before, text) = match signed {
            true => (&token.before[..token.before.len() - 1], format!("-{}", token.text)),
            false => (token.before, token.text.to_owned()),
        };
        let value = number(&text)?;
        let setting = setting(before);
        let said = setting != Setting::Unsaid;
        let meant = match value {
            _ if !signed && token.part_of_more() => false,
            0 => false,
            1..=0xffff if setting == Setting::Exit => true,
            1..=0xffff => said && (self.number(value, false) || self.number(value, true)),
            0xffff_f000.. => said,
            0x8000_0000.. => said || self.any_form(value),
            _ => false,
        };
        meant.then(|| Asked::number(value, setting))
    }

    /// Eight digits without `0x`, which are a code only if it is known; else they are part of an id, a date or a number.
    fn bare(&self, token: &Token<'_>) -> Option<Asked> {
        let value = number(token.text).filter(|_| token.text.len() == 8 && !token.part_of_more())?;
        (value >> 31 == 1 && value < 0xffff_f000 && self.any_form(value))
            .then(|| Asked::number(value, setting(token.before)))
    }
}

/// What the words before a number say that it is. Only words that go with codes may stand between: `exited with code 5`.
fn setting(before: &[u8]) -> Setting {
    let mut rest = before;
    let mut between = false;
    loop {
        let separators = rest.iter().rev().take_while(|byte| b" \t:=\"'([{<\\".contains(byte)).count();
        rest = &rest[..rest.len() - separators];
        // `code=exited, status=137` is how systemd says it; otherwise a comma begins something new.
        if between && rest.ends_with(b",") {
            rest = rest[..rest.len() - 1].trim_ascii_end();
        }
        let letter = |byte: &&u8| byte.is_ascii_alphabetic() || **byte == b'_';
        let word = &rest[rest.len() - rest.iter().rev().take_while(letter).count()..];
        rest = &rest[..rest.len() - word.len()];
        let word = &word[escaped(rest, word)..];
        match word.to_ascii_lowercase().as_slice() {
            b"exit" | b"exited" | b"exitcode" | b"exit_code" | b"exitstatus" | b"exit_status" | b"rc" => {
                return Setting::Exit;
            }
            b"errno" => return Setting::Errno,
            b"error" | b"err" | b"errorcode" | b"error_code" => return Setting::Error,
            b"lasterror" | b"winerror" | b"hresult" | b"hr" | b"ntstatus" => return Setting::Windows,
            b"code" | b"codes" | b"status" | b"value" | b"number" | b"result" | b"with" | b"was" | b"is" | b"of"
            | b"a" | b"the" | b"non" | b"zero" => between = true,
            _ => return Setting::Unsaid,
        }
    }
}
