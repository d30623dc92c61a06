//! Networks and their address ranges.

use super::{Dns, Health, NetworkPolicy, Route, SubnetPolicy};
use crate::document::Version;
use crate::model::{numbers, object, words};

object! {
    /// A network (`HostComputeNetwork`).
    pub struct Network {
        /// Its id (GUID); empty lets the service choose one.
        "ID" id: String,
        /// Its name, which need not be unique.
        "Name" name: String,
        /// How it is connected. The service leaves `NAT` out in its answers: see [`Network::effective_kind`].
        "Type" kind: NetworkKind,
        /// Policies of the whole network.
        "Policies" policies: Vec<NetworkPolicy>,
        /// Hardware addresses of its endpoints.
        "MacPool" mac_pool: MacPool = always,
        /// Name resolution of its endpoints.
        "Dns" dns: Dns = always,
        /// Addresses of its endpoints.
        "Ipams" ipams: Vec<Ipam>,
        /// Flags.
        "Flags" flags: NetworkFlags,
        /// How it fares; in answers.
        "Health" health: Health = always,
        /// Schema of this document: [`SCHEMA`](super::SCHEMA).
        "SchemaVersion" schema_version: Version = always,
        ..extra
    }

    /// Where the addresses of endpoints come from.
    pub struct Ipam {
        /// Who gives them out; empty is `Static`.
        "Type" kind: IpamKind,
        /// Ranges of addresses.
        "Subnets" subnets: Vec<Subnet>,
        ..extra
    }

    /// A range of addresses.
    pub struct Subnet {
        /// The range as address and prefix length, for example `172.20.0.0/16`.
        "IpAddressPrefix" ip_address_prefix: String,
        /// Policies of the range.
        "Policies" policies: Vec<SubnetPolicy>,
        /// Routes of its endpoints; the next hop of the default one is the gateway.
        "Routes" routes: Vec<Route>,
        /// Flags (2.7).
        "Flags" flags: SubnetFlags,
        ..extra
    }

    /// Hardware addresses to give out.
    pub struct MacPool {
        /// Ranges.
        "Ranges" ranges: Vec<MacRange>,
        ..extra
    }

    /// A range of hardware addresses, both ends of which belong to it.
    pub struct MacRange {
        /// First address, as `00-15-5D-52-C0-00`.
        "StartMacAddress" start_mac_address: String,
        /// Last address.
        "EndMacAddress" end_mac_address: String,
        ..extra
    }
}

impl Network {
    /// How it is connected, where the service left the word out, too.
    pub fn effective_kind(&self) -> NetworkKind {
        match &self.kind {
            NetworkKind::Other(word) if word.is_empty() => NetworkKind::Nat,
            kind => kind.clone(),
        }
    }
}

words! {
    /// How a network is connected.
    pub enum NetworkKind {
        /// Behind the host's address, by translation.
        Nat = "NAT",
        /// By internet connection sharing, with addresses and names given out by the host.
        Ics = "ICS",
        /// Straight to the host's network.
        Transparent = "Transparent",
        /// To the host's network, with the host's hardware address.
        L2Bridge = "L2Bridge",
        /// The same, with all traffic through the physical switch.
        L2Tunnel = "L2Tunnel",
        /// By VXLAN to other hosts.
        Overlay = "Overlay",
        /// Not beyond the endpoints.
        Private = "Private",
        /// Not beyond the endpoints and the host.
        Internal = "Internal",
        /// As a mirror of the host's adapters (2.4).
        Mirrored = "Mirrored",
        /// By InfiniBand (2.4).
        Infiniband = "Infiniband",
        /// As `ICS`, on one adapter (2.10).
        ConstrainedIcs = "ConstrainedICS",
    }

    /// Who gives out addresses.
    pub enum IpamKind {
        /// The service.
        Static = "Static",
        /// A DHCP server of the network.
        Dhcp = "DHCP",
    }
}

numbers! {
    /// Flags of a network, one bit each.
    pub struct NetworkFlags(u32) {
        /// The host answers name queries.
        ENABLE_DNS_PROXY = 1,
        /// The host gives out addresses.
        ENABLE_DHCP_SERVER = 2,
        /// It mirrors the host's adapters.
        ENABLE_MIRRORING = 4,
        /// It is forgotten when the host restarts.
        ENABLE_NON_PERSISTENT = 8,
        /// It is kept when the host restarts.
        ENABLE_PERSISTENT = 16,
        /// Its virtual switch is for it alone.
        ISOLATE_VSWITCH = 32,
        /// Flows are steered between the host and the endpoints (2.11).
        ENABLE_FLOW_STEERING = 64,
        /// It is not lent to others (2.14).
        DISABLE_SHARING = 128,
        /// The firewall of the host applies (2.14).
        ENABLE_FIREWALL = 256,
        /// A lost link is not told.
        SUPPRESS_MEDIA_DISCONNECT = 512,
        /// The host has no port of its own (version 15.1 of the service).
        DISABLE_HOST_PORT = 1024,
        /// The host's adapter takes what is addressed to others of its addresses.
        WEAK_HOST_RECEIVE_ADAPTER = 2048,
        /// The host's adapter sends from others of its addresses.
        WEAK_HOST_SEND_ADAPTER = 4096,
        /// Endpoints may have a part of a network card.
        ENABLE_IOV = 8192,
    }

    /// Flags of a range of addresses, one bit each (2.7).
    pub struct SubnetFlags(u32) {
        /// The gateway's address may be given out: it is the host's own.
        DO_NOT_RESERVE_GATEWAY_ADDRESS = 1,
    }
}
