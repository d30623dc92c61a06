//! What a version of the service can do.
//!
//! The service answers the question for its version (`GET /globals/version`, see [`hns`](crate::hns)) and nothing else: the
//! rest is a table. A feature may have come to an old major version by an update, too, so that it is there in several
//! ranges of versions; each range but the last one ends with its major number.

use crate::document::Version;
use crate::model::object;

object! {
    /// What the service can do, in the words of hcsshim's programs.
    #[derive(Copy, Eq)]
    pub struct SupportedFeatures {
        /// Rules of firewalls.
        "ACL" acl: AclFeatures = always,
        /// Calls.
        "API" api: ApiSupport = always,
        /// [`RemoteSubnetRoute`](super::RemoteSubnetRoute) policies.
        "RemoteSubnet" remote_subnet: bool = always,
        /// `HostRoute` policies.
        "HostRoute" host_route: bool = always,
        /// Load balancers whose answers go straight to the client.
        "DSR" dsr: bool = always,
        /// Endpoints with prefixes of 32 bits.
        "Slash32EndpointPrefixes" slash32_endpoint_prefixes: bool = always,
        /// Rules for VXLAN, as protocol 252.
        "AclSupportForProtocol252" acl_support_for_protocol_252: bool = always,
        /// Load balancers that keep a client at one endpoint.
        "SessionAffinity" session_affinity: bool = always,
        /// Endpoints with addresses of both families.
        "IPv6DualStack" ipv6_dual_stack: bool = always,
        /// [`SetPolicy`](super::SetPolicy) policies.
        "SetPolicy" set_policy: bool = always,
        /// [`VxlanPort`](super::VxlanPort) policies.
        "VxlanPort" vxlan_port: bool = always,
        /// [`L4Proxy`](super::L4Proxy) policies.
        "L4Proxy" l4_proxy: bool = always,
        /// [`L4WfpProxy`](super::L4WfpProxy) policies.
        "L4WfpProxy" l4_wfp_proxy: bool = always,
        /// [`TierAcl`](super::TierAcl) policies.
        "TierAcl" tier_acl: bool = always,
        /// `NetworkACL` policies.
        "NetworkACL" network_acl: bool = always,
        /// Sets of sets.
        "NestedIpSet" nested_ip_set: bool = always,
        /// Networks without a port of the host.
        "DisableHostPort" disable_host_port: bool = always,
        /// Changes of load balancers.
        "ModifyLoadbalancer" modify_load_balancer: bool = always,
        /// Accelerated network cards.
        "Accelnet" accelnet: bool = always,
    }

    /// What rules of firewalls can be.
    #[derive(Copy, Eq)]
    pub struct AclFeatures {
        /// They have lists of addresses.
        "AclAddressLists" address_lists: bool = always,
        /// Rules that the host keeps have priorities.
        "AclHostRulePriority" host_rule_priority: bool = always,
        /// They have ranges of ports.
        "AclPortRanges" port_ranges: bool = always,
        /// They have ids.
        "AclRuleId" rule_id: bool = always,
    }

    /// Which calls there are.
    #[derive(Copy, Eq)]
    pub struct ApiSupport {
        /// Those of [`hns`](crate::hns).
        "V1" v1: bool = always,
        /// Those of the documents of this module.
        "V2" v2: bool = always,
    }
}

/// First versions of ranges, in ascending order. Each ends before the next major number, the last one does not end.
type Since = &'static [(u32, u32)];

const ACL: Since = &[(7, 2)];
const V2: Since = &[(9, 2)];
const REMOTE_SUBNET: Since = &[(9, 2)];
const HOST_ROUTE: Since = &[(9, 2)];
const DSR: Since = &[(9, 3), (10, 2)];
const SLASH32_ENDPOINT_PREFIXES: Since = &[(9, 3), (10, 4)];
const ACL_PROTOCOL_252: Since = &[(11, 0)];
const SESSION_AFFINITY: Since = &[(12, 0)];
const IPV6_DUAL_STACK: Since = &[(11, 10)];
const SET_POLICY: Since = &[(13, 0)];
const VXLAN_PORT: Since = &[(10, 3)];
const L4_PROXY: Since = &[(9, 5), (10, 5), (11, 11), (12, 1), (13, 1)];
const L4_WFP_PROXY: Since = &[(13, 2)];
const TIER_ACL: Since = &[(14, 0)];
const NETWORK_ACL: Since = &[(15, 0)];
const NESTED_IP_SET: Since = &[(15, 0)];
const DISABLE_HOST_PORT: Since = &[(15, 1)];
const MODIFY_LOAD_BALANCER: Since = &[(15, 4)];
const ACCELNET: Since = &[(15, 4)];

/// What a version of the service can do. Where it has no version, which is so before 1803, nothing but the calls of
/// [`hns`](crate::hns): ask with 0.0.
pub fn features(version: Version) -> SupportedFeatures {
    let has = |since: Since| supports(version, since);
    let acl = has(ACL);
    SupportedFeatures {
        acl: AclFeatures { address_lists: acl, host_rule_priority: acl, port_ranges: acl, rule_id: acl },
        api: ApiSupport { v1: true, v2: has(V2) },
        remote_subnet: has(REMOTE_SUBNET),
        host_route: has(HOST_ROUTE),
        dsr: has(DSR),
        slash32_endpoint_prefixes: has(SLASH32_ENDPOINT_PREFIXES),
        acl_support_for_protocol_252: has(ACL_PROTOCOL_252),
        session_affinity: has(SESSION_AFFINITY),
        ipv6_dual_stack: has(IPV6_DUAL_STACK),
        set_policy: has(SET_POLICY),
        vxlan_port: has(VXLAN_PORT),
        l4_proxy: has(L4_PROXY),
        l4_wfp_proxy: has(L4_WFP_PROXY),
        tier_acl: has(TIER_ACL),
        network_acl: has(NETWORK_ACL),
        nested_ip_set: has(NESTED_IP_SET),
        disable_host_port: has(DISABLE_HOST_PORT),
        modify_load_balancer: has(MODIFY_LOAD_BALANCER),
        accelnet: has(ACCELNET),
    }
}

fn supports(version: Version, since: Since) -> bool {
    let Version { major, minor } = version;
    let Some(&last) = since.last() else { return false };
    (major, minor) >= last || since.iter().any(|&(of, from)| of == major && from <= minor)
}
