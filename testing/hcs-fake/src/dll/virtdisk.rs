//! `virtdisk.dll`: the service makes the files of disks and knows which are attached; handles are those of the files.
#![cfg(windows)]

#[path = "virtdisk/handles.rs"]
mod handles;
#[path = "virtdisk/information.rs"]
mod information;

use hcs_fake::{Reply, client, export, support};
use serde_json::{Map, Value, json};
use windows_sys::Win32::Foundation::{
    ERROR_INSUFFICIENT_BUFFER, ERROR_INVALID_HANDLE, ERROR_INVALID_PARAMETER, HANDLE,
};
use windows_sys::Win32::Storage::Vhd::{
    ATTACH_VIRTUAL_DISK_FLAG_PERMANENT_LIFETIME, CREATE_VIRTUAL_DISK_PARAMETERS, EXPAND_VIRTUAL_DISK_PARAMETERS,
    VIRTUAL_STORAGE_TYPE,
};
use windows_sys::core::{PCWSTR, PWSTR};

/// Calls the service, after it has been told of handles that were closed.
fn call(function: &str, arguments: Value) -> Reply {
    handles::sweep();
    client::call("virtdisk", function, arguments)
}

/// Calls the service for the disk of a handle.
fn call_for(function: &str, handle: HANDLE, mut arguments: Value) -> Reply {
    match export::file_of(handle as usize) {
        Some(path) => {
            arguments["path"] = path.into();
            call(function, arguments)
        }
        None => Reply { result: ERROR_INVALID_HANDLE, output: Map::new() },
    }
}

/// The Win32 error of a reply.
fn error(reply: &Reply) -> u32 {
    reply.result & 0xffff
}

/// The whole path of a caller's.
///
/// # Safety
/// The text must be null or end with a zero.
unsafe fn whole(path: PCWSTR) -> String {
    // SAFETY: the caller ends it with a zero.
    let path = unsafe { support::text(path) };
    match path.as_str() {
        "" => path,
        text => std::path::absolute(text).map_or(path.clone(), |whole| whole.to_string_lossy().into_owned()),
    }
}

/// Makes a disk.
#[unsafe(no_mangle)]
unsafe extern "system" fn CreateVirtualDisk(
    _storage_type: *const VIRTUAL_STORAGE_TYPE,
    path: PCWSTR,
    access: i32,
    _security_descriptor: *const u8,
    flags: i32,
    _provider_flags: u32,
    parameters: *const CREATE_VIRTUAL_DISK_PARAMETERS,
    _overlapped: *const u8,
    handle: *mut HANDLE,
) -> u32 {
    // SAFETY: the caller's path ends with a zero.
    let path = unsafe { whole(path) };
    // SAFETY: the caller's parameters are there, or are none.
    let Some(parameters) = (unsafe { parameters.as_ref() }) else { return ERROR_INVALID_PARAMETER };
    // SAFETY: the version says which they are.
    let Some(mut arguments) = (unsafe { wanted(parameters) }) else { return ERROR_INVALID_PARAMETER };
    arguments["path"] = path.clone().into();
    arguments["access"] = access.into();
    arguments["flags"] = flags.into();
    let reply = call("CreateVirtualDisk", arguments);
    // SAFETY: the caller has a place for it.
    unsafe { handles::hand_over(&reply, &path, handle) }
}

/// What a disk is to be like.
///
/// # Safety
/// The version must be that of the parameters.
unsafe fn wanted(parameters: &CREATE_VIRTUAL_DISK_PARAMETERS) -> Option<Value> {
    // Versions 3 and 4 begin as version 2 does.
    let (id, size, block, parent, source) = match parameters.Version {
        1 => {
            // SAFETY: it is version 1.
            let one = unsafe { parameters.Anonymous.Version1 };
            (one.UniqueId, one.MaximumSize, one.BlockSizeInBytes, one.ParentPath, one.SourcePath)
        }
        2..=4 => {
            // SAFETY: it is version 2, or begins so.
            let two = unsafe { parameters.Anonymous.Version2 };
            (two.UniqueId, two.MaximumSize, two.BlockSizeInBytes, two.ParentPath, two.SourcePath)
        }
        _ => return None,
    };
    // SAFETY: the caller's path ends with a zero.
    let parent = unsafe { whole(parent) };
    // SAFETY: the same.
    let source = unsafe { whole(source) };
    Some(json!({"id": export::guid_text(&id), "size": size, "block": block, "parent": parent, "source": source}))
}

