//! Version 2 of the service, with handles.

use crate::{Session, has_version_2};
use hcs_schema::hcn::{
    Endpoint, EndpointPolicies, EndpointPolicy, EndpointResource, LoadBalancer, ModifyEndpoint, ModifyNetwork,
    Namespace, NamespaceKind, Network, NetworkPolicies, NetworkResource, Notification, Query, SCHEMA, SdnRoute,
};
use hcs_schema::modify::RequestType;
use hcs_windows::Hcn;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

const NOWHERE: &str = "0a1b2c3d-0123-4567-89ab-0123456789ab";

fn document<T: DeserializeOwned>(json: Value) -> T {
    serde_json::from_value(json).expect("a document")
}

fn nat(hcn: &Hcn) -> Network {
    hcn.list::<Network>(&Query::by_name("nat")).expect("networks").remove(0)
}

fn endpoint(hcn: &Hcn, name: &str) -> Endpoint {
    let network = nat(hcn).id;
    let wanted =
        Endpoint { name: name.into(), host_compute_network: network, schema_version: SCHEMA, ..Endpoint::default() };
    hcn.create(&wanted).expect("an endpoint")
}

fn namespace(hcn: &Hcn) -> Namespace {
    let wanted = Namespace { kind: NamespaceKind::Host, schema_version: SCHEMA, ..Namespace::default() };
    hcn.create(&wanted).expect("a namespace")
}

#[test]
fn networks_are_made_changed_and_deleted() {
    if !has_version_2() {
        return;
    }
    let session = Session::new("hcn-networks");
    let hcn = Hcn::load().expect("the functions");
    let mut subscription = hcn.subscribe().expect("a subscription");
    let wanted: Network = document(json!({
        "Name": "bridge", "Type": "L2Bridge", "SchemaVersion": {"Major": 2, "Minor": 0},
        "Ipams": [{"Type": "Static", "Subnets": [{"IpAddressPrefix": "10.9.0.0/24",
            "Routes": [{"NextHop": "10.9.0.1", "DestinationPrefix": "0.0.0.0/0"}]}]}],
    }));
    let network = hcn.create(&wanted).expect("a network");
    assert_eq!(network.name, "bridge");
    let created = std::iter::from_fn(|| subscription.blocking_next())
        .find(|notice| notice.kind == Notification::NETWORK_CREATE)
        .expect("a notice");
    assert!(created.status.is_ok() && created.data.contains(&network.id), "{created:?}");
    let policy = json!({"Policies": [{"Type": "HostRoute", "Settings": {}}]});
    let policies: NetworkPolicies = document(policy);
    let change = ModifyNetwork::new(RequestType::Add, NetworkResource::Policy(policies));
    hcn.modify::<Network>(&network.id, &change).expect("changed");
    assert_eq!(hcn.get::<Network>(&network.id).expect("it").policies.len(), 1);
    assert!(hcn.ids::<Network>(&Query::all()).expect("ids").contains(&network.id));
    drop(subscription);
    hcn.delete::<Network>(&network.id).expect("deleted");
    let error = hcn.get::<Network>(&network.id).expect_err("it is gone");
    assert!(error.is_not_found() && error.to_string().contains(&network.id), "{error}");
    let prefix = ["HcnEnumerateNetworks", "HcnCreateNetwork", "HcnOpenNetwork", "HcnModifyNetwork", "HcnDeleteNetwork"];
    session.assert_called(&prefix);
    session.assert_called(&["HcnQueryNetworkProperties", "HcnCloseNetwork"]);
    session.assert_called(&["HcnRegisterServiceCallback", "HcnUnregisterServiceCallback"]);
    session.assert_empty();
}

