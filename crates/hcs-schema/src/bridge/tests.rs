//! The form of every message on the wire, and the leniency of reading them.

use super::*;
use crate::HResult;
use crate::document::{ModifyRequest, Version};
use serde::Serialize;
use serde::de::DeserializeOwned;

fn base() -> RequestBase {
    RequestBase { container_id: "c".into(), activity_id: "a".into(), ..RequestBase::default() }
}

/// Checks that a message is written as `text`, and read from it and from the same with keys in another case.
#[track_caller]
fn wire<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(message: &T, text: &str) {
    assert_eq!(serde_json::to_string(message).unwrap(), text);
    assert_eq!(&serde_json::from_str::<T>(text).unwrap(), message);
    let upper = capitals(text);
    assert_eq!(&serde_json::from_str::<T>(&upper).unwrap(), message, "{upper}");
}

/// The same JSON with its keys in capitals. No value here has a colon after its quote.
fn capitals(text: &str) -> String {
    let parts: Vec<&str> = text.split('"').collect();
    let is_key = |index: usize| index % 2 == 1 && parts.get(index + 1).is_some_and(|next| next.starts_with(':'));
    let part = |(index, part): (usize, &&str)| if is_key(index) { part.to_uppercase() } else { (*part).to_owned() };
    parts.iter().enumerate().map(part).collect::<Vec<_>>().join("\"")
}

