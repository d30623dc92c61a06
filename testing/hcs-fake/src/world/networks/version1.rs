//! `HNSCall`: a method, a path and a document, as over HTTP. The function succeeds whenever it was understood; whether the
//! request was done stands in the answer.

use super::documents1::{self, PolicyList};
use super::failure::*;
use super::model::*;
use super::policies;
use super::state::State;
use crate::strict::Schema;
use crate::world::Guid;
use hcs_schema::HResult;
use serde_json::{Value, json};

/// A request.
pub(crate) struct Request<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) body: &'a str,
    pub(crate) build: u32,
}

impl State {
    /// Answers a request: the envelope with what is asked for, or why not.
    pub(crate) fn request1(&mut self, request: &Request) -> (Value, Option<String>) {
        match self.do1(request) {
            Ok(Value::Null) => (json!({"Success": true}), None),
            Ok(output) => (json!({"Success": true, "Output": output}), None),
            Err(failure) => (failure.record(), Some(failure.detail)),
        }
    }

    fn do1(&mut self, request: &Request) -> Done<Value> {
        let mut parts = request.path.split('/').filter(|part| !part.is_empty());
        let (folder, id, verb) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
        if parts.next().is_some() {
            return Err(Failure::new(HResult::ERROR_NOT_FOUND, request.path));
        }
        if (folder, request.method) == ("globals", "GET") && id == Some("version") {
            let version = policies::version(request.build).ok_or(HResult::ERROR_NOT_FOUND)?;
            return Ok(json!({"Major": version.0, "Minor": version.1}));
        }
        let id = id.map(|id| Guid::parse(id).ok_or_else(|| Failure::new(HCN_E_GUID_CONVERSION_FAILURE, id)));
        let id = id.transpose()?;
        match folder {
            "networks" if verb.is_none() => self.networks1(request, id),
            "endpoints" => self.endpoints1(request, id, verb),
            "policylists" if verb.is_none() => self.policy_lists1(request, id),
            "namespaces" => self.namespaces1(request, id, verb),
            "endpointstats" if verb.is_none() && request.method == "GET" => match id {
                Some(id) => self.endpoint(id).map(statistics),
                None => Ok(self.endpoints.values().map(statistics).collect()),
            },
            _ => Err(Failure::new(HResult::ERROR_NOT_FOUND, request.path)),
        }
    }

    fn networks1(&mut self, request: &Request, id: Option<Guid>) -> Done<Value> {
        match (request.method, id) {
            ("GET", None) => Ok(self.networks.values().map(Network::to1).collect()),
            ("GET", Some(id)) => self.network(id).map(Network::to1),
            ("POST", None) => {
                let document = request.read("HNSNetwork")?;
                let id = self.wanted1(&document)?;
                let network = documents1::network(&document, id, request.build)?;
                let answer = network.to1();
                self.add_network(network)?;
                Ok(answer)
            }
            ("DELETE", Some(id)) => self.remove_network(id).map(|()| Value::Null),
            _ => Err(unsupported(request)),
        }
    }

    fn endpoints1(&mut self, request: &Request, id: Option<Guid>, verb: Option<&str>) -> Done<Value> {
        match (request.method, id, verb) {
            ("GET", None, None) => {
                let all: Vec<Guid> = self.endpoints.keys().copied().collect();
                all.into_iter().map(|id| self.endpoint1(id)).collect()
            }
            ("GET", Some(id), None) => self.endpoint1(id),
            ("POST", None, None) => {
                let document = request.read("HNSEndpoint")?;
                let id = self.wanted1(&document)?;
                let network = self.network_of1(&document)?;
                self.add_endpoint(documents1::endpoint(&document, id, network, request.build)?)?;
                self.endpoint1(id)
            }
            ("POST", Some(id), None) => {
                let document = request.read("HNSEndpoint")?;
                self.endpoint(id)?;
                self.set_policies(id, policies::from1(&list(&document["Policies"]), request.build)?)?;
                self.endpoint1(id)
            }
            ("DELETE", Some(id), None) => self.remove_endpoint(id).map(|()| Value::Null),
            ("POST", Some(id), Some("attach")) => {
                let to = attachment(&request.read("EndpointAttachDetachRequest")?, true)?;
                self.attach(id, to).map(|()| Value::Null)
            }
            ("POST", Some(id), Some("detach")) => {
                let from = attachment(&request.read("EndpointAttachDetachRequest")?, false)?;
                self.detach(id, &from).map(|()| Value::Null)
            }
            _ => Err(unsupported(request)),
        }
    }

    fn endpoint1(&self, id: Guid) -> Done<Value> {
        let endpoint = self.endpoint(id)?;
        Ok(endpoint.to1(&self.network(endpoint.network)?.name))
    }

