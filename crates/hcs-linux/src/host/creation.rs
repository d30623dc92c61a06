//! How a system is made beyond what its document says, and how one is reached that another process has made.

use crate::launch::message::Heritage;
use hcs_host::{ProcessIdentity, Stdio};
use hcs_schema::document::LinuxContainer;
use std::os::fd::OwnedFd;
use std::path::PathBuf;

/// What the maker of a system decides.
#[derive(Debug, Default)]
pub struct Creation {
    /// The streams of its first process, if they are known already. A terminal's master is sent on the console while the system
    /// is made.
    pub stdio: Option<Stdio>,
    /// Lets the program start as soon as everything is made; `execute` then only waits for that. One with hooks, a terminal or
    /// a notifying filter waits for `execute` all the same.
    pub at_once: bool,
    /// For a system that nobody keeps: its first process goes on when this process ends.
    pub outlives: bool,
    /// For a system that nobody keeps and whose program another process starts: the listening socket where its first process
    /// waits for the word, once [`LinuxHost::leave`](super::LinuxHost::leave) was called.
    pub gate: Option<OwnedFd>,
    /// Descriptors after standard error that the program inherits. They must be open, without close-on-exec.
    pub preserve_fds: u32,
    /// Leaves the program in this process's session keyring.
    pub keyring: bool,
}

impl Creation {
    /// What the program inherits.
    pub(super) fn heritage(&self) -> Heritage {
        Heritage { preserve_fds: self.preserve_fds, keyring: self.keyring, outlives: self.outlives }
    }
}

/// What is decided about a further process.
#[derive(Clone, Copy, Debug, Default)]
pub struct Joining {
    /// It goes on when this process ends.
    pub outlives: bool,
    /// Descriptors after standard error that it inherits. They must be open, without close-on-exec.
    pub preserve_fds: u32,
    /// Leaves it in this process's session keyring.
    pub keyring: bool,
}

impl Joining {
    /// What the program inherits.
    pub(super) fn heritage(self) -> Heritage {
        Heritage { preserve_fds: self.preserve_fds, keyring: self.keyring, outlives: self.outlives }
    }
}

/// A system that another process has made, and that nobody keeps.
#[derive(Debug)]
pub struct Found {
    /// What it was made from.
    pub document: LinuxContainer,
    /// Its control group folders.
    pub cgroups: Vec<PathBuf>,
    /// Its first process; one that has ended is none.
    pub init: Option<ProcessIdentity>,
    /// A connection to its gate, while its first process waits there.
    pub waiting: Option<OwnedFd>,
}
