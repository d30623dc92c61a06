//! The functions of `computenetwork.dll` that all kinds of objects have alike: enumerate, create, open, modify, query, delete
//! and close.

use super::documents2;
use super::failure::*;
use super::model::*;
use super::version1::statistics;
use super::{Handle, Kind, Networks};
use crate::strict::Schema;
use crate::world::Guid;
use crate::{Call, Reply};
use hcs_schema::HResult;
use serde_json::{Map, Value, json};

/// Functions of one kind: how its name ends the function's, and the argument that it is.
const KINDS: &[(&str, Kind, &str)] = &[
    ("Network", Kind::Network, "network"),
    ("Endpoint", Kind::Endpoint, "endpoint"),
    ("Namespace", Kind::Namespace, "namespace"),
    ("LoadBalancer", Kind::LoadBalancer, "load_balancer"),
    ("SdnRoute", Kind::Route, "route"),
    ("GuestNetworkService", Kind::GuestService, "guest_network_service"),
];

impl Kind {
    /// The argument that a handle of the kind is.
    pub(super) fn argument(self) -> &'static str {
        KINDS.iter().find(|(_, kind, _)| *kind == self).map_or("", |(_, _, argument)| argument)
    }

    fn parse(name: &str) -> Option<Kind> {
        KINDS.iter().find(|(known, ..)| *known == name).map(|(_, kind, _)| *kind)
    }
}

/// A query: whether details are wanted, and what the objects have.
#[derive(Default)]
struct Query {
    detailed: bool,
    filter: Map<String, Value>,
}

impl Query {
    /// Reads a query. Nothing asks for all.
    fn read(text: &str, build: u32) -> Done<Query> {
        if text.is_empty() {
            return Ok(Query::default());
        }
        let document = read(Schema::Network2, "HostComputeQuery", text, build)?;
        if document["SchemaVersion"]["Major"] != 2 {
            return Err(Failure::new(HCN_E_REQUEST_UNSUPPORTED, "SchemaVersion.Major is not 2"));
        }
        let detailed = document["Flags"].as_u64().unwrap_or(0) & 1 != 0;
        let filter = match super::model::text(&document["Filter"]) {
            text if text.is_empty() => Map::new(),
            text => serde_json::from_str(&text).map_err(|error| Failure::new(HCN_E_INVALID_JSON, error.to_string()))?,
        };
        Ok(Query { detailed, filter })
    }

    /// Whether an object has everything that is asked for. Ids are the same in either case; the word of version 1 for the
    /// network is known, as the service finds endpoints by it alone.
    fn admits(&self, document: &Value) -> bool {
        self.filter.iter().all(|(key, wanted)| {
            let key = if key == "VirtualNetwork" { "HostComputeNetwork" } else { key };
            let found = document.get(key).unwrap_or(&Value::Null);
            match (found.as_str(), wanted.as_str()) {
                (Some(found), Some(wanted)) if Guid::parse(found).is_some() => {
                    Guid::parse(found) == Guid::parse(wanted)
                }
                _ => found == wanted,
            }
        })
    }
}

impl Networks {
    /// Does what a function asks for, if its kind of object has it.
    pub(super) fn call2(&mut self, call: &Call) -> Option<Done<Reply>> {
        let name = call.function.strip_prefix("Hcn")?;
        if matches!(name, "QueryEndpointStats" | "QueryEndpointAddresses") {
            return Some(self.of_endpoint(call, name));
        }
        let verbs = ["Enumerate", "Create", "Open", "Modify", "Query", "Delete", "Close"];
        let (verb, rest) = verbs.iter().find_map(|verb| Some((*verb, name.strip_prefix(verb)?)))?;
        let singular = match verb {
            "Enumerate" => rest.strip_suffix('s')?,
            "Query" => rest.strip_suffix("Properties")?,
            _ => rest,
        };
        let kind = Kind::parse(singular)?;
        let guest = kind == Kind::GuestService;
        if guest && matches!(verb, "Enumerate" | "Query" | "Open") {
            return None;
        }
        Some(match verb {
            "Enumerate" => self.enumerate(call, kind, rest),
            "Create" => self.create(call, kind),
            "Open" => self.open(call, kind),
            "Modify" => self.modify(call, kind),
            "Query" => self.query(call, kind),
            "Delete" => self.delete(call, kind),
            _ => self.close(call, kind),
        })
    }