/// Opens a disk.
#[unsafe(no_mangle)]
unsafe extern "system" fn OpenVirtualDisk(
    _storage_type: *const VIRTUAL_STORAGE_TYPE,
    path: PCWSTR,
    access: i32,
    flags: i32,
    _parameters: *const u8,
    handle: *mut HANDLE,
) -> u32 {
    // SAFETY: the caller's path ends with a zero.
    let path = unsafe { whole(path) };
    let reply = call("OpenVirtualDisk", json!({"path": path, "access": access, "flags": flags}));
    // SAFETY: the caller has a place for it.
    unsafe { handles::hand_over(&reply, &path, handle) }
}

/// Attaches a disk.
#[unsafe(no_mangle)]
extern "system" fn AttachVirtualDisk(
    handle: HANDLE,
    _security_descriptor: *const u8,
    flags: i32,
    _provider_flags: u32,
    _parameters: *const u8,
    _overlapped: *const u8,
) -> u32 {
    let reply = call_for("AttachVirtualDisk", handle, json!({"flags": flags, "handle": handle as usize}));
    if reply.result == 0 && flags & ATTACH_VIRTUAL_DISK_FLAG_PERMANENT_LIFETIME == 0 {
        handles::watch(handle);
    }
    error(&reply)
}

/// Detaches a disk.
#[unsafe(no_mangle)]
extern "system" fn DetachVirtualDisk(handle: HANDLE, flags: i32, _provider_flags: u32) -> u32 {
    error(&call_for("DetachVirtualDisk", handle, json!({"flags": flags})))
}

/// Makes a disk larger.
#[unsafe(no_mangle)]
unsafe extern "system" fn ExpandVirtualDisk(
    handle: HANDLE,
    _flags: i32,
    parameters: *const EXPAND_VIRTUAL_DISK_PARAMETERS,
    _overlapped: *const u8,
) -> u32 {
    // SAFETY: the caller's parameters are there, or are none.
    let parameters = unsafe { parameters.as_ref() };
    let Some(parameters) = parameters.filter(|parameters| parameters.Version == 1) else {
        return ERROR_INVALID_PARAMETER;
    };
    // SAFETY: it is version 1.
    let size = unsafe { parameters.Anonymous.Version1 }.NewSize;
    error(&call_for("ExpandVirtualDisk", handle, json!({"size": size})))
}

/// Tells the physical disk that a disk appears as. The size is one of bytes.
#[unsafe(no_mangle)]
unsafe extern "system" fn GetVirtualDiskPhysicalPath(handle: HANDLE, size: *mut u32, path: PWSTR) -> u32 {
    let reply = call_for("GetVirtualDiskPhysicalPath", handle, json!({}));
    if reply.result != 0 || size.is_null() {
        return if reply.result == 0 { ERROR_INVALID_PARAMETER } else { error(&reply) };
    }
    let text = support::wide(reply.output.get("physical_path").and_then(Value::as_str).unwrap_or_default());
    // SAFETY: the caller has a place for it, which says how long the buffer is.
    let room = unsafe { size.read() };
    let needed = size_of_val(text.as_slice()) as u32;
    // SAFETY: the same.
    unsafe { size.write(needed) }
    if path.is_null() || room < needed {
        return ERROR_INSUFFICIENT_BUFFER;
    }
    // SAFETY: the buffer is that long.
    unsafe { std::ptr::copy_nonoverlapping(text.as_ptr(), path, text.len()) }
    0
}
