//! Short ways to say what most tests say: run a script in a container, expect a refusal, wait for something.

use crate::support::{Ran, World};
use serde_json::Value;
use std::path::Path;
use std::time::{Duration, Instant};

/// Longer than anything takes, even on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(120);

impl World {
    /// Runs a script in a new container.
    #[must_use]
    pub fn sh(&self, flags: &[&str], script: &str) -> Ran {
        let words = [&["run", "--rm"], flags, &[self.base(), "/bin/sh", "-c", script]].concat();
        self.silo(&words)
    }

    /// Runs a script in a new container, which must succeed, and answers what it printed.
    pub fn inside(&self, flags: &[&str], script: &str) -> String {
        let ran = self.sh(flags, script);
        assert_eq!(ran.code, 0, "{flags:?} {script}: {}{}", ran.out, ran.err);
        ran.out.trim_end().to_owned()
    }

    /// A name that no other test uses. Control groups are named by containers, and there is one set of them.
    pub fn name(&self, stem: &str) -> String {
        let folder = self.path("");
        let own = folder.file_name().unwrap().to_str().unwrap().trim_start_matches("silo-it-");
        format!("{stem}-{}", own.to_ascii_lowercase())
    }

    /// Starts a script in the background, and answers the container's name.
    pub fn start(&self, stem: &str, flags: &[&str], script: &str) -> String {
        let name = self.name(stem);
        let words = [&["run", "-d", "--name", &name], flags, &[self.base(), "/bin/sh", "-c", script]].concat();
        assert_eq!(self.silo_ok(&words), format!("{name}\n"));
        name
    }

    /// What `inspect` knows of one container.
    pub fn inspect(&self, id: &str) -> Value {
        let list: Value = serde_json::from_str(&self.silo_ok(&["inspect", id])).unwrap();
        list[0].clone()
    }

    /// Expects the program to refuse the words: with this exit code, naming all of this.
    #[track_caller]
    pub fn refused(&self, words: &[&str], code: i32, named: &[&str]) {
        let ran = self.silo(words);
        assert_eq!(ran.code, code, "{words:?}: {}{}", ran.out, ran.err);
        for name in named {
            assert!(ran.err.contains(name), "{words:?} does not say {name:?}: {}", ran.err);
        }
        assert_eq!(ran.out, "", "{words:?}");
    }

    /// Writes a file in the test's folder, with the folders above it, and answers its path.
    pub fn file(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Makes a folder in the test's folder, and answers its path.
    pub fn folder(&self, name: &str) -> String {
        let path = self.path(name);
        std::fs::create_dir_all(&path).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

/// Waits until something holds.
#[track_caller]
pub fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "still not so: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Reads a text file.
pub fn read(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.as_ref().display()))
}
