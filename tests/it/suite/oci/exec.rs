//! Processes that are executed into a running container: words, streams, codes.

use super::Bundle;
use serde_json::json;
use std::io::Write;
use std::process::Stdio;

#[test]
fn codes_come_through() {
    let bundle = Bundle::new("sleep 1000");
    let running = bundle.start();
    for (script, code) in [("exit 0", 0), ("exit 7", 7), ("exit 255", 255), ("kill -9 $$", 137), ("kill -TERM $$", 143)]
    {
        assert_eq!(running.exec_with(&[], &["/bin/sh", "-c", script]).code, code, "{script}");
    }
    let missing = running.exec_with(&[], &["no-such-program"]);
    assert_eq!((missing.code, missing.out.as_str()), (127, ""));
    assert!(missing.err.contains("no-such-program") && missing.err.contains("$PATH"), "{}", missing.err);
    assert_eq!(running.exec_with(&[], &["/etc/passwd"]).code, 126);
    running.end();
}

#[test]
fn streams_are_the_caller_s() {
    let bundle = Bundle::new("sleep 1000");
    let running = bundle.start();
    let ran = running.exec_with(&[], &["/bin/sh", "-c", "cat; echo out; echo err >&2"]);
    assert_eq!((ran.out.as_str(), ran.err.as_str()), ("out\n", "err\n"), "standard input is empty without -i");
    let mut command = bundle.world().command(&["exec", "-i", bundle.id(), "tr", "a-z", "A-Z"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"some words\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.stdout, b"SOME WORDS\n");
    running.end();
}

#[test]
fn the_process_is_the_container_s_with_the_words_of_the_caller() {
    let bundle = Bundle::new("sleep 1000")
        .set("/process/user", json!({"uid": 1000, "gid": 1000, "additionalGids": [10], "umask": 0o027}))
        .set("/process/cwd", "/tmp")
        .add("/process/env", "A=1")
        .set("/process/noNewPrivileges", true)
        .set("/process/oomScoreAdj", 321)
        .set("/process/rlimits", json!([{"type": "RLIMIT_NOFILE", "soft": 99, "hard": 100}]));
    let running = bundle.start();
    let script = "id -u; id -G; pwd; echo $A $B; umask; ulimit -n; cat /proc/self/oom_score_adj; grep NoNewPrivs /proc/self/status | cut -f2";
    assert_eq!(running.exec(script), "1000\n1000 10\n/tmp\n1\n0027\n99\n321\n1");
    let ran = running.exec_with(&["-u", "7:8", "-w", "/etc", "-e", "B=2", "-e", "A=3"], &["/bin/sh", "-c", script]);
    assert_eq!(ran.out, "7\n8\n/etc\n3 2\n0022\n99\n321\n1\n", "{}", ran.err);
    let named = running.exec_with(&["-u", "user"], &["id", "-G"]);
    assert_eq!(named.out, "1000 10\n", "{}", named.err);
    running.end();
}

#[test]
fn a_working_directory_that_is_missing_is_made_and_a_file_refused() {
    let bundle = Bundle::new("sleep 1000");
    let running = bundle.start();
    assert_eq!(running.exec_with(&["-w", "/new/folder"], &["pwd"]).out, "/new/folder\n");
    let ran = running.exec_with(&["-w", "/etc/passwd"], &["pwd"]);
    assert!(ran.code == 125 && ran.err.contains("/etc/passwd"), "{} {}", ran.code, ran.err);
    running.end();
}

#[test]
fn a_process_in_the_background_goes_on() {
    let bundle = Bundle::new("sleep 1000");
    let running = bundle.start();
    let ran = running.exec_with(&["-d"], &["/bin/sh", "-c", "sleep 0.2; echo done > /tmp/file; sleep 1000"]);
    let pid: u32 = ran.out.trim().parse().unwrap_or_else(|_| panic!("{}{}", ran.out, ran.err));
    assert_eq!(super::bundle::link(&format!("/proc/{pid}/ns/pid")), running.namespace("pid"));
    assert_eq!(running.exec("until test -s /tmp/file; do sleep 0.05; done; cat /tmp/file"), "done");
    running.end();
    assert!(!std::path::Path::new(&format!("/proc/{pid}/ns")).exists(), "it ended with its container");
}

#[test]
fn signals_reach_the_process_of_the_caller() {
    let bundle = Bundle::new("sleep 1000");
    let running = bundle.start();
    let script = "trap 'echo got it; exit 5' TERM; echo ready > /tmp/ready; while :; do sleep 0.05; done";
    let mut command = bundle.world().command(&["exec", bundle.id(), "/bin/sh", "-c", script]);
    let child = command.stdout(Stdio::piped()).spawn().unwrap();
    running.exec("until test -e /tmp/ready; do sleep 0.05; done");
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stdout).trim()), (Some(5), "got it"));
    running.end();
}

#[test]
fn a_container_that_is_not_running_takes_no_process() {
    let bundle = Bundle::new("true");
    let ran = bundle.world().silo(&["exec", "nobody", "true"]);
    assert!(ran.code == 125 && ran.err.contains("nobody"), "{}", ran.err);
    let folder = bundle.text("");
    bundle.output();
    let words = ["run", "--name", bundle.id(), "--bundle", &folder];
    assert_eq!(bundle.world().silo(&words).code, 0);
    let ran = bundle.world().silo(&["exec", bundle.id(), "true"]);
    assert!(ran.code == 125 && ran.err.contains("stopped"), "{}", ran.err);
    bundle.world().silo_ok(&["rm", bundle.id()]);
    bundle.assert_empty();
}
