//! Bind mounts: of the root itself, and of files, folders and sockets of the host.
//!
//! A bind is a clone of a part of the mount tree that is detached at first. It gets its attributes in that state, so it is
//! never seen writable when it is to be read-only.

use super::options::{Change, MountOptions};
use super::{RootPlan, fs, host, in_bundle, pivot};
use crate::sys::mount::{AttrChange, mount_setattr};
use crate::{Context, Failure};
use hcs_schema::oci::Mount;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{OFlags, StatVfsMountFlags, fstatvfs};
use rustix::io::Errno;
use rustix::mount::{MountAttrFlags as Attr, MountPropagationFlags as Propagation};
use std::path::Path;

/// The specification's root folder, mounted on itself.
pub fn root(plan: &RootPlan<'_>, propagation: Option<Propagation>) -> Result<OwnedFd, Failure> {
    let path = match &plan.spec().root {
        Some(root) if !root.path.is_empty() => in_bundle(plan.document, &root.path),
        _ => {
            return Err(Failure::invalid(
                "make the root",
                "the specification has no root.path and there are no layers",
            ));
        }
    };
    let doing = || format!("bind the root {}", path.display());
    let folder = host(&path, OFlags::PATH | OFlags::DIRECTORY).doing(doing)?;
    let mount = fs::clone_tree(folder.as_fd(), true).doing(doing)?;
    if propagation.is_some_and(pivot::reaches_host) {
        // pivot_root takes no root that is shared or below a shared mount; the wanted propagation comes after it.
        mount_setattr(mount.as_fd(), false, &AttrChange::propagation(Propagation::PRIVATE)).doing(doing)?;
        pivot::make_parent_private(folder.as_fd())?;
    }
    fs::attach(mount.as_fd(), folder.as_fd()).doing(doing)?;
    Ok(mount)
}

/// A detached clone of a mount's source, with its attributes.
pub fn source(plan: &RootPlan<'_>, mount: &Mount, options: &MountOptions) -> Result<OwnedFd, Failure> {
    let source = mount.source.as_deref().unwrap_or_default();
    if source.is_empty() {
        return Err(Failure::invalid(format!("bind on {}", mount.destination), "a bind mount needs a source"));
    }
    let path = in_bundle(plan.document, source);
    let fd = cloned(&path, options).doing(|| format!("bind {}", path.display()))?;
    attributes(fd.as_fd(), options)?;
    Ok(fd)
}

/// Opens and clones a source.
pub fn cloned(path: &Path, options: &MountOptions) -> Result<OwnedFd, Errno> {
    let follow = if options.source_nofollow { OFlags::NOFOLLOW } else { OFlags::empty() };
    let fd = host(path, OFlags::PATH | follow)?;
    let recursive = options.bind.unwrap_or(false) || options.idmap.unwrap_or(false);
    fs::clone_tree(fd.as_fd(), recursive)
}

/// Sets the attributes of a mount: its own, and those for the whole tree.
pub fn attributes(mount: BorrowedFd<'_>, options: &MountOptions) -> Result<(), Failure> {
    for (change, recursive) in [(options.recursive, true), (options.top, false)] {
        if !change.is_empty() {
            change_attributes(mount, recursive, change).doing(|| "set attributes of a mount")?;
        }
    }
    Ok(())
}

/// Changes attributes. What a more privileged namespace has locked cannot be cleared: those stay, which is never laxer
/// than what was asked for.
fn change_attributes(mount: BorrowedFd<'_>, recursive: bool, change: Change) -> Result<(), Errno> {
    match mount_setattr(mount, recursive, &AttrChange::replace(change.clear, change.set)) {
        Err(Errno::PERM) if !change.clear.is_empty() => {
            let kept = unlocked(mount, change)?;
            mount_setattr(mount, recursive, &AttrChange::replace(kept.clear, kept.set))
        }
        result => result,
    }
}

/// The part of a change that leaves alone what is in force now.
fn unlocked(mount: BorrowedFd<'_>, mut change: Change) -> Result<Change, Errno> {
    let now = fstatvfs(mount)?.f_flag;
    let locks = [
        (StatVfsMountFlags::RDONLY, Attr::MOUNT_ATTR_RDONLY),
        (StatVfsMountFlags::NOSUID, Attr::MOUNT_ATTR_NOSUID),
        (StatVfsMountFlags::NODEV, Attr::MOUNT_ATTR_NODEV),
        (StatVfsMountFlags::NOEXEC, Attr::MOUNT_ATTR_NOEXEC),
        (StatVfsMountFlags::NODIRATIME, Attr::MOUNT_ATTR_NODIRATIME),
    ];
    for (in_force, attribute) in locks {
        if now.contains(in_force) {
            change.clear -= attribute;
        }
    }
    // Access times are locked as a whole.
    change.clear -= Attr::MOUNT_ATTR__ATIME;
    change.set -= Attr::MOUNT_ATTR__ATIME;
    Ok(change)
}

/// A bind shows what is there: it takes no options of a filesystem.
pub fn refuse_data(mount: &Mount, options: &MountOptions) -> Result<(), Failure> {
    let word = options.data.first().map(|datum| datum.key.as_str());
    let word = word.or_else(|| options.superblock.iter().copied().find(|&flag| flag != "ro"));
    match word {
        None => Ok(()),
        Some(word) => Err(Failure::invalid(
            format!("mount option `{word}` of {}", mount.destination),
            "a bind mount takes no options of a filesystem",
        )),
    }
}
