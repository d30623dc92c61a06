//! The founding tool's own example, planned for the build that it was written for: the same calls in the same order, and the
//! same document but for what is listed here.
//!
//! Source: `resources/config.json`, `src/container_config.hpp` and `src/hostcompute_nspawn.cpp` of
//! <https://github.com/akashche/hostcompute_nspawn>, version 1.3.

use super::{Host, nspawn};
use crate::cli::nspawn::NspawnArgs;
use crate::testing::FakeWorld;
use hcs_engine::plan::{HostFacts, Plan, Wanted};
use hcs_engine::{Places, Request};
use serde_json::{Value, json};

/// Word for word.
const EXAMPLE: &str = r#"{
    "process_directory": "C:/projects/hostcompute_nspawn/build/bin",
    "process_executable": "hello.exe",
    "process_arguments": ["foo", "bar", "baz"],

    "max_ram_mb": 512,
    "cpus_count": 1,
    "cpu_affinity_hex": 1,
    "max_cpu_percent": 25,
    "max_storage_iops": 1024,
    "max_storage_bandwidth_bytes_per_sec": 10485760,

    "mapped_directory": "c:/nspawndir",
    "stdout_filename": "nspawn_out.txt",

    "parent_layer_directory": "C:/ProgramData/docker/windowsfilter/76e7bfaf64af77e02b638c312bafb77de927d812d25936010f5aa71e98e5d5c9"
}"#;

const LAYERS: &str = r"C:\ProgramData\docker\windowsfilter\";
/// The upper-most layer, and the one that its `layerchain.json` names.
const CHAIN: [&str; 2] =
    ["76e7bfaf64af77e02b638c312bafb77de927d812d25936010f5aa71e98e5d5c9", "342d4e407550c52261edd20c"];
const BUILD: u32 = 14393;

