//! Policies of networks, subnets and endpoints: a kind, and settings whose shape the kind decides.
//!
//! There is one choice for each family, because a kind may mean different things to them. Kinds of later versions are kept as
//! they were read; of those that Microsoft's reference has, `Encryption`, `VLAN` of an endpoint, `InterfaceParameters` and
//! `Firewall` are not typed here, because nothing in containers uses them.

mod endpoint;
mod network;

pub use endpoint::*;
pub use network::*;

use crate::model::{numbers, object, words};

object! {
    /// A rule of a firewall, of an endpoint or of a whole network.
    pub struct Acl {
        /// Id of the rule, which the service makes up where there is none (version 7.2 of the service).
        "Id" id: String,
        /// Numbers of protocols, with commas between them; empty is every one. 252 is VXLAN (version 11.0).
        "Protocols" protocols: String,
        /// What happens to the traffic.
        "Action" action: Action = always,
        /// Which way it goes, seen from the endpoint.
        "Direction" direction: Direction = always,
        /// Addresses of the endpoint, with commas between them; empty is every one (lists: version 7.2).
        "LocalAddresses" local_addresses: String,
        /// Addresses of the other side, with commas between them; empty is every one (lists: version 7.2).
        "RemoteAddresses" remote_addresses: String,
        /// Ports of the endpoint and ranges of them, with commas between them; empty is every one (version 7.2).
        "LocalPorts" local_ports: String,
        /// Ports of the other side, alike (version 7.2).
        "RemotePorts" remote_ports: String,
        /// Who keeps the rule.
        "RuleType" rule_kind: RuleKind,
        /// The lower one comes first, 0 is 100; rules that `Host` keeps may have one since version 7.2.
        "Priority" priority: u16,
        ..extra
    }

    /// Only one adapter of the host is used.
    pub struct InterfaceConstraint {
        /// Its id (GUID).
        "InterfaceGuid" interface_guid: String,
        /// Its local id.
        "InterfaceLuid" interface_luid: u64,
        /// Its index.
        "InterfaceIndex" interface_index: u32,
        /// Its medium.
        "InterfaceMediaType" interface_media_type: u32,
        /// Its name.
        "InterfaceAlias" interface_alias: String,
        /// Its description.
        "InterfaceDescription" interface_description: String,
        ..extra
    }

    /// An address of the network below, which carries the traffic.
    pub struct ProviderAddress {
        /// The address.
        "ProviderAddress" provider_address: String,
        ..extra
    }

    /// Redirects traffic to a proxy by rules of the virtual switch, of an endpoint or of a whole network (versions 9.5, 10.5,
    /// 11.11, 12.1 and 13.1 of the service, each within its major number until 13).
    pub struct L4Proxy {
        /// Address of the proxy.
        "IP" ip: String,
        /// Port of the proxy.
        "Port" port: String,
        /// Protocol.
        "Protocol" protocol: Protocol,
        /// Destinations that are not redirected. Microsoft's reference calls this `ExceptionList`.
        "Exceptions" exceptions: Vec<String>,
        /// Destination whose traffic is redirected.
        "Destination" destination: String = always,
        /// Whether the proxy's traffic is translated to the host's address.
        "OutboundNAT" outbound_nat: bool,
        ..extra
    }

    /// Settings of a kind that has none. They are written as an empty object.
    pub struct NoSettings {
        ..extra
    }
}

words! {
    /// What happens to traffic.
    pub enum Action {
        /// It passes.
        Allow = "Allow",
        /// It does not pass.
        Block = "Block",
        /// The next tier decides (2.10).
        Pass = "Pass",
    }

    /// Which way traffic goes, seen from the endpoint.
    pub enum Direction {
        /// To it.
        In = "In",
        /// From it.
        Out = "Out",
    }

    /// Who keeps a rule.
    pub enum RuleKind {
        /// The firewall of the host (WFP).
        Host = "Host",
        /// The virtual switch (VFP).
        Switch = "Switch",
    }
}

numbers! {
    /// A protocol of the internet, by its assigned number.
    pub struct Protocol(u32) {
        /// Every one.
        UNKNOWN = 0,
        /// ICMP of IPv4.
        ICMP_V4 = 1,
        /// IGMP.
        IGMP = 2,
        /// TCP.
        TCP = 6,
        /// UDP.
        UDP = 17,
        /// ICMP of IPv6.
        ICMP_V6 = 58,
    }

    /// Flags of address translation, one bit each.
    pub struct NatFlags(u32) {
        /// The host itself reaches the port, too.
        LOCAL_ROUTED_VIP = 1,
        /// The addresses are IPv6 (2.8).
        IPV6 = 2,
    }
}
