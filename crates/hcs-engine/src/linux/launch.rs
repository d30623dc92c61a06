//! Making a container and starting its process: the order in which things are entered, made and told.

use super::connect::{self, Server};
use super::{plan, scratch};
use crate::ledger::{self, FileLedger};
use crate::record::{Record, Status};
use crate::request::{Base, Request};
use crate::store::{Lock, Store, random_id};
use hcs_host::plan::{Call, Document, Step};
use hcs_host::{Error, Host, Ledger, Resource, Result, Stdio};
use hcs_linux::LinuxHost;
use hcs_schema::HResult;
use hcs_schema::document::{LinuxContainer, ProcessParameters};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A process that was killed gets this long to end, on a machine that does much else, too.
const PATIENCE: Duration = Duration::from_secs(30);

/// Clients of a container that could not be kept get this long to be told.
const FAREWELL: Duration = Duration::from_millis(100);

/// A container whose process runs, held by this process.
pub struct Running {
    /// Its record, as last written.
    pub record: Record,
    /// The host it runs on.
    pub host: Arc<LinuxHost>,
    /// Its first process.
    pub pid: u32,
    /// The keeper's server, until it is taken.
    pub server: Option<Server>,
    store: Store,
    ledger: Arc<FileLedger>,
}

/// A container that has a name and a folder, and nothing else yet.
pub struct Claimed {
    /// Its record.
    pub record: Record,
    request: Request,
    store: Store,
    lock: Lock,
}

/// Takes a name for a request.
pub fn claim(store: &Store, request: Request) -> Result<Claimed> {
    let (id, lock) = match &request.id {
        Some(id) => (id.clone(), store.claim(id)?),
        None => claim_random(store)?,
    };
    let record = Record {
        folder: store.roots.folder(&id),
        id,
        status: Status::Creating,
        created: now(),
        keeper: hcs_linux::identity(std::process::id()).ok(),
        command: request.spec.process.as_ref().map(|process| process.args.clone()).unwrap_or_default(),
        base: words(&request.base),
        labels: request.labels.clone(),
        terminal: request.spec.process.as_ref().is_some_and(|process| process.terminal),
        remove: request.remove,
        stop_signal: request.stop_signal,
        ..Record::default()
    };
    Ok(Claimed { record, request, store: store.clone(), lock })
}

fn claim_random(store: &Store) -> Result<(String, Lock)> {
    loop {
        let mut bytes = [0; 6];
        rustix::rand::getrandom(&mut bytes, rustix::rand::GetRandomFlags::empty())
            .map_err(|errno| super::failed("name the container", "", "get random bytes", errno))?;
        let id = random_id(bytes);
        match store.claim(&id) {
            Ok(lock) => return Ok((id, lock)),
            Err(error) if error.code == HResult::HCS_E_SYSTEM_ALREADY_EXISTS => {}
            Err(error) => return Err(error),
        }
    }
}

/// Where a base's files come from, in words.
pub fn words(base: &Base) -> String {
    match base {
        Base::Host => "host".into(),
        Base::Folder(folder) | Base::Bundle(folder) => folder.display().to_string(),
        Base::Layers(layers) => layers.iter().map(|layer| layer.display().to_string()).collect::<Vec<_>>().join(":"),
    }
}

impl Claimed {
    /// Goes on with what the container needs; without it, its name is free again.
    pub fn needing<T>(self, needed: Result<T>) -> Result<(Claimed, T)> {
        match needed {
            Ok(needed) => Ok((self, needed)),
            Err(error) => {
                self.store.disclaim(&self.record.id);
                Err(error)
            }
        }
    }

