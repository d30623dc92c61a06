//! Plans for Linux hosts.

use crate::plan::{Call, Disk, HostFacts, Isolation, Kind, Plan, Pod, Wanted};
use hcs_schema::HResult;
use hcs_schema::document::LinuxContainer;
use hcs_schema::oci::*;
use serde_json::{Value, json};

const IOPS: &str = "io.microsoft.container.storage.qos.iopsmaximum";

type Change = fn(&mut Wanted);

/// A container of one layer, as the engine wants it.
fn wanted() -> Wanted {
    let spec = json!({
        "ociVersion": "1.2.0",
        "process": {"args": ["sh"], "cwd": "/", "user": {"uid": 0, "gid": 0}},
        "mounts": [
            {"destination": "/proc", "type": "proc", "source": "proc"},
            {"destination": "/data", "source": "/srv", "options": ["rbind", "ro"]},
        ],
        "linux": {"namespaces": [{"type": "mount"}, {"type": "uts"}, {"type": "network"}]},
    });
    Wanted {
        id: "0123456789abcdef".into(),
        spec: serde_json::from_value(spec).unwrap(),
        state: "/run/x".into(),
        layers: vec!["/rootfs".into()],
        scratch: "/var/x".into(),
        stdin: true,
        ..Wanted::default()
    }
}

fn facts() -> HostFacts {
    HostFacts::linux(4, 1024)
}

fn plan(wanted: &Wanted) -> Plan {
    Plan::new(wanted, &facts()).unwrap()
}

fn document(plan: &Plan) -> &LinuxContainer {
    let document = plan.steps.iter().find_map(|step| match &step.call {
        Call::CreateSystem { document: crate::plan::Document::LinuxContainer(document), .. } => Some(document),
        _ => None,
    });
    document.unwrap()
}

fn refusal(wanted: &Wanted) -> (HResult, String) {
    let error = Plan::new(wanted, &facts()).unwrap_err();
    (error.code, error.message)
}

#[test]
fn folders_then_the_container_then_its_program_and_back() {
    let plan = plan(&wanted());
    let calls: Vec<String> =
        plan.steps.iter().map(|step| format!("{} {}", step.call.function(None), step.call.target())).collect();
    let id = "0123456789abcdef";
    assert_eq!(
        calls,
        [
            "mkdir /run/x".into(),
            "mkdir /var/x".into(),
            format!("CreateComputeSystem {id}"),
            format!("CreateProcess {id}")
        ]
    );
    let undo: Vec<&str> = plan.steps.iter().flat_map(|step| &step.undo).map(|undo| undo.target()).collect();
    assert_eq!(undo, ["/run/x", "/var/x", id]);
    let why = "The host is Linux, and its kernel isolates the container.";
    let process = plan.steps[3].call.document().unwrap().to_json();
    assert_eq!(process["CreateStdInPipe"], true);
    assert_eq!(process["EmulateConsole"], Value::Null);
    assert_eq!((plan.kind, plan.why.as_str()), (Kind::LinuxProcess, why));
}

#[test]
fn a_layer_goes_under_a_writable_one_and_a_bundle_stays_as_it_is() {
    let layered = plan(&wanted());
    let made = document(&layered);
    assert_eq!((made.scratch_dir_path.as_str(), made.oci_bundle_path.as_str()), ("/var/x", "/run/x"));
    assert_eq!(made.layers[0].path, "/rootfs");
    assert_eq!(made.oci_specification.root.as_ref().unwrap().path, "/run/x");
    assert_eq!(made.oci_specification.hostname.as_deref(), Some("0123456789ab"));
    let mut bundle = wanted();
    (bundle.layers, bundle.scratch, bundle.bundle) = (Vec::new(), String::new(), "/b".into());
    bundle.spec.root = Some(Root { path: "rootfs".into(), readonly: true, ..Root::default() });
    let planned = plan(&bundle);
    let made = document(&planned);
    assert_eq!((made.oci_bundle_path.as_str(), made.layers.len()), ("/b", 0));
    assert_eq!(made.oci_specification, bundle.spec);
    assert_eq!(planned.mounts[0], "/ from rootfs (read-only)");
}

