//! Objects as documents of version 2, in both directions.

use super::address::{Prefix, mac_number, mac_text};
use super::failure::*;
use super::model::*;
use super::policies;
use crate::world::Guid;
use serde_json::{Map, Value, json};
use std::net::IpAddr;

/// The id that a document gives to its object; nothing if that is left to the service.
pub(crate) fn id(value: &Value) -> Done<Option<Guid>> {
    match value.as_str().unwrap_or_default() {
        "" => Ok(None),
        text => match Guid::parse(text) {
            Some(id) => Ok(Some(id).filter(|id| !id.is_zero())),
            None => Err(Failure::new(HCN_E_GUID_CONVERSION_FAILURE, text)),
        },
    }
}

/// Ids that must all be some.
pub(crate) fn ids(value: &Value) -> Done<Vec<Guid>> {
    let parse = |text: String| Guid::parse(&text).ok_or_else(|| Failure::new(HCN_E_GUID_CONVERSION_FAILURE, text));
    texts(value).into_iter().map(parse).collect()
}

/// The version that every document is of.
fn schema() -> Value {
    json!({"Major": 2, "Minor": 0})
}

/// Ranges of a network.
pub(crate) fn subnets(list: &Value, build: u32) -> Done<Vec<Subnet>> {
    list.as_array().into_iter().flatten().map(|subnet| self::subnet(subnet, build)).collect()
}

fn subnet(document: &Value, build: u32) -> Done<Subnet> {
    let range = text(&document["IpAddressPrefix"]);
    let prefix = Prefix::parse(&range).ok_or_else(|| Failure::new(HCN_E_INVALID_PREFIX, range.clone()))?;
    let (policies, routes) = (list(&document["Policies"]), list(&document["Routes"]));
    policies::check2('S', &policies, build)?;
    let default =
        routes.iter().find(|route| matches!(text(&route["DestinationPrefix"]).as_str(), "0.0.0.0/0" | "::/0"));
    let gateway = default.map(|route| text(&route["NextHop"])).filter(|hop| !hop.is_empty());
    let gateway = gateway.map(|hop| hop.parse().map_err(|_| Failure::new(HCN_E_INVALID_IP, hop))).transpose()?;
    let flags = document["Flags"].as_u64().unwrap_or(0);
    Ok(Subnet { prefix, text: range, gateway, policies, routes, flags })
}

/// A network out of its document.
pub(crate) fn network(document: &Value, id: Guid, build: u32) -> Done<Network> {
    let kind = match text(&document["Type"]) {
        kind if kind.is_empty() => "NAT".to_owned(),
        kind => kind,
    };
    let policies = list(&document["Policies"]);
    policies::check2('N', &policies, build)?;
    let ipams = list(&document["Ipams"]);
    let ranges: Done<Vec<_>> = ipams.iter().map(|ipam| subnets(&ipam["Subnets"], build)).collect();
    let pools = list(&document["MacPool"]["Ranges"]);
    let mac = |value: &Value| mac_number(&text(value)).ok_or_else(|| Failure::new(HCN_E_INVALID_NETWORK, text(value)));
    let macs: Done<Vec<_>> =
        pools.iter().map(|range| Ok((mac(&range["StartMacAddress"])?, mac(&range["EndMacAddress"])?))).collect();
    Ok(Network {
        id,
        name: text(&document["Name"]),
        kind,
        subnets: ranges?.concat(),
        policies,
        macs: macs?,
        dns: Dns::from2(&document["Dns"]),
        flags: document["Flags"].as_u64().unwrap_or(0),
        only1: Map::new(),
        given: false,
    })
}

/// An endpoint out of its document.
pub(crate) fn endpoint(document: &Value, id: Guid, network: Guid, build: u32) -> Done<Endpoint> {
    if self::id(&document["HostComputeNetwork"])?.is_some_and(|other| other != network) {
        return Err(Failure::new(HCN_E_INVALID_ENDPOINT, "HostComputeNetwork is another network"));
    }
    if !text(&document["HostComputeNamespace"]).is_empty() {
        return Err(Failure::new(HCN_E_INVALID_ENDPOINT, "HostComputeNamespace is only for answers"));
    }
    let policies = list(&document["Policies"]);
    policies::check2('E', &policies, build)?;
    let addresses: Done<Vec<_>> = list(&document["IpConfigurations"]).iter().map(address).collect();
    Ok(Endpoint {
        id,
        name: text(&document["Name"]),
        network,
        namespace: None,
        addresses: addresses?.into_iter().flatten().collect(),
        mac: text(&document["MacAddress"]),
        dns: Dns::from2(&document["Dns"]),
        routes: list(&document["Routes"]),
        policies,
        flags: document["Flags"].as_u64().unwrap_or(0),
        attached: Vec::new(),
        detached: false,
        only1: Map::new(),
    })
}

