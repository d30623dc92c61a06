//! Compute systems and their processes, whichever DLL drives them.

pub(crate) mod hcs;
mod migration;
mod process;
mod signal;

pub(crate) mod driver;

pub use hcs::Hcs;
pub use migration::Migration;
pub use process::Process;

use crate::operation::{Arrived, CLOSED, DISCONNECTED, Kind, Timeouts};
use driver::{Driver, Order, SystemCalls};
use hcs_host::{Error, Result};
use hcs_schema::HResult;
use hcs_schema::document::{Change, ProcessParameters, Properties, PropertyQuery};
use hcs_schema::v2::{CrashOptions, SaveOptions, SystemExitStatus};
use serde::Serialize;
use std::sync::Arc;

/// An open compute system. Dropping it closes it, which ends a system that was made to go with its last handle.
///
/// ```no_run
/// # async fn example() -> hcs_host::Result<()> {
/// use hcs_schema::document::{PropertyQuery, PropertyType};
///
/// let hcs = hcs_windows::Hcs::open()?;
/// let system = hcs.open_system("web").await?;
/// let query = PropertyQuery { property_types: vec![PropertyType::Statistics], ..PropertyQuery::default() };
/// let statistics = system.properties(&query).await?.statistics;
/// println!("{statistics:?}");
/// system.shutdown().await?;
/// system.exited().await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[doc(alias = "HcsCloseComputeSystem")]
#[doc(alias = "HcsUnregisterComputeSystemCallback")]
pub struct ComputeSystem {
    id: Arc<str>,
    calls: Arc<dyn SystemCalls>,
    driver: Arc<dyn Driver>,
    timeouts: Timeouts,
    /// Whether processes are described in version 1.
    version1: bool,
}

/// How a system has ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Exit {
    /// The code of its end: success, or `HCS_E_UNEXPECTED_EXIT`.
    pub code: HResult,
    /// What the service tells of it, where it tells something.
    pub status: SystemExitStatus,
}

impl ComputeSystem {
    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Starts it, and answers when it runs.
    #[doc(alias = "HcsStartComputeSystem")]
    pub async fn start(&self) -> Result<()> {
        self.calls.order(Order::Start, String::new(), self.timeouts.start).await
    }

    /// Asks it to end. Does not wait for that: see [`exited`](Self::exited). One that has ended is no error.
    #[doc(alias = "HcsShutdownComputeSystem")]
    #[doc(alias = "HcsShutDownComputeSystem")]
    pub async fn shutdown(&self) -> Result<()> {
        self.end(Order::Shutdown).await
    }

    /// Ends it by force. Does not wait for that. One that has ended is no error.
    #[doc(alias = "HcsTerminateComputeSystem")]
    pub async fn terminate(&self) -> Result<()> {
        self.end(Order::Terminate).await
    }

    async fn end(&self, order: Order) -> Result<()> {
        match self.calls.order(order, String::new(), self.timeouts.call).await {
            Err(error) if error.is_already_stopped() || error.is_not_found() || error.is_pending() => Ok(()),
            ended => ended,
        }
    }

    /// Crashes the guest of a virtual machine, for its dump. Does not wait for its end. Through `computecore.dll` alone.
    #[doc(alias = "HcsCrashComputeSystem")]
    pub async fn crash(&self, options: &CrashOptions) -> Result<()> {
        let options = json("crash", &self.id, options)?;
        self.calls.order(Order::Crash, options, self.timeouts.call).await
    }

    /// Moves a virtual machine to another host, step by step. Since build 26100, through `computecore.dll`.
    pub fn migration(&self) -> Migration {
        Migration::new(self.clone())
    }

    /// Suspends it. Only systems of virtual machines can be.
    #[doc(alias = "HcsPauseComputeSystem")]
    pub async fn pause(&self) -> Result<()> {
        self.calls.order(Order::Pause, String::new(), self.timeouts.pause).await
    }

    /// Lets it go on.
    #[doc(alias = "HcsResumeComputeSystem")]
    pub async fn resume(&self) -> Result<()> {
        self.calls.order(Order::Resume, String::new(), self.timeouts.resume).await
    }

