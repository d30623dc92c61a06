//! Paths inside a root that is not trusted.
//!
//! A container's image, and whoever shares a volume with it, may put a symbolic link anywhere and exchange it at any time.
//! So a path is only ever turned into a descriptor, once, by the kernel's own scoped lookup, and everything after works on
//! that descriptor. What is missing is made one component at a time, below a descriptor and never through a link that the
//! kernel follows. Links met on that slow way are followed here, as text, and cannot leave the root: `..` pops a stack of
//! descriptors that begins at the root.
//!
//! This is not for paths of the host, which are trusted.

#[cfg(test)]
use super::tests::moments::{self, Moment};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{
    AtFlags, FileType, Mode, OFlags, ResolveFlags, StatxFlags, fstat, mkdirat, openat, openat2, readlinkat, statx,
};
use rustix::io::{Errno, Result};
use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;

/// How often a lookup is repeated that lost a race against a rename or a mount. The kernel asks for the repetition; each
/// one needs another rename in the very same instant, so only an attack gets this far.
const TRIES: u32 = 4096;

/// Symbolic links followed in one path, as the kernel's own limit.
const LINKS: u32 = 40;

/// The scoped lookup: `/` and `..` end at the root, and links of procfs that jump elsewhere are refused.
const SCOPED: ResolveFlags = ResolveFlags::IN_ROOT.union(ResolveFlags::NO_MAGICLINKS);

/// Opens `path` as seen with `root` as `/`. Nothing outside of `root` is ever opened, whatever links say.
pub fn open_in_root(root: BorrowedFd<'_>, path: impl AsRef<Path>, flags: OFlags) -> Result<OwnedFd> {
    scoped(root, path.as_ref(), flags, ResolveFlags::empty())
}

/// Like [`open_in_root`], but any symbolic link on the way fails with `ELOOP`.
pub fn open_without_links(root: BorrowedFd<'_>, path: impl AsRef<Path>, flags: OFlags) -> Result<OwnedFd> {
    scoped(root, path.as_ref(), flags, ResolveFlags::NO_SYMLINKS)
}

fn scoped(root: BorrowedFd<'_>, path: &Path, flags: OFlags, more: ResolveFlags) -> Result<OwnedFd> {
    #[cfg(test)]
    moments::reach(Moment::Look);
    for _ in 0..TRIES {
        match openat2(root, path, flags | OFlags::CLOEXEC, Mode::empty(), SCOPED | more) {
            Err(Errno::AGAIN | Errno::INTR) => {}
            result => return result,
        }
    }
    Err(Errno::AGAIN)
}

/// What is made where nothing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// A folder.
    Directory,
    /// An empty file.
    File,
}

/// Whether symbolic links are followed (inside the root, always).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Links {
    /// They are.
    Follow,
    /// They fail with `ELOOP`.
    Refuse,
}

/// A place inside the root.
#[derive(Debug)]
pub struct Place {
    /// `O_PATH` descriptor of it.
    pub fd: OwnedFd,
    /// Whether it was there before.
    pub existed: bool,
}

/// Opens `path` inside `root`, and makes it with its parents when it is missing.
pub fn open_or_make(root: BorrowedFd<'_>, path: &Path, missing: Missing, links: Links) -> Result<Place> {
    let opened = match links {
        Links::Follow => open_in_root(root, path, OFlags::PATH),
        Links::Refuse => open_without_links(root, path, OFlags::PATH),
    };
    match opened {
        Ok(fd) => Ok(Place { fd, existed: true }),
        Err(Errno::NOENT) => Walk::new(root, links).make(path, missing).map(|fd| Place { fd, existed: false }),
        Err(error) => Err(error),
    }
}

/// Makes the folder `path` inside `root`, with its parents, and opens it. Existing folders are kept.
pub fn mkdir_in_root(root: BorrowedFd<'_>, path: impl AsRef<Path>) -> Result<OwnedFd> {
    open_or_make(root, path.as_ref(), Missing::Directory, Links::Follow).map(|place| place.fd)
}

