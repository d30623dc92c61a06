//! The rules of compute systems, without any Windows.

use super::*;
use crate::world::machine::{Listed, Pipes, Start, Started, Usage};

/// A machine that only writes down what it is told.
#[derive(Debug, Default)]
struct Paper {
    done: Vec<String>,
    started: Vec<Start>,
}

impl Machine for Paper {
    fn start(&mut self, _: u64, start: &Start) -> Result<Started, HResult> {
        self.started.push(start.clone());
        let pid = u32::try_from(self.started.len()).unwrap();
        Ok(Started { pid, pipes: Pipes::default() })
    }
    fn pipes(&mut self, _: u64, _: u32) -> Result<Pipes, HResult> {
        Ok(Pipes::default())
    }
    fn close_input(&mut self, _: u64, pid: u32) {
        self.done.push(format!("close {pid}"));
    }
    fn end_process(&mut self, _: u64, pid: u32, code: u32) {
        self.done.push(format!("end {pid} {code:#x}"));
    }
    fn end_system(&mut self, _: u64, code: u32) {
        self.done.push(format!("end all {code:#x}"));
    }
    fn usage(&mut self, _: u64) -> Usage {
        Usage { user_time: 5, kernel_time: 7, ..Usage::default() }
    }
    fn processes(&mut self, _: u64) -> Vec<Listed> {
        vec![Listed { pid: 4, ..Listed::default() }]
    }
}

/// Systems with one client.
#[derive(Debug, Default)]
struct Session {
    systems: Systems,
    paper: Paper,
    client: u64,
}

impl Session {
    fn call(&mut self, dll: &str, function: &str, arguments: Value) -> Reply {
        let Value::Object(arguments) = arguments else { panic!("arguments are an object") };
        let (dll, function) = (dll.to_owned(), function.to_owned());
        let call = Call { dll, function, arguments, process: 1, build: 20348, client: self.client };
        self.systems.call(&call, &mut self.paper)
    }

    fn vmcompute(&mut self, function: &str, arguments: Value) -> Reply {
        self.call("vmcompute", function, arguments)
    }

    /// Calls what is expected to succeed.
    fn done(&mut self, function: &str, arguments: Value) -> Reply {
        let reply = self.vmcompute(function, arguments);
        assert!(matches!(reply.result, 0 | 0xc037_0103), "{function}: {reply:?}");
        reply
    }

    fn created(&mut self, id: &str, more: &[(&str, Value)]) -> Value {
        let mut document = json!({"SystemType": "Container", "Name": id, "Layers": [], "HvPartition": false});
        document.as_object_mut().unwrap().extend(more.iter().map(|(key, value)| ((*key).to_owned(), value.clone())));
        let arguments = json!({"id": id, "configuration": document.to_string()});
        self.done("HcsCreateComputeSystem", arguments).output["system"].clone()
    }

    fn kinds(&mut self) -> Vec<(u64, u32)> {
        self.systems.notices().iter().map(|(_, notice)| (notice.callback, notice.kind)).collect()
    }
}

#[test]
fn a_life_is_told() {
    let mut session = Session::default();
    let system = session.created("a", &[]);
    assert_eq!(session.kinds(), []);
    session.done("HcsRegisterComputeSystemCallback", json!({"system": system, "callback": 9}));
    assert_eq!(session.kinds(), [(9, 2)]);
    for (function, kind) in [("HcsStartComputeSystem", 3), ("HcsPauseComputeSystem", 4), ("HcsResumeComputeSystem", 5)]
    {
        session.done(function, json!({"system": system, "options": ""}));
        assert_eq!(session.kinds(), [(9, kind)]);
    }
    let parameters = json!({"CommandLine": "a.exe"}).to_string();
    let process = session.done("HcsCreateProcess", json!({"system": system, "parameters": parameters}));
    let process = process.output["process"].clone();
    session.done("HcsRegisterProcessCallback", json!({"process": process, "callback": 10}));
    session.done("HcsShutdownComputeSystem", json!({"system": system, "options": ""}));
    assert_eq!(session.kinds(), [(10, 0x10000), (9, 1)]);
    let properties = session.done("HcsGetProcessProperties", json!({"process": process}));
    let properties: Value = serde_json::from_str(properties.output["properties"].as_str().unwrap()).unwrap();
    assert_eq!(properties, json!({"ProcessId": 1, "Exited": true, "ExitCode": INTERRUPTED, "LastWaitResult": 0}));
    assert_eq!(session.vmcompute("HcsTerminateComputeSystem", json!({"system": system})).result, 0xc037_0110);
    for number in [9, 10] {
        session.done("HcsUnregisterComputeSystemCallback", json!({"callback": number}));
    }
    session.done("HcsCloseProcess", json!({"process": process}));
    session.done("HcsCloseComputeSystem", json!({"system": system}));
    assert_eq!(session.systems.left(), Vec::<String>::new());
    assert!(session.systems.systems.is_empty());
}

