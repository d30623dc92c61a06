//! How a system comes to be and how processes start in it: the keeper's half of the talk with helpers.

use super::creation::Creation;
use super::process::{self, Process};
use super::system::{Phase, System};
use super::talk::{Step, Talk, readiness, vanished};
use crate::cgroup::{Joiner, Layout};
use crate::launch::idmap;
use crate::launch::message::{InitRequest, Request, ToInit, ToKeeper};
use crate::launch::spawn::{self, Options};
use crate::process::hooks;
use crate::process::lsm::Present;
use crate::process::seccomp::Listener;
use crate::process::state::Status;
use crate::rootfs;
use crate::{Context, Failure};
use hcs_host::{Error, ProcessIdentity, Resource, Result, Stdio};
use hcs_schema::document::LinuxContainer;
use hcs_schema::oci::NamespaceKind;
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::sync::Arc;

impl System {
    /// Makes it: control groups, namespaces, root; everything but the user's program.
    pub async fn create(self: &Arc<Self>, document: &LinuxContainer, layout: Layout, creation: Creation) -> Result<()> {
        // Until the folders are made, what is in them is somebody else's: nothing may be released, because that kills it.
        self.make_cgroup().map_err(|failure| failure.into_error("create", &self.id))?;
        match self.make(document, layout, creation).await {
            Ok(()) => Ok(()),
            Err(failure) => {
                // The first failure is the one to tell; what cannot be released stays in the ledger.
                let _ = self.release();
                if self.lock().hooked {
                    self.poststop();
                }
                Err(failure.into_error("create", &self.id))
            }
        }
    }

    async fn make(self: &Arc<Self>, document: &LinuxContainer, layout: Layout, mut creation: Creation) -> Step<()> {
        let heritage = creation.heritage();
        let (stdio, console) = match creation.stdio.take() {
            Some(stdio) if self.has_terminal() => (None, stdio.console),
            stdio => (stdio.map(streams).transpose()?, None),
        };
        let gate = creation.gate.take();
        let joiner = self.limit()?;
        let layout = self.cgroup().placed(layout);
        let prepared = rootfs::prepare_sources(document)?;
        let listener = self.listener()?;
        let staged = !self.namespaces.joined.is_empty();
        let request = Request::Init(Box::new(InitRequest {
            id: self.id.clone(),
            document: document.clone(),
            cgroup: joiner.tasks().map(|fd| fd.as_raw_fd()).collect(),
            listener: listener.as_ref().map(AsRawFd::as_raw_fd),
            lsm: Present::detect(),
            layout,
            prepared: prepared.iter().map(|(index, fd)| (*index, fd.as_raw_fd())).collect(),
            rootless: !rustix::process::geteuid().is_root(),
            stage: staged,
            stdio: stdio.as_ref().map(numbers),
            gate: gate.as_ref().map(AsRawFd::as_raw_fd),
            heritage,
        }));
        let mut inherit: Vec<BorrowedFd<'_>> =
            joiner.tasks().chain(prepared.iter().map(|(_, fd)| fd.as_fd())).collect();
        inherit.extend(listener.iter().chain(stdio.iter().flatten()).chain(&gate).map(AsFd::as_fd));
        self.lock().at_once = creation.at_once && stdio.is_some();
        self.lock().born_with_streams = stdio.is_some();
        let namespaces = if staged { 0 } else { self.namespaces.birth_flags() };
        let options = Options { namespaces, cgroup: joiner.v2(), inherit };
        let mut talk = Talk::new(spawn::spawn(&request, &options)?, staged)?;
        // The container's ends of its pipes are its own alone.
        drop((stdio, gate));
        let mut made = self.set_up(&mut talk).await;
        if made.is_ok() {
            made = self.adopt_init(&mut talk).and_then(|init| match (console, talk.master.take()) {
                (Some(console), Some(master)) => hand_out(master, &init, Some(console)),
                (_, master) => {
                    talk.master = master;
                    Ok(())
                }
            });
        }
        if made.is_err() {
            talk.settle().await;
            talk.discard();
            return made;
        }
        let mut inner = self.lock();
        inner.master = talk.master.take();
        inner.channel = Some(talk.channel);
        inner.phase = Phase::Created;
        Ok(())
    }

    fn make_cgroup(&self) -> Step<()> {
        let cgroup = self.cgroup();
        cgroup.check_vacant()?;
        for path in cgroup.folders() {
            self.enter(&Resource::Cgroup { path: path.clone() })?;
        }
        cgroup.create().inspect_err(|_| {
            for path in cgroup.folders() {
                // An entry too many is released again later, which does no harm.
                let _ = self.ledger.strike(&Resource::Cgroup { path: path.clone() });
            }
        })
    }

    fn limit(&self) -> Step<Joiner> {
        let cgroup = self.cgroup();
        // Without limits there are still the rules of devices, which deny all but the usual ones.
        let resources = self.spec.linux.as_ref().and_then(|linux| linux.resources.clone()).unwrap_or_default();
        if rootfs::mounts_disks(&self.spec) {
            cgroup.limit(&resources)?
        } else {
            cgroup.apply(&resources)?
        }
        cgroup.joiner()
    }

