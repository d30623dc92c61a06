//! What crosses the pipe between a DLL and the service, besides calls and replies.
//!
//! Whoever connects says first what the connection is for, and is welcomed. Then there are calls and replies on one for calls,
//! notices from the service on one for notices, and questions and answers on one for inspection.

use serde::{Deserialize, Serialize};

/// What a connection is for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Hello {
    /// The calls of a DLL in a process, which is a client as long as this connection lasts.
    Calls {
        /// The process.
        process: u32,
        /// The DLL, without its ending.
        dll: String,
    },
    /// The notices of a client.
    Notices {
        /// The client, as it was welcomed.
        client: u64,
    },
    /// Questions about everything.
    Inspection,
}

/// The answer to a [`Hello`]. Once it is said the service does not end before the connection does.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Welcome {
    /// The number of the client; 0 for an inspection.
    pub client: u64,
}

/// Something that happened, for a callback of a client.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// The callback, by the number that the client gave it.
    pub callback: u64,
    /// What happened, as a notification of `vmcompute.dll`.
    pub kind: u32,
    /// How it went, as an HRESULT.
    pub status: u32,
    /// A document; empty for none.
    pub data: String,
}

/// A question of an inspection. The answer is any JSON.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Question {
    /// Everything that exists.
    Snapshot,
    /// What exists and should not when everything is released, a line each.
    Left,
    /// To end everything, and itself.
    Stop,
}

/// The notification that a process has ended.
pub const PROCESS_EXITED: u32 = 0x10000;
/// The notification that a compute system has ended.
pub const SYSTEM_EXITED: u32 = 1;
/// The notification that the service has gone, of `vmcompute.dll`.
pub const SERVICE_DISCONNECT: u32 = 0x0100_0000;
