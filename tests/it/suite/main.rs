//! End-to-end tests of `silo`, each in a state root of its own.
//!
//! They run the program that was built beside them, on the real kernel, and need root and Debian's `busybox-static`. A test
//! that finds either missing fails and says so.
#![forbid(unsafe_code)]

mod basics;
mod escapes;
mod oci;
mod support;
