//! The log of calls: a line of JSON for each call and each notification, of any number of processes.

use crate::{Reply, clock, place};
use serde_json::{Map, Value, json};
use std::fs::File;
use std::io::{Result, Write};
use std::path::Path;
use std::time::SystemTime;

/// Appends a line to the log that the environment names, if it names one.
pub fn line(mut line: Map<String, Value>, thread: u32) {
    let Some(path) = std::env::var_os(place::LOG).filter(|path| !path.is_empty()) else { return };
    line.insert("time".into(), clock::text(SystemTime::now()).into());
    line.insert("process".into(), std::process::id().into());
    line.insert("thread".into(), thread.into());
    // A log that cannot be written is no reason for the caller to end, and there is nobody else to tell.
    let _ = append(Path::new(&path), &Value::Object(line));
}

/// What a call looks like.
pub fn call(dll: &str, function: &str, arguments: &Map<String, Value>, reply: &Reply) -> Map<String, Value> {
    let line = json!({
        "dll": dll,
        "function": function,
        "arguments": documents(arguments),
        "result": format!("{:#010x}", reply.result),
        "output": documents(&reply.output),
    });
    object(line)
}

/// What a notification looks like.
pub fn notification(dll: &str, callback: u64, kind: u32, status: u32, data: &str) -> Map<String, Value> {
    let line = json!({
        "dll": dll,
        "notification": format!("{kind:#x}"),
        "callback": callback,
        "status": format!("{status:#010x}"),
        "data": document(&Value::from(data)),
    });
    object(line)
}

/// The lines of a log; none if there is none.
pub fn read(path: &Path) -> Result<Vec<Value>> {
    let text = match std::fs::read_to_string(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        text => text?,
    };
    text.lines().map(|line| serde_json::from_str(line).map_err(Into::into)).collect()
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// Texts that are documents, as documents.
fn documents(map: &Map<String, Value>) -> Value {
    map.iter().map(|(name, value)| (name.clone(), document(value))).collect::<Map<_, _>>().into()
}

fn document(value: &Value) -> Value {
    let parsed = value.as_str().filter(|text| text.starts_with(['{', '['])).map(serde_json::from_str);
    parsed.and_then(|parsed| parsed.ok()).unwrap_or_else(|| value.clone())
}

/// Appends a line under a lock: Wine finds the end of the file and writes there in two steps.
fn append(path: &Path, line: &Value) -> Result<()> {
    let mut lock = path.as_os_str().to_owned();
    lock.push(".lock");
    let lock = File::options().create(true).append(true).open(lock)?;
    lock.lock()?;
    File::options().create(true).append(true).open(path)?.write_all(format!("{line}\n").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use hcs_schema::HResult;

    #[test]
    fn documents_are_not_texts_of_texts() {
        let arguments = object(json!({"id": "a", "configuration": "{\"Owner\": 1}", "broken": "{", "system": 3}));
        let reply = Reply::failed(HResult::E_FAIL).with("result", "[1]");
        let line = Value::Object(call("vmcompute", "F", &arguments, &reply));
        let expected = json!({
            "dll": "vmcompute", "function": "F",
            "arguments": {"id": "a", "configuration": {"Owner": 1}, "broken": "{", "system": 3},
            "result": "0x80004005", "output": {"result": [1]},
        });
        assert_eq!(line, expected);
    }

    #[test]
    fn lines_are_appended() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        assert_eq!(read(&path).unwrap(), Vec::<Value>::new());
        for number in [1, 2] {
            append(&path, &json!({"a": number})).unwrap();
        }
        assert_eq!(read(&path).unwrap(), [json!({"a": 1}), json!({"a": 2})]);
    }
}
