//! Documents of schema version 1: the two that the comments of Docker 1.12 show, field for field, and the rules around them.
//!
//! Source of the examples: `libcontainerd/client_windows.go` of <https://github.com/moby/moby>, version 1.12.
#![forbid(unsafe_code)]

use hcs_host::plan::{HostFacts, ImageVersion, PathKind, Plan, Wanted};
use serde_json::{Value, json};

const BASE: &str = r"C:\control\windowsfilter\65bf96e5760a09edf1790cb229e2dfb2dbd0fcdc0bf7451bae099106bfbfea0c";
const BUILD: u32 = 14393;

/// What Docker 1.12 was asked for, for its examples.
fn wanted(id: &str, windows: Value) -> Wanted {
    let mut spec = json!({
        "ociVersion": "1.0.0",
        "hostname": id.chars().take(12).collect::<String>(),
        "process": { "args": ["cmd"], "cwd": "C:\\", "user": { "uid": 0, "gid": 0 } },
        "windows": { "layerFolders": [BASE, format!(r"C:\control\windowsfilter\{id}")] },
    });
    spec["windows"].as_object_mut().unwrap().extend(windows.as_object().unwrap().clone());
    let wanted = json!({ "id": id, "owner": "docker", "spec": spec });
    serde_json::from_value(wanted).unwrap()
}

fn process(windows: Value) -> Wanted {
    wanted("5e0055c814a6005b8e57ac59f9a522066e0af12b48b3c26a9416e23907698776", windows)
}

fn hyperv(mut windows: Value) -> Wanted {
    windows.as_object_mut().unwrap().entry("hyperv").or_insert_with(|| json!({}));
    wanted("475c2c58933b72687a88a441e7e0ca4bd72d76413c5f9d5031fee83b98f6045d", windows)
}

/// The document of the first call that makes or runs something, with the steps' results in it.
fn document(wanted: &Wanted, facts: &HostFacts, call: &str) -> Value {
    let plan = Plan::new(wanted, facts).unwrap_or_else(|error| panic!("{error}"));
    let steps = serde_json::to_value(&plan.steps).unwrap();
    let step = steps.as_array().unwrap().iter().find(|step| step["call"]["call"] == call).unwrap();
    let text = step["call"]["document"].to_string();
    let text = text.replace(
        "${layer-id:65bf96e5760a09edf1790cb229e2dfb2dbd0fcdc0bf7451bae099106bfbfea0c}",
        "18955d65-d45a-557b-bf1c-49d6dfefc526",
    );
    let text = text.replace("${volume-name}", r"\\\\?\\Volume{66d1ef4c-7a00-11e6-8948-00155ddbef9d}");
    serde_json::from_str(&text).unwrap()
}

fn system(wanted: &Wanted) -> Value {
    document(wanted, &HostFacts::windows(BUILD), "create-system")
}

fn refusal(wanted: &Wanted, facts: &HostFacts) -> String {
    Plan::new(wanted, facts).unwrap_err().to_string()
}

#[test]
fn the_example_without_a_machine_comes_out_field_for_field() {
    let expected = json!({
        "SystemType": "Container",
        "Name": "5e0055c814a6005b8e57ac59f9a522066e0af12b48b3c26a9416e23907698776",
        "Owner": "docker",
        "IsDummy": false,
        "VolumePath": r"\\?\Volume{66d1ef4c-7a00-11e6-8948-00155ddbef9d}",
        "IgnoreFlushesDuringBoot": true,
        "LayerFolderPath": r"C:\control\windowsfilter\5e0055c814a6005b8e57ac59f9a522066e0af12b48b3c26a9416e23907698776",
        "Layers": [{ "ID": "18955d65-d45a-557b-bf1c-49d6dfefc526", "Path": BASE }],
        "HostName": "5e0055c814a6",
        "MappedDirectories": [],
        "HvPartition": false,
        "EndpointList": ["eef2649d-bb17-4d53-9937-295a8efe6f2c"],
        "Servicing": false,
    });
    let mut wanted = process(json!({
        "ignoreFlushesDuringBoot": true,
        "network": { "endpointList": ["eef2649d-bb17-4d53-9937-295a8efe6f2c"] },
    }));
    assert_eq!(system(&wanted), expected);
    wanted.spec.hostname = None;
    assert_eq!(system(&wanted), expected, "a container without a name has the beginning of its id");
}

