//! Virtual machines as hcsshim makes them for containers.

use super::*;
use crate::bridge::{BRIDGE_PORT, FIRST_STDIO_PORT};

const ADMINISTRATORS: &str = "D:P(A;;FA;;;SY)(A;;FA;;;BA)";
const CONTROLLER: &str = "df6d0690-79e5-55b6-a5ec-c1e2f77f580a";

fn system(schema: Version, machine: VirtualMachine) -> ComputeSystem {
    ComputeSystem {
        owner: "containerd-shim-runhcs-v1.exe".into(),
        schema_version: Some(schema),
        virtual_machine: Some(machine),
        should_terminate_on_last_handle_closed: true,
        ..ComputeSystem::default()
    }
}

fn topology(size_in_mb: u64, count: u32) -> Option<Topology> {
    Some(Topology {
        memory: Some(VirtualMachineMemory {
            size_in_mb,
            allow_overcommit: true,
            enable_hot_hint: true,
            ..VirtualMachineMemory::default()
        }),
        processor: Some(VirtualMachineProcessor { count, ..VirtualMachineProcessor::default() }),
        numa: None,
    })
}

fn sockets(config: HvSocketSystemConfig) -> Option<VirtualMachineHvSocket> {
    Some(VirtualMachineHvSocket { hv_socket_config: Some(config) })
}

#[test]
fn a_linux_machine_with_a_kernel() {
    let devices = Devices {
        com_ports: map([(0, ComPort { named_pipe: r"\\.\pipe\vm".into(), ..ComPort::default() })]),
        scsi: map([(CONTROLLER.into(), Scsi::default())]),
        virtual_pmem: Some(VirtualPMemController {
            maximum_count: 64,
            maximum_size_bytes: 1 << 32,
            ..VirtualPMemController::default()
        }),
        hv_socket: sockets(HvSocketSystemConfig {
            default_bind_security_descriptor: ADMINISTRATORS.into(),
            ..HvSocketSystemConfig::default()
        }),
        plan9: Some(Plan9::default()),
        ..Devices::default()
    };
    let machine = VirtualMachine {
        stop_on_reset: true,
        chipset: Some(Chipset {
            linux_kernel_direct: Some(LinuxKernelDirect {
                kernel_file_path: r"C:\boot\vmlinux".into(),
                init_rd_path: r"C:\boot\initrd.img".into(),
                kernel_cmd_line: "8250_core.nr_uarts=0 panic=-1 quiet".into(),
            }),
            ..Chipset::default()
        }),
        compute_topology: topology(1024, 2),
        devices: Some(devices),
        ..VirtualMachine::default()
    };
    let text = r#"{
        "Owner": "containerd-shim-runhcs-v1.exe",
        "SchemaVersion": { "Major": 2, "Minor": 1 },
        "VirtualMachine": {
            "StopOnReset": true,
            "Chipset": {
                "LinuxKernelDirect": {
                    "KernelFilePath": "C:\\boot\\vmlinux",
                    "InitRdPath": "C:\\boot\\initrd.img",
                    "KernelCmdLine": "8250_core.nr_uarts=0 panic=-1 quiet"
                }
            },
            "ComputeTopology": {
                "Memory": { "SizeInMB": 1024, "AllowOvercommit": true, "EnableHotHint": true },
                "Processor": { "Count": 2 }
            },
            "Devices": {
                "ComPorts": { "0": { "NamedPipe": "\\\\.\\pipe\\vm" } },
                "Scsi": { "df6d0690-79e5-55b6-a5ec-c1e2f77f580a": {} },
                "VirtualPMem": { "MaximumCount": 64, "MaximumSizeBytes": 4294967296 },
                "HvSocket": { "HvSocketConfig": { "DefaultBindSecurityDescriptor": "D:P(A;;FA;;;SY)(A;;FA;;;BA)" } },
                "Plan9": {}
            }
        },
        "ShouldTerminateOnLastHandleClosed": true
    }"#;
    golden(&system(Version::V2_1, machine), text);
}

