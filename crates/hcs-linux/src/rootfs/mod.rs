//! The root filesystem.
//!
//! Runs in the container's init: single-threaded, in the new namespaces, before the root is changed. In order:
//!
//! 1. [`prepare_sources`], earlier and outside: before a user namespace is entered, id-mapped mounts are opened.
//! 2. [`set_propagation`]: nothing that is mounted from here on reaches the host.
//! 3. [`assemble`]: the root, every mount of the specification, devices.
//! 4. [`terminal`], if the process has one. Hooks that change the root run now.
//! 5. [`seal`]: masked and read-only paths, the read-only root.
//! 6. [`pivot`]: the root becomes `/`, and the host's is gone.
//!
//! Kernel parameters are written through [`Root::procfs`], between 3 and 5.
//!
//! The image, its volumes and whoever shares them are hostile: [`resolve`] says how paths are handled, [`guard`] which
//! attacks are known. Paths outside of the root (sources, layers) come from the caller and are trusted.
//!
//! What this does not do: it makes no namespaces, writes no kernel parameters, runs no hooks, and keeps nothing: when init
//! ends, the mount namespace takes all of this with it.

mod bind;
mod cgroup;
mod copy_up;
mod devices;
mod fs;
mod guard;
mod host_root;
mod idmap;
mod mounts;
mod options;
mod overlay;
mod pivot;
mod procfs;
mod resolve;
mod seal;
mod terminal;
#[cfg(test)]
mod tests;

pub use idmap::prepare_sources;
pub use options::MountOptions;
pub use pivot::{pivot, set_propagation};
pub use procfs::ProcFs;
pub use resolve::{mkdir_in_root, open_in_root};
pub use seal::seal;
pub use terminal::{terminal, terminal_of_running};

use crate::cgroup::Layout;
use crate::{Context, Failure};
use hcs_schema::document::LinuxContainer;
use hcs_schema::oci::{Mount, Spec};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{FileType, Mode, OFlags, openat, stat};
use rustix::io::Errno;
use rustix::mount::MountPropagationFlags as Propagation;
use std::path::{Path, PathBuf};

/// What a root is made from.
#[derive(Debug)]
pub struct RootPlan<'a> {
    /// The container.
    pub document: &'a LinuxContainer,
    /// Whether this process is in a user namespace that was made or joined for the container.
    pub has_user_namespace: bool,
    /// Whether device nodes cannot be made, so that the host's are bound.
    pub rootless: bool,
    /// How the host's control groups are mounted, for mounts of type `cgroup`.
    pub layout: &'a Layout,
    /// Whether this process is in a control group namespace made for the container.
    pub has_cgroup_namespace: bool,
    /// Mounts opened by [`prepare_sources`], with their index in the specification.
    pub prepared: Vec<(usize, OwnedFd)>,
}

impl RootPlan<'_> {
    fn spec(&self) -> &Spec {
        &self.document.oci_specification
    }

    fn binds_devices(&self) -> bool {
        self.has_user_namespace || self.rootless
    }

    fn prepared(&self, index: usize) -> Option<BorrowedFd<'_>> {
        self.prepared.iter().find(|(of, _)| *of == index).map(|(_, fd)| fd.as_fd())
    }
}

/// A root that is being made, and later is `/`.
#[derive(Debug)]
pub struct Root {
    /// The root's folder on the root's mount.
    fd: OwnedFd,
    /// Mounts in the root that it is made of, and that are read-only when it is.
    parts: Vec<OwnedFd>,
    /// The host's null device, checked; absent where the host has none.
    null: Option<OwnedFd>,
    /// The procfs that was mounted on `/proc` without restrictions.
    proc: Option<OwnedFd>,
    /// What the root's propagation becomes at the end.
    propagation: Option<Propagation>,
}

impl Root {
    /// A procfs that nothing in the container can have tampered with: the root's own one, or else a private one.
    /// To be asked for before [`seal`], which covers parts of the root's.
    pub fn procfs(&self) -> Result<ProcFs, Failure> {
        match &self.proc {
            Some(mount) => Ok(ProcFs::of_mount(mount.try_clone().doing(|| "keep procfs")?)),
            None => ProcFs::new(false),
        }
    }
}

impl AsFd for Root {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

/// Makes the root and everything in it.
pub fn assemble(plan: &RootPlan<'_>) -> Result<Root, Failure> {
    fs::check_label(plan.spec())?;
    let propagation = pivot::wanted(plan.spec())?;
    let null = trusted_null()?;
    let (fd, parts) = if plan.document.layers.is_empty() && plan.document.scratch_dir_path.is_empty() {
        (bind::root(plan, propagation)?, Vec::new())
    } else {
        overlay::root(plan, propagation)?
    };
    let mut root = Root { fd, parts, null, proc: None, propagation };
    let late = mounts::all(plan, &mut root)?;
    if !brings_devices(plan.spec()) {
        devices::make(plan, &root)?;
    }
    for mount in &late {
        fs::read_only(mount.as_fd(), false).doing(|| "make a mount read-only")?;
    }
    Ok(root)
}

/// The null device of the host, if it is one.
fn trusted_null() -> Result<Option<OwnedFd>, Failure> {
    match host(Path::new("/dev/null"), OFlags::PATH | OFlags::NOFOLLOW) {
        Ok(fd) => Ok(guard::null_device(fd.as_fd())?.then_some(fd)),
        Err(Errno::NOENT | Errno::NOTDIR | Errno::ACCESS) => Ok(None),
        Err(errno) => Err(Failure::errno("open /dev/null", errno)),
    }
}

/// Whether all of `/dev` is brought by a bind mount, so that nothing is made in it.
fn brings_devices(spec: &Spec) -> bool {
    let is_bind = |mount: &Mount| {
        mount.kind.as_deref() == Some("bind")
            || mount.options.iter().any(|option| option == "bind" || option == "rbind")
    };
    spec.mounts.iter().any(|mount| guard::lexical(Path::new(&mount.destination)) == Path::new("/dev") && is_bind(mount))
}

/// Whether a filesystem of a block device is mounted, which the rules of devices would deny.
pub fn mounts_disks(spec: &Spec) -> bool {
    let is_disk = |source: &str| stat(source).is_ok_and(|stat| guard::kind(&stat) == FileType::BlockDevice);
    spec.mounts.iter().any(|mount| mount.source.as_deref().is_some_and(is_disk))
}

/// Opens a path of the host.
fn host(path: &Path, flags: OFlags) -> Result<OwnedFd, Errno> {
    openat(rustix::fs::CWD, path, flags | OFlags::CLOEXEC, Mode::empty())
}

/// A path of the document, which may be relative to the bundle.
fn in_bundle(document: &LinuxContainer, path: &str) -> PathBuf {
    Path::new(&document.oci_bundle_path).join(path)
}
