//! Many containers at once, many commands on one of them, and many that want one name.

use crate::aftermath::{
    PATIENCE, assert_nothing, bundle, ended, gc, marked, record, silo, silo_ok, spec, unique, within,
};
use crate::support::{Ran, World};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Barrier;
use std::thread::{scope, sleep};
use std::time::Duration;

/// Containers that live at the same time.
const CONTAINERS: usize = 200;
/// Commands that are given at the same time.
const COMMANDS: usize = 50;
/// How often two commands meet on one container.
const MEETINGS: usize = 15;

/// Does something `count` times, all at once if the machine can, and answers what came of each.
fn at_once<T: Send>(count: usize, act: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let barrier = Barrier::new(count);
    scope(|scope| {
        let start = |index| {
            let (barrier, act) = (&barrier, &act);
            scope.spawn(move || {
                barrier.wait();
                act(index)
            })
        };
        let threads: Vec<_> = (0..count).map(start).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

fn start(world: &World, id: &str) -> Ran {
    silo(world, &["run", "-d", "--name", id, world.base(), "/bin/sleep", "1000"])
}

#[test]
fn two_hundred_containers_live_beside_each_other() {
    let world = World::new();
    let ids: Vec<String> = (0..CONTAINERS).map(|index| format!("{}-{index:03}", unique(&world))).collect();
    // A burst, not all at once: that many programs starting would only show how many processors there are.
    at_once(COMMANDS, |index| {
        for id in ids.iter().skip(index).step_by(COMMANDS) {
            let ran = start(&world, id);
            assert_eq!((ran.code, ran.out.trim()), (0, id.as_str()), "{}", ran.err);
        }
    });
    let listed: BTreeSet<String> = silo_ok(&world, &["ps", "-q"]).lines().map(str::to_owned).collect();
    assert_eq!(listed, ids.iter().cloned().collect());
    assert_eq!(gc(&world), [] as [Value; 0]);
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let (stopped, removed) = ids.split_at(CONTAINERS / 2);
    scope(|scope| {
        scope.spawn(|| {
            silo_ok(&world, &[&["stop", "-t", "0"], stopped].concat());
            assert_eq!(silo_ok(&world, &[&["rm"], stopped].concat()).lines().count(), stopped.len());
        });
        for part in removed.chunks(CONTAINERS / 8) {
            let world = &world;
            scope.spawn(move || silo_ok(world, &[&["rm", "-f"], part].concat()));
        }
    });
    assert_nothing(&world, &ids, "two hundred containers");
}

#[test]
fn one_of_many_gets_a_name_and_the_others_make_nothing() {
    let world = World::new();
    let id = unique(&world);
    let results = at_once(COMMANDS, |_| start(&world, &id));
    assert_eq!(results.iter().filter(|ran| ran.code == 0).count(), 1);
    for refused in results.iter().filter(|ran| ran.code != 0) {
        assert!(refused.code == 125 && refused.err.contains("a container has this name"), "{}", refused.err);
    }
    assert_eq!(silo_ok(&world, &["ps", "-a", "-q"]), format!("{id}\n"));
    assert_eq!(silo_ok(&world, &["exec", &id, "/bin/echo", "lives"]), "lives\n");
    silo_ok(&world, &["rm", "-f", &id]);
    assert_nothing(&world, &[&id], "many that want one name");
}

#[test]
fn commands_that_meet_on_a_container_come_one_after_the_other() {
    let world = World::new();
    let id = unique(&world);
    // A keeper may end while it is asked.
    let calm =
        ["no container is named", "it has stopped", "its process has ended", "does not answer on", "CONNECTION_CLOSED"];
    for _ in 0..MEETINGS {
        assert_eq!(start(&world, &id).code, 0);
        let commands = [&["rm", "-f", &id][..], &["stop", "-t", "0", &id], &["rm", "-f", &id], &["kill", &id], &["gc"]];
        let results = at_once(commands.len(), |index| silo(&world, commands[index]));
        for (ran, args) in results.iter().zip(commands) {
            let fine = ran.code == 0 || calm.iter().any(|words| ran.err.contains(words));
            assert!(fine && (ran.code == 0 || args[0] == "kill" || ran.err.contains(calm[0])), "{args:?}: {}", ran.err);
        }
        assert_nothing(&world, &[&id], "two removals");
    }
}

#[test]
fn a_container_that_is_being_made_is_removed_when_it_is_there() {
    let world = World::new();
    let id = unique(&world);
    let go = world.path("go");
    let hook = format!("until test -e {}; do sleep 0.05; done", go.display());
    let mut spec = spec(&world, &["pid", "mount"], &["/bin/sleep", "1000"]);
    spec["hooks"] = json!({ "createRuntime": [
        { "path": "/bin/sh", "args": ["sh", "-c", hook], "env": ["PATH=/usr/bin:/bin"] },
    ] });
    let bundle = bundle(&world, &spec);
    let mut child = marked(&world, &["run", "--rm", "--name", &id, "--bundle", &bundle]).spawn().unwrap();
    let creating = || record(&world, &id).filter(|record| record["status"] == "creating");
    within(PATIENCE, creating).expect("the hook keeps the container from being ready");
    assert_eq!(silo(&world, &["stop", &id]).code, 125, "there is nothing to ask yet");
    scope(|scope| {
        scope.spawn(|| silo_ok(&world, &["rm", "-f", &id]));
        // The removal has most likely found it in the making by then; if not, it finds it running.
        sleep(Duration::from_millis(300));
        std::fs::write(&go, "").unwrap();
    });
    assert_eq!(ended(&mut child).and_then(|status| status.code()), Some(137));
    assert_nothing(&world, &[&id], "the removal of a container that was being made");
}

#[test]
fn a_name_can_be_taken_again_while_it_is_given_up() {
    let world = World::new();
    let id = unique(&world);
    at_once(8, |index| {
        for _ in 0..MEETINGS {
            match index {
                0 => drop(gc(&world)),
                1 | 2 => drop(silo(&world, &["rm", "-f", &id])),
                _ => {
                    let ran = silo(&world, &["run", "--rm", "--name", &id, world.base(), "/bin/echo", "made"]);
                    let lost = ran.err.contains("has this name");
                    // 137: somebody removed it by force.
                    assert!([0, 137].contains(&ran.code) || lost, "{}: {}", ran.code, ran.err);
                }
            }
        }
    });
    gc(&world);
    // Nobody is in the way any more.
    assert_eq!(silo_ok(&world, &["run", "--rm", "--name", &id, world.base(), "/bin/echo", "made"]), "made\n");
    assert_nothing(&world, &[&id], "a name given up and taken again");
}

#[test]
fn many_processes_join_one_container() {
    let world = World::new();
    let id = unique(&world);
    assert_eq!(start(&world, &id).code, 0);
    let said = at_once(COMMANDS, |index| {
        let ran = silo(&world, &["exec", &id, "/bin/sh", "-c", &format!("echo {index}; exit {index}")]);
        assert_eq!(ran.code, i32::try_from(index).unwrap(), "{}", ran.err);
        ran.out
    });
    assert_eq!(said, (0..COMMANDS).map(|index| format!("{index}\n")).collect::<Vec<_>>());
    silo_ok(&world, &["rm", "-f", &id]);
    assert_nothing(&world, &[&id], "many that joined");
}
