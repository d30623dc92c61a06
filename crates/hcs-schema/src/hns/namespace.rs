//! Namespaces: network compartments, with the endpoints and containers in them.

use crate::model::{choices, object};

object! {
    /// A namespace.
    pub struct Namespace {
        /// Its id (GUID).
        "ID" id: String = always,
        /// Whether it is the host's own.
        "IsDefault" is_default: bool,
        /// What is in it.
        "ResourceList" resource_list: Vec<NamespaceMember>,
        /// Number of its compartment.
        "CompartmentId" compartment_id: u32,
    }

    /// A namespace to make.
    #[derive(Eq)]
    pub struct NamespaceRequest {
        /// Whether it is the host's own.
        "IsDefault" is_default: bool,
    }

    /// An endpoint or a container of a namespace.
    pub struct NamespaceMemberId {
        /// Its id; of an endpoint, a GUID.
        "Id" id: String = always,
        ..extra
    }
}

choices! {
    /// Something in a namespace.
    pub enum NamespaceMember beside "Type", "Data" {
        /// An endpoint.
        Endpoint(NamespaceMemberId) = "Endpoint",
        /// A container.
        Container(NamespaceMemberId) = "Container",
    }
}

impl NamespaceMember {
    /// An endpoint of a namespace.
    pub fn endpoint(id: &str) -> Self {
        NamespaceMember::Endpoint(NamespaceMemberId { id: id.to_owned(), ..NamespaceMemberId::default() })
    }

    /// A container of a namespace.
    pub fn container(id: &str) -> Self {
        NamespaceMember::Container(NamespaceMemberId { id: id.to_owned(), ..NamespaceMemberId::default() })
    }
}

impl Namespace {
    /// Ids of the endpoints in it.
    pub fn endpoints(&self) -> impl Iterator<Item = &str> {
        self.resource_list.iter().filter_map(|member| match member {
            NamespaceMember::Endpoint(endpoint) => Some(endpoint.id.as_str()),
            _ => None,
        })
    }
}
