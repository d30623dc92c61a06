//! `list`, `state`, `ps`, `spec` and `features`.

use super::Runtime;
use serde_json::Value;

#[test]
fn a_list_has_two_forms_and_knows_owners() {
    let runtime = Runtime::new("sleep 1000");
    assert_eq!(runtime.ok(&["list", "--format", "json"]).trim(), "[]");
    let id = runtime.begin();
    let table = runtime.ok(&["list"]);
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines[0].split_whitespace().collect::<Vec<_>>(), ["ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"]);
    let cells: Vec<&str> = lines[1].split_whitespace().collect();
    assert_eq!((cells[0], cells[2], cells[5]), (id.as_str(), "running", "runhcs"));
    let list: Value = serde_json::from_str(&runtime.ok(&["list", "-f", "json"])).unwrap();
    assert_eq!(list[0], runtime.state());
    assert_eq!(runtime.ok(&["list", "-q"]), format!("{id}\n"));
    assert_eq!(runtime.ok(&["list", "-q", "--owner", "runhcs"]), format!("{id}\n"));
    assert_eq!(runtime.ok(&["list", "-q", "--owner", "somebody"]), "");
    runtime.ok(&["delete", "-f", &id]);
}

#[test]
fn ps_shows_the_processes_inside() {
    let runtime = Runtime::new("sleep 1001 & wait");
    let id = runtime.begin();
    crate::shell::eventually("both are there", || runtime.ok(&["ps", "-f", "json", &id]).matches(',').count() == 1);
    let pids: Vec<u32> = serde_json::from_str(&runtime.ok(&["ps", "--format", "json", &id])).unwrap();
    assert!(pids.iter().any(|pid| *pid == runtime.state()["pid"]), "{pids:?}");
    let table = runtime.ok(&["ps", &id]);
    assert!(table.lines().count() == 3 && table.contains("sleep 1001"), "{table}");
    let own = runtime.ok(&["ps", &id, "-eo", "pid,comm"]);
    assert!(own.lines().count() == 3 && !own.contains("1001"), "{own}");
    runtime.ok(&["delete", "-f", &id]);
}

#[test]
fn what_spec_writes_can_be_run() {
    let runtime = Runtime::new("true");
    let folder = runtime.path("made");
    std::fs::create_dir(&folder).unwrap();
    let folder = folder.to_str().unwrap();
    runtime.ok(&["spec", "--bundle", folder]);
    runtime.refused(&["spec", "--bundle", folder], &["exists"]);
    let path = format!("{folder}/config.json");
    let mut spec: Value = serde_json::from_str(&crate::shell::read(&path)).unwrap();
    std::fs::rename(runtime.path("base"), format!("{folder}/rootfs")).unwrap();
    spec["process"]["terminal"] = false.into();
    spec["process"]["args"] = serde_json::json!(["echo", "ran"]);
    std::fs::write(&path, spec.to_string()).unwrap();
    assert_eq!(runtime.ok(&["run", "--bundle", folder, &runtime.id()]), "ran\n");
    runtime.nothing_left("run");
}

#[test]
fn features_are_json_with_what_engines_read() {
    let features: Value = serde_json::from_str(&Runtime::new("true").ok(&["features"])).unwrap();
    assert_eq!(features["ociVersionMin"], "1.0.0");
    assert!(features["linux"]["namespaces"].as_array().unwrap().iter().any(|kind| kind == "user"));
    assert!(features["mountOptions"].as_array().unwrap().iter().any(|option| option == "rro"));
    assert_eq!(features["linux"]["seccomp"]["enabled"], true);
}
