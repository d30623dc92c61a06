//! A root made of layers: overlayfs.
//!
//! Layers are passed as descriptors (Linux 6.13), so no character in a path can be taken for a separator and a long chain
//! fits. Older kernels get `mount(2)` with paths relative to `/proc/thread-self/fd`, which are numbers: the same two
//! properties. What is written goes to the scratch folder, or to a tmpfs that only this root knows.
//!
//! In a user namespace overlayfs keeps its marks in `user.*` attributes, which a tmpfs has since Linux 6.6: before that,
//! folders of the layers cannot be removed from a root in memory there. A scratch folder on a disk has no such limit.

use super::fs::NewFs;
use super::{RootPlan, fs, host, host_root, in_bundle, pivot};
use crate::{Context, Failure};
use rustix::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use rustix::fs::{AtFlags, Gid, Mode, OFlags, Uid, chmodat, chownat, fstat, mkdirat, openat};
use rustix::io::Errno;
use rustix::mount::{
    MountAttrFlags as Attr, MountFlags, MountPropagationFlags as Propagation, fsconfig_set_fd, fsconfig_set_flag,
    fsconfig_set_string,
};
use rustix::path::Arg;
use rustix::process::fchdir;
use std::path::{Path, PathBuf};

/// How a folder is opened to be a layer: with read access, as `fsconfig` takes no `O_PATH` descriptor.
pub const LAYER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY);

/// The parts of an overlay.
#[derive(Debug)]
pub struct Parts<'a> {
    /// Read-only layers, upper-most first.
    pub lower: Vec<OwnedFd>,
    /// What is written.
    pub upper: OwnedFd,
    /// Where overlayfs prepares it.
    pub work: OwnedFd,
    /// Marks are kept in attributes that a user namespace may set.
    pub user_attributes: bool,
    /// SELinux label of everything in it.
    pub label: Option<&'a str>,
}

/// Mounts the layers of the document, and attaches the result. Answers the root, and mounts in it that it is made of.
pub fn root(plan: &RootPlan<'_>, propagation: Option<Propagation>) -> Result<(OwnedFd, Vec<OwnedFd>), Failure> {
    let lower = lower(plan)?;
    let target = target(plan)?;
    if propagation.is_some_and(pivot::reaches_host) {
        pivot::make_parent_private(target.as_fd())?;
    }
    let scratch = scratch(plan, target.as_fd())?;
    let upper = folder(scratch.as_fd(), "upper", lower.first().map(AsFd::as_fd))?;
    let work = folder(scratch.as_fd(), "work", None)?;
    let root = match mount(&Parts::of(plan, lower, upper, work), target.as_fd()) {
        Err(failure) if host_root::helps(plan, &failure) => {
            return host_root::make(plan, scratch.as_fd(), target.as_fd());
        }
        root => root?,
    };
    fs::attach_at(root.as_fd(), target.as_fd(), "the root's place")?;
    Ok((root, Vec::new()))
}

impl<'a> Parts<'a> {
    /// The parts, with what the plan says of all of them.
    pub fn of(plan: &'a RootPlan<'_>, lower: Vec<OwnedFd>, upper: OwnedFd, work: OwnedFd) -> Parts<'a> {
        Parts { lower, upper, work, user_attributes: plan.has_user_namespace, label: fs::label(plan.spec()) }
    }
}

/// Mounts an overlay, detached. Older kernels stage it on `stage`.
pub fn mount(parts: &Parts<'_>, stage: BorrowedFd<'_>) -> Result<OwnedFd, Failure> {
    match by_descriptors(parts)? {
        Some(root) => Ok(root),
        None => by_numbers(parts, stage),
    }
}

/// The layers' folders; without layers the specification's root is the only one.
fn lower(plan: &RootPlan<'_>) -> Result<Vec<OwnedFd>, Failure> {
    let paths: Vec<PathBuf> = match (&plan.spec().root, plan.document.layers.as_slice()) {
        (Some(root), []) if !root.path.is_empty() => vec![in_bundle(plan.document, &root.path)],
        (_, []) => return Err(Failure::invalid("make the root", "there are neither layers nor a root.path")),
        (_, layers) => layers.iter().map(|layer| in_bundle(plan.document, &layer.path)).collect(),
    };
    paths.iter().map(|path| host(path, LAYER).doing(|| format!("open layer {}", path.display()))).collect()
}

/// Where the root is attached until it is `/`: hooks expect it on `root.path`; without one, on top of `/`, where no path
/// leads.
fn target(plan: &RootPlan<'_>) -> Result<OwnedFd, Failure> {
    let place = OFlags::PATH | OFlags::DIRECTORY;
    if let Some(root) = plan.spec().root.as_ref().filter(|root| !root.path.is_empty()) {
        match host(&in_bundle(plan.document, &root.path), place) {
            Err(Errno::NOENT) => {}
            result => return result.doing(|| format!("open root.path {}", root.path)),
        }
    }
    host(Path::new("/"), place).doing(|| "open /")
}

