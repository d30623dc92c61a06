//! What an operation works with besides documents.

use std::os::windows::io::{AsRawHandle, AsRawSocket, OwnedHandle, OwnedSocket};
use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::System::HostComputeSystem::{HcsResourceTypeFile, HcsResourceTypeJob};

/// `HcsResourceTypeSocket`, which windows-sys lacks.
const SOCKET: i32 = 4;

/// Something that an operation works with.
#[derive(Debug)]
pub enum Resource {
    /// A file.
    File(OwnedHandle),
    /// A job object.
    Job(OwnedHandle),
    /// A socket, such as that between the hosts of a migration.
    Socket(OwnedSocket),
}

impl Resource {
    /// Its number and handle.
    pub(super) fn parts(&self) -> (i32, HANDLE) {
        match self {
            Resource::File(file) => (HcsResourceTypeFile, file.as_raw_handle()),
            Resource::Job(job) => (HcsResourceTypeJob, job.as_raw_handle()),
            Resource::Socket(socket) => {
                let number = usize::try_from(socket.as_raw_socket()).unwrap_or_default();
                (SOCKET, std::ptr::with_exposed_provenance_mut(number))
            }
        }
    }
}
