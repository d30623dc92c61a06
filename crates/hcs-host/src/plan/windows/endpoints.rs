//! Endpoints that are made for one container, on networks of the host that are known by their names.
//!
//! A front end that has no endpoint puts the [placeholder](crate::plan::Placeholder) `${endpoint:NAME}` into the list of the
//! specification, NAME being the network's.

use super::is_version1;
use crate::plan::{Call, Document, Kind, Placeholder, Step};
use hcs_schema::{hcn, hns};

/// The name of the network that an endpoint has to be made on; `None` is an endpoint that is there.
pub(super) fn network_of(endpoint: &str) -> Option<&str> {
    endpoint.strip_prefix("${endpoint:")?.strip_suffix('}').filter(|name| !name.is_empty())
}

/// The calls that make what of a list is not there, and take it away again.
pub(super) fn make(container: &str, endpoints: &[String], kind: Kind) -> Vec<Step> {
    let named = endpoints.iter().filter_map(|endpoint| Some((endpoint, network_of(endpoint)?)));
    named.flat_map(|(endpoint, network)| one(container, endpoint, network, kind)).collect()
}

/// The name of an endpoint that is made for a container, by which it is found when nobody has noted its id: that of CNI's
/// plugins for Windows, with digits that nobody else has.
fn name(container: &str, network: &str) -> String {
    format!("{container}_{network}_{}", Placeholder::new("nonce"))
}

fn one(container: &str, endpoint: &str, network: &str, kind: Kind) -> [Step; 2] {
    let own = name(container, network);
    let of = Placeholder::of("network", network);
    let (find, create, delete) =
        if is_version1(kind) { version1(own, endpoint, &of) } else { version2(own, endpoint, &of) };
    [
        Step::new(find, format!("find the network {network}")).yielding(of),
        Step::new(create, "make an endpoint on it").yielding(Placeholder::of("endpoint", network)).undone_by(delete),
    ]
}

fn version1(name: String, endpoint: &str, network: &Placeholder) -> (Call, Call, Call) {
    let call = |method: &'static str, path: String, document| Call::HnsCall { method, path, document };
    let document = hns::Endpoint { name, virtual_network: network.to_string(), ..hns::Endpoint::default() };
    (
        call("GET", "/networks/".into(), None),
        call("POST", "/endpoints/".into(), Some(Document::EndpointV1(Box::new(document)))),
        call("DELETE", format!("/endpoints/{endpoint}"), None),
    )
}

fn version2(name: String, endpoint: &str, network: &Placeholder) -> (Call, Call, Call) {
    let query = hcn::Query::by_name(&network.of);
    let document = hcn::Endpoint {
        name,
        host_compute_network: network.to_string(),
        schema_version: hcn::SCHEMA,
        ..hcn::Endpoint::default()
    };
    (
        Call::FindNetwork { name: network.of.clone(), document: Document::NetworkQuery(Box::new(query)) },
        Call::CreateEndpoint { network: network.to_string(), document: Document::Endpoint(Box::new(document)) },
        Call::DeleteEndpoint { id: endpoint.into() },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn called(kind: Kind) -> Vec<String> {
        let steps = make("a", &["e".into(), "${endpoint:nat}".into(), "${endpoint:}".into()], kind);
        let words = |call: &Call| format!("{} {}", call.function(None), call.target());
        steps.iter().flat_map(|step| std::iter::once(&step.call).chain(&step.undo)).map(words).collect()
    }

    #[test]
    fn an_endpoint_that_is_not_there_is_made_on_its_network() {
        let calls =
            ["HcnEnumerateNetworks nat", "HcnCreateEndpoint ${network:nat}", "HcnDeleteEndpoint ${endpoint:nat}"];
        assert_eq!(called(Kind::WindowsProcess), calls.map(|call| format!("computenetwork!{call}")));
        let calls = ["HNSCall /networks/", "HNSCall /endpoints/", "HNSCall /endpoints/${endpoint:nat}"];
        assert_eq!(called(Kind::WindowsProcessV1), calls.map(|call| format!("vmcompute!{call}")));
    }
}
