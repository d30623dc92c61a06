//! The Linux half of [`Container`](crate::Container).
//!
//! One that is kept is made by the host of this process, and stays with it. One that nobody keeps is made by a host that goes
//! with its process; a later one finds it again by what is in the container's folder and in the kernel.

use super::launch::{self, Goal, Running};
use super::oom::OutOfMemory;
use super::{connect, gate, gc};
use crate::claim::{self, now};
use crate::container::{Limits, Unattended};
use crate::ledger::{self, FileLedger};
use crate::record::{Record, Status};
use crate::request::Request;
use crate::store::Store;
use hcs_host::{Error, Host, Ledger, Resource, Result, Signal, Stdio};
use hcs_linux::{Creation, Found, Joining, LinuxHost};
use hcs_schema::HResult;
use hcs_schema::document::{
    Change, GuestResourceType, LinuxContainer, ModifyRequest, ProcessDetails, ProcessParameters, Properties,
    PropertyQuery, PropertyType, Version,
};
use hcs_schema::modify::RequestType;
use hcs_schema::oci;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A process that was killed gets this long to end.
const DEATH: Duration = Duration::from_secs(30);

/// Clients of a container that is deleted get this long to be told.
const FAREWELL: Duration = Duration::from_millis(100);

/// A container in the hands of this process.
#[derive(Clone, Debug)]
pub struct Held(Arc<Inner>);

struct Inner {
    id: String,
    host: Arc<LinuxHost>,
    store: Store,
    ledger: Arc<FileLedger>,
    record: Mutex<Record>,
    server: Mutex<Option<connect::Server>>,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Container").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Held {
    /// Makes one that this process keeps.
    pub async fn create(store: &Store, request: Request, stdio: Stdio) -> Result<Held> {
        let creation = Creation { stdio: Some(stdio), ..Creation::default() };
        let running = claim::claim(store, request)?.make(creation, Goal::Created).await?;
        let (held, pid) = (Held::of(running), 0);
        let pid = held.pid().unwrap_or(pid);
        let inner = Arc::clone(&held.0);
        tokio::spawn(async move {
            if let Ok(code) = inner.host.wait(&inner.id, pid).await {
                inner.ended(code);
            }
        });
        Ok(held)
    }

    /// Makes one that nobody keeps.
    pub async fn create_unkept(store: &Store, request: Request, unattended: Unattended) -> Result<Held> {
        let Unattended { stdio, start, preserve_fds, keyring } = unattended;
        let claimed = claim::claim(store, request)?;
        let made = if start { Ok(None) } else { gate::make(&claimed.record.folder).map(Some) };
        let (claimed, gate) = claimed.needing(made)?;
        let creation = Creation { stdio: Some(stdio), at_once: start, outlives: true, gate, preserve_fds, keyring };
        let goal = if start { Goal::Started } else { Goal::Created };
        Ok(Held::of(claimed.make(creation, goal).await?))
    }

    fn of(running: Running) -> Held {
        let Running { record, host, server, store, ledger, .. } = running;
        let id = record.id.clone();
        Held(Arc::new(Inner { id, host, store, ledger, record: Mutex::new(record), server: Mutex::new(server) }))
    }

    /// Opens one that nobody keeps.
    pub fn open_unkept(store: &Store, id: &str) -> Result<Held> {
        let record = store.read(id)?;
        let Some(unkept) = record.unkept.clone() else {
            let record = record.seen();
            let message = match record.status {
                Status::Creating => "it is still being made",
                Status::Dead => "whoever made it was killed before it was ready; delete it by force",
                _ => "it has a keeper, through which `silo` reaches it",
            };
            return Err(Error::invalid_state("open", id, message));
        };
        let ledger = Arc::new(FileLedger::open(&record.folder)?);
        let host = Arc::new(LinuxHost::new(Arc::clone(&ledger) as Arc<dyn Ledger>));
        let alive = hcs_linux::is_alive(unkept.init);
        let found = Found {
            document: LinuxContainer {
                schema_version: Version::V2_1,
                oci_bundle_path: record.base.clone(),
                oci_specification: store.spec(id)?,
                ..LinuxContainer::default()
            },
            cgroups: record.cgroups.clone(),
            init: alive.then_some(unkept.init),
            waiting: if alive && record.status == Status::Created { gate::connect(&record.folder)? } else { None },
        };
        host.find_again(id, found)?;
        let (id, store) = (id.to_owned(), store.clone());
        Ok(Held(Arc::new(Inner { id, host, store, ledger, record: Mutex::new(record), server: Mutex::default() })))
    }

