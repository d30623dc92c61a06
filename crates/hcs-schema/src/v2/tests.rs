//! Documents of version 2 exactly as programs in Go write them, and answers as the service gives them.

use super::*;
use crate::HResult;
use crate::document::{GuestResourceType, ModifyRequest};
use crate::model::{Bytes, DWord, QWord, Timestamp};
use crate::oci;
use crate::testing::{RESOURCE_PATHS, golden};
use serde_json::{Value, json};
use std::collections::BTreeMap;

mod changes;
mod machines;

fn map<K: Ord, V, const N: usize>(pairs: [(K, V); N]) -> BTreeMap<K, V> {
    BTreeMap::from(pairs)
}

/// A container as hcsshim makes it on the host.
fn container() -> Container {
    Container {
        guest_os: Some(GuestOs { host_name: "web".into() }),
        storage: Some(Storage {
            layers: vec![
                Layer { id: "11111111-1111-5111-8111-111111111111".into(), path: r"C:\l\1".into(), ..Layer::default() },
                Layer { id: "22222222-2222-5222-8222-222222222222".into(), path: r"C:\l\2".into(), ..Layer::default() },
            ],
            path: r"\\?\Volume{8f9b8b8e-1f3c-4c7b-9b1a-6a4b1c2d3e4f}\".into(),
            qos: Some(StorageQoS { iops_maximum: 5_000_000_000, bandwidth_maximum: 0 }),
            privileged_container_root_path: String::new(),
        }),
        mapped_directories: vec![MappedDirectory {
            host_path: r"C:\data".into(),
            container_path: r"C:\in".into(),
            read_only: true,
            ..MappedDirectory::default()
        }],
        mapped_pipes: vec![MappedPipe {
            container_pipe_name: "docker_engine".into(),
            host_path: r"\\.\pipe\docker_engine".into(),
            ..MappedPipe::default()
        }],
        memory: Some(ContainerMemory { size_in_mb: 1024 }),
        processor: Some(ContainerProcessor { maximum: 5000, ..ContainerProcessor::default() }),
        networking: Some(Networking {
            allow_unqualified_dns_query: true,
            namespace: "4ab5a8ff-b9f7-4a5b-a4cb-3a3d5a7d5e01".into(),
            ..Networking::default()
        }),
        registry_changes: Some(RegistryChanges {
            add_values: vec![RegistryValue {
                key: Some(RegistryKey {
                    hive: RegistryHive::System,
                    name: "ControlSet001\\Control".into(),
                    volatile: true,
                }),
                name: "WaitToKillServiceTimeout".into(),
                kind: RegistryValueType::String,
                string_value: "20000".into(),
                ..RegistryValue::default()
            }],
            delete_keys: Vec::new(),
        }),
        assigned_devices: vec![Device { kind: DeviceType::GpuMirror, ..Device::default() }],
        ..Container::default()
    }
}

#[test]
fn a_container_on_the_host() {
    let document = ComputeSystem {
        owner: "containerd-shim-runhcs-v1.exe".into(),
        schema_version: Some(Version::V2_1),
        container: Some(container()),
        should_terminate_on_last_handle_closed: true,
        ..ComputeSystem::default()
    };
    let text = r#"{
        "Owner": "containerd-shim-runhcs-v1.exe",
        "SchemaVersion": { "Major": 2, "Minor": 1 },
        "Container": {
            "GuestOs": { "HostName": "web" },
            "Storage": {
                "Layers": [
                    { "Id": "11111111-1111-5111-8111-111111111111", "Path": "C:\\l\\1" },
                    { "Id": "22222222-2222-5222-8222-222222222222", "Path": "C:\\l\\2" }
                ],
                "Path": "\\\\?\\Volume{8f9b8b8e-1f3c-4c7b-9b1a-6a4b1c2d3e4f}\\",
                "QoS": { "IopsMaximum": 5000000000 }
            },
            "MappedDirectories": [{ "HostPath": "C:\\data", "ContainerPath": "C:\\in", "ReadOnly": true }],
            "MappedPipes": [{ "ContainerPipeName": "docker_engine", "HostPath": "\\\\.\\pipe\\docker_engine" }],
            "Memory": { "SizeInMB": 1024 },
            "Processor": { "Maximum": 5000 },
            "Networking": { "AllowUnqualifiedDnsQuery": true, "Namespace": "4ab5a8ff-b9f7-4a5b-a4cb-3a3d5a7d5e01" },
            "RegistryChanges": {
                "AddValues": [{
                    "Key": { "Hive": "System", "Name": "ControlSet001\\Control", "Volatile": true },
                    "Name": "WaitToKillServiceTimeout",
                    "Type": "String",
                    "StringValue": "20000"
                }]
            },
            "AssignedDevices": [{ "Type": "GpuMirror" }]
        },
        "ShouldTerminateOnLastHandleClosed": true
    }"#;
    golden(&document, text);
}

