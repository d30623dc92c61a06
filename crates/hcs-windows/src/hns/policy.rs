//! Policies of endpoints, networks and ranges of addresses between the two versions of the service.
//!
//! Version 1 has one family of policies, with other names of fields. What it lacks is refused and never left out.

use hcs_host::{Error, Result};
use hcs_schema::hcn::{
    self, Acl, Isolation, L4Proxy, NatFlags, OutboundNat, PortMapping, Protocol, ProviderAddress, Qos,
    SdnRouteSettings, SubnetPolicy,
};
use hcs_schema::hns::{
    AclPolicy, NatPolicy, OutboundNatPolicy, PaPolicy, Policy, ProxyPolicy, QosPolicy, RoutePolicy, VlanPolicy,
    VsidPolicy,
};
use hcs_schema::model::Choice;

/// The first build with version 2 of the service.
const VERSION_2: u32 = 17763;

/// The error of what version 1 does not have.
pub(super) fn lacks(what: &str) -> Error {
    let message = format!("version 1 of the network service does not have it; Windows has it since build {VERSION_2}");
    Error::unsupported("use", what, message)
}

/// An error if a part is there that version 1 does not have.
pub(super) fn refuse_if(there: bool, what: &str) -> Result<()> {
    if there { Err(lacks(what)) } else { Ok(()) }
}

/// A policy of an endpoint in the form of version 1. `EncapOverhead` is no policy there, and is not for this.
pub(super) fn endpoint_to_v1(policy: &hcn::EndpointPolicy) -> Result<Policy> {
    use hcn::EndpointPolicy as From;
    Ok(match policy {
        From::PortMapping(mapping) => Policy::Nat(nat_to_v1(mapping)?),
        From::Acl(acl) => Policy::Acl(acl_to_v1(acl)),
        From::Qos(qos) => Policy::Qos(QosPolicy {
            maximum_outgoing_bandwidth_in_bytes: qos.maximum_outgoing_bandwidth_in_bytes,
            extra: qos.extra.clone(),
        }),
        From::L2Driver(settings) => Policy::L2Driver(settings.clone()),
        From::OutboundNat(nat) => Policy::OutboundNat(outbound_to_v1(nat)?),
        From::SdnRoute(route) => Policy::Route(route_to_v1(route)),
        From::L4Proxy(proxy) => Policy::Proxy(proxy_to_v1(proxy)?),
        From::ProviderAddress(address) => Policy::Pa(pa_to_v1(address)),
        other => return Err(lacks(&format!("policy {}", other.kind()))),
    })
}

/// A policy of an endpoint in the form of version 2. What has no typed form there keeps its name and its fields.
pub(super) fn endpoint_from_v1(policy: &Policy) -> hcn::EndpointPolicy {
    use hcn::EndpointPolicy as To;
    match policy {
        Policy::Nat(nat) => To::PortMapping(nat_from_v1(nat)),
        Policy::Acl(acl) => To::Acl(acl_from_v1(acl)),
        Policy::Qos(qos) => To::Qos(Qos {
            maximum_outgoing_bandwidth_in_bytes: qos.maximum_outgoing_bandwidth_in_bytes,
            extra: qos.extra.clone(),
        }),
        Policy::L2Driver(settings) => To::L2Driver(settings.clone()),
        Policy::OutboundNat(nat) => To::OutboundNat(outbound_from_v1(nat)),
        Policy::Route(route) => To::SdnRoute(route_from_v1(route)),
        Policy::Proxy(proxy) => To::L4Proxy(proxy_from_v1(proxy)),
        Policy::Pa(pa) => To::ProviderAddress(pa_from_v1(pa)),
        other => To::Other { kind: other.kind().to_owned(), settings: other.settings() },
    }
}

/// A policy of a network in the form of version 1. Those that are fields of the network there are not for this.
pub(super) fn network_to_v1(policy: &hcn::NetworkPolicy) -> Result<Policy> {
    use hcn::NetworkPolicy as From;
    Ok(match policy {
        From::ProviderAddress(address) => Policy::Pa(pa_to_v1(address)),
        From::L4Proxy(proxy) => Policy::Proxy(proxy_to_v1(proxy)?),
        other => return Err(lacks(&format!("policy {} of a network", other.kind()))),
    })
}

