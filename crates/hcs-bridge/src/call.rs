//! The calls of the protocol: which request has which number and which answer, and how a failure travels in an answer.
//!
//! [`Call`] pairs a request with its number and its reply, so that neither end can mismatch them. A failure is a `Result` that
//! is a negative HRESULT, an `ErrorMessage` and `ErrorRecords`. This crate writes its first record so that the
//! [`Error`] arrives as it left: `FunctionName` is its operation and `FileName` what it was done to; the host's own details
//! follow, one record each. Answers of other guests are read too: all their records become details.

use hcs_host::{Error, ErrorEvent};
use hcs_schema::HResult;
use hcs_schema::bridge::{self, ErrorRecord, MessageType, RequestBase, ResponseBase};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Who an [`ErrorRecord`] of ours says it is from.
pub const MODULE_NAME: &str = "silo";

/// A request: its number, its base and what answers it.
pub trait Call: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The request's number.
    const TYPE: MessageType;
    /// The answer.
    type Reply: Reply;
    /// The fields that every request has.
    fn base(&self) -> &RequestBase;
}

/// An answer.
pub trait Reply: Default + Serialize + DeserializeOwned + Send + 'static {
    /// The fields that every answer has.
    fn base(&self) -> &ResponseBase;
    /// The same, to be filled in.
    fn base_mut(&mut self) -> &mut ResponseBase;
}

impl Reply for ResponseBase {
    fn base(&self) -> &ResponseBase {
        self
    }
    fn base_mut(&mut self) -> &mut ResponseBase {
        self
    }
}

macro_rules! replies {
    ($($reply:ident)*) => {$(
        impl Reply for bridge::$reply {
            fn base(&self) -> &ResponseBase { &self.base }
            fn base_mut(&mut self) -> &mut ResponseBase { &mut self.base }
        }
    )*};
}

macro_rules! calls {
    ($($request:path, $number:ident => $reply:path;)*) => {$(
        impl Call for $request {
            const TYPE: MessageType = MessageType::$number;
            type Reply = $reply;
            fn base(&self) -> &RequestBase { &self.base }
        }
    )*};
}

macro_rules! plain_requests {
    ($($name:ident, $text:literal;)*) => {$(
        #[doc = $text]
        #[derive(Clone, Debug, Default, PartialEq, Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name {
            /// All that it says.
            pub base: RequestBase,
        }
    )*};
}

plain_requests! {
    Start, "Starts a system.";
    ShutdownGraceful, "Asks a system to end.";
    ShutdownForced, "Ends a system.";
    DumpStacks, "Reads what the guest agent is doing.";
    DeleteContainerState, "Forgets a system that has ended.";
}

replies! {
    NegotiateProtocolResponse CreateResponse ExecuteProcessResponse WaitForProcessResponse GetPropertiesResponse
    DumpStacksResponse
}

calls! {
    bridge::NegotiateProtocol, NEGOTIATE_PROTOCOL => bridge::NegotiateProtocolResponse;
    bridge::Create, CREATE => bridge::CreateResponse;
    Start, START => ResponseBase;
    ShutdownGraceful, SHUTDOWN_GRACEFUL => ResponseBase;
    ShutdownForced, SHUTDOWN_FORCED => ResponseBase;
    bridge::ExecuteProcess, EXECUTE_PROCESS => bridge::ExecuteProcessResponse;
    bridge::WaitForProcess, WAIT_FOR_PROCESS => bridge::WaitForProcessResponse;
    bridge::SignalProcess, SIGNAL_PROCESS => ResponseBase;
    bridge::ResizeConsole, RESIZE_CONSOLE => ResponseBase;
    bridge::GetProperties, GET_PROPERTIES => bridge::GetPropertiesResponse;
    bridge::ModifySettings, MODIFY_SETTINGS => ResponseBase;
    DumpStacks, DUMP_STACKS => bridge::DumpStacksResponse;
    DeleteContainerState, DELETE_CONTAINER_STATE => ResponseBase;
}

