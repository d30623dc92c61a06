//! Handles: those of the files of disks, of which some keep a disk attached.

use hcs_fake::{Reply, client, export};
use serde_json::json;
use std::fs::File;
use std::os::windows::io::IntoRawHandle;
use std::sync::{Mutex, PoisonError};
use windows_sys::Win32::Foundation::{ERROR_ACCESS_DENIED, HANDLE};

/// Handles whose end is also their disk's, with the files that they were.
static WATCHED: Mutex<Vec<(usize, String)>> = Mutex::new(Vec::new());

/// Writes a handle of a disk's file to where a caller wants it, if the service has said yes.
///
/// # Safety
/// The place must be null or writable.
pub(crate) unsafe fn hand_over(reply: &Reply, path: &str, place: *mut HANDLE) -> u32 {
    if reply.result != 0 || place.is_null() {
        return super::error(reply);
    }
    let opened = File::options().read(true).write(true).open(path).or_else(|_| File::open(path));
    match opened {
        Ok(file) => {
            // SAFETY: the caller has a place for it.
            unsafe { place.write(file.into_raw_handle()) }
            0
        }
        Err(error) => error.raw_os_error().map_or(ERROR_ACCESS_DENIED, i32::cast_unsigned),
    }
}

/// Remembers a handle whose end is also its disk's.
pub(crate) fn watch(handle: HANDLE) {
    if let Some(path) = export::file_of(handle as usize) {
        WATCHED.lock().unwrap_or_else(PoisonError::into_inner).push((handle as usize, path));
    }
}

/// Tells the service of handles that have been closed. One that is the same file again counts as never closed.
pub(crate) fn sweep() {
    let mut watched = WATCHED.lock().unwrap_or_else(PoisonError::into_inner);
    watched.retain(|(handle, path)| {
        let open = export::file_of(*handle).is_some_and(|now| now == *path);
        if !open {
            client::call("virtdisk", "CloseHandle", json!({"handle": handle}));
        }
        open
    });
}
