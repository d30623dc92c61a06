//! Policies: objects whose `Type` says what the other fields are.

use crate::hcn::{Action, Direction, NoSettings, RuleKind};
use crate::model::{choices, object};

choices! {
    /// A policy of a network, a range of addresses, an endpoint or a list.
    pub enum Policy within "Type" {
        /// A port of the host that leads to the endpoint.
        Nat(NatPolicy) = "NAT",
        /// A rule of a firewall.
        Acl(AclPolicy) = "ACL",
        /// Address of the network below.
        Pa(PaPolicy) = "PA",
        /// A virtual LAN (IEEE 802.1Q).
        Vlan(VlanPolicy) = "VLAN",
        /// A virtual network.
        Vsid(VsidPolicy) = "VSID",
        /// A virtual network with its addresses.
        VNet(NoSettings) = "VNET",
        /// A driver of the virtual switch for the network.
        L2Driver(NoSettings) = "L2Driver",
        /// A virtual LAN and a virtual network.
        Isolation(IsolationPolicy) = "Isolation",
        /// A limit on what the endpoint sends.
        Qos(QosPolicy) = "QOS",
        /// Translation of the endpoint's address for what it sends.
        OutboundNat(OutboundNatPolicy) = "OutBoundNAT",
        /// A load balancer.
        Elb(ElbPolicy) = "ELB",
        /// A route.
        Route(RoutePolicy) = "ROUTE",
        /// Redirection to a proxy.
        Proxy(ProxyPolicy) = "PROXY",
    }
}

object! {
    /// A port of the host that leads to the endpoint.
    pub struct NatPolicy {
        /// `TCP` or `UDP`.
        "Protocol" protocol: String,
        /// Port of the endpoint.
        "InternalPort" internal_port: u16,
        /// Port of the host; 0 lets the service choose one.
        "ExternalPort" external_port: u16,
        /// Whether the caller has reserved the port of the host.
        "ExternalPortReserved" external_port_reserved: bool,
        ..extra
    }

    /// A rule of a firewall. Lists and ranges in it, ids and priorities of rules that the host keeps: version 7.2 of the service.
    pub struct AclPolicy {
        /// Id of the rule.
        "Id" id: String,
        /// Number of the protocol; 0 is every one.
        "Protocol" protocol: u16,
        /// Numbers of protocols, with commas between them, instead of one.
        "Protocols" protocols: String,
        /// Port of the endpoint.
        "InternalPort" internal_port: u16,
        /// What happens to the traffic.
        "Action" action: Action = always,
        /// Which way it goes, seen from the endpoint.
        "Direction" direction: Direction = always,
        /// Addresses of the endpoint, with commas between them; empty is every one.
        "LocalAddresses" local_addresses: String,
        /// Addresses of the other side, with commas between them; empty is every one.
        "RemoteAddresses" remote_addresses: String,
        /// Ports of the endpoint and ranges of them, with commas between them; empty is every one.
        "LocalPorts" local_ports: String,
        /// The same, where it is one.
        "LocalPort" local_port: u16,
        /// Ports of the other side and ranges of them, with commas between them; empty is every one.
        "RemotePorts" remote_ports: String,
        /// The same, where it is one.
        "RemotePort" remote_port: u16,
        /// Who keeps the rule.
        "RuleType" rule_kind: RuleKind,
        /// The lower one comes first.
        "Priority" priority: u16,
        /// Name of the Windows service whose traffic it is.
        "ServiceName" service_name: String,
        ..extra
    }

    /// Address of the network below, which carries the traffic.
    pub struct PaPolicy {
        /// The address.
        "PA" pa: String = always,
        ..extra
    }

    /// A virtual LAN.
    pub struct VlanPolicy {
        /// Its number, 12 bits.
        "VLAN" vlan: u32 = always,
        ..extra
    }

    /// A virtual network.
    pub struct VsidPolicy {
        /// Its number, 24 bits.
        "VSID" vsid: u32 = always,
        ..extra
    }

    /// A virtual LAN and a virtual network.
    pub struct IsolationPolicy {
        /// Number of the virtual LAN, 12 bits.
        "VLAN" vlan: u32 = always,
        /// Number of the virtual network, 24 bits.
        "VSID" vsid: u32 = always,
        /// Whether it is the default of the network.
        "InDefaultIsolation" in_default_isolation: bool = always,
        ..extra
    }

    /// A limit on what the endpoint sends.
    pub struct QosPolicy {
        /// Bytes a second.
        "MaximumOutgoingBandwidthInBytes" maximum_outgoing_bandwidth_in_bytes: u64 = always,
        ..extra
    }

    /// Translation of the endpoint's address for what it sends.
    pub struct OutboundNatPolicy {
        /// Address that is seen instead; empty is the host's.
        "VIP" vip: String,
        /// Destinations for which there is no translation, as prefixes.
        "ExceptionList" exception_list: Vec<String>,
        /// Destinations for which there is, as prefixes; empty is every one.
        "Destinations" destinations: Vec<String>,
        /// Most ports that it uses at a time; 0 leaves it to the service.
        "MaxPortPoolUsage" max_port_pool_usage: u16,
        ..extra
    }

    /// A load balancer.
    pub struct ElbPolicy {
        /// Number of the protocol.
        "Protocol" protocol: u16,
        /// Port of the endpoints.
        "InternalPort" internal_port: u16 = always,
        /// Port at which it is reached.
        "ExternalPort" external_port: u16 = always,
        /// Address that the endpoints see as the sender.
        "SourceVIP" source_vip: String,
        /// Addresses at which it is reached.
        "VIPs" vips: Vec<String>,
        /// Whether it is for the endpoints' network alone.
        "ILB" ilb: bool,
        /// Whether answers go straight to the client.
        "IsDSR" is_dsr: bool,
        ..extra
    }

    /// A route.
    pub struct RoutePolicy {
        /// Destinations as a prefix.
        "DestinationPrefix" destination_prefix: String,
        /// Address of the next hop.
        "NextHop" next_hop: String,
        /// Whether packets are encapsulated.
        "NeedEncap" need_encap: bool,
        ..extra
    }

    /// Redirection to a proxy.
    pub struct ProxyPolicy {
        /// Address of the proxy.
        "IP" ip: String,
        /// Port of the proxy.
        "Port" port: String,
        /// Destinations that are not redirected.
        "ExceptionList" exception_list: Vec<String>,
        /// Destination whose traffic is redirected; empty is every one.
        "Destination" destination: String,
        /// Whether the proxy's traffic is translated to the host's address.
        "OutboundNat" outbound_nat: bool,
        ..extra
    }
}
