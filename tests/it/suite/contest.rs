//! Several commands at once on one container: one after the other, with one winner.

use crate::support::{Ran, World};
use std::process::{Child, Stdio};

fn begin(world: &World, words: &[&str]) -> Child {
    world.command(words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn end(children: Vec<Child>) -> Vec<Ran> {
    children.into_iter().map(|child| child.wait_with_output().unwrap().into()).collect()
}

#[test]
fn of_many_who_want_a_name_one_gets_it() {
    let world = World::new();
    let name = world.name("one");
    let words = ["run", "-d", "--name", &name, world.base(), "sleep", "1000"];
    let ended = end((0..4).map(|_| begin(&world, &words)).collect());
    let (won, lost): (Vec<&Ran>, Vec<&Ran>) = ended.iter().partition(|ran| ran.code == 0);
    assert_eq!((won.len(), lost.len()), (1, 3), "{ended:?}");
    assert!(lost.iter().all(|ran| ran.code == 125 && ran.err.contains("choose another name")), "{ended:?}");
    assert_eq!(world.inspect(&name)["status"], "running");
    world.silo_ok(&["exec", &name, "true"]);
    world.silo_ok(&["rm", "-f", &name]);
    world.assert_empty();
}

#[test]
fn those_who_remove_the_same_container_do_not_meet() {
    let world = World::new();
    for round in 0..3 {
        let name = world.start(&format!("removed{round}"), &[], "echo > /written; sleep 1000");
        let ended = end((0..3).map(|_| begin(&world, &["rm", "-f", &name])).collect());
        assert!(ended.iter().any(|ran| ran.code == 0), "{ended:?}");
        let polite = |ran: &Ran| ran.code == 0 || ran.err.contains("no container is named");
        assert!(ended.iter().all(polite), "{ended:?}");
        world.assert_empty();
    }
}

#[test]
fn a_stop_and_a_removal_and_a_wait_agree() {
    let world = World::new();
    let name = world.start("agreed", &[], "trap 'exit 8' TERM; while :; do sleep 0.05; done");
    let waits = begin(&world, &["wait", &name]);
    let stops = (0..2).map(|_| begin(&world, &["stop", "--time", "1", &name])).collect();
    for ran in end(stops) {
        assert_eq!((ran.code, ran.out.trim_end()), (0, name.as_str()), "{}", ran.err);
    }
    let ran = end(vec![waits]).remove(0);
    let own = world.inspect(&name)["exitCode"].as_u64().unwrap();
    assert_eq!((ran.code, ran.out), (0, format!("{own}\n")), "{}", ran.err);
    assert!(own == 8 || own == 137, "by its trap, or by force when the signal came before it: {own}");
    world.silo_ok(&["rm", &name]);
    world.assert_empty();
}

#[test]
fn many_execs_at_once_each_get_their_own_output() {
    let world = World::new();
    let name = world.start("many", &[], "sleep 1000");
    let texts: Vec<String> = (0..6).map(|number| number.to_string()).collect();
    let children =
        texts.iter().map(|text| begin(&world, &["exec", &name, "sh", "-c", &format!("echo {text}; exit {text}")]));
    for (number, ran) in end(children.collect()).iter().enumerate() {
        assert_eq!(
            (ran.code, ran.out.trim_end()),
            (i32::try_from(number).unwrap(), texts[number].as_str()),
            "{}",
            ran.err
        );
    }
    world.silo_ok(&["rm", "-f", &name]);
    world.assert_empty();
}