fn isolated() -> VirtualMachine {
    let everybody = "D:P(A;;FA;;;WD)";
    let service = |port: u32| {
        let rights = HvSocketServiceConfig {
            bind_security_descriptor: everybody.into(),
            connect_security_descriptor: ADMINISTRATORS.into(),
            allow_wildcard_binds: true,
            disabled: false,
        };
        (format!("{port:08x}-facb-11e6-bd58-64006a7986d3"), rights)
    };
    let disk = Attachment {
        kind: AttachmentType::VirtualDisk,
        path: r"C:\b\rootfs.vhd".into(),
        read_only: true,
        ..Attachment::default()
    };
    VirtualMachine {
        version: Some(Version { major: 254, minor: 0 }),
        stop_on_reset: true,
        chipset: Some(Chipset {
            uefi: Some(Uefi {
                apply_secure_boot_template: ApplySecureBootTemplate::Apply,
                secure_boot_template_id: "1734c6e8-3154-4dda-ba5f-a874cc483422".into(),
                ..Uefi::default()
            }),
            ..Chipset::default()
        }),
        devices: Some(Devices {
            scsi: map([(CONTROLLER.into(), Scsi { attachments: map([(0, disk)]), ..Scsi::default() })]),
            hv_socket: sockets(HvSocketSystemConfig {
                default_bind_security_descriptor: everybody.into(),
                default_connect_security_descriptor: ADMINISTRATORS.into(),
                service_table: map([service(FIRST_STDIO_PORT), service(BRIDGE_PORT)]),
            }),
            ..Devices::default()
        }),
        guest_state: Some(GuestState {
            guest_state_file_path: r"C:\b\kernel.vmgs".into(),
            guest_state_file_type: GuestStateFileType::FileMode,
            force_transient_state: true,
            ..GuestState::default()
        }),
        security_settings: Some(SecuritySettings {
            enable_tpm: false,
            isolation: Some(IsolationSettings {
                isolation_type: VirtualMachineIsolationType::SecureNestedPaging,
                launch_data: "kBifgKNijdHjxdSUshmavrNofo2B01LiIi1cr8R4ytI=".into(),
                hcl_enabled: Some(false),
                ..IsolationSettings::default()
            }),
        }),
        ..VirtualMachine::default()
    }
}

#[test]
fn an_isolated_linux_machine() {
    let rights = r#"{
        "BindSecurityDescriptor": "D:P(A;;FA;;;WD)",
        "ConnectSecurityDescriptor": "D:P(A;;FA;;;SY)(A;;FA;;;BA)",
        "AllowWildcardBinds": true
    }"#;
    // hcsshim leaves out a minor version of 0, which is the same.
    let text = r#"{
        "Owner": "containerd-shim-runhcs-v1.exe",
        "SchemaVersion": { "Major": 2, "Minor": 5 },
        "VirtualMachine": {
            "Version": { "Major": 254, "Minor": 0 },
            "StopOnReset": true,
            "Chipset": {
                "Uefi": {
                    "ApplySecureBootTemplate": "Apply",
                    "SecureBootTemplateId": "1734c6e8-3154-4dda-ba5f-a874cc483422"
                }
            },
            "Devices": {
                "Scsi": {
                    "df6d0690-79e5-55b6-a5ec-c1e2f77f580a": {
                        "Attachments": { "0": { "Type": "VirtualDisk", "Path": "C:\\b\\rootfs.vhd", "ReadOnly": true } }
                    }
                },
                "HvSocket": {
                    "HvSocketConfig": {
                        "DefaultBindSecurityDescriptor": "D:P(A;;FA;;;WD)",
                        "DefaultConnectSecurityDescriptor": "D:P(A;;FA;;;SY)(A;;FA;;;BA)",
                        "ServiceTable": {
                            "40000000-facb-11e6-bd58-64006a7986d3": RIGHTS,
                            "40000001-facb-11e6-bd58-64006a7986d3": RIGHTS
                        }
                    }
                }
            },
            "GuestState": {
                "GuestStateFilePath": "C:\\b\\kernel.vmgs",
                "GuestStateFileType": "FileMode",
                "ForceTransientState": true
            },
            "SecuritySettings": {
                "Isolation": {
                    "IsolationType": "SecureNestedPaging",
                    "LaunchData": "kBifgKNijdHjxdSUshmavrNofo2B01LiIi1cr8R4ytI=",
                    "HclEnabled": false
                }
            }
        },
        "ShouldTerminateOnLastHandleClosed": true
    }"#;
    golden(&system(Version::V2_5, isolated()), &text.replace("RIGHTS", rights));
}

