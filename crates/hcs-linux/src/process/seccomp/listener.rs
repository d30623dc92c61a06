//! The agent that decides about notified system calls.
//!
//! It listens on a Unix socket of the host. The connection is made by whoever can still see that socket, and travels as a
//! descriptor to the process that loads the filter; that process sends the notification descriptor itself, as the
//! specification's `ContainerProcessState` with one descriptor attached, just before it becomes the user's program. So the
//! filter must permit `sendmsg`.

use super::super::state::State;
use crate::{Context, Failure};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::net::{
    AddressFamily, SendAncillaryBuffer, SendAncillaryMessage, SendFlags, SocketAddrUnix, SocketFlags, SocketType,
    connect, sendmsg, socket_with,
};
use serde::Serialize;
use std::io::IoSlice;
use std::mem::MaybeUninit;

/// A connected agent, and what it is told.
#[derive(Debug)]
pub struct Listener {
    /// The connection.
    socket: OwnedFd,
    /// The document.
    message: String,
}

/// `ContainerProcessState`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ProcessState<'a> {
    /// Version of the specification.
    oci_version: &'a str,
    /// Names of the attached descriptors.
    fds: [&'a str; 1],
    /// The process, as the runtime sees it.
    pid: i32,
    /// `linux.seccomp.listenerMetadata`.
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<&'a str>,
    /// The container.
    state: &'a State,
}

impl Listener {
    /// Connects to the agent.
    pub fn connect(path: &str) -> Result<OwnedFd, Failure> {
        let doing = || format!("connect to the seccomp agent at {path}");
        let address = SocketAddrUnix::new(path).doing(doing)?;
        let socket = socket_with(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None).doing(doing)?;
        connect(&socket, &address).doing(doing)?;
        Ok(socket)
    }

    /// The document about process `pid` of the container in `state`.
    pub fn message(pid: i32, metadata: Option<&str>, state: &State) -> String {
        let document = ProcessState { oci_version: &state.oci_version, fds: ["seccompFd"], pid, metadata, state };
        serde_json::to_string(&document).expect("a structure of strings and numbers is valid JSON")
    }

    /// A connection with what will be sent on it.
    pub fn new(socket: OwnedFd, message: String) -> Self {
        Listener { socket, message }
    }

    /// The connection.
    pub fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }

    /// Hands the notification descriptor over.
    pub fn send(&self, notification: BorrowedFd<'_>) -> Result<(), Failure> {
        let descriptors = [notification];
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut ancillary = SendAncillaryBuffer::new(&mut space);
        ancillary.push(SendAncillaryMessage::ScmRights(&descriptors));
        let bytes = [IoSlice::new(self.message.as_bytes())];
        let sent = sendmsg(self.socket.as_fd(), &bytes, &mut ancillary, SendFlags::NOSIGNAL)
            .doing(|| "send the seccomp notification descriptor to the agent")?;
        if sent != self.message.len() {
            return Err(Failure::new("send the container's state to the seccomp agent", "only a part was accepted"));
        }
        Ok(())
    }
}
