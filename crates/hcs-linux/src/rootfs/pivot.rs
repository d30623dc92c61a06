//! Where the new root ends and the host begins: propagation, and the change of the root.
//!
//! By default every mount of the new namespace is a slave of the host's: the host's mounts arrive, ours never leave. The
//! specification's `shared` gives that up on purpose for volumes; the root itself is kept out of it until it is `/`,
//! because `pivot_root` wants it so.

use super::{Root, host, options, resolve};
use crate::sys::mount::{AttrChange, mount_setattr};
use crate::{Context, Failure};
use hcs_schema::oci::Spec;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{Mode, OFlags, openat};
use rustix::io::Errno;
use rustix::mount::{MountPropagationFlags as Propagation, UnmountFlags, unmount};
use rustix::process::{chdir, fchdir, pivot_root};
use std::path::Path;

/// The specification's `rootfsPropagation`.
pub fn wanted(spec: &Spec) -> Result<Option<Propagation>, Failure> {
    let word = spec.linux.as_ref().and_then(|linux| linux.rootfs_propagation.as_deref()).unwrap_or_default();
    match options::propagation(word) {
        None if !word.is_empty() => {
            let why = "it must be shared, slave, private or unbindable";
            Err(Failure::invalid(format!("rootfsPropagation `{word}`"), why))
        }
        propagation => Ok(propagation),
    }
}

/// Whether mounts could reach the host.
pub fn reaches_host(propagation: Propagation) -> bool {
    propagation.contains(Propagation::SHARED)
}

/// Sets what happens to mounts made from here on: seen by the host only where the specification shares them.
pub fn set_propagation(spec: &Spec) -> Result<(), Failure> {
    let (kind, recursive) = match wanted(spec)? {
        Some(kind) if reaches_host(kind) => (kind, kind.contains(Propagation::REC)),
        Some(kind) if kind.contains(Propagation::PRIVATE) => (kind, true),
        // An unbindable tree could not be bound from; the root becomes that at the end.
        _ => (Propagation::DOWNSTREAM, true),
    };
    let top = host(Path::new("/"), OFlags::PATH).doing(|| "open /")?;
    mount_setattr(top.as_fd(), recursive, &AttrChange::propagation(kind)).map_err(|errno| {
        let failure = Failure::errno("set the propagation of /", errno);
        if errno == Errno::NOSYS { failure.hint("the kernel lacks mount_setattr (Linux 5.12)") } else { failure }
    })
}

/// Makes the mount that holds `folder` private.
pub fn make_parent_private(folder: BorrowedFd<'_>) -> Result<(), Failure> {
    let doing = || "make the mount that holds the root private";
    let private = AttrChange::propagation(Propagation::PRIVATE);
    let up = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let mut here = openat(folder, c".", up, Mode::empty()).doing(doing)?;
    // Only a mount's own root takes the change; it is some folder above. `/` is the last one.
    for _ in 0..libc::PATH_MAX {
        match mount_setattr(here.as_fd(), false, &private) {
            Err(Errno::INVAL) => here = openat(&here, c"..", up, Mode::empty()).doing(doing)?,
            result => return result.doing(doing),
        }
    }
    Err(Failure::errno(doing(), Errno::LOOP))
}

/// Makes the root `/`, and lets go of the host's. Afterwards the working directory is `/`.
pub fn pivot(root: &Root) -> Result<(), Failure> {
    let old = if root.propagation.is_some_and(reaches_host) { Some(old_root()?) } else { None };
    fchdir(root).doing(|| "enter the root")?;
    pivot_root(c".", c".").map_err(|errno| {
        let failure = Failure::errno("pivot_root", errno);
        if errno == Errno::INVAL { failure.hint("the host's own root must not be its initramfs") } else { failure }
    })?;
    if let Some(old) = old {
        // Or the unmount would reach the host.
        let change = AttrChange::propagation(Propagation::DOWNSTREAM);
        mount_setattr(old.as_fd(), true, &change).doing(|| "cut off the host's root")?;
    }
    unmount(c".", UnmountFlags::DETACH).doing(|| "detach the host's root")?;
    chdir(c"/").doing(|| "enter /")?;
    at_root(root)?;
    match root.propagation {
        None => Ok(()),
        Some(kind) => mount_setattr(root.as_fd(), kind.contains(Propagation::REC), &AttrChange::propagation(kind))
            .doing(|| "set the root's propagation"),
    }
}

fn old_root() -> Result<OwnedFd, Failure> {
    host(Path::new("/"), OFlags::PATH | OFlags::DIRECTORY).doing(|| "open /")
}

/// `/` is the new root.
fn at_root(root: &Root) -> Result<(), Failure> {
    let doing = || "look at /";
    let top = host(Path::new("/"), OFlags::PATH).doing(doing)?;
    if resolve::mount_id(top.as_fd()).doing(doing)? == resolve::mount_id(root.as_fd()).doing(doing)? {
        return Ok(());
    }
    Err(Failure::new("change the root", "/ is not the root that was made"))
}
