//! Compute systems of `vmcompute.dll`, their callbacks, and the service's own properties.

use super::DLL;
use hcs_fake::Reply;
use hcs_fake::callbacks::{self, Deliver};
use hcs_fake::client::{self, Plan};
use hcs_fake::faults::Action;
use hcs_fake::message::Notice;
use hcs_fake::support::{Allocator, answer, put, text, wide};
use hcs_fake::world::systems::UNEXPECTED_EXIT;
use serde_json::{Value, json};
use std::ffi::c_void;
use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::core::{HRESULT, PCWSTR, PWSTR};

/// What is called with notifications: kind, context, an HRESULT and data.
pub(crate) type NotificationCallback = unsafe extern "system" fn(u32, *mut c_void, HRESULT, PCWSTR);

/// `E_POINTER`.
pub(crate) const NO_PLACE: HRESULT = 0x8000_4003_u32.cast_signed();

/// A handle as the service has it.
pub(crate) fn number(handle: *mut c_void) -> u64 {
    handle.addr() as u64
}

/// A handle as the caller has it.
pub(crate) fn handle(reply: &Reply, name: &str) -> *mut c_void {
    let number = reply.output.get(name).and_then(Value::as_u64).unwrap_or_default();
    std::ptr::without_provenance_mut(usize::try_from(number).unwrap_or_default())
}

/// Writes the text of an output, and answers the result.
///
/// # Safety
/// The places must be null or writable.
pub(crate) unsafe fn finish(reply: &Reply, document: (&str, *mut PWSTR), result: *mut PWSTR) -> HRESULT {
    let output = |name: &str| reply.output.get(name).and_then(Value::as_str);
    // SAFETY: the caller says so.
    unsafe { answer(document.1, output(document.0), Allocator::CoTask) };
    // SAFETY: the same.
    unsafe { answer(result, output("result"), Allocator::CoTask) };
    reply.result.cast_signed()
}

/// Nothing to write a document to.
pub(crate) const NO_DOCUMENT: (&str, *mut PWSTR) = ("", std::ptr::null_mut());

/// Lets what a call has made end at once, if that is to happen.
pub(crate) fn ends(late: &[Action], arguments: Value) {
    if late.contains(&Action::Exit) {
        client::call(DLL, UNEXPECTED_EXIT, arguments);
    }
}

/// A call about a system, with what is to happen to its notification of a kind.
unsafe fn change(function: &str, kind: u32, system: *mut c_void, options: PCWSTR, result: *mut PWSTR) -> HRESULT {
    // SAFETY: the caller of the function says so.
    let options = unsafe { text(options) };
    let plan = Plan::with_end(DLL, function);
    callbacks::arm(number(system), kind, plan.late());
    let reply = plan.call(json!({ "system": number(system), "options": options }));
    callbacks::settle(&reply, number(system), kind);
    ends(&plan.late(), json!({ "system": number(system) }));
    // SAFETY: the caller of the function says so.
    unsafe { finish(&reply, NO_DOCUMENT, result) }
}

/// Lists compute systems.
///
/// # Safety
/// The text must end with a zero, and the places be writable or null.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsEnumerateComputeSystems(
    query: PCWSTR,
    systems: *mut PWSTR,
    result: *mut PWSTR,
) -> HRESULT {
    // SAFETY: the caller says so.
    let query = unsafe { text(query) };
    let reply = client::call(DLL, "HcsEnumerateComputeSystems", json!({ "query": query }));
    // SAFETY: the caller says so.
    unsafe { finish(&reply, ("systems", systems), result) }
}

/// Makes a compute system.
///
/// # Safety
/// Text must end with a zero, and the places be writable or null.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsCreateComputeSystem(
    id: PCWSTR,
    configuration: PCWSTR,
    _identity: HANDLE,
    system: *mut *mut c_void,
    result: *mut PWSTR,
) -> HRESULT {
    // SAFETY: the caller says so.
    let (id, configuration) = (unsafe { text(id) }, unsafe { text(configuration) });
    let plan = Plan::with_end(DLL, "HcsCreateComputeSystem");
    if system.is_null() {
        return NO_PLACE;
    }
    let reply = plan.call(json!({ "id": id, "configuration": configuration }));
    let made = handle(&reply, "system");
    callbacks::arm(number(made), 2, plan.late());
    ends(&plan.late(), json!({ "system": number(made) }));
    // SAFETY: the caller says so.
    unsafe { put(system, made) };
    // SAFETY: the caller says so.
    unsafe { finish(&reply, NO_DOCUMENT, result) }
}

/// Opens a compute system.
///
/// # Safety
/// The text must end with a zero, and the places be writable or null.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsOpenComputeSystem(
    id: PCWSTR,
    system: *mut *mut c_void,
    result: *mut PWSTR,
) -> HRESULT {
    // SAFETY: the caller says so.
    let id = unsafe { text(id) };
    let reply = client::call(DLL, "HcsOpenComputeSystem", json!({ "id": id }));
    // SAFETY: the caller says so.
    unsafe { put(system, handle(&reply, "system")) };
    // SAFETY: the caller says so.
    unsafe { finish(&reply, NO_DOCUMENT, result) }
}

/// Closes a compute system.
#[unsafe(no_mangle)]
pub extern "system" fn HcsCloseComputeSystem(system: *mut c_void) -> HRESULT {
    client::call(DLL, "HcsCloseComputeSystem", json!({ "system": number(system) })).result.cast_signed()
}

