//! The functions of `virtdisk.dll` with Rust's strings and handles.
//!
//! Disks are opened with version 2 of the parameters, which wants no access mask (`virtdisk.h`, `OpenVirtualDisk`).

use super::abi::Functions;
use crate::error::{check_win32, failure};
use crate::path;
use hcs_host::Result;
use hcs_schema::HResult;
use std::os::windows::io::{AsRawHandle, BorrowedHandle, FromRawHandle, OwnedHandle};
use std::path::Path;
use windows_sys::Win32::Foundation::{ERROR_INSUFFICIENT_BUFFER, HANDLE};
use windows_sys::Win32::Storage::Vhd::{
    ATTACH_VIRTUAL_DISK_FLAG, CREATE_VIRTUAL_DISK_FLAG_NONE, CREATE_VIRTUAL_DISK_PARAMETERS,
    CREATE_VIRTUAL_DISK_PARAMETERS_0, CREATE_VIRTUAL_DISK_PARAMETERS_0_1, CREATE_VIRTUAL_DISK_VERSION_2,
    DETACH_VIRTUAL_DISK_FLAG_NONE, EXPAND_VIRTUAL_DISK_FLAG_NONE, EXPAND_VIRTUAL_DISK_PARAMETERS,
    EXPAND_VIRTUAL_DISK_PARAMETERS_0, EXPAND_VIRTUAL_DISK_PARAMETERS_0_0, EXPAND_VIRTUAL_DISK_VERSION_1,
    GET_VIRTUAL_DISK_INFO, GET_VIRTUAL_DISK_INFO_0, GET_VIRTUAL_DISK_INFO_0_0, GET_VIRTUAL_DISK_INFO_SIZE,
    OPEN_VIRTUAL_DISK_FLAG, OPEN_VIRTUAL_DISK_PARAMETERS, OPEN_VIRTUAL_DISK_PARAMETERS_0,
    OPEN_VIRTUAL_DISK_PARAMETERS_0_1, OPEN_VIRTUAL_DISK_VERSION_2, VIRTUAL_DISK_ACCESS_NONE, VIRTUAL_STORAGE_TYPE,
    VIRTUAL_STORAGE_TYPE_DEVICE_UNKNOWN, VIRTUAL_STORAGE_TYPE_DEVICE_VHDX, VIRTUAL_STORAGE_TYPE_VENDOR_MICROSOFT,
    VIRTUAL_STORAGE_TYPE_VENDOR_UNKNOWN,
};
use windows_sys::core::{BOOL, GUID};

/// No GUID.
const NONE: GUID = GUID::from_u128(0);
/// A type that the file itself tells.
const BY_FILE: VIRTUAL_STORAGE_TYPE = VIRTUAL_STORAGE_TYPE {
    DeviceId: VIRTUAL_STORAGE_TYPE_DEVICE_UNKNOWN,
    VendorId: VIRTUAL_STORAGE_TYPE_VENDOR_UNKNOWN,
};
/// VHDX.
const VHDX: VIRTUAL_STORAGE_TYPE = VIRTUAL_STORAGE_TYPE {
    DeviceId: VIRTUAL_STORAGE_TYPE_DEVICE_VHDX,
    VendorId: VIRTUAL_STORAGE_TYPE_VENDOR_MICROSOFT,
};

