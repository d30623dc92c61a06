//! The socket between keeper and helper: whole messages, with descriptors.

use crate::{Context, Failure};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, ReturnFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, SocketFlags, SocketType,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::{IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

/// Most bytes of a message. Requests travel in a memory file; the rest is short, with errors the longest.
const MOST_BYTES: usize = 8 * 1024;
/// Most descriptors of a message: the three standard streams.
const MOST_FDS: usize = 3;

/// One end of the socket.
#[derive(Debug)]
pub struct Channel(OwnedFd);

/// A message's bytes, and its descriptors.
type Raw = (Vec<u8>, Vec<OwnedFd>);

/// A message and the descriptors that came with it; `None` when the other end is gone.
pub type Received<T> = Option<(T, Vec<OwnedFd>)>;

impl Channel {
    /// Makes both ends, close-on-exec.
    pub fn pair() -> Result<(Channel, Channel), Failure> {
        let (ours, theirs) =
            rustix::net::socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)
                .doing(|| "make the helper's socket")?;
        Ok((Channel(ours), Channel(theirs)))
    }

    /// Wraps an inherited end.
    pub fn from_fd(fd: OwnedFd) -> Channel {
        Channel(fd)
    }

    /// Sends a message.
    pub fn send<T: Serialize>(&self, message: &T, fds: &[BorrowedFd<'_>]) -> Result<(), Failure> {
        let mut body =
            serde_json::to_vec(message).map_err(|error| Failure::new("encode a message", error.to_string()))?;
        assert!(fds.len() <= MOST_FDS, "a message carries at most the standard streams");
        if body.len() > MOST_BYTES {
            // Only a failure with a very long text gets here.
            body =
                serde_json::to_vec(&super::message::ToKeeper::Failed(Failure::new("report", "the text was too long")))
                    .map_err(|error| Failure::new("encode a message", error.to_string()))?;
        }
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST_FDS))];
        let mut ancillary = SendAncillaryBuffer::new(&mut space);
        if !fds.is_empty() {
            ancillary.push(SendAncillaryMessage::ScmRights(fds));
        }
        retry(|| rustix::net::sendmsg(&self.0, &[IoSlice::new(&body)], &mut ancillary, SendFlags::NOSIGNAL))
            .doing(|| "send to the other end of the helper's socket")?;
        Ok(())
    }

    /// Waits for a message.
    pub fn receive<T: DeserializeOwned>(&self) -> Result<Received<T>, Failure> {
        match self.try_receive(RecvFlags::empty()) {
            Ok(received) => received.map(|(body, fds)| Ok((decode(&body)?, fds))).transpose(),
            Err(errno) => Err(Failure::errno("receive from the other end of the helper's socket", errno)),
        }
    }

    /// Takes a message if one is there; `Err(AGAIN)` if not.
    pub fn poll<T: DeserializeOwned>(&self) -> Result<Result<Received<T>, Failure>, Errno> {
        let received = self.try_receive(RecvFlags::DONTWAIT)?;
        Ok(received.map(|(body, fds)| Ok((decode(&body)?, fds))).transpose())
    }

    /// Whether the other end is still there.
    pub fn is_open(&self) -> bool {
        let mut fds = [PollFd::new(&self.0, PollFlags::empty())];
        let now = Timespec { tv_sec: 0, tv_nsec: 0 };
        poll(&mut fds, Some(&now)).is_ok() && !fds[0].revents().contains(PollFlags::HUP)
    }

    fn try_receive(&self, flags: RecvFlags) -> Result<Option<Raw>, Errno> {
        let mut body = [0; MOST_BYTES];
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST_FDS))];
        let mut ancillary = RecvAncillaryBuffer::new(&mut space);
        let message = retry(|| {
            let mut parts = [IoSliceMut::new(&mut body)];
            rustix::net::recvmsg(&self.0, &mut parts, &mut ancillary, flags | RecvFlags::CMSG_CLOEXEC)
        })?;
        let fds = ancillary
            .drain()
            .filter_map(|item| match item {
                RecvAncillaryMessage::ScmRights(fds) => Some(fds),
                _ => None,
            })
            .flatten()
            .collect();
        if message.bytes == 0 {
            return Ok(None);
        }
        if message.flags.contains(ReturnFlags::TRUNC) {
            return Err(Errno::MSGSIZE);
        }
        Ok(Some((body[..message.bytes].to_vec(), fds)))
    }
}

impl AsFd for Channel {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl std::os::fd::AsRawFd for Channel {
    fn as_raw_fd(&self) -> i32 {
        std::os::fd::AsRawFd::as_raw_fd(&self.0)
    }
}

fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    serde_json::from_slice(body).map_err(|error| Failure::new("decode a helper's message", error.to_string()))
}

fn retry<T>(mut call: impl FnMut() -> Result<T, Errno>) -> Result<T, Errno> {
    loop {
        match call() {
            // The other end closed without reading everything, which is told once and before what it had sent.
            Err(Errno::INTR | Errno::CONNRESET) => {}
            result => return result,
        }
    }
}

/// Sends a terminal's master on a console socket, as the OCI runtimes do: one message with the descriptor.
pub fn send_master(console: &OwnedFd, master: &OwnedFd) -> Result<(), Failure> {
    let fds = [master.as_fd()];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    ancillary.push(SendAncillaryMessage::ScmRights(&fds));
    let name = [IoSlice::new(b"/dev/ptmx")];
    retry(|| rustix::net::sendmsg(console, &name, &mut ancillary, SendFlags::NOSIGNAL))
        .doing(|| "send the terminal on the console socket")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::launch::message::{ToInit, ToKeeper};

    #[test]
    fn the_last_words_of_an_end_that_did_not_listen_arrive() {
        let (keeper, init) = Channel::pair().unwrap();
        keeper.send(&ToInit::Start, &[]).unwrap();
        init.send(&ToKeeper::Failed(Failure::new("mount", "no")), &[]).unwrap();
        drop(init);
        let received: Received<ToKeeper> = keeper.receive().unwrap();
        assert!(matches!(received, Some((ToKeeper::Failed(failure), _)) if failure.doing == "mount"));
        assert!(keeper.receive::<ToKeeper>().unwrap().is_none(), "then the end");
    }

    #[test]
    fn descriptors_arrive_with_their_message() {
        let (one, other) = Channel::pair().unwrap();
        one.send(&ToKeeper::Terminal, &[one.as_fd()]).unwrap();
        let (message, fds) = other.receive::<ToKeeper>().unwrap().unwrap();
        assert!(matches!(message, ToKeeper::Terminal));
        assert_eq!(fds.len(), 1);
    }
}
