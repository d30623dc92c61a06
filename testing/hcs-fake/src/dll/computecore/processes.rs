//! Processes of compute systems of `computecore.dll`.

use super::DLL;
use super::events::{self, EventCallback};
use super::operations::with;
use super::systems::handle;
use hcs_fake::client;
use hcs_fake::operations::{self, Begun};
use hcs_fake::support::{put, text};
use serde_json::{Value, json};
use std::ffi::c_void;
use windows_sys::core::{HRESULT, PCWSTR, PWSTR};

/// A call about a process.
fn about(
    operation: *mut c_void,
    function: &str,
    kind: i32,
    process: *mut c_void,
    document: &'static str,
    more: Value,
) -> HRESULT {
    let begun = Begun { kind, system: 0, process: process.addr(), document };
    let mut arguments = json!({ "process": process.addr() });
    if let (Some(arguments), Value::Object(more)) = (arguments.as_object_mut(), more) {
        arguments.extend(more);
    }
    with(operation, function, begun, arguments).0
}

/// Starts a process.
///
/// # Safety
/// The text must end with a zero, and the place be writable or null.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsCreateProcess(
    system: *mut c_void,
    parameters: PCWSTR,
    operation: *mut c_void,
    _descriptor: *const c_void,
    process: *mut *mut c_void,
) -> HRESULT {
    // SAFETY: the caller says so.
    let parameters = unsafe { text(parameters) };
    let begun = Begun { kind: 10, system: system.addr(), process: 0, document: "" };
    let arguments = json!({ "system": system.addr(), "parameters": parameters });
    let (code, reply) = with(operation, "HcsCreateProcess", begun, arguments);
    let made = handle(&reply, "process");
    // It may have been closed meanwhile by who was told that it has ended.
    let _ = operations::change(operation.addr(), |state| state.process = made.addr());
    // SAFETY: the caller says so.
    unsafe { put(process, made) };
    code
}

/// Opens a process.
///
/// # Safety
/// The place must be writable or null.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsOpenProcess(
    system: *mut c_void,
    pid: u32,
    access: u32,
    process: *mut *mut c_void,
) -> HRESULT {
    let arguments = json!({ "system": system.addr(), "pid": pid, "requestedAccess": access });
    let reply = client::call(DLL, "HcsOpenProcess", arguments);
    // SAFETY: the caller says so.
    unsafe { put(process, handle(&reply, "process")) };
    reply.result.cast_signed()
}

/// Closes a process.
#[unsafe(no_mangle)]
pub extern "system" fn HcsCloseProcess(process: *mut c_void) {
    events::forget(process.addr() as u64);
    client::call(DLL, "HcsCloseProcess", json!({ "process": process.addr() }));
}

/// Ends a process by force.
///
/// # Safety
/// The text must end with a zero.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsTerminateProcess(
    process: *mut c_void,
    operation: *mut c_void,
    options: PCWSTR,
) -> HRESULT {
    // SAFETY: the caller says so.
    let options = unsafe { text(options) };
    about(operation, "HcsTerminateProcess", 11, process, "", json!({ "options": options }))
}

/// Signals a process.
///
/// # Safety
/// The text must end with a zero.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsSignalProcess(
    process: *mut c_void,
    operation: *mut c_void,
    options: PCWSTR,
) -> HRESULT {
    // SAFETY: the caller says so.
    let options = unsafe { text(options) };
    about(operation, "HcsSignalProcess", 11, process, "", json!({ "options": options }))
}

/// Gets the process id and new pipes of a process.
#[unsafe(no_mangle)]
pub extern "system" fn HcsGetProcessInfo(process: *mut c_void, operation: *mut c_void) -> HRESULT {
    about(operation, "HcsGetProcessInfo", 12, process, "", json!({}))
}

/// Reads properties of a process.
///
/// # Safety
/// The text must end with a zero.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsGetProcessProperties(
    process: *mut c_void,
    operation: *mut c_void,
    query: PCWSTR,
) -> HRESULT {
    // SAFETY: the caller says so.
    let query = unsafe { text(query) };
    about(operation, "HcsGetProcessProperties", 13, process, "properties", json!({ "query": query }))
}

/// Changes a process.
///
/// # Safety
/// The text must end with a zero.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsModifyProcess(
    process: *mut c_void,
    operation: *mut c_void,
    settings: PCWSTR,
) -> HRESULT {
    // SAFETY: the caller says so.
    let settings = unsafe { text(settings) };
    about(operation, "HcsModifyProcess", 14, process, "", json!({ "settings": settings }))
}

/// Sets the callback of a process, or takes it back.
#[unsafe(no_mangle)]
pub extern "system" fn HcsSetProcessCallback(
    process: *mut c_void,
    options: u32,
    context: *mut c_void,
    callback: Option<EventCallback>,
) -> HRESULT {
    events::set("HcsSetProcessCallback", "process", process.addr() as u64, options, context, callback)
}

/// Waits until a process has ended.
///
/// # Safety
/// The place must be writable or null.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsWaitForProcessExit(
    process: *mut c_void,
    milliseconds: u32,
    result: *mut PWSTR,
) -> HRESULT {
    // SAFETY: the caller says so.
    unsafe { events::wait("HcsWaitForProcessExit", "process", process.addr() as u64, milliseconds, result) }
}
