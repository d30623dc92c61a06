//! What every request and every response has.

use crate::HResult;
use crate::model::object;
use std::collections::BTreeMap;

object! {
    /// Fields that every request has.
    pub struct RequestBase {
        /// The system it is about.
        "ContainerId" container_id: String = always,
        /// Correlates logs of both ends (GUID).
        "ActivityId" activity_id: String = always,
        /// Trace context: `traceparent` and `tracestate` of the W3C.
        "otsc" trace_context: BTreeMap<String, String>,
        /// Trace context of OpenCensus, which older guests read.
        "ocsc" legacy_trace_context: Option<LegacyTraceContext>,
    }

    /// Trace context of OpenCensus.
    #[derive(Eq)]
    pub struct LegacyTraceContext {
        /// Id of the trace, in hexadecimal digits.
        "TraceID" trace_id: String,
        /// Id of the span, in hexadecimal digits.
        "SpanID" span_id: String,
        /// Options; bit 0 says that it is recorded.
        "TraceOptions" trace_options: u32,
        /// Entries, as base64 of JSON.
        "Tracestate" trace_state: String,
    }

    /// Fields that every response has; the whole response where nothing more is said.
    pub struct ResponseBase {
        /// Outcome.
        "Result" result: HResult,
        /// The request's, echoed.
        "ActivityId" activity_id: String,
        /// Text of a failure.
        "ErrorMessage" error_message: String,
        /// Its details.
        "ErrorRecords" error_records: Vec<ErrorRecord>,
    }

    /// One detail of a failure.
    pub struct ErrorRecord {
        /// Its code.
        "Result" result: HResult,
        /// What was being done and what went wrong.
        "Message" message: String = always,
        /// Stack at the failure.
        "StackTrace" stack_trace: String,
        /// Program that failed.
        "ModuleName" module_name: String = always,
        /// Its source file.
        "FileName" file_name: String = always,
        /// Line there; `u32::MAX` when unknown.
        "Line" line: u32 = always,
        /// Function there.
        "FunctionName" function_name: String,
    }
}