    /// The network of an endpoint that is to be made, by its id or name.
    fn network_of1(&self, document: &Value) -> Done<Guid> {
        let name = text(&document["VirtualNetworkName"]);
        match super::documents2::id(&document["VirtualNetwork"])? {
            Some(id) => Ok(id),
            None => {
                let found = self.networks.values().find(|network| !name.is_empty() && network.name == name);
                found.map(|network| network.id).ok_or_else(|| Failure::new(HCN_E_NETWORK_NOT_FOUND, name))
            }
        }
    }

    fn policy_lists1(&mut self, request: &Request, id: Option<Guid>) -> Done<Value> {
        match (request.method, id) {
            ("GET", None) => {
                let balancers = self.balancers.values().map(LoadBalancer::to1);
                Ok(balancers.chain(self.routes.values().map(Route::to1)).collect())
            }
            ("GET", Some(id)) => self.policy_list1(id),
            ("POST", None) => {
                let document = request.read("PolicyList")?;
                let id = self.wanted1(&document)?;
                match documents1::policy_list(&document, id, request.build)? {
                    PolicyList::Balancer(balancer) => self.put_balancer(balancer, true)?,
                    PolicyList::Route(route) => self.put_route(route, true)?,
                }
                self.policy_list1(id)
            }
            ("DELETE", Some(id)) => {
                self.policy_list1(id)?;
                self.balancers.remove(&id);
                self.routes.remove(&id);
                Ok(Value::Null)
            }
            _ => Err(unsupported(request)),
        }
    }

    fn policy_list1(&self, id: Guid) -> Done<Value> {
        let balancer = self.balancers.get(&id).map(LoadBalancer::to1);
        let list = balancer.or_else(|| self.routes.get(&id).map(Route::to1));
        list.ok_or_else(|| Failure::new(HResult::ERROR_NOT_FOUND, id.to_string()))
    }

    fn namespaces1(&mut self, request: &Request, id: Option<Guid>, verb: Option<&str>) -> Done<Value> {
        match (request.method, id, verb) {
            ("GET", None, None) => Ok(self.namespaces.values().map(Namespace::to1).collect()),
            ("GET", Some(id), None) => self.namespace_mut(id).map(|namespace| namespace.to1()),
            ("POST", None, None) => {
                let document = request.read("namespaceRequest")?;
                let id = self.new_id();
                self.add_namespace(id, if document["IsDefault"] == true { "HostDefault" } else { "Host" })?;
                self.namespace_mut(id).map(|namespace| namespace.to1())
            }
            ("DELETE", Some(id), None) => self.remove_namespace(id).map(|()| Value::Null),
            ("POST", Some(id), Some(verb @ ("addresource" | "removeresource"))) => {
                let document = request.read("namespaceResourceRequest")?;
                self.resource1(id, &document, verb == "addresource")?;
                self.namespace_mut(id).map(|namespace| namespace.to1())
            }
            _ => Err(unsupported(request)),
        }
    }

    fn resource1(&mut self, namespace: Guid, document: &Value, enters: bool) -> Done<()> {
        let id = text(&document["Data"]["Id"]);
        if document["Type"] == "Container" {
            return self.container(namespace, &id, enters);
        }
        let endpoint = Guid::parse(&id).ok_or_else(|| Failure::new(HCN_E_GUID_CONVERSION_FAILURE, id))?;
        match enters {
            true => self.join(namespace, endpoint),
            false => self.leave(namespace, endpoint),
        }
    }

    /// The id that a document wants, or a new one.
    fn wanted1(&mut self, document: &Value) -> Done<Guid> {
        let wanted = super::documents2::id(&document["ID"])?;
        Ok(wanted.unwrap_or_else(|| self.new_id()))
    }
}

impl Request<'_> {
    fn read(&self, kind: &str) -> Done<Value> {
        read(Schema::Network1, kind, self.body, self.build)
    }
}

fn unsupported(request: &Request) -> Failure {
    Failure::new(HCN_E_REQUEST_UNSUPPORTED, format!("{} {}", request.method, request.path))
}

/// What an endpoint is to be attached to, or detached from. To attach to a container, its id is needed.
fn attachment(document: &Value, attach: bool) -> Done<Attachment> {
    let kind = text(&document["SystemType"]);
    let key = match kind.as_str() {
        "Container" => "ContainerId",
        "VirtualMachine" => "VirtualNicName",
        _ => return Ok(Attachment { kind, id: String::new() }),
    };
    match text(&document[key]) {
        id if id.is_empty() && attach => Err(Failure::new(HResult::E_INVALIDARG, format!("{key} is missing"))),
        id => Ok(Attachment { kind, id }),
    }
}

/// What an endpoint has sent and received: nothing, as there is no wire.
pub(crate) fn statistics(endpoint: &Endpoint) -> Value {
    json!({
        "BytesReceived": 0, "BytesSent": 0, "DroppedPacketsIncoming": 0, "DroppedPacketsOutgoing": 0,
        "EndpointId": shown(endpoint.id), "InstanceId": shown(endpoint.id), "PacketsReceived": 0, "PacketsSent": 0,
    })
}
