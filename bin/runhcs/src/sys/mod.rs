//! What differs between platforms: where state is, how a terminal's master is handed over, and which descriptors are open.

#[cfg_attr(unix, path = "unix.rs")]
#[cfg_attr(not(unix), path = "other.rs")]
mod imp;

pub use imp::{connect_console, default_root, is_open};
