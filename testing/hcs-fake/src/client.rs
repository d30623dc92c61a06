//! A DLL as a client of the service.
//!
//! [`call`] is what a function of a DLL does: it asks the service, starts it if there is none, writes the log, and fails as the
//! environment says ([`crate::faults`]). A function whose work ends later takes the [`Plan`] of its call first, which says what
//! is to happen to the end. Each DLL has its own copy of this, and is a client of its own.

use crate::call::form;
use crate::faults::{Action, Faults};
use crate::message::{Hello, Welcome};
use crate::{Call, Reply, frame, log, place, support};
use hcs_schema::HResult;
use serde_json::{Map, Value};
use std::fs::File;
use std::io::{Error, ErrorKind, Result};
use std::sync::{Mutex, MutexGuard, OnceLock};
use std::time::{Duration, Instant};

/// After this nobody believes that the service still starts.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks for the service.
const PAUSE: Duration = Duration::from_millis(10);
/// Between two attempts to start it: one that starts while another one ends can lose its place.
const ANEW: Duration = Duration::from_secs(3);

/// Calls a function of the service. Arguments are an object.
pub fn call(dll: &str, function: &str, arguments: Value) -> Reply {
    Plan::new(dll, function).call(arguments)
}

/// A call that is about to be made, and what is to happen to it.
#[derive(Debug)]
pub struct Plan {
    dll: String,
    function: String,
    actions: std::result::Result<Vec<Action>, String>,
}

impl Plan {
    /// The next call of a function that is done when it returns. Nothing can happen to its end later.
    pub fn new(dll: &str, function: &str) -> Plan {
        let plan = Plan::with_end(dll, function);
        match plan.late().is_empty() {
            true => plan,
            false => Plan { actions: Err(format!("{function} has nothing that comes later or ends")), ..plan },
        }
    }

    /// The next call of a function that begins something, which ends later.
    pub fn with_end(dll: &str, function: &str) -> Plan {
        let actions = match &mut *faults() {
            Ok(faults) => Ok(faults.next(function)),
            Err(problem) => Err(problem.clone()),
        };
        Plan { dll: dll.to_owned(), function: function.to_owned(), actions }
    }

    /// What happens to the end of the work that the call begins, or after the call.
    pub fn late(&self) -> Vec<Action> {
        self.actions.iter().flatten().copied().filter(|action| action.is_late()).collect()
    }

    /// Makes the call.
    pub fn call(&self, arguments: Value) -> Reply {
        self.answer(arguments, ask)
    }

    /// Makes a call that the DLL does itself, with the same faults and the same log.
    pub fn answer(&self, arguments: Value, done: impl FnOnce(&Call) -> Reply) -> Reply {
        let arguments = match arguments {
            Value::Object(map) => map,
            _ => Map::new(),
        };
        let (dll, function) = (self.dll.clone(), self.function.clone());
        let call = Call { dll, function, arguments, process: std::process::id(), build: support::build(), client: 0 };
        let reply = match &self.actions {
            Err(problem) => {
                Reply::failed(HResult::E_INVALIDARG).with("problem", format!("{}: {problem}", place::FAULTS))
            }
            Ok(actions) => afflicted(actions, || {
                let reply = done(&call);
                Reply { result: form(&call.dll, reply.result), ..reply }
            }),
        };
        log::line(log::call(&call.dll, &call.function, &call.arguments, &reply), support::thread());
        if self.actions.iter().flatten().any(|action| *action == Action::AfterDie) {
            support::die();
        }
        reply
    }
}

/// A call with what is to happen to it.
fn afflicted(actions: &[Action], call: impl FnOnce() -> Reply) -> Reply {
    for action in actions {
        match action {
            Action::Error(code) => return Reply::failed(HResult(*code)).with("fault", true),
            Action::Delay(time) => std::thread::sleep(Duration::from_millis(*time)),
            Action::Die => support::die(),
            _ => {}
        }
    }
    let reply = call();
    let after = actions.iter().find_map(|action| match action {
        Action::AfterError(code) => Some(Reply { result: *code, output: reply.output.clone() }.with("fault", true)),
        _ => None,
    });
    after.unwrap_or(reply)
}

