//! What both DLLs do for compute systems, each in its own way.

use crate::operation::Watch;
use crate::pipe::Pipes;
use async_trait::async_trait;
use hcs_host::Result;
use std::fmt::Debug;
use std::os::windows::io::OwnedSocket;
use std::sync::Arc;
use std::time::Duration;

/// An order to a system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// Run.
    Start,
    /// End by yourself.
    Shutdown,
    /// End at once.
    Terminate,
    /// Fail as the guest's own crash would have it, for its dump.
    Crash,
    /// Stand still.
    Pause,
    /// Go on.
    Resume,
    /// Write your state to a file.
    Save,
    /// Move to another host.
    Migrate(Step),
}

/// A step of a move to another host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Make it ready.
    Initialize,
    /// Begin it.
    Start,
    /// Begin to transfer memory.
    Transfer,
    /// Conclude it.
    Finalize,
    /// Give it up.
    Cancel,
}

impl Order {
    /// What it does, in a word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Order::Start => "start",
            Order::Shutdown => "shut down",
            Order::Terminate => "terminate",
            Order::Pause => "pause",
            Order::Resume => "resume",
            Order::Save => "save",
            Order::Crash => "crash",
            Order::Migrate(Step::Initialize) => "make the migration ready of",
            Order::Migrate(Step::Start) => "start the migration of",
            Order::Migrate(Step::Transfer) => "start to transfer",
            Order::Migrate(Step::Finalize) => "conclude the migration of",
            Order::Migrate(Step::Cancel) => "give up the migration of",
        }
    }
}

/// A DLL that drives compute systems. Documents, queries and answers are JSON.
#[async_trait]
pub(crate) trait Driver: Debug + Send + Sync {
    /// Lists the systems that a query is for.
    async fn enumerate(&self, query: String, limit: Duration) -> Result<String>;
    /// Makes a system, and answers when it is made.
    async fn create(&self, id: &str, document: String, limit: Duration) -> Result<Arc<dyn SystemCalls>>;
    /// Opens a system.
    async fn open(&self, id: &str) -> Result<Arc<dyn SystemCalls>>;
    /// Reads properties of the service.
    async fn service_properties(&self, query: String) -> Result<String>;
    /// Changes the service.
    async fn modify_service(&self, settings: String) -> Result<()>;
    /// The same for the systems of a namespace of ids.
    fn in_namespace(&self, namespace: &str) -> Result<Arc<dyn Driver>>;
}

/// An open system, which closes when it is dropped.
#[async_trait]
pub(crate) trait SystemCalls: Debug + Send + Sync {
    /// Where its exit and the service's going away are told.
    fn watch(&self) -> &Arc<Watch>;
    /// Gives an order, and answers when it has been carried out; an order to end, when it has been given.
    async fn order(&self, order: Order, options: String, limit: Duration) -> Result<()>;
    /// Reads properties.
    async fn properties(&self, query: String, limit: Duration) -> Result<String>;
    /// Changes it.
    async fn modify(&self, change: String, limit: Duration) -> Result<()>;
    /// Gives an order that is about a move to another host, with the socket to that.
    async fn migrate(&self, order: Order, options: String, socket: Option<OwnedSocket>, limit: Duration) -> Result<()>;
    /// Starts a process.
    async fn create_process(&self, parameters: String, limit: Duration) -> Result<(Arc<dyn ProcessCalls>, u32, Pipes)>;
    /// Opens a process.
    async fn open_process(&self, pid: u32) -> Result<Arc<dyn ProcessCalls>>;
}

/// An open process, which closes when it is dropped.
#[async_trait]
pub(crate) trait ProcessCalls: Debug + Send + Sync {
    /// Where its exit and the service's going away are told.
    fn watch(&self) -> &Arc<Watch>;
    /// Ends it by force.
    async fn terminate(&self, limit: Duration) -> Result<()>;
    /// Signals it.
    async fn signal(&self, options: String, limit: Duration) -> Result<()>;
    /// New pipes to it.
    async fn pipes(&self, limit: Duration) -> Result<Pipes>;
    /// Reads its properties.
    async fn properties(&self, limit: Duration) -> Result<String>;
    /// Changes it.
    async fn modify(&self, change: String, limit: Duration) -> Result<()>;
}
