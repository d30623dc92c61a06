//! Hooks, run for real.

use crate::process::hooks::{run, run_all};
use crate::process::state::{State, Status, VERSION};
use hcs_schema::oci::Hook;
use rustix::io::{FdFlags, fcntl_setfd};
use std::time::{Duration, Instant};

fn state() -> State {
    State {
        oci_version: VERSION.to_owned(),
        id: "box".to_owned(),
        status: Status::Created,
        pid: 42,
        bundle: "/bundle".to_owned(),
        annotations: Default::default(),
    }
}

/// A hook that runs a shell script.
fn shell(text: &str) -> Hook {
    let args = ["sh", "-c", text].map(str::to_owned).to_vec();
    Hook { path: "/bin/sh".to_owned(), args, env: vec!["PATH=/usr/bin:/bin".to_owned()], ..Hook::default() }
}

fn failure(hook: Hook) -> String {
    run(&[hook], "createRuntime", &state()).unwrap_err().to_string()
}

#[test]
fn the_state_is_on_standard_input() {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("state");
    run(&[shell(&format!("cat > {}", copy.display()))], "prestart", &state()).unwrap();
    assert_eq!(std::fs::read_to_string(copy).unwrap(), state().to_json());
}

#[test]
fn a_state_longer_than_a_pipe_needs_no_reader() {
    let mut long = state();
    long.annotations.insert("a".to_owned(), "x".repeat(1 << 20));
    run(&[shell("exit 0")], "prestart", &long).unwrap();
    run(&[shell("[ $(wc -c) -gt 1048576 ]")], "prestart", &long).unwrap();
}

#[test]
fn the_environment_is_exactly_the_listed_one() {
    let mut hook = shell("");
    hook.path = "/usr/bin/env".to_owned();
    hook.args = vec!["env".to_owned(), "sh".to_owned(), "-c".to_owned(), "env; exit 3".to_owned()];
    hook.env = vec!["PATH=/usr/bin:/bin".to_owned(), "A=b=c".to_owned()];
    let text = failure(hook);
    let variables = text.strip_prefix("run createRuntime hook /usr/bin/env: exit status 3, output: ").unwrap();
    let mut variables: Vec<&str> =
        variables.lines().filter(|line| !["PWD", "SHLVL", "_"].iter().any(|own| line.starts_with(own))).collect();
    variables.sort_unstable();
    assert_eq!(variables, ["A=b=c", "PATH=/usr/bin:/bin",]);
}

#[test]
fn arguments_begin_with_the_name() {
    let mut hook = shell("");
    hook.args = vec!["-sh".to_owned(), "-c".to_owned(), "echo $0; exit 1".to_owned()];
    assert_eq!(failure(hook), "run createRuntime hook /bin/sh: exit status 1, output: -sh");
}

#[test]
fn failures_carry_the_output_up_to_a_bound() {
    assert_eq!(failure(shell("exit 4")), "run createRuntime hook /bin/sh: exit status 4");
    let text = failure(shell("echo out; echo err >&2; exit 4"));
    assert_eq!(text, "run createRuntime hook /bin/sh: exit status 4, output: out\nerr");
    assert_eq!(failure(shell("kill -9 $$")), "run createRuntime hook /bin/sh: killed by signal 9");
    let text = failure(shell("head -c 1000000 /dev/zero | tr '\\0' x; exit 1"));
    assert_eq!(text.matches('x').count(), 4096 + text[..50].matches('x').count());
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let hook = Hook { path: "/nonsense".to_owned(), ..Hook::default() };
    assert_eq!(failure(hook), "run createRuntime hook /nonsense: start it: No such file or directory (os error 2)");
}

#[test]
fn a_hook_that_takes_too_long_is_killed_with_its_children() {
    let folder = tempfile::tempdir().unwrap();
    let late = folder.path().join("late");
    let mut hook = shell(&format!("(sleep 2; touch {}) & echo began; sleep 60", late.display()));
    hook.timeout = Some(1);
    let start = Instant::now();
    let text = failure(hook);
    assert_eq!(text, "run createRuntime hook /bin/sh: killed after its timeout of 1 s, output: began");
    assert!((1..3).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
    std::thread::sleep(Duration::from_millis(1500));
    assert!(!late.exists(), "a child outlived the hook");
}

#[test]
fn an_endless_printer_still_meets_its_deadline() {
    let mut hook = shell("exec yes");
    hook.timeout = Some(1);
    assert!(failure(hook).contains("killed after its timeout of 1 s"));
}

#[test]
fn a_child_left_behind_is_not_waited_for() {
    let start = Instant::now();
    run(&[shell("sleep 5 & exit 0")], "poststart", &state()).unwrap();
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
}

#[test]
fn no_descriptor_leaks_into_a_hook() {
    let file = std::fs::File::open("/dev/null").unwrap();
    fcntl_setfd(&file, FdFlags::empty()).unwrap();
    let text = failure(shell("ls /proc/$$/fd; exit 1"));
    assert_eq!(text, "run createRuntime hook /bin/sh: exit status 1, output: 0\n1\n2");
}

#[test]
fn the_first_failure_ends_a_run_and_not_a_run_of_all() {
    let folder = tempfile::tempdir().unwrap();
    let mark = |name: &str| shell(&format!("touch {}", folder.path().join(name).display()));
    let hooks =
        |name: &str| vec![mark(&format!("{name}1")), shell("exit 1"), mark(&format!("{name}2")), shell("exit 2")];
    assert!(run(&hooks("a"), "createRuntime", &state()).is_err());
    let failures: Vec<String> = run_all(&hooks("b"), "poststop", &state()).iter().map(ToString::to_string).collect();
    assert_eq!(failures, ["run poststop hook /bin/sh: exit status 1", "run poststop hook /bin/sh: exit status 2"]);
    let exists = |name: &str| folder.path().join(name).exists();
    assert_eq!([exists("a1"), exists("a2"), exists("b1"), exists("b2")], [true, false, true, true]);
}
