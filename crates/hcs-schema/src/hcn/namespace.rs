//! Namespaces: network compartments, with the endpoints and containers in them.

use crate::document::Version;
use crate::model::{choices, object, words};

object! {
    /// A namespace (`HostComputeNamespace`).
    pub struct Namespace {
        /// Its id (GUID); empty lets the service choose one.
        "ID" id: String,
        /// Number of its compartment; in answers.
        "NamespaceId" namespace_id: u32,
        /// Where its compartment is; empty is `Host`.
        "Type" kind: NamespaceKind,
        /// What is in it.
        "Resources" resources: Vec<NamespaceMember>,
        /// Schema of this document: [`SCHEMA`](super::SCHEMA). 0.0 is taken for it, too.
        "SchemaVersion" schema_version: Version = always,
        ..extra
    }

    /// An endpoint or a container of a namespace.
    pub struct NamespaceMemberId {
        /// Its id; of an endpoint, a GUID.
        "ID" id: String = always,
        ..extra
    }
}

words! {
    /// Where the compartment of a namespace is.
    pub enum NamespaceKind {
        /// On the host, for containers that share its kernel.
        Host = "Host",
        /// The host's own compartment.
        HostDefault = "HostDefault",
        /// In a utility VM, where the guest makes it.
        Guest = "Guest",
        /// A utility VM's own compartment.
        GuestDefault = "GuestDefault",
    }
}

choices! {
    /// Something in a namespace.
    pub enum NamespaceMember beside "Type", "Data" {
        /// A container.
        Container(NamespaceMemberId) = "Container",
        /// An endpoint.
        Endpoint(NamespaceMemberId) = "Endpoint",
    }
}

impl Namespace {
    /// Ids of the endpoints in it.
    pub fn endpoints(&self) -> impl Iterator<Item = &str> {
        self.resources.iter().filter_map(|member| match member {
            NamespaceMember::Endpoint(endpoint) => Some(endpoint.id.as_str()),
            _ => None,
        })
    }

    /// Ids of the containers in it.
    pub fn containers(&self) -> impl Iterator<Item = &str> {
        self.resources.iter().filter_map(|member| match member {
            NamespaceMember::Container(container) => Some(container.id.as_str()),
            _ => None,
        })
    }
}
