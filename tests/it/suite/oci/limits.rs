//! Limits of `linux.resources` hold: memory, tasks, processor time.

use super::Bundle;
use super::cgroups::group;
use serde_json::json;
use std::time::Instant;

#[test]
fn memory_beyond_the_limit_is_not_to_be_had() {
    let limit = json!({"limit": 16 << 20, "swap": 16 << 20});
    // `tail` keeps a line without an end in memory.
    let bundle = Bundle::new("head -c 67108864 /dev/zero | tail; echo ended").set("/linux/resources/memory", limit);
    let ran = bundle.run();
    assert!(ran.code == 137 || ran.err.contains("Killed") || !ran.out.contains('\0'), "{} {}", ran.code, ran.err);
    bundle.assert_empty();
    let free = Bundle::new("head -c 67108864 /dev/zero | tail | wc -c");
    assert_eq!(free.output(), "67108864");
}

/// Starts many processes, which do not hold the output open.
const MANY: &str = "for i in 1 2 3 4 5 6 7 8; do sleep 1000 >/dev/null 2>&1 & done 2>/dev/null; echo more";

#[test]
fn tasks_beyond_the_limit_are_not_to_be_had() {
    let bundle = Bundle::new(MANY).set("/linux/resources/pids/limit", 4);
    let ran = bundle.run();
    assert!(ran.code != 0 && !ran.out.contains("more"), "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("fork") || ran.code == 2, "{}", ran.err);
    bundle.assert_empty();
}

#[test]
fn processor_time_beyond_the_quota_is_not_to_be_had() {
    let bundle =
        Bundle::new("while :; do :; done").set("/linux/resources/cpu", json!({"quota": 10_000, "period": 100_000}));
    let running = bundle.start();
    let used = || {
        let (folder, second) =
            group(running.pid, if group(running.pid, "cpuacct").is_some() { "cpuacct" } else { "cpu" }).unwrap();
        if second {
            let text = std::fs::read_to_string(folder.join("cpu.stat")).unwrap();
            text.lines().next().unwrap().split(' ').nth(1).unwrap().parse::<u128>().unwrap() * 1000
        } else {
            std::fs::read_to_string(folder.join("cpuacct.usage")).unwrap().trim().parse::<u128>().unwrap()
        }
    };
    let (start, before) = (Instant::now(), used());
    std::thread::sleep(std::time::Duration::from_millis(1000));
    let part = (used() - before) * 100 / start.elapsed().as_nanos();
    running.end();
    assert!(part <= 20, "a tenth was granted and {part} hundredths were used");
}

#[test]
fn limits_hold_for_executed_processes_too() {
    let bundle = Bundle::new("sleep 1000").set("/linux/resources/pids/limit", 6);
    let running = bundle.start();
    let ran = running.exec_with(&[], &["/bin/sh", "-c", MANY]);
    assert!(ran.code != 0 && !ran.out.contains("more"), "{} {}", ran.out, ran.err);
    running.end();
}

#[test]
fn limits_that_the_kernel_does_not_take_are_refused_and_leave_nothing() {
    Bundle::new("true").set("/linux/resources/cpu/cpus", "777").refused(&["cpus", "777"]);
    let quota = json!({"quota": 1, "period": 100_000});
    Bundle::new("true").set("/linux/resources/cpu", quota).refused(&["quota"]);
    let memory = json!({"limit": 64 << 20, "swap": 32 << 20});
    Bundle::new("true").set("/linux/resources/memory", memory).refused(&["swap"]);
    Bundle::new("true").set("/linux/resources/memory/kernel", 5 << 20).refused(&["linux.resources.memory.kernel"]);
}
