//! The settings of a Windows container, on its host or in a virtual machine.
//!
//! Storage is in [`Storage`], the registry in [`RegistryChanges`], and devices beyond whole classes in
//! [`ContainerDefinitionDevice`].

use super::{
    ContainerCredentialGuardState, ContainerDefinitionDevice, ContainerHvSocket, PathType, RegistryChanges, Storage,
};
use crate::model::{object, words};

object! {
    /// A Windows container. Schema 2.0.
    pub struct Container {
        /// What its operating system is told.
        "GuestOs" guest_os: Option<GuestOs>,
        /// Its layers and its scratch space.
        "Storage" storage: Option<Storage>,
        /// Folders of the host that it sees.
        "MappedDirectories" mapped_directories: Vec<MappedDirectory>,
        /// Named pipes of the host that it sees.
        "MappedPipes" mapped_pipes: Vec<MappedPipe>,
        /// Its memory limit.
        "Memory" memory: Option<ContainerMemory>,
        /// Its processor limit.
        "Processor" processor: Option<ContainerProcessor>,
        /// Its network.
        "Networking" networking: Option<Networking>,
        /// Who may reach it through Hyper-V sockets. A hosted container has what its hosting system has.
        "HvSocket" hv_socket: Option<ContainerHvSocket>,
        /// Credentials that the host lends to it (2.1).
        "ContainerCredentialGuard" container_credential_guard: Option<ContainerCredentialGuardState>,
        /// Changes to its registry, made when it is created.
        "RegistryChanges" registry_changes: Option<RegistryChanges>,
        /// Devices of the host that it may use (2.1).
        "AssignedDevices" assigned_devices: Vec<Device>,
        /// Further namespaces that assigned devices need (2.3).
        "AdditionalDeviceNamespace" additional_device_namespace: Option<ContainerDefinitionDevice>,
        /// How much it is separated from the host; empty is the usual container (unlisted).
        "IsolationType" isolation_type: IsolationType,
    }

    /// What the operating system of a container is told. Schema 2.0.
    pub struct GuestOs {
        /// Its host name.
        "HostName" host_name: String,
    }

    /// The memory limit of a container. Schema 2.1.
    pub struct ContainerMemory {
        /// Limit in MiB.
        "SizeInMB" size_in_mb: u64,
    }

    /// The processor limit of a container. At most one of the fields is set. Schema 2.0.
    pub struct ContainerProcessor {
        /// Number of processors, out of the host's.
        "Count" count: u32,
        /// Highest share of the host's processor cycles, in parts of 10,000 (percent times 100).
        "Maximum" maximum: i64,
        /// Share beside other containers, up to 10,000.
        "Weight" weight: i64,
    }

    /// The network of a container. Schema 2.0.
    pub struct Networking {
        /// Whether names without a dot are asked of DNS servers.
        "AllowUnqualifiedDnsQuery" allow_unqualified_dns_query: bool,
        /// Suffixes that are tried, separated by commas.
        "DnsSearchList" dns_search_list: String,
        /// Id of the container whose network it shares.
        "NetworkSharedContainerName" network_shared_container_name: String,
        /// Its network namespace: a GUID, or a name on Linux.
        "Namespace" namespace: String,
        /// Ids (GUIDs) of the endpoints that it gets.
        "NetworkAdapters" network_adapters: Vec<String>,
    }

    /// A folder of the host inside a container. Schema 2.0.
    pub struct MappedDirectory {
        /// The folder on the host.
        "HostPath" host_path: String,
        /// What kind of path that is (2.1).
        "HostPathType" host_path_type: PathType,
        /// The folder inside.
        "ContainerPath" container_path: String,
        /// Whether it is read-only inside.
        "ReadOnly" read_only: bool,
        /// Whether placeholders of cloud files are filled inside, too (2.3).
        "SupportCloudFiles" support_cloud_files: bool,
    }

    /// A named pipe of the host inside a container. Schema 2.0.
    pub struct MappedPipe {
        /// Its name inside, without `\\.\pipe\`.
        "ContainerPipeName" container_pipe_name: String,
        /// The pipe on the host.
        "HostPath" host_path: String,
        /// What kind of path that is (2.1).
        "HostPathType" host_path_type: MappedPipePathType,
    }

    /// A device, or a class of devices, of the host inside a container. Schema 2.1.
    pub struct Device {
        /// What is assigned (2.2); before that, always a class.
        "Type" kind: DeviceType,
        /// Interface class (GUID), of `ClassGuid`.
        "InterfaceClassGuid" interface_class_guid: String,
        /// Location path of the device, of `DeviceInstance` (2.2).
        "LocationPath" location_path: String,
    }

    /// The job object of a container (unlisted).
    pub struct SiloProperties {
        /// Whether the container has one.
        "Enabled" enabled: bool,
        /// Its name.
        "JobName" job_name: String,
    }

    /// Memory in use by a container (unlisted). Sizes are bytes, too large for the 32 bits that hcsshim reads them into.
    pub struct ContainerMemoryInformation {
        /// Physical memory.
        "TotalPhysicalBytes" total_physical_bytes: u64,
        /// Memory in use.
        "TotalUsage" total_usage: u64,
        /// Memory promised to its processes.
        "CommittedBytes" committed_bytes: u64,
        /// Part of that which is shared.
        "SharedCommittedBytes" shared_committed_bytes: u64,
        /// Limit of what may be promised.
        "CommitLimitBytes" commit_limit_bytes: u64,
        /// Highest value of what was promised.
        "PeakCommitmentBytes" peak_commitment_bytes: u64,
    }
}

words! {
    /// How much a container is separated from its host.
    pub enum IsolationType {
        /// A privileged container that shares the host's namespaces.
        HostProcess = "HostProcess",
    }

    /// What kind of path leads to a pipe of the host. Schema 2.1.
    pub enum MappedPipePathType {
        /// A path as Windows takes it.
        AbsolutePath = "AbsolutePath",
        /// Name of a pipe that the host lends through virtual SMB.
        VirtualSmbPipeName = "VirtualSmbPipeName",
    }

    /// What is assigned to a container. Schema 2.2.
    pub enum DeviceType {
        /// Every device of an interface class.
        ClassGuid = "ClassGuid",
        /// One device.
        DeviceInstance = "DeviceInstance",
        /// Every graphics processor of the host.
        GpuMirror = "GpuMirror",
    }
}
