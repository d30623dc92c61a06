//! Networks of the fake service in both of its versions: every function once at least, through what users of this crate have.
//!
//! Each test has a service of its own, and so runs in a process of its own.
#![forbid(unsafe_code)]
#![cfg(windows)]

mod guest;
mod hcn;
mod hns;
mod host;

use hcs_fake::Home;
use hcs_windows::windows_version;

/// A service of a test.
struct Session {
    home: Home,
}

impl Session {
    fn new(test: &str) -> Session {
        let home = Home::new(test);
        home.enter();
        Session { home }
    }

    /// Asserts that functions were called.
    fn assert_called(&self, functions: &[&str]) {
        let log = self.home.fake().log().expect("the log");
        let called: Vec<&str> = log.iter().filter_map(|line| line["function"].as_str()).collect();
        for function in functions {
            assert!(called.contains(function), "{function} is not among {called:?}");
        }
    }

    /// Asserts that nothing is left.
    fn assert_empty(&self) {
        assert_eq!(self.home.fake().left().expect("what is left"), Vec::<String>::new());
    }
}

/// Whether this Windows has version 2 of the service.
fn has_version_2() -> bool {
    windows_version().build >= 17763
}
