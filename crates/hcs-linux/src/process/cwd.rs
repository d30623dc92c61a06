//! The working directory: made if it is missing, entered, and proved to be inside the root.
//!
//! Its path comes from an image, and until the very end this process holds descriptors of the machine. So the path is
//! resolved with the links of procfs refused, for a path through `/proc/self/fd` would leave the root (CVE-2024-21626), both
//! when entering it and when making it. What the kernel says about the directory afterwards is checked all the same.

use crate::rootfs::open_in_root;
use crate::{Context, Failure};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{Mode, OFlags, mkdirat};
use rustix::io::Errno;
use rustix::process::{fchdir, getcwd};

/// Opens a directory of this root.
fn open(root: &OwnedFd, path: &str) -> Result<OwnedFd, Errno> {
    open_in_root(root.as_fd(), path, OFlags::PATH | OFlags::DIRECTORY)
}

/// Opens this root itself.
fn root() -> Result<OwnedFd, Errno> {
    rustix::fs::open("/", OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())
}

/// Makes what is missing of `path` and opens it. What is made belongs to root and is open to all.
fn make(root: &OwnedFd, path: &str) -> Result<OwnedFd, Errno> {
    let mut parent = open(root, "/")?;
    let mut done = String::new();
    for name in path.split('/').filter(|name| !name.is_empty() && *name != ".") {
        done.push('/');
        done.push_str(name);
        let next = match open(root, &done) {
            Err(Errno::NOENT) => match mkdirat(&parent, name, Mode::from_raw_mode(0o755)) {
                Ok(()) | Err(Errno::EXIST) => open(root, &done),
                Err(errno) => Err(errno),
            },
            opened => opened,
        };
        parent = next?;
    }
    Ok(parent)
}

/// Enters `path`.
fn change(path: &str, missing: fn(&OwnedFd, &str) -> Result<OwnedFd, Errno>) -> Result<(), Errno> {
    let root = root()?;
    let folder = match open(&root, path) {
        Err(Errno::NOENT) => missing(&root, path),
        opened => opened,
    };
    fchdir(folder?)
}

/// A failure to enter `path`.
fn explain(path: &str, errno: Errno) -> Failure {
    let failure = Failure::errno(format!("enter process.cwd {path:?}"), errno);
    match errno {
        Errno::LOOP => failure.hint("it goes through a link of procfs, or through too many links"),
        _ => failure,
    }
}

/// Makes and enters the working directory while still privileged; `false` if only the user may be able to enter it.
pub fn enter(path: &str) -> Result<bool, Failure> {
    if !path.starts_with('/') {
        return Err(Failure::invalid("process.cwd", format!("{path:?} is not an absolute path")));
    }
    match change(path, make) {
        Ok(()) => Ok(true),
        // A network filesystem may refuse root and let the user in.
        Err(Errno::ACCESS | Errno::PERM) => Ok(false),
        Err(errno) => Err(explain(path, errno)),
    }
}

/// Enters the working directory if that is still to do, and refuses one that is not below this root.
pub fn verify(path: &str, entered: bool) -> Result<(), Failure> {
    if !entered {
        change(path, |_, _| Err(Errno::NOENT)).map_err(|errno| explain(path, errno))?;
    }
    // For a directory outside the root, the kernel's answer begins with "(unreachable)".
    let real = getcwd(Vec::new()).doing(|| format!("look where process.cwd {path:?} is"))?;
    if real.to_bytes().starts_with(b"/") {
        return Ok(());
    }
    let why = format!("{path:?} is outside the container's root");
    Err(Failure { errno: libc::EPERM, ..Failure::new("process.cwd", why) })
}
