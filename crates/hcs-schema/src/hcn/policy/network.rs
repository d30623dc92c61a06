//! Policies of networks and of their ranges of addresses.

use super::{Acl, InterfaceConstraint, L4Proxy, NoSettings, ProviderAddress};
use crate::model::{choices, object, words};

choices! {
    /// A policy of a network.
    pub enum NetworkPolicy beside "Type", "Settings" {
        /// Hardware address that the network sends from.
        SourceMacAddress(SourceMacAddress) = "SourceMacAddress",
        /// The host's adapter that it uses.
        NetAdapterName(NetAdapterName) = "NetAdapterName",
        /// Extensions of its virtual switch.
        VSwitchExtension(VSwitchExtension) = "VSwitchExtension",
        /// Hardware address of its distributed router.
        DrMacAddress(DrMacAddress) = "DrMacAddress",
        /// Name servers taken from the host.
        AutomaticDns(AutomaticDns) = "AutomaticDNS",
        /// The one adapter of the host that is used.
        InterfaceConstraint(InterfaceConstraint) = "InterfaceConstraint",
        /// Address of the network below.
        ProviderAddress(ProviderAddress) = "ProviderAddress",
        /// A range of addresses on another host (version 9.2 of the service).
        RemoteSubnetRoute(RemoteSubnetRoute) = "RemoteSubnetRoute",
        /// Port of VXLAN (version 10.3 of the service).
        VxlanPort(VxlanPort) = "VxlanPort",
        /// Lets its endpoints reach the host (version 9.2 of the service).
        HostRoute(NoSettings) = "HostRoute",
        /// A set of addresses that rules of firewalls name (version 13.0 of the service).
        SetPolicy(SetPolicy) = "SetPolicy",
        /// Redirection of all its endpoints to a proxy by the virtual switch.
        L4Proxy(L4Proxy) = "L4Proxy",
        /// The network below that it must be on.
        LayerConstraint(LayerConstraint) = "LayerConstraint",
        /// A rule of a firewall for all its endpoints (version 15.0 of the service).
        NetworkAcl(Acl) = "NetworkACL",
    }

    /// A policy of a range of addresses.
    pub enum SubnetPolicy beside "Type", "Settings" {
        /// A virtual LAN (IEEE 802.1Q).
        Vlan(Isolation) = "VLAN",
        /// A virtual network, of VXLAN or a virtual switch.
        Vsid(Isolation) = "VSID",
    }
}

object! {
    /// Hardware address that a network sends from.
    pub struct SourceMacAddress {
        /// The address, as `00-15-5D-52-C0-00`.
        "SourceMacAddress" source_mac_address: String,
        ..extra
    }

    /// The host's adapter that a network uses.
    pub struct NetAdapterName {
        /// Its name.
        "NetworkAdapterName" network_adapter_name: String,
        ..extra
    }

    /// An extension of a virtual switch.
    pub struct VSwitchExtension {
        /// Its id (GUID).
        "ExtensionID" extension_id: String,
        /// Whether it works.
        "Enable" enable: bool,
        ..extra
    }

    /// Hardware address of a distributed router.
    pub struct DrMacAddress {
        /// The address, as `00-15-5D-52-C0-00`.
        "Address" address: String,
        ..extra
    }

    /// Name servers taken from the host.
    pub struct AutomaticDns {
        /// Whether they are.
        "Enable" enable: bool,
        ..extra
    }

    /// The network below that a network must be on.
    pub struct LayerConstraint {
        /// Its id (GUID).
        "LayerId" layer_id: String,
        ..extra
    }

    /// A range of addresses on another host.
    pub struct RemoteSubnetRoute {
        /// The range as a prefix.
        "DestinationPrefix" destination_prefix: String = always,
        /// Its virtual network (VSID), 24 bits.
        "IsolationId" isolation_id: u32 = always,
        /// Address of the other host in the network below.
        "ProviderAddress" provider_address: String = always,
        /// Hardware address of its distributed router.
        "DistributedRouterMacAddress" distributed_router_mac_address: String = always,
        ..extra
    }

    /// A set of addresses, or of such sets.
    pub struct SetPolicy {
        /// Id by which rules name it.
        "Id" id: String = always,
        /// Its name.
        "Name" name: String = always,
        /// What it is a set of.
        "PolicyType" kind: SetKind = always,
        /// Members, with commas between them.
        "Values" values: String = always,
        ..extra
    }

    /// Port of VXLAN.
    pub struct VxlanPort {
        /// Number of the UDP port.
        "Port" port: u16 = always,
        ..extra
    }

    /// The virtual network of a range of addresses.
    pub struct Isolation {
        /// Its number: 12 bits of a virtual LAN, 24 bits of a VSID.
        "IsolationId" isolation_id: u32 = always,
        ..extra
    }
}

words! {
    /// What a set is a set of.
    pub enum SetKind {
        /// Addresses.
        IpSet = "IPSET",
        /// Sets (version 15.0 of the service).
        NestedIpSet = "NESTEDIPSET",
    }
}
