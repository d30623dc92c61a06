//! Questions to the service: which systems there are, and which properties of one are wanted.

use super::{OsType, State, SystemType};
use crate::model::{object, words};
use serde_json::Value;
use std::collections::BTreeMap;

object! {
    /// Which systems are listed: those that are among each list that is not empty. Schema 2.1; schema 1 has the same.
    pub struct SystemQuery {
        /// Their ids.
        "Ids" ids: Vec<String>,
        /// Their types.
        "Types" types: Vec<SystemType>,
        /// Their names.
        "Names" names: Vec<String>,
        /// Their owners.
        "Owners" owners: Vec<String>,
    }

    /// A system of the list that is the answer, as services of schema 2.5 give it. Older ones give
    /// [`ContainerProperties`](crate::v1::ContainerProperties).
    pub struct ComputeSystemProperties {
        /// Its id.
        "Id" id: String,
        /// Its name, mostly its id.
        "Name" name: String,
        /// Container or virtual machine.
        "SystemType" system_type: SystemType,
        /// Its state.
        "State" state: State,
        /// Its owner.
        "Owner" owner: String,
        /// Id (GUID) of the running virtual machine or job.
        "RuntimeId" runtime_id: String,
        /// Operating system inside.
        "RuntimeOsType" runtime_os_type: OsType,
        /// Id of the system that hosts it.
        "HostingSystemId" hosting_system_id: String,
        /// Whether there is nothing behind it.
        "IsDummy" is_dummy: bool,
        /// Root of its kernel objects.
        "ObRoot" ob_root: String,
        /// Id of the template that it is a copy of.
        "RuntimeTemplateId" runtime_template_id: String,
    }

    /// Which properties of a compute system are wanted. Schema 2.1; schema 1 has the first field.
    #[derive(Eq)]
    pub struct PropertyQuery {
        /// The properties; empty asks for the basic ones.
        "PropertyTypes" property_types: Vec<PropertyType>,
        /// Properties with what they are asked with, by name (2.5).
        "Queries" queries: BTreeMap<String, Value>,
    }
}

words! {
    /// A property of a compute system. Schema 2.1.
    pub enum PropertyType {
        /// What there is without asking (unlisted).
        Basic = "Basic",
        /// Memory of a virtual machine.
        Memory = "Memory",
        /// Memory as the guest sees it (unlisted since 2.3).
        GuestMemory = "GuestMemory",
        /// What a container has used.
        Statistics = "Statistics",
        /// Processes of a container.
        ProcessList = "ProcessList",
        /// Whether the system is ended with the last handle to it.
        TerminateOnLastHandleClosed = "TerminateOnLastHandleClosed",
        /// Memory shared with the host.
        SharedMemoryRegion = "SharedMemoryRegion",
        /// Credentials lent to a container (unlisted).
        ContainerCredentialGuard = "ContainerCredentialGuard",
        /// The service inside a virtual machine; nothing before build 17763.
        GuestConnection = "GuestConnection",
        /// State of the heartbeat of a virtual machine (unlisted; of builds before 20348).
        IcHeartbeatStatus = "ICHeartbeatStatus",
        /// Group of processors of a virtual machine (unlisted).
        CpuGroup = "CpuGroup",
        /// Id of the machine as its firmware shows it (unlisted).
        SystemGuid = "SystemGUID",
        /// Disks of a container. Schema 1 only.
        MappedVirtualDisk = "MappedVirtualDisk",
    }
}
