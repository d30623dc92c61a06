//! Error records: what the service says about a failure beside its code.
//!
//! A record is a document such as `{"Success":false,"Error":"Element not found. ","ErrorCode":2147943568}`. hcsshim
//! (`hcn/hcnerrors.go`) takes any record for a failure, whatever the code says; so does this.

use crate::outcome::failure;
use hcs_host::{Error, ErrorEvent, Result};
use hcs_schema::HResult;
use hcs_schema::hns::Answer;
use windows_sys::core::HRESULT;

/// Who says what is in a record.
const SOURCE: &str = "HNS";

/// The result of a function that answers an HRESULT and a record.
pub(super) fn check(operation: &str, id: &str, code: HRESULT, record: &str) -> Result<()> {
    let code = HResult(code.cast_unsigned());
    let record = record.trim();
    if code.is_ok() && record.is_empty() {
        return Ok(());
    }
    Err(from_record(operation, id, code, record))
}

/// The error of a code and a record.
fn from_record(operation: &str, id: &str, code: HResult, record: &str) -> Error {
    let answer = serde_json::from_str::<Answer>(record).ok();
    let of_record = answer.as_ref().map_or(0, |answer| answer.error_code);
    let code = match (code.is_ok(), of_record) {
        (false, _) => code,
        (true, 0) => HResult::E_FAIL,
        (true, number) => HResult(number),
    };
    let mut error = failure(operation, id, code);
    let words = match &answer {
        Some(answer) => answer.error.trim(),
        None => record,
    };
    if !words.is_empty() {
        error.events.push(ErrorEvent { message: words.to_owned(), source: SOURCE.to_owned() });
    }
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOT_FOUND: HRESULT = 0x803b_0001_u32.cast_signed();

    #[test]
    fn records_become_events() {
        let record = r#"{"Success":false,"Error":"The network was not found. ","ErrorCode":2151350273}"#;
        let error = check("open network", "a", NOT_FOUND, record).unwrap_err();
        assert_eq!(error.code, HResult(0x803b_0001));
        assert_eq!(error.events[0].message, "The network was not found.");
    }

    #[test]
    fn a_record_is_a_failure_even_without_a_code() {
        let record = r#"{"Success":false,"Error":"No.","ErrorCode":2151350273}"#;
        assert_eq!(check("open network", "a", 0, record).unwrap_err().code, HResult(0x803b_0001));
        let error = check("open network", "a", 0, "not JSON").unwrap_err();
        assert_eq!((error.code, error.events[0].message.as_str()), (HResult::E_FAIL, "not JSON"));
    }

    proptest::proptest! {
        #[test]
        fn any_record_is_told(record: String, code: i32) {
            let told = check("open network", "a", code, &record);
            proptest::prop_assert_eq!(told.is_ok(), code >= 0 && record.trim().is_empty());
        }
    }

    #[test]
    fn no_record_is_no_event() {
        assert!(check("open network", "a", 0, "").is_ok());
        assert_eq!(check("open network", "a", NOT_FOUND, "").unwrap_err().events, []);
    }
}
