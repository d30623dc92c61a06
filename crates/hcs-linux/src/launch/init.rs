//! A container's init: from birth in its namespaces to the user's program.

use super::channel::Channel;
use super::message::{InitRequest, ToInit, ToKeeper};
use super::namespaces::Namespaces;
use super::program::{self, Surroundings};
use super::{network, spawn, streams};
use crate::cgroup::Joiner;
use crate::process::state::{State, Status};
use crate::process::{Opener, find_program, hooks, sysctl};
use crate::rootfs::{self, RootPlan};
use crate::sys::clone;
use crate::{Context, Failure};
use hcs_schema::oci::{NamespaceKind, Spec};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::net::SocketFlags;
use std::convert::Infallible;
use std::os::fd::{AsFd, OwnedFd};

/// Begins as init, or as the stage that makes it.
pub fn start(mut request: InitRequest, channel: &Channel) -> Result<Infallible, Failure> {
    let linux = request.document.oci_specification.linux.as_ref();
    let namespaces = Namespaces::of(linux.map(|linux| linux.namespaces.as_slice()).unwrap_or_default());
    let joiner = super::claim_groups(&request.cgroup)?;
    let prepared = claim(&request.prepared)?;
    let born = Born {
        stdio: request.stdio.map(|numbers| numbers.into_iter().map(super::claim).collect()).transpose()?,
        gate: request.gate.map(super::claim).transpose()?,
    };
    if !std::mem::take(&mut request.stage) {
        return run(&request, channel, &namespaces, joiner, prepared, born);
    }
    // Processes of a joined namespace must not look into this one before it is theirs.
    rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)
        .doing(|| "hide the stage from the container")?;
    namespaces.join()?;
    let flags = namespaces.birth_flags() | libc::CLONE_PARENT as u64;
    let child = clone::clone3(flags, None, || {
        match tie(channel, &namespaces).and_then(|()| run(&request, channel, &namespaces, joiner, prepared, born)) {
            Ok(never) => never,
            Err(failure) => spawn::fail(channel, failure),
        }
    })
    .doing(|| "make the container's first process")?;
    channel.send(&ToKeeper::Init { pid: child.pid }, &[])?;
    clone::exit_now(0)
}

/// What init has from birth.
struct Born {
    stdio: Option<Vec<OwnedFd>>,
    gate: Option<OwnedFd>,
}

/// What a process made by a stage does first.
fn tie(channel: &Channel, namespaces: &Namespaces) -> Result<(), Failure> {
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))
        .doing(|| "tie init to its keeper")?;
    if namespaces.makes(NamespaceKind::User) {
        match channel.receive()? {
            Some((ToInit::Mapped, _)) => {
                spawn::become_namespace_root().doing(|| "become root of the user namespace")?
            }
            other => return Err(unexpected("the id maps", other)),
        }
    }
    Ok(())
}

