//! Any handle as an asynchronous stream, without changing it.
//!
//! A caller's standard streams are shared with other programs (a shell's terminal, a pipeline), and the flag that makes them
//! non-blocking would be shared as well. So a blocking handle is asked whether it is ready before each operation, and written
//! to in pieces that a ready pipe takes whole. Regular files and the null device are always ready. A terminal that is stopped
//! between the question and the write can block; that is what stopping a terminal means.

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::fs::OFlags;
use rustix::io::Errno;
use std::io;
use std::os::fd::OwnedFd;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::unix::AsyncFd;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What a pipe that is ready takes without blocking (`PIPE_BUF`).
const PIECE: usize = 4096;

/// A handle to read from and write to.
pub(super) struct AsyncHandle {
    source: Source,
    blocking: bool,
}

enum Source {
    /// Something that may have to be waited for.
    Polled(AsyncFd<OwnedFd>),
    /// Something that is always ready, and that the kernel refuses to wait for.
    Ready(OwnedFd),
}

impl AsyncHandle {
    /// Takes a handle of any kind.
    pub(super) fn new(handle: OwnedFd) -> io::Result<Self> {
        let blocking = !rustix::fs::fcntl_getfl(&handle)?.contains(OFlags::NONBLOCK);
        #[expect(
            deprecated,
            reason = "it is unsound only for types that change their descriptor, which OwnedFd does not; \
            its successor is unsafe to call"
        )]
        let registered = AsyncFd::try_new(handle);
        let source = match registered {
            Ok(handle) => Source::Polled(handle),
            Err(error) => {
                let (handle, cause) = error.into_parts();
                if cause.kind() != io::ErrorKind::PermissionDenied {
                    return Err(cause);
                }
                Source::Ready(handle)
            }
        };
        Ok(AsyncHandle { source, blocking })
    }
}

/// Fails with `WouldBlock` unless an operation on the handle would come back at once.
fn check(handle: &OwnedFd, blocking: bool, wanted: PollFlags) -> io::Result<()> {
    if !blocking {
        return Ok(());
    }
    let mut polled = [PollFd::new(handle, wanted)];
    match rustix::event::poll(&mut polled, Some(&Timespec::default()))? {
        0 => Err(io::ErrorKind::WouldBlock.into()),
        _ => Ok(()),
    }
}

impl AsyncRead for AsyncHandle {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let blocking = self.blocking;
        let count = match &self.source {
            Source::Ready(handle) => rustix::io::read(handle, buffer.initialize_unfilled())?,
            Source::Polled(polled) => loop {
                let mut ready = ready!(polled.poll_read_ready(cx))?;
                let attempt = ready.try_io(|handle| {
                    check(handle.get_ref(), blocking, PollFlags::IN)?;
                    match rustix::io::read(handle.get_ref(), buffer.initialize_unfilled()) {
                        // A terminal's master says so when the last program at the terminal is gone.
                        Err(Errno::IO) => Ok(0),
                        other => Ok(other?),
                    }
                });
                if let Ok(outcome) = attempt {
                    break outcome?;
                }
            },
        };
        buffer.advance(count);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for AsyncHandle {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let blocking = self.blocking;
        let polled = match &self.source {
            Source::Ready(handle) => return Poll::Ready(rustix::io::write(handle, bytes).map_err(io::Error::from)),
            Source::Polled(polled) => polled,
        };
        let piece = if blocking { &bytes[..bytes.len().min(PIECE)] } else { bytes };
        loop {
            let mut ready = ready!(polled.poll_write_ready(cx))?;
            let attempt = ready.try_io(|handle| {
                check(handle.get_ref(), blocking, PollFlags::OUT)?;
                Ok(rustix::io::write(handle.get_ref(), piece)?)
            });
            if let Ok(outcome) = attempt {
                return Poll::Ready(outcome);
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    /// Handles are closed by dropping them.
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
