//! Compute systems of `computecore.dll`.

use super::DLL;
use super::events::{self, EventCallback};
use super::operations::{local, with};
use hcs_fake::operations::Begun;
use hcs_fake::support::{put, text};
use hcs_fake::{Reply, client};
use hcs_schema::HResult;
use serde_json::{Value, json};
use std::ffi::c_void;
use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::core::{HRESULT, PCWSTR, PWSTR};

/// A handle as the caller has it.
pub(crate) fn handle(reply: &Reply, name: &str) -> *mut c_void {
    let number = reply.output.get(name).and_then(Value::as_u64).unwrap_or_default();
    std::ptr::without_provenance_mut(usize::try_from(number).unwrap_or_default())
}

/// A call about a system.
fn about(kind: i32, system: *mut c_void, document: &'static str) -> Begun {
    Begun { kind, system: system.addr(), process: 0, document }
}

/// Writes a call in a namespace of ids down. There is only the one without a name.
fn in_namespace(function: &str, namespace: &str) -> HRESULT {
    let known = if namespace.is_empty() { HResult::S_OK } else { HResult::E_NOTIMPL };
    local(function, json!({ "namespace": namespace }), || known)
}

/// Lists compute systems.
///
/// # Safety
/// The text must end with a zero.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsEnumerateComputeSystems(query: PCWSTR, operation: *mut c_void) -> HRESULT {
    // SAFETY: the caller says so.
    let query = unsafe { text(query) };
    let begun = about(0, std::ptr::null_mut(), "systems");
    with(operation, "HcsEnumerateComputeSystems", begun, json!({ "query": query })).0
}

/// Lists compute systems of a namespace; there is only the one without a name.
///
/// # Safety
/// Text must end with a zero.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsEnumerateComputeSystemsInNamespace(
    namespace: PCWSTR,
    query: PCWSTR,
    operation: *mut c_void,
) -> HRESULT {
    // SAFETY: the caller says so.
    let code = in_namespace("HcsEnumerateComputeSystemsInNamespace", &unsafe { text(namespace) });
    if code < 0 {
        return code;
    }
    // SAFETY: the caller says so.
    unsafe { HcsEnumerateComputeSystems(query, operation) }
}

/// Makes a compute system.
///
/// # Safety
/// Text must end with a zero, and the place be writable or null.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsCreateComputeSystem(
    id: PCWSTR,
    configuration: PCWSTR,
    operation: *mut c_void,
    _descriptor: *const c_void,
    system: *mut *mut c_void,
) -> HRESULT {
    // SAFETY: the caller says so.
    let (id, configuration) = (unsafe { text(id) }, unsafe { text(configuration) });
    let begun = about(1, std::ptr::null_mut(), "");
    let arguments = json!({ "id": id, "configuration": configuration });
    let (code, reply) = with(operation, "HcsCreateComputeSystem", begun, arguments);
    // SAFETY: the caller says so.
    unsafe { put(system, handle(&reply, "system")) };
    code
}

/// Makes a compute system in a namespace; there is only the one without a name.
///
/// # Safety
/// Text must end with a zero, and the place be writable or null.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsCreateComputeSystemInNamespace(
    namespace: PCWSTR,
    id: PCWSTR,
    configuration: PCWSTR,
    operation: *mut c_void,
    _options: *const c_void,
    system: *mut *mut c_void,
) -> HRESULT {
    // SAFETY: the caller says so.
    let code = in_namespace("HcsCreateComputeSystemInNamespace", &unsafe { text(namespace) });
    if code < 0 {
        return code;
    }
    // SAFETY: the caller says so.
    unsafe { HcsCreateComputeSystem(id, configuration, operation, std::ptr::null(), system) }
}

/// Opens a compute system.
///
/// # Safety
/// The text must end with a zero, and the place be writable or null.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsOpenComputeSystem(id: PCWSTR, access: u32, system: *mut *mut c_void) -> HRESULT {
    // SAFETY: the caller says so.
    let id = unsafe { text(id) };
    let reply = client::call(DLL, "HcsOpenComputeSystem", json!({ "id": id, "requestedAccess": access }));
    // SAFETY: the caller says so.
    unsafe { put(system, handle(&reply, "system")) };
    reply.result.cast_signed()
}

