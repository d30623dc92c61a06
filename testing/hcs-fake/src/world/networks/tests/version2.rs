//! The functions of `computenetwork.dll`: objects of every kind, their rules, and who is told.

use super::*;

#[test]
fn version_2_makes_what_a_pod_needs() {
    let mut client = Client::new();
    let nat = client.nat();
    let shown = client.properties("Network", nat);
    assert_eq!((shown.get("Type"), &shown["Name"]), (None, &json!("nat")));
    let (endpoint, handle) =
        client.create_in("Endpoint", nat, json!({"Name": "e", "Policies": [mapping(8080)]})).unwrap();
    assert_eq!(endpoint["IpConfigurations"], json!([{"IpAddress": "172.20.0.2", "PrefixLength": 20}]));
    assert_eq!(endpoint["Routes"], json!([{"NextHop": "172.20.0.1", "DestinationPrefix": "0.0.0.0/0"}]));
    assert_eq!(endpoint["HostComputeNetwork"], shown["ID"]);
    assert_eq!(client.find("Endpoints", &json!({"VirtualNetwork": shown["ID"]})), [endpoint["ID"].as_str().unwrap()]);
    assert_eq!(client.find("Endpoints", &json!({"Name": "other"})), Vec::<String>::new());
    let lower = endpoint["ID"].as_str().unwrap().to_lowercase();
    assert_eq!(client.find("Endpoints", &json!({"ID": lower})).len(), 1);

    let (namespace, inside) = client.create("Namespace", json!({"Type": "Host"})).unwrap();
    assert_eq!(namespace["NamespaceId"], 2);
    let member = json!({"EndpointId": lower});
    let exists = HResult(0x803B_002B);
    for (request, expected) in [("Add", HResult::S_OK), ("Add", exists), ("Refresh", HResult(0x803B_0015))] {
        assert_eq!(client.modify("Namespace", inside, "Endpoint", request, member.clone()), expected, "{request}");
    }
    let id = namespace["ID"].clone();
    assert_eq!(client.properties("Endpoint", handle)["HostComputeNamespace"], id);
    let members = client.properties("Namespace", inside)["Resources"].clone();
    assert_eq!(members, json!([{"Type": "Endpoint", "Data": {"Id": endpoint["ID"]}}]));
    assert!(client.networks.has_namespace(id.as_str().unwrap()) && client.networks.has_endpoint(&lower));
    client.networks.container(id.as_str().unwrap(), "pod", true).unwrap();
    assert_eq!(client.delete("Namespace", &id), HCN_E_ENTITY_HAS_REFERENCES);
    client.networks.container(id.as_str().unwrap(), "pod", false).unwrap();
    assert_eq!(client.delete("Network", &shown["ID"]), HCN_E_ENTITY_HAS_REFERENCES);
    assert_eq!(client.networks.left().len(), 6);

    assert_eq!(client.delete("Namespace", &id), HResult::S_OK);
    assert_eq!(client.delete("Namespace", &id), HResult::ERROR_NOT_FOUND);
    assert_eq!(client.properties("Endpoint", handle).get("HostComputeNamespace"), None);
    assert_eq!(client.delete("Endpoint", &endpoint["ID"]), HResult::S_OK);
    assert_eq!(client.open("Endpoint", &endpoint["ID"]), Err(HCN_E_ENDPOINT_NOT_FOUND));
    for (kind, handle) in [("Network", nat), ("Endpoint", handle), ("Namespace", inside)] {
        assert_eq!(client.close(kind, handle), HResult::S_OK);
        assert_eq!(client.close(kind, handle), E_HANDLE);
    }
    assert_eq!(client.networks.left(), Vec::<String>::new());
}

