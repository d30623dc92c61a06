//! Device nodes, and the links that programs expect beside them.
//!
//! Everything is made below a descriptor of its folder and no link is followed, so a hostile `/dev` in the image gets its
//! own entries replaced and nothing else. Where nodes cannot be made, the host's are bound, each checked to be the device
//! that was asked for.

use super::resolve::{Missing, mkdir_in_root, split};
use super::{Root, RootPlan, fs, guard, host, resolve};
use crate::{Context, Failure};
use hcs_schema::oci::Device;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{
    AtFlags, Dev, FileType, Gid, Mode, OFlags, Uid, chownat, fstat, makedev, mknodat, openat, readlinkat, statat,
    symlinkat, unlinkat,
};
use rustix::io::Errno;
use rustix::process::umask;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// The devices that every container has: name in `/dev`, minor and major number.
const DEFAULT: [(&str, u32, u32); 6] =
    [("null", 1, 3), ("zero", 1, 5), ("full", 1, 7), ("random", 1, 8), ("urandom", 1, 9), ("tty", 5, 0)];

/// The links that every container has: name in `/dev`, target.
const LINKS: [(&str, &str); 4] = [
    ("fd", "/proc/self/fd"),
    ("stdin", "/proc/self/fd/0"),
    ("stdout", "/proc/self/fd/1"),
    ("stderr", "/proc/self/fd/2"),
];

/// A device to make.
struct Node<'a> {
    name: &'a OsStr,
    kind: FileType,
    number: (u32, u32),
    mode: u32,
    owner: (u32, u32),
}

/// Makes the specification's devices, the default ones that it does not replace, and the links.
pub fn make(plan: &RootPlan<'_>, root: &Root) -> Result<(), Failure> {
    let before = umask(Mode::empty());
    let result = make_all(plan, root);
    umask(before);
    result
}

fn make_all(plan: &RootPlan<'_>, root: &Root) -> Result<(), Failure> {
    let devices = plan.spec().linux.as_ref().map(|linux| linux.devices.as_slice()).unwrap_or_default();
    let dev = mkdir_in_root(root.as_fd(), "/dev").doing(|| "open /dev of the root")?;
    for device in devices {
        specified(plan, root, dev.as_fd(), device).map_err(|failure| Failure {
            doing: format!("make device {}: {}", device.path, failure.doing),
            ..failure
        })?;
    }
    for (name, major, minor) in DEFAULT {
        if !devices.iter().any(|device| device.path.strip_prefix("/dev/") == Some(name)) {
            let name = OsStr::new(name);
            let node =
                Node { name, kind: FileType::CharacterDevice, number: (major, minor), mode: 0o666, owner: (0, 0) };
            put(plan, dev.as_fd(), &node, &Path::new("/dev").join(name)).map_err(|failure| Failure {
                doing: format!("make device /dev/{}: {}", name.display(), failure.doing),
                ..failure
            })?;
        }
    }
    for (name, target) in LINKS {
        link(dev.as_fd(), name, target, false)?;
    }
    // Without a devpts of its own the link leads nowhere, and the root's file, if any, is the host's terminal maker.
    link(dev.as_fd(), "ptmx", "pts/ptmx", true)
}

/// A device of the specification, wherever it is to be.
fn specified(plan: &RootPlan<'_>, root: &Root, dev: BorrowedFd<'_>, device: &Device) -> Result<(), Failure> {
    let path = guard::lexical(Path::new(&device.path));
    let Some((parent, name)) = split(&path) else {
        return Err(Failure::invalid("find its folder", "the path must name a file"));
    };
    let node = Node {
        name,
        kind: kind(device)?,
        number: number(device)?,
        mode: device.file_mode.unwrap_or(0o666) & 0o7777,
        owner: (device.uid.unwrap_or(0), device.gid.unwrap_or(0)),
    };
    if parent == Path::new("/dev") {
        return put(plan, dev, &node, &path);
    }
    let folder = mkdir_in_root(root.as_fd(), parent).doing(|| "make its folder")?;
    put(plan, folder.as_fd(), &node, &path)
}

fn kind(device: &Device) -> Result<FileType, Failure> {
    match device.kind.as_str() {
        "c" | "u" => Ok(FileType::CharacterDevice),
        "b" => Ok(FileType::BlockDevice),
        "p" => Ok(FileType::Fifo),
        other => Err(Failure::invalid(format!("read its type `{other}`"), "it must be c, u, b or p")),
    }
}

