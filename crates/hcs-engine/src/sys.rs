//! The seam: which platform this engine runs on. Everything beside this file is the same on all.

#[cfg(target_os = "linux")]
#[path = "linux/mod.rs"]
mod platform;
#[cfg(not(target_os = "linux"))]
#[path = "elsewhere.rs"]
mod platform;

pub use platform::{
    describe, environment, exec, exec_detached, facts, file_id, gc, host, is_alive, is_private, kill, private, remove,
    run, run_if_helper, spawn, stop, wait, wanted,
};
