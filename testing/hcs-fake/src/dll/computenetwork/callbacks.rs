//! Callbacks: the service sends notices, and a thread of this DLL calls whoever asked for them.

use hcs_fake::message::{Notice, SERVICE_DISCONNECT};
use hcs_fake::{client, frame, support};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::ffi::c_void;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use windows_sys::Win32::Foundation::{E_INVALIDARG, E_UNEXPECTED};
use windows_sys::Win32::System::HostComputeNetwork::HCN_NOTIFICATION_CALLBACK;
use windows_sys::core::HRESULT;

/// A callback with its context, and the handle that the service gave for it.
#[derive(Clone, Copy)]
struct Callback {
    function: HCN_NOTIFICATION_CALLBACK,
    context: usize,
    handle: u64,
}

/// Callbacks by the numbers that the service knows them by.
static CALLBACKS: Mutex<BTreeMap<u64, Callback>> = Mutex::new(BTreeMap::new());
static LAST: AtomicU64 = AtomicU64::new(0);
/// Held while a callback runs, so that whoever ends one can wait.
static RUNNING: Mutex<()> = Mutex::new(());
/// The thread that calls; 0 when there is none.
static CALLER: AtomicU32 = AtomicU32::new(0);
/// Held while that thread is started.
static STARTING: Mutex<()> = Mutex::new(());

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Asks for the notifications of the service.
#[unsafe(no_mangle)]
unsafe extern "system" fn HcnRegisterServiceCallback(
    callback: HCN_NOTIFICATION_CALLBACK,
    context: *const c_void,
    callback_handle: *mut *mut c_void,
) -> HRESULT {
    let answer = register("HcnRegisterServiceCallback", callback, context, &json!({}));
    // SAFETY: the caller has a place for it.
    unsafe { handed_over(answer, callback_handle) }
}

/// Asks for the notifications of a guest network service.
#[unsafe(no_mangle)]
unsafe extern "system" fn HcnRegisterGuestNetworkServiceCallback(
    guest_network_service: *mut c_void,
    callback: HCN_NOTIFICATION_CALLBACK,
    context: *const c_void,
    callback_handle: *mut *mut c_void,
) -> HRESULT {
    let service = json!({"guest_network_service": guest_network_service as usize});
    let answer = register("HcnRegisterGuestNetworkServiceCallback", callback, context, &service);
    // SAFETY: the caller has a place for it.
    unsafe { handed_over(answer, callback_handle) }
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

fn register(
    name: &str,
    function: HCN_NOTIFICATION_CALLBACK,
    context: *const c_void,
    more: &Value,
) -> Result<u64, HRESULT> {
    if function.is_none() {
        return Err(E_INVALIDARG);
    }
    listen()?;
    let number = LAST.fetch_add(1, Ordering::Relaxed) + 1;
    // It must be there before the first notice can come.
    locked(&CALLBACKS).insert(number, Callback { function, context: context as usize, handle: 0 });
    let mut arguments = more.clone();
    arguments["callback"] = number.into();
    let reply = client::call("computenetwork", name, arguments);
    let handle = reply.output.get("callback_handle").and_then(Value::as_u64);
    match (reply.result, handle, locked(&CALLBACKS).get_mut(&number)) {
        (0, Some(handle), Some(callback)) => callback.handle = handle,
        (result, ..) => {
            locked(&CALLBACKS).remove(&number);
            return Err(if result == 0 { E_UNEXPECTED } else { result.cast_signed() });
        }
    }
    Ok(handle.unwrap_or_default())
}

/// Writes a handle to where the caller wants it.
///
/// # Safety
/// The place must be null or writable.
unsafe fn handed_over(answer: Result<u64, HRESULT>, place: *mut *mut c_void) -> HRESULT {
    let handle = answer.unwrap_or_default() as usize;
    // SAFETY: the caller has a place for it.
    unsafe { support::put(place, handle as *mut c_void) }
    answer.err().unwrap_or(0)
}

fn unregister(name: &str, handle: *mut c_void) -> HRESULT {
    let number = handle as usize as u64;
    let reply = client::call("computenetwork", name, json!({"callback_handle": number}));
    if reply.result == 0 {
        locked(&CALLBACKS).retain(|_, callback| callback.handle != number);
        // A callback that ends itself cannot wait for its own end.
        if CALLER.load(Ordering::Acquire) != support::thread() {
            drop(locked(&RUNNING));
        }
    }
    reply.result.cast_signed()
}

/// Starts the thread that calls, unless there is one.
fn listen() -> Result<(), HRESULT> {
    let _starting = locked(&STARTING);
    if CALLER.load(Ordering::Acquire) != 0 {
        return Ok(());
    }
    let mut pipe = client::notices("computenetwork").map_err(|_| E_UNEXPECTED)?;
    let (known, wait) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        CALLER.store(support::thread(), Ordering::Release);
        // Nobody waits if the program ends.
        let _ = known.send(());
        while let Ok(notice) = frame::read::<Notice>(&mut pipe) {
            tell(&notice);
        }
        CALLER.store(0, Ordering::Release);
        let all: Vec<u64> = locked(&CALLBACKS).keys().copied().collect();
        for callback in all {
            tell(&Notice { callback, kind: SERVICE_DISCONNECT, status: 0, data: String::new() });
        }
    });
    wait.recv().map_err(|_| E_UNEXPECTED)
}

fn tell(notice: &Notice) {
    let _running = locked(&RUNNING);
    let found = locked(&CALLBACKS).get(&notice.callback).copied();
    let Some(Callback { function: Some(function), context, .. }) = found else { return };
    let data = support::wide(&notice.data);
    // SAFETY: the caller said that this is such a function, and has not ended it; the text outlives the call.
    unsafe { function(notice.kind, context as *const c_void, notice.status.cast_signed(), data.as_ptr()) }
}
