//! `linux.namespaces` that are new or absent, and `linux.timeOffsets`.

use super::Bundle;
use super::bundle::link;
use serde_json::json;

const KINDS: [(&str, &str); 7] = [
    ("pid", "pid"),
    ("network", "net"),
    ("ipc", "ipc"),
    ("uts", "uts"),
    ("mount", "mnt"),
    ("cgroup", "cgroup"),
    ("time", "time"),
];

#[test]
fn listed_namespaces_are_new() {
    let script: String = KINDS.iter().map(|(_, file)| format!("readlink /proc/self/ns/{file}; ")).collect();
    let output = Bundle::new(&script).namespace("cgroup").namespace("time").output();
    for (line, (kind, file)) in output.lines().zip(KINDS) {
        assert!(line.starts_with(&format!("{file}:[")), "{kind}: {line}");
        assert_ne!(line, link(&format!("/proc/self/ns/{file}")), "{kind}");
    }
    assert_eq!(output.lines().count(), KINDS.len());
}

#[test]
fn absent_namespaces_are_the_host_s() {
    for (kind, file) in KINDS.into_iter().filter(|(kind, _)| *kind != "mount") {
        let bundle = Bundle::new(&format!("readlink /proc/self/ns/{file}")).without_namespace(kind);
        assert_eq!(bundle.output(), link(&format!("/proc/self/ns/{file}")), "{kind}");
    }
    let user = Bundle::new("readlink /proc/self/ns/user").output();
    assert_eq!(user, link("/proc/self/ns/user"));
}

#[test]
fn children_are_in_the_same_time_namespace() {
    let script = "readlink /proc/self/ns/time; readlink /proc/self/ns/time_for_children; cat /proc/self/timens_offsets; cut -d. -f1 /proc/uptime";
    let bundle = Bundle::new(script)
        .namespace("time")
        .set("/linux/timeOffsets", json!({"monotonic": {"secs": 1000, "nanosecs": 5}, "boottime": {"secs": 864_000}}));
    let output = bundle.output();
    let lines: Vec<&str> = output.lines().collect();
    assert_eq!(lines[0], lines[1].replace("time_for_children", "time"));
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(words(lines[2]), ["monotonic", "1000", "5"]);
    assert_eq!(words(lines[3]), ["boottime", "864000", "0"]);
    let uptime: u64 = lines[4].parse().unwrap();
    assert!(uptime >= 864_000, "{uptime}");
}

#[test]
fn offsets_of_clocks_that_make_no_sense_are_refused() {
    let offsets = |offsets: serde_json::Value| Bundle::new("true").set("/linux/timeOffsets", offsets);
    offsets(json!({"monotonic": {"secs": 1}})).refused(&["linux.timeOffsets", "time namespace"]);
    offsets(json!({"real": {"secs": 1}})).namespace("time").refused(&["linux.timeOffsets", "real"]);
    let long = json!({"boottime": {"nanosecs": 1_000_000_000}});
    offsets(long).namespace("time").refused(&["linux.timeOffsets.boottime.nanosecs"]);
    let negative = json!({"boottime": {"secs": -1_000_000_000}});
    offsets(negative).namespace("time").refused(&["linux.timeOffsets.boottime", "-1000000000"]);
}

#[test]
fn processes_end_with_the_first_without_a_pid_namespace_too() {
    let bundle = Bundle::new("sleep 1234.5 & echo $!").without_namespace("pid");
    let ran = bundle.run();
    let pid: u32 = ran.out.trim().parse().unwrap();
    let left = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    assert!(!String::from_utf8_lossy(&left).contains("1234.5"));
    bundle.assert_empty();
}

#[test]
fn a_new_network_has_a_loopback_that_is_up() {
    let bundle = Bundle::new(
        "ip -o link show lo | grep -o 'LOOPBACK,UP'; ping -c 1 -W 60 127.0.0.1 | grep -o '1 packets received'",
    );
    assert_eq!(bundle.output(), "LOOPBACK,UP\n1 packets received");
}

#[test]
fn the_first_process_is_number_one_and_reaps_orphans() {
    assert_eq!(Bundle::new("echo $$ $PPID").output(), "1 0");
}

#[test]
fn namespaces_that_make_no_sense_are_refused() {
    Bundle::new("true").namespace("pid").refused(&["linux.namespaces[5]", "pid namespace"]);
    Bundle::new("true").without_namespace("mount").refused(&["linux.namespaces", "mount namespace"]);
    Bundle::new("true").namespace("no-such").refused(&["no-such"]);
    Bundle::new("true").namespace("user").refused(&["linux.uidMappings", "user namespace needs it"]);
}
