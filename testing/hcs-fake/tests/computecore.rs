//! `computecore.dll` as programs that nobody here wrote use it.
#![forbid(unsafe_code)]
#![cfg(windows)]

use hcs_fake::Home;
use hcs_fake::raw::Argument::{Block, Document, Number, Out, Text};
use hcs_fake::raw::{Argument, Dll, Ear, Pipe};
use serde_json::{Value, json};
use std::io::Read;
use std::time::Duration;

const SOON: Duration = Duration::from_secs(20);
const NOTHING: Argument = Number(0);

struct Session {
    home: Home,
    dll: Dll,
}

impl Session {
    fn new(test: &str) -> Session {
        let home = Home::new(test);
        home.enter();
        Session { home, dll: Dll::open("computecore") }
    }

    fn call(&self, function: &str, arguments: &mut [Argument]) -> u32 {
        self.dll.call(function, arguments)
    }

    fn operation(&self) -> usize {
        self.dll.call_wide("HcsCreateOperation", &mut [NOTHING, NOTHING])
    }

    /// Waits for an operation, closes it, and answers its result and document.
    fn finish(&self, operation: usize) -> (u32, String) {
        let mut document = String::new();
        let mut arguments = [Number(operation), Number(20_000), Document(&mut document)];
        let code = self.call("HcsWaitForOperationResult", &mut arguments);
        self.call("HcsCloseOperation", &mut [Number(operation)]);
        (code, document)
    }

    /// A call about a handle with an operation and a text.
    fn about(&self, function: &str, handle: usize, text: &str) -> (u32, String) {
        let operation = self.operation();
        match self.call(function, &mut [Number(handle), Number(operation), Text(text)]) {
            0 => self.finish(operation),
            code => (code, String::new()),
        }
    }

    fn create(&self, id: &str, document: &Value) -> (u32, String, usize) {
        let (operation, mut system) = (self.operation(), 0);
        let document = document.to_string();
        let mut arguments = [Text(id), Text(&document), Number(operation), NOTHING, Out(&mut system)];
        assert_eq!(self.call("HcsCreateComputeSystem", &mut arguments), 0);
        let (code, document) = self.finish(operation);
        (code, document, system)
    }

    fn started(&self, id: &str) -> usize {
        let (code, document, system) = self.create(id, &container());
        assert_eq!(code, 0, "{document}");
        assert_eq!(self.about("HcsStartComputeSystem", system, ""), (0, String::new()));
        system
    }

    /// Starts a process: its handle, its id and its pipes.
    fn process(&self, system: usize, parameters: &Value) -> (usize, [usize; 4]) {
        let (operation, mut process, mut information, parameters) =
            (self.operation(), 0, [0; 4], parameters.to_string());
        let mut arguments = [Number(system), Text(&parameters), Number(operation), NOTHING, Out(&mut process)];
        assert_eq!(self.call("HcsCreateProcess", &mut arguments), 0);
        let mut document = String::new();
        let mut arguments = [Number(operation), Number(20_000), Block(&mut information), Document(&mut document)];
        assert_eq!(self.call("HcsWaitForOperationResultAndProcessInfo", &mut arguments), 0, "{document}");
        self.call("HcsCloseOperation", &mut [Number(operation)]);
        (process, information)
    }
}

fn container() -> Value {
    json!({ "Owner": "test", "SchemaVersion": { "Major": 2, "Minor": 1 }, "Container": {} })
}

