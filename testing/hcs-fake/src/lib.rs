//! A Host Compute Service for tests.
//!
//! DLLs with the names and functions of Windows's own (`src/dll`) send each call as a [`Call`] to a service, which lives as long
//! as something that was made does, and answers a [`Reply`] from its [`world`]. [`strict`] reads documents as the real services
//! do, who know nothing of the types that this project writes them from: keys in their exact case, no key that a build does not
//! have, every value of its type.

mod call;
#[cfg(windows)]
pub mod client;
pub mod clock;
#[cfg(windows)]
pub mod export;
pub mod faults;
pub mod frame;
pub mod log;
pub mod message;
pub mod place;
pub mod strict;
#[cfg(windows)]
pub mod support;
pub mod world;

pub use call::{Call, Reply};
