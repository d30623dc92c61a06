//! Operations of `computecore.dll`.

use super::events::EventCallback;
use super::{DLL, events};
use hcs_fake::client::Plan;
use hcs_fake::faults::Action;
use hcs_fake::operations::{self, Begun, Completion};
use hcs_fake::streams::ProcessInformation;
use hcs_fake::support::{Allocator, answer, put, text};
use hcs_fake::world::systems::UNEXPECTED_EXIT;
use hcs_fake::{Reply, client};
use hcs_schema::HResult;
use serde_json::{Value, json};
use std::ffi::c_void;
use std::sync::Arc;
use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::core::{HRESULT, PCWSTR, PWSTR};

/// What is called when an operation ends.
pub(crate) type CompletionCallback = unsafe extern "system" fn(*mut c_void, *mut c_void);

/// A callback with its context.
struct Target(CompletionCallback, *mut c_void);

// SAFETY: the DLL's documentation says that callbacks come on threads of the service's choice.
unsafe impl Send for Target {}
// SAFETY: the same.
unsafe impl Sync for Target {}

impl Target {
    fn tell(&self, operation: usize) {
        // SAFETY: the caller set it with this signature.
        unsafe { self.0(std::ptr::without_provenance_mut(operation), self.1) }
    }
}

fn completion(callback: Option<CompletionCallback>, context: *mut c_void) -> Option<Completion> {
    let target = Target(callback?, context);
    Some(Arc::new(move |operation| target.tell(operation)))
}

/// Does what a function of operations does, which the service has no part in.
pub(crate) fn local(function: &str, arguments: Value, done: impl FnOnce() -> HResult) -> HRESULT {
    let plan = Plan::new(DLL, function);
    plan.answer(arguments, |_| Reply::failed(done())).result.cast_signed()
}

/// Writes a call down that only asks what an operation is.
fn noted(function: &str, operation: *mut c_void) {
    local(function, json!({ "operation": operation.addr() }), || HResult::S_OK);
}

/// Makes a call with an operation, which ends as the call has.
pub(crate) fn with(operation: *mut c_void, function: &str, begun: Begun, arguments: Value) -> (HRESULT, Reply) {
    let plan = Plan::with_end(DLL, function);
    let number = operation.addr();
    let refused = |code: HResult| (code.0.cast_signed(), Reply::failed(code));
    let own = operations::state(number).is_ok_and(|state| state.completion.is_some());
    let system = begun.system as u64;
    if own && events::tells_operations(system) {
        return refused(operations::CALLBACK_ALREADY_SET);
    }
    if let Err(code) = operations::begin(number, begun) {
        return refused(code);
    }
    let reply = plan.call(arguments);
    let failed = !HResult(reply.result).is_ok();
    // What is wrong with the call itself is said at once, and what is wrong with the work at its end.
    if failed
        && (!reply.output.contains_key("result")
            || reply.output.contains_key("fault")
            || reply.result == operations::INVALID_HANDLE.0)
    {
        operations::abandon(number);
        return (reply.result.cast_signed(), reply);
    }
    let late = plan.late();
    operations::end(number, reply.clone(), &late, move |number| events::tell_operation(system, number));
    if late.contains(&Action::Exit) {
        let made = |name: &str| reply.output.get(name).and_then(Value::as_u64);
        let process = made("process").unwrap_or(begun.process as u64);
        let system = made("system").unwrap_or(system);
        let arguments = if process == 0 { json!({ "system": system }) } else { json!({ "process": process }) };
        client::call(DLL, UNEXPECTED_EXIT, arguments);
    }
    (0, reply)
}

/// Makes an operation.
#[unsafe(no_mangle)]
pub extern "system" fn HcsCreateOperation(context: *mut c_void, callback: Option<CompletionCallback>) -> *mut c_void {
    let mut number = 0;
    local("HcsCreateOperation", json!({}), || {
        number = operations::create(context.expose_provenance(), completion(callback, context));
        HResult::S_OK
    });
    std::ptr::without_provenance_mut(number)
}

/// An event callback with its context.
struct Listener(EventCallback, *mut c_void);

// SAFETY: the DLL's documentation says that callbacks come on threads of the service's choice.
unsafe impl Send for Listener {}
// SAFETY: the same.
unsafe impl Sync for Listener {}

