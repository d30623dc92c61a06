//! A Host Compute Service for tests.
//!
//! [`strict`] reads documents as the real services do, who know nothing of the types that this project writes them from:
//! keys in their exact case, no key that a build does not have, every value of its type.
#![forbid(unsafe_code)]

pub mod strict;
