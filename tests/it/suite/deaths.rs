//! Death at any time, and keepers that are there but do nothing: what clients, the container and the collector make of it.

use crate::aftermath::{
    PATIENCE, assert_nothing, await_rest, bounded, bundle, clean_up, control_groups, ended, gc, keeper, marked, record,
    signal, silo, silo_ok, spec, unique, within,
};
use crate::support::World;
use rustix::process::Signal;
use std::fs::File;
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread::{scope, sleep};
use std::time::Duration;

/// Runs that are killed at a random time.
const RANDOM_RUNS: u64 = 150;

/// A run takes about as long; deaths are spread over it.
const RUN_MICROSECONDS: u64 = 15_000;

/// A container in the background; answers the id of its first process.
fn start(world: &World, id: &str, args: &[&str]) -> u64 {
    silo_ok(world, &[&["run", "-d", "--name", id, world.base()][..], args].concat());
    record(world, id).unwrap()["pid"].as_u64().unwrap()
}

fn spawn(world: &World, args: &[&str]) -> Child {
    marked(world, args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Waits until a container's first process runs.
fn await_running(world: &World, id: &str) {
    let runs = || record(world, id).filter(|record| record["status"] == "running");
    within(PATIENCE, runs).expect("the container runs");
}

#[test]
fn nothing_stays_of_runs_killed_at_random_times() {
    let world = World::new();
    let id = unique(&world);
    let mut seed = u64::from(std::process::id()) | 1;
    println!("seed {seed}");
    for run in 0..RANDOM_RUNS {
        // Xorshift: enough to spread deaths over a run.
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        let detach = if run % 3 == 0 { "-d" } else { "--rm" };
        let mut child = spawn(&world, &["run", detach, "--name", &id, world.base(), "/bin/sleep", "0.001"]);
        let after = Duration::from_micros(seed % RUN_MICROSECONDS);
        sleep(after);
        child.kill().unwrap();
        child.wait().unwrap();
        // A child that is no helper yet, or a keeper in the background, ends by itself.
        await_rest(&world);
        clean_up(&world, &id, &format!("run {detach} killed after {after:?}"));
    }
}

#[test]
fn clients_of_a_dead_keeper_fail_and_its_container_ends() {
    let world = World::new();
    let id = unique(&world);
    let first = start(&world, &id, &["/bin/sleep", "1000"]);
    let mut clients = [&["wait", &id][..], &["exec", &id, "/bin/sleep", "1000"], &["stop", "-t", "1000", &id]]
        .map(|args| spawn(&world, args));
    sleep(Duration::from_millis(100));
    signal(keeper(&world, &id), Signal::KILL);
    for client in &mut clients {
        let status = ended(client).expect("a client ends when its keeper does");
        assert_eq!(status.code(), Some(125));
    }
    let gone = || (!Path::new(&format!("/proc/{first}/root/bin")).exists()).then_some(());
    within(PATIENCE, gone).expect("a container does not outlive its keeper");
    assert!(silo_ok(&world, &["ps", "-a"]).contains("dead"));
    for args in [&["exec", &id, "/bin/true"][..], &["stop", &id], &["kill", &id], &["wait", &id], &["rm", &id]] {
        let ran = silo(&world, args);
        // A dead container may be removed without gc, because whoever removes it does the same.
        let expected = if args[0] == "rm" { 0 } else { 125 };
        assert_eq!(ran.code, expected, "{args:?}: {}", ran.err);
    }
    assert_nothing(&world, &[&id], "the keeper's death");
}

#[test]
fn a_keeper_that_nobody_waited_for_is_dead() {
    let world = World::new();
    let id = unique(&world);
    let mut child = spawn(&world, &["run", "--rm", "--name", &id, world.base(), "/bin/sleep", "1000"]);
    await_running(&world, &id);
    child.kill().unwrap();
    // It is a zombie until this process asks how it ended.
    let is_zombie =
        || std::fs::read_to_string(format!("/proc/{}/stat", child.id())).unwrap().contains(") Z").then_some(());
    within(PATIENCE, is_zombie).expect("it ends");
    assert!(!gc(&world).is_empty());
    assert_nothing(&world, &[&id], "the death of a keeper that is a zombie");
    child.wait().unwrap();
}

#[test]
fn processes_without_a_process_namespace_go_too() {
    let world = World::new();
    let id = unique(&world);
    let script = "sleep 1000 & setsid sleep 1000 & echo started; [ $0 = end ] || wait";
    for user in [0, 1000] {
        for end in ["end", "stay"] {
            let mut spec = spec(&world, &["mount", "uts"], &["/bin/sh", "-c", script, end]);
            spec["process"]["user"] = serde_json::json!({ "uid": user, "gid": user });
            let bundle = bundle(&world, &spec);
            let args = ["run", "--rm", "--name", &id, "--bundle", &bundle];
            if end == "end" {
                assert_eq!(silo(&world, &args).code, 0);
                assert_nothing(&world, &[&id], "an end that leaves processes behind");
                continue;
            }
            let mut child = spawn(&world, &args);
            await_running(&world, &id);
            sleep(Duration::from_millis(20));
            child.kill().unwrap();
            child.wait().unwrap();
            gc(&world);
            assert_nothing(&world, &[&id], "the death of the keeper of a container without a process namespace");
        }
    }
}

#[test]
fn commands_give_up_on_a_keeper_that_is_stopped() {
    let world = World::new();
    let id = unique(&world);
    start(&world, &id, &["/bin/sleep", "1000"]);
    let keeper = keeper(&world, &id);
    signal(keeper, Signal::STOP);
    let commands = [
        &["exec", &id, "/bin/true"][..],
        &["stop", "-t", "0", &id],
        &["kill", &id],
        &["wait", &id],
        &["rm", "-f", &id],
    ];
    scope(|scope| {
        for args in commands {
            let world = &world;
            scope.spawn(move || {
                let ran = silo(world, args);
                assert_eq!(ran.code, 125, "{args:?}");
                assert!(ran.err.contains("does not answer"), "{args:?}: {}", ran.err);
            });
        }
        // What needs no keeper does not mind, and a keeper that is stopped is alive.
        assert!(silo_ok(&world, &["ps"]).contains("running"));
        assert_eq!(gc(&world), [] as [serde_json::Value; 0]);
    });
    signal(keeper, Signal::CONT);
    silo_ok(&world, &["exec", &id, "/bin/true"]);
    silo_ok(&world, &["rm", "-f", &id]);
    assert_nothing(&world, &[&id], "a keeper that was stopped");
}

#[test]
fn commands_give_up_on_a_lock_that_is_held() {
    let world = World::new();
    let (first, second) = (unique(&world), format!("{}-2", unique(&world)));
    let mut child = spawn(&world, &["run", "--rm", "--name", &first, world.base(), "/bin/sleep", "0.2"]);
    await_running(&world, &first);
    start(&world, &second, &["/bin/sleep", "1000"]);
    let locks = [&first, &second].map(|id| File::open(world.root().join(id)).unwrap());
    locks.iter().for_each(|lock| lock.lock().unwrap());
    scope(|scope| {
        scope.spawn(|| {
            let ran = silo(&world, &["rm", "-f", &second]);
            assert_eq!(ran.code, 125);
            assert!(ran.err.contains("another command"), "{}", ran.err);
        });
        let status = ended(&mut child).expect("a run ends even if it cannot forget its container");
        assert_eq!(status.code(), Some(125));
        assert_eq!(gc(&world), [] as [serde_json::Value; 0], "what is locked is left alone");
    });
    assert!(control_groups(&first).is_empty(), "what the container held is released nevertheless");
    drop(locks);
    gc(&world);
    // It had been ended already when it could not be forgotten.
    silo_ok(&world, &["rm", &second]);
    assert_nothing(&world, &[&first, &second], "locks that were held");
}

#[test]
fn a_container_of_another_state_root_is_left_alone() {
    let (world, other) = (World::new(), World::new());
    let id = unique(&world);
    start(&world, &id, &["/bin/sleep", "1000"]);
    // The control groups of both would be the same.
    let ran = bounded(&mut marked(&other, &["run", "--rm", "--name", &id, other.base(), "/bin/true"]));
    assert_eq!(ran.code, 125);
    assert!(ran.err.contains("in use"), "{}", ran.err);
    gc(&other);
    silo_ok(&world, &["exec", &id, "/bin/true"]);
    silo_ok(&world, &["rm", "-f", &id]);
    assert_nothing(&world, &[&id], "a container of another state root");
}
