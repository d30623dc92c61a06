//! What is unsupported is refused by its name before anything is made, and what nobody knows is warned of.

use super::Bundle;
use serde_json::{Value, json};

#[test]
fn unsupported_parts_are_named() {
    let linux = |field: &str, value: Value| Bundle::new("true").set(&format!("/linux/{field}"), value);
    linux("intelRdt", json!({"closID": "x"})).refused(&["linux.intelRdt"]);
    linux("netDevices", json!({"eth0": {"name": "net0"}})).refused(&["linux.netDevices"]);
    Bundle::new("true").set("/process/commandLine", "cmd").refused(&["process.commandLine"]);
    Bundle::new("true").set("/windows", json!({"network": {}})).refused(&["windows.network"]);
}

#[test]
fn versions_of_the_specification_are_checked() {
    for version in ["1.0.0", "1.0.2-dev", "1.1.0", "1.2.0", "1.2.0+dev"] {
        assert_eq!(Bundle::new("echo ran").set("/ociVersion", version).output(), "ran", "{version}");
    }
    for version in ["2.0.0", "0.9.0", "x", "1"] {
        Bundle::new("true").set("/ociVersion", version).refused(&["ociVersion", version]);
    }
    let ran = Bundle::new("true").set("/ociVersion", "").run();
    assert!(ran.code == 125 && ran.err.contains("ociVersion is missing"), "{}", ran.err);
}

#[test]
fn wrong_types_are_refused_with_their_place() {
    for (pointer, value) in
        [("/process/args", json!("sh")), ("/mounts", json!({})), ("/linux/namespaces", json!([{"type": 5}]))]
    {
        let ran = Bundle::new("true").set(pointer, value).run();
        assert_eq!(ran.code, 125, "{pointer}");
        assert!(ran.err.contains("config.json") && ran.err.contains("line"), "{pointer}: {}", ran.err);
    }
}

#[test]
fn a_bundle_without_a_configuration_or_a_process_is_refused() {
    let bundle = Bundle::new("true").set("/process", Value::Null);
    let ran = bundle.run();
    assert!(ran.code == 125 && ran.err.contains("process is missing"), "{}", ran.err);
    let empty = bundle.text("none");
    std::fs::create_dir(&empty).unwrap();
    let ran = bundle.world().silo(&["run", "--bundle", &empty]);
    assert!(ran.code == 125 && ran.err.contains("config.json"), "{}", ran.err);
    Bundle::of(&[]).refused(&["no program was given"]);
    Bundle::new("true").set("/process/args/2", "a\0b").refused(&["process.args", "NUL"]);
    Bundle::new("true").set("/process/env", json!(["NO_VALUE"])).refused(&["process.env", "NO_VALUE"]);
}

#[test]
fn unknown_properties_are_ignored_with_a_warning() {
    let bundle = Bundle::new("echo ran")
        .set("/process/noSuchField", 1)
        .set("/linux/alsoNone", json!({"x": 1}))
        .set("/linux/resources/memory/none", 5);
    let ran = bundle.run();
    assert_eq!((ran.code, ran.out.as_str()), (0, "ran\n"), "{}", ran.err);
    for name in ["process.noSuchField", "linux.alsoNone", "linux.resources.memory.none"] {
        assert!(ran.err.contains(name), "{name}: {}", ran.err);
    }
    bundle.assert_empty();
}

#[test]
fn what_container_engines_write_by_default_runs() {
    // An ambient set without an inheritable one is in the defaults of a widespread engine; the kernel grants none of it.
    let sets = json!({
        "bounding": ["CAP_KILL"], "effective": ["CAP_KILL"], "permitted": ["CAP_KILL"], "ambient": ["CAP_KILL"],
    });
    let bundle = Bundle::new("grep CapAmb /proc/self/status | cut -f2").set("/process/capabilities", sets);
    let ran = bundle.run();
    assert_eq!((ran.code, ran.out.as_str()), (0, "0000000000000000\n"), "{}", ran.err);
    assert!(ran.err.contains("process.capabilities.ambient") && ran.err.contains("CAP_KILL"), "{}", ran.err);
}

#[test]
fn the_names_of_a_container_are_taken_once() {
    let bundle = Bundle::new("sleep 1000");
    let running = bundle.start();
    let ran = bundle.run();
    assert!(ran.code == 125 && ran.err.contains("a container has this name"), "{}", ran.err);
    assert_eq!(running.exec("echo alive"), "alive");
    running.end();
}