#[test]
fn storage_limits_become_limits_of_the_disks_below_the_files() {
    let mut wanted = wanted();
    assert!(super::paths_on_disks(&wanted).is_empty());
    wanted.spec.annotations.insert(IOPS.into(), "100".into());
    assert_eq!(super::paths_on_disks(&wanted), ["/rootfs", "/var/x", "/srv"]);
    assert_eq!(refusal(&wanted).0, HResult::ERROR_NOT_SUPPORTED);
    let mut facts = facts();
    for (path, minor) in [("/srv", 16), ("/rootfs", 0), ("/var/x", 0), ("/elsewhere", 32)] {
        facts.disks.insert(path.into(), Disk { major: 8, minor });
    }
    let plan = Plan::new(&wanted, &facts).unwrap();
    let linux = document(&plan).oci_specification.linux.as_ref().unwrap();
    let block = linux.resources.as_ref().unwrap().block_io.as_ref().unwrap();
    let rates: Vec<_> =
        block.throttle_write_iops_device.iter().map(|disk| (disk.major, disk.minor, disk.rate)).collect();
    assert_eq!(rates, [(8, 0, 100), (8, 16, 100)]);
    assert!(block.throttle_read_bps_device.is_empty());
    assert_eq!(plan.limits.iops, Some(100));
    wanted.spec.annotations.insert(IOPS.into(), "many".into());
    let (code, message) = refusal(&wanted);
    assert!(code == HResult::E_INVALIDARG && message.contains(IOPS), "{message}");
}

#[test]
fn what_a_container_gets_is_told() {
    let mut wanted = wanted();
    let linux = wanted.spec.linux.as_mut().unwrap();
    linux.devices =
        serde_json::from_value(json!([{"type": "c", "path": "/dev/null", "major": 1, "minor": 3}])).unwrap();
    linux.resources = Some(
        serde_json::from_value(json!({
            "devices": [{"allow": false}, {"allow": true, "type": "b", "major": 8, "minor": 0, "access": "r"}],
            "memory": {"limit": 1048577, "swap": 1048577},
            "cpu": {"quota": 150000, "period": 100000, "cpus": "0-1,64"},
            "pids": {"limit": 9},
            "hugepageLimits": [{"pageSize": "2MB", "limit": 0}],
        }))
        .unwrap(),
    );
    let plan = plan(&wanted);
    let mounts =
        ["/ from an overlay of /rootfs (writes go to /var/x)", "/proc from proc", "/data from /srv (rbind,ro)"];
    assert_eq!(plan.mounts, mounts);
    assert_eq!(plan.devices, ["/dev/null (c 1:3)", "deny rwm of a *:*", "allow r of b 8:0"]);
    let limits = serde_json::to_value(&plan.limits).unwrap();
    let affinity = json!([{"mask": 3, "group": 0}, {"mask": 1, "group": 1}]);
    assert_eq!(limits, json!({"memoryMb": 2, "processorMaximum": 3750, "affinity": affinity, "tasks": 9}));
    assert_eq!(plan.network, ["a namespace of its own, with the loopback interface"]);
    assert_eq!(plan.notes, ["further limits in linux.resources: hugepageLimits"]);
}

#[test]
fn what_has_no_effect_is_noted() {
    let mut wanted = wanted();
    for (key, value) in [("io.microsoft.container.memory.sizeinmb", "5"), ("io.microsoft.unheard-of", ""), ("mine", "")]
    {
        wanted.spec.annotations.insert(key.into(), value.into());
    }
    wanted.spec.extra.insert("zos".into(), json!({}));
    wanted.options.vm_processor_count = 2;
    let notes = plan(&wanted).notes.join("\n");
    for part in [
        "annotation io.microsoft.container.memory.sizeinmb has no effect",
        "annotation io.microsoft.unheard-of is not known",
        "zos is not known and has no effect",
        "options for utility VMs",
    ] {
        assert!(notes.contains(part), "{part}: {notes}");
    }
    assert!(!notes.contains("mine"));
}

#[test]
fn what_is_for_other_hosts_is_refused() {
    let changes: [(Change, &str); 6] = [
        (|wanted| wanted.isolation = Isolation::Hypervisor, "Hyper-V isolation"),
        (|wanted| wanted.rootfs.push(Mount::default()), "mounts that make the root"),
        (|wanted| wanted.pod = Some(Pod::default()), "pods"),
        (|wanted| wanted.spec.windows.get_or_insert_default().hyperv = Some(Default::default()), "windows.hyperv"),
        (|wanted| wanted.spec.process.as_mut().unwrap().command_line = Some("cmd".into()), "process.commandLine"),
        (
            |wanted| {
                wanted.layers.clear();
                wanted.spec.windows.get_or_insert_default().layer_folders = vec!["/a".into(), "/b".into()];
            },
            "windows.layerFolders",
        ),
    ];
    for (change, part) in changes {
        let mut wanted = wanted();
        change(&mut wanted);
        let (code, message) = refusal(&wanted);
        assert!(code == HResult::ERROR_NOT_SUPPORTED && message.contains(part), "{part}: {message}");
    }
}
