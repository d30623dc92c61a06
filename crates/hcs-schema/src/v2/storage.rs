//! Layers, scratch space and images of containers, and the documents of the calls that make layers.

use super::Version;
use crate::model::{object, words};

object! {
    /// The storage of a container. Schema 2.0.
    pub struct Storage {
        /// Read-only layers, upper-most first.
        "Layers" layers: Vec<Layer>,
        /// Root of the writable layer: a volume, ending in a backslash, or for a hosted container a folder of the guest.
        "Path" path: String,
        /// Limits on its disk traffic.
        "QoS" qos: Option<StorageQoS>,
        /// Where a `HostProcess` container finds its files instead of `C:\` (unlisted).
        "PrivilegedContainerRootPath" privileged_container_root_path: String,
    }

    /// One read-only layer. Schema 2.0.
    #[derive(Eq)]
    pub struct Layer {
        /// Identity of the layer, a GUID on Windows.
        "Id" id: String,
        /// Its folder.
        "Path" path: String = always,
        /// What kind of path that is (2.1).
        "PathType" path_type: PathType,
        /// How its files are cached.
        "Cache" cache: CacheMode,
    }

    /// Limits on the traffic of one volume. Schema 2.0.
    pub struct StorageQoS {
        /// Operations a second.
        "IopsMaximum" iops_maximum: u64,
        /// Bytes a second.
        "BandwidthMaximum" bandwidth_maximum: u64,
    }

    /// The layers below a layer that a storage call works on. Schema 2.1.
    pub struct LayerData {
        /// Schema of this document.
        "SchemaVersion" schema_version: Option<Version>,
        /// Layers, upper-most first.
        "Layers" layers: Vec<Layer>,
        /// Which filter shows them as one tree; empty is `WCIFS` (unlisted).
        "FilterType" filter_type: FileSystemFilterType,
    }

    /// How a layer is exported. Schema 2.1.
    pub struct ExportLayerOptions {
        /// Whether the layer is a writable one.
        "IsWritableLayer" is_writable_layer: bool,
    }

    /// How the base layer of an operating system is set up. Schema 2.1.
    pub struct OsLayerOptions {
        /// What it is for.
        "Type" kind: OsLayerType,
        /// Whether the cache of code signatures is not prepared.
        "DisableCiCacheOptimization" disable_ci_cache_optimization: bool,
        /// Whether the boot configuration is left as it is (2.5).
        "SkipUpdateBcdForBoot" skip_update_bcd_for_boot: bool,
    }

    /// A mount of an image of the composite image file system. Schema 2.3.
    pub struct CimMount {
        /// Folder of the image.
        "ImagePath" image_path: String,
        /// File name of the image in it.
        "FileSystemName" file_system_name: String,
        /// Id (GUID) of the volume that appears.
        "VolumeGuid" volume_guid: String,
        /// Flags of `CimMountImage`, handed on as they are (2.5).
        "MountFlags" mount_flags: u32,
    }
}

words! {
    /// What kind of path leads to something of the host. Schema 2.1.
    pub enum PathType {
        /// A path as Windows takes it.
        AbsolutePath = "AbsolutePath",
        /// Name of a share that the host lends through virtual SMB.
        VirtualSmbShareName = "VirtualSmbShareName",
    }

    /// How the files of a layer are cached. Schema 2.0.
    pub enum CacheMode {
        /// As the system does it, mostly `Enabled`.
        Unspecified = "Unspecified",
        /// Not at all.
        Disabled = "Disabled",
        /// In the memory of the system.
        Enabled = "Enabled",
        /// In memory of its own.
        Private = "Private",
        /// In memory of its own, which others may use too.
        PrivateAllowSharing = "PrivateAllowSharing",
    }

    /// Which filter shows layers as one tree.
    pub enum FileSystemFilterType {
        /// The newer one, which composite images need.
        UnionFs = "UnionFS",
        /// The one of layers in folders.
        Wcifs = "WCIFS",
    }

    /// What a base layer is for. Schema 2.1.
    pub enum OsLayerType {
        /// Containers.
        Container = "Container",
        /// Virtual machines.
        Vm = "Vm",
    }
}
