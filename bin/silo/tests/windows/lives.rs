//! Lives of containers in the background: `run -d` and the commands that find them by name.

use crate::session::{Done, INSIDE, Session, finish, start, until};
use serde_json::{Value, json};
use std::process::Command;
use std::time::{Duration, Instant};

/// So long a program sleeps that is ended by somebody.
const LONG: &str = "100000";

/// Starts a container of this name that sleeps.
#[track_caller]
fn sleeper(session: &Session, name: &str) -> Done {
    session.run(&["-d", "--name", name], &["say", "begun", "sleep", LONG]).with(0)
}

/// What `ps -a` says of a container.
#[track_caller]
fn status(session: &Session, name: &str) -> Option<Value> {
    let done = session.silo(&["ps", "-a", "--format", "json"]).with(0);
    let all: Vec<Value> = serde_json::from_str(&done.stdout).expect("JSON");
    all.into_iter().find(|record| record["id"] == name).map(|record| record["status"].clone())
}

#[test]
fn a_container_lives_until_it_is_removed() {
    let Some(session) = Session::new("life") else { return };
    assert_eq!(sleeper(&session, "web").lines(), ["web"]);
    assert_eq!(status(&session, "web"), Some(json!("running")));
    assert_eq!(session.silo(&["ps", "-q"]).with(0).lines(), ["web"]);
    let taken = session.run(&["-d", "--name", "web"], &["say", "x"]).with(125);
    assert!(taken.stderr.contains("a container has this name"), "{taken:?}");
    let refused = session.silo(&["rm", "web"]).with(125);
    assert!(refused.stderr.contains("stop it first"), "{refused:?}");

    let inspected = session.silo(&["inspect", "web"]).with(0);
    let facts: Value = serde_json::from_str(&inspected.stdout).expect("JSON");
    assert_eq!(facts[0]["id"], "web", "{facts}");
    assert_eq!(facts[0]["command"][1], "say", "{facts}");
    let output = session.path("root").join("web").join("output.log");
    until("the output", || std::fs::read_to_string(&output).is_ok_and(|text| text.trim_end() == "begun"));

    session.silo(&["kill", "web"]).with(0);
    let code = session.silo(&["wait", "web"]).with(0);
    assert!(code.stdout.trim().parse::<u32>().is_ok_and(|code| code != 0), "{code:?}");
    assert_eq!(status(&session, "web"), Some(json!("stopped")));
    assert_eq!(session.silo(&["ps", "-q"]).with(0).lines(), Vec::<&str>::new());
    let taken = session.run(&["-d", "--name", "web"], &["say", "x"]).with(125);
    assert!(taken.stderr.contains("silo rm"), "{taken:?}");
    session.silo(&["rm", "web"]).with(0);
    assert_eq!(status(&session, "web"), None);
    session.silo(&["rm", "web"]).with(125);
    session.assert_nothing_left();
}

#[test]
fn further_programs_run_in_it() {
    let Some(session) = Session::new("exec") else { return };
    sleeper(&session, "web").with(0);
    let exec = |options: &[&str], words: &[&str]| {
        let all: Vec<&str> = [&["exec"], options, &["web", "--", INSIDE], words].concat();
        session.command(&all)
    };
    let run = |options: &[&str], words: &[&str]| finish(start(&mut exec(options, words)));
    let done = run(&[], &["say", "out", "err", "errors", "exit", "0x107"]).with(0x107);
    assert_eq!((done.stdout.trim_end(), done.stderr.trim_end()), ("out", "errors"));
    let done = run(&["-e", "ONE=1", "-w", r"C:\app"], &["env", "ONE", "cwd"]).with(0);
    assert_eq!(done.lines(), ["1", &session.text("app")]);
    // Without -i there is nothing to read.
    assert_eq!(run(&[], &["count"]).with(0).lines(), ["0 0"]);
    let input = session.path("input");
    std::fs::write(&input, "some words").expect("a file");
    let mut command = exec(&["-i"], &["cat"]);
    command.stdin(std::fs::File::open(&input).expect("the file"));
    assert_eq!(finish(start(&mut command)).with(0).stdout, "some words");

    let file = format!(r"C:\app\{}", "made");
    let pid = run(&["-d"], &["write", &file]).with(0);
    assert!(pid.stdout.trim().parse::<u32>().is_ok(), "{pid:?}");
    until("the file", || session.path("app").join("made").exists());
    let missing = finish(start(&mut session.command(&["exec", "web", "--", r"C:\none.exe"])));
    assert!(missing.with(127).stderr.contains("none.exe"));
    session.silo(&["rm", "-f", "web"]).with(0);
    let gone = run(&[], &["say", "x"]).with(125);
    assert!(gone.stderr.contains("HCS_E_SYSTEM_NOT_FOUND"), "{gone:?}");
    session.assert_nothing_left();
}

