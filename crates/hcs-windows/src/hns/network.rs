//! Networks between the two versions of the service.

use super::policy::{lacks, network_from_v1, network_to_v1, refuse_if, subnet_from_v1, subnet_to_v1};
use hcs_host::Result;
use hcs_schema::hcn::{
    self, AutomaticDns, Dns, Ipam, IpamKind, MacRange, NetAdapterName, NetworkFlags, NetworkPolicy, Route, SCHEMA,
    SourceMacAddress, SubnetFlags,
};
use hcs_schema::hns;

/// Destinations of a default route.
const DEFAULT: [&str; 2] = ["0.0.0.0/0", "::/0"];

/// Whether a route leads everywhere.
pub(super) fn is_default(route: &Route) -> bool {
    DEFAULT.contains(&route.destination_prefix.as_str())
}

/// The default route by way of a gateway.
pub(super) fn default_route(gateway: &str) -> Route {
    let destination = DEFAULT[usize::from(gateway.contains(':'))];
    Route { next_hop: gateway.to_owned(), destination_prefix: destination.to_owned(), ..Route::default() }
}

/// A list with commas.
pub(super) fn joined(list: &[String]) -> String {
    list.join(",")
}

/// A list from one with commas.
pub(super) fn split(list: &str) -> Vec<String> {
    list.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

/// A network in the form of version 1.
pub(super) fn to_v1(network: &hcn::Network) -> Result<hns::Network> {
    // Version 1 keeps every network when the host restarts.
    refuse_if(network.flags.0 & !NetworkFlags::ENABLE_PERSISTENT.0 != 0, "flags of a network")?;
    refuse_if(!network.dns.options.is_empty(), "options of name resolution")?;
    let mut v1 = hns::Network {
        id: network.id.clone(),
        name: network.name.clone(),
        kind: network.effective_kind(),
        dns_server_list: joined(&network.dns.server_list),
        ..hns::Network::default()
    };
    let suffixes: Vec<String> = [network.dns.domain.clone()].into_iter().filter(|domain| !domain.is_empty()).collect();
    v1.dns_suffix = joined(&[suffixes, network.dns.search.clone()].concat());
    for policy in &network.policies {
        match policy {
            NetworkPolicy::SourceMacAddress(mac) => v1.source_mac.clone_from(&mac.source_mac_address),
            NetworkPolicy::NetAdapterName(name) => v1.network_adapter_name.clone_from(&name.network_adapter_name),
            NetworkPolicy::AutomaticDns(dns) => v1.automatic_dns = dns.enable,
            policy => v1.policies.push(network_to_v1(policy)?),
        }
    }
    for range in &network.mac_pool.ranges {
        v1.mac_pools.push(hns::MacPool {
            start_mac_address: range.start_mac_address.clone(),
            end_mac_address: range.end_mac_address.clone(),
        });
    }
    for ipam in &network.ipams {
        refuse_if(ipam.kind == IpamKind::Dhcp && !ipam.subnets.is_empty(), "subnets of DHCP")?;
        for subnet in &ipam.subnets {
            v1.subnets.push(subnet_of(subnet)?);
        }
    }
    Ok(v1)
}

fn subnet_of(subnet: &hcn::Subnet) -> Result<hns::Subnet> {
    refuse_if(subnet.flags != SubnetFlags::default(), "flags of a subnet")?;
    let (gateways, others): (Vec<&Route>, Vec<&Route>) = subnet.routes.iter().partition(|route| is_default(route));
    refuse_if(!others.is_empty(), "routes of a subnet other than the default one")?;
    refuse_if(gateways.len() > 1, "a second gateway of a subnet")?;
    Ok(hns::Subnet {
        address_prefix: subnet.ip_address_prefix.clone(),
        gateway_address: gateways.first().map(|route| route.next_hop.clone()).unwrap_or_default(),
        policies: subnet.policies.iter().map(subnet_to_v1).collect::<Result<_>>()?,
    })
}

/// A network in the form of version 2.
pub(super) fn from_v1(v1: &hns::Network) -> hcn::Network {
    let mut policies: Vec<NetworkPolicy> = v1.policies.iter().map(network_from_v1).collect();
    if !v1.source_mac.is_empty() {
        let mac = SourceMacAddress { source_mac_address: v1.source_mac.clone(), ..SourceMacAddress::default() };
        policies.push(NetworkPolicy::SourceMacAddress(mac));
    }
    if !v1.network_adapter_name.is_empty() {
        let name = v1.network_adapter_name.clone();
        let name = NetAdapterName { network_adapter_name: name, ..NetAdapterName::default() };
        policies.push(NetworkPolicy::NetAdapterName(name));
    }
    if v1.automatic_dns {
        policies.push(NetworkPolicy::AutomaticDns(AutomaticDns { enable: true, ..AutomaticDns::default() }));
    }
    let ranges = v1.mac_pools.iter().map(|pool| MacRange {
        start_mac_address: pool.start_mac_address.clone(),
        end_mac_address: pool.end_mac_address.clone(),
        ..MacRange::default()
    });
    let subnets: Vec<hcn::Subnet> = v1.subnets.iter().map(subnet_from).collect();
    let kind = if subnets.is_empty() { IpamKind::Dhcp } else { IpamKind::Static };
    let mut network = hcn::Network {
        id: v1.id.clone(),
        name: v1.name.clone(),
        kind: v1.kind.clone(),
        policies,
        dns: Dns { search: split(&v1.dns_suffix), server_list: split(&v1.dns_server_list), ..Dns::default() },
        ipams: vec![Ipam { kind, subnets, ..Ipam::default() }],
        schema_version: SCHEMA,
        ..hcn::Network::default()
    };
    network.mac_pool.ranges = ranges.collect();
    network
}

fn subnet_from(subnet: &hns::Subnet) -> hcn::Subnet {
    let gateway = Some(&subnet.gateway_address).filter(|gateway| !gateway.is_empty());
    hcn::Subnet {
        ip_address_prefix: subnet.address_prefix.clone(),
        policies: subnet.policies.iter().flat_map(subnet_from_v1).collect(),
        routes: gateway.map(|gateway| default_route(gateway)).into_iter().collect(),
        ..hcn::Subnet::default()
    }
}

/// The error of a change of a network.
pub(super) fn no_changes() -> hcs_host::Error {
    lacks("a change of a network")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network() -> hcn::Network {
        serde_json::from_value(serde_json::json!({
            "ID": "0a1b2c3d-0123-4567-89ab-0123456789ab", "Name": "nat", "Type": "L2Bridge",
            "Policies": [
                {"Type":"ProviderAddress","Settings":{"ProviderAddress":"10.0.0.9"}},
                {"Type":"SourceMacAddress","Settings":{"SourceMacAddress":"00-15-5D-00-00-01"}},
                {"Type":"NetAdapterName","Settings":{"NetworkAdapterName":"Ethernet"}},
                {"Type":"AutomaticDNS","Settings":{"Enable":true}}],
            "MacPool": {"Ranges":[{"StartMacAddress":"00-15-5D-52-C0-00","EndMacAddress":"00-15-5D-52-CF-FF"}]},
            "Dns": {"Search":["a.test","b.test"],"ServerList":["10.0.0.1","10.0.0.2"]},
            "Ipams": [{"Type":"Static","Subnets":[
                {"IpAddressPrefix":"10.0.0.0/24","Routes":[{"NextHop":"10.0.0.1","DestinationPrefix":"0.0.0.0/0"}],
                 "Policies":[{"Type":"VLAN","Settings":{"IsolationId":7}}]},
                {"IpAddressPrefix":"fd00::/64","Routes":[{"NextHop":"fd00::1","DestinationPrefix":"::/0"}]}]}],
            "SchemaVersion": {"Major":2,"Minor":0}}))
        .unwrap()
    }

    #[test]
    fn what_both_have_comes_back() {
        assert_eq!(from_v1(&to_v1(&network()).unwrap()), network());
    }

    #[test]
    fn a_network_without_a_word_is_nat() {
        assert_eq!(to_v1(&hcn::Network::default()).unwrap().kind, hcn::NetworkKind::Nat);
    }

    #[test]
    fn what_version_1_lacks_is_refused() {
        let refused = |change: &dyn Fn(&mut hcn::Network)| {
            let mut network = network();
            change(&mut network);
            to_v1(&network).unwrap_err().is_not_supported()
        };
        assert!(refused(&|network| network.flags = NetworkFlags::DISABLE_HOST_PORT));
        assert!(refused(&|network| network.dns.options = vec!["ndots:5".into()]));
        assert!(refused(&|network| network.ipams[0].kind = IpamKind::Dhcp));
        assert!(refused(&|network| network.ipams[0].subnets[0].flags = SubnetFlags(1)));
        assert!(refused(&|network| network.ipams[0].subnets[0].routes[0].destination_prefix = "10.1.0.0/16".into()));
        assert!(refused(&|network| network.policies.push(NetworkPolicy::default())));
    }
}