/// A policy of a network in the form of version 2.
pub(super) fn network_from_v1(policy: &Policy) -> hcn::NetworkPolicy {
    use hcn::NetworkPolicy as To;
    match policy {
        Policy::Pa(pa) => To::ProviderAddress(pa_from_v1(pa)),
        Policy::Proxy(proxy) => To::L4Proxy(proxy_from_v1(proxy)),
        other => To::Other { kind: other.kind().to_owned(), settings: other.settings() },
    }
}

/// A policy of a range of addresses in the form of version 1.
pub(super) fn subnet_to_v1(policy: &SubnetPolicy) -> Result<Policy> {
    Ok(match policy {
        SubnetPolicy::Vlan(vlan) => Policy::Vlan(VlanPolicy { vlan: vlan.isolation_id, extra: vlan.extra.clone() }),
        SubnetPolicy::Vsid(vsid) => Policy::Vsid(VsidPolicy { vsid: vsid.isolation_id, extra: vsid.extra.clone() }),
        other => return Err(lacks(&format!("policy {} of a subnet", other.kind()))),
    })
}

/// A policy of a range of addresses in the form of version 2. `Isolation` is both kinds at once.
pub(super) fn subnet_from_v1(policy: &Policy) -> Vec<SubnetPolicy> {
    let isolation =
        |number, extra: &std::collections::BTreeMap<_, _>| Isolation { isolation_id: number, extra: extra.clone() };
    match policy {
        Policy::Vlan(vlan) => vec![SubnetPolicy::Vlan(isolation(vlan.vlan, &vlan.extra))],
        Policy::Vsid(vsid) => vec![SubnetPolicy::Vsid(isolation(vsid.vsid, &vsid.extra))],
        Policy::Isolation(both) => vec![
            SubnetPolicy::Vlan(isolation(both.vlan, &both.extra)),
            SubnetPolicy::Vsid(isolation(both.vsid, &both.extra)),
        ],
        other => vec![SubnetPolicy::Other { kind: other.kind().to_owned(), settings: other.settings() }],
    }
}

fn nat_to_v1(mapping: &PortMapping) -> Result<NatPolicy> {
    refuse_if(!mapping.vip.is_empty(), "an address of a port mapping")?;
    refuse_if(mapping.flags != NatFlags::default(), "flags of a port mapping")?;
    let protocol = match mapping.protocol {
        Protocol::TCP => "TCP",
        Protocol::UDP => "UDP",
        Protocol(other) => return Err(lacks(&format!("a port mapping of protocol {other}"))),
    };
    Ok(NatPolicy {
        protocol: protocol.to_owned(),
        internal_port: mapping.internal_port,
        external_port: mapping.external_port,
        external_port_reserved: false,
        extra: mapping.extra.clone(),
    })
}

fn nat_from_v1(nat: &NatPolicy) -> PortMapping {
    let protocol = match nat.protocol.to_ascii_uppercase().as_str() {
        "TCP" => Protocol::TCP,
        "UDP" => Protocol::UDP,
        other => other.parse().map_or(Protocol::UNKNOWN, Protocol),
    };
    PortMapping {
        protocol,
        internal_port: nat.internal_port,
        external_port: nat.external_port,
        extra: nat.extra.clone(),
        ..PortMapping::default()
    }
}

fn acl_to_v1(acl: &Acl) -> AclPolicy {
    // One number and a list of them are two fields in version 1, and before version 7.2 of the service there is only the first.
    let divided = |list: &str| match list.parse() {
        Ok(one) => (one, String::new()),
        Err(_) => (0, list.to_owned()),
    };
    let (protocol, protocols) = divided(&acl.protocols);
    let (local_port, local_ports) = divided(&acl.local_ports);
    let (remote_port, remote_ports) = divided(&acl.remote_ports);
    AclPolicy {
        id: acl.id.clone(),
        protocol,
        protocols,
        action: acl.action.clone(),
        direction: acl.direction.clone(),
        local_addresses: acl.local_addresses.clone(),
        remote_addresses: acl.remote_addresses.clone(),
        local_port,
        local_ports,
        remote_port,
        remote_ports,
        rule_kind: acl.rule_kind.clone(),
        priority: acl.priority,
        extra: acl.extra.clone(),
        ..AclPolicy::default()
    }
}

