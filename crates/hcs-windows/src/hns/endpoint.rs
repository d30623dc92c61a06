//! Endpoints between the two versions of the service.

use super::network::{default_route, is_default, joined, split};
use super::policy::{endpoint_from_v1, endpoint_to_v1, lacks, refuse_if};
use hcs_host::Result;
use hcs_schema::hcn::{
    self, Dns, EncapOverhead, EndpointFlags, EndpointPolicy, EndpointResource, ExtraParams, Health, IpConfig,
    ModifyEndpoint, SCHEMA,
};
use hcs_schema::hns::{self, Policy};
use hcs_schema::modify::RequestType;

/// Flags that are fields in version 1.
const KNOWN: EndpointFlags = EndpointFlags(
    EndpointFlags::REMOTE_ENDPOINT.0
        | EndpointFlags::DISABLE_INTER_COMPUTE_COMMUNICATION.0
        | EndpointFlags::ENABLE_LOW_INTERFACE_METRIC.0,
);

/// An endpoint in the form of version 1.
pub(super) fn to_v1(endpoint: &hcn::Endpoint) -> Result<hns::Endpoint> {
    refuse_if(endpoint.flags.0 & !KNOWN.0 != 0, "flags of an endpoint")?;
    refuse_if(!endpoint.dns.options.is_empty(), "options of name resolution")?;
    refuse_if(!endpoint.host_compute_namespace.is_empty(), "the namespace of an endpoint that is made")?;
    let has = |flag: EndpointFlags| endpoint.flags.0 & flag.0 != 0;
    let mut v1 = hns::Endpoint {
        id: endpoint.id.clone(),
        name: endpoint.name.clone(),
        virtual_network: endpoint.host_compute_network.clone(),
        mac_address: endpoint.mac_address.clone(),
        dns_domain: endpoint.dns.domain.clone(),
        dns_suffix: joined(&endpoint.dns.search),
        dns_server_list: joined(&endpoint.dns.server_list),
        is_remote_endpoint: has(EndpointFlags::REMOTE_ENDPOINT),
        disable_icc: has(EndpointFlags::DISABLE_INTER_COMPUTE_COMMUNICATION),
        enable_low_metric: has(EndpointFlags::ENABLE_LOW_INTERFACE_METRIC),
        ..hns::Endpoint::default()
    };
    for config in &endpoint.ip_configurations {
        let (address, length) = if config.ip_address.contains(':') {
            (&mut v1.ipv6_address, &mut v1.ipv6_prefix_length)
        } else {
            (&mut v1.ip_address, &mut v1.prefix_length)
        };
        refuse_if(!address.is_empty(), "a second address of an endpoint")?;
        address.clone_from(&config.ip_address);
        *length = config.prefix_length;
    }
    for route in &endpoint.routes {
        refuse_if(!is_default(route), "routes of an endpoint other than the default one")?;
        refuse_if(route.metric != 0, "the metric of a route")?;
        let is_ipv6 = route.next_hop.contains(':');
        let gateway = if is_ipv6 { &mut v1.gateway_address_v6 } else { &mut v1.gateway_address };
        refuse_if(!gateway.is_empty(), "a second gateway of an endpoint")?;
        gateway.clone_from(&route.next_hop);
    }
    for policy in &endpoint.policies {
        match policy {
            EndpointPolicy::EncapOverhead(overhead) => v1.encap_overhead = overhead.overhead,
            policy => v1.policies.push(endpoint_to_v1(policy)?),
        }
    }
    Ok(v1)
}

/// An endpoint in the form of version 2.
pub(super) fn from_v1(v1: &hns::Endpoint) -> hcn::Endpoint {
    let mut policies: Vec<EndpointPolicy> = v1.policies.iter().map(endpoint_from_v1).collect();
    if v1.encap_overhead != 0 {
        let overhead = EncapOverhead { overhead: v1.encap_overhead, ..EncapOverhead::default() };
        policies.push(EndpointPolicy::EncapOverhead(overhead));
    }
    let addresses = [(&v1.ip_address, v1.prefix_length), (&v1.ipv6_address, v1.ipv6_prefix_length)];
    let configs = addresses.into_iter().filter(|(address, _)| !address.is_empty()).map(|(address, length)| IpConfig {
        ip_address: address.clone(),
        prefix_length: length,
        ..IpConfig::default()
    });
    let gateways = [&v1.gateway_address, &v1.gateway_address_v6];
    let flags = [
        (v1.is_remote_endpoint, EndpointFlags::REMOTE_ENDPOINT),
        (v1.disable_icc, EndpointFlags::DISABLE_INTER_COMPUTE_COMMUNICATION),
        (v1.enable_low_metric, EndpointFlags::ENABLE_LOW_INTERFACE_METRIC),
    ];
    let namespace = v1.namespace.as_ref().map(|namespace| namespace.id.clone()).unwrap_or_default();
    hcn::Endpoint {
        id: v1.id.clone(),
        name: v1.name.clone(),
        host_compute_network: v1.virtual_network.clone(),
        host_compute_namespace: namespace,
        policies,
        ip_configurations: configs.collect(),
        dns: Dns {
            domain: v1.dns_domain.clone(),
            search: split(&v1.dns_suffix),
            server_list: split(&v1.dns_server_list),
            ..Dns::default()
        },
        routes: gateways.into_iter().filter(|gateway| !gateway.is_empty()).map(|g| default_route(g)).collect(),
        mac_address: v1.mac_address.clone(),
        flags: EndpointFlags(flags.iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| flag.0).sum()),
        health: health(v1),
        schema_version: SCHEMA,
        ..hcn::Endpoint::default()
    }
}

