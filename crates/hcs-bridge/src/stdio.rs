//! How the standard streams of a process cross the bridge.
//!
//! * [`Streams::Relayed`], the protocol's way, for a guest in its own machine: the host listens on a port per stream and names
//!   the ports in the request; the guest connects to them in the order in, out, err, before it starts the process, and only
//!   then answers. Both ends copy, between their handles and the connections. See the relay of the platform.
//! * [`Streams::Passed`], for two processes of one machine: the handles travel with the request itself, beside its bytes, and
//!   become the process's own. No port, no second connection, no further round trip, nothing left behind in a folder, and
//!   nobody copies. The request names them in `PassedStreams`. A console socket travels in the same way, so the host behind
//!   the guest end sends the terminal's master straight to the caller.

use crate::connection::MAX_HANDLES;
use async_trait::async_trait;
use hcs_host::{Error, Handle, Result, Stdio};
use hcs_schema::HResult;
use hcs_schema::bridge::{ExecuteProcessSettings, FIRST_STDIO_PORT, VsockStdioRelay};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::oneshot;

/// How standard streams cross; both ends of a connection are told the same.
#[derive(Clone)]
pub enum Streams {
    /// The handles themselves, beside the request. Needs a connection that carries them.
    Passed,
    /// Copied over connections of their own.
    Relayed(Arc<dyn Relay>),
}

impl std::fmt::Debug for Streams {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Streams::Passed => "Passed",
            Streams::Relayed(_) => "Relayed",
        })
    }
}

/// Copying that goes on until its streams have ended.
pub type RelayTask = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Copies standard streams over connections, at either end.
#[async_trait]
pub trait Relay: Send + Sync {
    /// Host end: listens for the streams that the caller wants. The task is to be run once the process exists; dropping it
    /// gives the ports back.
    fn offer(&self, ports: &Ports, stdio: Stdio, console: bool) -> io::Result<(VsockStdioRelay, RelayTask)>;

    /// Guest end: connects to the host's ports and makes the handles of the process to come.
    async fn connect(&self, ports: VsockStdioRelay, console: bool) -> io::Result<Connected>;
}

/// The guest end of a process's streams, before the process is started.
pub struct Connected {
    /// What the process gets.
    pub stdio: Stdio,
    /// To be told when the process has ended.
    pub exited: oneshot::Sender<()>,
    /// To be run once the process exists; ends when the host has taken all output.
    pub task: RelayTask,
}

/// The ports of one connection: counted upward, never used twice.
#[derive(Debug)]
pub struct Ports(AtomicU32);

impl Default for Ports {
    fn default() -> Self {
        Ports(AtomicU32::new(FIRST_STDIO_PORT))
    }
}

impl Ports {
    /// The next port; `None` once all have been used.
    pub fn allocate(&self) -> Option<u32> {
        // The last number stays unused, so that the counter can never wrap around to a used one.
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |port| port.checked_add(1)).ok()
    }
}

const STD_IN: &str = "StdIn";
const STD_OUT: &str = "StdOut";
const STD_ERR: &str = "StdErr";
const CONSOLE: &str = "Console";

/// Names the handles of a process in its request and puts them in the same order. A console stands alone.
pub(crate) fn pass(stdio: Stdio, settings: &mut ExecuteProcessSettings) -> Vec<Handle> {
    let named = match stdio.console {
        Some(console) => vec![(CONSOLE, Some(console))],
        None => vec![(STD_IN, stdio.stdin), (STD_OUT, stdio.stdout), (STD_ERR, stdio.stderr)],
    };
    let present = named.into_iter().filter_map(|(name, handle)| Some((name.to_owned(), handle?)));
    let (names, handles) = present.unzip();
    settings.passed_streams = names;
    handles
}

/// Puts the handles that came with a request where it says they belong.
pub(crate) fn passed(settings: &ExecuteProcessSettings, handles: Vec<Handle>) -> Result<Stdio> {
    let names = &settings.passed_streams;
    if names.len() != handles.len() || names.len() > MAX_HANDLES {
        let message = format!("{} streams are announced and {} handles came", names.len(), handles.len());
        return Err(Error::new("execute", "", HResult::HCS_E_PROTOCOL_ERROR, message));
    }
    let mut stdio = Stdio::default();
    for (name, handle) in names.iter().zip(handles) {
        let place = match name.as_str() {
            STD_IN => &mut stdio.stdin,
            STD_OUT => &mut stdio.stdout,
            STD_ERR => &mut stdio.stderr,
            CONSOLE => &mut stdio.console,
            other => return Err(Error::invalid("execute", "", format!("{other} is no standard stream"))),
        };
        if place.replace(handle).is_some() {
            return Err(Error::invalid("execute", "", format!("{name} is announced twice")));
        }
    }
    Ok(stdio)
}
