//! Networks: the Host Network Service with both of its interfaces, which see the same objects.
//!
//! `HNSCall` of `vmcompute.dll` is version 1, the functions of `computenetwork.dll` are version 2. There is a network `nat` from
//! the beginning, as on a host where containers have been turned on. No packet goes anywhere: what is here are the documents,
//! the rules on which object may have which other, and the addresses and ports that are taken.

mod address;
mod documents1;
mod documents2;
mod failure;
mod guests;
mod model;
mod modify;
mod policies;
mod state;
#[cfg(test)]
mod tests;
mod version1;
mod version2;

use super::Guid;
use crate::message::Notice;
use crate::{Call, Reply};
use failure::{E_HANDLE, Failure};
use hcs_schema::HResult;
use serde_json::{Map, Value, json};
use state::State;
use std::collections::{BTreeMap, BTreeSet};

/// The kinds of objects that have handles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Network,
    Endpoint,
    Namespace,
    LoadBalancer,
    Route,
    GuestService,
}

/// A handle of a client.
#[derive(Debug)]
struct Handle {
    kind: Kind,
    id: Guid,
    client: u64,
}

/// The networks, and everything of them.
#[derive(Debug)]
pub struct Networks {
    state: State,
    guests: BTreeMap<Guid, guests::GuestService>,
    reservations: BTreeMap<u64, guests::Reservation>,
    handles: BTreeMap<u64, Handle>,
    /// Who wants to be told: clients, and the numbers that they gave their callbacks.
    callbacks: BTreeSet<(u64, u64)>,
    notices: Vec<(u64, Notice)>,
    /// The last handle that was given out.
    last: u64,
}

impl Default for Networks {
    fn default() -> Networks {
        let mut networks = Networks {
            state: State::default(),
            guests: BTreeMap::new(),
            reservations: BTreeMap::new(),
            handles: BTreeMap::new(),
            callbacks: BTreeSet::new(),
            notices: Vec::new(),
            last: 0x4e00_0000,
        };
        let subnet = json!({"AddressPrefix": "172.20.0.0/20", "GatewayAddress": "172.20.0.1"});
        let document = json!({"Name": "nat", "Type": "nat", "Subnets": [subnet]});
        // Its id is the same in every service, as a network outlives the real one.
        let nat = documents1::network(&document, Guid::of_name("network nat"), 0);
        let nat = nat.map(|network| model::Network { given: true, ..network });
        nat.and_then(|network| networks.state.add_network(network)).expect("the document is one");
        networks.state.events.clear();
        networks
    }
}

impl Networks {
    /// Does what a call asks for, if it is one of networks.
    pub fn call(&mut self, call: &Call) -> Option<Reply> {
        let reply = match (call.dll.as_str(), call.function.as_str()) {
            ("vmcompute", "HNSCall") => self.call1(call),
            // The DLL came with 1803.
            ("computenetwork", _) if call.build < 17134 => Reply::failed(HResult::ERROR_PROC_NOT_FOUND),
            ("computenetwork", _) => {
                let done = self.call_service(call).or_else(|| self.call_ports(call)).or_else(|| self.call2(call))?;
                done.unwrap_or_else(|failure| failed(&failure))
            }
            _ => return None,
        };
        self.tell();
        Some(reply)
    }

    fn call1(&mut self, call: &Call) -> Reply {
        let (method, path, body) = (call.text("method"), call.text("path"), call.text("request"));
        let request = version1::Request { method, path, body, build: call.build };
        let (answer, detail) = self.state.request1(&request);
        let reply = Reply::ok().with("response", answer.to_string());
        detail
            .into_iter()
            .filter(|detail| !detail.is_empty())
            .fold(reply, |reply, detail| reply.with("problem", detail))
    }

    /// Does what a function asks for, if it is one of notifications.
    fn call_service(&mut self, call: &Call) -> Option<Result<Reply, Failure>> {
        match call.function.as_str() {
            "HcnRegisterServiceCallback" | "HcnRegisterGuestNetworkServiceCallback" => {
                if call.arguments.contains_key("guest_network_service")
                    && let Err(failure) = self.handle(call, Kind::GuestService)
                {
                    return Some(Err(failure));
                }
                self.callbacks.insert((call.client, call.number("callback")));
                Some(Ok(Reply::ok()))
            }
            "HcnUnregisterServiceCallback" | "HcnUnregisterGuestNetworkServiceCallback" => {
                let number = call.number("callback");
                match self.callbacks.remove(&(call.client, number)) {
                    true => Some(Ok(Reply::ok())),
                    false => Some(Err(Failure::new(E_HANDLE, format!("{number:#x}")))),
                }
            }
            _ => None,
        }
    }

