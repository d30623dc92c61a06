//! The last stretch, the same for init and for a process that joins: from privileged helper to the user's program.

use super::message::Heritage;
use crate::Failure;
use crate::process::lsm::Present;
use crate::process::seccomp::{self, Listener};
use crate::process::state::State;
use crate::process::{Opener, Prepared, Settings, exec_variable, prepare, users};
use hcs_schema::oci;
use std::os::fd::OwnedFd;

/// What the user's program runs under.
#[derive(Debug)]
pub struct Surroundings<'a> {
    /// The container's system call filter.
    pub seccomp: Option<&'a oci::Seccomp>,
    /// Connection to the filter's agent, if it notifies one.
    pub listener: Option<OwnedFd>,
    /// The container's execution domain.
    pub personality: Option<&'a oci::Personality>,
    /// Security modules of the host.
    pub lsm: Present,
    /// The process's id on the host.
    pub pid: u32,
    /// The container's state.
    pub state: &'a State,
    /// Whether it joins a running container.
    pub joins: bool,
    /// What it inherits.
    pub heritage: Heritage,
}

/// Takes on the identity of the user's process.
pub fn become_user(process: &oci::Process, with: Surroundings<'_>, proc: Opener<'_>) -> Result<Prepared, Failure> {
    let want_home = exec_variable(&process.env, "HOME").is_none();
    let identity = users::resolve(&process.user, want_home, &users::open_in_root)?;
    let metadata = with.seccomp.and_then(|seccomp| seccomp.listener_metadata.as_deref());
    let pid = i32::try_from(with.pid).unwrap_or_default();
    let listener = with.listener.map(|socket| Listener::new(socket, Listener::message(pid, metadata, with.state)));
    let settings = Settings {
        proc,
        identity,
        lsm: with.lsm,
        filter: with.seccomp.map(seccomp::compile).transpose()?,
        listener,
        personality: with.personality,
        new_keyring: !with.heritage.keyring,
        die_with_parent: !with.heritage.outlives,
        bind_cpus: with.joins,
        preserve_fds: with.heritage.preserve_fds,
    };
    prepare(process, settings)
}
