//! How a further process joins a system that runs: the keeper's half of the talk with the helper that becomes it.

use super::creation::Joining;
use super::drive::{hand_out, numbers, streams};
use super::process::{self, Process};
use super::system::{Phase, System};
use super::talk::{Step, Talk, vanished};
use crate::launch::message::{JoinRequest, Request, ToInit, ToKeeper};
use crate::launch::spawn::{self, Options};
use crate::process::lsm::Present;
use crate::process::state::Status;
use crate::{Context, Failure};
use hcs_host::{Error, Result, Stdio};
use hcs_schema::oci;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::sync::Arc;

impl System {
    /// Runs a further process in a running system.
    pub async fn join(self: &Arc<Self>, process: &oci::Process, stdio: Stdio, joining: Joining) -> Result<u32> {
        let init = self.init("execute")?;
        if self.lock().phase != Phase::Running {
            return Err(Error::invalid_state("execute", &self.id, "it is not running; start it first"));
        }
        self.join_with(process, &init, stdio, joining).await.map_err(|failure| self.refusal(failure))
    }

    async fn join_with(
        self: &Arc<Self>,
        process: &oci::Process,
        init: &Process,
        stdio: Stdio,
        joining: Joining,
    ) -> Step<u32> {
        let joiner = self.cgroup().joiner()?;
        let (streams, console) = if process.terminal { (None, Some(stdio)) } else { (Some(streams(stdio)?), None) };
        let listener = self.listener()?;
        let linux = self.spec.linux.as_ref();
        let request = Request::Join(Box::new(JoinRequest {
            id: self.id.clone(),
            process: process.clone(),
            seccomp: linux.and_then(|linux| linux.seccomp.clone()),
            listener: listener.as_ref().map(AsRawFd::as_raw_fd),
            lsm: Present::detect(),
            personality: linux.and_then(|linux| linux.personality.clone()),
            state: self.hook_state(Status::Running, init.identity.pid),
            init: init.pidfd().as_raw_fd(),
            namespaces: self.namespaces.own(),
            cgroup: joiner.tasks().map(|fd| fd.as_raw_fd()).collect(),
            stdio: streams.as_ref().map(numbers),
            heritage: joining.heritage(),
        }));
        let mut inherit: Vec<BorrowedFd<'_>> = joiner.tasks().chain([init.pidfd()]).collect();
        inherit.extend(streams.iter().flatten().chain(&listener).map(AsFd::as_fd));
        let helper = spawn::spawn(&request, &Options { inherit, cgroup: joiner.v2(), ..Options::default() })?;
        let mut talk = Talk::new(helper, true)?;
        match self.follow_join(&mut talk, listener.is_some()).await {
            Ok(process) => {
                if let (Some(master), Some(stdio)) = (talk.master.take(), console) {
                    hand_out(master, &process, stdio.console)?;
                }
                let pid = process.identity.pid;
                self.remember(process);
                Ok(pid)
            }
            Err(failure) => {
                talk.settle().await;
                talk.discard();
                Err(failure)
            }
        }
    }

    async fn follow_join(self: &Arc<Self>, talk: &mut Talk, tell_pid: bool) -> Step<Arc<Process>> {
        loop {
            match talk.receive().await? {
                Some((ToKeeper::Init { pid }, _)) => {
                    talk.adopt(pid)?;
                    if tell_pid {
                        talk.send(&ToInit::HooksDone { pid }, &[])?;
                    }
                }
                Some((ToKeeper::Terminal, fds)) => talk.master = fds.into_iter().next(),
                Some((ToKeeper::Failed(failure), _)) => return Err(failure),
                Some((message, _)) => {
                    return Err(Failure::new("start the program", format!("the helper said {message:?}")));
                }
                None => break,
            }
        }
        let (pid, pidfd) = talk.process.take().ok_or_else(vanished)?;
        let identity = process::identity(pid).doing(|| "identify the new process")?;
        Process::watch(identity, pidfd, |_| ()).doing(|| "watch the new process")
    }
}