fn number(device: &Device) -> Result<(u32, u32), Failure> {
    if device.kind == "p" {
        return Ok((0, 0));
    }
    let part = |value: Option<i64>| value.and_then(|value| u32::try_from(value).ok());
    match (part(device.major), part(device.minor)) {
        (Some(major), Some(minor)) => Ok((major, minor)),
        _ => Err(Failure::invalid("read its number", "major and minor are needed")),
    }
}

/// Makes a node in a folder, or binds the host's where that is not allowed: a privileged process can lack the right, too,
/// inside another container.
fn put(plan: &RootPlan<'_>, folder: BorrowedFd<'_>, node: &Node<'_>, path: &Path) -> Result<(), Failure> {
    if plan.binds_devices() && node.kind != FileType::Fifo {
        return bind(folder, node, path);
    }
    match mknod(folder, node) {
        Err(failure) if failure.errno == Errno::PERM.raw_os_error() => bind(folder, node, path).map_err(|_| failure),
        result => result,
    }
}

fn mknod(folder: BorrowedFd<'_>, node: &Node<'_>) -> Result<(), Failure> {
    let device = makedev(node.number.0, node.number.1);
    let mode = Mode::from_raw_mode(node.mode);
    let create = || mknodat(folder, node.name, node.kind, mode, device);
    match create() {
        Err(Errno::EXIST) if is_there(folder, node, device)? => return Ok(()),
        Err(Errno::EXIST) => {
            unlinkat(folder, node.name, AtFlags::empty()).doing(|| "remove what is in its place")?;
            create().doing(|| "make the node")?;
        }
        result => result.doing(|| "make the node")?,
    }
    if node.owner != (0, 0) {
        let (uid, gid) = (Uid::from_raw(node.owner.0), Gid::from_raw(node.owner.1));
        chownat(folder, node.name, Some(uid), Some(gid), AtFlags::SYMLINK_NOFOLLOW).doing(|| "give it its owner")?;
    }
    Ok(())
}

fn is_there(folder: BorrowedFd<'_>, node: &Node<'_>, device: Dev) -> Result<bool, Failure> {
    let stat = statat(folder, node.name, AtFlags::SYMLINK_NOFOLLOW).doing(|| "look at what is in its place")?;
    Ok(guard::kind(&stat) == node.kind && (node.kind == FileType::Fifo || stat.st_rdev == device))
}

/// Binds the host's device, after a look whether it is the one.
fn bind(folder: BorrowedFd<'_>, node: &Node<'_>, path: &Path) -> Result<(), Failure> {
    let source = host(path, OFlags::PATH | OFlags::NOFOLLOW).doing(|| "open the host's device")?;
    if !guard::is_device(source.as_fd(), node.kind, node.number.0, node.number.1)? {
        return Err(Failure::invalid("bind the host's device", "the host has another device of this name"));
    }
    let target = plain_target(folder, node.name).doing(|| "make the file it is bound on")?;
    let mount = fs::clone_tree(source.as_fd(), false).doing(|| "clone the host's device")?;
    fs::attach(mount.as_fd(), target.as_fd()).doing(|| "bind the host's device")
}

/// A file in `folder` to mount on: the existing one, or a new one. A link in its place is replaced, never followed.
pub fn plain_target(folder: BorrowedFd<'_>, name: &OsStr) -> Result<OwnedFd, Errno> {
    let open = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    match openat(folder, name, open, Mode::empty()) {
        Ok(fd) if guard::kind(&fstat(&fd)?) == FileType::Symlink => unlinkat(folder, name, AtFlags::empty())?,
        Ok(fd) => return Ok(fd),
        Err(Errno::NOENT) => {}
        Err(errno) => return Err(errno),
    }
    resolve::make_one(folder, name, Missing::File)
}

/// Makes a link; one that is there is kept unless it must be ours.
fn link(folder: BorrowedFd<'_>, name: &str, target: &str, ours: bool) -> Result<(), Failure> {
    let doing = || format!("link /dev/{name} to {target}");
    match symlinkat(target, folder, name) {
        Err(Errno::EXIST) => {}
        result => return result.doing(doing),
    }
    if !ours || readlinkat(folder, name, Vec::new()).is_ok_and(|now| now.as_bytes() == OsStr::new(target).as_bytes()) {
        return Ok(());
    }
    unlinkat(folder, name, AtFlags::empty()).doing(doing)?;
    symlinkat(target, folder, name).doing(doing)
}
