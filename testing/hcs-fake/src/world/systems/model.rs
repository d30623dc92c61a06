//! Compute systems, their processes, and who has handles of them.

use crate::message::PROCESS_EXITED;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::SystemTime;

/// The state of a compute system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Created,
    Running,
    Paused,
    Stopped,
}

impl State {
    /// As properties have it.
    pub(super) fn name(self) -> &'static str {
        match self {
            State::Created => "Created",
            State::Running => "Running",
            State::Paused => "Paused",
            State::Stopped => "Stopped",
        }
    }
}

/// The language that a system was written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    One,
    Two,
}

/// How a system ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exit {
    /// As an HRESULT.
    pub(super) status: u32,
    /// As properties have it.
    pub(super) kind: &'static str,
}

impl Exit {
    /// As the notification's document.
    pub(super) fn document(self) -> String {
        json!({ "Status": self.status.cast_signed(), "ExitType": self.kind }).to_string()
    }
}

/// A compute system.
#[derive(Debug)]
pub(super) struct System {
    pub(super) id: String,
    pub(super) version: Version,
    pub(super) document: Value,
    pub(super) state: State,
    pub(super) created: SystemTime,
    pub(super) started: Option<SystemTime>,
    pub(super) exit: Option<Exit>,
    pub(super) processes: BTreeMap<u32, Process>,
    /// Changes, in their order.
    pub(super) modifications: Vec<Value>,
}

impl System {
    /// What it is, as properties have it.
    pub(super) fn kind(&self) -> &'static str {
        match self.document.get("VirtualMachine") {
            Some(_) => "VirtualMachine",
            None => "Container",
        }
    }

    /// Text of its document.
    pub(super) fn text(&self, key: &str) -> &str {
        self.document.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    /// Its container, where its version has it.
    pub(super) fn container(&self) -> &Value {
        match self.version {
            Version::One => &self.document,
            Version::Two if self.document.get("Container").is_some() => &self.document["Container"],
            Version::Two => &self.document["HostedSystem"]["Container"],
        }
    }

    /// Whether it ends when its last handle is closed.
    pub(super) fn ends_with_handles(&self) -> bool {
        let keys = ["TerminateOnLastHandleClosed", "ShouldTerminateOnLastHandleClosed"];
        keys.iter().any(|key| self.document.get(key).and_then(Value::as_bool).unwrap_or_default())
    }

    /// For tests to look at.
    pub(super) fn snapshot(&self) -> Value {
        json!({
            "id": self.id, "type": self.kind(), "state": self.state.name(), "document": self.document,
            "modifications": self.modifications,
            "processes": self.processes.values().map(Process::snapshot).collect::<Vec<_>>(),
        })
    }
}

/// A process of a system.
#[derive(Debug)]
pub(super) struct Process {
    pub(super) pid: u32,
    pub(super) parameters: Value,
    pub(super) exit_code: Option<u32>,
    /// Rows and columns.
    pub(super) console: Value,
    pub(super) input_closed: bool,
}

impl Process {
    /// As properties and notifications have it.
    pub(super) fn status(&self) -> Value {
        json!({
            "ProcessId": self.pid, "Exited": self.exit_code.is_some(),
            "ExitCode": self.exit_code.unwrap_or_default(), "LastWaitResult": 0,
        })
    }

    fn snapshot(&self) -> Value {
        json!({
            "pid": self.pid, "exit_code": self.exit_code, "parameters": self.parameters,
            "console_size": self.console, "input_closed": self.input_closed,
        })
    }
}

/// A handle that a client has.
#[derive(Clone, Debug)]
pub(super) struct Handle {
    pub(super) client: u64,
    /// Who that is.
    pub(super) process: u32,
    pub(super) dll: String,
    /// The serial number of the system.
    pub(super) system: u64,
    /// The process, if it is one of a process.
    pub(super) pid: Option<u32>,
    /// Notifications that came before anybody asked for them.
    pub(super) early: Vec<u32>,
}

/// A registration for notifications.
#[derive(Clone, Debug)]
pub(super) struct Callback {
    pub(super) handle: u64,
    pub(super) process: u32,
    pub(super) dll: String,
    pub(super) system: u64,
    pub(super) pid: Option<u32>,
}

impl Callback {
    /// Whether it is told such a thing: `computecore.dll` tells the ends of operations with the operation.
    pub(super) fn wants(&self, kind: u32) -> bool {
        self.dll == "vmcompute" || matches!(kind, super::SYSTEM_EXITED | PROCESS_EXITED)
    }
}
