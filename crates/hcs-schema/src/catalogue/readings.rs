//! What a number may mean: one number is often several codes, and one code several numbers.

use super::facility::NT_BIT;
use super::{Entry, Kind, entries};

/// How a number comes to mean a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// It is the code's number, as the headers have it.
    Plain,
    /// It is the code of the Host Compute Service as `computecore.dll` has it, 0x8037xxxx.
    Core,
    /// It is the same as vmcompute.dll and guests have it, 0xC037xxxx.
    Compute,
    /// It is a Win32 error as an HRESULT, 0x8007xxxx.
    Win32InHResult,
    /// It is a Win32 error as an NTSTATUS, 0xC007xxxx.
    Win32InNtStatus,
    /// It is an NTSTATUS as an HRESULT: bit 28 is set.
    NtStatusInHResult,
    /// It is an error number of Linux with its sign turned, as the kernel answers.
    Negative,
}

/// One thing that a number may mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// What sort of number it is taken for.
    pub kind: Kind,
    /// How it comes to mean that.
    pub form: Form,
    /// The code, if it is in the catalogue.
    pub entry: Option<Entry>,
    /// The number that was read.
    pub value: u32,
}

/// The high half of an HRESULT that holds a Win32 error.
const WIN32_HRESULT: u32 = 0x8007_0000;
/// The high half of an NTSTATUS that holds one.
const WIN32_NTSTATUS: u32 = 0xC007_0000;
/// The highest error number of Linux.
const LAST_ERRNO: u32 = 4095;

impl Reading {
    /// The code's name, as it goes with the number.
    pub fn name(&self) -> Option<&'static str> {
        Some(self.entry?.name_of(self.value))
    }

    /// The same code in its other form, if it has two: that of `computecore.dll`, and that of `vmcompute.dll` and of guests.
    pub fn twin(&self) -> Option<u32> {
        match self.form {
            Form::Core => self.entry?.twin(),
            Form::Compute => Some(self.entry?.value),
            _ => None,
        }
    }

    /// Where this reading comes among others of the same number: what is likeliest has the least.
    fn rank(&self) -> u8 {
        match (self.kind, self.entry.is_some()) {
            (_, false) => 9,
            (Kind::NtStatus, true) if self.value <= 0xffff => 5,
            (Kind::HResult | Kind::NtStatus, true) => 0,
            // Win32 errors from 128 on that are met at all are not those of signals.
            (Kind::Exit, true) if self.value >= 128 => 1,
            (Kind::Win32, true) => 2,
            (Kind::Exit, true) => 3,
            (Kind::Errno, true) => 4,
        }
    }
}

/// Everything that a number may mean, the likeliest first. There is always one, if only to say that it is not known.
pub fn readings(value: u32) -> Vec<Reading> {
    let reading = |kind, form, entry| Reading { kind, form, entry: Some(entry), value };
    let derived = derived(value);
    let mut found: Vec<Reading> = Vec::new();
    for entry in entries() {
        let (own, kind) = (entry.value == value, entry.kind());
        let twin = entry.twin();
        if own {
            found.push(reading(kind, if twin.is_some() { Form::Core } else { Form::Plain }, entry));
        } else if twin == Some(value) {
            found.push(reading(kind, Form::Compute, entry));
        } else if let Some((_, form, _)) = derived.filter(|(of, _, inner)| (*of, *inner) == (kind, entry.value)) {
            found.push(reading(kind, form, entry));
        } else if twin.is_none() && entry.also().any(|(_, other)| other == value) {
            found.push(reading(kind, Form::Plain, entry));
        }
    }
    found.sort_by_key(Reading::rank);
    if found.is_empty() {
        let (kind, form) = derived.map_or((by_shape(value), Form::Plain), |(kind, form, _)| (kind, form));
        found.push(Reading { kind, form, entry: None, value });
    }
    found
}

/// The number that a number is made from, if it is, and what sort that one is.
pub fn inner(value: u32) -> Option<(Kind, u32)> {
    derived(value).map(|(kind, _, inner)| (kind, inner))
}

/// What a number holds, if it is made from another: the kind of the other, how it is made, and the other.
fn derived(value: u32) -> Option<(Kind, Form, u32)> {
    let negated = value.wrapping_neg();
    match value & 0xffff_0000 {
        WIN32_HRESULT => Some((Kind::Win32, Form::Win32InHResult, value & 0xffff)),
        WIN32_NTSTATUS => Some((Kind::Win32, Form::Win32InNtStatus, value & 0xffff)),
        _ if negated != 0 && negated <= LAST_ERRNO => Some((Kind::Errno, Form::Negative, negated)),
        _ if value & NT_BIT != 0 && value >> 31 == 1 => {
            Some((Kind::NtStatus, Form::NtStatusInHResult, value & !NT_BIT))
        }
        _ => None,
    }
}

/// What sort of number an unknown one is, by its looks.
fn by_shape(value: u32) -> Kind {
    match value >> 30 {
        _ if value <= 0xffff => Kind::Win32,
        1 | 3 => Kind::NtStatus,
        _ => Kind::HResult,
    }
}
