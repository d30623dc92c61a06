//! x
use crate::matrix;
use crate::session::Session;

#[test]
fn every_fault() {
    let Some(session) = Session::new("faults") else { return };
    let calls = matrix::calls(&session);
    let mut cases = Vec::new();
    for call in calls {
        for action in ["error:0x8007001f", "after-error:0x8007001f", "delay:300"] {
            cases.push((call.clone(), action.to_owned()));
        }
        if call.has_end {
            for action in ["late-error:0x8007001f", "late:300", "lose", "double", "disconnect", "exit"] {
                cases.push((call.clone(), action.to_owned()));
            }
        }
    }
    let variables = [
        ("HCSSHIM_TIMEOUT_SYSTEMCREATE", "1"),
        ("HCSSHIM_TIMEOUT_SYSTEMSTART", "1"),
        ("HCSSHIM_TIMEOUT_SYSCALLWATCHER", "1"),
    ];
    let begun = std::time::Instant::now();
    let outcomes = matrix::run("faults", &variables, cases);
    let mut text = String::new();
    for outcome in &outcomes {
        text += &format!(
            "{}#{}={} -> {} {:?} {:?} LEFT {:?} GC {:?} STILL {:?}\n",
            outcome.call.function,
            outcome.call.number,
            outcome.action,
            outcome.done.code,
            outcome.done.stdout,
            outcome.done.stderr,
            outcome.left,
            outcome.gc,
            outcome.left_by_gc
        );
    }
    text += &format!("{} in {:?}", outcomes.len(), begun.elapsed());
    std::fs::write(r"Z:\tmp\e2e\faults.txt", text).expect("x");
}