    fn enumerate(&self, call: &Call, kind: Kind, plural: &str) -> Done<Reply> {
        let query = Query::read(call.text("query"), call.build)?;
        let ids = self.ids(kind).into_iter().filter(|id| {
            let document = self.document(kind, *id, true);
            document.is_ok_and(|document| query.admits(&document))
        });
        let ids: Vec<Value> = ids.map(|id| shown(id).into()).collect();
        let output = match plural {
            "LoadBalancers" => "load_balancers".to_owned(),
            "SdnRoutes" => "routes".to_owned(),
            plural => plural.to_lowercase(),
        };
        Ok(Reply::ok().with(&output, Value::from(ids).to_string()))
    }

    fn create(&mut self, call: &Call, kind: Kind) -> Done<Reply> {
        let schema = match kind {
            Kind::Network => "HostComputeNetwork",
            Kind::Endpoint => "HostComputeEndpoint",
            Kind::Namespace => "HostComputeNamespace",
            Kind::LoadBalancer => "HostComputeLoadBalancer",
            Kind::Route => "HostComputeRoute",
            Kind::GuestService => "GuestNetworkService",
        };
        let document = read(Schema::Network2, schema, call.text("settings"), call.build)?;
        if document["SchemaVersion"]["Major"] != 2 {
            return Err(Failure::new(HCN_E_REQUEST_UNSUPPORTED, "SchemaVersion.Major is not 2"));
        }
        let id = self.wanted2(call, &document)?;
        match kind {
            Kind::Network => self.state.add_network(documents2::network(&document, id, call.build)?)?,
            Kind::Endpoint => {
                let network = self.handle(call, Kind::Network)?;
                self.state.network(network)?;
                self.state.add_endpoint(documents2::endpoint(&document, id, network, call.build)?)?;
            }
            Kind::Namespace => {
                let kind = text(&document["Type"]);
                self.state.add_namespace(id, if kind.is_empty() { "Host" } else { &kind })?;
                self.members2(id, &document)?;
            }
            Kind::LoadBalancer => self.state.put_balancer(documents2::balancer(&document, id)?, true)?,
            Kind::Route => self.state.put_route(documents2::route(&document, id)?, true)?,
            Kind::GuestService => self.add_guest_service(id, &document)?,
        }
        Ok(self.opened(call, kind, id))
    }

    /// A namespace that is made with members has them at once, or is not made.
    fn members2(&mut self, namespace: Guid, document: &Value) -> Done<()> {
        for resource in list(&document["Resources"]) {
            let data = &resource["Data"];
            let id = data.get("ID").or(data.get("Id")).map(text).unwrap_or_default();
            let joined = match (resource["Type"] == "Endpoint", Guid::parse(&id)) {
                (true, Some(endpoint)) => self.state.join(namespace, endpoint),
                (true, None) => Err(Failure::new(HCN_E_GUID_CONVERSION_FAILURE, id)),
                (false, _) => self.state.container(namespace, &id, true),
            };
            if let Err(failure) = joined {
                if let Some(made) = self.state.namespaces.get_mut(&namespace) {
                    made.containers.clear();
                }
                self.state.remove_namespace(namespace)?;
                return Err(failure);
            }
        }
        Ok(())
    }

    /// The id of an object that is to be made: the argument's, the document's, or a new one.
    fn wanted2(&mut self, call: &Call, document: &Value) -> Done<Guid> {
        let argument = documents2::id(&call.text("id").into())?;
        match (argument, documents2::id(&document["ID"])?) {
            (Some(one), Some(other)) if one != other => {
                Err(Failure::new(HResult::E_INVALIDARG, "the argument and the document have different ids"))
            }
            (one, other) => Ok(one.or(other).unwrap_or_else(|| self.state.new_id())),
        }
    }

    fn open(&mut self, call: &Call, kind: Kind) -> Done<Reply> {
        let id = named(call)?;
        self.document(kind, id, false)?;
        Ok(self.opened(call, kind, id))
    }

    /// An answer with a new handle.
    fn opened(&mut self, call: &Call, kind: Kind, id: Guid) -> Reply {
        self.last += 4;
        self.handles.insert(self.last, Handle { kind, id, client: call.client });
        Reply::ok().with(kind.argument(), self.last)
    }

