//! Changes to a running container in version 1: its network endpoints.

use super::RequestType;
use crate::model::{object, words};
use serde_json::Value;

object! {
    /// A change to a running container.
    pub struct ResourceModificationRequest {
        /// What is changed.
        "ResourceType" resource_type: ResourceType = always,
        /// Of `Network`: id (GUID) of the endpoint.
        "Settings" settings: Value = always,
        /// What is done with it: `Add` or `Remove`.
        "RequestType" request_type: RequestType,
    }
}

words! {
    /// What is changed of a container.
    pub enum ResourceType {
        /// A network endpoint.
        Network = "Network",
    }
}

impl ResourceModificationRequest {
    /// A network endpoint, by its id (GUID).
    pub fn network(request_type: RequestType, endpoint: &str) -> Self {
        Self { resource_type: ResourceType::Network, settings: endpoint.into(), request_type }
    }
}
