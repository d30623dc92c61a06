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

    /// Whether the system, process or element is not there.
    pub fn is_not_found(&self) -> bool {
        self.code == HResult::HCS_E_SYSTEM_NOT_FOUND || self.code == HResult::ERROR_NOT_FOUND
    }

    /// Whether the system has already stopped.
    pub fn is_already_stopped(&self) -> bool {
        self.code == HResult::HCS_E_SYSTEM_ALREADY_STOPPED || self.code == HResult::HCS_E_PROCESS_ALREADY_STOPPED
    }

    /// Whether the other end of the connection is gone.
    pub fn is_disconnected(&self) -> bool {
        self.code == HResult::HCS_E_CONNECTION_CLOSED || self.code == HResult::HCS_E_CONNECT_FAILED
    }
}

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
