//! `vmcompute.dll` as programs that nobody here wrote use it.
#![forbid(unsafe_code)]
#![cfg(windows)]

use hcs_fake::raw::Argument::{Block, Document, Number, Out, Text};
use hcs_fake::raw::{Argument, Dll, Ear};
use hcs_fake::{Fake, Home};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::time::Duration;

const PENDING: u32 = 0xc037_0103;
const SOON: Duration = Duration::from_secs(20);

/// A session of a test with the DLL.
struct Session {
    home: Home,
    dll: Dll,
}

impl Session {
    fn new(test: &str) -> Session {
        let home = Home::new(test);
        home.enter();
        Session { home, dll: Dll::open("vmcompute") }
    }

    fn fake(&self) -> &Fake {
        self.home.fake()
    }

    fn call(&self, function: &str, arguments: &mut [Argument]) -> u32 {
        self.dll.call(function, arguments)
    }

    /// Makes a container with a mapped directory, and hears that it is there.
    fn created(&self, id: &str, last: bool) -> (usize, Ear, usize) {
        let mapped = json!([{
            "HostPath": self.home.folder(), "ContainerPath": "C:\\mapped", "ReadOnly": false,
            "BandwidthMaximum": 0, "IOPSMaximum": 0, "CreateInUtilityVM": false,
        }]);
        let document = json!({
            "SystemType": "Container", "Name": id, "Owner": "test", "Layers": [], "HvPartition": false,
            "MappedDirectories": mapped, "TerminateOnLastHandleClosed": last,
        });
        let (mut system, mut result, ear, mut callback) = (0, String::new(), Ear::default(), 0);
        let document = document.to_string();
        let mut arguments = [Text(id), Text(&document), Number(0), Out(&mut system), Document(&mut result)];
        assert_eq!(self.call("HcsCreateComputeSystem", &mut arguments), PENDING, "{result}");
        let mut arguments = [Number(system), ear.notification(), ear.context(), Out(&mut callback)];
        assert_eq!(self.call("HcsRegisterComputeSystemCallback", &mut arguments), 0);
        assert_eq!(ear.next(SOON).map(|heard| (heard.kind, heard.status)), Some((2, 0)));
        (system, ear, callback)
    }

    fn started(&self, id: &str) -> (usize, Ear, usize) {
        let (system, ear, callback) = self.created(id, false);
        let started = self.call("HcsStartComputeSystem", &mut [Number(system), Text(""), Document(&mut String::new())]);
        assert_eq!(started, PENDING);
        assert_eq!(ear.next(SOON).map(|heard| heard.kind), Some(3));
        (system, ear, callback)
    }

    /// Starts a process: its handle, its id and its three pipes.
    fn process(&self, system: usize, parameters: &Value) -> (usize, [usize; 4]) {
        let (mut process, mut information, mut result) = (0, [0; 4], String::new());
        let parameters = parameters.to_string();
        let mut arguments =
            [Number(system), Text(&parameters), Block(&mut information), Out(&mut process), Document(&mut result)];
        assert_eq!(self.call("HcsCreateProcess", &mut arguments), 0, "{result}");
        (process, information)
    }

    /// Waits for the end of a process, and answers its code.
    fn ended(&self, process: usize) -> u64 {
        let (ear, mut callback) = (Ear::default(), 0);
        let mut arguments = [Number(process), ear.notification(), ear.context(), Out(&mut callback)];
        assert_eq!(self.call("HcsRegisterProcessCallback", &mut arguments), 0);
        assert_eq!(ear.next(SOON).map(|heard| heard.kind), Some(0x10000));
        let mut status = String::new();
        let mut arguments = [Number(process), Document(&mut status), Document(&mut String::new())];
        assert_eq!(self.call("HcsGetProcessProperties", &mut arguments), 0);
        assert_eq!(self.call("HcsUnregisterProcessCallback", &mut [Number(callback)]), 0);
        let status: Value = serde_json::from_str(&status).expect("a status");
        assert_eq!((&status["Exited"], &status["LastWaitResult"]), (&json!(true), &json!(0)));
        status["ExitCode"].as_u64().expect("a code")
    }

    fn terminate(&self, system: usize, ear: &Ear) {
        let mut arguments = [Number(system), Text("{}"), Document(&mut String::new())];
        assert_eq!(self.call("HcsTerminateComputeSystem", &mut arguments), PENDING);
        assert_eq!(ear.next(SOON).map(|heard| heard.kind), Some(1));
    }
}