    /// Writes the state of a suspended virtual machine to a file.
    #[doc(alias = "HcsSaveComputeSystem")]
    pub async fn save(&self, options: &SaveOptions) -> Result<()> {
        let options = json("save", &self.id, options)?;
        self.calls.order(Order::Save, options, self.timeouts.save).await
    }

    /// Reads properties.
    #[doc(alias = "HcsGetComputeSystemProperties")]
    pub async fn properties(&self, query: &PropertyQuery) -> Result<Properties> {
        const OPERATION: &str = "read the properties of";
        let query = json(OPERATION, &self.id, query)?;
        let text = self.calls.properties(query, self.timeouts.call).await?;
        parse(OPERATION, &self.id, &text)
    }

    /// Changes it while it runs.
    #[doc(alias = "HcsModifyComputeSystem")]
    pub async fn modify(&self, change: &Change) -> Result<()> {
        let change = match change {
            Change::Resource(request) => json("modify", &self.id, request)?,
            Change::Setting(request) => json("modify", &self.id, request)?,
        };
        self.calls.modify(change, self.timeouts.call).await
    }

    /// Starts a process.
    #[doc(alias = "HcsCreateProcess")]
    pub async fn create_process(&self, parameters: &ProcessParameters) -> Result<Process> {
        let document = hcs::process_document(&self.id, parameters, self.version1)?;
        let (calls, pid, pipes) = self.calls.create_process(document, self.timeouts.create).await?;
        Ok(Process::new(self.clone(), calls, pid, pipes))
    }

    /// Opens a process by its id. Its standard streams are not opened; see [`Process::reopen_pipes`].
    #[doc(alias = "HcsOpenProcess")]
    pub async fn open_process(&self, pid: u32) -> Result<Process> {
        let calls = self.calls.open_process(pid).await?;
        Ok(Process::new(self.clone(), calls, pid, crate::pipe::Pipes::default()))
    }

    /// Waits until it has ended. May be asked again and by many.
    #[doc(alias = "HcsRegisterComputeSystemCallback")]
    #[doc(alias = "HcsSetComputeSystemCallback")]
    pub async fn exited(&self) -> Result<Exit> {
        let kinds = [Kind::Exited, Kind::Disconnected, Kind::Closed];
        let (kind, arrived) = self.calls.watch().first(&kinds).await;
        match kind {
            Kind::Exited => Ok(exit(&arrived)),
            kind => Err(lost("wait for", &self.id, kind)),
        }
    }

    /// How it has ended, if it has.
    pub fn exit(&self) -> Option<Exit> {
        self.calls.watch().seen(Kind::Exited).map(|arrived| exit(&arrived))
    }
}

fn exit(arrived: &Arrived) -> Exit {
    Exit { code: arrived.code, status: serde_json::from_str(&arrived.data).unwrap_or_default() }
}

/// The error of a wait whose end nobody will tell.
fn lost(operation: &str, id: &str, kind: Kind) -> Error {
    match kind {
        Kind::Disconnected => {
            let message = "the connection to the compute service was lost; see that the service vmcompute runs";
            Error::new(operation, id, DISCONNECTED, message)
        }
        _ => Error::new(operation, id, CLOSED, "its handle was closed meanwhile"),
    }
}

/// A document as text.
fn json(operation: &str, id: &str, document: &impl Serialize) -> Result<String> {
    serde_json::to_string(document)
        .map_err(|error| Error::invalid(operation, id, format!("the document cannot be written: {error}")))
}

/// A document of the service.
fn parse<T: serde::de::DeserializeOwned + Default>(operation: &str, id: &str, text: &str) -> Result<T> {
    if text.trim().is_empty() {
        return Ok(T::default());
    }
    serde_json::from_str(text).map_err(|error| {
        let message = format!("the service's answer cannot be read: {error}");
        Error::new(operation, id, HResult::HCS_E_INVALID_JSON, message)
    })
}
