//! Objects as documents of version 1, in both directions.

use super::address::{Prefix, mac_number, mac_text};
use super::documents2::id;
use super::failure::*;
use super::model::*;
use super::policies;
use crate::world::Guid;
use hcs_schema::HResult;
use serde_json::{Map, Value, json};
use std::net::IpAddr;

/// The types of networks in the words of version 2.
const KINDS: &[&str] = &["NAT", "Transparent", "L2Bridge", "L2Tunnel", "ICS", "Private", "Overlay"];
/// What only version 1 has of a network, and of an endpoint.
const NETWORK: &[&str] =
    &["Type", "NetworkAdapterName", "SourceMac", "ManagementIP", "AutomaticDNS", "DNSServerCompartment"];
const ENDPOINT: &[&str] = &["EnableInternalDNS", "DisableICC", "EnableLowMetric", "EncapOverhead"];

fn only(keys: &[&str], document: &Value) -> Map<String, Value> {
    let kept = keys.iter().filter_map(|key| Some(((*key).to_owned(), document.get(key)?.clone())));
    kept.collect()
}

/// A network out of its document.
pub(crate) fn network(document: &Value, id: Guid, build: u32) -> Done<Network> {
    let kind = text(&document["Type"]);
    let known = KINDS.iter().find(|known| known.eq_ignore_ascii_case(&kind));
    let kind = known.ok_or_else(|| Failure::new(HCN_E_INVALID_NETWORK_TYPE, kind))?;
    let subnets: Done<Vec<_>> = list(&document["Subnets"]).iter().map(|document| subnet(document, build)).collect();
    let mac = |value: &Value| mac_number(&text(value)).ok_or_else(|| Failure::new(HCN_E_INVALID_NETWORK, text(value)));
    let pools = list(&document["MacPools"]);
    let macs: Done<Vec<_>> =
        pools.iter().map(|pool| Ok((mac(&pool["StartMacAddress"])?, mac(&pool["EndMacAddress"])?))).collect();
    Ok(Network {
        id,
        name: text(&document["Name"]),
        kind: (*kind).to_owned(),
        subnets: subnets?,
        policies: policies::from1(&list(&document["Policies"]), build)?,
        macs: macs?,
        dns: Dns::from1(document),
        flags: 0,
        only1: only(NETWORK, document),
        given: false,
    })
}

fn subnet(document: &Value, build: u32) -> Done<Subnet> {
    let range = text(&document["AddressPrefix"]);
    let prefix = Prefix::parse(&range).ok_or_else(|| Failure::new(HCN_E_INVALID_PREFIX, range.clone()))?;
    let gateway = address(&document["GatewayAddress"])?;
    let everywhere = if range.contains(':') { "::/0" } else { "0.0.0.0/0" };
    let route = gateway.map(|gateway| json!({"NextHop": gateway, "DestinationPrefix": everywhere}));
    let policies = policies::from1(&list(&document["Policies"]), build)?;
    Ok(Subnet { prefix, text: range, gateway, policies, routes: route.into_iter().collect(), flags: 0 })
}

fn address(value: &Value) -> Done<Option<IpAddr>> {
    match value.as_str().unwrap_or_default() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| Failure::new(HCN_E_INVALID_IP, text)),
    }
}

/// An endpoint out of its document.
pub(crate) fn endpoint(document: &Value, id: Guid, network: Guid, build: u32) -> Done<Endpoint> {
    let mut addresses = Vec::new();
    for (key, length) in [("IPAddress", "PrefixLength"), ("IPv6Address", "IPv6PrefixLength")] {
        let length = document[length].as_u64().and_then(|length| length.try_into().ok()).unwrap_or(0);
        addresses.extend(address(&document[key])?.map(|address| (address, length)));
    }
    let gateway = address(&document["GatewayAddress"])?;
    let route = gateway.map(|gateway| json!({"NextHop": gateway, "DestinationPrefix": "0.0.0.0/0"}));
    Ok(Endpoint {
        id,
        name: text(&document["Name"]),
        network,
        namespace: None,
        addresses,
        mac: text(&document["MacAddress"]),
        dns: Dns::from1(document),
        routes: route.into_iter().collect(),
        policies: policies::from1(&list(&document["Policies"]), build)?,
        flags: u64::from(document["IsRemoteEndpoint"] == true),
        attached: Vec::new(),
        detached: false,
        only1: only(ENDPOINT, document),
    })
}

impl Network {
    /// Its document.
    pub(crate) fn to1(&self) -> Value {
        let subnets: Vec<_> = self.subnets.iter().map(Subnet::to1).collect();
        let pools = self
            .macs
            .iter()
            .map(|(first, last)| json!({"StartMacAddress": mac_text(*first), "EndMacAddress": mac_text(*last)}));
        let pools: Vec<_> = pools.collect();
        let document = without_empty(json!({
            "ID": shown(self.id), "Name": self.name, "Type": self.kind, "Policies": policies::to1(&self.policies),
            "MacPools": pools, "Subnets": subnets, "DNSSuffix": self.dns.search.join(","),
            "DNSServerList": self.dns.servers.join(","),
        }));
        with(document, &self.only1)
    }
}

impl Subnet {
    fn to1(&self) -> Value {
        without_empty(json!({
            "AddressPrefix": self.text, "GatewayAddress": self.gateway, "Policies": policies::to1(&self.policies),
        }))
    }
}

