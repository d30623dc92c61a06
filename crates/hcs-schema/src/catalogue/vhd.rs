//! Virtual disks (0xC03Axxxx: `ERROR_VHD_…` in `winerror.h` and `STATUS_VHD_…` in `ntstatus.h`, with the same numbers but for
//! three) and volumes encrypted by BitLocker (0x8031xxxx).
//!
//! Every layer that can be written to is such a disk: `sandbox.vhdx` with a parent of the base layer, `blank-base.vhdx`.

/// The table.
pub(super) const TABLE: &str = table! {
    ERROR_VHD_DRIVE_FOOTER_MISSING = 0xC03A_0001: "The file has no footer of a virtual disk, so it is damaged or is \
            none."
        also STATUS_VHD_DRIVE_FOOTER_MISSING = 0xC03A_0001
        cause "The download or copy of the disk was interrupted."
        cause "A file system image without footer was given where a fixed VHD is expected, as for disks of Linux \
            containers."
        advice "Fetch the image or layer again. Tools that make layers for Linux write the footer if asked: `tar2ext4 \
            -vhd`.";
    ERROR_VHD_DRIVE_FOOTER_CHECKSUM_MISMATCH = 0xC03A_0002: "The checksum of the virtual disk's footer is wrong."
        also STATUS_VHD_DRIVE_FOOTER_CHECKSUM_MISMATCH = 0xC03A_0002
        cause "The file is damaged, or was written by a program that computes it differently."
        advice "Fetch or make the disk again.";
    ERROR_VHD_DRIVE_FOOTER_CORRUPT = 0xC03A_0003: "The virtual disk's footer is damaged."
        also STATUS_VHD_DRIVE_FOOTER_CORRUPT = 0xC03A_0003
        advice "Fetch or make the disk again.";
    ERROR_VHD_FORMAT_UNKNOWN = 0xC03A_0004: "The virtual disk's format is not known."
        also STATUS_VHD_FORMAT_UNKNOWN = 0xC03A_0004
        cause "The file's ending and its contents differ, such as a VHDX that is called `.vhd`."
        advice "Give it the ending of its format.";
    ERROR_VHD_FORMAT_UNSUPPORTED_VERSION = 0xC03A_0005: "The virtual disk is of a version that this Windows does not \
            support."
        also STATUS_VHD_FORMAT_UNSUPPORTED_VERSION = 0xC03A_0005
        advice "Make it again with tools of this Windows, or use a newer Windows.";
    ERROR_VHD_SPARSE_HEADER_CHECKSUM_MISMATCH = 0xC03A_0006: "The checksum of the virtual disk's header is wrong."
        also STATUS_VHD_SPARSE_HEADER_CHECKSUM_MISMATCH = 0xC03A_0006
        advice "Fetch or make the disk again.";
    ERROR_VHD_SPARSE_HEADER_UNSUPPORTED_VERSION = 0xC03A_0007: "The virtual disk's header is of a version that is not \
            supported."
        also STATUS_VHD_SPARSE_HEADER_UNSUPPORTED_VERSION = 0xC03A_0007
        advice "Make it again with tools of this Windows.";
    ERROR_VHD_SPARSE_HEADER_CORRUPT = 0xC03A_0008: "The virtual disk's header is damaged."
        also STATUS_VHD_SPARSE_HEADER_CORRUPT = 0xC03A_0008
        advice "Fetch or make the disk again.";
    ERROR_VHD_BLOCK_ALLOCATION_FAILURE = 0xC03A_0009: "The virtual disk could not grow."
        also STATUS_VHD_BLOCK_ALLOCATION_FAILURE = 0xC03A_0009
        cause "The volume that holds it is full."
        advice "Free space on that volume: `silo gc`, `docker system prune`, or move the folder of the layers.";
    ERROR_VHD_BLOCK_ALLOCATION_TABLE_CORRUPT = 0xC03A_000A: "The virtual disk's table of blocks is damaged."
        also STATUS_VHD_BLOCK_ALLOCATION_TABLE_CORRUPT = 0xC03A_000A
        cause "The host lost power, or the disk below failed."
        advice "Remove the container, and start it anew from its image.";
    ERROR_VHD_INVALID_BLOCK_SIZE = 0xC03A_000B: "The virtual disk's block size is not valid."
        also STATUS_VHD_INVALID_BLOCK_SIZE = 0xC03A_000B
        advice "Choose a power of two between 1 and 256 MiB, or leave it to Windows.";
    ERROR_VHD_BITMAP_MISMATCH = 0xC03A_000C: "The virtual disk's bitmap does not go with the parent's block."
        also STATUS_VHD_BITMAP_MISMATCH = 0xC03A_000C
        cause "The parent was changed after the child was made."
        advice "Remove the container, and start it anew from its image.";
    ERROR_VHD_PARENT_VHD_NOT_FOUND = 0xC03A_000D: "The parent of the virtual disk was not found."
        also STATUS_VHD_PARENT_VHD_NOT_FOUND = 0xC03A_000D
        cause "The base layer was removed or moved while a container of it was left."
        cause "The folder of the layers was copied to another place."
        advice "Pull the image again, or remove the container that has lost it.";
    ERROR_VHD_CHILD_PARENT_ID_MISMATCH = 0xC03A_000E: "The virtual disk belongs to another parent."
        also STATUS_VHD_CHILD_PARENT_ID_MISMATCH = 0xC03A_000E
        cause "The base layer was imported again, which makes a new disk that older containers do not fit."
        advice "Remove the container, and start it anew from its image.";
    ERROR_VHD_CHILD_PARENT_TIMESTAMP_MISMATCH = 0xC03A_000F: "The parent of the virtual disk was changed after the \
            child was made."
        also STATUS_VHD_CHILD_PARENT_TIMESTAMP_MISMATCH = 0xC03A_000F
        cause "Somebody mounted the base layer's disk for writing."
        advice "Remove the container, and start it anew from an image that was pulled again.";
    ERROR_VHD_METADATA_READ_FAILURE = 0xC03A_0010: "The virtual disk's own data could not be read."
        also STATUS_VHD_METADATA_READ_FAILURE = 0xC03A_0010
        advice "Check the disk below (`chkdsk`), then make the virtual disk again.";
    ERROR_VHD_METADATA_WRITE_FAILURE = 0xC03A_0011: "The virtual disk's own data could not be written."
        also STATUS_VHD_METADATA_WRITE_FAILURE = 0xC03A_0011
        cause "The volume that holds it is full, or fails."
        advice "Free space on it, and check it: `chkdsk`.";
    ERROR_VHD_INVALID_SIZE = 0xC03A_0012: "The size of the virtual disk is not valid."
        also STATUS_VHD_INVALID_SIZE = 0xC03A_0012
        cause "A size that is not a multiple of the sector size, or smaller than the base layer's disk."
        advice "Ask for a larger size; the default of a container's layer is 20 GiB, and it can only grow.";
    ERROR_VHD_INVALID_FILE_SIZE = 0xC03A_0013: "The size of the virtual disk's file is not valid."
        also STATUS_VHD_INVALID_FILE_SIZE = 0xC03A_0013
        cause "The copy or download is cut off, or the file's length is not a multiple of 512."
        advice "Fetch or make the disk again.";
    ERROR_VIRTDISK_PROVIDER_NOT_FOUND = 0xC03A_0014: "Nothing here handles this kind of virtual disk."
        also STATUS_VIRTDISK_PROVIDER_NOT_FOUND = 0xC03A_0014
        cause "The driver `vhdmp` is not loaded, or the file's ending is unknown."
        advice "Use the endings `.vhd`, `.vhdx` and `.iso`; see the driver: `sc.exe query vhdmp`.";
    ERROR_VIRTDISK_NOT_VIRTUAL_DISK = 0xC03A_0015: "This is not a virtual disk."
        also STATUS_VIRTDISK_NOT_VIRTUAL_DISK = 0xC03A_0015
        advice "Give the path of the virtual disk's file, or of the volume on it.";
    ERROR_VHD_PARENT_VHD_ACCESS_DENIED = 0xC03A_0016: "The parent of the virtual disk may not be read."
        also STATUS_VHD_PARENT_VHD_ACCESS_DENIED = 0xC03A_0016
        cause "The virtual machine's account has no right to the base layer's disk."
        advice "Grant it: `icacls DISK /grant \"NT VIRTUAL MACHINE\\ID:R\"`; HCS has a call for it, \
            `HcsGrantVmAccess`.";
    ERROR_VHD_CHILD_PARENT_SIZE_MISMATCH = 0xC03A_0017: "The virtual disk and its parent are of different sizes."
        also STATUS_VHD_CHILD_PARENT_SIZE_MISMATCH = 0xC03A_0017
        cause "The parent was enlarged after the child was made."
        advice "Remove the container, and start it anew from its image.";
    ERROR_VHD_DIFFERENCING_CHAIN_CYCLE_DETECTED = 0xC03A_0018: "The chain of parents leads back to itself."
        also STATUS_VHD_DIFFERENCING_CHAIN_CYCLE_DETECTED = 0xC03A_0018
        advice "Make the disks again in the right order.";
    ERROR_VHD_DIFFERENCING_CHAIN_ERROR_IN_PARENT = 0xC03A_0019: "A parent of the virtual disk could not be opened."
        also STATUS_VHD_DIFFERENCING_CHAIN_ERROR_IN_PARENT = 0xC03A_0019
        cause "A layer below is damaged, locked or missing."
        advice "Look which: `Get-VHD DISK` for each disk of the chain. Pull the image again.";
    ERROR_VIRTUAL_DISK_LIMITATION = 0xC03A_001A: "The virtual disk's file lies where it must not."
        also STATUS_VIRTUAL_DISK_LIMITATION = 0xC03A_001A
        cause "The file is compressed, encrypted or sparse, or lies on a volume with one of these switched on."
        cause "The file lies on a share, or on a file system other than NTFS and ReFS."
        advice "Switch it off for the folder of the layers: `compact /u /s`, `cipher /d /s:FOLDER`, `fsutil sparse \
            setflag FILE 0`.";
    ERROR_VHD_INVALID_TYPE = 0xC03A_001B: "The operation does not go with this type of virtual disk."
        also STATUS_VHD_INVALID_TYPE = 0xC03A_001B
        cause "A fixed disk was given where one with a parent is needed, or the other way round."
        advice "Look at its type: `Get-VHD DISK`.";
    ERROR_VHD_INVALID_STATE = 0xC03A_001C: "The virtual disk's state does not allow the operation."
        also STATUS_VHD_INVALID_STATE = 0xC03A_001C
        cause "It is mounted already, or is being detached, or was detached while something used it."
        cause "A filter driver of a virus scanner or of a synchronised folder holds its volume; the Filter Manager \
            logs it."
        advice "Detach it (`Dismount-VHD DISK`), and try again."
        advice "See which filters there are: `fltmc`; take out those of scanners and cloud storage to find which it \
            is.";
    ERROR_VIRTDISK_UNSUPPORTED_DISK_SECTOR_SIZE = 0xC03A_001D: "The sector size of the disk below is not supported."
        also STATUS_VIRTDISK_UNSUPPORTED_DISK_SECTOR_SIZE = 0xC03A_001D
        cause "A VHD on a disk with sectors of 4096 bytes."
        advice "Use VHDX, or another disk.";
    ERROR_VIRTDISK_DISK_ALREADY_OWNED = 0xC03A_001E: "The virtual disk is in use elsewhere."
        also STATUS_VIRTDISK_DISK_ALREADY_OWNED = 0xC03A_001E
        cause "Another machine or container has it attached."
        advice "Detach it there first.";
    ERROR_VIRTDISK_DISK_ONLINE_AND_WRITABLE = 0xC03A_001F: "The virtual disk is online and can be written to, and must \
            not be for this."
        also STATUS_VIRTDISK_DISK_ONLINE_AND_WRITABLE = 0xC03A_001F
        advice "Take it offline first: `Set-Disk -Number N -IsOffline $true`.";
    ERROR_VHD_METADATA_FULL = 0xC03A_0028: "There is no room for further data about the virtual disk."
        also STATUS_VHD_METADATA_FULL = 0xC03A_0028
        advice "Make the disk again.";
    ERROR_VHD_INVALID_CHANGE_TRACKING_ID = 0xC03A_0029: "The id for tracking changes is not valid."
        also STATUS_VHD_INVALID_CHANGE_TRACKING_ID = 0xC03A_0029
        advice "Take a full backup, which begins a new one.";
    ERROR_VHD_CHANGE_TRACKING_DISABLED = 0xC03A_002A: "Changes of the virtual disk are not tracked."
        also STATUS_VHD_CHANGE_TRACKING_DISABLED = 0xC03A_002A
        advice "Enable it first, or take a full backup.";
    ERROR_VHD_MISSING_CHANGE_TRACKING_INFORMATION = 0xC03A_0030: "What was recorded of the virtual disk's changes is \
            not there."
        also STATUS_VHD_MISSING_CHANGE_TRACKING_INFORMATION = 0xC03A_0030
        advice "Take a full backup.";
    ERROR_VHD_RESIZE_WOULD_TRUNCATE_DATA = 0xC03A_0025: "Shrinking the virtual disk would cut off data."
        also STATUS_VHD_RESIZE_WOULD_TRUNCATE_DATA = 0xC03A_0031
        advice "Shrink the volume on it first, or choose a larger size.";
    ERROR_VHD_COULD_NOT_COMPUTE_MINIMUM_VIRTUAL_SIZE = 0xC03A_0026: "It cannot be told how small the virtual disk can \
            be made."
        also STATUS_VHD_COULD_NOT_COMPUTE_MINIMUM_VIRTUAL_SIZE = 0xC03A_0032
        advice "Check the partitions on it.";
    ERROR_VHD_ALREADY_AT_OR_BELOW_MINIMUM_VIRTUAL_SIZE = 0xC03A_0027: "The virtual disk is as small as it can be."
        also STATUS_VHD_ALREADY_AT_OR_BELOW_MINIMUM_VIRTUAL_SIZE = 0xC03A_0033
        advice "Nothing is left to do.";
    ERROR_VHD_UNEXPECTED_ID = 0xC03A_0034: "The virtual disk is another than was expected."
        also STATUS_VHD_UNEXPECTED_ID = 0xC03A_0034
        cause "The file was replaced."
        advice "Give the path of the right one.";
    ERROR_VHD_SHARED = 0xC05C_FF0A: "The virtual disk is shared between machines, which this operation does not \
            support."
        also STATUS_VHD_SHARED = 0xC05C_FF0A
        advice "Use a disk that is not shared.";
    ERROR_VHDSET_BACKING_STORAGE_NOT_FOUND = 0xC05C_FF0C: "The file behind a set of virtual disks was not found."
        also STATUS_VHDSET_BACKING_STORAGE_NOT_FOUND = 0xC05C_FF0C
        advice "Give the path of the set, next to which the file must be.";
    FVE_E_LOCKED_VOLUME = 0x8031_0000: "BitLocker has locked the volume."
        cause "The folder of the layers lies on a volume that was not unlocked after the host's start."
        advice "Unlock it (`manage-bde -unlock D: -RecoveryPassword …`), or let it unlock itself: `manage-bde \
            -autounlock -enable D:`.";
    FVE_E_NOT_ENCRYPTED = 0x8031_0001: "The volume is not encrypted by BitLocker."
        cause "A confidential container or machine expects an encrypted disk."
        advice "Encrypt it first, or give the disk that was made for it.";
    FVE_E_NOT_SUPPORTED = 0x8031_0015: "BitLocker cannot encrypt this volume."
        advice "Use a volume of NTFS on a disk of the host.";
    FVE_E_NOT_OS_VOLUME = 0x8031_0028: "BitLocker can do this with the system's volume only."
        advice "Give the system's volume.";
};
