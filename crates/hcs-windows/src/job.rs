//! The job that a container's processes are in, as far as the compute service does not set it up.

use crate::error;
use crate::library::functions;
use crate::wide::Wide;
use hcs_host::Result;
use hcs_schema::HResult;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use windows_sys::Wdk::Foundation::OBJECT_ATTRIBUTES;
use windows_sys::Win32::Foundation::{HANDLE, NTSTATUS, RtlNtStatusToDosError, UNICODE_STRING};
use windows_sys::Win32::System::JobObjects::{JobObjectGroupInformationEx, SetInformationJobObject};
use windows_sys::Win32::System::SystemInformation::GROUP_AFFINITY;

functions! {
    /// What windows-sys does not have of `ntdll.dll`. The signature is that of hcsshim (`internal/winapi`).
    Functions of "ntdll.dll", "every Windows has it" {
        /// Opens a job by its name in the kernel.
        NtOpenJobObject(job: *mut HANDLE, access: u32, attributes: *const OBJECT_ATTRIBUTES) -> NTSTATUS, since 14393;
    }
}

/// The right to change a job (`JOB_OBJECT_SET_ATTRIBUTES`).
const SET_ATTRIBUTES: u32 = 2;

/// Pins a job to processors: by group, a bit for each. Names of jobs are those of the kernel: that of a container is
/// `\Container_ID`. Source: hcsshim (`internal/jobobject`).
///
/// # Errors
/// There is no such job, or a group has no such processors.
pub fn pin_job(name: &str, processors: &[(u16, u64)]) -> Result<()> {
    const OPERATION: &str = "pin the processes of";
    let job = open(OPERATION, name)?;
    let affinity = |&(group, mask): &(u16, u64)| GROUP_AFFINITY {
        Mask: usize::try_from(mask).unwrap_or(usize::MAX),
        Group: group,
        Reserved: [0; 3],
    };
    let affinities: Vec<GROUP_AFFINITY> = processors.iter().map(affinity).collect();
    let size = u32::try_from(size_of_val(affinities.as_slice())).unwrap_or(u32::MAX);
    let place = affinities.as_ptr().cast();
    // SAFETY: the job is open with the right to change it, and the list has that size.
    let done = unsafe { SetInformationJobObject(job.as_raw_handle(), JobObjectGroupInformationEx, place, size) };
    if done == 0 { Err(error::last_error(OPERATION, name)) } else { Ok(()) }
}

fn open(operation: &str, name: &str) -> Result<OwnedHandle> {
    let wide = Wide::new(operation, name)?;
    let length = u16::try_from(name.encode_utf16().count() * 2).unwrap_or(u16::MAX);
    let text = UNICODE_STRING { Length: length, MaximumLength: length, Buffer: wide.as_ptr().cast_mut() };
    let attributes = OBJECT_ATTRIBUTES {
        Length: u32::try_from(size_of::<OBJECT_ATTRIBUTES>()).expect("the structure is small"),
        ObjectName: &raw const text,
        ..OBJECT_ATTRIBUTES::default()
    };
    let mut handle = std::ptr::null_mut();
    let function = Functions::load()?.NtOpenJobObject()?;
    // SAFETY: the attributes say their size and name, which outlive the call, and there is a place for the handle.
    let status = unsafe { function(&raw mut handle, SET_ATTRIBUTES, &raw const attributes) };
    if status < 0 {
        // SAFETY: it only needs a number.
        let code = unsafe { RtlNtStatusToDosError(status) };
        return Err(error::failure(operation, name, HResult::from_win32(code)));
    }
    // SAFETY: the handle was made here, and nobody else closes it.
    Ok(unsafe { OwnedHandle::from_raw_handle(handle) })
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_job_that_is_not_there_is_named() {
        let error = super::pin_job(r"\Container_nothing", &[(0, 1)]).unwrap_err();
        assert!(error.to_string().contains(r"\Container_nothing"), "{error}");
        assert!(error.is_not_found(), "{error}");
    }
}
