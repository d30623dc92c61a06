//! What the service answers about a container in version 1. Lists of systems are lists of the same object, from newer services
//! too.

use super::{
    GuestDefinedCapabilities, MappedVirtualDisk, MemoryStats, OsType, ProcessDetails, ProcessorStats, State,
    StorageStats, SystemType,
};
use crate::model::{Guid, Timestamp, object};
use crate::v2::{ExitType, Version};
use std::collections::BTreeMap;

object! {
    /// Properties of a container, or of a virtual machine in a list. Everything from `statistics` on was asked for.
    pub struct ContainerProperties {
        /// Its id.
        "Id" id: String = always,
        /// Its state; empty where the service does not say.
        "State" state: State = always,
        /// Its name, mostly its id.
        "Name" name: String = always,
        /// Container or virtual machine.
        "SystemType" system_type: SystemType = always,
        /// Operating system inside.
        "RuntimeOsType" runtime_os_type: OsType,
        /// Its owner.
        "Owner" owner: String = always,
        /// Id (GUID) of its job.
        "SiloGuid" silo_guid: String,
        /// Id of the running virtual machine or job.
        "RuntimeId" runtime_id: Guid,
        /// Whether it is a virtual machine that others are copied from.
        "IsRuntimeTemplate" is_runtime_template: bool,
        /// Folder of the files of its virtual machine.
        "RuntimeImagePath" runtime_image_path: String,
        /// Whether it has stopped.
        "Stopped" stopped: bool,
        /// How it has stopped.
        "ExitType" exit_type: ExitType,
        /// Whether updates wait for being installed in it.
        "AreUpdatesPending" are_updates_pending: bool,
        /// Root of its kernel objects.
        "ObRoot" ob_root: String,
        /// What it has used.
        "Statistics" statistics: Statistics,
        /// Its processes.
        "ProcessList" process_list: Vec<ProcessDetails>,
        /// Its disks, by the number of their controller.
        "MappedVirtualDiskControllers" mapped_virtual_disk_controllers: BTreeMap<u32, MappedVirtualDiskController>,
        /// The service inside; nothing before build 17763.
        "GuestConnectionInfo" guest_connection_info: GuestConnectionInfo,
    }

    /// What a container has used.
    pub struct Statistics {
        /// When this was so.
        "Timestamp" timestamp: Timestamp,
        /// When the container was started.
        "ContainerStartTime" container_start_time: Timestamp,
        /// How long it has run, in 100 ns.
        "Uptime100ns" uptime_100ns: u64,
        /// Memory.
        "Memory" memory: MemoryStats,
        /// Processors.
        "Processor" processor: ProcessorStats,
        /// Disks.
        "Storage" storage: StorageStats,
        /// Network, by endpoint.
        "Network" network: Vec<NetworkStats>,
    }

    /// Traffic of one endpoint.
    pub struct NetworkStats {
        /// Bytes received.
        "BytesReceived" bytes_received: u64,
        /// Bytes sent.
        "BytesSent" bytes_sent: u64,
        /// Packets received.
        "PacketsReceived" packets_received: u64,
        /// Packets sent.
        "PacketsSent" packets_sent: u64,
        /// Packets dropped on their way in.
        "DroppedPacketsIncoming" dropped_packets_incoming: u64,
        /// Packets dropped on their way out.
        "DroppedPacketsOutgoing" dropped_packets_outgoing: u64,
        /// Id (GUID) of the endpoint.
        "EndpointId" endpoint_id: String,
        /// Instance id (GUID) of the adapter.
        "InstanceId" instance_id: String,
    }

    /// Disks at one controller.
    pub struct MappedVirtualDiskController {
        /// The disks, by logical unit number.
        "MappedVirtualDisks" mapped_virtual_disks: BTreeMap<u32, MappedVirtualDisk>,
    }

    /// The service inside a virtual machine.
    pub struct GuestConnectionInfo {
        /// The newest minor version of each major one that it takes.
        "SupportedSchemaVersions" supported_schema_versions: Vec<Version>,
        /// Protocol that it speaks.
        "ProtocolVersion" protocol_version: u32,
        /// What else it can do.
        "GuestDefinedCapabilities" guest_defined_capabilities: GuestDefinedCapabilities,
    }
}
