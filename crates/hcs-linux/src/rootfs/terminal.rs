//! The container's terminal.
//!
//! It is made in the container's own devpts, so that its name there is right, but no path of the container is trusted on
//! the way (CVE-2025-52565): both ends must be devices of a devpts, the slave is asked for with `TIOCGPTPEER` instead of by
//! name, and `/dev/console` is a file that no link leads to.

use super::resolve::{mkdir_in_root, open_in_root, open_without_links};
use super::{Root, devices, fs, guard};
use crate::{Context, Failure};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::pty::{OpenptFlags, ioctl_tiocgptpeer, unlockpt};
use std::ffi::OsStr;
use std::path::Path;

/// Opens a terminal of the root's devpts, and binds its slave on `/dev/console`. To be called after `assemble` and before
/// `seal`. Gives back master and slave; the slave's owner is set by who knows the user.
pub fn terminal(root: &Root) -> Result<(OwnedFd, OwnedFd), Failure> {
    let (master, slave) = pair(root.as_fd())?;
    console(root, &slave)?;
    Ok((master, slave))
}

/// Opens a terminal of the container that this process has joined, whose root is `/`. `/dev/console` stays what it is.
pub fn terminal_of_running() -> Result<(OwnedFd, OwnedFd), Failure> {
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let root = rustix::fs::open("/", flags, rustix::fs::Mode::empty()).doing(|| "open the container's root")?;
    pair(root.as_fd())
}

fn pair(root: BorrowedFd<'_>) -> Result<(OwnedFd, OwnedFd), Failure> {
    let master = open_without_links(root, "/dev/pts/ptmx", OFlags::RDWR | OFlags::NOCTTY).map_err(|errno| {
        let failure = Failure::errno("open /dev/pts/ptmx of the root", errno);
        if errno == Errno::NOENT { failure.hint("a terminal needs a devpts mounted on /dev/pts") } else { failure }
    })?;
    guard::on_devpts(master.as_fd(), "the terminal's master")?;
    unlockpt(&master).doing(|| "unlock the terminal")?;
    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
    let slave = ioctl_tiocgptpeer(&master, flags).doing(|| "open the terminal's slave")?;
    guard::on_devpts(slave.as_fd(), "the terminal's slave")?;
    Ok((master, slave))
}

fn console(root: &Root, slave: &OwnedFd) -> Result<(), Failure> {
    let doing = || "bind the terminal on /dev/console";
    let dev = mkdir_in_root(root.as_fd(), "/dev").doing(doing)?;
    let target = devices::plain_target(dev.as_fd(), OsStr::new("console")).doing(doing)?;
    guard::console_target(target.as_fd())?;
    let mount = fs::clone_tree(slave.as_fd(), false).doing(doing)?;
    fs::attach(mount.as_fd(), target.as_fd()).doing(doing)?;
    guard::landed(root.as_fd(), Path::new("/dev/console"), mount.as_fd(), OFlags::NOFOLLOW)?;
    debug_assert!(open_in_root(root.as_fd(), "/dev/console", OFlags::PATH).is_ok());
    Ok(())
}
