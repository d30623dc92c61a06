//! `vmcompute.dll` as programs that nobody here wrote use it.
#![forbid(unsafe_code)]
#![cfg(windows)]

mod processes;
mod session;
mod systems;
