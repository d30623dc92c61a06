//! Documents of version 1 exactly as hcsshim and nspawn write them, and answers as the service gives them.

use super::*;
use crate::testing::golden;

/// A container as nspawn makes it, in hcsshim's order of keys. `CreateInUtilityVM` is newer than nspawn.
fn nspawn() -> ContainerConfig {
    ContainerConfig {
        system_type: SystemType::Container,
        name: r"C:\layers\base".into(),
        owner: "hostcompute_nspawn".into(),
        volume_path: r"\\?\Volume{8f9b8b8e-1f3c-4c7b-9b1a-6a4b1c2d3e4f}".into(),
        ignore_flushes_during_boot: true,
        layer_folder_path: r"C:\layers\nspawn_1".into(),
        layers: vec![Layer { id: "11111111-1111-5111-8111-111111111111".into(), path: r"C:\layers\base".into() }],
        processor_count: 2,
        processor_maximum: 5000,
        storage_iops_maximum: 1000,
        storage_bandwidth_maximum: 5_000_000_000,
        memory_maximum_in_mb: 1024,
        host_name: "0a1b2c3d".into(),
        mapped_directories: vec![MappedDirectory {
            host_path: r"C:\work".into(),
            container_path: r"C:\in".into(),
            bandwidth_maximum: 5_000_000_000,
            iops_maximum: 1000,
            ..MappedDirectory::default()
        }],
        allow_unqualified_dns_query: true,
        ..ContainerConfig::default()
    }
}

#[test]
fn a_container_of_nspawn() {
    let text = r#"{
        "SystemType": "Container",
        "Name": "C:\\layers\\base",
        "Owner": "hostcompute_nspawn",
        "IsDummy": false,
        "VolumePath": "\\\\?\\Volume{8f9b8b8e-1f3c-4c7b-9b1a-6a4b1c2d3e4f}",
        "IgnoreFlushesDuringBoot": true,
        "LayerFolderPath": "C:\\layers\\nspawn_1",
        "Layers": [{ "ID": "11111111-1111-5111-8111-111111111111", "Path": "C:\\layers\\base" }],
        "ProcessorCount": 2,
        "ProcessorMaximum": 5000,
        "StorageIOPSMaximum": 1000,
        "StorageBandwidthMaximum": 5000000000,
        "MemoryMaximumInMB": 1024,
        "HostName": "0a1b2c3d",
        "MappedDirectories": [{
            "HostPath": "C:\\work", "ContainerPath": "C:\\in", "ReadOnly": false, "BandwidthMaximum": 5000000000,
            "IOPSMaximum": 1000, "CreateInUtilityVM": false
        }],
        "HvPartition": false,
        "EndpointList": [],
        "Servicing": false,
        "AllowUnqualifiedDNSQuery": true
    }"#;
    golden(&nspawn(), text);
}

/// nspawn has another order, and nothing else that is another.
#[test]
fn what_nspawn_itself_writes_is_the_same() {
    let text = r#"{
        "SystemType": "Container", "Name": "C:\\layers\\base", "Owner": "hostcompute_nspawn", "IsDummy": false,
        "VolumePath": "\\\\?\\Volume{8f9b8b8e-1f3c-4c7b-9b1a-6a4b1c2d3e4f}", "IgnoreFlushesDuringBoot": true,
        "LayerFolderPath": "C:\\layers\\nspawn_1",
        "Layers": [{ "ID": "11111111-1111-5111-8111-111111111111", "Path": "C:\\layers\\base" }],
        "MemoryMaximumInMB": 1024, "ProcessorCount": 2, "ProcessorMaximum": 5000, "StorageIOPSMaximum": 1000,
        "StorageBandwidthMaximum": 5000000000, "HostName": "0a1b2c3d",
        "MappedDirectories": [{
            "HostPath": "C:\\work", "ContainerPath": "C:\\in", "ReadOnly": false, "IOPSMaximum": 1000,
            "BandwidthMaximum": 5000000000
        }],
        "HvPartition": false, "EndpointList": [], "Servicing": false, "AllowUnqualifiedDNSQuery": true
    }"#;
    assert_eq!(serde_json::from_str::<ContainerConfig>(text).unwrap(), nspawn());
}

/// What is written of nothing shows which fields Docker 1.12 always wrote. Later versions leave out what is empty of them.
#[test]
fn a_container_of_nothing() {
    let text = r#"{
        "SystemType": "", "Name": "", "IsDummy": false, "Layers": [], "MappedDirectories": [], "HvPartition": false,
        "EndpointList": [], "Servicing": false
    }"#;
    golden(&ContainerConfig::default(), text);
}

