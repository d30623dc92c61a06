//! `exec`: words or a file become a process, which belongs to whoever called.

use super::Runtime;
use crate::shell::{eventually, read};
use serde_json::json;

const SLEEPS: &str = "sleep 1000";

#[test]
fn words_become_a_process() {
    let runtime = Runtime::new(SLEEPS);
    let id = runtime.begin();
    let ran = runtime.runs(&["exec", &id, "/bin/sh", "-c", "echo out; echo err >&2; exit 9"]);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (9, "out\n", "err\n"));
    let script = "echo $A $B; id -u; id -g; pwd; id -G";
    let words =
        ["exec", "-e", "A=1", "--env", "B=2", "--cwd", "/tmp", "--user", "5:6", "-g", "7", &id, "sh", "-c", script];
    assert_eq!(runtime.ok(&words), "1 2\n5\n6\n/tmp\n6 7\n");
    let status = runtime.ok(&["exec", "--cap", "CAP_SYS_ADMIN", "--no-new-privs", &id, "cat", "/proc/self/status"]);
    let field =
        |name: &str| status.lines().find(|line| line.starts_with(name)).unwrap().split_whitespace().nth(1).unwrap();
    assert_eq!((field("CapEff:"), field("NoNewPrivs:")), ("0000000000200000", "1"));
    runtime.ok(&["delete", "-f", &id]);
    runtime.nothing_left("delete");
}

#[test]
fn a_file_is_a_process() {
    let runtime = Runtime::new(SLEEPS);
    let id = runtime.begin();
    let file = runtime.path("process.json");
    let process = json!({"args": ["sh", "-c", "pwd; echo $A"], "cwd": "/bin", "env": ["PATH=/bin", "A=b"], "user": {"uid": 1, "gid": 1}});
    std::fs::write(&file, process.to_string()).unwrap();
    let file = file.to_str().unwrap();
    assert_eq!(runtime.ok(&["exec", "--process", file, &id]), "/bin\nb\n");
    runtime.refused(&["exec", "-p", file, &id, "sh"], &["--process"]);
    runtime.refused(&["exec", "-p", file, "--cwd", "/", &id], &["--cwd"]);
    std::fs::write(file, json!({"args": [], "cwd": "/"}).to_string()).unwrap();
    runtime.refused(&["exec", "-p", file, &id], &["args: "]);
    std::fs::write(file, json!({"args": ["a"], "cwd": "b"}).to_string()).unwrap();
    runtime.refused(&["exec", "-p", file, &id], &["cwd: "]);
    runtime.ok(&["delete", "-f", &id]);
}

#[test]
fn a_detached_process_goes_on_without_its_maker() {
    let runtime = Runtime::new(SLEEPS);
    let id = runtime.begin();
    let pid_file = runtime.path("pid");
    let mut exec = runtime.command(&[
        "exec",
        "-d",
        "--pid-file",
        pid_file.to_str().unwrap(),
        &id,
        "sh",
        "-c",
        "sleep 0.2; echo x > /done",
    ]);
    assert!(exec.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).status().unwrap().success());
    let pids = runtime.ok(&["ps", "--format", "json", &id]);
    assert!(pids.contains(&read(&pid_file)), "{pids}");
    let done = || std::fs::read_to_string(runtime.path("base/done")).is_ok_and(|text| text == "x\n");
    eventually("it is done", done);
    runtime.ok(&["delete", "-f", &id]);
    runtime.nothing_left("delete");
}

#[test]
fn what_cannot_be_run_is_told_with_255() {
    let runtime = Runtime::new(SLEEPS);
    let id = runtime.begin();
    let ran = runtime.runs(&["exec", &id, "no-such-program"]);
    assert_eq!(ran.code, 255);
    assert!(ran.err.contains("executable file not found in $PATH"), "{}", ran.err);
    for words in [
        &["exec", "--cgroup", "a", &id, "true"][..],
        &["exec", "--ignore-paused", &id, "true"],
        &["exec", "--preserve-fds", "9", &id, "true"],
        &["exec", "--user", "root", &id, "true"],
        &["exec", "--env", "A", &id, "true"],
        &["exec", "-d", "-t", &id, "true"],
        &["exec", &id],
    ] {
        runtime.refused(words, &[]);
    }
    runtime.ok(&["delete", "-f", &id]);
}
