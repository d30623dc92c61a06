//! The compute systems and processes of `vmcompute.dll` with Rust's strings, and one owner for each handle.

use super::abi::{Functions, HcsCallback, HcsProcess, HcsSystem, NotificationCallback, ProcessInformation};
use crate::error::{self, Ended};
use crate::pipe::Pipes;
use crate::system::driver::Order;
use crate::wide::{Answered, Freed, Wide};
use hcs_host::Result;
use std::ffi::c_void;
use std::sync::Arc;
use windows_sys::core::{HRESULT, PCWSTR, PWSTR};

/// Text that this DLL answers.
pub(crate) fn answered() -> Answered {
    Answered::new(Freed::ByCoTask)
}

/// An open system. It is closed when this is dropped.
#[derive(Debug)]
pub(crate) struct System {
    functions: Arc<Functions>,
    handle: HcsSystem,
    id: Arc<str>,
}

// SAFETY: the service takes calls with a handle from any thread, and several at once.
unsafe impl Send for System {}
// SAFETY: the same.
unsafe impl Sync for System {}

/// An open process. It is closed when this is dropped.
#[derive(Debug)]
pub(crate) struct Process {
    functions: Arc<Functions>,
    handle: HcsProcess,
    id: Arc<str>,
}

// SAFETY: the service takes calls with a handle from any thread, and several at once.
unsafe impl Send for Process {}
// SAFETY: the same.
unsafe impl Sync for Process {}

/// A registration for notifications. When it is dropped it ends, after the callbacks that are running.
#[derive(Debug)]
pub(crate) struct Callback {
    functions: Arc<Functions>,
    handle: HcsCallback,
    of_process: bool,
}

// SAFETY: the handle is only used to end the registration, which any thread may do.
unsafe impl Send for Callback {}
// SAFETY: the same.
unsafe impl Sync for Callback {}

impl Functions {
    /// Lists the systems that a query (JSON) is for.
    pub(crate) fn enumerate(&self, query: &str) -> Result<String> {
        const OPERATION: &str = "list";
        let query = Wide::new(OPERATION, query)?;
        let (mut systems, mut result) = (answered(), answered());
        let function = self.HcsEnumerateComputeSystems()?;
        // SAFETY: the query ends with a zero, and both places are for one answer each.
        let code = unsafe { function(query.as_ptr(), systems.place(), result.place()) };
        error::ended(OPERATION, "the compute systems", code, &result)?;
        Ok(systems.text())
    }

    /// Makes a system.
    pub(crate) fn create_system(self: &Arc<Self>, id: &str, configuration: &str) -> Result<(System, Ended)> {
        const OPERATION: &str = "create";
        let (name, configuration) = (Wide::new(OPERATION, id)?, Wide::new(OPERATION, configuration)?);
        let (mut handle, mut result) = (std::ptr::null_mut(), answered());
        let function = self.HcsCreateComputeSystem()?;
        let identity = std::ptr::null_mut();
        // SAFETY: the texts end with a zero, the caller's own identity is used, and there is a place for each answer.
        let code =
            unsafe { function(name.as_ptr(), configuration.as_ptr(), identity, &raw mut handle, result.place()) };
        // Owned before it is known how the call ended: a failed call may have given a handle.
        let system = self.system(handle, id);
        let ended = error::ended(OPERATION, id, code, &result)?;
        Ok((system, ended))
    }

    /// Opens a system.
    pub(crate) fn open_system(self: &Arc<Self>, id: &str) -> Result<System> {
        const OPERATION: &str = "open";
        let name = Wide::new(OPERATION, id)?;
        let (mut handle, mut result) = (std::ptr::null_mut(), answered());
        let function = self.HcsOpenComputeSystem()?;
        // SAFETY: the name ends with a zero, and there is a place for each answer.
        let code = unsafe { function(name.as_ptr(), &raw mut handle, result.place()) };
        let system = self.system(handle, id);
        error::ended(OPERATION, id, code, &result)?;
        Ok(system)
    }

    fn system(self: &Arc<Self>, handle: HcsSystem, id: &str) -> System {
        System { functions: Arc::clone(self), handle, id: id.into() }
    }

