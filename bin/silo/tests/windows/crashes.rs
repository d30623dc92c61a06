//! silo is killed at every call that it makes, before it and after it. What it leaves behind is collected.

use crate::matrix::{self, Call, Outcome};
use crate::session::Session;

/// The code of a program that the fault has ended.
const DEAD: u32 = 0xdead;

fn crash(test: &str, variables: &[(&'static str, &str)], meant: fn(&Call) -> bool) {
    let Some(session) = Session::new(test) else { return };
    let session = variables.iter().fold(session, |session, (name, value)| session.variable(name, value));
    let calls = matrix::calls(&session).into_iter().filter(meant);
    let of = |call: Call| {
        // After a call that changes nothing all is as it is before the next one.
        let actions: &[&str] = if call.changes_nothing() { &["die"] } else { &["die", "after-die"] };
        actions.iter().map(move |action| (call.clone(), (*action).to_owned()))
    };
    let cases = calls.flat_map(of);
    let outcomes = matrix::run(test, variables, cases.collect());
    let wrong: Vec<&Outcome> =
        outcomes.iter().filter(|outcome| outcome.done.code != DEAD || !outcome.left_by_gc.is_empty()).collect();
    assert!(outcomes.iter().any(|outcome| outcome.gc.is_some()), "nothing was left by any crash");
    assert!(wrong.is_empty(), "{} of {}: {wrong:#?}", wrong.len(), outcomes.len());
}

#[test]
fn every_crash_is_collected() {
    crash("crash", &[], |_| true);
}

/// Layers and networks are those of the other test.
#[test]
fn every_crash_over_the_older_library_is_collected() {
    if !Session::version1() {
        crash("crash-older", &[("SILO_HCS_ABI", "vmcompute")], |call| call.function.starts_with("Hcs"));
    }
}
