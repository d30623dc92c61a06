//! Making a container and starting its process: the order in which things are entered, made and told.

use super::connect::{self, Server};
use super::{plan, scratch};
use crate::claim::{Claimed, now};
use crate::ledger::{self, FileLedger};
use crate::record::{Record, Status, Unkept};
use crate::request::Request;
use crate::store::Store;
use hcs_host::plan::{Call, Document, Step};
use hcs_host::{Error, Host, Ledger, ProcessIdentity, Resource, Result, Stdio};
use hcs_linux::{Creation, LinuxHost};
use hcs_schema::document::{LinuxContainer, ProcessParameters};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// A process that was killed gets this long to end, on a machine that does much else, too.
const PATIENCE: Duration = Duration::from_secs(30);

/// Clients of a container that could not be kept get this long to be told.
const FAREWELL: Duration = Duration::from_millis(100);

/// How far a container is brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// Everything is made, and its first process waits for the word to start.
    Created,
    /// Its program runs.
    Started,
}

/// A container that was made, held by this process.
pub struct Running {
    /// Its record, as last written.
    pub record: Record,
    /// The host it runs on.
    pub host: Arc<LinuxHost>,
    /// Its first process.
    pub pid: u32,
    /// The keeper's server, until it is taken.
    pub server: Option<Server>,
    pub(super) store: Store,
    pub(super) ledger: Arc<FileLedger>,
    goal: Goal,
    /// For a container that nobody keeps: what is to be remembered of it.
    unkept: Option<Unkept>,
}

impl Claimed {
    /// Makes the container and starts its process. A failure leaves nothing behind.
    pub async fn start(self, stdio: Stdio) -> Result<Running> {
        let creation = Creation { stdio: Some(stdio), at_once: true, ..Creation::default() };
        self.make(creation, Goal::Started).await
    }

    /// Makes the container as far as `goal`. A failure leaves nothing behind.
    pub async fn make(self, creation: Creation, goal: Goal) -> Result<Running> {
        let Claimed { record, request, store, lock } = self;
        let folder = record.folder.clone();
        let ledger = match FileLedger::open(&folder) {
            Ok(ledger) => Arc::new(ledger),
            Err(error) => {
                store.disclaim(&record.id);
                return Err(error);
            }
        };
        let host = Arc::new(LinuxHost::new(Arc::clone(&ledger) as Arc<dyn Ledger>));
        let unkept = creation.outlives.then(|| Unkept { keyring: creation.keyring, ..Unkept::default() });
        let mut running = Running { record, host, pid: 0, server: None, store, ledger, goal, unkept };
        match running.make(request, creation).await {
            Ok(()) => {
                drop(lock);
                Ok(running)
            }
            Err(error) => {
                running.abandon().await;
                Err(error)
            }
        }
    }
}

impl Running {
    /// Plans the container, and executes the plan.
    async fn make(&mut self, request: Request, creation: Creation) -> Result<()> {
        let id = &self.record.id;
        let stdin = creation.stdio.as_ref().is_some_and(|stdio| stdio.stdin.is_some());
        let plan = plan::plan(id, request, &self.store.roots.places(id), stdin);
        // To whoever runs a container, its plan is a part of making it.
        let plan = plan.map_err(|error| match error.operation.as_str() {
            "plan" => Error { operation: "create".into(), ..error },
            _ => error,
        })?;
        let leaves = creation.gate.is_some();
        let mut creation = Some(creation);
        for step in &plan.steps {
            self.execute(step, &mut creation).await?;
        }
        if leaves { self.host.leave(&self.record.id).await } else { Ok(()) }
    }

    /// Executes one step. What the caller decides is taken by the call that it is for.
    async fn execute(&mut self, step: &Step, creation: &mut Option<Creation>) -> Result<()> {
        match &step.call {
            // Claiming the name has made it.
            Call::MakeFolder { path } if Path::new(path) == self.record.folder => Ok(()),
            Call::MakeFolder { path } => self.make_scratch(path.into()),
            Call::CreateSystem { document: Document::LinuxContainer(document), .. } => {
                self.make_container(document, creation.take().unwrap_or_default()).await
            }
            Call::CreateProcess { document: Document::Process(parameters), .. } => match self.goal {
                Goal::Started => self.start(parameters).await,
                Goal::Created => self.made(Status::Created),
            },
            other => {
                let message = format!("{} is no call of a Linux host", other.function(None));
                Err(Error::unsupported("create", &self.record.id, message))
            }
        }
    }

