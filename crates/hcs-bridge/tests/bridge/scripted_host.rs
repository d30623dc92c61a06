//! `serve` against a host that is written out by hand.

use crate::Mode;
use crate::peer::*;
use serde_json::json;
use std::path::Path;
use std::time::Duration;

async fn negotiated() -> (Peer, std::sync::Arc<crate::fake::Fake>) {
    let (mut peer, host, _) = host_end(Mode::Passed, Path::new("/nowhere"));
    peer.negotiate().await;
    (peer, host)
}

#[tokio::test]
async fn nothing_but_negotiation_comes_first() {
    let (mut peer, _, _) = host_end(Mode::Passed, Path::new("/nowhere"));
    for (id, kind) in VERBS.into_iter().enumerate() {
        let answer = peer.ask(kind, id as u64, r#"{"ContainerId":"x","ActivityId":"act"}"#).await;
        assert_eq!((&answer["Result"], &answer["ActivityId"]), (&json!(signed(0x8000_4001)), &json!("act")));
    }
    let body = format!(r#"{{"ContainerId":"{NULL_ID}","ActivityId":"n","MinimumVersion":4,"MaximumVersion":4}}"#);
    let answer = peer.ask(NEGOTIATE, 0, &body).await;
    let expected = json!({
        "Result": 0,
        "ActivityId": "n",
        "Version": 4,
        "Capabilities": {
            "SupportedSchemaVersions": [{ "Major": 2, "Minor": 1 }],
            "RuntimeOsType": "Linux",
            "GuestDefinedCapabilities": {
                "NamespaceAddRequestSupported": true,
                "SignalProcessSupported": true,
                "DumpStacksSupported": true,
                "DeleteContainerStateSupported": true,
            },
        },
    });
    assert_eq!(answer, expected);
    assert_eq!(peer.ask(NEGOTIATE, 1, &body).await["Result"], signed(0x8000_4001));
    for unknown in [0x1010_0e01, 0x1010_0f01, 0x1020_0101, 0x1fff_ffff, 0x1010_0102] {
        assert_eq!(peer.ask(unknown, 2, "{}").await["Result"], signed(0x8000_4001), "{unknown:#x}");
    }
}

#[tokio::test]
async fn a_version_must_be_common() {
    let (mut peer, _, _) = host_end(Mode::Passed, Path::new("/nowhere"));
    for (least, most) in [(1, 3), (0, 0), (5, 5), (5, 9), (u32::MAX, u32::MAX)] {
        let body = format!(r#"{{"MinimumVersion":{least},"MaximumVersion":{most}}}"#);
        assert_eq!(peer.ask(NEGOTIATE, 0, &body).await["Result"], signed(0xc037_010c), "{least}..{most}");
        assert_eq!(peer.ask(START, 1, "{}").await["Result"], signed(0x8000_4001));
    }
    assert_eq!(peer.ask(NEGOTIATE, 0, "nonsense").await["Result"], signed(0xc037_010d));
    let answer = peer.ask(NEGOTIATE, 0, r#"{"MinimumVersion":1,"MaximumVersion":7}"#).await;
    assert_eq!((&answer["Result"], &answer["Version"]), (&json!(0), &json!(4)));
}

#[tokio::test]
async fn what_cannot_be_read_is_answered() {
    let (mut peer, _) = negotiated().await;
    for kind in VERBS {
        for body in ["", "{", "[]", r#"{"ContainerId":7}"#, "\u{0}", r#"{"ActivityId":"a"} x"#] {
            assert_eq!(peer.ask(kind, 7, body).await["Result"], signed(0xc037_010d), "{kind:#x} {body:?}");
        }
    }
    peer.create("web").await;
    let text = |value: serde_json::Value| value.to_string();
    let cases = [
        (CREATE, text(json!({ "ContainerId": "new", "ContainerConfig": "{" }))),
        (EXECUTE, text(json!({ "ContainerId": "web", "Settings": { "ProcessParameters": "" } }))),
        (PROPERTIES, text(json!({ "ContainerId": "web", "Query": "no" }))),
    ];
    for (kind, body) in cases {
        assert_eq!(peer.ask(kind, 8, &body).await["Result"], signed(0xc037_010d), "{body}");
    }
    // The original host ends its JSON with a line feed.
    assert_eq!(peer.ask(START, 9, "{\"ContainerId\":\"web\"}\n").await["Result"], 0);
}

#[tokio::test]
async fn documents_of_old_schemas_are_refused() {
    let (mut peer, _) = negotiated().await;
    for version in [r#"{"Major":2,"Minor":0}"#, r#"{"Major":1,"Minor":9}"#, r#"{"Major":0,"Minor":0}"#] {
        assert_eq!(peer.ask(CREATE, 1, &create("web", version)).await["Result"], signed(0xc037_010d), "{version}");
    }
    let answer = peer.ask(CREATE, 1, &create("web", r#"{"Major":2,"Minor":1}"#)).await;
    assert_eq!(answer, json!({ "Result": 0, "ActivityId": "a", "SelectedProtocolVersion": 0 }));
    assert_eq!(peer.ask(CREATE, 2, &create("web", r#"{"Major":2,"Minor":1}"#)).await["Result"], signed(0xc037_010f));
    assert_eq!(peer.ask(CREATE, 3, &create("later", r#"{"Major":3,"Minor":0}"#)).await["Result"], 0);
}

#[tokio::test]
async fn an_unknown_system_is_named_in_every_verb() {
    let (mut peer, _) = negotiated().await;
    let body =
        json!({ "ContainerId": "none", "ProcessId": 1, "Settings": { "ProcessParameters": "{}" }, "TimeoutInMs": 5 });
    for kind in [START, SHUTDOWN, TERMINATE, EXECUTE, WAIT, SIGNAL, RESIZE, PROPERTIES, DELETE] {
        let answer = peer.ask(kind, 4, &body.to_string()).await;
        assert_eq!(answer["Result"], signed(0xc037_010e), "{kind:#x}");
        assert_eq!(answer["ErrorRecords"][0]["Result"], signed(0xc037_010e));
        assert_eq!(answer["ErrorRecords"][0]["Line"], u32::MAX);
        assert!(answer["ErrorMessage"].as_str().unwrap().contains("none"));
    }
}

#[tokio::test]
async fn waits_end_in_time_and_hold_nobody_up() {
    let (mut peer, _) = negotiated().await;
    peer.create("web").await;
    let process = peer.run("web", "exec sleep 1000").await;
    let wait = |process, limit: u32| format!(r#"{{"ContainerId":"web","ProcessId":{process},"TimeoutInMs":{limit}}}"#);
    assert_eq!(peer.ask(WAIT, 3, &wait(process, 1)).await["Result"], signed(0xc037_0109));
    assert_eq!(peer.ask(WAIT, 4, &wait(4_000_000, u32::MAX)).await["Result"], signed(0x8007_0490));
    peer.send(WAIT, 5, &wait(process, u32::MAX)).await;
    let stacks = peer.ask(STACKS, 6, r#"{"ContainerId":"web"}"#).await;
    assert!(stacks["GuestStacks"].as_str().unwrap().contains("request 5: WAIT_FOR_PROCESS"), "{stacks}");
    // Absent options mean SIGKILL.
    assert_eq!(peer.ask(SIGNAL, 7, &format!(r#"{{"ContainerId":"web","ProcessId":{process}}}"#)).await["Result"], 0);
    let (kind, id, answer) = peer.receive().await.unwrap();
    assert_eq!((kind, id, answer), (0x2010_0601, 5, json!({ "Result": 0, "ExitCode": 137 })));
}

#[tokio::test]
async fn signals_are_read_as_the_protocol_says() {
    let (mut peer, host) = negotiated().await;
    peer.create("web").await;
    let process = peer.run("web", "trap 'exit 3' TERM; while :; do sleep 0.01; done").await;
    let mut signal = async |id, options: &str| {
        peer.ask(SIGNAL, id, &format!(r#"{{"ContainerId":"web","ProcessId":{process}{options}}}"#)).await["Result"]
            .clone()
    };
    assert_eq!(signal(3, r#","Options":{"Signal":18}"#).await, 0);
    assert_eq!(signal(4, r#","Options":{"Signal":"CtrlC"}"#).await, signed(0x8007_0057));
    assert_eq!(signal(5, r#","Options":{}"#).await, 0);
    while signal(6, r#","Options":null"#).await == 0 {}
    assert_eq!(signal(7, r#","Options":{"Signal":0}"#).await, signed(0x8007_0490));
    let log = host.log.lock().unwrap();
    assert_eq!(log[..3], ["signal Number(18)", "signal Name(\"CtrlC\")", "signal Number(9)"]);
    assert!(log[3..].iter().all(|line| line == "signal Number(9)"), "{log:?}");
}

#[tokio::test]
async fn the_machine_itself_has_rules_of_its_own() {
    let (mut peer, _) = negotiated().await;
    let machine = format!(r#"{{"ContainerId":"{NULL_ID}"}}"#);
    assert_eq!(peer.ask(PROPERTIES, 1, &machine).await["Result"], signed(0x8007_0057));
    assert_eq!(peer.ask(SHUTDOWN, 2, &machine).await["Result"], signed(0xc037_010e));
    peer.create(NULL_ID).await;
    // A machine that powers off does not answer; the next answer is to the next question.
    peer.send(SHUTDOWN, 3, &machine).await;
    peer.send(TERMINATE, 4, &machine).await;
    assert_eq!(peer.ask(START, 5, &machine).await["Result"], 0);
}

#[tokio::test]
async fn a_change_without_a_verb_adds() {
    let (mut peer, host) = negotiated().await;
    let body = format!(r#"{{"ContainerId":"{NULL_ID}","Request":{{"ResourceType":"Odd","Settings":{{"a":[1]}}}}}}"#);
    assert_eq!(peer.ask(MODIFY, 1, &body).await["Result"], 0);
    let request = r#"{"RequestType":"Add","ResourceType":"Odd","Settings":{"a":[1]}}"#;
    assert_eq!(*host.log.lock().unwrap(), [format!("modify {NULL_ID} {request}")]);
}

#[tokio::test]
async fn the_end_is_told_once_after_the_exit_code() {
    let (mut peer, _) = negotiated().await;
    peer.create("web").await;
    let process = peer.run("web", "exit 5").await;
    let wait = format!(r#"{{"ContainerId":"web","ProcessId":{process},"TimeoutInMs":4294967295}}"#);
    // The process has ended and nobody has asked: nothing may come.
    let early = tokio::time::timeout(Duration::from_millis(200), peer.receive()).await;
    assert!(early.is_err(), "{early:?}");
    assert_eq!(peer.ask(WAIT, 3, &wait).await["ExitCode"], 5);
    let (kind, id, body) = peer.receive().await.unwrap();
    let expected = json!({
        "ContainerId": "web", "ActivityId": NULL_ID, "Type": "UnexpectedExit", "Operation": "None", "Result": 0,
    });
    assert_eq!((kind, id, body), (NOTIFICATION, 0, expected));
    assert_eq!(peer.ask(WAIT, 4, &wait).await["ExitCode"], 5);
    assert_eq!(peer.ask(DELETE, 5, r#"{"ContainerId":"web"}"#).await["Result"], 0);
    assert_eq!(peer.ask(WAIT, 6, &wait).await["Result"], signed(0xc037_010e));
}
