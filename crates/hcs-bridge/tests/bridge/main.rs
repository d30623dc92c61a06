//! Both ends of the bridge, against each other and against peers that speak it byte by byte.
#![cfg(unix)]
#![forbid(unsafe_code)]

mod calls;
mod fake;
mod limits;
mod listener;
mod peer;
mod properties;
mod relay;
mod scripted_guest;
mod scripted_host;
mod speed;
mod streams;

use fake::Fake;
use hcs_bridge::unix::{Sockets, relayed};
use hcs_bridge::{Client, Connection, Streams};
use hcs_schema::document::{LinuxContainer, ProcessParameters, SystemDocument, Version};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::Arc;
use tokio::net::UnixStream;

/// How the streams of a test cross.
#[derive(Clone, Copy, Debug)]
enum Mode {
    Passed,
    Relayed,
}

fn streams(mode: Mode, folder: &Path) -> Streams {
    match mode {
        Mode::Passed => Streams::Passed,
        Mode::Relayed => relayed(Sockets::beside(&folder.join("bridge"))),
    }
}

/// A client of a fake host, over a socket pair.
async fn connect(mode: Mode) -> (Client, Arc<Fake>, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let host = Fake::new();
    let (near, far) = UnixStream::pair().unwrap();
    tokio::spawn(hcs_bridge::serve(host.clone(), Connection::from(far), streams(mode, folder.path())));
    let client = Client::connect(near.into(), streams(mode, folder.path())).await.unwrap();
    (client, host, folder)
}

fn document() -> SystemDocument {
    LinuxContainer { schema_version: Version::V2_1, ..LinuxContainer::default() }.into()
}

fn shell(script: &str) -> ProcessParameters {
    ProcessParameters { command_args: ["sh", "-c", script].map(String::from).into(), ..ProcessParameters::default() }
}

/// A pipe's reading and writing end.
fn pipe() -> (OwnedFd, OwnedFd) {
    rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC).unwrap()
}
