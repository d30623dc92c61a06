//! Whatever goes wrong in the service: silo ends, says what was done, to what, and the code, and leaves nothing behind, or what
//! `silo gc` takes away.

use crate::matrix::{self, CODE, Call, Outcome, SAYS};
use crate::session::Session;

/// What may happen to any call. `ERROR_GEN_FAILURE` is nothing that silo expects of any.
const ALWAYS: [&str; 2] = ["error:0x8007001f", "after-error:0x8007001f"];
/// What may happen to one that changes something: during it much can go on.
const LONG: [&str; 1] = ["delay:50"];
/// What may happen to one whose end is told later.
const LATER: [&str; 6] = ["late-error:0x8007001f", "late:150", "lose", "double", "disconnect", "exit"];

/// The code of a process that the service has ended: `ERROR_PROCESS_ABORTED`.
const ABORTED: u32 = 0x8007_042b;

/// What `silo` says of what could not be taken back.
const LATER_ON: &str = "`silo gc` tries it again";

/// With these the service has so long to answer that does not.
const HASTE: [(&str, &str); 3] = [
    ("HCSSHIM_TIMEOUT_SYSTEMCREATE", "1"),
    ("HCSSHIM_TIMEOUT_SYSTEMSTART", "1"),
    ("HCSSHIM_TIMEOUT_SYSCALLWATCHER", "1"),
];

fn cases(calls: Vec<Call>) -> Vec<(Call, String)> {
    let of = |call: Call| {
        let later: &[&str] = if call.has_end { &LATER } else { &[] };
        let long: &[&str] = if call.changes_nothing() { &[] } else { &LONG };
        let actions: Vec<&str> = ALWAYS.iter().chain(long).chain(later).copied().collect();
        actions.into_iter().map(move |action| (call.clone(), action.to_owned()))
    };
    calls.into_iter().flat_map(of).collect()
}

/// Whether a text has the code that silo says when an action has made it fail.
fn tells(outcome: &Outcome, text: &str) -> bool {
    let name = outcome.action.split(':').next().unwrap_or_default();
    let codes: &[&str] = match (name, outcome.call.function.as_str()) {
        // An operation, or none, is all that it answers.
        (_, "HcsCreateOperation") => &["0x8007000E E_OUTOFMEMORY"],
        ("lose", _) => &["0x80370118 HCS_E_OPERATION_TIMEOUT"],
        ("disconnect", _) => &["0x8037011E HCS_E_SERVICE_DISCONNECT"],
        // It is met by the next call, or its notification comes before that.
        ("exit", _) => &["HCS_E_SYSTEM_ALREADY_STOPPED", "HCS_E_UNEXPECTED_EXIT"],
        _ => &["0x8007001F ERROR_GEN_FAILURE"],
    };
    codes.iter().any(|code| text.contains(code))
}

/// What is wrong with an outcome.
fn problems(outcome: &Outcome) -> Vec<&'static str> {
    let (call, done) = (&outcome.call, &outcome.done);
    let harmless = ["delay", "late:", "double"].iter().any(|action| outcome.action.starts_with(action));
    let warned = done.stderr.contains(LATER_ON);
    let first = done.stderr.lines().next().unwrap_or_default();
    let mut problems = Vec::new();
    let mut expect = |is: bool, what| {
        if !is {
            problems.push(what);
        }
    };
    match done.code {
        CODE => {
            expect(done.stdout.trim_end() == SAYS, "the output is not the program's");
            expect(done.stderr.is_empty() || warned, "there are words, and nothing has failed");
            expect(!warned || call.after_end && !harmless, "nothing of this must be left to the collector");
            expect(!warned || tells(outcome, &done.stderr), "the warning does not have the code");
        }
        125 => {
            expect(!harmless, "this is no reason to fail");
            expect(first.starts_with("silo: ") && tells(outcome, first), "the code is not told");
            let said = first.trim_start_matches("silo: ").split(": ").next().unwrap_or_default();
            expect(said.contains(' '), "it does not say what was being done, and to what");
            expect(!warned, "a failure takes all back");
        }
        ABORTED => expect(call.function == "HcsCreateProcess" && outcome.action == "exit", "this is no such code"),
        _ => expect(false, "the exit code is none of those that there are"),
    }
    // The collector is needed where taking back itself has failed, and nowhere else.
    expect(outcome.left.is_empty() != warned, "what is left is not what was told");
    expect(outcome.gc.as_ref().is_none_or(|gc| gc.code == 0), "the collector failed");
    expect(outcome.left_by_gc.is_empty(), "the collector has left something");
    problems
}

fn afflict(test: &str, variables: &[(&'static str, &str)], meant: fn(&Call) -> bool) {
    let Some(session) = Session::new(test) else { return };
    let session = variables.iter().fold(session, |session, (name, value)| session.variable(name, value));
    let calls: Vec<Call> = matrix::calls(&session).into_iter().filter(meant).collect();
    assert!(calls.iter().filter(|call| call.has_end).count() >= 4, "{calls:?}");
    let variables: Vec<(&str, &str)> = HASTE.iter().chain(variables).copied().collect();
    let outcomes = matrix::run(test, &variables, cases(calls));
    let all = outcomes.iter().map(|outcome| (problems(outcome), outcome));
    let wrong: Vec<_> = all.filter(|(problems, _)| !problems.is_empty()).collect();
    assert!(wrong.is_empty(), "{} of {}: {wrong:#?}", wrong.len(), outcomes.len());
}

#[test]
fn faults_of_every_call_are_survived() {
    afflict("faults", &[], |_| true);
}

/// Layers and networks are those of the other test.
#[test]
fn faults_of_the_older_library_are_survived() {
    if !Session::version1() {
        afflict("faults-older", &[("SILO_HCS_ABI", "vmcompute")], |call| call.function.starts_with("Hcs"));
    }
}
