//! The service itself: what it can tell about the host, and the groups of processors that it keeps.
//!
//! A change is a [`ModificationRequest`], whose settings the property decides: [`HostProcessorModificationRequest`] for
//! `CpuGroup`, [`ContainerCredentialGuardOperationRequest`](super::ContainerCredentialGuardOperationRequest) for
//! `ContainerCredentialGuard`.

use super::{PropertyResponse, Version};
use crate::model::{numbers, object, words};
use serde_json::Value;
use std::collections::BTreeMap;

object! {
    /// Which properties of the service are wanted. Schema 2.1.
    pub struct ServicePropertyQuery {
        /// The properties.
        "PropertyTypes" property_types: Vec<ServicePropertyType>,
        /// Properties with what they are asked with, by name (2.5).
        "PropertyQueries" property_queries: BTreeMap<String, Value>,
    }

    /// Properties of the service. Schema 2.1.
    pub struct ServiceProperties {
        /// Answers to `property_types`, in their order: [`BasicInformation`], [`CpuGroupConfigurations`],
        /// [`ProcessorTopology`](super::ProcessorTopology),
        /// [`ContainerCredentialGuardSystemInfo`](super::ContainerCredentialGuardSystemInfo), [`QosCapabilities`].
        "Properties" properties: Vec<Value>,
        /// Answers to `property_queries`, by name (2.5).
        "PropertyResponses" property_responses: BTreeMap<String, PropertyResponse>,
    }

    /// The answer to `Basic`. Schema 2.1.
    pub struct BasicInformation {
        /// The newest minor version of each major one that the service takes.
        "SupportedSchemaVersions" supported_schema_versions: Vec<Version>,
    }

    /// The answer to `QoSCapabilities`. Schema 2.1.
    pub struct QosCapabilities {
        /// Whether shares of processors can be limited.
        "ProcessorQoSSupported" processor_qos_supported: bool,
    }

    /// The answer to `ProcessorCapabilities`. Schema 2.5.
    pub struct ProcessorCapabilitiesInfo {
        /// Features by name, for example `Sse4_2` or `NestedVirt`.
        "ProcessorFeatures" processor_features: Vec<String>,
        /// Features of extended states by name, for example `Avx2`.
        "XsaveProcessorFeatures" xsave_processor_features: Vec<String>,
        /// Bytes of a line of the cache.
        "CacheLineFlushSize" cache_line_flush_size: u64,
        /// Bits of physical addresses.
        "ImplementedPhysicalAddressBits" implemented_physical_address_bits: u64,
        /// Whether guests can be on one core by chance: `Unreported`, `Off` or `On`.
        "NonArchitecturalCoreSharing" non_architectural_core_sharing: String,
    }

    /// A change to a property of the service. Schema 2.1.
    pub struct ModificationRequest {
        /// The property.
        "PropertyType" property_type: ServicePropertyType,
        /// The change, whose shape the property decides.
        "Settings" settings: Value,
    }

    /// A change to the groups of processors. Schema 2.1.
    pub struct HostProcessorModificationRequest {
        /// What is done.
        "Operation" operation: CpuGroupOperation,
        /// To what: [`CreateGroupOperation`], [`DeleteGroupOperation`] or [`SetPropertyOperation`].
        "OperationDetails" operation_details: Value,
    }

    /// A group of processors to make. Schema 2.1.
    pub struct CreateGroupOperation {
        /// Its id (GUID).
        "GroupId" group_id: String,
        /// Number of its processors.
        "LogicalProcessorCount" logical_processor_count: u32,
        /// Its processors.
        "LogicalProcessors" logical_processors: Vec<u32>,
    }

    /// A group of processors to delete. Schema 2.1.
    pub struct DeleteGroupOperation {
        /// Its id (GUID).
        "GroupId" group_id: String,
    }

    /// A property of a group of processors to set. Schema 2.1.
    pub struct SetPropertyOperation {
        /// Its id (GUID).
        "GroupId" group_id: String,
        /// Which property.
        "PropertyCode" property_code: CpuGroupPropertyCode,
        /// Its value.
        "PropertyValue" property_value: u64,
    }

    /// The answer to `CpuGroup`. Schema 2.1.
    pub struct CpuGroupConfigurations {
        /// The groups.
        "CpuGroups" cpu_groups: Vec<CpuGroupConfig>,
    }

    /// A group of processors. Schema 2.1.
    pub struct CpuGroupConfig {
        /// Its id (GUID).
        "GroupId" group_id: String,
        /// Its processors.
        "Affinity" affinity: Option<CpuGroupAffinity>,
        /// Its properties.
        "GroupProperties" group_properties: Vec<CpuGroupProperty>,
        /// Its id for the hypervisor (2.5).
        "HypervisorGroupId" hypervisor_group_id: u64,
    }

    /// Processors of a group. Schema 2.1.
    pub struct CpuGroupAffinity {
        /// Their number.
        "LogicalProcessorCount" logical_processor_count: u32,
        /// Each of them.
        "LogicalProcessors" logical_processors: Vec<u32>,
    }

    /// A property of a group of processors. Schema 2.1.
    pub struct CpuGroupProperty {
        /// Which.
        "PropertyCode" property_code: CpuGroupPropertyCode,
        /// Its value.
        "PropertyValue" property_value: u64,
    }
}

words! {
    /// A property of the service. Schema 2.1.
    pub enum ServicePropertyType {
        /// Schema versions.
        Basic = "Basic",
        /// Groups of processors.
        CpuGroup = "CpuGroup",
        /// Processors of the host.
        ProcessorTopology = "ProcessorTopology",
        /// Credentials lent to containers.
        ContainerCredentialGuard = "ContainerCredentialGuard",
        /// Which shares can be limited.
        QosCapabilities = "QoSCapabilities",
        /// Features of the host's processors; asked for by name only (2.5).
        ProcessorCapabilities = "ProcessorCapabilities",
    }

    /// What is done with groups of processors. Schema 2.1.
    pub enum CpuGroupOperation {
        /// One is made.
        CreateGroup = "CreateGroup",
        /// One is deleted.
        DeleteGroup = "DeleteGroup",
        /// A property of one is set.
        SetProperty = "SetProperty",
    }
}

numbers! {
    /// A property of a group of processors.
    pub struct CpuGroupPropertyCode(u32) {
        /// Highest share of its processors.
        CPU_CAPACITY = 0x0001_0000,
        /// Which groups go first.
        CPU_SCHEDULING_PRIORITY = 0x0002_0000,
        /// Processors that are left idle.
        IDLE_LP_RESERVE = 0x0003_0000,
    }
}
