//! What is done to the objects of the network service, for both of its versions.

use super::address::{self, mac_text};
use super::failure::*;
use super::model::*;
use super::policies;
use crate::world::Guid;
use hcs_schema::HResult;
use serde_json::json;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Notifications, as the header of the service has them.
pub(crate) mod kind {
    pub(crate) const NETWORK_CREATE: u32 = 2;
    pub(crate) const NETWORK_PRE_DELETE: u32 = 3;
    pub(crate) const NETWORK_DELETE: u32 = 4;
    pub(crate) const NAMESPACE_CREATE: u32 = 5;
    pub(crate) const NAMESPACE_DELETE: u32 = 6;
    pub(crate) const GUEST_SERVICE_CREATE: u32 = 7;
    pub(crate) const GUEST_SERVICE_DELETE: u32 = 8;
    pub(crate) const ENDPOINT_ATTACHED: u32 = 9;
    pub(crate) const ENDPOINT_DETACHED: u32 = 0x10;
}

/// Where hardware addresses begin that no network says anything of.
const MACS: (u64, u64) = (0x0015_5D52_C000, 0x0015_5D52_CFFF);

/// All objects.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) networks: BTreeMap<Guid, Network>,
    pub(crate) endpoints: BTreeMap<Guid, Endpoint>,
    pub(crate) namespaces: BTreeMap<Guid, Namespace>,
    pub(crate) balancers: BTreeMap<Guid, LoadBalancer>,
    pub(crate) routes: BTreeMap<Guid, Route>,
    /// What happened, and to whom, since somebody asked.
    pub(crate) events: Vec<(u32, Guid)>,
    /// How many ids were given out.
    pub(crate) made: u64,
}

impl State {
    /// An id that nobody had, in this service or in one before it.
    pub(crate) fn new_id(&mut self) -> Guid {
        self.made += 1;
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Guid::of_name(&format!("{} {} {}", std::process::id(), now.as_nanos(), self.made))
    }

    /// The network of an id.
    pub(crate) fn network(&self, id: Guid) -> Done<&Network> {
        self.networks.get(&id).ok_or_else(|| Failure::new(HCN_E_NETWORK_NOT_FOUND, id.to_string()))
    }

    /// The endpoint of an id.
    pub(crate) fn endpoint(&self, id: Guid) -> Done<&Endpoint> {
        self.endpoints.get(&id).ok_or_else(|| Failure::new(HCN_E_ENDPOINT_NOT_FOUND, id.to_string()))
    }

    /// The endpoint of an id, to change it.
    pub(crate) fn endpoint_mut(&mut self, id: Guid) -> Done<&mut Endpoint> {
        self.endpoints.get_mut(&id).ok_or_else(|| Failure::new(HCN_E_ENDPOINT_NOT_FOUND, id.to_string()))
    }

    /// The namespace of an id, to change it.
    pub(crate) fn namespace_mut(&mut self, id: Guid) -> Done<&mut Namespace> {
        self.namespaces.get_mut(&id).ok_or_else(|| Failure::new(HResult::ERROR_NOT_FOUND, id.to_string()))
    }

    /// Takes a network in. Its name must be its own.
    pub(crate) fn add_network(&mut self, network: Network) -> Done<()> {
        let same = |other: &Network| {
            other.id == network.id || (!network.name.is_empty() && other.name.eq_ignore_ascii_case(&network.name))
        };
        if self.networks.values().any(same) {
            return Err(Failure::new(HCN_E_NETWORK_ALREADY_EXISTS, network.name));
        }
        self.events.push((kind::NETWORK_CREATE, network.id));
        self.networks.insert(network.id, network);
        Ok(())
    }

    /// Removes a network that has no endpoints. Whether the real service removes endpoints with their network is published
    /// nowhere; `HCN_E_ENTITY_HAS_REFERENCES` is, and finds whoever forgot one.
    pub(crate) fn remove_network(&mut self, id: Guid) -> Done<()> {
        self.network(id)?;
        if let Some(endpoint) = self.endpoints.values().find(|endpoint| endpoint.network == id) {
            return Err(Failure::new(HCN_E_ENTITY_HAS_REFERENCES, format!("endpoint {}", endpoint.id)));
        }
        self.networks.remove(&id);
        self.events.extend([(kind::NETWORK_PRE_DELETE, id), (kind::NETWORK_DELETE, id)]);
        Ok(())
    }

