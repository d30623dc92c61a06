//! Mounts of type `cgroup` and `cgroup2`: the container's view of its own control groups.
//!
//! Where the host has version 2 alone, that is one filesystem. With version 1 or both, it is a tmpfs with one folder for
//! each hierarchy. In a control group namespace the filesystems are mounted, and begin at the container's group; without
//! one, the container's own groups are bound, so that it does not see the others.

use super::fs::NewFs;
use super::mounts::{self, Entry};
use super::resolve::{Links, Missing};
use super::{fs, guard, host};
use crate::cgroup::Hierarchy;
use crate::sys::mount::{AttrChange, mount_setattr};
use crate::{Context, Failure};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{Mode, OFlags, mkdirat, openat, symlinkat};
use rustix::io::Errno;
use rustix::mount::MountAttrFlags as Attr;
use std::cell::OnceCell;
use std::path::{Component, Path};

/// Makes the mount.
pub fn mount(entry: &Entry<'_>) -> Result<OwnedFd, Failure> {
    let hierarchies = &entry.plan.layout.hierarchies;
    let whole = match hierarchies.as_slice() {
        _ if entry.kind() == "cgroup2" => hierarchies.iter().find(|hierarchy| hierarchy.v2),
        [only] if only.v2 => Some(only),
        [] => return Err(Failure::unsupported("mount control groups", "the host has none mounted")),
        _ => None,
    };
    let place = mounts::destination(entry, Missing::Directory, Links::Follow)?;
    guard::outside_procfs(place.fd.as_fd(), entry.path(), false)?;
    let views = Views {
        namespace: entry.plan.has_cgroup_namespace,
        may_lack: entry.plan.has_user_namespace,
        attributes: entry.options.top.set | entry.options.recursive.set,
        groups: OnceCell::new(),
    };
    match whole {
        Some(hierarchy) => {
            let mount = views.of(hierarchy)?;
            mounts::attach(entry, mount.as_fd(), &place)?;
            Ok(mount)
        }
        None if entry.kind() == "cgroup2" => {
            Err(Failure::unsupported("mount cgroup2", "the container is in no version 2 control group"))
        }
        None => {
            let tmpfs = NewFs::new("tmpfs")
                .set("source", "tmpfs")
                .set("mode", "755")
                .create(views.attributes - Attr::MOUNT_ATTR_RDONLY)?;
            mounts::attach(entry, tmpfs.as_fd(), &place)?;
            for hierarchy in hierarchies {
                folder(tmpfs.as_fd(), hierarchy, &views)?;
            }
            if views.attributes.contains(Attr::MOUNT_ATTR_RDONLY) {
                fs::read_only(tmpfs.as_fd(), false).doing(|| "make it read-only")?;
            }
            Ok(tmpfs)
        }
    }
}

/// One hierarchy's folder in the tmpfs, and the short names of controllers that share it.
fn folder(tmpfs: BorrowedFd<'_>, hierarchy: &Hierarchy, views: &Views) -> Result<(), Failure> {
    let Some(name) = hierarchy.mountpoint.file_name() else { return Ok(()) };
    let doing = || format!("make the folder of hierarchy {}", name.display());
    mkdirat(tmpfs, name, Mode::from_raw_mode(0o755)).doing(doing)?;
    let open = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let target = openat(tmpfs, name, open, Mode::empty()).doing(doing)?;
    let mount = views.of(hierarchy)?;
    fs::attach(mount.as_fd(), target.as_fd()).doing(|| format!("attach hierarchy {}", name.display()))?;
    for controller in hierarchy.controllers.iter().filter(|_| !hierarchy.v2) {
        if Path::new(controller) != Path::new(name) && !controller.starts_with("name=") {
            match symlinkat(Path::new(name), tmpfs, controller.as_str()) {
                Ok(()) | Err(Errno::EXIST) => {}
                Err(errno) => return Err(Failure::errno(doing(), errno)),
            }
        }
    }
    Ok(())
}

/// How the container sees hierarchies.
struct Views {
    namespace: bool,
    may_lack: bool,
    attributes: Attr,
    /// `/proc/self/cgroup`, read when it is needed first.
    groups: OnceCell<String>,
}

impl Views {
    /// The view of one hierarchy, as a detached mount.
    fn of(&self, hierarchy: &Hierarchy) -> Result<OwnedFd, Failure> {
        if self.namespace && !hierarchy.v2 {
            // The namespace begins at the process's group, so a clone of that folder shows what a new mount would, for
            // a third of the calls.
            if let Ok(mount) = self.bound(hierarchy, &hierarchy.own) {
                return Ok(mount);
            }
        }
        if self.namespace {
            match filesystem(hierarchy, self.attributes) {
                // A user namespace that does not own the control group namespace.
                Err(failure) if failure.errno == Errno::PERM.raw_os_error() && self.may_lack => {}
                result => return result,
            }
        }
        self.own_group(hierarchy)
    }

    /// A clone of the folder of this process's own group.
    fn own_group(&self, hierarchy: &Hierarchy) -> Result<OwnedFd, Failure> {
        self.bound(hierarchy, self.own_path(hierarchy)?)
    }

    fn bound(&self, hierarchy: &Hierarchy, path: &Path) -> Result<OwnedFd, Failure> {
        let path = hierarchy.mountpoint.join(path.strip_prefix("/").unwrap_or(path));
        let doing = || format!("bind control group {}", path.display());
        let group = host(&path, OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW).doing(doing)?;
        let mount = fs::clone_tree(group.as_fd(), false).doing(doing)?;
        mount_setattr(mount.as_fd(), false, &AttrChange::set(self.attributes)).doing(doing)?;
        Ok(mount)
    }

    /// The path of this process's group now: the layout was read before it was moved.
    fn own_path<'a>(&'a self, hierarchy: &'a Hierarchy) -> Result<&'a Path, Failure> {
        if self.groups.get().is_none() {
            let text = std::fs::read_to_string("/proc/self/cgroup").doing(|| "read /proc/self/cgroup")?;
            self.groups.get_or_init(|| text);
        }
        let lines = self.groups.get().map(String::as_str).unwrap_or_default().lines();
        let path = lines.filter_map(|line| matching(line, hierarchy)).next().unwrap_or(&hierarchy.own);
        if path.components().any(|part| part == Component::ParentDir) {
            return Err(Failure::unsupported(
                format!("find control group {}", path.display()),
                "it is outside of the control group namespace that this process is in",
            ));
        }
        Ok(path)
    }
}

/// The filesystem of a hierarchy that exists already, so its options say which one it is.
fn filesystem(hierarchy: &Hierarchy, attributes: Attr) -> Result<OwnedFd, Failure> {
    if hierarchy.v2 {
        return NewFs::new("cgroup2").set("source", "cgroup2").create(attributes);
    }
    let mut new = NewFs::new("cgroup");
    new.set("source", "cgroup");
    for controller in &hierarchy.controllers {
        match controller.strip_prefix("name=") {
            Some(name) => new.flag("none").set("name", name),
            None => new.flag(controller),
        };
    }
    new.create(attributes)
}

/// The path in a line of `/proc/self/cgroup`, if it is of this hierarchy.
fn matching<'line>(line: &'line str, hierarchy: &Hierarchy) -> Option<&'line Path> {
    let mut fields = line.splitn(3, ':');
    let (id, controllers, path) = (fields.next()?, fields.next()?, fields.next()?);
    let same = if hierarchy.v2 {
        id == "0" && controllers.is_empty()
    } else {
        controllers.split(',').any(|name| hierarchy.controllers.iter().any(|known| known == name))
    };
    same.then(|| Path::new(path))
}
