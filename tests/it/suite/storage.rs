//! Storage limits, measured with direct I/O on the disk: of the writable layer, and of a folder of the host.
//!
//! What is limited takes at least its time. How much longer it takes, and how long it takes without a limit, is up to what else
//! the machine does with the disk.

use crate::nspawn::Nspawn;
use serde_json::{Value, json};

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

/// Checks what each script takes, one after the other in one container. A second is what the limit is made for.
fn take_a_second(nspawn: &Nspawn, limits: &Value, scripts: &[String]) {
    let text = nspawn.inside(limits.clone(), &scripts.join(" && "));
    for (script, line) in scripts.iter().zip(text.lines()) {
        let took = line.parse::<f64>().unwrap() / 100.0;
        assert!(took > 0.7, "{limits}: took {took} s: {script}");
    }
    assert_eq!(text.lines().count(), scripts.len(), "{text}");
}

/// The limits that the kernel has been told of.
fn told(nspawn: &Nspawn, limits: Value) -> String {
    nspawn.inside(limits, "cat /sys/fs/cgroup/blkio/blkio.throttle.*_device /sys/fs/cgroup/io.max 2>/dev/null; true")
}

#[test]
fn bytes_a_second() {
    let nspawn = Nspawn::on_disk();
    let scripts = [written("/tmp", "1M", 4), written("/nspawn", "1M", 4), read("/nspawn", "1M", 4)];
    let limit = json!({"max_storage_bandwidth_bytes_per_sec": 4 << 20});
    take_a_second(&nspawn, &limit, &scripts);
    let told_of = told(&nspawn, limit);
    assert_eq!(told_of.matches("4194304").count(), 2, "to read and to write: {told_of}");
    assert_eq!(told(&nspawn, json!({"max_storage_bandwidth_bytes_per_sec": 0})), "", "0 is no limit");
    nspawn.world.assert_empty();
}

#[test]
fn operations_a_second() {
    let nspawn = Nspawn::on_disk();
    let scripts = [written("/tmp", "4k", 123), written("/nspawn", "4k", 123), read("/nspawn", "4k", 123)];
    let limit = json!({"max_storage_iops": 123});
    take_a_second(&nspawn, &limit, &scripts);
    let told_of = told(&nspawn, limit);
    assert_eq!(told_of.matches("123").count(), 2, "to read and to write: {told_of}");
    assert_eq!(told(&nspawn, json!({"max_storage_iops": 0})), "", "0 is no limit");
    nspawn.world.assert_empty();
}
