//! Processes of compute systems of `vmcompute.dll`.

use super::DLL;
use super::systems::{NO_DOCUMENT, NO_PLACE, NotificationCallback, ends, finish, handle, number, register};
use hcs_fake::callbacks;
use hcs_fake::client::{self, Plan};
use hcs_fake::message::PROCESS_EXITED;
use hcs_fake::streams::{ProcessInformation, information};
use hcs_fake::support::{put, text};
use serde_json::json;
use std::ffi::c_void;
use windows_sys::core::{HRESULT, PCWSTR, PWSTR};

/// Starts a process.
///
/// # Safety
/// The text must end with a zero, and the places be writable or null.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsCreateProcess(
    system: *mut c_void,
    parameters: PCWSTR,
    place: *mut ProcessInformation,
    process: *mut *mut c_void,
    result: *mut PWSTR,
) -> HRESULT {
    // SAFETY: the caller says so.
    let parameters = unsafe { text(parameters) };
    let plan = Plan::with_end(DLL, "HcsCreateProcess");
    if process.is_null() {
        return NO_PLACE;
    }
    let reply = plan.call(json!({ "system": number(system), "parameters": parameters }));
    let made = handle(&reply, "process");
    callbacks::arm(number(made), PROCESS_EXITED, plan.late());
    // SAFETY: the caller says so.
    unsafe { put(place, information(&reply)) };
    // SAFETY: the caller says so.
    unsafe { put(process, made) };
    ends(&plan.late(), json!({ "process": number(made) }));
    // SAFETY: the caller says so.
    unsafe { finish(&reply, NO_DOCUMENT, result) }
}

/// Opens a process.
///
/// # Safety
/// The places must be writable or null.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsOpenProcess(
    system: *mut c_void,
    pid: u32,
    process: *mut *mut c_void,
    result: *mut PWSTR,
) -> HRESULT {
    let reply = client::call(DLL, "HcsOpenProcess", json!({ "system": number(system), "pid": pid }));
    // SAFETY: the caller says so.
    unsafe { put(process, handle(&reply, "process")) };
    // SAFETY: the caller says so.
    unsafe { finish(&reply, NO_DOCUMENT, result) }
}

/// Closes a process.
#[unsafe(no_mangle)]
pub extern "system" fn HcsCloseProcess(process: *mut c_void) -> HRESULT {
    client::call(DLL, "HcsCloseProcess", json!({ "process": number(process) })).result.cast_signed()
}

/// Ends a process by force.
///
/// # Safety
/// The place must be writable or null.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsTerminateProcess(process: *mut c_void, result: *mut PWSTR) -> HRESULT {
    let plan = Plan::with_end(DLL, "HcsTerminateProcess");
    callbacks::arm(number(process), PROCESS_EXITED, plan.late());
    let reply = plan.call(json!({ "process": number(process) }));
    callbacks::settle(&reply, number(process), PROCESS_EXITED);
    // SAFETY: the caller says so.
    unsafe { finish(&reply, NO_DOCUMENT, result) }
}

/// Signals a process.
///
/// # Safety
/// The text must end with a zero, and the place be writable or null.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsSignalProcess(process: *mut c_void, options: PCWSTR, result: *mut PWSTR) -> HRESULT {
    // SAFETY: the caller says so.
    let options = unsafe { text(options) };
    let plan = Plan::with_end(DLL, "HcsSignalProcess");
    callbacks::arm(number(process), PROCESS_EXITED, plan.late());
    let reply = plan.call(json!({ "process": number(process), "options": options }));
    callbacks::settle(&reply, number(process), PROCESS_EXITED);
    // SAFETY: the caller says so.
    unsafe { finish(&reply, NO_DOCUMENT, result) }
}

/// Gets the process id and new pipes of a process.
///
/// # Safety
/// The places must be writable or null.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsGetProcessInfo(
    process: *mut c_void,
    place: *mut ProcessInformation,
    result: *mut PWSTR,
) -> HRESULT {
    let reply = client::call(DLL, "HcsGetProcessInfo", json!({ "process": number(process) }));
    // SAFETY: the caller says so.
    unsafe { put(place, information(&reply)) };
    // SAFETY: the caller says so.
    unsafe { finish(&reply, NO_DOCUMENT, result) }
}

/// Reads properties of a process.
///
/// # Safety
/// The places must be writable or null.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsGetProcessProperties(
    process: *mut c_void,
    properties: *mut PWSTR,
    result: *mut PWSTR,
) -> HRESULT {
    let reply = client::call(DLL, "HcsGetProcessProperties", json!({ "process": number(process) }));
    // SAFETY: the caller says so.
    unsafe { finish(&reply, ("properties", properties), result) }
}

/// Changes a process.
///
/// # Safety
/// The text must end with a zero, and the place be writable or null.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsModifyProcess(process: *mut c_void, settings: PCWSTR, result: *mut PWSTR) -> HRESULT {
    // SAFETY: the caller says so.
    let settings = unsafe { text(settings) };
    let arguments = json!({ "process": number(process), "settings": settings });
    let reply = client::call(DLL, "HcsModifyProcess", arguments);
    // SAFETY: the caller says so.
    unsafe { finish(&reply, NO_DOCUMENT, result) }
}

/// Asks for the notifications of a process.
///
/// # Safety
/// The callback must be one, and the place writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsRegisterProcessCallback(
    process: *mut c_void,
    callback: Option<NotificationCallback>,
    context: *mut c_void,
    place: *mut *mut c_void,
) -> HRESULT {
    // SAFETY: the caller says so.
    unsafe { register("HcsRegisterProcessCallback", "process", process, callback, context, place) }
}

/// Ends the notifications of a process; waits for those that are being given.
#[unsafe(no_mangle)]
pub extern "system" fn HcsUnregisterProcessCallback(callback: *mut c_void) -> HRESULT {
    callbacks::unregister(DLL, "HcsUnregisterProcessCallback", number(callback)).result.cast_signed()
}
