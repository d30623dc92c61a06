//! Changes of networks, endpoints, namespaces and load balancers: [`Modify`] requests, each over its choice of resources.

use super::{Dns, EndpointPolicy, NetworkPolicy, Subnet};
use crate::model::{choices, object};
use crate::modify::Modify;

/// A change of a network.
pub type ModifyNetwork = Modify<NetworkResource>;
/// A change of an endpoint.
pub type ModifyEndpoint = Modify<EndpointResource>;
/// A change of a namespace.
pub type ModifyNamespace = Modify<NamespaceResource>;

choices! {
    /// What changes of a network.
    pub enum NetworkResource {
        /// Its policies.
        Policy(NetworkPolicies) = "Policy",
        /// Its name resolution.
        Dns(Dns) = "DNS",
        /// An extension of its virtual switch.
        Extension(Extension) = "Extension",
        /// Its ranges of addresses (2.6).
        Subnet(Subnets) = "Subnet",
    }

    /// What changes of an endpoint.
    pub enum EndpointResource {
        /// Its policies.
        Policy(EndpointPolicies) = "Policy",
        /// Its port of the virtual switch: adding one attaches the endpoint to a virtual machine.
        Port(Port) = "Port",
    }

    /// What changes of a namespace.
    pub enum NamespaceResource {
        /// A container in it.
        Container(ContainerReference) = "Container",
        /// An endpoint in it.
        Endpoint(EndpointReference) = "Endpoint",
    }
}

object! {
    /// Policies of a network to add, remove or replace.
    pub struct NetworkPolicies {
        /// The policies.
        "Policies" policies: Vec<NetworkPolicy>,
        ..extra
    }

    /// Policies of an endpoint to add, remove or replace.
    pub struct EndpointPolicies {
        /// The policies.
        "Policies" policies: Vec<EndpointPolicy>,
        ..extra
    }

    /// Ranges of addresses to add or remove (2.6).
    pub struct Subnets {
        /// The ranges.
        "Subnets" subnets: Vec<Subnet>,
        ..extra
    }

    /// An extension of a virtual switch.
    pub struct Extension {
        /// Its id (GUID).
        "Id" id: String,
        /// Whether it works.
        "IsEnabled" is_enabled: bool = always,
        ..extra
    }

    /// A port of a virtual switch (`VmEndpointRequest`).
    pub struct Port {
        /// Its id (GUID).
        "PortId" port_id: String,
        /// Name of the virtual machine's network card.
        "VirtualNicName" virtual_nic_name: String,
        /// The virtual machine (GUID).
        "VirtualMachineId" virtual_machine_id: String,
        ..extra
    }

    /// A container that comes into a namespace or leaves it.
    pub struct ContainerReference {
        /// Its id.
        "ContainerId" container_id: String = always,
        ..extra
    }

    /// An endpoint that comes into a namespace or leaves it.
    pub struct EndpointReference {
        /// Its id (GUID).
        "EndpointId" endpoint_id: String = always,
        ..extra
    }
}

impl NamespaceResource {
    /// An endpoint of a namespace.
    pub fn endpoint(id: &str) -> Self {
        NamespaceResource::Endpoint(EndpointReference { endpoint_id: id.to_owned(), ..EndpointReference::default() })
    }

    /// The endpoint's id, if it is one.
    pub fn endpoint_id(&self) -> Option<&str> {
        match self {
            NamespaceResource::Endpoint(endpoint) => Some(&endpoint.endpoint_id),
            _ => None,
        }
    }

    /// A container of a namespace.
    pub fn container(id: &str) -> Self {
        let container_id = id.to_owned();
        NamespaceResource::Container(ContainerReference { container_id, ..ContainerReference::default() })
    }
}
