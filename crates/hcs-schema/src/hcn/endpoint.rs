//! Endpoints: connections of containers and virtual machines to a network.

use super::{Dns, EndpointPolicy, Health, Route};
use crate::document::Version;
use crate::model::{numbers, object};

object! {
    /// An endpoint (`HostComputeEndpoint`).
    pub struct Endpoint {
        /// Its id (GUID); empty lets the service choose one.
        "ID" id: String,
        /// Its name, which need not be unique.
        "Name" name: String,
        /// Its network (GUID).
        "HostComputeNetwork" host_compute_network: String,
        /// Its namespace (GUID); empty when it is created, and set by adding it to one.
        "HostComputeNamespace" host_compute_namespace: String,
        /// Policies.
        "Policies" policies: Vec<EndpointPolicy>,
        /// Its addresses; empty lets the network give it one.
        "IpConfigurations" ip_configurations: Vec<IpConfig>,
        /// Name resolution.
        "Dns" dns: Dns = always,
        /// Its routes.
        "Routes" routes: Vec<Route>,
        /// Its hardware address, as `00-15-5D-52-C0-00`; empty lets the service choose one.
        "MacAddress" mac_address: String,
        /// Flags.
        "Flags" flags: EndpointFlags,
        /// How it fares; in answers.
        "Health" health: Health = always,
        /// Schema of this document: [`SCHEMA`](super::SCHEMA).
        "SchemaVersion" schema_version: Version = always,
        ..extra
    }

    /// An address.
    pub struct IpConfig {
        /// The address, of either family.
        "IpAddress" ip_address: String,
        /// Length of its prefix in bits.
        "PrefixLength" prefix_length: u8,
        ..extra
    }
}

numbers! {
    /// Flags of an endpoint, one bit each.
    pub struct EndpointFlags(u32) {
        /// It is on another host.
        REMOTE_ENDPOINT = 1,
        /// It does not reach other endpoints of its network.
        DISABLE_INTER_COMPUTE_COMMUNICATION = 2,
        /// It mirrors an adapter of the host.
        ENABLE_MIRRORING = 4,
        /// Its routes are preferred.
        ENABLE_LOW_INTERFACE_METRIC = 8,
        /// Its name servers are asked first.
        OVERRIDE_DNS_SERVER_ORDER = 16,
        /// It asks a DHCP server for its address.
        ENABLE_DHCP = 32,
    }
}
