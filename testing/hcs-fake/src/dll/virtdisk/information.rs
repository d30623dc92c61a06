//! What there is to know of a disk.

use hcs_fake::world::Guid;
use hcs_fake::{Reply, export, support};
use serde_json::{Value, json};
use windows_sys::Win32::Foundation::{ERROR_INSUFFICIENT_BUFFER, ERROR_INVALID_PARAMETER, HANDLE};
use windows_sys::Win32::Storage::Vhd as vhd;
use windows_sys::core::GUID;

/// Reads something of a disk.
#[unsafe(no_mangle)]
unsafe extern "system" fn GetVirtualDiskInformation(
    handle: HANDLE,
    size: *mut u32,
    info: *mut vhd::GET_VIRTUAL_DISK_INFO,
    used: *mut u32,
) -> u32 {
    if size.is_null() || info.is_null() {
        return ERROR_INVALID_PARAMETER;
    }
    // SAFETY: the caller has said how long the buffer is.
    let room = unsafe { size.read() };
    let whole = size_of::<vhd::GET_VIRTUAL_DISK_INFO>() as u32;
    if room < whole {
        return ERROR_INSUFFICIENT_BUFFER;
    }
    // SAFETY: the buffer is long enough for the structure, which begins with the version.
    let version = unsafe { (*info).Version };
    let reply = super::call_for("GetVirtualDiskInformation", handle, json!({"version": version}));
    if reply.result != 0 {
        return super::error(&reply);
    }
    if version == vhd::GET_VIRTUAL_DISK_INFO_PARENT_LOCATION {
        // SAFETY: the buffer is as long as is said.
        return unsafe { parent(&reply, room, info, used) };
    }
    let Some(answer) = fixed(version, &reply) else { return ERROR_INVALID_PARAMETER };
    // SAFETY: the buffer is long enough.
    unsafe { info.write(answer) }
    // SAFETY: the caller has a place for it, or wants none.
    unsafe { support::put(used, whole) }
    0
}

/// What has always the same length.
fn fixed(version: i32, reply: &Reply) -> Option<vhd::GET_VIRTUAL_DISK_INFO> {
    let number = |key: &str| reply.output.get(key).and_then(Value::as_u64).unwrap_or_default();
    let truth = |key: &str| i32::from(reply.output.get(key) == Some(&Value::Bool(true)));
    let text = |key: &str| reply.output.get(key).and_then(Value::as_str).unwrap_or_default();
    let mut info = vhd::GET_VIRTUAL_DISK_INFO { Version: version, ..vhd::GET_VIRTUAL_DISK_INFO::default() };
    let it = &mut info.Anonymous;
    match version {
        vhd::GET_VIRTUAL_DISK_INFO_SIZE => {
            let (virtual_size, physical_size) = (number("size"), number("physical_size"));
            it.Size = vhd::GET_VIRTUAL_DISK_INFO_0_0 {
                VirtualSize: virtual_size,
                PhysicalSize: physical_size,
                BlockSize: number("block") as u32,
                SectorSize: 512,
            };
        }
        vhd::GET_VIRTUAL_DISK_INFO_IDENTIFIER | vhd::GET_VIRTUAL_DISK_INFO_VIRTUAL_DISK_ID => {
            let (data1, data2, data3, data4) = Guid::parse(text("id")).unwrap_or_default().fields();
            it.Identifier = GUID { data1, data2, data3, data4 };
        }
        vhd::GET_VIRTUAL_DISK_INFO_VIRTUAL_STORAGE_TYPE => {
            it.VirtualStorageType = vhd::VIRTUAL_STORAGE_TYPE {
                DeviceId: vhd::VIRTUAL_STORAGE_TYPE_DEVICE_VHDX,
                VendorId: vhd::VIRTUAL_STORAGE_TYPE_VENDOR_MICROSOFT,
            };
        }
        // 3: it grows; 4: it differs from another.
        vhd::GET_VIRTUAL_DISK_INFO_PROVIDER_SUBTYPE => {
            it.ProviderSubtype = if text("parent").is_empty() { 3 } else { 4 }
        }
        vhd::GET_VIRTUAL_DISK_INFO_IS_4K_ALIGNED => it.Is4kAligned = 1,
        vhd::GET_VIRTUAL_DISK_INFO_IS_LOADED => it.IsLoaded = truth("attached"),
        vhd::GET_VIRTUAL_DISK_INFO_PHYSICAL_DISK => {
            it.PhysicalDisk =
                vhd::GET_VIRTUAL_DISK_INFO_0_2 { LogicalSectorSize: 512, PhysicalSectorSize: 4096, IsRemote: 0 };
        }
        vhd::GET_VIRTUAL_DISK_INFO_VHD_PHYSICAL_SECTOR_SIZE => it.VhdPhysicalSectorSize = 4096,
        vhd::GET_VIRTUAL_DISK_INFO_SMALLEST_SAFE_VIRTUAL_SIZE => it.SmallestSafeVirtualSize = number("size"),
        _ => return None,
    }
    Some(info)
}

