//! The platform's owned handle, in which standard streams cross the boundary.

#[cfg(unix)]
pub use std::os::fd::OwnedFd as Handle;
#[cfg(windows)]
pub use std::os::windows::io::OwnedHandle as Handle;
