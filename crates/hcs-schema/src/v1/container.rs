//! What a container is made from in version 1: one object with everything.

use super::{CacheMode, OsType, SystemType};
use crate::model::object;

object! {
    /// What a container is made from.
    pub struct ContainerConfig {
        /// Always `Container`.
        "SystemType" system_type: SystemType = always,
        /// Its name, mostly its id.
        "Name" name: String = always,
        /// Name of the program that owns it.
        "Owner" owner: String,
        /// Whether there is nothing behind it. Of Docker 1.12, the .NET library and nspawn.
        "IsDummy" is_dummy: bool = always,
        /// Volume of the writable layer as `\\?\Volume{…}`, of a container on the host.
        "VolumePath" volume_path: String,
        /// Whether requests to flush caches are ignored until it has started.
        "IgnoreFlushesDuringBoot" ignore_flushes_during_boot: bool,
        /// Folder in which the writable layer's folder has the container's name, of a machine of its own. Of Docker 1.12 and the
        /// .NET library.
        "SandboxPath" sandbox_path: String,
        /// Folder of the writable layer.
        "LayerFolderPath" layer_folder_path: String,
        /// Read-only layers, upper-most first.
        "Layers" layers: Vec<Layer> = always,
        /// Credential specification, a document as text.
        "Credentials" credentials: String,
        /// Number of processors.
        "ProcessorCount" processor_count: u32,
        /// Share of processors beside other containers, 1 to 10,000; 0 is the default.
        "ProcessorWeight" processor_weight: u64,
        /// Highest share of the host's processor cycles in parts of 10,000 (percent times 100); 0 is none.
        "ProcessorMaximum" processor_maximum: i64,
        /// Highest number of disk operations a second.
        "StorageIOPSMaximum" storage_iops_maximum: u64,
        /// Highest disk traffic in bytes a second.
        "StorageBandwidthMaximum" storage_bandwidth_maximum: u64,
        /// Size in bytes that the system drive is grown to.
        "StorageSandboxSize" storage_sandbox_size: u64,
        /// Memory limit in MiB.
        "MemoryMaximumInMB" memory_maximum_in_mb: i64,
        /// Its host name.
        "HostName" host_name: String,
        /// Folders of the host that it sees.
        "MappedDirectories" mapped_directories: Vec<MappedDirectory> = always,
        /// Named pipes of the host that it sees.
        "MappedPipes" mapped_pipes: Vec<MappedPipe>,
        /// Whether it has a virtual machine of its own.
        "HvPartition" hv_partition: bool = always,
        /// Id of the container whose network it shares.
        "NetworkSharedContainerName" network_shared_container_name: String,
        /// Devices. Of the .NET library.
        "Devices" devices: Vec<String>,
        /// Network endpoints that are made for it. Of the .NET library; others make them first and give `endpoint_list`.
        "NetworkEndpoints" network_endpoints: Vec<NetworkEndpoint>,
        /// Ids (GUIDs) of the network endpoints that it gets.
        "EndpointList" endpoint_list: Vec<String> = always,
        /// Its virtual machine.
        "HvRuntime" hv_runtime: Option<HvRuntime>,
        /// Whether it installs updates into its image.
        "Servicing" servicing: bool = always,
        /// Whether names without a dot are asked of DNS servers.
        "AllowUnqualifiedDNSQuery" allow_unqualified_dns_query: bool,
        /// DNS suffixes that are tried, separated by commas.
        "DNSSearchList" dns_search_list: String,
        /// `Linux`, or empty for Windows.
        "ContainerType" container_type: OsType,
        /// Whether it is ended by force when the last handle to it is closed.
        "TerminateOnLastHandleClosed" terminate_on_last_handle_closed: bool,
        /// Disks that are mounted when it starts.
        "MappedVirtualDisks" mapped_virtual_disks: Vec<MappedVirtualDisk>,
        /// Devices of the host that it may use; from build 17763 on.
        "AssignedDevices" assigned_devices: Vec<AssignedDevice>,
    }

    /// One read-only layer.
    #[derive(Eq)]
    pub struct Layer {
        /// Its id (GUID).
        "ID" id: String = always,
        /// Its folder.
        "Path" path: String = always,
    }

