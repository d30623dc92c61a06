//! This Windows as a compute host.
//!
//! The compute service owns the systems, whoever made them. Of those that this host has touched it keeps open handles, so that
//! their ends are seen; others are opened when they are asked for. The standard streams of processes are pipes of the service's
//! making, which are copied to and from the caller's own.

mod entry;
mod relay;

use crate::system::{ComputeSystem, Hcs};
use async_trait::async_trait;
use entry::Entry;
use hcs_host::{Capabilities, Error, Event, Host, Pause, Result, Signal, Stdio, Summary};
use hcs_schema::document::{Change, ProcessParameters, Properties, PropertyQuery, SystemDocument, Version};
use hcs_schema::v2::{State, SystemQuery};
use relay::Relay;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::broadcast;

/// So many events a slow reader may be behind.
const EVENTS: usize = 256;

/// This Windows as a host.
///
/// ```no_run
/// # async fn example(document: hcs_schema::document::SystemDocument) -> hcs_host::Result<()> {
/// use hcs_host::{Host, Stdio};
/// use hcs_schema::document::ProcessParameters;
///
/// let host = hcs_windows::WindowsHost::open()?;
/// host.create("web", &document).await?;
/// host.start("web").await?;
/// let program = ProcessParameters { command_line: "ping 127.0.0.1".into(), ..ProcessParameters::default() };
/// let process = host.execute("web", &program, Stdio::default()).await?;
/// println!("{}", host.wait("web", process).await?);
/// host.terminate("web").await?;
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct WindowsHost {
    hcs: Hcs,
    entries: Mutex<HashMap<String, Arc<Entry>>>,
    events: broadcast::Sender<Event>,
}

impl WindowsHost {
    /// The compute service of this Windows; see [`Hcs::open`].
    pub fn open() -> Result<WindowsHost> {
        Hcs::open().map(WindowsHost::new)
    }

    /// A host over a compute service that was opened in a way of its own.
    pub fn new(hcs: Hcs) -> WindowsHost {
        WindowsHost { hcs, entries: Mutex::default(), events: broadcast::channel(EVENTS).0 }
    }

    /// The compute service.
    pub fn hcs(&self) -> &Hcs {
        &self.hcs
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<String, Arc<Entry>>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A system that this host has open already.
    pub fn held(&self, id: &str) -> Option<ComputeSystem> {
        self.entries().get(id).map(|entry| entry.system.clone())
    }

    /// An open system, which is opened if need be.
    pub async fn system(&self, id: &str) -> Result<ComputeSystem> {
        self.entry(id).await.map(|entry| entry.system.clone())
    }

    async fn entry(&self, id: &str) -> Result<Arc<Entry>> {
        if let Some(entry) = self.entries().get(id) {
            return Ok(Arc::clone(entry));
        }
        let system = self.hcs.open_system(id).await?;
        Ok(self.keep(system))
    }

    /// Keeps an open system, unless there is one.
    fn keep(&self, system: ComputeSystem) -> Arc<Entry> {
        let id = system.id().to_owned();
        let mut entries = self.entries();
        let entry = entries.entry(id).or_insert_with(|| Entry::new(system, self.events.clone()));
        Arc::clone(entry)
    }
}

#[async_trait]
impl Host for WindowsHost {
    async fn create(&self, id: &str, document: &SystemDocument) -> Result<()> {
        let system = self.hcs.create(id, document).await?;
        // A system of this id that was there before has ended, or the service would not have made another.
        self.entries().remove(id);
        self.keep(system);
        Ok(())
    }

    async fn start(&self, id: &str) -> Result<()> {
        self.entry(id).await?.system.start().await
    }

    async fn shutdown(&self, id: &str) -> Result<()> {
        self.entry(id).await?.shutdown().await
    }

    async fn terminate(&self, id: &str) -> Result<()> {
        self.entry(id).await?.terminate().await
    }

    async fn delete(&self, id: &str) -> Result<()> {
        let entry = self.entry(id).await?;
        if entry.system.exit().is_none() {
            match entry.system.properties(&PropertyQuery::default()).await {
                Ok(properties) if properties.stopped || properties.state == State::Stopped => {}
                Err(error) if error.is_not_found() || error.is_already_stopped() => {}
                Ok(_) => return Err(Error::invalid_state("delete", id, "it is running; terminate it first")),
                Err(error) => return Err(error),
            }
        }
        self.entries().remove(id);
        Ok(())
    }

    async fn execute(&self, id: &str, parameters: &ProcessParameters, stdio: Stdio) -> Result<u32> {
        if stdio.console.is_some() {
            let message = "a console socket is one of Linux; on Windows the standard streams are the console's";
            return Err(Error::unsupported("start a process in", id, message));
        }
        let entry = self.entry(id).await?;
        let mut parameters = parameters.clone();
        parameters.create_std_in_pipe |= stdio.stdin.is_some();
        parameters.create_std_out_pipe |= stdio.stdout.is_some();
        parameters.create_std_err_pipe |= stdio.stderr.is_some();
        if parameters.emulate_console {
            // A console has one stream for both.
            parameters.create_std_err_pipe = false;
        }
        let process = entry.system.create_process(&parameters).await?;
        let relay = Relay::start(&process, stdio, &tokio::runtime::Handle::current());
        let pid = process.pid();
        entry.add(process, relay);
        Ok(pid)
    }

    async fn signal(&self, id: &str, process: u32, signal: &Signal) -> Result<bool> {
        self.entry(id).await?.process(process).await?.process.signal(signal).await
    }

    async fn resize(&self, id: &str, process: u32, rows: u16, columns: u16) -> Result<()> {
        self.entry(id).await?.process(process).await?.process.resize(rows, columns).await
    }

    async fn wait(&self, id: &str, process: u32) -> Result<u32> {
        let process = self.entry(id).await?.process(process).await?;
        let code = process.process.wait().await?;
        process.relay.drained().await;
        Ok(code)
    }

    async fn properties(&self, id: &str, query: &PropertyQuery) -> Result<Properties> {
        self.entry(id).await?.system.properties(query).await
    }

    async fn modify(&self, id: &str, change: &Change) -> Result<()> {
        self.entry(id).await?.system.modify(change).await
    }

    async fn list(&self) -> Result<Vec<Summary>> {
        let all = self.hcs.list(&SystemQuery::default()).await?;
        Ok(all.into_iter().map(|system| Summary { id: system.id, state: system.state.to_string() }).collect())
    }

    fn events(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    fn capabilities(&self) -> Capabilities {
        let versions = if self.hcs.is_version1() { vec![Version { major: 1, minor: 0 }] } else { vec![Version::V2_1] };
        Capabilities { os: "Windows".into(), schema_versions: versions, signal: true, pause: true }
    }

    fn pause(&self) -> Option<&dyn Pause> {
        Some(self)
    }
}

#[async_trait]
impl Pause for WindowsHost {
    async fn pause(&self, id: &str) -> Result<()> {
        self.entry(id).await?.system.pause().await
    }

    async fn resume(&self, id: &str) -> Result<()> {
        self.entry(id).await?.system.resume().await
    }
}
