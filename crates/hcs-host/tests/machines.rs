//! What holds for every plan, whatever it is for; and what of utility VMs depends on more than four builds.

#![forbid(unsafe_code)]

use hcs_host::plan::{Call, GuestCall, HostFacts, Kind, Plan, Step, Wanted};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

/// Server 2019, 2022 and 2025.
const BUILDS: [u32; 3] = [17763, 20348, 26100];

/// Makes the plans of all cases that can be planned, with their names.
fn plans() -> Vec<(String, Plan)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plans");
    let mut plans = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the cases") {
        let path = entry.expect("a case").path();
        if path.to_string_lossy().ends_with(".plan.json") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a case");
        for build in BUILDS {
            let mut case: Value = serde_json::from_str(&text).expect("a case");
            let wanted: Wanted = serde_json::from_value(case["wanted"].take()).expect("what is wanted");
            let mut facts = serde_json::to_value(HostFacts::windows(build)).expect("facts");
            if let Value::Object(differing) = case["facts"].take() {
                facts.as_object_mut().expect("facts").extend(differing);
            }
            let facts: HostFacts = serde_json::from_value(facts).expect("facts");
            if let Ok(plan) = Plan::new(&wanted, &facts) {
                plans.push((format!("{} on {build}", path.display()), plan));
            }
        }
    }
    assert!(plans.len() > 200, "{} plans", plans.len());
    plans
}

/// The placeholders in a text.
fn placeholders(text: &str) -> Vec<String> {
    let parts = text.split("${").skip(1);
    parts.filter_map(|part| part.split_once('}')).map(|(name, _)| format!("${{{name}}}")).collect()
}

