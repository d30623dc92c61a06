//! The last changes to the root: what may not be read, what may not be written.
//!
//! Runs before the root becomes `/`, because masks are clones of the host's null device, which was checked to be one: what
//! the image calls `/dev/null` is never trusted (CVE-2025-31133). Each mask is checked to be where the path leads.

use super::fs::NewFs;
use super::resolve::open_in_root;
use super::{Root, fs, guard};
use crate::{Context, Failure};
use hcs_schema::oci::Spec;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{FileType, OFlags, fstat};
use rustix::io::Errno;
use rustix::mount::MountAttrFlags as Attr;
use std::path::Path;

/// Masks and write-protects what the specification says, and the root if it is read-only. Missing paths are skipped.
pub fn seal(root: &Root, spec: &Spec) -> Result<(), Failure> {
    if let Some(linux) = &spec.linux {
        for path in &linux.readonly_paths {
            read_only(root, Path::new(path)).map_err(|failure| named("make read-only", path, failure))?;
        }
        let mut empty = None;
        for path in &linux.masked_paths {
            mask(root, Path::new(path), &mut empty).map_err(|failure| named("mask", path, failure))?;
        }
    }
    if spec.root.as_ref().is_some_and(|root| root.readonly) {
        for mount in root.parts.iter().chain([&root.fd]) {
            fs::read_only(mount.as_fd(), false).doing(|| "make the root read-only")?;
        }
    }
    Ok(())
}

fn named(what: &str, path: &str, failure: Failure) -> Failure {
    Failure { doing: format!("{what} {path}: {}", failure.doing), ..failure }
}

/// Opens a path of the root; None where there is nothing.
fn existing(root: &Root, path: &Path) -> Result<Option<OwnedFd>, Failure> {
    match open_in_root(root.as_fd(), path, OFlags::PATH) {
        Ok(fd) => Ok(Some(fd)),
        Err(Errno::NOENT | Errno::NOTDIR) => Ok(None),
        Err(errno) => Err(Failure::errno("open", errno)),
    }
}

/// Puts a read-only clone of a path, with all that is mounted below it, over itself.
fn read_only(root: &Root, path: &Path) -> Result<(), Failure> {
    let Some(target) = existing(root, path)? else { return Ok(()) };
    let mount = fs::clone_tree(target.as_fd(), true).doing(|| "clone")?;
    fs::read_only(mount.as_fd(), true).doing(|| "set read-only")?;
    cover(root, path, mount.as_fd(), target.as_fd())
}

fn mask(root: &Root, path: &Path, empty: &mut Option<OwnedFd>) -> Result<(), Failure> {
    let Some(target) = existing(root, path)? else { return Ok(()) };
    let stat = fstat(&target).doing(|| "look")?;
    if guard::kind(&stat) != FileType::Directory {
        let mount = null(root)?;
        return cover(root, path, mount.as_fd(), target.as_fd());
    }
    // One empty filesystem serves all folders. The first is attached before it is cloned: only newer kernels clone
    // detached mounts.
    match empty {
        Some(first) => {
            let mount = fs::clone_tree(first.as_fd(), false).doing(|| "clone the empty folder")?;
            cover(root, path, mount.as_fd(), target.as_fd())
        }
        None => {
            let mount = empty_folder()?;
            cover(root, path, mount.as_fd(), target.as_fd())?;
            *empty = Some(mount);
            Ok(())
        }
    }
}

/// Attaches a cover, and checks that the path now leads to it.
fn cover(root: &Root, path: &Path, mount: BorrowedFd<'_>, target: BorrowedFd<'_>) -> Result<(), Failure> {
    fs::attach(mount, target).doing(|| "attach")?;
    guard::landed(root.as_fd(), path, mount, OFlags::empty())
}

fn empty_folder() -> Result<OwnedFd, Failure> {
    let attributes =
        Attr::MOUNT_ATTR_RDONLY | Attr::MOUNT_ATTR_NOSUID | Attr::MOUNT_ATTR_NODEV | Attr::MOUNT_ATTR_NOEXEC;
    NewFs::new("tmpfs").set("mode", "555").set("size", "0").set("nr_inodes", "1").create(attributes)
}

/// A detached clone of a null device: the host's, or the root's if that is one.
fn null(root: &Root) -> Result<OwnedFd, Failure> {
    let own;
    let source = match &root.null {
        Some(fd) => fd,
        None => {
            own = open_in_root(root.as_fd(), "/dev/null", OFlags::PATH).doing(|| "open a null device")?;
            if !guard::null_device(own.as_fd())? {
                return Err(Failure::invalid("open a null device", "neither the host nor the root has one"));
            }
            &own
        }
    };
    fs::clone_tree(source.as_fd(), false).doing(|| "clone the null device")
}
