//! A process that joins a running container.
//!
//! The helper is a stage: it enters the container's namespaces and control groups, leaves behind a child of the keeper that
//! is inside the process id namespace too, and ends. Until it runs the user's program it is not dumpable, and the program it
//! runs from is sealed, so that the container's processes can neither trace it nor write to what they see of it.

use super::channel::Channel;
use super::message::{JoinRequest, ToInit, ToKeeper};
use super::namespaces::clone_flags;
use super::program::{self, Surroundings};
use super::{claim, spawn, streams};
use crate::process::{Opener, affinity, oom};
use crate::rootfs::{self, ProcFs};
use crate::sys::clone;
use crate::{Context, Failure};
use hcs_schema::oci::NamespaceKind;
use std::cell::OnceCell;
use std::convert::Infallible;
use std::os::fd::{AsFd, OwnedFd};

/// Begins as the stage.
pub fn start(request: JoinRequest, channel: &Channel) -> Result<Infallible, Failure> {
    let joiner = super::claim_groups(&request.cgroup)?;
    let init = claim(request.init)?;
    let stdio =
        request.stdio.map(|numbers| numbers.into_iter().map(claim).collect::<Result<Vec<_>, _>>()).transpose()?;
    if let Some(adjustment) = request.process.oom_score_adj {
        // Only while this process's files in procfs are its own: those of a process that is not dumpable are the host root's.
        let host_proc: Opener<'_> = &|path, flags| {
            let path = std::path::Path::new("/proc").join(path);
            rustix::fs::open(&path, flags, rustix::fs::Mode::empty()).doing(|| format!("open {}", path.display()))
        };
        oom::apply(oom::parse(adjustment)?, host_proc)?;
    }
    rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)
        .doing(|| "hide the helper from the container")?;
    bind_at_first(&request)?;
    joiner.enter()?;
    drop(joiner);
    clone::setns(init.as_fd(), clone_flags(request.namespaces.iter().copied()))
        .doing(|| format!("join the namespaces of {}", request.id))?;
    drop(init);
    let flags = libc::CLONE_PARENT as u64;
    let child = clone::clone3(flags, None, || match run(&request, channel, stdio) {
        Ok(never) => never,
        Err(failure) => spawn::fail(channel, failure),
    })
    .doing(|| "make the process")?;
    channel.send(&ToKeeper::Init { pid: child.pid }, &[])?;
    clone::exit_now(0)
}

/// Binds this process to the CPUs that it may use until it is in the container's control groups.
fn bind_at_first(request: &JoinRequest) -> Result<(), Failure> {
    let property = "process.execCPUAffinity.initial";
    let affinity = request.process.exec_cpu_affinity.as_ref();
    let list = affinity.and_then(|affinity| affinity.initial.as_deref()).filter(|list| !list.is_empty());
    let Some(list) = list else { return Ok(()) };
    match affinity::apply(property, &affinity::parse(property, list)?) {
        // Born in a version 2 group there is no time before it, and its CPUs are the only ones to be had.
        Err(failure) if failure.errno == libc::EINVAL && request.cgroup.is_empty() => Ok(()),
        bound => bound,
    }
}

fn run(request: &JoinRequest, channel: &Channel, stdio: Option<Vec<OwnedFd>>) -> Result<Infallible, Failure> {
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))
        .doing(|| "tie the process to its keeper")?;
    if !channel.is_open() {
        // The keeper died before this process was tied to it.
        clone::exit_now(1);
    }
    rustix::process::setsid().doing(|| "begin a session")?;
    if request.namespaces.contains(&NamespaceKind::User) {
        spawn::become_namespace_root().doing(|| "become root of the user namespace")?;
    }
    let process = &request.process;
    let terminal = if process.terminal {
        let (master, slave) = rootfs::terminal_of_running()?;
        streams::set_size(&master, process.console_size.as_ref())?;
        channel.send(&ToKeeper::Terminal, &[master.as_fd()])?;
        Some(slave)
    } else {
        None
    };
    // Most processes need nothing of it, and taking a procfs down again costs more than all the rest.
    let procfs = OnceCell::new();
    let open_proc: Opener<'_> = &|path, flags| match procfs.get_or_init(|| ProcFs::new(true)) {
        Ok(procfs) => procfs.open(&path.to_string_lossy(), flags),
        Err(failure) => Err(Failure::clone(failure)),
    };
    streams::take(stdio.unwrap_or_default(), terminal)?;
    let surroundings = Surroundings {
        seccomp: request.seccomp.as_ref(),
        listener: request.listener.map(claim).transpose()?,
        personality: request.personality.as_ref(),
        lsm: request.lsm,
        pid: own_pid(request, channel)?,
        state: &request.state,
        joins: true,
        heritage: request.heritage,
    };
    let ready = program::become_user(process, surroundings, open_proc)?;
    ready.exec(&[channel.as_fd()], |failure| spawn::fail(channel, failure))
}

/// This process's id on the host, which only the keeper knows and only a filter's agent is told.
fn own_pid(request: &JoinRequest, channel: &Channel) -> Result<u32, Failure> {
    if request.listener.is_none() {
        return Ok(0);
    }
    match channel.receive()? {
        Some((ToInit::HooksDone { pid }, _)) => Ok(pid),
        other => {
            Err(Failure::new("learn this process's id", format!("the keeper said {:?}", other.map(|(said, _)| said))))
        }
    }
}
