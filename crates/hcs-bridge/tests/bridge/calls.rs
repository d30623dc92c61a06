//! Client and serve against each other.

use crate::fake::{BROKEN, Fake, SLOW};
use crate::{Mode, connect, document, shell};
use hcs_bridge::{Client, Connection, Streams};
use hcs_host::{EventKind, Host, Stdio};
use hcs_schema::HResult;
use hcs_schema::bridge::Signal;
use hcs_schema::document::{LinuxContainer, ModifyRequest, PropertyQuery, PropertyType, Version};
use std::time::Duration;
use tokio::task::JoinSet;

#[tokio::test]
async fn a_life_from_creation_to_deletion() {
    let (client, host, _folder) = connect(Mode::Passed).await;
    let mut events = client.events();
    assert_eq!(client.capabilities(), host.capabilities());
    assert!(client.pause().is_none());
    client.create("web", &document()).await.unwrap();
    client.start("web").await.unwrap();
    let process = client.execute("web", &shell("exec sleep 1000"), Stdio::default()).await.unwrap();
    let query = PropertyQuery { property_types: vec![PropertyType::ProcessList], ..PropertyQuery::default() };
    assert_eq!(client.properties("web", &query).await.unwrap().process_list.len(), 1);
    assert_eq!(client.list().await.unwrap(), host.list().await.unwrap());
    let change = ModifyRequest { request_type: "Update".into(), resource_type: "X".into(), settings: 7.into() }.into();
    client.modify("web", &change).await.unwrap();
    client.shutdown("web").await.unwrap();
    assert_eq!(client.wait("web", process).await.unwrap(), 128 + 15);
    assert_eq!(events.recv().await.unwrap().kind, EventKind::UnexpectedExit);
    assert!(!client.signal("web", process, &Signal::Number(9)).await.unwrap());
    client.delete("web").await.unwrap();
    assert!(client.wait("web", process).await.unwrap_err().is_not_found());
    assert_eq!(client.list().await.unwrap(), []);
    client.adopt("web");
    assert_eq!(client.list().await.unwrap(), []);
}

#[tokio::test]
async fn every_failure_arrives_as_it_left() {
    let (client, host, _folder) = connect(Mode::Relayed).await;
    let codes = HResult::NAMED.iter().copied().filter(|code| !code.is_ok());
    for code in codes.chain([HResult(0x8123_4567), HResult(0xffff_ffff)]) {
        let document = LinuxContainer {
            schema_version: Version::V2_1,
            oci_bundle_path: code.0.to_string(),
            ..LinuxContainer::default()
        }
        .into();
        let near = client.create(BROKEN, &document).await.unwrap_err();
        assert_eq!(near.code, code);
        assert_eq!(near, host.create(BROKEN, &document).await.unwrap_err());
    }
}

#[tokio::test]
async fn a_hundred_calls_at_once() {
    for mode in [Mode::Passed, Mode::Relayed] {
        let (client, _, _folder) = connect(mode).await;
        let client = std::sync::Arc::new(client);
        client.create("web", &document()).await.unwrap();
        let slow = client.execute("web", &shell("exec sleep 1000"), Stdio::default()).await.unwrap();
        let mut calls = JoinSet::new();
        for number in 0..100 {
            let client = client.clone();
            calls.spawn(async move {
                let process = client.execute("web", &shell(&format!("exit {number}")), Stdio::default()).await.unwrap();
                assert_eq!(client.wait("web", process).await.unwrap(), number);
                client.start("none").await.unwrap_err();
            });
        }
        while let Some(outcome) = calls.join_next().await {
            outcome.unwrap();
        }
        assert!(client.signal("web", slow, &Signal::Number(9)).await.unwrap());
    }
}

#[tokio::test]
async fn dropped_waits_do_not_pile_up() {
    let (client, _, _folder) = connect(Mode::Passed).await;
    client.create("web", &document()).await.unwrap();
    let process = client.execute("web", &shell("exec sleep 1000"), Stdio::default()).await.unwrap();
    for _ in 0..10_000 {
        tokio::select! {
            biased;
            _ = client.wait("web", process) => unreachable!("it sleeps"),
            () = std::future::ready(()) => {}
        }
    }
    assert!(client.signal("web", process, &Signal::Number(9)).await.unwrap());
    assert_eq!(client.wait("web", process).await.unwrap(), 137);
}

#[tokio::test]
async fn verbs_are_finished_when_the_asker_goes() {
    let host = Fake::new();
    let (near, far) = tokio::net::UnixStream::pair().unwrap();
    let served = tokio::spawn(hcs_bridge::serve(host.clone(), far.into(), Streams::Passed));
    let client = Client::connect(near.into(), Streams::Passed).await.unwrap();
    let document = document();
    tokio::select! {
        made = client.create(SLOW, &document) => panic!("{made:?}"),
        () = host.slow[0].notified() => {}
    }
    drop(client);
    // Most likely it is noticed meanwhile.
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(host.list().await.unwrap(), []);
    host.slow[1].notify_one();
    let outcome = tokio::time::timeout(Duration::from_secs(60), served).await;
    outcome.expect("serve ends with its connection").unwrap().unwrap();
    assert_eq!(host.list().await.unwrap()[0].id, SLOW);
}

#[tokio::test]
async fn a_plain_stream_carries_everything_but_handles() {
    let (near, far) = tokio::io::duplex(100);
    tokio::spawn(hcs_bridge::serve(Fake::new(), Connection::new(far), Streams::Passed));
    let client = Client::connect(Connection::new(near), Streams::Passed).await.unwrap();
    client.create("web", &document()).await.unwrap();
    let process = client.execute("web", &shell("exit 3"), Stdio::default()).await.unwrap();
    assert_eq!(client.wait("web", process).await.unwrap(), 3);
    let stdio = Stdio { stdin: Some(crate::pipe().0), ..Stdio::default() };
    let error = client.execute("web", &shell("exit 3"), stdio).await.unwrap_err();
    assert!(error.is_disconnected() && error.message.contains("cannot carry handles"), "{error}");
}