    /// Takes an endpoint in, with what it lacks: addresses, hardware address and routes.
    pub(crate) fn add_endpoint(&mut self, mut endpoint: Endpoint) -> Done<()> {
        let network = self.network(endpoint.network)?;
        if self.endpoints.contains_key(&endpoint.id) {
            return Err(Failure::new(ERROR_ALREADY_EXISTS, endpoint.id.to_string()));
        }
        policies::check_ports(&endpoint.policies, &network.kind)?;
        self.ports_are_free(endpoint.id, &endpoint.policies)?;
        let remote = endpoint.flags & 1 != 0;
        if !remote {
            for (address, length) in &mut endpoint.addresses {
                *length = self.check_address(network, *address, *length)?;
            }
        }
        if endpoint.addresses.is_empty() && !network.subnets.is_empty() {
            endpoint.addresses.push(self.free_address(network)?);
        }
        if endpoint.routes.is_empty() {
            endpoint.routes = routes(network, &endpoint.addresses);
        }
        endpoint.mac = self.mac(network, &endpoint.mac)?;
        self.endpoints.insert(endpoint.id, endpoint);
        Ok(())
    }

    /// Looks at an address that was asked for, and answers the length of its prefix.
    fn check_address(&self, network: &Network, address: IpAddr, length: u8) -> Done<u8> {
        let subnet = network.subnets.iter().find(|subnet| subnet.prefix.contains(address));
        let Some(subnet) = subnet else {
            let code = if network.subnets.is_empty() { HCN_E_SUBNET_NOT_FOUND } else { HCN_E_INVALID_IP };
            return Err(Failure::new(code, address.to_string()));
        };
        if subnet.prefix.reserves(address) || subnet.gateway == Some(address) || self.is_used(network.id, address) {
            return Err(Failure::new(HCN_E_ADDR_INVALID_OR_RESERVED, address.to_string()));
        }
        Ok(if length == 0 { subnet.prefix.length } else { length })
    }

    fn free_address(&self, network: &Network) -> Done<(IpAddr, u8)> {
        let found = network.subnets.iter().find_map(|subnet| {
            // A range has at most so many that are not free.
            let most = self.endpoints.len() + 2;
            let mut addresses = subnet.prefix.addresses().take(most);
            let free =
                addresses.find(|address| subnet.gateway != Some(*address) && !self.is_used(network.id, *address));
            free.map(|address| (address, subnet.prefix.length))
        });
        found.ok_or_else(|| Failure::new(HCN_E_ADDR_INVALID_OR_RESERVED, "no address is free"))
    }

    fn is_used(&self, network: Guid, address: IpAddr) -> bool {
        let mut endpoints = self.endpoints.values().filter(|endpoint| endpoint.network == network);
        endpoints.any(|endpoint| endpoint.addresses.iter().any(|(used, _)| *used == address))
    }

    /// The hardware address that was asked for, or the next one of the network.
    fn mac(&self, network: &Network, wanted: &str) -> Done<String> {
        let used: Vec<u64> =
            self.endpoints.values().filter_map(|endpoint| address::mac_number(&endpoint.mac)).collect();
        if !wanted.is_empty() {
            let number = address::mac_number(wanted).filter(|number| !used.contains(number));
            return number.map(mac_text).ok_or_else(|| Failure::new(HCN_E_INVALID_ENDPOINT, wanted));
        }
        let mut ranges = if network.macs.is_empty() { vec![MACS] } else { network.macs.clone() };
        let found = ranges.iter_mut().find_map(|(first, last)| (*first..=*last).find(|number| !used.contains(number)));
        found.map(mac_text).ok_or_else(|| Failure::new(HCN_E_INVALID_ENDPOINT, "no hardware address is free"))
    }

    /// Each port outside belongs to one endpoint.
    pub(crate) fn ports_are_free(&self, id: Guid, wanted: &[serde_json::Value]) -> Done<()> {
        let others = self.endpoints.values().filter(|endpoint| endpoint.id != id);
        let mut taken: Vec<_> = others.flat_map(|endpoint| policies::ports(&endpoint.policies)).collect();
        for port in policies::ports(wanted) {
            if taken.contains(&port) {
                return Err(Failure::new(HCN_E_PORT_ALREADY_EXISTS, format!("protocol {}, port {}", port.0, port.1)));
            }
            taken.push(port);
        }
        Ok(())
    }

    /// Gives an endpoint other policies.
    pub(crate) fn set_policies(&mut self, id: Guid, policies: Vec<serde_json::Value>) -> Done<()> {
        let kind = &self.network(self.endpoint(id)?.network)?.kind;
        policies::check_ports(&policies, kind)?;
        self.ports_are_free(id, &policies)?;
        self.endpoint_mut(id)?.policies = policies;
        Ok(())
    }

