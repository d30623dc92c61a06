//! Life cycles of containers over any host.
//!
//! A front end turns its words into a [`Request`] and hands it to an [`Engine`], which writes the ledger, makes a keeper,
//! and drives the [`Host`](hcs_host::Host). Later commands find a container by its [`Record`] in the state root and reach its keeper over the
//! bridge. Words, tables and colours are not here, and neither is any system call.
#![forbid(unsafe_code)]

mod record;
mod request;

pub use hcs_host::{Error, Result};
pub use record::{Record, Status};
pub use request::{Attach, Base, Facts, IdRange, Request};

use hcs_schema::oci;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Becomes a helper process if this program was started as one, and then never returns. The first call of every `main`.
pub fn run_if_helper() {}

/// The engine: a state root and the host of this machine.
#[derive(Debug)]
pub struct Engine {
    _root: PathBuf,
}

/// A leftover that `gc` found.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Reclaimed {
    /// The container it belonged to.
    pub id: String,
    /// What it was, in words: `control group`, `mount`, `folder`, `process`.
    pub kind: String,
    /// Where it was, or which process.
    pub what: String,
    /// Why it could not be released, if it could not.
    pub error: Option<String>,
}

impl Engine {
    /// Opens the state root: `root`, else `/run/silo` for root and `$XDG_RUNTIME_DIR/silo` for others.
    pub fn open(_root: Option<&Path>) -> Result<Engine> {
        unimplemented!()
    }

    /// Facts that requests are made from.
    pub fn facts(&self) -> Result<Facts> {
        unimplemented!()
    }

    /// Lists what running `request` would make, a line each, and makes nothing.
    pub fn describe(&self, _request: &Request) -> Result<Vec<String>> {
        unimplemented!()
    }

    /// Runs a container in the foreground, this process being its keeper, and answers its exit code.
    pub async fn run(&self, _request: Request, _attach: Attach) -> Result<u32> {
        unimplemented!()
    }

    /// Runs a container in the background under a keeper of its own, and answers its id once its process has begun.
    pub async fn spawn(&self, _request: Request) -> Result<String> {
        unimplemented!()
    }

    /// Every container of the state root, the youngest first.
    pub fn list(&self) -> Result<Vec<Record>> {
        unimplemented!()
    }

    /// The container of this id, or of the one id that begins with it.
    pub fn find(&self, _id: &str) -> Result<Record> {
        unimplemented!()
    }

    /// The specification a container was made from.
    pub fn spec(&self, _id: &str) -> Result<oci::Spec> {
        unimplemented!()
    }

    /// Runs a further process in a running container and answers its exit code.
    pub async fn exec(&self, _id: &str, _process: oci::Process, _attach: Attach) -> Result<u32> {
        unimplemented!()
    }

    /// Runs a further process in a running container without waiting for it, and answers its process id.
    pub async fn exec_detached(&self, _id: &str, _process: oci::Process) -> Result<u32> {
        unimplemented!()
    }

    /// Asks a container to stop, and ends it by force after `grace`.
    pub async fn stop(&self, _id: &str, _grace: Duration) -> Result<()> {
        unimplemented!()
    }

    /// Signals a container's first process.
    pub async fn kill(&self, _id: &str, _signal: i32) -> Result<()> {
        unimplemented!()
    }

    /// Waits for a container to end and answers its exit code.
    pub async fn wait(&self, _id: &str) -> Result<u32> {
        unimplemented!()
    }

    /// Forgets a container that has ended, or ends it first when `force`.
    pub async fn remove(&self, _id: &str, _force: bool) -> Result<()> {
        unimplemented!()
    }

    /// Releases what crashed keepers left behind, or only tells with `dry_run`.
    pub async fn gc(&self, _dry_run: bool) -> Result<Vec<Reclaimed>> {
        unimplemented!()
    }
}
