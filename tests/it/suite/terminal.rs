//! Terminals: silo on a pseudo-terminal, typed on and resized, and always put back as it was.

use crate::nspawn::Nspawn;
use crate::pty::Pty;
use crate::support::{Ran, World};
use rustix::process::Signal;
use serde_json::json;
use std::io::Write;
use std::process::Stdio;

/// A script that says it is there, and ends by itself when told to by the signal.
const ATTENTIVE: &str = "trap 'echo told; exit 9' TERM; echo here; while :; do sleep 0.05; done";

fn run(world: &World, flags: &[&str], command: &[&str]) -> Pty {
    Pty::start(&world.command(&[&["run", "--rm"], flags, &[world.base()], command].concat()))
}

#[test]
fn what_is_typed_arrives_and_comes_back() {
    let world = World::new();
    let pty = run(&world, &["-it"], &["sh", "-c", "tty; read line; echo \"<$line>\"; exit 5"]);
    pty.expect("/dev/pts/0");
    assert!(pty.is_raw(), "the outer terminal hands on every key");
    pty.types("hello\n");
    pty.expect("hello\r\n<hello>\r\n");
    assert_eq!(pty.ends().0, Some(5));
    world.assert_empty();
}

#[test]
fn keys_that_signal_are_for_the_program_inside() {
    let world = World::new();
    let pty = run(
        &world,
        &["-i", "-t"],
        &["sh", "-c", "trap 'echo interrupted; exit 6' INT; echo here; while :; do sleep 0.05; done"],
    );
    pty.expect("here");
    pty.types("\u{3}");
    pty.expect("interrupted");
    assert_eq!(pty.ends().0, Some(6));
    let pty = run(&world, &["-it"], &["sh", "-c", "echo here; cat; echo over"]);
    pty.expect("here");
    pty.types("\u{4}");
    pty.expect("over");
    assert_eq!(pty.ends().0, Some(0));
    world.assert_empty();
}

#[test]
fn the_size_is_the_callers_and_follows_it() {
    let world = World::new();
    let script = "stty size; trap 'stty size; exit 0' WINCH; echo here; while :; do sleep 0.05; done";
    let pty = run(&world, &["-it"], &["sh", "-c", script]);
    pty.expect("40 100");
    pty.expect("here");
    pty.resize(50, 132);
    pty.expect("50 132");
    assert_eq!(pty.ends().0, Some(0));
    world.assert_empty();
}

#[test]
fn the_size_is_there_before_the_program_asks() {
    let world = World::new();
    let name = world.start("size", &[], "sleep 1000");
    for _ in 0..10 {
        let exec = Pty::start(&world.command(&["exec", "-it", &name, "stty", "size"]));
        assert_eq!(exec.ends(), (Some(0), "40 100\r\n".to_owned()));
    }
    world.silo_ok(&["rm", "-f", &name]);
    for _ in 0..5 {
        assert_eq!(run(&world, &["-it"], &["stty", "size"]).ends(), (Some(0), "40 100\r\n".to_owned()));
    }
    world.assert_empty();
}

#[test]
fn without_input_there_is_a_terminal_all_the_same() {
    let world = World::new();
    let pty = run(&world, &["-t"], &["sh", "-c", "test -t 0 && test -t 1 && echo $TERM; stty size"]);
    let (code, seen) = pty.ends();
    // The caller's own terminal stays as it is, and adds its own carriage returns.
    assert_eq!((code, seen.replace('\r', "").as_str()), (Some(0), "xterm\n40 100\n"));
    // And without a terminal there is none, whatever the caller has.
    let pty = run(&world, &["-i"], &["sh", "-c", "test -t 0 && test -t 1; echo $? ${TERM-none}"]);
    pty.expect("0 none");
    assert_eq!(pty.ends().0, Some(0), "the streams are the caller's own, a terminal here");
    let ran = world.silo(&["run", "--rm", world.base(), "test", "-t", "1"]);
    assert_eq!(ran.code, 1);
}

#[test]
fn the_mode_is_put_back_when_the_container_is_killed() {
    let world = World::new();
    let name = world.name("killed");
    let pty = run(&world, &["-it", "--name", &name], &["sh", "-c", ATTENTIVE]);
    pty.expect("here");
    assert!(pty.is_raw());
    world.silo_ok(&["kill", &name]);
    assert_eq!(pty.ends().0, Some(137));
    let pty = run(&world, &["-it", "--name", &name], &["sh", "-c", ATTENTIVE]);
    pty.expect("here");
    world.silo_ok(&["rm", "-f", &name]);
    assert_eq!(pty.ends().0, Some(137));
    world.assert_empty();
}

#[test]
fn the_mode_is_put_back_when_silo_is_told_to_end() {
    let world = World::new();
    let pty = run(&world, &["-it"], &["sh", "-c", ATTENTIVE]);
    pty.expect("here");
    pty.signal(Signal::TERM);
    let (code, seen) = pty.ends();
    assert_eq!((code, seen.contains("told")), (Some(9), true), "{seen}");
    world.assert_empty();
}

