//! What a host is given and what it answers: the documents of the `Host` verbs.
//!
//! The shapes are those of HCS and of its Linux guest, with their exact key case. What is the same for HCS is defined in
//! [`v2`](crate::v2); here is what only a Linux guest, or a Linux host in its place, is given.

use crate::model::{object, words};
use crate::{oci, v1, v2};
use serde_json::Value;

pub use crate::v2::{
    Layer, ProcessDetails, ProcessParameters, Properties, PropertyQuery, PropertyType, RequestType, Version,
};

/// The document of a compute system. Each host takes those of its kind.
#[derive(Clone, Debug, PartialEq)]
pub enum SystemDocument {
    /// A Linux container, for a Linux guest or host.
    Linux(Box<LinuxContainer>),
    /// A container or virtual machine of Windows.
    System(Box<v2::ComputeSystem>),
    /// A container of Windows before build 17763.
    Version1(Box<v1::ContainerConfig>),
    /// A Windows container, for a Windows guest.
    Hosted(Box<v2::HostedSystem>),
}

impl From<LinuxContainer> for SystemDocument {
    fn from(document: LinuxContainer) -> Self {
        SystemDocument::Linux(Box::new(document))
    }
}

impl SystemDocument {
    /// The document of a Linux container, if it is one.
    pub fn as_linux(&self) -> Option<&LinuxContainer> {
        match self {
            SystemDocument::Linux(document) => Some(document),
            _ => None,
        }
    }
}

/// A change of a running compute system. Each host takes those of its kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Of a resource that is known by its kind: what guests and Linux hosts take, and Windows before build 17763.
    Resource(ModifyRequest),
    /// Of a resource that is known by its path: what Windows takes.
    Setting(v2::ModifySettingRequest),
}

impl Change {
    /// The change of a resource by its kind, if it is one.
    pub fn as_resource(&self) -> Option<&ModifyRequest> {
        match self {
            Change::Resource(request) => Some(request),
            Change::Setting(_) => None,
        }
    }
}

impl From<ModifyRequest> for Change {
    fn from(request: ModifyRequest) -> Self {
        Change::Resource(request)
    }
}

object! {
    /// The document of a Linux container, in a utility VM or on a Linux host.
    pub struct LinuxContainer {
        /// Schema of this document; 2.1 at least.
        "SchemaVersion" schema_version: Version = always,
        /// The bundle: relative paths of the specification start here, and the host may keep its own files in it.
        "OciBundlePath" oci_bundle_path: String,
        /// What to run, and how.
        "OciSpecification" oci_specification: oci::Spec = always,
        /// Folder of the writable layer, holding `upper` and `work`. Empty: the root is used as it is, or, with `layers`, in memory.
        "ScratchDirPath" scratch_dir_path: String,
        /// Read-only layers below the writable one, upper-most first. Empty: the specification's root is a whole filesystem.
        "Layers" layers: Vec<Layer>,
    }

    /// A change to a running compute system, as its guest or host is asked for it. Resources that are not known round-trip
    /// untouched.
    pub struct ModifyRequest {
        /// What is done; empty is `Add`.
        "RequestType" request_type: RequestType,
        /// Kind of the resource.
        "ResourceType" resource_type: GuestResourceType = always,
        /// Settings, whose shape the kind decides.
        "Settings" settings: Value,
    }
}

words! {
    /// Kind of a resource that a guest is asked to change. A Linux host takes `ContainerConstraints`.
    pub enum GuestResourceType {
        /// A SCSI disk, to be let go before it is taken away. Linux.
        ScsiDevice = "SCSIDevice",
        /// A disk and where it is mounted.
        MappedVirtualDisk = "MappedVirtualDisk",
        /// A disk that becomes the scratch space of a confidential Windows container.
        MappedVirtualDiskForContainerScratch = "MappedVirtualDiskForContainerScratch",
        /// Disks of images that confidential Windows containers have as layers.
        WcowBlockCims = "WCOWBlockCims",
        /// A folder of the host and where it is mounted.
        MappedDirectory = "MappedDirectory",
        /// A named pipe of the host. Windows.
        MappedPipe = "MappedPipe",
        /// A device of persistent memory and where it is mounted. Linux.
        VPMemDevice = "VPMemDevice",
        /// Layers that become one tree.
        CombinedLayers = "CombinedLayers",
        /// The same for confidential Windows containers.
        CwcowCombinedLayers = "CWCOWCombinedLayers",
        /// A composite image. Windows.
        CimMount = "CimMount",
        /// A network adapter.
        Network = "Network",
        /// A network namespace. Windows.
        NetworkNamespace = "NetworkNamespace",
        /// A PCI device, to be waited for. Linux.
        VpciDevice = "VPCIDevice",
        /// Limits of a container.
        ContainerConstraints = "ContainerConstraints",
        /// Addresses of Hyper-V sockets. Windows.
        HvSocket = "HvSocket",
        /// Memory of the machine.
        Memory = "Memory",
        /// The security policy of a confidential machine.
        SecurityPolicy = "SecurityPolicy",
        /// A part that is added to the security policy.
        SecurityPolicyFragment = "SecurityPolicyFragment",
        /// The memory limit of all containers together, to be computed anew. Linux.
        PodCgroupMemoryLimit = "PodCgroupMemoryLimit",
    }
}
