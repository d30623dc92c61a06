//! Standard streams: much of them, late ones, and ends that are closed too early.

use crate::session::{Session, drain, ended, finish, start};
use serde_json::json;
use std::io::{Read, Write};
use std::process::Stdio;
use std::time::{Duration, Instant};

const MUCH: usize = 8 << 20;

/// What the program's `bytes` prints.
fn pattern() -> Vec<u8> {
    (0..251).cycle().take(MUCH).collect()
}

#[test]
fn much_output_is_whole() {
    let Some(session) = Session::new("much") else { return };
    let much = MUCH.to_string();
    let words = ["nspawn", "-c", &session.config(&["bytes", &much, "exit", "5"], &json!({}))];
    let mut child = start(&mut session.command(&words));
    let (stdout, stderr) = (drain(child.stdout.take()), drain(child.stderr.take()));
    assert_eq!(ended(&mut child, Duration::from_secs(60)), Some(5));
    let stdout = stdout.recv_timeout(Duration::from_secs(5)).expect("output");
    assert_eq!((stdout.len(), stdout == pattern()), (MUCH, true));
    assert_eq!(stderr.recv_timeout(Duration::from_secs(5)).expect("errors"), Vec::<u8>::new());
    session.nspawn(&["bytes", &much], &json!({"stdout_filename": "out"})).with(0);
    assert!(std::fs::read(session.path("app").join("out")).expect("the file") == pattern());
    session.assert_nothing_left();
}

#[test]
fn much_input_is_whole() {
    let Some(session) = Session::new("input") else { return };
    let sum: u64 = pattern().iter().map(|byte| u64::from(*byte)).sum();
    for options in [["run", "-i"], ["run", "--interactive"]] {
        let words = session.run_words(&["--rm", options[1]], &["count"]);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut command = session.command(&words);
        let mut child = start(command.stdin(Stdio::piped()));
        let mut input = child.stdin.take().expect("a pipe");
        let writer = std::thread::spawn(move || input.write_all(&pattern()));
        let done = finish(child).with(0);
        writer.join().expect("no panic").expect("all is read");
        assert_eq!(done.stdout.trim_end(), format!("{MUCH} {sum}"));
    }
    session.assert_nothing_left();
}

#[test]
fn input_that_never_ends_holds_nothing_up() {
    let Some(session) = Session::new("endless") else { return };
    let words = session.run_words(&["--rm", "-i"], &["say", "done"]);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut child = start(session.command(&words).stdin(Stdio::piped()));
    let input = child.stdin.take();
    assert_eq!(finish(child).with(0).stdout.trim_end(), "done");
    drop(input);
    session.assert_nothing_left();
}

#[test]
fn late_output_of_what_the_program_left_behind_is_waited_for_but_not_for_ever() {
    let Some(session) = Session::new("late") else { return };
    let done = session.nspawn(&["say", "first", "leave", "400"], &json!({})).with(0);
    assert_eq!(done.lines(), ["first", "late"]);
    let begun = Instant::now();
    let done = session.nspawn(&["say", "first", "leave", "50000"], &json!({})).with(0);
    assert_eq!(done.lines(), ["first"]);
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    session.assert_nothing_left();
}

#[test]
fn a_reader_that_takes_its_time_gets_everything() {
    let Some(session) = Session::new("slow") else { return };
    let much = MUCH.to_string();
    let words = ["nspawn", "-c", &session.config(&["bytes", &much], &json!({}))];
    let mut child = start(&mut session.command(&words));
    // Longer than is waited for output that does not come.
    std::thread::sleep(Duration::from_secs(3));
    let stdout = drain(child.stdout.take());
    assert_eq!(ended(&mut child, Duration::from_secs(60)), Some(0));
    let stdout = stdout.recv_timeout(Duration::from_secs(5)).expect("output");
    assert_eq!((stdout.len(), stdout == pattern()), (MUCH, true));
    session.assert_nothing_left();
}

#[test]
fn a_reader_that_has_enough_does_not_hold_the_program_up() {
    let Some(session) = Session::new("enough") else { return };
    let much = MUCH.to_string();
    let words = ["nspawn", "-c", &session.config(&["bytes", &much, "exit", "5"], &json!({}))];
    let mut child = start(&mut session.command(&words));
    let mut first = [0; 1000];
    child.stdout.take().expect("a pipe").read_exact(&mut first).expect("output");
    assert_eq!(finish(child).code, 5);
    session.assert_nothing_left();
}