    /// Reads properties of the service, of which a query (JSON) says which.
    pub(crate) fn service_properties(&self, query: &str) -> Result<String> {
        const OPERATION: &str = "read the properties of";
        let query = Wide::new(OPERATION, query)?;
        let (mut properties, mut result) = (answered(), answered());
        let function = self.HcsGetServiceProperties()?;
        // SAFETY: the query ends with a zero, and both places are for one answer each.
        let code = unsafe { function(query.as_ptr(), properties.place(), result.place()) };
        error::ended(OPERATION, "the compute service", code, &result)?;
        Ok(properties.text())
    }

    /// Changes settings of the service.
    pub(crate) fn modify_service(&self, settings: &str) -> Result<()> {
        const OPERATION: &str = "modify";
        let settings = Wide::new(OPERATION, settings)?;
        let mut result = answered();
        let function = self.HcsModifyServiceSettings()?;
        // SAFETY: the settings end with a zero, and the place is for one answer.
        let code = unsafe { function(settings.as_ptr(), result.place()) };
        error::ended(OPERATION, "the compute service", code, &result).map(drop)
    }
}

impl System {
    /// Its id.
    pub(crate) fn id(&self) -> &Arc<str> {
        &self.id
    }

    /// Gives it an order. Options are JSON or nothing.
    pub(crate) fn order(&self, order: Order, options: &str) -> Result<Ended> {
        let options = Wide::new(order.word(), options)?;
        let mut result = answered();
        let function: unsafe extern "system" fn(HcsSystem, PCWSTR, *mut PWSTR) -> HRESULT = match order {
            Order::Start => self.functions.HcsStartComputeSystem()?,
            Order::Shutdown => self.functions.HcsShutdownComputeSystem()?,
            Order::Terminate => self.functions.HcsTerminateComputeSystem()?,
            Order::Pause => self.functions.HcsPauseComputeSystem()?,
            Order::Resume => self.functions.HcsResumeComputeSystem()?,
            Order::Save => self.functions.HcsSaveComputeSystem()?,
            Order::Crash | Order::Migrate(_) => return Err(super::safe::lacking(order.word(), &self.id)),
        };
        // SAFETY: the handle is open, the options end with a zero, and the place is for one answer.
        let code = unsafe { function(self.handle, options.as_ptr(), result.place()) };
        error::ended(order.word(), &self.id, code, &result)
    }

    /// Reads properties.
    pub(crate) fn properties(&self, query: &str) -> Result<String> {
        const OPERATION: &str = "read the properties of";
        let query = Wide::new(OPERATION, query)?;
        let (mut properties, mut result) = (answered(), answered());
        let function = self.functions.HcsGetComputeSystemProperties()?;
        // SAFETY: the handle is open, the query ends with a zero, and both places are for one answer each.
        let code = unsafe { function(self.handle, query.as_ptr(), properties.place(), result.place()) };
        error::ended(OPERATION, &self.id, code, &result)?;
        Ok(properties.text())
    }

    /// Changes it.
    pub(crate) fn modify(&self, configuration: &str) -> Result<Ended> {
        const OPERATION: &str = "modify";
        let configuration = Wide::new(OPERATION, configuration)?;
        let mut result = answered();
        let function = self.functions.HcsModifyComputeSystem()?;
        // SAFETY: the handle is open, the configuration ends with a zero, and the place is for one answer.
        let code = unsafe { function(self.handle, configuration.as_ptr(), result.place()) };
        error::ended(OPERATION, &self.id, code, &result)
    }

    /// Registers a callback, which gets `context` as it is.
    pub(crate) fn register(&self, callback: NotificationCallback, context: *mut c_void) -> Result<Callback> {
        let mut handle = std::ptr::null_mut();
        let function = self.functions.HcsRegisterComputeSystemCallback()?;
        // SAFETY: the handle is open, the callback is a function for ever and takes any context, and there is a place for the
        // answer.
        let code = unsafe { function(self.handle, callback, context, &raw mut handle) };
        error::check("register for notifications of", &self.id, code)?;
        Ok(Callback { functions: Arc::clone(&self.functions), handle, of_process: false })
    }

    /// Starts a process.
    pub(crate) fn create_process(&self, parameters: &str) -> Result<(Process, u32, Pipes)> {
        const OPERATION: &str = "start a process in";
        let parameters = Wide::new(OPERATION, parameters)?;
        let (mut handle, mut result) = (std::ptr::null_mut(), answered());
        let mut information = ProcessInformation::default();
        let function = self.functions.HcsCreateProcess()?;
        // SAFETY: the handle is open, the parameters end with a zero, and there is a place for each answer.
        let code = unsafe {
            function(self.handle, parameters.as_ptr(), &raw mut information, &raw mut handle, result.place())
        };
        // Owned before it is known how the call ended, as nothing else would close them.
        let process = self.process(handle);
        let pipes = information.pipes();
        error::ended(OPERATION, &self.id, code, &result)?;
        Ok((process, information.process_id, pipes))
    }