#[test]
fn both_versions_see_the_same() {
    let mut client = Client::new();
    let subnet = json!({"IpAddressPrefix": "10.1.0.0/30", "Routes": [{"NextHop": "10.1.0.1", "DestinationPrefix": "0.0.0.0/0"}]});
    let wanted = json!({"Name": "own", "Type": "L2Bridge", "Ipams": [{"Subnets": [subnet]}]});
    let (network, handle) = client.create("Network", wanted.clone()).unwrap();
    assert_eq!(client.create("Network", wanted).err(), Some(HCN_E_NETWORK_ALREADY_EXISTS));
    assert_eq!(network["Type"], "L2Bridge");
    let path = format!("/networks/{}", network["ID"].as_str().unwrap());
    let shown = client.hns("GET", &path, Value::Null).unwrap();
    assert_eq!(shown["Subnets"], json!([{"AddressPrefix": "10.1.0.0/30", "GatewayAddress": "10.1.0.1"}]));
    let made = client.hns("POST", "/endpoints/", json!({"VirtualNetworkName": "own"})).unwrap();
    assert_eq!(made["IPAddress"], "10.1.0.2");
    // The range is used up.
    let full = client.create_in("Endpoint", handle, json!({}));
    assert_eq!(full.err(), Some(HCN_E_ADDR_INVALID_OR_RESERVED));
    let opened = client.open("Endpoint", &made["ID"]).unwrap();
    let policies = json!({"Policies": [{"Type": "OutBoundNAT", "Settings": {"Exceptions": ["10.0.0.0/8"]}}]});
    for (request, expected) in [
        ("Add", HResult::S_OK),
        ("Add", HCN_E_POLICY_ALREADY_EXISTS),
        ("Remove", HResult::S_OK),
        ("Remove", HCN_E_POLICY_NOT_FOUND),
        ("Update", HResult::S_OK),
    ] {
        assert_eq!(client.modify("Endpoint", opened, "Policy", request, policies.clone()), expected, "{request}");
    }
    let path = format!("/endpoints/{}", made["ID"].as_str().unwrap());
    let shown = client.hns("GET", &path, Value::Null).unwrap();
    assert_eq!(shown["Policies"], json!([{"Type": "OutBoundNAT", "ExceptionList": ["10.0.0.0/8"]}]));
    let wider = json!({"Subnets": [{"IpAddressPrefix": "10.2.0.0/24"}]});
    assert_eq!(client.modify("Network", handle, "Subnet", "Add", wider.clone()), HResult::S_OK);
    assert!(client.create_in("Endpoint", handle, json!({"IpConfigurations": [{"IpAddress": "10.2.0.7"}]})).is_ok());
    assert_eq!(client.modify("Network", handle, "Subnet", "Remove", wider), HCN_E_ENTITY_HAS_REFERENCES);
}

