//! `HNSCall`: endpoints, namespaces and lists of policies, and how it says no.

use super::*;

#[test]
fn version_1_makes_an_endpoint_and_attaches_it() {
    let mut client = Client::new();
    let networks = client.hns("GET", "/networks/", Value::Null).unwrap();
    let nat = &networks[0];
    assert_eq!((&nat["Name"], &nat["Type"]), (&json!("nat"), &json!("nat")));
    assert_eq!(nat["Subnets"], json!([{"AddressPrefix": "172.20.0.0/20", "GatewayAddress": "172.20.0.1"}]));
    let policy = json!({"Type": "NAT", "Protocol": "TCP", "InternalPort": 80, "ExternalPort": 8080});
    let wanted = json!({"Name": "e", "VirtualNetwork": nat["ID"], "Policies": [policy]});
    let endpoint = client.hns("POST", "/endpoints/", wanted.clone()).unwrap();
    for (key, expected) in [
        ("IPAddress", json!("172.20.0.2")),
        ("PrefixLength", json!(20)),
        ("GatewayAddress", json!("172.20.0.1")),
        ("MacAddress", json!("00-15-5D-52-C0-00")),
        ("VirtualNetworkName", json!("nat")),
        ("Policies", json!([policy])),
        ("State", json!(1)),
    ] {
        assert_eq!(endpoint[key], expected, "{key}");
    }
    let path = format!("/endpoints/{}", endpoint["ID"].as_str().unwrap());
    let container = |id: &str| json!({"ContainerId": id, "SystemType": "Container"});
    assert_eq!(client.hns("POST", &format!("{path}/attach"), container("one")), Ok(Value::Null));
    let twice = client.hns("POST", &format!("{path}/attach"), container("one"));
    assert_eq!(twice, Err("The endpoint is attached to the switch already. ".to_owned()));
    assert_eq!(client.hns("POST", &format!("{path}/attach"), container("two")), Ok(Value::Null));
    let host = json!({"SystemType": "Host", "CompartmentId": 1});
    assert!(client.hns("POST", &format!("{path}/attach"), host).is_err());
    let shown = client.hns("GET", &path, Value::Null).unwrap();
    assert_eq!((&shown["SharedContainers"], &shown["State"]), (&json!(["one", "two"]), &json!(3)));
    for id in ["one", "two"] {
        assert_eq!(client.hns("POST", &format!("{path}/detach"), container(id)), Ok(Value::Null));
    }
    assert!(client.hns("POST", &format!("{path}/detach"), container("one")).unwrap_err().contains("must be attached"));
    let other = client.hns("POST", "/endpoints/", wanted);
    assert_eq!(other, Err("The port exists already. ".to_owned()));
    let id = path.replace("/endpoints/", "");
    let stats = client.hns("GET", &format!("/endpointstats/{id}"), Value::Null).unwrap();
    assert_eq!((&stats["EndpointId"], &stats["BytesSent"]), (&json!(id), &json!(0)));
    assert_eq!(client.networks.left().len(), 2);
    assert_eq!(client.hns("DELETE", &path, Value::Null), Ok(Value::Null));
    assert_eq!(client.networks.left(), Vec::<String>::new());
}

#[test]
fn version_1_says_no_in_its_envelope() {
    let mut client = Client::new();
    let id = "9e3a8c35-3d9c-4c5c-8f0d-0a6e0b0f4d2b";
    for (method, path, body, expected) in [
        ("GET", format!("/networks/{id}"), Value::Null, "The network was not found. "),
        ("GET", format!("/endpoints/{id}"), Value::Null, "The endpoint was not found. "),
        ("GET", format!("/namespaces/{id}"), Value::Null, "Element not found. "),
        ("GET", format!("/policylists/{id}"), Value::Null, "Element not found. "),
        ("GET", "/others/".to_owned(), Value::Null, "Element not found. "),
        ("GET", "/networks/none".to_owned(), Value::Null, "Something that must be a GUID is not one. "),
        ("PUT", "/networks/".to_owned(), Value::Null, "The request is not supported. "),
        (
            "POST",
            "/networks/".to_owned(),
            json!({"name": "n"}),
            "The request is not valid JSON, or has the wrong types. ",
        ),
        ("POST", "/networks/".to_owned(), json!({"Type": "x"}), "There is no such type of network. "),
        ("POST", "/networks/".to_owned(), Value::Null, "The request is not valid JSON, or has the wrong types. "),
    ] {
        assert_eq!(client.hns(method, &path, body), Err(expected.to_owned()), "{method} {path}");
    }
    assert_eq!(client.hns("GET", "/globals/version", Value::Null), Ok(json!({"Major": 15, "Minor": 4})));
    client.build = 14393;
    assert!(client.hns("GET", "/globals/version", Value::Null).is_err());
    let old = client.reply("computenetwork", "HcnEnumerateNetworks", json!({}));
    assert_eq!(old, Reply::failed(HResult::ERROR_PROC_NOT_FOUND));
}

#[test]
fn version_1_has_namespaces_and_lists_of_policies() {
    let mut client = Client::new();
    let nat = client.hns("GET", "/networks", Value::Null).unwrap()[0]["ID"].clone();
    let endpoint = client.hns("POST", "/endpoints/", json!({"VirtualNetwork": nat})).unwrap()["ID"].clone();
    let namespace = client.hns("POST", "/namespaces/", json!({})).unwrap();
    assert_eq!(namespace["CompartmentId"], 2);
    let path = format!("/namespaces/{}", namespace["ID"].as_str().unwrap());
    let resource = json!({"Type": "Endpoint", "Data": {"Id": endpoint}});
    let added = client.hns("POST", &format!("{path}/addresource"), resource.clone()).unwrap();
    assert_eq!(added["ResourceList"], json!([resource]));
    assert!(client.hns("POST", &format!("{path}/addresource"), resource.clone()).is_err());
    assert_eq!(client.hns("POST", &format!("{path}/removeresource"), resource).unwrap()["ResourceList"], Value::Null);
    assert_eq!(client.hns("DELETE", &path, Value::Null), Ok(Value::Null));

    let reference = format!("/endpoints/{}", endpoint.as_str().unwrap());
    let policy = json!({"Type": "ELB", "Protocol": 6, "InternalPort": 80, "ExternalPort": 80, "VIPs": ["10.0.0.9"], "ILB": true});
    let list = client.hns("POST", "/policylists/", json!({"References": [reference], "Policies": [policy]})).unwrap();
    assert_eq!((&list["References"], &list["Policies"]), (&json!([reference]), &json!([policy])));
    // Version 2 sees a load balancer.
    let balancers = client.hcn("EnumerateLoadBalancers", json!({})).unwrap();
    assert_eq!(balancers.output["load_balancers"], json!([list["ID"]]).to_string());
    assert!(client.hns("DELETE", &reference, Value::Null).unwrap_err().contains("refer to it"));
    let path = format!("/policylists/{}", list["ID"].as_str().unwrap());
    assert_eq!(client.hns("DELETE", &path, Value::Null), Ok(Value::Null));
    assert_eq!(client.hns("DELETE", &reference, Value::Null), Ok(Value::Null));
    assert_eq!(client.networks.left(), Vec::<String>::new());
}
