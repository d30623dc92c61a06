//! Endpoints: connections of containers and virtual machines to a network.

use super::{Namespace, Policy};
use crate::model::{numbers, object};

object! {
    /// An endpoint.
    pub struct Endpoint {
        /// Its id (GUID); empty lets the service choose one.
        "ID" id: String,
        /// Its name, which need not be unique.
        "Name" name: String,
        /// Its network (GUID).
        "VirtualNetwork" virtual_network: String,
        /// Name of its network; in answers.
        "VirtualNetworkName" virtual_network_name: String,
        /// Policies.
        "Policies" policies: Vec<Policy>,
        /// Its hardware address, as `00-15-5D-52-C0-00`; empty lets the service choose one.
        "MacAddress" mac_address: String,
        /// Its IPv4 address; empty lets the network give it one.
        "IPAddress" ip_address: String,
        /// Its IPv6 address.
        "IPv6Address" ipv6_address: String,
        /// Suffixes of names, with commas between them.
        "DNSSuffix" dns_suffix: String,
        /// Addresses of name servers, with commas between them.
        "DNSServerList" dns_server_list: String,
        /// Suffix of the connection.
        "DNSDomain" dns_domain: String,
        /// Address of the gateway.
        "GatewayAddress" gateway_address: String,
        /// Address of the gateway for IPv6.
        "GatewayAddressV6" gateway_address_v6: String,
        /// Whether the host answers name queries.
        "EnableInternalDNS" enable_internal_dns: bool,
        /// Whether it does not reach other endpoints of its network.
        "DisableICC" disable_icc: bool,
        /// Length of the address's prefix in bits.
        "PrefixLength" prefix_length: u8,
        /// Length of the IPv6 address's prefix in bits.
        "IPv6PrefixLength" ipv6_prefix_length: u8,
        /// Whether it is on another host.
        "IsRemoteEndpoint" is_remote_endpoint: bool,
        /// Whether its routes are preferred.
        "EnableLowMetric" enable_low_metric: bool,
        /// Its namespace, where it has one.
        "Namespace" namespace: Option<Namespace>,
        /// Bytes that encapsulation takes away from each packet.
        "EncapOverhead" encap_overhead: u16,
        /// Containers that share it; in answers.
        "SharedContainers" shared_containers: Vec<String>,
        /// How far it is; in answers.
        "State" state: EndpointState,
    }

    /// What an endpoint has sent and received since it was made.
    #[derive(Eq)]
    pub struct EndpointStats {
        /// Bytes received.
        "BytesReceived" bytes_received: u64 = always,
        /// Bytes sent.
        "BytesSent" bytes_sent: u64 = always,
        /// Packets that came in and were dropped.
        "DroppedPacketsIncoming" dropped_packets_incoming: u64 = always,
        /// Packets that were to go out and were dropped.
        "DroppedPacketsOutgoing" dropped_packets_outgoing: u64 = always,
        /// The endpoint (GUID).
        "EndpointId" endpoint_id: String = always,
        /// Its counters (GUID).
        "InstanceId" instance_id: String = always,
        /// Packets received.
        "PacketsReceived" packets_received: u64 = always,
        /// Packets sent.
        "PacketsSent" packets_sent: u64 = always,
    }
}

impl Endpoint {
    /// Whether a container shares it. Ids are compared without their case.
    pub fn is_attached_to(&self, id: &str) -> bool {
        self.shared_containers.iter().any(|container| container.eq_ignore_ascii_case(id))
    }
}

numbers! {
    /// How far an endpoint is.
    pub struct EndpointState(u16) {
        /// It is being made.
        UNINITIALIZED = 0,
        /// It was made.
        CREATED = 1,
        /// It is attached.
        ATTACHED = 2,
        /// It is attached, and shared.
        ATTACHED_SHARING = 3,
        /// It was detached.
        DETACHED = 4,
        /// It does not work.
        DEGRADED = 5,
        /// It was deleted.
        DESTROYED = 6,
    }
}