#[test]
fn agreeing_on_a_version() {
    let ask = NegotiateProtocol { base: base(), minimum_version: 4, maximum_version: 4 };
    wire(&ask, r#"{"ContainerId":"c","ActivityId":"a","MinimumVersion":4,"MaximumVersion":4}"#);
    let abilities = GuestDefinedCapabilities { signal_process_supported: true, ..GuestDefinedCapabilities::default() };
    let capabilities = GuestCapabilities {
        send_host_create_message: true,
        supported_schema_versions: vec![Version::V2_1],
        runtime_os_type: "Linux".into(),
        guest_defined_capabilities: abilities,
        ..GuestCapabilities::default()
    };
    let answer = NegotiateProtocolResponse { version: 4, capabilities, ..NegotiateProtocolResponse::default() };
    let text = r#"{"Result":0,"Version":4,"Capabilities":{"SendHostCreateMessage":true,"#.to_owned()
        + r#""SupportedSchemaVersions":[{"Major":2,"Minor":1}],"RuntimeOsType":"Linux","#
        + r#""GuestDefinedCapabilities":{"SignalProcessSupported":true}}}"#;
    wire(&answer, &text);
    let empty = r#"{"SupportedSchemaVersions":[],"RuntimeOsType":"","GuestDefinedCapabilities":{}}"#;
    wire(&NegotiateProtocolResponse::default(), &format!(r#"{{"Result":0,"Version":0,"Capabilities":{empty}}}"#));
}

#[test]
fn systems() {
    let create = Create { base: base(), container_config: "{}".into(), ..Create::default() };
    wire(&create, r#"{"ContainerId":"c","ActivityId":"a","ContainerConfig":"{}"}"#);
    let versions = SupportedVersions { maximum_version: "2.1".into(), ..SupportedVersions::default() };
    let text = r#"{"ContainerId":"","ActivityId":"","ContainerConfig":"","#.to_owned()
        + r#""SupportedVersions":{"MaximumVersion":"2.1","MinimumProtocolVersion":0,"MaximumProtocolVersion":0}}"#;
    wire(&Create { supported_versions: Some(versions), ..Create::default() }, &text);
    wire(&CreateResponse::default(), r#"{"Result":0,"SelectedProtocolVersion":0}"#);
    let get = GetProperties { base: base(), query: String::new() };
    wire(&get, r#"{"ContainerId":"c","ActivityId":"a","Query":""}"#);
    let got = GetPropertiesResponse { properties: "{}".into(), ..GetPropertiesResponse::default() };
    wire(&got, r#"{"Result":0,"Properties":"{}"}"#);
    let request = ModifyRequest { request_type: "Add".into(), resource_type: "Network".into(), settings: 7.into() };
    let text =
        r#"{"ContainerId":"c","ActivityId":"a","Request":{"RequestType":"Add","ResourceType":"Network","Settings":7}}"#;
    wire(&ModifySettings { base: base(), request }, text);
    let settings = ServiceSettings { rpc_type: "StartLogForwarding".into(), ..ServiceSettings::default() };
    let service =
        ModifyServiceSettings { base: base(), property_type: "LogForwardService".into(), settings: Some(settings) };
    let text = r#"{"ContainerId":"c","ActivityId":"a","PropertyType":"LogForwardService","Settings":{"RPCType":"StartLogForwarding"}}"#;
    wire(&service, text);
    let ended =
        Notification { base: base(), kind: "GracefulExit".into(), operation: "None".into(), ..Notification::default() };
    let text = r#"{"ContainerId":"c","ActivityId":"a","Type":"GracefulExit","Operation":"None","Result":0}"#;
    wire(&ended, text);
}

#[test]
fn processes() {
    let relay = VsockStdioRelay { std_in: Some(1), std_out: None, std_err: Some(0) };
    let settings = ExecuteProcessSettings {
        process_parameters: "{}".into(),
        vsock_stdio_relay_settings: Some(relay),
        passed_streams: vec!["StdIn".into()],
        ..ExecuteProcessSettings::default()
    };
    let text = r#"{"ContainerId":"c","ActivityId":"a","Settings":{"ProcessParameters":"{}","#.to_owned()
        + r#""VsockStdioRelaySettings":{"StdIn":1,"StdErr":0},"PassedStreams":["StdIn"]}}"#;
    wire(&ExecuteProcess { base: base(), settings }, &text);
    wire(&ExecuteProcess::default(), r#"{"ContainerId":"","ActivityId":"","Settings":{"ProcessParameters":""}}"#);
    let relay = StdioRelay { std_out: Some("g".into()), ..StdioRelay::default() };
    let settings = ExecuteProcessSettings { stdio_relay_settings: Some(relay), ..ExecuteProcessSettings::default() };
    wire(&settings, r#"{"ProcessParameters":"","StdioRelaySettings":{"StdOut":"g"}}"#);
    let executed = ExecuteProcessResponse { process_id: 7, ..ExecuteProcessResponse::default() };
    wire(&executed, r#"{"Result":0,"ProcessId":7}"#);
    let wait = WaitForProcess { base: base(), process_id: 7, timeout_in_ms: INFINITE };
    wire(&wait, r#"{"ContainerId":"c","ActivityId":"a","ProcessId":7,"TimeoutInMs":4294967295}"#);
    let ended = WaitForProcessResponse { exit_code: 0xc000_013a, ..WaitForProcessResponse::default() };
    wire(&ended, r#"{"Result":0,"ExitCode":3221225786}"#);
    for (options, text) in [
        (Some(Signal::Number(15)), r#","Options":{"Signal":15}"#),
        (Some(Signal::Name("CtrlC".into())), r#","Options":{"Signal":"CtrlC"}"#),
        (None, ""),
    ] {
        let options = options.map(|signal| SignalOptions { signal });
        let signal = SignalProcess { base: base(), process_id: 7, options };
        wire(&signal, &format!(r#"{{"ContainerId":"c","ActivityId":"a","ProcessId":7{text}}}"#));
    }
    let resize = ResizeConsole { base: base(), process_id: 7, height: 24, width: 80 };
    wire(&resize, r#"{"ContainerId":"c","ActivityId":"a","ProcessId":7,"Height":24,"Width":80}"#);
}

#[test]
fn failures() {
    let record = ErrorRecord {
        result: HResult::E_FAIL,
        message: "x".into(),
        stack_trace: "s".into(),
        module_name: "silo".into(),
        line: u32::MAX,
        function_name: "f".into(),
        ..ErrorRecord::default()
    };
    let base = ResponseBase {
        result: HResult::HCS_E_SYSTEM_NOT_FOUND,
        activity_id: "a".into(),
        error_message: "m".into(),
        error_records: vec![record, ErrorRecord::default()],
    };
    let text = r#"{"Result":-1070137074,"ActivityId":"a","ErrorMessage":"m","ErrorRecords":[{"Result":-2147467259,"#
        .to_owned()
        + r#""Message":"x","StackTrace":"s","ModuleName":"silo","FileName":"","Line":4294967295,"FunctionName":"f"},"#
        + r#"{"Result":0,"Message":"","ModuleName":"","FileName":"","Line":0}],"GuestStacks":"s"}"#;
    wire(&DumpStacksResponse { base, guest_stacks: "s".into() }, &text);
}

#[test]
fn what_programs_in_go_leave_out_or_write_otherwise_is_read() {
    let text = r#"{"containerid":"c","otsc":{"traceparent":"t"},"ocsc":{"TraceID":"i","TraceOptions":1},"ProcessId":7.0,
        "options":{"signal":9.0},"New":{}}"#;
    let signal: SignalProcess = serde_json::from_str(text).unwrap();
    assert_eq!((signal.base.container_id.as_str(), signal.process_id), ("c", 7));
    assert_eq!(signal.options, Some(SignalOptions { signal: Signal::Number(9) }));
    assert_eq!(signal.base.trace_context["traceparent"], "t");
    assert_eq!(signal.base.legacy_trace_context.unwrap().trace_options, 1);
    let text = r#"{"Result":-2147467259.0,"ActivityId":null,"ErrorRecords":null}"#;
    assert_eq!(serde_json::from_str::<ResponseBase>(text).unwrap().result, HResult::E_FAIL);
    let null: SignalOptions = serde_json::from_str(r#"{"Signal":null}"#).unwrap();
    assert_eq!(null.signal, Signal::Number(0));
    for text in [r#"{"Signal":1.5}"#, r#"{"Signal":4294967296}"#, r#"{"Signal":-4294967296}"#, r#"{"Signal":[]}"#] {
        let error = serde_json::from_str::<SignalOptions>(text).unwrap_err().to_string();
        assert!(error.starts_with("Signal: "), "{text}: {error}");
    }
}
