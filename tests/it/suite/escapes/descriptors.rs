//! CVE-2024-21626: a path through a descriptor that the runtime left open leads to the host.

use crate::oci::Bundle;
use serde_json::json;

const NUMBERS: std::ops::Range<u32> = 3..21;

/// A file that only the host has, and how to look for it from some folder.
fn marked(bundle: &Bundle) -> String {
    let name = format!("only-on-the-host-{}", bundle.id());
    std::fs::write(bundle.path(&name), "host").unwrap();
    let up = "for up in . .. ../.. ../../.. ../../../.. ../../../../.. ../../../../../..; do";
    format!("{up} cat $up/{name} $up{} 2>/dev/null; done; true", bundle.text(&name))
}

fn harmless(ran: &crate::support::Ran, what: &str) {
    assert!(!ran.out.contains("host"), "{what} led to the host: {}", ran.out);
    if ran.code != 0 {
        assert!(ran.err.contains("process.cwd"), "{what}: {}", ran.err);
    }
}

/// Guards: no link of procfs is followed, and the folder is looked at afterwards (`process/cwd.rs`).
#[test]
fn the_working_directory_goes_through_no_descriptor() {
    let mut bundle = Bundle::new("true");
    let script = marked(&bundle);
    bundle = bundle.set("/process/args/2", script);
    for number in NUMBERS {
        let path = format!("/proc/self/fd/{number}");
        bundle = bundle.set("/process/cwd", path.as_str());
        harmless(&bundle.run(), &path);
    }
    bundle.assert_empty();
}

/// Guards: the same, through a link that an image brings.
#[test]
fn a_link_of_the_image_leads_the_working_directory_through_no_descriptor() {
    let mut bundle = Bundle::new("true").set("/process/cwd", "/work");
    let script = marked(&bundle);
    bundle = bundle.set("/process/args/2", script);
    for number in 3..11 {
        let _ = std::fs::remove_file(bundle.inside("work"));
        std::os::unix::fs::symlink(format!("/proc/thread-self/fd/{number}"), bundle.inside("work")).unwrap();
        harmless(&bundle.run(), &format!("descriptor {number}"));
    }
}

/// Guards: the same, in a helper that joins.
#[test]
fn the_working_directory_of_an_executed_process_goes_through_no_descriptor() {
    let bundle = Bundle::new("sleep 1000");
    let script = marked(&bundle);
    let running = bundle.start();
    for number in NUMBERS {
        let path = format!("/proc/self/fd/{number}/../..");
        harmless(&running.exec_with(&["-w", &path], &["/bin/sh", "-c", &script]), &path);
        let path = format!("/proc/self/fd/{number}");
        harmless(&running.exec_with(&["-w", &path], &["/bin/sh", "-c", &script]), &path);
    }
    running.end();
}

/// A program of the host that needs nothing of the container, from whichever folder of the host a descriptor might be of.
fn program_through(number: u32) -> String {
    format!("/proc/self/fd/{number}/{}bin/busybox", "../".repeat(8))
}

fn not_run(ran: &crate::support::Ran, what: &str) {
    assert!([125, 126, 127].contains(&ran.code) && ran.out.is_empty(), "{what}: {} {}", ran.code, ran.out);
}

/// Guard: descriptors are closed before the program is looked for (`close_others` in `process/finish.rs`).
#[test]
fn the_program_goes_through_no_descriptor() {
    let mut bundle = Bundle::of(&["x", "echo", "ran"]);
    for number in NUMBERS {
        let path = program_through(number);
        bundle = bundle.set("/process/args/0", path.as_str());
        not_run(&bundle.run(), &path);
    }
    bundle.assert_empty();
}

/// Guard: the same, in a helper that joins, and with a script whose interpreter is looked for by the kernel.
#[test]
fn the_program_of_an_executed_process_goes_through_no_descriptor() {
    let bundle = Bundle::new("sleep 1000");
    let running = bundle.start();
    for number in NUMBERS {
        let path = program_through(number);
        not_run(&running.exec_with(&[], &[&path, "echo", "ran"]), &path);
        std::fs::write(bundle.inside("script"), format!("#!{path} sh\necho ran\n")).unwrap();
        std::fs::set_permissions(bundle.inside("script"), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        not_run(&running.exec_with(&[], &["/script"]), &path);
    }
    running.end();
}

/// Guard: nothing but the three streams is open (`close_others` in `process/finish.rs`), also when the caller leaks.
#[test]
fn nothing_is_left_open() {
    let folder = std::fs::File::open("/").unwrap();
    rustix::io::fcntl_setfd(&folder, rustix::io::FdFlags::empty()).unwrap();
    let bundle = Bundle::new("ls /proc/self/fd | tr '\\n' ' '; ls -l /proc/1/fd | grep -c ' /$'; true");
    assert_eq!(bundle.output(), "0 1 2 3 0");
    let exec = Bundle::new("sleep 1000").set("/process/env", json!(["PATH=/bin"]));
    let running = exec.start();
    assert_eq!(running.exec("ls /proc/self/fd | tr '\\n' ' '"), "0 1 2 3");
    running.end();
}
