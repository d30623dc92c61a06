//! Copies a folder of the root into a new tmpfs (`tmpcopyup`).
//!
//! The folder belongs to an image that is not trusted: everything is opened below a descriptor and no link is followed.
//! Sockets are left out, as are extended attributes.

use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{
    AtFlags, Dir, FileType, Gid, Mode, OFlags, Stat, Uid, chownat, fchmod, mkdirat, mknodat, openat, readlinkat,
    sendfile, statat, symlinkat,
};
use rustix::io::{Errno, Result};
use std::ffi::CStr;

/// Folders inside folders that are copied; a chain longer than this is no image's, and each holds two descriptors.
const DEPTH: u32 = 100;

/// Copies what is in `from` into `to`.
pub fn copy(from: BorrowedFd<'_>, to: BorrowedFd<'_>) -> Result<()> {
    folder(from, to, DEPTH)
}

fn folder(from: BorrowedFd<'_>, to: BorrowedFd<'_>, depth: u32) -> Result<()> {
    if depth == 0 {
        return Err(Errno::NAMETOOLONG);
    }
    let source = openat(from, c".", OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
    for entry in Dir::read_from(&source)? {
        let entry = entry?;
        let name = entry.file_name();
        if name != c"." && name != c".." {
            one(source.as_fd(), to, name, depth)?;
        }
    }
    Ok(())
}

fn one(from: BorrowedFd<'_>, to: BorrowedFd<'_>, name: &CStr, depth: u32) -> Result<()> {
    let stat = statat(from, name, AtFlags::SYMLINK_NOFOLLOW)?;
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::Directory => {
            mkdirat(to, name, Mode::from_raw_mode(0o700))?;
            let (source, target) = (below(from, name)?, below(to, name)?);
            folder(source.as_fd(), target.as_fd(), depth - 1)?;
            owner(to, name, &stat)?;
            fchmod(&target, mode(&stat))
        }
        FileType::RegularFile => file(from, to, name, &stat),
        FileType::Symlink => {
            symlinkat(readlinkat(from, name, Vec::new())?, to, name)?;
            owner(to, name, &stat)
        }
        FileType::Socket => Ok(()),
        kind => {
            mknodat(to, name, kind, mode(&stat), stat.st_rdev)?;
            owner(to, name, &stat)
        }
    }
}

fn below(parent: BorrowedFd<'_>, name: &CStr) -> Result<OwnedFd> {
    openat(parent, name, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty())
}

fn file(from: BorrowedFd<'_>, to: BorrowedFd<'_>, name: &CStr, stat: &Stat) -> Result<()> {
    let exact = OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let source = openat(from, name, OFlags::RDONLY | exact, Mode::empty())?;
    let target = openat(to, name, OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | exact, Mode::from_raw_mode(0o600))?;
    while sendfile(&target, &source, None, 1 << 30)? > 0 {}
    owner(to, name, stat)?;
    fchmod(&target, mode(stat))
}

fn owner(folder: BorrowedFd<'_>, name: &CStr, stat: &Stat) -> Result<()> {
    let (uid, gid) = (Uid::from_raw(stat.st_uid), Gid::from_raw(stat.st_gid));
    match chownat(folder, name, Some(uid), Some(gid), AtFlags::SYMLINK_NOFOLLOW) {
        // Ids that a user namespace does not have cannot be given there.
        Err(Errno::INVAL | Errno::PERM | Errno::OVERFLOW) => Ok(()),
        result => result,
    }
}

fn mode(stat: &Stat) -> Mode {
    Mode::from_raw_mode(stat.st_mode & 0o7777)
}