#[test]
fn the_example_with_a_machine_comes_out_field_for_field() {
    let expected = json!({
        "SystemType": "Container",
        "Name": "475c2c58933b72687a88a441e7e0ca4bd72d76413c5f9d5031fee83b98f6045d",
        "Owner": "docker",
        "IsDummy": false,
        "IgnoreFlushesDuringBoot": true,
        "Layers": [{ "ID": "18955d65-d45a-557b-bf1c-49d6dfefc526", "Path": BASE }],
        "HostName": "475c2c58933b",
        "MappedDirectories": [],
        "SandboxPath": r"C:\control\windowsfilter",
        "HvPartition": true,
        "EndpointList": ["e1bb1e61-d56f-405e-b75d-fd520cefa0cb"],
        "HvRuntime": { "ImagePath": format!(r"{BASE}\UtilityVM") },
        "Servicing": false,
    });
    let wanted = hyperv(json!({
        "ignoreFlushesDuringBoot": true,
        "network": { "endpointList": ["e1bb1e61-d56f-405e-b75d-fd520cefa0cb"] },
    }));
    assert_eq!(system(&wanted), expected);
}

#[test]
fn the_writable_layer_is_a_volume_or_a_folder_of_folders() {
    let servicing = system(&hyperv(json!({ "servicing": true })));
    let folder = format!(r"C:\control\windowsfilter\{}", servicing["Name"].as_str().unwrap());
    assert_eq!(servicing["Servicing"], true);
    assert_eq!((&servicing["LayerFolderPath"], servicing.get("VolumePath")), (&json!(folder), None));
    let servicing = system(&process(json!({ "servicing": true })));
    assert_eq!((&servicing["Servicing"], servicing.get("SandboxPath")), (&json!(true), None));
    for (scratch, sandbox) in [(r"C:\x", r"C:\"), (r"C:\a\b\", r"C:\a"), ("C:/a/b", "C:/a")] {
        let document = system(&hyperv(json!({ "layerFolders": [BASE, scratch] })));
        let found = (document["SandboxPath"].as_str(), document["LayerFolderPath"].as_str());
        assert_eq!(found, (Some(sandbox), Some(scratch)), "a folder with another name than the container's is told");
    }
}

#[test]
fn the_utility_vm_is_that_of_the_upper_most_layer_that_has_one() {
    let layers = json!({ "layerFolders": [r"C:\l\top", r"C:\l\mid", r"C:\l\base", r"C:\s"] });
    let image = |wanted: &Wanted, facts: &HostFacts| {
        document(wanted, facts, "create-system")["HvRuntime"]["ImagePath"].as_str().unwrap().to_owned()
    };
    let facts = |there: &[&str]| {
        let mut facts = HostFacts::windows(BUILD);
        for layer in [r"C:\l\top", r"C:\l\mid", r"C:\l\base"] {
            let kind = if there.contains(&layer) { PathKind::Folder } else { PathKind::Missing };
            facts.paths.insert(format!(r"{layer}\UtilityVM"), kind);
        }
        facts
    };
    let wanted = hyperv(layers.clone());
    assert_eq!(image(&wanted, &facts(&[r"C:\l\mid", r"C:\l\base"])), r"C:\l\mid\UtilityVM");
    assert_eq!(image(&wanted, &facts(&[r"C:\l\base"])), r"C:\l\base\UtilityVM");
    assert!(refusal(&wanted, &facts(&[])).contains("no layer has a folder UtilityVM"));
    let mut own = layers;
    own["hyperv"] = json!({ "utilityVMPath": r"D:\vm" });
    assert_eq!(image(&hyperv(own), &facts(&[])), r"D:\vm");
}

#[test]
fn templates_are_not_for_images_before_14350() {
    for (build, expected) in [(10586, json!(true)), (14349, json!(true)), (14350, json!(null)), (14393, json!(null))] {
        let mut wanted = hyperv(json!({}));
        wanted.image = Some(ImageVersion { build, revision: 0 });
        assert_eq!(system(&wanted)["HvRuntime"]["SkipTemplate"], expected, "{build}");
    }
    assert_eq!(system(&hyperv(json!({})))["HvRuntime"]["SkipTemplate"], json!(null), "an unknown image");
}

#[test]
fn limits_are_in_the_units_of_version_1() {
    let limits = json!({ "resources": {
        "memory": { "limit": (512 << 20) + 4096 },
        "cpu": { "maximum": 25 * 100 },
        "storage": { "bps": 10_485_760, "iops": 1024, "sandboxSize": 21_474_836_480_u64 },
    } });
    for document in [system(&process(limits.clone())), system(&hyperv(limits))] {
        assert_eq!(document["MemoryMaximumInMB"], 512);
        assert_eq!(document["ProcessorMaximum"], 2500);
        assert_eq!(document["StorageBandwidthMaximum"], 10_485_760);
        assert_eq!(document["StorageIOPSMaximum"], 1024);
        assert_eq!(document["StorageSandboxSize"], 21_474_836_480_u64);
    }
    let weight = system(&process(json!({ "resources": { "cpu": { "shares": 500 } } })));
    assert_eq!((&weight["ProcessorWeight"], weight.get("ProcessorMaximum")), (&json!(500), None));
}

#[test]
fn a_number_of_processors_goes_with_a_share_of_them() {
    let limits = json!({ "resources": { "cpu": { "count": 1, "maximum": 2500 } } });
    for (wanted, told) in [(process(limits.clone()), true), (hyperv(limits.clone()), false)] {
        let document = system(&wanted);
        assert_eq!((&document["ProcessorCount"], &document["ProcessorMaximum"]), (&json!(1), &json!(2500)));
        let notes = Plan::new(&wanted, &HostFacts::windows(BUILD)).unwrap().notes;
        assert_eq!(notes.iter().any(|note| note.contains("goes by the number")), told, "{notes:?}");
    }
    let shares = json!({ "resources": { "cpu": { "count": 1, "shares": 5 } } });
    assert!(refusal(&process(shares), &HostFacts::windows(BUILD)).contains("exclude each other"));
    assert!(refusal(&process(limits), &HostFacts::windows(17763)).contains("exclude each other"));
}

#[test]
fn mounts_can_be_read_only_and_limited() {
    let mut wanted = process(json!({}));
    wanted.spec.mounts = serde_json::from_value(json!([
        { "source": r"C:\a", "destination": r"C:\in\a", "options": ["RO"] },
        { "source": r"C:\b", "destination": r"C:\in\b", "options": ["rw", "iops=7", "bandwidth=9"] },
    ]))
    .unwrap();
    let folder = |host: &str, container: &str, read_only: bool, iops: u32, bandwidth: u32| {
        json!({
            "HostPath": host, "ContainerPath": container, "ReadOnly": read_only, "IOPSMaximum": iops,
            "BandwidthMaximum": bandwidth, "CreateInUtilityVM": false,
        })
    };
    let expected = json!([folder(r"C:\a", r"C:\in\a", true, 0, 0), folder(r"C:\b", r"C:\in\b", false, 7, 9)]);
    assert_eq!(system(&wanted)["MappedDirectories"], expected);
    let notes = Plan::new(&wanted, &HostFacts::windows(17763)).unwrap().notes;
    assert_eq!(
        notes,
        ["iops=7", "bandwidth=9"].map(|option| {
            format!("mounts[1].options: {option} has no effect: from build 17763 on folders have no limits")
        })
    );
    wanted.spec.mounts[1].options = vec!["iops=many".into()];
    assert!(refusal(&wanted, &HostFacts::windows(BUILD)).contains(r#"mounts[1].options: "iops=many" is not a limit"#));
}

#[test]
fn credentials_and_network_are_passed_on() {
    let document = system(&process(json!({
        "credentialSpec": { "CmsPlugins": ["ActiveDirectory"] },
        "network": {
            "endpointList": ["a", "b"], "allowUnqualifiedDNSQuery": true, "DNSSearchList": ["x.test", "y.test"],
            "networkSharedContainerName": "other",
        },
    })));
    let credentials: Value = serde_json::from_str(document["Credentials"].as_str().unwrap()).unwrap();
    assert_eq!(credentials, json!({ "CmsPlugins": ["ActiveDirectory"] }));
    assert_eq!(document["EndpointList"], json!(["a", "b"]));
    assert_eq!(document["AllowUnqualifiedDNSQuery"], true);
    assert_eq!(document["DNSSearchList"], "x.test,y.test");
    assert_eq!(document["NetworkSharedContainerName"], "other");
    let plain = system(&process(json!({})));
    for key in ["Credentials", "AllowUnqualifiedDNSQuery", "DNSSearchList", "IgnoreFlushesDuringBoot"] {
        assert_eq!(plain.get(key), None, "{key}");
    }
}

#[test]
fn containers_end_with_their_last_handle_where_windows_knows_that() {
    for (build, expected) in [(14393, None), (15063, None), (16299, Some(&json!(true))), (17134, Some(&json!(true)))] {
        let document = document(&process(json!({})), &HostFacts::windows(build), "create-system");
        assert_eq!(document.get("TerminateOnLastHandleClosed"), expected, "{build}");
    }
}

#[test]
fn programs_are_pinned_by_cmd_before_there_are_jobs_for_it() {
    let mut pinned = process(json!({ "resources": { "cpu": { "affinity": [{ "mask": 5, "group": 0 }] } } }));
    pinned.spec.process.as_mut().unwrap().args = vec!["ping".into(), "50%".into(), "a&b".into()];
    let calls = |build: u32| {
        let plan = Plan::new(&pinned, &HostFacts::windows(build)).unwrap();
        serde_json::to_string(&plan.steps).unwrap().contains("set-job-affinity")
    };
    assert_eq!((calls(14393), calls(17134), calls(17763)), (false, false, true));
    let line = |build: u32| {
        document(&pinned, &HostFacts::windows(build), "create-process")["CommandLine"].as_str().unwrap().to_owned()
    };
    let expected =
        r#"C:\Windows\System32\cmd.exe /d /e:on /v:off /s /c "start "" /b /wait /affinity 0x5 "ping" 50%%cd:~,% a^&b""#;
    assert_eq!(line(14393), expected);
    assert_eq!(line(17763), "ping 50% a&b");
    let notes = Plan::new(&pinned, &HostFacts::windows(BUILD)).unwrap().notes;
    assert!(notes[0].contains("cmd.exe pins the program and its children"), "{notes:?}");
    pinned.spec.process.as_mut().unwrap().cwd = r"\\server\share".into();
    assert!(refusal(&pinned, &HostFacts::windows(BUILD)).contains("cannot be in such a folder"));
}

#[test]
fn the_output_is_redirected_inside_only_when_asked_for() {
    let mut wanted = process(json!({}));
    wanted.redirect = r"C:\in\out.txt".into();
    for build in [14393, 20348] {
        let line = &document(&wanted, &HostFacts::windows(build), "create-process")["CommandLine"];
        assert_eq!(line, r#"C:\Windows\System32\cmd.exe /d /e:on /v:off /s /c ""cmd" >> "C:\in\out.txt" 2>&1""#);
    }
    wanted.redirect = "a?".into();
    assert!(refusal(&wanted, &HostFacts::windows(BUILD)).contains("no file has '?' in its name"));
    let spec = serde_json::from_value(json!({
        "ociVersion": "1.0.0", "linux": {}, "root": { "path": "/r" },
        "process": { "args": ["sh"], "cwd": "/", "user": { "uid": 0, "gid": 0 } },
    }));
    let linux = Wanted { id: "a".into(), redirect: "o".into(), spec: spec.unwrap(), ..Wanted::default() };
    assert!(refusal(&linux, &HostFacts::linux(1, 1 << 10)).contains("only Windows containers have"));
}
