//! One compute system: its state, its processes, and the verbs once it exists. How it comes to be is in [`drive`](super::drive).
//!
//! ```text
//! Creating ──create──▶ Created ──execute──▶ Running ──process ends──▶ Stopped ──delete──▶ (gone)
//!     └── a failure releases everything ──▶ (gone)
//! ```

use super::process::Process;
use crate::Failure;
use crate::cgroup::{self, Cgroup, Layout};
use crate::launch::Namespaces;
use crate::launch::channel::Channel;
use crate::process::hooks;
use crate::process::state::{State, Status};
use hcs_host::{Error, Event, EventKind, Ledger, Resource, Result};
use hcs_schema::HResult;
use hcs_schema::document::{
    GuestResourceType, LinuxContainer, ModifyRequest, ProcessDetails, Properties, PropertyQuery, PropertyType,
};
use hcs_schema::oci::{self, NamespaceKind};
use hcs_schema::v2::{OsType, SystemType};
use std::collections::BTreeMap;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::broadcast;

/// Ended processes that are remembered for late waiters; the oldest are forgotten beyond that.
const REMEMBERED: usize = 256;

/// A compute system.
pub struct System {
    pub(super) id: String,
    pub(super) bundle: String,
    pub(super) spec: oci::Spec,
    pub(super) namespaces: Namespaces,
    pub(super) cgroup: Mutex<Cgroup>,
    pub(super) ledger: Arc<dyn Ledger>,
    pub(super) inner: Mutex<Inner>,
    pub(super) events: broadcast::Sender<Event>,
}

/// What changes in a system's life.
#[derive(Default)]
pub(super) struct Inner {
    pub phase: Phase,
    pub init: Option<Arc<Process>>,
    /// The socket to init, until the user's program runs.
    pub channel: Option<Channel>,
    /// Whether init has had its streams from the beginning.
    pub born_with_streams: bool,
    /// Whether the program is to start as soon as everything is made.
    pub at_once: bool,
    /// Whether the word to start was given before init asked for it.
    pub told: bool,
    /// The master of its terminal, until it is handed out.
    pub master: Option<OwnedFd>,
    pub(super) processes: BTreeMap<u32, Arc<Process>>,
    /// Ids in the order they came, to forget the oldest.
    pub(super) order: Vec<u32>,
    /// The way it was asked to end, if it was.
    pub(super) asked: Option<EventKind>,
    pub frozen: bool,
    /// Whether hooks have begun to run.
    pub hooked: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Phase {
    #[default]
    Creating,
    Created,
    Running,
    Stopped,
}

impl System {
    /// Decides what a system will be made of, and makes nothing.
    pub fn plan(
        id: &str,
        document: &LinuxContainer,
        layout: &Layout,
        ledger: &Arc<dyn Ledger>,
        events: &broadcast::Sender<Event>,
    ) -> std::result::Result<System, Failure> {
        let spec = document.oci_specification.clone();
        let namespaces = super::namespaces(document);
        namespaces.check(&spec)?;
        let linux = spec.linux.as_ref();
        let resources = linux.and_then(|linux| linux.resources.clone()).unwrap_or_default();
        let path = linux.and_then(|linux| linux.cgroups_path.as_deref());
        let cgroup = Cgroup::plan(layout, path, id, &resources, &cgroup::Options::here())?;
        // Before anything is entered or made: a group that is in use is somebody else's, and must not be released as ours.
        cgroup.check_vacant()?;
        Ok(System {
            id: id.to_owned(),
            bundle: document.oci_bundle_path.clone(),
            namespaces,
            spec,
            cgroup: Mutex::new(cgroup),
            ledger: Arc::clone(ledger),
            inner: Mutex::default(),
            events: events.clone(),
        })
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        // Each change under the lock is complete before anything can panic.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn cgroup(&self) -> MutexGuard<'_, Cgroup> {
        self.cgroup.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state's word.
    pub fn state(&self) -> &'static str {
        let inner = self.lock();
        match inner.phase {
            Phase::Creating => "Creating",
            Phase::Created => "Created",
            Phase::Running if inner.frozen => "Paused",
            Phase::Running => "Running",
            Phase::Stopped => "Stopped",
        }
    }

    /// Id of its first process on this machine.
    pub fn init_pid(&self) -> Option<u32> {
        self.lock().init.as_ref().map(|init| init.identity.pid)
    }

    /// Its control group folders.
    pub fn cgroup_folders(&self) -> Vec<PathBuf> {
        self.cgroup().folders().to_vec()
    }

