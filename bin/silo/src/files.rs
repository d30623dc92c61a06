//! The caller's real surroundings, for [`crate::intent`].

use crate::intent::{Found, World};
use crate::sys;
use hcs_engine::Facts;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Longest configuration that is read; a device has no end.
const LONGEST: u64 = 16 << 20;

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
        read(path)
    }
}

/// The text of a file.
pub fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    std::fs::File::open(path)?.take(LONGEST + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LONGEST {
        return Err(io::Error::other(format!("it is longer than {LONGEST} bytes, more than any such file has")));
    }
    Ok(text)
}