/// What an answer says of the containers that share an endpoint.
fn health(v1: &hns::Endpoint) -> Health {
    if v1.shared_containers.is_empty() {
        return Health::default();
    }
    let extra_params = ExtraParams {
        shared_containers: serde_json::Value::from(v1.shared_containers.clone()),
        ..ExtraParams::default()
    };
    Health { extra_params, ..Health::default() }
}

/// Changes the policies of an endpoint. Version 1 takes the whole endpoint for that.
pub(super) fn change(v1: &mut hns::Endpoint, change: &ModifyEndpoint) -> Result<()> {
    let EndpointResource::Policy(policies) = &change.resource else {
        return Err(lacks("a change of an endpoint's port"));
    };
    let policies: Vec<Policy> = policies.policies.iter().map(endpoint_to_v1).collect::<Result<_>>()?;
    match &change.request_type {
        RequestType::Add => v1.policies.extend(policies),
        RequestType::Update => v1.policies = policies,
        RequestType::Remove => v1.policies.retain(|policy| !policies.contains(policy)),
        other => return Err(lacks(&format!("the change {other} of policies"))),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint() -> hcn::Endpoint {
        serde_json::from_value(serde_json::json!({
            "ID": "0a1b2c3d-0123-4567-89ab-0123456789ab", "Name": "web",
            "HostComputeNetwork": "1a1b2c3d-0123-4567-89ab-0123456789ab",
            "Policies": [
                {"Type":"PortMapping","Settings":{"Protocol":6,"InternalPort":80,"ExternalPort":8080}},
                {"Type":"EncapOverhead","Settings":{"Overhead":50}}],
            "IpConfigurations": [{"IpAddress":"10.0.0.7","PrefixLength":24},{"IpAddress":"fd00::7","PrefixLength":64}],
            "Dns": {"Domain":"a.test","Search":["b.test","c.test"],"ServerList":["10.0.0.1"]},
            "Routes": [{"NextHop":"10.0.0.1","DestinationPrefix":"0.0.0.0/0"},
                {"NextHop":"fd00::1","DestinationPrefix":"::/0"}],
            "MacAddress": "00-15-5D-52-C0-07", "Flags": 11, "SchemaVersion": {"Major":2,"Minor":0}}))
        .unwrap()
    }

    #[test]
    fn what_both_have_comes_back() {
        assert_eq!(from_v1(&to_v1(&endpoint()).unwrap()), endpoint());
    }

    #[test]
    fn what_version_1_lacks_is_refused() {
        let refused = |change: &dyn Fn(&mut hcn::Endpoint)| {
            let mut endpoint = endpoint();
            change(&mut endpoint);
            to_v1(&endpoint).unwrap_err().is_not_supported()
        };
        assert!(refused(&|endpoint| endpoint.flags = EndpointFlags::ENABLE_DHCP));
        assert!(refused(&|endpoint| endpoint.host_compute_namespace = "a".into()));
        assert!(refused(&|endpoint| endpoint.ip_configurations[1].ip_address = "10.0.0.8".into()));
        assert!(refused(&|endpoint| endpoint.routes[0].metric = 5));
        assert!(refused(&|endpoint| endpoint.routes[0].destination_prefix = "10.1.0.0/16".into()));
        assert!(refused(&|endpoint| endpoint.dns.options = vec!["ndots:5".into()]));
    }

    #[test]
    fn policies_are_added_and_removed() {
        let mut v1 = to_v1(&endpoint()).unwrap();
        let qos = serde_json::json!([{"Type":"QOS","Settings":{"MaximumOutgoingBandwidthInBytes":9}}]);
        let policies = hcn::EndpointPolicies {
            policies: serde_json::from_value(qos).unwrap(),
            ..hcn::EndpointPolicies::default()
        };
        let request = |kind: RequestType| ModifyEndpoint::new(kind, EndpointResource::Policy(policies.clone()));
        change(&mut v1, &request(RequestType::Add)).unwrap();
        assert_eq!(v1.policies.len(), 2);
        change(&mut v1, &request(RequestType::Remove)).unwrap();
        assert_eq!(v1.policies.len(), 1);
        change(&mut v1, &request(RequestType::Update)).unwrap();
        assert!(matches!(v1.policies[..], [Policy::Qos(_)]));
        assert!(change(&mut v1, &request(RequestType::Refresh)).unwrap_err().is_not_supported());
    }
}