    /// The process of this id.
    pub fn process(&self, operation: &str, pid: u32) -> Result<Arc<Process>> {
        let inner = self.lock();
        let init = inner.init.as_ref().filter(|init| init.identity.pid == pid);
        init.or_else(|| inner.processes.get(&pid)).cloned().ok_or_else(|| {
            let message = format!("no process {pid} was started in it");
            Error::new(operation, &self.id, HResult::ERROR_NOT_FOUND, message)
        })
    }

    /// Remembers a process that joined.
    pub(super) fn remember(&self, process: Arc<Process>) {
        let mut inner = self.lock();
        let pid = process.identity.pid;
        inner.order.retain(|known| *known != pid);
        inner.order.push(pid);
        inner.processes.insert(pid, process);
        if inner.order.len() > REMEMBERED {
            let ended = |pid: &u32| inner.processes.get(pid).is_none_or(|process| process.exit_code().is_some());
            if let Some(oldest) = inner.order.iter().position(ended) {
                let pid = inner.order.remove(oldest);
                inner.processes.remove(&pid);
            }
        }
    }

    /// Called once when the first process has ended.
    pub(super) fn ended(&self) {
        let kind = {
            let mut inner = self.lock();
            inner.phase = Phase::Stopped;
            inner.channel = None;
            inner.asked.unwrap_or(EventKind::UnexpectedExit)
        };
        if !self.namespaces.has(NamespaceKind::Pid) {
            // Without a process id namespace of its own, the rest of the container does not end with its first process.
            let _ = self.cgroup().kill();
        }
        // Nobody listening is no error.
        let _ = self.events.send(Event { id: self.id.clone(), kind, result: HResult::S_OK });
    }

    pub(super) fn init(&self, operation: &str) -> Result<Arc<Process>> {
        let inner = self.lock();
        match (&inner.init, inner.phase) {
            (_, Phase::Stopped) => {
                let message = "it has stopped";
                Err(Error::new(operation, &self.id, HResult::HCS_E_SYSTEM_ALREADY_STOPPED, message))
            }
            (Some(init), _) => Ok(Arc::clone(init)),
            (None, _) => Err(Error::invalid_state(operation, &self.id, "it is still being made")),
        }
    }

    fn end(&self, operation: &str, signal: i32, kind: EventKind) -> Result<()> {
        let init = self.init(operation)?;
        self.lock().asked = Some(kind);
        init.signal(&self.id, signal).map(drop)
    }

    /// Asks it to end.
    pub fn shutdown(&self) -> Result<()> {
        self.end("shutdown", libc::SIGTERM, EventKind::GracefulExit)
    }

    /// Ends it by force.
    pub fn terminate(&self) -> Result<()> {
        self.end("terminate", libc::SIGKILL, EventKind::ForcedExit)?;
        // A frozen process dies only once it is thawed.
        if self.lock().frozen { self.set_frozen(false) } else { Ok(()) }
    }

    /// Signals every process. They are stopped meanwhile, so that none is missed because another has just made it.
    pub fn signal_all(&self, number: i32) -> Result<()> {
        let failed = |failure: Failure| failure.into_error("signal", &self.id);
        let frozen = self.lock().frozen;
        let cgroup = self.cgroup();
        if number == libc::SIGKILL && !cgroup.is_empty() {
            return cgroup.kill().map_err(failed);
        }
        let stops = !frozen && !cgroup.is_empty() && number != 0;
        if stops {
            cgroup.freeze().map_err(failed)?;
        }
        drop(cgroup);
        let sent = self
            .process_list()
            .and_then(|all| all.iter().try_for_each(|process| super::process::send_to(process.process_id, number)));
        let thawed = if stops { self.cgroup().thaw() } else { Ok(()) };
        sent.and(thawed).map_err(failed)
    }

    /// How many processes the kernel killed because memory ran out.
    pub fn oom_kills(&self) -> Result<u64> {
        self.cgroup().oom_kills().map_err(|failure| failure.into_error("read statistics of", &self.id))
    }

    /// A descriptor that can be read from whenever its memory may have run out.
    pub fn oom_notice(&self) -> Result<Option<OwnedFd>> {
        self.cgroup().oom_notice().map_err(|failure| failure.into_error("watch the memory of", &self.id))
    }

    /// Suspends or resumes every process.
    pub fn set_frozen(&self, frozen: bool) -> Result<()> {
        let operation = if frozen { "pause" } else { "resume" };
        self.init(operation)?;
        if self.cgroup().folders().is_empty() {
            let message = "it has no control group; run as root, or where control groups are delegated to the user";
            return Err(Error::unsupported(operation, &self.id, message));
        }
        let done = if frozen { self.cgroup().freeze() } else { self.cgroup().thaw() };
        done.map_err(|failure| failure.into_error(operation, &self.id))?;
        self.lock().frozen = frozen;
        Ok(())
    }

