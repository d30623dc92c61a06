//! Streams of the caller that a container's output goes to.
//!
//! A keeper must answer others and pass on signals even while nobody reads the output: a pager waits, a terminal is stopped
//! with Ctrl-S. So it never waits in a write where that can be helped. The caller's own streams stay blocking, because other
//! programs share them; a pipe or a terminal is opened a second time for that.

use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{CWD, FileType, Mode, OFlags, fstat, major, minor, openat};
use rustix::io::Errno;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use tokio::io::unix::AsyncFd;

/// The device whose opening makes another terminal.
const TERMINAL_MAKER: (u32, u32) = (5, 2);

/// A stream, and what it has not taken yet.
pub struct Outlet {
    stream: OwnedFd,
    /// The same pipe or terminal, awaited.
    awaited: Option<AsyncFd<OwnedFd>>,
    waiting: Vec<u8>,
    open: bool,
}

impl Outlet {
    /// Wraps a stream. One that cannot be awaited, as a plain file or a socket, is written blocking.
    pub fn new(stream: OwnedFd) -> Outlet {
        let awaited = reopened(stream.as_fd()).and_then(|copy| hcs_linux::watch(copy, true).ok());
        Outlet { stream, awaited, waiting: Vec::new(), open: true }
    }

    /// Whether everything was taken.
    pub fn is_clear(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Adds to what is to be written. A stream that was closed takes everything and shows nothing.
    pub fn push(&mut self, data: &[u8]) {
        if self.open {
            self.waiting.extend_from_slice(data);
        }
    }

    /// Writes some of what waits, once there is room for it; endless with nothing to write. May be dropped and asked again.
    pub async fn pour(&mut self) {
        if self.waiting.is_empty() {
            return std::future::pending().await;
        }
        let taken = match &self.awaited {
            Some(awaited) => write(awaited, &self.waiting).await,
            None => write_all(self.stream.as_fd(), &self.waiting).then_some(self.waiting.len()),
        };
        match taken {
            Some(count) => drop(self.waiting.drain(..count)),
            None => (self.open, self.waiting) = (false, Vec::new()),
        }
    }
}

/// Opens a pipe or a terminal again, not to wait in writes.
fn reopened(stream: BorrowedFd<'_>) -> Option<OwnedFd> {
    let stat = fstat(stream).ok()?;
    let waits = match FileType::from_raw_mode(stat.st_mode) {
        FileType::Fifo => true,
        FileType::CharacterDevice => {
            rustix::termios::isatty(stream) && (major(stat.st_rdev), minor(stat.st_rdev)) != TERMINAL_MAKER
        }
        _ => false,
    };
    let flags = OFlags::WRONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let path = format!("/proc/self/fd/{}", stream.as_raw_fd());
    // Somebody else's terminal may not be opened: it is written as it is.
    waits.then(|| openat(CWD, path, flags, Mode::empty()).ok())?
}

/// Writes what there is room for; `None` if the stream takes no more.
pub async fn write(to: &AsyncFd<OwnedFd>, data: &[u8]) -> Option<usize> {
    loop {
        let mut guard = to.writable().await.ok()?;
        match rustix::io::write(to.get_ref(), data) {
            Err(Errno::AGAIN | Errno::INTR) => guard.clear_ready(),
            result => return result.ok(),
        }
    }
}

/// Writes everything; answers whether the stream still takes data.
fn write_all(to: BorrowedFd<'_>, mut data: &[u8]) -> bool {
    while !data.is_empty() {
        match rustix::io::write(to, data) {
            Ok(count) => data = &data[count..],
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => {
                // The caller made its stream non-blocking: wait until it takes more.
                let _ = poll(&mut [PollFd::from_borrowed_fd(to, PollFlags::OUT)], None);
            }
            Err(_) => return false,
        }
    }
    true
}
