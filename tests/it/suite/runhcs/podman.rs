//! Debian's podman with this runtime: what engines do with it, and what users see of that.

use super::runhcs_path;
use crate::aftermath::bounded;
use crate::support::{Ran, World};
use std::process::{Command, Stdio};

/// podman with storage of its own, and an image of busybox.
struct Podman {
    world: World,
}

impl Podman {
    fn new() -> Podman {
        let podman = Podman { world: World::new() };
        let tar = podman.world.path("image.tar");
        let packed = Command::new("tar").arg("-C").arg(podman.world.base()).arg("-cf").arg(&tar).arg(".").status();
        assert!(packed.unwrap().success());
        podman.ok(&["import", tar.to_str().unwrap(), "busybox"]);
        podman
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new("podman");
        command.arg("--root").arg(self.world.path("storage")).arg("--runroot").arg(self.world.path("run"));
        command.args([
            "--storage-driver",
            "vfs",
            "--cgroup-manager",
            "cgroupfs",
            "--events-backend",
            "file",
            "--runtime",
        ]);
        command.arg(runhcs_path()).args(args).stdin(Stdio::null());
        command
    }

    fn runs(&self, args: &[&str]) -> Ran {
        bounded(&mut self.command(args))
    }

    fn ok(&self, args: &[&str]) -> String {
        let ran = self.runs(args);
        assert_eq!(ran.code, 0, "podman {args:?}: {}{}", ran.out, ran.err);
        ran.out.trim_end().to_owned()
    }

    /// `podman run` with what a machine without all privileges needs.
    fn run<'a>(&self, flags: &[&'a str], words: &[&'a str]) -> Vec<&'a str> {
        let usual = ["run", "--network", "none", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024"];
        [&usual[..], flags, &["busybox"], words].concat()
    }
}

impl Drop for Podman {
    fn drop(&mut self) {
        drop(self.runs(&["rm", "--all", "--force", "--time", "0"]));
    }
}

#[test]
fn containers_live_and_end() {
    let podman = Podman::new();
    let ran = podman.runs(&podman.run(&["--rm"], &["sh", "-c", "echo out; echo err >&2; exit 7"]));
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (7, "out\n", "err\n"));
    let script = "echo begun; trap 'exit 4' TERM; while :; do sleep 0.05; done";
    podman.ok(&podman.run(&["-d", "--name", "one"], &["sh", "-c", script]));
    let status = || podman.ok(&["inspect", "--format", "{{.State.Status}} {{.State.ExitCode}}", "one"]);
    assert_eq!(status(), "running 0");
    crate::shell::eventually("it has begun", || podman.ok(&["logs", "one"]) == "begun");
    podman.ok(&["pause", "one"]);
    assert_eq!(status(), "paused 0");
    podman.ok(&["unpause", "one"]);
    podman.ok(&["stop", "--time", "30", "one"]);
    assert_eq!(status(), "exited 4");
    podman.ok(&["start", "one"]);
    podman.ok(&["kill", "one"]);
    assert_eq!(podman.ok(&["wait", "one"]), "137");
    podman.ok(&["rm", "one"]);
    assert_eq!(podman.ok(&["ps", "-aq"]), "");
}

#[test]
fn further_processes_run_in_them() {
    let podman = Podman::new();
    podman.ok(&podman.run(&["-d", "--name", "two"], &["sleep", "1000"]));
    let ran = podman.runs(&["exec", "-e", "A=b", "-w", "/tmp", "two", "sh", "-c", "echo $A; pwd; exit 6"]);
    assert_eq!((ran.code, ran.out.as_str()), (6, "b\n/tmp\n"));
    assert_eq!(podman.runs(&["exec", "two", "no-such-program"]).code, 127);
    assert!(podman.ok(&["top", "two"]).contains("sleep 1000"));
    podman.ok(&["rm", "-f", "-t", "0", "two"]);
}

#[test]
fn terminals_reach_them() {
    let podman = Podman::new();
    let pty = crate::pty::Pty::start(
        &podman.command(&podman.run(&["--rm", "-it"], &["sh", "-c", "tty; read a; echo got $a; exit 9"])),
    );
    pty.expect("/dev/pts/0");
    pty.types("words\n");
    pty.expect("got words");
    assert_eq!(pty.ends().0, Some(9));
}

#[test]
fn what_fails_is_told_as_with_any_runtime() {
    let podman = Podman::new();
    let ran = podman.runs(&podman.run(&["--rm"], &["no-such-program"]));
    assert_eq!(ran.code, 127, "{}", ran.err);
    assert!(ran.err.contains("no-such-program"), "{}", ran.err);
    let limit = podman.ok(&podman.run(
        &["--rm", "-m", "64m"],
        &["sh", "-c", "cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null; true"],
    ));
    assert_eq!(limit, "67108864");
}