    /// Reads properties.
    pub fn properties(&self, query: &PropertyQuery) -> Result<Properties> {
        let failed = |failure: Failure| failure.into_error("read properties of", &self.id);
        let mut properties = Properties {
            id: self.id.clone(),
            state: self.state().into(),
            system_type: SystemType::Container,
            runtime_os_type: OsType::Linux,
            ..Properties::default()
        };
        for kind in &query.property_types {
            match kind {
                PropertyType::ProcessList => properties.process_list = self.process_list().map_err(failed)?,
                PropertyType::Statistics => properties.metrics = self.cgroup().statistics().map_err(failed)?,
                // Others are for other kinds of system, and are ignored as the guest of HCS ignores them.
                _ => {}
            }
        }
        Ok(properties)
    }

    fn process_list(&self) -> std::result::Result<Vec<ProcessDetails>, Failure> {
        let mut pids = self.cgroup().pids()?;
        if self.cgroup().folders().is_empty() {
            let inner = self.lock();
            let known = inner.init.iter().chain(inner.processes.values());
            pids = known.filter(|process| process.exit_code().is_none()).map(|process| process.identity.pid).collect();
        }
        let name = |pid: &u32| std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
        let details = |pid: u32| ProcessDetails {
            process_id: pid,
            image_name: name(&pid).trim_end().to_owned(),
            ..ProcessDetails::default()
        };
        Ok(pids.into_iter().map(details).collect())
    }

    /// Changes a resource: `ContainerConstraints` with the resources of the Linux section.
    pub fn modify(&self, request: &ModifyRequest) -> Result<()> {
        if request.resource_type != GuestResourceType::ContainerConstraints {
            let message = format!("{} cannot be changed on a Linux host", request.resource_type);
            return Err(Error::unsupported("modify", &self.id, message));
        }
        let linux = request.settings.get("Linux").cloned().unwrap_or_default();
        let resources: oci::Resources = serde_json::from_value(linux)
            .map_err(|error| Error::invalid("modify", &self.id, format!("ContainerConstraints.Linux: {error}")))?;
        self.init("modify")?;
        self.update(&resources).map_err(|failure| failure.into_error("modify", &self.id))
    }

    /// Changes limits; one of a kind that had none before may take a further folder, which the ledger is told of first.
    fn update(&self, resources: &oci::Resources) -> std::result::Result<(), Failure> {
        let mut cgroup = self.cgroup();
        let extension = cgroup.extension(&Layout::detect()?, resources, &cgroup::Options::here())?;
        if let Some(extension) = extension {
            for path in extension.folders() {
                self.enter(&Resource::Cgroup { path: path.clone() })?;
            }
            cgroup.absorb(extension)?;
        }
        cgroup.update(resources)
    }

    pub(super) fn enter(&self, resource: &Resource) -> std::result::Result<(), Failure> {
        self.ledger.record(resource).map_err(|error| Failure::new("enter a resource in the ledger", error.to_string()))
    }

    /// Releases everything once it has stopped, and runs the hooks that come after. How its processes ended stays known.
    pub async fn delete(&self) -> Result<()> {
        if !matches!(self.lock().phase, Phase::Stopped | Phase::Created) {
            let message = "it is running; stop it first, or remove it by force";
            return Err(Error::invalid_state("delete", &self.id, message));
        }
        let init = self.lock().init.clone();
        if let Some(init) = init {
            // A created system never ran anything of the user's; its init goes without ceremony.
            init.signal(&self.id, libc::SIGKILL)?;
            init.exited(&self.id).await?;
            let _ = self.ledger.strike(&Resource::Process { process: init.identity });
        }
        self.release()?;
        self.poststop();
        Ok(())
    }

    /// Runs the hooks that come after all is gone; what fails is told and changes nothing.
    pub(super) fn poststop(&self) {
        let Some(hooks) = &self.spec.hooks else { return };
        let state = self.hook_state(Status::Stopped, 0);
        for failure in hooks::run_all(&hooks.poststop, "poststop", &state) {
            eprintln!("silo: {failure}");
        }
    }

    /// Removes the control groups.
    pub(super) fn release(&self) -> Result<()> {
        let failed = |failure: Failure| failure.into_error("release the control groups of", &self.id);
        let cgroup = self.cgroup();
        if !cgroup.remove_empty() {
            cgroup.kill().map_err(failed)?;
            cgroup.remove().map_err(failed)?;
        }
        for path in cgroup.folders() {
            self.ledger.strike(&Resource::Cgroup { path: path.clone() })?;
        }
        Ok(())
    }

    /// What hooks read on their standard input.
    pub(super) fn hook_state(&self, status: Status, pid: u32) -> State {
        State::of(&self.spec, &self.id, status, pid, &self.bundle)
    }
}
