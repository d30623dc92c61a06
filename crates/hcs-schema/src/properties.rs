//! Properties of every type: what is written is read back, and no bytes make reading panic. That no object is forgotten in the
//! list below is looked after by `tests/complete.rs`.

use crate::testing::{reads_anything, round_trip};
use crate::{document, oci, v1, v2};
use proptest::prelude::*;

/// Does something with every object.
macro_rules! every {
    ($($module:ident { $($name:ident)* })*) => {
        fn round_trips(bytes: &[u8]) {
            $($(round_trip::<$module::$name>(bytes);)*)*
        }

        fn read_anything(text: &[u8]) {
            $($(reads_anything::<$module::$name>(text);)*)*
        }

        /// The keys of every object, for text that looks like documents.
        fn keys() -> Vec<&'static str> {
            let lists = [$($(<$module::$name as crate::model::Object>::KEYS),*),*];
            lists.into_iter().flatten().copied().collect()
        }
    };
}

every! {
    oci {
        Linux IntelRdt NetDevice Namespace Device TimeOffset Personality Seccomp Syscall SyscallArg Spec Root Mount
        Hooks Hook IdMapping Process ConsoleBox User Capabilities Rlimit Scheduler IoPriority ExecCpuAffinity
        Resources DeviceRule Memory Cpu Pids BlockIo WeightDevice ThrottleDevice HugepageLimit Network
        InterfacePriority Rdma Windows
    }
    document {
        LinuxContainer ModifyRequest
    }
    v2 {
        VirtualPciDevice VirtualPciFunction FlexibleIoDevice GpuConfiguration Chipset Uefi UefiBootEntry
        LinuxKernelDirect FirmwareFile Version ComputeSystem HostedSystem Container GuestOs ContainerMemory
        ContainerProcessor Networking MappedDirectory MappedPipe Device SiloProperties ContainerMemoryInformation
        ContainerCredentialGuardOperationRequest ContainerCredentialGuardAddInstanceRequest
        ContainerCredentialGuardRemoveInstanceRequest ContainerCredentialGuardState ContainerCredentialGuardInstance
        ContainerCredentialGuardHvSocketServiceConfig ContainerCredentialGuardSystemInfo ContainerDefinitionDevice
        DeviceExtension DeviceCategory InterfaceClass DeviceExtensionNamespace DeviceNamespace DeviceInstance
        ObjectNamespace ObjectDirectory ObjectSymlink Devices Battery Keyboard Mouse ComPort VirtioSerial
        VirtioSerialPort VideoMonitor EnhancedModeVideo RdpConnectionOptions GuestCrashReporting WindowsCrashReporting
        Scsi Attachment VirtualPMemController VirtualPMemDevice VirtualPMemMapping ContainerHvSocket
        VirtualMachineHvSocket HvSocketSystemConfig HvSocketServiceConfig HvSocketAddress PauseOptions
        PauseNotification SaveOptions ShutdownOptions CrashOptions VirtualMachineMemory SharedMemoryConfiguration
        SharedMemoryRegion SharedMemoryRegionInfo MemoryInformationForVm VmMemory VirtualNodeInfo
        MigrationInitializeOptions MemoryMigrationTransferThrottleParams MigrationCompressionSettings
        CompatibilityInfo StartOptions MigrationStartOptions MigrationNetworkSettings MigrationTransferOptions
        MigrationFinalizedOptions MigrationCancelOptions OperationSystemMigrationNotificationInfo
        BlackoutExitedEventDetails ModifySettingRequest NetworkAdapter IovSettings ProcessParameters
        ProcessModifyRequest ConsoleSize CloseHandle ProcessStatus VirtualMachineProcessor ProcessorFeatureSet
        ProcessorLimits CpuGroup IdleProcessorsRequest ProcessorTopology LogicalProcessor Subnode
        CacheQueryStatsResponse Properties ProcessDetails GuestConnectionInfo GuestDefinedCapabilities
        PropertyResponse SystemQuery ComputeSystemProperties PropertyQuery RegistryChanges RegistryKey RegistryValue
        RegistryFlushState ResultError ErrorEvent EventData AttributionRecord WorkerExit GuestCrash TripleFault
        InjectNonMaskableInterrupt OperationFailure SystemExit VirtualDeviceFailure SystemExitStatus CrashReport
        WindowsCrashReport ServicePropertyQuery ServiceProperties BasicInformation QosCapabilities
        ProcessorCapabilitiesInfo ModificationRequest HostProcessorModificationRequest CreateGroupOperation
        DeleteGroupOperation SetPropertyOperation CpuGroupConfigurations CpuGroupConfig CpuGroupAffinity
        CpuGroupProperty VirtualSmb VirtualSmbShare VirtualSmbShareOptions Plan9 Plan9Share Statistics ProcessorStats
        MemoryStats StorageStats Storage Layer StorageQoS LayerData ExportLayerOptions OsLayerOptions CimMount
        TimeZoneInformation SystemTime Topology Numa NumaSetting NumaProcessors NumaRange NumaNode NumaNodeMemory
        NumaNodeProcessor VirtualMachine GuestState RestoreState DebugOptions GuestConnection SecuritySettings
        IsolationSettings Services Heartbeat Shutdown Timesync KvpExchange IntegrationComponentStatus
    }
    v1 {
        ContainerConfig Layer MappedDirectory MappedPipe MappedVirtualDisk AssignedDevice HvRuntime
        HvRuntimeNetworkSettings NetworkEndpoint ResourceModificationRequest ProcessConfig ContainerProperties
        Statistics NetworkStats MappedVirtualDiskController GuestConnectionInfo
    }
}

/// Text that looks like JSON and has known keys in any case.
fn document() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        any::<i64>().prop_map(|number| number.to_string()),
        Just("1.5e3".to_owned()),
        "[a-z/:]{0,6}".prop_map(|text| format!("{text:?}")),
    ];
    let key = (proptest::sample::select(keys()), any::<u8>()).prop_map(|(key, case)| match case % 3 {
        0 => key.to_owned(),
        1 => key.to_ascii_lowercase(),
        _ => key.to_ascii_uppercase(),
    });
    leaf.prop_recursive(4, 32, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(|all| format!("[{}]", all.join(","))),
            proptest::collection::vec((key.clone(), inner), 0..6).prop_map(|all| {
                let fields: Vec<String> = all.iter().map(|(key, value)| format!("{key:?}:{value}")).collect();
                format!("{{{}}}", fields.join(","))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        round_trips(&bytes);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        read_anything(&bytes);
    }

    #[test]
    fn any_document_is_read_or_refused(text in document()) {
        read_anything(text.as_bytes());
    }
}
