//! Tests on this machine's own hierarchies: that limits are not merely written but felt.
//!
//! They need root and say so; each has groups of its own and removes them. A limit that no hierarchy here can hold makes
//! `plan` fail, and with it the test.

use super::testing::{require_root, unique};
use super::{Cgroup, Joiner, Layout, Options, prune, release};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// Longer than anything takes, even on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(100);

/// A group that was made, removed at the end with all that is in it.
struct Made {
    cgroup: Cgroup,
    layout: Layout,
}

impl Made {
    fn new(name: &str, resources: Value) -> Made {
        require_root();
        Made::within(Layout::detect().unwrap(), name, resources)
    }

    /// One on a machine that has version 2 alone, as far as can be seen; nothing where this machine has none.
    fn v2(name: &str, resources: Value) -> Option<Made> {
        require_root();
        let mut layout = Layout::detect().unwrap();
        layout.hierarchies.retain(|hierarchy| hierarchy.v2);
        (!layout.hierarchies.is_empty()).then(|| Made::within(layout, name, resources))
    }

    fn within(layout: Layout, name: &str, resources: Value) -> Made {
        let resources = serde_json::from_value(resources).unwrap();
        let cgroup = Cgroup::plan(&layout, None, &unique(name), &resources, &Options::here()).unwrap();
        cgroup.check_vacant().unwrap();
        cgroup.create().unwrap();
        let made = Made { cgroup, layout };
        made.cgroup.apply(&resources).unwrap();
        made
    }

    /// A shell in the group, about to run a script.
    fn shell(&self, script: &str) -> Command {
        let joins = |folder: &Path| {
            let name = if folder.join("tasks").exists() { "tasks" } else { "cgroup.procs" };
            format!("echo 0 > {}/{name}", folder.display())
        };
        let joins: Vec<String> = self.cgroup.folders().iter().map(|folder| joins(folder)).collect();
        let mut command = Command::new("sh");
        command.args(["-c", &format!("{} || exit 99\n{script}", joins.join(" && "))]);
        command
    }

    fn run(&self, script: &str) -> ExitStatus {
        let status = self.shell(script).status().unwrap();
        assert_ne!(status.code(), Some(99), "the shell could not join");
        status
    }

    /// A shell that runs on, after it has printed a line.
    fn start(&self, script: &str) -> Child {
        let mut child = self.shell(&format!("echo ready\n{script}")).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n");
        child
    }

    fn update(&mut self, resources: Value) {
        let resources = serde_json::from_value(resources).unwrap();
        if let Some(more) = self.cgroup.extension(&self.layout, &resources, &Options::here()).unwrap() {
            self.cgroup.absorb(more).unwrap();
        }
        self.cgroup.update(&resources).unwrap();
    }

    fn read(&self, controller: &str, file: &str) -> String {
        let group = self.cgroup.group(controller).unwrap();
        std::fs::read_to_string(group.file(file)).unwrap().trim().to_owned()
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        let released: Vec<bool> =
            self.cgroup.folders().iter().map(|folder| release(folder).is_ok() && !folder.exists()).collect();
        prune(&self.layout);
        assert!(std::thread::panicking() || released.iter().all(|released| *released), "{:?}", self.cgroup);
    }
}

fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < deadline, "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Fills memory: the shell holds what it reads.
const HOG: &str = "x=$(head -c 40000000 /dev/zero | tr '\\0' x)";

#[test]
fn memory_that_runs_out_kills() {
    let made = Made::new("oom", json!({"memory": {"limit": 20 << 20, "swap": 20 << 20}}));
    assert!(!made.run(HOG).success());
    assert!(made.cgroup.oom_kills().unwrap() > 0);
    assert_eq!(made.cgroup.statistics().unwrap()["memory"]["usage"]["limit"], 20 << 20);
}

#[test]
fn memory_limits_rise_and_fall_together_with_swap() {
    let mut made = Made::new("memsw", json!({"memory": {"limit": 20 << 20, "swap": 30 << 20}}));
    for (limit, swap) in [(100 << 20, 120 << 20), (10 << 20, 12 << 20), (25 << 20, 25 << 20), (5 << 20, 5 << 20)] {
        made.update(json!({"memory": {"limit": limit, "swap": swap}}));
        let statistics = made.cgroup.statistics().unwrap();
        assert_eq!(statistics["memory"]["usage"]["limit"], limit);
        assert_eq!(statistics["memory"]["swap"]["limit"], swap);
    }
    made.update(json!({"memory": {"limit": -1}}));
    assert!(made.run(HOG).success());
}

