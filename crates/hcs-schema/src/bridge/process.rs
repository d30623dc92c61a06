//! Messages about processes.

use super::{RequestBase, ResponseBase};
use crate::model::{Field, object, plain};
use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

object! {
    /// `EXECUTE_PROCESS`.
    pub struct ExecuteProcess {
        flatten base: RequestBase,
        /// What to run and where its streams go.
        "Settings" settings: ExecuteProcessSettings = always,
    }

    /// What to run and where its streams go.
    pub struct ExecuteProcessSettings {
        /// Process parameters, as JSON text.
        "ProcessParameters" process_parameters: String = always,
        /// Ports on which the host awaits the streams of a Linux process.
        "VsockStdioRelaySettings" vsock_stdio_relay_settings: Option<VsockStdioRelay>,
        /// Services on which the host awaits the streams of a Windows process.
        "StdioRelaySettings" stdio_relay_settings: Option<StdioRelay>,
        /// Streams whose handles travel beside this message, in their order: `StdIn`, `StdOut`, `StdErr` or, alone, `Console`.
        /// Not part of the original protocol; used only where both ends share a machine, in place of the ports.
        "PassedStreams" passed_streams: Vec<String>,
    }

    /// Ports of a process's streams.
    #[derive(Copy, Eq)]
    pub struct VsockStdioRelay {
        /// Standard input.
        "StdIn" std_in: Option<u32>,
        /// Standard output.
        "StdOut" std_out: Option<u32>,
        /// Standard error.
        "StdErr" std_err: Option<u32>,
    }

    /// Services of Hyper-V sockets (GUIDs) of a process's streams.
    #[derive(Eq)]
    pub struct StdioRelay {
        /// Standard input.
        "StdIn" std_in: Option<String>,
        /// Standard output.
        "StdOut" std_out: Option<String>,
        /// Standard error.
        "StdErr" std_err: Option<String>,
    }

    /// Answer to `EXECUTE_PROCESS`.
    pub struct ExecuteProcessResponse {
        flatten base: ResponseBase,
        /// The process's id.
        "ProcessId" process_id: u32 = always,
    }

    /// `WAIT_FOR_PROCESS`.
    pub struct WaitForProcess {
        flatten base: RequestBase,
        /// Which process.
        "ProcessId" process_id: u32 = always,
        /// How long, in milliseconds; `INFINITE` for ever.
        "TimeoutInMs" timeout_in_ms: u32 = always,
    }

    /// Answer to `WAIT_FOR_PROCESS`.
    pub struct WaitForProcessResponse {
        flatten base: ResponseBase,
        /// Exit code; 128 + signal of a signalled process.
        "ExitCode" exit_code: u32 = always,
    }

    /// `SIGNAL_PROCESS`.
    pub struct SignalProcess {
        flatten base: RequestBase,
        /// Which process.
        "ProcessId" process_id: u32 = always,
        /// Which signal; absent means SIGKILL.
        "Options" options: Option<SignalOptions>,
    }

    /// A signal: a Linux number, or a Windows console event by name. An absent one is 0, which a Linux guest reads as SIGKILL.
    #[derive(Eq)]
    pub struct SignalOptions {
        /// The signal.
        "Signal" signal: Signal = always,
    }

    /// `RESIZE_CONSOLE`.
    pub struct ResizeConsole {
        flatten base: RequestBase,
        /// Which process.
        "ProcessId" process_id: u32 = always,
        /// Rows.
        "Height" height: u16 = always,
        /// Columns.
        "Width" width: u16 = always,
    }
}

/// A signal in either world's words.
#[derive(Clone, Debug, PartialEq, Eq)]
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

impl Serialize for Signal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Signal::Number(number) => serializer.serialize_i32(*number),
            Signal::Name(name) => serializer.serialize_str(name),
        }
    }
}

impl<'de> Deserialize<'de> for Signal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SignalVisitor)
    }
}

plain! { Signal, |_| false; }

struct SignalVisitor;

impl Visitor<'_> for SignalVisitor {
    type Value = Signal;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the number or name of a signal")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Signal, E> {
        i32::try_from(number).map(Signal::Number).map_err(|_| E::invalid_value(Unexpected::Signed(number), &self))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Signal, E> {
        i32::try_from(number).map(Signal::Number).map_err(|_| E::invalid_value(Unexpected::Unsigned(number), &self))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Signal, E> {
        i32::read(serde::de::value::F64Deserializer::<E>::new(number)).map(Signal::Number)
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Signal, E> {
        Ok(Signal::Name(name.to_owned()))
    }
}

#[cfg(test)]
impl crate::testing::Any for Signal {
    fn any(source: &mut crate::testing::Source<'_>) -> Self {
        match bool::any(source) {
            true => Signal::Number(i32::any(source)),
            false => Signal::Name(String::any(source)),
        }
    }
}
