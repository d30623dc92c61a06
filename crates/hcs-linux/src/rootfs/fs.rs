//! New filesystems as detached mounts, and the attaching of detached mounts.
//!
//! A filesystem is configured and given all its attributes before anything can see it, then moved onto a descriptor of its
//! destination. No path is looked up twice, and nothing is remounted.

use super::options::Datum;
use super::{guard, host};
use crate::sys::mount::{AttrChange, mount_setattr};
use crate::{Context, Failure};
use hcs_schema::oci::Spec;
use rustix::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use rustix::fs::{Mode, OFlags, mkdirat, openat};
use rustix::io::{Errno, read};
use rustix::mount::{
    FsMountFlags, FsOpenFlags, MountAttrFlags as Attr, MountFlags, MoveMountFlags, OpenTreeFlags, UnmountFlags,
    fsconfig_create, fsconfig_set_flag, fsconfig_set_string, fsmount, fsopen, mount, move_mount, open_tree, unmount,
};
use std::ffi::CString;
use std::path::Path;

/// Longest value, with its end, that `fsconfig` takes.
pub const VALUE_LIMIT: usize = 256;

/// A filesystem to be made.
#[derive(Debug)]
pub struct NewFs<'a> {
    kind: &'a str,
    flags: Vec<&'a str>,
    values: Vec<(&'a str, &'a str)>,
}

impl<'a> NewFs<'a> {
    /// A filesystem of this type, without options.
    pub fn new(kind: &'a str) -> Self {
        NewFs { kind, flags: Vec::new(), values: Vec::new() }
    }

    /// Adds an option without a value.
    pub fn flag(&mut self, name: &'a str) -> &mut Self {
        self.flags.push(name);
        self
    }

    /// Adds an option with a value. `source` is what is mounted.
    pub fn set(&mut self, key: &'a str, value: &'a str) -> &mut Self {
        self.values.push((key, value));
        self
    }

    /// Adds options of a specification.
    pub fn data(&mut self, data: &'a [Datum]) -> &mut Self {
        for datum in data {
            match &datum.value {
                Some(value) => self.set(&datum.key, value),
                None => self.flag(&datum.key),
            };
        }
        self
    }

    /// Whether `fsconfig` can take all values.
    pub fn fits(&self) -> bool {
        self.values.iter().all(|(_, value)| value.len() < VALUE_LIMIT)
    }

    /// Makes it, as a detached mount with these attributes.
    pub fn create(&self, attributes: Attr) -> Result<OwnedFd, Failure> {
        let context = open(self.kind)?;
        for flag in &self.flags {
            fsconfig_set_flag(&context, *flag).map_err(|errno| self.failure(&context, flag, errno))?;
        }
        for (key, value) in &self.values {
            fsconfig_set_string(&context, *key, *value).map_err(|errno| self.failure(&context, key, errno))?;
        }
        finish(&context, self.kind, attributes)
    }

    fn failure(&self, context: &OwnedFd, option: &str, errno: Errno) -> Failure {
        Failure::errno(format!("set option `{option}` of {}", self.kind), errno).hint(log(context.as_fd()))
    }
}

/// The specification's SELinux label of mounts.
pub fn label(spec: &Spec) -> Option<&str> {
    spec.linux.as_ref()?.mount_label.as_deref().filter(|label| !label.is_empty())
}

/// Refuses a label where the host has no SELinux.
pub fn check_label(spec: &Spec) -> Result<(), Failure> {
    let Some(label) = label(spec) else { return Ok(()) };
    if host(Path::new("/sys/fs/selinux/enforce"), OFlags::PATH).is_ok() {
        return Ok(());
    }
    let why = format!("{label:?} cannot be given to mounts: SELinux is not enabled on this machine");
    Err(Failure::unsupported("linux.mountLabel", why))
}

/// Opens a filesystem type for configuration.
pub fn open(kind: &str) -> Result<OwnedFd, Failure> {
    fsopen(kind, FsOpenFlags::FSOPEN_CLOEXEC).map_err(|errno| {
        let failure = Failure::errno(format!("open filesystem type {kind}"), errno);
        match errno {
            Errno::NODEV => failure.hint(format!("the kernel has no filesystem `{kind}`")),
            Errno::NOSYS => failure.hint("the kernel lacks fsopen (Linux 5.2)"),
            _ => failure,
        }
    })
}