#[test]
fn stopping_asks_first() {
    let Some(session) = Session::new("stop") else { return };
    sleeper(&session, "web");
    session.silo(&["stop", "web"]).with(0);
    assert_eq!(status(&session, "web"), Some(json!("stopped")));
    let signals = session.calls("HcsSignalProcess");
    let signals: Vec<&Value> = signals.iter().map(|call| &call["arguments"]["options"]["Signal"]).collect();
    let killed = session.calls("HcsTerminateProcess").len();
    if Session::has_signals() {
        assert_eq!((signals, killed), (vec![&json!("CtrlShutdown")], 0));
    } else {
        assert_eq!((signals, killed), (vec![], 1));
    }
    // One that has stopped is as it was wanted.
    session.silo(&["stop", "web"]).with(0);
    let killed = session.silo(&["kill", "web"]).with(125);
    assert!(killed.stderr.contains("has stopped"), "{killed:?}");
    session.silo(&["rm", "web"]).with(0);
    session.assert_nothing_left();
}

#[test]
fn what_ignores_being_asked_is_ended_by_force() {
    let Some(session) = Session::new("force") else { return };
    if !Session::has_signals() {
        return;
    }
    // The signal is delivered, and nothing comes of it.
    let session = session.variable("HCS_FAKE_FAULTS", "HcsSignalProcess#*=error:0x0");
    sleeper(&session, "web");
    let begun = Instant::now();
    session.silo(&["stop", "-t", "1", "web"]).with(0);
    assert!(begun.elapsed() >= Duration::from_secs(1), "{:?}", begun.elapsed());
    assert_eq!(session.calls("HcsTerminateProcess").len(), 1);
    assert_eq!(status(&session, "web"), Some(json!("stopped")));
    session.silo(&["rm", "web"]).with(0);
    session.assert_nothing_left();
}

#[test]
fn two_containers_live_side_by_side() {
    let Some(session) = Session::new("two") else { return };
    sleeper(&session, "one");
    sleeper(&session, "two");
    let mut ids: Vec<String> = session.silo(&["ps", "-q"]).with(0).lines().into_iter().map(str::to_owned).collect();
    ids.sort_unstable();
    assert_eq!(ids, ["one", "two"]);
    session.silo(&["rm", "-f", "one"]).with(0);
    assert_eq!(session.silo(&["ps", "-a", "-q"]).with(0).lines(), ["two"]);
    let done = session.silo(&["exec", "two", "--", INSIDE, "say", "here"]).with(0);
    assert_eq!(done.stdout.trim_end(), "here");
    session.silo(&["rm", "-f", "two"]).with(0);
    session.assert_nothing_left();
}

#[test]
fn one_that_ends_leaves_its_exit_code() {
    let Some(session) = Session::new("ends") else { return };
    session.run(&["-d", "--name", "short"], &["say", "words", "exit", "0xC000013A"]).with(0);
    assert_eq!(session.silo(&["wait", "short"]).with(0).stdout.trim(), 0xc000_013a_u32.to_string());
    let output = session.path("root").join("short").join("output.log");
    assert_eq!(std::fs::read_to_string(output).expect("the output").trim_end(), "words");
    // A stopped one keeps its layer and nothing else, and is no leftover.
    assert_eq!(session.silo(&["gc", "--format", "json"]).with(0).stdout.trim(), "[]");
    assert_eq!(status(&session, "short"), Some(json!("stopped")));
    session.silo(&["rm", "short"]).with(0);
    session.run(&["-d", "--rm", "--name", "gone"], &["say", "words"]).with(0);
    until("its end", || status(&session, "gone").is_none());
    session.assert_nothing_left();
}