    /// Removes what is left of one that nobody keeps.
    pub async fn delete_unkept(store: &Store, id: &str) -> Result<()> {
        match Held::open_unkept(store, id) {
            Ok(held) => return held.delete().await,
            Err(error) if error.is_not_found() && !store.roots.folder(id).exists() => return Err(error),
            Err(_) => {}
        }
        // It was never finished: whoever made it has the lock, or is gone.
        let lock = store.lock(id)?;
        if let Ok(held) = Held::open_unkept(store, id) {
            drop(lock);
            return held.delete().await;
        }
        let reclaimed = gc::reclaim(store, id, false)?;
        match reclaimed.into_iter().find_map(|item| item.error) {
            Some(kept) => Err(Error::new("delete", id, HResult::ERROR_BUSY, kept)),
            None => Ok(()),
        }
    }

    /// The host that it is on.
    pub fn host(&self) -> &LinuxHost {
        &self.0.host
    }

    pub fn id(&self) -> &str {
        &self.0.id
    }

    pub fn record(&self) -> Record {
        self.0.record().clone()
    }

    pub fn spec(&self) -> Result<oci::Spec> {
        self.0.store.spec(&self.0.id)
    }

    pub fn pid(&self) -> Option<u32> {
        let record = self.0.record();
        record.pid.filter(|_| record.status != Status::Stopped)
    }

    pub fn status(&self) -> Status {
        match self.0.host.state(&self.0.id) {
            Some("Creating") => Status::Creating,
            Some("Created") => Status::Created,
            Some("Running") => Status::Running,
            Some("Paused") => Status::Paused,
            _ => Status::Stopped,
        }
    }

    pub async fn start(&self) -> Result<u32> {
        let inner = &self.0;
        // Of two that start one without a keeper, one comes second.
        let _lock = if inner.record().unkept.is_some() { Some(inner.store.lock(&inner.id)?) } else { None };
        let pid = inner.host.execute(&inner.id, &ProcessParameters::default(), Stdio::default()).await?;
        let mut record = inner.record();
        // It may have ended already, which is the last word.
        if record.status != Status::Stopped {
            record.started = Some(now());
            record.status = Status::Running;
            inner.store.write(&record)?;
        }
        Ok(pid)
    }

    pub async fn exec(&self, process: oci::Process, stdio: Stdio, preserve_fds: u32) -> Result<u32> {
        let unkept = self.0.record().unkept.clone();
        let keyring = unkept.as_ref().is_some_and(|unkept| unkept.keyring);
        let joining = Joining { outlives: unkept.is_some(), preserve_fds, keyring };
        self.0.host.join(&self.0.id, &process, stdio, joining).await
    }

    pub async fn wait(&self, pid: u32) -> Result<u32> {
        self.0.host.wait(&self.0.id, pid).await
    }

    pub async fn signal(&self, pid: u32, signal: &Signal) -> Result<bool> {
        self.0.host.signal(&self.0.id, pid, signal).await
    }

    pub async fn signal_all(&self, signal: &Signal) -> Result<()> {
        match signal {
            Signal::Number(number) => self.0.host.signal_all(&self.0.id, *number),
            Signal::Name(name) => {
                let message = format!("{name} is a signal of Windows; give a Linux signal's number");
                Err(Error::unsupported("signal", &self.0.id, message))
            }
        }
    }

    pub async fn resize(&self, pid: u32, rows: u16, columns: u16) -> Result<()> {
        self.0.host.resize(&self.0.id, pid, rows, columns).await
    }

