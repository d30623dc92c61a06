//! The connection under a bridge: bytes both ways and, where the two ends share a machine, handles beside the bytes.
//!
//! A [`Connection`] hides what it runs on, so that the ends of the bridge are written once. Any byte stream becomes one with
//! [`Connection::new`]; a Unix socket becomes one that carries handles too. Handles belong to the frame with whose bytes they
//! arrive: frames are read to their last byte and no further, so the two cannot be confused.

use hcs_host::Handle;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Most handles that one frame may carry: the streams of a process. What a peer sends beyond is closed at once.
pub const MAX_HANDLES: usize = 3;

/// The receiving half.
pub(crate) trait Incoming: AsyncRead + Send + Unpin {
    /// Takes the handles that arrived since the last call.
    fn take_handles(&mut self) -> Vec<Handle>;
}

/// The sending half.
pub(crate) trait Outgoing: AsyncWrite + Send + Unpin {
    /// Sends handles along with the next byte.
    fn attach(&mut self, handles: Vec<Handle>) -> io::Result<()>;
}

/// A connected byte stream between a host and a guest.
pub struct Connection {
    pub(crate) incoming: Box<dyn Incoming>,
    pub(crate) outgoing: Box<dyn Outgoing>,
}

impl Connection {
    /// A connection over any byte stream. It carries no handles.
    pub fn new<S: AsyncRead + AsyncWrite + Send + 'static>(stream: S) -> Self {
        let (reader, writer) = tokio::io::split(stream);
        Connection { incoming: Box::new(Plain(reader)), outgoing: Box::new(Plain(writer)) }
    }
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection").finish_non_exhaustive()
    }
}

/// A half that carries bytes only.
struct Plain<T>(T);

impl<T: AsyncRead + Unpin> AsyncRead for Plain<T> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Plain<T> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

impl<T: AsyncRead + Send + Unpin> Incoming for Plain<T> {
    fn take_handles(&mut self) -> Vec<Handle> {
        Vec::new()
    }
}

impl<T: AsyncWrite + Send + Unpin> Outgoing for Plain<T> {
    fn attach(&mut self, handles: Vec<Handle>) -> io::Result<()> {
        if handles.is_empty() {
            return Ok(());
        }
        Err(io::Error::new(io::ErrorKind::Unsupported, "this connection cannot carry handles"))
    }
}
