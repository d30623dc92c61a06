//! Many runs of the same container, each with one fault at one call.
//!
//! The calls are those of a run without faults, as the log has them, so that a call that is new has its faults at once.

use crate::session::{Done, Session, finish, start};
use serde_json::{Value, json};
use std::sync::Mutex;

/// What the program prints.
pub const SAYS: &str = "the program's words";
/// What it ends with.
pub const CODE: u32 = 7;
/// So many runs go on at once.
const AT_ONCE: usize = 3;

/// A call of a run without faults.
#[derive(Clone, Debug)]
pub struct Call {
    /// The function.
    pub function: String,
    /// Which of its calls.
    pub number: usize,
    /// Whether it begins something whose end is told later.
    pub has_end: bool,
    /// Whether the program has ended when it comes.
    pub after_end: bool,
}

impl Call {
    /// Whether it only reads, opens or closes something, so that nothing exists after it that there was not before.
    pub fn changes_nothing(&self) -> bool {
        let words = ["Close", "Enumerate", "Get", "NameToGuid", "Open", "Operation", "Query", "Unregister"];
        words.iter().any(|word| self.function.contains(word))
    }
}

/// What came of a run with a fault.
#[derive(Debug)]
pub struct Outcome {
    /// The call.
    pub call: Call,
    /// What happened to it.
    pub action: String,
    /// What silo said.
    pub done: Done,
    /// What was left.
    pub left: Vec<String>,
    /// What `silo gc` said, if anything was left.
    pub gc: Option<Done>,
    /// What was left after that.
    pub left_by_gc: Vec<String>,
}

/// The file of the container.
fn config(session: &Session) -> String {
    session.config(&["say", SAYS, "exit", &CODE.to_string()], &json!({"network": "nat"}))
}

/// The calls of a run without faults.
pub fn calls(session: &Session) -> Vec<Call> {
    let before = session.log().len();
    let done = session.silo(&["nspawn", "-c", &config(session)]).with(CODE);
    assert_eq!(done.stdout.trim_end(), SAYS);
    session.assert_nothing_left();
    let log = session.log().split_off(before);
    let mut calls: Vec<Call> = Vec::new();
    let (mut after_end, mut last) = (false, "");
    for line in &log {
        after_end |= line["notification"] == "0x10000";
        let Some(function) = line["function"].as_str().filter(|function| !function.starts_with("Fake")) else {
            continue;
        };
        let number = 1 + calls.iter().filter(|call| call.function == function).count();
        calls.push(Call { function: function.to_owned(), number, has_end: has_end(function, line, last), after_end });
        last = function;
    }
    calls
}

/// Whether a call begins something: it answers "pending", starts a process, or has just got an operation.
fn has_end(function: &str, line: &Value, last: &str) -> bool {
    line["result"] == "0xc0370103" || function == "HcsCreateProcess" || last == "HcsCreateOperation"
}

/// Runs each case in a service that is shared by some, as long as nothing is left in it.
pub fn run(test: &str, variables: &[(&'static str, &str)], cases: Vec<(Call, String)>) -> Vec<Outcome> {
    let cases = Mutex::new(cases.into_iter());
    let next = || cases.lock().expect("no panic").next();
    let work = || {
        let fresh = || {
            let session = Session::new(test).expect("a service, as there was one before");
            variables.iter().fold(session, |session, (name, value)| session.variable(name, value))
        };
        let (mut session, mut outcomes) = (fresh(), Vec::new());
        while let Some((call, action)) = next() {
            let outcome = case(&session, call, action);
            if !outcome.left_by_gc.is_empty() {
                session = fresh();
            }
            outcomes.push(outcome);
        }
        outcomes
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("no panic")).collect()
    })
}

fn case(session: &Session, call: Call, action: String) -> Outcome {
    let mut command = session.command(&["nspawn", "-c", &config(session)]);
    command.env("HCS_FAKE_FAULTS", format!("{}#{}={action}", call.function, call.number));
    let done = finish(start(&mut command));
    let left = session.left_now();
    let gc = (!left.is_empty()).then(|| session.silo(&["gc"]));
    let left_by_gc = if gc.is_some() { session.left_now() } else { Vec::new() };
    Outcome { call, action, done, left, gc, left_by_gc }
}
