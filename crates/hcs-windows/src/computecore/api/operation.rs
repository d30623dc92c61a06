//! The operations of `computecore.dll`, each with one owner.

use super::answered;
use crate::computecore::abi::Functions;
use crate::error;
use crate::operation::{Arrived, Kind, Registration, Watch, notify};
use crate::pipe::Pipes;
use crate::wide::{self, Answered, Wide};
use hcs_host::{Error, Result};
use hcs_schema::HResult;
use std::ffi::c_void;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc::UnboundedReceiver;
use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::System::HostComputeSystem::{
    HCS_EVENT, HCS_OPERATION, HCS_PROCESS_INFORMATION, HcsEventOperationCallback,
};
use windows_sys::core::HRESULT;

/// The option of an operation that it tells how far it has come (`HcsOperationOptionProgressUpdate`).
const PROGRESS: i32 = 1;

/// The answer of `HcsGetOperationId` for no operation.
const NO_ID: u64 = u64::MAX;

/// An operation: what a call begins, and how its end is told. It is closed when this is dropped, and given up if it is under
/// way. One can be used for several calls, one after the other.
#[derive(Debug)]
#[doc(alias = "HcsCloseOperation")]
pub struct Operation {
    functions: Arc<Functions>,
    pub(super) handle: HCS_OPERATION,
    under_way: AtomicBool,
    /// Whether the context is the number of the registration.
    listens: AtomicBool,
    /// What it does to what, for the words of errors.
    doing: Mutex<(&'static str, Arc<str>)>,
    /// What the service works with until the operation is closed.
    resources: Mutex<Vec<super::Resource>>,
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

/// What the DLL calls when an operation has come further, and when it is complete.
unsafe extern "system" fn progressed(event: *const HCS_EVENT, context: *const c_void) {
    // SAFETY: the event is there during this call, or is null.
    let Some(event) = (unsafe { event.as_ref() }) else { return };
    let kind = if event.Type == HcsEventOperationCallback { Kind::Completed } else { Kind::Reported };
    // SAFETY: the data is text with a zero at its end, or nothing, during this call.
    let data = unsafe { wide::lent(event.EventData) };
    notify(context, kind, Arrived { data, ..Arrived::default() });
}

impl Operation {
    /// A new one, whose end is told.
    pub(crate) fn new(functions: &Arc<Functions>) -> Result<Operation> {
        let registration = Registration::new();
        let function = functions.HcsCreateOperation()?;
        // SAFETY: the callback is a function for ever, and takes any context.
        let handle = unsafe { function(registration.context(), Some(completed)) };
        Operation::own(functions, handle, registration, true)
    }

    /// A new one with a number of the caller's, whose end is not told.
    pub(crate) fn with_tag(functions: &Arc<Functions>, tag: usize) -> Result<Operation> {
        let function = functions.HcsCreateOperation()?;
        // SAFETY: there is no callback, and nothing follows the context.
        let handle = unsafe { function(std::ptr::without_provenance(tag), None) };
        Operation::own(functions, handle, Registration::new(), false)
    }

    /// A new one that tells how far it has come, too.
    pub(crate) fn with_reports(functions: &Arc<Functions>) -> Result<(Operation, UnboundedReceiver<String>)> {
        let (registration, reports) = Registration::with_reports();
        let function = functions.HcsCreateOperationWithNotifications()?;
        // SAFETY: the callback is a function for ever, and takes any context.
        let handle = unsafe { function(PROGRESS, registration.context(), Some(progressed)) };
        Ok((Operation::own(functions, handle, registration, true)?, reports))
    }

    fn own(
        functions: &Arc<Functions>,
        handle: HCS_OPERATION,
        registration: Registration,
        listens: bool,
    ) -> Result<Operation> {
        if handle.is_null() {
            // The DLL tells no code; what it lacks can only be memory.
            let message = "it could not be made";
            return Err(Error::new("make an operation of", "the compute service", HResult::E_OUTOFMEMORY, message));
        }
        Ok(Operation {
            functions: Arc::clone(functions),
            handle,
            under_way: AtomicBool::new(false),
            listens: AtomicBool::new(listens),
            doing: Mutex::new(("use", "an operation".into())),
            resources: Mutex::default(),
            registration,
        })
    }

    /// Where its completion is told.
    pub(crate) fn watch(&self) -> &Arc<Watch> {
        self.registration.watch()
    }

    fn doing(&self) -> MutexGuard<'_, (&'static str, Arc<str>)> {
        self.doing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What it does, and to what.
    pub(crate) fn words(&self) -> (&'static str, Arc<str>) {
        self.doing().clone()
    }

    /// Begins it by a call. What is left of an earlier one is forgotten before.
    pub(super) fn begin(&self, words: &'static str, id: &Arc<str>, call: impl FnOnce() -> HRESULT) -> Result<()> {
        self.watch().forget(Kind::Completed);
        *self.doing() = (words, Arc::clone(id));
        error::check(words, id, call())?;
        self.under_way.store(true, Ordering::Release);
        Ok(())
    }

    /// Lets it go on by itself when this is dropped.
    pub(crate) fn let_go(&self) {
        self.under_way.store(false, Ordering::Release);
    }

    /// Whether its end is told.
    fn listens(&self) -> bool {
        self.listens.load(Ordering::Acquire)
    }

    /// Has its end told from now on, for which its number is taken. One that was made so is no error.
    #[doc(alias = "HcsSetOperationCallback")]
    pub fn listen(&self) -> Result<()> {
        if self.listens() {
            return Ok(());
        }
        let function = self.functions.HcsSetOperationCallback()?;
        // SAFETY: the operation is open, and the callback is a function for ever and takes any context.
        let code = unsafe { function(self.handle, self.registration.context(), Some(completed)) };
        error::check("listen to", "an operation", code)?;
        self.listens.store(true, Ordering::Release);
        Ok(())
    }

    /// The number that the caller gave it; nothing of use where its end is told.
    #[doc(alias = "HcsGetOperationContext")]
    pub fn tag(&self) -> Result<usize> {
        let function = self.functions.HcsGetOperationContext()?;
        // SAFETY: the operation is open.
        Ok(unsafe { function(self.handle) }.addr())
    }

    /// Gives it another number.
    ///
    /// # Errors
    /// Its end is told: what is called then needs the number.
    #[doc(alias = "HcsSetOperationContext")]
    pub fn set_tag(&self, tag: usize) -> Result<()> {
        const WORDS: &str = "give a number to";
        if self.listens() {
            let message = "its end is told, for which its number is needed";
            return Err(Error::invalid_state(WORDS, "an operation", message));
        }
        let function = self.functions.HcsSetOperationContext()?;
        // SAFETY: the operation is open, and nothing follows the context.
        let code = unsafe { function(self.handle, std::ptr::without_provenance(tag)) };
        error::check(WORDS, "an operation", code)
    }

    /// Its type, as a number.
    pub(crate) fn type_number(&self) -> Result<i32> {
        let function = self.functions.HcsGetOperationType()?;
        // SAFETY: the operation is open.
        Ok(unsafe { function(self.handle) })
    }

    /// The number that the service has for it.
    ///
    /// # Errors
    /// The operation has none.
    #[doc(alias = "HcsGetOperationId")]
    pub fn id(&self) -> Result<u64> {
        let function = self.functions.HcsGetOperationId()?;
        // SAFETY: the operation is open.
        match unsafe { function(self.handle) } {
            NO_ID => Err(Error::not_found("read the number of", "an operation")),
            id => Ok(id),
        }
    }

    /// Whether it is for a system.
    #[doc(alias = "HcsGetComputeSystemFromOperation")]
    pub fn is_for(&self, system: &super::System) -> Result<bool> {
        let function = self.functions.HcsGetComputeSystemFromOperation()?;
        // SAFETY: the operation is open. The handle is only compared.
        Ok(unsafe { function(self.handle) } == system.handle)
    }

    /// Whether it is for a process.
    #[doc(alias = "HcsGetProcessFromOperation")]
    pub fn is_for_process(&self, process: &super::Process) -> Result<bool> {
        let function = self.functions.HcsGetProcessFromOperation()?;
        // SAFETY: the operation is open. The handle is only compared.
        Ok(unsafe { function(self.handle) } == process.handle)
    }

    /// Its properties, of which options (JSON or nothing) say which.
    pub(crate) fn read(&self, options: &str) -> Result<String> {
        const WORDS: &str = "read the properties of";
        let options = Wide::new(WORDS, options)?;
        let mut properties = answered();
        let function = self.functions.HcsGetOperationProperties()?;
        // SAFETY: the operation is open, the options end with a zero, and the place is for one answer.
        let code = unsafe { function(self.handle, options.as_ptr(), properties.place()) };
        error::ended(WORDS, "an operation", code, &properties)?;
        Ok(properties.text())
    }

    /// Gives it something to work with, under a name that the service knows. It stays open as long as the operation.
    #[doc(alias = "HcsAddResourceToOperation")]
    pub fn add_resource(&self, uri: &str, resource: super::Resource) -> Result<()> {
        const WORDS: &str = "give an operation";
        let name = Wide::new(WORDS, uri)?;
        let (kind, handle): (i32, HANDLE) = resource.parts();
        let function = self.functions.HcsAddResourceToOperation()?;
        // SAFETY: the operation and the resource are open, and the name ends with a zero.
        let code = unsafe { function(self.handle, kind, name.as_ptr(), handle) };
        self.resources.lock().unwrap_or_else(PoisonError::into_inner).push(resource);
        error::check(WORDS, uri, code)
    }

    /// Its result, once it is complete: the document, or nothing.
    ///
    /// # Errors
    /// `HCS_E_OPERATION_PENDING` (0x80370117) as long as it is not complete; else what the call has failed with.
    #[doc(alias = "HcsGetOperationResult")]
    pub fn result(&self) -> Result<String> {
        let mut result = answered();
        let function = self.functions.HcsGetOperationResult()?;
        // SAFETY: the operation is open, and the place is for one answer.
        let code = unsafe { function(self.handle, result.place()) };
        self.ended(code, &result)
    }

    /// Waits, and answers the result document. The thread is blocked meanwhile.
    pub(crate) fn wait_for_text(&self, milliseconds: u32) -> Result<String> {
        let mut result = answered();
        let function = self.functions.HcsWaitForOperationResult()?;
        // SAFETY: the operation is open, and the place is for one answer.
        let code = unsafe { function(self.handle, milliseconds, result.place()) };
        self.ended(code, &result)
    }

    fn ended(&self, code: HRESULT, result: &Answered) -> Result<String> {
        let (operation, id) = self.words();
        match error::ended(operation, &id, code, result)? {
            error::Ended::Done => Ok(result.text()),
            error::Ended::Pending => Err(error::of(operation, &id, error::normal(code), "")),
        }
    }

    /// The process id and pipes of one that has started a process or asked for its pipes.
    #[doc(alias = "HcsGetOperationResultAndProcessInfo")]
    pub fn process_information(&self) -> Result<(u32, Pipes)> {
        let (mut information, mut result) = (HCS_PROCESS_INFORMATION::default(), answered());
        let function = self.functions.HcsGetOperationResultAndProcessInfo()?;
        // SAFETY: the operation is open, and there is a place for each answer.
        let code = unsafe { function(self.handle, &raw mut information, result.place()) };
        self.process(code, &information, &result)
    }

    /// Waits for the process id and pipes. The thread is blocked meanwhile.
    pub(crate) fn wait_for_pipes(&self, milliseconds: u32) -> Result<(u32, Pipes)> {
        let (mut information, mut result) = (HCS_PROCESS_INFORMATION::default(), answered());
        let function = self.functions.HcsWaitForOperationResultAndProcessInfo()?;
        // SAFETY: the operation is open, and there is a place for each answer.
        let code = unsafe { function(self.handle, milliseconds, &raw mut information, result.place()) };
        self.process(code, &information, &result)
    }

    fn process(&self, code: HRESULT, information: &HCS_PROCESS_INFORMATION, result: &Answered) -> Result<(u32, Pipes)> {
        // Owned before it is known how the call ended, as nothing else would close them.
        let pipes = Pipes::new([information.StdInput, information.StdOutput, information.StdError]);
        self.ended(code, result)?;
        Ok((information.ProcessId, pipes))
    }

    /// Gives it up. What it has done by then may stay done.
    #[doc(alias = "HcsCancelOperation")]
    pub fn cancel(&self) -> Result<()> {
        let function = self.functions.HcsCancelOperation()?;
        // SAFETY: the operation is open.
        let code = unsafe { function(self.handle) };
        let (operation, id) = self.words();
        error::check(&format!("give up to {operation}"), &id, code)
    }
}

impl Drop for Operation {
    fn drop(&mut self) {
        if self.under_way.load(Ordering::Acquire) && self.watch().seen(Kind::Completed).is_none() {
            // One that is complete refuses, and is closed all the same.
            let _ = self.cancel();
        }
        if let Ok(function) = self.functions.HcsCloseOperation() {
            // SAFETY: the operation is open, and this owner is its only one.
            unsafe { function(self.handle) };
        }
    }
}
