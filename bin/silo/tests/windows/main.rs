//! `silo.exe` as its users have it: the program itself, with real processes inside of containers.
//!
//! The compute service is the one of `testing/hcs-fake`, which `cargo xtask wine` puts into the system folder of a Windows of
//! Wine's. Where it is not installed there is nothing to be run with, and every test passes at once. The build of that Windows
//! chooses the version of the service, and `SILO_HCS_ABI` the DLL; what differs by them is told by [`session::Session`].
//!
//! Every test has a service and a state root of its own, and ends by finding nothing left in either.
#![forbid(unsafe_code)]
#![cfg(windows)]

mod background;
mod console;
mod crashes;
mod faults;
mod lives;
mod matrix;
mod nspawn;
mod sequence;
mod session;
mod streams;