/// The folder for `upper` and `work`. A tmpfs made for it is attached where the root will hide it, because overlayfs takes
/// no folder of a detached mount before Linux 6.15.
fn scratch(plan: &RootPlan<'_>, target: BorrowedFd<'_>) -> Result<OwnedFd, Failure> {
    let path = &plan.document.scratch_dir_path;
    if !path.is_empty() {
        let path = in_bundle(plan.document, path);
        return host(&path, OFlags::PATH | OFlags::DIRECTORY).doing(|| format!("open scratch {}", path.display()));
    }
    let tmpfs = NewFs::new("tmpfs").set("source", "scratch").set("mode", "700").create(Attr::empty())?;
    fs::attach_at(tmpfs.as_fd(), target, "the scratch's place")?;
    Ok(tmpfs)
}

/// Opens or makes a folder of the scratch. The upper folder's owner and mode become `/`'s, so they are the top layer's.
pub fn folder(scratch: BorrowedFd<'_>, name: &str, like: Option<BorrowedFd<'_>>) -> Result<OwnedFd, Failure> {
    let doing = || format!("make {name} in the scratch");
    match make_like(scratch, name, like) {
        Err(Errno::EXIST) => {}
        result => result.doing(doing)?,
    }
    openat(scratch, name, LAYER | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty()).doing(doing)
}

/// Makes a folder with the owner and mode of another.
pub fn make_like(parent: BorrowedFd<'_>, name: impl Arg + Copy, like: Option<BorrowedFd<'_>>) -> Result<(), Errno> {
    mkdirat(parent, name, Mode::from_raw_mode(0o755))?;
    let Some(like) = like else { return Ok(()) };
    let stat = fstat(like)?;
    if (stat.st_uid, stat.st_gid) != (0, 0) {
        let owner = (Some(Uid::from_raw(stat.st_uid)), Some(Gid::from_raw(stat.st_gid)));
        // Ids that the user namespace does not have cannot be given.
        match chownat(parent, name, owner.0, owner.1, AtFlags::SYMLINK_NOFOLLOW) {
            Err(Errno::INVAL | Errno::PERM | Errno::OVERFLOW) | Ok(()) => {}
            Err(errno) => return Err(errno),
        }
    }
    chmodat(parent, name, Mode::from_raw_mode(stat.st_mode & 0o7777), AtFlags::empty())
}

/// The way of Linux 6.13. None when the kernel is older.
pub fn by_descriptors(parts: &Parts<'_>) -> Result<Option<OwnedFd>, Failure> {
    let context = fs::open("overlay")?;
    let fail = |errno| Failure::errno("set up overlayfs", errno).hint(fs::log(context.as_fd()));
    for layer in &parts.lower {
        match fsconfig_set_fd(&context, "lowerdir+", layer) {
            // What the old configuration of filesystems answers, and overlayfs of 6.5 to 6.12.
            Err(Errno::OPNOTSUPP | Errno::INVAL | Errno::BADF) => return Ok(None),
            result => result.map_err(fail)?,
        }
    }
    fsconfig_set_fd(&context, "upperdir", &parts.upper).map_err(fail)?;
    fsconfig_set_fd(&context, "workdir", &parts.work).map_err(fail)?;
    if parts.user_attributes {
        fsconfig_set_flag(&context, "userxattr").map_err(fail)?;
    }
    if let Some(label) = parts.label {
        fsconfig_set_string(&context, "context", label).map_err(fail)?;
    }
    fsconfig_set_string(&context, "source", "overlay").map_err(fail)?;
    fs::finish(&context, "overlay", Attr::empty()).map(Some)
}

/// The way of older kernels: `mount(2)` with descriptors' numbers for paths, staged on `target`.
pub fn by_numbers(parts: &Parts<'_>, target: BorrowedFd<'_>) -> Result<OwnedFd, Failure> {
    let doing = || "mount overlayfs";
    let numbers: Vec<String> = parts.lower.iter().map(|fd| fd.as_raw_fd().to_string()).collect();
    let (upper, work) = (parts.upper.as_raw_fd(), parts.work.as_raw_fd());
    let mut data = format!("lowerdir={},upperdir={upper},workdir={work}", numbers.join(":"));
    if parts.user_attributes {
        data.push_str(",userxattr");
    }
    if let Some(label) = parts.label {
        // The value holds commas, which the quotes keep together.
        data = format!("{data},context=\"{label}\"");
    }
    let before = host(Path::new("."), OFlags::PATH).doing(doing)?;
    let numbers = fs::descriptors()?;
    fchdir(&numbers).doing(doing)?;
    let mounted = fs::by_old_call(target, "overlay", "overlay", MountFlags::empty(), &data);
    fchdir(&before).doing(doing)?;
    mounted
}