/// Makes a VHDX that grows as it is filled. Size and size of a block are in bytes; a block of 0 is the default's. With a parent,
/// the disk has what differs from it, and a size of 0 is the parent's.
pub(crate) fn create(
    functions: &Functions,
    file: &Path,
    size: u64,
    block: u32,
    parent: Option<&Path>,
) -> Result<OwnedHandle> {
    let operation = "create virtual disk";
    let function = functions.CreateVirtualDisk()?;
    let wide = path::wide(operation, file)?;
    let parent = parent.map(|parent| path::wide(operation, parent)).transpose()?;
    let version = CREATE_VIRTUAL_DISK_PARAMETERS_0_1 {
        UniqueId: NONE,
        MaximumSize: size,
        BlockSizeInBytes: block,
        SectorSizeInBytes: 0,
        PhysicalSectorSizeInBytes: 0,
        ParentPath: parent.as_ref().map_or(std::ptr::null(), crate::wide::Wide::as_ptr),
        SourcePath: std::ptr::null(),
        OpenFlags: 0,
        ParentVirtualStorageType: BY_FILE,
        SourceVirtualStorageType: BY_FILE,
        ResiliencyGuid: NONE,
    };
    let parameters = CREATE_VIRTUAL_DISK_PARAMETERS {
        Version: CREATE_VIRTUAL_DISK_VERSION_2,
        Anonymous: CREATE_VIRTUAL_DISK_PARAMETERS_0 { Version2: version },
    };
    let mut handle: HANDLE = std::ptr::null_mut();
    // SAFETY: texts and parameters, of the version that they name, are readable during the call, and the handle is writable.
    let code = unsafe {
        function(
            &VHDX,
            wide.as_ptr(),
            VIRTUAL_DISK_ACCESS_NONE,
            std::ptr::null_mut(),
            CREATE_VIRTUAL_DISK_FLAG_NONE,
            0,
            &parameters,
            std::ptr::null(),
            &raw mut handle,
        )
    };
    check_win32(operation, &file.to_string_lossy(), code)?;
    Ok(own(handle))
}

/// Opens a VHD or VHDX.
pub(crate) fn open(
    functions: &Functions,
    file: &Path,
    read_only: bool,
    flags: OPEN_VIRTUAL_DISK_FLAG,
) -> Result<OwnedHandle> {
    let operation = "open virtual disk";
    let function = functions.OpenVirtualDisk()?;
    let wide = path::wide(operation, file)?;
    let version =
        OPEN_VIRTUAL_DISK_PARAMETERS_0_1 { GetInfoOnly: 0, ReadOnly: BOOL::from(read_only), ResiliencyGuid: NONE };
    let parameters = OPEN_VIRTUAL_DISK_PARAMETERS {
        Version: OPEN_VIRTUAL_DISK_VERSION_2,
        Anonymous: OPEN_VIRTUAL_DISK_PARAMETERS_0 { Version2: version },
    };
    let mut handle: HANDLE = std::ptr::null_mut();
    // SAFETY: text and parameters, of the version that they name, are readable during the call, and the handle is writable.
    let code =
        unsafe { function(&BY_FILE, wide.as_ptr(), VIRTUAL_DISK_ACCESS_NONE, flags, &parameters, &raw mut handle) };
    check_win32(operation, &file.to_string_lossy(), code)?;
    Ok(own(handle))
}

/// Attaches a disk. Without `ATTACH_VIRTUAL_DISK_FLAG_PERMANENT_LIFETIME` it is attached as long as a handle to it is open.
pub(crate) fn attach(
    functions: &Functions,
    disk: BorrowedHandle<'_>,
    file: &str,
    flags: ATTACH_VIRTUAL_DISK_FLAG,
) -> Result<()> {
    let function = functions.AttachVirtualDisk()?;
    // SAFETY: the handle is an open disk; neither descriptor, parameters nor overlapped structure are given.
    let code =
        unsafe { function(disk.as_raw_handle(), std::ptr::null_mut(), flags, 0, std::ptr::null(), std::ptr::null()) };
    check_win32("attach virtual disk", file, code)
}

/// Detaches a disk.
pub(crate) fn detach(functions: &Functions, disk: BorrowedHandle<'_>, file: &str) -> Result<()> {
    let function = functions.DetachVirtualDisk()?;
    // SAFETY: the handle is an open disk.
    let code = unsafe { function(disk.as_raw_handle(), DETACH_VIRTUAL_DISK_FLAG_NONE, 0) };
    check_win32("detach virtual disk", file, code)
}

/// Gives a disk a greater size, in bytes.
pub(crate) fn expand(functions: &Functions, disk: BorrowedHandle<'_>, file: &str, size: u64) -> Result<()> {
    let function = functions.ExpandVirtualDisk()?;
    let parameters = EXPAND_VIRTUAL_DISK_PARAMETERS {
        Version: EXPAND_VIRTUAL_DISK_VERSION_1,
        Anonymous: EXPAND_VIRTUAL_DISK_PARAMETERS_0 { Version1: EXPAND_VIRTUAL_DISK_PARAMETERS_0_0 { NewSize: size } },
    };
    // SAFETY: the handle is an open disk, and the parameters are readable and of the version that they name.
    let code = unsafe { function(disk.as_raw_handle(), EXPAND_VIRTUAL_DISK_FLAG_NONE, &parameters, std::ptr::null()) };
    check_win32("expand virtual disk", file, code)
}

