//! The service's own properties, and the files of virtual machines, of `computecore.dll`.

use super::DLL;
use hcs_fake::client::Plan;
use hcs_fake::support::{Allocator, answer, text};
use hcs_fake::{Reply, client};
use hcs_schema::HResult;
use serde_json::{Value, json};
use std::fs::File;
use std::path::Path;
use windows_sys::core::{HRESULT, PCWSTR, PWSTR};

/// Calls the service, and writes an output.
unsafe fn ask(function: &str, arguments: Value, output: &str, place: *mut PWSTR) -> HRESULT {
    let reply = client::call(DLL, function, arguments);
    let key = if HResult(reply.result).is_ok() { output } else { "result" };
    // SAFETY: the caller says so.
    unsafe { answer(place, reply.output.get(key).and_then(Value::as_str), Allocator::Local) };
    reply.result.cast_signed()
}

/// Reads properties of the service.
///
/// # Safety
/// The text must end with a zero, and the place be writable or null.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsGetServiceProperties(query: PCWSTR, result: *mut PWSTR) -> HRESULT {
    // SAFETY: the caller says so.
    let query = unsafe { text(query) };
    // SAFETY: the caller says so.
    unsafe { ask("HcsGetServiceProperties", json!({ "query": query }), "properties", result) }
}

/// Changes the service.
///
/// # Safety
/// The text must end with a zero, and the place be writable or null.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsModifyServiceSettings(settings: PCWSTR, result: *mut PWSTR) -> HRESULT {
    // SAFETY: the caller says so.
    let settings = unsafe { text(settings) };
    // SAFETY: the caller says so.
    unsafe { ask("HcsModifyServiceSettings", json!({ "settings": settings }), "", result) }
}

/// Refuses: nothing is sent to Microsoft.
///
/// # Safety
/// The text must end with a zero.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsSubmitWerReport(settings: PCWSTR) -> HRESULT {
    // SAFETY: the caller says so.
    let settings = unsafe { text(settings) };
    let plan = Plan::new(DLL, "HcsSubmitWerReport");
    plan.answer(json!({ "settings": settings }), |_| Reply::failed(HResult::E_NOTIMPL)).result.cast_signed()
}

/// Refuses: there are no saved states.
///
/// # Safety
/// The text must end with a zero, and the place be writable or null.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsGetProcessorCompatibilityFromSavedState(
    path: PCWSTR,
    features: *mut PWSTR,
) -> HRESULT {
    // SAFETY: the caller says so.
    let path = unsafe { text(path) };
    // SAFETY: the caller says so.
    unsafe { answer(features, None, Allocator::Local) };
    let plan = Plan::new(DLL, "HcsGetProcessorCompatibilityFromSavedState");
    plan.answer(json!({ "runtimeFileName": path }), |_| Reply::failed(HResult::E_NOTIMPL)).result.cast_signed()
}

/// Does something with a file, and answers what Windows said.
fn file(function: &str, arguments: Value, does: impl FnOnce() -> std::io::Result<()>) -> HRESULT {
    let code = |error: std::io::Error| {
        let number = error.raw_os_error().map_or(0, i32::cast_unsigned);
        if number == 0 { HResult::E_FAIL } else { HResult::from_win32(number) }
    };
    let done = || does().err().map_or(HResult::S_OK, code);
    Plan::new(DLL, function).answer(arguments, |_| Reply::failed(done())).result.cast_signed()
}

macro_rules! new_files {
    ($($(#[$about:meta])* $function:ident($argument:literal);)*) => {$(
        $(#[$about])*
        ///
        /// # Safety
        /// The text must end with a zero.
        #[unsafe(no_mangle)]
        pub unsafe extern "system" fn $function(path: PCWSTR) -> HRESULT {
            // SAFETY: the caller says so.
            let path = unsafe { text(path) };
            file(stringify!($function), json!({ $argument: path }), || File::create_new(&path).map(drop))
        }
    )*};
}

new_files! {
    /// Makes a file for the state of a guest, which is empty here.
    HcsCreateEmptyGuestStateFile("guestStateFilePath");
    /// Makes a file for the running state of a guest, which is empty here.
    HcsCreateEmptyRuntimeStateFile("runtimeStateFilePath");
}

macro_rules! access {
    ($($(#[$about:meta])* $function:ident($($machine:ident)?);)*) => {$(
        $(#[$about])*
        ///
        /// # Safety
        /// Text must end with a zero.
        #[unsafe(no_mangle)]
        pub unsafe extern "system" fn $function($($machine: PCWSTR,)? path: PCWSTR) -> HRESULT {
            // SAFETY: the caller says so.
            $(let $machine = unsafe { text($machine) };)?
            // SAFETY: the caller says so.
            let path = unsafe { text(path) };
            let arguments = json!({ $("vmId": $machine,)? "filePath": path });
            file(stringify!($function), arguments, || Path::new(&path).metadata().map(drop))
        }
    )*};
}

access! {
    /// Lets a virtual machine open a file, which only has to be there.
    HcsGrantVmAccess(machine);
    /// Keeps a virtual machine from a file, which only has to be there.
    HcsRevokeVmAccess(machine);
    /// Lets all virtual machines open a file, which only has to be there.
    HcsGrantVmGroupAccess();
    /// Keeps all virtual machines from a file, which only has to be there.
    HcsRevokeVmGroupAccess();
}
