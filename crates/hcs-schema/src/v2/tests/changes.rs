//! Changes to running systems, to processes and to the service.

use super::*;

#[test]
fn every_resource_path_is_known_and_comes_back() {
    for text in RESOURCE_PATHS {
        let path = ResourcePath::from(*text);
        assert!(!matches!(path, ResourcePath::Other(_)), "{text}");
        assert_eq!(path.to_string(), *text);
    }
    let disk = ResourcePath::ScsiAttachment { controller: "df6d0690-79e5-55b6-a5ec-c1e2f77f580a".into(), lun: 63 };
    let text = "VirtualMachine/Devices/Scsi/df6d0690-79e5-55b6-a5ec-c1e2f77f580a/Attachments/63";
    assert_eq!((disk.to_string().as_str(), ResourcePath::from(text)), (text, disk));
    let mapping = ResourcePath::from("VirtualMachine/Devices/VirtualPMem/Devices/0/Mappings/8589934592");
    assert_eq!(mapping, ResourcePath::VirtualPMemMapping { device: 0, offset: 1 << 33 });
}

#[test]
fn other_resource_paths_travel_untouched() {
    for text in [
        "",
        "/",
        "VirtualMachine",
        "VirtualMachine/Devices/Scsi/0/Attachments/01",
        "VirtualMachine/Devices/Scsi/0/Attachments/+1",
        "VirtualMachine/Devices/Scsi//Attachments/1",
        "VirtualMachine/Devices/Scsi/0/Attachments/1/",
        "VirtualMachine/Devices/ComPorts/4294967296",
        "VirtualMachine/Devices/NetworkAdapters/",
        "virtualmachine/devices/plan9/shares",
        "VirtualMachine/Devices/Later/1",
        "Container/Devices",
        "hcs:/VirtualMachine/LiveMigrationSocket",
    ] {
        assert_eq!(ResourcePath::from(text), ResourcePath::Other(text.into()));
    }
}

#[test]
fn changes_to_a_machine() {
    let adapter = NetworkAdapter {
        endpoint_id: "8d5a5f4c-5f6c-4b1e-9d57-3a5b7c9d1e2f".into(),
        mac_address: "00-15-5D-52-C0-00".into(),
        iov_settings: Some(IovSettings {
            offload_weight: Some(0),
            queue_pairs_requested: None,
            interrupt_moderation: InterruptModerationValue(200).mode(),
        }),
        ..NetworkAdapter::default()
    };
    let guest = ModifyRequest {
        request_type: RequestType::Add,
        resource_type: GuestResourceType::Network,
        settings: json!({ "ID": "8d5a5f4c" }),
    };
    let path = ResourcePath::NetworkAdapter { id: "nic".into() };
    let text = r#"{
        "ResourcePath": "VirtualMachine/Devices/NetworkAdapters/nic",
        "RequestType": "Add",
        "Settings": {
            "EndpointId": "8d5a5f4c-5f6c-4b1e-9d57-3a5b7c9d1e2f",
            "IovSettings": { "InterruptModeration": "Medium", "OffloadWeight": 0 },
            "MacAddress": "00-15-5D-52-C0-00"
        },
        "GuestRequest": { "RequestType": "Add", "ResourceType": "Network", "Settings": { "ID": "8d5a5f4c" } }
    }"#;
    golden(&ModifySettingRequest::add(path, &adapter).with_guest(&guest), text);
    let text =
        r#"{"ResourcePath":"VirtualMachine/ComputeTopology/Memory/SizeInMB","RequestType":"Update","Settings":2048}"#;
    golden(&ModifySettingRequest::update(ResourcePath::MemorySizeInMb, &2048), text);
    let text = r#"{"ResourcePath":"VirtualMachine/Devices/VirtualPMem/Devices/3","RequestType":"Remove"}"#;
    golden(&ModifySettingRequest::remove(ResourcePath::VirtualPMemDevice { device: 3 }), text);
    golden(&ModifySettingRequest::default(), "{}");
}

/// A word that nobody knows yet, and settings of a shape that nobody expects, travel untouched.
#[test]
fn changes_that_are_not_known_travel_untouched() {
    let text = r#"{"ResourcePath":"VirtualMachine/Later","RequestType":"Replace","Settings":[null,{"a":1.5}]}"#;
    let read: ModifySettingRequest = serde_json::from_str(text).unwrap();
    golden(&read, text);
    let text = r#"{"RequestType":"Replace","ResourceType":"Later","Settings":"x"}"#;
    golden(&serde_json::from_str::<ModifyRequest>(text).unwrap(), text);
}

