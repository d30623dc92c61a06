//! Linux as a compute host.
//!
//! A container is made in three steps. The keeper (whoever calls [`LinuxHost`](host)) makes the control groups and starts a
//! *stage*: this program again, re-executed from a sealed copy of itself and single-threaded, which joins or makes the
//! namespaces and leaves behind the container's *init*. Init builds the root ([`rootfs`]), takes on the identity of the user's
//! process ([`process`]), waits for the word to start and becomes the user's program. Keeper and init talk over one socket.
//!
//! Everything inside a root is reached through `openat2(RESOLVE_IN_ROOT)`; every outside resource goes through the ledger.
#![cfg(target_os = "linux")]

pub mod cgroup;
mod describe;
mod failure;
mod host;
mod launch;
pub mod process;
mod release;
pub mod rootfs;
mod sys;

pub use describe::describe;
pub use failure::{Context, Failure};
pub use hcs_host::plan::linux::support;
pub use host::{Creation, Found, Joining, LinuxHost, identity, is_alive, is_stopped, open_process};
pub use launch::run_if_helper;
pub use release::{prune, release, remove_tree};
pub use sys::memory::give_back_program;
pub use sys::process::close_inherited;
pub use sys::watch::watch;
