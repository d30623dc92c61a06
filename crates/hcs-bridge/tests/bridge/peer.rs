//! A peer that speaks the bridge byte by byte, with nothing of the crate's codec.

use serde_json::Value;
use std::path::Path;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

use crate::fake::Fake;
use crate::{Mode, streams};

pub const NULL_ID: &str = "00000000-0000-0000-0000-000000000000";
pub const NEGOTIATE: u32 = 0x1010_0b01;
pub const CREATE: u32 = 0x1010_0101;
pub const START: u32 = 0x1010_0201;
pub const SHUTDOWN: u32 = 0x1010_0301;
pub const TERMINATE: u32 = 0x1010_0401;
pub const EXECUTE: u32 = 0x1010_0501;
pub const WAIT: u32 = 0x1010_0601;
pub const SIGNAL: u32 = 0x1010_0701;
pub const RESIZE: u32 = 0x1010_0801;
pub const PROPERTIES: u32 = 0x1010_0901;
pub const MODIFY: u32 = 0x1010_0a01;
pub const STACKS: u32 = 0x1010_0c01;
pub const DELETE: u32 = 0x1010_0d01;
pub const NOTIFICATION: u32 = 0x3010_0101;

/// The 12 messages of a negotiated connection.
pub const VERBS: [u32; 12] =
    [CREATE, START, SHUTDOWN, TERMINATE, EXECUTE, WAIT, SIGNAL, RESIZE, PROPERTIES, MODIFY, STACKS, DELETE];

/// An HRESULT as it stands on the wire.
pub fn signed(code: u32) -> i64 {
    i64::from(code.cast_signed())
}

pub fn bytes(kind: u32, id: u64, body: &str) -> Vec<u8> {
    let mut bytes = kind.to_le_bytes().to_vec();
    bytes.extend((16 + body.len() as u32).to_le_bytes());
    bytes.extend(id.to_le_bytes());
    bytes.extend(body.as_bytes());
    bytes
}

pub struct Peer(pub UnixStream);

impl Peer {
    pub async fn send(&mut self, kind: u32, id: u64, body: &str) {
        self.0.write_all(&bytes(kind, id, body)).await.unwrap();
    }

    /// The next message, or `None` at the end of the connection.
    pub async fn receive(&mut self) -> Option<(u32, u64, Value)> {
        let mut header = [0; 16];
        self.0.read_exact(&mut header).await.ok()?;
        let kind = u32::from_le_bytes(header[..4].try_into().unwrap());
        let size = u32::from_le_bytes(header[4..8].try_into().unwrap());
        let id = u64::from_le_bytes(header[8..].try_into().unwrap());
        let mut body = vec![0; size as usize - 16];
        self.0.read_exact(&mut body).await.unwrap();
        Some((kind, id, serde_json::from_slice(&body).unwrap()))
    }

    /// Asks and takes the answer, which must be the next message.
    pub async fn ask(&mut self, kind: u32, id: u64, body: &str) -> Value {
        self.send(kind, id, body).await;
        let (answered, answered_id, answer) = self.receive().await.expect("an answer");
        assert_eq!((answered, answered_id), (kind & 0x0fff_ffff | 0x2000_0000, id));
        answer
    }

    pub async fn negotiate(&mut self) {
        let body = format!(r#"{{"ContainerId":"{NULL_ID}","ActivityId":"a","MinimumVersion":4,"MaximumVersion":4}}"#);
        assert_eq!(self.ask(NEGOTIATE, 0, &body).await["Result"], 0);
    }

    /// Makes a system.
    pub async fn create(&mut self, id: &str) {
        assert_eq!(self.ask(CREATE, 1, &create(id, r#"{"Major":2,"Minor":1}"#)).await["Result"], 0);
    }

    /// Runs a shell script as a system's first process and answers its number.
    pub async fn run(&mut self, id: &str, script: &str) -> u64 {
        let answer = self.ask(EXECUTE, 2, &execute(id, script, "{}")).await;
        answer["ProcessId"].as_u64().unwrap_or_else(|| panic!("{answer}"))
    }
}

pub fn create(id: &str, version: &str) -> String {
    let config = format!(r#"{{"SchemaVersion":{version},"OciBundlePath":"","OciSpecification":{{}}}}"#);
    serde_json::json!({ "ContainerId": id, "ActivityId": "a", "ContainerConfig": config }).to_string()
}

pub fn execute(id: &str, script: &str, ports: &str) -> String {
    let ports: Value = serde_json::from_str(ports).unwrap();
    let parameters = serde_json::json!({ "CommandArgs": ["sh", "-c", script] }).to_string();
    let settings = serde_json::json!({ "ProcessParameters": parameters, "VsockStdioRelaySettings": ports });
    serde_json::json!({ "ContainerId": id, "Settings": settings }).to_string()
}

/// A raw peer of `serve`, in front of a fake host.
pub fn host_end(mode: Mode, folder: &Path) -> (Peer, Arc<Fake>, tokio::task::JoinHandle<hcs_host::Result<()>>) {
    let host = Fake::new();
    let (near, far) = UnixStream::pair().unwrap();
    let served = tokio::spawn(hcs_bridge::serve(host.clone(), far.into(), streams(mode, folder)));
    (Peer(near), host, served)
}
