//! The root filesystem.
