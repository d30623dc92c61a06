//! Disks of virtual machines: SCSI and persistent memory.

use crate::model::{object, words};
use std::collections::BTreeMap;

object! {
    /// A SCSI controller. Schema 2.0.
    pub struct Scsi {
        /// Disks by logical unit number, 0 to 63.
        "Attachments" attachments: BTreeMap<u32, Attachment>,
        /// Whether each interrupt is delivered by itself: less delay and more traffic for more work (2.4).
        "DisableInterruptBatching" disable_interrupt_batching: bool,
    }

    /// A disk at a SCSI controller. Schema 2.0.
    pub struct Attachment {
        /// What it is.
        "Type" kind: AttachmentType,
        /// File or device of the host.
        "Path" path: String,
        /// Whether the guest's requests to flush caches are ignored (unlisted).
        "IgnoreFlushes" ignore_flushes: bool,
        /// How it is cached (2.1).
        "CachingMode" caching_mode: CachingMode,
        /// Whether writes need not be safe from a loss of power (unlisted).
        "NoWriteHardening" no_write_hardening: bool,
        /// Whether its file is grown in small steps (unlisted).
        "DisableExpansionOptimization" disable_expansion_optimization: bool,
        /// Whether the parent of a differencing disk is not looked for by its relative path (unlisted).
        "IgnoreRelativeLocator" ignore_relative_locator: bool,
        /// Whether its traffic is booked on who causes it (unlisted).
        "CaptureIoAttributionContext" capture_io_attribution_context: bool,
        /// Whether the guest cannot write.
        "ReadOnly" read_only: bool,
        /// Whether its file may be compressed by the host (2.3).
        "SupportCompressedVolumes" support_compressed_volumes: bool,
        /// Whether its file may be sparse, whatever its kind (2.6).
        "AlwaysAllowSparseFiles" always_allow_sparse_files: bool,
        /// Whether its file may be encrypted by the host (2.6).
        "SupportEncryptedFiles" support_encrypted_files: bool,
        /// Kind of an `ExtensibleVirtualDisk` (unlisted).
        "ExtensibleVirtualDiskType" extensible_virtual_disk_type: String,
    }

    /// The controller of persistent memory. Schema 2.0.
    pub struct VirtualPMemController {
        /// Devices by number.
        "Devices" devices: BTreeMap<u32, VirtualPMemDevice>,
        /// Number of devices that the guest sees; those without a file can get one while it runs. At most 128.
        "MaximumCount" maximum_count: u32,
        /// Size of a device without a file in bytes; 0 is 512 MiB.
        "MaximumSizeBytes" maximum_size_bytes: u64,
        /// What is behind the devices (2.1).
        "Backing" backing: VirtualPMemBackingType,
    }

    /// A device of persistent memory. Schema 2.0.
    pub struct VirtualPMemDevice {
        /// File of the host.
        "HostPath" host_path: String,
        /// Whether the guest cannot write.
        "ReadOnly" read_only: bool,
        /// Format of the file.
        "ImageFormat" image_format: VirtualPMemImageFormat,
        /// Its size in bytes, where it has mappings (2.2).
        "SizeBytes" size_bytes: u64,
        /// Files by their offset in it, in bytes (2.2).
        "Mappings" mappings: BTreeMap<u64, VirtualPMemMapping>,
    }

    /// A file that is a part of a device of persistent memory. Schema 2.2.
    pub struct VirtualPMemMapping {
        /// File of the host.
        "HostPath" host_path: String,
        /// Format of the file.
        "ImageFormat" image_format: VirtualPMemImageFormat,
    }
}

words! {
    /// What a disk is. Schema 2.0.
    pub enum AttachmentType {
        /// A VHD or VHDX file.
        VirtualDisk = "VirtualDisk",
        /// An ISO file.
        Iso = "Iso",
        /// A disk of the host.
        PassThru = "PassThru",
        /// A disk that a program of the host serves (unlisted).
        ExtensibleVirtualDisk = "ExtensibleVirtualDisk",
    }

    /// How a disk is cached. Schema 2.1.
    pub enum CachingMode {
        /// Not at all (default).
        Uncached = "Uncached",
        /// All of its files.
        Cached = "Cached",
        /// Those of its files that are only read.
        ReadOnlyCached = "ReadOnlyCached",
    }

    /// What is behind persistent memory. Schema 2.1.
    pub enum VirtualPMemBackingType {
        /// Paged memory of the host.
        Virtual = "Virtual",
        /// Memory set aside.
        Physical = "Physical",
    }

    /// Format of a file behind persistent memory. Schema 2.0.
    pub enum VirtualPMemImageFormat {
        /// VHDX.
        Vhdx = "Vhdx",
        /// VHD, fixed size.
        Vhd1 = "Vhd1",
    }
}
