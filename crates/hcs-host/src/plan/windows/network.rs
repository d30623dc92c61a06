//! The network of a container on the host: a namespace of HNS from build 17763 on, endpoints before.

use super::{endpoints, is_version1, section};
use crate::Result;
use crate::plan::{Call, Context, Document, Kind, Placeholder, Step};
use hcs_schema::document::Version;
use hcs_schema::hcn::{Namespace, NamespaceResource};
use hcs_schema::modify::{Modify, RequestType};

/// What documents and people are told of a network.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Network {
    /// The namespace; empty where there is none.
    pub namespace: String,
    /// Endpoints that this container brings.
    pub endpoints: Vec<String>,
    /// In words.
    pub words: Vec<String>,
}

/// The network, and the calls that make what is not there.
pub(crate) fn plan(context: &Context<'_>, kind: Kind) -> Result<(Network, Vec<Step>)> {
    let wanted = context.wanted;
    let Some(network) = &section(context)?.network else { return Ok((Network::default(), Vec::new())) };
    let mut made = Network { endpoints: network.endpoint_list.clone(), ..Network::default() };
    let given = network.network_namespace.clone().filter(|namespace| !namespace.is_empty());
    if let Some(empty) = made.endpoints.iter().position(String::is_empty) {
        return Err(wanted.invalid(format!("windows.network.endpointList[{empty}]: is empty")));
    }
    if given.is_some() && !made.endpoints.is_empty() {
        let message = "windows.network: networkNamespace and endpointList exclude each other; put the endpoints into the namespace";
        return Err(wanted.invalid(message));
    }
    let mut steps = endpoints::make(&wanted.id, &made.endpoints, kind);
    let mut own = false;
    match given {
        Some(_) if is_version1(kind) => {
            let message = "windows.network.networkNamespace: needs Windows build 17763; give endpointList";
            return Err(wanted.unsupported(message));
        }
        Some(namespace) => made.namespace = namespace,
        None if is_version1(kind) => {}
        None => {
            made.namespace = Placeholder::new("namespace").to_string();
            steps.extend(namespace(&made));
            own = true;
        }
    }
    if !made.namespace.is_empty() {
        let own = if own { ", made for this container" } else { "" };
        made.words.push(format!("namespace {}{own}", made.namespace));
    }
    made.words.extend(made.endpoints.iter().map(|endpoint| match endpoints::network_of(endpoint) {
        Some(name) => format!("an endpoint on network {name}, made for this container"),
        None => format!("endpoint {endpoint}"),
    }));
    if !network.dns_search_list.is_empty() {
        made.words.push(format!("DNS search list {}", network.dns_search_list.join(", ")));
    }
    if network.allow_unqualified_dns_query {
        made.words.push("DNS queries for names without a domain".into());
    }
    if let Some(other) = &network.network_shared_container_name {
        made.words.push(format!("shared with container {other}"));
    }
    Ok((made, steps))
}

/// The calls that make a namespace with endpoints in it.
fn namespace(network: &Network) -> Vec<Step> {
    let id = network.namespace.clone();
    // Whoever makes it chooses the id, so that it is known before.
    let document = Namespace { id: id.clone(), schema_version: Version::V2_0, ..Namespace::default() };
    let create = Call::CreateNamespace { document: Document::Namespace(Box::new(document)) };
    let mut steps = vec![
        Step::new(create, "make a network namespace")
            .yielding(Placeholder::new("namespace"))
            .undone_by(Call::DeleteNamespace { id: id.clone() }),
    ];
    for endpoint in &network.endpoints {
        let request = |request_type| {
            let request = Modify::new(request_type, NamespaceResource::endpoint(endpoint));
            Call::ModifyNamespace { id: id.clone(), document: Document::NamespaceModification(Box::new(request)) }
        };
        let add = Step::new(request(RequestType::Add), "put an endpoint into it");
        steps.push(add.undone_by(request(RequestType::Remove)));
    }
    steps
}
