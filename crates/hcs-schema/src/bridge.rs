//! Messages of the guest bridge: the `Host` verbs on a socket.
//!
//! A frame is a 16-byte little-endian header (type, size with the header, correlation id) and a JSON body. The type's top
//! nibble says request, response or notification; a response carries its request's type with that nibble replaced.
//! Several fields hold JSON inside a string (`ContainerConfig`, `ProcessParameters`, `Query`, `Properties`, `ResultInfo`).

use crate::HResult;
use crate::document::{ModifyRequest, Version};
use serde::{Deserialize, Serialize};

pub use crate::v2::GuestDefinedCapabilities;

/// Bytes of a frame's header.
pub const HEADER_SIZE: usize = 16;
/// The one protocol version there is.
pub const PROTOCOL_VERSION: u32 = 4;
/// Id that stands for the utility VM itself.
pub const NULL_ID: &str = "00000000-0000-0000-0000-000000000000";
/// Port on which a host listens for the guest's bridge.
pub const BRIDGE_PORT: u32 = 0x4000_0000;
/// First port a host allocates for a standard stream; later ones follow and none is used twice.
pub const FIRST_STDIO_PORT: u32 = 0x4000_0001;
/// A wait without end.
pub const INFINITE: u32 = u32::MAX;

/// The identifier of a message: direction, category, number and version in one integer. Unknown ones travel and print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MessageType(pub u32);

macro_rules! messages {
    ($($name:ident = $value:literal, $text:literal;)*) => {
        impl MessageType {
            $(#[doc = $text] pub const $name: MessageType = MessageType($value);)*

            /// The request's name, for logs and errors; of a response, its request's.
            pub fn name(self) -> Option<&'static str> {
                match self.request().0 { $($value => Some(stringify!($name)),)* _ => None }
            }
        }
    };
}

messages! {
    CREATE = 0x1010_0101, "Creates a compute system.";
    START = 0x1010_0201, "Starts it.";
    SHUTDOWN_GRACEFUL = 0x1010_0301, "Asks it to end.";
    SHUTDOWN_FORCED = 0x1010_0401, "Ends it.";
    EXECUTE_PROCESS = 0x1010_0501, "Runs a process in it.";
    WAIT_FOR_PROCESS = 0x1010_0601, "Waits for a process to end.";
    SIGNAL_PROCESS = 0x1010_0701, "Signals a process.";
    RESIZE_CONSOLE = 0x1010_0801, "Sets the size of a process's terminal.";
    GET_PROPERTIES = 0x1010_0901, "Reads properties.";
    MODIFY_SETTINGS = 0x1010_0a01, "Changes a resource.";
    NEGOTIATE_PROTOCOL = 0x1010_0b01, "Agrees on a protocol version; the first message of a connection.";
    DUMP_STACKS = 0x1010_0c01, "Reads the guest agent's stacks.";
    DELETE_CONTAINER_STATE = 0x1010_0d01, "Forgets a system that has ended.";
    UPDATE_CONTAINER = 0x1010_0e01, "Changes a Windows container.";
    LIFECYCLE_NOTIFICATION = 0x1010_0f01, "Announces a life cycle step to a Windows guest.";
    MODIFY_SERVICE_SETTINGS = 0x1020_0101, "Changes a service of a Windows guest.";
    NOTIFICATION = 0x3010_0101, "Tells the host of an event.";
}

impl MessageType {
    /// Whether this is a request.
    pub fn is_request(self) -> bool {
        self.0 >> 28 == 1
    }

    /// Whether this is a response.
    pub fn is_response(self) -> bool {
        self.0 >> 28 == 2
    }

    /// The type of the response to this request.
    pub fn response(self) -> MessageType {
        MessageType(self.0 & 0x0fff_ffff | 0x2000_0000)
    }

    /// The type of the request that this response answers; a notification is its own.
    pub fn request(self) -> MessageType {
        if self.is_response() { MessageType(self.0 & 0x0fff_ffff | 0x1000_0000) } else { self }
    }
}

