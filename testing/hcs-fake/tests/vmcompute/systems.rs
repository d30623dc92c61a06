//! The life of compute systems.

use crate::session::{PENDING, SOON, Session};
use hcs_fake::raw::Argument::{Document, Number, Out, Text};
use hcs_fake::raw::Ear;
use serde_json::{Value, json};

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

#[test]
fn whoever_has_unregistered_is_not_told() {
    let session = Session::new("unregistered");
    let (system, ear, callback) = session.started("a");
    assert_eq!(session.call("HcsUnregisterComputeSystemCallback", &mut [Number(callback)]), 0);
    assert_eq!(session.call("HcsUnregisterComputeSystemCallback", &mut [Number(callback)]), 0x8007_0006);
    let mut arguments = [Number(system), Text(""), Document(&mut String::new())];
    assert_eq!(session.call("HcsShutdownComputeSystem", &mut arguments), PENDING);
    // Who asks later is told at once, and everything before has been told.
    let (late, mut callback) = (Ear::default(), 0);
    let mut arguments = [Number(system), late.notification(), late.context(), Out(&mut callback)];
    assert_eq!(session.call("HcsRegisterComputeSystemCallback", &mut arguments), 0);
    assert_eq!(late.next(SOON).map(|heard| heard.kind), Some(1));
    assert_eq!(ear.next(std::time::Duration::ZERO), None);
}

#[test]
fn the_end_of_the_service_is_told() {
    let session = Session::new("disconnect");
    let (system, ear, _) = session.started("a");
    session.fake().stop().expect("it stops");
    assert_eq!(ear.next(SOON).map(|heard| heard.kind), Some(0x0100_0000));
    // The next call starts another one, which knows nothing of the first one's handles.
    let mut arguments = [Number(system), Text(""), Document(&mut String::new())];
    assert_eq!(session.call("HcsTerminateComputeSystem", &mut arguments), 0x8007_0006);
}
