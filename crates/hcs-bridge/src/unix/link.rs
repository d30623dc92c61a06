//! A Unix socket as a connection that carries handles beside its bytes.

use super::rights;
use crate::connection::{Connection, Incoming, MAX_HANDLES, Outgoing};
use std::io;
use std::os::fd::OwnedFd;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio::net::UnixStream;

impl From<UnixStream> for Connection {
    fn from(stream: UnixStream) -> Self {
        let stream = Arc::new(stream);
        Connection {
            incoming: Box::new(ReadHalf { stream: stream.clone(), handles: Vec::new() }),
            outgoing: Box::new(WriteHalf { stream, handles: Vec::new() }),
        }
    }
}

struct ReadHalf {
    stream: Arc<UnixStream>,
    /// What has arrived and was not taken yet.
    handles: Vec<OwnedFd>,
}

impl AsyncRead for ReadHalf {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let ReadHalf { stream, handles } = &mut *self;
        loop {
            ready!(stream.poll_read_ready(cx))?;
            let space = buffer.initialize_unfilled();
            match stream.try_io(Interest::READABLE, || rights::receive(&**stream, space, handles)) {
                Ok(count) => {
                    buffer.advance(count);
                    return Poll::Ready(Ok(()));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl Incoming for ReadHalf {
    fn take_handles(&mut self) -> Vec<OwnedFd> {
        std::mem::take(&mut self.handles)
    }
}

struct WriteHalf {
    stream: Arc<UnixStream>,
    /// What goes with the next byte.
    handles: Vec<OwnedFd>,
}

impl AsyncWrite for WriteHalf {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let WriteHalf { stream, handles } = &mut *self;
        loop {
            ready!(stream.poll_write_ready(cx))?;
            match stream.try_io(Interest::WRITABLE, || rights::send(&**stream, bytes, handles)) {
                Ok(count) => {
                    // They have gone with the first byte; this end's copies are closed.
                    handles.clear();
                    return Poll::Ready(Ok(count));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(rustix::net::shutdown(&*self.stream, rustix::net::Shutdown::Write).map_err(io::Error::from))
    }
}

impl Outgoing for WriteHalf {
    fn attach(&mut self, handles: Vec<OwnedFd>) -> io::Result<()> {
        if handles.len() > MAX_HANDLES {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "too many handles for one message"));
        }
        self.handles = handles;
        Ok(())
    }
}
