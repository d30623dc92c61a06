//! A Host Compute Service for tests.
//!
//! DLLs with the names and functions of Windows's own (`src/dll`) send each call as a [`Call`] to a service, which lives as long
//! as something that was made does, and answers a [`Reply`] from its [`world`]. [`strict`] reads documents as the real services
//! do, who know nothing of the types that this project writes them from: keys in their exact case, no key that a build does not
//! have, every value of its type.

mod call;
pub mod strict;
pub mod world;

pub use call::{Call, Reply};
