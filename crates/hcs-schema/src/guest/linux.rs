//! Resources of a Linux guest.

use super::{SecurityPolicy, SecurityPolicyFragment};
use crate::document::Layer;
use crate::model::{choices, object};
use crate::modify::Modify;
use crate::oci;
use serde_json::Value;

/// A change of a resource of a Linux guest.
pub type LinuxModify = Modify<LinuxResource>;

choices! {
    /// A resource of a Linux guest.
    pub enum LinuxResource {
        /// A SCSI disk, which the kernel lets go before it is taken away. It is only ever removed.
        ScsiDevice(ScsiDevice) = "SCSIDevice",
        /// A SCSI disk and where it is mounted.
        MappedVirtualDisk(MappedVirtualDisk) = "MappedVirtualDisk",
        /// A folder of the host and where it is mounted, by Plan 9.
        MappedDirectory(MappedDirectory) = "MappedDirectory",
        /// A device of persistent memory and where it is mounted.
        VPMemDevice(VPMemDevice) = "VPMemDevice",
        /// Layers that become one tree.
        CombinedLayers(CombinedLayers) = "CombinedLayers",
        /// A network adapter of a namespace.
        Network(NetworkAdapter) = "Network",
        /// A PCI device, which is waited for. It is only ever added.
        VpciDevice(VpciDevice) = "VPCIDevice",
        /// Limits of a container.
        ContainerConstraints(ContainerConstraints) = "ContainerConstraints",
        /// The security policy of a confidential machine, which is set once.
        SecurityPolicy(SecurityPolicy) = "SecurityPolicy",
        /// A part that is added to the security policy.
        SecurityPolicyFragment(SecurityPolicyFragment) = "SecurityPolicyFragment",
        /// The memory limit of all containers together, which is computed anew. It has no settings.
        PodCgroupMemoryLimit(Value) = "PodCgroupMemoryLimit",
    }
}

object! {
    /// A SCSI disk.
    #[derive(Copy, Eq)]
    pub struct ScsiDevice {
        /// Index of its controller in [`SCSI_CONTROLLERS`](super::SCSI_CONTROLLERS).
        "Controller" controller: u8,
        /// Its place at the controller.
        "Lun" lun: u8,
    }

    /// A SCSI disk and where it is mounted.
    #[derive(Eq)]
    pub struct MappedVirtualDisk {
        /// Folder where it is mounted; empty leaves it unmounted.
        "MountPath" mount_path: String,
        /// Its place at the controller.
        "Lun" lun: u8,
        /// Index of its controller in [`SCSI_CONTROLLERS`](super::SCSI_CONTROLLERS).
        "Controller" controller: u8,
        /// Number of the partition, from 1; 0 is the whole disk.
        "Partition" partition: u64,
        /// Whether it is mounted read-only.
        "ReadOnly" read_only: bool,
        /// Whether it is encrypted with a new key, and so begins empty.
        "Encrypted" encrypted: bool,
        /// Words about the propagation of the mount, such as `rshared`.
        "Options" options: Vec<String>,
        /// Whether there is a link to the device at the path instead of a mount.
        "BlockDev" block_dev: bool,
        /// Hashes of the disk. Guests read them from the disk itself now.
        "VerityInfo" verity_info: Option<DeviceVerityInfo>,
        /// Whether the disk is formatted when it has another file system than wanted.
        "EnsureFilesystem" ensure_filesystem: bool,
        /// The file system that is wanted, `ext4` or `xfs`; empty takes what is there.
        "Filesystem" filesystem: String,
    }

    /// Hashes of a read-only device, as dm-verity has them.
    #[derive(Eq)]
    pub struct DeviceVerityInfo {
        /// Bytes of the file system, after which the hashes begin.
        "Ext4SizeInBytes" ext4_size_in_bytes: i64,
        /// Version of the format of the hashes.
        "Version" version: i64,
        /// Hash function, for example `sha256`.
        "Algorithm" algorithm: String,
        /// Whether there is a superblock before the hashes.
        "SuperBlock" super_block: bool,
        /// Hash of all, in hexadecimal digits.
        "RootDigest" root_digest: String,
        /// Salt of the hashes, in hexadecimal digits.
        "Salt" salt: String,
        /// Bytes of a block.
        "BlockSize" block_size: i64,
    }

