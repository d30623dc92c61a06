//! The networks of a host, which are the same whichever version of the service there is.

use crate::{Session, has_version_2};
use hcs_host::NetworkHost;
use hcs_schema::hcn::{
    Endpoint, EndpointPolicies, EndpointPolicy, EndpointResource, LoadBalancer, ModifyEndpoint, ModifyNetwork,
    Namespace, NamespaceKind, Network, NetworkResource, Query, SCHEMA, SdnRoute,
};
use hcs_schema::modify::RequestType;
use hcs_windows::{WindowsNetwork, windows_version};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

const NOWHERE: &str = "0a1b2c3d-0123-4567-89ab-0123456789ab";

fn document<T: DeserializeOwned>(json: Value) -> T {
    serde_json::from_value(json).expect("a document")
}

/// What both versions do.
async fn networks_and_endpoints(host: &dyn NetworkHost) {
    let wanted: Network = document(json!({
        "Name": "bridge", "Type": "L2Bridge", "SchemaVersion": {"Major": 2, "Minor": 0},
        "Ipams": [{"Type": "Static", "Subnets": [{"IpAddressPrefix": "10.9.0.0/24",
            "Routes": [{"NextHop": "10.9.0.1", "DestinationPrefix": "0.0.0.0/0"}]}]}],
    }));
    let network = host.create_network(&wanted).await.expect("a network");
    assert_eq!(host.network(&network.id).await.expect("it").ipams[0].subnets, network.ipams[0].subnets);
    assert_eq!(host.networks(&Query::by_name("bridge")).await.expect("networks").len(), 1);

    let wanted: Endpoint = document(json!({
        "Name": "web", "HostComputeNetwork": network.id, "SchemaVersion": {"Major": 2, "Minor": 0},
        "IpConfigurations": [{"IpAddress": "10.9.0.7", "PrefixLength": 24}],
        "Policies": [{"Type": "OutBoundNAT", "Settings": {"Exceptions": ["10.0.0.0/8"]}}],
    }));
    let endpoint = host.create_endpoint(&wanted).await.expect("an endpoint");
    assert_eq!(endpoint.ip_configurations[0].ip_address, "10.9.0.7");
    let acl = json!({"Policies": [{"Type": "ACL",
        "Settings": {"Protocols": "6", "Action": "Block", "Direction": "In", "LocalPorts": "80", "Priority": 200}}]});
    let policies: EndpointPolicies = document(acl);
    let change = ModifyEndpoint::new(RequestType::Add, EndpointResource::Policy(policies));
    host.modify_endpoint(&endpoint.id, &change).await.expect("changed");
    let changed = host.endpoint(&endpoint.id).await.expect("it");
    let acl = changed.policies.iter().find_map(|policy| match policy {
        EndpointPolicy::Acl(acl) => Some(acl),
        _ => None,
    });
    assert_eq!(acl.map(|acl| acl.local_ports.as_str()), Some("80"), "{changed:?}");
    assert_eq!(host.endpoints(&Query::by_network(&network.id)).await.expect("endpoints").len(), 1);
    assert_eq!(host.endpoint_stats(&endpoint.id).await.expect("statistics").packets_sent, 0);

    balancers_and_routes(host, &endpoint.id).await;
    host.delete_endpoint(&endpoint.id).await.expect("deleted");
    host.delete_network(&network.id).await.expect("deleted");
    for error in [
        host.network(NOWHERE).await.map(drop).expect_err("no network"),
        host.endpoint(NOWHERE).await.map(drop).expect_err("no endpoint"),
        host.delete_endpoint(NOWHERE).await.expect_err("no endpoint"),
        host.load_balancer(NOWHERE).await.map(drop).expect_err("no load balancer"),
        host.route(NOWHERE).await.map(drop).expect_err("no routes"),
    ] {
        assert!(error.is_not_found(), "{error}");
    }
}

