//! Load balancers and routes between the two versions of the service: lists of policies in version 1.

use super::policy::{lacks, refuse_if, route_from_v1, route_to_v1};
use hcs_host::Result;
use hcs_schema::hcn::{
    LoadBalancer, LoadBalancerDistribution, LoadBalancerFlags, LoadBalancerPortMapping, LoadBalancerPortMappingFlags,
    Protocol, SCHEMA, SdnRoute,
};
use hcs_schema::hns::{ElbPolicy, Policy, PolicyList};

/// What is before the id of an endpoint in a reference.
const ENDPOINTS: &str = "/endpoints/";

/// A load balancer in the form of version 1.
pub(super) fn to_v1(balancer: &LoadBalancer) -> Result<PolicyList> {
    refuse_if(balancer.flags.0 & !LoadBalancerFlags::DSR.0 != 0, "a load balancer with addresses of IPv6")?;
    let mut policies = Vec::new();
    for port in &balancer.port_mappings {
        let no_distribution = port.distribution_type == LoadBalancerDistribution::NONE;
        refuse_if(!no_distribution, "session affinity of a load balancer")?;
        let is_known = port.flags.0 & !LoadBalancerPortMappingFlags::ILB.0 == 0;
        refuse_if(!is_known, "flags of a port of a load balancer")?;
        let protocol = u16::try_from(port.protocol.0).map_err(|_| lacks("a protocol of more than 16 bits"))?;
        policies.push(Policy::Elb(ElbPolicy {
            protocol,
            internal_port: port.internal_port,
            external_port: port.external_port,
            source_vip: balancer.source_vip.clone(),
            vips: balancer.frontend_vips.clone(),
            ilb: port.flags.0 & LoadBalancerPortMappingFlags::ILB.0 != 0,
            is_dsr: balancer.flags.0 & LoadBalancerFlags::DSR.0 != 0,
            extra: port.extra.clone(),
        }));
    }
    Ok(PolicyList { id: balancer.id.clone(), references: references(&balancer.host_compute_endpoints), policies })
}

/// A load balancer in the form of version 2, if the list is one.
pub(super) fn from_v1(list: &PolicyList) -> Option<LoadBalancer> {
    let policies: Vec<&ElbPolicy> = list
        .policies
        .iter()
        .map(|policy| match policy {
            Policy::Elb(elb) => Some(elb),
            _ => None,
        })
        .collect::<Option<_>>()?;
    let first = *policies.first()?;
    let flags = if first.is_dsr { LoadBalancerFlags::DSR } else { LoadBalancerFlags::default() };
    Some(LoadBalancer {
        id: list.id.clone(),
        host_compute_endpoints: endpoints(&list.references),
        source_vip: first.source_vip.clone(),
        frontend_vips: first.vips.clone(),
        port_mappings: policies.into_iter().map(mapping).collect(),
        schema_version: SCHEMA,
        flags,
        ..LoadBalancer::default()
    })
}

fn mapping(elb: &ElbPolicy) -> LoadBalancerPortMapping {
    let none = LoadBalancerPortMappingFlags::default();
    LoadBalancerPortMapping {
        protocol: Protocol(u32::from(elb.protocol)),
        internal_port: elb.internal_port,
        external_port: elb.external_port,
        flags: if elb.ilb { LoadBalancerPortMappingFlags::ILB } else { none },
        extra: elb.extra.clone(),
        ..LoadBalancerPortMapping::default()
    }
}

/// Routes in the form of version 1. The document has them under either of two keys.
pub(super) fn route_list(route: &SdnRoute) -> PolicyList {
    let policies = route.setting.iter().chain(&route.routes).map(|route| Policy::Route(route_to_v1(route)));
    PolicyList {
        id: route.id.clone(),
        references: references(&route.host_compute_endpoints),
        policies: policies.collect(),
    }
}

/// Routes in the form of version 2, if the list is of routes.
pub(super) fn route_from(list: &PolicyList) -> Option<SdnRoute> {
    let routes = list.policies.iter().map(|policy| match policy {
        Policy::Route(route) => Some(route_from_v1(route)),
        _ => None,
    });
    let routes: Vec<_> = routes.collect::<Option<_>>()?;
    (!routes.is_empty()).then(|| SdnRoute {
        id: list.id.clone(),
        host_compute_endpoints: endpoints(&list.references),
        setting: routes,
        schema_version: SCHEMA,
        ..SdnRoute::default()
    })
}

fn references(endpoints: &[String]) -> Vec<String> {
    endpoints.iter().map(|id| format!("{ENDPOINTS}{id}")).collect()
}

fn endpoints(references: &[String]) -> Vec<String> {
    references.iter().map(|path| path.strip_prefix(ENDPOINTS).unwrap_or(path).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn load_balancers_come_back() {
        let balancer: LoadBalancer = serde_json::from_value(serde_json::json!({
            "ID":"a","HostComputeEndpoints":["b","c"],"SourceVIP":"10.0.0.9","FrontendVIPs":["10.96.0.1"],
            "PortMappings":[{"Protocol":6,"InternalPort":80,"ExternalPort":8080,"Flags":1},
                {"Protocol":17,"InternalPort":53,"ExternalPort":53}],
            "SchemaVersion":{"Major":2,"Minor":0},"Flags":1}))
        .unwrap();
        let list = to_v1(&balancer).unwrap();
        assert_eq!(list.references, ["/endpoints/b", "/endpoints/c"]);
        assert_eq!(from_v1(&list), Some(balancer.clone()));
        assert_eq!(route_from(&list), None);
        let mut sticky = balancer;
        sticky.port_mappings[0].distribution_type = LoadBalancerDistribution::SOURCE_IP;
        assert!(to_v1(&sticky).unwrap_err().is_not_supported());
    }

    #[test]
    fn routes_come_back() {
        let route: SdnRoute = serde_json::from_value(serde_json::json!({
            "ID":"a","HostComputeEndpoints":["b"],"Setting":[{"DestinationPrefix":"10.1.0.0/16","NextHop":"10.0.0.1"}],
            "SchemaVersion":{"Major":2,"Minor":0}}))
        .unwrap();
        assert_eq!(route_from(&route_list(&route)), Some(route.clone()));
        assert_eq!(from_v1(&route_list(&route)), None);
        assert_eq!(route_from(&PolicyList::default()), None);
    }
}
