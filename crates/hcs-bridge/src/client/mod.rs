//! The host's end of the bridge: a [`Client`] is a [`Host`](hcs_host::Host) whose systems run elsewhere.
//!
//! ```text
//! connect ── negotiate version 4 ──▶ any number of calls at once ──▶ connection ends: all fail with HCS_E_CONNECTION_CLOSED
//! ```
//!
//! A call may be dropped at any time: its answer is thrown away when it comes, and the connection goes on. What the guest had
//! been asked for happens all the same. A guest that breaks the protocol, or lets a call wait for more than [`CALL_TIMEOUT`],
//! loses its connection. A client does not reconnect; make a new one. Clients live on a tokio runtime with I/O and time, of
//! any flavour, and start no threads.

mod host;
mod mux;
mod wait;

use crate::call::Start;
use crate::connection::Connection;
use crate::frame;
use crate::stdio::{Ports, Streams};
use hcs_host::{Error, Result};
use hcs_schema::HResult;
use hcs_schema::bridge::{Create, GuestCapabilities, NULL_ID, NegotiateProtocol, PROTOCOL_VERSION, RequestBase};
use mux::Mux;
use std::collections::BTreeSet;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use wait::Waits;

/// How long a guest may take for an answer, waits for a process excepted. A guest that is slower is taken for hung, and its
/// connection is closed.
pub const CALL_TIMEOUT: Duration = Duration::from_secs(300);

/// How long a guest may take to acknowledge that a system shall end. The call fails then; the connection goes on.
pub const END_TIMEOUT: Duration = Duration::from_secs(30);

/// A connection to a guest agent or to the keeper of a system.
pub struct Client {
    mux: Arc<Mux>,
    streams: Streams,
    ports: Ports,
    guest: GuestCapabilities,
    waits: Waits,
    systems: Mutex<BTreeSet<String>>,
    tasks: [tokio::task::AbortHandle; 2],
}

impl Client {
    /// Takes over a fresh connection and agrees on the protocol. `streams` says how standard streams cross; the other end must
    /// be of the same mind.
    pub async fn connect(connection: Connection, streams: Streams) -> Result<Client> {
        let read_limit = match streams {
            Streams::Relayed(_) => frame::HOST_LIMIT,
            // The other end is this crate's `serve` on the same machine, which has no reason to keep answers short.
            Streams::Passed => frame::GUEST_LIMIT,
        };
        let (mux, queued) = Mux::new(read_limit);
        let reading = tokio::spawn(mux::read_all(mux.clone(), connection.incoming)).abort_handle();
        let writing = tokio::spawn(mux::write_all(mux.clone(), connection.outgoing, queued)).abort_handle();
        let mut client = Client {
            mux,
            streams,
            ports: Ports::default(),
            guest: GuestCapabilities::default(),
            waits: Waits::default(),
            systems: Mutex::default(),
            tasks: [reading, writing],
        };
        client.negotiate().await?;
        client.prepare_guest().await?;
        Ok(client)
    }

    /// What the guest said it can do.
    pub fn guest(&self) -> &GuestCapabilities {
        &self.guest
    }

    /// Names a system that [`list`](hcs_host::Host::list) shall ask about, besides those that this client created. The protocol
    /// has no listing, so a client only lists what it has heard of.
    pub fn adopt(&self, id: &str) {
        self.systems().insert(id.into());
    }

    async fn negotiate(&mut self) -> Result<()> {
        let operation = "negotiate the protocol";
        let versions = (PROTOCOL_VERSION, PROTOCOL_VERSION);
        let request =
            NegotiateProtocol { base: base(NULL_ID), minimum_version: versions.0, maximum_version: versions.1 };
        let reply = self.within_limit(operation, NULL_ID, self.mux.call(operation, &request, Vec::new())).await?;
        if reply.version != PROTOCOL_VERSION {
            let message = format!("the guest chose version {} and only {PROTOCOL_VERSION} is known", reply.version);
            return Err(Error::new(operation, "", HResult::HCS_E_UNSUPPORTED_PROTOCOL_VERSION, message));
        }
        self.guest = reply.capabilities;
        Ok(())
    }

    /// Makes and starts the null system, for guests that ask for it.
    async fn prepare_guest(&self) -> Result<()> {
        if !self.guest.send_host_create_message {
            return Ok(());
        }
        let container_config = r#"{"SystemType":"Container"}"#.into();
        self.call("create", &Create { base: base(NULL_ID), container_config, ..Create::default() }).await?;
        if self.guest.send_host_start_message {
            self.call("start", &Start { base: base(NULL_ID) }).await?;
        }
        Ok(())
    }

    /// One call without handles, within the time a guest has.
    async fn call<C: crate::call::Call>(&self, operation: &str, request: &C) -> Result<C::Reply> {
        let id = request.base().container_id.as_str();
        self.within_limit(operation, id, self.mux.call(operation, request, Vec::new())).await
    }

    /// Waits for a call, and ends the connection when the guest seems to be hung.
    async fn within_limit<T>(&self, operation: &str, id: &str, call: impl Future<Output = Result<T>>) -> Result<T> {
        match tokio::time::timeout(CALL_TIMEOUT, call).await {
            Ok(answer) => answer,
            Err(_) => {
                self.mux.close("the guest did not answer in time");
                Err(timed_out(operation, id, CALL_TIMEOUT))
            }
        }
    }

    fn systems(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.systems.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.mux.close("the client was dropped");
        for task in &self.tasks {
            task.abort();
        }
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("streams", &self.streams).field("guest", &self.guest).finish_non_exhaustive()
    }
}

fn timed_out(operation: &str, id: &str, limit: Duration) -> Error {
    let message = format!("the guest did not answer within {} seconds", limit.as_secs());
    Error::new(operation, id, HResult::HCS_E_CONNECTION_TIMEOUT, message)
}

/// The base of a request about a system.
fn base(id: &str) -> RequestBase {
    // No activity is traced yet; the protocol's word for that is the null GUID, the same as the null system's.
    RequestBase { container_id: id.into(), activity_id: NULL_ID.into(), ..RequestBase::default() }
}
