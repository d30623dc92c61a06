//! The standard streams of a process as HCS hands them out: pipes that are opened for overlapped operations.
//!
//! Reading and writing block the thread, as the streams of most callers do. [`Pipe::cancel`] ends what blocks.

use crate::error;
use hcs_host::Result;
use std::io::{self, Read, Write};
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::sync::Arc;
use windows_sys::Win32::Foundation::{
    ERROR_BROKEN_PIPE, ERROR_HANDLE_EOF, ERROR_IO_PENDING, ERROR_NO_DATA, ERROR_PIPE_NOT_CONNECTED, HANDLE,
    INVALID_HANDLE_VALUE,
};
use windows_sys::Win32::Storage::FileSystem::{ReadFile, WriteFile};
use windows_sys::Win32::System::IO::{CancelIoEx, GetOverlappedResult, OVERLAPPED};
use windows_sys::Win32::System::Threading::CreateEventW;

/// The pipes of a process, as far as it was started with them.
#[derive(Debug, Default)]
pub struct Pipes {
    /// To its standard input.
    pub stdin: Option<Pipe>,
    /// From its standard output.
    pub stdout: Option<Pipe>,
    /// From its standard error.
    pub stderr: Option<Pipe>,
}

impl Pipes {
    /// Takes over the handles of a process's information. Both zero and minus one mean that there is none.
    pub(crate) fn new([stdin, stdout, stderr]: [HANDLE; 3]) -> Pipes {
        let pipe = |handle: HANDLE| {
            let there = !handle.is_null() && handle != INVALID_HANDLE_VALUE;
            // SAFETY: the service has made the handle for this process, and nobody else closes it.
            there.then(|| Pipe { handle: Arc::new(unsafe { OwnedHandle::from_raw_handle(handle) }) })
        };
        Pipes { stdin: pipe(stdin), stdout: pipe(stdout), stderr: pipe(stderr) }
    }
}

/// One end of a pipe. Clones are the same end, which closes with the last of them.
#[derive(Clone, Debug)]
pub struct Pipe {
    handle: Arc<OwnedHandle>,
}

impl Pipe {
    /// Ends what any thread waits for at this end, with an error there.
    pub fn cancel(&self) {
        // SAFETY: the handle is open as long as this is; without an operation it ends all of them.
        unsafe { CancelIoEx(self.handle.as_raw_handle(), std::ptr::null()) };
    }

    fn transfer(&self, start: impl FnOnce(HANDLE, *mut OVERLAPPED) -> i32) -> io::Result<usize> {
        let event = event().map_err(io::Error::other)?;
        let mut overlapped = OVERLAPPED { hEvent: event.as_raw_handle(), ..OVERLAPPED::default() };
        let handle = self.handle.as_raw_handle();
        if start(handle, &raw mut overlapped) == 0 {
            let error = io::Error::last_os_error();
            if error.raw_os_error() != Some(ERROR_IO_PENDING.cast_signed()) {
                return ended(error);
            }
        }
        let mut count = 0;
        // SAFETY: the operation was started on this handle with this structure, which stays until it has ended.
        let done = unsafe { GetOverlappedResult(handle, &raw const overlapped, &raw mut count, 1) };
        if done == 0 {
            return ended(io::Error::last_os_error());
        }
        Ok(usize::try_from(count).unwrap_or_default())
    }
}

/// The end of the stream, if that is what an error is.
fn ended(error: io::Error) -> io::Result<usize> {
    let code = error.raw_os_error().map(i32::cast_unsigned);
    match code {
        Some(ERROR_BROKEN_PIPE | ERROR_HANDLE_EOF | ERROR_PIPE_NOT_CONNECTED | ERROR_NO_DATA) => Ok(0),
        _ => Err(error),
    }
}

/// An event that is set by hand.
fn event() -> Result<OwnedHandle> {
    // SAFETY: an event without a name and with the usual rights needs nothing.
    let handle = unsafe { CreateEventW(std::ptr::null(), 1, 0, std::ptr::null()) };
    if handle.is_null() {
        return Err(error::last_error("make an event for", "a pipe"));
    }
    // SAFETY: the event was made here, and nobody else closes it.
    Ok(unsafe { OwnedHandle::from_raw_handle(handle) })
}

impl Read for Pipe {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = u32::try_from(buffer.len()).unwrap_or(u32::MAX);
        self.transfer(|handle, overlapped| {
            // SAFETY: the buffer has that length, and outlives the operation, whose end is waited for.
            unsafe { ReadFile(handle, buffer.as_mut_ptr(), length, std::ptr::null_mut(), overlapped) }
        })
    }
}

impl Write for Pipe {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let length = u32::try_from(buffer.len()).unwrap_or(u32::MAX);
        let count = self.transfer(|handle, overlapped| {
            // SAFETY: the buffer has that length, and outlives the operation, whose end is waited for.
            unsafe { WriteFile(handle, buffer.as_ptr(), length, std::ptr::null_mut(), overlapped) }
        })?;
        if count == 0 && length > 0 {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