    /// Removes an endpoint, also from its namespace, if no load balancer and no route needs it.
    pub(crate) fn remove_endpoint(&mut self, id: Guid) -> Done<()> {
        let namespace = self.endpoint(id)?.namespace;
        let balancer = self.balancers.values().any(|balancer| balancer.endpoints.contains(&id));
        if balancer || self.routes.values().any(|route| route.endpoints.contains(&id)) {
            return Err(Failure::new(HCN_E_ENTITY_HAS_REFERENCES, "a load balancer or route has it"));
        }
        if let Some(namespace) = namespace {
            self.leave(namespace, id)?;
        }
        self.endpoints.remove(&id);
        Ok(())
    }

    /// Attaches an endpoint. Several containers can share one, in which nothing else is like them.
    pub(crate) fn attach(&mut self, id: Guid, to: Attachment) -> Done<()> {
        let endpoint = self.endpoint_mut(id)?;
        let shared = to.kind == "Container" && endpoint.attached.iter().all(|other| other.kind == "Container");
        if endpoint.attached.contains(&to) || !(shared || endpoint.attached.is_empty()) {
            return Err(Failure::new(HCN_E_ENDPOINT_ALREADY_ATTACHED, id.to_string()));
        }
        endpoint.attached.push(to);
        self.events.push((kind::ENDPOINT_ATTACHED, id));
        Ok(())
    }

    /// Detaches an endpoint; without the name of something, from whatever of this kind it is attached to.
    pub(crate) fn detach(&mut self, id: Guid, from: &Attachment) -> Done<()> {
        let endpoint = self.endpoint_mut(id)?;
        let same = |other: &Attachment| {
            other.kind == from.kind && (from.id.is_empty() || other.id.eq_ignore_ascii_case(&from.id))
        };
        let place = endpoint.attached.iter().position(same);
        endpoint.attached.remove(place.ok_or_else(|| Failure::new(HCN_E_ENDPOINT_NOT_ATTACHED, id.to_string()))?);
        endpoint.detached = true;
        self.events.push((kind::ENDPOINT_DETACHED, id));
        Ok(())
    }

    /// Takes a namespace in, whose compartment is the next one that is free. The host's own is 1.
    pub(crate) fn add_namespace(&mut self, id: Guid, kind: &str) -> Done<()> {
        let default = matches!(kind, "HostDefault" | "GuestDefault");
        if self.namespaces.contains_key(&id) || (default && self.namespaces.values().any(|other| other.kind == kind)) {
            return Err(Failure::new(ERROR_ALREADY_EXISTS, id.to_string()));
        }
        let free = |number: &u32| self.namespaces.values().all(|other| other.number != *number);
        let number = if default { 1 } else { (2..).find(free).unwrap_or_default() };
        let (endpoints, containers) = (Vec::new(), Vec::new());
        self.namespaces.insert(id, Namespace { id, number, kind: kind.to_owned(), endpoints, containers });
        self.events.push((kind::NAMESPACE_CREATE, id));
        Ok(())
    }

    /// Removes a namespace that no container is in. Its endpoints stay.
    pub(crate) fn remove_namespace(&mut self, id: Guid) -> Done<()> {
        let namespace = self.namespace_mut(id)?;
        if !namespace.containers.is_empty() {
            let detail = format!("containers {}", namespace.containers.join(", "));
            return Err(Failure::new(HCN_E_ENTITY_HAS_REFERENCES, detail));
        }
        for endpoint in namespace.endpoints.clone() {
            self.leave(id, endpoint)?;
        }
        self.namespaces.remove(&id);
        self.events.push((kind::NAMESPACE_DELETE, id));
        Ok(())
    }

    /// Puts an endpoint into a namespace.
    pub(crate) fn join(&mut self, namespace: Guid, id: Guid) -> Done<()> {
        self.namespace_mut(namespace)?;
        let endpoint = self.endpoint_mut(id)?;
        if endpoint.namespace.is_some() {
            return Err(Failure::new(HCN_E_ENDPOINT_NAMESPACE_ALREADY_EXISTS, id.to_string()));
        }
        if !endpoint.attached.is_empty() {
            return Err(Failure::new(HCN_E_ENDPOINT_ALREADY_ATTACHED, id.to_string()));
        }
        endpoint.namespace = Some(namespace);
        self.namespace_mut(namespace)?.endpoints.push(id);
        self.events.push((kind::ENDPOINT_ATTACHED, id));
        Ok(())
    }