fn faults() -> MutexGuard<'static, std::result::Result<Faults, String>> {
    static FAULTS: OnceLock<Mutex<std::result::Result<Faults, String>>> = OnceLock::new();
    let read = || Mutex::new(Faults::parse(&std::env::var(place::FAULTS).unwrap_or_default()));
    locked(FAULTS.get_or_init(read))
}

/// A lock that a panic of another thread does not break.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// The connection for calls.
#[derive(Debug)]
struct Calls {
    pipe: File,
    client: u64,
}

static CALLS: Mutex<Option<Calls>> = Mutex::new(None);

/// Asks the service, without faults and without the log. When it ends meanwhile, the call says so; when it had ended before,
/// the call starts it anew, where nothing is that there was before.
pub fn ask(call: &Call) -> Reply {
    let mut calls = locked(&CALLS);
    let mut send = sent(&mut calls, call);
    if send.is_err() {
        *calls = None;
        send = sent(&mut calls, call);
    }
    let reply = send.and_then(|()| match &mut *calls {
        Some(calls) => frame::read(&mut calls.pipe),
        None => Err(ErrorKind::NotConnected.into()),
    });
    reply.unwrap_or_else(|error| {
        *calls = None;
        Reply::failed(HResult::HCS_E_SERVICE_NOT_AVAILABLE).with("problem", error.to_string())
    })
}

/// Sends a call.
fn sent(calls: &mut Option<Calls>, call: &Call) -> Result<()> {
    connected(calls, &call.dll)?;
    let calls = calls.as_mut().ok_or(ErrorKind::NotConnected)?;
    frame::write(&mut calls.pipe, call)
}

/// Connects for calls unless that is done, and answers the number of the client.
fn connected(calls: &mut Option<Calls>, dll: &str) -> Result<u64> {
    if let Some(calls) = calls {
        return Ok(calls.client);
    }
    let hello = Hello::Calls { process: std::process::id(), dll: dll.to_owned() };
    let (pipe, welcome) = connect(&place::home(), &hello, true)?;
    *calls = Some(Calls { pipe, client: welcome.client });
    Ok(welcome.client)
}

/// Connects for the notices of this client.
pub fn notices(dll: &str) -> Result<File> {
    let client = connected(&mut locked(&CALLS), dll)?;
    Ok(connect(&place::home(), &Hello::Notices { client }, false)?.0)
}

/// Connects to the service of a home, which is started if there is none and it is wanted.
pub(crate) fn connect(home: &std::path::Path, hello: &Hello, start: bool) -> Result<(File, Welcome)> {
    let name = place::pipe(home);
    let begun = Instant::now();
    let mut started: Option<Instant> = None;
    loop {
        let absent = match open(&name, hello) {
            Ok(connection) => return Ok(connection),
            // It has not made its pipe, or ended while we came.
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::BrokenPipe | ErrorKind::UnexpectedEof) =>
            {
                error
            }
            // ERROR_PIPE_BUSY: somebody else is being connected. ERROR_PIPE_NOT_CONNECTED, ERROR_NO_DATA: it is ending.
            Err(error) if matches!(error.raw_os_error(), Some(231..=233)) => error,
            Err(error) => return Err(error),
        };
        if !start && absent.kind() == ErrorKind::NotFound || begun.elapsed() > PATIENCE {
            return Err(absent);
        }
        if start && absent.kind() == ErrorKind::NotFound && started.is_none_or(|time| time.elapsed() > ANEW) {
            let missing =
                || Error::new(ErrorKind::NotFound, format!("hcs-fake-service.exe is nowhere: set {}", place::SERVICE));
            support::start(&support::service().ok_or_else(missing)?, home)?;
            started = Some(Instant::now());
        }
        std::thread::sleep(PAUSE);
    }
}

fn open(name: &str, hello: &Hello) -> Result<(File, Welcome)> {
    let mut pipe = File::options().read(true).write(true).open(name)?;
    frame::write(&mut pipe, hello)?;
    let welcome = frame::read(&mut pipe)?;
    Ok((pipe, welcome))
}
