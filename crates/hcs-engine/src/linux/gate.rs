//! The gate of a container that nobody keeps: the socket where its first process waits for the word to start.
//!
//! As long as somebody listens there the program has not begun, which is also how others see that it has: no process needs to
//! have lived to write it down.

use super::failed;
use hcs_host::Result;
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType};
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::Path;

/// Name of the socket in a container's folder.
const SOCKET: &str = "start";

/// Connections that may wait, of commands that look at the same time.
const BACKLOG: i32 = 16;

/// Makes the gate.
pub fn make(folder: &Path) -> Result<OwnedFd> {
    let made = || -> rustix::io::Result<OwnedFd> {
        let (socket, _folder, address) = socket(folder)?;
        rustix::net::bind(&socket, &address)?;
        rustix::net::listen(&socket, BACKLOG)?;
        Ok(socket)
    };
    made().map_err(|errno| failed("create", &folder.display().to_string(), "make the socket to start it by", errno))
}

/// Connects to the gate; `None` if nobody waits there.
pub fn connect(folder: &Path) -> Result<Option<OwnedFd>> {
    let connected = || -> rustix::io::Result<OwnedFd> {
        let (socket, _folder, address) = socket(folder)?;
        rustix::net::connect(&socket, &address)?;
        Ok(socket)
    };
    match connected() {
        Ok(socket) => Ok(Some(socket)),
        Err(Errno::CONNREFUSED | Errno::NOENT) => Ok(None),
        Err(errno) => Err(failed("open", &folder.display().to_string(), "connect to the socket to start it by", errno)),
    }
}

/// A socket, and the gate's address. A socket's path is short, so it goes through the folder's descriptor.
fn socket(folder: &Path) -> rustix::io::Result<(OwnedFd, OwnedFd, SocketAddrUnix)> {
    let socket = rustix::net::socket_with(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)?;
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let folder = rustix::fs::open(folder, flags, Mode::empty())?;
    let address = SocketAddrUnix::new(format!("/proc/self/fd/{}/{SOCKET}", folder.as_raw_fd()))?;
    Ok((socket, folder, address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_waits_until_the_socket_is_closed() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("a".repeat(120));
        std::fs::create_dir(&deep).unwrap();
        assert!(connect(&deep).unwrap().is_none(), "no gate");
        let gate = make(&deep).unwrap();
        assert!(connect(&deep).unwrap().is_some());
        drop(gate);
        assert!(connect(&deep).unwrap().is_none(), "nobody there");
    }
}
