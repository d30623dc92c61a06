//! The order in which a process takes on the identity that the specification describes.
//!
//! ```text
//! prepare   keyring, oom score, labels, not dumpable, domain, scheduler, I/O priority, CPUs,
//!           owner of standard streams, working directory (made, entered), no_new_privs, limits,
//!           bounding set, groups, group, user, inheritable and ambient set, death signal, umask,
//!           working directory (checked), [capabilities], program found
//!  ...      the caller reports, waits, runs hooks
//! exec      descriptors, signals, filter, notification descriptor, [capabilities], execve
//! ```
//!
//! A filter loads with `no_new_privs` or with `CAP_SYS_ADMIN`. Without the former, the permitted capabilities are kept until the
//! filter is loaded, so that it always loads last: afterwards this process calls `sendmsg` (for a listener), `capset` (in
//! that case only) and `execve`. Meanwhile the bounding set already is the container's, so a hook gains nothing.
//!
//! Files of procfs are written while the process is still dumpable, for a process that is not has files owned by the
//! machine's root, whom a user namespace cannot impersonate. From then on nothing in the container can trace it or look
//! through its descriptors; `execve` makes it dumpable again.
//!
//! Descriptors are closed before `execve`, not by it: while `execve` looks for its program they still are in
//! `/proc/self/fd`, and a path through a forgotten one would lead out of the container's root (CVE-2024-21626).

use super::exec::{Program, c_string, find_program, variable};
use super::lsm::{self, Present};
use super::seccomp::{Filter, Listener, check_listener};
use super::users::Identity;
use super::{Opener, affinity, caps, cwd, ioprio, oom, personality, rlimits, scheduler};
use crate::sys::clone::exit_now;
use crate::sys::process::{Strings, close_range, join_new_session_keyring, reset_signals};
use crate::{Context, Failure};
use hcs_schema::oci;
use rustix::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use rustix::fs::{FileType, Mode, fchown, fstat};
use rustix::io::Errno;
use rustix::process::{DumpableBehavior, Signal, set_dumpable_behavior, set_parent_process_death_signal, umask};
use rustix::thread::{set_keep_capabilities, set_no_new_privs};
use std::ffi::CString;

/// What the process section does not say.
pub struct Settings<'a> {
    /// Opens below procfs.
    pub proc: Opener<'a>,
    /// Who runs the process, from [`users::resolve`](super::users::resolve).
    pub identity: Identity,
    /// Security modules, detected outside the container.
    pub lsm: Present,
    /// `linux.seccomp`, compiled.
    pub filter: Option<Filter>,
    /// The agent that a notifying filter needs.
    pub listener: Option<Listener>,
    /// `linux.personality`.
    pub personality: Option<&'a oci::Personality>,
    /// Gives the process a session keyring of its own.
    pub new_keyring: bool,
    /// Kills the process when its parent thread ends; otherwise it outlives it.
    pub die_with_parent: bool,
    /// Applies `process.execCPUAffinity.final`: set for processes executed into a running container.
    pub bind_cpus: bool,
    /// Descriptors after standard error that the program inherits.
    pub preserve_fds: u32,
}

/// A process that only has to become its program.
pub struct Prepared {
    /// The program.
    program: Program,
    /// `argv`.
    args: Strings,
    /// Environment.
    env: Strings,
    /// The filter to load.
    filter: Option<Filter>,
    /// Its agent.
    listener: Option<Listener>,
    /// Capabilities that are still to be reduced, once the filter is loaded.
    pending: Option<caps::Sets>,
    /// Descriptors after standard error that the program inherits.
    preserve_fds: u32,
}

/// The process section, read.
struct Plan {
    /// Capabilities.
    caps: caps::Sets,
    /// Resource limits.
    rlimits: Vec<rlimits::Limit>,
    /// Scheduling policy.
    scheduler: Option<scheduler::Scheduling>,
    /// I/O priority.
    ioprio: Option<u16>,
    /// Execution domain.
    domain: Option<u32>,
    /// `argv`.
    args: Strings,
    /// Environment.
    env: Strings,
}

