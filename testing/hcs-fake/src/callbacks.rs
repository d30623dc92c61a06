//! Callbacks of a DLL: who is told what the service tells this process.
//!
//! Each has a thread, so that one that takes long holds up no other. What is to happen to a notification
//! ([`crate::faults`]) happens here, on its way to the callback.

use crate::client::{self, Plan, locked};
use crate::faults::Action;
use crate::message::Notice;
use crate::{Reply, frame, log, support};
use hcs_schema::HResult;
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};
use std::time::Duration;

/// What is called with each notice.
pub type Deliver = Box<dyn Fn(&Notice) + Send>;

/// All callbacks of this process, what is to happen to notifications, and whether the service's notices come.
static CALLBACKS: Mutex<Table> = Mutex::new(Table { callbacks: BTreeMap::new(), armed: Vec::new(), connected: false });

#[derive(Debug)]
struct Table {
    callbacks: BTreeMap<u64, Arc<Callback>>,
    armed: Vec<Armed>,
    connected: bool,
}

/// What is to happen to the next notification of a kind for the callbacks of a handle.
#[derive(Debug)]
struct Armed {
    handle: u64,
    kind: u32,
    actions: Vec<Action>,
}

struct Callback {
    dll: String,
    handle: u64,
    notices: Sender<Notice>,
    thread: ThreadId,
    /// Held while the callback runs.
    running: Arc<Mutex<()>>,
    gone: Arc<AtomicBool>,
}

impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callback").field("dll", &self.dll).field("handle", &self.handle).finish_non_exhaustive()
    }
}

/// Registers a callback for a handle of a system or process, which is the argument of that name. Answers its number too.
pub fn register(dll: &str, function: &str, argument: &str, handle: u64, deliver: Deliver) -> (u64, Reply) {
    static LAST: AtomicU64 = AtomicU64::new(0x1000);
    let number = LAST.fetch_add(1, Ordering::Relaxed);
    let plan = Plan::new(dll, function);
    let (sender, receiver) = channel();
    let (running, gone) = (Arc::new(Mutex::new(())), Arc::new(AtomicBool::new(false)));
    let (lock, flag) = (Arc::clone(&running), Arc::clone(&gone));
    let worker = thread::spawn(move || work(&receiver, &deliver, &lock, &flag));
    let thread = worker.thread().id();
    let callback = Callback { dll: dll.to_owned(), handle, notices: sender, thread, running, gone };
    // Before the service knows of it, so that no notice comes too early.
    locked(&CALLBACKS).callbacks.insert(number, Arc::new(callback));
    let reply = match listen(dll) {
        Ok(()) => plan.call(json!({ argument: handle, "callback": number })),
        Err(error) => Reply::failed(HResult::HCS_E_SERVICE_NOT_AVAILABLE).with("problem", error.to_string()),
    };
    if !HResult(reply.result).is_ok() {
        locked(&CALLBACKS).callbacks.remove(&number);
    }
    (number, reply)
}

/// Ends a callback, and waits for it if it is running in another thread.
pub fn unregister(dll: &str, function: &str, number: u64) -> Reply {
    let reply = client::call(dll, function, json!({ "callback": number }));
    remove(number);
    reply
}

/// Forgets a callback, and waits for it if it is running in another thread.
pub fn remove(number: u64) {
    let Some(callback) = locked(&CALLBACKS).callbacks.remove(&number) else { return };
    callback.gone.store(true, Ordering::SeqCst);
    if callback.thread != thread::current().id() {
        drop(locked(&callback.running));
    }
}

/// Says what is to happen to the next notification of a kind for a handle's callbacks.
pub fn arm(handle: u64, kind: u32, actions: Vec<Action>) {
    if !actions.is_empty() {
        locked(&CALLBACKS).armed.push(Armed { handle, kind, actions });
    }
}

/// Takes back what was to happen to the notification of a call that has failed: there is none.
pub fn settle(reply: &Reply, handle: u64, kind: u32) {
    let result = HResult(reply.result);
    if !result.is_ok() && result != HResult::HCS_E_OPERATION_PENDING && !reply.output.contains_key("fault") {
        locked(&CALLBACKS).armed.retain(|armed| armed.handle != handle || armed.kind != kind);
    }
}

/// Tells every callback of this process that the service has gone.
pub fn disconnect() {
    let callbacks: Vec<(u64, Arc<Callback>)> =
        locked(&CALLBACKS).callbacks.iter().map(|(number, callback)| (*number, Arc::clone(callback))).collect();
    for (number, callback) in callbacks {
        let kind = if callback.dll == "computecore" { 0x0200_0000 } else { 0x0100_0000 };
        send(number, &callback, Notice { callback: number, kind, status: 0, data: String::new() });
    }
}

/// Has the service's notices come, once.
fn listen(dll: &str) -> std::io::Result<()> {
    let mut table = locked(&CALLBACKS);
    if table.connected {
        return Ok(());
    }
    let mut pipe = client::notices(dll)?;
    table.connected = true;
    thread::spawn(move || {
        while let Ok(notice) = frame::read(&mut pipe) {
            arrive(&notice);
        }
        locked(&CALLBACKS).connected = false;
        disconnect();
    });
    Ok(())
}

/// A notice has come: it goes to its callback, unless something else is to happen to it.
fn arrive(notice: &Notice) {
    let (callback, actions) = {
        let mut table = locked(&CALLBACKS);
        let Some(callback) = table.callbacks.get(&notice.callback).cloned() else { return };
        let meant = |armed: &Armed| armed.handle == callback.handle && armed.kind == notice.kind;
        let armed = table.armed.iter().position(meant).map(|index| table.armed.remove(index));
        (callback, armed.map(|armed| armed.actions).unwrap_or_default())
    };
    let mut notice = notice.clone();
    let (mut times, mut late) = (1, Duration::ZERO);
    for action in actions {
        match action {
            Action::LateError(code) => notice.status = code,
            Action::Late(time) => late += Duration::from_millis(time),
            Action::Lose => times = 0,
            Action::Double => times = 2,
            Action::Disconnect => {
                times = 0;
                disconnect();
            }
            _ => {}
        }
    }
    let deliver = move || (0..times).for_each(|_| send(notice.callback, &callback, notice.clone()));
    if late.is_zero() {
        deliver();
    } else {
        thread::spawn(move || {
            thread::sleep(late);
            deliver();
        });
    }
}

fn send(number: u64, callback: &Callback, notice: Notice) {
    let line = log::notification(&callback.dll, number, notice.kind, notice.status, &notice.data);
    log::line(line, support::thread());
    // Whoever has gone in the meantime needs not be told.
    let _ = callback.notices.send(notice);
}

/// Calls a callback with each notice until it is forgotten.
fn work(notices: &Receiver<Notice>, deliver: &Deliver, running: &Mutex<()>, gone: &AtomicBool) {
    for notice in notices {
        let _running = locked(running);
        if gone.load(Ordering::SeqCst) {
            return;
        }
        deliver(&notice);
    }
}
