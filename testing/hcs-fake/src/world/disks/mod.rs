//! Virtual disks.

mod file;

pub use file::{DiskFile, USUAL_SIZE, volume};
