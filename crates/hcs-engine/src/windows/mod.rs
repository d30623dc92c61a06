//! The Windows half of the engine.
//!
//! The compute service owns the systems, so that any command reaches them by their ids. What it does not own, such as layers
//! and endpoints, a keeper holds: the foreground command itself, or a process of its own. A keeper executes a plan's steps
//! ([`steps`]), entering in the ledger what each makes, and takes them back in reverse ([`release`]) when the program has ended.

mod commands;
mod container;
mod facts;
mod foreground;
mod gc;
mod keeper;
mod launch;
mod output;
mod release;
mod signals;
mod spawn;
mod steps;
mod terminal;
mod values;

pub use commands::{exec, exec_detached, kill, remove, stop, wait};
pub use container::{Held, OutOfMemory};
pub use facts::{environment, facts, host, wanted};
pub use foreground::{Foreground, own_streams};
pub use gc::gc;
pub use hcs_windows::is_alive;
pub use keeper::{describe, run};
pub use spawn::spawn;

use hcs_host::{ProcessIdentity, Result};
use std::fs::File;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io;
use std::os::windows::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// `FILE_SHARE_READ`, `FILE_SHARE_WRITE` and `FILE_SHARE_DELETE`.
const SHARE_ALL: u32 = 1 | 2 | 4;

/// Becomes a keeper if this process was started as one, and then never returns.
pub fn run_if_helper() {
    spawn::run_if_keeper();
}

/// What tells this process from a later one of the same number.
pub fn own_identity() -> Option<ProcessIdentity> {
    hcs_windows::identity(std::process::id())
}

/// Random bytes for a name. The standard library's hashers begin with some of the system's.
#[expect(clippy::unnecessary_wraps, reason = "other systems can fail to have any")]
pub fn random() -> Result<[u8; 6]> {
    let [a, b, c, d, e, f, ..] = RandomState::new().build_hasher().finish().to_ne_bytes();
    Ok([a, b, c, d, e, f])
}

/// Why a name cannot be a folder's, if it cannot: Windows has devices of some names, drops dots at the end, and locks are beside
/// the folders.
pub fn unfit_name(name: &str) -> Option<&'static str> {
    let stem = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let numbered = ["com", "lpt"].iter().any(|device| {
        stem.strip_prefix(device).is_some_and(|number| number.len() == 1 && number.bytes().all(|c| c.is_ascii_digit()))
    });
    if numbered || ["con", "prn", "aux", "nul"].contains(&stem.as_str()) {
        return Some("it is the name of a device of Windows; choose another name");
    }
    if name.ends_with('.') || name.to_ascii_lowercase().ends_with(".lock") {
        return Some("on Windows a name does not end with a dot or .lock; choose another name");
    }
    None
}

/// Where the lock of a container's folder is: beside it, since Windows locks no folders.
pub fn lock_path(folder: &Path) -> PathBuf {
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push(".lock");
    folder.with_file_name(name)
}

/// Opens what is locked for a container's folder.
pub fn open_lock(path: &Path) -> io::Result<File> {
    File::options().read(true).write(true).create(true).truncate(false).share_mode(SHARE_ALL).open(path)
}

/// Removes the lock with a folder that goes. Whoever holds it keeps it until it is let go.
pub fn remove_lock(folder: &Path) {
    // One that stays is an empty file, and is taken again with its name.
    let _ = std::fs::remove_file(lock_path(folder));
}

/// What tells a file from a later one of the same name.
pub fn file_id(metadata: &std::fs::Metadata) -> Option<SystemTime> {
    metadata.created().ok()
}

/// Whether a folder is an administrator's or this user's.
pub fn is_private(folder: &Path, _: &std::fs::Metadata) -> bool {
    hcs_windows::is_private_folder(folder)
}

/// Makes a folder that only administrators and its owner may enter.
pub fn make_private(folder: &Path) -> io::Result<()> {
    hcs_windows::make_private_folder(folder)
}

/// The folder that must be private before anything in it is trusted: anybody may make folders in `ProgramData`.
pub fn taken_first(state: &Path) -> Option<&Path> {
    state.parent()
}