#[test]
fn wrong_objects_are_refused() {
    let mut client = Client::new();
    let nat = client.nat();
    let address = |ip: &str| json!({"IpConfigurations": [{"IpAddress": ip}]});
    let policy = |kind: &str, settings: Value| json!({"Policies": [{"Type": kind, "Settings": settings}]});
    for (settings, expected) in [
        (address("10.0.0.1"), HCN_E_INVALID_IP),
        (address("172.20.0.1"), HCN_E_ADDR_INVALID_OR_RESERVED),
        (address("172.20.0.0"), HCN_E_ADDR_INVALID_OR_RESERVED),
        (address("nothing"), HCN_E_INVALID_IP),
        (json!({"MacAddress": "nothing"}), HCN_E_INVALID_ENDPOINT),
        (json!({"ID": "nothing"}), HCN_E_GUID_CONVERSION_FAILURE),
        (json!({"name": "e"}), HCN_E_INVALID_JSON),
        (json!({"HostComputeNamespace": "9e3a8c35-3d9c-4c5c-8f0d-0a6e0b0f4d2b"}), HCN_E_INVALID_ENDPOINT),
        (json!({"HostComputeNetwork": "9e3a8c35-3d9c-4c5c-8f0d-0a6e0b0f4d2b"}), HCN_E_INVALID_ENDPOINT),
        (policy("PortMapping", json!({"Protocol": 6, "ExternalPort": 80})), HCN_E_INVALID_INTERNAL_PORT),
        (policy("PortMapping", json!({"Port": 80})), HCN_E_INVALID_POLICY),
        (policy("Nothing", json!({})), HCN_E_INVALID_JSON),
        (policy("VLAN", json!({"IsolationId": 1})), HCN_E_INVALID_JSON),
    ] {
        let made = client.create_in("Endpoint", nat, settings.clone());
        assert_eq!(made.err(), Some(expected), "{settings}");
    }
    let missing = client.hcn("CreateNetwork", json!({"settings": r#"{"Name": "n"}"#}));
    assert_eq!(missing.err(), Some(HCN_E_INVALID_JSON));
    let text = client.hcn("EnumerateNetworks", json!({"query": "text"}));
    assert_eq!(text.err(), Some(HCN_E_INVALID_JSON));
    client.build = 17763;
    let tiers = policy("TierAcl", json!({"Name": "n", "Direction": "In", "Order": 1, "TierAclRules": []}));
    assert_eq!(client.create_in("Endpoint", nat, tiers).err(), Some(HCN_E_INVALID_POLICY_TYPE));
    // Handles are those of one client, and of one kind.
    assert_eq!(client.close("Endpoint", nat), E_HANDLE);
    client.number = 2;
    assert_eq!(client.close("Network", nat), E_HANDLE);
    client.networks.release(1);
    assert_eq!(client.networks.left(), Vec::<String>::new());
}

#[test]
fn ports_belong_to_one() {
    let mut client = Client::new();
    let nat = client.nat();
    let (_, first) = client.create_in("Endpoint", nat, json!({"Policies": [mapping(8080)]})).unwrap();
    let taken = client.create_in("Endpoint", nat, json!({"Policies": [mapping(8080)]}));
    assert_eq!(taken.err(), Some(HCN_E_PORT_ALREADY_EXISTS));
    let (other, second) = client.create_in("Endpoint", nat, json!({"Policies": [mapping(8081)]})).unwrap();
    let add = |client: &mut Client, port| {
        client.modify("Endpoint", second, "Policy", "Add", json!({"Policies": [mapping(port)]}))
    };
    assert_eq!(add(&mut client, 8080), HCN_E_PORT_ALREADY_EXISTS);
    let free = json!({"Policies": [mapping(8080)]});
    assert_eq!(client.modify("Endpoint", first, "Policy", "Remove", free), HResult::S_OK);
    assert_eq!(add(&mut client, 8080), HResult::S_OK);

    let ports = json!([{"Protocol": 6, "InternalPort": 80, "ExternalPort": 80}]);
    let balancer = json!({"HostComputeEndpoints": [other["ID"]], "FrontendVIPs": ["10.0.0.9"], "PortMappings": ports});
    let (made, handle) = client.create("LoadBalancer", balancer.clone()).unwrap();
    assert_eq!(client.create("LoadBalancer", balancer).err(), Some(HCN_E_PORT_ALREADY_EXISTS));
    assert_eq!(client.delete("Endpoint", &other["ID"]), HCN_E_ENTITY_HAS_REFERENCES);
    let changed = json!({"SchemaVersion": {"Major": 2, "Minor": 0}, "PortMappings": ports}).to_string();
    let modified = client.hcn("ModifyLoadBalancer", json!({"load_balancer": handle, "settings": changed}));
    assert!(modified.is_ok());
    assert_eq!(client.delete("LoadBalancer", &made["ID"]), HResult::S_OK);
    let settings = json!([{"DestinationPrefix": "10.0.0.0/8", "NextHop": "10.0.0.1", "NeedEncap": true}]);
    let (route, _) =
        client.create("SdnRoute", json!({"HostComputeEndpoints": [other["ID"]], "Setting": settings})).unwrap();
    assert_eq!(route["Setting"], settings);
    assert_eq!(client.delete("SdnRoute", &route["ID"]), HResult::S_OK);
    assert_eq!(client.delete("Endpoint", &other["ID"]), HResult::S_OK);
}

#[test]
fn those_who_ask_are_told() {
    let mut client = Client::new();
    let asked = client.reply("computenetwork", "HcnRegisterServiceCallback", json!({"callback": 7}));
    assert_eq!(asked, Reply::ok());
    let (namespace, _) = client.create("Namespace", json!({})).unwrap();
    client.delete("Namespace", &namespace["ID"]);
    let told = client.networks.notices();
    let kinds: Vec<_> = told.iter().map(|(client, notice)| (*client, notice.callback, notice.kind)).collect();
    assert_eq!(kinds, [(1, 7, 5), (1, 7, 6)]);
    assert_eq!(told[0].1.data, json!({"ID": namespace["ID"]}).to_string());
    assert!(client.networks.notices().is_empty());
    let end = json!({"callback": 7});
    assert_eq!(client.reply("computenetwork", "HcnUnregisterServiceCallback", end.clone()), Reply::ok());
    assert_eq!(client.hcn("UnregisterServiceCallback", end).err(), Some(E_HANDLE));
    client.networks.release(1);
    assert_eq!(client.networks.left(), Vec::<String>::new());
}

#[test]
fn guests_reserve_ports() {
    let mut client = Client::new();
    let machine = "9e3a8c35-3d9c-4c5c-8f0d-0a6e0b0f4d2b";
    let settings = json!({"SchemaVersion": {"Major": 2, "Minor": 0}, "VirtualMachineId": machine}).to_string();
    let made = client.hcn("CreateGuestNetworkService", json!({"id": machine, "settings": settings})).unwrap();
    let service = made.output["guest_network_service"].clone();
    let reserve = |client: &mut Client, protocol: u32, access: u32, port: u32| {
        let arguments = json!({"guest_network_service": service, "protocol": protocol, "access": access, "port": port});
        client
            .hcn("ReserveGuestNetworkServicePort", arguments)
            .map(|reply| reply.output["port_reservation_handle"].clone())
    };
    let first = reserve(&mut client, 1, 1, 49152).unwrap();
    assert_eq!(reserve(&mut client, 3, 2, 49152), Err(HCN_E_PORT_ALREADY_EXISTS));
    assert!(reserve(&mut client, 2, 2, 49152).is_ok() && reserve(&mut client, 2, 2, 49152).is_ok());
    assert_eq!(reserve(&mut client, 4, 1, 1), Err(HResult::E_INVALIDARG));
    let range =
        client.hcn("ReserveGuestNetworkServicePortRange", json!({"guest_network_service": service, "port_count": 8}));
    let range = range.unwrap().output;
    assert_eq!((&range["starting_port"], &range["ending_port"]), (&json!(49153), &json!(49160)));
    let all = client.hcn("EnumerateGuestNetworkPortReservations", json!({})).unwrap();
    assert_eq!(all.output["entries"].as_array().unwrap().len(), 4);
    let release = json!({"port_reservation_handle": first});
    assert!(client.hcn("ReleaseGuestNetworkServicePortReservationHandle", release.clone()).is_ok());
    assert_eq!(client.hcn("ReleaseGuestNetworkServicePortReservationHandle", release).err(), Some(E_HANDLE));
    let paused = json!({"ResourceType": "State", "RequestType": "Update", "Settings": {"State": "Paused"}}).to_string();
    let modify = json!({"guest_network_service": service, "settings": paused});
    assert!(client.hcn("ModifyGuestNetworkService", modify).is_ok());
    assert!(client.networks.left().iter().any(|line| line.ends_with("is Paused")));
    assert_eq!(client.delete("GuestNetworkService", &machine.into()), HResult::S_OK);
    assert_eq!(client.close("GuestNetworkService", service.as_u64().unwrap()), HResult::S_OK);
    assert_eq!(client.networks.left(), Vec::<String>::new());
}

#[test]
fn endpoints_answer_with_addresses_and_statistics() {
    let mut client = Client::new();
    let nat = client.nat();
    let (endpoint, handle) = client.create_in("Endpoint", nat, json!({})).unwrap();
    let of =
        |client: &mut Client, function: &str| client.hcn(function, json!({"endpoint": handle, "query": ""})).unwrap();
    let addresses = of(&mut client, "QueryEndpointAddresses").output["addresses"].clone();
    assert!(addresses.as_str().unwrap().contains("172.20.0.2"));
    let stats = of(&mut client, "QueryEndpointStats").output["stats"].clone();
    assert!(stats.as_str().unwrap().contains(endpoint["ID"].as_str().unwrap()));
}