    /// Keeps what happened for everybody who wants to be told.
    fn tell(&mut self) {
        for (kind, id) in std::mem::take(&mut self.state.events) {
            let data = json!({"ID": model::shown(id)}).to_string();
            for (client, callback) in &self.callbacks {
                let notice = Notice { callback: *callback, kind, status: 0, data: data.clone() };
                self.notices.push((*client, notice));
            }
        }
    }

    /// What is to be told to clients, each by its number. It is told once.
    pub fn notices(&mut self) -> Vec<(u64, Notice)> {
        std::mem::take(&mut self.notices)
    }

    /// A client has gone: its handles are closed, and its callbacks are no more.
    pub fn release(&mut self, client: u64) {
        self.handles.retain(|_, handle| handle.client != client);
        self.callbacks.retain(|(other, _)| *other != client);
        self.notices.retain(|(other, _)| *other != client);
        self.release_client_ports(client);
    }

    /// Everything that exists, for tests to look at, as documents of version 2.
    pub fn snapshot(&self) -> Value {
        let state = &self.state;
        json!({
            "networks": state.networks.values().map(model::Network::to2).collect::<Vec<_>>(),
            "endpoints": state.endpoints.values().map(|endpoint| endpoint.to2(true)).collect::<Vec<_>>(),
            "namespaces": state.namespaces.values().map(model::Namespace::to2).collect::<Vec<_>>(),
            "load_balancers": state.balancers.values().map(model::LoadBalancer::to2).collect::<Vec<_>>(),
            "routes": state.routes.values().map(model::Route::to2).collect::<Vec<_>>(),
            "handles": self.handles.len(),
            "callbacks": self.callbacks.len(),
        })
    }

    /// What exists and should not when everything is released, a line each.
    pub fn left(&self) -> Vec<String> {
        let state = &self.state;
        let mut left = Vec::new();
        let made = state.networks.values().filter(|network| !network.given);
        left.extend(made.map(|network| format!("network {} ({})", network.id, network.name)));
        for endpoint in state.endpoints.values() {
            left.push(format!("endpoint {} ({})", endpoint.id, endpoint.name));
            let ports = policies::ports(&endpoint.policies);
            left.extend(ports.map(|(protocol, port)| format!("port {port} of protocol {protocol} is mapped")));
        }
        left.extend(state.namespaces.keys().map(|id| format!("namespace {id}")));
        left.extend(state.balancers.keys().map(|id| format!("load balancer {id}")));
        left.extend(state.routes.keys().map(|id| format!("route {id}")));
        left.extend(self.guests_left());
        let handle =
            |(number, handle): (&u64, &Handle)| format!("handle {number:#x} of {:?} {}", handle.kind, handle.id);
        left.extend(self.handles.iter().map(handle));
        left.extend(self.callbacks.iter().map(|(_, number)| format!("callback {number:#x} of networks")));
        left
    }

    /// Whether there is an endpoint, for containers that name it.
    pub fn has_endpoint(&self, id: &str) -> bool {
        Guid::parse(id).is_some_and(|id| self.state.endpoints.contains_key(&id))
    }

    /// Whether there is a namespace, for containers that name it.
    pub fn has_namespace(&self, id: &str) -> bool {
        Guid::parse(id).is_some_and(|id| self.state.namespaces.contains_key(&id))
    }

    /// Puts a container that starts into its namespace, and takes one that ended out of it.
    ///
    /// # Errors
    /// There is no such namespace, or the container is in it already, or is not.
    pub fn container(&mut self, namespace: &str, container: &str, enters: bool) -> Result<(), HResult> {
        let id = Guid::parse(namespace).ok_or(HResult::E_INVALIDARG)?;
        self.state.container(id, container, enters).map_err(|failure| failure.code)
    }
}

/// The answer to a failure, with the document that says so.
fn failed(failure: &Failure) -> Reply {
    let output = Map::new();
    let reply = Reply { result: failure.code.0, output }.with("error_record", failure.record().to_string());
    match failure.detail.is_empty() {
        true => reply,
        false => reply.with("problem", failure.detail.clone()),
    }
}
