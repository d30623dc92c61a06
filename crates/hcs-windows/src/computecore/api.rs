//! The operations, compute systems and processes of `computecore.dll` with Rust's strings, and one owner for each handle.

use super::abi::Functions;
use crate::error;
use crate::operation::{Arrived, Kind, Registration, Watch, notify};
use crate::pipe::Pipes;
use crate::system::driver::Order;
use crate::wide::{Answered, Freed, Wide};
use hcs_host::{Error, Result};
use hcs_schema::HResult;
use std::ffi::c_void;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use windows_sys::Win32::System::HostComputeSystem::{
    HCS_EVENT_CALLBACK, HCS_OPERATION, HCS_PROCESS, HCS_PROCESS_INFORMATION, HCS_SYSTEM, HcsEventOptionNone,
};
use windows_sys::core::{HRESULT, PCWSTR};

/// All rights to a system or process (`GENERIC_ALL`).
const ALL: u32 = 0x1000_0000;

/// Text that this DLL answers.
pub(super) fn answered() -> Answered {
    Answered::new(Freed::ByLocal)
}

/// An operation. It is closed when this is dropped, and given up if it is under way.
#[derive(Debug)]
pub(super) struct Operation {
    functions: Arc<Functions>,
    handle: HCS_OPERATION,
    under_way: AtomicBool,
    registration: Registration,
}

// SAFETY: operations take calls from any thread.
unsafe impl Send for Operation {}
// SAFETY: the same.
unsafe impl Sync for Operation {}

/// What the DLL calls when an operation is complete.
unsafe extern "system" fn completed(_: HCS_OPERATION, context: *const c_void) {
    notify(context, Kind::Completed, Arrived::default());
}

impl Operation {
    /// A new one.
    pub(super) fn new(functions: &Arc<Functions>) -> Result<Operation> {
        let registration = Registration::new();
        let function = functions.HcsCreateOperation()?;
        // SAFETY: the callback is a function for ever, and takes any context.
        let handle = unsafe { function(registration.context(), Some(completed)) };
        if handle.is_null() {
            // It tells no code; what it lacks can only be memory.
            let message = "it could not be made";
            return Err(Error::new("make an operation of", "the compute service", HResult::E_OUTOFMEMORY, message));
        }
        Ok(Operation { functions: Arc::clone(functions), handle, under_way: AtomicBool::new(false), registration })
    }

    /// Where its completion is told.
    pub(super) fn watch(&self) -> &Arc<Watch> {
        self.registration.watch()
    }

    /// Notes that a call has begun it, or did not.
    fn begun(&self, operation: &str, id: &str, code: HRESULT) -> Result<()> {
        error::plain(operation, id, code)?;
        self.under_way.store(true, Ordering::Release);
        Ok(())
    }

    /// Lets it go on by itself when this is dropped.
    pub(super) fn let_go(&self) {
        self.under_way.store(false, Ordering::Release);
    }

    /// The result document of a complete operation.
    pub(super) fn result(&self, operation: &str, id: &str) -> Result<String> {
        let mut result = answered();
        let function = self.functions.HcsGetOperationResult()?;
        // SAFETY: the operation is open, and the place is for one answer.
        let code = unsafe { function(self.handle, result.place()) };
        error::ended(operation, id, code, &result)?;
        Ok(result.text())
    }

    /// The same of one that has started a process or asked for its pipes.
    pub(super) fn process_information(&self, operation: &str, id: &str) -> Result<(u32, Pipes)> {
        let (mut information, mut result) = (HCS_PROCESS_INFORMATION::default(), answered());
        let function = self.functions.HcsGetOperationResultAndProcessInfo()?;
        // SAFETY: the operation is open, and there is a place for each answer.
        let code = unsafe { function(self.handle, &raw mut information, result.place()) };
        // Owned before it is known how the call ended, as nothing else would close them.
        let pipes = Pipes::new([information.StdInput, information.StdOutput, information.StdError]);
        error::ended(operation, id, code, &result)?;
        Ok((information.ProcessId, pipes))
    }

    fn cancel(&self) {
        if let Ok(function) = self.functions.HcsCancelOperation() {
            // SAFETY: the operation is open.
            unsafe { function(self.handle) };
        }
    }
}

