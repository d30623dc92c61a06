//! Handles over a socket (`SCM_RIGHTS`): bytes and descriptors in one message.

use crate::connection::MAX_HANDLES;
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags,
};
use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use tokio::io::Interest;
use tokio::net::UnixStream;

/// Sends some bytes, and all handles with the first of them. Answers how many bytes went.
pub(super) fn send(socket: impl AsFd, bytes: &[u8], handles: &[OwnedFd]) -> io::Result<usize> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MAX_HANDLES))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    let borrowed: Vec<BorrowedFd<'_>> = handles.iter().map(AsFd::as_fd).collect();
    if !borrowed.is_empty() && !control.push(SendAncillaryMessage::ScmRights(&borrowed)) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "too many handles for one message"));
    }
    Ok(rustix::net::sendmsg(socket, &[IoSlice::new(bytes)], &mut control, SendFlags::NOSIGNAL)?)
}

/// Receives some bytes and adds the handles that come with them. Handles beyond [`MAX_HANDLES`] are closed.
pub(super) fn receive(socket: impl AsFd, bytes: &mut [u8], handles: &mut Vec<OwnedFd>) -> io::Result<usize> {
    // The kernel closes what does not fit this.
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MAX_HANDLES))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let received = rustix::net::recvmsg(socket, &mut [IoSliceMut::new(bytes)], &mut control, RecvFlags::CMSG_CLOEXEC)?;
    for message in control.drain() {
        if let RecvAncillaryMessage::ScmRights(rights) = message {
            let room = MAX_HANDLES.saturating_sub(handles.len());
            handles.extend(rights.take(room));
        }
    }
    Ok(received.bytes)
}

/// Sends one handle over a connected socket, as the OCI runtimes do with a terminal's master.
pub fn send_handle(socket: impl AsFd, handle: OwnedFd) -> io::Result<()> {
    send(socket, &[0], &[handle]).map(drop)
}

/// Waits for one handle from a connected socket; `None` when the other end closes without sending one.
pub async fn receive_handle(socket: &UnixStream) -> io::Result<Option<OwnedFd>> {
    loop {
        let mut handles = Vec::new();
        let count = socket.async_io(Interest::READABLE, || receive(socket, &mut [0; 64], &mut handles)).await?;
        if count == 0 || !handles.is_empty() {
            return Ok(handles.pop());
        }
    }
}