#[test]
fn a_container_lives_by_operations() {
    let session = Session::new("operations");
    let system = session.started("a");
    let ear = Ear::default();
    let set = session.call("HcsSetComputeSystemCallback", &mut [Number(system), Number(4), ear.context(), ear.event()]);
    assert_eq!(set, 0);
    let parameters = json!({ "CommandLine": "cmd /c echo hello& exit 300", "CreateStdOutPipe": true });
    let (process, information) = session.process(system, &parameters);
    let of_process = Ear::default();
    let mut arguments = [Number(process), Number(0), of_process.context(), of_process.event()];
    assert_eq!(session.call("HcsSetProcessCallback", &mut arguments), 0);
    let mut said = String::new();
    Pipe::from_handle(information[2]).read_to_string(&mut said).expect("it ends");
    assert_eq!((said.trim_end(), information[1], information[3]), ("hello", 0, 0));
    let ended = of_process.next(SOON).expect("an event");
    let status: Value = serde_json::from_str(&ended.data).expect("a status");
    assert_eq!((ended.kind, &status["ExitCode"]), (0x10000, &json!(300)));
    let query = json!({ "PropertyTypes": ["Statistics", "ProcessList"] }).to_string();
    let (code, properties) = session.about("HcsGetComputeSystemProperties", system, &query);
    let properties: Value = serde_json::from_str(&properties).expect("properties");
    assert_eq!((code, &properties["State"], &properties["ProcessList"]), (0, &json!("Running"), &json!([])));
    assert!(properties["Statistics"]["Uptime100ns"].as_u64().is_some_and(|time| time > 0), "{properties}");
    assert_eq!(session.about("HcsShutDownComputeSystem", system, "").0, 0);
    assert_eq!(ear.next(SOON).map(|heard| heard.kind), Some(1));
    let mut exit = String::new();
    let waited =
        session.call("HcsWaitForComputeSystemExit", &mut [Number(system), Number(20_000), Document(&mut exit)]);
    assert_eq!((waited, exit.as_str()), (0, r#"{"ExitType":"GracefulExit","Status":0}"#));
    assert_eq!(session.about("HcsTerminateComputeSystem", system, "").0, 0x8037_0110);
    session.call("HcsCloseProcess", &mut [Number(process)]);
    session.call("HcsCloseComputeSystem", &mut [Number(system)]);
    assert_eq!(session.home.fake().left().expect("what is left"), Vec::<String>::new());
}

#[test]
fn operations_tell_what_is_wrong() {
    let session = Session::new("wrong");
    let (code, document, _) = session.create("a", &json!({ "owner": "x" }));
    assert_eq!(code, 0x8037_010d);
    assert!(document.contains("owner is not a key of ComputeSystem"), "{document}");
    let operation = session.operation();
    let mut document = String::new();
    let mut results = |function: &str| session.call(function, &mut [Number(operation), Document(&mut document)]);
    assert_eq!(results("HcsGetOperationResult"), 0x8037_0115);
    assert_eq!(session.call("HcsEnumerateComputeSystems", &mut [Text(""), Number(operation)]), 0);
    assert_eq!(session.finish(operation), (0, "[]".into()));
    assert_eq!(session.about("HcsStartComputeSystem", 4, "").0, 0x8007_0006);
    assert_eq!(session.about("HcsCancelLiveMigration", 4, "").0, 0x8000_4001);
    let mut system = 0;
    assert_eq!(session.call("HcsOpenComputeSystem", &mut [Text("b"), Number(0), Out(&mut system)]), 0x8037_010e);
}

#[test]
fn completions_come_as_they_are_asked_for() {
    let session = Session::new("completions");
    let (_, _, system) = session.create("a", &container());
    let ear = Ear::default();
    let operation = session.dll.call_wide("HcsCreateOperation", &mut [ear.context(), ear.completion()]);
    assert_eq!(session.call("HcsStartComputeSystem", &mut [Number(system), Number(operation), Text("")]), 0);
    assert_eq!(ear.next(SOON).map(|heard| heard.operation), Some(operation));
    assert_eq!(session.call("HcsGetOperationType", &mut [Number(operation)]), 2);
    // With the option, the system's callback is told instead.
    let events = Ear::default();
    let mut arguments = [Number(system), Number(1), events.context(), events.event()];
    assert_eq!(session.call("HcsSetComputeSystemCallback", &mut arguments), 0);
    let pause =
        |operation: usize| session.call("HcsPauseComputeSystem", &mut [Number(system), Number(operation), Text("")]);
    assert_eq!(pause(operation), 0x8037_0119);
    let plain = session.operation();
    assert_eq!(pause(plain), 0);
    assert_eq!(events.next(SOON).map(|heard| (heard.kind, heard.operation)), Some((0x0100_0000, plain)));
}