#[test]
fn a_container_in_a_machine() {
    let hosted = HostedSystem {
        schema_version: Some(Version::V2_1),
        container: Some(Container {
            storage: Some(Storage {
                layers: vec![Layer {
                    id: "11111111-1111-5111-8111-111111111111".into(),
                    path: r"\\?\VMSMB\VSMB-{dcc079ae-60ba-4d07-847c-3493609c0870}\s1".into(),
                    ..Layer::default()
                }],
                path: r"C:\c\1\".into(),
                ..Storage::default()
            }),
            isolation_type: IsolationType::HostProcess,
            ..Container::default()
        }),
    };
    let document = ComputeSystem {
        owner: "silo".into(),
        schema_version: Some(Version::V2_1),
        hosting_system_id: "web@vm".into(),
        hosted_system: serde_json::to_value(&hosted).unwrap(),
        should_terminate_on_last_handle_closed: true,
        ..ComputeSystem::default()
    };
    let read: ComputeSystem = serde_json::from_str(&serde_json::to_string(&document).unwrap()).unwrap();
    assert_eq!(serde_json::from_value::<HostedSystem>(read.hosted_system).unwrap(), hosted);
    let text = r#"{
        "SchemaVersion": { "Major": 2, "Minor": 1 },
        "Container": {
            "Storage": {
                "Layers": [{
                    "Id": "11111111-1111-5111-8111-111111111111",
                    "Path": "\\\\?\\VMSMB\\VSMB-{dcc079ae-60ba-4d07-847c-3493609c0870}\\s1"
                }],
                "Path": "C:\\c\\1\\"
            },
            "IsolationType": "HostProcess"
        }
    }"#;
    golden(&hosted, text);
}

