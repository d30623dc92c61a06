//! The Windows half of [`Container`](crate::Container): the steps of a plan, executed up to the point where the system starts,
//! and the rest at `start`.

use super::launch::{self, forget};
use super::steps::Steps;
use super::{commands, facts};
use crate::claim::{self, now};
use crate::container::{Limits, Unattended};
use crate::ledger::FileLedger;
use crate::record::{Record, Status};
use crate::request::Request;
use crate::store::Store;
use hcs_host::plan::{Call, Document, Plan, Step, Wanted};
use hcs_host::{Error, Host, Result, Signal, Stdio};
use hcs_schema::document::{Change, ProcessDetails, Properties, PropertyQuery, PropertyType};
use hcs_schema::oci;
use hcs_windows::WindowsHost;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A container in the hands of this process.
#[derive(Clone, Debug)]
pub struct Held(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    id: String,
    host: Arc<WindowsHost>,
    store: Store,
    wanted: Wanted,
    record: Mutex<Record>,
    /// One at a time: what a step makes is entered before the next.
    steps: tokio::sync::Mutex<Steps>,
    /// What is left to do at `start`, with the streams for it.
    rest: Mutex<Option<(Vec<Step>, Stdio)>>,
}

fn unattended(operation: &str, id: &str) -> Error {
    let message =
        "on Windows a container has a keeper, because the compute service releases neither layers nor endpoints";
    Error::unsupported(operation, id, message)
}

impl Held {
    /// Makes one that this process keeps.
    pub async fn create(store: &Store, request: Request, stdio: Stdio) -> Result<Held> {
        let host = Arc::new(WindowsHost::open()?);
        let claimed = claim::claim(store, request)?;
        let places = store.roots.places(&claimed.record.id);
        let planned = launch::plan(&claimed.record.id, claimed.request.clone(), &places, stdio.stdin.is_some());
        let (claimed, (plan, wanted)) = claimed.needing(planned)?;
        let opened = FileLedger::open(&claimed.record.folder);
        let (claimed, ledger) = claimed.needing(opened)?;
        let claim::Claimed { mut record, store, lock, .. } = claimed;
        let mut steps = Steps::new(&record.id, Arc::clone(&host), ledger);
        let starts = |step: &Step| matches!(step.call, Call::StartSystem { .. });
        let (first, rest) = plan.steps.split_at(plan.steps.iter().position(starts).unwrap_or(plan.steps.len()));
        let told = store.write(&record).and_then(|()| store.write_spec(&record.id, &wanted.spec));
        let made = match told {
            Ok(()) => steps.execute_steps(first, Stdio::default(), &mut || Ok(())).await,
            Err(error) => Err(error),
        };
        let made = made.and_then(|_| {
            record.status = Status::Created;
            store.write(&record)
        });
        if let Err(error) = made {
            return Err(launch::undone(steps, &store, &record.id, error).await);
        }
        drop(lock);
        let id = record.id.clone();
        let rest = Mutex::new(Some((rest.to_vec(), stdio)));
        let (record, steps) = (Mutex::new(record), tokio::sync::Mutex::new(steps));
        Ok(Held(Arc::new(Inner { id, host, store, wanted, record, steps, rest })))
    }

    #[expect(clippy::unused_async, reason = "on Linux it makes one")]
    pub async fn create_unkept(_: &Store, request: Request, _: Unattended) -> Result<Held> {
        Err(unattended("create", request.id.as_deref().unwrap_or_default()))
    }

    pub fn open_unkept(_: &Store, id: &str) -> Result<Held> {
        Err(unattended("open", id))
    }

    #[expect(clippy::unused_async, reason = "on Linux it ends one")]
    pub async fn delete_unkept(_: &Store, id: &str) -> Result<()> {
        Err(unattended("delete", id))
    }

    /// The host that it is on.
    pub fn host(&self) -> &WindowsHost {
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
        self.0.record().pid
    }

    pub fn status(&self) -> Status {
        self.0.record().status
    }

    pub async fn start(&self) -> Result<u32> {
        let inner = &self.0;
        let rest = inner.rest.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some((rest, stdio)) = rest else {
            return Err(Error::invalid_state("start", &inner.id, "its first process has been started already"));
        };
        let pid = inner.steps.lock().await.execute_steps(&rest, stdio, &mut || Ok(())).await?;
        {
            let mut record = inner.record();
            record.pid = Some(pid);
            record.started = Some(now());
            record.status = Status::Running;
            inner.store.write(&record)?;
        }
        let inner = Arc::clone(inner);
        tokio::spawn(async move {
            if let Ok(code) = inner.host.wait(&inner.id, pid).await {
                inner.ended(code);
            }
        });
        Ok(pid)
    }