macro_rules! changes {
    ($($(#[$about:meta])* $function:ident, $kind:literal;)*) => {$(
        $(#[$about])*
        ///
        /// # Safety
        /// The text must end with a zero, and the place be writable or null.
        #[unsafe(no_mangle)]
        pub unsafe extern "system" fn $function(system: *mut c_void, options: PCWSTR, result: *mut PWSTR) -> HRESULT {
            // SAFETY: the caller says so.
            unsafe { change(stringify!($function), $kind, system, options, result) }
        }
    )*};
}

changes! {
    /// Starts a compute system.
    HcsStartComputeSystem, 3;
    /// Asks a compute system to end.
    HcsShutdownComputeSystem, 1;
    /// Ends a compute system by force.
    HcsTerminateComputeSystem, 1;
    /// Suspends a compute system.
    HcsPauseComputeSystem, 4;
    /// Lets a suspended compute system go on.
    HcsResumeComputeSystem, 5;
    /// Saves the state of a compute system.
    HcsSaveComputeSystem, 8;
}

/// Reads properties of a compute system.
///
/// # Safety
/// The text must end with a zero, and the places be writable or null.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsGetComputeSystemProperties(
    system: *mut c_void,
    query: PCWSTR,
    properties: *mut PWSTR,
    result: *mut PWSTR,
) -> HRESULT {
    // SAFETY: the caller says so.
    let query = unsafe { text(query) };
    let arguments = json!({ "system": number(system), "query": query });
    let reply = client::call(DLL, "HcsGetComputeSystemProperties", arguments);
    // SAFETY: the caller says so.
    unsafe { finish(&reply, ("properties", properties), result) }
}

/// Changes a compute system.
///
/// # Safety
/// The text must end with a zero, and the place be writable or null.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsModifyComputeSystem(
    system: *mut c_void,
    configuration: PCWSTR,
    result: *mut PWSTR,
) -> HRESULT {
    // SAFETY: the caller says so.
    let configuration = unsafe { text(configuration) };
    let arguments = json!({ "system": number(system), "configuration": configuration });
    let reply = client::call(DLL, "HcsModifyComputeSystem", arguments);
    // SAFETY: the caller says so.
    unsafe { finish(&reply, NO_DOCUMENT, result) }
}

/// A callback with its context, which the caller lets any thread have.
struct Target(NotificationCallback, *mut c_void);

// SAFETY: the DLL's documentation says that callbacks come on threads of the service's choice.
unsafe impl Send for Target {}

impl Target {
    fn tell(&self, notice: &Notice) {
        let data = wide(&notice.data);
        let data = if notice.data.is_empty() { std::ptr::null() } else { data.as_ptr() };
        // SAFETY: the caller registered it with this signature, and does not unregister it before this returns.
        unsafe { self.0(notice.kind, self.1, notice.status.cast_signed(), data) }
    }
}

/// Registers a callback for a handle.
///
/// # Safety
/// The callback must be one, and the place writable.
pub(crate) unsafe fn register(
    function: &str,
    argument: &str,
    of: *mut c_void,
    callback: Option<NotificationCallback>,
    context: *mut c_void,
    place: *mut *mut c_void,
) -> HRESULT {
    let (Some(callback), false) = (callback, place.is_null()) else { return NO_PLACE };
    let target = Target(callback, context);
    let deliver: Deliver = Box::new(move |notice| target.tell(notice));
    let (registered, reply) = callbacks::register(DLL, function, argument, number(of), deliver);
    let registered = usize::try_from(registered).unwrap_or_default();
    // SAFETY: the caller says so.
    unsafe { put(place, std::ptr::without_provenance_mut(registered)) };
    reply.result.cast_signed()
}

/// Asks for the notifications of a compute system.
///
/// # Safety
/// The callback must be one, and the place writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsRegisterComputeSystemCallback(
    system: *mut c_void,
    callback: Option<NotificationCallback>,
    context: *mut c_void,
    place: *mut *mut c_void,
) -> HRESULT {
    // SAFETY: the caller says so.
    unsafe { register("HcsRegisterComputeSystemCallback", "system", system, callback, context, place) }
}

/// Ends the notifications of a compute system; waits for those that are being given.
#[unsafe(no_mangle)]
pub extern "system" fn HcsUnregisterComputeSystemCallback(callback: *mut c_void) -> HRESULT {
    callbacks::unregister(DLL, "HcsUnregisterComputeSystemCallback", number(callback)).result.cast_signed()
}

/// Reads properties of the service.
///
/// # Safety
/// The text must end with a zero, and the places be writable or null.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsGetServiceProperties(
    query: PCWSTR,
    properties: *mut PWSTR,
    result: *mut PWSTR,
) -> HRESULT {
    // SAFETY: the caller says so.
    let query = unsafe { text(query) };
    let reply = client::call(DLL, "HcsGetServiceProperties", json!({ "query": query }));
    // SAFETY: the caller says so.
    unsafe { finish(&reply, ("properties", properties), result) }
}

/// Changes the service.
///
/// # Safety
/// The text must end with a zero, and the place be writable or null.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HcsModifyServiceSettings(settings: PCWSTR, result: *mut PWSTR) -> HRESULT {
    // SAFETY: the caller says so.
    let settings = unsafe { text(settings) };
    let reply = client::call(DLL, "HcsModifyServiceSettings", json!({ "settings": settings }));
    // SAFETY: the caller says so.
    unsafe { finish(&reply, NO_DOCUMENT, result) }
}
