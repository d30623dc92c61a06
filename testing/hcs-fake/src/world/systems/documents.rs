//! Documents that callers give, and the result documents of what fails.

use crate::call::form;
use crate::strict::{Schema, problems};
use crate::{Call, Reply};
use hcs_schema::HResult;
use serde_json::{Value, json};

/// Why a call fails.
#[derive(Debug)]
pub(super) struct Failure {
    code: HResult,
    message: String,
}

impl Failure {
    pub(super) fn new(code: HResult, message: impl Into<String>) -> Failure {
        Failure { code, message: message.into() }
    }

    /// The reply, with the code in the form of the DLL and a result document.
    pub(super) fn reply(self, call: &Call) -> Reply {
        let code = form(&call.dll, self.code.0);
        let event = json!({
            "Message": self.message, "Provider": "{6066f867-7ca1-4418-85fd-36e3f9c0600c}", "EventId": 0, "Flags": 0,
            "Source": "hcs-fake",
        });
        let result = json!({ "Error": code.cast_signed(), "ErrorMessage": self.message, "ErrorEvents": [event] });
        Reply::failed(HResult(code)).with("result", result.to_string())
    }
}

/// Reads a document that one of several types describes; an empty text is an empty document if that is allowed.
pub(super) fn read(call: &Call, argument: &str, types: &[(Schema, &str)], empty: bool) -> Result<Value, Failure> {
    let document = parse(call, argument, empty)?;
    let mut first = None;
    for (schema, kind) in types.iter().filter(|_| !empty || !call.text(argument).is_empty()) {
        let found = problems(*schema, kind, &document, call.build);
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        match found.is_empty() {
            true => return Ok(document),
            false => first.get_or_insert(found),
        };
    }
    first.map_or(Ok(document), |found| Err(invalid(found.join("; "))))
}

/// Reads a document that has only these keys; an empty text is an empty document.
pub(super) fn read_keys(call: &Call, argument: &str, keys: &[&str]) -> Result<Value, Failure> {
    let document = parse(call, argument, true)?;
    let Some(map) = document.as_object() else {
        return Err(invalid(format!("{argument}: {document} is not an object")));
    };
    match map.keys().find(|key| !keys.contains(&key.as_str())) {
        Some(key) => Err(invalid(format!("{argument}: {key} is not a key; there are {}", keys.join(", ")))),
        None => Ok(document),
    }
}

fn parse(call: &Call, argument: &str, empty: bool) -> Result<Value, Failure> {
    match call.text(argument) {
        "" if empty => Ok(json!({})),
        text => serde_json::from_str(text).map_err(|error| invalid(format!("{argument} is no JSON: {error}"))),
    }
}

fn invalid(message: String) -> Failure {
    Failure::new(HResult::HCS_E_INVALID_JSON, message)
}