    async fn make_container(&mut self, document: &LinuxContainer, creation: Creation) -> Result<()> {
        // The host waits for init most of the time, and this process has the rest to write meanwhile.
        let made = self.host.create_with(&self.record.id, document, creation);
        let (made, told) = tokio::join!(made, self.tell(document));
        let told = told.map(|server| self.server = server);
        made.and(told)
    }

    async fn start(&mut self, parameters: &ProcessParameters) -> Result<()> {
        self.host.execute(&self.record.id, parameters, Stdio::default()).await?;
        self.record.started = Some(now());
        self.made(Status::Running)
    }

    /// Writes down what was made. From here on one that nobody keeps is judged by its first process alone.
    fn made(&mut self, status: Status) -> Result<()> {
        let (pid, cgroups) = self.host.placement(&self.record.id).unwrap_or_default();
        self.pid = pid;
        self.record.cgroups = cgroups;
        self.record.pid = Some(pid);
        self.record.status = status;
        if let Some(unkept) = self.unkept.take() {
            // One that has ended already is told by that, whichever process has its number now.
            let init = hcs_linux::identity(pid).unwrap_or(ProcessIdentity { pid, start_time: 0 });
            self.record.unkept = Some(Unkept { init, ..unkept });
            self.record.keeper = None;
        }
        self.store.write(&self.record)
    }

    /// Tells others of the container: its record, its specification, its keeper's socket if it is to have a keeper.
    async fn tell(&self, document: &LinuxContainer) -> Result<Option<Server>> {
        self.store.write(&self.record)?;
        self.store.write_spec(&self.record.id, &document.oci_specification)?;
        if self.unkept.is_some() {
            return Ok(None);
        }
        connect::serve(&self.record.folder, Arc::clone(&self.host) as Arc<dyn Host>).map(Some)
    }

    /// Makes the folders of the writable layer.
    fn make_scratch(&self, path: PathBuf) -> Result<()> {
        self.ledger.record(&Resource::Folder { path: path.clone() })?;
        scratch::make(&path)
    }

    /// Ends and forgets a container that its keeper cannot keep. The failure that led here is the one to tell, not a further one.
    pub async fn abandon(self) {
        let Running { record, host, pid, server, store, ledger, .. } = self;
        let _ = host.terminate(&record.id).await;
        if pid != 0 {
            // What still runs cannot be deleted.
            let _ = tokio::time::timeout(PATIENCE, host.wait(&record.id, pid)).await;
        }
        let _ = host.delete(&record.id).await;
        if let Some(server) = server {
            server.close(FAREWELL).await;
        }
        // Looking for what is left takes a descriptor, of which there may be no other.
        drop((host, ledger));
        let stays = |resource: &Resource| !matches!(resource, Resource::Folder { .. } | Resource::Process { .. });
        if ledger::outstanding(&record.folder).is_ok_and(|left| left.iter().any(stays)) {
            // A collector needs the ledger to release the rest.
            return;
        }
        let _ = forget(&store, &record.id, None);
    }

    /// The process has ended: records that, releases what the container held, and forgets it if it is to be removed.
    pub async fn finish(mut self, code: u32) -> Result<()> {
        self.record.status = Status::Stopped;
        self.record.exit_code = Some(code);
        self.record.finished = Some(now());
        self.record.pid = None;
        // Clients that are still connected may ask how a process has ended, so it is not deleted.
        if self.record.remove {
            self.host.release(&self.record.id).await?;
            // A collector that sees the record gone must not take the rest for a leftover, or for the next one of this name.
            let _lock = self.store.lock(&self.record.id)?;
            return self.forget();
        }
        self.store.write(&self.record)?;
        self.host.release(&self.record.id).await
    }

    /// Removes the writable layer and the container's folder. Whoever calls holds its lock.
    fn forget(&self) -> Result<()> {
        forget(&self.store, &self.record.id, Some(&*self.ledger))
    }
}

/// Removes a container's writable layer and folder. Whoever calls holds its lock.
pub fn forget(store: &Store, id: &str, ledger: Option<&dyn Ledger>) -> Result<()> {
    let path = store.roots.scratch(id);
    scratch::remove(&path)?;
    if let Some(ledger) = ledger {
        ledger.strike(&Resource::Folder { path })?;
    }
    let folder = store.roots.folder(id);
    match std::fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(crate::store::failed("remove", &folder, &error))
        }
        _ => Ok(()),
    }
}
