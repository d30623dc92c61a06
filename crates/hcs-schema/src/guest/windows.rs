//! Resources of a Windows guest.

use super::{HvSocketAddress, SecurityPolicy, SecurityPolicyFragment};
use crate::document::Layer;
use crate::hcn;
use crate::model::{choices, object, words};
use crate::modify::{Modify, RequestType};

/// A change of a resource of a Windows guest.
pub type WindowsModify = Modify<WindowsResource>;

/// First build of Windows (1809) whose guests know a network adapter by `AdapterId`.
const ADAPTER_ID_BUILD: u32 = 17763;

choices! {
    /// A resource of a Windows guest.
    pub enum WindowsResource {
        /// A network namespace.
        NetworkNamespace(hcn::Namespace) = "NetworkNamespace",
        /// A network adapter of a namespace.
        Network(NetworkRequest) = "Network",
        /// Addresses of Hyper-V sockets.
        HvSocket(HvSocketAddress) = "HvSocket",
        /// A SCSI disk and where it appears.
        MappedVirtualDisk(WindowsMappedVirtualDisk) = "MappedVirtualDisk",
        /// The same for the scratch space of a confidential container, which is formatted first.
        MappedVirtualDiskForContainerScratch(WindowsMappedVirtualDisk) = "MappedVirtualDiskForContainerScratch",
        /// A folder of the host and where it appears.
        MappedDirectory(WindowsMappedDirectory) = "MappedDirectory",
        /// Layers that become one tree.
        CombinedLayers(WindowsCombinedLayers) = "CombinedLayers",
        /// The same for a confidential container.
        ConfidentialCombinedLayers(ConfidentialCombinedLayers) = "CWCOWCombinedLayers",
        /// Disks of images that a confidential container has as layers.
        BlockCims(BlockCimMounts) = "WCOWBlockCims",
        /// The security policy of a confidential machine, which is set once.
        SecurityPolicy(SecurityPolicy) = "SecurityPolicy",
        /// A part that is added to the security policy.
        SecurityPolicyFragment(SecurityPolicyFragment) = "SecurityPolicyFragment",
    }
}

object! {
    /// A network adapter of a namespace. It is announced (`PreAdd`, with its endpoint), then attached by the host, and then
    /// added (`Add`, without).
    pub struct NetworkRequest {
        /// The adapter (GUID); since build 17763.
        "AdapterId" adapter_id: String,
        /// The adapter (GUID); before.
        "AdapterInstanceId" adapter_instance_id: String,
        /// What is done with it.
        "RequestType" request_type: RequestType,
        /// The endpoint, where it is announced or removed.
        "Settings" settings: Option<hcn::Endpoint>,
    }

    /// A SCSI disk and where it appears.
    #[derive(Eq)]
    pub struct WindowsMappedVirtualDisk {
        /// Folder where it appears.
        "ContainerPath" container_path: String,
        /// Its place at the machine's first controller.
        "Lun" lun: i32,
    }

    /// A folder of the host and where it appears.
    #[derive(Eq)]
    pub struct WindowsMappedDirectory {
        /// The folder, through the share that the host lends it by.
        "HostPath" host_path: String,
        /// What kind of path that is.
        "HostPathType" host_path_type: String,
        /// Where it appears.
        "ContainerPath" container_path: String,
        /// Whether it cannot be written.
        "ReadOnly" read_only: bool,
    }

    /// Layers that become one tree.
    pub struct WindowsCombinedLayers {
        /// Folder where the tree appears, which is the writable layer, too.
        "ContainerRootPath" container_root_path: String,
        /// Read-only layers, upper-most first.
        "Layers" layers: Vec<Layer>,
        /// Folder of the writable layer, where it is another one.
        "ScratchPath" scratch_path: String,
        /// Which filter shows the layers as one tree; empty is `WCIFS`.
        "FilterType" filter_type: FilterType,
    }

    /// Layers of a confidential container that become one tree.
    pub struct ConfidentialCombinedLayers {
        /// The container that they are for.
        "ContainerID" container_id: String,
        /// The layers.
        "CombinedLayers" combined_layers: WindowsCombinedLayers = always,
    }

    /// Disks of images that become one volume, which is a layer.
    #[derive(Eq)]
    pub struct BlockCimMounts {
        /// The merged image first, then those of the layers, upper-most first.
        "BlockCIMs" block_cims: Vec<BlockCim>,
        /// The volume (GUID) that appears.
        "VolumeGUID" volume_guid: String,
        /// Flags of `CimMountImage`, handed on as they are.
        "MountFlags" mount_flags: u32,
        /// The container that they are for.
        "ContainerID" container_id: String,
    }

    /// A disk of an image.
    #[derive(Eq)]
    pub struct BlockCim {
        /// File name of the image.
        "CimName" cim_name: String = always,
        /// Place of the disk at the machine's first controller.
        "Lun" lun: i32 = always,
    }
}

words! {
    /// Which filter shows layers as one tree.
    pub enum FilterType {
        /// The newer one, which images need.
        UnionFs = "UnionFS",
        /// The one of layers in folders.
        Wcifs = "WCIFS",
    }
}

impl NetworkRequest {
    /// A request to a guest of a build of Windows.
    pub fn new(build: u32, adapter: &str, request_type: RequestType, settings: Option<hcn::Endpoint>) -> Self {
        let (adapter_id, adapter_instance_id) = match build >= ADAPTER_ID_BUILD {
            true => (adapter.to_owned(), String::new()),
            false => (String::new(), adapter.to_owned()),
        };
        NetworkRequest { adapter_id, adapter_instance_id, request_type, settings }
    }

    /// The adapter, by whichever key.
    pub fn adapter(&self) -> &str {
        if self.adapter_id.is_empty() { &self.adapter_instance_id } else { &self.adapter_id }
    }
}
