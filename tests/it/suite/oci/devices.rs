//! `linux.devices`, the devices and links that every container has, and device rules.

use super::Bundle;
use serde_json::{Value, json};

fn stat(path: &str) -> String {
    format!("stat -c '%F %t:%T %a %u:%g' {path}; ")
}

#[test]
fn every_container_has_the_usual_devices_and_links() {
    let script = "for name in null zero full random urandom tty; do stat -c '%n %t:%T %a' /dev/$name; done; \
                  for name in fd stdin stdout stderr ptmx; do readlink /dev/$name; done; ls /dev | tr '\\n' ' '";
    let expected = [
        "/dev/null 1:3 666",
        "/dev/zero 1:5 666",
        "/dev/full 1:7 666",
        "/dev/random 1:8 666",
        "/dev/urandom 1:9 666",
        "/dev/tty 5:0 666",
        "/proc/self/fd",
        "/proc/self/fd/0",
        "/proc/self/fd/1",
        "/proc/self/fd/2",
        "pts/ptmx",
        "fd full null ptmx pts random stderr stdin stdout tty urandom zero ",
    ];
    assert_eq!(
        Bundle::new(script).output().lines().map(str::to_owned).collect::<Vec<_>>(),
        expected.map(|line| line.trim_end().to_owned())
    );
}

#[test]
fn the_usual_devices_work() {
    let script = "head -c 2 /dev/zero | od -An -tx1; head -c 3 /dev/urandom | wc -c; echo x > /dev/null; \
                  echo x 2>&1 > /dev/full | grep -o 'No space'; echo out > /dev/stdout; echo fd > /dev/fd/1";
    assert_eq!(Bundle::new(script).output(), " 00 00\n3\nNo space\nout\nfd");
}

#[test]
fn listed_devices_have_their_kind_number_mode_and_owner() {
    let devices = json!([
        {"type": "c", "path": "/dev/character", "major": 1, "minor": 5, "fileMode": 0o640, "uid": 3, "gid": 4},
        {"type": "b", "path": "/dev/deep/block", "major": 7, "minor": 250, "fileMode": 0o600, "uid": 1000},
        {"type": "p", "path": "/elsewhere/pipe", "fileMode": 0o622, "gid": 9},
        {"type": "u", "path": "/dev/unbuffered", "major": 1, "minor": 8},
    ]);
    let script =
        stat("/dev/character") + &stat("/dev/deep/block") + &stat("/elsewhere/pipe") + &stat("/dev/unbuffered");
    let output = Bundle::new(&script).set("/linux/devices", devices).output();
    let expected = [
        "character special file 1:5 640 3:4",
        "block special file 7:fa 600 1000:0",
        "fifo 0:0 622 0:9",
        "character special file 1:8 666 0:0",
    ];
    assert_eq!(output.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn a_listed_device_replaces_the_usual_one_of_its_name() {
    let device =
        json!([{"type": "c", "path": "/dev/null", "major": 1, "minor": 3, "fileMode": 0o600, "uid": 7, "gid": 8}]);
    let output = Bundle::new(&stat("/dev/null")).set("/linux/devices", device).output();
    assert_eq!(output, "character special file 1:3 600 7:8");
}

#[test]
fn a_device_in_the_image_that_is_another_is_replaced() {
    let bundle = Bundle::new("stat -c '%F %t:%T' /dev/null; cat /dev/zero").set("/mounts", json!([]));
    std::fs::write(bundle.inside("dev/null"), "no device").unwrap();
    std::os::unix::fs::symlink("/etc/passwd", bundle.inside("dev/zero")).unwrap();
    let bundle = bundle.set("/process/args", json!(["/bin/sh", "-c", "stat -c '%F %t:%T' /dev/null /dev/zero"]));
    assert_eq!(bundle.output(), "character special file 1:3\ncharacter special file 1:5");
    assert!(std::fs::read_to_string(bundle.inside("etc/passwd")).unwrap().starts_with("root:"));
}

#[test]
fn devices_that_make_no_sense_are_refused() {
    let device = |device: Value| Bundle::new("true").set("/linux/devices", json!([device]));
    device(json!({"type": "x", "path": "/dev/x", "major": 1, "minor": 1})).refused(&["linux.devices[0].type"]);
    device(json!({"type": "c", "path": "/dev/x", "major": 1})).refused(&["linux.devices[0].minor"]);
    device(json!({"type": "c", "path": "x", "major": 1, "minor": 1})).refused(&["linux.devices[0].path"]);
    device(json!({"type": "c", "path": "/dev/x", "major": 4096, "minor": 1})).refused(&["linux.devices[0].major"]);
    let mode = json!({"type": "c", "path": "/dev/x", "major": 1, "minor": 1, "fileMode": 0o20666});
    device(mode).refused(&["linux.devices[0].fileMode"]);
}

/// Which accesses the rules permit: to devices that no driver has, so that they open with another error where they
/// may be opened.
fn permitted(rules: Value) -> String {
    let script = "cd /tmp; mknod none c 1 177; mknod block b 240 177; \
                  for name in none block; do test -e $name && echo $name made; \
                  (: < $name) 2>&1 | grep -q 'not permitted' || echo $name read; \
                  (: >> $name) 2>&1 | grep -q 'not permitted' || echo $name written; done";
    let bundle = Bundle::new(script).set("/linux/resources/devices", rules);
    bundle.output().replace('\n', ", ")
}

#[test]
fn device_rules_hold() {
    let deny = json!({"allow": false, "access": "rwm"});
    // Making a node is always allowed, as with other runtimes: reading or writing it then needs a rule.
    let made = "none made, block made";
    assert_eq!(permitted(json!([deny])), made);
    assert_eq!(permitted(json!([])), made, "what is not allowed is denied");
    let read = permitted(json!([deny, {"allow": true, "type": "c", "major": 1, "minor": 177, "access": "r"}]));
    assert_eq!(read, "none made, none read, block made");
    let written = permitted(json!([deny, {"allow": true, "type": "c", "major": 1, "access": "w"}]));
    assert_eq!(written, "none made, none written, block made");
    let block = permitted(json!([deny, {"allow": true, "type": "b", "access": "rw"}]));
    assert_eq!(block, "none made, block made, block read, block written");
    let all = permitted(json!([{"allow": true, "access": "rwm"}]));
    assert_eq!(all, "none made, none read, none written, block made, block read, block written");
}

#[test]
fn later_rules_win() {
    let allow = json!({"allow": true, "type": "c", "major": 1, "minor": 177, "access": "rwm"});
    let deny = json!({"allow": false, "access": "rwm"});
    assert_eq!(permitted(json!([allow, deny])), "none made, block made");
    let narrow = json!({"allow": false, "type": "c", "major": 1, "minor": 177, "access": "w"});
    assert_eq!(permitted(json!([deny, allow, narrow])), "none made, none read, block made");
}

#[test]
fn the_usual_devices_work_whatever_the_rules_say_of_others() {
    let script = "head -c 2 /dev/zero | wc -c; echo x > /dev/null && test -c /dev/ptmx && echo pts";
    let bundle = Bundle::new(script).set("/linux/resources/devices", json!([{"allow": false, "access": "rwm"}]));
    assert_eq!(bundle.output(), "2\npts");
}

#[test]
fn rules_that_make_no_sense_are_refused() {
    let rule = |rule: Value| Bundle::new("true").set("/linux/resources/devices", json!([rule]));
    rule(json!({"allow": true, "type": "x"})).refused(&["linux.resources.devices"]);
    rule(json!({"allow": true, "access": "rx"})).refused(&["linux.resources.devices", "access"]);
}