/// Makes an operation whose callback gets events: its end, and before that how far it has come, if that is asked for. What the
/// latter says is nowhere documented; here it is an empty document.
#[unsafe(no_mangle)]
pub extern "system" fn HcsCreateOperationWithNotifications(
    kinds: u32,
    context: *mut c_void,
    callback: Option<EventCallback>,
) -> *mut c_void {
    let mut number = 0;
    let arguments = json!({ "eventTypes": kinds });
    local("HcsCreateOperationWithNotifications", arguments, || {
        let told = callback.map(|callback| {
            let listener = Listener(callback, context);
            Arc::new(move |operation| listener.tell(kinds, operation)) as Completion
        });
        number = operations::create(context.expose_provenance(), told);
        HResult::S_OK
    });
    std::ptr::without_provenance_mut(number)
}

impl Listener {
    fn tell(&self, kinds: u32, operation: usize) {
        /// The group of events of how far operations are, and the option for them.
        const PROGRESS: (u32, u32) = (0xc000_0001, 1);
        if kinds & PROGRESS.1 != 0 {
            events::tell(self.0, self.1, PROGRESS.0, "{}", operation);
        }
        events::tell(self.0, self.1, events::OPERATION_CALLBACK, "", operation);
    }
}

/// Forgets an operation.
#[unsafe(no_mangle)]
pub extern "system" fn HcsCloseOperation(operation: *mut c_void) {
    local("HcsCloseOperation", json!({ "operation": operation.addr() }), || {
        if operations::close(operation.addr()) { HResult::S_OK } else { operations::INVALID_HANDLE }
    });
}

/// Tells what was given with an operation.
#[unsafe(no_mangle)]
pub extern "system" fn HcsGetOperationContext(operation: *mut c_void) -> *mut c_void {
    noted("HcsGetOperationContext", operation);
    std::ptr::with_exposed_provenance_mut(operations::state(operation.addr()).map_or(0, |state| state.context))
}

/// Gives something else with an operation.
#[unsafe(no_mangle)]
pub extern "system" fn HcsSetOperationContext(operation: *mut c_void, context: *mut c_void) -> HRESULT {
    local("HcsSetOperationContext", json!({ "operation": operation.addr() }), || {
        let changed = operations::change(operation.addr(), |state| state.context = context.expose_provenance());
        changed.err().unwrap_or(HResult::S_OK)
    })
}

/// Sets who is called when an operation ends.
#[unsafe(no_mangle)]
pub extern "system" fn HcsSetOperationCallback(
    operation: *mut c_void,
    context: *mut c_void,
    callback: Option<CompletionCallback>,
) -> HRESULT {
    local("HcsSetOperationCallback", json!({ "operation": operation.addr() }), || {
        let changed = operations::change(operation.addr(), |state| state.completion = completion(callback, context));
        changed.err().unwrap_or(HResult::S_OK)
    })
}

/// Tells the system of an operation.
#[unsafe(no_mangle)]
pub extern "system" fn HcsGetComputeSystemFromOperation(operation: *mut c_void) -> *mut c_void {
    noted("HcsGetComputeSystemFromOperation", operation);
    std::ptr::without_provenance_mut(operations::state(operation.addr()).map_or(0, |state| state.system))
}

/// Tells the process of an operation.
#[unsafe(no_mangle)]
pub extern "system" fn HcsGetProcessFromOperation(operation: *mut c_void) -> *mut c_void {
    noted("HcsGetProcessFromOperation", operation);
    std::ptr::without_provenance_mut(operations::state(operation.addr()).map_or(0, |state| state.process))
}

/// Tells the kind of call that an operation is for; -1 if there is none.
#[unsafe(no_mangle)]
pub extern "system" fn HcsGetOperationType(operation: *mut c_void) -> i32 {
    noted("HcsGetOperationType", operation);
    operations::state(operation.addr()).ok().and_then(|state| state.kind).unwrap_or(-1)
}

/// Tells a number that no other operation has; the highest if there is no such operation.
#[unsafe(no_mangle)]
pub extern "system" fn HcsGetOperationId(operation: *mut c_void) -> u64 {
    noted("HcsGetOperationId", operation);
    operations::state(operation.addr()).map_or(u64::MAX, |_| operation.addr() as u64)
}

/// Gives up on the call of an operation.
#[unsafe(no_mangle)]
pub extern "system" fn HcsCancelOperation(operation: *mut c_void) -> HRESULT {
    local("HcsCancelOperation", json!({ "operation": operation.addr() }), || operations::cancel(operation.addr()))
}

