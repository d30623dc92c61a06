//! The Linux half of the engine: keepers, and the commands that reach them.

mod commands;
mod connect;
mod container;
mod facts;
mod foreground;
mod gate;
mod gc;
mod keeper;
mod launch;
mod oom;
mod outlet;
mod output;
mod patience;
mod plan;
mod relay;
mod scratch;
mod spawn;

pub use commands::{exec, exec_detached, kill, remove, stop, wait};
pub use container::Held;
pub use facts::{environment, facts};
pub use foreground::{Foreground, own_streams};
pub use gc::gc;
pub use hcs_linux::is_alive;
pub use keeper::{describe, run};
pub use oom::OutOfMemory;
pub use plan::{host, wanted};
pub use spawn::spawn;

use std::os::unix::fs::{DirBuilderExt, MetadataExt};

/// Becomes a container's init or a keeper if this process was started as one, and then never returns.
pub fn run_if_helper() {
    hcs_linux::run_if_helper();
    spawn::run_if_keeper();
}

/// What tells this process from a later one of the same number.
pub fn own_identity() -> Option<hcs_host::ProcessIdentity> {
    hcs_linux::identity(std::process::id()).ok()
}

/// Random bytes for a name.
pub fn random() -> hcs_host::Result<[u8; 6]> {
    let mut bytes = [0; 6];
    rustix::rand::getrandom(&mut bytes, rustix::rand::GetRandomFlags::empty())
        .map_err(|errno| failed("name the container", "", "get random bytes", errno))?;
    Ok(bytes)
}

/// Why a name cannot be a folder's: every name that is checked can be one.
pub fn unfit_name(_: &str) -> Option<&'static str> {
    None
}

/// Where the lock of a container's folder is: the kernel locks folders, too.
pub fn lock_path(folder: &std::path::Path) -> std::path::PathBuf {
    folder.to_owned()
}

/// Opens what is locked for a container's folder.
pub fn open_lock(path: &std::path::Path) -> std::io::Result<std::fs::File> {
    std::fs::File::open(path)
}

/// The lock goes with the folder.
pub fn remove_lock(_: &std::path::Path) {}

/// What tells a folder from a later one of the same name.
pub fn file_id(metadata: &std::fs::Metadata) -> (u64, u64) {
    (metadata.dev(), metadata.ino())
}

/// Whether a folder is this user's, and nobody else may write to it.
pub fn is_private(_: &std::path::Path, found: &std::fs::Metadata) -> bool {
    found.uid() == rustix::process::geteuid().as_raw() && found.mode() & 0o022 == 0
}

/// Makes a folder that only its owner may enter.
pub fn make_private(folder: &std::path::Path) -> std::io::Result<()> {
    std::fs::DirBuilder::new().mode(0o700).create(folder)
}

/// The folder that must be private before anything in it is trusted, if others could have made it first.
pub fn taken_first(state: &std::path::Path) -> Option<&std::path::Path> {
    (state.parent() == Some(environment().temporary.as_path())).then_some(state)
}

/// The error of a failed system call.
fn failed(operation: &str, id: &str, doing: &str, errno: impl Into<std::io::Error>) -> hcs_host::Error {
    let error = errno.into();
    let mut failed = crate::store::failed(operation, std::path::Path::new(id), &error);
    failed.message = format!("{doing}: {error}");
    failed
}
