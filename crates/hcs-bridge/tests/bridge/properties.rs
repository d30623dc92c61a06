//! Whatever bytes come, both ends terminate without a panic.

use crate::fake::Fake;
use crate::peer::{NEGOTIATE, VERBS, bytes};
use hcs_bridge::frame::{self, GUEST_LIMIT, HOST_LIMIT};
use hcs_bridge::{Client, Connection, Streams};
use proptest::collection::vec;
use proptest::prelude::*;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, ReadBuf};

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(Duration::from_secs(120), future).await.expect("it terminates") })
}

/// A header of some likelihood, and bytes that may be its body.
fn frames() -> impl Strategy<Value = Vec<u8>> {
    let kind = prop_oneof![
        4 => prop::sample::select(&VERBS[..]),
        1 => Just(NEGOTIATE),
        1 => any::<u32>(),
    ];
    let frame = (kind, any::<u64>(), body()).prop_map(|(kind, id, body)| bytes(kind, id, &body));
    vec(frame, 0..12).prop_map(|frames| frames.concat())
}

/// JSON made of the protocol's words, of the right and the wrong kinds.
fn body() -> impl Strategy<Value = String> {
    let name = prop::sample::select(
        &[
            "ContainerId",
            "ActivityId",
            "ProcessId",
            "TimeoutInMs",
            "Options",
            "Signal",
            "Query",
            "Request",
            "Settings",
            "ContainerConfig",
            "ProcessParameters",
            "VsockStdioRelaySettings",
            "PassedStreams",
            "StdIn",
            "SchemaVersion",
            "Major",
            "Minor",
            "MinimumVersion",
            "MaximumVersion",
            "ResourceType",
            "ErrorRecords",
            "Result",
        ][..],
    );
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<i64>().prop_map(|number| number.to_string()),
        "[a-z{}\\[\\]\":]{0,8}".prop_map(|text| serde_json::to_string(&text).unwrap()),
    ];
    let value = leaf.prop_recursive(4, 24, 4, move |inner| {
        let field = (name.clone(), inner.clone()).prop_map(|(name, value)| format!("\"{name}\":{value}"));
        prop_oneof![
            3 => vec(field, 0..5).prop_map(|fields| format!("{{{}}}", fields.join(","))),
            1 => vec(inner.clone(), 0..3).prop_map(|values| format!("[{}]", values.join(","))),
            1 => inner.prop_map(|text| serde_json::to_string(&text).unwrap()),
        ]
    });
    prop_oneof![8 => value, 1 => ".{0,40}"]
}

/// Hands out bytes in small pieces and remembers the largest buffer it was given.
struct Pieces<'a> {
    bytes: &'a [u8],
    piece: usize,
    largest: usize,
}

impl AsyncRead for Pieces<'_> {
    fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        self.largest = self.largest.max(buffer.remaining());
        let count = self.piece.min(buffer.remaining()).min(self.bytes.len());
        let (now, later) = self.bytes.split_at(count);
        buffer.put_slice(now);
        self.bytes = later;
        Poll::Ready(Ok(()))
    }
}

proptest! {
    #[test]
    fn reading_and_decoding_agree(
        bytes in prop_oneof![vec(any::<u8>(), 0..200), frames()], piece in 1_usize..64, limit in 0_usize..300,
    ) {
        block_on(async {
            let (mut rest, mut reader) = (bytes.as_slice(), Pieces { bytes: &bytes, piece, largest: 0 });
            loop {
                let decoded = frame::decode(rest, limit);
                let read = frame::read(&mut reader, limit).await;
                match (decoded, read) {
                    (Ok(Some((expected, used))), Ok(Some(frame))) => {
                        assert!(used <= limit && frame == expected);
                        assert_eq!(frame::encode(frame.kind, frame.id, &frame.body, limit).unwrap(), rest[..used]);
                        rest = &rest[used..];
                    }
                    (Ok(None), Ok(None)) => break assert!(rest.is_empty()),
                    (Ok(None), Err(frame::FrameError::Truncated)) => break assert!(!rest.is_empty()),
                    (Err(expected), Err(error)) => break assert_eq!(expected.to_string(), error.to_string()),
                    (decoded, read) => panic!("{decoded:?} and {read:?}"),
                }
            }
        });
    }

    #[test]
    fn memory_is_not_given_for_a_promise(size in 16_u32..=GUEST_LIMIT as u32) {
        let header = [[1, 2, 0x10, 0x10], size.to_le_bytes(), [0; 4], [0; 4]].concat();
        let mut reader = Pieces { bytes: &header, piece: 64, largest: 0 };
        let outcome = block_on(frame::read(&mut reader, GUEST_LIMIT));
        assert!(size == 16 || matches!(outcome, Err(frame::FrameError::Truncated)));
        assert!(reader.largest <= HOST_LIMIT);
    }

    #[test]
    fn serve_survives(bytes in prop_oneof![vec(any::<u8>(), 0..200), frames()], negotiate in any::<bool>()) {
        block_on(async {
            let (mut near, far) = tokio::io::duplex(0x10_0000);
            let served = tokio::spawn(hcs_bridge::serve(Fake::new(), Connection::new(far), Streams::Passed));
            if negotiate {
                let body = r#"{"MinimumVersion":4,"MaximumVersion":4}"#;
                near.write_all(&crate::peer::bytes(NEGOTIATE, 0, body)).await.unwrap();
            }
            // The other end may have hung up in the middle.
            let _ = near.write_all(&bytes).await;
            let _ = near.shutdown().await;
            let mut answers = Vec::new();
            near.read_to_end(&mut answers).await.unwrap();
            drop(near);
            let _ = served.await.unwrap();
            let mut answers = answers.as_slice();
            while let Some((frame, used)) = frame::decode(answers, GUEST_LIMIT).unwrap() {
                assert!(frame.kind.is_response());
                serde_json::from_slice::<hcs_schema::bridge::ResponseBase>(&frame.body).unwrap();
                answers = &answers[used..];
            }
            assert!(answers.is_empty());
        });
    }

    #[test]
    fn a_client_survives(bytes in prop_oneof![vec(any::<u8>(), 0..200), frames()], welcome in any::<bool>()) {
        block_on(async {
            let (near, mut far) = tokio::io::duplex(0x10_0000);
            if welcome {
                far.write_all(&crate::peer::bytes(0x2010_0b01, 0, r#"{"Result":0,"Version":4}"#)).await.unwrap();
            }
            far.write_all(&bytes).await.unwrap();
            far.shutdown().await.unwrap();
            if let Ok(client) = Client::connect(Connection::new(near), Streams::Passed).await {
                hcs_host::Host::start(&client, "web").await.unwrap_err();
            }
        });
    }
}
