//! Storage limits, measured with direct I/O on the disk: of the writable layer, and of a folder of the host.

use crate::nspawn::Nspawn;
use serde_json::json;

/// Writes directly, `count` blocks of a size, and prints the hundredths of a second it took.
fn written(folder: &str, size: &str, count: u32) -> String {
    format!(
        "cd {folder} && now() {{ cut -d' ' -f1 /proc/uptime | tr -d .; }}; begun=$(now); \
         dd if=/dev/zero of=x bs={size} count={count} oflag=direct 2>/dev/null && echo $(($(now) - begun))"
    )
}

/// Reads back directly what was written.
fn read(folder: &str, size: &str, count: u32) -> String {
    written(folder, size, count).replace("if=/dev/zero of=x", "if=x of=/dev/null").replace("oflag", "iflag")
}

/// What each script took, one after the other in one container, in seconds.
fn took(nspawn: &Nspawn, limits: serde_json::Value, scripts: &[String]) -> Vec<f64> {
    let mut keys = limits;
    keys["parent_layer_directory"] = nspawn.world.base().into();
    keys["process_executable"] = "/bin/sh".into();
    keys["process_arguments"] = json!(["-c", scripts.join(" && ")]);
    let ran = nspawn.run(keys, &[]);
    assert_eq!(ran.code, 0, "{ran:?}");
    ran.out.lines().map(|line| line.parse::<f64>().unwrap() / 100.0).collect()
}

#[test]
fn bytes_a_second() {
    let nspawn = Nspawn::on_disk();
    let scripts = [written("/tmp", "1M", 4), written("/work", "1M", 4), read("/work", "1M", 4)];
    let held = took(&nspawn, json!({"max_storage_bandwidth_bytes_per_sec": 4 << 20}), &scripts);
    for (script, took) in scripts.iter().zip(&held) {
        assert!((0.7..10.0).contains(took), "4 MiB at 4 MiB a second took {took} s: {script}");
    }
    let free = took(&nspawn, json!({"max_storage_bandwidth_bytes_per_sec": 0}), &scripts);
    assert!(free.iter().sum::<f64>() < held.iter().sum(), "without the limit it is faster: {free:?}, {held:?}");
    nspawn.world.assert_empty();
}

#[test]
fn operations_a_second() {
    let nspawn = Nspawn::on_disk();
    let scripts = [written("/tmp", "4k", 100), written("/work", "4k", 100), read("/work", "4k", 100)];
    let held = took(&nspawn, json!({"max_storage_iops": 100}), &scripts);
    for (script, took) in scripts.iter().zip(&held) {
        assert!((0.7..10.0).contains(took), "100 operations at 100 a second took {took} s: {script}");
    }
    let free = took(&nspawn, json!({"max_storage_iops": 0}), &scripts);
    assert!(free.iter().sum::<f64>() < held.iter().sum(), "without the limit it is faster: {free:?}, {held:?}");
    nspawn.world.assert_empty();
}