fn run(
    request: &InitRequest,
    channel: &Channel,
    namespaces: &Namespaces,
    joiner: Joiner,
    prepared: Vec<(usize, OwnedFd)>,
    born: Born,
) -> Result<Infallible, Failure> {
    let Born { stdio, gate } = born;
    let spec = &request.document.oci_specification;
    let linux = spec.linux.clone().unwrap_or_default();
    enter(spec, namespaces, joiner)?;
    let plan = RootPlan {
        document: &request.document,
        has_user_namespace: namespaces.has(NamespaceKind::User),
        rootless: request.rootless,
        layout: &request.layout,
        has_cgroup_namespace: namespaces.has(NamespaceKind::Cgroup),
        prepared,
    };
    rootfs::set_propagation(spec)?;
    let root = rootfs::assemble(&plan)?;
    let pid = run_early_hooks(request, channel)?;
    let terminal = open_terminal(spec, channel, &root)?;
    let procfs = root.procfs()?;
    let open_proc: Opener<'_> = &|path, flags| procfs.open(&path.to_string_lossy(), flags);
    sysctl::apply(&linux.sysctl, open_proc)?;
    rootfs::seal(&root, spec)?;
    rootfs::pivot(&root)?;
    drop((root, plan));
    let process = spec.process.as_ref().ok_or_else(|| Failure::invalid("process", "the specification has none"))?;
    let become_program = |channel: &Channel| {
        let state = request.state(Status::Created, pid);
        let surroundings = Surroundings {
            seccomp: linux.seccomp.as_ref(),
            listener: request.listener.map(super::claim).transpose()?,
            personality: linux.personality.as_ref(),
            lsm: request.lsm,
            pid,
            state: &state,
            joins: false,
            heritage: request.heritage,
        };
        let ready = program::become_user(process, surroundings, open_proc)?;
        if let Some(hooks) = &spec.hooks {
            hooks::run(&hooks.start_container, "startContainer", &request.state(Status::Created, own_pid()))?;
        }
        ready.exec(&[channel.as_fd()], |failure| spawn::fail(channel, failure))
    };
    channel.send(&ToKeeper::Ready, &[])?;
    match channel.receive()? {
        Some((ToInit::Start, fds)) => {
            drop(gate);
            streams::take(stdio.unwrap_or(fds), terminal)?;
            become_program(channel)
        }
        Some((ToInit::Leave, _)) => {
            check_program(spec)?;
            // Before its maker ends: those who wait for the end of the maker's output would wait for the container.
            streams::take(stdio.unwrap_or_default(), terminal)?;
            let caller = wait_at(gate, channel)?;
            match become_program(&caller) {
                Ok(never) => match never {},
                // Whoever said the word is to know, and not the one who left.
                Err(failure) => spawn::fail(&caller, failure),
            }
        }
        // The keeper went away, or gave the container up: nobody is left to tell.
        None => clone::exit_now(1),
        other => Err(unexpected("the word to start", other)),
    }
}

/// Refuses a program that is not there while its maker is still here to be told. Only hooks could make it appear later; and a
/// path that begins at the working directory is looked up when the process is there.
fn check_program(spec: &Spec) -> Result<(), Failure> {
    let Some(process) = &spec.process else { return Ok(()) };
    let hooks = spec.hooks.as_ref().is_some_and(|hooks| !hooks.start_container.is_empty());
    let name = process.args.first().map(String::as_str).unwrap_or_default();
    if hooks || (name.contains('/') && !name.starts_with('/')) {
        return Ok(());
    }
    match find_program(name, &process.env) {
        // Whoever runs it may be allowed what this process is not, and the other way round.
        Err(failure) if failure.errno == libc::ENOENT => Err(failure),
        _ => Ok(()),
    }
}

/// Goes on without the keeper, and waits for somebody who says the word to start. A caller that leaves without a word has
/// only looked whether this process still waits.
fn wait_at(gate: Option<OwnedFd>, keeper: &Channel) -> Result<Channel, Failure> {
    let gate = gate.ok_or_else(|| Failure::new("wait for the word to start", "there is no socket to wait at"))?;
    rustix::process::set_parent_process_death_signal(None).doing(|| "go on without the keeper")?;
    keeper.send(&ToKeeper::Left, &[])?;
    loop {
        let caller = match rustix::net::accept_with(&gate, SocketFlags::CLOEXEC) {
            Ok(caller) => Channel::from_fd(caller),
            Err(Errno::INTR | Errno::CONNABORTED) => continue,
            Err(errno) => return Err(Failure::errno("wait for the word to start", errno)),
        };
        if let Ok(Some((ToInit::Start, _))) = caller.receive() {
            return Ok(caller);
        }
    }
}

