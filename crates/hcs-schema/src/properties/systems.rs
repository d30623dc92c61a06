//! The documents of HCS, both versions.

super::every! {
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
