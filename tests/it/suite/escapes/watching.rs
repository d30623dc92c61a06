//! CVE-2019-5736 and CVE-2016-9962: root in the container looks at helpers while they join it.
//!
//! A helper is inside for less than a millisecond. `strace` stops it at each step there, and lets it go on only when the
//! watcher has looked at all there is of it, so that what can be had of a helper is had every time.

use super::{await_file, copy_of_silo};
use crate::aftermath::keeper;
use crate::crash::{NEEDED, attach};
use crate::oci::Bundle;
use crate::shell::{eventually, read};
use rustix::process::{Pid, Signal, kill_process};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Guesses the number of the next process and tries to get hold of its program, its descriptors and its root, without ever
/// starting a process itself. What it has got hold of it writes to when the process is gone.
const WATCHER: &str = r#"
    echo x > /shared/ready
    next=$1
    while ! test -e /shared/end; do
        if test -e /proc/$next; then
            while test -e /proc/$next; do
                command exec 9< /proc/$next/exe && { read -r comm < /proc/$next/comm; case $comm in
                    silo*) echo program >> /shared/held; exec 8<&9;;
                esac; }
                for fd in 3 4 5 6 7; do
                    test -e /proc/$next/fd/$fd && { read -r comm < /proc/$next/comm; case $comm in
                        silo*) echo descriptor $fd >> /shared/held;;
                    esac; }
                done
                echo x >> /shared/looked
            done
            { echo overwritten >> /proc/self/fd/8; } && echo program >> /shared/written
            next=$((next + 1))
        fi
    done 2>/dev/null
    for try in 1 2 3; do { echo overwritten >> /proc/self/fd/8; } && echo program >> /shared/written; done 2>/dev/null
    echo x > /shared/tried
"#;

/// What a helper does inside, from the first step to the last.
const STEPS: &str = "setsid,setresuid,capset,close_range";

/// Stops helpers at each of their steps, until it is dropped.
struct Stopper {
    strace: Child,
    trace: PathBuf,
    seen: usize,
}

impl Stopper {
    /// Follows what a keeper starts.
    fn start(trace: PathBuf, keeper: i32) -> Stopper {
        let mut strace = Command::new("strace");
        strace.args(["--follow-forks", "--quiet=attach,personality", "--output"]).arg(&trace);
        strace.args([format!("--trace={STEPS}"), format!("--inject={STEPS}:signal=SIGSTOP")]);
        Stopper { strace: attach(strace, keeper), trace, seen: 0 }
    }

    /// The process that was stopped after those that were seen before, if there is one.
    fn next(&mut self) -> Option<Pid> {
        let text = std::fs::read_to_string(&self.trace).unwrap_or_default();
        let line = text.lines().filter(|line| line.ends_with("--- stopped by SIGSTOP ---")).nth(self.seen)?;
        self.seen += 1;
        Pid::from_raw(line.split_ascii_whitespace().next()?.parse().unwrap())
    }
}

impl Drop for Stopper {
    fn drop(&mut self) {
        // It lets go of what it follows when it is asked to end.
        let _ = kill_process(Pid::from_child(&self.strace), Signal::TERM);
        let _ = self.strace.wait();
    }
}

/// Whether a process is in the process namespace of a container.
fn is_inside(pid: Pid) -> bool {
    let status = read(format!("/proc/{}/status", pid.as_raw_nonzero()));
    let numbers = status.lines().find_map(|line| line.strip_prefix("NSpid:")).expect("a process has a number");
    numbers.split_ascii_whitespace().count() > 1
}

/// Runs a command that makes a process join, and shows each step inside to the watcher. Answers how many there were.
fn shown(mut command: Command, stopper: &mut Stopper, looked: &Path) -> usize {
    let mut child = command.stdin(Stdio::null()).spawn().unwrap();
    let looks = || std::fs::read_to_string(looked).unwrap_or_default().len();
    let mut steps = 0;
    loop {
        let (mut stopped, mut ended) = (None, None);
        eventually("the helper is stopped, or done", || {
            ended = child.try_wait().unwrap();
            stopped = stopper.next();
            stopped.is_some() || ended.is_some()
        });
        let Some(pid) = stopped else {
            assert_eq!(ended.and_then(|status| status.code()), Some(0));
            return steps;
        };
        if is_inside(pid) {
            steps += 1;
            // The first may have begun before the helper was stopped.
            let before = looks();
            eventually("the watcher has looked twice", || looks() >= before + 4);
        }
        kill_process(pid, Signal::CONT).unwrap();
    }
}

/// Watches processes join a container with these capabilities, and answers what of a helper could be had.
fn watch(capabilities: &[&str]) -> String {
    Command::new("strace").arg("--version").output().expect(NEEDED);
    let bundle = Bundle::new("sleep 1000").grant(capabilities);
    let shared = bundle.path("shared");
    std::fs::create_dir(&shared).unwrap();
    let bundle = bundle.mount("bind", "shared", "/shared", &["bind"]);
    let silo = copy_of_silo(&bundle.path(""));
    let before = std::fs::read(&silo).unwrap();
    let running = bundle.start_with(&silo);
    let watcher = running.exec_with(&["-d"], &["/bin/sh", "-c", WATCHER, "watcher", "3"]);
    assert_eq!(watcher.code, 0, "{}", watcher.err);
    await_file(&shared.join("ready"));
    let mut stopper = Stopper::start(bundle.path("trace"), keeper(bundle.world(), bundle.id()));
    for _ in 0..3 {
        let mut command = Command::new(&silo);
        command.arg("--root").arg(bundle.world().root()).args(["exec", bundle.id(), "/bin/true"]);
        let steps = shown(command, &mut stopper, &shared.join("looked"));
        assert!(steps >= 4, "only {steps} steps: do the calls have other names now?");
    }
    drop(stopper);
    std::fs::write(shared.join("end"), "").unwrap();
    await_file(&shared.join("tried"));
    assert!(!shared.join("written").exists(), "something was written to");
    running.end();
    assert!(std::fs::read(&silo).unwrap() == before, "the runtime's program was changed");
    std::fs::read_to_string(shared.join("held")).unwrap_or_default()
}

/// Guard: helpers are not dumpable before they enter (`launch/join.rs`, and once more `process/finish.rs`).
#[test]
fn nothing_of_a_joining_helper_is_to_be_had() {
    assert_eq!(watch(&["CAP_DAC_READ_SEARCH"]), "", "the watcher got hold of a helper");
}

/// Who may trace everything gets hold of helpers, and even so the program is not to be changed.
///
/// Guard: helpers run from a copy that is sealed (`launch/seal.rs`). While the container's keeper lives, which runs from the
/// same file, the kernel refuses too; [`binary`](super::binary) has the case where it does not.
#[test]
fn the_program_is_not_to_be_changed_by_who_may_trace() {
    let held = watch(&["CAP_DAC_READ_SEARCH", "CAP_SYS_PTRACE"]);
    assert!(held.contains("program"), "the watcher sees nothing at all: {held:?}");
}
