//! Requests as the service wants them, and its answers.

use super::*;
use crate::document::Version;
use crate::hcn::{Action, Direction, NetworkKind, NoSettings};
use crate::model::Choice;
use serde::Serialize;
use serde_json::{Value, json};

const GUID: &str = "9e3a8c35-3d9c-4c5c-8f0d-0a6e0b0f4d2b";

fn id() -> Id {
    Id::parse(GUID).unwrap()
}

fn written(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

fn parts<T>(call: &Call<T>) -> String {
    format!("{call:?}")
}

#[test]
fn every_request_has_its_path() {
    let endpoint = Endpoint { name: "e".into(), ..Endpoint::default() };
    let calls = [
        (parts(&Call::networks()), "GET /networks/ "),
        (parts(&Call::network(&id())), "GET /networks/{id} "),
        (parts(&Call::create_network(&Network::default())), "POST /networks/ {}"),
        (parts(&Call::delete_network(&id())), "DELETE /networks/{id} "),
        (parts(&Call::endpoints()), "GET /endpoints/ "),
        (parts(&Call::endpoint(&id())), "GET /endpoints/{id} "),
        (parts(&Call::create_endpoint(&endpoint)), r#"POST /endpoints/ {"Name":"e"}"#),
        (parts(&Call::update_endpoint(&id(), &endpoint)), r#"POST /endpoints/{id} {"Name":"e"}"#),
        (parts(&Call::delete_endpoint(&id())), "DELETE /endpoints/{id} "),
        (parts(&Call::endpoint_stats(&id())), "GET /endpointstats/{id} "),
        (
            parts(&Call::attach(&id(), &AttachRequest::container("c", 2))),
            r#"POST /endpoints/{id}/attach {"ContainerId":"c","SystemType":"Container","CompartmentId":2}"#,
        ),
        (
            parts(&Call::attach(&id(), &AttachRequest::virtual_machine("nic"))),
            r#"POST /endpoints/{id}/attach {"SystemType":"VirtualMachine","VirtualNicName":"nic"}"#,
        ),
        (parts(&Call::detach(&id(), &AttachRequest::host(0))), r#"POST /endpoints/{id}/detach {"SystemType":"Host"}"#),
        (parts(&Call::policy_lists()), "GET /policylists/ "),
        (parts(&Call::policy_list(&id())), "GET /policylists/{id} "),
        (parts(&Call::create_policy_list(&PolicyList::default())), "POST /policylists/ {}"),
        (parts(&Call::delete_policy_list(&id())), "DELETE /policylists/{id} "),
        (parts(&Call::version()), "GET /globals/version "),
        (
            parts(&Call::create_namespace(&NamespaceRequest { is_default: true })),
            r#"POST /namespaces/ {"IsDefault":true}"#,
        ),
        (parts(&Call::namespace(&id())), "GET /namespaces/{id} "),
        (parts(&Call::delete_namespace(&id())), "DELETE /namespaces/{id} "),
        (
            parts(&Call::add_resource(&id(), &NamespaceMember::endpoint("e"))),
            r#"POST /namespaces/{id}/addresource {"Type":"Endpoint","Data":{"Id":"e"}}"#,
        ),
        (
            parts(&Call::remove_resource(&id(), &NamespaceMember::container("c"))),
            r#"POST /namespaces/{id}/removeresource {"Type":"Container","Data":{"Id":"c"}}"#,
        ),
        (parts(&Call::management_macs()), "GET /accelnet/ "),
        (parts(&Call::set_management_macs(&ManagementMacList::default())), "POST /accelnet/ {}"),
        (parts(&Call::delete_management_macs()), "DELETE /accelnet/ "),
    ];
    for (call, expected) in calls {
        assert_eq!(call, expected.replace("{id}", GUID));
    }
}

#[test]
fn only_an_id_becomes_part_of_a_path() {
    for text in [GUID, "{9E3A8C35-3D9C-4C5C-8F0D-0A6E0B0F4D2B}"] {
        assert!(Id::parse(text).unwrap().as_str().eq_ignore_ascii_case(GUID));
    }
    for text in [
        "",
        "nat",
        "../networks",
        "9e3a8c35-3d9c-4c5c-8f0d-0a6e0b0f4d2",
        &format!("{GUID}/attach"),
        &format!("{{{GUID}"),
    ] {
        assert_eq!(Id::parse(text), Err(BadId(text.to_owned())));
    }
    assert_eq!(BadId("x".into()).to_string(), r#""x" is not a GUID"#);
}

#[test]
fn answers_are_read_as_what_was_asked_for() {
    let answer =
        r#"{"Success":true,"Output":[{"ID":"n","name":"nat","Type":"nat","Subnets":null,"Resources":{"Flags":1}}]}"#;
    let networks = Call::networks().answer(answer).unwrap();
    assert_eq!((networks.len(), networks[0].name.as_str()), (1, "nat"));
    assert_eq!(networks[0].kind, NetworkKind::Other("nat".into()));
    let version = Call::version().answer(r#"{"Success":true,"Output":{"Major":15,"Minor":2}}"#).unwrap();
    assert_eq!(version, Version { major: 15, minor: 2 });
    assert!(Call::delete_endpoint(&id()).answer(r#"{"Success":true}"#).unwrap().id.is_empty());
    assert_eq!(
        Call::attach(&id(), &AttachRequest::host(0)).answer(r#"{"success":true,"Output":null}"#).unwrap(),
        Value::Null
    );
    assert!(Call::policy_lists().answer(r#"{"Success":true,"Output":[]}"#).unwrap().is_empty());
}

#[test]
fn refusals_and_garbage_are_told_apart() {
    let refused =
        Call::network(&id()).answer(r#"{"Success":false,"Error":"Element not found.","ErrorCode":2147943568}"#);
    let error = refused.unwrap_err();
    assert_eq!(error.to_string(), format!("GET /networks/{GUID}: Element not found."));
    assert!(matches!(error, CallError::Refused { code: 0x8007_0490, .. }));
    for text in ["", "{", r#"{"Success":true,"Output":5}"#, r#"{"Success":true,"Output":[{"Policies":{}}]}"#] {
        let error = Call::networks().answer(text).unwrap_err();
        assert!(matches!(error, CallError::Malformed { .. }), "{text}: {error:?}");
        assert!(std::error::Error::source(&error).is_some());
    }
}

#[test]
fn policies_are_flat_objects() {
    let policies = json!([
        {"Type": "NAT", "Protocol": "TCP", "InternalPort": 80, "ExternalPort": 8080},
        {"type": "ACL", "Action": "Block", "Direction": "Out", "Protocols": "6,17", "NewField": {"a": 1}},
        {"Type": "L2Driver"},
        {"Type": "Encryption", "Methods": [1]},
        {"Type": "QOS", "MaximumOutgoingBandwidthInBytes": -1},
        {},
    ]);
    let endpoint: Endpoint = serde_json::from_value(json!({"Policies": policies})).unwrap();
    let read = &endpoint.policies;
    assert!(matches!(&read[0], Policy::Nat(nat) if nat.external_port == 8080 && nat.protocol == "TCP"));
    assert!(matches!(&read[1], Policy::Acl(acl) if acl.action == Action::Block && acl.direction == Direction::Out));
    assert_eq!(read[2], Policy::L2Driver(NoSettings::default()));
    assert_eq!((read[3].kind(), read[3].settings()), ("Encryption", json!({"Methods": [1]})));
    assert!(matches!(&read[4], Policy::Other { kind, .. } if kind == "QOS"));
    assert_eq!(read[5], Policy::default());
    let mut expected = policies;
    expected[1]["Type"] = "ACL".into();
    expected[1].as_object_mut().unwrap().remove("type");
    assert_eq!(written(&endpoint)["Policies"], expected);
}

#[test]
fn a_word_that_comes_twice_is_taken_once() {
    for text in [r#"{"Type":5,"type":"PA","PA":"a"}"#, r#"{"TYPE":"x","Type":"PA","PA":"a"}"#] {
        let policy: Policy = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&policy).unwrap(), r#"{"Type":"PA","PA":"a"}"#, "{text}");
    }
    let odd: Policy = serde_json::from_str(r#"{"Type":5}"#).unwrap();
    assert_eq!(written(&odd), json!({"Type": 5}));
}

#[test]
fn every_kind_of_policy_is_known() {
    assert_eq!(Policy::KINDS.len(), 13);
    for kind in Policy::KINDS {
        let policy: Policy = serde_json::from_value(json!({"Type": kind})).unwrap();
        assert!(!matches!(policy, Policy::Other { .. }), "{kind}");
    }
}

#[test]
fn lists_of_policies_name_their_endpoints_by_path() {
    let elb =
        ElbPolicy { external_port: 80, internal_port: 8080, ilb: true, vips: vec!["v".into()], ..ElbPolicy::default() };
    let list = PolicyList::load_balancer(&[id()], elb);
    let expected = json!({"References": [format!("/endpoints/{GUID}")], "Policies": [
        {"Type": "ELB", "InternalPort": 8080, "ExternalPort": 80, "VIPs": ["v"], "ILB": true}]});
    assert_eq!(written(&list), expected);
    let route = PolicyList::route(&[], RoutePolicy { need_encap: true, ..RoutePolicy::default() });
    assert_eq!(written(&route), json!({"Policies": [{"Type": "ROUTE", "NeedEncap": true}]}));
}

#[test]
fn endpoints_know_their_containers_and_namespaces_their_endpoints() {
    let text = r#"{"SharedContainers":["AbC"],"State":3,"Namespace":{"ID":"n","ResourceList":[
        {"Type":"Endpoint","Data":{"ID":"e"}},{"Type":"Container","Data":{"Id":"c"}}]}}"#;
    let endpoint: Endpoint = serde_json::from_str(text).unwrap();
    assert!(endpoint.is_attached_to("aBc") && !endpoint.is_attached_to("ab"));
    assert_eq!(endpoint.state, EndpointState::ATTACHED_SHARING);
    assert_eq!(endpoint.namespace.as_ref().unwrap().endpoints().collect::<Vec<_>>(), ["e"]);
}

#[test]
fn rules_of_firewalls_depend_on_the_version() {
    assert!(features(Version { major: 7, minor: 2 }).acl.rule_id);
    assert!(!features(Version { major: 7, minor: 1 }).acl.rule_id);
}