#[test]
fn the_sequence_of_hostcompute_nspawn_works() {
    let session = Session::new("nspawn");
    let (system, ear, callback) = session.started("nspawn_1");
    let mut systems = String::new();
    let mut arguments = [Text("{}"), Document(&mut systems), Document(&mut String::new())];
    assert_eq!(session.call("HcsEnumerateComputeSystems", &mut arguments), 0);
    assert!(systems.contains("nspawn_1"), "{systems}");
    let line = r"C:\Windows\System32\cmd.exe /c echo hello>> out.txt 2>&1";
    let parameters = json!({
        "ApplicationName": "", "CommandLine": line, "User": "", "WorkingDirectory": "C:\\mapped", "Environment": {},
        "EmulateConsole": false, "CreateStdInPipe": false, "CreateStdOutPipe": false, "CreateStdErrPipe": false,
        "ConsoleSize": [],
    });
    let (process, _) = session.process(system, &parameters);
    assert_eq!(session.ended(process), 0);
    let said = std::fs::read_to_string(session.home.folder().join("out.txt")).expect("the output");
    assert_eq!(said.trim_end(), "hello");
    session.terminate(system, &ear);
    assert_eq!(session.call("HcsUnregisterComputeSystemCallback", &mut [Number(callback)]), 0);
    assert_eq!(session.call("HcsCloseProcess", &mut [Number(process)]), 0);
    assert_eq!(session.call("HcsCloseComputeSystem", &mut [Number(system)]), 0);
    assert_eq!(session.fake().left().expect("what is left"), Vec::<String>::new());
    let log = session.fake().log().expect("the log");
    let created = log.iter().find(|line| line["function"] == "HcsCreateComputeSystem").expect("a line");
    assert_eq!(
        (&created["arguments"]["configuration"]["Owner"], &created["result"]),
        (&json!("test"), &json!("0xc0370103"))
    );
    assert!(log.iter().any(|line| line["notification"] == "0x10000"), "{log:?}");
}

#[test]
fn standard_streams_are_pipes() {
    let session = Session::new("streams");
    let (system, ear, _) = session.started("a");
    let parameters = json!({
        "CommandLine": "cmd /v:on /c \"set /p A=& set /p B=& echo got !A!& echo oops>&2& exit 7\"",
        "CreateStdInPipe": true, "CreateStdOutPipe": true, "CreateStdErrPipe": true,
    });
    let (process, information) = session.process(system, &parameters);
    let [input, output, errors] = [1, 2, 3].map(|index| hcs_fake::raw::Pipe::from_handle(information[index]));
    let (mut input, mut output, mut errors) = (input, output, errors);
    input.write_all(b"one\r\n").expect("it reads");
    let closed = json!({"Operation": "CloseHandle", "CloseHandle": {"Handle": "StdIn"}}).to_string();
    let mut arguments = [Number(process), Text(&closed), Document(&mut String::new())];
    assert_eq!(session.call("HcsModifyProcess", &mut arguments), 0);
    let (mut said, mut complained) = (String::new(), String::new());
    output.read_to_string(&mut said).expect("it ends");
    errors.read_to_string(&mut complained).expect("it ends");
    // The second line is not there because the input has ended.
    assert_eq!((said.trim_end(), complained.trim_end()), ("got one", "oops"));
    assert_eq!(session.ended(process), 7);
    session.terminate(system, &ear);
}

#[test]
fn what_is_wrong_has_the_codes_of_windows() {
    let session = Session::new("codes");
    let (system, _, _) = session.created("a", false);
    let (mut other, mut result) = (0, String::new());
    let mut create = |document: &str| {
        let mut arguments = [Text("A"), Text(document), Number(0), Out(&mut other), Document(&mut result)];
        session.call("HcsCreateComputeSystem", &mut arguments)
    };
    let good = json!({"SystemType": "Container", "Name": "A", "Layers": [], "HvPartition": false});
    assert_eq!(create(&good.to_string()), 0xc037_010f);
    assert_eq!(create(r#"{"systemType": "Container"}"#), 0xc037_010d);
    assert_eq!(create("{"), 0xc037_010d);
    let opened = session.call("HcsOpenComputeSystem", &mut [Text("b"), Out(&mut other), Document(&mut result)]);
    assert_eq!(opened, 0xc037_010e);
    let paused = session.call("HcsPauseComputeSystem", &mut [Number(system), Text(""), Document(&mut result)]);
    assert_eq!(paused, 0xc037_0105);
    assert!(result.contains("is Created"), "{result}");
}

#[test]
fn the_last_handle_ends_what_wants_it() {
    let session = Session::new("last");
    let (system, _, callback) = session.created("a", true);
    let (kept, _, _) = session.created("b", false);
    assert_eq!(session.call("HcsUnregisterComputeSystemCallback", &mut [Number(callback)]), 0);
    assert_eq!(session.call("HcsCloseComputeSystem", &mut [Number(system)]), 0);
    let snapshot = session.fake().snapshot().expect("a snapshot");
    let ids: Vec<&Value> =
        snapshot["systems"].as_array().expect("systems").iter().map(|system| &system["id"]).collect();
    assert_eq!(ids, ["b"]);
    assert_eq!(session.call("HcsCloseComputeSystem", &mut [Number(kept)]), 0);
}
