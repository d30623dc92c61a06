//! Documents: what the calls of a plan send.

use super::Affinity;
use hcs_schema::bridge::ServiceSettings;
use hcs_schema::document::{LinuxContainer, ModifyRequest, ProcessParameters};
use hcs_schema::guest::HostConfig;
use hcs_schema::{hcn, hns, v1, v2};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Defines the documents that calls send, with the names of their types.
macro_rules! documents {
    ($($(#[$note:meta])* $document:ident($type:ty) = $name:literal,)*) => {
        /// A document that a call sends.
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[serde(untagged)]
        pub enum Document {
            $($(#[$note])* $document(Box<$type>),)*
        }

        impl Document {
            /// Name of the document's type.
            pub fn name(&self) -> &'static str {
                match self { $(Document::$document(_) => $name,)* }
            }
        }
    };
}

documents! {
    /// A compute system of schema version 2.
    ComputeSystem(v2::ComputeSystem) = "ComputeSystem",
    /// A container of schema version 1.
    ContainerV1(v1::ContainerConfig) = "ContainerConfig",
    /// A Linux container.
    LinuxContainer(LinuxContainer) = "LinuxContainer",
    /// A process.
    Process(ProcessParameters) = "ProcessParameters",
    /// A process of schema version 1.
    ProcessV1(v1::ProcessConfig) = "ProcessConfig",
    /// Layers of a filter.
    LayerData(v2::LayerData) = "LayerData",
    /// A change of the compute service.
    ServiceModification(v2::ModificationRequest) = "ModificationRequest",
    /// Which networks are wanted.
    NetworkQuery(hcn::Query) = "HostComputeQuery",
    /// An endpoint.
    Endpoint(hcn::Endpoint) = "HostComputeEndpoint",
    /// An endpoint of the network service's version 1.
    EndpointV1(hns::Endpoint) = "HNSEndpoint",
    /// A network namespace.
    Namespace(hcn::Namespace) = "HostComputeNamespace",
    /// Which properties of a compute system are wanted.
    Query(v2::PropertyQuery) = "PropertyQuery",
    /// A change of a running compute system.
    Modification(v2::ModifySettingRequest) = "ModifySettingRequest",
    /// A change that a guest makes.
    GuestModification(ModifyRequest) = "ModifyRequest",
    /// A change of a service of a guest.
    ServiceSettings(ServiceSettings) = "ServiceSettings",
    /// What the service inside a Windows machine is made with.
    HostConfig(HostConfig) = "HostConfig",
    /// A Windows container in a utility VM.
    HostedSystem(v2::HostedSystem) = "HostedSystem",
    /// A change of a network namespace.
    NamespaceModification(hcn::ModifyNamespace) = "ModifyNamespaceSettingRequest",
}

impl Document {
    /// The document of a Linux container, if this is one.
    pub fn as_linux_container(&self) -> Option<&LinuxContainer> {
        match self {
            Document::LinuxContainer(document) => Some(document),
            _ => None,
        }
    }

    /// The document as it is sent.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).expect("documents have string keys and no other failure")
    }
}

/// Limits in the words of job objects. `None` is no limit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct JobLimits {
    /// Memory in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_bytes: Option<u64>,
    /// Share of all processors' time in hundredths of a percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_rate: Option<u32>,
    /// Weight, 1 to 9.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_weight: Option<u32>,
    /// Processors.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub affinity: Vec<Affinity>,
    /// Storage operations a second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iops: Option<u64>,
    /// Storage bytes a second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bandwidth: Option<u64>,
}