#[test]
fn tasks_over_the_limit_are_refused() {
    let mut made = Made::new("pids", json!({"pids": {"limit": 3}}));
    // The shell is one task; of four more two fit.
    assert!(!made.run("sleep 1000 & sleep 1000 & sleep 1000 & sleep 1000 & :").success());
    assert_ne!(made.read("pids", "pids.events"), "max 0");
    made.cgroup.kill().unwrap();
    made.update(json!({"pids": {"limit": 0}}));
    assert_eq!(made.read("pids", "pids.max"), "max");
    assert!(made.run("sleep 0 & sleep 0 & sleep 0 & wait").success());
}

#[test]
fn processors_are_those_of_the_set() {
    let made = Made::new("cpuset", json!({"cpu": {"cpus": "0", "mems": "0"}}));
    assert!(made.run("grep -q '^Cpus_allowed_list:.0$' /proc/self/status").success());
}

#[test]
fn an_update_takes_a_running_container_into_further_hierarchies() {
    let mut made = Made::new("extend", json!({}));
    let folders = made.cgroup.folders().len();
    let mut child = made.start("sleep 1000 & wait");
    made.update(json!({"cpu": {"cpus": "0"}}));
    assert!(made.cgroup.folders().len() > folders || made.cgroup.groups[0].v2);
    for pid in made.cgroup.pids().unwrap() {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
        assert!(status.lines().any(|line| line == "Cpus_allowed_list:\t0"), "{status}");
    }
    made.cgroup.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn run_time_is_limited_and_counted() {
    // The least that there is, so that it is reached in whatever time others leave.
    let made = Made::new("cpu", json!({"cpu": {"quota": 1000, "period": 100_000, "shares": 256}}));
    let mut child = made.start("while :; do :; done");
    let statistic = |pointer: &str| made.cgroup.statistics().unwrap().pointer(pointer).unwrap().as_u64().unwrap();
    eventually("it is held back", || statistic("/cpu/throttling/throttled_periods") > 0);
    assert!(statistic("/cpu/usage/total") > 0);
    made.cgroup.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_quota_and_its_burst_rise_and_fall_together() {
    let mut made = Made::new("burst", json!({"cpu": {"quota": 10_000, "burst": 5_000, "period": 50_000}}));
    made.update(json!({"cpu": {"quota": 60_000, "burst": 55_000}}));
    made.update(json!({"cpu": {"quota": 2_000, "burst": 1_000}}));
    made.update(json!({"cpu": {"quota": -1, "burst": 0, "idle": 1, "shares": 2}}));
    made.update(json!({"cpu": {"idle": 0, "shares": 2048}}));
}

#[test]
fn stopped_processes_stand_still_and_go_on() {
    let made = Made::new("freeze", json!({}));
    let folder = tempfile::tempdir().unwrap();
    let ticks = folder.path().join("ticks");
    let mut child = made.start(&format!("while :; do echo >> {}; sleep 0.01; done", ticks.display()));
    let count = || std::fs::metadata(&ticks).map_or(0, |file| file.len());
    eventually("it runs", || count() > 0);
    made.cgroup.freeze().unwrap();
    assert!(made.cgroup.is_frozen().unwrap());
    let before = count();
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(count(), before);
    made.cgroup.thaw().unwrap();
    assert!(!made.cgroup.is_frozen().unwrap());
    eventually("it goes on", || count() > before);
    made.cgroup.freeze().unwrap();
    made.cgroup.kill().unwrap();
    assert!(!child.wait().unwrap().success(), "a stopped process dies too");
    assert_eq!(made.cgroup.pids().unwrap(), [] as [u32; 0]);
}

#[test]
fn devices_without_a_rule_are_refused() {
    let mut made = Made::new("devices", json!({"devices": [{"allow": false}]}));
    let opens = |made: &Made, path: &str| made.run(&format!("exec 3<{path}")).success();
    assert!(opens(&made, "/dev/null") && opens(&made, "/dev/urandom"));
    assert!(!opens(&made, "/dev/kmsg"));
    let kmsg = serde_json::from_value::<hcs_schema::oci::DeviceRule>(json!({"allow": true, "access": "r"})).unwrap();
    let kmsg = hcs_schema::oci::DeviceRule { kind: Some("c".into()), major: Some(1), minor: Some(11), ..kmsg };
    let mut resources = hcs_schema::oci::Resources { devices: vec![kmsg], ..Default::default() };
    made.cgroup.update(&resources).unwrap();
    assert!(opens(&made, "/dev/kmsg"));
    assert!(!made.run("exec 3>/dev/kmsg").success(), "reading was allowed, writing was not");
    resources.devices[0].allow = false;
    made.cgroup.update(&resources).unwrap();
    assert!(!opens(&made, "/dev/kmsg"));
    made.update(json!({"pids": {"limit": 100}}));
    assert!(!opens(&made, "/dev/kmsg"), "an update without rules keeps them");
}

#[test]
fn huge_pages_are_limited_or_refused_by_name() {
    require_root();
    let limits = json!({"hugepageLimits": [{"pageSize": "2MB", "limit": 4 << 20}]});
    let layout = Layout::detect().unwrap();
    if !layout.hierarchies.iter().any(|hierarchy| hierarchy.carries("hugetlb")) {
        let limits = serde_json::from_value(limits).unwrap();
        let failure = Cgroup::plan(&layout, None, "x", &limits, &Options::here()).unwrap_err();
        assert!(failure.doing == "linux.resources.hugepageLimits" && failure.why.contains("hugetlb"), "{failure}");
        return;
    }
    let made = Made::new("huge", limits);
    let file = if made.cgroup.group("hugetlb").unwrap().v2 { "hugetlb.2MB.max" } else { "hugetlb.2MB.limit_in_bytes" };
    assert_eq!(made.read("hugetlb", file), (4 << 20).to_string());
    assert!(made.run("true").success());
}

#[test]
fn block_devices_are_throttled() {
    require_root();
    let device = |entry: std::fs::DirEntry| std::fs::read_to_string(entry.path().join("dev")).ok();
    let Some(device) = std::fs::read_dir("/sys/block").unwrap().flatten().find_map(device) else {
        return eprintln!("this machine has no block device");
    };
    let device = device.trim();
    let (major, minor) = device.split_once(':').unwrap();
    let (major, minor): (i64, i64) = (major.parse().unwrap(), minor.parse().unwrap());
    let rate =
        |rate: u64| json!({"blockIO": {"throttleReadBpsDevice": [{"major": major, "minor": minor, "rate": rate}]}});
    let mut made = Made::new("blkio", rate(1 << 20));
    let file = if made.cgroup.group("blkio").unwrap().v2 { "io.max" } else { "blkio.throttle.read_bps_device" };
    let held = made.read("blkio", file);
    assert!(held.starts_with(device) && held.contains("1048576"), "{held}");
    made.update(rate(0));
    assert!(!made.read("blkio", file).contains("1048576"), "no rate is no limit");
}

#[test]
fn everything_dies_however_it_forks() {
    let made = Made::new("kill", json!({"pids": {"limit": 200}}));
    let mut child =
        made.start("f() { while :; do (sleep 1000) & (f) & sleep 0.01; done; }; f 2>/dev/null & f 2>/dev/null");
    eventually("it multiplies", || made.cgroup.pids().unwrap().len() > 50);
    made.cgroup.kill().unwrap();
    assert_eq!(made.cgroup.pids().unwrap(), [] as [u32; 0]);
    child.wait().unwrap();
    made.cgroup.remove().unwrap();
    assert!(made.cgroup.folders().iter().all(|folder| !folder.exists()));
    made.cgroup.remove().unwrap();
}

#[test]
fn each_folder_is_released_by_itself_even_when_stopped() {
    let made = Made::new("release", json!({}));
    let mut child = made.start("while :; do sleep 0.01; done");
    made.cgroup.freeze().unwrap();
    // What stays stopped does not die, and is told of after a while.
    release(&made.cgroup.group("pids").unwrap().folder).unwrap();
    assert!(!child.wait().unwrap().success());
    for folder in made.cgroup.folders() {
        release(folder).unwrap();
        release(folder).unwrap();
    }
}

#[test]
fn nobody_kills_himself() {
    let made = Made::new("self", json!({}));
    let (joiner, cgroup) = (made.cgroup.joiner().unwrap(), made.cgroup.clone());
    if joiner.v2().is_some() {
        return; // Version 2 takes whole processes, and this one runs other tests.
    }
    let join = move || {
        joiner.enter().unwrap();
        (cgroup.kill().unwrap_err(), release(&cgroup.folders()[0]).unwrap_err())
    };
    let (killed, released) = std::thread::spawn(join).join().unwrap();
    assert_eq!([killed.why, released.why], ["this process is in it", "this process is in it"]);
    eventually("the thread is gone", || !made.cgroup.pids().unwrap().contains(&std::process::id()));
}

#[test]
fn a_group_in_use_is_neither_taken_nor_removed() {
    let made = Made::new("used", json!({}));
    let mut child = made.start("sleep 1000");
    let failure = made.cgroup.check_vacant().unwrap_err();
    assert!(failure.why.contains("in use by processes"), "{failure}");
    assert!(made.cgroup.create().is_err());
    assert!(made.cgroup.folders().iter().all(|folder| folder.exists()), "a refusal removes nothing");
    let failure = made.cgroup.remove_within(Duration::from_millis(50)).unwrap_err();
    assert!(failure.why.contains(&child.id().to_string()), "{failure}");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn groups_made_inside_are_removed_too() {
    let made = Made::new("nested", json!({}));
    let cgroup = Cgroup::open(made.cgroup.folders()).unwrap();
    for folder in cgroup.folders() {
        std::fs::create_dir_all(folder.join("a/b/c")).unwrap();
        std::fs::create_dir_all(folder.join("a/d")).unwrap();
    }
    let deep = cgroup.group("freezer").unwrap().folder.join("a/b/c");
    let join = format!("echo 0 > {}/cgroup.procs; sleep 1000", deep.display());
    let mut child = made.start(&join);
    eventually("it is found below", || cgroup.pids().unwrap().contains(&child.id()));
    cgroup.kill().unwrap();
    child.wait().unwrap();
    cgroup.remove().unwrap();
}

#[test]
fn a_single_threaded_process_joins_by_its_descriptors() {
    let made = Made::new("join", json!({}));
    let joiner = made.cgroup.joiner().unwrap();
    let v2 = joiner.v2().is_some();
    let joiner = Joiner::from_fds(joiner.into_fds(), v2).unwrap();
    // A thread of this test stands for the process: version 1 groups take threads one by one, and it ends when it has joined.
    let join = move || {
        joiner.enter().unwrap();
        std::fs::read_to_string("/proc/thread-self/cgroup").unwrap()
    };
    let own = std::thread::spawn(join).join().unwrap();
    eventually("the thread is gone", || !made.cgroup.pids().unwrap().contains(&std::process::id()));
    let id = made.cgroup.folders()[0].file_name().unwrap().to_str().unwrap();
    let joined = own.lines().filter(|line| line.ends_with(id)).count();
    assert_eq!(joined, made.cgroup.groups.iter().filter(|group| !group.v2).count(), "{own}");
}

/// What version 2 does without controllers can be tried wherever it is mounted.
#[test]
fn version_2_alone_stops_counts_judges_and_kills() {
    let Some(made) = Made::v2("v2", json!({"devices": [{"allow": false}]})) else {
        return eprintln!("version 2 is not mounted here");
    };
    assert_eq!(made.cgroup.folders().len(), 1);
    assert!(made.run("exec 3</dev/null").success() && !made.run("exec 3</dev/kmsg").success());
    let mut child = made.start("sleep 1000 & wait");
    eventually("both are found", || made.cgroup.pids().unwrap().len() == 2);
    made.cgroup.freeze().unwrap();
    assert!(made.cgroup.is_frozen().unwrap());
    made.cgroup.thaw().unwrap();
    assert!(!made.cgroup.is_frozen().unwrap());
    made.cgroup.freeze().unwrap();
    assert!(made.cgroup.statistics().unwrap()["cpu"]["usage"]["total"].as_u64().unwrap() > 0);
    assert!(made.cgroup.joiner().unwrap().v2().is_some());
    made.cgroup.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(made.cgroup.pids().unwrap(), [] as [u32; 0]);
}

#[test]
fn detection_and_planning_are_fast() {
    let once = |_| {
        let start = Instant::now();
        let layout = Layout::detect().unwrap();
        Cgroup::plan(&layout, None, "x", &Default::default(), &Options::here()).unwrap();
        start.elapsed()
    };
    // At its best, as others may use the machine. Microseconds on a real machine; the bound leaves room for an emulated one and
    // only catches what is out of proportion.
    let best = (0..100).map(once).min().unwrap();
    assert!(best < Duration::from_millis(20), "{best:?}");
}
