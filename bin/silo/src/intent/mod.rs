//! From words to intent: what was typed becomes a [`Request`](hcs_engine::Request).
//!
//! Everything here is computed from data: the words, the text of files, and the caller's surroundings, which are asked for
//! through [`World`] so that tests can invent them. Nothing is made or changed. A word that cannot be honoured is refused
//! by a [`Refusal`] that names it; nothing is ignored.

pub mod base;
pub mod capabilities;
pub mod codes;
pub mod defaults;
pub mod devices;
pub mod environment;
pub mod exec;
pub mod mounts;
pub mod names;
pub mod nearest;
pub mod nspawn;
pub mod paths;
pub mod processors;
pub mod run;
pub mod seccomp;
pub mod signals;
pub mod size;
pub mod spec;
pub mod template;
pub mod user;
pub mod windows;

#[cfg(test)]
mod tests;

use hcs_engine::Facts;
use std::fmt;
use std::io;
use std::path::Path;

/// The caller's surroundings, as far as words refer to them.
pub trait World {
    /// The folder that relative paths start at.
    fn current_dir(&self) -> &Path;
    /// What the engine knows of caller and host.
    fn facts(&self) -> &Facts;
    /// A variable of the caller's environment.
    fn variable(&self, name: &str) -> Option<String>;
    /// What is at a path.
    fn look(&self, path: &Path) -> io::Result<Found>;
    /// The text of a file.
    fn read(&self, path: &Path) -> io::Result<String>;
}

/// What is at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A folder.
    Folder,
    /// A device node.
    Device(Device),
    /// A file or anything else.
    Other,
}

/// A device node of the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Whether it is a block device; otherwise it is a character device.
    pub block: bool,
    /// Major number.
    pub major: i64,
    /// Minor number.
    pub minor: i64,
    /// Permission bits.
    pub mode: u32,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
}

/// Words that cannot be honoured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Which words: an option with its value, or a file and a key in it.
    pub subject: String,
    /// What is wrong with them, and the way round.
    pub message: String,
}

/// Result of giving meaning to words.
pub type Result<T> = std::result::Result<T, Refusal>;

/// A refusal of some words.
pub fn refusal(subject: impl Into<String>, message: impl Into<String>) -> Refusal {
    Refusal { subject: subject.into(), message: message.into() }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.subject, self.message)
    }
}

impl std::error::Error for Refusal {}
