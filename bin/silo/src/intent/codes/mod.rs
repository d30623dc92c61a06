//! Which codes words and texts speak of.
//!
//! [`number`] reads what somebody typed, where every number is meant as a code. [`scan`] finds codes in text that was written
//! for something else, such as a log, where most numbers are none: there a number counts if it is in the catalogue and looks
//! like nothing else, or if the words before it say that it is a code.

mod number;
mod scan;
#[cfg(test)]
mod tests;

pub use number::number;
pub use scan::scan;

use hcs_schema::catalogue::{self, Entry, Form, Kind, Reading};

/// What the words around a number say that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// They say nothing.
    Unsaid,
    /// The code of an error.
    Error,
    /// The code of an error of Windows.
    Windows,
    /// An error number of Linux.
    Errno,
    /// The exit code of a process.
    Exit,
}

/// A code that somebody asks about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The number.
    pub value: u32,
    /// What it is said to be.
    pub setting: Setting,
    /// The code, if it was called by its name, so that it can be no other of the same number.
    pub entry: Option<Entry>,
    /// How often it is in the text.
    pub count: usize,
}

impl Asked {
    fn number(value: u32, setting: Setting) -> Asked {
        Asked { value, setting, entry: None, count: 1 }
    }

    fn named(reading: &Reading) -> Asked {
        Asked { entry: reading.entry, ..Asked::number(reading.value, Setting::Unsaid) }
    }

    /// What it may mean, the likeliest first.
    pub fn readings(&self) -> Vec<Reading> {
        let mut readings = catalogue::readings(self.value);
        if self.entry.is_some() {
            readings.retain(|reading| reading.entry == self.entry);
        }
        match self.setting {
            Setting::Unsaid | Setting::Error => {}
            Setting::Windows => readings.retain(|reading| reading.kind != Kind::Errno || self.value > 0xffff),
            Setting::Errno => readings.sort_by_key(|reading| reading.kind != Kind::Errno),
            Setting::Exit => exit_first(&mut readings),
        }
        readings
    }
}

/// As an exit code a number is one of those by convention, or what the kernel of Windows ended the process with, or an error
/// that the program passed on, or whatever the program makes of it; error numbers of Linux are no exit codes.
fn exit_first(readings: &mut Vec<Reading>) {
    let unknown = Reading { kind: Kind::Exit, form: Form::Plain, entry: None, ..readings[0] };
    readings.retain(|reading| reading.kind != Kind::Errno && (reading.entry.is_some() || reading.value > 0xffff));
    readings.sort_by_key(|reading| match reading.kind {
        Kind::Exit => 0,
        _ if reading.entry.is_some_and(|entry| entry.exit().is_some()) => 1,
        _ => 2,
    });
    if readings.is_empty() {
        readings.push(unknown);
    }
}

/// The codes that one argument speaks of: a number, a name, or a text that holds some.
pub fn word(text: &str) -> Vec<Asked> {
    let text = text.trim();
    match (number(text), catalogue::by_name(text)) {
        (Some(value), _) => vec![Asked::number(value, Setting::Unsaid)],
        (None, Some(reading)) => vec![Asked::named(&reading)],
        (None, None) => scan(text.as_bytes()),
    }
}

/// The name that was meant by a word that is none, if one is near.
pub fn nearest(word: &str) -> Option<&'static str> {
    let names: Vec<&'static str> =
        catalogue::entries().flat_map(|entry| entry.numbers().map(|(name, _)| name)).collect();
    super::nearest::nearest(&word.to_ascii_uppercase(), names)
}
