//! Raw calls about the calling thread and about starting a program.
//!
//! Everything else that [`process`](crate::process) needs is in rustix, whose `set_thread_…` functions change this thread's
//! credentials only. These are the rest. None of them decides anything: names, orders and error texts belong to the callers.

use rustix::io::{Errno, Result};
use std::ffi::{CStr, CString, c_char, c_int, c_long};
use std::os::unix::process::CommandExt;
use std::process::Command;

/// `CLOSE_RANGE_CLOEXEC`: mark the descriptors instead of closing them.
const CLOSE_RANGE_CLOEXEC: u32 = 4;
/// `KEYCTL_JOIN_SESSION_KEYRING`.
const KEYCTL_JOIN_SESSION_KEYRING: c_long = 1;
/// `IOPRIO_WHO_PROCESS`.
const IOPRIO_WHO_PROCESS: c_long = 1;
/// The size of the kernel's signal set in bytes.
const SIGSET_SIZE: c_long = 8;
/// The kernel's highest signal number.
const SIGNALS: c_int = 64;

/// Turns what a system call returned into a result; `errno` must not have been touched since.
pub(super) fn check(returned: c_long) -> Result<c_long> {
    if returned >= 0 {
        return Ok(returned);
    }
    let raw = std::io::Error::last_os_error().raw_os_error().unwrap_or(libc::EIO);
    Err(Errno::from_raw_os_error(raw))
}

/// Marks every descriptor from `first` to `last` inclusive as closed by `execve`; unused numbers are skipped.
pub fn close_on_exec(first: u32, last: u32) -> Result<()> {
    // SAFETY: the call takes numbers only, and setting a flag invalidates no descriptor that Rust owns.
    let returned = unsafe { libc::syscall(libc::SYS_close_range, first, last, CLOSE_RANGE_CLOEXEC) };
    check(returned).map(drop)
}

/// Closes every descriptor from `first` to `last` inclusive; unused numbers are skipped.
///
/// For a process that is about to become another program, or has just become one: whoever still owns one of them must not use
/// or close it.
pub fn close_range(first: u32, last: u32) -> Result<()> {
    // SAFETY: the call takes numbers only and touches no memory. Owners of these descriptors would meet EBADF, which the
    // contract above excludes: the caller owns none yet, or its next step is to be replaced by a program or to end.
    let returned = unsafe { libc::syscall(libc::SYS_close_range, first, last, 0) };
    check(returned).map(drop)
}

/// Closes every descriptor but the standard streams. For the beginning of a program, when it has opened none of its own.
pub fn close_inherited() -> Result<()> {
    close_range(3, u32::MAX)
}

/// Makes `command`'s child inherit its standard input, output and error and no other descriptor.
pub fn inherit_stdio_only(command: &mut Command) {
    let mark = || close_on_exec(3, u32::MAX).map_err(std::io::Error::from);
    // SAFETY: the closure makes one system call and touches neither the heap nor a lock, so it may run between fork and exec.
    unsafe { command.pre_exec(mark) };
}

/// `struct sched_attr` as of its first version.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SchedAttr {
    /// Size of this structure; filled in by [`sched_setattr`].
    pub size: u32,
    /// `SCHED_…`.
    pub policy: u32,
    /// `SCHED_FLAG_…` bits.
    pub flags: u64,
    /// Nice value of the time-sharing policies.
    pub nice: i32,
    /// Static priority of the real-time policies.
    pub priority: u32,
    /// Deadline policy: run time in nanoseconds.
    pub runtime: u64,
    /// Deadline policy: deadline in nanoseconds.
    pub deadline: u64,
    /// Deadline policy: period in nanoseconds.
    pub period: u64,
}

/// Sets the calling thread's scheduling policy.
pub fn sched_setattr(mut attr: SchedAttr) -> Result<()> {
    attr.size = size_of::<SchedAttr>() as u32;
    // SAFETY: `attr` is a live structure whose first field says how many bytes of it the kernel may read.
    let returned = unsafe { libc::syscall(libc::SYS_sched_setattr, 0 as c_long, &raw const attr, 0 as c_long) };
    check(returned).map(drop)
}

