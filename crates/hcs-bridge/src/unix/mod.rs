//! Unix sockets: the bridge between processes of one machine, and what a VM's socket device makes of ports.
//!
//! [`Listener`] is where a keeper waits for its front ends; only the keeper's own user and root get through. [`connect`] is the
//! other end. Such connections carry handles ([`Streams::Passed`]). [`relayed`] copies standard streams instead, over the
//! ports of any transport; [`Sockets`] is a transport whose ports are sockets beside the bridge's.
//!
//! A socket's address is limited to 107 bytes, which state directories exceed; longer paths are reached by way of their
//! folder's descriptor.

mod handle;
mod link;
mod relay;
mod rights;
mod sockets;

pub use relay::relayed;
pub use rights::{receive_handle, send_handle};
pub use sockets::Sockets;

use crate::connection::Connection;
use crate::stdio::Streams;
use hcs_host::Host;
use rustix::fs::{Mode, OFlags};
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType};
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinSet;

/// Longest path that fits a socket's address, with its terminator.
const LONGEST_PATH: usize = 107;

/// Connections that may wait to be accepted. A burst of commands for one system is far smaller.
const BACKLOG: i32 = 128;

/// Pause after a failure to accept that only time can cure, such as too many open files.
const PAUSE: Duration = Duration::from_millis(100);

/// Connects to a bridge's socket.
pub async fn connect(path: &Path) -> io::Result<Connection> {
    connect_stream(path).await.map(Connection::from)
}

async fn connect_stream(path: &Path) -> io::Result<UnixStream> {
    let (path, _folder) = reachable(path)?;
    UnixStream::connect(path).await
}

/// A bridge's socket, on which its user's processes and root's may connect. Dropping it removes the socket.
#[derive(Debug)]
pub struct Listener {
    socket: UnixListener,
    _path: Unlink,
}

impl Listener {
    /// Makes the socket, accessible to this user only.
    pub fn bind(path: &Path) -> io::Result<Listener> {
        let (address, _folder) = reachable(path)?;
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let socket = rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
        // The path gets the mode of the socket it is made from, so there is no moment at which others could connect.
        rustix::fs::fchmod(&socket, Mode::RUSR | Mode::WUSR)?;
        rustix::net::bind(&socket, &SocketAddrUnix::new(&address)?)?;
        // From here on the path is ours to remove, also on failure.
        let path = Unlink(path.into());
        rustix::net::listen(&socket, BACKLOG)?;
        Ok(Listener { socket: UnixListener::from_std(socket.into())?, _path: path })
    }

    /// Waits for a connection of an allowed user; others are closed unheard.
    pub async fn accept(&self) -> io::Result<Connection> {
        loop {
            let stream = self.accept_any().await?;
            if may_connect(&stream).unwrap_or(false) {
                return Ok(stream.into());
            }
        }
    }

    /// Serves every connection, until the socket fails. Dropping the future ends them all.
    pub async fn serve(&self, host: Arc<dyn Host>, streams: Streams) -> io::Result<()> {
        let mut served = JoinSet::new();
        loop {
            tokio::select! {
                connection = self.accept() => {
                    let (host, streams, connection) = (host.clone(), streams.clone(), connection?);
                    // How a connection ends concerns the one at its other end.
                    served.spawn(async { drop(crate::serve(host, connection, streams).await) });
                }
                Some(_) = served.join_next() => {}
            }
        }
    }

    async fn accept_any(&self) -> io::Result<UnixStream> {
        loop {
            match self.socket.accept().await {
                Ok((stream, _)) => return Ok(stream),
                Err(error) => match rustix::io::Errno::from_io_error(&error) {
                    Some(rustix::io::Errno::CONNABORTED | rustix::io::Errno::INTR) => {}
                    Some(rustix::io::Errno::MFILE | rustix::io::Errno::NFILE | rustix::io::Errno::NOMEM) => {
                        tokio::time::sleep(PAUSE).await;
                    }
                    _ => return Err(error),
                },
            }
        }
    }
}

/// Removes a socket's path when dropped.
#[derive(Debug)]
struct Unlink(PathBuf);

impl Drop for Unlink {
    fn drop(&mut self) {
        // Whoever removed the folder has removed the socket.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Whether the process that connected may: it is root's or this user's.
fn may_connect(stream: &UnixStream) -> io::Result<bool> {
    let peer = rustix::net::sockopt::socket_peercred(stream)?;
    Ok(peer.uid.is_root() || peer.uid == rustix::process::geteuid())
}

/// A path to the same socket that fits an address, good as long as the descriptor is open.
fn reachable(path: &Path) -> io::Result<(PathBuf, Option<OwnedFd>)> {
    if path.as_os_str().len() <= LONGEST_PATH {
        return Ok((path.into(), None));
    }
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "the socket's path has no name"));
    };
    let folder = rustix::fs::open(folder, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
    let short = Path::new("/proc/self/fd").join(folder.as_raw_fd().to_string()).join(name);
    Ok((short, Some(folder)))
}
