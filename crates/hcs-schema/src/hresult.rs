//! HRESULT codes: a transparent integer with names, so that a code nobody knows still travels and prints.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A Windows HRESULT. Written in JSON as a signed 32-bit number, as the guest protocol does.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct HResult(pub u32);

macro_rules! codes {
    ($($name:ident = $value:literal, $text:literal;)*) => {
        impl HResult {
            $(#[doc = $text] pub const $name: HResult = HResult($value);)*

            /// Every named code.
            pub const NAMED: &'static [HResult] = &[$(HResult::$name),*];

            /// The code's name as the Windows headers spell it.
            pub fn name(self) -> Option<&'static str> {
                match self.0 { $($value => Some(stringify!($name)),)* _ => None }
            }

            /// What the code means, in a few words.
            pub fn meaning(self) -> Option<&'static str> {
                match self.0 { $($value => Some($text),)* _ => None }
            }
        }
    };
}

codes! {
    S_OK = 0x0000_0000, "Success.";
    E_NOTIMPL = 0x8000_4001, "Not implemented.";
    E_ABORT = 0x8000_4004, "The operation was cancelled.";
    E_FAIL = 0x8000_4005, "Unspecified failure.";
    E_UNEXPECTED = 0x8000_ffff, "Unexpected failure.";
    E_INVALIDARG = 0x8007_0057, "An argument is not valid.";
    E_OUTOFMEMORY = 0x8007_000e, "Out of memory.";
    ERROR_FILE_NOT_FOUND = 0x8007_0002, "The file was not found.";
    ERROR_PATH_NOT_FOUND = 0x8007_0003, "The path was not found.";
    E_ACCESSDENIED = 0x8007_0005, "Access is denied.";
    ERROR_NOT_SUPPORTED = 0x8007_0032, "The request is not supported.";
    ERROR_BAD_EXE_FORMAT = 0x8007_00c1, "The file is not a program for this system.";
    ERROR_FILE_EXISTS = 0x8007_0050, "The file exists.";
    ERROR_BROKEN_PIPE = 0x8007_006d, "The pipe was closed by the other end.";
    ERROR_DISK_FULL = 0x8007_0070, "The disk is full.";
    ERROR_BUSY = 0x8007_00aa, "The resource is in use.";
    ERROR_INVALID_DATA = 0x8007_000d, "The data is not valid.";
    ERROR_IO_DEVICE = 0x8007_045d, "Input or output failed.";
    ERROR_NOT_FOUND = 0x8007_0490, "The element was not found.";
    ERROR_TIMEOUT = 0x8007_05b4, "The operation timed out.";
    HCS_E_TERMINATED_DURING_START = 0xc037_0100, "The system ended while it was starting.";
    HCS_E_IMAGE_MISMATCH = 0xc037_0101, "The container's image does not match the host's version.";
    HCS_E_HYPERV_NOT_INSTALLED = 0xc037_0102, "The hypervisor is not installed.";
    HCS_E_OPERATION_PENDING = 0xc037_0103, "The operation was started and has not ended.";
    HCS_E_INVALID_STATE = 0xc037_0105, "The system's state does not allow the operation.";
    HCS_E_UNEXPECTED_EXIT = 0xc037_0106, "The system ended unexpectedly.";
    HCS_E_TERMINATED = 0xc037_0107, "The system was ended by force.";
    HCS_E_CONNECT_FAILED = 0xc037_0108, "The guest could not be reached.";
    HCS_E_CONNECTION_TIMEOUT = 0xc037_0109, "No answer came in time.";
    HCS_E_CONNECTION_CLOSED = 0xc037_010a, "The connection to the guest was closed.";
    HCS_E_UNKNOWN_MESSAGE = 0xc037_010b, "The message is not known.";
    HCS_E_UNSUPPORTED_PROTOCOL_VERSION = 0xc037_010c, "No protocol version is common to both ends.";
    HCS_E_INVALID_JSON = 0xc037_010d, "The document is not valid.";
    HCS_E_SYSTEM_NOT_FOUND = 0xc037_010e, "No system has this id.";
    HCS_E_SYSTEM_ALREADY_EXISTS = 0xc037_010f, "A system with this id exists.";
    HCS_E_SYSTEM_ALREADY_STOPPED = 0xc037_0110, "The system has stopped.";
    HCS_E_PROTOCOL_ERROR = 0xc037_0111, "The guest protocol was broken.";
    HCS_E_INVALID_LAYER = 0xc037_0112, "The layer is not valid.";
    HCS_E_SERVICE_NOT_AVAILABLE = 0xc037_0114, "The service is not available.";
    HCS_E_PROCESS_ALREADY_STOPPED = 0xc037_011f, "The process has stopped.";
}

impl HResult {
    /// The code of a Win32 error number.
    pub const fn from_win32(code: u32) -> HResult {
        if code == 0 { HResult(0) } else { HResult((code & 0xffff) | 0x8007_0000) }
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
}