fn acl_from_v1(acl: &AclPolicy) -> Acl {
    let list = |list: &str, one: u16| if list.is_empty() && one != 0 { one.to_string() } else { list.to_owned() };
    let local = if acl.local_port == 0 { acl.internal_port } else { acl.local_port };
    let mut extra = acl.extra.clone();
    if !acl.service_name.is_empty() {
        extra.insert("ServiceName".to_owned(), acl.service_name.clone().into());
    }
    Acl {
        id: acl.id.clone(),
        protocols: list(&acl.protocols, acl.protocol),
        action: acl.action.clone(),
        direction: acl.direction.clone(),
        local_addresses: acl.local_addresses.clone(),
        remote_addresses: acl.remote_addresses.clone(),
        local_ports: list(&acl.local_ports, local),
        remote_ports: list(&acl.remote_ports, acl.remote_port),
        rule_kind: acl.rule_kind.clone(),
        priority: acl.priority,
        extra,
    }
}

fn outbound_to_v1(nat: &OutboundNat) -> Result<OutboundNatPolicy> {
    refuse_if(nat.flags != NatFlags::default(), "flags of outbound translation")?;
    Ok(OutboundNatPolicy {
        vip: nat.virtual_ip.clone(),
        exception_list: nat.exceptions.clone(),
        destinations: nat.destinations.clone(),
        max_port_pool_usage: nat.max_port_pool_usage,
        extra: nat.extra.clone(),
    })
}

fn outbound_from_v1(nat: &OutboundNatPolicy) -> OutboundNat {
    OutboundNat {
        virtual_ip: nat.vip.clone(),
        exceptions: nat.exception_list.clone(),
        destinations: nat.destinations.clone(),
        max_port_pool_usage: nat.max_port_pool_usage,
        extra: nat.extra.clone(),
        ..OutboundNat::default()
    }
}

/// A route in the form of version 1.
pub(super) fn route_to_v1(route: &SdnRouteSettings) -> RoutePolicy {
    RoutePolicy {
        destination_prefix: route.destination_prefix.clone(),
        next_hop: route.next_hop.clone(),
        need_encap: route.need_encap,
        extra: route.extra.clone(),
    }
}

/// A route in the form of version 2.
pub(super) fn route_from_v1(route: &RoutePolicy) -> SdnRouteSettings {
    SdnRouteSettings {
        destination_prefix: route.destination_prefix.clone(),
        next_hop: route.next_hop.clone(),
        need_encap: route.need_encap,
        extra: route.extra.clone(),
    }
}

fn proxy_to_v1(proxy: &L4Proxy) -> Result<ProxyPolicy> {
    // Version 1 redirects TCP and does not say so.
    let is_tcp = matches!(proxy.protocol, Protocol::UNKNOWN | Protocol::TCP);
    refuse_if(!is_tcp, "a proxy of another protocol than TCP")?;
    Ok(ProxyPolicy {
        ip: proxy.ip.clone(),
        port: proxy.port.clone(),
        exception_list: proxy.exceptions.clone(),
        destination: proxy.destination.clone(),
        outbound_nat: proxy.outbound_nat,
        extra: proxy.extra.clone(),
    })
}

fn proxy_from_v1(proxy: &ProxyPolicy) -> L4Proxy {
    L4Proxy {
        ip: proxy.ip.clone(),
        port: proxy.port.clone(),
        protocol: Protocol::TCP,
        exceptions: proxy.exception_list.clone(),
        destination: proxy.destination.clone(),
        outbound_nat: proxy.outbound_nat,
        extra: proxy.extra.clone(),
    }
}

fn pa_to_v1(address: &ProviderAddress) -> PaPolicy {
    PaPolicy { pa: address.provider_address.clone(), extra: address.extra.clone() }
}

