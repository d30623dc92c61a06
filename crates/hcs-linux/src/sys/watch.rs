//! Awaiting a descriptor.

use std::io;
use std::os::fd::OwnedFd;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// Watches a descriptor for being readable, and writable too if asked.
pub fn watch(fd: OwnedFd, writable: bool) -> io::Result<AsyncFd<OwnedFd>> {
    let interest = if writable { Interest::READABLE | Interest::WRITABLE } else { Interest::READABLE };
    // SAFETY: an OwnedFd gives the same open descriptor for as long as it lives, which is as long as the registration.
    let watched = unsafe { AsyncFd::register_with_interest(fd, interest) };
    watched.map_err(io::Error::from)
}