/// Reads a message. Only an object is one; a list would pass for a structure whose fields may all be absent.
pub fn read<T: DeserializeOwned>(body: &[u8]) -> serde_json::Result<T> {
    if body.trim_ascii_start().starts_with(b"[") {
        return Err(serde::de::Error::custom("a list is no message"));
    }
    serde_json::from_slice(body)
}

/// The failed answer that says `error`.
pub(crate) fn failure(error: &Error, activity_id: &str) -> ResponseBase {
    // A failure whose code says success would arrive as one.
    let result = if error.code.is_ok() { HResult::E_FAIL } else { error.code };
    let first = ErrorRecord {
        result,
        message: error.message.clone(),
        module_name: MODULE_NAME.into(),
        file_name: error.id.clone(),
        line: u32::MAX,
        function_name: error.operation.clone(),
        ..ErrorRecord::default()
    };
    let details = error.events.iter().map(|event| ErrorRecord {
        result,
        message: event.message.clone(),
        module_name: event.source.clone(),
        line: u32::MAX,
        ..ErrorRecord::default()
    });
    ResponseBase {
        result,
        activity_id: activity_id.into(),
        error_message: error.message.clone(),
        error_records: std::iter::once(first).chain(details).collect(),
    }
}

/// The error that a failed answer to `operation` on `id` says; `None` for a success.
pub(crate) fn failed(operation: &str, id: &str, base: &ResponseBase) -> Option<Error> {
    if base.result.is_ok() {
        return None;
    }
    let mut records = base.error_records.as_slice();
    let mut error = Error::new(operation, id, base.result, message_of(base));
    if let [first, rest @ ..] = records
        && first.module_name == MODULE_NAME
        && first.message == base.error_message
    {
        error.operation.clone_from(&first.function_name);
        error.id.clone_from(&first.file_name);
        records = rest;
    }
    let event =
        |record: &ErrorRecord| ErrorEvent { message: record.message.clone(), source: record.module_name.clone() };
    error.events = records.iter().map(event).collect();
    Some(error)
}

fn message_of(base: &ResponseBase) -> String {
    match (base.error_message.as_str(), base.result.meaning()) {
        ("", Some(meaning)) => meaning.into(),
        ("", None) => "the guest gave no reason".into(),
        (message, _) => message.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_arrives_as_it_left() {
        let unnamed = [HResult(0x8123_4567), HResult(0xffff_ffff), HResult(0x8000_0000)];
        for code in HResult::NAMED.iter().chain(&unnamed).copied().filter(|code| !code.is_ok()) {
            let mut error = Error::new("mount the root", "/a path", code, "no such file\n<tag>");
            error.events = vec![ErrorEvent { message: "detail".into(), source: "kernel".into() }];
            let text = serde_json::to_string(&failure(&error, "")).unwrap();
            let base: ResponseBase = serde_json::from_str(&text).unwrap();
            assert_eq!(failed("create", "web", &base), Some(error));
        }
    }

    #[test]
    fn answers_of_other_guests_are_read() {
        let text = r#"{"Result":-1070137074,"ActivityId":"x","ErrorMessage":"gone","ErrorRecords":[{"Result":-1070137074,
            "Message":"gone","StackTrace":"s","ModuleName":"gcs","FileName":"f.go","Line":7,"FunctionName":"f"}]}"#;
        let error = failed("start", "web", &serde_json::from_str(text).unwrap()).unwrap();
        assert_eq!((error.operation.as_str(), error.id.as_str(), error.code), ("start", "web", HResult(0xc037_010e)));
        assert_eq!(error.events, [ErrorEvent { message: "gone".into(), source: "gcs".into() }]);
        let bare = failed("start", "web", &serde_json::from_str(r#"{"Result":-2147467259}"#).unwrap()).unwrap();
        assert_eq!((bare.code, bare.message.as_str()), (HResult::E_FAIL, "Unspecified failure."));
        assert_eq!(failed("start", "web", &serde_json::from_str(r#"{"Result":0,"ErrorRecords":null}"#).unwrap()), None);
    }

    #[test]
    fn a_failure_with_a_code_of_success_stays_one() {
        let answer = failure(&Error::new("start", "web", HResult::S_OK, "odd"), "");
        assert_eq!(answer.result, HResult::E_FAIL);
    }
}
