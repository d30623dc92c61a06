//! The host's own root where overlayfs takes it in parts only.
//!
//! overlayfs refuses a layer below which a mount is locked, and in a user namespace every mount of the host is. So each folder
//! of `/` becomes an overlay of its own, in a root that is a tmpfs. What the host has mounted on a folder of `/` is left out, as
//! it is when all of `/` is one layer. A folder with a mount deeper inside is shown whole and read-only; one that the user may
//! not read is empty.

use super::overlay::{self, LAYER, Parts};
use super::{RootPlan, fs, guard, host, resolve};
use crate::{Context, Failure};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{Dir, FileType, Mode, OFlags, fstat, mkdirat, openat, readlinkat, symlinkat};
use rustix::io::Errno;
use rustix::mount::MountAttrFlags as Attr;
use std::ffi::CStr;
use std::path::Path;

/// A root made of parts: the tmpfs, and what is mounted in it.
type Made = (OwnedFd, Vec<OwnedFd>);

/// Whether a root is the host's own with a writable layer in memory, and this failure the one that parts get round.
pub fn helps(plan: &RootPlan<'_>, failure: &Failure) -> bool {
    let own = matches!(plan.document.layers.as_slice(), [layer] if layer.path == "/");
    own && plan.document.scratch_dir_path.is_empty() && failure.errno == Errno::INVAL.raw_os_error()
}

/// Makes the root on `target`, with its writable layers in `scratch`.
pub fn make(plan: &RootPlan<'_>, scratch: BorrowedFd<'_>, target: BorrowedFd<'_>) -> Result<Made, Failure> {
    let top = host(Path::new("/"), LAYER).doing(|| "open /")?;
    let root = fs::NewFs::new("tmpfs").set("source", "root").set("mode", "755").create(Attr::empty())?;
    fs::attach_at(root.as_fd(), target, "the root's place")?;
    let own = overlay::folder(scratch, "parts", None)?;
    let mut parts = Vec::new();
    for entry in Dir::read_from(&top).doing(|| "list /")? {
        let entry = entry.doing(|| "list /")?;
        let name = entry.file_name();
        if name == c"." || name == c".." {
            continue;
        }
        let doing = || format!("show /{}", name.to_string_lossy());
        let show = Show { plan, top: top.as_fd(), scratch: own.as_fd(), root: root.as_fd(), name };
        parts.extend(show.entry().map_err(|failure| Failure { doing: doing() + ": " + &failure.doing, ..failure })?);
    }
    Ok((root, parts))
}

/// One name in `/`.
struct Show<'a> {
    plan: &'a RootPlan<'a>,
    top: BorrowedFd<'a>,
    scratch: BorrowedFd<'a>,
    root: BorrowedFd<'a>,
    name: &'a CStr,
}

impl Show<'_> {
    /// Shows it in the root, and answers what was mounted for that.
    fn entry(&self) -> Result<Option<OwnedFd>, Failure> {
        let found = openat(self.top, self.name, PLACE, Mode::empty()).doing(|| "open")?;
        match guard::kind(&fstat(&found).doing(|| "look")?) {
            FileType::Symlink => {
                let leads = readlinkat(self.top, self.name, Vec::new()).doing(|| "read the link")?;
                symlinkat(&leads, self.root, self.name).doing(|| "make the link").map(|()| None)
            }
            FileType::Directory => self.folder(found.as_fd()),
            FileType::RegularFile => self.file(found.as_fd()).map(Some),
            _ => Ok(None),
        }
    }

    fn folder(&self, found: BorrowedFd<'_>) -> Result<Option<OwnedFd>, Failure> {
        overlay::make_like(self.root, self.name, Some(found)).doing(|| "make the folder")?;
        let doing = || "look";
        if resolve::mount_id(found).doing(doing)? != resolve::mount_id(self.top).doing(doing)? {
            return Ok(None);
        }
        let layer = match openat(self.top, self.name, LAYER | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty()) {
            Err(Errno::ACCESS) => return Ok(None),
            layer => layer.doing(|| "open the folder")?,
        };
        let place = openat(self.root, self.name, PLACE, Mode::empty()).doing(|| "open the folder made for it")?;
        let mount = match self.overlay(layer, place.as_fd()) {
            Err(failure) if failure.errno == Errno::INVAL.raw_os_error() => read_only_clone(found)?,
            mount => mount?,
        };
        fs::attach(mount.as_fd(), place.as_fd()).doing(|| "mount the folder")?;
        Ok(Some(mount))
    }

    fn overlay(&self, layer: OwnedFd, place: BorrowedFd<'_>) -> Result<OwnedFd, Failure> {
        mkdirat(self.scratch, self.name, Mode::from_raw_mode(0o700)).doing(|| "make a folder of the scratch")?;
        let own = openat(self.scratch, self.name, PLACE, Mode::empty()).doing(|| "open a folder of the scratch")?;
        let upper = overlay::folder(own.as_fd(), "upper", Some(layer.as_fd()))?;
        let work = overlay::folder(own.as_fd(), "work", None)?;
        overlay::mount(&Parts::of(self.plan, vec![layer], upper, work), place)
    }

    fn file(&self, found: BorrowedFd<'_>) -> Result<OwnedFd, Failure> {
        let flags = OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY | OFlags::CLOEXEC;
        let place = openat(self.root, self.name, flags, Mode::from_raw_mode(0o644)).doing(|| "make the file")?;
        let mount = read_only_clone(found)?;
        fs::attach(mount.as_fd(), place.as_fd()).doing(|| "mount the file")?;
        Ok(mount)
    }
}

/// How a name is opened to be mounted from or on.
const PLACE: OFlags = OFlags::PATH.union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

fn read_only_clone(found: BorrowedFd<'_>) -> Result<OwnedFd, Failure> {
    let mount = fs::clone_tree(found, true).doing(|| "clone")?;
    fs::read_only(mount.as_fd(), true).doing(|| "set read-only")?;
    Ok(mount)
}
