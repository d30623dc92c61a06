//! The seam: which platform this engine runs on. Everything beside this file is the same on all.

#[cfg(target_os = "linux")]
#[path = "linux/mod.rs"]
mod platform;
#[cfg(not(target_os = "linux"))]
#[path = "elsewhere.rs"]
mod platform;

pub use platform::{environment, exec, exec_detached, facts, file_id, private, run, run_if_helper, spawn, describe, stop, kill, wait, remove, gc, is_alive};
