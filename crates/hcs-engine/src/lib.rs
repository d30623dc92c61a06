//! Life cycles of containers over any host.
//!
//! A front end turns its words into a [`Request`] and hands it to an [`Engine`], which writes the ledger, makes a keeper,
//! and drives the [`Host`](hcs_host::Host). Later commands find a container by its [`Record`] in the state root and reach its
//! keeper over the bridge. Words, tables and colours are not here. What differs between platforms is behind `sys`.
#![forbid(unsafe_code)]

mod claim;
mod container;
mod foreground;
mod ledger;
mod record;
mod request;
mod roots;
mod store;
mod sys;
mod version;
mod wanted;

pub use container::{Container, Limits, OutOfMemory, Unattended};
pub use foreground::{Foreground, own_streams};
pub use hcs_host::plan;
pub use hcs_host::{Error, Handle, ProcessIdentity, Result, Signal, Stdio};
pub use hcs_schema::document::{ProcessDetails, Properties};
pub use record::{Record, Status, Unkept};
pub use request::{Attach, Base, Facts, IdRange, OutputFile, Request};
pub use roots::Places;
pub use version::windows_version;
pub use wanted::wanted;

use hcs_host::plan::{HostFacts, Wanted};
use hcs_schema::{HResult, oci};
use std::path::Path;
use std::time::Duration;
use store::Store;

/// Becomes a helper process if this program was started as one, and then never returns. The first call of every `main`.
pub fn run_if_helper() {
    sys::run_if_helper();
}

/// The engine: a state root and the host of this machine.
#[derive(Debug)]
pub struct Engine {
    store: Store,
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
    /// Opens the state root: `root`, else `/run/silo` for root and `$XDG_RUNTIME_DIR/silo` for others. It need not exist; only
    /// one in the folder for temporary files, where anybody could make it first, is made at once.
    pub fn open(root: Option<&Path>) -> Result<Engine> {
        let engine = Engine::to_plan(root)?;
        let state = engine.store.roots.state();
        if root.is_none()
            && let Some(folder) = sys::taken_first(state)
        {
            store::take_private(folder)?;
        }
        Ok(engine)
    }

    /// The engine of a state root for what makes nothing, not even the root.
    pub fn to_plan(root: Option<&Path>) -> Result<Engine> {
        let root = root.map(std::path::absolute).transpose();
        let root = root.map_err(|error| Error::invalid("open", "the state root", error.to_string()))?;
        let roots = roots::Roots::choose(root.as_deref(), &sys::environment());
        Ok(Engine { store: Store { roots } })
    }

    /// Facts that requests are made from.
    pub fn facts(&self) -> Result<Facts> {
        sys::facts()
    }

    /// Facts about this machine that plans depend on, as far as they are not of one container.
    pub fn host(&self) -> Result<HostFacts> {
        sys::host()
    }

    /// What running `request` here asks of the host, and the facts that its plan needs. Looks at the files that it names, and
    /// makes nothing. A request without an id is planned with the id `ID`.
    pub fn wanted(&self, request: Request, attach: Attach, host: HostFacts) -> Result<(Wanted, HostFacts)> {
        let id = request.id.clone().unwrap_or_else(|| "ID".into());
        roots::check_id(&id)?;
        sys::wanted(&id, request, &self.store.roots.places(&id), attach.stdin, host)
    }

    /// Lists what running `request` would make, a line each, and makes nothing.
    pub fn describe(&self, request: &Request) -> Result<Vec<String>> {
        sys::describe(&self.store, request)
    }

    /// Runs a container in the foreground, this process being its keeper, and answers its exit code.
    pub async fn run(&self, request: Request, attach: Attach) -> Result<u32> {
        sys::run(&self.store, request, attach).await
    }

    /// Runs a container in the background under a keeper of its own, and answers its id once its process has begun.
    pub async fn spawn(&self, request: Request) -> Result<String> {
        sys::spawn(&self.store, request).await
    }

    /// Every container of the state root, the youngest first.
    pub fn list(&self) -> Result<Vec<Record>> {
        let mut records: Vec<Record> = self.store.ids()?.iter().filter_map(|id| self.read(id).ok()).collect();
        records.sort_by_key(|record| std::cmp::Reverse(record.created));
        Ok(records)
    }

    /// The container of this id, or of the one id that begins with it.
    pub fn find(&self, id: &str) -> Result<Record> {
        match self.read(id) {
            Err(error) if error.is_not_found() || error.code == HResult::E_INVALIDARG => {}
            found => return found,
        }
        let mut ids: Vec<String> = self.store.ids()?;
        ids.retain(|known| !id.is_empty() && known.starts_with(id));
        match ids.as_slice() {
            [one] => self.read(one),
            [] => Err(Error::not_found("find", id)),
            _ => Err(Error::invalid("find", id, format!("it could be any of {}; give more letters", ids.join(", ")))),
        }
    }

    /// Reads a record, and sees whether the keeper that wrote it still lives.
    fn read(&self, id: &str) -> Result<Record> {
        roots::check_id(id)?;
        let seen = self.store.read(id)?.seen();
        match seen.status {
            // Its keeper may have written down the end, and ended, since the record was read.
            Status::Dead => self.store.read(id).map(Record::seen),
            _ => Ok(seen),
        }
    }

    /// The specification a container was made from.
    pub fn spec(&self, id: &str) -> Result<oci::Spec> {
        self.store.spec(&self.find(id)?.id)
    }

    /// Runs a further process in a running container and answers its exit code.
    pub async fn exec(&self, id: &str, process: oci::Process, attach: Attach) -> Result<u32> {
        sys::exec(&self.store, &self.find(id)?, process, attach).await
    }

    /// Runs a further process in a running container without waiting for it, and answers its process id.
    pub async fn exec_detached(&self, id: &str, process: oci::Process) -> Result<u32> {
        sys::exec_detached(&self.store, &self.find(id)?, process).await
    }

    /// Asks a container to stop, and ends it by force after `grace`.
    pub async fn stop(&self, id: &str, grace: Duration) -> Result<()> {
        sys::stop(&self.store, &self.find(id)?, grace).await
    }

    /// Signals a container's first process.
    pub async fn kill(&self, id: &str, signal: i32) -> Result<()> {
        sys::kill(&self.store, &self.find(id)?, signal).await
    }

    /// Waits for a container to end and answers its exit code.
    pub async fn wait(&self, id: &str) -> Result<u32> {
        sys::wait(&self.store, &self.find(id)?).await
    }

    /// Forgets a container that has ended, or ends it first when `force`.
    pub async fn remove(&self, id: &str, force: bool) -> Result<()> {
        sys::remove(&self.store, &self.find(id)?, force).await
    }

    /// Releases what crashed keepers left behind, or only tells with `dry_run`.
    pub async fn gc(&self, dry_run: bool) -> Result<Vec<Reclaimed>> {
        sys::gc(&self.store, dry_run).await
    }
}