fn request(config: &str, version1: bool) -> Request {
    let chain = format!(r#"["C:\\ProgramData\\docker\\windowsfilter\\{}"]"#, CHAIN[1]);
    let world = FakeWorld::root()
        .file("/cwd/config.json", config)
        .file(&format!(r"{LAYERS}{}\layerchain.json", CHAIN[0]), &chain)
        .folder(&format!("{LAYERS}{}", CHAIN[0]))
        .folder(&format!("{LAYERS}{}", CHAIN[1]))
        .folder(r"C:\projects\hostcompute_nspawn\build\bin");
    let args = NspawnArgs { config: "config.json".into(), ..NspawnArgs::default() };
    nspawn(&args, &Host { world: &world, here: true, processors: 4, version1 })
        .unwrap_or_else(|error| panic!("{error}"))
}

fn wanted(config: &str) -> Wanted {
    let places = Places::on_windows("nspawn1", None);
    hcs_engine::wanted("nspawn1", request(config, true), &places, false).unwrap()
}

fn plan(config: &str) -> Plan {
    Plan::new(&wanted(config), &HostFacts::windows(BUILD)).unwrap_or_else(|error| panic!("{error}"))
}

/// The calls of a plan by name, with the documents that they send.
fn calls(plan: &Plan) -> Vec<(String, Value)> {
    let steps = serde_json::to_value(&plan.steps).unwrap();
    let call = |step: &Value| (step["call"]["call"].as_str().unwrap().to_owned(), step["call"]["document"].clone());
    steps.as_array().unwrap().iter().map(call).collect()
}

fn document(plan: &Plan, name: &str) -> Value {
    calls(plan).into_iter().find(|(call, _)| call == name).unwrap().1
}

#[test]
fn the_document_is_the_founding_tools_own() {
    let own = document(&plan(EXAMPLE), "create-system");
    let layer = |name: &str| json!({ "ID": format!("${{layer-id:{name}}}"), "Path": format!("{LAYERS}{name}") });
    // `container_config.hpp`, line for line.
    let mut founding = json!({
        "SystemType": "Container",
        "Name": LAYERS,
        "Owner": "hostcompute_nspawn",
        "IsDummy": false,
        "VolumePath": "${volume-name}",
        "IgnoreFlushesDuringBoot": true,
        "LayerFolderPath": format!("{LAYERS}nspawn_2017-05-06_12-00-00_0123456789abcdef0123456789"),
        "Layers": CHAIN.map(layer),
        "MemoryMaximumInMB": 512,
        "ProcessorCount": 1,
        "ProcessorMaximum": 25 * 100,
        "StorageIOPSMaximum": 1024,
        "StorageBandwidthMaximum": 10_485_760,
        "HostName": "01234567",
        "MappedDirectories": [{
            "HostPath": r"C:\projects\hostcompute_nspawn\build\bin",
            "ContainerPath": r"c:\nspawndir",
            "ReadOnly": false,
            "IOPSMaximum": 1024,
            "BandwidthMaximum": 10_485_760,
        }],
        "HvPartition": false,
        "EndpointList": [],
        "Servicing": false,
        "AllowUnqualifiedDNSQuery": true,
    });
    // The differences. It gave the folder of the layers for a name, which is a mistake: ours is the id, and so is the beginning
    // of the host name, which it drew by lot. The writable layer is where silo keeps it.
    founding["Name"] = json!("nspawn1");
    founding["Owner"] = json!("silo");
    founding["HostName"] = json!("nspawn1");
    founding["LayerFolderPath"] = json!(r"C:\ProgramData\silo\layers\nspawn1");
    // Newer than it, and what is so anyway.
    founding["MappedDirectories"][0]["CreateInUtilityVM"] = json!(false);
    assert_eq!(own, founding);
}

#[test]
fn the_calls_are_the_founding_tools_in_its_order() {
    let plan = plan(EXAMPLE);
    let names: Vec<String> = calls(&plan).into_iter().map(|(name, _)| name).collect();
    // Between them, it registers callbacks and lists all systems, which are not part of a plan.
    let founding = [
        "name-to-guid",
        "name-to-guid",
        "create-sandbox-layer",
        "activate-layer",
        "prepare-layer",
        "get-layer-mount-path",
        "create-system",
        "start-system",
        "create-process",
    ];
    assert_eq!(names, founding);
    let steps = serde_json::to_value(&plan.steps).unwrap();
    let undo =
        steps.as_array().unwrap().iter().rev().flat_map(|step| step["undo"].as_array().cloned().unwrap_or_default());
    let undo: Vec<String> = undo.map(|call| call["call"].as_str().unwrap().to_owned()).collect();
    assert_eq!(undo, ["terminate-system", "unprepare-layer", "deactivate-layer", "destroy-layer"]);
    let chain: Vec<String> = CHAIN.iter().map(|name| format!("{LAYERS}{name}")).collect();
    for step in steps.as_array().unwrap().iter().filter(|step| step["call"].get("parents").is_some()) {
        assert_eq!(step["call"]["parents"], json!(chain), "the upper-most first");
    }
}

#[test]
fn the_program_is_started_as_the_founding_tool_did_where_that_is_asked_for() {
    let process = |config: &str| document(&plan(config), "create-process");
    let start = r"C:\Windows\System32\cmd.exe /d /e:on /v:off /s /c ";
    // It quoted nothing, and always redirected: the rest of the line is its own.
    let pinned = process(EXAMPLE);
    let line = format!(r#"{start}"start "" /b /wait /affinity 0x1 "c:\nspawndir\hello.exe" foo bar baz""#);
    assert_eq!((&pinned["CommandLine"], &pinned["WorkingDirectory"]), (&json!(line), &json!(r"c:\nspawndir")));
    let inside = EXAMPLE.replace("\"max_ram_mb\"", "\"redirect_inside\": true, \"max_ram_mb\"");
    let line = format!(
        r#"{start}"start "" /b /wait /affinity 0x1 "c:\nspawndir\hello.exe" foo bar baz >> "c:\nspawndir\nspawn_out.txt" 2>&1""#
    );
    assert_eq!(process(&inside)["CommandLine"], line);
    assert!(request(&inside, true).output_file.is_none() && request(EXAMPLE, true).output_file.is_some());
    let free = EXAMPLE.replace("\"cpu_affinity_hex\": 1,", "");
    assert_eq!(process(&free)["CommandLine"], r"c:\nspawndir\hello.exe foo bar baz");
    // From build 17763 on a job object pins, and a redirect is still the caller's word.
    let places = Places::on_windows("nspawn1", None);
    let later = hcs_engine::wanted("nspawn1", request(&inside, false), &places, false).unwrap();
    let later = Plan::new(&later, &HostFacts::windows(17763)).unwrap();
    let line = format!(r#"{start}""c:\nspawndir\hello.exe" foo bar baz >> "c:\nspawndir\nspawn_out.txt" 2>&1""#);
    assert_eq!(document(&later, "create-process")["CommandLine"], line);
    assert!(calls(&later).iter().any(|(name, _)| name == "set-job-affinity"));
}

#[test]
fn from_build_17763_on_there_is_no_place_for_some_of_it() {
    let request = request(EXAMPLE, false);
    let windows = request.spec.windows.unwrap();
    assert!(windows.network.is_none() && !windows.ignore_flushes_during_boot);
    assert!(request.spec.mounts[0].options.is_empty());
}