    fn modify(&mut self, call: &Call, kind: Kind) -> Done<Reply> {
        let (id, settings) = (self.handle(call, kind)?, call.text("settings"));
        match kind {
            Kind::Network => self.state.modify_network(id, settings, call.build),
            Kind::Endpoint => self.state.modify_endpoint(id, settings, call.build),
            Kind::Namespace => self.state.modify_namespace(id, settings, call.build),
            Kind::LoadBalancer => self.state.modify_balancer(id, settings, call.build),
            Kind::Route => self.state.modify_route(id, settings, call.build),
            Kind::GuestService => self.modify_guest_service(id, settings, call.build),
        }?;
        Ok(Reply::ok())
    }

    fn query(&self, call: &Call, kind: Kind) -> Done<Reply> {
        let id = self.handle(call, kind)?;
        let query = Query::read(call.text("query"), call.build)?;
        let document = self.document(kind, id, query.detailed)?;
        Ok(Reply::ok().with("properties", document.to_string()))
    }

    fn of_endpoint(&self, call: &Call, name: &str) -> Done<Reply> {
        let endpoint = self.state.endpoint(self.handle(call, Kind::Endpoint)?)?;
        Query::read(call.text("query"), call.build)?;
        Ok(match name {
            "QueryEndpointStats" => Reply::ok().with("stats", statistics(endpoint).to_string()),
            _ => {
                let document = json!({"IpConfigurations": endpoint.to2(false)["IpConfigurations"]});
                Reply::ok().with("addresses", document.to_string())
            }
        })
    }

    fn delete(&mut self, call: &Call, kind: Kind) -> Done<Reply> {
        let id = named(call)?;
        let missing = || Failure::new(HResult::ERROR_NOT_FOUND, id.to_string());
        match kind {
            Kind::Network => self.state.remove_network(id)?,
            Kind::Endpoint => self.state.remove_endpoint(id)?,
            Kind::Namespace => self.state.remove_namespace(id)?,
            Kind::LoadBalancer => drop(self.state.balancers.remove(&id).ok_or_else(missing)?),
            Kind::Route => drop(self.state.routes.remove(&id).ok_or_else(missing)?),
            Kind::GuestService => self.remove_guest_service(id)?,
        }
        Ok(Reply::ok())
    }

    fn close(&mut self, call: &Call, kind: Kind) -> Done<Reply> {
        self.handle(call, kind)?;
        self.handles.remove(&call.number(kind.argument()));
        Ok(Reply::ok())
    }

    /// The object of a handle, which must be of the kind, and of the client that calls.
    pub(super) fn handle(&self, call: &Call, kind: Kind) -> Done<Guid> {
        let number = call.number(kind.argument());
        let handle = self.handles.get(&number).filter(|handle| handle.kind == kind && handle.client == call.client);
        handle.map(|handle| handle.id).ok_or_else(|| Failure::new(E_HANDLE, format!("{number:#x}")))
    }

    fn ids(&self, kind: Kind) -> Vec<Guid> {
        match kind {
            Kind::Network => self.state.networks.keys().copied().collect(),
            Kind::Endpoint => self.state.endpoints.keys().copied().collect(),
            Kind::Namespace => self.state.namespaces.keys().copied().collect(),
            Kind::LoadBalancer => self.state.balancers.keys().copied().collect(),
            Kind::Route => self.state.routes.keys().copied().collect(),
            Kind::GuestService => self.guests.keys().copied().collect(),
        }
    }

    fn document(&self, kind: Kind, id: Guid, detailed: bool) -> Done<Value> {
        let state = &self.state;
        let found = match kind {
            Kind::Network => return state.network(id).map(Network::to2),
            Kind::Endpoint => return state.endpoint(id).map(|endpoint| endpoint.to2(detailed)),
            Kind::Namespace => state.namespaces.get(&id).map(Namespace::to2),
            Kind::LoadBalancer => state.balancers.get(&id).map(LoadBalancer::to2),
            Kind::Route => state.routes.get(&id).map(Route::to2),
            Kind::GuestService => None,
        };
        found.ok_or_else(|| Failure::new(HResult::ERROR_NOT_FOUND, id.to_string()))
    }
}

/// The object that a call names.
fn named(call: &Call) -> Done<Guid> {
    documents2::id(&call.text("id").into())?.ok_or_else(|| Failure::new(HResult::E_INVALIDARG, "no id"))
}
