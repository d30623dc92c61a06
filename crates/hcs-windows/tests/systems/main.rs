//! Compute systems and processes of the fake service through both DLLs, in the language of documents that the build has.
//!
//! Each test has a service of its own, and so runs in a process of its own.
#![forbid(unsafe_code)]
#![cfg(windows)]

mod by_hand;
mod faults;
mod host;
mod lifecycle;
mod machines;
mod processes;
mod races;

use hcs_fake::raw::Dll;
use hcs_fake::{Fake, Home};
use hcs_host::plan::Abi;
use hcs_schema::document::{ProcessParameters, SystemDocument, Version};
use hcs_schema::{v1, v2};
use hcs_windows::{ComputeSystem, Hcs, Timeouts, windows_version};
use serde_json::Value;
use std::time::Duration;

/// After this nobody believes that something still comes.
const SOON: Duration = Duration::from_secs(20);

/// A service of a test.
struct Session {
    home: Home,
    dlls: Vec<Dll>,
}

impl Session {
    fn new(test: &str) -> Session {
        let home = Home::new(test);
        home.enter();
        Session { home, dlls: dlls() }
    }

    fn fake(&self) -> &Fake {
        assert!(!self.dlls.is_empty());
        self.home.fake()
    }

    /// Asserts that functions were called.
    fn assert_called(&self, functions: &[&str]) {
        let log = self.fake().log().expect("the log");
        let called: Vec<&str> = log.iter().filter_map(|line| line["function"].as_str()).collect();
        for function in functions {
            assert!(called.contains(function), "{function} is not among {called:?}");
        }
    }

    /// Asserts that nothing is left: nothing of the service, and nothing that waits for callbacks.
    fn assert_empty(&self) {
        assert_eq!(self.fake().left().expect("what is left"), Vec::<String>::new());
        assert_eq!(hcs_windows::live_watches(), 0);
    }

    /// What the service has of a system.
    fn system(&self, id: &str) -> Value {
        let snapshot = self.fake().snapshot().expect("a snapshot");
        let found = snapshot["systems"].as_array().and_then(|all| all.iter().find(|system| system["id"] == id));
        found.unwrap_or_else(|| panic!("no system {id} in {snapshot}")).clone()
    }
}

/// The DLLs that this Windows has. Who is loaded already is who Windows finds by its name.
fn dlls() -> Vec<Dll> {
    abis().map(|abi| Dll::open(name(abi))).collect()
}

fn name(abi: Abi) -> &'static str {
    match abi {
        Abi::Vmcompute => "vmcompute",
        Abi::Computecore => "computecore",
    }
}

/// Whether this Windows has `computecore.dll`.
fn has_computecore() -> bool {
    windows_version().build >= 17763
}

/// The DLLs that this Windows has.
fn abis() -> impl Iterator<Item = Abi> {
    [Abi::Vmcompute, Abi::Computecore].into_iter().filter(|abi| *abi == Abi::Vmcompute || has_computecore())
}

fn open(abi: Abi) -> Hcs {
    Hcs::with(abi).expect("the DLL").with_timeouts(short(SOON))
}

/// The same limit for everything.
fn short(limit: Duration) -> Timeouts {
    Timeouts { create: limit, start: limit, pause: limit, resume: limit, save: limit, call: limit }
}

/// The document of a container.
fn container(id: &str) -> SystemDocument {
    let owner = "test".to_owned();
    if has_computecore() {
        let container = Some(v2::Container::default());
        let schema_version = Some(Version { major: 2, minor: 1 });
        let document = v2::ComputeSystem { owner, schema_version, container, ..v2::ComputeSystem::default() };
        return SystemDocument::System(Box::new(document));
    }
    let system_type = v1::SystemType::Container;
    SystemDocument::Version1(Box::new(v1::ContainerConfig {
        system_type,
        name: id.to_owned(),
        owner,
        ..v1::ContainerConfig::default()
    }))
}

async fn started(hcs: &Hcs, id: &str) -> ComputeSystem {
    let system = hcs.create(id, &container(id)).await.expect("a system");
    system.start().await.expect("it starts");
    system
}

/// Ends a system and waits for that.
async fn end(system: &ComputeSystem) {
    system.terminate().await.expect("it ends");
    tokio::time::timeout(SOON, system.exited()).await.expect("it ends in time").expect("an exit");
}

/// A process with pipes.
fn command(line: &str) -> ProcessParameters {
    ProcessParameters {
        command_line: line.to_owned(),
        create_std_in_pipe: true,
        create_std_out_pipe: true,
        create_std_err_pipe: true,
        ..ProcessParameters::default()
    }
}
