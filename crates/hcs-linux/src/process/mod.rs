//! The identity of the user's process: everything between "the root is built" and the user's program.
//!
//! Container init and processes that join a running container go through the same two steps:
//!
//! 1. [`prepare`] — inside the container's namespaces, with its root in place: keyring, sysctl-like settings of the process,
//!    labels, limits, user, capabilities, working directory. When it returns, the process is the user's in all but its program.
//! 2. [`Prepared::exec`] — at the very end: descriptors, signals, system call filter, `execve`. It never returns.
//!
//! Each setting has a module that applies a value. What makes the value of the specification's words is pure, and used by
//! [`support::validate`](crate::support::validate). All calls are of one thread; nothing here is async.
//!
//! Namespaces, control groups, mounts, terminals and the order of hooks are not here.

pub mod affinity;
pub mod caps;
mod cwd;
mod exec;
mod finish;
pub mod hooks;
pub mod ioprio;
pub mod lsm;
pub mod oom;
pub mod personality;
pub mod rlimits;
pub mod scheduler;
pub mod seccomp;
pub mod state;
pub mod sysctl;
#[cfg(test)]
mod tests;
pub mod users;

pub use exec::{Program, exit_code, find_program, variable as exec_variable};
pub use finish::{Prepared, Settings, prepare};

use crate::{Context, Failure};
use rustix::fd::OwnedFd;
use rustix::fs::OFlags;
use std::path::Path;

/// Opens a file below a filesystem that the caller vouches for; the path is relative to that filesystem's root.
///
/// For procfs, for example, `self/oom_score_adj` or `sys/net/ipv4/ip_forward`. The caller sees to it that nothing inside the
/// container can redirect the path.
pub type Opener<'a> = &'a dyn Fn(&Path, OFlags) -> Result<OwnedFd, Failure>;

/// Writes `text` into a kernel file in one call, as such files want it.
fn write_kernel_file(open: Opener<'_>, path: &str, text: &str) -> Result<(), Failure> {
    let file = open(Path::new(path), OFlags::WRONLY | OFlags::CLOEXEC)?;
    let written = rustix::io::write(&file, text.as_bytes()).doing(|| format!("write {text:?} to /proc/{path}"))?;
    if written != text.len() {
        return Err(Failure::new(format!("write {text:?} to /proc/{path}"), "only a part was accepted"));
    }
    Ok(())
}

/// Reads a small kernel file.
fn read_kernel_file(open: Opener<'_>, path: &str) -> Result<String, Failure> {
    let file = open(Path::new(path), OFlags::RDONLY | OFlags::CLOEXEC)?;
    let mut buffer = [0; 256];
    let length = rustix::io::read(&file, &mut buffer).doing(|| format!("read /proc/{path}"))?;
    Ok(String::from_utf8_lossy(&buffer[..length]).into_owned())
}
