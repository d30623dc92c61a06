//! [`LinuxHost`]: the verbs, on this machine.
//!
//! It holds the systems of one keeper (usually one; a guest agent has many) and gives each verb to the right [`System`].
//! Nothing here survives the process: what must, is in the ledger.

mod again;
mod creation;
mod drive;
mod further;
mod process;
mod system;
mod talk;

pub use creation::{Creation, Found, Joining};
pub use process::{discard, identity, is_alive, is_stopped, open as open_process};

use crate::cgroup::Layout;
use crate::launch::Namespaces;
use crate::{Failure, support};
use async_trait::async_trait;
use hcs_host::{Capabilities, Error, Event, Host, Ledger, Pause, Result, Signal, Stdio, Summary};
use hcs_schema::HResult;
use hcs_schema::document::{
    Change, LinuxContainer, ProcessParameters, Properties, PropertyQuery, SystemDocument, Version,
};
use hcs_schema::oci;
use std::collections::HashMap;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, PoisonError};
use system::System;
use tokio::sync::broadcast;

/// Events that a slow reader may be behind before it loses the oldest.
const EVENT_BACKLOG: usize = 64;

/// Linux as a compute host. Its verbs need a tokio runtime with I/O.
pub struct LinuxHost {
    systems: Mutex<HashMap<String, Arc<System>>>,
    ledger: Arc<dyn Ledger>,
    events: broadcast::Sender<Event>,
}

impl std::fmt::Debug for LinuxHost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LinuxHost").finish_non_exhaustive()
    }
}

impl LinuxHost {
    /// A host without systems, which enters what it makes into `ledger`.
    pub fn new(ledger: Arc<dyn Ledger>) -> Self {
        LinuxHost { systems: Mutex::default(), ledger, events: broadcast::channel(EVENT_BACKLOG).0 }
    }

    /// Where a system is in its life: `Creating`, `Created`, `Running`, `Paused` or `Stopped`.
    pub fn state(&self, id: &str) -> Option<&'static str> {
        Some(self.find("inspect", id).ok()?.state())
    }

    /// Id, on this machine, of the first process of a system, and its control group folders.
    pub fn placement(&self, id: &str) -> Option<(u32, Vec<std::path::PathBuf>)> {
        let system = self.find("inspect", id).ok()?;
        Some((system.init_pid()?, system.cgroup_folders()))
    }

    /// [`Host::create`] for a caller that will start the program at once: with its streams known, the program starts as soon as
    /// everything is made, and [`Host::execute`] (without streams) waits for that. A program with hooks or a notifying filter
    /// waits for `execute` all the same. Not for programs with a terminal.
    pub async fn create_to_start(&self, id: &str, document: &LinuxContainer, stdio: Stdio) -> Result<()> {
        self.create_with(id, document, Creation { stdio: Some(stdio), at_once: true, ..Creation::default() }).await
    }

    /// Makes a container, as [`Host::create`] does.
    pub async fn create_container(&self, id: &str, document: &LinuxContainer) -> Result<()> {
        self.create_with(id, document, Creation::default()).await
    }

    /// Makes a container as its maker decides.
    pub async fn create_with(&self, id: &str, document: &LinuxContainer, creation: Creation) -> Result<()> {
        check(id, document)?;
        let failed = |failure: Failure| failure.into_error("create", id);
        let layout = Layout::detect().map_err(failed)?;
        let system = Arc::new(System::plan(id, document, &layout, &self.ledger, &self.events).map_err(failed)?);
        self.reserve(id, &system)?;
        let made = system.create(document, layout, creation).await;
        if made.is_err() {
            self.systems().remove(id);
        }
        made
    }

    /// Lets the first process of a system that nobody keeps go on without this process, and wait at its gate.
    pub async fn leave(&self, id: &str) -> Result<()> {
        self.find("leave", id)?.leave().await
    }

    /// Takes in a system that another process has made, and that nobody keeps: every verb reaches it from here on. How its first
    /// process ends, only that one's parent learns.
    pub fn find_again(&self, id: &str, found: Found) -> Result<()> {
        let system = System::found(id, found, &self.ledger, &self.events);
        self.reserve(id, &system.map_err(|failure| failure.into_error("open", id))?)
    }

    /// Runs a further process in a running system, as the caller decides.
    pub async fn join(&self, id: &str, process: &oci::Process, stdio: Stdio, joining: Joining) -> Result<u32> {
        self.find("execute", id)?.join(process, stdio, joining).await
    }

    /// Signals every process of a system.
    pub fn signal_all(&self, id: &str, number: i32) -> Result<()> {
        self.find("signal", id)?.signal_all(number)
    }

    /// How many processes of a system the kernel killed because memory ran out.
    pub fn oom_kills(&self, id: &str) -> Result<u64> {
        self.find("read statistics of", id)?.oom_kills()
    }

    /// A descriptor that can be read from whenever the memory of a system may have run out, which the count of
    /// [`LinuxHost::oom_kills`] then tells. `None` without a control group for memory.
    pub fn oom_notice(&self, id: &str) -> Result<Option<OwnedFd>> {
        self.find("watch the memory of", id)?.oom_notice()
    }

    /// Releases everything that a stopped system holds. Until it is deleted, it goes on telling how its processes have ended.
    pub async fn release(&self, id: &str) -> Result<()> {
        self.find("delete", id)?.delete().await
    }

    fn systems(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<System>>> {
        // No verb panics with the table half changed: each change is one call.
        self.systems.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, operation: &str, id: &str) -> Result<Arc<System>> {
        self.systems().get(id).cloned().ok_or_else(|| Error::not_found(operation, id))
    }

    /// Takes the id, so that a second create of it is refused before anything is made.
    fn reserve(&self, id: &str, system: &Arc<System>) -> Result<()> {
        let mut systems = self.systems();
        if systems.contains_key(id) {
            let message = format!("a container named {id} exists; remove it or choose another name");
            return Err(Error::new("create", id, HResult::HCS_E_SYSTEM_ALREADY_EXISTS, message));
        }
        systems.insert(id.to_owned(), Arc::clone(system));
        Ok(())
    }
}

