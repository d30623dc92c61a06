//! The shortest ways from a command line to a process and back.

use crate::support::World;

#[test]
fn output_and_exit_code_come_through_and_nothing_stays() {
    let world = World::new();
    let ran = world.silo(&["run", "--rm", world.base(), "/bin/sh", "-c", "echo out; echo err >&2; exit 7"]);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (7, "out\n", "err\n"));
    world.assert_empty();
}

#[test]
fn the_host_base_needs_nothing_and_changes_nothing() {
    let world = World::new();
    let ran =
        world.silo(&["run", "--rm", "host", "/bin/sh", "-c", "echo hi > /usr/bin/planted && cat /usr/bin/planted"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "hi\n"), "{}", ran.err);
    assert!(!std::path::Path::new("/usr/bin/planted").exists());
    world.assert_empty();
}
