//! The processes of `computecore.dll`, each with one owner.

use super::{Operation, answered};
use crate::computecore::abi::Functions;
use crate::error;
use crate::wide::Wide;
use hcs_host::Result;
use std::ffi::c_void;
use std::sync::Arc;
use windows_sys::Win32::System::HostComputeSystem::{
    HCS_EVENT_CALLBACK, HCS_OPERATION, HCS_PROCESS, HcsEventOptionNone,
};
use windows_sys::core::{HRESULT, PCWSTR};

/// An open process. It is closed when this is dropped.
#[derive(Debug)]
pub struct Process {
    pub(super) functions: Arc<Functions>,
    pub(super) handle: HCS_PROCESS,
    pub(super) id: Arc<str>,
}

// SAFETY: the service takes calls with a handle from any thread, and several at once.
unsafe impl Send for Process {}
// SAFETY: the same.
unsafe impl Sync for Process {}

/// A request to a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Request {
    Terminate,
    Signal,
    Properties,
    Modify,
}

impl Request {
    /// What it does, in words.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Request::Terminate => "end a process of",
            Request::Signal => "signal a process of",
            Request::Properties => "read the properties of a process of",
            Request::Modify => "modify a process of",
        }
    }
}

impl Process {
    /// Id of its system.
    pub fn system_id(&self) -> &str {
        &self.id
    }

    /// Sets what is called with its events, which gets `context` as it is.
    pub(crate) fn set_callback(&self, callback: HCS_EVENT_CALLBACK, context: *mut c_void) -> Result<()> {
        let function = self.functions.HcsSetProcessCallback()?;
        // SAFETY: the handle is open, and the callback is a function for ever and takes any context.
        let code = unsafe { function(self.handle, HcsEventOptionNone, context, callback) };
        error::check("register for events of a process of", &self.id, code)
    }

    /// Makes a request. Options are JSON or nothing.
    pub(crate) fn request(&self, request: Request, options: &str, operation: &Operation) -> Result<()> {
        let options = Wide::new(request.words(), options)?;
        let function: unsafe extern "system" fn(HCS_PROCESS, HCS_OPERATION, PCWSTR) -> HRESULT = match request {
            Request::Terminate => self.functions.HcsTerminateProcess()?,
            Request::Signal => self.functions.HcsSignalProcess()?,
            Request::Properties => self.functions.HcsGetProcessProperties()?,
            Request::Modify => self.functions.HcsModifyProcess()?,
        };
        // SAFETY: both handles are open, and the options end with a zero.
        let call = || unsafe { function(self.handle, operation.handle, options.or_null()) };
        operation.begin(request.words(), &self.id, call)
    }

    /// Asks for its process id and new pipes, which are the operation's [`process_information`](Operation::process_information).
    pub fn ask_for_pipes(&self, operation: &Operation) -> Result<()> {
        let function = self.functions.HcsGetProcessInfo()?;
        // SAFETY: both handles are open.
        let call = || unsafe { function(self.handle, operation.handle) };
        operation.begin("get the pipes of a process of", &self.id, call)
    }

    /// Waits for its exit, and answers its status. The thread is blocked meanwhile.
    pub(crate) fn wait_for(&self, milliseconds: u32) -> Result<String> {
        const WORDS: &str = "wait for a process of";
        let mut result = answered();
        let function = self.functions.HcsWaitForProcessExit()?;
        // SAFETY: the handle is open, and the place is for one answer.
        let code = unsafe { function(self.handle, milliseconds, result.place()) };
        error::ended(WORDS, &self.id, code, &result)?;
        Ok(result.text())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.handle.is_null() {
            return;
        }
        if let Ok(function) = self.functions.HcsCloseProcess() {
            // SAFETY: the handle is open, and this owner is its only one.
            unsafe { function(self.handle) };
        }
    }
}
