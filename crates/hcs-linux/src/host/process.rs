//! A process of a system: its descriptor, its terminal, and how it ended.

use crate::Context;
use crate::sys::watch::watch;
use hcs_host::{Error, ProcessIdentity, Result};
use hcs_schema::HResult;
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions};
use rustix::termios::Winsize;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::unix::AsyncFd;
use tokio::sync::watch as exit_code;

/// A child of this process. It is waited for by a task of its own, so that it never stays a zombie.
#[derive(Debug)]
pub struct Process {
    /// Which process.
    pub identity: ProcessIdentity,
    pidfd: OwnedFd,
    exit: exit_code::Receiver<Option<u32>>,
    master: Arc<Mutex<Option<OwnedFd>>>,
}

impl Process {
    /// Takes a child under its care. `ended` is called once, with its exit code, before any waiter wakes.
    pub fn watch(
        identity: ProcessIdentity,
        pidfd: OwnedFd,
        ended: impl FnOnce(u32) + Send + 'static,
    ) -> std::io::Result<Arc<Process>> {
        let watched = watch(pidfd.try_clone()?, false)?;
        let (sender, exit) = exit_code::channel(None);
        let master = Arc::<Mutex<Option<OwnedFd>>>::default();
        let own = Arc::clone(&master);
        tokio::spawn(async move {
            let code = wait(&watched).await;
            // The process stays known to late waiters; its terminal would be one of few that the machine has.
            drop(own.lock().unwrap_or_else(PoisonError::into_inner).take());
            ended(code);
            sender.send_replace(Some(code));
        });
        Ok(Arc::new(Process { identity, pidfd, exit, master }))
    }

    /// Keeps the terminal's master, for [`Process::resize`].
    pub fn keep_master(&self, master: OwnedFd) {
        let mut kept = self.master.lock().unwrap_or_else(PoisonError::into_inner);
        // Nobody takes it away again from a process that has ended.
        if self.exit_code().is_none() {
            *kept = Some(master);
        }
    }

    /// Exit code, if it has ended.
    pub fn exit_code(&self) -> Option<u32> {
        *self.exit.borrow()
    }

    /// Waits for the end.
    pub async fn exited(&self, id: &str) -> Result<u32> {
        let mut exit = self.exit.clone();
        let code = exit.wait_for(Option::is_some).await.map(|code| *code);
        code.ok().flatten().ok_or_else(|| {
            Error::new("wait", id, HResult::E_UNEXPECTED, "the task that waits for the process ended without it")
        })
    }

    /// Sends a signal. Answers whether the process was there to get it.
    pub fn signal(&self, id: &str, number: i32) -> Result<bool> {
        if self.exit_code().is_some() {
            return Ok(false);
        }
        match crate::sys::clone::send_signal(self.pidfd.as_fd(), number) {
            Ok(()) => Ok(true),
            Err(Errno::SRCH) => Ok(false),
            Err(Errno::INVAL) => Err(Error::invalid("signal", id, format!("{number} is not a signal"))),
            Err(errno) => {
                let doing = format!("send signal {number} to process {}", self.identity.pid);
                Err(crate::Failure::errno(doing, errno).into_error("signal", id))
            }
        }
    }

    /// Sets the terminal's size.
    pub fn resize(&self, id: &str, rows: u16, columns: u16) -> Result<()> {
        let master = self.master.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(master) = master.as_ref() else {
            return Err(Error::invalid_state("resize", id, "the process has no terminal"));
        };
        let size = Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        rustix::termios::tcsetwinsize(master, size)
            .map_err(|errno| crate::Failure::errno("set the terminal's size", errno).into_error("resize", id))
    }

    /// The process's descriptor.
    pub fn pidfd(&self) -> std::os::fd::BorrowedFd<'_> {
        self.pidfd.as_fd()
    }
}

