//! Layers and disks of the fake service: every function once at least, through what users of this crate have.
//!
//! Each test has a service of its own, and so runs in a process of its own.
#![forbid(unsafe_code)]
#![cfg(windows)]

mod computestorage;
mod disks;
mod layers;

use hcs_fake::{Fake, Home};
use std::path::{Path, PathBuf};

/// A service of a test, with a base layer.
struct Session {
    home: Home,
}

impl Session {
    fn new(test: &str) -> Session {
        let home = Home::new(test);
        home.enter();
        let session = Session { home };
        std::fs::create_dir_all(session.base().join("Files")).expect("a folder");
        session
    }

    fn fake(&self) -> &Fake {
        self.home.fake()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.folder().join(name)
    }

    fn base(&self) -> PathBuf {
        self.path("base")
    }

    /// The functions that were called.
    fn called(&self) -> Vec<String> {
        let log = self.fake().log().expect("the log");
        log.iter().filter_map(|line| line["function"].as_str().map(str::to_owned)).collect()
    }

    /// Asserts that functions were called.
    fn assert_called(&self, functions: &[&str]) {
        let called = self.called();
        for function in functions {
            assert!(called.iter().any(|name| name == function), "{function} is not among {called:?}");
        }
    }

    /// Asserts that nothing is left.
    fn assert_empty(&self) {
        assert_eq!(self.fake().left().expect("what is left"), Vec::<String>::new());
    }
}

fn is_volume(path: &str) -> bool {
    path.starts_with(r"\\?\Volume{") && path.ends_with(r"}\")
}

fn exists(path: &Path) -> bool {
    path.exists()
}
