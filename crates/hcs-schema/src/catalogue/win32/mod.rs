//! Errors of Win32 and of Windows Sockets: the numbers that `net helpmsg` knows. As an HRESULT each is 0x8007xxxx.
//!
//! There are some three thousand of them; here are those that people who run containers meet.

pub(super) mod files;
pub(super) mod network;
pub(super) mod system;