/// An address with its prefix length, or none where the service chooses it.
fn address(document: &Value) -> Done<Option<(IpAddr, u8)>> {
    let ip = text(&document["IpAddress"]);
    if ip.is_empty() {
        return Ok(None);
    }
    let address = ip.parse().map_err(|_| Failure::new(HCN_E_INVALID_IP, ip))?;
    let length = document["PrefixLength"].as_u64().and_then(|length| length.try_into().ok()).unwrap_or(0);
    Ok(Some((address, length)))
}

/// A load balancer out of its document.
pub(crate) fn balancer(document: &Value, id: Guid) -> Done<LoadBalancer> {
    Ok(LoadBalancer {
        id,
        endpoints: ids(&document["HostComputeEndpoints"])?,
        source: text(&document["SourceVIP"]),
        fronts: texts(&document["FrontendVIPs"]),
        mappings: list(&document["PortMappings"]),
        flags: document["Flags"].as_u64().unwrap_or(0),
    })
}

/// A route out of its document.
pub(crate) fn route(document: &Value, id: Guid) -> Done<Route> {
    Ok(Route { id, endpoints: ids(&document["HostComputeEndpoints"])?, settings: list(&document["Setting"]) })
}

impl Network {
    /// Its document. The service leaves out the type NAT, which is its first.
    pub(crate) fn to2(&self) -> Value {
        let kind = if self.kind == "NAT" { "" } else { &self.kind };
        let macs = self
            .macs
            .iter()
            .map(|(first, last)| json!({"StartMacAddress": mac_text(*first), "EndMacAddress": mac_text(*last)}));
        let macs: Vec<_> = macs.collect();
        let subnets: Vec<_> = self.subnets.iter().map(Subnet::to2).collect();
        let ipams = if subnets.is_empty() { json!([]) } else { json!([{"Type": "Static", "Subnets": subnets}]) };
        without_empty(json!({
            "ID": shown(self.id), "Name": self.name, "Type": kind, "Policies": self.policies,
            "MacPool": without_empty(json!({"Ranges": macs})), "Dns": self.dns.to2(), "Ipams": ipams,
            "Flags": self.flags, "Health": {"Extra": {}}, "SchemaVersion": schema(),
        }))
    }
}

impl Subnet {
    fn to2(&self) -> Value {
        without_empty(json!({
            "IpAddressPrefix": self.text, "Policies": self.policies, "Routes": self.routes, "Flags": self.flags,
        }))
    }
}

impl Endpoint {
    /// Its document; with what it is attached to, if that is asked for.
    pub(crate) fn to2(&self, detailed: bool) -> Value {
        let addresses = self.addresses.iter();
        let addresses: Vec<_> =
            addresses.map(|(address, length)| json!({"IpAddress": address, "PrefixLength": length})).collect();
        let containers: Vec<_> = self.attached.iter().map(|attached| attached.id.clone()).collect();
        let extra = if detailed { without_empty(json!({"SharedContainers": containers})) } else { json!({}) };
        without_empty(json!({
            "ID": shown(self.id), "Name": self.name, "HostComputeNetwork": shown(self.network),
            "HostComputeNamespace": self.namespace.map(shown), "Policies": self.policies,
            "IpConfigurations": addresses, "Dns": self.dns.to2(), "Routes": self.routes, "MacAddress": self.mac,
            "Flags": self.flags, "Health": {"Extra": extra}, "SchemaVersion": schema(),
        }))
    }
}

impl Namespace {
    /// Its document.
    pub(crate) fn to2(&self) -> Value {
        without_empty(json!({
            "ID": shown(self.id), "NamespaceId": self.number, "Type": self.kind, "Resources": self.resources(),
            "SchemaVersion": schema(),
        }))
    }

    /// What is in it, in both versions.
    pub(crate) fn resources(&self) -> Vec<Value> {
        let containers = self.containers.iter().map(|id| json!({"Type": "Container", "Data": {"Id": id}}));
        let endpoints = self.endpoints.iter().map(|id| json!({"Type": "Endpoint", "Data": {"Id": shown(*id)}}));
        containers.chain(endpoints).collect()
    }
}

impl LoadBalancer {
    /// Its document.
    pub(crate) fn to2(&self) -> Value {
        without_empty(json!({
            "ID": shown(self.id), "HostComputeEndpoints": shown_all(&self.endpoints), "SourceVIP": self.source,
            "FrontendVIPs": self.fronts, "PortMappings": self.mappings, "SchemaVersion": schema(), "Flags": self.flags,
        }))
    }
}

impl Route {
    /// Its document.
    pub(crate) fn to2(&self) -> Value {
        without_empty(json!({
            "ID": shown(self.id), "HostComputeEndpoints": shown_all(&self.endpoints), "Setting": self.settings,
            "SchemaVersion": schema(),
        }))
    }
}
