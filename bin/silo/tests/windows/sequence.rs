//! What the founding tool asked the service for, and what silo asks it for: the same calls in the same order.
//!
//! The tool is hostcompute_nspawn, which used `vmcompute.dll` alone. Its calls were written down when it ran unmodified over a
//! service like this one.

use crate::session::Session;
use serde_json::{Value, json};

/// The tool's calls and the notifications that it waits for.
const FOUNDING: [&str; 18] = [
    "NameToGuid",
    "CreateSandboxLayer",
    "ActivateLayer",
    "PrepareLayer",
    "GetLayerMountPath",
    "HcsCreateComputeSystem",
    "HcsRegisterComputeSystemCallback",
    "0x2",
    "HcsStartComputeSystem",
    "0x3",
    "HcsCreateProcess",
    "HcsRegisterProcessCallback",
    "0x10000",
    "HcsTerminateComputeSystem",
    "0x1",
    "UnprepareLayer",
    "DeactivateLayer",
    "DestroyLayer",
];

/// What the tool does beyond that, and why it is left out.
const NOT_NEEDED: [(&str, &str); 1] = [("HcsEnumerateComputeSystems", "it prints the list, and does nothing with it")];

/// What silo does beyond that, and why.
const OURS: [(&str, &str); 8] = [
    ("NameToGuid", "the ids of parents are computed for every call that takes them, which the tool keeps"),
    ("GetLayerMountPath", "the length is asked for first, and not assumed to be 260 characters"),
    ("HcsGetComputeSystemProperties", "what tells the system from a later one of its id, for the ledger"),
    ("HcsGetProcessProperties", "the exit code, which the tool does not tell"),
    ("HcsUnregisterComputeSystemCallback", "the tool leaves it to its own end"),
    ("HcsUnregisterProcessCallback", "the same"),
    ("HcsCloseComputeSystem", "the same"),
    ("HcsCloseProcess", "the same"),
];

/// The functions and notifications of a log, in the order in which they are meant.
fn events(log: &[Value]) -> Vec<&str> {
    let mut events: Vec<&str> =
        log.iter().filter_map(|line| line["function"].as_str().or(line["notification"].as_str())).collect();
    // A notification may be written down before the call that it came of has returned.
    for (call, notification) in [
        ("HcsRegisterComputeSystemCallback", "0x2"),
        ("HcsStartComputeSystem", "0x3"),
        ("HcsRegisterProcessCallback", "0x10000"),
        ("HcsTerminateComputeSystem", "0x1"),
    ] {
        let place = events.iter().position(|event| *event == notification);
        if let Some(place) = place.filter(|place| events.get(place + 1) == Some(&call)) {
            events.swap(place, place + 1);
        }
    }
    events
}

fn run(test: &str, changes: &Value) -> Option<Session> {
    let session = Session::new(test)?.variable("SILO_HCS_ABI", "vmcompute");
    session.nspawn(&["say", "done"], changes).with(0);
    session.assert_nothing_left();
    Some(session)
}

#[test]
fn the_calls_are_those_of_the_founding_tool() {
    let Some(session) = run("sequence", &json!({})) else { return };
    let log = session.log();
    let mut expected = FOUNDING.iter().peekable();
    for event in events(&log) {
        if expected.next_if(|next| **next == event).is_none() {
            assert!(OURS.iter().any(|(ours, _)| *ours == event), "{event} is not expected: {:?}", events(&log));
        }
    }
    assert_eq!(expected.next(), None, "{:?}", events(&log));
    for (function, _) in NOT_NEEDED {
        assert_eq!(session.calls(function), Vec::<Value>::new());
    }
    let options = |function: &str| session.calls(function)[0]["arguments"]["options"].clone();
    assert_eq!(options("HcsStartComputeSystem"), "");
}

#[test]
fn the_document_is_the_founding_tools_but_for_what_the_reference_lists() {
    if !Session::version1() {
        return;
    }
    let changes = json!({
        "max_ram_mb": 512, "cpus_count": 2, "max_cpu_percent": 50, "max_storage_iops": 1000,
        "max_storage_bandwidth_bytes_per_sec": 1_000_000, "hostname": "inside",
    });
    let Some(session) = run("document", &changes) else { return };
    let document = session.document();
    let id = document["Name"].clone();
    assert!(id.as_str().is_some_and(|id| id.len() == 12), "{id}");
    let scratch = session.path("root").join(id.as_str().unwrap_or_default()).join("scratch").display().to_string();
    let layer = session.calls("CreateSandboxLayer")[0]["arguments"]["layers"][0]["id"].clone();
    let volume = session.calls("GetLayerMountPath").pop().expect("a volume")["output"]["path"].clone();
    let mapped = json!([{
        "HostPath": session.text("app"), "ContainerPath": r"C:\nspawn", "ReadOnly": false,
        "IOPSMaximum": 1000, "BandwidthMaximum": 1_000_000,
        "CreateInUtilityVM": false,
    }]);
    let mut expected = json!({
        "SystemType": "Container", "IsDummy": false, "IgnoreFlushesDuringBoot": true, "HvPartition": false,
        "EndpointList": [], "Servicing": false, "AllowUnqualifiedDNSQuery": true,
        "MemoryMaximumInMB": 512, "ProcessorCount": 2, "ProcessorMaximum": 5000,
        "StorageIOPSMaximum": 1000, "StorageBandwidthMaximum": 1_000_000,
        "MappedDirectories": mapped,
    });
    // What differs: see the table in docs/silo.md.
    for (key, value) in [
        ("Name", id),
        ("Owner", json!("silo")),
        ("HostName", json!("inside")),
        ("LayerFolderPath", json!(scratch)),
        ("VolumePath", json!(volume.as_str().map(|volume| volume.trim_end_matches('\\')))),
        ("Layers", json!([{"ID": layer, "Path": session.base()}])),
    ] {
        expected[key] = value;
    }
    let same = |layer: &Value| layer["ID"].as_str().map(str::to_lowercase);
    assert_eq!(same(&document["Layers"][0]), same(&expected["Layers"][0]));
    expected["Layers"] = document["Layers"].clone();
    for key in expected.as_object().expect("an object").keys() {
        assert_eq!(document[key], expected[key], "{key}");
    }
    assert_eq!(document, expected);
}

#[test]
fn limits_that_are_not_set_are_not_in_the_document() {
    let Some(session) = run("unlimited", &json!({})) else { return };
    let document = session.document();
    for place in [
        "/MemoryMaximumInMB",
        "/ProcessorCount",
        "/ProcessorMaximum",
        "/StorageIOPSMaximum",
        "/StorageBandwidthMaximum",
        "/Container/Memory",
        "/Container/Processor/Count",
        "/Container/Processor/Maximum",
        "/Container/Storage/QoS",
    ] {
        assert_eq!(document.pointer(place), None, "{place}");
    }
}