#[test]
fn changes_to_a_process() {
    let text = r#"{"Operation":"ConsoleSize","ConsoleSize":{"Height":24,"Width":80}}"#;
    golden(&ProcessModifyRequest::console_size(24, 80), text);
    let text = r#"{"Operation":"CloseHandle","CloseHandle":{"Handle":"StdIn"}}"#;
    golden(&ProcessModifyRequest::close_handle(StdHandle::StdIn), text);
}

#[test]
fn changes_to_the_service() {
    let group = "9a3c2e61-0d3f-4b0a-8a3b-0f1e2d3c4b5a";
    let set = SetPropertyOperation {
        group_id: group.into(),
        property_code: CpuGroupPropertyCode::CPU_CAPACITY,
        property_value: 1 << 40,
    };
    let request = ModificationRequest {
        property_type: ServicePropertyType::CpuGroup,
        settings: serde_json::to_value(HostProcessorModificationRequest {
            operation: CpuGroupOperation::SetProperty,
            operation_details: serde_json::to_value(set).unwrap(),
        })
        .unwrap(),
    };
    let text = r#"{
        "PropertyType": "CpuGroup",
        "Settings": {
            "Operation": "SetProperty",
            "OperationDetails": {
                "GroupId": "9a3c2e61-0d3f-4b0a-8a3b-0f1e2d3c4b5a", "PropertyCode": 65536, "PropertyValue": 1099511627776
            }
        }
    }"#;
    assert_eq!(serde_json::to_value(&request).unwrap(), serde_json::from_str::<Value>(text).unwrap());
    let add = ContainerCredentialGuardAddInstanceRequest {
        id: "web".into(),
        credential_spec: r#"{"CmsPlugins":[]}"#.into(),
        transport: ContainerCredentialGuardTransport::Lrpc,
    };
    golden(&add, r#"{"Id":"web","CredentialSpec":"{\"CmsPlugins\":[]}","Transport":"LRPC"}"#);
}

#[test]
fn migration() {
    let start = StartOptions {
        destination_migration_options: Some(MigrationStartOptions {
            network_settings: Some(MigrationNetworkSettings { session_id: 5 }),
        }),
    };
    golden(&start, r#"{"DestinationMigrationOptions":{"NetworkSettings":{"SessionId":5}}}"#);
    let options = MigrationInitializeOptions {
        origin: MigrationOrigin::Source,
        memory_transport: MigrationMemoryTransport::Tcp,
        memory_transfer_throttle_params: Some(MemoryMigrationTransferThrottleParams {
            skip_throttling: Some(false),
            throttling_scale: Some(12.5),
            minimum_throttle_percentage: Some(0),
            ..Default::default()
        }),
        compatibility_data: Some(CompatibilityInfo { data: Bytes(b"abc".to_vec()) }),
        ..MigrationInitializeOptions::default()
    };
    let text = r#"{
        "Origin": "Source",
        "MemoryTransport": "TCP",
        "MemoryTransferThrottleParams": {
            "SkipThrottling": false, "ThrottlingScale": 12.5, "MinimumThrottlePercentage": 0
        },
        "CompatibilityData": { "Data": "YWJj" }
    }"#;
    golden(&options, text);
    let text = r#"{"event":"BlackoutExited","additionaldetails":{"blackoutDurationMilliseconds":80}}"#;
    let told: OperationSystemMigrationNotificationInfo = serde_json::from_str(text).unwrap();
    let details: BlackoutExitedEventDetails = serde_json::from_value(told.additional_details).unwrap();
    assert_eq!((told.event, details.blackout_duration_milliseconds), (MigrationEvent::BlackoutExited, 80));
}

#[test]
fn device_extensions_have_small_letters_and_keep_what_is_not_known() {
    let text = r#"{
        "device_extension": [{
            "device_category": {
                "name": "gpu",
                "interface_class": [{
                    "type": "ClassGuid", "identifier": "064092b3-625e-43bf-9eb5-dc845897dd59", "recurse": true
                }]
            },
            "namespace": {
                "ob": { "shadow": "ifexists", "symlink": [{ "name": "a", "scope": "Global", "access_mask": 4026531840 }] },
                "device": { "requires_driverstore": true },
                "job": { "cpu": { "rate": 1 } }
            }
        }]
    }"#;
    let read: ContainerDefinitionDevice = serde_json::from_str(text).unwrap();
    let namespace = read.device_extension[0].namespace.as_ref().unwrap();
    assert_eq!(namespace.ob.as_ref().unwrap().symlink[0].access_mask, DWord(0xf000_0000));
    golden(&read, text);
}
