//! The commands that act on a container in the background: exec, stop, kill, wait, rm.

use crate::shell::{eventually, read};
use crate::support::{Ran, World};
use std::process::Stdio;
use std::time::{Duration, Instant};

/// A script that says when it is ready to be signalled, in a folder that the test sees.
fn attentive(world: &World, stem: &str, flags: &[&str], traps: &str) -> String {
    let shown = world.folder(stem);
    let volume = format!("{shown}:/shown");
    let script = format!("{traps}; touch /shown/ready; while :; do sleep 0.05; done");
    let name = world.start(stem, &[&["-v", &volume], flags].concat(), &script);
    eventually("it is ready", || world.path(stem).join("ready").exists());
    name
}

#[test]
fn exec_is_in_the_container() {
    let world = World::new();
    let name = world.start("exec", &["-e", "KEPT=yes", "-w", "/etc", "--hostname", "inside"], "sleep 1000");
    let exec = |flags: &[&str], script: &str| {
        let ran = world.silo(&[&["exec"], flags, &[&name, "sh", "-c", script]].concat());
        assert_eq!(ran.code, 0, "{flags:?} {script}: {}", ran.err);
        ran.out.trim_end().to_owned()
    };
    assert_eq!(exec(&[], "hostname; pwd; echo $KEPT"), "inside\n/etc\nyes");
    // The shell may not have become the program yet.
    eventually("it is beside the program", || exec(&[], "tr '\\0' ' ' < /proc/1/cmdline") == "sleep 1000");
    assert_eq!(exec(&["-w", "/tmp", "-e", "KEPT=no", "--env", "MORE=1"], "pwd; echo $KEPT $MORE"), "/tmp\nno 1");
    let file = world.file("more.env", "MORE=file\n");
    assert_eq!(exec(&["--env-file", &file], "echo $MORE"), "file");
    assert_eq!(
        exec(&["-u", "user"], "id -u; id -G; grep CapEff /proc/self/status"),
        "1000\n1000 10\nCapEff:\t0000000000000000"
    );
    for kind in ["pid", "mnt", "net", "uts", "ipc"] {
        assert_eq!(
            exec(&[], &format!("readlink /proc/self/ns/{kind}")),
            exec(&[], &format!("readlink /proc/1/ns/{kind}"))
        );
    }
    let ran = world.silo(&["exec", &name, "sh", "-c", "echo out; echo err >&2; exit 9"]);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (9, "out\n", "err\n"));
    let mut command = world.command(&["exec", "-i", &name, "cat"]);
    let input = std::fs::File::open(&file).unwrap();
    assert_eq!(Ran::from(command.stdin(input).output().unwrap()).out, "MORE=file\n");
    world.silo_ok(&["rm", "-f", &name]);
    world.assert_empty();
}

#[test]
fn exec_in_the_background_prints_its_process_and_goes_on() {
    let world = World::new();
    let shown = world.folder("shown");
    let name = world.start("exec-d", &["-v", &format!("{shown}:/shown")], "sleep 1000");
    let pid = world.silo_ok(&["exec", "-d", &name, "sh", "-c", "echo started > /shown/file; exec sleep 4242"]);
    eventually("it has written", || world.path("shown/file").exists());
    let command = format!("/proc/{}/cmdline", pid.trim());
    eventually("the printed id is the host's", || read(&command) == "sleep\x004242\x00");
    world.silo_ok(&["rm", "-f", &name]);
    eventually("it ended with the container", || !std::path::Path::new(&format!("/proc/{}", pid.trim())).exists());
    world.assert_empty();
}

#[test]
fn exec_is_held_by_the_containers_limits() {
    let world = World::new();
    let name = world.start("exec-limit", &["--memory", "24m", "--cpuset-cpus", "0"], "sleep 1000");
    assert_eq!(world.silo(&["exec", &name, "tail", "/dev/zero"]).code, 137);
    let allowed = world.silo_ok(&["exec", &name, "grep", "Cpus_allowed_list", "/proc/self/status"]);
    assert_eq!(allowed, "Cpus_allowed_list:\t0\n");
    world.silo_ok(&["rm", "-f", &name]);
    world.assert_empty();
}

#[test]
fn stop_asks_with_the_containers_own_signal() {
    let world = World::new();
    let usual = attentive(&world, "usual", &[], "trap 'exit 3' TERM");
    let own = attentive(&world, "own", &["--stop-signal", "SIGUSR1"], "trap 'exit 4' USR1; trap 'exit 5' TERM");
    assert_eq!(world.silo_ok(&["stop", "--time", "1000", &usual, &own]), format!("{usual}\n{own}\n"));
    assert_eq!(world.silo_ok(&["wait", &usual, &own]), "3\n4\n");
    assert_eq!(world.silo_ok(&["stop", &usual]), format!("{usual}\n"), "to stop what has stopped is no failure");
    world.silo_ok(&["rm", &usual, &own]);
    world.assert_empty();
}

#[test]
fn stop_ends_by_force_after_the_time_and_not_before() {
    let world = World::new();
    let stop = |attempt: usize| {
        let name = attentive(&world, &format!("stubborn{attempt}"), &[], "trap : TERM");
        let begun = Instant::now();
        world.silo_ok(&["stop", "--time", "1", &name]);
        let took = begun.elapsed();
        assert!(took >= Duration::from_secs(1), "{took:?}");
        assert_eq!(world.silo_ok(&["wait", &name]), "137\n");
        world.silo_ok(&["rm", &name]);
        took
    };
    // Ten seconds are the time if none is given. On a machine that does much else all may take as long, but not every time.
    assert!((0..10).any(|attempt| stop(attempt) < Duration::from_secs(10)), "the time was not heeded");
    world.assert_empty();
}

#[test]
fn kill_sends_one_signal_and_waits_for_nothing() {
    let world = World::new();
    let name = attentive(&world, "killed", &[], "trap 'echo hup' HUP; trap 'exit 6' INT");
    assert_eq!(world.silo_ok(&["kill", "-s", "HUP", &name]), format!("{name}\n"));
    let log = world.inspect(&name)["folder"].as_str().unwrap().to_owned() + "/output.log";
    eventually("the signal arrived", || read(&log) == "hup\n");
    assert_eq!(world.inspect(&name)["status"], "running");
    world.silo_ok(&["kill", "--signal", "2", &name]);
    assert_eq!(world.silo_ok(&["wait", &name]), "6\n");
    world.silo_ok(&["rm", &name]);
    world.assert_empty();
}

#[test]
fn two_wait_for_the_same_end() {
    let world = World::new();
    let name = attentive(&world, "waited", &[], "trap 'exit 11' TERM");
    let waiting: Vec<_> =
        (0..2).map(|_| world.command(&["wait", &name]).stdout(Stdio::piped()).spawn().unwrap()).collect();
    world.silo_ok(&["kill", "-s", "TERM", &name]);
    for child in waiting {
        let ran = Ran::from(child.wait_with_output().unwrap());
        assert_eq!((ran.code, ran.out.as_str()), (0, "11\n"), "{}", ran.err);
    }
    world.silo_ok(&["rm", &name]);
    world.assert_empty();
}

#[test]
fn rm_by_force_leaves_nothing() {
    let world = World::new();
    let name = attentive(&world, "forced", &[], "trap : TERM; sleep 1000 & sleep 1000 & echo > /written");
    world.silo_ok(&["exec", "-d", &name, "sleep", "1000"]);
    assert_eq!(world.silo_ok(&["rm", "--force", &name]), format!("{name}\n"));
    world.assert_empty();
    world.refused(&["inspect", &name], 125, &["no container is named"]);
}
