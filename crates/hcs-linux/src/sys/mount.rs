//! The mount calls that rustix lacks: `mount_setattr`, and a process that does nothing but keep a user namespace alive.
//!
//! Used by the rootfs module only. Everything here is one call; what a change means is decided by the caller.

use rustix::fd::{AsRawFd, BorrowedFd};
use rustix::io::{Errno, Result};
use rustix::mount::{MountAttrFlags, MountPropagationFlags};
use rustix::process::Pid;

/// A change of a mount's attributes.
#[derive(Debug, Default)]
pub struct AttrChange<'fd> {
    /// Attributes turned on.
    pub set: u64,
    /// Attributes turned off first.
    pub clear: u64,
    /// New propagation; 0 keeps it.
    pub propagation: u64,
    /// User namespace of an id-mapped mount; with `MOUNT_ATTR_IDMAP` in `set`.
    pub user_namespace: Option<BorrowedFd<'fd>>,
}

impl AttrChange<'_> {
    /// Turns attributes on.
    pub fn set(flags: MountAttrFlags) -> Self {
        AttrChange { set: flags.bits().into(), ..Self::default() }
    }

    /// Turns attributes off, then others on.
    pub fn replace(clear: MountAttrFlags, set: MountAttrFlags) -> Self {
        AttrChange { clear: clear.bits().into(), ..Self::set(set) }
    }

    /// Changes the propagation.
    pub fn propagation(kind: MountPropagationFlags) -> Self {
        AttrChange { propagation: (kind & !MountPropagationFlags::REC).bits().into(), ..Self::default() }
    }
}

/// `mount_setattr` (Linux 5.12) on the mount that `mount` refers to, and with `recursive` on all below it.
pub fn mount_setattr(mount: BorrowedFd<'_>, recursive: bool, change: &AttrChange<'_>) -> Result<()> {
    let attr = libc::mount_attr {
        attr_set: change.set,
        attr_clr: change.clear,
        propagation: change.propagation,
        userns_fd: change.user_namespace.map_or(0, |fd| fd.as_raw_fd().unsigned_abs().into()),
    };
    let flags = libc::AT_EMPTY_PATH | if recursive { libc::AT_RECURSIVE } else { 0 };
    // SAFETY: the path is a NUL-terminated literal, and `attr` is a live structure whose exact size is passed.
    let result = unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            mount.as_raw_fd(),
            c"".as_ptr(),
            flags,
            &raw const attr,
            size_of::<libc::mount_attr>(),
        )
    };
    if result == 0 { Ok(()) } else { Err(last_errno()) }
}

/// Starts a process in a new user namespace that waits to be killed. It is killed with its parent, too.
pub fn user_namespace_holder() -> Result<Pid> {
    let flags = libc::c_long::from(libc::CLONE_NEWUSER | libc::SIGCHLD);
    // SAFETY: like fork(2): no memory is shared and no stack is passed; the child calls only async-signal-safe functions.
    let pid = unsafe { libc::syscall(libc::SYS_clone, flags, 0, 0, 0, 0) };
    match pid {
        0 => hold(),
        pid if pid < 0 => Err(last_errno()),
        pid => i32::try_from(pid).ok().and_then(Pid::from_raw).ok_or(Errno::RANGE),
    }
}

/// What the holder does.
fn hold() -> ! {
    // SAFETY: takes two integers and touches no memory.
    unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
    loop {
        // SAFETY: takes nothing and only waits for a signal.
        unsafe { libc::pause() };
    }
}

/// The errno of the call that just failed.
fn last_errno() -> Errno {
    Errno::from_raw_os_error(std::io::Error::last_os_error().raw_os_error().unwrap_or(libc::EIO))
}

/// Gives the calling thread namespaces of its own, for tests.
#[cfg(test)]
pub fn unshare(flags: rustix::thread::UnshareFlags) -> Result<()> {
    assert!(!flags.contains(rustix::thread::UnshareFlags::FILES), "descriptors are shared between threads");
    // SAFETY: the only danger is a descriptor table that is not shared, which was ruled out.
    unsafe { rustix::thread::unshare_unsafe(flags) }
}