    /// Opens a process by its id.
    pub(crate) fn open_process(&self, pid: u32) -> Result<Process> {
        let (mut handle, mut result) = (std::ptr::null_mut(), answered());
        let function = self.functions.HcsOpenProcess()?;
        // SAFETY: the handle is open, and there is a place for each answer.
        let code = unsafe { function(self.handle, pid, &raw mut handle, result.place()) };
        let process = self.process(handle);
        error::ended(&format!("open process {pid} of"), &self.id, code, &result)?;
        Ok(process)
    }

    fn process(&self, handle: HcsProcess) -> Process {
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

impl Process {
    /// Ends it by force.
    pub(crate) fn terminate(&self) -> Result<()> {
        let mut result = answered();
        let function = self.functions.HcsTerminateProcess()?;
        // SAFETY: the handle is open, and the place is for one answer.
        let code = unsafe { function(self.handle, result.place()) };
        error::ended("end a process of", &self.id, code, &result).map(drop)
    }

    /// Signals it. Options are JSON.
    pub(crate) fn signal(&self, options: &str) -> Result<()> {
        const OPERATION: &str = "signal a process of";
        let options = Wide::new(OPERATION, options)?;
        let mut result = answered();
        let function = self.functions.HcsSignalProcess()?;
        // SAFETY: the handle is open, the options end with a zero, and the place is for one answer.
        let code = unsafe { function(self.handle, options.as_ptr(), result.place()) };
        error::ended(OPERATION, &self.id, code, &result).map(drop)
    }

    /// Its process id, and new pipes to it.
    pub(crate) fn information(&self) -> Result<(u32, Pipes)> {
        let (mut information, mut result) = (ProcessInformation::default(), answered());
        let function = self.functions.HcsGetProcessInfo()?;
        // SAFETY: the handle is open, and there is a place for each answer.
        let code = unsafe { function(self.handle, &raw mut information, result.place()) };
        let pipes = information.pipes();
        error::ended("get the pipes of a process of", &self.id, code, &result)?;
        Ok((information.process_id, pipes))
    }

    /// Reads its properties.
    pub(crate) fn properties(&self) -> Result<String> {
        let (mut properties, mut result) = (answered(), answered());
        let function = self.functions.HcsGetProcessProperties()?;
        // SAFETY: the handle is open, and both places are for one answer each.
        let code = unsafe { function(self.handle, properties.place(), result.place()) };
        error::ended("read the properties of a process of", &self.id, code, &result)?;
        Ok(properties.text())
    }

    /// Changes it.
    pub(crate) fn modify(&self, settings: &str) -> Result<()> {
        const OPERATION: &str = "modify a process of";
        let settings = Wide::new(OPERATION, settings)?;
        let mut result = answered();
        let function = self.functions.HcsModifyProcess()?;
        // SAFETY: the handle is open, the settings end with a zero, and the place is for one answer.
        let code = unsafe { function(self.handle, settings.as_ptr(), result.place()) };
        error::ended(OPERATION, &self.id, code, &result).map(drop)
    }

    /// Registers a callback, which gets `context` as it is.
    pub(crate) fn register(&self, callback: NotificationCallback, context: *mut c_void) -> Result<Callback> {
        let mut handle = std::ptr::null_mut();
        let function = self.functions.HcsRegisterProcessCallback()?;
        // SAFETY: the handle is open, the callback is a function for ever and takes any context, and there is a place for the
        // answer.
        let code = unsafe { function(self.handle, callback, context, &raw mut handle) };
        error::check("register for notifications of a process of", &self.id, code)?;
        Ok(Callback { functions: Arc::clone(&self.functions), handle, of_process: true })
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

impl Drop for Callback {
    fn drop(&mut self) {
        let function = match self.of_process {
            true => self.functions.HcsUnregisterProcessCallback(),
            false => self.functions.HcsUnregisterComputeSystemCallback(),
        };
        if let Ok(function) = function {
            // SAFETY: the registration is there, and this owner is its only one.
            unsafe { function(self.handle) };
        }
    }
}