    pub async fn exec(&self, process: oci::Process, stdio: Stdio, preserve_fds: u32) -> Result<u32> {
        if preserve_fds != 0 {
            let message = "processes of Windows inherit no descriptors by number";
            return Err(Error::unsupported("execute", &self.0.id, message));
        }
        let parameters = commands::parameters(&self.0.store, &self.0.id, process, stdio.stdin.is_some())?;
        self.0.host.execute(&self.0.id, &parameters, stdio).await
    }

    pub async fn wait(&self, pid: u32) -> Result<u32> {
        self.0.host.wait(&self.0.id, pid).await
    }

    pub async fn signal(&self, pid: u32, signal: &Signal) -> Result<bool> {
        self.0.host.signal(&self.0.id, pid, signal).await
    }

    pub async fn signal_all(&self, signal: &Signal) -> Result<()> {
        let properties = self.pids().await?;
        for process in properties {
            // One that was not started by the service itself cannot be signalled by it, and ends with the others.
            match self.0.host.signal(&self.0.id, process.process_id, signal).await {
                Err(error) if !error.is_not_found() => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    pub async fn resize(&self, pid: u32, rows: u16, columns: u16) -> Result<()> {
        self.0.host.resize(&self.0.id, pid, rows, columns).await
    }

    #[expect(clippy::unused_async, reason = "the same form as on other systems")]
    pub async fn close_stdin(&self, _: u32) -> Result<()> {
        // The host copies from the handle that it was given: whoever holds the other end closes it.
        Ok(())
    }

    pub async fn pause(&self) -> Result<()> {
        self.suspend(true).await
    }

    pub async fn resume(&self) -> Result<()> {
        self.suspend(false).await
    }

    async fn suspend(&self, suspended: bool) -> Result<()> {
        let operation = if suspended { "pause" } else { "resume" };
        let Some(host) = self.0.host.pause() else {
            return Err(Error::unsupported(operation, &self.0.id, "this Windows cannot suspend containers"));
        };
        match suspended {
            true => host.pause(&self.0.id).await?,
            false => host.resume(&self.0.id).await?,
        }
        let mut record = self.0.record();
        record.status = if suspended { Status::Paused } else { Status::Running };
        self.0.store.write(&record)
    }

    pub async fn pids(&self) -> Result<Vec<ProcessDetails>> {
        Ok(self.properties(PropertyType::ProcessList).await?.process_list)
    }

    pub async fn statistics(&self) -> Result<Properties> {
        self.properties(PropertyType::Statistics).await
    }

    async fn properties(&self, kind: PropertyType) -> Result<Properties> {
        let query = PropertyQuery { property_types: vec![kind], ..PropertyQuery::default() };
        self.0.host.properties(&self.0.id, &query).await
    }

    pub async fn update(&self, limits: Limits) -> Result<()> {
        let mut wanted = self.0.wanted.clone();
        match limits {
            Limits::Windows(resources) => wanted.spec.windows.get_or_insert_default().resources = Some(*resources),
            Limits::Linux(_) => {
                let message = "these are limits of Linux; it is a Windows container";
                return Err(Error::unsupported("update", &self.0.id, message));
            }
        }
        let plan = Plan::update(&wanted, &facts::host()?)?;
        for step in plan.steps {
            match step.call {
                Call::ModifySystem { id, document: Document::Modification(change) } => {
                    self.0.host.modify(&id, &Change::Setting(*change)).await?;
                }
                other => {
                    let message = format!("{} is not done yet for a running container", other.function(None));
                    return Err(Error::unsupported("update", &self.0.id, message));
                }
            }
        }
        Ok(())
    }

    #[expect(clippy::unnecessary_wraps, reason = "on Linux the kernel is asked")]
    pub fn oom(&self) -> Result<OutOfMemory> {
        Ok(OutOfMemory)
    }

    pub async fn delete(&self) -> Result<()> {
        let inner = &self.0;
        inner.steps.lock().await.take_back(|_| true).await?;
        let _lock = inner.store.lock(&inner.id)?;
        forget(&inner.store, &inner.id)
    }
}

impl Inner {
    fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The program has ended: that is written down, and nothing is released.
    fn ended(&self, code: u32) {
        let mut record = self.record();
        record.status = Status::Stopped;
        record.exit_code = Some(code);
        record.finished = Some(now());
        record.pid = None;
        // One that is being deleted has no record any more, and needs none.
        if record.folder.exists() {
            let _ = self.store.write(&record);
        }
    }
}

/// The times when a container runs out of memory, which Windows does not tell.
#[derive(Debug)]
pub struct OutOfMemory;

impl OutOfMemory {
    #[expect(clippy::unused_async, reason = "on Linux it waits")]
    pub async fn next(&mut self) -> Option<()> {
        None
    }
}
