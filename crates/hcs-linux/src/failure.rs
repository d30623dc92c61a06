//! How a step fails: what was being done, and the errno. It crosses the socket between init and keeper as JSON.

use hcs_host::Error;
use hcs_host::plan::linux::support::Refusal;
use hcs_schema::HResult;
use rustix::io::Errno;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A failed step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What was being done, to which path or id: `mount proc on /proc`.
    pub doing: String,
    /// What went wrong and what the user can do; empty when the errno says it all.
    pub why: String,
    /// The errno, 0 when no system call failed.
    pub errno: i32,
}

impl Failure {
    /// A failure that no system call reported.
    pub fn new(doing: impl Into<String>, why: impl Into<String>) -> Self {
        Failure { doing: doing.into(), why: why.into(), errno: 0 }
    }

    /// A request that is not valid.
    pub fn invalid(doing: impl Into<String>, why: impl Into<String>) -> Self {
        Failure { errno: Errno::INVAL.raw_os_error(), ..Failure::new(doing, why) }
    }

    /// A request that is understood and cannot be honoured here.
    pub fn unsupported(doing: impl Into<String>, why: impl Into<String>) -> Self {
        Failure { errno: Errno::OPNOTSUPP.raw_os_error(), ..Failure::new(doing, why) }
    }

    /// A failed system call.
    pub fn errno(doing: impl Into<String>, errno: Errno) -> Self {
        Failure { errno: errno.raw_os_error(), ..Failure::new(doing, "") }
    }

    /// Adds what the user can do about it.
    #[must_use]
    pub fn hint(mut self, why: impl Into<String>) -> Self {
        self.why = why.into();
        self
    }

    /// Whether it is the user's program that is missing or cannot be run, and not the container that cannot be made.
    pub fn is_of_program(&self) -> bool {
        self.doing.starts_with("exec ")
    }

    /// The boundary's error: of `operation` on system `id`.
    pub fn into_error(self, operation: &str, id: &str) -> Error {
        Error::new(operation, id, hresult(self.errno), self.to_string())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.doing)?;
        if !self.why.is_empty() {
            write!(f, ": {}", self.why)?;
        }
        if self.errno != 0 {
            write!(f, ": {}", Errno::from_raw_os_error(self.errno))?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let errno = if refusal.code == HResult::ERROR_NOT_SUPPORTED { Errno::OPNOTSUPP } else { Errno::INVAL };
        Failure { doing: refusal.property, why: refusal.why, errno: errno.raw_os_error() }
    }
}

/// Turns a failed system call into a [`Failure`] that says what was being done.
pub trait Context<T> {
    /// Names the step; the text is only built on failure.
    fn doing<D: Into<String>>(self, doing: impl FnOnce() -> D) -> Result<T, Failure>;
}

impl<T> Context<T> for Result<T, Errno> {
    fn doing<D: Into<String>>(self, doing: impl FnOnce() -> D) -> Result<T, Failure> {
        self.map_err(|errno| Failure::errno(doing(), errno))
    }
}

impl<T> Context<T> for std::io::Result<T> {
    fn doing<D: Into<String>>(self, doing: impl FnOnce() -> D) -> Result<T, Failure> {
        self.map_err(|error| match error.raw_os_error() {
            Some(raw) => Failure::errno(doing(), Errno::from_raw_os_error(raw)),
            None => Failure::new(doing(), error.to_string()),
        })
    }
}

/// The HRESULT that stands for an errno on every host.
fn hresult(errno: i32) -> HResult {
    if errno == 0 {
        return HResult::E_FAIL;
    }
    match Errno::from_raw_os_error(errno) {
        Errno::NOENT => HResult::ERROR_FILE_NOT_FOUND,
        Errno::NOTDIR => HResult::ERROR_PATH_NOT_FOUND,
        Errno::ACCESS | Errno::PERM | Errno::ROFS => HResult::E_ACCESSDENIED,
        Errno::EXIST => HResult::ERROR_FILE_EXISTS,
        Errno::INVAL => HResult::E_INVALIDARG,
        Errno::NOMEM => HResult::E_OUTOFMEMORY,
        Errno::NOSPC | Errno::DQUOT => HResult::ERROR_DISK_FULL,
        Errno::BUSY => HResult::ERROR_BUSY,
        Errno::NOEXEC => HResult::ERROR_BAD_EXE_FORMAT,
        Errno::OPNOTSUPP | Errno::NOSYS => HResult::ERROR_NOT_SUPPORTED,
        Errno::TIMEDOUT => HResult::ERROR_TIMEOUT,
        Errno::PIPE => HResult::ERROR_BROKEN_PIPE,
        Errno::SRCH => HResult::ERROR_NOT_FOUND,
        Errno::IO => HResult::ERROR_IO_DEVICE,
        _ => HResult::E_FAIL,
    }
}
