//! What the functions of Windows answer, as results: an HRESULT or a Win32 error becomes an error that names what was done, and
//! to what. The compute service says more in a document, the network service in a record.

mod document;
mod record;

pub(crate) use document::{Ended, ended, of};
pub(crate) use record::check as check_record;

use hcs_host::{Error, Result};
use hcs_schema::HResult;
use windows_sys::Win32::Foundation::GetLastError;
use windows_sys::core::HRESULT;

/// The result of a function that answers an HRESULT.
pub(crate) fn check(operation: &str, id: &str, code: HRESULT) -> Result<()> {
    let code = normal(code);
    if code.is_ok() { Ok(()) } else { Err(failure(operation, id, code)) }
}

/// The code as an HRESULT. Older functions answer a Win32 error, which is a small number, where they say HRESULT.
pub(crate) fn normal(code: HRESULT) -> HResult {
    match code.cast_unsigned() {
        small @ 2..=0xffff => HResult::from_win32(small),
        code => HResult(code),
    }
}

/// The result of a function that answers a Win32 error.
pub(crate) fn check_win32(operation: &str, id: &str, code: u32) -> Result<()> {
    if code == 0 { Ok(()) } else { Err(failure(operation, id, HResult::from_win32(code))) }
}

/// The error that the thread's last call left.
pub(crate) fn last_error(operation: &str, id: &str) -> Error {
    // SAFETY: it only reads a number of the thread.
    let code = unsafe { GetLastError() };
    failure(operation, id, HResult::from_win32(code))
}

/// An error of the standard library, which has Win32 errors in it.
pub(crate) fn io_error(operation: &str, id: &str, error: &std::io::Error) -> Error {
    match error.raw_os_error() {
        Some(code) => failure(operation, id, HResult::from_win32(code.cast_unsigned())),
        None => Error::new(operation, id, HResult::E_FAIL, error.to_string()),
    }
}

/// The error of a code, in the words of the catalogue.
pub(crate) fn failure(operation: &str, id: &str, code: HResult) -> Error {
    let message = code.meaning().map_or_else(|| "Windows refused it".to_owned(), clause);
    Error::new(operation, id, code, message)
}

/// A sentence as a part of another: without its full stop, and with a small letter unless it begins with a name.
fn clause(sentence: &str) -> String {
    let sentence = sentence.trim_end_matches('.');
    let mut letters = sentence.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => {
            first.to_lowercase().chain(sentence.chars().skip(1)).collect()
        }
        _ => sentence.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_name_operation_id_and_code() {
        let error = check("open network", "a", 0x803b_0001_u32.cast_signed()).unwrap_err();
        let text = "open network a: the network was not found (0x803B0001 HCN_E_NETWORK_NOT_FOUND)";
        assert_eq!(error.to_string(), text);
        assert!(check("open network", "a", 0).is_ok() && check("open network", "a", 1).is_ok());
    }

    #[test]
    fn win32_errors_are_hresults() {
        assert_eq!(normal(5), HResult::E_ACCESSDENIED);
        assert_eq!(normal(0), HResult::S_OK);
        // S_FALSE is no error.
        assert!(normal(1).is_ok());
        assert_eq!(normal(0xc037_0103_u32.cast_signed()), HResult::HCS_E_OPERATION_PENDING);
        assert_eq!(check_win32("open disk", "a", 5).unwrap_err().code, HResult::E_ACCESSDENIED);
        let missing = std::io::Error::from_raw_os_error(2);
        assert_eq!(io_error("read", "a", &missing).code, HResult::ERROR_FILE_NOT_FOUND);
    }
}
