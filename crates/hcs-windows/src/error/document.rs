//! Errors of the compute service: a code, and a document that says more.

use super::{failure, normal};
use crate::wide::Answered;
use hcs_host::{Error, ErrorEvent, Result};
use hcs_schema::{HResult, v2};
use windows_sys::core::HRESULT;

/// How a call ended that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// What it does is done.
    Done,
    /// It goes on, and a notification will tell its end.
    Pending,
}

/// `HCS_E_OPERATION_PENDING` as `computecore.dll` has it.
const CORE_PENDING: u32 = 0x8037_0117;

/// The end of a call, by its HRESULT and the document that it answered.
pub(crate) fn ended(operation: &str, id: &str, code: HRESULT, result: &Answered) -> Result<Ended> {
    match normal(code) {
        code if code.is_ok() => Ok(Ended::Done),
        HResult::HCS_E_OPERATION_PENDING | HResult(CORE_PENDING) => Ok(Ended::Pending),
        code => Err(of(operation, id, code, &result.text())),
    }
}

/// The error of a code and its document. A document that cannot be read is told as it is.
pub(crate) fn of(operation: &str, id: &str, code: HResult, document: &str) -> Error {
    let failure = failure(operation, id, code);
    let document = document.trim();
    if document.is_empty() {
        return failure;
    }
    let Ok(result) = serde_json::from_str::<v2::ResultError>(document) else {
        return Error { message: format!("{}; it says {document:?}", failure.message), ..failure };
    };
    let message = match result.error_message.trim() {
        "" => failure.message,
        text => text.to_owned(),
    };
    let events = result.error_events.into_iter().filter_map(event).collect();
    Error { message, events, ..failure }
}

fn event(event: v2::ErrorEvent) -> Option<ErrorEvent> {
    let source = if event.source.is_empty() { event.provider } else { event.source };
    (!event.message.is_empty()).then_some(ErrorEvent { message: event.message, source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_says_more_than_a_code() {
        let document = r#"{"Error":-2143878899,"ErrorMessage":"The JSON is wrong.","ErrorEvents":[
            {"Message":"at line 1","Provider":"51ddfa29","EventId":4,"Source":"Container"},{"Message":""}]}"#;
        let error = of("create", "web", HResult(0xc037_010d), document);
        assert_eq!(error.message, "The JSON is wrong.");
        assert_eq!(error.events, [ErrorEvent { message: "at line 1".into(), source: "Container".into() }]);
        assert!(error.to_string().contains("INVALID_JSON"), "{error}");
    }

    #[test]
    fn without_a_document_the_code_says_what_it_means() {
        let error = of("open", "web", HResult(0xc037_010e), "");
        assert!(error.is_not_found(), "{error}");
        assert!(error.message.len() > 10, "{error}");
        let error = of("open", "web", HResult(0x8004_1234), "no JSON");
        assert!(error.message.contains("no JSON"), "{error}");
    }
}