#[test]
fn the_mode_is_put_back_after_a_failure() {
    let world = World::new();
    let (code, seen) = run(&world, &["-it"], &["no-such-program"]).ends();
    assert_eq!((code, seen.contains("no-such-program")), (Some(127), true), "{seen}");
    assert!(seen.ends_with("\r\n") && !seen.replace("\r\n", "").contains('\n'), "lines are whole: {seen:?}");
    let (code, _) = run(&world, &["-it", "--memory", "1k"], &["true"]).ends();
    assert_eq!(code, Some(125));
    world.assert_empty();
}

#[test]
fn exec_has_terminals_too() {
    let world = World::new();
    let name = world.start("terminal", &[], "sleep 1000");
    let exec = |script: &str| Pty::start(&world.command(&["exec", "-it", &name, "sh", "-c", script]));
    // What is typed may overtake the new size.
    let follows = "until stty size | grep '30 90'; do sleep 0.05; done";
    let pty = exec(&format!("stty size; read line; {follows}; echo \"<$line>\"; exit 4"));
    pty.expect("40 100");
    assert!(pty.is_raw());
    pty.resize(30, 90);
    pty.types("typed\n");
    pty.expect("30 90");
    pty.expect("<typed>");
    assert_eq!(pty.ends().0, Some(4));
    let pty = exec(ATTENTIVE);
    pty.expect("here");
    pty.signal(Signal::TERM);
    assert_eq!(pty.ends().0, Some(9));
    let (code, _) = Pty::start(&world.command(&["exec", "-it", &name, "no-such-program"])).ends();
    assert_eq!(code, Some(127));
    let pty = exec("echo here; sleep 1000");
    pty.expect("here");
    world.silo_ok(&["rm", "-f", &name]);
    assert_eq!(pty.ends().0, Some(137), "the container ended under it");
    world.assert_empty();
}

#[test]
fn nspawn_has_a_console() {
    let nspawn = Nspawn::new();
    let keys = json!({
        "process_directory": "app", "parent_layer_directory": "base", "stdout_filename": "out.txt",
        "process_executable": "/bin/sh", "process_arguments": ["-c", "stty size; read line; echo \"<$line>\"; exit 3"],
    });
    let file = nspawn.world.file("config.json", &keys.to_string());
    let pty = Pty::start(&nspawn.world.command(&["nspawn", "--tty", "-c", &file]));
    pty.expect("40 100");
    pty.types("typed\n");
    pty.expect("<typed>");
    let (code, seen) = pty.ends();
    assert_eq!(code, Some(3));
    assert_eq!(crate::shell::read(nspawn.world.path("app/out.txt")), seen, "and all of it is in the file");
    nspawn.world.assert_empty();
}

#[test]
fn a_lot_of_output_comes_through_whole() {
    let world = World::new();
    let (code, seen) = run(&world, &["-it"], &["seq", "20000"]).ends();
    let expected: String = (1..=20_000).map(|number| format!("{number}\r\n")).collect();
    assert_eq!((code, seen.len()), (Some(0), expected.len()));
    assert!(seen == expected);
    world.assert_empty();
}

#[test]
fn what_is_typed_may_come_from_a_pipe_or_a_file_and_has_an_end() {
    let world = World::new();
    let words = ["run", "--rm", "-it", world.base(), "sh", "-c", "cat; echo over"];
    for (text, expected) in [("", "over"), ("line\n", "line\r\nline\r\nover"), ("no end", "no endno endover")] {
        let file = std::fs::File::open(world.file("input", text)).unwrap();
        let ran = Ran::from(world.command(&words).stdin(file).output().unwrap());
        assert_eq!((ran.code, ran.out.trim_end()), (0, expected), "from a file: {text:?} {}", ran.err);
        let mut child = world.command(&words).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        let ran = Ran::from(child.wait_with_output().unwrap());
        assert_eq!((ran.code, ran.out.trim_end()), (0, expected), "from a pipe: {text:?}");
    }
    let ran = world.silo(&words);
    assert_eq!((ran.code, ran.out.trim_end()), (0, "over"), "from the null device: {}", ran.err);
    world.assert_empty();
}

#[test]
fn a_lot_that_is_typed_holds_up_nobody() {
    let world = World::new();
    let text: String = (0..20_000).map(|number| format!("{number}\n")).collect();
    let file = std::fs::File::open(world.file("input", &text)).unwrap();
    // What is typed before the first command has run is shown all the same.
    let script = "stty -echo; cat | tail -n 1 | sed s/^/last:/";
    let mut command = world.command(&["run", "--rm", "-it", world.base(), "sh", "-c", script]);
    let ran = Ran::from(command.stdin(file).output().unwrap());
    assert!(ran.code == 0 && ran.out.trim_end().ends_with("last:19999"), "{} {}{}", ran.code, ran.out, ran.err);
    let file = std::fs::File::open(world.path("input")).unwrap();
    let ran = Ran::from(world.command(&["run", "--rm", "-it", world.base(), "cat"]).stdin(file).output().unwrap());
    assert!(ran.code == 0 && ran.out.contains("19999"), "a program that answers every line: {}", ran.err);
    world.assert_empty();
}
