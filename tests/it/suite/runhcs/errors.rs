//! What is refused, and how that is told.

use super::Runtime;
use crate::shell::read;
use serde_json::{Value, json};

#[test]
fn a_container_that_is_not_there() {
    let runtime = Runtime::new("true");
    for words in [
        &["state", "nobody"][..],
        &["start", "nobody"],
        &["kill", "nobody"],
        &["delete", "nobody"],
        &["pause", "nobody"],
        &["ps", "nobody"],
        &["exec", "nobody", "true"],
        &["events", "--stats", "nobody"],
    ] {
        runtime.refused(words, &["does not exist"]);
    }
    runtime.ok(&["delete", "--force", "nobody"]);
    runtime.refused(&["state", "../etc"], &[]);
}

#[test]
fn a_bundle_s_wrong_field_is_named_and_nothing_is_made() {
    let runtime = Runtime::new("true");
    for (pointer, value, word) in [
        ("/process/args", json!([]), "process.args: "),
        ("/process/cwd", json!("tmp"), "process.cwd: "),
        ("/process/args/0", json!(7), "process.args[0]: "),
        ("/root/path", json!("nowhere"), "nowhere"),
        ("/ociVersion", json!("3.0"), "ociVersion: "),
        ("/linux/namespaces/0/type", json!("nonsense"), "linux.namespaces[0]"),
        ("/mounts/0/destination", json!(1), "mounts[0].destination"),
    ] {
        let mut spec = runtime.spec.clone();
        *spec.pointer_mut(pointer).unwrap() = value;
        let folder = runtime.path("wrong");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("config.json"), spec.to_string()).unwrap();
        runtime.refused(&["create", "-b", folder.to_str().unwrap(), &runtime.id()], &[word]);
        runtime.nothing_left(pointer);
    }
    runtime.refused(&["create", "-b", "/no/such/bundle", &runtime.id()], &["/no/such/bundle"]);
    let windows = json!({"ociVersion": "1.0.2", "windows": {"layerFolders": []}});
    std::fs::write(runtime.path("wrong/config.json"), windows.to_string()).unwrap();
    runtime
        .refused(&["create", "-b", runtime.path("wrong").to_str().unwrap(), &runtime.id()], &["windows.layerFolders"]);
}

#[test]
fn a_state_that_is_wrong() {
    let runtime = Runtime::new("sleep 1000");
    let id = runtime.begin();
    runtime.refused(&["start", &id], &["already running"]);
    runtime.refused(&["create", &id], &["already exists"]);
    runtime.refused(&["delete", &id], &["not stopped"]);
    runtime.ok(&["delete", "-f", &id]);
}

#[test]
fn the_log_is_what_engines_read() {
    let runtime = Runtime::new("true");
    let log = runtime.path("log.json");
    let ran = runtime.runs(&["--log", log.to_str().unwrap(), "--log-format", "json", "state", "nobody"]);
    assert_eq!((ran.code, ran.err.trim()), (1, "container does not exist: nobody"));
    let line: Value = serde_json::from_str(read(&log).lines().last().unwrap()).unwrap();
    assert_eq!((&line["level"], &line["msg"]), (&"error".into(), &"container does not exist: nobody".into()));
    assert!(line["time"].as_str().unwrap().ends_with('Z'));
    let ran = runtime.runs(&["state", "nobody"]);
    assert!(ran.err.starts_with("time=\"") && ran.err.contains("level=error msg=\"container"), "{}", ran.err);
}

#[test]
fn a_program_that_is_missing_is_told_by_create() {
    let mut runtime = Runtime::new("true");
    runtime.spec["process"]["args"] = json!(["no-such-program"]);
    for command in ["create", "run"] {
        runtime.refused(&[command, &runtime.id()], &["no-such-program", "executable file not found in $PATH"]);
        runtime.nothing_left(command);
    }
    runtime.spec["process"]["args"] = json!(["/no/such/program"]);
    runtime.refused(&["create", &runtime.id()], &["/no/such/program", "No such file or directory"]);
    runtime.nothing_left("create");
}

#[test]
fn what_cannot_be_honoured_is_refused() {
    let runtime = Runtime::new("true");
    for (words, said) in [
        (&["--systemd-cgroup", "list"][..], "systemd"),
        (&["--rootless", "true", "list"], "--rootless"),
        (&["create", "--no-pivot", "a"], "--no-pivot"),
        (&["create", "--shim-log", "x", "a"], "--shim-log"),
        (&["create", "--host", "x", "a"], "--host"),
        (&["create", "--pid-file", "/no/such/folder/pid", "a"], "--pid-file"),
        (&["resize-tty", "a", "80", "25"], "console socket"),
        (&["create-scratch", "--destpath", "x"], "Hyper-V"),
        (&["prepare-disk", "--destpath", "x"], "mkfs.ext4"),
        (&["vm", "x"], "Hyper-V"),
        (&["shim", "x"], "shims"),
        (&["vmshim", "x"], "shims"),
        (&["checkpoint", "x"], "checkpoint"),
        (&["restore", "x"], "restore"),
    ] {
        runtime.refused(words, &[said]);
    }
    runtime.nothing_left("refusals");
}
