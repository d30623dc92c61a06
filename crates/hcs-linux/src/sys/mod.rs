//! System calls that rustix does not have, each behind a safe function: the only home of `unsafe` in this crate.

pub mod bpf;