fn check(id: &str, document: &LinuxContainer) -> Result<()> {
    if document.schema_version < Version::V2_1 {
        let Version { major, minor } = document.schema_version;
        let message = format!("schema version {major}.{minor} is too old for Linux containers; 2.1 is the first");
        return Err(Error::new("create", id, HResult::HCS_E_INVALID_JSON, message));
    }
    support::validate(&document.oci_specification).map_err(|refusal| Failure::from(refusal).into_error("create", id))
}

#[async_trait]
impl Host for LinuxHost {
    async fn create(&self, id: &str, document: &SystemDocument) -> Result<()> {
        let message = "this is a document for Windows; this host runs Linux containers";
        let document = document.as_linux().ok_or_else(|| Error::unsupported("create", id, message))?;
        self.create_container(id, document).await
    }

    async fn start(&self, id: &str) -> Result<()> {
        // The first process is started by `execute`, which brings its streams.
        self.find("start", id).map(drop)
    }

    async fn shutdown(&self, id: &str) -> Result<()> {
        self.find("shutdown", id)?.shutdown()
    }

    async fn terminate(&self, id: &str) -> Result<()> {
        self.find("terminate", id)?.terminate()
    }

    async fn delete(&self, id: &str) -> Result<()> {
        self.release(id).await?;
        self.systems().remove(id);
        Ok(())
    }

    async fn execute(&self, id: &str, parameters: &ProcessParameters, stdio: Stdio) -> Result<u32> {
        let system = self.find("execute", id)?;
        match &parameters.oci_process {
            None => system.start(stdio).await,
            Some(process) => system.join(process, stdio, Joining::default()).await,
        }
    }

    async fn signal(&self, id: &str, process: u32, signal: &Signal) -> Result<bool> {
        let number = match signal {
            Signal::Number(number) => *number,
            Signal::Name(name) => {
                let message = format!("{name} is a signal of Windows; give a Linux signal's number");
                return Err(Error::unsupported("signal", id, message));
            }
        };
        self.find("signal", id)?.process("signal", process)?.signal(id, number)
    }

    async fn resize(&self, id: &str, process: u32, rows: u16, columns: u16) -> Result<()> {
        self.find("resize", id)?.process("resize", process)?.resize(id, rows, columns)
    }

    async fn wait(&self, id: &str, process: u32) -> Result<u32> {
        let process = self.find("wait", id)?.process("wait", process)?;
        process.exited(id).await
    }

    async fn properties(&self, id: &str, query: &PropertyQuery) -> Result<Properties> {
        self.find("read properties of", id)?.properties(query)
    }

    async fn modify(&self, id: &str, change: &Change) -> Result<()> {
        let message = "a Linux host knows resources by their kind, not by a path";
        let request = change.as_resource().ok_or_else(|| Error::unsupported("modify", id, message))?;
        self.find("modify", id)?.modify(request)
    }

    async fn list(&self) -> Result<Vec<Summary>> {
        let systems = self.systems();
        Ok(systems.iter().map(|(id, system)| Summary { id: id.clone(), state: system.state().into() }).collect())
    }

    fn events(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { os: "Linux".into(), schema_versions: vec![Version::V2_1], signal: true, pause: true }
    }

    fn pause(&self) -> Option<&dyn Pause> {
        Some(self)
    }
}

#[async_trait]
impl Pause for LinuxHost {
    async fn pause(&self, id: &str) -> Result<()> {
        self.find("pause", id)?.set_frozen(true)
    }

    async fn resume(&self, id: &str) -> Result<()> {
        self.find("resume", id)?.set_frozen(false)
    }
}

/// The namespaces of a document.
fn namespaces(document: &LinuxContainer) -> Namespaces {
    let linux = document.oci_specification.linux.as_ref();
    Namespaces::of(linux.map(|linux| linux.namespaces.as_slice()).unwrap_or_default())
}
