//! Messages to the service inside a utility VM: the verbs of HCS over a socket.

use super::Document;
use serde::Serialize;

/// A message to the service inside a utility VM. Without an id it is about the machine itself.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "message", rename_all_fields = "camelCase")]
pub enum GuestCall {
    /// Agrees on a version of the protocol. A guest that wants to be created and started itself says so in its answer.
    NegotiateProtocol {
        /// The lowest that will do.
        minimum: u32,
        /// The highest that will do.
        maximum: u32,
    },
    /// Creates the machine's own system, if the guest wants it.
    CreateSelf {
        /// What it is told.
        document: Document,
    },
    /// Starts the machine's own system, if the guest wants it.
    StartSelf,
    /// Creates a container.
    Create {
        /// Its id.
        id: String,
        /// Its document.
        document: Document,
    },
    /// Starts a container.
    Start {
        /// Its id.
        id: String,
    },
    /// Ends a container by force.
    Terminate {
        /// Its id.
        id: String,
    },
    /// Forgets a container that has ended.
    Delete {
        /// Its id.
        id: String,
    },
    /// Starts a process in a container.
    Execute {
        /// The container's id.
        id: String,
        /// The process.
        document: Document,
    },
    /// Runs a process of the machine itself, waits for its end, and reads what it writes.
    Run {
        /// The process.
        document: Document,
        /// Exit codes that are no failure, besides 0.
        tolerated: Vec<u32>,
    },
    /// Changes a resource of the machine.
    Modify {
        /// The change.
        document: Document,
    },
    /// Changes a container.
    ModifyContainer {
        /// Its id.
        id: String,
        /// The change.
        document: Document,
    },
    /// Changes a service of the guest, if the guest has it.
    ModifyService {
        /// The service.
        service: &'static str,
        /// The change.
        document: Document,
        /// Whether the container goes on without it.
        optional: bool,
    },
    /// Asks for properties of a container.
    Query {
        /// Its id.
        id: String,
        /// Which properties.
        document: Document,
    },
}

impl GuestCall {
    /// The message, as the protocol spells it.
    pub fn function(&self) -> &'static str {
        match self {
            GuestCall::NegotiateProtocol { .. } => "bridge!NegotiateProtocol",
            GuestCall::CreateSelf { .. } | GuestCall::Create { .. } => "bridge!Create",
            GuestCall::StartSelf | GuestCall::Start { .. } => "bridge!Start",
            GuestCall::Terminate { .. } => "bridge!ShutdownForced",
            GuestCall::Delete { .. } => "bridge!DeleteContainerState",
            GuestCall::Execute { .. } | GuestCall::Run { .. } => "bridge!ExecuteProcess",
            GuestCall::Modify { .. } | GuestCall::ModifyContainer { .. } => "bridge!ModifySettings",
            GuestCall::ModifyService { .. } => "bridge!ModifyServiceSettings",
            GuestCall::Query { .. } => "bridge!GetProperties",
        }
    }

    /// The container that it is about, if it is about one.
    pub fn target(&self) -> Option<&str> {
        match self {
            GuestCall::Create { id, .. }
            | GuestCall::Start { id }
            | GuestCall::Terminate { id }
            | GuestCall::Delete { id }
            | GuestCall::Execute { id, .. }
            | GuestCall::ModifyContainer { id, .. }
            | GuestCall::Query { id, .. } => Some(id),
            GuestCall::NegotiateProtocol { .. }
            | GuestCall::CreateSelf { .. }
            | GuestCall::StartSelf
            | GuestCall::Run { .. }
            | GuestCall::Modify { .. }
            | GuestCall::ModifyService { .. } => None,
        }
    }

    /// The document that it sends.
    pub fn document(&self) -> Option<&Document> {
        match self {
            GuestCall::CreateSelf { document }
            | GuestCall::Create { document, .. }
            | GuestCall::Execute { document, .. }
            | GuestCall::Run { document, .. }
            | GuestCall::Modify { document }
            | GuestCall::ModifyContainer { document, .. }
            | GuestCall::ModifyService { document, .. }
            | GuestCall::Query { document, .. } => Some(document),
            GuestCall::NegotiateProtocol { .. }
            | GuestCall::StartSelf
            | GuestCall::Start { .. }
            | GuestCall::Terminate { .. }
            | GuestCall::Delete { .. } => None,
        }
    }
}
