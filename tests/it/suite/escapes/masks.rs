//! CVE-2025-31133: masks are made from what the image calls the null device.

use super::races::Exchange;
use crate::oci::Bundle;
use serde_json::json;

/// A bundle whose whole `/dev` is a folder that somebody else fills, with a mask.
fn bound_dev(script: &str) -> Bundle {
    let bundle = Bundle::new(script);
    std::fs::create_dir(bundle.path("devices")).unwrap();
    std::fs::write(bundle.inside("secret"), "the secret").unwrap();
    std::fs::write(bundle.inside("bait"), "the bait").unwrap();
    let mounts = json!([
        {"destination": "/proc", "type": "proc", "source": "proc"},
        {"destination": "/dev", "type": "bind", "source": "devices", "options": ["bind"]},
    ]);
    bundle.set("/mounts", mounts).set("/linux/maskedPaths", json!(["/secret", "/proc/meminfo"]))
}

/// Prints what the masks are: their device number and their content.
const LOOK: &str =
    "stat -c %t:%T /secret; head -c 20 /secret | wc -c; stat -c %t:%T /proc/meminfo; echo x > /secret; cat /bait";

/// Guard: the source is the host's null device, checked (`null` in `rootfs/seal.rs`).
#[test]
fn a_link_in_place_of_the_null_device_masks_nothing() {
    for target in ["/bait", "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "zero"] {
        let bundle = bound_dev(LOOK);
        std::os::unix::fs::symlink(target, bundle.path("devices/null")).unwrap();
        assert_eq!(bundle.output(), "1:3\n0\n1:3\nthe bait", "{target}");
    }
}

/// Guard: the same; a file instead of a link.
#[test]
fn a_file_in_place_of_the_null_device_masks_nothing() {
    let bundle = bound_dev(LOOK);
    std::fs::write(bundle.path("devices/null"), "not nothing").unwrap();
    assert_eq!(bundle.output(), "1:3\n0\n1:3\nthe bait");
}

/// Guard: devices are made anew where the image has something else (`rootfs/devices.rs`), below a folder that is no link.
#[test]
fn a_link_of_the_image_in_place_of_the_null_device_is_replaced() {
    let bundle = Bundle::new("stat -c '%F %t:%T' /dev/null; cat /bait")
        .set("/mounts", json!([{"destination": "/proc", "type": "proc", "source": "proc"}]))
        .set("/linux/maskedPaths", json!(["/secret"]));
    std::fs::write(bundle.inside("bait"), "the bait").unwrap();
    std::os::unix::fs::symlink("/bait", bundle.inside("dev/null")).unwrap();
    assert_eq!(bundle.output(), "character special file 1:3\nthe bait");
}

/// Guard: the same as the first; the null device is exchanged while masks are made.
#[test]
fn an_exchange_of_the_null_device_masks_nothing_else() {
    let bundle = bound_dev(LOOK);
    let made = std::process::Command::new("mknod").arg(bundle.path("devices/null")).args(["c", "1", "3"]).status();
    assert!(made.unwrap().success());
    std::os::unix::fs::symlink("/bait", bundle.path("devices/other")).unwrap();
    let exchange = Exchange::start(&bundle.path("devices"), "null", "other");
    for _ in 0..10 {
        assert_eq!(bundle.output(), "1:3\n0\n1:3\nthe bait");
    }
    exchange.stop();
}

/// Guard: a mask goes on what was looked at, by descriptor (`rootfs/seal.rs`); a folder on the way is exchanged. That its
/// path is looked at afterwards has tests of its own beside the guard.
#[test]
fn an_exchange_on_the_way_leaves_no_path_unmasked() {
    let bundle =
        Bundle::new("stat -c %t:%T /volume/folder/secret 2>/dev/null; grep -c ' /volume' /proc/self/mountinfo; true");
    for name in ["folder", "other"] {
        std::fs::create_dir_all(bundle.path("volume").join(name)).unwrap();
        std::fs::write(bundle.path("volume").join(name).join("secret"), "secret").unwrap();
    }
    let bundle = bundle
        .mount("bind", "volume", "/volume", &["bind"])
        .set("/linux/maskedPaths", json!(["/volume/folder/secret"]));
    let exchange = Exchange::start(&bundle.path("volume"), "folder", "other");
    for _ in 0..10 {
        let ran = bundle.run();
        // Whoever shares the volume may go on exchanging; the mask itself is on one of the two, or there is no container.
        let masked = ran.code == 0 && ran.out.trim_end().ends_with('2');
        let refused = ran.code == 125 && ran.err.contains("exchanged");
        assert!(masked || refused, "{} {} {}", ran.code, ran.out, ran.err);
    }
    exchange.stop();
    bundle.assert_empty();
}
