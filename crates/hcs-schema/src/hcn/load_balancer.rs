//! Load balancers, and routes of software-defined networks.

use super::{Protocol, SdnRouteSettings};
use crate::document::Version;
use crate::model::{numbers, object};

object! {
    /// A load balancer (`HostComputeLoadBalancer`).
    pub struct LoadBalancer {
        /// Its id (GUID); empty lets the service choose one.
        "ID" id: String,
        /// Endpoints (GUIDs) that share the load.
        "HostComputeEndpoints" host_compute_endpoints: Vec<String>,
        /// Address that the endpoints see as the sender.
        "SourceVIP" source_vip: String,
        /// Addresses at which it is reached.
        "FrontendVIPs" frontend_vips: Vec<String>,
        /// Ports at which it is reached.
        "PortMappings" port_mappings: Vec<LoadBalancerPortMapping>,
        /// Schema of this document: [`SCHEMA`](super::SCHEMA).
        "SchemaVersion" schema_version: Version = always,
        /// Flags.
        "Flags" flags: LoadBalancerFlags,
        ..extra
    }

    /// A port of a load balancer.
    pub struct LoadBalancerPortMapping {
        /// Protocol.
        "Protocol" protocol: Protocol,
        /// Port of the endpoints.
        "InternalPort" internal_port: u16,
        /// Port at which the load balancer is reached.
        "ExternalPort" external_port: u16,
        /// What one endpoint gets all of (2.7; version 12.0 of the service).
        "DistributionType" distribution_type: LoadBalancerDistribution,
        /// Flags.
        "Flags" flags: LoadBalancerPortMappingFlags,
        ..extra
    }

    /// Routes of a software-defined network (`HostComputeRoute`).
    pub struct SdnRoute {
        /// Its id (GUID); empty lets the service choose one.
        "ID" id: String,
        /// Endpoints (GUIDs) that have the routes.
        "HostComputeEndpoints" host_compute_endpoints: Vec<String>,
        /// The routes, under the key that hcsshim writes and reads.
        "Setting" setting: Vec<SdnRouteSettings>,
        /// The routes, under the key of Microsoft's reference.
        "Routes" routes: Vec<SdnRouteSettings>,
        /// Schema of this document: [`SCHEMA`](super::SCHEMA).
        "SchemaVersion" schema_version: Version = always,
        ..extra
    }
}

numbers! {
    /// Flags of a load balancer, one bit each.
    pub struct LoadBalancerFlags(u32) {
        /// Answers go straight to the client (version 9.3, 10.2 or later of the service; not 10.0 and 10.1).
        DSR = 1,
        /// Its addresses are IPv6 (2.8).
        IPV6 = 2,
    }

    /// Flags of a port of a load balancer, one bit each.
    pub struct LoadBalancerPortMappingFlags(u32) {
        /// It is for the endpoints' network alone.
        ILB = 1,
        /// The host itself reaches it, too.
        LOCAL_ROUTED_VIP = 2,
        /// The multiplexer of the network is used.
        USE_MUX = 4,
        /// The endpoints see the load balancer's address as the receiver.
        PRESERVE_DIP = 8,
    }

    /// What one endpoint gets all of (2.7).
    pub struct LoadBalancerDistribution(u32) {
        /// One connection.
        NONE = 0,
        /// What a client sends by one protocol.
        SOURCE_IP_PROTOCOL = 1,
        /// What a client sends.
        SOURCE_IP = 2,
    }
}