impl Drop for Operation {
    fn drop(&mut self) {
        if self.under_way.load(Ordering::Acquire) && self.watch().seen(Kind::Completed).is_none() {
            self.cancel();
        }
        if let Ok(function) = self.functions.HcsCloseOperation() {
            // SAFETY: the operation is open, and this owner is its only one.
            unsafe { function(self.handle) };
        }
    }
}

/// An open system. It is closed when this is dropped.
#[derive(Debug)]
pub(super) struct System {
    functions: Arc<Functions>,
    handle: HCS_SYSTEM,
    id: Arc<str>,
}

// SAFETY: the service takes calls with a handle from any thread, and several at once.
unsafe impl Send for System {}
// SAFETY: the same.
unsafe impl Sync for System {}

/// An open process. It is closed when this is dropped.
#[derive(Debug)]
pub(super) struct Process {
    functions: Arc<Functions>,
    handle: HCS_PROCESS,
    id: Arc<str>,
}

// SAFETY: the service takes calls with a handle from any thread, and several at once.
unsafe impl Send for Process {}
// SAFETY: the same.
unsafe impl Sync for Process {}

impl Functions {
    /// Lists the systems that a query (JSON) is for.
    pub(super) fn enumerate(&self, query: &str, operation: &Operation) -> Result<()> {
        let query = Wide::new("list", query)?;
        let function = self.HcsEnumerateComputeSystems()?;
        // SAFETY: the query ends with a zero, and the operation is open.
        let code = unsafe { function(query.as_ptr(), operation.handle) };
        operation.begun("list", "the compute systems", code)
    }

    /// Makes a system.
    pub(super) fn create(self: &Arc<Self>, id: &str, configuration: &str, operation: &Operation) -> Result<System> {
        let (name, configuration) = (Wide::new("create", id)?, Wide::new("create", configuration)?);
        let mut handle = std::ptr::null_mut();
        let function = self.HcsCreateComputeSystem()?;
        let (name, configuration) = (name.as_ptr(), configuration.as_ptr());
        // SAFETY: the texts end with a zero, the operation is open, and there is a place for the system.
        let code = unsafe { function(name, configuration, operation.handle, std::ptr::null(), &raw mut handle) };
        let system = self.system(handle, id);
        operation.begun("create", id, code)?;
        Ok(system)
    }

    /// Opens a system.
    pub(super) fn open(self: &Arc<Self>, id: &str) -> Result<System> {
        let name = Wide::new("open", id)?;
        let mut handle = std::ptr::null_mut();
        let function = self.HcsOpenComputeSystem()?;
        // SAFETY: the name ends with a zero, and there is a place for the system.
        let code = unsafe { function(name.as_ptr(), ALL, &raw mut handle) };
        let system = self.system(handle, id);
        error::plain("open", id, code)?;
        Ok(system)
    }

    fn system(self: &Arc<Self>, handle: HCS_SYSTEM, id: &str) -> System {
        System { functions: Arc::clone(self), handle, id: id.into() }
    }
}

impl System {
    /// Its id.
    pub(super) fn id(&self) -> &Arc<str> {
        &self.id
    }

    /// Sets what is called with its events, which gets `context` as it is.
    pub(super) fn set_callback(&self, callback: HCS_EVENT_CALLBACK, context: *const c_void) -> Result<()> {
        let function = self.functions.HcsSetComputeSystemCallback()?;
        // SAFETY: the handle is open, and the callback is a function for ever and takes any context.
        let code = unsafe { function(self.handle, HcsEventOptionNone, context, callback) };
        error::plain("register for events of", &self.id, code)
    }

    /// Gives it an order. Options are JSON or nothing.
    pub(super) fn order(&self, order: Order, options: &str, operation: &Operation) -> Result<()> {
        let options = Wide::new(order.word(), options)?;
        let function: unsafe extern "system" fn(HCS_SYSTEM, HCS_OPERATION, PCWSTR) -> HRESULT = match order {
            Order::Start => self.functions.HcsStartComputeSystem()?,
            Order::Shutdown => self.functions.HcsShutDownComputeSystem()?,
            Order::Terminate => self.functions.HcsTerminateComputeSystem()?,
            Order::Pause => self.functions.HcsPauseComputeSystem()?,
            Order::Resume => self.functions.HcsResumeComputeSystem()?,
            Order::Save => self.functions.HcsSaveComputeSystem()?,
        };
        // SAFETY: both handles are open, and the options end with a zero.
        let code = unsafe { function(self.handle, operation.handle, options.as_ptr()) };
        operation.begun(order.word(), &self.id, code)
    }

