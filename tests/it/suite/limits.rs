//! Limits, measured: what goes beyond is killed, refused or slowed down, and what stays within is not.

use crate::nspawn::Nspawn;
use crate::support::World;
use serde_json::json;

/// Fills some of a folder in memory, which counts as the container's memory.
fn fill(megabytes: u32) -> String {
    format!("dd if=/dev/zero of=/dev/shm/x bs=1M count={megabytes} 2>/dev/null && stat -c %s /dev/shm/x")
}

#[test]
fn memory() {
    let world = World::new();
    let beyond = world.sh(&["--memory", "24m"], "exec tail /dev/zero");
    assert_eq!((beyond.code, beyond.out.as_str()), (137, ""), "killed: {}", beyond.err);
    assert_eq!(world.inside(&["-m", "48m"], &fill(30)), (30 << 20).to_string());
    let beyond = world.sh(&["-m", "24m"], &fill(30));
    assert_ne!(beyond.code, 0, "what is written to memory counts: {}{}", beyond.out, beyond.err);
    world.assert_empty();
}

#[test]
fn memory_of_nspawn() {
    let nspawn = Nspawn::new();
    let words = |limit: u64| json!({"max_ram_mb": limit, "process_executable": "/bin/sh", "process_arguments": ["-c", fill(30)]});
    assert_eq!(nspawn.run(words(48), &[]).out.trim_end(), (30 << 20).to_string());
    assert_eq!(nspawn.run(words(0), &[]).code, 0, "0 is no limit");
    let beyond = nspawn.run(words(24), &[]);
    assert!(beyond.code != 0 && beyond.out.is_empty(), "{beyond:?}");
    let all = json!({"max_ram_mb": 24, "process_executable": "/bin/tail", "process_arguments": ["/dev/zero"]});
    assert_eq!(nspawn.run(all, &[]).code, 137);
    nspawn.world.assert_empty();
}

#[test]
fn tasks() {
    let world = World::new();
    let many = "for i in 1 2 3 4 5 6 7 8; do sleep 1000 & done; kill -9 -1; echo made";
    let beyond = world.sh(&["--pids-limit", "6"], many);
    assert!(beyond.code != 0 && beyond.err.contains("can't fork"), "{}{}", beyond.out, beyond.err);
    assert_eq!(world.inside(&["--pids-limit", "20"], many), "made");
    assert_eq!(world.inside(&["--pids-limit", "-1"], many), "made");
    world.assert_empty();
}

/// Runs `loops` endless loops for a while: prints the seconds that passed and the processor time they got in that, both in
/// hundredths, and the quota and its period.
fn busy(loops: u32) -> String {
    format!(
        "now() {{ cut -d' ' -f1 /proc/uptime | tr -d .; }}; begun=$(now); \
         for i in $(seq {loops}); do (while :; do :; done) & all=\"$all $!\"; done; sleep 1.5; used=0; \
         for pid in $all; do set -- $(cat /proc/$pid/stat); used=$((used + ${{14}} + ${{15}})); done; \
         echo $(($(now) - begun)) $used $(cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us /sys/fs/cgroup/cpu/cpu.cfs_period_us \
         /sys/fs/cgroup/cpu.max 2>/dev/null); kill -9 $all"
    )
}

/// Checks that a share of the time was all that loops could have, and that they got no more. On a machine that does much else
/// they may get much less, and then nothing holds them back.
fn check_share(measured: &str, share: f64) {
    let numbers: Vec<f64> = measured.split_whitespace().map(|number| number.parse().unwrap()).collect();
    let &[passed, used, quota, period] = numbers.as_slice() else { panic!("{measured}") };
    assert!((quota / period - share).abs() < 0.001, "{quota} of {period}, share {share}");
    // A period's quota may be used at once at either end, and ticks are counted whole.
    assert!(used <= share * passed + share * 20.0 + 4.0, "used {used} of {passed} hundredths, share {share}");
}

#[test]
fn processor_time() {
    let world = World::new();
    check_share(&world.inside(&["--cpus", "0.2"], &busy(1)), 0.2);
    let free = world.inside(&["--cpus", "1"], "grep -c . /proc/self/status");
    assert!(!free.is_empty());
    world.assert_empty();
}

#[test]
fn processor_time_of_nspawn() {
    let nspawn = Nspawn::new();
    let words = |mut keys: serde_json::Value| {
        keys["process_executable"] = "/bin/sh".into();
        keys["process_arguments"] = json!(["-c", busy(2)]);
        keys
    };
    let processors = std::thread::available_parallelism().unwrap().get() as f64;
    let ran = nspawn.run(words(json!({"max_cpu_percent": 10})), &[]);
    check_share(&ran.out, 0.1 * processors);
    // Of both, the smaller holds.
    let ran = nspawn.run(words(json!({"max_cpu_percent": 10, "cpus_count": 1})), &[]);
    check_share(&ran.out, (0.1 * processors).min(1.0));
    nspawn.world.assert_empty();
}

#[test]
fn number_of_processors_of_nspawn() {
    let processors = std::thread::available_parallelism().unwrap().get();
    let nspawn = Nspawn::new();
    let script = "cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us /sys/fs/cgroup/cpu.max 2>/dev/null";
    let words = json!({"cpus_count": 1, "process_executable": "/bin/sh", "process_arguments": ["-c", script]});
    let ran = nspawn.run(words, &[]);
    assert!(ran.out.starts_with("100000"), "{ran:?}");
    if processors > 1 {
        let words = json!({"cpus_count": 1, "process_executable": "/bin/sh", "process_arguments": ["-c", busy(2)]});
        check_share(&nspawn.run(words, &[]).out, 1.0);
    }
    nspawn.world.assert_empty();
}

/// The last processor that this test may use.
fn last_processor() -> u32 {
    let status = crate::shell::read("/proc/self/status");
    let list = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:")).unwrap();
    list.trim().rsplit([',', '-']).next().unwrap().parse().unwrap()
}

#[test]
fn processors_to_run_on() {
    let world = World::new();
    let last = last_processor();
    let allowed = "grep Cpus_allowed_list /proc/self/status | cut -f2";
    assert_eq!(world.inside(&["--cpuset-cpus", &last.to_string()], allowed), last.to_string());
    let nspawn = Nspawn::new();
    let mask = 1_u64 << last;
    for words in [json!(format!("0x{mask:x}")), json!(format!("{mask:X}")), json!(mask)] {
        let keys =
            json!({"cpu_affinity_hex": words, "process_executable": "/bin/sh", "process_arguments": ["-c", allowed]});
        assert_eq!(nspawn.run(keys, &[]).out.trim_end(), last.to_string(), "{words}");
    }
    nspawn.world.assert_empty();
    world.assert_empty();
}

#[test]
fn without_limits_there_are_none() {
    let world = World::new();
    let groups = "cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/pids/pids.max \
                  /sys/fs/cgroup/memory.max /sys/fs/cgroup/pids.max 2>/dev/null; true";
    for value in world.inside(&[], groups).lines() {
        assert!(value == "max" || value.parse::<u64>().unwrap() > 1 << 50, "{value}");
    }
}