#[test]
fn endpoints_come_into_namespaces() {
    if !has_version_2() {
        return;
    }
    let session = Session::new("hcn-endpoints");
    let hcn = Hcn::load().expect("the functions");
    let (endpoint, namespace) = (endpoint(&hcn, "web"), namespace(&hcn));
    assert!(!endpoint.ip_configurations.is_empty(), "the service chooses an address");
    assert_eq!(hcn.list::<Endpoint>(&Query::by_network(&nat(&hcn).id)).expect("endpoints").len(), 1);
    let mapping = json!({"Policies": [{"Type": "PortMapping",
        "Settings": {"Protocol": 6, "InternalPort": 80, "ExternalPort": 8080}}]});
    let policies: EndpointPolicies = document(mapping);
    let change = ModifyEndpoint::new(RequestType::Add, EndpointResource::Policy(policies));
    hcn.modify::<Endpoint>(&endpoint.id, &change).expect("changed");
    let changed: Endpoint = hcn.get(&endpoint.id).expect("it");
    assert!(changed.policies.iter().any(|policy| matches!(policy, EndpointPolicy::PortMapping(_))), "{changed:?}");
    hcn.add_endpoint(&namespace.id, &endpoint.id).expect("added");
    let there: Namespace = hcn.get(&namespace.id).expect("it");
    assert!(there.endpoints().any(|id| id.eq_ignore_ascii_case(&endpoint.id)), "{there:?}");
    hcn.remove_endpoint(&namespace.id, &endpoint.id).expect("removed");
    assert_eq!(hcn.endpoint_stats(&endpoint.id).expect("statistics").bytes_sent, 0);
    hcn.endpoint_addresses(&endpoint.id).expect("addresses");
    assert_eq!(hcn.list::<Namespace>(&Query::by_id(&namespace.id)).expect("namespaces").len(), 1);
    hcn.delete::<Namespace>(&namespace.id).expect("deleted");
    hcn.delete::<Endpoint>(&endpoint.id).expect("deleted");
    assert!(hcn.delete::<Endpoint>(&endpoint.id).expect_err("it is gone").is_not_found());
    for (kind, verbs) in [("Endpoint", ""), ("Namespace", "")] {
        let names = ["Enumerate", "Create", "Open", "Modify", "Delete", "Close"].map(|verb| match verb {
            "Enumerate" => format!("HcnEnumerate{kind}s{verbs}"),
            verb => format!("Hcn{verb}{kind}{verbs}"),
        });
        session.assert_called(&names.each_ref().map(String::as_str));
    }
    session.assert_called(&["HcnQueryEndpointStats", "HcnQueryEndpointAddresses", "HcnQueryEndpointProperties"]);
    session.assert_empty();
}

#[test]
fn load_balancers_and_routes_have_endpoints() {
    if !has_version_2() {
        return;
    }
    let session = Session::new("hcn-balancers");
    let hcn = Hcn::load().expect("the functions");
    let endpoint = endpoint(&hcn, "web");
    let balancer: LoadBalancer = document(json!({
        "HostComputeEndpoints": [endpoint.id], "FrontendVIPs": ["10.96.0.1"], "SchemaVersion": {"Major": 2, "Minor": 0},
        "PortMappings": [{"Protocol": 6, "InternalPort": 80, "ExternalPort": 8080}],
    }));
    let made = hcn.create(&balancer).expect("a load balancer");
    assert_eq!(hcn.list::<LoadBalancer>(&Query::all()).expect("load balancers").len(), 1);
    let change = LoadBalancer { frontend_vips: vec!["10.96.0.2".into()], ..made.clone() };
    // Only newer services can change one; an older one says so.
    if let Err(error) = hcn.modify::<LoadBalancer>(&made.id, &change) {
        assert!(!error.is_not_found(), "{error}");
    }
    hcn.delete::<LoadBalancer>(&made.id).expect("deleted");

    let route: SdnRoute = document(json!({
        "HostComputeEndpoints": [endpoint.id], "SchemaVersion": {"Major": 2, "Minor": 0},
        "Setting": [{"DestinationPrefix": "10.1.0.0/16", "NextHop": "10.0.0.1", "NeedEncap": true}],
    }));
    let made = hcn.create(&route).expect("routes");
    assert_eq!(hcn.list::<SdnRoute>(&Query::all()).expect("routes").len(), 1);
    // No Windows is known to change routes.
    let _either = hcn.modify::<SdnRoute>(&made.id, &made);
    hcn.delete::<SdnRoute>(&made.id).expect("deleted");
    hcn.delete::<Endpoint>(&endpoint.id).expect("deleted");
    for kind in ["LoadBalancer", "SdnRoute"] {
        for (verb, end) in
            [("Enumerate", "s"), ("Create", ""), ("Open", ""), ("Modify", ""), ("Delete", ""), ("Close", "")]
        {
            session.assert_called(&[&format!("Hcn{verb}{kind}{end}")]);
        }
        session.assert_called(&[&format!("HcnQuery{kind}Properties")]);
    }
    session.assert_empty();
}

#[test]
fn errors_have_the_words_of_the_service() {
    if !has_version_2() {
        return;
    }
    let _session = Session::new("hcn-errors");
    let hcn = Hcn::load().expect("the functions");
    for error in [
        hcn.get::<Network>(NOWHERE).map(drop).expect_err("no network"),
        hcn.get::<Endpoint>(NOWHERE).map(drop).expect_err("no endpoint"),
        hcn.get::<Namespace>(NOWHERE).map(drop).expect_err("no namespace"),
        hcn.get::<LoadBalancer>(NOWHERE).map(drop).expect_err("no load balancer"),
        hcn.get::<SdnRoute>(NOWHERE).map(drop).expect_err("no routes"),
        hcn.delete::<Network>(NOWHERE).expect_err("no network"),
    ] {
        assert!(error.is_not_found() && error.to_string().contains(NOWHERE), "{error}");
        assert!(!error.events.is_empty(), "{error:?}");
    }
    assert!(hcn.get::<Network>("no id").is_err());
    let bad = Query { filter: "{".into(), ..Query::all() };
    assert!(hcn.ids::<Network>(&bad).is_err());
}
