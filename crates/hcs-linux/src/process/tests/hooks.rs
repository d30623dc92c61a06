//! Hooks, run for real.

use crate::process::hooks::{run, run_all};
use crate::process::state::{State, Status, VERSION};
use hcs_schema::oci::Hook;
use rustix::fd::OwnedFd;
use rustix::fs::{CWD, FileType, Mode, OFlags, mknodat, open};
use rustix::io::{Errno, FdFlags, fcntl_setfd};
use rustix::process::{Pid, Signal, kill_process};
use std::path::Path;
use std::time::{Duration, Instant};

/// Longer than a process that was killed takes to end, even on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(60);

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

/// A pipe with a name, which shows whether anything that opened it for writing still lives.
struct Held {
    path: String,
    reader: OwnedFd,
}

impl Held {
    fn new(folder: &Path) -> Held {
        let path = folder.join("pipe");
        mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        let reader = open(&path, OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC, Mode::empty()).unwrap();
        Held { path: path.display().to_string(), reader }
    }

    fn is_held(&self) -> bool {
        // Without a writer there is an end.
        rustix::io::read(&self.reader, &mut [0]) == Err(Errno::AGAIN)
    }
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
    let pipe = Held::new(folder.path());
    let began = |timeout| {
        let mut hook = shell(&format!("exec 3>{}; sleep 1000 & echo began; wait", pipe.path));
        hook.timeout = Some(timeout);
        let start = Instant::now();
        let text = failure(hook);
        assert!(start.elapsed() >= Duration::from_secs(timeout.unsigned_abs()), "{:?}", start.elapsed());
        let killed = format!("run createRuntime hook /bin/sh: killed after its timeout of {timeout} s");
        let output = text.strip_prefix(&killed).unwrap_or_else(|| panic!("{text}"));
        output == ", output: began"
    };
    // On a machine that does much else the script may not get as far as that within a second.
    assert!([1, 10, 60].into_iter().any(began), "the output is not told");
    let deadline = Instant::now() + PATIENCE;
    while pipe.is_held() {
        assert!(Instant::now() < deadline, "a child outlived the hook");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn an_endless_printer_still_meets_its_deadline() {
    let mut hook = shell("exec yes");
    hook.timeout = Some(1);
    assert!(failure(hook).contains("killed after its timeout of 1 s"));
}

#[test]
fn a_child_left_behind_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = Held::new(folder.path());
    let child = folder.path().join("child");
    let script = format!("exec 3>{}; sleep 100 & echo $! > {}", pipe.path, child.display());
    run(&[shell(&script)], "poststart", &state()).unwrap();
    assert!(pipe.is_held(), "it has ended meanwhile");
    let pid = std::fs::read_to_string(child).unwrap().trim().parse().unwrap();
    kill_process(Pid::from_raw(pid).unwrap(), Signal::KILL).unwrap();
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
