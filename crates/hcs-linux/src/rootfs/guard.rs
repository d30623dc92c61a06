//! The checks that stand between a hostile image or volume and the host, one small function each.
//!
//! Every function here exists because of a published escape from some container runtime, named beside it, and has a test
//! that fails without it. They look at descriptors, never at paths that could change after the look.

use super::resolve::{mount_id, open_in_root};
use crate::{Context, Failure};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{FileType, OFlags, PROC_SUPER_MAGIC, Stat, fstat, fstatfs, major, minor};
use std::path::{Component, Path, PathBuf};

/// Files of procfs that may be mounted over: what lxcfs and its like make up for a container.
const PROC_FILES: [&str; 11] = [
    "/proc/cpuinfo",
    "/proc/diskstats",
    "/proc/loadavg",
    "/proc/meminfo",
    "/proc/net/dev",
    "/proc/slabinfo",
    "/proc/stat",
    "/proc/swaps",
    "/proc/sys/crypto/fips_enabled",
    "/proc/sys/kernel/ns_last_pid",
    "/proc/uptime",
];

/// The filesystem type of devpts.
const DEVPTS_SUPER_MAGIC: u64 = 0x1cd1;

/// The inode number of every procfs's root.
const PROC_ROOT_INODE: u64 = 1;

/// The path without `.`, `..` and doubled slashes, as text: for comparing with fixed names only, never for opening.
pub fn lexical(path: &Path) -> PathBuf {
    let mut clean = PathBuf::from("/");
    for component in path.components() {
        match component {
            Component::Normal(name) => clean.push(name),
            Component::ParentDir => drop(clean.pop()),
            Component::RootDir | Component::CurDir | Component::Prefix(_) => {}
        }
    }
    clean
}

/// Whether a descriptor is on procfs.
pub fn is_procfs(fd: BorrowedFd<'_>) -> Result<bool, Failure> {
    fstatfs(fd).map(|fs| fs.f_type == PROC_SUPER_MAGIC).doing(|| "ask for a filesystem's type")
}

/// Whether a descriptor is a procfs's root folder, not a folder inside it that could be dressed up as one.
pub fn is_procfs_root(fd: BorrowedFd<'_>) -> Result<bool, Failure> {
    Ok(is_procfs(fd)? && fstat(fd).doing(|| "look at procfs")?.st_ino == PROC_ROOT_INODE)
}

/// CVE-2019-19921, CVE-2023-27561: procfs and sysfs go on a folder, which was reached without any symbolic link (the
/// lookup saw to that).
pub fn real_directory(target: BorrowedFd<'_>, path: &Path) -> Result<(), Failure> {
    let stat = fstat(target).doing(|| format!("look at {}", path.display()))?;
    if kind(&stat) == FileType::Directory {
        return Ok(());
    }
    Err(Failure::invalid(format!("mount on {}", path.display()), "it must be an ordinary folder of the root"))
}

/// CVE-2019-16884, CVE-2019-19921: nothing goes on top of procfs or below it but procfs itself and the files that are
/// made up for containers; a link elsewhere in the root that leads into procfs changes nothing.
pub fn outside_procfs(target: BorrowedFd<'_>, path: &Path, procfs_source: bool) -> Result<(), Failure> {
    let clean = lexical(path);
    let allowed = if clean == Path::new("/proc") {
        procfs_source
    } else if clean.starts_with("/proc") {
        PROC_FILES.iter().any(|file| clean == Path::new(file))
    } else {
        !is_procfs(target)?
    };
    if allowed {
        return Ok(());
    }
    Err(Failure::invalid(format!("mount on {}", path.display()), "only procfs may be mounted on or below /proc"))
}

/// CVE-2021-30465, CVE-2025-52565: what was mounted is what the path now leads to. When a link was exchanged after the
/// lookup, the mount is inside of the root all the same, but not where everybody will look for it.
pub fn landed(root: BorrowedFd<'_>, path: &Path, mount: BorrowedFd<'_>, more: OFlags) -> Result<(), Failure> {
    let doing = || format!("find the mount on {}", path.display());
    let now = open_in_root(root, path, OFlags::PATH | more).doing(doing)?;
    if mount_id(now.as_fd()).doing(doing)? == mount_id(mount).doing(doing)? {
        return Ok(());
    }
    Err(Failure::invalid(format!("mount on {}", path.display()), "the path was exchanged during the mount"))
}

/// CVE-2025-31133: the source of masks is the null device itself, whatever the path says.
pub fn null_device(fd: BorrowedFd<'_>) -> Result<bool, Failure> {
    is_device(fd, FileType::CharacterDevice, 1, 3)
}

/// Whether a descriptor is exactly this device.
pub fn is_device(fd: BorrowedFd<'_>, wanted: FileType, maj: u32, min: u32) -> Result<bool, Failure> {
    let stat = fstat(fd).doing(|| "look at a device")?;
    Ok(kind(&stat) == wanted && major(stat.st_rdev) == maj && minor(stat.st_rdev) == min)
}

/// CVE-2025-52565: both ends of the terminal are devices of a devpts.
pub fn on_devpts(fd: BorrowedFd<'_>, what: &str) -> Result<(), Failure> {
    let doing = || format!("check {what}");
    let stat = fstat(fd).doing(doing)?;
    let magic = fstatfs(fd).doing(doing)?.f_type;
    if kind(&stat) == FileType::CharacterDevice && u64::try_from(magic) == Ok(DEVPTS_SUPER_MAGIC) {
        return Ok(());
    }
    Err(Failure::invalid(doing(), "it is not a device of a devpts"))
}

/// CVE-2025-52565: a console goes on a plain file or a device, never through a link.
pub fn console_target(target: BorrowedFd<'_>) -> Result<(), Failure> {
    let stat = fstat(target).doing(|| "look at /dev/console")?;
    match kind(&stat) {
        FileType::RegularFile | FileType::CharacterDevice => Ok(()),
        _ => Err(Failure::invalid("bind the terminal on /dev/console", "it must be a file or a device of the root")),
    }
}

/// CVE-2025-52881: what is about to be written is procfs's own file.
pub fn procfs_file(fd: OwnedFd, path: &str) -> Result<OwnedFd, Failure> {
    if is_procfs(fd.as_fd())? {
        return Ok(fd);
    }
    Err(Failure::invalid(format!("open {path} in procfs"), "it is not a file of procfs"))
}

/// The kind of a file.
pub fn kind(stat: &Stat) -> FileType {
    FileType::from_raw_mode(stat.st_mode)
}