    /// Applies rules of devices that had to wait for the mounts: before hooks, which may add to them, and before the program.
    fn restrict_late(&self, waiting: &mut bool) -> Step<()> {
        if !std::mem::take(waiting) {
            return Ok(());
        }
        let resources = self.spec.linux.as_ref().and_then(|linux| linux.resources.as_ref());
        self.cgroup().restrict(resources.map(|resources| resources.devices.as_slice()).unwrap_or_default())
    }

    /// Connects to the agent of a filter that notifies one.
    pub(super) fn listener(&self) -> Step<Option<OwnedFd>> {
        let seccomp = self.spec.linux.as_ref().and_then(|linux| linux.seccomp.as_ref());
        let path = seccomp.and_then(|seccomp| seccomp.listener_path.as_deref()).filter(|path| !path.is_empty());
        path.map(Listener::connect).transpose()
    }

    /// Follows init until it is ready.
    async fn set_up(&self, talk: &mut Talk) -> Step<()> {
        let mut ready = false;
        let mut unrestricted = rootfs::mounts_disks(&self.spec);
        if talk.process.is_some() {
            self.born(talk)?;
            self.start_early(talk)?;
        }
        loop {
            if ready && talk.process.is_some() {
                return Ok(());
            }
            match talk.receive().await? {
                Some((ToKeeper::Init { pid }, _)) => {
                    talk.adopt(pid)?;
                    self.born(talk)?;
                    self.start_early(talk)?;
                }
                Some((ToKeeper::Hooks, _)) => {
                    self.restrict_late(&mut unrestricted)?;
                    let pid = talk.pid();
                    self.runtime_hooks(pid)?;
                    talk.send(&ToInit::HooksDone { pid }, &[])?;
                }
                Some((ToKeeper::Terminal, fds)) => talk.master = fds.into_iter().next(),
                Some((ToKeeper::Ready, _)) => {
                    self.restrict_late(&mut unrestricted)?;
                    ready = true;
                }
                Some((ToKeeper::Failed(failure), _)) => return Err(failure),
                Some((ToKeeper::Left, _)) => return Err(Failure::new("set up the container", "init left unasked")),
                None => return Err(vanished()),
            }
        }
    }

    /// The process exists: it goes into the ledger, and its id maps are written.
    fn born(&self, talk: &Talk) -> Step<()> {
        let identity = process::identity(talk.pid()).doing(|| "identify the container's first process")?;
        self.enter(&Resource::Process { process: identity })?;
        if !self.namespaces.makes(NamespaceKind::User) {
            return Ok(());
        }
        let linux = self.spec.linux.as_ref();
        let uids = linux.map(|linux| linux.uid_mappings.as_slice()).unwrap_or_default();
        let gids = linux.map(|linux| linux.gid_mappings.as_slice()).unwrap_or_default();
        idmap::write(talk.pid(), uids, gids)?;
        spawn::mapped(&talk.channel)
    }

    /// Gives the word to start before init asks for it, where the caller has brought the streams and nothing has to happen in
    /// between: neither side has to be woken for it then.
    fn start_early(&self, talk: &Talk) -> Step<()> {
        if !self.lock().at_once || !self.starts_by_itself() {
            return Ok(());
        }
        let sent = talk.send(&ToInit::Start, &[]);
        self.lock().told = true;
        match sent {
            // An init that is gone already has said why, which is read next.
            Err(failure) if failure.errno == Errno::PIPE.raw_os_error() => Ok(()),
            sent => sent,
        }
    }

    fn starts_by_itself(&self) -> bool {
        let linux = self.spec.linux.as_ref();
        let notifies =
            linux.and_then(|linux| linux.seccomp.as_ref()).is_some_and(|rules| rules.listener_path.is_some());
        !self.has_terminal() && !notifies && self.spec.hooks.is_none() && !rootfs::mounts_disks(&self.spec)
    }

    fn has_terminal(&self) -> bool {
        self.spec.process.as_ref().is_some_and(|process| process.terminal)
    }

    fn runtime_hooks(&self, pid: u32) -> Step<()> {
        let Some(hooks) = &self.spec.hooks else { return Ok(()) };
        self.lock().hooked = true;
        let state = self.hook_state(Status::Creating, pid);
        hooks::run(&hooks.prestart, "prestart", &state)?;
        hooks::run(&hooks.create_runtime, "createRuntime", &state)
    }

    fn adopt_init(self: &Arc<Self>, talk: &mut Talk) -> Step<Arc<Process>> {
        let (pid, pidfd) = talk.process.take().ok_or_else(vanished)?;
        let identity = process::identity(pid).doing(|| "identify the container's first process")?;
        self.watch_init(identity, pidfd)
    }

