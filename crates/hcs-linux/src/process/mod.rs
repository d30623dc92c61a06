//! The identity of the user's process.