#[test]
fn processes_on_windows_and_on_linux() {
    let windows = ProcessParameters {
        command_line: "cmd /c ver".into(),
        user: "ContainerAdministrator".into(),
        working_directory: r"C:\".into(),
        environment: map([("B".into(), "2".into()), ("A".into(), "1".into())]),
        create_std_out_pipe: true,
        console_size: [24, 80],
        ..ProcessParameters::default()
    };
    let text = r#"{
        "CommandLine": "cmd /c ver",
        "User": "ContainerAdministrator",
        "WorkingDirectory": "C:\\",
        "Environment": { "A": "1", "B": "2" },
        "CreateStdOutPipe": true,
        "ConsoleSize": [24, 80]
    }"#;
    golden(&windows, text);
    let linux = ProcessParameters {
        create_in_utility_vm: true,
        oci_process: Some(oci::Process { args: vec!["sh".into()], ..oci::Process::default() }),
        ..ProcessParameters::default()
    };
    let written = serde_json::to_string(&linux).unwrap();
    assert!(written.starts_with(r#"{"CreateInUtilityVM":true,"OciProcess":{"#), "{written}");
    let other: ProcessParameters = serde_json::from_str(r#"{"CreateInUtilityVm":true}"#).unwrap();
    assert!(other.create_in_utility_vm);
}

/// hcsshim reads and writes numbers of the registry with 32 bits and a sign; the service has them without.
#[test]
fn numbers_of_the_registry_are_read_with_and_without_a_sign() {
    let value = RegistryValue {
        kind: RegistryValueType::QWord,
        binary_value: Bytes(vec![1, 2]),
        dword_value: DWord(0xffff_fffe),
        qword_value: QWord(0x8000_0000_0000_0001),
        ..RegistryValue::default()
    };
    let text = r#"{"Type":"QWord","BinaryValue":"AQI=","DWordValue":4294967294,"QWordValue":9223372036854775809}"#;
    golden(&value, text);
    for text in [
        r#"{"type":"QWord","binaryvalue":"AQI=","dwordvalue":-2,"qwordvalue":-9223372036854775807}"#,
        r#"{"Type":"QWord","BinaryValue":"AQI=","DWordValue":4294967294.0,"QWordValue":-9223372036854775807}"#,
    ] {
        assert_eq!(serde_json::from_str::<RegistryValue>(text).unwrap(), value, "{text}");
    }
    let error = serde_json::from_str::<RegistryValue>(r#"{"DWordValue":4294967296}"#).unwrap_err().to_string();
    assert!(error.starts_with("DWordValue: invalid value: integer `4294967296`"), "{error}");
}

/// Services differ in the case of keys, and leave out or send as `null` what they do not have.
#[test]
fn properties_are_read_in_any_case() {
    let text = r#"{
        "id": "web", "SYSTEMTYPE": "Container", "RuntimeOSType": "Windows", "name": "web", "Owner": "silo",
        "RuntimeID": "f0f1b3c1-0000-4000-8000-000000000000", "systemGuid": null, "State": "Running", "Future": { "a": 1 },
        "statistics": {
            "timestamp": "2026-01-02T03:04:05.0000006Z", "containerStartTime": "2026-01-02T03:00:00Z",
            "uptime100NS": 2450000006, "processor": { "totalRuntime100ns": 1e7 }, "Memory": null,
            "storage": { "readsizebytes": 4294967296 }
        },
        "processList": [{
            "processId": 4242, "imageName": "cmd.exe", "createTimestamp": "2026-01-02T03:00:01Z",
            "memoryCommitBytes": 9000000000
        }],
        "guestConnectionInfo": {
            "supportedSchemaVersions": [{ "major": 1, "minor": 0 }, { "major": 2, "minor": 1 }], "protocolVersion": 4,
            "guestDefinedCapabilities": { "signalprocesssupported": true, "Other": true }
        },
        "propertyResponses": { "Memory": { "error": { "Error": -1070137075, "ErrorMessage": "no" } } }
    }"#;
    let read: Properties = serde_json::from_str(text).unwrap();
    assert_eq!(
        (&read.state, &read.system_type, &read.runtime_os_type),
        (&State::Running, &SystemType::Container, &OsType::Windows)
    );
    assert_eq!((read.id.as_str(), read.system_guid.as_str()), ("web", ""));
    let statistics = read.statistics.unwrap();
    assert_eq!(statistics.timestamp, Timestamp("2026-01-02T03:04:05.0000006Z".into()));
    assert_eq!((statistics.uptime_100ns, statistics.memory), (2_450_000_006, None));
    assert_eq!(statistics.processor.unwrap().total_runtime_100ns, 10_000_000);
    assert_eq!(statistics.storage.unwrap().read_size_bytes, 1 << 32);
    let process = &read.process_list[0];
    assert_eq!((process.process_id, process.memory_commit_bytes), (4242, 9_000_000_000));
    let connection = read.guest_connection_info.unwrap();
    assert_eq!(connection.supported_schema_versions, [Version::V1_0, Version::V2_1]);
    assert!(connection.capabilities().unwrap().signal_process_supported);
    assert_eq!(connection.guest_defined_capabilities["Other"], true);
    let error = read.property_responses["Memory"].error.as_ref().unwrap();
    assert_eq!((error.error, error.error_message.as_str()), (HResult::HCS_E_INVALID_JSON, "no"));
}

/// Go writes times even where there are none, and a Linux guest writes ids of processes and nothing else.
#[test]
fn answers_are_written_as_their_sources_write_them() {
    let nobody = r#"{"Timestamp":"0001-01-01T00:00:00Z","ContainerStartTime":"0001-01-01T00:00:00Z"}"#;
    golden(&Statistics::default(), nobody);
    let list = vec![ProcessDetails { process_id: 7, ..ProcessDetails::default() }];
    golden(&Properties { process_list: list, ..Properties::default() }, r#"{"ProcessList":[{"ProcessId":7}]}"#);
    let exited = ProcessStatus { process_id: 7, exited: true, exit_code: 0xc000_013a, last_wait_result: HResult::S_OK };
    golden(&exited, r#"{"ProcessId":7,"Exited":true,"ExitCode":3221225786,"LastWaitResult":0}"#);
}

#[test]
fn a_capability_of_another_shape_is_an_error_of_its_own() {
    let text = r#"{"GuestDefinedCapabilities":{"SignalProcessSupported":"yes"}}"#;
    let read: GuestConnectionInfo = serde_json::from_str(text).unwrap();
    let error = read.capabilities().unwrap_err().to_string();
    assert!(error.starts_with("SignalProcessSupported: invalid type: string"), "{error}");
    assert_eq!(GuestConnectionInfo::default().capabilities().unwrap(), GuestDefinedCapabilities::default());
}

#[test]
fn questions() {
    let query = PropertyQuery {
        property_types: vec![PropertyType::Statistics, PropertyType::ProcessList, "Later".into()],
        queries: map([("Memory".into(), Value::Null)]),
    };
    golden(&query, r#"{"PropertyTypes":["Statistics","ProcessList","Later"],"Queries":{"Memory":null}}"#);
    golden(&SystemQuery::default(), "{}");
    let query =
        SystemQuery { types: vec![SystemType::VirtualMachine], owners: vec!["silo".into()], ..SystemQuery::default() };
    golden(&query, r#"{"Types":["VirtualMachine"],"Owners":["silo"]}"#);
    let query = ServicePropertyQuery { property_types: vec![ServicePropertyType::Basic], ..Default::default() };
    golden(&query, r#"{"PropertyTypes":["Basic"]}"#);
}

#[test]
fn notifications_have_flags() {
    let failed = Notification(0x8000_0002);
    assert_eq!((failed.kind(), failed.is_failure()), (Notification::SYSTEM_CREATE_COMPLETED, true));
    assert!(!Notification::SERVICE_DISCONNECT.is_failure());
    assert_eq!(Notification::SERVICE_DISCONNECT.kind(), Notification::SERVICE_DISCONNECT);
    // The two interfaces number the same thing differently.
    assert_ne!(Notification::SERVICE_DISCONNECT.0, EventType::SERVICE_DISCONNECT.0);
    assert_eq!(EventType(0xc000_0001).name(), Some("GROUP_OPERATION_INFO"));
}