fn pa_from_v1(pa: &PaPolicy) -> ProviderAddress {
    ProviderAddress { provider_address: pa.pa.clone(), extra: pa.extra.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hcs_schema::hcn::EndpointPolicy;

    fn endpoint(json: serde_json::Value) -> EndpointPolicy {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn policies_that_both_have_come_back() {
        for policy in [
            serde_json::json!({"Type":"PortMapping","Settings":{"Protocol":17,"InternalPort":53,"ExternalPort":5353}}),
            serde_json::json!({"Type":"ACL","Settings":{"Id":"1","Protocols":"6,17","Action":"Block","Direction":"In",
                "LocalPorts":"80-90","RemotePorts":"53","RemoteAddresses":"10.0.0.0/8","RuleType":"Switch","Priority":200}}),
            serde_json::json!({"Type":"QOS","Settings":{"MaximumOutgoingBandwidthInBytes":1000}}),
            serde_json::json!({"Type":"L2Driver","Settings":{}}),
            serde_json::json!({"Type":"OutBoundNAT","Settings":{"VirtualIP":"10.0.0.4","Exceptions":["10.0.0.0/8"],
                "MaxPortPoolUsage":9}}),
            serde_json::json!({"Type":"SDNRoute","Settings":{"DestinationPrefix":"10.1.0.0/16","NextHop":"10.0.0.1",
                "NeedEncap":true}}),
            serde_json::json!({"Type":"L4Proxy","Settings":{"IP":"10.0.0.5","Port":"8080","Protocol":6,
                "Destination":"10.2.0.0/16","OutboundNAT":true}}),
            serde_json::json!({"Type":"ProviderAddress","Settings":{"ProviderAddress":"192.168.1.7"}}),
        ] {
            let policy = endpoint(policy);
            assert!(!matches!(policy, EndpointPolicy::Other { .. }), "{policy:?}");
            assert_eq!(endpoint_from_v1(&endpoint_to_v1(&policy).unwrap()), policy);
        }
    }

    #[test]
    fn what_version_1_lacks_is_refused_by_name() {
        for (policy, name) in [
            (serde_json::json!({"Type":"Iov","Settings":{"IovOffloadWeight":1}}), "policy Iov"),
            (serde_json::json!({"Type":"New","Settings":{}}), "policy New"),
            (serde_json::json!({"Type":"PortMapping","Settings":{"Protocol":6,"VIP":"10.0.0.1"}}), "port mapping"),
            (serde_json::json!({"Type":"PortMapping","Settings":{"Protocol":1}}), "protocol 1"),
            (serde_json::json!({"Type":"L4Proxy","Settings":{"Protocol":17,"Destination":""}}), "TCP"),
            (serde_json::json!({"Type":"OutBoundNAT","Settings":{"Flags":1}}), "flags"),
        ] {
            let error = endpoint_to_v1(&endpoint(policy)).unwrap_err();
            assert!(error.is_not_supported() && error.to_string().contains(name), "{error}");
        }
    }

    #[test]
    fn single_numbers_of_version_1_become_lists() {
        let acl: AclPolicy =
            serde_json::from_value(serde_json::json!({"Protocol":6,"InternalPort":80,"RemotePort":9})).unwrap();
        let acl = acl_from_v1(&acl);
        assert_eq!((acl.protocols.as_str(), acl.local_ports.as_str(), acl.remote_ports.as_str()), ("6", "80", "9"));
    }

    #[test]
    fn subnets_have_both_kinds_of_isolation() {
        let both: Policy =
            serde_json::from_value(serde_json::json!({"Type":"Isolation","VLAN":7,"VSID":4096})).unwrap();
        let [SubnetPolicy::Vlan(vlan), SubnetPolicy::Vsid(vsid)] = &subnet_from_v1(&both)[..] else {
            panic!("both kinds");
        };
        assert_eq!((vlan.isolation_id, vsid.isolation_id), (7, 4096));
        for policy in subnet_from_v1(&both) {
            assert_eq!(subnet_from_v1(&subnet_to_v1(&policy).unwrap()), [policy]);
        }
    }
}
