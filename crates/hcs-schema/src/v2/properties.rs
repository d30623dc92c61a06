//! What the service answers about a system.

use super::{MemoryInformationForVm, ResultError, SharedMemoryRegionInfo, Statistics, Version};
use crate::model::{Timestamp, object, words};
use serde_json::Value;
use std::collections::BTreeMap;

object! {
    /// Properties of a compute system. Everything from `memory` on is there when it was asked for. Schema 2.1.
    pub struct Properties {
        /// Its id.
        "Id" id: String,
        /// Container or virtual machine.
        "SystemType" system_type: SystemType,
        /// Operating system inside.
        "RuntimeOsType" runtime_os_type: OsType,
        /// Its name, mostly its id.
        "Name" name: String,
        /// Its owner.
        "Owner" owner: String,
        /// Id (GUID) of the running virtual machine or job.
        "RuntimeId" runtime_id: String,
        /// Id (GUID) of the machine as its firmware shows it (unlisted).
        "SystemGUID" system_guid: String,
        /// Id of the template that it is a copy of.
        "RuntimeTemplateId" runtime_template_id: String,
        /// Its state.
        "State" state: State,
        /// Whether it has stopped.
        "Stopped" stopped: bool,
        /// How it has stopped.
        "ExitType" exit_type: ExitType,
        /// Memory of a virtual machine.
        "Memory" memory: Option<MemoryInformationForVm>,
        /// What a Windows container has used.
        "Statistics" statistics: Option<Statistics>,
        /// Processes of a container.
        "ProcessList" process_list: Vec<ProcessDetails>,
        /// Whether the system is ended with the last handle to it.
        "TerminateOnLastHandleClosed" terminate_on_last_handle_closed: bool,
        /// Id of the system that hosts it.
        "HostingSystemId" hosting_system_id: String,
        /// Memory shared with the host.
        "SharedMemoryRegionInfo" shared_memory_region_info: Vec<SharedMemoryRegionInfo>,
        /// The service inside a virtual machine.
        "GuestConnectionInfo" guest_connection_info: Option<GuestConnectionInfo>,
        /// Answers to the query's `queries`, by name (2.5).
        "PropertyResponses" property_responses: BTreeMap<String, PropertyResponse>,
        /// Control group statistics of a Linux container in containerd's version 1 shape. A Linux guest's or host's; HCS has none.
        "LCOWMetrics" metrics: Value,
    }

    /// One process of a compute system. Schema 2.1.
    #[derive(Eq)]
    pub struct ProcessDetails {
        /// Its id, as the host sees it.
        "ProcessId" process_id: u32 = always,
        /// Name of its program, where the host says.
        "ImageName" image_name: String,
        /// When it was started. Absent where nobody says: a Linux guest gives ids only, thousands to a frame of 64 KiB.
        "CreateTimestamp" create_timestamp: Option<Timestamp>,
        /// Runtime in programs, in 100 ns.
        "UserTime100ns" user_time_100ns: u64,
        /// Runtime in the kernel, in 100 ns.
        "KernelTime100ns" kernel_time_100ns: u64,
        /// Bytes promised to it.
        "MemoryCommitBytes" memory_commit_bytes: u64,
        /// Bytes that it alone has in memory.
        "MemoryWorkingSetPrivateBytes" memory_working_set_private_bytes: u64,
        /// Bytes in memory that it shares with others.
        "MemoryWorkingSetSharedBytes" memory_working_set_shared_bytes: u64,
    }

    /// The service inside a virtual machine. Schema 2.1.
    pub struct GuestConnectionInfo {
        /// The newest minor version of each major one that it takes.
        "SupportedSchemaVersions" supported_schema_versions: Vec<Version>,
        /// Protocol that it speaks.
        "ProtocolVersion" protocol_version: u32,
        /// What else it says it can do; see [`capabilities`](GuestConnectionInfo::capabilities).
        "GuestDefinedCapabilities" guest_defined_capabilities: Value,
    }

    /// Abilities of a guest beyond the verbs, all `false` when absent.
    #[derive(Eq)]
    pub struct GuestDefinedCapabilities {
        /// Network namespaces can be added.
        "NamespaceAddRequestSupported" namespace_add_request_supported: bool,
        /// Processes can be signalled.
        "SignalProcessSupported" signal_process_supported: bool,
        /// Stacks can be read.
        "DumpStacksSupported" dump_stacks_supported: bool,
        /// Ended systems can be forgotten.
        "DeleteContainerStateSupported" delete_container_state_supported: bool,
        /// Windows containers can be changed.
        "UpdateContainerSupported" update_container_supported: bool,
        /// Logs can be forwarded.
        "LogForwardingSupported" log_forwarding_supported: bool,
        /// Host process containers exist.
        "HostProcessContainerSupported" host_process_container_supported: bool,
    }

    /// The answer to one query by name. Schema 2.5.
    pub struct PropertyResponse {
        /// Why there is none.
        "Error" error: Option<ResultError>,
        /// The answer, whose shape the name decides.
        "Response" response: Value,
    }
}

impl GuestConnectionInfo {
    /// The capabilities that are known here.
    ///
    /// # Errors
    /// What the guest says is no object, or one of another shape.
    pub fn capabilities(&self) -> serde_json::Result<GuestDefinedCapabilities> {
        match &self.guest_defined_capabilities {
            Value::Null => Ok(GuestDefinedCapabilities::default()),
            value => serde_json::from_value(value.clone()),
        }
    }
}

words! {
    /// State of a compute system. Schema 2.1.
    pub enum State {
        /// It was made and not started.
        Created = "Created",
        /// It runs.
        Running = "Running",
        /// It is paused.
        Paused = "Paused",
        /// It has ended.
        Stopped = "Stopped",
        /// It is a template that others are copied from.
        SavedAsTemplate = "SavedAsTemplate",
        /// The service does not know.
        Unknown = "Unknown",
    }

    /// Kind of a compute system. Schema 2.1.
    pub enum SystemType {
        /// A container.
        Container = "Container",
        /// A virtual machine.
        VirtualMachine = "VirtualMachine",
    }

    /// Operating system of a compute system. Schema 2.1.
    pub enum OsType {
        /// The service does not know.
        Unknown = "Unknown",
        /// Windows.
        Windows = "Windows",
        /// Linux.
        Linux = "Linux",
    }

    /// How a compute system has ended. Schema 2.1.
    pub enum ExitType {
        /// It has not.
        None = "None",
        /// By itself, or asked to.
        GracefulExit = "GracefulExit",
        /// By force.
        ForcedExit = "ForcedExit",
        /// Nobody wanted it to.
        UnexpectedExit = "UnexpectedExit",
        /// The service does not know.
        Unknown = "Unknown",
    }
}