    #[expect(clippy::unused_async, reason = "on Windows it is a call to the service")]
    pub async fn close_stdin(&self, _: u32) -> Result<()> {
        // A process has its streams itself: whoever holds the other end closes it.
        Ok(())
    }

    pub async fn pause(&self) -> Result<()> {
        hcs_host::Pause::pause(&*self.0.host, &self.0.id).await
    }

    pub async fn resume(&self) -> Result<()> {
        hcs_host::Pause::resume(&*self.0.host, &self.0.id).await
    }

    pub async fn pids(&self) -> Result<Vec<ProcessDetails>> {
        let properties = self.properties(PropertyType::ProcessList).await?;
        Ok(properties.process_list)
    }

    pub async fn statistics(&self) -> Result<Properties> {
        self.properties(PropertyType::Statistics).await
    }

    async fn properties(&self, kind: PropertyType) -> Result<Properties> {
        let query = PropertyQuery { property_types: vec![kind], ..PropertyQuery::default() };
        self.0.host.properties(&self.0.id, &query).await
    }

    pub async fn update(&self, limits: Limits) -> Result<()> {
        let Limits::Linux(resources) = limits else {
            return Err(Error::unsupported(
                "update",
                &self.0.id,
                "these are limits of Windows; it is a Linux container",
            ));
        };
        let request = ModifyRequest {
            request_type: RequestType::Update,
            resource_type: GuestResourceType::ContainerConstraints,
            settings: serde_json::json!({"Linux": *resources}),
        };
        self.0.host.modify(&self.0.id, &Change::Resource(request)).await?;
        let (pid, cgroups) = self.0.host.placement(&self.0.id).unwrap_or_default();
        let mut record = self.0.record();
        if pid != 0 && record.cgroups != cgroups {
            record.cgroups = cgroups;
            self.0.store.write(&record)?;
        }
        Ok(())
    }

    pub fn oom(&self) -> Result<OutOfMemory> {
        OutOfMemory::of(self)
    }

    pub async fn delete(&self) -> Result<()> {
        let inner = &self.0;
        let alive = !matches!(self.status(), Status::Stopped | Status::Created);
        if alive {
            inner.host.terminate(&inner.id).await.or_else(|error| if over(&error) { Ok(()) } else { Err(error) })?;
            let pid = inner.record().pid.unwrap_or_default();
            if tokio::time::timeout(DEATH, inner.host.wait(&inner.id, pid)).await.is_err() {
                let message = format!("its first process ({pid}) was killed and does not end; look for state D");
                return Err(Error::new("delete", &inner.id, HResult::ERROR_TIMEOUT, message));
            }
        }
        inner.host.delete(&inner.id).await?;
        let server = inner.server.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(server) = server {
            server.close(FAREWELL).await;
        }
        let _lock = inner.store.lock(&inner.id)?;
        // What a specification bound may have been entered too, by the host or by an earlier version of it.
        let stays = |resource: &Resource| !matches!(resource, Resource::Folder { .. } | Resource::Process { .. });
        if ledger::outstanding(&inner.record().folder)?.iter().any(stays) {
            let kept = gc::reclaim(&inner.store, &inner.id, false)?.into_iter().find_map(|item| item.error);
            if let Some(kept) = kept {
                return Err(Error::new("delete", &inner.id, HResult::ERROR_BUSY, kept));
            }
        }
        launch::forget(&inner.store, &inner.id, Some(&*inner.ledger))
    }
}

fn over(error: &Error) -> bool {
    error.is_already_stopped() || error.is_not_found()
}

impl Inner {
    fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The first process has ended: that is written down, and nothing is released.
    fn ended(&self, code: u32) {
        let mut record = self.record();
        record.status = Status::Stopped;
        record.exit_code = Some(code);
        record.finished = Some(now());
        // One that is being deleted has no record any more, and needs none.
        if record.folder.exists() {
            let _ = self.store.write(&record);
        }
    }
}