#[test]
fn a_container_with_a_machine() {
    let config = ContainerConfig {
        system_type: SystemType::Container,
        name: "web".into(),
        owner: "silo".into(),
        memory_maximum_in_mb: i64::MAX,
        hv_partition: true,
        hv_runtime: Some(HvRuntime {
            image_path: r"C:\l\UtilityVM".into(),
            network_settings: Some(HvRuntimeNetworkSettings { switch_name: "nat".into(), ..Default::default() }),
            ..HvRuntime::default()
        }),
        container_type: OsType::Linux,
        terminate_on_last_handle_closed: true,
        mapped_virtual_disks: vec![MappedVirtualDisk {
            host_path: r"C:\d.vhdx".into(),
            cache: CacheMode::PrivateAllowSharing,
            ..MappedVirtualDisk::default()
        }],
        ..ContainerConfig::default()
    };
    let text = r#"{
        "SystemType": "Container",
        "Name": "web",
        "Owner": "silo",
        "IsDummy": false,
        "Layers": [],
        "MemoryMaximumInMB": 9223372036854775807,
        "MappedDirectories": [],
        "HvPartition": true,
        "EndpointList": [],
        "HvRuntime": { "ImagePath": "C:\\l\\UtilityVM", "NetworkSettings": { "SwitchName": "nat" } },
        "Servicing": false,
        "ContainerType": "Linux",
        "TerminateOnLastHandleClosed": true,
        "MappedVirtualDisks": [{ "HostPath": "C:\\d.vhdx", "ContainerPath": "", "Cache": "PrivateAllowSharing" }]
    }"#;
    golden(&config, text);
}

#[test]
fn processes() {
    golden(&ProcessConfig::default(), r#"{"ConsoleSize":[0,0]}"#);
    let config = ProcessConfig {
        command_line: "cmd".into(),
        environment: [("A".to_owned(), "1".to_owned())].into(),
        emulate_console: true,
        console_size: [24, 80],
        create_in_utility_vm: true,
        ..ProcessConfig::default()
    };
    let text = r#"{
        "CommandLine": "cmd", "Environment": { "A": "1" }, "EmulateConsole": true, "ConsoleSize": [24, 80],
        "CreateInUtilityVm": true
    }"#;
    golden(&config, text);
}

/// A list of systems, as a service gives it for the query `{}`.
#[test]
fn a_list_of_systems_is_read_in_any_case() {
    let text = r#"[
        {
            "ID": "web", "state": "Running", "Name": "web", "SystemType": "Container", "RuntimeOSType": "Windows",
            "Owner": "silo", "siloGUID": "f0f1b3c1-0000-4000-8000-000000000000",
            "RuntimeId": "f0f1b3c1-0000-4000-8000-000000000001", "obroot": "\\Silos\\7", "AreUpdatesPending": null,
            "mappedVirtualDiskControllers": { "0": { "MappedVirtualDisks": { "1": { "ContainerPath": "/mnt" } } } }
        },
        { "Id": "vm", "State": "", "Name": "vm", "SystemType": "VirtualMachine", "Owner": "WSL", "exittype": "ForcedExit" }
    ]"#;
    let list: Vec<ContainerProperties> = serde_json::from_str(text).unwrap();
    assert_eq!((list[0].id.as_str(), &list[0].state, list[0].ob_root.as_str()), ("web", &State::Running, r"\Silos\7"));
    assert_eq!((list[0].runtime_id.is_some(), list[1].runtime_id.is_some()), (true, false));
    assert_eq!(list[0].mapped_virtual_disk_controllers[&0].mapped_virtual_disks[&1].container_path, "/mnt");
    assert_eq!((&list[1].system_type, list[1].exit_type.as_str()), (&SystemType::VirtualMachine, "ForcedExit"));
}

/// Structures, times and ids are written even where there is nothing in them.
#[test]
fn properties_of_nothing() {
    let text = r#"{
        "Id": "", "State": "", "Name": "", "SystemType": "", "Owner": "",
        "RuntimeId": "00000000-0000-0000-0000-000000000000",
        "Statistics": {
            "Timestamp": "0001-01-01T00:00:00Z", "ContainerStartTime": "0001-01-01T00:00:00Z", "Memory": {}, "Processor": {},
            "Storage": {}
        },
        "GuestConnectionInfo": { "GuestDefinedCapabilities": {} }
    }"#;
    golden(&ContainerProperties::default(), text);
}

#[test]
fn a_change_of_the_network() {
    let request = ResourceModificationRequest::network(RequestType::Add, "8d5a5f4c-5f6c-4b1e-9d57-3a5b7c9d1e2f");
    let text = r#"{"ResourceType":"Network","Settings":"8d5a5f4c-5f6c-4b1e-9d57-3a5b7c9d1e2f","RequestType":"Add"}"#;
    golden(&request, text);
}
