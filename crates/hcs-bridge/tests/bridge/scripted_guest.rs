//! `Client` against a guest that is written out by hand.

use crate::peer::*;
use crate::{Mode, document, shell, streams};
use hcs_bridge::{CALL_TIMEOUT, Client, Connection, END_TIMEOUT, Streams};
use hcs_host::{Error, EventKind, Host, Stdio};
use hcs_schema::HResult;
use hcs_schema::bridge::Signal;
use serde_json::json;
use std::path::Path;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

const WELCOME: &str = r#"{"Result":0,"Version":4,"Capabilities":{"SupportedSchemaVersions":[{"Major":2,"Minor":1}],
    "RuntimeOsType":"Linux","GuestDefinedCapabilities":{"SignalProcessSupported":true}}}"#;

async fn client(mode: Mode) -> (Arc<Client>, Peer) {
    let (near, far) = UnixStream::pair().unwrap();
    let mut peer = Peer(far);
    let connecting = Client::connect(near.into(), streams(mode, Path::new("/nowhere")));
    let greeting = async {
        let (kind, id, _) = peer.receive().await.unwrap();
        assert_eq!((kind, id), (NEGOTIATE, 0));
        peer.send(0x2010_0b01, 0, WELCOME).await;
    };
    let (client, ()) = tokio::join!(connecting, greeting);
    (Arc::new(client.unwrap()), peer)
}

/// Starts a call whose outcome is looked at later.
fn start(client: &Arc<Client>, id: &str) -> tokio::task::JoinHandle<Result<(), Error>> {
    let (client, id) = (client.clone(), id.to_owned());
    tokio::spawn(async move { client.start(&id).await })
}

