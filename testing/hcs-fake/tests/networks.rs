//! Networks as other programs use them: version 1 through `vmcompute.dll`, version 2 through `computenetwork.dll`.
#![forbid(unsafe_code)]
#![cfg(windows)]

use hcs_fake::Home;
use hcs_fake::raw::Argument::{Block, Document, Number, Out, Text};
use hcs_fake::raw::{Argument, Dll, Ear};
use hcs_fake::world::Guid;
use serde_json::{Value, json};
use std::time::Duration;

const SOON: Duration = Duration::from_secs(20);

/// A GUID as it is in memory.
fn words(id: &str) -> [usize; 2] {
    let (first, second, third, rest) = Guid::parse(id).expect("an id").fields();
    let head = first as usize | usize::from(second) << 32 | usize::from(third) << 48;
    [head, usize::from_le_bytes(rest)]
}

/// Makes an object as hcsshim does: no id, a handle, and its document.
fn create(dll: &Dll, kind: &str, network: Option<usize>, mut settings: Value) -> (Value, usize) {
    settings["SchemaVersion"] = json!({"Major": 2, "Minor": 0});
    let (settings, mut zero, mut handle, mut record) = (settings.to_string(), [0; 2], 0, String::new());
    let mut arguments: Vec<Argument> = network.into_iter().map(Number).collect();
    arguments.extend([Block(&mut zero), Text(&settings), Out(&mut handle), Document(&mut record)]);
    assert_eq!(dll.call(&format!("HcnCreate{kind}"), &mut arguments), 0, "{record}");
    let (mut properties, mut record) = (String::new(), String::new());
    let query = r#"{"SchemaVersion":{"Major":2,"Minor":0},"Flags":0,"Filter":""}"#;
    let mut arguments = [Number(handle), Text(query), Document(&mut properties), Document(&mut record)];
    assert_eq!(dll.call(&format!("HcnQuery{kind}Properties"), &mut arguments), 0, "{record}");
    (serde_json::from_str(&properties).expect("properties"), handle)
}

fn hns(dll: &Dll, method: &str, path: &str) -> Value {
    let mut answer = String::new();
    assert_eq!(dll.call("HNSCall", &mut [Text(method), Text(path), Text(""), Document(&mut answer)]), 0);
    serde_json::from_str(&answer).expect("an answer")
}

fn delete(dll: &Dll, kind: &str, id: &Value) -> (u32, String) {
    let (mut id, mut record) = (words(id.as_str().expect("an id")), String::new());
    (dll.call(&format!("HcnDelete{kind}"), &mut [Block(&mut id), Document(&mut record)]), record)
}

#[test]
fn a_pod_gets_its_network_and_both_versions_see_it() {
    let home = Home::new("networks");
    home.enter();
    let (old, new) = (Dll::open("vmcompute"), Dll::open("computenetwork"));
    let (ear, mut callback) = (Ear::default(), 0);
    let mut arguments = [ear.notification(), ear.context(), Out(&mut callback)];
    let registered = new.call("HcnRegisterServiceCallback", &mut arguments);
    if hcs_fake::support::build() < 17763 {
        // A Windows without version 2 lacks the functions.
        assert_eq!(registered, 0x8007_007f);
        return;
    }
    assert_eq!(registered, 0);

    let nat = hns(&old, "GET", "/networks/")["Output"][0].clone();
    assert_eq!(nat["Name"], "nat");
    let (mut id, mut network, mut record) = (words(nat["ID"].as_str().expect("an id")), 0, String::new());
    let mut arguments = [Block(&mut id), Out(&mut network), Document(&mut record)];
    assert_eq!(new.call("HcnOpenNetwork", &mut arguments), 0, "{record}");
    let port = json!({"Type": "PortMapping", "Settings": {"Protocol": 6, "InternalPort": 80, "ExternalPort": 8080}});
    let (endpoint, handle) = create(&new, "Endpoint", Some(network), json!({"Name": "e", "Policies": [port]}));
    let (namespace, inside) = create(&new, "Namespace", None, json!({"Type": "Host"}));
    let heard = ear.next(SOON).expect("a notification");
    assert_eq!((heard.kind, heard.status), (5, 0));
    assert!(heard.data.contains(namespace["ID"].as_str().expect("an id")), "{heard:?}");
    let add = json!({"ResourceType": "Endpoint", "RequestType": "Add", "Settings": {"EndpointId": endpoint["ID"]}});
    let add = add.to_string();
    let join = || {
        let mut record = String::new();
        let code = new.call("HcnModifyNamespace", &mut [Number(inside), Text(&add), Document(&mut record)]);
        (code, record)
    };
    assert_eq!(join(), (0, String::new()));
    let (code, record) = join();
    assert_eq!(code, 0x803b_002b);
    assert_eq!(serde_json::from_str::<Value>(&record).expect("a record")["ErrorCode"], 0x803b_002b_u32);
    let shown = hns(&old, "GET", &format!("/endpoints/{}", endpoint["ID"].as_str().expect("an id")));
    assert_eq!((&shown["Output"]["IPAddress"], &shown["Output"]["State"]), (&json!("172.20.0.2"), &json!(2)));
    assert_eq!(hns(&old, "GET", "/networks/none")["Success"], false);

    let left = home.fake().left().expect("what is left");
    for wanted in ["endpoint", "port 8080", "namespace", "handle", "callback"] {
        assert!(left.iter().any(|line| line.starts_with(wanted)), "{wanted} in {left:?}");
    }
    assert_eq!(delete(&new, "Namespace", &namespace["ID"]), (0, String::new()));
    assert_eq!(ear.next(SOON).map(|heard| heard.kind), Some(9));
    assert_eq!(ear.next(SOON).map(|heard| heard.kind), Some(0x10));
    assert_eq!(ear.next(SOON).map(|heard| heard.kind), Some(6));
    assert_eq!(delete(&new, "Endpoint", &endpoint["ID"]).0, 0);
    assert_eq!(delete(&new, "Endpoint", &endpoint["ID"]).0, 0x803b_0002);
    for (kind, handle) in [("Network", network), ("Endpoint", handle), ("Namespace", inside)] {
        assert_eq!(new.call(&format!("HcnClose{kind}"), &mut [Number(handle)]), 0, "{kind}");
    }
    assert_eq!(new.call("HcnUnregisterServiceCallback", &mut [Number(callback)]), 0);
    assert_eq!(home.fake().left().expect("what is left"), Vec::<String>::new());
}
