//! Everything that exists, as data: systems, layers, networks and disks.
//!
//! Nothing here calls Windows, so that it runs and is tested anywhere. Processes and pipes are the service's, who is a
//! [`machine::Machine`].

pub mod disks;
mod files;
mod guid;
pub mod layers;
pub mod machine;
pub mod networks;
pub mod paths;
mod references;
pub mod storage;
pub mod systems;

pub use guid::Guid;

use crate::message::Notice;
use crate::{Call, Reply};
use disks::Disks;
use hcs_schema::HResult;
use layers::Layers;
use machine::Machine;
use networks::Networks;
use serde_json::{Value, json};
use storage::Storage;
use systems::Systems;

/// Everything that exists.
#[derive(Debug, Default)]
pub struct World {
    systems: Systems,
    layers: Layers,
    networks: Networks,
    disks: Disks,
    storage: Storage,
}

impl World {
    /// Does what a call asks for.
    pub fn call(&mut self, call: &Call, machine: &mut dyn Machine) -> Reply {
        let known = references::Known { layers: &self.layers, networks: &self.networks, storage: &self.storage };
        match call.dll.as_str() {
            "vmcompute" | "computecore" if systems::knows(&call.function) => {
                let made = call.function == "HcsCreateComputeSystem";
                match if made { known.all(call.text("configuration")) } else { Ok(()) } {
                    Ok(()) => self.systems.call(call, machine),
                    Err((code, message)) => systems::refused(call, code, message),
                }
            }
            _ => self.other(call).unwrap_or_else(|| Reply::failed(HResult::E_NOTIMPL)),
        }
    }

    /// Does what a call asks for that is none of systems, if there is such a function.
    fn other(&mut self, call: &Call) -> Option<Reply> {
        let found = self.layers.call(call, &self.disks).or_else(|| self.networks.call(call));
        let found = found.or_else(|| self.disks.call(call, &self.layers));
        found.or_else(|| self.storage.call(call, &self.disks, &self.layers))
    }

    /// What is to be told to clients, each by its number. It is told once.
    pub fn notices(&mut self) -> Vec<(u64, Notice)> {
        [self.systems.notices(), self.networks.notices()].concat()
    }

    /// A process has ended by itself.
    pub fn process_ended(&mut self, system: u64, pid: u32, code: u32) {
        self.systems.process_ended(system, pid, code);
    }

    /// A client has gone: its handles are closed, and its callbacks are no more.
    pub fn release(&mut self, client: u64, machine: &mut dyn Machine) {
        self.systems.release(client, machine);
        self.networks.release(client);
        self.disks.release(client);
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
        json!({
            "systems": self.systems.snapshot(),
            "handles": self.systems.handles(),
            "callbacks": self.systems.callbacks(),
            "networks": self.networks.snapshot(),
            "layers": self.layers.left(),
            "disks": self.disks.left(),
            "filters": self.storage.left(),
        })
    }

    /// What exists and should not when everything is released, a line each.
    pub fn left(&self) -> Vec<String> {
        let others = [self.layers.left(), self.networks.left(), self.disks.left(), self.storage.left()];
        [self.systems.left(), others.concat()].concat()
    }
}
