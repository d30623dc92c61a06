//! The guest bridge: the verbs of a compute host over a socket.
//!
//! A guest agent in a utility VM and the keeper of a container both lend a [`Host`](hcs_host::Host) to someone at the other
//! end of a connection. [`Client`] is that other end and is a `Host` itself, so a front end cannot tell a local system from a
//! remote one. [`serve`] is the lending end and knows nothing of containers.
//!
//! ```text
//! Client (a Host) ──┐                                    ┌── serve(Host)
//!   calls by id     ├─ frames: header 16 bytes + JSON ───┤     a task for each request
//!   events          │                                    │     one writer
//!   Streams ────────┴─ ports, or handles beside a frame ─┴── Streams
//! ```
//!
//! The host end listens and the guest end connects, for the bridge and for every stream; on one machine, where the keeper
//! must be found by its socket, it is the keeper that listens. After that the roles are the protocol's: the `Client` asks,
//! starting with the protocol's version, which is always 4, and the guest answers in any order, plus a notification when a
//! system has ended. See [`frame`] for the framing, [`call`] for the messages and [`stdio`] for standard streams. The messages
//! as data are in `hcs_schema::bridge`.
//!
//! Everything runs on the caller's tokio runtime, of one thread if it likes; nothing here starts threads. The platform's part,
//! Unix sockets and the copying of streams, is the module `unix`.
#![forbid(unsafe_code)]

pub mod call;
mod client;
mod connection;
pub mod frame;
mod server;
pub mod stdio;
mod transport;
#[cfg(unix)]
pub mod unix;

pub use client::{CALL_TIMEOUT, Client, END_TIMEOUT};
pub use connection::{Connection, MAX_HANDLES};
pub use server::serve;
pub use stdio::Streams;
pub use transport::{Listener, Stream, Transport};
