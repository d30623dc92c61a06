//! Operations of `computecore.dll`, which are how it tells the end of what a call begins.
//!
//! They are the DLL's own. The service has done its work when a call of it returns, so that an operation ends at once, unless
//! something else is to happen to it ([`crate::faults`]).

use crate::client::locked;
use crate::faults::Action;
use crate::{Reply, callbacks, streams};
use hcs_schema::HResult;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// `E_HANDLE`.
pub const INVALID_HANDLE: HResult = HResult(0x8007_0006);
/// It has no call yet.
const NOT_STARTED: HResult = HResult(0x8037_0115);
/// It has a call that has not ended.
const ALREADY_STARTED: HResult = HResult(0x8037_0116);
/// Its call has not ended.
const PENDING: HResult = HResult(0x8037_0117);
/// Its call has not ended in time.
const TIMEOUT: HResult = HResult(0x8037_0118);
/// Its system tells the ends of operations itself.
pub const CALLBACK_ALREADY_SET: HResult = HResult(0x8037_0119);
/// Its call is not about a process that has been made.
const NO_PROCESS_INFORMATION: HResult = HResult(0x8037_011d);
/// The service has gone.
const DISCONNECTED: HResult = HResult(0x8037_011e);
/// `ERROR_CANCELLED`.
const CANCELLED: HResult = HResult(0x8007_04c7);

/// What is called when the operation ends.
pub type Completion = Arc<dyn Fn(usize) + Send + Sync>;

/// An operation.
#[derive(Default)]
pub struct Operation {
    state: Mutex<State>,
    changed: Condvar,
}

/// What there is to know of an operation.
#[derive(Clone, Default)]
pub struct State {
    /// What the caller gave with it.
    pub context: usize,
    /// Who is called when it ends.
    pub completion: Option<Completion>,
    /// The kind of its call.
    pub kind: Option<i32>,
    /// The system of its call.
    pub system: usize,
    /// The process of its call.
    pub process: usize,
    /// How its call has ended.
    reply: Option<Reply>,
    /// The key of the output that is the document of a success.
    document: &'static str,
    /// Which call this is: what ends late must not end the next one.
    turn: u64,
}

/// A call that an operation is for.
#[derive(Clone, Copy, Debug)]
pub struct Begun {
    /// The kind.
    pub kind: i32,
    /// The system; 0 for none.
    pub system: usize,
    /// The process; 0 for none.
    pub process: usize,
    /// The key of the output that is the document of a success; empty for none.
    pub document: &'static str,
}

static OPERATIONS: Mutex<(usize, BTreeMap<usize, Arc<Operation>>)> = Mutex::new((0, BTreeMap::new()));

/// Makes an operation.
pub fn create(context: usize, completion: Option<Completion>) -> usize {
    let operation =
        Operation { state: Mutex::new(State { context, completion, ..State::default() }), ..Operation::default() };
    let mut operations = locked(&OPERATIONS);
    operations.0 += 1;
    let number = 0x10_0000 + 16 * operations.0;
    operations.1.insert(number, Arc::new(operation));
    number
}

/// Forgets an operation. What it is for goes on.
pub fn close(number: usize) -> bool {
    locked(&OPERATIONS).1.remove(&number).is_some()
}

/// An operation that there is.
fn find(number: usize) -> Result<Arc<Operation>, HResult> {
    locked(&OPERATIONS).1.get(&number).cloned().ok_or(INVALID_HANDLE)
}

/// What there is to know of an operation.
pub fn state(number: usize) -> Result<State, HResult> {
    Ok(locked(&find(number)?.state).clone())
}

/// Changes what the caller gives with an operation.
pub fn change(number: usize, change: impl FnOnce(&mut State)) -> Result<(), HResult> {
    change(&mut locked(&find(number)?.state));
    Ok(())
}

/// Begins a call with an operation.
pub fn begin(number: usize, call: Begun) -> Result<(), HResult> {
    let operation = find(number)?;
    let mut state = locked(&operation.state);
    if state.kind.is_some() && state.reply.is_none() {
        return Err(ALREADY_STARTED);
    }
    let Begun { kind, system, process, document } = call;
    *state = State { kind: Some(kind), system, process, document, reply: None, turn: state.turn + 1, ..state.clone() };
    Ok(())
}

