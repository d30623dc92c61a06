//! The keeper's end of the talk with a helper, awaited.

use super::process;
use crate::launch::channel::{Channel, Received};
use crate::launch::message::{ToInit, ToKeeper};
use crate::launch::spawn::Helper;
use crate::sys::watch::watch;
use crate::{Context, Failure};
use rustix::io::Errno;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use tokio::io::unix::AsyncFd;

/// Result of a step.
pub type Step<T> = Result<T, Failure>;

/// A helper's end of the talk, awaited.
pub struct Talk {
    pub channel: Channel,
    /// The same socket, awaited.
    pub readiness: AsyncFd<OwnedFd>,
    /// The process that will run the user's program, once it is known.
    pub process: Option<(u32, OwnedFd)>,
    /// The stage that makes it, until it has.
    pub stage: Option<OwnedFd>,
    pub master: Option<OwnedFd>,
}

impl Talk {
    pub fn new(helper: Helper, staged: bool) -> Step<Talk> {
        let Helper { child, channel } = helper;
        let readiness = readiness(&channel)?;
        let (process, stage) = if staged { (None, Some(child.pidfd)) } else { (Some((child.pid, child.pidfd)), None) };
        Ok(Talk { channel, readiness, process, stage, master: None })
    }

    pub async fn receive(&self) -> Step<Received<ToKeeper>> {
        loop {
            match self.channel.poll() {
                Ok(received) => return received,
                Err(Errno::AGAIN) => {}
                Err(errno) => return Err(Failure::errno("receive from the helper", errno)),
            }
            self.readiness.readable().await.doing(|| "await the helper")?.clear_ready();
        }
    }

    pub fn send(&self, message: &ToInit, fds: &[BorrowedFd<'_>]) -> Step<()> {
        self.channel.send(message, fds)
    }

    /// A stage has made the process: it is our child, and the stage is done.
    pub fn adopt(&mut self, pid: u32) -> Step<()> {
        let raw = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw);
        let raw =
            raw.ok_or_else(|| Failure::new("adopt the container's process", format!("{pid} is no process id")))?;
        let pidfd = rustix::process::pidfd_open(raw, rustix::process::PidfdFlags::empty())
            .doing(|| format!("open process {pid}"))?;
        self.process = Some((pid, pidfd));
        if let Some(stage) = self.stage.take() {
            let _ = rustix::process::waitid(
                rustix::process::WaitId::PidFd(stage.as_fd()),
                rustix::process::WaitIdOptions::EXITED,
            );
        }
        Ok(())
    }

    pub fn pid(&self) -> u32 {
        self.process.as_ref().map_or(0, |(pid, _)| *pid)
    }

    /// After a failure: learns which process the stage has made, if it has, since nobody else would reap it. A process may
    /// fail and tell before its stage has told of it.
    pub async fn settle(&mut self) {
        while self.stage.is_some() && self.process.is_none() {
            match self.receive().await {
                Ok(Some((ToKeeper::Init { pid }, _))) => drop(self.adopt(pid)),
                Ok(Some(_)) => {}
                // Both are gone.
                Ok(None) | Err(_) => return,
            }
        }
    }

    /// Kills and reaps whatever was started.
    pub fn discard(&mut self) {
        for pidfd in self.stage.take().into_iter().chain(self.process.take().map(|(_, pidfd)| pidfd)) {
            process::discard(&pidfd);
        }
    }
}

/// Watches a helper's socket.
pub fn readiness(channel: &Channel) -> Step<AsyncFd<OwnedFd>> {
    let copy = channel.as_fd().try_clone_to_owned().doing(|| "watch the helper's socket")?;
    watch(copy, false).doing(|| "watch the helper's socket")
}

/// The other end is gone without a word.
pub fn vanished() -> Failure {
    Failure::new(
        "set up the container",
        "its first process was killed before it was ready; is memory or a limit too low?",
    )
}