#[test]
fn one_that_is_being_made_is_removed_when_it_is_made() {
    let Some(session) = Session::new("making") else { return };
    let words = session.run_words(&["-d", "--name", "web"], &["sleep", LONG]);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut command = session.command(&words);
    command.env("HCS_FAKE_FAULTS", "HcsStartComputeSystem=delay:1500");
    let making = start(&mut command);
    until("the container", || status(&session, "web").is_some());
    assert_eq!(status(&session, "web"), Some(json!("creating")));
    session.silo(&["rm", "-f", "web"]).with(0);
    finish(making).with(0);
    assert_eq!(status(&session, "web"), None);
    session.assert_nothing_left();
}

#[test]
fn a_crashed_keeper_is_collected_and_a_living_one_is_not() {
    let Some(session) = Session::new("keeper") else { return };
    sleeper(&session, "web");
    assert_eq!(session.silo(&["gc", "--format", "json"]).with(0).stdout.trim(), "[]");
    assert_eq!(status(&session, "web"), Some(json!("running")));
    let inspected: Value = serde_json::from_str(&session.silo(&["inspect", "web"]).stdout).expect("JSON");
    let keeper = inspected[0]["keeper"]["pid"].to_string();
    let ended = Command::new("taskkill").args(["/F", "/PID", &keeper]).output().expect("taskkill");
    assert!(ended.status.success(), "{ended:?}");
    until("its end", || status(&session, "web") == Some(json!("dead")));
    let refused = session.silo(&["exec", "web", "--", INSIDE, "say", "x"]).with(125);
    assert!(refused.stderr.contains("silo gc"), "{refused:?}");
    let taken = session.run(&["-d", "--name", "web"], &["say", "x"]).with(125);
    assert!(taken.stderr.contains("silo gc"), "{taken:?}");

    let told = |words: &[&str]| -> Vec<String> {
        let found: Vec<Value> = serde_json::from_str(&session.silo(words).with(0).stdout).expect("JSON");
        found.iter().map(|one| one["kind"].as_str().unwrap_or_default().to_owned()).collect()
    };
    let expected = ["compute system", "layer filter", "attached disk", "writable layer", "folder"];
    assert_eq!(told(&["gc", "--dry-run", "--format", "json"]), expected);
    assert_ne!(session.fake().left().expect("an answer"), Vec::<String>::new());
    assert_eq!(told(&["gc", "--format", "json"]), expected);
    session.assert_nothing_left();
}

#[test]
fn limits_and_consoles_are_in_the_documents() {
    let Some(session) = Session::new("limits") else { return };
    session.run(&["--rm", "-m", "256m", "--cpus", "2", "--hostname", "inside"], &["say", "x"]).with(0);
    let document = session.document();
    let facts = match Session::version1() {
        true => [&document["MemoryMaximumInMB"], &document["ProcessorCount"], &document["HostName"]],
        false => {
            let container = &document["Container"];
            [&container["Memory"]["SizeInMB"], &container["Processor"]["Count"], &container["GuestOs"]["HostName"]]
        }
    };
    assert_eq!(facts, [&json!(256), &json!(2), &json!("inside")], "{document}");

    session.run(&["--rm", "-t"], &["say", "x"]).with(0);
    let started = session.calls("HcsCreateProcess").pop().expect("a process")["arguments"]["parameters"].clone();
    let pipe = |name: &str| started[name].as_bool().unwrap_or_default();
    assert_eq!((pipe("EmulateConsole"), pipe("CreateStdErrPipe")), (true, false), "{started}");
    session.assert_nothing_left();
}