    /// A folder of the host and where it is mounted.
    #[derive(Eq)]
    pub struct MappedDirectory {
        /// Folder where it is mounted.
        "MountPath" mount_path: String,
        /// Port of `AF_VSOCK` at which the host serves it.
        "Port" port: i32,
        /// Name of the share; empty is the host's only one.
        "ShareName" share_name: String,
        /// Whether it is mounted read-only.
        "ReadOnly" read_only: bool,
    }

    /// A device of persistent memory and where it is mounted, read-only.
    #[derive(Eq)]
    pub struct VPMemDevice {
        /// Its number.
        "DeviceNumber" device_number: u32,
        /// Folder where it is mounted.
        "MountPath" mount_path: String,
        /// The part of it that is mounted; absent is the whole device.
        "MappingInfo" mapping_info: Option<VPMemMapping>,
        /// Hashes of the device. Guests read them from the device itself now.
        "VerityInfo" verity_info: Option<DeviceVerityInfo>,
    }

    /// A part of a device of persistent memory.
    #[derive(Copy, Eq)]
    pub struct VPMemMapping {
        /// Where it begins, in bytes.
        "DeviceOffsetInBytes" device_offset_in_bytes: u64,
        /// Its length in bytes.
        "DeviceSizeInBytes" device_size_in_bytes: u64,
    }

    /// Layers that become one tree.
    pub struct CombinedLayers {
        /// The container that they are for.
        "ContainerID" container_id: String,
        /// Folder where the tree is mounted.
        "ContainerRootPath" container_root_path: String,
        /// Read-only layers, upper-most first. Only their paths matter.
        "Layers" layers: Vec<Layer>,
        /// Folder of the writable layer; empty makes the tree read-only.
        "ScratchPath" scratch_path: String,
    }

    /// A network adapter of a namespace.
    #[derive(Eq)]
    pub struct NetworkAdapter {
        /// The namespace (GUID).
        "NamespaceID" namespace_id: String,
        /// The adapter (GUID), by which the kernel's name for it is found.
        "ID" id: String,
        /// Its hardware address.
        "MacAddress" mac_address: String,
        /// Suffixes that are tried when a name is looked up, in order, with commas between them.
        "DNSSuffix" dns_suffix: String,
        /// Addresses of name servers, in order, with commas between them.
        "DNSServerList" dns_server_list: String,
        /// Bytes that encapsulation takes away from each packet.
        "EncapOverhead" encap_overhead: u16,
        /// Whether it is a PCI device that was assigned to the machine.
        "VPCIAssigned" vpci_assigned: bool,
        /// Its addresses; empty asks a DHCP server.
        "IPConfigs" ip_configs: Vec<AdapterAddress>,
        /// Its routes.
        "Routes" routes: Vec<AdapterRoute>,
        /// Whether `enable_low_metric` matters.
        "PolicyBasedRouting" policy_based_routing: bool,
        /// Whether the adapter, when it is not the first one, has a routing table of its own.
        "EnableLowMetric" enable_low_metric: bool,
    }

    /// An address of a network adapter.
    #[derive(Eq)]
    pub struct AdapterAddress {
        /// The address, of either family.
        "IPAddress" ip_address: String,
        /// Length of its prefix in bits.
        "PrefixLength" prefix_length: u8,
    }

    /// A route of a network adapter.
    #[derive(Eq)]
    pub struct AdapterRoute {
        /// Address of the next hop.
        "NextHop" next_hop: String,
        /// Destinations as a prefix.
        "DestinationPrefix" destination_prefix: String,
        /// Preference: the lower one wins.
        "Metric" metric: u16,
    }

    /// A PCI device.
    #[derive(Eq)]
    pub struct VpciDevice {
        /// Its id (GUID) on the machine's bus.
        "VMBusGUID" vmbus_guid: String,
    }

    /// Limits of a container.
    pub struct ContainerConstraints {
        /// Limits in Windows's words.
        "Windows" windows: oci::WindowsResources = always,
        /// Limits in Linux's words.
        "Linux" linux: oci::Resources = always,
    }
}