    /// Asks for properties.
    pub(super) fn properties(&self, query: &str, operation: &Operation) -> Result<()> {
        let query = Wide::new("read the properties of", query)?;
        let function = self.functions.HcsGetComputeSystemProperties()?;
        // SAFETY: both handles are open, and the query ends with a zero.
        let code = unsafe { function(self.handle, operation.handle, query.as_ptr()) };
        operation.begun("read the properties of", &self.id, code)
    }

    /// Changes it.
    pub(super) fn modify(&self, configuration: &str, operation: &Operation) -> Result<()> {
        let configuration = Wide::new("modify", configuration)?;
        let function = self.functions.HcsModifyComputeSystem()?;
        // SAFETY: both handles are open, the configuration ends with a zero, and the caller's own identity is used.
        let code = unsafe { function(self.handle, operation.handle, configuration.as_ptr(), std::ptr::null_mut()) };
        operation.begun("modify", &self.id, code)
    }

    /// Starts a process.
    pub(super) fn create_process(&self, parameters: &str, operation: &Operation) -> Result<Process> {
        const OPERATION: &str = "start a process in";
        let parameters = Wide::new(OPERATION, parameters)?;
        let (mut handle, security) = (std::ptr::null_mut(), std::ptr::null());
        let function = self.functions.HcsCreateProcess()?;
        // SAFETY: both handles are open, the parameters end with a zero, and there is a place for the process.
        let code = unsafe { function(self.handle, parameters.as_ptr(), operation.handle, security, &raw mut handle) };
        let process = self.process(handle);
        operation.begun(OPERATION, &self.id, code)?;
        Ok(process)
    }

    /// Opens a process by its id.
    pub(super) fn open_process(&self, pid: u32) -> Result<Process> {
        let mut handle = std::ptr::null_mut();
        let function = self.functions.HcsOpenProcess()?;
        // SAFETY: the handle is open, and there is a place for the process.
        let code = unsafe { function(self.handle, pid, ALL, &raw mut handle) };
        let process = self.process(handle);
        error::plain(&format!("open process {pid} of"), &self.id, code)?;
        Ok(process)
    }

    fn process(&self, handle: HCS_PROCESS) -> Process {
        Process { functions: Arc::clone(&self.functions), handle, id: Arc::clone(&self.id) }
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

/// A request to a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Request {
    Terminate,
    Signal,
    Properties,
    Modify,
}

impl Request {
    /// What it does, in words.
    pub(super) fn words(self) -> &'static str {
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
    pub(super) fn id(&self) -> &Arc<str> {
        &self.id
    }

    /// Sets what is called with its events, which gets `context` as it is.
    pub(super) fn set_callback(&self, callback: HCS_EVENT_CALLBACK, context: *mut c_void) -> Result<()> {
        let function = self.functions.HcsSetProcessCallback()?;
        // SAFETY: the handle is open, and the callback is a function for ever and takes any context.
        let code = unsafe { function(self.handle, HcsEventOptionNone, context, callback) };
        error::plain("register for events of a process of", &self.id, code)
    }

    /// Makes a request. Options are JSON or nothing.
    pub(super) fn request(&self, request: Request, options: &str, operation: &Operation) -> Result<()> {
        let options = Wide::new(request.words(), options)?;
        let function: unsafe extern "system" fn(HCS_PROCESS, HCS_OPERATION, PCWSTR) -> HRESULT = match request {
            Request::Terminate => self.functions.HcsTerminateProcess()?,
            Request::Signal => self.functions.HcsSignalProcess()?,
            Request::Properties => self.functions.HcsGetProcessProperties()?,
            Request::Modify => self.functions.HcsModifyProcess()?,
        };
        // SAFETY: both handles are open, and the options end with a zero.
        let code = unsafe { function(self.handle, operation.handle, options.as_ptr()) };
        operation.begun(request.words(), &self.id, code)
    }

    /// Asks for its process id and new pipes.
    pub(super) fn information(&self, operation: &Operation) -> Result<()> {
        let function = self.functions.HcsGetProcessInfo()?;
        // SAFETY: both handles are open.
        let code = unsafe { function(self.handle, operation.handle) };
        operation.begun("get the pipes of a process of", &self.id, code)
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
