//! A Host Compute Service for tests, and for any Windows that has none.
//!
//! DLLs with the names and functions of Windows's own (`src/dll`) send each call as a [`Call`] to a service, which lives as long
//! as something that was made does, and answers a [`Reply`] from its [`world`]. Processes of containers are real ones, in a job
//! object for each container; only paths below mapped directories are not the host's. [`strict`] reads documents as the real
//! services do, who know nothing of the types that this project writes them from: keys in their exact case, no key that a build
//! does not have, every value of its type.
//!
//! A program finds the DLLs beside itself or in the folder of the system. These variables are for it:
//!
//! ```text
//! HCS_FAKE_HOME     a folder whose name stands for a service: programs with different ones share nothing
//! HCS_FAKE_SERVICE  the program of the service, which is otherwise looked for beside the DLL and beside the program
//! HCS_FAKE_LOG      a file that every call and notification of every process is appended to, a line of JSON each
//! HCS_FAKE_FAULTS   what is to fail: see `faults`
//! HCS_FAKE_CALLS    a folder for the logs of tests that have a `Home`
//! ```
//!
//! A test has a `Home`, which is a service of its own, and looks at it with a `Fake`: both are on Windows and in Wine alone.

mod call;
#[cfg(windows)]
pub mod callbacks;
#[cfg(windows)]
pub mod client;
pub mod clock;
#[cfg(windows)]
pub mod export;
pub mod faults;
pub mod frame;
#[cfg(windows)]
pub mod handles;
#[cfg(windows)]
mod inspection;
pub mod log;
pub mod message;
#[cfg(windows)]
pub mod operations;
pub mod place;
#[cfg(windows)]
pub mod raw;
#[cfg(windows)]
mod service;
#[cfg(windows)]
pub mod streams;
pub mod strict;
#[cfg(windows)]
pub mod support;
pub mod world;

pub use call::{Call, Reply};
#[cfg(windows)]
pub use inspection::{Fake, Home};

/// Is the service of the home folder that the program's only argument names; see the program `hcs-fake-service`.
#[cfg(windows)]
pub fn serve() -> Result<(), String> {
    let home = std::env::args_os().nth(1).map_or_else(place::home, Into::into);
    service::run(&home).map_err(|error| format!("{}: {error}", home.display()))
}

/// Presses Ctrl-C on the console of this program, for all programs that have it but this one.
#[cfg(windows)]
pub fn interrupt() -> std::io::Result<()> {
    support::interrupt()
}

/// Refuses: there are no consoles.
#[cfg(not(windows))]
pub fn interrupt() -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}

/// Refuses: there are no DLLs that could ask.
#[cfg(not(windows))]
pub fn serve() -> Result<(), String> {
    Err("the service runs on Windows and in Wine: build it with --target x86_64-pc-windows-gnu".into())
}