/// Reads everything that can be wrong before anything is changed.
fn plan(process: &oci::Process, settings: &Settings<'_>) -> Result<Plan, Failure> {
    check_listener(settings.filter.as_ref(), settings.listener.as_ref())?;
    let strings = |property: &str, list: &[String]| {
        list.iter().map(|text| c_string(property, text)).collect::<Result<Vec<CString>, Failure>>()
    };
    let mut env = strings("process.env", &process.env)?;
    if variable(&process.env, "HOME").is_none() {
        env.push(c_string("process.env", &format!("HOME={}", settings.identity.home))?);
    }
    let plan = Plan {
        caps: caps::parse(process.capabilities.as_ref())?,
        rlimits: rlimits::parse(&process.rlimits)?,
        scheduler: process.scheduler.as_ref().map(scheduler::parse).transpose()?,
        ioprio: process.io_priority.as_ref().map(ioprio::parse).transpose()?,
        domain: settings.personality.map(personality::parse).transpose()?,
        args: Strings::new(strings("process.args", &process.args)?),
        env: Strings::new(env),
    };
    caps::check_available(&plan.caps)?;
    Ok(plan)
}

/// Becomes the process's user in all but its program.
///
/// Runs in the container's namespaces with its root in place and with all capabilities of the user namespace. After a failure
/// the process is of no further use.
pub fn prepare(process: &oci::Process, settings: Settings<'_>) -> Result<Prepared, Failure> {
    let plan = plan(process, &settings)?;
    let name = process.args.first().ok_or_else(|| Failure::invalid("process.args", "there is no program to run"))?;
    set_attributes(process, &plan, &settings)?;
    own_streams(process.terminal, settings.identity.uid)?;
    let entered = cwd::enter(&process.cwd)?;
    if process.no_new_privileges {
        set_no_new_privs(true).doing(|| "set no_new_privs")?;
    }
    rlimits::apply(&plan.rlimits)?;
    change_user(&plan.caps, &settings)?;
    // The change of user has cleared it, so not earlier.
    let death = settings.die_with_parent.then_some(Signal::KILL);
    set_parent_process_death_signal(death).doing(|| "set the parent death signal")?;
    umask(Mode::from_raw_mode(process.user.umask.unwrap_or(0o022) & 0o777));
    cwd::verify(&process.cwd, entered)?;
    let pending = (settings.filter.is_some() && !process.no_new_privileges).then_some(plan.caps);
    if pending.is_none() {
        caps::settle(&plan.caps)?;
    }
    Ok(Prepared {
        program: find_program(name, &process.env)?,
        args: plan.args,
        env: plan.env,
        filter: settings.filter,
        listener: settings.listener,
        pending,
        preserve_fds: settings.preserve_fds,
    })
}

/// Sets what does not depend on the user.
fn set_attributes(process: &oci::Process, plan: &Plan, settings: &Settings<'_>) -> Result<(), Failure> {
    if settings.new_keyring {
        match join_new_session_keyring() {
            // A kernel without keyrings has none to share.
            Err(Errno::NOSYS) => {}
            joined => drop(joined.doing(|| "join a new session keyring")?),
        }
    }
    if let Some(adjustment) = process.oom_score_adj {
        oom::apply(oom::parse(adjustment)?, settings.proc)?;
    }
    if let Some(profile) = &process.apparmor_profile {
        lsm::apparmor(profile, settings.lsm, settings.proc)?;
    }
    if let Some(label) = &process.selinux_label {
        lsm::selinux(label, settings.lsm, settings.proc)?;
    }
    set_dumpable_behavior(DumpableBehavior::NotDumpable).doing(|| "make the process not dumpable")?;
    plan.domain.map_or(Ok(()), personality::apply)?;
    plan.scheduler.as_ref().map_or(Ok(()), scheduler::apply)?;
    plan.ioprio.map_or(Ok(()), ioprio::apply)?;
    let cpus = process.exec_cpu_affinity.as_ref().and_then(|affinity| affinity.last.as_deref());
    match cpus.filter(|list| settings.bind_cpus && !list.is_empty()) {
        Some(list) => {
            let property = "process.execCPUAffinity.final";
            affinity::apply(property, &affinity::parse(property, list)?)
        }
        None => Ok(()),
    }
}

