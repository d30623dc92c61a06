//! Death at every step: `strace` kills this program, or a helper of its, at its N-th call of a kind; N grows until a run passes
//! unharmed. After each death one `delete --force` has to leave nothing behind.

use super::Runtime;
use crate::aftermath::bounded;
use std::path::Path;
use std::process::{Command, Stdio};

/// No kind of call is made more often by one process of these runs.
const MOST: usize = 200;

/// Calls by which something outside the process changes.
const CHANGES: &[&str] =
    &["write", "mkdir,mkdirat", "rename", "unlink,unlinkat,rmdir", "clone3", "sendmsg", "bind,listen,connect"];

/// Kills at every call of each kind while a command runs, with the container brought to where the command begins. Answers the
/// number of deaths.
fn sweep(runtime: &Runtime, begin: impl Fn(), args: &[&str]) -> usize {
    let trace = runtime.path("trace");
    let mut deaths = 0;
    for call in CHANGES {
        for when in 1..=MOST {
            assert!(when < MOST, "{args:?}: still not through after {MOST} deaths at {call}");
            begin();
            // What an earlier run wrote says nothing of this one.
            let _ = std::fs::remove_file(&trace);
            let mut command = Command::new("strace");
            command.args(["--follow-forks", "--quiet=attach,personality", "--output"]).arg(&trace);
            command.arg(format!("--trace={call}")).arg(format!("--inject={call}:signal=SIGKILL:when={when}"));
            let own = runtime.command(args);
            command.arg(own.get_program()).args(own.get_args()).current_dir(runtime.bundle()).stdin(Stdio::null());
            // Nobody waits for the streams, which the container has, too: strace itself ends with what it follows.
            command.stdout(Stdio::null()).stderr(Stdio::null());
            let mut child = command.spawn().expect("strace is missing: install the package strace");
            let harmed = followed(runtime, &mut child, &trace);
            let ran = bounded(&mut runtime.command(&["delete", "--force", &runtime.id()]));
            assert_eq!(ran.code, 0, "{args:?}, killed at {call} {when}: {}", ran.err);
            child.wait().unwrap();
            runtime.nothing_left(&format!("{args:?}, killed at {call} {when}"));
            // What delete has ended is not what was meant.
            if !harmed {
                break;
            }
            deaths += 1;
        }
    }
    deaths
}

/// Waits until the command has been killed, or has done what it was to do. strace goes on with what it left.
fn followed(runtime: &Runtime, child: &mut std::process::Child, trace: &Path) -> bool {
    for _ in 0..600 {
        if deadly(trace) {
            return true;
        }
        if child.try_wait().unwrap().is_some() || runtime.path("done").exists() {
            return deadly(trace);
        }
        if std::fs::read_to_string(trace).unwrap_or_default().contains("+++ exited with 0 +++") {
            // The command itself, or a helper before it; a moment tells.
            std::thread::sleep(std::time::Duration::from_millis(30));
            return deadly(trace);
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("the command neither ends nor dies");
}

fn deadly(trace: &Path) -> bool {
    std::fs::read_to_string(trace).unwrap_or_default().contains("killed by SIGKILL")
}

#[test]
fn nothing_stays_of_a_create_that_was_killed() {
    let runtime = Runtime::new("sleep 1000");
    let deaths = sweep(&runtime, || (), &["create", &runtime.id()]);
    println!("{deaths} deaths");
    assert!(deaths >= 20, "only {deaths}: do the calls have other names now?");
}

#[test]
fn nothing_stays_of_a_run_that_was_killed() {
    let runtime = Runtime::new("true");
    let deaths = sweep(&runtime, || (), &["run", &runtime.id()]);
    println!("{deaths} deaths");
    assert!(deaths >= 20, "only {deaths}: do the calls have other names now?");
}

#[test]
fn nothing_stays_of_a_delete_that_was_killed() {
    let runtime = Runtime::new("sleep 1000");
    let deaths = sweep(&runtime, || drop(runtime.begin()), &["delete", "--force", &runtime.id()]);
    println!("{deaths} deaths");
    assert!(deaths >= 5, "only {deaths}: do the calls have other names now?");
}

#[test]
fn a_start_that_was_killed_has_started_it_or_not() {
    let runtime = Runtime::new("sleep 1000");
    let create = || {
        let mut create = runtime.command(&["create", &runtime.id()]);
        assert!(create.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success());
    };
    let deaths = sweep(&runtime, create, &["start", &runtime.id()]);
    println!("{deaths} deaths");
    assert!(deaths >= 2, "only {deaths}: do the calls have other names now?");
}
