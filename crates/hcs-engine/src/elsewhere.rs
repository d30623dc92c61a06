//! Where no host is built in yet: every verb says so. State roots and records are the same everywhere.

use crate::request::{Attach, Facts, Request};
use crate::roots::Environment;
use crate::store::Store;
use crate::{Reclaimed, Record};
use hcs_host::{Error, ProcessIdentity, Result};
use hcs_schema::oci;
use std::time::{Duration, SystemTime};

fn nowhere<T>(operation: &str, id: &str) -> Result<T> {
    Err(Error::unsupported(operation, id, "this build runs containers on Linux only"))
}

pub fn run_if_helper() {}

pub fn environment() -> Environment {
    Environment {
        root: false,
        runtime_dir: std::env::var_os("ProgramData"),
        data_home: std::env::var_os("ProgramData"),
        home: None,
        temporary: std::env::temp_dir(),
        uid: 0,
    }
}

pub fn facts() -> Result<Facts> {
    nowhere("read the host's facts", "")
}

pub fn file_id(metadata: &std::fs::Metadata) -> Option<SystemTime> {
    metadata.created().ok()
}

pub fn is_private(_: &std::fs::Metadata) -> bool {
    true
}

pub fn private(_: &mut std::fs::DirBuilder) {}

pub fn is_alive(_: ProcessIdentity) -> bool {
    false
}

pub fn describe(_: &Store, _: &Request) -> Result<Vec<String>> {
    nowhere("describe", "the container")
}

pub async fn run(_: &Store, _: Request, _: Attach) -> Result<u32> {
    nowhere("run", "the container")
}

pub async fn spawn(_: &Store, _: Request) -> Result<String> {
    nowhere("run", "the container")
}

pub async fn exec(_: &Store, record: &Record, _: oci::Process, _: Attach) -> Result<u32> {
    nowhere("execute", &record.id)
}

pub async fn exec_detached(_: &Store, record: &Record, _: oci::Process) -> Result<u32> {
    nowhere("execute", &record.id)
}

pub async fn stop(_: &Store, record: &Record, _: Duration) -> Result<()> {
    nowhere("stop", &record.id)
}

pub async fn kill(_: &Store, record: &Record, _: i32) -> Result<()> {
    nowhere("kill", &record.id)
}

pub async fn wait(_: &Store, record: &Record) -> Result<u32> {
    nowhere("wait", &record.id)
}

pub async fn remove(_: &Store, record: &Record, _: bool) -> Result<()> {
    nowhere("remove", &record.id)
}

pub async fn gc(_: &Store, _: bool) -> Result<Vec<Reclaimed>> {
    nowhere("collect", "")
}