/// Lets the user reopen its own standard streams (`/dev/stdout`), when they are pipes or the container's terminal.
///
/// Files, sockets and devices of the machine keep their owner.
fn own_streams(terminal: bool, uid: u32) -> Result<(), Failure> {
    for stream in [rustix::stdio::stdin(), rustix::stdio::stdout(), rustix::stdio::stderr()] {
        let Ok(status) = fstat(stream) else { continue };
        let kind = FileType::from_raw_mode(status.st_mode);
        let ours = kind == FileType::Fifo || (terminal && kind == FileType::CharacterDevice);
        if !ours || status.st_uid == uid {
            continue;
        }
        match fchown(stream, Some(rustix::fs::Uid::from_raw(uid)), None) {
            // It belongs to someone outside the user namespace, or to a filesystem without owners.
            Ok(()) | Err(Errno::PERM | Errno::INVAL | Errno::ROFS | Errno::NOSYS) => {}
            changed => changed.doing(|| format!("give standard streams to user {uid}"))?,
        }
    }
    Ok(())
}

/// Changes from the privileged user to the process's.
fn change_user(caps: &caps::Sets, settings: &Settings<'_>) -> Result<(), Failure> {
    caps::limit(caps)?;
    set_keep_capabilities(true).doing(|| "keep capabilities across the change of user")?;
    settings.identity.assume(settings.proc)?;
    set_keep_capabilities(false).doing(|| "end keeping capabilities")?;
    caps::hold(caps)
}

impl Prepared {
    /// Becomes the program. If that fails, gives the failure to `report` and ends the process with the code it returns.
    ///
    /// The three standard streams, the preserved descriptors and those in `kept` stay as they are: the program gets those
    /// that are not marked close-on-exec. All others are closed, whoever owns them. So this never returns, `kept` must hold
    /// what `report` writes to, and `report` may use nothing else. It runs behind the filter, if the filter was loaded.
    pub fn exec(self, kept: &[BorrowedFd<'_>], report: impl FnOnce(Failure) -> i32) -> ! {
        let failure = match self.finish(kept) {
            Ok(notification) => {
                let failure = self.program.exec(&self.args, &self.env);
                // It is marked close-on-exec; the filter may not permit closing it.
                std::mem::forget(notification);
                failure
            }
            Err(failure) => failure,
        };
        exit_now(report(failure))
    }

    /// Everything before `execve`.
    fn finish(&self, kept: &[BorrowedFd<'_>]) -> Result<Option<OwnedFd>, Failure> {
        let agent = self.listener.as_ref().map(|listener| listener.as_fd());
        let kept = kept.iter().copied().chain(agent).map(|fd| fd.as_raw_fd() as u32).collect();
        close_others(self.preserve_fds, kept).doing(|| "close the runtime's descriptors")?;
        reset_signals().doing(|| "reset signals")?;
        let Some(filter) = &self.filter else { return Ok(None) };
        let notification = filter.load()?;
        if let (Some(notification), Some(listener)) = (&notification, &self.listener) {
            let why = "the filter must permit sendmsg, with which the runtime hands the listener over";
            listener.send(notification.as_fd()).map_err(|failure| failure.hint(why))?;
        }
        if let Some(caps) = &self.pending {
            let why =
                "without noNewPrivileges the filter must permit capset, with which the runtime drops its capabilities";
            caps::settle(caps).map_err(|failure| failure.hint(why))?;
        }
        Ok(notification)
    }
}

/// Closes every descriptor but the standard streams, `preserve` after them, and `kept`.
fn close_others(preserve: u32, mut kept: Vec<u32>) -> Result<(), Errno> {
    kept.sort_unstable();
    let mut first = 3u32.saturating_add(preserve);
    for fd in kept {
        if fd > first {
            close_range(first, fd - 1)?;
        }
        first = first.max(fd + 1);
    }
    close_range(first, u32::MAX)
}
