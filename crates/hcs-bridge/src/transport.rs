//! Where the channels beside the bridge come from: numbered ports on which the host listens and to which the guest connects.
//!
//! In the protocol every channel is its own connection, made by the guest to a port that the host has announced. What a port
//! is depends on what lies between the two: a vsock or hvsocket port, or a path beside the bridge's Unix socket. A
//! [`Transport`] is used at both ends and only by relayed standard streams; the bridge's own connection is the caller's.

use async_trait::async_trait;
use std::io;
use tokio::io::{AsyncRead, AsyncWrite};

/// Makes connections by port number.
#[async_trait]
pub trait Transport: Send + Sync + 'static {
    /// Host end: listens on a port. [`io::ErrorKind::AddrInUse`] makes the caller try the next one.
    fn listen(&self, port: u32) -> io::Result<Box<dyn Listener>>;

    /// Guest end: connects to a port on which the host listens.
    async fn connect(&self, port: u32) -> io::Result<Box<dyn Stream>>;
}

/// A port that awaits its one connection. Dropping it gives the port back.
#[async_trait]
pub trait Listener: Send {
    /// Takes the connection; nobody else can connect then.
    async fn accept(self: Box<Self>) -> io::Result<Box<dyn Stream>>;
}

/// One connection. `shutdown` of the writing side is a half-close: the peer reads end of file and can still write.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {
    /// Half-closes the other direction: the peer's writes fail and our reads end.
    fn shutdown_read(&self) -> io::Result<()>;
}