impl Endpoint {
    /// Its document.
    pub(crate) fn to1(&self, network: &str) -> Value {
        let find = |version4: bool| self.addresses.iter().find(|(address, _)| address.is_ipv4() == version4);
        let (ip4, ip6) = (find(true), find(false));
        let hop = |everywhere: &str| {
            let route = self.routes.iter().find(|route| route["DestinationPrefix"] == everywhere);
            route.map(|route| route["NextHop"].clone())
        };
        let containers: Vec<_> = self.attached.iter().map(|attached| attached.id.clone()).collect();
        let document = without_empty(json!({
            "ID": shown(self.id), "Name": self.name, "VirtualNetwork": shown(self.network), "VirtualNetworkName": network,
            "Policies": policies::to1(&self.policies), "MacAddress": self.mac,
            "IPAddress": ip4.map(|(address, _)| address), "PrefixLength": ip4.map(|(_, length)| length),
            "IPv6Address": ip6.map(|(address, _)| address), "IPv6PrefixLength": ip6.map(|(_, length)| length),
            "GatewayAddress": hop("0.0.0.0/0"), "GatewayAddressV6": hop("::/0"),
            "DNSSuffix": self.dns.search.join(","), "DNSServerList": self.dns.servers.join(","),
            "DNSDomain": self.dns.domain, "IsRemoteEndpoint": self.flags & 1 != 0, "SharedContainers": containers,
            "Namespace": self.namespace.map(|id| json!({"ID": shown(id)})), "State": self.state(),
        }));
        with(document, &self.only1)
    }
}

impl Namespace {
    /// Its document.
    pub(crate) fn to1(&self) -> Value {
        without_empty(json!({
            "ID": shown(self.id), "IsDefault": self.kind == "HostDefault", "ResourceList": self.resources(),
            "CompartmentId": self.number,
        }))
    }
}

/// What a list of policies is: a load balancer, or a route.
#[derive(Debug)]
pub(crate) enum PolicyList {
    /// It has an `ELB` policy.
    Balancer(LoadBalancer),
    /// It has `ROUTE` policies.
    Route(Route),
}

/// A list of policies out of its document.
pub(crate) fn policy_list(document: &Value, id: Guid, build: u32) -> Done<PolicyList> {
    let endpoint = |reference: String| {
        let text = reference.strip_prefix("/endpoints/").unwrap_or_default();
        self::id(&text.into())?.ok_or_else(|| Failure::new(HResult::E_INVALIDARG, reference.clone()))
    };
    let endpoints = texts(&document["References"]).into_iter().map(endpoint).collect::<Done<Vec<_>>>()?;
    let policies = policies::from1(&list(&document["Policies"]), build)?;
    let settings = |kind: &str| {
        let of = policies.iter().filter(move |policy| policy["Type"] == kind);
        of.map(|policy| policy["Settings"].clone()).collect::<Vec<_>>()
    };
    match (settings("ELB").as_slice(), settings("SDNRoute")) {
        ([balancer], routes) if routes.is_empty() => {
            let flag = |key: &str| balancer[key] == true;
            let mapping = without_empty(json!({
                "Protocol": balancer["Protocol"], "InternalPort": balancer["InternalPort"],
                "ExternalPort": balancer["ExternalPort"], "Flags": u32::from(flag("ILB")),
            }));
            let (source, fronts) = (text(&balancer["SourceVIP"]), texts(&balancer["VIPs"]));
            let flags = u64::from(flag("IsDSR"));
            let mappings = vec![mapping];
            Ok(PolicyList::Balancer(LoadBalancer { id, endpoints, source, fronts, mappings, flags }))
        }
        ([], settings) if !settings.is_empty() => Ok(PolicyList::Route(Route { id, endpoints, settings })),
        _ => Err(Failure::new(HCN_E_INVALID_POLICY, "a list has one ELB policy, or ROUTE policies")),
    }
}

impl LoadBalancer {
    /// Its document: a list of policies.
    pub(crate) fn to1(&self) -> Value {
        let policy = |mapping: &Value| {
            without_empty(json!({
                "Type": "ELB", "Protocol": mapping["Protocol"], "InternalPort": mapping["InternalPort"],
                "ExternalPort": mapping["ExternalPort"], "SourceVIP": self.source, "VIPs": self.fronts,
                "ILB": mapping["Flags"].as_u64().unwrap_or(0) & 1 != 0, "IsDSR": self.flags & 1 != 0,
            }))
        };
        let policies: Vec<_> = self.mappings.iter().map(policy).collect();
        list_document(self.id, &self.endpoints, &policies)
    }
}

impl Route {
    /// Its document: a list of policies.
    pub(crate) fn to1(&self) -> Value {
        let policies: Vec<_> =
            self.settings.iter().map(|settings| json!({"Type": "SDNRoute", "Settings": settings})).collect();
        list_document(self.id, &self.endpoints, &policies::to1(&policies))
    }
}

fn list_document(id: Guid, endpoints: &[Guid], policies: &[Value]) -> Value {
    let references: Vec<_> = endpoints.iter().map(|id| format!("/endpoints/{}", shown(*id))).collect();
    without_empty(json!({"ID": shown(id), "References": references, "Policies": policies}))
}

fn with(mut document: Value, more: &Map<String, Value>) -> Value {
    if let Some(map) = document.as_object_mut() {
        map.extend(more.iter().map(|(key, value)| (key.clone(), value.clone())));
    }
    document
}