/// Reads `null` as the default, because the original ends write an empty list or structure that way.
fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// Fields that every request has.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct RequestBase {
    /// The system it is about.
    pub container_id: String,
    /// Correlates logs of both ends.
    pub activity_id: String,
    /// Trace context (`traceparent`, `tracestate`).
    #[serde(rename = "otsc", skip_serializing_if = "Option::is_none")]
    pub trace_context: Option<serde_json::Value>,
    /// Legacy trace context.
    #[serde(rename = "ocsc", skip_serializing_if = "Option::is_none")]
    pub legacy_trace_context: Option<serde_json::Value>,
}

/// Fields that every response has; the whole response where nothing more is said.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ResponseBase {
    /// Outcome.
    pub result: HResult,
    /// The request's, echoed.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub activity_id: String,
    /// Text of a failure.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub error_message: String,
    /// Its details.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "null_as_default")]
    pub error_records: Vec<ErrorRecord>,
}

/// One detail of a failure.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ErrorRecord {
    /// Its code.
    pub result: HResult,
    /// What was being done and what went wrong.
    pub message: String,
    /// Stack at the failure.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub stack_trace: String,
    /// Program that failed.
    pub module_name: String,
    /// Its source file.
    pub file_name: String,
    /// Line there; `u32::MAX` when unknown.
    pub line: u32,
    /// Function there.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub function_name: String,
}