/// Joins the control groups, and makes what a process cannot be born in.
fn enter(spec: &Spec, namespaces: &Namespaces, joiner: Joiner) -> Result<(), Failure> {
    // A session of its own: signals of the keeper's terminal are not for the container.
    rustix::process::setsid().doing(|| "begin a session")?;
    joiner.enter()?;
    drop(joiner);
    if namespaces.makes(NamespaceKind::Cgroup) {
        clone::unshare(libc::CLONE_NEWCGROUP as u64).doing(|| "make a control group namespace")?;
    }
    if namespaces.makes(NamespaceKind::Time) {
        enter_time_namespace(spec)?;
    }
    if namespaces.makes(NamespaceKind::Network) {
        network::loopback_up()?;
    }
    if let Some(name) = spec.hostname.as_deref().filter(|name| !name.is_empty()) {
        rustix::system::sethostname(name.as_bytes()).doing(|| format!("set the host name {name}"))?;
    }
    if let Some(name) = spec.domainname.as_deref().filter(|name| !name.is_empty()) {
        rustix::system::setdomainname(name.as_bytes()).doing(|| format!("set the domain name {name}"))?;
    }
    Ok(())
}

/// Makes a time namespace, sets its offsets while nobody is in it, and enters it.
fn enter_time_namespace(spec: &Spec) -> Result<(), Failure> {
    clone::unshare(libc::CLONE_NEWTIME as u64).doing(|| "make a time namespace")?;
    for (clock, offset) in spec.linux.iter().flat_map(|linux| &linux.time_offsets) {
        let line = format!("{clock} {} {}\n", offset.secs, offset.nanosecs);
        std::fs::write("/proc/self/timens_offsets", &line)
            .doing(|| format!("set linux.timeOffsets.{clock} to {}", line.trim()))?;
    }
    let path = "/proc/self/ns/time_for_children";
    let fd =
        rustix::fs::open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty()).doing(|| format!("open {path}"))?;
    clone::setns(fd.as_fd(), libc::CLONE_NEWTIME as u64).doing(|| "enter the time namespace")
}

/// Lets the keeper run the hooks of the runtime's namespace, then runs those of the container's. Answers init's id on the host.
fn run_early_hooks(request: &InitRequest, channel: &Channel) -> Result<u32, Failure> {
    let spec = &request.document.oci_specification;
    let hooks = spec.hooks.clone().unwrap_or_default();
    let early = [&hooks.prestart, &hooks.create_runtime, &hooks.create_container, &hooks.start_container];
    if request.listener.is_none() && early.iter().all(|hooks| hooks.is_empty()) {
        return Ok(0);
    }
    channel.send(&ToKeeper::Hooks, &[])?;
    let pid = match channel.receive()? {
        Some((ToInit::HooksDone { pid }, _)) => pid,
        // A hook failed: the keeper tells, and ends this process.
        None => clone::exit_now(1),
        other => return Err(unexpected("the hooks", other)),
    };
    hooks::run(&hooks.create_container, "createContainer", &request.state(Status::Creating, own_pid()))?;
    Ok(pid)
}

/// This process's id as the container sees it, which is what hooks in the container's namespaces are told.
fn own_pid() -> u32 {
    rustix::process::getpid().as_raw_nonzero().get().unsigned_abs()
}

fn open_terminal(spec: &Spec, channel: &Channel, root: &rootfs::Root) -> Result<Option<OwnedFd>, Failure> {
    let Some(process) = spec.process.as_ref().filter(|process| process.terminal) else { return Ok(None) };
    let (master, slave) = rootfs::terminal(root)?;
    streams::set_size(&master, process.console_size.as_ref())?;
    channel.send(&ToKeeper::Terminal, &[master.as_fd()])?;
    Ok(Some(slave))
}

impl InitRequest {
    fn state(&self, status: Status, pid: u32) -> State {
        State::of(&self.document.oci_specification, &self.id, status, pid, &self.document.oci_bundle_path)
    }
}

fn claim(numbers: &[(usize, i32)]) -> Result<Vec<(usize, OwnedFd)>, Failure> {
    let claim = |&(index, number): &(usize, i32)| {
        let fd = clone::inherited(number);
        fd.map(|fd| (index, fd)).ok_or_else(|| Failure::new(format!("mounts[{index}]"), "its descriptor is not open"))
    };
    numbers.iter().map(claim).collect()
}

fn unexpected(awaited: &str, message: Option<(ToInit, Vec<OwnedFd>)>) -> Failure {
    Failure::new(format!("wait for {awaited}"), format!("the keeper said {:?}", message.map(|(message, _)| message)))
}
