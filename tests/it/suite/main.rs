//! End-to-end tests of `silo`, each in a state root of its own.
//!
//! They run the program that was built beside them, on the real kernel, and need root, Debian's `busybox-static` and `strace`.
//! A test that finds one missing fails and says so.
#![forbid(unsafe_code)]

mod aftermath;
mod basics;
mod commands;
mod contest;
mod crash;
mod crowd;
mod deaths;
mod errors;
mod escapes;
mod examples;
mod explain;
mod files;
mod gc;
mod lifecycle;
mod limits;
mod mutations;
mod nspawn;
mod nspawn_bases;
mod oci;
mod plan;
mod pty;
mod reference;
mod rootless;
mod run;
mod runhcs;
mod scarce;
mod shell;
mod spec;
mod storage;
mod support;
mod terminal;
