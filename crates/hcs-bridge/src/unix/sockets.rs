//! Ports as Unix sockets: port `P` of the bridge at `PATH` is the socket `PATH_P`, in decimal.
//!
//! Socket devices of virtual machines (vhost-device-vsock, Firecracker, cloud-hypervisor) map a guest's connections to the
//! host in this way, so a `Client` with this transport reaches such guests, and an agent run as a plain process can use it too.

use super::{Listener, connect_stream};
use crate::transport::{self, Stream, Transport};
use async_trait::async_trait;
use std::io;
use std::path::{Path, PathBuf};
use tokio::net::UnixStream;

/// The ports beside a bridge's socket.
#[derive(Clone, Debug)]
pub struct Sockets {
    bridge: PathBuf,
}

impl Sockets {
    /// The ports beside the bridge's socket at `bridge`, which need not exist.
    pub fn beside(bridge: &Path) -> Self {
        Sockets { bridge: bridge.into() }
    }

    /// The socket of a port.
    pub fn path(&self, port: u32) -> PathBuf {
        let mut path = self.bridge.clone().into_os_string();
        path.push(format!("_{port}"));
        path.into()
    }
}

#[async_trait]
impl Transport for Sockets {
    fn listen(&self, port: u32) -> io::Result<Box<dyn transport::Listener>> {
        Ok(Box::new(Listener::bind(&self.path(port))?))
    }

    async fn connect(&self, port: u32) -> io::Result<Box<dyn Stream>> {
        Ok(Box::new(connect_stream(&self.path(port)).await?))
    }
}

#[async_trait]
impl transport::Listener for Listener {
    async fn accept(self: Box<Self>) -> io::Result<Box<dyn Stream>> {
        // The socket's mode has kept others out; the device of a virtual machine may have given up its user since.
        let stream = self.accept_any().await?;
        Ok(Box::new(stream))
    }
}

impl Stream for UnixStream {
    fn shutdown_read(&self) -> io::Result<()> {
        Ok(rustix::net::shutdown(self, rustix::net::Shutdown::Read)?)
    }
}
