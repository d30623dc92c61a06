//! The seam: which platform this engine runs on. Everything beside this file is the same on all.

#[cfg(target_os = "linux")]
#[path = "linux/mod.rs"]
mod platform;
#[cfg(windows)]
#[path = "windows/mod.rs"]
mod platform;

pub use platform::{
    Foreground, Held, OutOfMemory, describe, environment, exec, exec_detached, facts, file_id, gc, host, is_alive,
    is_private, kill, lock_path, make_private, open_lock, own_identity, own_streams, random, remove, remove_lock, run,
    run_if_helper, spawn, stop, taken_first, unfit_name, wait, wanted,
};
