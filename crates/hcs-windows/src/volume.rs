//! Volumes of disks: growing one to the size of its partition.
//!
//! What is done, and when, is what hcsshim does (`internal/wclayer/expandscratchsize.go`).

use crate::error::{io_error, last_error};
use crate::path::with_backslash;
use crate::wide::Wide;
use hcs_host::Result;
use std::ffi::c_void;
use std::fs::{File, OpenOptions};
use std::os::windows::io::AsRawHandle;
use windows_sys::Win32::Storage::FileSystem::GetDiskFreeSpaceExW;
use windows_sys::Win32::System::IO::DeviceIoControl;

/// `IOCTL_DISK_GET_LENGTH_INFO` of `winioctl.h`.
const GET_LENGTH: u32 = 0x0007_405c;
/// `FSCTL_EXTEND_VOLUME` of `winioctl.h`.
const EXTEND_VOLUME: u32 = 0x0009_00f0;
/// Bytes of a cluster of NTFS, as layers have them.
const CLUSTER: u64 = 4096;
/// Bytes of a sector.
const SECTOR: u64 = 512;

/// Extends a volume over the whole of its partition, if that is greater.
pub(crate) fn extend(volume: &str) -> Result<()> {
    let operation = "extend volume";
    let name = volume.trim_end_matches('\\');
    let file = OpenOptions::new().read(true).write(true).open(name).map_err(|e| io_error(operation, volume, &e))?;
    let partition = partition_bytes(&file, volume)?;
    let Some(sectors) = sectors_to_extend_to(partition, volume_bytes(volume)?) else {
        return Ok(());
    };
    let mut returned = 0;
    let size = u32::try_from(size_of_val(&sectors)).unwrap_or(u32::MAX);
    // SAFETY: the volume is open, the input is readable and of this size, and there is no output.
    let done = unsafe {
        DeviceIoControl(
            file.as_raw_handle(),
            EXTEND_VOLUME,
            (&raw const sectors).cast::<c_void>(),
            size,
            std::ptr::null_mut(),
            0,
            &raw mut returned,
            std::ptr::null_mut(),
        )
    };
    if done == 0 { Err(last_error(operation, volume)) } else { Ok(()) }
}

/// The size of the partition that a volume is on.
fn partition_bytes(file: &File, volume: &str) -> Result<u64> {
    let mut length = 0_u64;
    let mut returned = 0;
    let size = u32::try_from(size_of_val(&length)).unwrap_or(u32::MAX);
    // SAFETY: the volume is open, there is no input, and the output is writable and of this size.
    let done = unsafe {
        DeviceIoControl(
            file.as_raw_handle(),
            GET_LENGTH,
            std::ptr::null(),
            0,
            (&raw mut length).cast::<c_void>(),
            size,
            &raw mut returned,
            std::ptr::null_mut(),
        )
    };
    if done == 0 { Err(last_error("read length of partition of", volume)) } else { Ok(length) }
}

/// The size of a volume.
fn volume_bytes(volume: &str) -> Result<u64> {
    let operation = "read size of volume";
    let root = Wide::new(operation, &with_backslash(volume))?;
    let mut total = 0;
    // SAFETY: the name is text with a zero at its end, the size is writable, and the other answers are not asked for.
    let done =
        unsafe { GetDiskFreeSpaceExW(root.as_ptr(), std::ptr::null_mut(), &raw mut total, std::ptr::null_mut()) };
    if done == 0 { Err(last_error(operation, volume)) } else { Ok(total) }
}

/// How many sectors a volume is to have; nothing if it fills its partition, because extending it then fails. NTFS keeps one
/// cluster for itself.
fn sectors_to_extend_to(partition: u64, volume: u64) -> Option<u64> {
    let clusters = partition / CLUSTER;
    (volume / CLUSTER + 1 < clusters).then_some(clusters * (CLUSTER / SECTOR))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_smaller_volume_is_extended() {
        let gib = 1 << 30;
        assert_eq!(sectors_to_extend_to(20 * gib, 10 * gib), Some(20 * gib / SECTOR));
        assert_eq!(sectors_to_extend_to(gib, gib), None);
        assert_eq!(sectors_to_extend_to(gib, gib - CLUSTER), None, "the cluster that NTFS keeps");
        assert_eq!(sectors_to_extend_to(gib, gib - 2 * CLUSTER), Some(gib / SECTOR));
        assert_eq!(sectors_to_extend_to(gib + 1000, gib - 2 * CLUSTER), Some(gib / SECTOR), "whole clusters");
        assert_eq!(sectors_to_extend_to(0, gib), None);
    }
}
