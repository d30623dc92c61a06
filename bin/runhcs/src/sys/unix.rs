//! Unix: state in memory, sockets in the file system.

use hcs_engine::Handle;
use std::io;
use std::path::{Path, PathBuf};

/// The folder of the state of containers.
pub fn default_root() -> Option<PathBuf> {
    let own = std::env::var_os("XDG_RUNTIME_DIR").filter(|folder| !folder.is_empty());
    match own {
        Some(folder) if !is_root() => Some(Path::new(&folder).join("runhcs")),
        _ => Some("/run/runhcs".into()),
    }
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    // Whoever reads this owns it.
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

/// Connects to the socket that gets a terminal's master.
pub fn connect_console(path: &Path) -> io::Result<Handle> {
    Ok(std::os::unix::net::UnixStream::connect(path)?.into())
}

/// Whether a descriptor is open in this process.
pub fn is_open(number: u32) -> bool {
    Path::new("/proc/self/fd").join(number.to_string()).symlink_metadata().is_ok()
}