/// Opens a compute system of a namespace; there is only the one without a name.
///
/// # Safety
/// Text must end with a zero, and the place be writable or null.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsOpenComputeSystemInNamespace(
    namespace: PCWSTR,
    id: PCWSTR,
    access: u32,
    system: *mut *mut c_void,
) -> HRESULT {
    // SAFETY: the caller says so.
    let code = in_namespace("HcsOpenComputeSystemInNamespace", &unsafe { text(namespace) });
    if code < 0 {
        return code;
    }
    // SAFETY: the caller says so.
    unsafe { HcsOpenComputeSystem(id, access, system) }
}

/// Closes a compute system.
#[unsafe(no_mangle)]
pub extern "system" fn HcsCloseComputeSystem(system: *mut c_void) {
    events::forget(system.addr() as u64);
    client::call(DLL, "HcsCloseComputeSystem", json!({ "system": system.addr() }));
}

macro_rules! changes {
    ($($(#[$about:meta])* $function:ident, $kind:literal;)*) => {$(
        $(#[$about])*
        ///
        /// # Safety
        /// The text must end with a zero.
        #[unsafe(no_mangle)]
        pub unsafe extern "system" fn $function(
            system: *mut c_void,
            operation: *mut c_void,
            options: PCWSTR,
        ) -> HRESULT {
            // SAFETY: the caller says so.
            let options = unsafe { text(options) };
            let arguments = json!({ "system": system.addr(), "options": options });
            with(operation, stringify!($function), about($kind, system, ""), arguments).0
        }
    )*};
}

changes! {
    /// Starts a compute system.
    HcsStartComputeSystem, 2;
    /// Asks a compute system to end.
    HcsShutDownComputeSystem, 3;
    /// Suspends a compute system.
    HcsPauseComputeSystem, 4;
    /// Lets a suspended compute system go on.
    HcsResumeComputeSystem, 5;
    /// Saves the state of a compute system.
    HcsSaveComputeSystem, 6;
    /// Ends a compute system by force.
    HcsTerminateComputeSystem, 7;
    /// Lets a compute system end as if it had failed.
    HcsCrashComputeSystem, 15;
    /// Refuses: systems do not move.
    HcsInitializeLiveMigrationOnSource, 16;
    /// Refuses: systems do not move.
    HcsStartLiveMigrationOnSource, 17;
    /// Refuses: systems do not move.
    HcsStartLiveMigrationTransfer, 18;
    /// Refuses: systems do not move.
    HcsFinalizeLiveMigration, 19;
    /// Refuses: systems do not move.
    HcsCancelLiveMigration, 20;
}

/// Reads properties of a compute system.
///
/// # Safety
/// The text must end with a zero.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsGetComputeSystemProperties(
    system: *mut c_void,
    operation: *mut c_void,
    query: PCWSTR,
) -> HRESULT {
    // SAFETY: the caller says so.
    let query = unsafe { text(query) };
    let arguments = json!({ "system": system.addr(), "query": query });
    with(operation, "HcsGetComputeSystemProperties", about(9, system, "properties"), arguments).0
}

/// Changes a compute system.
///
/// # Safety
/// The text must end with a zero.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsModifyComputeSystem(
    system: *mut c_void,
    operation: *mut c_void,
    configuration: PCWSTR,
    _identity: HANDLE,
) -> HRESULT {
    // SAFETY: the caller says so.
    let configuration = unsafe { text(configuration) };
    let arguments = json!({ "system": system.addr(), "configuration": configuration });
    with(operation, "HcsModifyComputeSystem", about(8, system, ""), arguments).0
}

/// Sets the callback of a compute system, or takes it back.
#[unsafe(no_mangle)]
pub extern "system" fn HcsSetComputeSystemCallback(
    system: *mut c_void,
    options: u32,
    context: *mut c_void,
    callback: Option<EventCallback>,
) -> HRESULT {
    events::set("HcsSetComputeSystemCallback", "system", system.addr() as u64, options, context, callback)
}

/// Waits until a compute system has ended.
///
/// # Safety
/// The place must be writable or null.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsWaitForComputeSystemExit(
    system: *mut c_void,
    milliseconds: u32,
    result: *mut PWSTR,
) -> HRESULT {
    // SAFETY: the caller says so.
    unsafe { events::wait("HcsWaitForComputeSystemExit", "system", system.addr() as u64, milliseconds, result) }
}
