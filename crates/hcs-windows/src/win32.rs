//! Win32 errors, where a function or the standard library answers one instead of an HRESULT.

use crate::error::of;
use hcs_host::{Error, Result};
use hcs_schema::HResult;

/// The end of a call that answers a Win32 error.
pub(crate) fn check(operation: &str, id: &str, code: u32) -> Result<()> {
    if code == 0 { Ok(()) } else { Err(of(operation, id, HResult::from_win32(code), "")) }
}

/// An error of the standard library, which has Win32 errors in it.
pub(crate) fn io_error(operation: &str, id: &str, error: &std::io::Error) -> Error {
    match error.raw_os_error() {
        Some(code) => of(operation, id, HResult::from_win32(code.cast_unsigned()), ""),
        None => Error::new(operation, id, HResult::E_FAIL, error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn win32_errors_are_hresults() {
        assert!(check("open disk", "a", 0).is_ok());
        assert_eq!(check("open disk", "a", 5).unwrap_err().code, HResult::E_ACCESSDENIED);
        let missing = std::io::Error::from_raw_os_error(2);
        assert_eq!(io_error("read", "a", &missing).code, HResult::ERROR_FILE_NOT_FOUND);
    }
}
