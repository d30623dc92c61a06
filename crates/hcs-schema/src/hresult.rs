//! HRESULT codes: a transparent integer, so that a code nobody knows still travels and prints. Its names are the
//! [catalogue]'s.

use crate::catalogue::{self, Reading};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A Windows HRESULT. Written in JSON as a signed 32-bit number, as the guest protocol does.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct HResult(pub u32);

macro_rules! codes {
    ($($name:ident = $value:literal;)*) => {
        impl HResult {
            $(#[doc = concat!("`", stringify!($name), "`; [`HResult::meaning`] says what it means.")]
            pub const $name: HResult = HResult($value);)*

            /// Every code that has a constant.
            pub const NAMED: &'static [HResult] = &[$(HResult::$name),*];

            #[cfg(test)]
            const NAMES: &'static [&'static str] = &[$(stringify!($name)),*];
        }
    };
}

// Those of the Host Compute Service are in the form of `vmcompute.dll` and of guests, which is the one on the wire.
codes! {
    S_OK = 0x0000_0000;
    E_NOTIMPL = 0x8000_4001;
    E_ABORT = 0x8000_4004;
    E_FAIL = 0x8000_4005;
    E_UNEXPECTED = 0x8000_ffff;
    E_INVALIDARG = 0x8007_0057;
    E_OUTOFMEMORY = 0x8007_000e;
    ERROR_FILE_NOT_FOUND = 0x8007_0002;
    ERROR_PATH_NOT_FOUND = 0x8007_0003;
    ERROR_PROC_NOT_FOUND = 0x8007_007f;
    E_ACCESSDENIED = 0x8007_0005;
    ERROR_NOT_SUPPORTED = 0x8007_0032;
    ERROR_BAD_EXE_FORMAT = 0x8007_00c1;
    ERROR_FILE_EXISTS = 0x8007_0050;
    ERROR_BROKEN_PIPE = 0x8007_006d;
    ERROR_DISK_FULL = 0x8007_0070;
    ERROR_BUSY = 0x8007_00aa;
    ERROR_INVALID_DATA = 0x8007_000d;
    ERROR_IO_DEVICE = 0x8007_045d;
    ERROR_NOT_FOUND = 0x8007_0490;
    ERROR_TIMEOUT = 0x8007_05b4;
    HCS_E_TERMINATED_DURING_START = 0xc037_0100;
    HCS_E_IMAGE_MISMATCH = 0xc037_0101;
    HCS_E_HYPERV_NOT_INSTALLED = 0xc037_0102;
    HCS_E_OPERATION_PENDING = 0xc037_0103;
    HCS_E_INVALID_STATE = 0xc037_0105;
    HCS_E_UNEXPECTED_EXIT = 0xc037_0106;
    HCS_E_TERMINATED = 0xc037_0107;
    HCS_E_CONNECT_FAILED = 0xc037_0108;
    HCS_E_CONNECTION_TIMEOUT = 0xc037_0109;
    HCS_E_CONNECTION_CLOSED = 0xc037_010a;
    HCS_E_UNKNOWN_MESSAGE = 0xc037_010b;
    HCS_E_UNSUPPORTED_PROTOCOL_VERSION = 0xc037_010c;
    HCS_E_INVALID_JSON = 0xc037_010d;
    HCS_E_SYSTEM_NOT_FOUND = 0xc037_010e;
    HCS_E_SYSTEM_ALREADY_EXISTS = 0xc037_010f;
    HCS_E_SYSTEM_ALREADY_STOPPED = 0xc037_0110;
    HCS_E_PROTOCOL_ERROR = 0xc037_0111;
    HCS_E_INVALID_LAYER = 0xc037_0112;
    HCS_E_SERVICE_NOT_AVAILABLE = 0xc037_0114;
    HCS_E_PROCESS_ALREADY_STOPPED = 0xc037_011f;
}

impl HResult {
    /// The code of a Win32 error number.
    pub const fn from_win32(code: u32) -> HResult {
        if code == 0 { HResult(0) } else { HResult((code & 0xffff) | 0x8007_0000) }
    }

    /// What the catalogue has of the code, the likeliest first. Numbers that are no failures of an HRESULT have nothing here.
    fn reading(self) -> Option<Reading> {
        let failed = !self.is_ok() || self == HResult::S_OK;
        failed.then(|| catalogue::readings(self.0)).and_then(|readings| readings.first().copied())
    }

    /// The code's name as the Windows headers spell it.
    pub fn name(self) -> Option<&'static str> {
        self.reading()?.name()
    }

    /// What the code means, in a sentence.
    pub fn meaning(self) -> Option<&'static str> {
        Some(self.reading()?.entry?.meaning)
    }

    /// Whether the code means success.
    pub const fn is_ok(self) -> bool {
        self.0 & 0x8000_0000 == 0
    }
}

impl fmt::Display for HResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "0x{:08X} {name}", self.0),
            None => write!(f, "0x{:08X}", self.0),
        }
    }
}

impl fmt::Debug for HResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for HResult {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i32(self.0.cast_signed())
    }
}

impl<'de> Deserialize<'de> for HResult {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Both the signed form of the protocol and the unsigned form that people write are read; the low 32 bits count.
        let wide = <i64 as crate::model::Field>::read(deserializer)?;
        i32::try_from(wide)
            .map(|value| HResult(value.cast_unsigned()))
            .or_else(|_| u32::try_from(wide).map(HResult))
            .map_err(|_| serde::de::Error::custom(format_args!("{wide} is not a 32-bit HRESULT")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_signed_and_reads_both_signs() {
        assert_eq!(serde_json::to_string(&HResult::HCS_E_SYSTEM_NOT_FOUND).unwrap(), "-1070137074");
        for text in ["-1070137074", "3224830222"] {
            assert_eq!(serde_json::from_str::<HResult>(text).unwrap(), HResult::HCS_E_SYSTEM_NOT_FOUND);
        }
        assert!(serde_json::from_str::<HResult>("4294967296").is_err());
    }

    #[test]
    fn names_are_unique_and_unknown_codes_print() {
        let mut values: Vec<u32> = HResult::NAMED.iter().map(|code| code.0).collect();
        values.sort_unstable();
        values.dedup();
        assert_eq!(values.len(), HResult::NAMED.len());
        assert_eq!(HResult(0x8123_4567).to_string(), "0x81234567");
        assert_eq!(HResult::from_win32(5), HResult::E_ACCESSDENIED);
    }

    #[test]
    fn constants_are_called_as_in_the_catalogue() {
        for (code, name) in HResult::NAMED.iter().zip(HResult::NAMES) {
            // vmcompute.dll says that something is under way by a number that is not the twin of computecore.dll's.
            let expected = if *name == "HCS_E_OPERATION_PENDING" { "ERROR_VMCOMPUTE_OPERATION_PENDING" } else { name };
            assert_eq!(code.name(), Some(expected));
        }
        assert_eq!((HResult(5).name(), HResult(0x0007_0005).name()), (None, None), "no failures");
    }
}
