//! Broken frames and answers that are too long.

use crate::Mode;
use crate::peer::*;
use hcs_schema::HResult;
use serde_json::json;
use std::path::Path;
use std::time::Duration;
use tokio::io::AsyncWriteExt;

#[tokio::test]
async fn a_broken_frame_ends_the_connection() {
    let header = |kind: u32, size: u32| [kind.to_le_bytes(), size.to_le_bytes(), [0; 4], [0; 4]].concat();
    let broken = [
        header(START, 15),
        header(START, 0),
        header(START, 0x100_0001),
        header(START, u32::MAX),
        bytes(0x2010_0201, 1, "{}"),
        bytes(NOTIFICATION, 0, "{}"),
        bytes(0, 0, "{}"),
    ];
    for frame in broken {
        let (mut peer, _, served) = host_end(Mode::Passed, Path::new("/nowhere"));
        peer.negotiate().await;
        peer.0.write_all(&frame).await.unwrap();
        assert!(peer.receive().await.is_none(), "{frame:x?}");
        assert_eq!(served.await.unwrap().unwrap_err().code, HResult::HCS_E_PROTOCOL_ERROR);
    }
}

#[tokio::test]
async fn the_end_of_the_connection_is_clean_only_between_frames() {
    let (mut peer, _, served) = host_end(Mode::Passed, Path::new("/nowhere"));
    peer.negotiate().await;
    drop(peer);
    served.await.unwrap().unwrap();
    let (mut peer, _, served) = host_end(Mode::Passed, Path::new("/nowhere"));
    peer.0.write_all(&bytes(NEGOTIATE, 0, "{}")[..17]).await.unwrap();
    drop(peer);
    assert!(served.await.unwrap().unwrap_err().is_disconnected());
}

#[tokio::test]
async fn requests_before_the_end_are_answered() {
    let (mut peer, _, served) = host_end(Mode::Passed, Path::new("/nowhere"));
    peer.negotiate().await;
    peer.create("web").await;
    let process = peer.run("web", "exec sleep 1000").await;
    peer.send(WAIT, 3, &format!(r#"{{"ContainerId":"web","ProcessId":{process},"TimeoutInMs":4294967295}}"#)).await;
    peer.send(START, 4, r#"{"ContainerId":"web"}"#).await;
    peer.0.shutdown().await.unwrap();
    let (kind, id, answer) = peer.receive().await.unwrap();
    assert_eq!((kind, id, answer), (0x2010_0201, 4, json!({ "Result": 0 })));
    assert!(peer.receive().await.is_none());
    served.await.unwrap().unwrap();
}

#[tokio::test]
async fn answers_stay_below_what_the_other_end_takes() {
    let folder = tempfile::tempdir().unwrap();
    let query =
        json!({ "ContainerId": "web", "ActivityId": "a", "Query": r#"{"PropertyTypes":["Huge"]}"# }).to_string();
    let (mut peer, _, _) = host_end(Mode::Relayed, folder.path());
    peer.negotiate().await;
    peer.create("web").await;
    let answer = peer.ask(PROPERTIES, 1, &query).await;
    assert_eq!(answer["Result"], signed(0x8007_00ea), "{answer}");
    let (mut peer, _, _) = host_end(Mode::Passed, folder.path());
    peer.negotiate().await;
    peer.create("web").await;
    assert_eq!(peer.ask(PROPERTIES, 1, &query).await["Result"], 0);
}

#[tokio::test]
async fn long_errors_are_shortened() {
    let folder = tempfile::tempdir().unwrap();
    let (mut peer, _, _) = host_end(Mode::Relayed, folder.path());
    peer.negotiate().await;
    let body = json!({ "ContainerId": "\u{1F600}".repeat(0x8000), "ActivityId": "b".repeat(0x1_0000) });
    let answer = peer.ask(START, 1, &body.to_string()).await;
    assert_eq!(answer["Result"], signed(0xc037_010e));
    assert!(answer["ErrorMessage"].as_str().unwrap().starts_with("no container is named \u{1F600}"));
}

#[tokio::test]
async fn what_is_under_way_is_bounded() {
    let (mut peer, _, _) = host_end(Mode::Passed, Path::new("/nowhere"));
    peer.negotiate().await;
    peer.create("web").await;
    let process = peer.run("web", "exec sleep 1000").await;
    let wait = format!(r#"{{"ContainerId":"web","ProcessId":{process},"TimeoutInMs":4294967295}}"#);
    let mut next = 10;
    let answer = loop {
        peer.send(WAIT, next, &wait).await;
        next += 1;
        if next > 6200 {
            break peer.receive().await.unwrap();
        }
    };
    assert_eq!(answer.2["Result"], signed(0x8007_00aa), "{answer:?}");
}

#[tokio::test]
async fn who_does_not_read_is_not_read_for_ever() {
    for negotiate in [false, true] {
        let (mut peer, _, _) = host_end(Mode::Passed, Path::new("/nowhere"));
        if negotiate {
            peer.negotiate().await;
        }
        let frame = bytes(PROPERTIES, 1, &format!(r#"{{"ContainerId":"{}"}}"#, "x".repeat(2000))).repeat(1000);
        let flood = async {
            for _ in 0..20 {
                peer.0.write_all(&frame).await.unwrap();
            }
        };
        let stalled = tokio::time::timeout(Duration::from_secs(3), flood).await;
        assert!(stalled.is_err(), "40 MB of requests were taken, and no answer was");
    }
}
