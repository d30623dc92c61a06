//! Making a container and starting its process: the order in which things are entered, made and told.

use super::facts;
use super::signals::Signals;
use super::steps::{self, Steps};
use crate::claim::{Claimed, now};
use crate::ledger::{self, FileLedger};
use crate::record::{Record, Status};
use crate::request::Request;
use crate::roots::Places;
use crate::store::Store;
use hcs_host::plan::{Plan, Wanted};
use hcs_host::{Error, Resource, Result, Stdio};
use hcs_windows::WindowsHost;
use std::io::ErrorKind;
use std::sync::Arc;

/// A container whose process runs, held by this process.
pub struct Running {
    /// Its record, as last written.
    pub record: Record,
    /// The host it runs on.
    pub host: Arc<WindowsHost>,
    /// Its first process.
    pub pid: u32,
    store: Store,
    steps: Steps,
}

/// The plan of a container that is run here, and what it was made from.
pub fn plan(id: &str, request: Request, places: &Places, stdin: bool) -> Result<(Plan, Wanted)> {
    let (wanted, facts) = facts::wanted(id, request, places, stdin, facts::host()?)?;
    let plan = Plan::new(&wanted, &facts).and_then(|plan| steps::check(id, &plan).map(|()| plan));
    // To whoever runs a container, its plan is a part of making it.
    let plan = plan.map_err(|error| match error.operation.as_str() {
        "plan" => Error { operation: "create".into(), ..error },
        _ => error,
    })?;
    Ok((plan, wanted))
}

/// Tells the user what of a container has no effect.
pub fn warn(plan: &Plan) {
    for note in &plan.notes {
        eprintln!("silo: warning: {note}");
    }
}

impl Claimed {
    /// Makes the container and starts its process. A failure, or a signal that asks for the end, leaves nothing behind.
    pub async fn start(self, host: Arc<WindowsHost>, stdio: Stdio, signals: &mut Signals) -> Result<Running> {
        let places = self.store.roots.places(&self.record.id);
        let planned = plan(&self.record.id, self.request.clone(), &places, stdio.stdin.is_some());
        // A file of the container's folder that is open would hold the folder.
        let stdio = if planned.is_ok() { stdio } else { Stdio::default() };
        let (claimed, (plan, wanted)) = self.needing(planned)?;
        warn(&plan);
        let opened = FileLedger::open(&claimed.record.folder);
        let (claimed, ledger) = claimed.needing(opened)?;
        let Claimed { mut record, store, lock, .. } = claimed;
        let mut steps = Steps::new(&record.id, Arc::clone(&host), ledger);
        let told = store.write(&record).and_then(|()| store.write_spec(&record.id, &wanted.spec));
        let made = match told {
            Ok(()) => steps.execute(&plan, stdio, &mut || signals.interrupted(&record.id)).await,
            Err(error) => Err(error),
        };
        let begun = made.and_then(|pid| {
            record.pid = Some(pid);
            record.status = Status::Running;
            record.started = Some(now());
            store.write(&record).map(|()| pid)
        });
        match begun {
            Ok(pid) => {
                drop(lock);
                Ok(Running { record, host, pid, store, steps })
            }
            Err(error) => Err(undone(steps, &store, &record.id, error).await),
        }
    }
}

/// Takes back what was made when the rest could not be, and forgets the container. Answers the error to tell.
pub async fn undone(mut steps: Steps, store: &Store, id: &str, error: Error) -> Error {
    let left = steps.take_back(|_| true).await;
    drop(steps);
    match left.and_then(|()| forget(store, id)) {
        Ok(()) => error,
        Err(left) => {
            let message = format!(
                "{}; and not all of it could be taken back, which `silo gc` tries again: {left}",
                error.message
            );
            Error { message, ..error }
        }
    }
}

impl Running {
    /// The process has ended: records that, releases what the container held, and forgets it if it is to be removed. What
    /// cannot be released is told, and left to a collector.
    pub async fn finish(mut self, code: u32) {
        let remove = self.record.remove;
        self.record.status = Status::Stopped;
        self.record.exit_code = Some(code);
        self.record.finished = Some(now());
        self.record.pid = None;
        let written = if remove { Ok(()) } else { self.store.write(&self.record) };
        let released = self.steps.take_back(|resource| remove || !matches!(resource, Resource::Layer { .. })).await;
        let Running { record, store, steps, .. } = self;
        drop(steps);
        let forgotten = match (remove, &released) {
            (true, Ok(())) => store.lock(&record.id).and_then(|_lock| forget(&store, &record.id)),
            _ => Ok(()),
        };
        for error in [written, released, forgotten].into_iter().filter_map(Result::err) {
            eprintln!("silo: warning: {error}; `silo gc` tries it again");
        }
    }

    /// Ends and forgets a container that its keeper cannot keep. The failure that led here is the one to tell.
    pub async fn abandon(mut self) {
        let released = self.steps.take_back(|_| true).await;
        let Running { record, store, steps, .. } = self;
        drop(steps);
        if released.is_ok() {
            let _ = forget(&store, &record.id);
        }
    }
}

/// Removes a container's folder, unless its ledger lists something. Whoever calls holds its lock, or is its only keeper.
pub fn forget(store: &Store, id: &str) -> Result<()> {
    let folder = store.roots.folder(id);
    if !ledger::outstanding(&folder)?.is_empty() {
        let message = "its ledger still lists what exists; reclaim it with `silo gc`";
        return Err(Error::invalid_state("forget", id, message));
    }
    let removed = std::fs::remove_dir_all(&folder);
    match removed {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(crate::store::failed("remove", &folder, &error)),
        _ => {
            super::remove_lock(&folder);
            Ok(())
        }
    }
}
