//! Ctrl-C on the console that silo runs on.
//!
//! The program for containers is on a new console with silo, and presses it there.

use crate::session::{Done, Session, finish, start};
use serde_json::{Value, json};
use std::os::windows::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

/// `STATUS_CONTROL_C_EXIT`: the code of a program that Ctrl-C has ended.
const INTERRUPTED: u32 = 0xc000_013a;
/// `ERROR_PROCESS_ABORTED`: the code of a process that the service has ended.
const ABORTED: u32 = 0x8007_042b;
/// `CREATE_NO_WINDOW`: with a console of its own that nobody sees.
const OWN_CONSOLE: u32 = 0x0800_0000;

/// Runs silo on a console of its own, and presses Ctrl-C so often when there is a file.
fn press(session: &Session, count: &str, file: &Path, words: &[&str], faults: &str) -> Done {
    let silo = session.command(words);
    let mut command = Command::new(session.path("app").join("hcs-fake-program.exe"));
    command.args(["interrupt", count]).arg(file).arg(silo.get_program()).args(silo.get_args());
    command.envs(silo.get_envs().filter_map(|(name, value)| Some((name, value?)))).env("HCS_FAKE_FAULTS", faults);
    command.creation_flags(OWN_CONSOLE).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    finish(start(&mut command))
}

/// Runs a container that makes a file and sleeps, and presses Ctrl-C when the file is there.
fn interrupted(session: &Session, count: &str, faults: &str) -> Done {
    let config = session.config(&["write", r"C:\nspawn\begun", "sleep", "100000"], &json!({"network": "nat"}));
    press(session, count, &session.path("app").join("begun"), &["nspawn", "-c", &config], faults)
}

#[test]
fn an_interrupt_is_passed_to_the_program_or_ends_it() {
    let Some(session) = Session::new("interrupt") else { return };
    let done = interrupted(&session, "1", "");
    assert_eq!((done.stdout.as_str(), done.stderr.as_str()), ("", ""));
    let signals: Vec<Value> =
        session.calls("HcsSignalProcess").iter().map(|call| call["arguments"]["options"]["Signal"].clone()).collect();
    let killed = session.calls("HcsTerminateProcess").len();
    if Session::has_signals() {
        assert_eq!((done.code, signals, killed), (INTERRUPTED, vec![json!("CtrlC")], 0));
    } else {
        assert_eq!((done.code, signals, killed), (ABORTED, vec![], 1));
    }
    session.assert_nothing_left();
}

#[test]
fn the_third_interrupt_ends_a_program_that_ignores_them() {
    let Some(session) = Session::new("ignored") else { return };
    if !Session::has_signals() {
        return;
    }
    // They are delivered, and nothing comes of it.
    let done = interrupted(&session, "3", "HcsSignalProcess#*=error:0x0");
    assert_eq!((done.stdout.as_str(), done.stderr.as_str()), ("", ""));
    assert_eq!(session.calls("HcsSignalProcess").len(), 2, "{done:?}");
    assert_eq!(session.calls("HcsTerminateProcess").len(), 1, "{done:?}");
    session.assert_nothing_left();
}

#[test]
fn an_interrupt_ends_what_is_being_made() {
    let Some(session) = Session::new("early") else { return };
    let words = session.run_words(&["--name", "web", "--network", "nat"], &["sleep", "100000"]);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let record = session.path("root").join("web").join("state.json");
    let done = press(&session, "1", &record, &words, "HcsStartComputeSystem=delay:1000").with(125);
    assert!(done.stderr.contains("it was interrupted"), "{done:?}");
    assert_eq!(session.calls("HcsCreateProcess"), Vec::<Value>::new());
    session.assert_nothing_left();
}