/// The name of an attached disk's device, such as `\\.\PhysicalDrive3`.
pub(crate) fn physical_path(functions: &Functions, disk: BorrowedHandle<'_>, file: &str) -> Result<String> {
    let operation = "find device of virtual disk";
    let function = functions.GetVirtualDiskPhysicalPath()?;
    let mut units = vec![0_u16; 64];
    loop {
        let mut bytes = u32::try_from(units.len() * size_of::<u16>()).unwrap_or(u32::MAX);
        // SAFETY: the handle is an open disk, and so many bytes are writable.
        let code = unsafe { function(disk.as_raw_handle(), &raw mut bytes, units.as_mut_ptr()) };
        let wanted = usize::try_from(bytes).unwrap_or(usize::MAX).div_ceil(size_of::<u16>());
        if code == ERROR_INSUFFICIENT_BUFFER && wanted > units.len() {
            units.resize(wanted, 0);
            continue;
        }
        check_win32(operation, file, code)?;
        let end = units.iter().position(|&unit| unit == 0).unwrap_or(units.len());
        return Ok(String::from_utf16_lossy(&units[..end]));
    }
}

/// Sizes of a disk.
pub(crate) fn sizes(functions: &Functions, disk: BorrowedHandle<'_>, file: &str) -> Result<GET_VIRTUAL_DISK_INFO_0_0> {
    let operation = "read sizes of virtual disk";
    let function = functions.GetVirtualDiskInformation()?;
    let nothing = GET_VIRTUAL_DISK_INFO_0_0 { VirtualSize: 0, PhysicalSize: 0, BlockSize: 0, SectorSize: 0 };
    let mut information = GET_VIRTUAL_DISK_INFO {
        Version: GET_VIRTUAL_DISK_INFO_SIZE,
        Anonymous: GET_VIRTUAL_DISK_INFO_0 { Size: nothing },
    };
    let mut size = u32::try_from(size_of_val(&information)).unwrap_or(u32::MAX);
    let mut used = 0;
    // SAFETY: the handle is an open disk, and the structure is writable, of the size and version that are given.
    let code = unsafe { function(disk.as_raw_handle(), &raw mut size, &raw mut information, &raw mut used) };
    check_win32(operation, file, code)?;
    if information.Version != GET_VIRTUAL_DISK_INFO_SIZE {
        return Err(failure(operation, file, HResult::E_UNEXPECTED));
    }
    // SAFETY: the version says that it is the sizes.
    Ok(unsafe { information.Anonymous.Size })
}

/// The owner of a handle that a function has answered.
fn own(handle: HANDLE) -> OwnedHandle {
    // SAFETY: the function has just opened it for us, and succeeded.
    unsafe { OwnedHandle::from_raw_handle(handle) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::mem::offset_of;

    /// What gcc says of `virtdisk.h` of mingw-w64, for x86_64. That header lacks a field of the newest structure, whose size is
    /// counted from Microsoft's documentation.
    #[test]
    fn structures_are_laid_out_as_in_the_headers() {
        assert_eq!(size_of::<VIRTUAL_STORAGE_TYPE>(), 20);
        assert_eq!(size_of::<EXPAND_VIRTUAL_DISK_PARAMETERS>(), 16);
        assert_eq!(size_of::<OPEN_VIRTUAL_DISK_PARAMETERS_0_1>(), 24);
        assert_eq!(offset_of!(OPEN_VIRTUAL_DISK_PARAMETERS, Anonymous), 4);
        assert_eq!(offset_of!(CREATE_VIRTUAL_DISK_PARAMETERS_0_1, ParentPath), 40);
        assert_eq!(offset_of!(CREATE_VIRTUAL_DISK_PARAMETERS_0_1, OpenFlags), 56);
        assert_eq!(size_of::<CREATE_VIRTUAL_DISK_PARAMETERS_0_1>(), 120);
        assert_eq!(offset_of!(CREATE_VIRTUAL_DISK_PARAMETERS, Anonymous), 8);
        assert_eq!((size_of::<GET_VIRTUAL_DISK_INFO>(), offset_of!(GET_VIRTUAL_DISK_INFO, Anonymous)), (32, 8));
    }
}
