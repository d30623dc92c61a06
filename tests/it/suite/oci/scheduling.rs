//! `process.scheduler`, `process.ioPriority`, `process.execCPUAffinity` and `linux.personality`.

use super::Bundle;
use serde_json::{Value, json};

/// Nice value, real-time priority and policy.
const SCHEDULING: &str = "awk '{print $19, $40, $41}' /proc/self/stat";

fn own_nice() -> i32 {
    rustix::process::getpriority_process(None).unwrap()
}

#[test]
fn time_sharing_policies_are_set() {
    // An idle process keeps the nice value of whoever started it.
    let idle = format!("{} 0 5", own_nice());
    for (policy, nice, expected) in
        [("SCHED_OTHER", 7, "7 0 0"), ("SCHED_BATCH", 5, "5 0 3"), ("SCHED_IDLE", 0, idle.as_str())]
    {
        let bundle = Bundle::new(SCHEDULING).set("/process/scheduler", json!({"policy": policy, "nice": nice}));
        assert_eq!(bundle.output(), expected, "{policy}");
    }
}

#[test]
fn a_real_time_policy_is_set_or_refused_by_name() {
    let bundle = Bundle::new(SCHEDULING).set("/process/scheduler", json!({"policy": "SCHED_FIFO", "priority": 10}));
    let ran = bundle.run();
    if ran.code == 0 {
        assert_eq!(ran.out.trim(), format!("{} 10 1", own_nice()));
    } else {
        // A control group without real-time run time has no such process.
        assert_eq!(ran.code, 125);
        assert!(ran.err.contains("scheduling policy") && ran.err.contains("real-time run time"), "{}", ran.err);
    }
    bundle.assert_empty();
}

#[test]
fn flags_of_the_scheduler_are_set() {
    let scheduler = json!({"policy": "SCHED_BATCH", "nice": -5, "flags": ["SCHED_FLAG_RESET_ON_FORK"]});
    // The shell has the better nice value; what it starts does not.
    let script = format!("read -r stat < /proc/self/stat; set -- $stat; shift 18; echo $1; {SCHEDULING}; true");
    let bundle = Bundle::new(&script).set("/process/scheduler", scheduler);
    assert_eq!(bundle.output(), "-5\n0 0 3");
}

#[test]
fn schedulers_that_make_no_sense_are_refused() {
    let scheduler = |scheduler: Value| Bundle::new("true").set("/process/scheduler", scheduler);
    scheduler(json!({"policy": "SCHED_TEST"})).refused(&["process.scheduler.policy", "SCHED_TEST"]);
    scheduler(json!({"policy": "SCHED_FIFO", "priority": 100})).refused(&["process.scheduler.priority", "100"]);
    scheduler(json!({"policy": "SCHED_OTHER", "nice": 20})).refused(&["process.scheduler.nice", "20"]);
    let flag = json!({"policy": "SCHED_OTHER", "flags": ["SCHED_FLAG_TEST"]});
    scheduler(flag).refused(&["process.scheduler.flags", "SCHED_FLAG_TEST"]);
    scheduler(json!({"policy": "SCHED_OTHER", "runtime": 5})).refused(&["process.scheduler.runtime"]);
}

#[test]
fn the_io_priority_is_set() {
    for (class, priority, expected) in
        [("IOPRIO_CLASS_BE", 6, "best-effort: prio 6"), ("IOPRIO_CLASS_IDLE", 0, "idle: prio 0")]
    {
        let priority = json!({"class": class, "priority": priority});
        let output = Bundle::new("ionice").set("/process/ioPriority", priority).output();
        assert!(expected.starts_with(&output), "{class}: {output}");
    }
    let priority = |class: &str, priority: i32| {
        Bundle::new("true").set("/process/ioPriority", json!({"class": class, "priority": priority}))
    };
    priority("IOPRIO_CLASS_TEST", 1).refused(&["process.ioPriority.class", "IOPRIO_CLASS_TEST"]);
    priority("IOPRIO_CLASS_BE", 8).refused(&["process.ioPriority.priority", "8"]);
}

/// The list of CPUs that a process may run on.
const AFFINITY: &str = "grep Cpus_allowed_list /proc/self/status | cut -f2";

#[test]
fn the_cpus_of_an_executed_process_are_the_final_ones() {
    let bundle = Bundle::new("sleep 1000").set("/process/execCPUAffinity", json!({"initial": "0-1", "final": "0"}));
    let running = bundle.start();
    assert_eq!(running.exec(AFFINITY), "0");
    running.end();
    let empty = Bundle::new("sleep 1000").set("/process/execCPUAffinity", json!({"initial": "", "final": ""}));
    let running = empty.start();
    assert_eq!(running.exec(AFFINITY), running.exec("grep Cpus_allowed_list /proc/1/status | cut -f2"));
    running.end();
}

#[test]
fn the_initial_cpus_of_an_executed_process_stay_when_none_are_final() {
    let bundle = Bundle::new("sleep 1000").set("/process/execCPUAffinity", json!({"initial": "0"}));
    let running = bundle.start();
    let first = running.exec("grep Cpus_allowed_list /proc/1/status | cut -f2");
    assert_ne!(first, "0", "the first process is not executed into the container");
    assert_eq!(running.exec(AFFINITY), "0");
    running.end();
}

#[test]
fn cpu_lists_that_make_no_sense_are_refused() {
    let affinity = |affinity: Value| Bundle::new("true").set("/process/execCPUAffinity", affinity);
    affinity(json!({"initial": "1-0"})).refused(&["process.execCPUAffinity.initial", "1-0"]);
    affinity(json!({"final": "x"})).refused(&["process.execCPUAffinity.final", "x"]);
}

#[test]
fn the_personality_is_that_of_32_bits() {
    let native = Bundle::new("uname -m").output();
    let personality = |domain: &str| Bundle::new("uname -m").set("/linux/personality", json!({"domain": domain}));
    assert_eq!(personality("LINUX").output(), native);
    assert_ne!(personality("LINUX32").output(), native);
    if native == "x86_64" {
        assert_eq!(personality("LINUX32").output(), "i686");
    }
    personality("LINUX64").refused(&["linux.personality.domain", "LINUX64"]);
    let flags = json!({"domain": "LINUX", "flags": ["X"]});
    Bundle::new("true").set("/linux/personality", flags).refused(&["linux.personality.flags"]);
}

#[test]
fn executed_processes_have_the_personality_too() {
    let bundle = Bundle::new("sleep 1000").set("/linux/personality", json!({"domain": "LINUX32"}));
    let running = bundle.start();
    assert_ne!(running.exec("uname -m"), Bundle::new("uname -m").output());
    running.end();
}