/// Sets the calling thread's I/O class and priority, as one kernel value.
pub fn ioprio_set(value: u16) -> Result<()> {
    // SAFETY: the call takes numbers only.
    let returned = unsafe { libc::syscall(libc::SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0 as c_long, c_long::from(value)) };
    check(returned).map(drop)
}

/// Sets the execution domain and returns the earlier one.
pub fn personality(domain: u32) -> Result<u32> {
    // SAFETY: the call takes a number only.
    let returned = unsafe { libc::syscall(libc::SYS_personality, c_long::from(domain)) };
    check(returned).map(|old| old as u32)
}

/// Leaves the session keyring for a new one without a name, and returns its serial number.
pub fn join_new_session_keyring() -> Result<i32> {
    let name: *const c_char = std::ptr::null();
    // SAFETY: a null name asks for an anonymous keyring; nothing is read through it.
    let returned = unsafe { libc::syscall(libc::SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, name) };
    check(returned).map(|serial| serial as i32)
}

/// Gives every signal its default disposition and unblocks all of them, as a program expects to find them.
pub fn reset_signals() -> Result<()> {
    // All zero is `SIG_DFL` without flags on every architecture; the kernel's structure is no longer than this.
    let default = [0u64; 4];
    for signal in 1..=SIGNALS {
        if signal == libc::SIGKILL || signal == libc::SIGSTOP {
            continue;
        }
        let old: *mut u64 = std::ptr::null_mut();
        // SAFETY: `default` is live and at least as long as the kernel's structure, and the old one is not asked for.
        let returned = unsafe { libc::syscall(libc::SYS_rt_sigaction, signal, default.as_ptr(), old, SIGSET_SIZE) };
        check(returned)?;
    }
    unblock_signals()
}

/// Unblocks every signal.
fn unblock_signals() -> Result<()> {
    let none = 0u64;
    let old: *mut u64 = std::ptr::null_mut();
    // SAFETY: `none` is a live kernel signal set of the stated size, and the old one is not asked for.
    let returned =
        unsafe { libc::syscall(libc::SYS_rt_sigprocmask, libc::SIG_SETMASK, &raw const none, old, SIGSET_SIZE) };
    check(returned).map(drop)
}

/// Argument or environment strings in the form that `execve` reads: pointers that end with a null one.
pub struct Strings {
    /// Keeps the pointed-to strings alive.
    _owned: Vec<CString>,
    /// Their addresses and a null.
    pointers: Vec<*const c_char>,
}

impl Strings {
    /// Takes the strings.
    pub fn new(owned: Vec<CString>) -> Self {
        let pointers = owned.iter().map(|one| one.as_ptr()).chain([std::ptr::null()]).collect();
        Strings { _owned: owned, pointers }
    }
}

/// Becomes another program; returns only when that failed. It allocates nothing.
pub fn execve(path: &CStr, args: &Strings, env: &Strings) -> Errno {
    // SAFETY: `path` is a C string and both arrays end with null and point to C strings that they own.
    let returned = unsafe { libc::execve(path.as_ptr(), args.pointers.as_ptr(), env.pointers.as_ptr()) };
    check(returned.into()).err().unwrap_or(Errno::IO)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::io::{FdFlags, fcntl_getfd, fcntl_setfd};
    use std::os::fd::AsRawFd;

    #[test]
    fn a_range_of_descriptors_is_marked() {
        let file = std::fs::File::open("/dev/null").unwrap();
        fcntl_setfd(&file, FdFlags::empty()).unwrap();
        let number = file.as_raw_fd() as u32;
        close_on_exec(number, number).unwrap();
        assert_eq!(fcntl_getfd(&file).unwrap(), FdFlags::CLOEXEC);
    }

    #[test]
    fn a_failed_execve_says_why() {
        let none = || Strings::new(Vec::new());
        assert_eq!(execve(c"/nowhere/at/all", &none(), &none()), Errno::NOENT);
    }
}
