//! `root`, `hostname` and `domainname`.

use super::Bundle;
use serde_json::json;

#[test]
fn the_root_is_writable_and_the_bundle_s_own() {
    let bundle = Bundle::new("echo inside > /file; cat /file");
    assert_eq!(bundle.output(), "inside");
    assert_eq!(std::fs::read_to_string(bundle.inside("file")).unwrap(), "inside\n");
}

#[test]
fn a_read_only_root_takes_no_file_and_its_mounts_do() {
    let script = "touch /file 2>&1; touch /dev/file && echo dev; grep ' / ' /proc/mounts | cut -d' ' -f4 | cut -d, -f1";
    let bundle = Bundle::new(script).set("/root", json!({"path": "base", "readonly": true}));
    let ran = bundle.run();
    assert_eq!(ran.out, "touch: /file: Read-only file system\ndev\nro\n", "{}", ran.err);
    assert!(!bundle.inside("file").exists());
    bundle.assert_empty();
}

#[test]
fn a_read_only_root_is_read_only_for_mount_points_that_exist_only() {
    // What is missing for a mount is made before the root is closed.
    let bundle = Bundle::new("touch /made/file && ls /made")
        .set("/root", json!({"path": "base", "readonly": true}))
        .mount("tmpfs", "t", "/made", &[]);
    assert_eq!(bundle.output(), "file");
}

#[test]
fn the_path_of_the_root_may_be_absolute() {
    let bundle = Bundle::new("cat /here");
    let absolute = bundle.inside("").to_str().unwrap().to_owned();
    std::fs::write(bundle.inside("here"), "yes").unwrap();
    assert_eq!(bundle.set("/root", json!({"path": absolute})).output(), "yes");
}

#[test]
fn a_root_that_is_missing_is_named() {
    Bundle::new("true").set("/root", json!({"path": "no-such"})).refused(&["no-such"]);
    Bundle::new("true").set("/root", json!(null)).refused(&["root.path"]);
}

#[test]
fn only_the_root_is_to_be_seen() {
    let bundle = Bundle::new("ls / | sort | tr '\\n' ' '; cat /proc/mounts | grep -c . ; ls /.. | wc -l");
    let output = bundle.output();
    let lines: Vec<&str> = output.lines().collect();
    // Three mounts and the root.
    assert_eq!(lines, ["bin dev etc proc root sys tmp 4", "7"]);
}

#[test]
fn host_and_domain_name_are_set_inside_only() {
    let before = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    let bundle = Bundle::new("hostname; cat /proc/sys/kernel/hostname /proc/sys/kernel/domainname")
        .set("/hostname", "named-here")
        .set("/domainname", "example.org");
    assert_eq!(bundle.output(), "named-here\nnamed-here\nexample.org");
    assert_eq!(std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap(), before);
}

#[test]
fn names_that_would_be_the_machine_s_are_refused() {
    for name in ["hostname", "domainname"] {
        let bundle = Bundle::new("true").without_namespace("uts").set(&format!("/{name}"), "x");
        bundle.refused(&[name, "UTS namespace"]);
        let long = Bundle::new("true").set(&format!("/{name}"), "x".repeat(65));
        long.refused(&[name, "64"]);
    }
}
