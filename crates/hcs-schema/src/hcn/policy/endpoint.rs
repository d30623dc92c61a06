//! Policies of endpoints.

use super::{Acl, Action, Direction, InterfaceConstraint, L4Proxy, NatFlags, NoSettings, Protocol, ProviderAddress};
use crate::model::{choices, object};

choices! {
    /// A policy of an endpoint.
    pub enum EndpointPolicy beside "Type", "Settings" {
        /// A port of the host that leads to the endpoint.
        PortMapping(PortMapping) = "PortMapping",
        /// A rule of a firewall.
        Acl(Acl) = "ACL",
        /// A limit on what it sends.
        Qos(Qos) = "QOS",
        /// A driver of the virtual switch for its network.
        L2Driver(NoSettings) = "L2Driver",
        /// Translation of its address for what it sends.
        OutboundNat(OutboundNat) = "OutBoundNAT",
        /// A route of a software-defined network.
        SdnRoute(SdnRouteSettings) = "SDNRoute",
        /// Redirection to a proxy by the virtual switch.
        L4Proxy(L4Proxy) = "L4Proxy",
        /// Redirection to a proxy by the firewall of the host (2.5; version 13.2 of the service).
        L4WfpProxy(L4WfpProxy) = "L4WFPPROXY",
        /// Name of its port.
        PortName(PortName) = "PortName",
        /// Bytes that encapsulation takes away from each packet.
        EncapOverhead(EncapOverhead) = "EncapOverhead",
        /// A part of a network card (2.9).
        Iov(Iov) = "Iov",
        /// Address of the network below.
        ProviderAddress(ProviderAddress) = "ProviderAddress",
        /// The one adapter of the host that is used.
        InterfaceConstraint(InterfaceConstraint) = "InterfaceConstraint",
        /// A tier of rules of a firewall (2.10; version 14.0 of the service).
        TierAcl(TierAcl) = "TierAcl",
    }
}

object! {
    /// A port of the host that leads to the endpoint.
    pub struct PortMapping {
        /// Protocol.
        "Protocol" protocol: Protocol,
        /// Port of the endpoint.
        "InternalPort" internal_port: u16,
        /// Port of the host; 0 lets the service choose one.
        "ExternalPort" external_port: u16,
        /// Address of the host; empty is every one.
        "VIP" vip: String,
        /// Flags.
        "Flags" flags: NatFlags,
        ..extra
    }

    /// A limit on what an endpoint sends.
    pub struct Qos {
        /// Bytes a second.
        "MaximumOutgoingBandwidthInBytes" maximum_outgoing_bandwidth_in_bytes: u64 = always,
        ..extra
    }

    /// Translation of an endpoint's address for what it sends.
    pub struct OutboundNat {
        /// Address that is seen instead; empty is the host's.
        "VirtualIP" virtual_ip: String,
        /// Destinations for which there is no translation, as prefixes.
        "Exceptions" exceptions: Vec<String>,
        /// Destinations for which there is, as prefixes; empty is every one.
        "Destinations" destinations: Vec<String>,
        /// Flags.
        "Flags" flags: NatFlags,
        /// Most ports that it uses at a time; 0 leaves it to the service.
        "MaxPortPoolUsage" max_port_pool_usage: u16,
        ..extra
    }

    /// A route of a software-defined network.
    pub struct SdnRouteSettings {
        /// Destinations as a prefix.
        "DestinationPrefix" destination_prefix: String,
        /// Address of the next hop.
        "NextHop" next_hop: String,
        /// Whether packets are encapsulated.
        "NeedEncap" need_encap: bool,
        ..extra
    }

    /// Redirects traffic to a proxy by rules of the host's firewall (2.5).
    pub struct L4WfpProxy {
        /// Port to which what comes in is delivered (2.11).
        "InboundProxyPort" inbound_proxy_port: String,
        /// Port to which what goes out is delivered (2.11).
        "OutboundProxyPort" outbound_proxy_port: String,
        /// What is redirected.
        "FilterTuple" filter_tuple: FiveTuple = always,
        /// Account (SID) of the proxy, whose own traffic is left alone.
        "UserSID" user_sid: String,
        /// What is not redirected of what comes in (2.14).
        "InboundExceptions" inbound_exceptions: ProxyExceptions = always,
        /// What is not redirected of what goes out (2.14).
        "OutboundExceptions" outbound_exceptions: ProxyExceptions = always,
        ..extra
    }

    /// Conditions on traffic, all of which must hold; empty ones always do (2.5).
    pub struct FiveTuple {
        /// Numbers of protocols, with commas between them.
        "Protocols" protocols: String,
        /// Addresses of the endpoint, with commas between them.
        "LocalAddresses" local_addresses: String,
        /// Addresses of the other side, with commas between them.
        "RemoteAddresses" remote_addresses: String,
        /// Ports of the endpoint and ranges of them, with commas between them.
        "LocalPorts" local_ports: String,
        /// Ports of the other side, alike.
        "RemotePorts" remote_ports: String,
        /// The lower one comes first.
        "Priority" priority: u16,
        ..extra
    }

    /// What a proxy does not get (2.14).
    pub struct ProxyExceptions {
        /// Addresses.
        "IpAddressExceptions" ip_address_exceptions: Vec<String>,
        /// Ports.
        "PortExceptions" port_exceptions: Vec<String>,
        ..extra
    }

    /// Name of a port of the virtual switch.
    pub struct PortName {
        /// The name.
        "Name" name: String,
        ..extra
    }

    /// What encapsulation takes away from each packet.
    pub struct EncapOverhead {
        /// Bytes.
        "Overhead" overhead: u16,
        ..extra
    }

    /// How an endpoint uses a part of a network card (2.9).
    pub struct Iov {
        /// Its weight beside other endpoints; 0 uses none.
        "IovOffloadWeight" iov_offload_weight: u32,
        /// Number of queue pairs wanted.
        "QueuePairsRequested" queue_pairs_requested: u32,
        /// How interrupts are gathered: 0 as the card has it, 1 by the traffic, 2 not at all, 100 a little, 200 some, 300 much.
        "InterruptModeration" interrupt_moderation: u32,
        ..extra
    }

    /// A tier of rules of a firewall (2.10).
    pub struct TierAcl {
        /// Name of the tier.
        "Name" name: String = always,
        /// Which way the traffic goes.
        "Direction" direction: Direction = always,
        /// Place among the tiers: the lower one comes first.
        "Order" order: u16 = always,
        /// Its rules.
        "TierAclRules" tier_acl_rules: Vec<TierAclRule>,
        ..extra
    }

    /// A rule of a tier (2.10).
    pub struct TierAclRule {
        /// Id of the rule.
        "Id" id: String,
        /// Numbers of protocols, with commas between them; empty is every one.
        "Protocols" protocols: String,
        /// What happens to the traffic.
        "TierAclRuleAction" action: Action = always,
        /// Addresses of the endpoint, with commas between them; empty is every one.
        "LocalAddresses" local_addresses: String,
        /// Addresses of the other side, with commas between them; empty is every one.
        "RemoteAddresses" remote_addresses: String,
        /// Ports of the endpoint and ranges of them, with commas between them; empty is every one.
        "LocalPorts" local_ports: String,
        /// Ports of the other side, alike.
        "RemotePorts" remote_ports: String,
        /// The lower one comes first.
        "Priority" priority: u16,
        ..extra
    }
}
