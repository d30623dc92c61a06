//! `clone3(2)` and `execveat(2)`: making processes without a detour through the C library.

use rustix::io::Errno;
use std::convert::Infallible;
use std::ffi::CStr;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

/// A process just made.
#[derive(Debug)]
pub struct Child {
    /// Its id in the caller's process id namespace.
    pub pid: u32,
    /// A descriptor of it, close-on-exec.
    pub pidfd: OwnedFd,
}

/// Makes a child with `flags` (`CLONE_NEW…`, `CLONE_PARENT`), in `cgroup` (a version 2 folder) when one is given.
///
/// The child runs `body` on a copy of the caller's memory. If the caller has other threads, `body` may only make system
/// calls: no allocation, no locks. It ends with status 127 if `body` ever returned, which its type forbids.
pub fn clone3(flags: u64, cgroup: Option<BorrowedFd<'_>>, body: impl FnOnce() -> Infallible) -> Result<Child, Errno> {
    let mut pidfd: i32 = -1;
    // SAFETY: clone_args is a plain struct of integers, for which zero is a value.
    let mut args: libc::clone_args = unsafe { std::mem::zeroed() };
    args.flags = flags | libc::CLONE_PIDFD as u64;
    args.pidfd = std::ptr::from_mut(&mut pidfd).expose_provenance() as u64;
    args.exit_signal = if flags & libc::CLONE_PARENT as u64 == 0 { libc::SIGCHLD as u64 } else { 0 };
    if let Some(cgroup) = cgroup {
        args.flags |= CLONE_INTO_CGROUP;
        args.cgroup = cgroup.as_raw_fd() as u64;
    }
    // SAFETY: the arguments are valid for the call; without CLONE_VM the child has its own copy of this stack.
    let pid = unsafe { libc::syscall(libc::SYS_clone3, std::ptr::from_ref(&args), size_of::<libc::clone_args>()) };
    #[expect(unreachable_code, reason = "the child's body never returns, and the match says so")]
    match pid {
        -1 => Err(last_errno()),
        0 => match body() {},
        pid => {
            // SAFETY: the kernel stored a new descriptor there, which nobody else owns.
            let pidfd = unsafe { OwnedFd::from_raw_fd(pidfd) };
            Ok(Child { pid: u32::try_from(pid).expect("process ids are positive"), pidfd })
        }
    }
}

const CLONE_INTO_CGROUP: u64 = 0x2_0000_0000;

/// Replaces this process by the program that `fd` is open on. Only comes back with an error.
pub fn exec_fd(fd: BorrowedFd<'_>, argv: &[&CStr], envp: &[&CStr]) -> Errno {
    const MOST: usize = 8;
    let mut args = [std::ptr::null(); MOST];
    let mut envs = [std::ptr::null(); MOST];
    // One pointer stays null in each, as the end.
    assert!(argv.len() < MOST && envp.len() < MOST, "a helper takes few arguments");
    for (slot, text) in args.iter_mut().zip(argv) {
        *slot = text.as_ptr();
    }
    for (slot, text) in envs.iter_mut().zip(envp) {
        *slot = text.as_ptr();
    }
    // SAFETY: both arrays hold valid C strings, end in null, and outlive the call.
    unsafe {
        libc::syscall(
            libc::SYS_execveat,
            fd.as_raw_fd(),
            c"".as_ptr(),
            args.as_ptr(),
            envs.as_ptr(),
            libc::AT_EMPTY_PATH,
        )
    };
    last_errno()
}

/// Ends this process at once, without destructors or exit handlers.
pub fn exit_now(status: i32) -> ! {
    // SAFETY: _exit takes any status and never returns.
    unsafe { libc::_exit(status) }
}

/// Takes ownership of a descriptor that was inherited under a known number. `None` if that number is not open.
pub fn inherited(fd: i32) -> Option<OwnedFd> {
    // SAFETY: F_GETFD only asks about the number.
    if fd < 0 || unsafe { libc::fcntl(fd, libc::F_GETFD) } == -1 {
        return None;
    }
    // SAFETY: the descriptor is open, and the caller's protocol gives this number to us alone.
    Some(unsafe { OwnedFd::from_raw_fd(fd) })
}

fn last_errno() -> Errno {
    Errno::from_io_error(&std::io::Error::last_os_error()).unwrap_or(Errno::IO)
}

/// Moves this process into new namespaces (`CLONE_NEW…`). Process id and time namespaces take the next child.
pub fn unshare(flags: u64) -> Result<(), Errno> {
    let flags = i32::try_from(flags).map_err(|_| Errno::INVAL)?;
    // SAFETY: namespace flags share no memory or descriptors; the caller's threads stay as they are.
    if unsafe { libc::unshare(flags) } == 0 { Ok(()) } else { Err(last_errno()) }
}

/// Joins namespaces (`CLONE_NEW…` in `flags`) of the process behind `pidfd`, or the one namespace that `fd` is.
pub fn setns(fd: BorrowedFd<'_>, flags: u64) -> Result<(), Errno> {
    let flags = i32::try_from(flags).map_err(|_| Errno::INVAL)?;
    // SAFETY: the descriptor is open; namespaces share no memory.
    if unsafe { libc::setns(fd.as_raw_fd(), flags) } == 0 { Ok(()) } else { Err(last_errno()) }
}

/// Sends signal `number` to the process behind `pidfd`; real-time signals included, 0 only asks whether it is there.
pub fn send_signal(pidfd: BorrowedFd<'_>, number: i32) -> Result<(), Errno> {
    // SAFETY: the descriptor is open and no siginfo is given.
    let result = unsafe {
        libc::syscall(libc::SYS_pidfd_send_signal, pidfd.as_raw_fd(), number, std::ptr::null::<libc::siginfo_t>(), 0)
    };
    if result == 0 { Ok(()) } else { Err(last_errno()) }
}
