//! `runhcs`, as container engines call it: the life of a container in single commands, and every death on the way.
//!
//! The suites of [`crate::oci`] run with this program too: `SILO_IT_REFERENCE=target/debug/runhcs`.

mod crash;
mod errors;
mod exec;
mod life;
mod limits;
mod listing;
mod podman;
mod streams;

use crate::aftermath::{bounded, control_groups};
use crate::shell::eventually;
use crate::support::{Ran, World};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

/// What was killed is gone within this time, however busy the machine is.
const DEATH: Duration = Duration::from_secs(60);

/// A state root of its own, and a bundle.
pub struct Runtime {
    world: World,
    /// The specification that the next command finds.
    pub spec: Value,
}

/// The program that was built beside this one.
pub fn runhcs_path() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows where it is");
    let built = test.ancestors().map(|folder| folder.join("runhcs")).find(|path| path.is_file());
    built.expect("target/debug/runhcs is missing: run `cargo build -p runhcs` first (`cargo xtask test` does)")
}

impl Runtime {
    /// A bundle that runs a script.
    pub fn new(script: &str) -> Runtime {
        let world = World::new();
        let namespaces: Vec<Value> =
            ["pid", "network", "ipc", "uts", "mount"].iter().map(|kind| json!({ "type": kind })).collect();
        let spec = json!({
            "ociVersion": "1.0.2",
            "process": {"args": ["/bin/sh", "-c", script], "env": ["PATH=/bin"], "cwd": "/", "user": {"uid": 0, "gid": 0}},
            "root": {"path": world.base()},
            "mounts": [
                {"destination": "/proc", "type": "proc", "source": "proc"},
                {"destination": "/dev", "type": "tmpfs", "source": "tmpfs"},
                {"destination": "/dev/pts", "type": "devpts", "source": "devpts", "options": ["newinstance"]},
            ],
            "linux": {"namespaces": namespaces},
            "annotations": {"org.example": "yes"},
        });
        Runtime { world, spec }
    }

    /// A container's name that no other test has.
    pub fn id(&self) -> String {
        self.world.name("rh")
    }

    /// A path in the test's own folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.world.path(name)
    }

    /// Writes the bundle, and answers its folder.
    pub fn bundle(&self) -> String {
        crate::aftermath::bundle(&self.world, &self.spec)
    }

    /// A command in the state root, in the folder of the bundle.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(runhcs_path());
        command.arg("--root").arg(self.world.root()).args(args).current_dir(self.bundle()).stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    #[must_use]
    pub fn runs(&self, args: &[&str]) -> Ran {
        bounded(&mut self.command(args))
    }

    /// Runs a command that must succeed, and answers its output.
    pub fn ok(&self, args: &[&str]) -> String {
        let ran = self.runs(args);
        assert_eq!(ran.code, 0, "runhcs {args:?}: {}{}", ran.out, ran.err);
        ran.out
    }

    /// Runs a command that must fail, with these words in what it says.
    pub fn refused(&self, args: &[&str], words: &[&str]) {
        let ran = self.runs(args);
        assert_ne!(ran.code, 0, "runhcs {args:?} was to fail: {}", ran.out);
        for word in words {
            assert!(ran.err.contains(word), "runhcs {args:?}: {word:?} is not in {}", ran.err);
        }
    }

    /// Makes the container and starts its program.
    pub fn begin(&self) -> String {
        let id = self.id();
        // Its output goes nowhere: whoever waits for the end of it waits for the container.
        let started = self.command(&["run", "--detach", &id]).stdout(Stdio::null()).stderr(Stdio::null()).status();
        assert!(started.unwrap().success());
        id
    }

    /// The state of the container.
    pub fn state(&self) -> Value {
        serde_json::from_str(&self.ok(&["state", &self.id()])).unwrap()
    }

    /// Waits for a state.
    pub fn expect(&self, status: &str) {
        eventually(status, || self.state()["status"] == status);
    }

    /// Nothing is left of the container.
    pub fn nothing_left(&self, after: &str) {
        let left = || {
            let groups = control_groups(&self.id());
            let groups = groups.iter().map(|group| format!("control group: {}", group.display()));
            groups.chain(self.world.leftovers()).collect::<Vec<String>>()
        };
        if crate::aftermath::within(DEATH, || left().is_empty().then_some(())).is_none() {
            panic!("left after {after}:\n{}", left().join("\n"));
        }
    }
}

impl Drop for Runtime {
    /// Ends what a failed test left running.
    fn drop(&mut self) {
        if std::thread::panicking() {
            drop(self.runs(&["delete", "--force", &self.id()]));
        }
    }
}