#[test]
fn a_windows_machine() {
    let machine = VirtualMachine {
        stop_on_reset: true,
        chipset: Some(Chipset {
            uefi: Some(Uefi {
                boot_this: Some(UefiBootEntry {
                    device_type: UefiBootDevice::VmbFs,
                    device_path: r"\EFI\Microsoft\Boot\bootmgfw.efi".into(),
                    ..UefiBootEntry::default()
                }),
                ..Uefi::default()
            }),
            ..Chipset::default()
        }),
        compute_topology: topology(2048, 2),
        devices: Some(windows_devices()),
        registry_changes: Some(RegistryChanges::default()),
        storage_qos: Some(StorageQoS { iops_maximum: 100, bandwidth_maximum: 1 << 20 }),
        debug_options: Some(DebugOptions {
            bugcheck_saved_state_file_name: r"C:\d\vm-savedstate.vmrs".into(),
            ..DebugOptions::default()
        }),
        ..VirtualMachine::default()
    };
    let text = r#"{
        "Owner": "containerd-shim-runhcs-v1.exe",
        "SchemaVersion": { "Major": 2, "Minor": 1 },
        "VirtualMachine": {
            "StopOnReset": true,
            "Chipset": {
                "Uefi": { "BootThis": { "DeviceType": "VmbFs", "DevicePath": "\\EFI\\Microsoft\\Boot\\bootmgfw.efi" } }
            },
            "ComputeTopology": {
                "Memory": { "SizeInMB": 2048, "AllowOvercommit": true, "EnableHotHint": true },
                "Processor": { "Count": 2 }
            },
            "Devices": {
                "Scsi": {
                    "df6d0690-79e5-55b6-a5ec-c1e2f77f580a": {
                        "Attachments": { "0": { "Type": "VirtualDisk", "Path": "C:\\s\\sandbox.vhdx" } }
                    }
                },
                "HvSocket": { "HvSocketConfig": { "DefaultBindSecurityDescriptor": "D:P(A;;FA;;;SY)(A;;FA;;;BA)" } },
                "GuestCrashReporting": {
                    "WindowsCrashSettings": { "DumpFileName": "C:\\d\\vm-windows-crash", "DumpType": "Full" }
                },
                "VirtualSmb": {
                    "Shares": [{
                        "Name": "os",
                        "Path": "C:\\l\\UtilityVM\\Files",
                        "Options": {
                            "ReadOnly": true, "ShareRead": true, "CacheIo": true, "TakeBackupPrivilege": true,
                            "PseudoOplocks": true
                        }
                    }],
                    "DirectFileMappingInMB": 1024
                }
            },
            "RegistryChanges": {},
            "StorageQoS": { "IopsMaximum": 100, "BandwidthMaximum": 1048576 },
            "DebugOptions": { "BugcheckSavedStateFileName": "C:\\d\\vm-savedstate.vmrs" }
        },
        "ShouldTerminateOnLastHandleClosed": true
    }"#;
    golden(&system(Version::V2_1, machine), text);
}

fn windows_devices() -> Devices {
    let scratch =
        Attachment { kind: AttachmentType::VirtualDisk, path: r"C:\s\sandbox.vhdx".into(), ..Attachment::default() };
    Devices {
        scsi: map([(CONTROLLER.into(), Scsi { attachments: map([(0, scratch)]), ..Scsi::default() })]),
        hv_socket: sockets(HvSocketSystemConfig {
            default_bind_security_descriptor: ADMINISTRATORS.into(),
            ..HvSocketSystemConfig::default()
        }),
        guest_crash_reporting: Some(GuestCrashReporting {
            windows_crash_settings: Some(WindowsCrashReporting {
                dump_file_name: r"C:\d\vm-windows-crash".into(),
                max_dump_size: 0,
                dump_type: CrashDumpType::Full,
            }),
        }),
        virtual_smb: Some(VirtualSmb {
            shares: vec![VirtualSmbShare {
                name: "os".into(),
                path: r"C:\l\UtilityVM\Files".into(),
                options: Some(VirtualSmbShareOptions {
                    read_only: true,
                    share_read: true,
                    cache_io: true,
                    take_backup_privilege: true,
                    pseudo_oplocks: true,
                    ..VirtualSmbShareOptions::default()
                }),
                ..VirtualSmbShare::default()
            }],
            direct_file_mapping_in_mb: 1024,
        }),
        ..Devices::default()
    }
}

/// NUMA nodes have some keys in small letters, and a structure that Go always writes.
#[test]
fn numa_nodes() {
    let topology = Topology {
        memory: Some(VirtualMachineMemory {
            backing: Some(MemoryBackingType::Physical),
            slit_type: Some(VirtualSlitType::FirmwareFallbackMeasured),
            ..VirtualMachineMemory::default()
        }),
        processor: Some(VirtualMachineProcessor {
            count: 4,
            cpu_group: Some(CpuGroup { id: "9a3c2e61-0d3f-4b0a-8a3b-0f1e2d3c4b5a".into() }),
            numa_processors_settings: Some(NumaProcessors::default()),
            ..VirtualMachineProcessor::default()
        }),
        numa: Some(Numa { virtual_node_count: 2, preferred_physical_nodes: vec![0, 1], ..Numa::default() }),
    };
    let text = r#"{
        "Memory": { "Backing": "Physical", "SlitType": "FirmwareFallbackMeasured" },
        "Processor": {
            "Count": 4,
            "CpuGroup": { "Id": "9a3c2e61-0d3f-4b0a-8a3b-0f1e2d3c4b5a" },
            "NumaProcessorsSettings": { "count_per_node": {} }
        },
        "Numa": { "VirtualNodeCount": 2, "PreferredPhysicalNodes": [0, 1] }
    }"#;
    golden(&topology, text);
}