/// Writes the path of a disk's parent, which has any length.
///
/// # Safety
/// The buffer must have so much room.
unsafe fn parent(reply: &Reply, room: u32, info: *mut vhd::GET_VIRTUAL_DISK_INFO, used: *mut u32) -> u32 {
    let resolved = reply.output.get("parent_resolved") == Some(&Value::Bool(true));
    // A list of texts with one, which an empty one ends.
    let mut path = support::wide(reply.output.get("parent").and_then(Value::as_str).unwrap_or_default());
    path.push(0);
    let begin = std::mem::offset_of!(vhd::GET_VIRTUAL_DISK_INFO, Anonymous)
        + std::mem::offset_of!(vhd::GET_VIRTUAL_DISK_INFO_0_1, ParentLocationBuffer);
    let needed = (begin + size_of_val(path.as_slice())) as u32;
    // SAFETY: the caller has a place for it, or wants none.
    unsafe { support::put(used, needed) }
    if room < needed {
        return ERROR_INSUFFICIENT_BUFFER;
    }
    let mut answer = vhd::GET_VIRTUAL_DISK_INFO { Version: 3, ..vhd::GET_VIRTUAL_DISK_INFO::default() };
    answer.Anonymous.ParentLocation =
        vhd::GET_VIRTUAL_DISK_INFO_0_1 { ParentResolved: i32::from(resolved), ..Default::default() };
    // SAFETY: the buffer is long enough for the structure.
    unsafe { info.write(answer) }
    // SAFETY: the path begins in the buffer.
    let place = unsafe { info.cast::<u8>().add(begin) };
    // SAFETY: the buffer is long enough for the path, too.
    unsafe { std::ptr::copy_nonoverlapping(path.as_ptr().cast(), place, size_of_val(path.as_slice())) }
    0
}

/// Changes something of a disk: its id, and nothing else.
#[unsafe(no_mangle)]
unsafe extern "system" fn SetVirtualDiskInformation(handle: HANDLE, info: *const vhd::SET_VIRTUAL_DISK_INFO) -> u32 {
    // SAFETY: the caller's structure is there, or it is none.
    let Some(info) = (unsafe { info.as_ref() }) else { return ERROR_INVALID_PARAMETER };
    let id = match info.Version {
        // SAFETY: the version says that it is this.
        vhd::SET_VIRTUAL_DISK_INFO_IDENTIFIER => unsafe { info.Anonymous.UniqueIdentifier },
        // SAFETY: the same.
        vhd::SET_VIRTUAL_DISK_INFO_VIRTUAL_DISK_ID => unsafe { info.Anonymous.VirtualDiskId },
        _ => return ERROR_INVALID_PARAMETER,
    };
    super::error(&super::call_for("SetVirtualDiskInformation", handle, json!({"id": export::guid_text(&id)})))
}
