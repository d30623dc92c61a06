//! Windows: the engine's own place, no sockets for terminals, and no descriptors by number.

use hcs_engine::Handle;
use std::io;
use std::path::{Path, PathBuf};

/// The engine's own place.
pub fn default_root() -> Option<PathBuf> {
    None
}

/// There are none.
pub fn connect_console(_: &Path) -> io::Result<Handle> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "a terminal of Windows is not handed over on a socket"))
}

/// There are none.
pub fn is_open(_: u32) -> bool {
    false
}
