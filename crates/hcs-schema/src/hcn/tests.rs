//! Documents as callers and the service write them, and the table of features at every edge of its ranges.

use super::*;
use crate::document::ModifyRequest;
use crate::model::Choice;
use crate::modify::{Modify, RequestType};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

fn read<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{error}: {value}"))
}

fn written(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

#[test]
fn a_new_network_is_written_with_all_its_structures() {
    let network = Network {
        name: "nat".into(),
        kind: NetworkKind::Nat,
        policies: vec![NetworkPolicy::HostRoute(NoSettings::default())],
        ipams: vec![Ipam {
            kind: IpamKind::Static,
            subnets: vec![Subnet {
                ip_address_prefix: "10.4.0.0/24".into(),
                routes: vec![Route {
                    next_hop: "10.4.0.1".into(),
                    destination_prefix: "0.0.0.0/0".into(),
                    ..Route::default()
                }],
                policies: vec![SubnetPolicy::Vsid(Isolation { isolation_id: 4096, ..Isolation::default() })],
                ..Subnet::default()
            }],
            ..Ipam::default()
        }],
        flags: NetworkFlags(NetworkFlags::ENABLE_NON_PERSISTENT.0 | NetworkFlags::DISABLE_HOST_PORT.0),
        schema_version: SCHEMA,
        ..Network::default()
    };
    let expected =
        r#"{"Name":"nat","Type":"NAT","Policies":[{"Type":"HostRoute","Settings":{}}],"MacPool":{},"Dns":{},"#
            .to_owned()
            + r#""Ipams":[{"Type":"Static","Subnets":[{"IpAddressPrefix":"10.4.0.0/24","#
            + r#""Policies":[{"Type":"VSID","Settings":{"IsolationId":4096}}],"#
            + r#""Routes":[{"NextHop":"10.4.0.1","DestinationPrefix":"0.0.0.0/0"}]}]}],"#
            + r#""Flags":1032,"Health":{"Extra":{}},"SchemaVersion":{"Major":2,"Minor":0}}"#;
    assert_eq!(serde_json::to_string(&network).unwrap(), expected);
}

#[test]
fn an_answer_is_read_in_any_case_and_loses_nothing() {
    let answer = json!({
        "Id": "9E3A8C35-3D9C-4C5C-8F0D-0A6E0B0F4D2B", "name": "eth", "HOSTCOMPUTENETWORK": "N",
        "Policies": [
            {"Type": "PortMapping", "Settings": {"Protocol": 6, "InternalPort": 80, "ExternalPort": 8080, "VIP": "10.0.0.1", "Flags": 1}},
            {"Type": "OutBoundNAT", "Settings": {"VirtualIP": "10.0.0.4", "Exceptions": ["10.0.0.0/8"], "New": [1.5]}},
            {"Type": "L2Driver"},
            {"Type": "InterfaceParameters", "Settings": {"Mtu": 1400}},
        ],
        "IpConfigurations": [{"IpAddress": "10.4.0.7", "PrefixLength": 24.0, "IpSubnetId": "S"}],
        "Dns": {"ServerList": ["1.1.1.1"], "Domain": "a"}, "Flags": 0, "State": 1,
        "Health": {"Data": null, "Extra": {"SharedContainers": ["c"]}}, "SchemaVersion": {"Major": 2, "Minor": 11},
    });
    let endpoint: Endpoint = read(answer);
    assert_eq!((endpoint.id.len(), endpoint.name.as_str(), endpoint.host_compute_network.as_str()), (36, "eth", "N"));
    let [EndpointPolicy::PortMapping(port), EndpointPolicy::OutboundNat(nat), EndpointPolicy::L2Driver(_), other] =
        endpoint.policies.as_slice()
    else {
        panic!("{:?}", endpoint.policies)
    };
    assert_eq!((port.protocol, port.external_port, port.flags), (Protocol::TCP, 8080, NatFlags::LOCAL_ROUTED_VIP));
    assert_eq!(nat.extra["New"], json!([1.5]));
    assert_eq!((other.kind(), other.settings()), ("InterfaceParameters", json!({"Mtu": 1400})));
    assert_eq!(endpoint.ip_configurations[0].prefix_length, 24);
    assert_eq!((&endpoint.extra["State"], endpoint.schema_version.minor), (&json!(1), 11));
    assert_eq!(read::<Endpoint>(written(&endpoint)), endpoint);
}

#[test]
fn a_policy_whose_settings_do_not_fit_hides_no_other_one() {
    let odd = json!({"Type": "QOS", "Settings": {"MaximumOutgoingBandwidthInBytes": "much"}});
    let list = json!([odd, {"Type": "PortName", "Settings": {"Name": "p"}}, {}, null]);
    let policies = read::<EndpointPolicies>(json!({"Policies": list})).policies;
    assert_eq!(policies.len(), 4);
    assert!(matches!(&policies[0], EndpointPolicy::Other { kind, .. } if kind == "QOS"));
    assert!(matches!(&policies[1], EndpointPolicy::PortName(name) if name.name == "p"));
    assert_eq!(written(&policies[0]), odd);
    let error = EndpointPolicy::new("QOS", odd["Settings"].clone()).unwrap_err().to_string();
    assert!(error.starts_with("MaximumOutgoingBandwidthInBytes: invalid type"), "{error}");
}

#[test]
fn every_kind_of_policy_is_known() {
    assert_eq!((EndpointPolicy::KINDS.len(), NetworkPolicy::KINDS.len(), SubnetPolicy::KINDS.len()), (14, 14, 2));
    for kind in EndpointPolicy::KINDS {
        let policy: EndpointPolicy = read(json!({"type": kind, "settings": {}}));
        assert!(!matches!(policy, EndpointPolicy::Other { .. }), "{kind}");
        assert_eq!(policy.kind(), *kind);
    }
    for kind in NetworkPolicy::KINDS {
        let policy: NetworkPolicy = read(json!({"type": kind}));
        assert!(!matches!(policy, NetworkPolicy::Other { .. }), "{kind}");
    }
}

#[test]
fn structures_of_a_proxy_and_rules_are_always_written() {
    let proxy = EndpointPolicy::L4WfpProxy(L4WfpProxy { outbound_proxy_port: "15001".into(), ..L4WfpProxy::default() });
    let expected = json!({"Type": "L4WFPPROXY", "Settings": {
        "OutboundProxyPort": "15001", "FilterTuple": {}, "InboundExceptions": {}, "OutboundExceptions": {}}});
    assert_eq!(written(&proxy), expected);
    let acl = Acl { action: Action::Block, direction: Direction::In, priority: 200, ..Acl::default() };
    assert_eq!(written(&acl), json!({"Action": "Block", "Direction": "In", "Priority": 200}));
    let set = SetPolicy { kind: SetKind::IpSet, ..SetPolicy::default() };
    assert_eq!(written(&set), json!({"Id": "", "Name": "", "PolicyType": "IPSET", "Values": ""}));
}

#[test]
fn the_service_leaves_out_the_kind_of_a_translated_network() {
    assert_eq!(read::<Network>(json!({"Name": "nat"})).effective_kind(), NetworkKind::Nat);
    assert_eq!(read::<Network>(json!({"Type": "Overlay"})).effective_kind(), NetworkKind::Overlay);
}

#[test]
fn a_filter_is_text_inside_the_query() {
    let query = Query::by_id("a\"b");
    assert_eq!(written(&query), json!({"SchemaVersion": {"Major": 2, "Minor": 0}, "Filter": r#"{"ID":"a\"b"}"#}));
    assert_eq!(query.parse_filter().unwrap().id, "a\"b");
    assert_eq!(Query::by_network("n").filter, r#"{"VirtualNetwork":"n"}"#);
    assert_eq!(Query::by_name("n").filter, r#"{"Name":"n"}"#);
    assert_eq!(Query::all().parse_filter().unwrap(), Filter::default());
    assert!(Query { filter: "x".into(), ..Query::all() }.parse_filter().is_err());
}

#[test]
fn members_of_a_namespace_are_told_apart() {
    let namespace: Namespace = read(json!({
        "ID": "n", "NamespaceId": 3, "Type": "Guest",
        "Resources": [{"Type": "Container", "Data": {"Id": "c"}}, {"Type": "Endpoint", "Data": {"Id": "e"}}, {"Type": "Else"}],
    }));
    assert_eq!(namespace.endpoints().collect::<Vec<_>>(), ["e"]);
    assert_eq!(namespace.containers().collect::<Vec<_>>(), ["c"]);
    assert_eq!(written(&namespace)["Resources"][2], json!({"Type": "Else"}));
    let new = Namespace { kind: NamespaceKind::Host, ..Namespace::default() };
    assert_eq!(written(&new), json!({"Type": "Host", "SchemaVersion": {"Major": 0, "Minor": 0}}));
}

#[test]
fn changes_are_requests_with_typed_settings() {
    let add = Modify::new(RequestType::Add, NamespaceResource::endpoint("e"));
    let expected = json!({"RequestType": "Add", "ResourceType": "Endpoint", "Settings": {"EndpointId": "e"}});
    assert_eq!(written(&add), expected);
    assert_eq!(read::<ModifyNamespace>(expected), add);
    let policies = EndpointPolicies { policies: vec![EndpointPolicy::default()], ..EndpointPolicies::default() };
    let update = ModifyEndpoint::new(RequestType::Update, EndpointResource::Policy(policies));
    assert_eq!(written(&update)["Settings"], json!({"Policies": [{"Type": ""}]}));
    let refused = ModifyRequest {
        resource_type: "Subnet".into(),
        settings: json!({"Subnets": [{"Flags": "x"}]}),
        ..ModifyRequest::default()
    };
    let error = ModifyNetwork::try_from(refused).unwrap_err().to_string();
    assert!(error.starts_with("Settings.Subnets[0].Flags: invalid type"), "{error}");
}

#[test]
fn a_kind_of_resource_that_is_not_known_comes_back_untouched() {
    let request = ModifyRequest {
        request_type: "Replace".into(),
        resource_type: "Firewall".into(),
        settings: json!([1, {"a": null}]),
    };
    let modify = ModifyNetwork::try_from(request.clone()).unwrap();
    assert_eq!(modify.request_type, RequestType::Other("Replace".into()));
    assert_eq!(ModifyRequest::from(modify), request);
}

/// Each feature with the versions at the edges of its ranges: the first one that has it, and those that do not.
type Edges = (&'static str, fn(&SupportedFeatures) -> bool, &'static [(u32, u32)], &'static [(u32, u32)]);

const EDGES: &[Edges] = &[
    ("ACL lists", |f| f.acl.address_lists, &[(7, 2), (8, 0), (99, 0)], &[(0, 0), (7, 1), (6, 9)]),
    ("ACL priorities", |f| f.acl.host_rule_priority, &[(7, 2)], &[(7, 1)]),
    ("ACL ports", |f| f.acl.port_ranges, &[(7, 2)], &[(7, 1)]),
    ("ACL ids", |f| f.acl.rule_id, &[(7, 2)], &[(7, 1)]),
    ("V1", |f| f.api.v1, &[(0, 0), (7, 1), (99, 0)], &[]),
    ("V2", |f| f.api.v2, &[(9, 2), (10, 0)], &[(9, 1), (8, 9)]),
    ("RemoteSubnet", |f| f.remote_subnet, &[(9, 2), (10, 0)], &[(9, 1)]),
    ("HostRoute", |f| f.host_route, &[(9, 2), (10, 0)], &[(9, 1)]),
    ("DSR", |f| f.dsr, &[(9, 3), (9, u32::MAX), (10, 2), (11, 0)], &[(9, 2), (10, 0), (10, 1)]),
    (
        "Slash32EndpointPrefixes",
        |f| f.slash32_endpoint_prefixes,
        &[(9, 3), (9, u32::MAX), (10, 4), (11, 0)],
        &[(9, 2), (10, 0), (10, 3)],
    ),
    ("AclSupportForProtocol252", |f| f.acl_support_for_protocol_252, &[(11, 0)], &[(10, u32::MAX)]),
    ("SessionAffinity", |f| f.session_affinity, &[(12, 0)], &[(11, u32::MAX)]),
    ("IPv6DualStack", |f| f.ipv6_dual_stack, &[(11, 10), (12, 0)], &[(11, 9), (10, 99)]),
    ("SetPolicy", |f| f.set_policy, &[(13, 0)], &[(12, u32::MAX)]),
    ("VxlanPort", |f| f.vxlan_port, &[(10, 3), (11, 0)], &[(10, 2), (9, 9)]),
    (
        "L4Proxy",
        |f| f.l4_proxy,
        &[(9, 5), (9, 99), (10, 5), (10, 99), (11, 11), (11, 99), (12, 1), (12, 99), (13, 1), (14, 0)],
        &[(9, 4), (10, 0), (10, 4), (11, 0), (11, 10), (12, 0), (13, 0), (8, 5)],
    ),
    ("L4WfpProxy", |f| f.l4_wfp_proxy, &[(13, 2), (14, 0)], &[(13, 1), (12, 9)]),
    ("TierAcl", |f| f.tier_acl, &[(14, 0)], &[(13, u32::MAX)]),
    ("NetworkACL", |f| f.network_acl, &[(15, 0)], &[(14, u32::MAX)]),
    ("NestedIpSet", |f| f.nested_ip_set, &[(15, 0)], &[(14, u32::MAX)]),
    ("DisableHostPort", |f| f.disable_host_port, &[(15, 1), (16, 0)], &[(15, 0)]),
    ("ModifyLoadbalancer", |f| f.modify_load_balancer, &[(15, 4), (16, 0)], &[(15, 3)]),
    ("Accelnet", |f| f.accelnet, &[(15, 4), (16, 0)], &[(15, 3)]),
];

#[test]
fn features_begin_and_end_with_their_versions() {
    let has = |&(major, minor): &(u32, u32)| features(Version { major, minor });
    for (name, feature, with, without) in EDGES {
        for version in *with {
            assert!(feature(&has(version)), "{name} in {version:?}");
        }
        for version in *without {
            assert!(!feature(&has(version)), "{name} in {version:?}");
        }
    }
    let written = written(&features(Version { major: 15, minor: 4 }));
    assert_eq!(written.as_object().unwrap().len(), 19);
    assert_eq!(written["ACL"]["AclHostRulePriority"], true);
}

#[test]
fn notifications_have_names_with_and_without_flags() {
    assert_eq!(Notification(0x0100_0000), Notification::SERVICE_DISCONNECT);
    assert_eq!(Notification(0x8000_0002).without_flags().name(), Some("NETWORK_CREATE"));
    assert_eq!(Notification(0x10).name(), Some("NETWORK_ENDPOINT_DETACHED"));
}
