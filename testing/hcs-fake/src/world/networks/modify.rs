//! Changes of objects by version 2.

use super::documents2::{self, subnets};
use super::failure::*;
use super::model::*;
use super::policies;
use super::state::State;
use crate::strict::Schema;
use crate::world::Guid;
use hcs_schema::HResult;
use serde_json::Value;

/// A change: which resource, what is done to it, and the settings.
struct Change {
    resource: String,
    request: String,
    settings: Value,
    build: u32,
}

impl Change {
    fn read(kind: &str, text: &str, build: u32) -> Done<Change> {
        let mut document = read(Schema::Network2, kind, text, build)?;
        let word = |key: &str| super::model::text(&document[key]);
        let (resource, request) = (word("ResourceType"), word("RequestType"));
        Ok(Change { resource, request, settings: document["Settings"].take(), build })
    }

    fn settings(&self, kind: &str) -> Done<&Value> {
        check(Schema::Network2, kind, &self.settings, self.build, HCN_E_INVALID_JSON)?;
        Ok(&self.settings)
    }

    fn unsupported<T>(&self) -> Done<T> {
        Err(Failure::new(HCN_E_REQUEST_UNSUPPORTED, format!("{} {}", self.request, self.resource)))
    }

    /// Whether something is added; otherwise it is removed.
    fn adds(&self) -> Done<bool> {
        match self.request.as_str() {
            "Add" => Ok(true),
            "Remove" => Ok(false),
            _ => self.unsupported(),
        }
    }
}

impl State {
    pub(super) fn modify_network(&mut self, id: Guid, text: &str, build: u32) -> Done<()> {
        let change = Change::read("ModifyNetworkSettingRequest", text, build)?;
        self.network(id)?;
        let used: Vec<_> = self.endpoints.values().filter(|endpoint| endpoint.network == id).cloned().collect();
        let Some(network) = self.networks.get_mut(&id) else { return Err(HCN_E_NETWORK_NOT_FOUND.into()) };
        match change.resource.as_str() {
            "Policy" => {
                let given = list(&change.settings("PolicyNetworkRequest")?["Policies"]);
                policies::check2('N', &given, build)?;
                network.policies = policies::changed(&network.policies, &change.request, &given)?;
            }
            "DNS" => network.dns = Dns::from2(change.settings("Dns")?),
            "Extension" => drop(change.settings("NetworkExtensionRequest")?),
            "Subnet" => {
                let given = subnets(&change.settings("SubnetNetworkRequest")?["Subnets"], build)?;
                let adds = change.adds()?;
                for subnet in given {
                    let place = network.subnets.iter().position(|other| other.prefix == subnet.prefix);
                    match (place, adds) {
                        (None, true) => network.subnets.push(subnet),
                        (Some(_), true) => return Err(Failure::new(ERROR_ALREADY_EXISTS, subnet.text)),
                        (None, false) => return Err(Failure::new(HCN_E_SUBNET_NOT_FOUND, subnet.text)),
                        (Some(place), false) => {
                            let mut addresses = used.iter().flat_map(|endpoint| &endpoint.addresses);
                            if addresses.any(|(address, _)| subnet.prefix.contains(*address)) {
                                return Err(Failure::new(HCN_E_ENTITY_HAS_REFERENCES, subnet.text));
                            }
                            network.subnets.remove(place);
                        }
                    }
                }
            }
            _ => return change.unsupported(),
        }
        Ok(())
    }

    pub(super) fn modify_endpoint(&mut self, id: Guid, text: &str, build: u32) -> Done<()> {
        let change = Change::read("ModifyEndpointSettingRequest", text, build)?;
        match change.resource.as_str() {
            "Policy" => {
                let given = list(&change.settings("PolicyEndpointRequest")?["Policies"]);
                policies::check2('E', &given, build)?;
                let new = policies::changed(&self.endpoint(id)?.policies, &change.request, &given)?;
                self.set_policies(id, new)
            }
            "Port" => {
                let machine = super::model::text(&change.settings("VmEndpointRequest")?["VirtualMachineId"]);
                let card = Attachment { kind: "VirtualMachine".into(), id: machine };
                match change.adds()? {
                    true => self.attach(id, card),
                    false => self.detach(id, &card),
                }
            }
            _ => change.unsupported(),
        }
    }

    pub(super) fn modify_namespace(&mut self, id: Guid, text: &str, build: u32) -> Done<()> {
        let change = Change::read("ModifyNamespaceSettingRequest", text, build)?;
        let adds = change.adds()?;
        match change.resource.as_str() {
            "Endpoint" => {
                let settings = change.settings("NamespaceEndpointRequest")?;
                let wanted = documents2::id(&settings["EndpointId"])?;
                let endpoint = wanted.ok_or_else(|| Failure::new(HCN_E_INVALID_JSON, "EndpointId is missing"))?;
                match adds {
                    true => self.join(id, endpoint),
                    false => self.leave(id, endpoint),
                }
            }
            "Container" => {
                let settings = change.settings("NamespaceContainerRequest")?;
                match super::model::text(&settings["ContainerId"]) {
                    container if container.is_empty() => Err(HResult::E_INVALIDARG.into()),
                    container => self.container(id, &container, adds),
                }
            }
            _ => change.unsupported(),
        }
    }

    /// A load balancer is changed by a whole one, since version 15.4 of the service.
    pub(super) fn modify_balancer(&mut self, id: Guid, text: &str, build: u32) -> Done<()> {
        if policies::version(build).is_none_or(|version| version < (15, 4)) {
            return Err(Failure::new(HCN_E_REQUEST_UNSUPPORTED, "load balancers are changed from 15.4 on"));
        }
        let document = read(Schema::Network2, "HostComputeLoadBalancer", text, build)?;
        self.put_balancer(documents2::balancer(&document, id)?, false)
    }

    pub(super) fn modify_route(&mut self, id: Guid, text: &str, build: u32) -> Done<()> {
        let document = read(Schema::Network2, "HostComputeRoute", text, build)?;
        self.put_route(documents2::route(&document, id)?, false)
    }
}
