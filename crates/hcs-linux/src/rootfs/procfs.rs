//! A procfs that only this process can reach.
//!
//! Writes to `/proc/self/attr/*` and `/proc/sys/*` decide about confinement, so they must not go through the container's
//! `/proc`, on which an image or another mount may have put something else (CVE-2025-52881). [`ProcFs`] is a mount of its
//! own that is attached nowhere; no path inside it leaves it, and each file is checked to be procfs's.

use super::{fs, guard};
use crate::{Context, Failure};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{Mode, OFlags, ResolveFlags, openat2};
use rustix::mount::MountAttrFlags as Attr;
use rustix::process::getpid;
use rustix::thread::gettid;

/// A procfs of this process's own.
#[derive(Debug)]
pub struct ProcFs(OwnedFd);

impl ProcFs {
    /// Makes a procfs of the current pid namespace. With `processes_only` it has no `/proc/sys` and the like.
    pub fn new(processes_only: bool) -> Result<Self, Failure> {
        let mut procfs = fs::NewFs::new("proc");
        if processes_only {
            procfs.set("subset", "pid");
        }
        let attributes = Attr::MOUNT_ATTR_NOSUID | Attr::MOUNT_ATTR_NODEV | Attr::MOUNT_ATTR_NOEXEC;
        procfs.create(attributes).map(ProcFs)
    }

    /// A procfs mount that this process made itself and that nothing has been mounted on yet.
    pub(super) fn of_mount(mount: OwnedFd) -> Self {
        ProcFs(mount)
    }

    /// Opens a file by its path below `/proc`. `self` and `thread-self` at the beginning are understood; no other
    /// symbolic link is, nor anything that is mounted over the file.
    pub fn open(&self, path: &str, flags: OFlags) -> Result<OwnedFd, Failure> {
        let path = own(path);
        let resolve =
            ResolveFlags::BENEATH | ResolveFlags::NO_XDEV | ResolveFlags::NO_MAGICLINKS | ResolveFlags::NO_SYMLINKS;
        let fd = openat2(&self.0, &*path, flags | OFlags::CLOEXEC, Mode::empty(), resolve)
            .doing(|| format!("open {path} in procfs"))?;
        guard::procfs_file(fd, &path)
    }
}

impl AsFd for ProcFs {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// The path with this process's numbers for `self` and `thread-self`, which are links.
fn own(path: &str) -> String {
    let path = path.trim_start_matches('/');
    match path.split_once('/') {
        Some(("self", rest)) => format!("{}/{rest}", getpid().as_raw_nonzero()),
        Some(("thread-self", rest)) => {
            format!("{}/task/{}/{rest}", getpid().as_raw_nonzero(), gettid().as_raw_nonzero())
        }
        _ => path.to_owned(),
    }
}
