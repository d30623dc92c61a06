//! Everything that exists, as data: systems, layers, networks and disks.
//!
//! Nothing here calls Windows, so that it runs and is tested anywhere. Processes and pipes are the service's, who is a
//! [`machine::Machine`].

pub mod machine;
pub mod paths;
pub mod systems;

use crate::message::Notice;
use crate::{Call, Reply};
use hcs_schema::HResult;
use machine::Machine;
use serde_json::{Value, json};
use systems::Systems;

/// Everything that exists.
#[derive(Debug, Default)]
pub struct World {
    systems: Systems,
}

impl World {
    /// Does what a call asks for.
    pub fn call(&mut self, call: &Call, machine: &mut dyn Machine) -> Reply {
        match call.dll.as_str() {
            "vmcompute" | "computecore" if systems::knows(&call.function) => self.systems.call(call, machine),
            _ => Reply::failed(HResult::E_NOTIMPL),
        }
    }

    /// What is to be told to clients, each by its number. It is told once.
    pub fn notices(&mut self) -> Vec<(u64, Notice)> {
        self.systems.notices()
    }

    /// A process has ended by itself.
    pub fn process_ended(&mut self, system: u64, pid: u32, code: u32) {
        self.systems.process_ended(system, pid, code);
    }

    /// A client has gone: its handles are closed, and its callbacks are no more.
    pub fn release(&mut self, client: u64, machine: &mut dyn Machine) {
        self.systems.release(client, machine);
    }

    /// Whether nothing exists that a service would have to go on for.
    pub fn is_empty(&self) -> bool {
        self.left().is_empty()
    }

    /// Ends everything that has processes.
    pub fn end(&mut self, machine: &mut dyn Machine) {
        self.systems.end(machine);
    }

    /// Everything that exists, for tests to look at.
    pub fn snapshot(&self) -> Value {
        json!({ "systems": self.systems.snapshot(), "handles": self.systems.handles(), "callbacks": self.systems.callbacks() })
    }

    /// What exists and should not when everything is released, a line each.
    pub fn left(&self) -> Vec<String> {
        self.systems.left()
    }
}
