//! `update` and `events`.

use super::Runtime;
use crate::aftermath::control_groups;
use crate::shell::read;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::Stdio;

/// The limit of memory, wherever it is.
fn memory(id: &str) -> String {
    let files = ["memory.limit_in_bytes", "memory.max"];
    let found = control_groups(id).into_iter().flat_map(|group| files.map(|file| group.join(file)));
    let path = found.into_iter().find(|path| path.exists()).expect("a group for memory");
    read(path).trim().to_owned()
}

#[test]
fn limits_change_by_words_and_by_files() {
    let runtime = Runtime::new("sleep 1000");
    let id = runtime.begin();
    runtime.ok(&["update", "--memory", "104857600", "--pids-limit", "50", "--cpu-share", "512", &id]);
    assert_eq!(memory(&id), "104857600");
    let file = runtime.path("limits.json");
    std::fs::write(&file, json!({"memory": {"limit": 209_715_200}}).to_string()).unwrap();
    runtime.ok(&["update", "-r", file.to_str().unwrap(), &id]);
    assert_eq!(memory(&id), "209715200");
    std::fs::write(&file, json!({"memory": {"limit": "much"}}).to_string()).unwrap();
    runtime.refused(&["update", "-r", file.to_str().unwrap(), &id], &["memory.limit"]);
    runtime.refused(&["update", &id], &["no limit"]);
    runtime.refused(&["update", "--l3-cache-schema", "a", &id], &["RDT"]);
    runtime.ok(&["delete", "-f", &id]);
    runtime.refused(&["update", "--memory", "104857600", &id], &["does not exist"]);
}

#[test]
fn events_tell_of_use() {
    let runtime = Runtime::new("sleep 1000");
    let id = runtime.begin();
    let event: Value = serde_json::from_str(&runtime.ok(&["events", "--stats", &id])).unwrap();
    assert_eq!((&event["type"], &event["id"]), (&"stats".into(), &id.clone().into()));
    assert!(event["data"]["memory"]["usage"]["usage"].as_u64().unwrap() > 0, "{event}");
    assert!(event["data"]["pids"]["current"].as_u64().unwrap() >= 1, "{event}");
    let mut child = runtime.command(&["events", "--interval", "10ms", &id]).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().take(3).count();
    assert_eq!(lines, 3);
    runtime.ok(&["delete", "-f", &id]);
    child.wait().unwrap();
}

#[test]
fn events_tell_of_the_end_of_memory() {
    let mut runtime = Runtime::new("sleep 1; tail /dev/zero; sleep 1000");
    runtime.spec["linux"]["resources"] = json!({"memory": {"limit": 16_777_216, "swap": 16_777_216}});
    let id = runtime.begin();
    let mut child = runtime.command(&["events", "--interval", "1m", &id]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let event: Value =
        lines.find(|line| line.contains("\"oom\"")).map(|line| serde_json::from_str(&line).unwrap()).unwrap();
    assert_eq!(event, json!({"type": "oom", "id": id}));
    runtime.ok(&["delete", "-f", &id]);
    child.wait().unwrap();
}
