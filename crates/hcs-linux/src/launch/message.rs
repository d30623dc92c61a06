//! What the keeper and a container's init say to each other.
//!
//! One `SOCK_SEQPACKET` socket carries JSON messages, some with descriptors. The request itself, which can be large, is in a
//! memory file that the helper inherits. The order for init is:
//!
//! ```text
//! keeper                         init
//!   (clone, write id maps)  ──▶  maps written            (only with a new user namespace)
//!                           ◀──  Init {pid}              (only when a stage made it)
//!                           ◀──  Hooks                   (only when there are hooks before the user's program)
//!   HooksDone               ──▶
//!                           ◀──  Terminal + master       (only with a terminal)
//!                           ◀──  Ready
//!   Start + streams         ──▶
//!                           ◀──  end of file: the user's program runs; or Failed
//! ```
//!
//! Where nobody keeps the container, the process that makes it sends `Leave` after `Ready`, and ends. The word to start then
//! comes from another process, over a connection to the *gate*, a socket on which init listens.
//!
//! A process that joins a running container has its streams from the beginning and sends `Init`, `Terminal`, then the same end.

use crate::Failure;
use crate::process::lsm::Present;
use crate::process::state::State;
use hcs_schema::document::LinuxContainer;
use hcs_schema::oci;
use serde::{Deserialize, Serialize};

/// What a helper is to do, with the numbers of the descriptors it inherits.
#[derive(Debug, Serialize, Deserialize)]
pub enum Request {
    /// Become a container's init.
    Init(Box<InitRequest>),
    /// Join a running container.
    Join(Box<JoinRequest>),
    /// Remove a folder, as root of a user namespace.
    Remove(RemoveRequest),
}

/// Everything init needs to know.
#[derive(Debug, Serialize, Deserialize)]
pub struct InitRequest {
    /// The container's id.
    pub id: String,
    /// Its document.
    pub document: LinuxContainer,
    /// Version 1 control groups to join, as [`crate::cgroup::Joiner`] opened them.
    pub cgroup: Vec<i32>,
    /// Connection to the agent of a notifying filter.
    pub listener: Option<i32>,
    /// How control groups are mounted on the host.
    pub layout: crate::cgroup::Layout,
    /// Mounts opened before a user namespace was entered: index into `mounts`, descriptor.
    pub prepared: Vec<(usize, i32)>,
    /// Security modules of the host.
    pub lsm: Present,
    /// Whether device nodes cannot be made, because the caller is not privileged on the host.
    pub rootless: bool,
    /// Whether the namespaces still have to be made: the helper is a stage.
    pub stage: bool,
    /// Standard input, output and error, unless they come with the word to start or there is a terminal.
    pub stdio: Option<[i32; 3]>,
    /// Listening socket on which the word to start comes once the keeper has left.
    pub gate: Option<i32>,
    /// What the program inherits.
    pub heritage: Heritage,
}

/// Everything a joining process needs to know.
#[derive(Debug, Serialize, Deserialize)]
pub struct JoinRequest {
    /// The container's id.
    pub id: String,
    /// What to run.
    pub process: oci::Process,
    /// Its system call filter: the container's.
    pub seccomp: Option<oci::Seccomp>,
    /// Descriptor of the container's first process.
    pub init: i32,
    /// Connection to the agent of a notifying filter.
    pub listener: Option<i32>,
    /// Security modules of the host.
    pub lsm: Present,
    /// The container's execution domain.
    pub personality: Option<oci::Personality>,
    /// The container's state, for a notifying filter's agent.
    pub state: State,
    /// Kinds of namespace to join: those the container does not share with the host.
    pub namespaces: Vec<oci::NamespaceKind>,
    /// Version 1 control groups to join, as [`crate::cgroup::Joiner`] opened them.
    pub cgroup: Vec<i32>,
    /// Standard input, output and error; absent with a terminal.
    pub stdio: Option<[i32; 3]>,
    /// What the program inherits.
    pub heritage: Heritage,
}

/// What a program inherits from whoever makes it, beside its streams.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heritage {
    /// Descriptors after standard error.
    pub preserve_fds: u32,
    /// The session keyring, instead of a new one.
    pub keyring: bool,
    /// Nobody keeps it: it goes on when its parent ends.
    pub outlives: bool,
}

/// What to remove.
#[derive(Debug, Serialize, Deserialize)]
pub struct RemoveRequest {
    /// The folder.
    pub path: String,
}

/// From init, or a stage, to the keeper.
#[derive(Debug, Serialize, Deserialize)]
pub enum ToKeeper {
    /// A stage made the process that will run the user's program; its id in the host's namespace.
    Init {
        /// The process.
        pid: u32,
    },
    /// The namespaces exist: run the hooks of the runtime's namespace.
    Hooks,
    /// The terminal's master comes with this message.
    Terminal,
    /// All is set up but the user's program.
    Ready,
    /// This process goes on without its keeper.
    Left,
    /// A step failed; the process ends.
    Failed(Failure),
}

/// From the keeper to init.
#[derive(Debug, Serialize, Deserialize)]
pub enum ToInit {
    /// The id maps are written.
    Mapped,
    /// The hooks went well.
    HooksDone {
        /// Init's id in the host's namespace, which a filter's agent is told.
        pid: u32,
    },
    /// Run the user's program; standard input, output and error come with this message unless there is a terminal or the
    /// process has had them from the beginning.
    Start,
    /// The keeper leaves: go on without it, and wait for the word to start at the gate.
    Leave,
}