    /// Takes the first process under this one's care.
    pub(super) fn watch_init(self: &Arc<Self>, identity: ProcessIdentity, pidfd: OwnedFd) -> Step<Arc<Process>> {
        let system = Arc::clone(self);
        let init = Process::watch(identity, pidfd, move |_| system.ended()).doing(|| "watch the first process")?;
        self.lock().init = Some(Arc::clone(&init));
        Ok(init)
    }

    /// Lets init go on without this process, and wait at its gate for the word to start.
    pub async fn leave(&self) -> Result<()> {
        let channel = self.lock().channel.take();
        let channel =
            channel.ok_or_else(|| Error::invalid_state("leave", &self.id, "its first process does not wait"))?;
        let left = async {
            let readiness = readiness(&channel)?;
            let talk = Talk { channel, readiness, process: None, stage: None, master: None };
            talk.send(&ToInit::Leave, &[])?;
            match talk.receive().await? {
                Some((ToKeeper::Left, _)) => Ok(()),
                Some((ToKeeper::Failed(failure), _)) => Err(failure),
                Some((message, _)) => Err(Failure::new("leave the container", format!("init said {message:?}"))),
                None => Err(vanished()),
            }
        };
        left.await.map_err(|failure: Failure| {
            let operation = if failure.is_of_program() { "execute" } else { "create" };
            failure.into_error(operation, &self.id)
        })
    }

    /// Starts the user's program of a created system.
    pub async fn start(self: &Arc<Self>, stdio: Stdio) -> Result<u32> {
        let failed = |failure: Failure| self.refusal(failure);
        let init = self.init("execute")?;
        let (channel, master) = {
            let mut inner = self.lock();
            if inner.phase != Phase::Created {
                return Err(Error::invalid_state("execute", &self.id, "its first process has been started already"));
            }
            inner.phase = Phase::Running;
            (inner.channel.take(), inner.master.take())
        };
        let channel = channel.ok_or_else(|| Error::invalid_state("execute", &self.id, "it is not ready"))?;
        let readiness = readiness(&channel).map_err(failed)?;
        let talk = Talk { channel, readiness, process: None, stage: None, master: None };
        let started = self.begin(&talk, &init, master, stdio).await;
        if let Err(failure) = started {
            let _ = init.exited(&self.id).await;
            return Err(failed(failure));
        }
        let pid = init.identity.pid;
        if let Some(hooks) = self.spec.hooks.as_ref().filter(|hooks| !hooks.poststart.is_empty()) {
            let state = self.hook_state(Status::Running, pid);
            for failure in hooks::run_all(&hooks.poststart, "poststart", &state) {
                eprintln!("silo: {failure}");
            }
        }
        Ok(pid)
    }

    /// A program that is missing or no program is the failure of `execute`; anything else that of `start`.
    pub(super) fn refusal(&self, failure: Failure) -> Error {
        let operation = if failure.is_of_program() { "execute" } else { "start" };
        failure.into_error(operation, &self.id)
    }

    async fn begin(&self, talk: &Talk, init: &Process, master: Option<OwnedFd>, stdio: Stdio) -> Step<()> {
        let (told, born_with_streams) = {
            let inner = self.lock();
            (inner.told, inner.born_with_streams)
        };
        if self.has_terminal() || born_with_streams {
            if let Some(master) = master {
                hand_out(master, init, stdio.console)?;
            }
            if !told {
                talk.send(&ToInit::Start, &[])?;
            }
        } else {
            let streams = streams(stdio)?;
            talk.send(&ToInit::Start, &[streams[0].as_fd(), streams[1].as_fd(), streams[2].as_fd()])?;
        }
        // The end of file is the good news: the socket closed because the user's program replaced init.
        match talk.receive().await? {
            None => Ok(()),
            Some((ToKeeper::Failed(failure), _)) => Err(failure),
            Some((message, _)) => Err(Failure::new("start the program", format!("init said {message:?}"))),
        }
    }
}

/// Sends a terminal's master to whoever asked for it, and keeps a copy to set its size.
pub(super) fn hand_out(master: OwnedFd, process: &Process, console: Option<OwnedFd>) -> Step<()> {
    if let Some(console) = console {
        crate::launch::channel::send_master(&console, &master)?;
    }
    process.keep_master(master);
    Ok(())
}

pub(super) fn numbers(streams: &[OwnedFd; 3]) -> [i32; 3] {
    [0, 1, 2].map(|index: usize| streams[index].as_raw_fd())
}

/// The three streams; an absent one is the null device.
pub(super) fn streams(stdio: Stdio) -> Step<[OwnedFd; 3]> {
    let null = || {
        rustix::fs::open("/dev/null", OFlags::RDWR | OFlags::CLOEXEC, Mode::empty()).doing(|| "open the null device")
    };
    let or_null = |stream: Option<OwnedFd>| stream.map_or_else(null, Ok);
    Ok([or_null(stdio.stdin)?, or_null(stdio.stdout)?, or_null(stdio.stderr)?])
}
