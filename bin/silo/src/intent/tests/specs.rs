//! Whole requests, kept in files: what a program would be given is looked at as a whole.

use crate::testing::{FakeWorld, golden_request, request};

#[test]
fn whole_requests() {
    let config = r#"{"process_directory": "/app", "process_executable": "bin/x", "process_arguments": ["-v"],
        "stdout_filename": "out.txt", "parent_layer_directory": "/layers/top", "max_ram_mb": 64, "max_cpu_percent": 10,
        "max_storage_iops": 100}"#;
    let root = FakeWorld::root().file("/cwd/config.json", config);
    let everything = "run --rm -it --name web --hostname box -l a=b --stop-signal QUIT -e A=1 -w /srv -u 1000:100 --read-only \
        -v /data:/data:ro --tmpfs /tmp:size=1m --device /dev/sda:r -m 64m --cpus 0.5 --cpuset-cpus 0 --pids-limit 9 \
        --network host --cap-drop ALL --cap-add SYS_ADMIN --security-opt no-new-privileges /rootfs sh -c id";
    for (name, words, world) in [
        ("run-host-as-root.json", "run host true", &root),
        ("run-everything-as-root.json", everything, &root),
        ("run-folder-as-user.json", "run /rootfs true", &FakeWorld::user(true)),
        ("run-host-network-as-single-id.json", "run --network host host true", &FakeWorld::user(false)),
        ("nspawn-as-root.json", "nspawn", &root),
    ] {
        golden_request(name, &request(words, world).unwrap());
    }
}