/// The identity of the mount that a descriptor is on.
pub fn mount_id(fd: BorrowedFd<'_>) -> Result<u64> {
    statx(fd, c"", AtFlags::EMPTY_PATH, StatxFlags::MNT_ID).map(|stat| stat.stx_mnt_id)
}

/// Splits `path` into its last component and the folder it is in. None when it ends in `..` or has no component.
pub fn split(path: &Path) -> Option<(&Path, &OsStr)> {
    Some((path.parent()?, path.file_name()?))
}

/// The slow way: one component at a time.
struct Walk<'fd> {
    root: BorrowedFd<'fd>,
    links: Links,
    stack: Vec<OwnedFd>,
    pending: VecDeque<OsString>,
    followed: u32,
}

impl<'fd> Walk<'fd> {
    fn new(root: BorrowedFd<'fd>, links: Links) -> Self {
        Walk { root, links, stack: Vec::new(), pending: VecDeque::new(), followed: 0 }
    }

    fn make(mut self, path: &Path, missing: Missing) -> Result<OwnedFd> {
        self.put_first(path);
        let mut tries = 0;
        while let Some(name) = self.pending.pop_front() {
            if name == ".." {
                self.stack.pop();
                continue;
            }
            let wanted = if self.pending.is_empty() { missing } else { Missing::Directory };
            match self.step(&name, wanted) {
                // Something came or went between two calls.
                Err(Errno::EXIST | Errno::NOENT) if tries < TRIES => {
                    tries += 1;
                    self.pending.push_front(name);
                }
                result => result?,
            }
        }
        match self.stack.pop() {
            Some(fd) => Ok(fd),
            None => openat(self.root, c".", OFlags::PATH | OFlags::CLOEXEC, Mode::empty()),
        }
    }

    fn here(&self) -> BorrowedFd<'_> {
        self.stack.last().map_or(self.root, |fd| fd.as_fd())
    }

    /// Goes into `name`, or makes it, or follows it.
    fn step(&mut self, name: &OsStr, wanted: Missing) -> Result<()> {
        #[cfg(test)]
        moments::reach(Moment::Step);
        let fd = match openat(self.here(), name, OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty()) {
            Ok(fd) => fd,
            Err(Errno::NOENT) => make_one(self.here(), name, wanted)?,
            Err(error) => return Err(error),
        };
        if FileType::from_raw_mode(fstat(&fd)?.st_mode) == FileType::Symlink {
            return self.follow(&fd);
        }
        self.stack.push(fd);
        Ok(())
    }

    fn follow(&mut self, link: &OwnedFd) -> Result<()> {
        self.followed += 1;
        if self.links == Links::Refuse || self.followed > LINKS {
            return Err(Errno::LOOP);
        }
        let target = OsString::from_vec(readlinkat(link, c"", Vec::new())?.into_bytes());
        self.put_first(Path::new(&target));
        Ok(())
    }

    fn put_first(&mut self, path: &Path) {
        let bytes = path.as_os_str().as_bytes();
        if bytes.starts_with(b"/") {
            self.stack.clear();
        }
        for name in bytes.split(|&byte| byte == b'/').rev() {
            if !name.is_empty() && name != b"." {
                self.pending.push_front(OsStr::from_bytes(name).to_owned());
            }
        }
    }
}

/// Makes one thing directly in a folder, and opens that very thing: a link put there meanwhile fails.
pub fn make_one(parent: BorrowedFd<'_>, name: &OsStr, missing: Missing) -> Result<OwnedFd> {
    let exact = OFlags::NOFOLLOW | OFlags::CLOEXEC;
    match missing {
        Missing::Directory => {
            mkdirat(parent, name, Mode::from_raw_mode(0o755))?;
            #[cfg(test)]
            moments::reach(Moment::Made);
            openat(parent, name, OFlags::PATH | OFlags::DIRECTORY | exact, Mode::empty())
        }
        Missing::File => {
            let create = OFlags::CREATE | OFlags::EXCL | OFlags::RDONLY;
            openat(parent, name, create | exact, Mode::from_raw_mode(0o644))
        }
    }
}