/// What a call sends and is about, as text with single backslashes.
fn text(call: &impl serde::Serialize) -> String {
    serde_json::to_string(call).expect("a call").replace(r"\\", r"\")
}

#[test]
fn nothing_is_used_before_it_is_known() {
    for (name, plan) in plans() {
        let mut known = BTreeSet::new();
        for step in &plan.steps {
            let own = step.each.as_ref().map(|each| (each.list.to_string(), each.value.to_string()));
            for used in placeholders(&text(&step.call)).into_iter().chain(own.iter().map(|own| own.0.clone())) {
                let each = own.as_ref().is_some_and(|own| own.1 == used);
                // Whoever makes a namespace chooses its id before.
                let chosen =
                    used == "${nonce}" || used == "${namespace}" && matches!(step.call, Call::CreateNamespace { .. });
                assert!(each || chosen || known.contains(&used), "{name}: {:?} uses {used}", step.why);
            }
            known.extend(step.yields.iter().map(ToString::to_string));
            for used in step.undo.iter().flat_map(|undo| placeholders(&text(undo))) {
                let each = own.as_ref().is_some_and(|own| own.1 == used);
                assert!(each || known.contains(&used), "{name}: the undo of {:?} uses {used}", step.why);
            }
        }
    }
}

#[test]
fn what_is_shared_is_made_once() {
    for (name, plan) in plans() {
        let mut seen = BTreeSet::new();
        for shared in plan.steps.iter().filter_map(|step| step.shared.as_ref()) {
            assert!(seen.insert(shared), "{name}: {shared} is made twice");
        }
    }
}

/// The request of a change, as its kind and what it changes.
fn change(call: &Call) -> Option<(bool, String, String)> {
    let (guest, document) = match call {
        Call::ModifySystem { document, .. } => (false, document),
        Call::Guest { message: GuestCall::Modify { document }, .. } => (true, document),
        _ => return None,
    };
    let document = document.to_json();
    let text = |key: &str| document[key].as_str().unwrap_or_default().to_owned();
    let what = if guest { text("ResourceType") } else { text("ResourcePath") };
    Some((guest, text("RequestType"), what))
}

fn is_taken_back(step: &Step, what: &str) -> bool {
    step.undo.iter().filter_map(change).any(|(_, request, undone)| request == "Remove" && undone == what)
}

#[test]
fn what_is_added_is_taken_back() {
    for (name, plan) in plans() {
        for step in &plan.steps {
            let Some((guest, request, what)) = change(&step.call) else { continue };
            // A device goes away with the host's part of it, a policy never; and a share may stay, see the next test.
            let stays = matches!(what.as_str(), "VPCIDevice" | "SecurityPolicy")
                || what.ends_with("VirtualSmb/Shares")
                || text(&step.call).contains("PreAdd");
            if request == "Add" && !stays {
                assert!(is_taken_back(step, &what), "{name}: {guest} {what} stays");
            }
        }
    }
}

#[test]
fn shares_stay_where_their_files_are_mapped() {
    for (name, plan) in plans() {
        for step in &plan.steps {
            let Call::ModifySystem { document, .. } = &step.call else { continue };
            let document = document.to_json();
            let path = document["ResourcePath"].as_str().unwrap_or_default();
            if path.ends_with("VirtualSmb/Shares") && document["RequestType"] == "Add" {
                let mapped = document["Settings"]["Options"]["NoDirectmap"] != true;
                assert_eq!(is_taken_back(step, path), !mapped, "{name}: {:?}", step.why);
            }
        }
    }
}

#[test]
fn the_host_adds_before_the_guest_does() {
    for (name, plan) in plans() {
        let mut disks = BTreeSet::new();
        for step in &plan.steps {
            let Some((guest, request, what)) = change(&step.call) else { continue };
            let Call::ModifySystem { document, .. } = &step.call else {
                let Call::Guest { message, .. } = &step.call else { continue };
                let settings = &message.document().expect("a change").to_json()["Settings"];
                if guest && request == "Add" && what == "MappedVirtualDisk" {
                    let lun = settings["Lun"].as_u64().unwrap_or_default();
                    assert!(disks.contains(&lun), "{name}: unit {lun} is mounted before it is there");
                }
                continue;
            };
            let path = document.to_json()["ResourcePath"].as_str().unwrap_or_default().to_owned();
            if let Some((_, lun)) = path.rsplit_once("/Attachments/") {
                disks.insert(lun.parse::<u64>().expect("a unit"));
            }
        }
    }
}

#[test]
fn members_make_no_machine() {
    let mut members = 0;
    for (name, plan) in plans().iter().filter(|(name, _)| name.contains("member")) {
        let makes = |step: &&Step| {
            matches!(step.call, Call::CreateSystem { .. } | Call::StartSystem { .. } | Call::ConnectGuest { .. })
        };
        if matches!(plan.kind, Kind::LinuxHypervisor | Kind::WindowsHypervisor) {
            members += 1;
            assert!(plan.steps.iter().find(makes).is_none(), "{name}");
        }
    }
    assert!(members >= 12, "{members} members");
}

fn windows(changes: &[(&str, Value)]) -> Wanted {
    let mut wanted = json!({
        "id": "web",
        "spec": {
            "ociVersion": "1.3.0",
            "process": { "args": ["cmd"], "cwd": "C:\\", "user": { "uid": 0, "gid": 0 } },
            "windows": { "layerFolders": ["C:\\layers\\base", "C:\\scratch"], "hyperv": {} },
            "mounts": [{ "source": "S:\\data", "destination": "C:\\data" }]
        }
    });
    for (pointer, value) in changes {
        *wanted.pointer_mut(pointer).expect("a place") = value.clone();
    }
    serde_json::from_value(wanted).expect("what is wanted")
}

#[test]
fn builds_that_need_ids_of_files_map_no_others() {
    for (build, ids, mapped) in [
        (17763, true, true),
        (17763, false, true),
        (18362, true, true),
        (18362, false, false),
        (18363, false, false),
        (19042, false, false),
        (19043, false, true),
        (20348, false, true),
    ] {
        let mut facts = HostFacts::windows(build);
        if !ids {
            facts.without_file_ids.insert("s:\\".into());
        }
        let plan = Plan::new(&windows(&[]), &facts).expect("a plan");
        let share = plan.steps.iter().map(|step| text(&step.call)).find(|call| call.contains(r"S:\data"));
        let share = share.expect("a share");
        assert_eq!(!share.contains("NoDirectmap"), mapped, "{build} {ids}");
        let mut layers = plan.steps.iter().map(|step| text(&step.call)).filter(|call| call.contains(r"C:\layers"));
        assert!(layers.all(|call| !call.contains("NoDirectmap")), "{build}: the file system of layers tells ids");
    }
}

/// The calls of an update, as text.
fn update(build: u32, wanted: Value) -> String {
    let wanted: Wanted = serde_json::from_value(wanted).expect("what is wanted");
    match Plan::update(&wanted, &HostFacts::windows(build)) {
        Ok(plan) => plan.steps.iter().map(|step| text(&step.call)).collect::<Vec<_>>().join("\n"),
        Err(error) => format!("{:08x}: {}", error.code.0, error.message),
    }
}

fn resources(isolated: bool) -> Value {
    let mut wanted = json!({ "id": "web", "spec": {
        "ociVersion": "1.3.0",
        "process": { "args": ["cmd"], "cwd": "C:\\", "user": { "uid": 0, "gid": 0, "username": "NT AUTHORITY\\SYSTEM" } },
        "windows": {
            "layerFolders": ["C:\\layers\\base", "C:\\scratch"],
            "resources": { "memory": { "limit": 536870912 }, "cpu": { "count": 2 } }
        },
        "annotations": {}
    } });
    if isolated {
        wanted["spec"]["windows"]["hyperv"] = json!({});
    }
    wanted
}

#[test]
fn limits_change_where_a_container_runs() {
    let memory = r#"{"ResourcePath":"Container/Memory/SizeInMB","RequestType":"Update","Settings":512}"#;
    let processor = r#"{"ResourcePath":"Container/Processor","RequestType":"Update","Settings":{"Count":2}}"#;
    let host = |document: &str| format!(r#"{{"call":"modify-system","id":"web","document":{document}}}"#);
    assert_eq!(update(20348, resources(false)), format!("{}\n{}", host(memory), host(processor)));
    let guest = |document: &str| {
        format!(
            r#"{{"call":"guest","machine":"web@vm","message":"modify-container","id":"web","document":{document}}}"#
        )
    };
    assert_eq!(update(20348, resources(true)), format!("{}\n{}", guest(memory), guest(processor)));
    let mut job = resources(false);
    job["spec"]["annotations"] = json!({ "microsoft.com/hostprocess-container": "true" });
    assert_eq!(
        update(20348, job),
        r#"{"call":"set-job-limits","name":"JobContainer_web","limits":{"memoryBytes":536870912,"cpuRate":5000}}"#
    );
    assert_eq!(
        update(14393, resources(false)),
        "80070032: limits of running containers cannot be changed before build 17763; make it anew with others"
    );
}

#[test]
fn limits_of_linux_containers_change_in_their_guest() {
    let linux = json!({ "id": "web", "spec": {
        "ociVersion": "1.3.0",
        "process": { "args": ["sh"], "cwd": "/", "user": { "uid": 0, "gid": 0 } },
        "linux": { "resources": { "memory": { "limit": 1048576 }, "cpu": { "quota": 0 }, "pids": { "limit": 5 } } },
        "windows": { "layerFolders": ["C:\\layers\\base", "C:\\scratch"] }
    } });
    assert_eq!(
        update(20348, linux),
        r#"{"call":"guest","machine":"web@vm","message":"modify-container","id":"web","document":{"RequestType":"Update","ResourceType":"ContainerConstraints","Settings":{"Linux":{"cpu":{"quota":-1},"memory":{"limit":1048576}},"Windows":{}}}}"#
    );
}

#[test]
fn limits_of_a_pod_are_those_of_its_machine() {
    let mut pod = resources(true);
    pod["spec"]["annotations"] = json!({
        "io.kubernetes.cri.container-type": "sandbox",
        "io.kubernetes.cri.sandbox-id": "web",
        "io.microsoft.virtualmachine.computetopology.processor.weight": "300",
        "io.microsoft.virtualmachine.cpugroup.id": "a4bb1f8e-0000-4000-8000-000000000001"
    });
    let change = |path: &str, settings: &str| {
        format!(
            r#"{{"call":"modify-system","id":"web@vm","document":{{"ResourcePath":"VirtualMachine/ComputeTopology/{path}","RequestType":"Update","Settings":{settings}}}}}"#
        )
    };
    let wanted = [
        change("Memory/SizeInMB", "512"),
        change("Processor/Limits", r#"{"Weight":300}"#),
        change("Processor/CpuGroup", r#"{"Id":"a4bb1f8e-0000-4000-8000-000000000001"}"#),
    ];
    assert_eq!(update(20348, pod), wanted.join("\n"));
}
