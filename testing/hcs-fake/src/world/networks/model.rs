//! The objects of the network service, whichever version of it made them.

use super::address::Prefix;
use crate::world::Guid;
use serde_json::{Map, Value, json};
use std::net::IpAddr;

/// A network.
#[derive(Clone, Debug)]
pub(crate) struct Network {
    pub(crate) id: Guid,
    pub(crate) name: String,
    /// Its type in the words of version 2.
    pub(crate) kind: String,
    pub(crate) subnets: Vec<Subnet>,
    /// Policies in the form of version 2.
    pub(crate) policies: Vec<Value>,
    /// First and last hardware addresses.
    pub(crate) macs: Vec<(u64, u64)>,
    pub(crate) dns: Dns,
    pub(crate) flags: u64,
    /// What only version 1 has, as it was written.
    pub(crate) only1: Map<String, Value>,
    /// It is there from the beginning.
    pub(crate) given: bool,
}

/// A range of addresses of a network.
#[derive(Clone, Debug)]
pub(crate) struct Subnet {
    pub(crate) prefix: Prefix,
    /// The range as it was written.
    pub(crate) text: String,
    pub(crate) gateway: Option<IpAddr>,
    pub(crate) policies: Vec<Value>,
    pub(crate) routes: Vec<Value>,
    pub(crate) flags: u64,
}

/// Name resolution.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Dns {
    pub(crate) domain: String,
    pub(crate) search: Vec<String>,
    pub(crate) servers: Vec<String>,
    pub(crate) options: Vec<String>,
}

/// An endpoint.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    pub(crate) id: Guid,
    pub(crate) name: String,
    pub(crate) network: Guid,
    /// The namespace that it is in.
    pub(crate) namespace: Option<Guid>,
    pub(crate) addresses: Vec<(IpAddr, u8)>,
    pub(crate) mac: String,
    pub(crate) dns: Dns,
    pub(crate) routes: Vec<Value>,
    /// Policies in the form of version 2.
    pub(crate) policies: Vec<Value>,
    pub(crate) flags: u64,
    /// What it is attached to, in the order of attaching.
    pub(crate) attached: Vec<Attachment>,
    /// Whether it was attached to something.
    pub(crate) detached: bool,
    /// What only version 1 has, as it was written.
    pub(crate) only1: Map<String, Value>,
}

/// What an endpoint is attached to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attachment {
    /// `Container`, `VirtualMachine` or `Host`.
    pub(crate) kind: String,
    /// Id of the container, name of the virtual machine's card, or nothing.
    pub(crate) id: String,
}

/// A namespace.
#[derive(Clone, Debug)]
pub(crate) struct Namespace {
    pub(crate) id: Guid,
    /// Its compartment.
    pub(crate) number: u32,
    pub(crate) kind: String,
    pub(crate) endpoints: Vec<Guid>,
    pub(crate) containers: Vec<String>,
}

/// A load balancer, or list of policies with one.
#[derive(Clone, Debug)]
pub(crate) struct LoadBalancer {
    pub(crate) id: Guid,
    pub(crate) endpoints: Vec<Guid>,
    pub(crate) source: String,
    pub(crate) fronts: Vec<String>,
    pub(crate) mappings: Vec<Value>,
    pub(crate) flags: u64,
}

/// A route, or list of policies with one.
#[derive(Clone, Debug)]
pub(crate) struct Route {
    pub(crate) id: Guid,
    pub(crate) endpoints: Vec<Guid>,
    pub(crate) settings: Vec<Value>,
}

/// An id as the service writes it.
pub(crate) fn shown(id: Guid) -> String {
    id.to_string().to_uppercase()
}

/// A list of ids as the service writes it.
pub(crate) fn shown_all(ids: &[Guid]) -> Vec<String> {
    ids.iter().map(|id| shown(*id)).collect()
}

/// The texts of a list.
pub(crate) fn texts(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The elements of a list.
pub(crate) fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

/// The text of a value; empty if it is none.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// An object without what is null, empty, 0 or false, which the service leaves out.
pub(crate) fn without_empty(value: Value) -> Value {
    let empty = |value: &Value| match value {
        Value::Null => true,
        Value::Bool(value) => !value,
        Value::Number(number) => number.as_u64() == Some(0),
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(_) => false,
    };
    match value {
        Value::Object(map) => map.into_iter().filter(|(_, value)| !empty(value)).collect(),
        value => value,
    }
}

impl Dns {
    pub(crate) fn from2(document: &Value) -> Dns {
        Dns {
            domain: text(&document["Domain"]),
            search: texts(&document["Search"]),
            servers: texts(&document["ServerList"]),
            options: texts(&document["Options"]),
        }
    }

    pub(crate) fn to2(&self) -> Value {
        without_empty(json!({
            "Domain": self.domain, "Search": self.search, "ServerList": self.servers, "Options": self.options,
        }))
    }

    /// Version 1 has lists as texts with commas.
    pub(crate) fn from1(document: &Value) -> Dns {
        let split = |key: &str| {
            let all = text(&document[key]);
            all.split(',').filter(|part| !part.is_empty()).map(str::to_owned).collect()
        };
        let domain = text(&document["DNSDomain"]);
        Dns { domain, search: split("DNSSuffix"), servers: split("DNSServerList"), options: Vec::new() }
    }
}

impl Endpoint {
    /// Its state as a number of version 1.
    pub(crate) fn state(&self) -> u8 {
        match (self.attached.len(), self.namespace) {
            (0, None) if self.detached => 4,
            (0, None) => 1,
            (0 | 1, _) => 2,
            _ => 3,
        }
    }
}