    /// Makes the container and starts its process. A failure leaves nothing behind.
    pub async fn start(self, stdio: Stdio) -> Result<Running> {
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
        let mut running = Running { record, host, pid: 0, server: None, store, ledger };
        match running.make(request, stdio).await {
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
    async fn make(&mut self, request: Request, stdio: Stdio) -> Result<()> {
        let id = &self.record.id;
        let plan = plan::plan(id, request, &self.store.roots.places(id), stdio.stdin.is_some());
        // To whoever runs a container, its plan is a part of making it.
        let plan = plan.map_err(|error| match error.operation.as_str() {
            "plan" => Error { operation: "create".into(), ..error },
            _ => error,
        })?;
        let mut stdio = Some(stdio);
        for step in &plan.steps {
            self.execute(step, &mut stdio).await?;
        }
        Ok(())
    }

    /// Executes one step. The streams are taken by the call that they are for.
    async fn execute(&mut self, step: &Step, stdio: &mut Option<Stdio>) -> Result<()> {
        match &step.call {
            // Claiming the name has made it.
            Call::MakeFolder { path } if Path::new(path) == self.record.folder => Ok(()),
            Call::MakeFolder { path } => self.make_scratch(path.into()),
            Call::CreateSystem { document: Document::LinuxContainer(document), .. } => {
                self.make_container(document, stdio).await
            }
            Call::CreateProcess { document: Document::Process(parameters), .. } => {
                self.start(parameters, stdio.take().unwrap_or_default()).await
            }
            other => {
                let message = format!("{} is no call of a Linux host", other.function(None));
                Err(Error::unsupported("create", &self.record.id, message))
            }
        }
    }

    async fn make_container(&mut self, document: &LinuxContainer, stdio: &mut Option<Stdio>) -> Result<()> {
        let terminal = document.oci_specification.process.as_ref().is_some_and(|process| process.terminal);
        let streams = if terminal { None } else { stdio.take() };
        // The host waits for init most of the time, and this process has the rest to write meanwhile.
        let (made, told) = tokio::join!(self.create(document, streams), self.tell(document));
        let told = told.map(|server| self.server = Some(server));
        made.and(told)
    }

    async fn start(&mut self, parameters: &ProcessParameters, console: Stdio) -> Result<()> {
        self.pid = self.host.execute(&self.record.id, parameters, console).await?;
        let placement = self.host.placement(&self.record.id);
        self.record.cgroups = placement.map(|(_, cgroups)| cgroups).unwrap_or_default();
        self.record.pid = Some(self.pid);
        self.record.status = Status::Running;
        self.record.started = Some(now());
        self.store.write(&self.record)
    }

    async fn create(&self, document: &LinuxContainer, streams: Option<Stdio>) -> Result<()> {
        match streams {
            Some(streams) => self.host.create_to_start(&self.record.id, document, streams).await,
            None => self.host.create_container(&self.record.id, document).await,
        }
    }

    /// Tells others of the container: its record, its specification, its keeper's socket.
    async fn tell(&self, document: &LinuxContainer) -> Result<Server> {
        self.store.write(&self.record)?;
        self.store.write_spec(&self.record.id, &document.oci_specification)?;
        connect::serve(&self.record.folder, Arc::clone(&self.host) as Arc<dyn Host>)
    }

    /// Makes the folders of the writable layer.
    fn make_scratch(&self, path: PathBuf) -> Result<()> {
        self.ledger.record(&Resource::Folder { path: path.clone() })?;
        scratch::make(&path)
    }

    /// Ends and forgets a container that its keeper cannot keep. The failure that led here is the one to tell, not a further one.
    pub async fn abandon(self) {
        let Running { record, host, pid, server, store, ledger } = self;
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

/// Milliseconds since 1970.
pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// Refuses what cannot be run before anything is made.
pub fn check(request: &Request) -> Result<()> {
    let args = request.spec.process.as_ref().map(|process| process.args.as_slice()).unwrap_or_default();
    if args.is_empty() || args[0].is_empty() {
        let id = request.id.as_deref().unwrap_or("the container");
        return Err(Error::invalid("run", id, "no program was given; name one after the base"));
    }
    Ok(())
}