/// Turns a configured filesystem into a detached mount.
pub fn finish(context: &OwnedFd, kind: &str, attributes: Attr) -> Result<OwnedFd, Failure> {
    fsconfig_create(context)
        .and_then(|()| fsmount(context, FsMountFlags::FSMOUNT_CLOEXEC, attributes))
        .map_err(|errno| Failure::errno(format!("make filesystem {kind}"), errno).hint(log(context.as_fd())))
}

/// What the kernel says about a failed configuration.
pub fn log(context: BorrowedFd<'_>) -> String {
    let mut lines = Vec::new();
    let mut buffer = [0; 1024];
    while lines.len() < 8 {
        let Ok(length) = read(context, &mut buffer) else { break };
        let line = String::from_utf8_lossy(buffer.get(..length).unwrap_or_default());
        lines.push(line.trim_start_matches(['e', 'w', 'i']).trim().to_owned());
    }
    lines.join("; ")
}

/// Clones what `fd` refers to (a folder, a file, a socket) as a detached mount; with `recursive` all mounts below, too.
pub fn clone_tree(fd: BorrowedFd<'_>, recursive: bool) -> Result<OwnedFd, Errno> {
    let mut flags = OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC | OpenTreeFlags::AT_EMPTY_PATH;
    if recursive {
        flags |= OpenTreeFlags::AT_RECURSIVE;
    }
    open_tree(fd, c"", flags)
}

/// Puts a detached mount on what `target` refers to.
pub fn attach(mount: BorrowedFd<'_>, target: BorrowedFd<'_>) -> Result<(), Errno> {
    #[cfg(test)]
    super::tests::moments::reach(super::tests::moments::Moment::Attach);
    let flags = MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH | MoveMountFlags::MOVE_MOUNT_T_EMPTY_PATH;
    move_mount(mount, c"", target, c"", flags)
}

/// Makes a mount read-only.
pub fn read_only(mount: BorrowedFd<'_>, recursive: bool) -> Result<(), Errno> {
    mount_setattr(mount, recursive, &AttrChange::set(Attr::MOUNT_ATTR_RDONLY))
}

/// Attaches, saying where on failure.
pub fn attach_at(mount: BorrowedFd<'_>, target: BorrowedFd<'_>, path: &str) -> Result<(), Failure> {
    attach(mount, target).doing(|| format!("mount on {path}"))
}

/// The folder of this thread's descriptors, checked to be procfs's.
pub fn descriptors() -> Result<OwnedFd, Failure> {
    let folder = host(Path::new("/proc/thread-self/fd"), OFlags::PATH | OFlags::DIRECTORY)
        .doing(|| "open /proc/thread-self/fd of the host")?;
    if guard::is_procfs(folder.as_fd())? {
        return Ok(folder);
    }
    Err(Failure::new("open /proc/thread-self/fd of the host", "/proc is not procfs"))
}

/// A new filesystem by `mount(2)`, for what `fsconfig` cannot be told: as a detached mount, too.
///
/// The old call needs a place and says nothing about what it mounted. The place is a folder of a tmpfs that is mounted on
/// `stage` for the moment; `stage` must not be shared with the host.
pub fn by_old_call(
    stage: BorrowedFd<'_>,
    kind: &str,
    source: &str,
    flags: MountFlags,
    data: &str,
) -> Result<OwnedFd, Failure> {
    let doing = || format!("mount {kind} by mount(2)");
    let data = CString::new(data).map_err(|_| Failure::invalid(doing(), "NUL in an option"))?;
    descriptors()?;
    let tmpfs = NewFs::new("tmpfs").create(Attr::empty())?;
    attach(tmpfs.as_fd(), stage).doing(doing)?;
    mkdirat(&tmpfs, c"place", Mode::from_raw_mode(0o700)).doing(doing)?;
    let open = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let place = openat(&tmpfs, c"place", open, Mode::empty()).doing(doing)?;
    let path = |fd: &OwnedFd| format!("/proc/thread-self/fd/{}", fd.as_raw_fd());
    let made = mount(source, path(&place), kind, flags, data.as_c_str()).and_then(|()| {
        let top = openat(&tmpfs, c"place", open, Mode::empty())?;
        clone_tree(top.as_fd(), false)
    });
    unmount(path(&tmpfs), UnmountFlags::DETACH).doing(|| "detach the stage of mount(2)")?;
    made.doing(doing)
}
