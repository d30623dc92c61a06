//! `process.capabilities`: five sets, as listed.

use super::Bundle;
use serde_json::{Value, json};

const SCRIPT: &str = "grep ^Cap /proc/self/status | tr '\\t' ' '";

/// The five sets of a running program, in the order of procfs: inheritable, permitted, effective, bounding, ambient.
fn sets(bundle: &Bundle) -> Vec<u64> {
    let output = bundle.output();
    output.lines().map(|line| u64::from_str_radix(line.split(' ').nth(1).unwrap(), 16).unwrap()).collect()
}

fn with(capabilities: Value) -> Bundle {
    Bundle::new(SCRIPT).set("/process/capabilities", capabilities)
}

const KILL: u64 = 1 << 5;
const BIND: u64 = 1 << 10;
const RAW: u64 = 1 << 13;

#[test]
fn every_set_is_what_is_listed() {
    let bundle = with(json!({
        "bounding": ["CAP_KILL", "CAP_NET_RAW", "CAP_NET_BIND_SERVICE"],
        "permitted": ["CAP_KILL", "CAP_NET_RAW"],
        "effective": ["CAP_KILL"],
        "inheritable": ["CAP_KILL", "CAP_NET_BIND_SERVICE"],
        "ambient": ["CAP_KILL"],
    }))
    .set("/process/user", json!({"uid": 1000, "gid": 1000}))
    // Of an ordinary user, a program that is run keeps the ambient set alone.
    .set("/process/args", json!(["/bin/sh", "-c", SCRIPT]));
    assert_eq!(sets(&bundle), [KILL | BIND, KILL, KILL, KILL | RAW | BIND, KILL]);
}

#[test]
fn root_s_program_gets_the_bounding_set_and_no_more() {
    let bundle = with(json!({"bounding": ["CAP_KILL", "CAP_NET_RAW"], "permitted": ["CAP_KILL"], "effective": []}));
    assert_eq!(sets(&bundle), [0, KILL | RAW, KILL | RAW, KILL | RAW, 0]);
}

#[test]
fn absent_and_empty_sections_give_none() {
    for capabilities in [Value::Null, json!({})] {
        assert_eq!(sets(&with(capabilities)), [0; 5]);
    }
}

#[test]
fn another_user_s_program_gets_none_without_ambient() {
    let bundle = Bundle::new(SCRIPT).set("/process/user", json!({"uid": 1000, "gid": 1000}));
    let found = sets(&bundle);
    assert_eq!((found[0], found[1], found[2], found[4]), (0, 0, 0, 0));
    assert_ne!(found[3], 0);
}

#[test]
fn a_capability_that_is_absent_is_not_there() {
    let script = "chown 1:1 /tmp && echo may || echo may not";
    let bundle = Bundle::new(script).set("/process/capabilities", json!({"bounding": ["CAP_KILL"]}));
    assert_eq!(bundle.run().out, "may not\n");
    assert_eq!(Bundle::new(script).output(), "may");
}

#[test]
fn unknown_names_are_refused_by_set() {
    for set in ["bounding", "effective", "inheritable", "permitted", "ambient"] {
        let bundle = Bundle::new("true").set(&format!("/process/capabilities/{set}"), json!(["CAP_TEST"]));
        bundle.refused(&[&format!("process.capabilities.{set}"), "CAP_TEST"]);
    }
}
