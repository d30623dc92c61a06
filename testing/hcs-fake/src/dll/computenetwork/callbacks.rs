//! Callbacks, whose handles are the numbers that they have in this process.

use hcs_fake::Reply;
use hcs_fake::callbacks::{self, Deliver};
use hcs_fake::message::Notice;
use hcs_fake::support::{put, wide};
use std::ffi::c_void;
use windows_sys::Win32::Foundation::E_INVALIDARG;
use windows_sys::Win32::System::HostComputeNetwork::HCN_NOTIFICATION_CALLBACK;
use windows_sys::core::HRESULT;

/// Asks for the notifications of the service.
#[unsafe(no_mangle)]
unsafe extern "system" fn HcnRegisterServiceCallback(
    callback: HCN_NOTIFICATION_CALLBACK,
    context: *const c_void,
    callback_handle: *mut *mut c_void,
) -> HRESULT {
    let Some(deliver) = deliver(callback, context) else { return E_INVALIDARG };
    let made = callbacks::register("computenetwork", "HcnRegisterServiceCallback", "service", 0, deliver);
    // SAFETY: the caller has a place for it.
    unsafe { hand_over(&made, callback_handle) }
}

/// Asks for the notifications of a guest network service.
#[unsafe(no_mangle)]
unsafe extern "system" fn HcnRegisterGuestNetworkServiceCallback(
    guest_network_service: *mut c_void,
    callback: HCN_NOTIFICATION_CALLBACK,
    context: *const c_void,
    callback_handle: *mut *mut c_void,
) -> HRESULT {
    let Some(deliver) = deliver(callback, context) else { return E_INVALIDARG };
    let (function, service) = ("HcnRegisterGuestNetworkServiceCallback", guest_network_service.addr() as u64);
    let made = callbacks::register("computenetwork", function, "guest_network_service", service, deliver);
    // SAFETY: the caller has a place for it.
    unsafe { hand_over(&made, callback_handle) }
}

/// Ends the notifications of the service.
#[unsafe(no_mangle)]
extern "system" fn HcnUnregisterServiceCallback(callback_handle: *mut c_void) -> HRESULT {
    unregister("HcnUnregisterServiceCallback", callback_handle)
}

/// Ends the notifications of a guest network service.
#[unsafe(no_mangle)]
extern "system" fn HcnUnregisterGuestNetworkServiceCallback(callback_handle: *mut c_void) -> HRESULT {
    unregister("HcnUnregisterGuestNetworkServiceCallback", callback_handle)
}

fn unregister(function: &str, handle: *mut c_void) -> HRESULT {
    callbacks::unregister("computenetwork", function, handle.addr() as u64).result.cast_signed()
}

/// What calls a caller's function.
fn deliver(callback: HCN_NOTIFICATION_CALLBACK, context: *const c_void) -> Option<Deliver> {
    let function = callback?;
    let context = context.expose_provenance();
    Some(Box::new(move |notice: &Notice| {
        let (status, data) = (notice.status.cast_signed(), wide(&notice.data));
        let context = std::ptr::with_exposed_provenance(context);
        // SAFETY: the caller said that this is such a function, and has not ended it; the text outlives the call.
        unsafe { function(notice.kind, context, status, data.as_ptr()) }
    }))
}

/// Writes a handle to where the caller wants it, if there is one.
///
/// # Safety
/// The place must be null or writable.
unsafe fn hand_over((number, reply): &(u64, Reply), place: *mut *mut c_void) -> HRESULT {
    let number = if reply.result == 0 { *number } else { 0 };
    // SAFETY: the caller has a place for it.
    unsafe { put(place, std::ptr::without_provenance_mut(usize::try_from(number).unwrap_or_default())) }
    reply.result.cast_signed()
}
