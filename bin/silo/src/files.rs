//! The caller's real surroundings, for [`crate::intent`].

use crate::intent::{Found, World};
use crate::sys;
use hcs_engine::Facts;
use std::io;
use std::path::{Path, PathBuf};

/// The surroundings of this process.
#[derive(Debug)]
pub struct Surroundings {
    current_dir: PathBuf,
    facts: Facts,
}

impl Surroundings {
    /// Looks about.
    pub fn new(facts: Facts) -> io::Result<Surroundings> {
        Ok(Surroundings { current_dir: std::env::current_dir()?, facts })
    }
}

impl World for Surroundings {
    fn current_dir(&self) -> &Path {
        &self.current_dir
    }

    fn facts(&self) -> &Facts {
        &self.facts
    }

    fn variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn look(&self, path: &Path) -> io::Result<Found> {
        let metadata = std::fs::metadata(path)?;
        Ok(match sys::device(&metadata) {
            Some(device) => Found::Device(device),
            None if metadata.is_dir() => Found::Folder,
            None => Found::Other,
        })
    }

    fn read(&self, path: &Path) -> io::Result<String> {
        std::fs::read_to_string(path)
    }
}