    /// A folder of the host inside a container.
    pub struct MappedDirectory {
        /// The folder on the host.
        "HostPath" host_path: String = always,
        /// The folder inside.
        "ContainerPath" container_path: String = always,
        /// Whether it is read-only inside.
        "ReadOnly" read_only: bool = always,
        /// Highest traffic in bytes a second; 0 is none.
        "BandwidthMaximum" bandwidth_maximum: u64 = always,
        /// Highest number of operations a second; 0 is none.
        "IOPSMaximum" iops_maximum: u64 = always,
        /// Whether it is in the virtual machine instead of the container.
        "CreateInUtilityVM" create_in_utility_vm: bool = always,
        /// Whether owner, group and mode of Linux are kept with each file; from build 17134 on.
        "LinuxMetadata" linux_metadata: bool,
    }

    /// A named pipe of the host inside a container.
    pub struct MappedPipe {
        /// The pipe on the host.
        "HostPath" host_path: String = always,
        /// Its name inside, without `\\.\pipe\`.
        "ContainerPipeName" container_pipe_name: String = always,
    }

    /// A disk inside a container.
    pub struct MappedVirtualDisk {
        /// Its file on the host.
        "HostPath" host_path: String,
        /// Where it is mounted inside.
        "ContainerPath" container_path: String = always,
        /// Whether it is in the virtual machine instead of the container.
        "CreateInUtilityVM" create_in_utility_vm: bool,
        /// Whether it is read-only inside.
        "ReadOnly" read_only: bool,
        /// How it is cached.
        "Cache" cache: CacheMode,
        /// Whether it is there and not mounted.
        "AttachOnly" attach_only: bool,
    }

    /// A class of devices of the host inside a container; from build 17763 on.
    pub struct AssignedDevice {
        /// The class (GUID).
        "InterfaceClassGuid" interface_class_guid: String,
    }

    /// The virtual machine of a container.
    pub struct HvRuntime {
        /// Folder of its files: `UtilityVM` of the base layer, or where a kernel is.
        "ImagePath" image_path: String,
        /// Whether it is booted instead of copied from a template.
        "SkipTemplate" skip_template: bool,
        /// Initial file system of a Linux machine, below the folder.
        "LinuxInitrdFile" linux_initrd_file: String,
        /// Kernel of a Linux machine, below the folder.
        "LinuxKernelFile" linux_kernel_file: String,
        /// Further words of the kernel's command line, with an initial file system.
        "LinuxBootParameters" linux_boot_parameters: String,
        /// `Vhd` where a Linux machine boots from a disk.
        "BootSource" boot_source: String,
        /// Whether that disk is writable.
        "WritableBootSource" writable_boot_source: bool,
        /// Its id (GUID). Of the .NET library.
        "RuntimeId" runtime_id: String,
        /// Whether it has a screen. Of the .NET library.
        "EnableConsole" enable_console: bool,
        /// Its network. Of the .NET library.
        "NetworkSettings" network_settings: Option<HvRuntimeNetworkSettings>,
        /// Named pipe of its first serial port. Of the .NET library.
        "Com1PipeName" com1_pipe_name: String,
        /// Named pipe of its second serial port. Of the .NET library.
        "Com2PipeName" com2_pipe_name: String,
    }

    /// The network of the virtual machine of a container. Of the .NET library.
    pub struct HvRuntimeNetworkSettings {
        /// Name of the switch.
        "SwitchName" switch_name: String,
        /// Name of the port.
        "PortName" port_name: String,
    }

    /// A network endpoint that is made for a container. Of the .NET library.
    pub struct NetworkEndpoint {
        /// Its id (GUID).
        "Id" id: String = always,
        /// Its name.
        "EndpointName" endpoint_name: String,
        /// Whether it asks for its address.
        "DynamicIPAddress" dynamic_ip_address: bool,
        /// Its address, where it does not.
        "StaticIPAddress" static_ip_address: String,
        /// Id (GUID) of its network.
        "NetworkId" network_id: String = always,
        /// Policies, documents as text.
        "Policies" policies: Vec<String>,
    }
}
