//! `virtdisk.dll` as it is.
//!
//! Signatures and structures are those of `virtdisk.h`, which `windows-sys` has; only the binding is at run time, because a
//! Windows without storage features (Nano Server) lacks the DLL.

use crate::library::functions;
use windows_sys::Win32::Foundation::{HANDLE, WIN32_ERROR};
use windows_sys::Win32::Security::PSECURITY_DESCRIPTOR;
use windows_sys::Win32::Storage::Vhd::{
    ATTACH_VIRTUAL_DISK_FLAG, ATTACH_VIRTUAL_DISK_PARAMETERS, CREATE_VIRTUAL_DISK_FLAG, CREATE_VIRTUAL_DISK_PARAMETERS,
    DETACH_VIRTUAL_DISK_FLAG, EXPAND_VIRTUAL_DISK_FLAG, EXPAND_VIRTUAL_DISK_PARAMETERS, GET_VIRTUAL_DISK_INFO,
    OPEN_VIRTUAL_DISK_FLAG, OPEN_VIRTUAL_DISK_PARAMETERS, VIRTUAL_DISK_ACCESS_MASK, VIRTUAL_STORAGE_TYPE,
};
use windows_sys::Win32::System::IO::OVERLAPPED;
use windows_sys::core::{PCWSTR, PWSTR};

functions! {
    /// The functions of `virtdisk.dll`.
    Functions of "virtdisk.dll", "virtual disks need a Windows that is not Nano Server" {
        /// Makes a disk.
        CreateVirtualDisk(kind: *const VIRTUAL_STORAGE_TYPE, path: PCWSTR, access: VIRTUAL_DISK_ACCESS_MASK, descriptor: PSECURITY_DESCRIPTOR, flags: CREATE_VIRTUAL_DISK_FLAG, provider_flags: u32, parameters: *const CREATE_VIRTUAL_DISK_PARAMETERS, overlapped: *const OVERLAPPED, handle: *mut HANDLE) -> WIN32_ERROR, since 14393;
        /// Opens a disk.
        OpenVirtualDisk(kind: *const VIRTUAL_STORAGE_TYPE, path: PCWSTR, access: VIRTUAL_DISK_ACCESS_MASK, flags: OPEN_VIRTUAL_DISK_FLAG, parameters: *const OPEN_VIRTUAL_DISK_PARAMETERS, handle: *mut HANDLE) -> WIN32_ERROR, since 14393;
        /// Attaches a disk to the host.
        AttachVirtualDisk(handle: HANDLE, descriptor: PSECURITY_DESCRIPTOR, flags: ATTACH_VIRTUAL_DISK_FLAG, provider_flags: u32, parameters: *const ATTACH_VIRTUAL_DISK_PARAMETERS, overlapped: *const OVERLAPPED) -> WIN32_ERROR, since 14393;
        /// Detaches a disk from the host.
        DetachVirtualDisk(handle: HANDLE, flags: DETACH_VIRTUAL_DISK_FLAG, provider_flags: u32) -> WIN32_ERROR, since 14393;
        /// Gives a disk a greater size.
        ExpandVirtualDisk(handle: HANDLE, flags: EXPAND_VIRTUAL_DISK_FLAG, parameters: *const EXPAND_VIRTUAL_DISK_PARAMETERS, overlapped: *const OVERLAPPED) -> WIN32_ERROR, since 14393;
        /// Tells the name of an attached disk's device.
        GetVirtualDiskPhysicalPath(handle: HANDLE, bytes: *mut u32, path: PWSTR) -> WIN32_ERROR, since 14393;
        /// Tells about a disk.
        GetVirtualDiskInformation(handle: HANDLE, size: *mut u32, information: *mut GET_VIRTUAL_DISK_INFO, used: *mut u32) -> WIN32_ERROR, since 14393;
    }
}