#[test]
fn codes_are_those_of_the_dll() {
    let mut session = Session::default();
    let document = json!({"Owner": "me", "Container": {}}).to_string();
    let reply = session.call("computecore", "HcsCreateComputeSystem", json!({"id": "a", "configuration": document}));
    assert_eq!(reply.result, 0);
    let again = session.call("computecore", "HcsCreateComputeSystem", json!({"id": "A", "configuration": document}));
    assert_eq!(again.result, 0x8037_010f);
    let wrong =
        session.call("computecore", "HcsCreateComputeSystem", json!({"id": "b", "configuration": "{\"owner\":\"\"}"}));
    let result: Value = serde_json::from_str(wrong.output["result"].as_str().unwrap()).unwrap();
    assert_eq!((wrong.result, &result["Error"]), (0x8037_010d, &json!(0x8037_010d_u32.cast_signed())));
    assert_eq!(result["ErrorMessage"], "ComputeSystem: owner is not a key of ComputeSystem");
    assert_eq!(session.vmcompute("HcsOpenComputeSystem", json!({"id": "c"})).result, 0xc037_010e);
    let system = reply.output["system"].clone();
    assert_eq!(session.vmcompute("HcsPauseComputeSystem", json!({"system": system})).result, 0xc037_0105);
    assert_eq!(session.vmcompute("HcsPauseComputeSystem", json!({"system": 1})).result, INVALID_HANDLE.0);
    session.client = 2;
    assert_eq!(session.vmcompute("HcsPauseComputeSystem", json!({"system": system})).result, INVALID_HANDLE.0);
}

#[test]
fn the_last_handle_ends_a_system_that_wants_it() {
    let mut session = Session::default();
    session.created("a", &[("TerminateOnLastHandleClosed", json!(true))]);
    session.created("b", &[]);
    session.client = 1;
    session.done("HcsOpenComputeSystem", json!({"id": "a"}));
    session.systems.release(0, &mut session.paper);
    assert_eq!(session.paper.done, Vec::<String>::new());
    session.systems.release(1, &mut session.paper);
    assert_eq!(session.paper.done, ["end all 0x8007042b"]);
    assert_eq!(session.systems.left(), ["system b is Created"]);
}

#[test]
fn filters_find_what_all_of_them_mean() {
    let mut session = Session::default();
    session.created("a", &[("Owner", json!("me"))]);
    session.created("b", &[("Owner", json!("you"))]);
    for (query, expected) in [
        (json!({}), 2),
        (json!({"Owners": ["me"]}), 1),
        (json!({"Ids": ["a", "b"], "Owners": ["you"], "Types": ["Container"]}), 1),
        (json!({"Ids": ["a"], "Owners": ["you"]}), 0),
    ] {
        let reply = session.done("HcsEnumerateComputeSystems", json!({"query": query.to_string()}));
        let systems: Vec<Value> = serde_json::from_str(reply.output["systems"].as_str().unwrap()).unwrap();
        assert_eq!(systems.len(), expected, "{query}");
    }
}

#[test]
fn programs_below_mapped_directories_are_the_hosts() {
    let mut session = Session::default();
    let mapped = json!([{
        "HostPath": "Z:\\h", "ContainerPath": "C:\\m", "ReadOnly": false,
        "BandwidthMaximum": 0, "IOPSMaximum": 0, "CreateInUtilityVM": false,
    }]);
    let system = session.created("a", &[("MappedDirectories", mapped), ("HostName", json!("box"))]);
    session.done("HcsStartComputeSystem", json!({"system": system}));
    let parameters = json!({
        "CommandLine": "c:\\m\\a.exe C:\\m\\b >> C:\\m\\out", "WorkingDirectory": "C:\\m",
        "Environment": {"A": "1"}, "CreateStdOutPipe": true, "ConsoleSize": [],
    });
    session.done("HcsCreateProcess", json!({"system": system, "parameters": parameters.to_string()}));
    let expected = Start {
        application: String::new(),
        command_line: "Z:\\h\\a.exe Z:\\h\\b >> Z:\\h\\out".into(),
        directory: "Z:\\h".into(),
        environment: vec![("A".into(), "1".into())],
        computer: "box".into(),
        piped: [false, true, false],
    };
    assert_eq!(session.paper.started, [expected]);
    let query = json!({"PropertyTypes": ["Statistics", "ProcessList"]}).to_string();
    let reply = session.done("HcsGetComputeSystemProperties", json!({"system": system, "query": query}));
    let properties: Value = serde_json::from_str(reply.output["properties"].as_str().unwrap()).unwrap();
    assert_eq!(properties["Statistics"]["Processor"]["TotalRuntime100ns"], 12);
    assert_eq!(properties["ProcessList"][0]["ProcessId"], 4);
}
