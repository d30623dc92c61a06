//! A system that the host keeps open: its processes, and what its end is called.

use super::relay::Relay;
use crate::system::{ComputeSystem, Process};
use hcs_host::{Event, EventKind, Result};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::broadcast;
use tokio::task::JoinHandle;

/// Nobody has asked it to end.
const UNASKED: u8 = 0;
/// It was asked to shut down.
const ASKED: u8 = 1;
/// It was ended by force.
const FORCED: u8 = 2;

/// An open system.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) system: ComputeSystem,
    processes: Mutex<HashMap<u32, Arc<Running>>>,
    asked: Arc<AtomicU8>,
    watcher: JoinHandle<()>,
}

/// A process with what copies its streams.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) process: Process,
    pub(super) relay: Relay,
}

impl Entry {
    /// Keeps a system, and tells of its end.
    pub(super) fn new(system: ComputeSystem, events: broadcast::Sender<Event>) -> Arc<Entry> {
        let asked = Arc::new(AtomicU8::new(UNASKED));
        let watcher = tokio::spawn(announce(system.clone(), events, Arc::clone(&asked)));
        Arc::new(Entry { system, processes: Mutex::default(), asked, watcher })
    }

    fn processes(&self) -> MutexGuard<'_, HashMap<u32, Arc<Running>>> {
        self.processes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a process.
    pub(super) fn add(&self, process: Process, relay: Relay) {
        self.processes().insert(process.pid(), Arc::new(Running { process, relay }));
    }

    /// A process, which is opened if need be.
    pub(super) async fn process(&self, pid: u32) -> Result<Arc<Running>> {
        if let Some(running) = self.processes().get(&pid) {
            return Ok(Arc::clone(running));
        }
        let running = Arc::new(Running { process: self.system.open_process(pid).await?, relay: Relay::default() });
        self.processes().insert(pid, Arc::clone(&running));
        Ok(running)
    }

    /// Asks it to end.
    pub(super) async fn shutdown(&self) -> Result<()> {
        self.asked.fetch_max(ASKED, Ordering::AcqRel);
        self.system.shutdown().await
    }

    /// Ends it by force.
    pub(super) async fn terminate(&self) -> Result<()> {
        self.asked.fetch_max(FORCED, Ordering::AcqRel);
        self.system.terminate().await
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.watcher.abort();
    }
}

async fn announce(system: ComputeSystem, events: broadcast::Sender<Event>, asked: Arc<AtomicU8>) {
    let Ok(exit) = system.exited().await else { return };
    let kind = match asked.load(Ordering::Acquire) {
        ASKED => EventKind::GracefulExit,
        FORCED => EventKind::ForcedExit,
        _ => EventKind::UnexpectedExit,
    };
    // Nobody may be listening.
    let _ = events.send(Event { id: system.id().to_owned(), kind, result: exit.code });
}
