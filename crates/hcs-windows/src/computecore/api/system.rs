//! The compute systems of `computecore.dll`, each with one owner.

use super::{ALL, Operation, Process, answered};
use crate::computecore::abi::Functions;
use crate::error;
use crate::system::driver::{Order, Step};
use crate::wide::Wide;
use hcs_host::Result;
use std::ffi::c_void;
use std::sync::Arc;
use windows_sys::Win32::System::HostComputeSystem::{
    HCS_EVENT_CALLBACK, HCS_OPERATION, HCS_PROCESS, HCS_SYSTEM, HcsEventOptionNone,
};
use windows_sys::core::{HRESULT, PCWSTR};

/// An open system. It is closed when this is dropped.
#[derive(Debug)]
pub struct System {
    pub(super) functions: Arc<Functions>,
    pub(super) handle: HCS_SYSTEM,
    pub(super) id: Arc<str>,
}

// SAFETY: the service takes calls with a handle from any thread, and several at once.
unsafe impl Send for System {}
// SAFETY: the same.
unsafe impl Sync for System {}

impl System {
    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Sets what is called with its events, which gets `context` as it is.
    pub(crate) fn set_callback(&self, callback: HCS_EVENT_CALLBACK, context: *const c_void) -> Result<()> {
        let function = self.functions.HcsSetComputeSystemCallback()?;
        // SAFETY: the handle is open, and the callback is a function for ever and takes any context.
        let code = unsafe { function(self.handle, HcsEventOptionNone, context, callback) };
        error::check("register for events of", &self.id, code)
    }

    /// Gives it an order. Options are JSON or nothing.
    pub(crate) fn order(&self, order: Order, options: &str, operation: &Operation) -> Result<()> {
        let options = Wide::new(order.word(), options)?;
        let function: unsafe extern "system" fn(HCS_SYSTEM, HCS_OPERATION, PCWSTR) -> HRESULT = match order {
            Order::Start => self.functions.HcsStartComputeSystem()?,
            Order::Shutdown => self.functions.HcsShutDownComputeSystem()?,
            Order::Terminate => self.functions.HcsTerminateComputeSystem()?,
            Order::Crash => self.functions.HcsCrashComputeSystem()?,
            Order::Pause => self.functions.HcsPauseComputeSystem()?,
            Order::Resume => self.functions.HcsResumeComputeSystem()?,
            Order::Save => self.functions.HcsSaveComputeSystem()?,
            Order::Migrate(Step::Initialize) => self.functions.HcsInitializeLiveMigrationOnSource()?,
            Order::Migrate(Step::Start) => self.functions.HcsStartLiveMigrationOnSource()?,
            Order::Migrate(Step::Transfer) => self.functions.HcsStartLiveMigrationTransfer()?,
            Order::Migrate(Step::Finalize) => self.functions.HcsFinalizeLiveMigration()?,
            Order::Migrate(Step::Cancel) => self.functions.HcsCancelLiveMigration()?,
        };
        // SAFETY: both handles are open, and the options end with a zero.
        let call = || unsafe { function(self.handle, operation.handle, options.or_null()) };
        operation.begin(order.word(), &self.id, call)
    }

    /// Asks for properties.
    pub(crate) fn ask(&self, query: &str, operation: &Operation) -> Result<()> {
        const WORDS: &str = "read the properties of";
        let query = Wide::new(WORDS, query)?;
        let function = self.functions.HcsGetComputeSystemProperties()?;
        // SAFETY: both handles are open, and the query ends with a zero.
        let call = || unsafe { function(self.handle, operation.handle, query.as_ptr()) };
        operation.begin(WORDS, &self.id, call)
    }

    /// Changes it.
    pub(crate) fn change(&self, configuration: &str, operation: &Operation) -> Result<()> {
        const WORDS: &str = "modify";
        let configuration = Wide::new(WORDS, configuration)?;
        let function = self.functions.HcsModifyComputeSystem()?;
        let identity = std::ptr::null_mut();
        // SAFETY: both handles are open, the configuration ends with a zero, and the caller's own identity is used.
        let call = || unsafe { function(self.handle, operation.handle, configuration.as_ptr(), identity) };
        operation.begin(WORDS, &self.id, call)
    }

    /// Starts a process.
    pub(crate) fn start_process(&self, parameters: &str, operation: &Operation) -> Result<Process> {
        const WORDS: &str = "start a process in";
        let parameters = Wide::new(WORDS, parameters)?;
        let (mut handle, security) = (std::ptr::null_mut(), std::ptr::null());
        let place = &raw mut handle;
        let function = self.functions.HcsCreateProcess()?;
        // SAFETY: both handles are open, the parameters end with a zero, and there is a place for the process.
        let call = || unsafe { function(self.handle, parameters.as_ptr(), operation.handle, security, place) };
        let begun = operation.begin(WORDS, &self.id, call);
        // Owned before it is known how the call ended: a failed call may have given a handle.
        let process = self.process(handle);
        begun.map(|()| process)
    }

    /// Opens a process by its id.
    pub fn open_process(&self, pid: u32) -> Result<Process> {
        let mut handle = std::ptr::null_mut();
        let function = self.functions.HcsOpenProcess()?;
        // SAFETY: the handle is open, and there is a place for the process.
        let code = unsafe { function(self.handle, pid, ALL, &raw mut handle) };
        let process = self.process(handle);
        error::check(&format!("open process {pid} of"), &self.id, code)?;
        Ok(process)
    }

    fn process(&self, handle: HCS_PROCESS) -> Process {
        Process { functions: Arc::clone(&self.functions), handle, id: Arc::clone(&self.id) }
    }

    /// Waits for its exit, and answers what there is to say of it. The thread is blocked meanwhile.
    pub(crate) fn wait_for(&self, milliseconds: u32) -> Result<String> {
        let mut result = answered();
        let function = self.functions.HcsWaitForComputeSystemExit()?;
        // SAFETY: the handle is open, and the place is for one answer.
        let code = unsafe { function(self.handle, milliseconds, result.place()) };
        error::ended("wait for", &self.id, code, &result)?;
        Ok(result.text())
    }
}

impl Drop for System {
    fn drop(&mut self) {
        if self.handle.is_null() {
            return;
        }
        if let Ok(function) = self.functions.HcsCloseComputeSystem() {
            // SAFETY: the handle is open, and this owner is its only one.
            unsafe { function(self.handle) };
        }
    }
}
