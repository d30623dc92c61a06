//! The verbs.

use crate::{Handle, Result};
use async_trait::async_trait;
use hcs_schema::HResult;
use hcs_schema::document::{Change, ProcessParameters, Properties, PropertyQuery, SystemDocument, Version};

pub use hcs_schema::bridge::Signal;

/// A place where compute systems run. Flat and keyed by id, because a system outlives the process that made it.
///
/// Every verb answers [`Error`](crate::Error) with `HCS_E_SYSTEM_NOT_FOUND` for an id it does not know.
#[async_trait]
pub trait Host: Send + Sync {
    /// Makes a system from its document; nothing of the user's runs yet. A known id is refused with
    /// `HCS_E_SYSTEM_ALREADY_EXISTS` before anything is made, and a failure leaves nothing behind. A document of another kind of
    /// host is refused with `ERROR_NOT_SUPPORTED`.
    async fn create(&self, id: &str, document: &SystemDocument) -> Result<()>;

    /// Moves a created system to running. On Linux its first process starts with [`Host::execute`].
    async fn start(&self, id: &str) -> Result<()>;

    /// Asks a system to end: its first process gets SIGTERM or the platform's shutdown event. Does not wait.
    async fn shutdown(&self, id: &str) -> Result<()>;

    /// Ends a system by force. Does not wait.
    async fn terminate(&self, id: &str) -> Result<()>;

    /// Releases everything a stopped system held and forgets it.
    async fn delete(&self, id: &str) -> Result<()>;

    /// Runs a process and answers its id. Without `oci_process` that is the system's own first process. The handles of
    /// `stdio` become the process's own, or are relayed where the host is remote.
    async fn execute(&self, id: &str, parameters: &ProcessParameters, stdio: Stdio) -> Result<u32>;

    /// Signals a process. Answers whether it was delivered: a process that has ended is no error.
    async fn signal(&self, id: &str, process: u32, signal: &Signal) -> Result<bool>;

    /// Sets the size of a process's terminal, in characters.
    async fn resize(&self, id: &str, process: u32, rows: u16, columns: u16) -> Result<()>;

    /// Waits for a process and answers its exit code, 128 + signal for a signalled one. May be asked again and by many.
    async fn wait(&self, id: &str, process: u32) -> Result<u32>;

    /// Reads properties.
    async fn properties(&self, id: &str, query: &PropertyQuery) -> Result<Properties>;

    /// Changes a resource of a system.
    async fn modify(&self, id: &str, change: &Change) -> Result<()>;

    /// Lists the systems.
    async fn list(&self) -> Result<Vec<Summary>>;

    /// Events from now on. A reader that lags behind loses the oldest.
    fn events(&self) -> tokio::sync::broadcast::Receiver<Event>;

    /// What this host can do.
    fn capabilities(&self) -> Capabilities;

    /// The ability to suspend systems, where there is one.
    fn pause(&self) -> Option<&dyn Pause>;
}

/// Suspends and resumes systems.
#[async_trait]
pub trait Pause: Send + Sync {
    /// Suspends every process of a system.
    async fn pause(&self, id: &str) -> Result<()>;
    /// Lets them go on.
    async fn resume(&self, id: &str) -> Result<()>;
}

/// The standard streams of a process, as the platform's handles. An absent one is the null device.
#[derive(Debug, Default)]
pub struct Stdio {
    /// Standard input.
    pub stdin: Option<Handle>,
    /// Standard output.
    pub stdout: Option<Handle>,
    /// Standard error.
    pub stderr: Option<Handle>,
    /// For a process with a terminal: a connected socket on which the host sends the terminal's master (the console socket
    /// of the OCI runtimes). The three streams are then unused.
    pub console: Option<Handle>,
}

/// A system in a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Its id.
    pub id: String,
    /// `Created`, `Running`, `Paused` or `Stopped`.
    pub state: String,
}

/// Something that happened to a system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The system.
    pub id: String,
    /// What happened.
    pub kind: EventKind,
    /// Outcome.
    pub result: HResult,
}

/// What happened to a system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// It ended after it was asked to.
    GracefulExit,
    /// It was ended by force.
    ForcedExit,
    /// It ended by itself.
    UnexpectedExit,
}

/// What a host can do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// `Linux` or `Windows`.
    pub os: String,
    /// Schemas of the documents it takes.
    pub schema_versions: Vec<Version>,
    /// Whether a signal other than the forced end can be sent.
    pub signal: bool,
    /// Whether systems can be suspended.
    pub pause: bool,
}
