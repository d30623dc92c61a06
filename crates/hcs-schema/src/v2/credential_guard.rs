//! Container Credential Guard: credentials of group managed service accounts that the host lends to containers.
//!
//! An instance is made and removed by changes to the service ([`ModificationRequest`](super::ModificationRequest)), and listed
//! by a query of its properties. A container, when it is created, is told of its instance by the state that was listed.

use super::HvSocketServiceConfig;
use crate::model::{object, words};
use serde_json::Value;

object! {
    /// A change to the instances. Schema 2.1.
    pub struct ContainerCredentialGuardOperationRequest {
        /// What is done.
        "Operation" operation: ContainerCredentialGuardOperation,
        /// To what: [`ContainerCredentialGuardAddInstanceRequest`] or [`ContainerCredentialGuardRemoveInstanceRequest`].
        "OperationDetails" operation_details: Value,
    }

    /// An instance to make. Schema 2.1.
    pub struct ContainerCredentialGuardAddInstanceRequest {
        /// Its id, mostly the container's.
        "Id" id: String,
        /// Its credential specification, a document as text.
        "CredentialSpec" credential_spec: String,
        /// How the container reaches it.
        "Transport" transport: ContainerCredentialGuardTransport,
    }

    /// An instance to remove. Schema 2.1.
    pub struct ContainerCredentialGuardRemoveInstanceRequest {
        /// Its id.
        "Id" id: String,
    }

    /// What a container is told of its instance. Schema 2.1.
    pub struct ContainerCredentialGuardState {
        /// Secret that its calls show.
        "Cookie" cookie: String,
        /// Name of the endpoint that it calls.
        "RpcEndpoint" rpc_endpoint: String,
        /// How it is reached.
        "Transport" transport: ContainerCredentialGuardTransport,
        /// Its credential specification, a document as text.
        "CredentialSpec" credential_spec: String,
    }

    /// An instance. Schema 2.1.
    pub struct ContainerCredentialGuardInstance {
        /// Its id.
        "Id" id: String,
        /// What its container is told.
        "CredentialGuard" credential_guard: Option<ContainerCredentialGuardState>,
        /// What the hosting machine has to allow, where it is reached through Hyper-V sockets.
        "HvSocketConfig" hv_socket_config: Option<ContainerCredentialGuardHvSocketServiceConfig>,
    }

    /// What the hosting machine has to allow. Schema 2.1.
    pub struct ContainerCredentialGuardHvSocketServiceConfig {
        /// The service (GUID).
        "ServiceId" service_id: String,
        /// Its rights.
        "ServiceConfig" service_config: Option<HvSocketServiceConfig>,
    }

    /// The answer about the instances. Schema 2.1.
    pub struct ContainerCredentialGuardSystemInfo {
        /// The instances.
        "Instances" instances: Vec<ContainerCredentialGuardInstance>,
    }
}

words! {
    /// What is done with instances. Schema 2.1.
    pub enum ContainerCredentialGuardOperation {
        /// One is made.
        AddInstance = "AddInstance",
        /// One is removed.
        RemoveInstance = "RemoveInstance",
    }

    /// How a container reaches its instance. Schema 2.1.
    pub enum ContainerCredentialGuardTransport {
        /// Local procedure calls, of a container on the host.
        Lrpc = "LRPC",
        /// Hyper-V sockets, of a container in a virtual machine.
        HvSocket = "HvSocket",
    }
}
