//! Programs run at points of the life cycle.
//!
//! A hook reads the state document on its standard input, gets the environment that the specification lists and nothing
//! else, and inherits no descriptor but its three. What it prints is kept, up to a bound, for the error message. It is ready
//! when the process itself has ended: children that it leaves behind and that hold its output open are not waited for.
//!
//! [`run`] stops at the first failure, for hooks whose failure ends the operation; [`run_all`] goes on, for `poststart` and
//! `poststop`. Which kinds exist and in which namespaces they run is the caller's business.

use super::state::State;
use crate::sys::process::inherit_stdio_only;
use crate::{Context, Failure};
use hcs_schema::oci::Hook;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::OwnedFd;
use rustix::fs::{MemfdFlags, SeekFrom, memfd_create, seek};
use rustix::io::{Errno, retry_on_intr};
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process_group, pidfd_open};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How much of a hook's output an error message carries.
const MAX_OUTPUT: usize = 4096;

/// Runs hooks in order until one fails.
pub fn run(hooks: &[Hook], kind: &str, state: &State) -> Result<(), Failure> {
    hooks.iter().try_for_each(|hook| run_one(hook, kind, state))
}

/// Runs all hooks in order; returns what failed.
pub fn run_all(hooks: &[Hook], kind: &str, state: &State) -> Vec<Failure> {
    hooks.iter().filter_map(|hook| run_one(hook, kind, state).err()).collect()
}

/// Runs one hook.
fn run_one(hook: &Hook, kind: &str, state: &State) -> Result<(), Failure> {
    let doing = || format!("run {kind} hook {}", hook.path);
    let (output, child_output) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK).doing(doing)?;
    let mut child = spawn(hook, state, child_output)
        .map_err(|failure| Failure { doing: format!("{}: {}", doing(), failure.doing), ..failure })?;
    let deadline = hook.timeout.and_then(|seconds| u64::try_from(seconds).ok()).map(Duration::from_secs);
    let waited = wait(&child, &output, deadline);
    if !matches!(waited, Ok(Ended { in_time: true, .. })) {
        kill_group(&child);
    }
    let status = child.wait().doing(doing)?;
    let ended = waited.map_err(|failure| Failure { doing: format!("{}: {}", doing(), failure.doing), ..failure })?;
    verdict(&ended, status, hook).map_err(|why| Failure::new(doing(), why))
}

/// Starts a hook.
fn spawn(hook: &Hook, state: &State, output: OwnedFd) -> Result<Child, Failure> {
    let mut command = Command::new(&hook.path);
    if let Some((name, args)) = hook.args.split_first() {
        command.arg0(name).args(args);
    }
    command.env_clear();
    for variable in &hook.env {
        let (name, value) = variable.split_once('=').unwrap_or((variable, ""));
        command.env(name, value);
    }
    // The hook's descriptor must block, whatever ours does; the two ends of a pipe are separate in this.
    rustix::fs::fcntl_setfl(&output, rustix::fs::OFlags::empty()).doing(|| "prepare its output")?;
    let errors = output.try_clone().doing(|| "prepare its output")?;
    command.stdin(document(state)?).stdout(output).stderr(errors).process_group(0);
    inherit_stdio_only(&mut command);
    command.spawn().doing(|| "start it")
}

/// The state document as a file, so that nobody has to feed a pipe.
fn document(state: &State) -> Result<Stdio, Failure> {
    let doing = || "prepare its state document";
    let file = memfd_create("state", MemfdFlags::CLOEXEC).doing(doing)?;
    let text = state.to_json();
    let mut rest = text.as_bytes();
    while !rest.is_empty() {
        let written = retry_on_intr(|| rustix::io::write(&file, rest)).doing(doing)?;
        rest = &rest[written..];
    }
    seek(&file, SeekFrom::Start(0)).doing(doing)?;
    Ok(Stdio::from(file))
}

/// How the wait for a hook ended.
struct Ended {
    /// Before its deadline.
    in_time: bool,
    /// The beginning of what it printed.
    output: Vec<u8>,
}

/// Waits for a hook and reads what it prints.
fn wait(child: &Child, output: &OwnedFd, timeout: Option<Duration>) -> Result<Ended, Failure> {
    let deadline = timeout.map(|timeout| Instant::now() + timeout);
    let pid = Pid::from_child(child);
    let pidfd = pidfd_open(pid, PidfdFlags::empty()).doing(|| "watch it")?;
    let mut ended = Ended { in_time: true, output: Vec::new() };
    let mut open = true;
    loop {
        let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        if left == Some(Duration::ZERO) {
            return Ok(Ended { in_time: false, ..ended });
        }
        let left = left.and_then(|left| Timespec::try_from(left).ok());
        let mut watched = [PollFd::new(&pidfd, PollFlags::IN), PollFd::new(output, PollFlags::IN)];
        // Once the output has ended it is always readable, so it is watched no more.
        let count = if open { 2 } else { 1 };
        match poll(&mut watched[..count], left.as_ref()) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(errno) => return Err(Failure::errno("watch it", errno)),
        }
        let gone = !watched[0].revents().is_empty();
        open = open && drain(output, &mut ended.output);
        if gone {
            return Ok(ended);
        }
    }
}

/// Reads what there is, keeps the beginning, and says whether there may be more.
fn drain(output: &OwnedFd, kept: &mut Vec<u8>) -> bool {
    let mut buffer = [0; 4096];
    // Bounded, so that a hook that prints faster than it is read cannot outlast its deadline.
    for _ in 0..64 {
        match rustix::io::read(output, &mut buffer) {
            Ok(0) => return false,
            Ok(length) => kept.extend(&buffer[..length.min(MAX_OUTPUT - kept.len())]),
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => return true,
            Err(_) => return false,
        }
    }
    true
}

/// Kills a hook and what it started.
fn kill_group(child: &Child) {
    // It may have ended at this very moment; then there is nothing to kill.
    let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
}

/// What a hook's end means.
fn verdict(ended: &Ended, status: ExitStatus, hook: &Hook) -> Result<(), String> {
    let how = match (ended.in_time, status.code(), status.signal()) {
        (false, ..) => format!("killed after its timeout of {} s", hook.timeout.unwrap_or(0)),
        (true, Some(0), _) => return Ok(()),
        (true, Some(code), _) => format!("exit status {code}"),
        (true, None, signal) => format!("killed by signal {}", signal.unwrap_or(0)),
    };
    let text = String::from_utf8_lossy(&ended.output);
    let text = text.trim();
    Err(if text.is_empty() { how } else { format!("{how}, output: {text}") })
}