macro_rules! message {
    ($(#[$meta:meta])* $name:ident: $base:ident { $($(#[$field_meta:meta])* $field:ident: $ty:ty,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "PascalCase", default)]
        pub struct $name {
            /// Fields common to every message of this direction.
            #[serde(flatten)]
            pub base: $base,
            $($(#[$field_meta])* pub $field: $ty,)*
        }
    };
}

message! {
    /// `NEGOTIATE_PROTOCOL`.
    NegotiateProtocol: RequestBase {
        /// Lowest version the host speaks.
        minimum_version: u32,
        /// Highest version the host speaks.
        maximum_version: u32,
    }
}
message! {
    /// Answer to `NEGOTIATE_PROTOCOL`.
    NegotiateProtocolResponse: ResponseBase {
        /// The version both will speak.
        version: u32,
        /// What the guest can do.
        capabilities: GuestCapabilities,
    }
}
message! {
    /// `CREATE`.
    Create: RequestBase {
        /// The system's document, as JSON text.
        container_config: String,
    }
}
message! {
    /// Answer to `CREATE`.
    CreateResponse: ResponseBase {
        /// Always empty.
        #[serde(skip_serializing_if = "String::is_empty")]
        selected_version: String,
        /// Always 0.
        selected_protocol_version: u32,
    }
}
message! {
    /// `EXECUTE_PROCESS`.
    ExecuteProcess: RequestBase {
        /// What to run and where its streams go.
        settings: ExecuteProcessSettings,
    }
}
message! {
    /// Answer to `EXECUTE_PROCESS`.
    ExecuteProcessResponse: ResponseBase {
        /// The process's id.
        process_id: u32,
    }
}
message! {
    /// `WAIT_FOR_PROCESS`.
    WaitForProcess: RequestBase {
        /// Which process.
        process_id: u32,
        /// How long, in milliseconds; `INFINITE` for ever.
        timeout_in_ms: u32,
    }
}
message! {
    /// Answer to `WAIT_FOR_PROCESS`.
    WaitForProcessResponse: ResponseBase {
        /// Exit code; 128 + signal of a signalled process.
        exit_code: u32,
    }
}
message! {
    /// `SIGNAL_PROCESS`.
    SignalProcess: RequestBase {
        /// Which process.
        process_id: u32,
        /// Which signal; absent means SIGKILL.
        #[serde(skip_serializing_if = "Option::is_none")]
        options: Option<SignalOptions>,
    }
}
message! {
    /// `RESIZE_CONSOLE`.
    ResizeConsole: RequestBase {
        /// Which process.
        process_id: u32,
        /// Rows.
        height: u16,
        /// Columns.
        width: u16,
    }
}
message! {
    /// `GET_PROPERTIES`.
    GetProperties: RequestBase {
        /// A property query as JSON text, or empty.
        query: String,
    }
}
message! {
    /// Answer to `GET_PROPERTIES`.
    GetPropertiesResponse: ResponseBase {
        /// The properties as JSON text.
        properties: String,
    }
}
message! {
    /// `MODIFY_SETTINGS`.
    ModifySettings: RequestBase {
        /// The change.
        request: ModifyRequest,
    }
}
message! {
    /// Answer to `DUMP_STACKS`.
    DumpStacksResponse: ResponseBase {
        /// The stacks as text.
        guest_stacks: String,
    }
}
message! {
    /// `NOTIFICATION`: something happened to a system.
    Notification: RequestBase {
        /// `None`, `GracefulExit`, `ForcedExit`, `UnexpectedExit`, `Reboot`, `Constructed`, `Started`, `Paused` or `Unknown`.
        #[serde(rename = "Type")]
        kind: String,
        /// `None`, `Construct`, `Start`, `Pause`, `Resume`, `Shutdown` or `Terminate`.
        operation: String,
        /// Outcome.
        result: HResult,
        /// More, as JSON text.
        #[serde(skip_serializing_if = "String::is_empty")]
        result_info: String,
    }
}

/// What a guest can do.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct GuestCapabilities {
    /// The host must create the null system.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub send_host_create_message: bool,
    /// The host must start the null system.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub send_host_start_message: bool,
    /// The guest takes its hvsocket configuration at start.
    #[serde(rename = "HvSocketConfigOnStartup", skip_serializing_if = "std::ops::Not::not")]
    pub hv_socket_config_on_startup: bool,
    /// The guest wants life cycle notifications.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub send_lifecycle_notifications: bool,
    /// The guest takes service settings.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub modify_service_settings_supported: bool,
    /// Schemas of `ContainerConfig`.
    #[serde(deserialize_with = "null_as_default")]
    pub supported_schema_versions: Vec<Version>,
    /// `Linux` or `Windows`; empty means Windows.
    pub runtime_os_type: String,
    /// Abilities, all `false` when absent.
    #[serde(deserialize_with = "null_as_default")]
    pub guest_defined_capabilities: GuestDefinedCapabilities,
}

/// What to run and where its streams go.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ExecuteProcessSettings {
    /// Process parameters, as JSON text.
    pub process_parameters: String,
    /// Ports on which the host awaits the streams of a Linux process.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vsock_stdio_relay_settings: Option<VsockStdioRelay>,
    /// Streams whose handles travel beside this message, in their order: `StdIn`, `StdOut`, `StdErr` or, alone, `Console`.
    /// Not part of the original protocol; used only where both ends share a machine, in place of the ports.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub passed_streams: Vec<String>,
}

/// Ports of a process's streams.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct VsockStdioRelay {
    /// Standard input.
    #[serde(rename = "StdIn", skip_serializing_if = "Option::is_none")]
    pub std_in: Option<u32>,
    /// Standard output.
    #[serde(rename = "StdOut", skip_serializing_if = "Option::is_none")]
    pub std_out: Option<u32>,
    /// Standard error.
    #[serde(rename = "StdErr", skip_serializing_if = "Option::is_none")]
    pub std_err: Option<u32>,
}

/// A signal: a Linux number, or a Windows console event by name. An absent one is 0, which a Linux guest reads as SIGKILL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct SignalOptions {
    /// The signal.
    pub signal: Signal,
}

/// A signal in either world's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Signal {
    /// A Linux signal number.
    Number(i32),
    /// `CtrlC`, `CtrlBreak`, `CtrlClose`, `CtrlLogOff` or `CtrlShutdown`.
    Name(String),
}

impl Default for Signal {
    fn default() -> Self {
        Signal::Number(0)
    }
}
