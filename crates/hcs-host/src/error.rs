//! One error for every verb of every host.

use hcs_schema::HResult;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Result of a verb.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a verb failed: what was being done, to which system, and the code that says how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Error {
    /// What was being done, as a phrase: `create`, `mount the root`.
    pub operation: String,
    /// The system (or path, or process) it was done to; may be empty.
    pub id: String,
    /// The code. Hosts that have none of their own map their failures to the same ones.
    pub code: HResult,
    /// What went wrong, and what the user can do about it.
    pub message: String,
    /// Details as the host reported them.
    pub events: Vec<ErrorEvent>,
}

/// One detail of a failure, as HCS reports them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ErrorEvent {
    /// Text of the event.
    pub message: String,
    /// Who reported it.
    pub source: String,
}

impl Error {
    /// An error of an operation on a system.
    pub fn new(operation: impl Into<String>, id: impl Into<String>, code: HResult, message: impl Into<String>) -> Self {
        Error { operation: operation.into(), id: id.into(), code, message: message.into(), events: Vec::new() }
    }

    /// No system has this id.
    pub fn not_found(operation: &str, id: &str) -> Self {
        Error::new(operation, id, HResult::HCS_E_SYSTEM_NOT_FOUND, format!("no container is named {id}"))
    }

    /// The request or document is not valid.
    pub fn invalid(operation: &str, id: &str, message: impl Into<String>) -> Self {
        Error::new(operation, id, HResult::E_INVALIDARG, message)
    }

    /// The request is understood, and this host cannot honour it.
    pub fn unsupported(operation: &str, id: &str, message: impl Into<String>) -> Self {
        Error::new(operation, id, HResult::ERROR_NOT_SUPPORTED, message)
    }

    /// The system's state does not allow the operation.
    pub fn invalid_state(operation: &str, id: &str, message: impl Into<String>) -> Self {
        Error::new(operation, id, HResult::HCS_E_INVALID_STATE, message)
    }

    /// Whether the code is one of these, in either of the two forms that codes of HCS have: `0x8037…` of `computecore.dll`, and
    /// `0xC037…` of `vmcompute.dll` and of guests.
    fn is_any(&self, codes: &[u32]) -> bool {
        let twin = || hcs_schema::catalogue::readings(self.code.0).first().and_then(|reading| reading.twin());
        codes.contains(&self.code.0) || twin().is_some_and(|twin| codes.contains(&twin))
    }

    /// Whether the system, process, network element, file or other element is not there.
    pub fn is_not_found(&self) -> bool {
        self.is_any(NOT_FOUND)
    }

    /// Whether something of this id is there already.
    pub fn is_already_exists(&self) -> bool {
        self.is_any(ALREADY_EXISTS)
    }

    /// Whether the system or process has already stopped.
    pub fn is_already_stopped(&self) -> bool {
        self.is_any(&[HResult::HCS_E_SYSTEM_ALREADY_STOPPED.0, HResult::HCS_E_PROCESS_ALREADY_STOPPED.0])
    }

    /// Whether the operation goes on, and its end will be told.
    pub fn is_pending(&self) -> bool {
        self.is_any(&[HResult::HCS_E_OPERATION_PENDING.0, 0x8037_0117])
    }

    /// Whether it took too long.
    pub fn is_timeout(&self) -> bool {
        self.is_any(TIMEOUT)
    }

    /// Whether the caller lacks the right.
    pub fn is_access_denied(&self) -> bool {
        self.is_any(&[HResult::E_ACCESSDENIED.0, 0x8037_011b])
    }

    /// Whether the state of the system or process does not allow it.
    pub fn is_invalid_state(&self) -> bool {
        self.is_any(&[HResult::HCS_E_INVALID_STATE.0])
    }

    /// Whether the host does not have this.
    pub fn is_not_supported(&self) -> bool {
        self.is_any(NOT_SUPPORTED)
    }

    /// Whether the other end of the connection is gone.
    pub fn is_disconnected(&self) -> bool {
        self.is_any(&[HResult::HCS_E_CONNECTION_CLOSED.0, HResult::HCS_E_CONNECT_FAILED.0, 0x8037_011e])
    }
}

/// Codes of what is not there: systems, elements, files, paths, and those of networks (`HCN_E_*_NOT_FOUND`).
const NOT_FOUND: &[u32] = &[
    HResult::HCS_E_SYSTEM_NOT_FOUND.0,
    HResult::ERROR_NOT_FOUND.0,
    HResult::ERROR_FILE_NOT_FOUND.0,
    HResult::ERROR_PATH_NOT_FOUND.0,
    0x803b_0001,
    0x803b_0002,
    0x803b_0003,
    0x803b_0004,
    0x803b_0005,
    0x803b_0006,
    0x803b_0007,
    0x803b_0008,
    0x803b_0009,
    0x803b_0034,
];

/// Codes of what is there already: systems, files, and those of networks.
const ALREADY_EXISTS: &[u32] = &[
    HResult::HCS_E_SYSTEM_ALREADY_EXISTS.0,
    HResult::ERROR_FILE_EXISTS.0,
    0x8007_00b7,
    0x803b_0010,
    0x803b_0012,
    0x803b_0013,
    0x803b_0014,
    0x803b_002b,
];

/// Codes of what took too long.
const TIMEOUT: &[u32] = &[HResult::ERROR_TIMEOUT.0, HResult::HCS_E_CONNECTION_TIMEOUT.0, 0x8037_0118, 0x8007_0102];

/// Codes of what is not there to be called.
const NOT_SUPPORTED: &[u32] = &[
    HResult::ERROR_NOT_SUPPORTED.0,
    HResult::E_NOTIMPL.0,
    HResult::ERROR_PROC_NOT_FOUND.0,
    0x8037_010c,
    0x8037_010b,
    0x803b_0016,
];

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.operation)?;
        if !self.id.is_empty() {
            write!(f, " {}", self.id)?;
        }
        write!(f, ": {}", self.message)?;
        if !self.code.is_ok() {
            write!(f, " ({})", self.code)?;
        }
        for event in &self.events {
            write!(f, "\n  {}", event.message)?;
            if !event.source.is_empty() {
                write!(f, " [{}]", event.source)?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
