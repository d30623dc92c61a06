//! Both interfaces of the network service, and that they see the same.

mod version1;
mod version2;

use super::failure::*;
use super::*;

const BUILD: u32 = 26100;

/// A client with its answers.
struct Client {
    networks: Networks,
    build: u32,
    number: u64,
}

impl Client {
    fn new() -> Client {
        Client { networks: Networks::default(), build: BUILD, number: 1 }
    }

    fn reply(&mut self, dll: &str, function: &str, arguments: Value) -> Reply {
        let Value::Object(arguments) = arguments else { panic!("arguments are an object") };
        let (dll, function) = (dll.to_owned(), function.to_owned());
        let call = Call { dll, function, arguments, process: 1, build: self.build, client: self.number };
        self.networks.call(&call).expect("a function of networks")
    }

    /// The output of a request of version 1, or its error.
    fn hns(&mut self, method: &str, path: &str, body: Value) -> Result<Value, String> {
        let request = if body.is_null() { String::new() } else { body.to_string() };
        let reply = self.reply("vmcompute", "HNSCall", json!({"method": method, "path": path, "request": request}));
        assert_eq!(reply.result, 0, "{reply:?}");
        let mut answer: Value = serde_json::from_str(reply.output["response"].as_str().unwrap()).unwrap();
        match answer["Success"] == true {
            true => Ok(answer["Output"].take()),
            false => {
                assert!(answer["ErrorCode"].is_u64());
                Err(answer["Error"].as_str().unwrap().to_owned())
            }
        }
    }

    fn hcn(&mut self, function: &str, arguments: Value) -> Result<Reply, HResult> {
        let reply = self.reply("computenetwork", &format!("Hcn{function}"), arguments);
        match reply.result {
            0 => Ok(reply),
            code => {
                let record: Value = serde_json::from_str(reply.output["error_record"].as_str().unwrap()).unwrap();
                assert_eq!((&record["Success"], record["ErrorCode"].as_u64()), (&json!(false), Some(code.into())));
                Err(HResult(code))
            }
        }
    }

    /// Makes an object as hcsshim does, with an id in the document at most, and answers its document and handle.
    fn create(&mut self, kind: &str, settings: Value) -> Result<(Value, u64), HResult> {
        self.create_in(kind, 0, settings)
    }

    fn create_in(&mut self, kind: &str, network: u64, mut settings: Value) -> Result<(Value, u64), HResult> {
        settings["SchemaVersion"] = json!({"Major": 2, "Minor": 0});
        let zero = "00000000-0000-0000-0000-000000000000";
        let arguments = json!({"id": zero, "network": network, "settings": settings.to_string()});
        let made = self.hcn(&format!("Create{kind}"), arguments)?;
        let handle = made.output[argument(kind)].as_u64().unwrap();
        Ok((self.properties(kind, handle), handle))
    }

    fn properties(&mut self, kind: &str, handle: u64) -> Value {
        let query = json!({"SchemaVersion": {"Major": 2, "Minor": 0}}).to_string();
        let properties = self.hcn(&format!("Query{kind}Properties"), json!({argument(kind): handle, "query": query}));
        serde_json::from_str(properties.unwrap().output["properties"].as_str().unwrap()).unwrap()
    }

    fn find(&mut self, plural: &str, filter: &Value) -> Vec<String> {
        let query = json!({"SchemaVersion": {"Major": 2, "Minor": 0}, "Flags": 0, "Filter": filter.to_string()});
        let found = self.hcn(&format!("Enumerate{plural}"), json!({"query": query.to_string()})).unwrap();
        let text = found.output[&plural.to_lowercase()].as_str().unwrap();
        serde_json::from_str(text).unwrap()
    }

    fn modify(&mut self, kind: &str, handle: u64, resource: &str, request: &str, settings: Value) -> HResult {
        let document = json!({"ResourceType": resource, "RequestType": request, "Settings": settings});
        let arguments = json!({argument(kind): handle, "settings": document.to_string()});
        self.hcn(&format!("Modify{kind}"), arguments).err().unwrap_or(HResult::S_OK)
    }

    fn open(&mut self, kind: &str, id: &Value) -> Result<u64, HResult> {
        let opened = self.hcn(&format!("Open{kind}"), json!({"id": id}))?;
        Ok(opened.output[argument(kind)].as_u64().unwrap())
    }

    fn delete(&mut self, kind: &str, id: &Value) -> HResult {
        self.hcn(&format!("Delete{kind}"), json!({"id": id})).err().unwrap_or(HResult::S_OK)
    }

    fn close(&mut self, kind: &str, handle: u64) -> HResult {
        self.hcn(&format!("Close{kind}"), json!({argument(kind): handle})).err().unwrap_or(HResult::S_OK)
    }

    fn nat(&mut self) -> u64 {
        let id = self.find("Networks", &json!({"Name": "nat"})).remove(0);
        self.open("Network", &id.into()).unwrap()
    }
}

fn argument(kind: &str) -> &'static str {
    match kind {
        "Network" => "network",
        "Endpoint" => "endpoint",
        "Namespace" => "namespace",
        "LoadBalancer" => "load_balancer",
        "GuestNetworkService" => "guest_network_service",
        _ => "route",
    }
}

fn mapping(outside: u16) -> Value {
    json!({"Type": "PortMapping", "Settings": {"Protocol": 6, "InternalPort": 80, "ExternalPort": outside}})
}
