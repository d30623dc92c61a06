//! Everything that exists, as data: systems, layers, networks and disks.
//!
//! Nothing here calls Windows, so that it runs and is tested anywhere. Processes and pipes are the service's.

pub mod disks;
mod files;
mod guid;
pub mod layers;
pub mod networks;
pub mod storage;

pub use guid::Guid;

use crate::{Call, Reply};
use hcs_schema::HResult;

/// Everything that exists.
#[derive(Debug, Default)]
pub struct World {
    /// Layers.
    pub layers: layers::Layers,
    /// Networks.
    pub networks: networks::Networks,
    /// Disks.
    pub disks: disks::Disks,
    /// Filters.
    pub storage: storage::Storage,
}

impl World {
    /// Does what a call asks for.
    pub fn call(&mut self, call: &Call) -> Reply {
        self.layers
            .call(call)
            .or_else(|| self.networks.call(call))
            .or_else(|| self.disks.call(call))
            .or_else(|| self.storage.call(call, &self.disks, &self.layers))
            .unwrap_or_else(|| Reply::failed(HResult::E_NOTIMPL))
    }

    /// What exists and should not when everything is released, a line each.
    pub fn left(&self) -> Vec<String> {
        [self.layers.left(), self.networks.left(), self.disks.left(), self.storage.left()].concat()
    }
}
