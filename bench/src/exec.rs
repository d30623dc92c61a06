//! Running a program in a container that is there already.

use crate::bundle::Workshop;
use crate::peers::{self, Missing, NOTHING, RUNTIMES};
use crate::rounds::{Runner, Subject, fresh_id};
use crate::silo::Silo;
use anyhow::Result;
use std::process::{Command, Stdio};

/// What an idle container runs.
pub const IDLE: &[&str] = &["/bin/sleep", "1000"];

/// Containers that idle, and how to run something in each. They are removed when this is dropped.
pub struct Idle {
    removals: Vec<Command>,
    /// How to run nothing in each.
    pub subjects: Vec<Subject>,
    /// Who could not start one.
    pub missing: Vec<Missing>,
    /// The name of silo's, if there is one.
    pub silo: Option<String>,
}

impl Idle {
    /// Starts a container of silo's and one of each OCI runtime's.
    pub fn start(workshop: &Workshop, silo: &Silo, runner: &Runner) -> Result<Self> {
        let mut idle = Self { removals: Vec::new(), subjects: Vec::new(), missing: Vec::new(), silo: None };
        idle.start_silo(workshop, silo, runner);
        for name in RUNTIMES {
            idle.start_runtime(name, workshop, runner)?;
        }
        Ok(idle)
    }

    fn start_silo(&mut self, workshop: &Workshop, silo: &Silo, runner: &Runner) {
        let name = fresh_id();
        if self.started("silo", silo.run_detached(&name, &workshop.root(), IDLE), silo.remove(&name), runner) {
            let (silo, container) = (silo.clone(), name.clone());
            self.subjects.push(Subject::new("silo", move |_| silo.exec(&container, NOTHING)));
            self.silo = Some(name);
        }
    }

    fn start_runtime(&mut self, name: &'static str, workshop: &Workshop, runner: &Runner) -> Result<()> {
        let (id, state) = (fresh_id(), peers::state(workshop, name));
        let bundle = workshop.bundle("idle", IDLE)?;
        let mut removal = Command::new(peers::program(name));
        removal.arg("--root").arg(&state).args(["delete", "--force", &id]);
        let start = peers::runtime(name, &state, &["run", "--detach", "--bundle"], &bundle, &id);
        if self.started(name, start, removal, runner) {
            self.subjects.push(Subject::new(name, move |_| {
                let mut command = Command::new(peers::program(name));
                command.arg("--root").arg(&state).args(["exec", &id]).args(NOTHING);
                command
            }));
        }
        Ok(())
    }

    /// Starts one. Its removal is kept also when that fails: it may have got half way.
    fn started(&mut self, name: &str, mut start: Command, removal: Command, runner: &Runner) -> bool {
        let outcome = runner.time(&mut start);
        self.removals.push(removal);
        if let Err(reason) = &outcome {
            self.missing.push(Missing { name: name.to_owned(), reason: reason.clone() });
        }
        outcome.is_ok()
    }
}

impl Drop for Idle {
    fn drop(&mut self) {
        for removal in &mut self.removals {
            // One that never started has nothing to remove and says so; the report already told that it did not start.
            let _ = removal.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
        }
    }
}
