//! CVE-2025-52565: the terminal is bound on `/dev/console`, which the image made a link.

use crate::oci::Bundle;
use serde_json::{Value, json};

/// A bundle with a terminal whose `/dev` the image fills.
fn with_terminal(script: &str, dev: Value) -> Bundle {
    let mut mounts = vec![json!({"destination": "/proc", "type": "proc", "source": "proc"})];
    mounts.extend(dev.as_array().unwrap().iter().cloned());
    let pts = json!({"destination": "/dev/pts", "type": "devpts", "source": "devpts", "options": ["newinstance", "ptmxmode=0666"]});
    mounts.push(pts);
    Bundle::new(script).set("/mounts", json!(mounts)).set("/process/terminal", true)
}

const LOOK: &str = "stat -c %F /dev/console /bait; test -f /bait && cat /bait; grep -c devpts /proc/self/mountinfo; grep -E 'core_pattern|sysrq' /proc/self/mountinfo; true";

/// Guard: a link in its place is replaced (`plain_target` in `rootfs/devices.rs`).
#[test]
fn the_console_is_bound_on_no_link() {
    for target in ["/bait", "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/no/such/file"] {
        for volume in [false, true] {
            let dev = if volume {
                json!([{"destination": "/dev", "type": "bind", "source": "devices", "options": ["bind"]}])
            } else {
                json!([])
            };
            let bundle = with_terminal(LOOK, dev);
            std::fs::create_dir_all(bundle.path("devices/pts")).unwrap();
            std::fs::write(bundle.inside("bait"), "the bait\n").unwrap();
            let place = if volume { bundle.path("devices/console") } else { bundle.inside("dev/console") };
            std::os::unix::fs::symlink(target, place).unwrap();
            let output = bundle.output().replace('\r', "");
            assert_eq!(output, "character special file\nregular file\nthe bait\n2", "{target}, {volume}");
        }
    }
}

/// Guards: `console_target` in `rootfs/guard.rs`, and the kernel, which mounts no device on a folder.
#[test]
fn the_console_is_bound_on_no_folder() {
    let bundle = with_terminal("true", json!([]));
    std::fs::create_dir(bundle.inside("dev/console")).unwrap();
    bundle.refused(&["/dev/console"]);
}

/// Guard: both ends are checked to be of a devpts (`on_devpts` in `rootfs/guard.rs`).
#[test]
fn a_terminal_is_made_by_a_devpts_alone() {
    let bundle = Bundle::new("true").set("/process/terminal", true).set(
        "/mounts",
        json!([
            {"destination": "/proc", "type": "proc", "source": "proc"},
            {"destination": "/dev/pts", "type": "bind", "source": "false", "options": ["bind"]},
        ]),
    );
    std::fs::create_dir(bundle.path("false")).unwrap();
    std::fs::write(bundle.path("false/ptmx"), "").unwrap();
    bundle.refused(&["devpts"]);
    std::fs::remove_file(bundle.path("false/ptmx")).unwrap();
    std::os::unix::fs::symlink("/proc/sysrq-trigger", bundle.path("false/ptmx")).unwrap();
    bundle.refused(&["/dev/pts/ptmx"]);
}

/// Guard: the same, in a helper that joins a container whose root has replaced its devpts.
#[test]
fn a_terminal_of_an_executed_process_is_made_by_a_devpts_alone() {
    let script = "umount /dev/pts && mount -t tmpfs fake /dev/pts && echo untouched > /secret && ln -s /secret /dev/pts/ptmx && touch /ready; sleep 1000";
    let bundle = Bundle::new(script).grant(&["CAP_SYS_ADMIN"]);
    let running = bundle.start();
    super::await_file(&bundle.inside("ready"));
    let ran = running.exec_with(&["-t"], &["true"]);
    assert!(ran.code == 125 && ran.err.contains("ptmx"), "{} {}", ran.code, ran.err);
    assert_eq!(std::fs::read_to_string(bundle.inside("secret")).unwrap(), "untouched\n");
    running.end();
}