    /// Takes an endpoint out of a namespace.
    pub(crate) fn leave(&mut self, namespace: Guid, id: Guid) -> Done<()> {
        let members = &mut self.namespace_mut(namespace)?.endpoints;
        let place = members.iter().position(|member| *member == id);
        members.remove(place.ok_or_else(|| Failure::new(HCN_E_ENDPOINT_NOT_FOUND, id.to_string()))?);
        if let Some(endpoint) = self.endpoints.get_mut(&id) {
            endpoint.namespace = None;
            endpoint.detached = true;
        }
        self.events.push((kind::ENDPOINT_DETACHED, id));
        Ok(())
    }

    /// Puts a container into a namespace, or takes it out.
    pub(crate) fn container(&mut self, namespace: Guid, container: &str, enters: bool) -> Done<()> {
        let members = &mut self.namespace_mut(namespace)?.containers;
        let place = members.iter().position(|member| member.eq_ignore_ascii_case(container));
        match (place, enters) {
            (None, true) => members.push(container.to_owned()),
            (Some(place), false) => drop(members.remove(place)),
            (Some(_), true) => return Err(Failure::new(ERROR_ALREADY_EXISTS, container)),
            (None, false) => return Err(Failure::new(HResult::ERROR_NOT_FOUND, container)),
        }
        Ok(())
    }

    /// Takes a load balancer in, or another in the place of one. Each address and port in front belongs to one.
    pub(crate) fn put_balancer(&mut self, balancer: LoadBalancer, anew: bool) -> Done<()> {
        if self.balancers.contains_key(&balancer.id) == anew {
            let code = if anew { ERROR_ALREADY_EXISTS } else { HResult::ERROR_NOT_FOUND };
            return Err(Failure::new(code, balancer.id.to_string()));
        }
        balancer.endpoints.iter().try_for_each(|id| self.endpoint(*id).map(drop))?;
        let others = self.balancers.values().filter(|other| other.id != balancer.id);
        let taken: Vec<_> = others.flat_map(LoadBalancer::fronts).collect();
        if let Some(front) = balancer.fronts().find(|front| taken.contains(front)) {
            return Err(Failure::new(HCN_E_PORT_ALREADY_EXISTS, format!("{front:?}")));
        }
        self.balancers.insert(balancer.id, balancer);
        Ok(())
    }

    /// Takes a route in, or another in the place of one.
    pub(crate) fn put_route(&mut self, route: Route, anew: bool) -> Done<()> {
        if self.routes.contains_key(&route.id) == anew {
            let code = if anew { ERROR_ALREADY_EXISTS } else { HResult::ERROR_NOT_FOUND };
            return Err(Failure::new(code, route.id.to_string()));
        }
        route.endpoints.iter().try_for_each(|id| self.endpoint(*id).map(drop))?;
        self.routes.insert(route.id, route);
        Ok(())
    }
}

impl LoadBalancer {
    /// Addresses, protocols and ports in front. Without an address, that of the host is meant.
    fn fronts(&self) -> impl Iterator<Item = (String, u64, u64)> {
        let fronts = if self.fronts.is_empty() { vec![String::new()] } else { self.fronts.clone() };
        let number = |mapping: &serde_json::Value, key: &str| mapping[key].as_u64().unwrap_or(0);
        let all = fronts.into_iter().flat_map(move |front| {
            let ports = self.mappings.iter();
            ports.map(move |mapping| (front.clone(), number(mapping, "Protocol"), number(mapping, "ExternalPort")))
        });
        all.filter(|(_, _, port)| *port != 0)
    }
}

/// The routes that addresses bring: those of their ranges, and the gateways.
fn routes(network: &Network, addresses: &[(IpAddr, u8)]) -> Vec<serde_json::Value> {
    let of = |subnet: &&Subnet| addresses.iter().any(|(address, _)| subnet.prefix.contains(*address));
    let all = network.subnets.iter().filter(of).flat_map(|subnet| {
        let everywhere = if subnet.text.contains(':') { "::/0" } else { "0.0.0.0/0" };
        let gateway = subnet.gateway.map(|gateway| json!({"NextHop": gateway, "DestinationPrefix": everywhere}));
        let other = subnet.routes.iter().filter(move |route| route["DestinationPrefix"] != everywhere).cloned();
        gateway.into_iter().chain(other)
    });
    all.collect()
}
