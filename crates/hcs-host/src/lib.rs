//! The boundary of a compute host.
//!
//! [`Host`] is the verb set of the Windows Host Compute Service, which a guest agent speaks too: compute systems named by an
//! id, made from documents. Everything that runs containers is a `Host`, and everything above is written against it. The
//! [`Error`] of a verb names the operation, the id and an HRESULT. [`Ledger`] is how a host tells what it is about to make,
//! so that a crash leaves a list instead of a leak. [`NetworkHost`] is the verb set of networks. There is no platform code here,
//! apart from the type of a handle.
#![forbid(unsafe_code)]

mod error;
mod host;
mod ledger;
mod network;
pub mod plan;
mod sys;

pub use error::{Error, ErrorEvent, Result};
pub use host::{Capabilities, Event, EventKind, Host, Pause, Signal, Stdio, Summary};
pub use ledger::{Ledger, NoLedger, ProcessIdentity, Resource};
pub use network::NetworkHost;
pub use sys::Handle;
