//! `process.terminal` and `process.consoleSize`.

use super::Bundle;
use serde_json::json;

#[test]
fn a_terminal_is_the_container_s_own_and_has_the_size_asked_for() {
    let bundle = Bundle::new("tty; stty size; stat -c %t:%T /dev/console; readlink /proc/self/fd/2; cat /proc/mounts")
        .set("/process/terminal", true)
        .set("/process/consoleSize", json!({"height": 31, "width": 97}));
    let output = bundle.output().replace('\r', "");
    let lines: Vec<&str> = output.lines().collect();
    assert_eq!(lines[..4], ["/dev/pts/0", "31 97", "88:0", "/dev/pts/0"]);
    assert!(lines.iter().any(|line| line.contains("/dev/console devpts")), "{output}");
}

#[test]
fn a_console_size_without_a_terminal_is_ignored() {
    let bundle = Bundle::new("tty; ls /dev/console 2>&1").set("/process/consoleSize", json!({"height": 1, "width": 1}));
    let ran = bundle.run();
    assert_eq!(ran.out.lines().next(), Some("not a tty"));
    assert!(ran.out.contains("No such file"), "{}", ran.out);
}

#[test]
fn the_terminal_is_the_controlling_one_and_the_user_s() {
    let bundle = Bundle::new("echo through > /dev/tty; stat -c '%u %a' $(tty)")
        .set("/process/terminal", true)
        .set("/process/user", json!({"uid": 1000, "gid": 1000}));
    let output = bundle.output().replace('\r', "");
    assert_eq!(output, "through\n1000 620");
}

#[test]
fn a_terminal_needs_a_devpts() {
    let bundle = Bundle::new("true").set("/process/terminal", true).set("/mounts", json!([]));
    bundle.refused(&["/dev/pts", "devpts"]);
}

#[test]
fn streams_of_a_terminal_are_one_device() {
    let script =
        "for fd in 0 1 2; do readlink /proc/$$/fd/$fd; done | sort -u | wc -l; test -t 0 && test -t 1 && test -t 2";
    let bundle = Bundle::new(script).set("/process/terminal", true);
    assert_eq!(bundle.output().trim(), "1");
}

#[test]
fn exec_has_a_terminal_of_the_same_devpts() {
    let bundle = Bundle::new("sleep 1000");
    let running = bundle.start();
    let ran = running.exec_with(&["-t"], &["/bin/sh", "-c", "tty; ls /dev/pts | sort | tr '\\n' ' '; exit 9"]);
    assert_eq!((ran.code, ran.err.as_str()), (9, ""));
    assert_eq!(ran.out.replace('\r', ""), "/dev/pts/0\n0 ptmx ");
    running.end();
}