/// Takes a call back that could not be made.
pub fn abandon(number: usize) {
    let _ = change(number, |state| state.kind = None);
}

/// Ends the call of an operation as it is to end: with what the call has answered, or as the faults say. `told` is called for
/// each time that it is told.
pub fn end(number: usize, reply: Reply, faults: &[Action], told: impl Fn(usize) + Send + 'static) {
    let Ok(operation) = find(number) else { return };
    let turn = locked(&operation.state).turn;
    let (mut reply, mut times, mut late) = (reply, 1, Duration::ZERO);
    for action in faults {
        match action {
            Action::LateError(code) => reply.result = *code,
            Action::Late(time) => late += Duration::from_millis(*time),
            Action::Lose => return,
            Action::Double => times = 2,
            Action::Disconnect => {
                callbacks::disconnect();
                reply = Reply::failed(DISCONNECTED);
            }
            _ => {}
        }
    }
    let finish = move || {
        let completion = {
            let mut state = locked(&operation.state);
            if state.turn != turn || state.reply.is_some() {
                return None;
            }
            state.reply = Some(reply);
            operation.changed.notify_all();
            state.completion.clone()
        };
        Some(completion)
    };
    let tell = move |completion: Option<Completion>| {
        for _ in 0..times {
            completion.iter().for_each(|completion| completion(number));
            told(number);
        }
    };
    if late.is_zero() {
        if let Some(completion) = finish() {
            thread::spawn(move || tell(completion));
        }
        return;
    }
    thread::spawn(move || {
        thread::sleep(late);
        if let Some(completion) = finish() {
            tell(completion);
        }
    });
}

/// Gives up on the call of an operation.
pub fn cancel(number: usize) -> HResult {
    match state(number) {
        Err(code) => code,
        Ok(State { kind: None, .. }) => NOT_STARTED,
        Ok(State { reply: Some(_), .. }) => HResult::S_OK,
        Ok(_) => {
            end(number, Reply::failed(CANCELLED), &[], |_| {});
            HResult::S_OK
        }
    }
}

/// How the call of an operation has ended, for which it waits so many milliseconds at most; `None` as long as it takes.
pub fn result(number: usize, wait: Option<u32>) -> Result<Ended, HResult> {
    let operation = find(number)?;
    let until = wait.map(|wait| Instant::now() + Duration::from_millis(wait.into()));
    let mut state = locked(&operation.state);
    loop {
        if state.kind.is_none() {
            return Err(NOT_STARTED);
        }
        if let Some(reply) = &state.reply {
            return Ok(Ended { reply: reply.clone(), document: state.document });
        }
        let left = until.map(|until| until.saturating_duration_since(Instant::now()));
        state = match left {
            Some(Duration::ZERO) if wait == Some(0) => return Err(PENDING),
            Some(Duration::ZERO) => return Err(TIMEOUT),
            Some(left) => match operation.changed.wait_timeout(state, left) {
                Ok((state, _)) => state,
                Err(poisoned) => poisoned.into_inner().0,
            },
            None => operation.changed.wait(state).unwrap_or_else(std::sync::PoisonError::into_inner),
        };
    }
}

/// How a call has ended.
#[derive(Debug)]
pub struct Ended {
    reply: Reply,
    document: &'static str,
}

impl Ended {
    /// The result.
    pub fn code(&self) -> u32 {
        self.reply.result
    }

    /// The document: what was asked for, or what is wrong.
    pub fn document(&self) -> Option<&str> {
        let key = if HResult(self.reply.result).is_ok() { self.document } else { "result" };
        self.reply.output.get(key).and_then(Value::as_str)
    }
}

/// What the call of an operation says of a process. Its pipes are given once.
pub fn information(number: usize) -> Result<streams::ProcessInformation, HResult> {
    let operation = find(number)?;
    let mut state = locked(&operation.state);
    let reply = state.reply.as_mut().filter(|reply| reply.output.contains_key("pid")).ok_or(NO_PROCESS_INFORMATION)?;
    let information = streams::information(reply);
    for name in ["stdin", "stdout", "stderr"] {
        reply.output.remove(name);
    }
    Ok(information)
}
