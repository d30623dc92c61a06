//! Too few descriptors, no room on the disk, output that nobody reads, input without end: silo fails or waits, holds up nobody,
//! and leaves nothing behind.

use crate::aftermath::{bounded, control_groups, keeper};
use crate::shell::eventually;
use crate::support::{Ran, World, silo_path};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Descriptors of a process, by where they lead.
fn descriptors(pid: i32) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(format!("/proc/{pid}/fd")).unwrap();
    entries.filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok()).collect()
}

/// Runs a shell script to which `$SILO` is the program with its state root, and `$BASE` a base.
fn script(world: &World, text: &str) -> Command {
    let mut command = Command::new("sh");
    command.arg("-c").arg(text).stdin(Stdio::null()).env("BASE", world.base());
    command
        .env("ROOT", world.root())
        .env("SILO", format!("{} --root {}", silo_path().display(), world.root().display()));
    command
}

#[test]
fn with_few_descriptors_a_run_fails_and_its_name_is_free_again() {
    let world = World::new();
    let name = world.name("few");
    let mut succeeded = 0;
    for limit in 8..30 {
        for flags in ["", "-t"] {
            let text = format!("ulimit -n {limit}; exec $SILO run --rm {flags} --name {name} $BASE /bin/true");
            let ran = bounded(&mut script(&world, &text));
            assert!([0, 125].contains(&ran.code), "with {limit} descriptors: {} {}", ran.code, ran.err);
            succeeded += u32::from(ran.code == 0);
            let (left, groups) = (world.leftovers(), control_groups(&name));
            assert!(left.is_empty() && groups.is_empty(), "with {limit} descriptors: {left:?} {groups:?}\n{}", ran.err);
        }
    }
    assert!(succeeded > 0, "the last ones have enough");
}

#[test]
fn a_container_whose_record_finds_no_room_is_ended_and_forgotten() {
    let world = World::new();
    let name = world.name("full");
    std::fs::create_dir(world.root()).unwrap();
    let (mut refused, mut succeeded) = (0, 0);
    for pages in 4..24 {
        let text = format!(
            "mount -t tmpfs -o size={pages}k,mode=700 none $ROOT && $SILO run -d --name {name} $BASE /bin/sleep 1000; \
             code=$?; [ $code = 125 ] || $SILO rm -f {name} >/dev/null; ls $ROOT; exit $code",
            pages = pages * 4
        );
        let mut command = Command::new("unshare");
        let inner = script(&world, &text);
        command.args(["--mount", "--", "sh", "-c", &text]).stdin(Stdio::null());
        command.envs(inner.get_envs().filter_map(|(key, value)| Some((key, value?))));
        let ran = bounded(&mut command);
        refused += u32::from(ran.code == 125);
        succeeded += u32::from(ran.code == 0);
        assert!(!ran.out.lines().any(|line| line == name && ran.code == 125), "with {pages} pages: {}", ran.err);
        assert_eq!(control_groups(&name), [] as [PathBuf; 0], "with {pages} pages: {}", ran.err);
    }
    assert!(refused > 0 && succeeded > 0, "there was too little room and enough: {refused} {succeeded}");
}

#[test]
fn output_that_nobody_reads_yet_holds_up_nobody_and_is_not_lost() {
    let world = World::new();
    let name = world.name("slow");
    let words = ["run", "--rm", "-t", "--name", &name, world.base(), "/bin/seq", "30000"];
    let (mut output, writer) = std::io::pipe().unwrap();
    let mut child = world.command(&words).stdout(writer.try_clone().unwrap()).spawn().unwrap();
    eventually("the pipe is full", || {
        let mut ends = [PollFd::new(&writer, PollFlags::OUT)];
        poll(&mut ends, Some(&Timespec { tv_sec: 0, tv_nsec: 0 })).unwrap() == 0
    });
    drop(writer);
    // Whoever waits in a write to it answers nobody.
    let ran = bounded(&mut world.command(&["exec", &name, "/bin/echo", "answered"]));
    assert_eq!((ran.code, ran.out.trim_end()), (0, "answered"), "{}", ran.err);
    let mut text = String::new();
    output.read_to_string(&mut text).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(text.lines().last(), Some("30000"));
    assert_eq!(text.lines().count(), 30_000);
    world.assert_empty();
}

#[test]
fn a_keeper_holds_nothing_of_its_caller_and_no_terminal_of_what_has_ended() {
    let world = World::new();
    let name = world.name("frugal");
    let text = format!("exec 9>$ROOT.lock; flock 9; exec $SILO run -d --name {name} $BASE /bin/sleep 1000");
    let ran = bounded(&mut script(&world, &text));
    assert_eq!(ran.code, 0, "{}", ran.err);
    let lock = world.path("state.lock");
    assert!(lock.exists());
    for _ in 0..3 {
        world.silo_ok(&["exec", "-t", &name, "/bin/true"]);
    }
    let held = descriptors(keeper(&world, &name));
    assert!(!held.contains(&lock), "the caller's lock: {held:?}");
    assert!(!held.iter().any(|path| path.ends_with("ptmx")), "terminals: {held:?}");
    world.silo_ok(&["rm", "-f", &name]);
}

#[test]
fn files_without_end_are_refused() {
    let world = World::new();
    let refused = |words: &[&str]| -> Ran { bounded(&mut world.command(words)) };
    for words in [&["nspawn", "-c", "/dev/zero"][..], &["run", "--env-file", "/dev/zero", world.base(), "true"]] {
        let ran = refused(words);
        assert_eq!(ran.code, 125, "{words:?}");
        assert!(ran.err.contains("/dev/zero") && ran.err.contains("longer than"), "{}", ran.err);
    }
}
