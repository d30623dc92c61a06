//! Processes of this Windows that cannot be mistaken for later ones of the same number.

use hcs_host::ProcessIdentity;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use windows_sys::Win32::Foundation::{ERROR_ACCESS_DENIED, FILETIME, GetLastError, WAIT_TIMEOUT};
use windows_sys::Win32::System::Threading::{
    GetProcessTimes, OpenProcess, PROCESS_QUERY_LIMITED_INFORMATION, PROCESS_SYNCHRONIZE, PROCESS_TERMINATE,
    TerminateProcess, WaitForSingleObject,
};

/// What tells a process from a later one of its number; `None` if there is none of that number, or it has ended.
pub fn identity(pid: u32) -> Option<ProcessIdentity> {
    let process = open(pid, PROCESS_QUERY_LIMITED_INFORMATION | PROCESS_SYNCHRONIZE).ok()?;
    if !runs(&process) {
        return None;
    }
    let mut times = [FILETIME::default(); 4];
    let [created, exited, kernel, user] = times.each_mut().map(std::ptr::from_mut);
    // SAFETY: the process is open, and there is a place for each time.
    let done = unsafe { GetProcessTimes(process.as_raw_handle(), created, exited, kernel, user) };
    let [created, ..] = times;
    let start_time = u64::from(created.dwHighDateTime) << 32 | u64::from(created.dwLowDateTime);
    (done != 0).then_some(ProcessIdentity { pid, start_time })
}

/// Whether a process still runs. One that must not be looked at counts as running.
pub fn is_alive(process: ProcessIdentity) -> bool {
    match open(process.pid, PROCESS_QUERY_LIMITED_INFORMATION | PROCESS_SYNCHRONIZE) {
        Err(code) => code == ERROR_ACCESS_DENIED,
        Ok(_) => identity(process.pid) == Some(process),
    }
}

/// Ends a process by force, unless it has ended, and waits for that for a moment. Answers whether it has.
pub fn end_process(process: ProcessIdentity) -> bool {
    const MOMENT_MS: u32 = 5000;
    let Ok(handle) = open(process.pid, PROCESS_TERMINATE | PROCESS_SYNCHRONIZE) else { return !is_alive(process) };
    // Whatever has this number now cannot get another as long as the handle is open.
    if !is_alive(process) {
        return true;
    }
    // SAFETY: the process is open with the right to end it.
    unsafe { TerminateProcess(handle.as_raw_handle(), 1) };
    // SAFETY: the process is open with the right to wait for it.
    let waited = unsafe { WaitForSingleObject(handle.as_raw_handle(), MOMENT_MS) };
    waited != WAIT_TIMEOUT
}

/// Waits until a process has ended, at most so many milliseconds; answers whether it has.
pub fn wait_for_process(process: ProcessIdentity, milliseconds: u32) -> bool {
    let Ok(handle) = open(process.pid, PROCESS_SYNCHRONIZE) else { return !is_alive(process) };
    if !is_alive(process) {
        return true;
    }
    // SAFETY: the process is open with the right to wait for it.
    unsafe { WaitForSingleObject(handle.as_raw_handle(), milliseconds) != WAIT_TIMEOUT }
}

fn open(pid: u32, rights: u32) -> Result<OwnedHandle, u32> {
    // SAFETY: it only needs a number.
    let handle = unsafe { OpenProcess(rights, 0, pid) };
    if handle.is_null() {
        // SAFETY: it only reads what the thread's last call left.
        return Err(unsafe { GetLastError() });
    }
    // SAFETY: the handle was made here, and nobody else closes it.
    Ok(unsafe { OwnedHandle::from_raw_handle(handle) })
}

fn runs(process: &OwnedHandle) -> bool {
    // SAFETY: the process is open with the right to wait for it.
    unsafe { WaitForSingleObject(process.as_raw_handle(), 0) == WAIT_TIMEOUT }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn a_process_is_alive_until_it_ends() {
        let own = identity(std::process::id()).unwrap();
        assert!(is_alive(own));
        assert!(!is_alive(ProcessIdentity { start_time: own.start_time + 1, ..own }));
        let mut child =
            Command::new("cmd").args(["/d", "/c", "pause"]).stdin(std::process::Stdio::piped()).spawn().unwrap();
        let process = identity(child.id()).unwrap();
        assert!(!wait_for_process(process, 1));
        assert!(end_process(process));
        child.wait().unwrap();
        assert!(!is_alive(process) && end_process(process) && wait_for_process(process, 1));
    }
}
