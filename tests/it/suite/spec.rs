//! `silo spec`: what it writes can be run here, or planned where it belongs.

use crate::support::World;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::process::Stdio;

#[test]
fn what_is_written_for_linux_runs() {
    let world = World::new();
    let bundle = world.folder("bundle");
    symlink(world.base(), world.path("bundle/rootfs")).unwrap();
    let output = world.command(&["spec"]).current_dir(&bundle).output().unwrap();
    assert!(output.status.success() && output.stdout.is_empty(), "{output:?}");
    assert!(world.silo_ok(&["plan", &bundle]).contains("/ from rootfs (read-only)"));
    // It is a shell with a terminal, which is read from what is connected.
    let mut command = world.command(&["run", "--rm", "-i", "--bundle", &bundle]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"echo I am on $(hostname); touch /x; exit 7\n").unwrap();
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("I am on silo") && text.contains("Read-only file system"), "{text}");
    assert_eq!(output.status.code(), Some(7), "{text}");
    world.assert_empty();
}

#[test]
fn a_file_that_is_there_is_left_alone() {
    let world = World::new();
    let file = world.file("bundle/config.json", "mine");
    world.refused(&["spec", "-b", &world.folder("bundle")], 125, &["config.json", "exists", "remove it"]);
    assert_eq!(std::fs::read_to_string(file).unwrap(), "mine");
    world.refused(&["spec", "--bundle", "/no/such/folder"], 125, &["/no/such/folder"]);
    for words in
        [&["spec", "--windows", "--hyperv"][..], &["spec", "--linux", "--windows"], &["spec", "--rootless", "--hyperv"]]
    {
        assert_eq!(world.silo(words).code, 2, "{words:?}");
    }
}

#[test]
fn what_is_written_for_windows_can_be_planned() {
    let world = World::new();
    for (option, kinds) in [
        ("--windows", ["windows-process-v1", "windows-process"]),
        ("--hyperv", ["windows-hypervisor-v1", "windows-hypervisor"]),
    ] {
        let bundle = world.folder(option);
        world.silo_ok(&["spec", option, "-b", &bundle]);
        for (build, kind) in ["14393", "20348"].into_iter().zip(kinds) {
            let text = world.silo_ok(&["plan", "--host", build, "--format", "json", &bundle]);
            let plan: serde_json::Value = serde_json::from_str(&text).unwrap();
            assert_eq!(plan["kind"], kind, "{option} {build}");
        }
        world.refused(&["run", "--bundle", &bundle], 125, &["Windows"]);
    }
}
