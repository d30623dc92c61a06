//! Every document of every plan that `hcs-host` is tested with is one that the services of its build would take.
#![forbid(unsafe_code)]

use hcs_fake::strict::{Schema, problems};
use hcs_host::plan::{Call, HostFacts, Plan, Wanted};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Server 2016, 2019, 2022 and 2025.
const BUILDS: [u32; 4] = [14393, 17763, 20348, 26100];

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/hcs-host/tests/plans");
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let paths = entries.map(|entry| entry.expect("a case").path());
    paths.filter(|path| !path.to_string_lossy().ends_with(".plan.json")).collect()
}

/// The plan of a case for a build, if it is not refused.
fn plan(path: &Path, build: u32) -> Option<Plan> {
    let text = std::fs::read_to_string(path).expect("a case");
    let mut case: Value = serde_json::from_str(&text).expect("a case");
    let wanted: Wanted = serde_json::from_value(case["wanted"].take()).expect("what is wanted");
    let mut facts = serde_json::to_value(HostFacts::windows(build)).expect("facts");
    if let Value::Object(differing) = case["facts"].take() {
        facts.as_object_mut().expect("facts").extend(differing);
    }
    Plan::new(&wanted, &serde_json::from_value(facts).expect("facts")).ok()
}

/// The schema that knows a document; `None` for what only the engine's own agents read.
fn schema(name: &str) -> Option<Schema> {
    match name {
        "ContainerConfig" | "ProcessConfig" => Some(Schema::Version1),
        name => [Schema::Network2, Schema::Version2].into_iter().find(|schema| schema.has(name)),
    }
}

/// What is wrong with the document of a call, and the name of the document.
fn check(call: &Call, build: u32) -> Option<(String, Vec<String>)> {
    let document = call.document()?;
    let name = document.name();
    let found = problems(schema(name)?, name, &document.to_json(), build);
    Some((name.to_owned(), found.iter().map(ToString::to_string).collect()))
}

#[test]
fn every_document_of_every_plan_is_taken() {
    let mut wrong = Vec::new();
    let mut names = BTreeMap::new();
    for path in cases() {
        for build in BUILDS {
            let Some(plan) = plan(&path, build) else { continue };
            let calls = plan.steps.iter().flat_map(|step| std::iter::once(&step.call).chain(&step.undo));
            for (name, found) in calls.filter_map(|call| check(call, build)) {
                *names.entry(name).or_insert(0) += 1;
                let case = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                wrong.extend(found.into_iter().map(|what| format!("{case} on {build}: {what}")));
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Otherwise nothing was looked at.
    let looked_at = [
        "ComputeSystem",
        "ContainerConfig",
        "HostComputeNamespace",
        "HostedSystem",
        "LinuxContainer",
        "ModifySettingRequest",
        "ProcessConfig",
        "ProcessParameters",
    ];
    for name in looked_at {
        assert!(names.get(name).is_some_and(|count| *count > 1), "no {name} was looked at: {names:?}");
    }
}

/// What hostcompute_nspawn sends, which Server 2016 takes: it leaves out what Go's programs always write.
#[test]
fn the_founding_tools_own_document_is_taken() {
    let document = json!({
        "SystemType": "Container",
        "Name": r"C:\layers\",
        "Owner": "hostcompute_nspawn",
        "IsDummy": false,
        "VolumePath": r"\\?\Volume{891ed00b-8fb5-807f-b60e-5cfb3a733f31}\",
        "IgnoreFlushesDuringBoot": true,
        "LayerFolderPath": r"C:\layers\nspawn",
        "Layers": [{"ID": "cae66217-2fd4-80bb-8cd7-10a769079c05", "Path": r"C:\layers\base"}],
        "MemoryMaximumInMB": 512,
        "ProcessorCount": 1,
        "ProcessorMaximum": 2500,
        "StorageIOPSMaximum": 1024,
        "StorageBandwidthMaximum": 10_485_760,
        "HostName": "e9b31f92",
        "MappedDirectories": [{
            "HostPath": r"C:\app",
            "ContainerPath": r"c:\nspawndir",
            "ReadOnly": false,
            "IOPSMaximum": 1024,
            "BandwidthMaximum": 10_485_760
        }],
        "HvPartition": false,
        "EndpointList": [],
        "Servicing": false,
        "AllowUnqualifiedDNSQuery": true
    });
    assert_eq!(problems(Schema::Version1, "ContainerConfig", &document, 14393), []);
    let process = json!({
        "ApplicationName": "",
        "CommandLine": r"C:\Windows\System32\cmd.exe /c start /b /wait /affinity 0x1 c:\nspawndir\hello.exe >> out.txt 2>&1",
        "User": "",
        "WorkingDirectory": r"c:\nspawndir",
        "Environment": {},
        "EmulateConsole": false,
        "CreateStdInPipe": false,
        "CreateStdOutPipe": false,
        "CreateStdErrPipe": false,
        "ConsoleSize": []
    });
    assert_eq!(problems(Schema::Version1, "ProcessConfig", &process, 14393), []);
}
