//! Events of `computecore.dll`: the one callback that a handle has, and waiting for an end.

use super::DLL;
use hcs_fake::callbacks::{self, Deliver};
use hcs_fake::client;
use hcs_fake::message::Notice;
use hcs_fake::support::{Allocator, answer, wide};
use hcs_fake::world::systems::FORGET_CALLBACK;
use hcs_schema::HResult;
use serde_json::json;
use std::collections::BTreeMap;
use std::ffi::c_void;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use windows_sys::core::{HRESULT, PCWSTR, PWSTR};

/// `HCS_EVENT`.
#[repr(C)]
#[derive(Debug)]
pub struct HcsEvent {
    kind: u32,
    data: PCWSTR,
    operation: *mut c_void,
}

/// What is called with events.
pub(crate) type EventCallback = unsafe extern "system" fn(*const HcsEvent, *mut c_void);

/// The option of a callback that it is told the ends of operations too.
const OPERATIONS: u32 = 1;
/// The option of a callback that it is told of migrations too, of which there are none here. hcsshim always asks for it.
const MIGRATIONS: u32 = 4;
/// The event that tells the end of an operation.
const OPERATION_CALLBACK: u32 = 0x0100_0000;
/// The waiting time that never ends.
const INFINITE: u32 = u32::MAX;

/// A callback with its context.
#[derive(Clone, Copy)]
struct Target(EventCallback, *mut c_void);

// SAFETY: the DLL's documentation says that callbacks come on threads of the service's choice.
unsafe impl Send for Target {}
// SAFETY: the same.
unsafe impl Sync for Target {}

impl Target {
    fn tell(&self, kind: u32, data: &str, operation: usize) {
        let text = wide(data);
        let data = if data.is_empty() { std::ptr::null() } else { text.as_ptr() };
        let event = HcsEvent { kind, data, operation: std::ptr::without_provenance_mut(operation) };
        // SAFETY: the caller set it with this signature, and does not take it back before this returns.
        unsafe { self.0(&raw const event, self.1) }
    }
}

/// The callback of a handle.
struct Set {
    number: u64,
    options: u32,
    target: Arc<Target>,
}

fn callbacks_set() -> MutexGuard<'static, BTreeMap<u64, Set>> {
    static SET: Mutex<BTreeMap<u64, Set>> = Mutex::new(BTreeMap::new());
    SET.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sets the callback of a handle in the place of the one that it has, or takes it back.
pub(crate) fn set(
    function: &str,
    argument: &str,
    handle: u64,
    options: u32,
    context: *mut c_void,
    callback: Option<EventCallback>,
) -> HRESULT {
    if options & !(OPERATIONS | MIGRATIONS) != 0 {
        return HResult::E_INVALIDARG.0.cast_signed();
    }
    forget(handle);
    let Some(callback) = callback else {
        return client::call(DLL, function, json!({ argument: handle, "callback": 0 })).result.cast_signed();
    };
    let target = Arc::new(Target(callback, context));
    let told = Arc::clone(&target);
    let deliver: Deliver = Box::new(move |notice: &Notice| told.tell(notice.kind, &notice.data, 0));
    let (number, reply) = callbacks::register(DLL, function, argument, handle, deliver);
    if HResult(reply.result).is_ok() {
        callbacks_set().insert(handle, Set { number, options, target });
    }
    reply.result.cast_signed()
}

/// Takes the callback of a handle back, and waits for it if it is running.
pub(crate) fn forget(handle: u64) {
    let set = callbacks_set().remove(&handle);
    if let Some(set) = set {
        callbacks::unregister(DLL, FORGET_CALLBACK, set.number);
    }
}

/// Whether the callback of a system is told the ends of operations.
pub(crate) fn tells_operations(system: u64) -> bool {
    callbacks_set().get(&system).is_some_and(|set| set.options & OPERATIONS != 0)
}

/// Tells the callback of a system that an operation has ended, if it wants to know.
pub(crate) fn tell_operation(system: u64, operation: usize) {
    let target =
        callbacks_set().get(&system).filter(|set| set.options & OPERATIONS != 0).map(|set| Arc::clone(&set.target));
    if let Some(target) = target {
        target.tell(OPERATION_CALLBACK, "", operation);
    }
}

/// Waits until what a handle is of has ended, and answers how.
///
/// # Safety
/// The place must be writable or null.
pub(crate) unsafe fn wait(
    function: &str,
    argument: &str,
    handle: u64,
    milliseconds: u32,
    result: *mut PWSTR,
) -> HRESULT {
    let (sender, ended) = channel();
    let sender = Mutex::new(sender);
    let deliver: Deliver = Box::new(move |notice: &Notice| {
        // Whoever does not wait any more needs not be told.
        let _ = sender.lock().unwrap_or_else(PoisonError::into_inner).send(notice.clone());
    });
    let (number, reply) = callbacks::register(DLL, function, argument, handle, deliver);
    if !HResult(reply.result).is_ok() {
        return reply.result.cast_signed();
    }
    let notice = match milliseconds {
        INFINITE => ended.recv().ok(),
        time => ended.recv_timeout(Duration::from_millis(time.into())).ok(),
    };
    callbacks::unregister(DLL, FORGET_CALLBACK, number);
    let (code, document) = match &notice {
        None => (0x8037_0118, None),
        Some(notice) if notice.kind == 0x0200_0000 => (0x8037_011e_u32, None),
        Some(notice) => (0, Some(notice.data.as_str())),
    };
    // SAFETY: the caller says so.
    unsafe { answer(result, document, Allocator::Local) };
    code.cast_signed()
}