async fn wait(pidfd: &AsyncFd<OwnedFd>) -> u32 {
    loop {
        // A failure of readiness means the reactor is going away; the blocking wait below is then the right thing too.
        let _ = pidfd.readable().await.map(|mut guard| guard.clear_ready());
        match reap(pidfd.get_ref()) {
            Ok(Some(code)) => return code,
            Ok(None) => {}
            // Somebody else took the status: the process is gone and its code with it.
            Err(_) => return 255,
        }
    }
}

/// Takes the exit code of a child that has ended: 128 + signal for a signalled one.
fn reap(pidfd: &OwnedFd) -> rustix::io::Result<Option<u32>> {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG;
    Ok(rustix::process::waitid(WaitId::PidFd(pidfd.as_fd()), options)?.map(|status| {
        let code = status.exit_status().or_else(|| status.terminating_signal().map(|signal| signal + 128));
        code.unwrap_or(255).unsigned_abs()
    }))
}

/// Ends a child that never became a system's process, and takes its status.
pub fn discard(pidfd: &OwnedFd) {
    // If it has ended already there is nothing to kill, only to reap.
    let _ = rustix::process::pidfd_send_signal(pidfd, Signal::KILL);
    let _ = rustix::process::waitid(WaitId::PidFd(pidfd.as_fd()), WaitIdOptions::EXITED);
}

/// Signals a process that may have ended.
pub fn send_to(pid: u32, number: i32) -> std::result::Result<(), crate::Failure> {
    let doing = || format!("send signal {number} to process {pid}");
    let Some(raw) = i32::try_from(pid).ok().and_then(Pid::from_raw) else { return Ok(()) };
    let sent = rustix::process::pidfd_open(raw, rustix::process::PidfdFlags::empty())
        .and_then(|pidfd| crate::sys::clone::send_signal(pidfd.as_fd(), number));
    match sent {
        Err(Errno::SRCH) => Ok(()),
        sent => sent.doing(doing),
    }
}

/// The identity of a live process.
pub fn identity(pid: u32) -> rustix::io::Result<ProcessIdentity> {
    let (_, start_time) = stat(pid)?;
    Ok(ProcessIdentity { pid, start_time })
}

/// Whether a process still runs. One that has ended and whose parent has not asked how does not; one that cannot be looked at,
/// as when there are too many open files, does: what it holds must not be taken for a leftover.
pub fn is_alive(identity: ProcessIdentity) -> bool {
    match stat(identity.pid) {
        Ok((state, start_time)) => start_time == identity.start_time && !"ZX".contains(&state),
        Err(errno) => !matches!(errno, Errno::NOENT | Errno::SRCH),
    }
}

/// Whether a process was stopped by a signal, and does nothing until another lets it go on.
pub fn is_stopped(identity: ProcessIdentity) -> bool {
    stat(identity.pid).is_ok_and(|(state, start_time)| start_time == identity.start_time && state == "T")
}

/// Fields 3 and 22 of `/proc/PID/stat`: a process's state, and its start time in clock ticks since boot.
fn stat(pid: u32) -> rustix::io::Result<(String, u64)> {
    let path = format!("/proc/{pid}/stat");
    let file = rustix::fs::open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())?;
    // Longer than the longest line there is, so that one read is enough.
    let mut line = [0; 2048];
    let length = rustix::io::read(&file, &mut line)?;
    let stat = String::from_utf8_lossy(&line[..length]);
    // The command in parentheses may hold anything, so fields are counted from its end.
    let parse = || {
        let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace();
        Some((fields.next()?.to_owned(), fields.nth(18)?.parse().ok()?))
    };
    parse().ok_or(Errno::SRCH)
}

/// Opens a process by its identity; `None` if it is gone.
pub fn open(identity: ProcessIdentity) -> Option<OwnedFd> {
    let pid = Pid::from_raw(i32::try_from(identity.pid).ok()?)?;
    let pidfd = rustix::process::pidfd_open(pid, rustix::process::PidfdFlags::empty()).ok()?;
    (stat(identity.pid).ok()?.1 == identity.start_time).then_some(pidfd)
}