/// Waits for an operation and writes its result.
///
/// # Safety
/// The places must be writable or null.
unsafe fn results(
    function: &str,
    operation: *mut c_void,
    wait: Option<u32>,
    information: Option<*mut ProcessInformation>,
    document: *mut PWSTR,
) -> HRESULT {
    let mut written = None;
    let plan = Plan::new(DLL, function);
    let reply = plan.answer(json!({ "operation": operation.addr(), "timeout": wait }), |_| {
        match operations::result(operation.addr(), wait) {
            Err(code) => Reply::failed(code),
            Ok(ended) => {
                written = ended.document().map(str::to_owned);
                let reply = Reply::failed(HResult(ended.code()));
                written.iter().fold(reply, |reply, text| reply.with("result", text.as_str()))
            }
        }
    });
    // SAFETY: the caller says so.
    unsafe { answer(document, written.as_deref(), Allocator::Local) };
    let Some(place) = information.filter(|_| HResult(reply.result).is_ok()) else { return reply.result.cast_signed() };
    match operations::information(operation.addr()) {
        Err(code) => code.0.cast_signed(),
        Ok(information) => {
            // SAFETY: the caller says so.
            unsafe { put(place, information) };
            0
        }
    }
}

/// A waiting time as the caller gives it.
fn time(milliseconds: u32) -> Option<u32> {
    // With 0 it is looked at once, and the time is over all the same.
    Some(milliseconds.max(1)).filter(|time| *time != u32::MAX)
}

/// Tells how the call of an operation has ended.
///
/// # Safety
/// The place must be writable or null.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsGetOperationResult(operation: *mut c_void, document: *mut PWSTR) -> HRESULT {
    // SAFETY: the caller says so.
    unsafe { results("HcsGetOperationResult", operation, Some(0), None, document) }
}

/// Tells how the call of an operation has ended, and what process it has made.
///
/// # Safety
/// The places must be writable or null.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsGetOperationResultAndProcessInfo(
    operation: *mut c_void,
    information: *mut ProcessInformation,
    document: *mut PWSTR,
) -> HRESULT {
    // SAFETY: the caller says so.
    unsafe { results("HcsGetOperationResultAndProcessInfo", operation, Some(0), Some(information), document) }
}

/// Waits for the end of the call of an operation, and tells how it has ended.
///
/// # Safety
/// The place must be writable or null.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsWaitForOperationResult(
    operation: *mut c_void,
    milliseconds: u32,
    document: *mut PWSTR,
) -> HRESULT {
    // SAFETY: the caller says so.
    unsafe { results("HcsWaitForOperationResult", operation, time(milliseconds), None, document) }
}

/// The same, and what process it has made.
///
/// # Safety
/// The places must be writable or null.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsWaitForOperationResultAndProcessInfo(
    operation: *mut c_void,
    milliseconds: u32,
    information: *mut ProcessInformation,
    document: *mut PWSTR,
) -> HRESULT {
    let (function, wait) = ("HcsWaitForOperationResultAndProcessInfo", time(milliseconds));
    // SAFETY: the caller says so.
    unsafe { results(function, operation, wait, Some(information), document) }
}

/// Refuses: only migrations have properties.
///
/// # Safety
/// The text must end with a zero, and the place be writable or null.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsGetOperationProperties(
    operation: *mut c_void,
    options: PCWSTR,
    document: *mut PWSTR,
) -> HRESULT {
    // SAFETY: the caller says so.
    let options = unsafe { text(options) };
    // SAFETY: the caller says so.
    unsafe { answer(document, None, Allocator::Local) };
    let arguments = json!({ "operation": operation.addr(), "options": options });
    local("HcsGetOperationProperties", arguments, || HResult::E_NOTIMPL)
}

/// Refuses: only migrations take resources.
///
/// # Safety
/// The text must end with a zero.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsAddResourceToOperation(
    operation: *mut c_void,
    kind: u32,
    uri: PCWSTR,
    _resource: HANDLE,
) -> HRESULT {
    // SAFETY: the caller says so.
    let uri = unsafe { text(uri) };
    let arguments = json!({ "operation": operation.addr(), "type": kind, "uri": uri });
    local("HcsAddResourceToOperation", arguments, || HResult::E_NOTIMPL)
}