#[tokio::test]
async fn the_first_bytes_are_those_of_the_protocol() {
    let (near, mut far) = UnixStream::pair().unwrap();
    let connecting = tokio::spawn(Client::connect(near.into(), Streams::Passed));
    let body = concat!(
        r#"{"ContainerId":"00000000-0000-0000-0000-000000000000","#,
        r#""ActivityId":"00000000-0000-0000-0000-000000000000","MinimumVersion":4,"MaximumVersion":4}"#
    );
    let mut first = vec![0; 16 + body.len()];
    far.read_exact(&mut first).await.unwrap();
    assert_eq!(first[..16], [1, 0x0b, 0x10, 0x10, 16 + body.len() as u8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(std::str::from_utf8(&first[16..]).unwrap(), body);
    far.write_all(&bytes(0x2010_0b01, 0, r#"{"Result":0,"Version":5}"#)).await.unwrap();
    let error = connecting.await.unwrap().unwrap_err();
    assert_eq!(error.code, HResult::HCS_E_UNSUPPORTED_PROTOCOL_VERSION);
    assert_eq!(far.read(&mut [0]).await.unwrap(), 0, "the connection is given up");
}

#[tokio::test]
async fn a_guest_of_windows_wants_its_null_system_made() {
    let (near, far) = UnixStream::pair().unwrap();
    let mut peer = Peer(far);
    let connecting = tokio::spawn(Client::connect(near.into(), Streams::Passed));
    peer.receive().await.unwrap();
    let welcome = r#"{"Result":0,"Version":4,"Capabilities":{"SendHostCreateMessage":true,"SendHostStartMessage":true,
        "SupportedSchemaVersions":null,"GuestDefinedCapabilities":null}}"#;
    peer.send(0x2010_0b01, 0, welcome).await;
    let (kind, id, body) = peer.receive().await.unwrap();
    assert_eq!((kind, &body["ContainerId"]), (CREATE, &json!(NULL_ID)));
    assert_eq!(body["ContainerConfig"], r#"{"SystemType":"Container"}"#);
    peer.send(0x2010_0101, id, r#"{"Result":0}"#).await;
    let (kind, id, _) = peer.receive().await.unwrap();
    assert_eq!(kind, START);
    peer.send(0x2010_0201, id, r#"{"Result":0}"#).await;
    assert_eq!(connecting.await.unwrap().unwrap().capabilities().os, "Windows");
}

#[tokio::test]
async fn results_are_read_without_their_sign() {
    let (client, mut peer) = client(Mode::Passed).await;
    let call = start(&client, "web");
    let (_, id, _) = peer.receive().await.unwrap();
    peer.send(0x2010_0201, id, r#"{"Result":-1070137074,"ErrorMessage":"gone","ErrorRecords":null}"#).await;
    let error = call.await.unwrap().unwrap_err();
    assert_eq!((error.code, error.operation.as_str(), error.id.as_str()), (HResult(0xc037_010e), "start", "web"));
    let signal = async { client.signal("web", 5, &Signal::Number(15)).await };
    let answer = async {
        let (_, id, body) = peer.receive().await.unwrap();
        assert_eq!(body["Options"], json!({ "Signal": 15 }));
        peer.send(0x2010_0701, id, r#"{"Result":-2147023728}"#).await;
    };
    assert!(!tokio::join!(signal, answer).0.unwrap());
}

#[tokio::test]
async fn a_new_process_is_waited_for_at_once() {
    let (client, mut peer) = client(Mode::Passed).await;
    let mut events = client.events();
    let execute = async { client.execute("web", &shell("x"), Stdio::default()).await };
    let answer = async {
        let (kind, id, body) = peer.receive().await.unwrap();
        assert_eq!((kind, &body["Settings"]["VsockStdioRelaySettings"]), (EXECUTE, &json!(null)));
        peer.send(0x2010_0501, id, r#"{"Result":0,"ProcessId":42}"#).await;
    };
    assert_eq!(tokio::join!(execute, answer).0.unwrap(), 42);
    let (kind, wait, body) = peer.receive().await.unwrap();
    assert_eq!((kind, &body["ProcessId"], &body["TimeoutInMs"]), (WAIT, &json!(42), &json!(u32::MAX)));
    let end = r#"{"ContainerId":"web","ActivityId":"","Type":"ForcedExit","Operation":"None","Result":0}"#;
    let answer = async {
        peer.send(0x2010_0601, wait, r#"{"Result":0,"ExitCode":137}"#).await;
        peer.send(NOTIFICATION, 0, &end.replace("ForcedExit", "Started")).await;
        peer.send(NOTIFICATION, 0, end).await;
    };
    // Two that wait share the request, and a later one gets the answer without a new one.
    let (first, second, ()) = tokio::join!(client.wait("web", 42), client.wait("web", 42), answer);
    assert_eq!((first.unwrap(), second.unwrap(), client.wait("web", 42).await.unwrap()), (137, 137, 137));
    let event = events.recv().await.unwrap();
    assert_eq!((event.id.as_str(), event.kind), ("web", EventKind::ForcedExit));
}

#[tokio::test]
async fn a_guest_that_breaks_the_protocol_loses_the_connection() {
    let oversize = [&[1, 2, 0x10, 0x20][..], &0x1_0001_u32.to_le_bytes(), &[0; 8]].concat();
    let broken = [
        bytes(0x2010_0201, 77, r#"{"Result":0}"#),
        bytes(0x2010_0201, 1, "{"),
        bytes(0x2010_0201, 1, r#"{"Result":"0"}"#),
        bytes(0x2010_0201, 1, "[]"),
        bytes(0x2010_0301, 1, r#"{"Result":0}"#),
        bytes(0x1010_0201, 1, r#"{"Result":0}"#),
        bytes(0x3010_0201, 0, "{}"),
        bytes(NOTIFICATION, 0, "nonsense"),
        [1, 2, 0x10, 0x20, 15, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0].into(),
        oversize,
    ];
    for frame in broken {
        let (client, mut peer) = client(Mode::Relayed).await;
        let mut events = client.events();
        let calls = [start(&client, "one"), start(&client, "two"), start(&client, "three")];
        for _ in &calls {
            peer.receive().await.unwrap();
        }
        peer.0.write_all(&frame).await.unwrap();
        for call in calls {
            assert_eq!(call.await.unwrap().unwrap_err().code, HResult::HCS_E_CONNECTION_CLOSED, "{frame:x?}");
        }
        assert!(client.start("later").await.unwrap_err().is_disconnected());
        assert!(peer.receive().await.is_none(), "the client has closed the connection");
        events.recv().await.unwrap_err();
        client.events().recv().await.unwrap_err();
    }
}

#[tokio::test]
async fn a_guest_that_dies_fails_every_call() {
    let (client, mut peer) = client(Mode::Passed).await;
    let calls = [start(&client, "one"), start(&client, "two")];
    let waiting = {
        tokio::spawn({
            let client = client.clone();
            async move { client.wait("one", 7).await }
        })
    };
    for _ in 0..3 {
        peer.receive().await.unwrap();
    }
    peer.0.write_all(&bytes(0x2010_0201, 1, "{}")[..5]).await.unwrap();
    drop(peer);
    for call in calls {
        let error = call.await.unwrap().unwrap_err();
        assert_eq!((error.code, error.operation.as_str()), (HResult::HCS_E_CONNECTION_CLOSED, "start"));
    }
    assert!(waiting.await.unwrap().unwrap_err().is_disconnected());
    assert!(client.wait("one", 7).await.unwrap_err().is_disconnected());
}

#[tokio::test]
async fn a_dropped_call_leaves_the_connection_whole() {
    let (client, mut peer) = client(Mode::Passed).await;
    let call = start(&client, "abandoned");
    let (_, abandoned, _) = peer.receive().await.unwrap();
    call.abort();
    call.await.unwrap_err();
    let call = start(&client, "wanted");
    let (_, wanted, _) = peer.receive().await.unwrap();
    peer.send(0x2010_0201, abandoned, r#"{"Result":-1}"#).await;
    peer.send(0x2010_0201, wanted, r#"{"Result":0}"#).await;
    call.await.unwrap().unwrap();
    // Answering again is a breach, also of an abandoned call.
    peer.send(0x2010_0201, abandoned, r#"{"Result":0}"#).await;
    assert!(peer.receive().await.is_none());
}

#[tokio::test]
async fn a_dropped_client_closes_the_connection() {
    let (client, mut peer) = client(Mode::Passed).await;
    drop(client);
    assert!(peer.receive().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_guest_that_hangs_is_given_up() {
    let (near, mut far) = tokio::io::duplex(0x1_0000);
    let welcome = bytes(0x2010_0b01, 0, WELCOME);
    far.write_all(&welcome).await.unwrap();
    let client = Client::connect(Connection::new(near), Streams::Passed).await.unwrap();
    let begun = tokio::time::Instant::now();
    let error = client.terminate("web").await.unwrap_err();
    assert_eq!((error.code, begun.elapsed()), (HResult::HCS_E_CONNECTION_TIMEOUT, END_TIMEOUT));
    // Only the call has failed; a later one waits its own time, and ends the connection.
    let begun = tokio::time::Instant::now();
    let document = document();
    let (hung, waiting) = tokio::join!(client.create("web", &document), client.wait("web", 7));
    assert_eq!((hung.unwrap_err().code, begun.elapsed()), (HResult::HCS_E_CONNECTION_TIMEOUT, CALL_TIMEOUT));
    assert!(waiting.unwrap_err().is_disconnected());
    let ended = tokio::time::timeout(CALL_TIMEOUT, far.read_to_end(&mut Vec::new())).await;
    ended.expect("the client has closed the connection").unwrap();
    drop(client);
}
