//! System calls that rustix does not have, each behind a safe function: the only home of `unsafe` in this crate.

pub mod bpf;
pub mod clone;
pub mod memory;
pub mod mount;
pub mod process;
pub mod seccomp;
pub mod watch;
