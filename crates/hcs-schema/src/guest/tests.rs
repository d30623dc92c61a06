//! Requests as hosts send them to their guests, and the addresses of both.

use super::*;
use crate::document::{Layer, ModifyRequest};
use crate::hcn;
use crate::modify::{Modify, RequestType};
use serde::Serialize;
use serde_json::{Value, json};

fn written(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

#[test]
fn what_a_linux_guest_is_sent_is_typed_and_comes_back() {
    let requests = [
        json!({"RequestType": "Remove", "ResourceType": "SCSIDevice", "Settings": {"Controller": 1, "Lun": 63}}),
        json!({"RequestType": "Add", "ResourceType": "MappedVirtualDisk", "Settings": {
            "MountPath": "/run/mounts/scsi/m0", "Lun": 1, "Controller": 3, "Partition": 2, "ReadOnly": true, "Encrypted": true,
            "Options": ["rshared"], "BlockDev": true, "EnsureFilesystem": true, "Filesystem": "xfs",
            "VerityInfo": {"Ext4SizeInBytes": 4096, "Version": 1, "Algorithm": "sha256", "SuperBlock": true,
                "RootDigest": "ab", "Salt": "cd", "BlockSize": 4096}}}),
        json!({"ResourceType": "MappedDirectory", "Settings": {"MountPath": "/m", "Port": 564, "ShareName": "0", "ReadOnly": true}}),
        json!({"ResourceType": "VPMemDevice", "Settings": {"DeviceNumber": 2, "MountPath": "/run/layers/p2",
            "MappingInfo": {"DeviceOffsetInBytes": 4096, "DeviceSizeInBytes": 8192}}}),
        json!({"ResourceType": "CombinedLayers", "Settings": {"ContainerID": "c", "ContainerRootPath": "/r",
            "Layers": [{"Path": "/run/layers/p0"}], "ScratchPath": "/s"}}),
        json!({"ResourceType": "Network", "Settings": {"NamespaceID": "n", "ID": "i", "MacAddress": "00-15", "DNSSuffix": "a,b",
            "DNSServerList": "1.1.1.1", "EncapOverhead": 50, "VPCIAssigned": true,
            "IPConfigs": [{"IPAddress": "10.0.0.2", "PrefixLength": 24}],
            "Routes": [{"NextHop": "10.0.0.1", "DestinationPrefix": "0.0.0.0/0", "Metric": 1}],
            "PolicyBasedRouting": true, "EnableLowMetric": true}}),
        json!({"RequestType": "Add", "ResourceType": "VPCIDevice", "Settings": {"VMBusGUID": "g"}}),
        json!({"RequestType": "Update", "ResourceType": "ContainerConstraints",
            "Settings": {"Windows": {}, "Linux": {"cpu": {"shares": 2}}}}),
        json!({"ResourceType": "SecurityPolicy", "Settings": {"EnforcerType": "rego", "EncodedSecurityPolicy": "cA==",
            "EncodedUVMReference": "r", "EncodedUVMHashEnvelopeReference": "h"}}),
        json!({"ResourceType": "SecurityPolicyFragment", "Settings": {"Fragment": "Zg==", "MediaType": "t"}}),
        json!({"RequestType": "Update", "ResourceType": "PodCgroupMemoryLimit"}),
        json!({"RequestType": "Else", "ResourceType": "Unknown", "Settings": [{"a": null}]}),
    ];
    assert_eq!(requests.len(), LinuxResource::KINDS.len() + 1);
    for request in requests {
        let modify: LinuxModify = serde_json::from_value(request.clone()).unwrap();
        let unknown = matches!(modify.resource, LinuxResource::Other { .. });
        assert_eq!(unknown, request["ResourceType"] == "Unknown", "{request}");
        assert_eq!(written(&modify), request);
        assert_eq!(LinuxModify::try_from(ModifyRequest::from(modify.clone())).unwrap(), modify);
    }
}

#[test]
fn what_a_windows_guest_is_sent_is_typed_and_comes_back() {
    let requests = [
        json!({"RequestType": "Add", "ResourceType": "NetworkNamespace",
            "Settings": {"ID": "n", "Type": "GuestDefault", "SchemaVersion": {"Major": 2, "Minor": 0}}}),
        json!({"RequestType": "Add", "ResourceType": "Network", "Settings": {"AdapterId": "a", "RequestType": "PreAdd", "Settings": {
            "ID": "e", "Dns": {}, "Health": {"Extra": {}}, "SchemaVersion": {"Major": 2, "Minor": 0}, "Else": 1}}}),
        json!({"RequestType": "Update", "ResourceType": "HvSocket", "Settings": {
            "LocalAddress": LOOPBACK_ADDRESS, "ParentAddress": WINDOWS_PARENT_ADDRESS}}),
        json!({"ResourceType": "MappedVirtualDisk", "Settings": {"ContainerPath": "C:\\m", "Lun": 3}}),
        json!({"ResourceType": "MappedVirtualDiskForContainerScratch", "Settings": {"ContainerPath": "C:\\m"}}),
        json!({"ResourceType": "MappedDirectory", "Settings": {"HostPath": "\\\\?\\VMSMB\\s", "HostPathType": "AbsolutePath",
            "ContainerPath": "C:\\m", "ReadOnly": true}}),
        json!({"ResourceType": "CombinedLayers", "Settings": {"ContainerRootPath": "C:\\c", "Layers": [{"Id": "l", "Path": "p"}],
            "ScratchPath": "C:\\s", "FilterType": "UnionFS"}}),
        json!({"ResourceType": "CWCOWCombinedLayers", "Settings": {"ContainerID": "c", "CombinedLayers": {"FilterType": "WCIFS"}}}),
        json!({"ResourceType": "WCOWBlockCims", "Settings": {"BlockCIMs": [{"CimName": "merged.cim", "Lun": 0}],
            "VolumeGUID": "v", "MountFlags": 32, "ContainerID": "c"}}),
        json!({"ResourceType": "SecurityPolicy", "Settings": {}}),
        json!({"ResourceType": "SecurityPolicyFragment", "Settings": {"Fragment": "Zg=="}}),
        json!({"ResourceType": "CimMount", "Settings": {"ImagePath": "i"}}),
    ];
    assert_eq!(requests.len(), WindowsResource::KINDS.len() + 1);
    for request in requests {
        let modify: WindowsModify = serde_json::from_value(request.clone()).unwrap();
        assert_eq!(
            matches!(modify.resource, WindowsResource::Other { .. }),
            request["ResourceType"] == "CimMount",
            "{request}"
        );
        assert_eq!(written(&modify), request);
        assert_eq!(WindowsModify::try_from(ModifyRequest::from(modify.clone())).unwrap(), modify);
    }
}

#[test]
fn requests_are_read_in_any_case_and_refused_by_their_path() {
    let text = r#"{"requesttype":null,"RESOURCETYPE":"MappedVirtualDisk","settings":{"LUN":2.0,"mountpath":"/m","Unknown":1}}"#;
    let modify: LinuxModify = serde_json::from_str(text).unwrap();
    assert_eq!(modify.effective_type(), RequestType::Add);
    let disk = MappedVirtualDisk { lun: 2, mount_path: "/m".into(), ..MappedVirtualDisk::default() };
    assert_eq!(modify.resource, LinuxResource::MappedVirtualDisk(disk));
    for (settings, expected) in [
        (json!({"Lun": 256}), "Settings.Lun: invalid value: integer `256`, expected a whole number (u8)"),
        (json!({"VerityInfo": {"Salt": 1}}), "Settings.VerityInfo.Salt: invalid type: integer `1`, expected a string"),
        (json!([]), "Settings: invalid type: sequence, expected an object (MappedVirtualDisk)"),
    ] {
        let request = ModifyRequest { resource_type: "MappedVirtualDisk".into(), settings, ..ModifyRequest::default() };
        assert_eq!(LinuxModify::try_from(request).unwrap_err().to_string(), expected);
    }
}

#[test]
fn adapters_have_another_key_before_build_17763() {
    let announced = NetworkRequest::new(17763, "a", RequestType::PreAdd, Some(hcn::Endpoint::default()));
    assert_eq!((announced.adapter(), written(&announced)["AdapterId"].as_str()), ("a", Some("a")));
    let added = NetworkRequest::new(17762, "a", RequestType::Add, None);
    assert_eq!(added.adapter(), "a");
    assert_eq!(written(&added), json!({"AdapterInstanceId": "a", "RequestType": "Add"}));
}

#[test]
fn ports_and_services_are_each_other() {
    assert_eq!(vsock_service(0x4000_0000), "40000000-facb-11e6-bd58-64006a7986d3");
    for port in [0, 1, 109, 0x4000_0001, u32::MAX] {
        assert_eq!(vsock_port(&vsock_service(port)), Some(port));
    }
    assert_eq!(vsock_port("0000006D-FACB-11E6-BD58-64006A7986D3"), Some(109));
    for text in [
        "",
        "40000000",
        WINDOWS_BRIDGE_SERVICE,
        "+0000001-facb-11e6-bd58-64006a7986d3",
        "ääää-facb-11e6-bd58-64006a7986d3",
    ] {
        assert_eq!(vsock_port(text), None, "{text}");
    }
}

#[test]
fn capabilities_are_told_by_both_kinds_of_guest() {
    let linux: GuestCapabilities = serde_json::from_str(
        r#"{"SupportedSchemaVersions":[{"Major":2,"Minor":1}],"RuntimeOsType":"Linux",
            "GuestDefinedCapabilities":{"NamespaceAddRequestSupported":true,"signalProcessSupported":true}}"#,
    )
    .unwrap();
    assert!(linux.is_linux() && linux.guest_defined_capabilities.signal_process_supported);
    let windows: GuestCapabilities =
        serde_json::from_str(r#"{"SendHostCreateMessage":true,"GuestDefinedCapabilities":null}"#).unwrap();
    assert!(windows.send_host_create_message && !windows.is_linux());
    let expected = json!({"SupportedSchemaVersions": [], "RuntimeOsType": "", "GuestDefinedCapabilities": {}});
    assert_eq!(written(&GuestCapabilities::default()), expected);
}

#[test]
fn documents_of_windows_guests_are_written_as_their_hosts_do() {
    assert_eq!(written(&HostConfig::new(Value::Null)), json!({"SystemType": "Container"}));
    let container =
        ConfidentialContainer { hosted_system: json!({"Container": {}}), ..ConfidentialContainer::default() };
    assert_eq!(written(&container), json!({"Spec": {"ociVersion": ""}, "CWCOWHostedSystem": {"Container": {}}}));
    let fragment = SecurityPolicyFragment::default();
    assert_eq!(fragment.effective_media_type(), "application/cose-x509+rego");
}

#[test]
fn a_request_is_made_from_its_parts() {
    let layers = vec![Layer { path: "/l".into(), ..Layer::default() }];
    let combined = CombinedLayers { layers, ..CombinedLayers::default() };
    let modify = Modify::new(RequestType::Remove, LinuxResource::CombinedLayers(combined));
    let expected =
        json!({"RequestType": "Remove", "ResourceType": "CombinedLayers", "Settings": {"Layers": [{"Path": "/l"}]}});
    assert_eq!(written(&modify), expected);
    assert_eq!(modify.effective_type(), RequestType::Remove);
}