async fn balancers_and_routes(host: &dyn NetworkHost, endpoint: &str) {
    let wanted: LoadBalancer = document(json!({
        "HostComputeEndpoints": [endpoint], "FrontendVIPs": ["10.96.0.1"], "SchemaVersion": {"Major": 2, "Minor": 0},
        "PortMappings": [{"Protocol": 6, "InternalPort": 80, "ExternalPort": 8080}],
    }));
    let made = host.create_load_balancer(&wanted).await.expect("a load balancer");
    assert_eq!(host.load_balancer(&made.id).await.expect("it").port_mappings, wanted.port_mappings);
    assert_eq!(host.load_balancers(&Query::all()).await.expect("load balancers").len(), 1);
    assert_eq!(host.routes(&Query::all()).await.expect("routes"), []);
    host.delete_load_balancer(&made.id).await.expect("deleted");

    let wanted: SdnRoute = document(json!({
        "HostComputeEndpoints": [endpoint], "SchemaVersion": {"Major": 2, "Minor": 0},
        "Setting": [{"DestinationPrefix": "10.1.0.0/16", "NextHop": "10.0.0.1", "NeedEncap": true}],
    }));
    let made = host.create_route(&wanted).await.expect("routes");
    assert_eq!(host.route(&made.id).await.expect("it").host_compute_endpoints.len(), 1);
    host.delete_route(&made.id).await.expect("deleted");
}

/// Namespaces, where there are some.
async fn namespaces(host: &dyn NetworkHost) {
    let nat = host.networks(&Query::by_name("nat")).await.expect("networks").remove(0);
    let wanted = Endpoint { host_compute_network: nat.id, schema_version: SCHEMA, ..Endpoint::default() };
    let endpoint = host.create_endpoint(&wanted).await.expect("an endpoint");
    let wanted = Namespace { kind: NamespaceKind::Host, schema_version: SCHEMA, ..Namespace::default() };
    let namespace = host.create_namespace(&wanted).await.expect("a namespace");
    host.add_endpoint(&namespace.id, &endpoint.id).await.expect("added");
    let there = host.namespace(&namespace.id).await.expect("it");
    assert!(there.endpoints().any(|id| id.eq_ignore_ascii_case(&endpoint.id)), "{there:?}");
    assert_eq!(host.namespaces(&Query::by_id(&namespace.id)).await.expect("namespaces").len(), 1);
    host.remove_endpoint(&namespace.id, &endpoint.id).await.expect("removed");
    host.delete_namespace(&namespace.id).await.expect("deleted");
    host.delete_endpoint(&endpoint.id).await.expect("deleted");
    assert!(host.namespace(&namespace.id).await.expect_err("it is gone").is_not_found());
}

#[tokio::test]
async fn version_2_is_a_host() {
    if !has_version_2() {
        return;
    }
    let session = Session::new("host-2");
    let host = WindowsNetwork::open().expect("the service");
    networks_and_endpoints(&host).await;
    namespaces(&host).await;
    assert!(host.features().await.expect("features").api.v2);
    session.assert_called(&["HcnCreateNetwork", "HNSCall"]);
    session.assert_empty();
}

#[tokio::test]
async fn version_1_is_a_host() {
    let session = Session::new("host-1");
    let host = WindowsNetwork::version_1().expect("the service");
    networks_and_endpoints(&host).await;
    if has_version_2() {
        namespaces(&host).await;
    } else {
        let error = host.namespaces(&Query::all()).await.expect_err("it is too old");
        assert!(error.is_not_supported() && error.to_string().contains("namespaces"), "{error}");
    }
    let version = host.version().await.expect("a version");
    assert_eq!(version.major == 0, windows_version().build < 17134);
    let change = ModifyNetwork::new(RequestType::Add, NetworkResource::Dns(hcs_schema::hcn::Dns::default()));
    assert!(host.modify_network(NOWHERE, &change).await.expect_err("version 1 cannot").is_not_supported());
    session.assert_empty();
}
