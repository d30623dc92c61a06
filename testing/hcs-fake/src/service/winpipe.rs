//! Named pipes of the service.

use crate::support::wide;
use std::io::{Error, Result};
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use windows_sys::Win32::Foundation::{
    ERROR_IO_PENDING, ERROR_NO_DATA, ERROR_PIPE_CONNECTED, HANDLE, INVALID_HANDLE_VALUE, WAIT_OBJECT_0,
};
use windows_sys::Win32::Storage::FileSystem as files;
use windows_sys::Win32::System::IO::{CancelIoEx, GetOverlappedResult, OVERLAPPED};
use windows_sys::Win32::System::Pipes as pipes;
use windows_sys::Win32::System::Threading::{CreateEventW, INFINITE, SetEvent, WaitForMultipleObjects};

/// Bytes that a pipe holds before its writer waits.
const BUFFER: u32 = 64 << 10;

/// Which way a pipe goes, as the service sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// The service reads, and can be told to stop.
    In,
    /// The service writes.
    Out,
}

/// Makes an instance of the service's pipe; the first one only if nobody else has a pipe of this name.
pub(super) fn listen(name: &str, first: bool) -> Result<OwnedHandle> {
    let first = if first { files::FILE_FLAG_FIRST_PIPE_INSTANCE } else { 0 };
    make(name, files::PIPE_ACCESS_DUPLEX | first, pipes::PIPE_UNLIMITED_INSTANCES)
}

/// Makes a pipe for a standard stream, which one client connects to.
pub(super) fn stream(name: &str, way: Way) -> Result<OwnedHandle> {
    let mode = match way {
        Way::In => files::PIPE_ACCESS_INBOUND | files::FILE_FLAG_OVERLAPPED,
        Way::Out => files::PIPE_ACCESS_OUTBOUND,
    };
    make(name, mode | files::FILE_FLAG_FIRST_PIPE_INSTANCE, 1)
}

fn make(name: &str, mode: u32, instances: u32) -> Result<OwnedHandle> {
    let name = wide(name);
    let kind = pipes::PIPE_TYPE_BYTE | pipes::PIPE_READMODE_BYTE | pipes::PIPE_WAIT | pipes::PIPE_REJECT_REMOTE_CLIENTS;
    let attributes = std::ptr::null();
    // SAFETY: the name ends with a zero and outlives the call.
    let handle =
        unsafe { pipes::CreateNamedPipeW(name.as_ptr(), mode, kind, instances, BUFFER, BUFFER, 0, attributes) };
    if handle == INVALID_HANDLE_VALUE {
        return Err(Error::last_os_error());
    }
    // SAFETY: the handle is new, and nobody else has it.
    Ok(unsafe { OwnedHandle::from_raw_handle(handle) })
}

/// Waits until a client has connected.
pub(super) fn connect(pipe: &OwnedHandle) -> Result<()> {
    // SAFETY: the handle is open, and of a pipe that is not overlapped.
    let connected = unsafe { pipes::ConnectNamedPipe(pipe.as_raw_handle(), std::ptr::null_mut()) };
    let error = Error::last_os_error();
    if connected != 0 || code(&error) == ERROR_PIPE_CONNECTED { Ok(()) } else { Err(error) }
}

fn code(error: &Error) -> u32 {
    error.raw_os_error().unwrap_or_default().cast_unsigned()
}

/// An event that stays set.
#[derive(Debug)]
pub(super) struct Event(OwnedHandle);

impl Event {
    pub(super) fn new() -> Result<Event> {
        // SAFETY: it has no name and no attributes.
        let handle = unsafe { CreateEventW(std::ptr::null(), 1, 0, std::ptr::null()) };
        if handle.is_null() {
            return Err(Error::last_os_error());
        }
        // SAFETY: the handle is new, and nobody else has it.
        Ok(Event(unsafe { OwnedHandle::from_raw_handle(handle) }))
    }

    pub(super) fn set(&self) {
        // SAFETY: the handle is open.
        unsafe { SetEvent(self.raw()) };
    }

    fn raw(&self) -> HANDLE {
        self.0.as_raw_handle()
    }
}

/// A pipe that the service reads until it is told to stop.
#[derive(Debug)]
pub(super) struct Source<'a> {
    pipe: OwnedHandle,
    stop: &'a Event,
    done: Event,
}

impl Source<'_> {
    pub(super) fn new(pipe: OwnedHandle, stop: &Event) -> Result<Source<'_>> {
        Ok(Source { pipe, stop, done: Event::new()? })
    }

    /// Waits until a client has connected.
    pub(super) fn connect(&self) -> Result<()> {
        let mut state = self.state();
        // SAFETY: the state outlives the operation, which `finish` waits for.
        let connected = unsafe { pipes::ConnectNamedPipe(self.pipe.as_raw_handle(), &raw mut state) };
        let error = Error::last_os_error();
        match code(&error) {
            _ if connected != 0 => Ok(()),
            // The client is there, or has gone and may have left something to read.
            ERROR_PIPE_CONNECTED | ERROR_NO_DATA => Ok(()),
            ERROR_IO_PENDING => self.finish(&mut state).map(|_| ()),
            _ => Err(error),
        }
    }

    /// Reads what there is, and waits for it; an error when there is nothing and the reader is told to stop.
    pub(super) fn read(&self, buffer: &mut [u8]) -> Result<usize> {
        let mut state = self.state();
        let (length, none) = (buffer.len() as u32, std::ptr::null_mut());
        // SAFETY: the buffer and the state outlive the operation, which `finish` waits for.
        let read =
            unsafe { files::ReadFile(self.pipe.as_raw_handle(), buffer.as_mut_ptr(), length, none, &raw mut state) };
        let error = Error::last_os_error();
        if read == 0 && code(&error) != ERROR_IO_PENDING { Err(error) } else { self.finish(&mut state) }
    }

    fn state(&self) -> OVERLAPPED {
        OVERLAPPED { hEvent: self.done.raw(), ..OVERLAPPED::default() }
    }

    /// Waits for the end of an operation, which is cancelled when the reader is told to stop.
    fn finish(&self, state: &mut OVERLAPPED) -> Result<usize> {
        let events = [self.done.raw(), self.stop.raw()];
        // SAFETY: both handles are open.
        let woken = unsafe { WaitForMultipleObjects(2, events.as_ptr(), 0, INFINITE) };
        if woken != WAIT_OBJECT_0 {
            // SAFETY: the state is the one of the operation.
            unsafe { CancelIoEx(self.pipe.as_raw_handle(), state) };
        }
        let mut length = 0;
        // SAFETY: the state is the one of the operation; after this it has ended.
        let done = unsafe { GetOverlappedResult(self.pipe.as_raw_handle(), state, &raw mut length, 1) };
        if done == 0 { Err(Error::last_os_error()) } else { Ok(length as usize) }
    }
}
