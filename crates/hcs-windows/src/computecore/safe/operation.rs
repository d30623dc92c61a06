//! Operations as callers drive them.

use crate::computecore::api::Operation;
use crate::operation::Kind;
use crate::{document, pipe::Pipes};
use hcs_host::Result;
use serde_json::Value;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperationType {
    /// No call has begun with it.
    None,
    /// Lists systems.
    List,
    /// Makes a system.
    Create,
    /// Starts a system.
    Start,
    /// Asks a system to end.
    ShutDown,
    /// Suspends a system.
    Pause,
    /// Lets a suspended system go on.
    Resume,
    /// Saves the state of a system.
    Save,
    /// Ends a system by force.
    Terminate,
    /// Changes a system.
    Modify,
    /// Reads properties of a system.
    Properties,
    /// Starts a process.
    CreateProcess,
    /// Signals or ends a process.
    SignalProcess,
    /// Gets the pipes of a process.
    ProcessPipes,
    /// Reads properties of a process.
    ProcessProperties,
    /// Changes a process.
    ModifyProcess,
    /// Crashes a system.
    Crash,
    /// Something else, of this number.
    Other(i32),
}

impl OperationType {
    fn of(number: i32) -> OperationType {
        match number {
            -1 => OperationType::None,
            0 => OperationType::List,
            1 => OperationType::Create,
            2 => OperationType::Start,
            3 => OperationType::ShutDown,
            4 => OperationType::Pause,
            5 => OperationType::Resume,
            6 => OperationType::Save,
            7 => OperationType::Terminate,
            8 => OperationType::Modify,
            9 => OperationType::Properties,
            10 => OperationType::CreateProcess,
            11 => OperationType::SignalProcess,
            12 => OperationType::ProcessPipes,
            13 => OperationType::ProcessProperties,
            14 => OperationType::ModifyProcess,
            15 => OperationType::Crash,
            other => OperationType::Other(other),
        }
    }
}

/// Reports of how far an operation has come.
#[derive(Debug)]
pub struct Progress(UnboundedReceiver<String>);

impl Progress {
    pub(super) fn new(reports: UnboundedReceiver<String>) -> Progress {
        Progress(reports)
    }

    /// The next report, as the service writes it; `None` once the operation is closed.
    pub async fn next(&mut self) -> Option<Value> {
        let text = self.0.recv().await?;
        Some(serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }
}

/// A time as the DLL has it. None is endless.
pub(super) fn milliseconds(limit: Duration) -> u32 {
    u32::try_from(limit.as_millis()).unwrap_or(u32::MAX - 1).min(u32::MAX - 1)
}

impl Operation {
    /// What it does.
    #[doc(alias = "HcsGetOperationType")]
    pub fn operation_type(&self) -> Result<OperationType> {
        self.type_number().map(OperationType::of)
    }

    /// Waits until it is complete, whatever its result. For ever, if its end is not told.
    pub async fn completed(&self) {
        self.watch().next(Kind::Completed).await;
    }

    /// Waits for its result. The thread is blocked meanwhile.
    ///
    /// # Errors
    /// `HCS_E_OPERATION_TIMEOUT` (0x80370118) when the time is over; else what the call has failed with.
    #[doc(alias = "HcsWaitForOperationResult")]
    pub fn wait(&self, limit: Duration) -> Result<String> {
        self.wait_for_text(milliseconds(limit))
    }

    /// Waits for the process id and pipes that it answers. The thread is blocked meanwhile.
    #[doc(alias = "HcsWaitForOperationResultAndProcessInfo")]
    pub fn wait_for_process(&self, limit: Duration) -> Result<(u32, Pipes)> {
        self.wait_for_pipes(milliseconds(limit))
    }

    /// Properties of it, of which options say which. Since build 26100.
    #[doc(alias = "HcsGetOperationProperties")]
    pub fn properties(&self, options: Option<&Value>) -> Result<Value> {
        let text = self.read(&options.map(document::write).unwrap_or_default())?;
        if text.is_empty() { Ok(Value::Null) } else { document::read("read the properties of", "an operation", &text) }
    }

    /// Lets it go on when this is dropped, which gives it up otherwise.
    pub fn detach(self) {
        self.let_go();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use windows_sys::Win32::System::HostComputeSystem as sys;

    #[test]
    fn types_have_the_numbers_of_windows() {
        for (number, expected) in [
            (sys::HcsOperationTypeNone, OperationType::None),
            (sys::HcsOperationTypeEnumerate, OperationType::List),
            (sys::HcsOperationTypeCreate, OperationType::Create),
            (sys::HcsOperationTypeStart, OperationType::Start),
            (sys::HcsOperationTypeShutdown, OperationType::ShutDown),
            (sys::HcsOperationTypePause, OperationType::Pause),
            (sys::HcsOperationTypeResume, OperationType::Resume),
            (sys::HcsOperationTypeSave, OperationType::Save),
            (sys::HcsOperationTypeTerminate, OperationType::Terminate),
            (sys::HcsOperationTypeModify, OperationType::Modify),
            (sys::HcsOperationTypeGetProperties, OperationType::Properties),
            (sys::HcsOperationTypeCreateProcess, OperationType::CreateProcess),
            (sys::HcsOperationTypeSignalProcess, OperationType::SignalProcess),
            (sys::HcsOperationTypeGetProcessInfo, OperationType::ProcessPipes),
            (sys::HcsOperationTypeGetProcessProperties, OperationType::ProcessProperties),
            (sys::HcsOperationTypeModifyProcess, OperationType::ModifyProcess),
            (sys::HcsOperationTypeCrash, OperationType::Crash),
            (99, OperationType::Other(99)),
        ] {
            assert_eq!(OperationType::of(number), expected);
        }
    }

    #[test]
    fn no_time_is_taken_for_endless() {
        assert_eq!(milliseconds(Duration::from_millis(7)), 7);
        assert_eq!(milliseconds(Duration::MAX), u32::MAX - 1);
    }
}
