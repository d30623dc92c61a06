//! The standard streams of a container's process, as a DLL hands them to its caller.

use crate::Reply;
use crate::support::wide;
use serde_json::Value;
use windows_sys::Win32::Foundation::{
    ERROR_PIPE_BUSY, GENERIC_READ, GENERIC_WRITE, GetLastError, HANDLE, INVALID_HANDLE_VALUE,
};
use windows_sys::Win32::Storage::FileSystem::{CreateFileW, FILE_FLAG_OVERLAPPED, OPEN_EXISTING};
use windows_sys::Win32::System::Pipes::WaitNamedPipeW;

/// So many milliseconds a pipe may take to be connected to.
const PATIENCE: u32 = 5000;

/// `HCS_PROCESS_INFORMATION`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ProcessInformation {
    /// The id.
    pub process_id: u32,
    /// Nothing.
    pub reserved: u32,
    /// Where standard input is written to; null if it has no pipe.
    pub std_input: HANDLE,
    /// Where standard output is read from; null if it has no pipe.
    pub std_output: HANDLE,
    /// Where standard error is read from; null if it has no pipe.
    pub std_error: HANDLE,
}

/// What a reply says of a process. The pipes are opened, and are then the caller's.
pub fn information(reply: &Reply) -> ProcessInformation {
    let text = |name: &str| reply.output.get(name).and_then(Value::as_str).unwrap_or_default();
    let process_id = reply.output.get("pid").and_then(Value::as_u64).unwrap_or_default();
    ProcessInformation {
        process_id: u32::try_from(process_id).unwrap_or_default(),
        reserved: 0,
        std_input: open(text("stdin"), GENERIC_WRITE),
        std_output: open(text("stdout"), GENERIC_READ),
        std_error: open(text("stderr"), GENERIC_READ),
    }
}

/// Opens a pipe for overlapped operations; null if there is none.
fn open(name: &str, access: u32) -> HANDLE {
    if name.is_empty() {
        return std::ptr::null_mut();
    }
    let name = wide(name);
    let (attributes, template) = (std::ptr::null(), std::ptr::null_mut());
    loop {
        // SAFETY: the name ends with a zero and outlives the call.
        let handle =
            unsafe { CreateFileW(name.as_ptr(), access, 0, attributes, OPEN_EXISTING, FILE_FLAG_OVERLAPPED, template) };
        if handle != INVALID_HANDLE_VALUE {
            return handle;
        }
        // SAFETY: it only reads what this thread's last call left.
        if unsafe { GetLastError() } != ERROR_PIPE_BUSY {
            return std::ptr::null_mut();
        }
        // SAFETY: the name ends with a zero and outlives the call.
        unsafe { WaitNamedPipeW(name.as_ptr(), PATIENCE) };
    }
}
