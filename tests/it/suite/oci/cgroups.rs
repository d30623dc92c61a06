//! `linux.cgroupsPath`, and what each field of `linux.resources` writes.

use super::{Bundle, Running};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// The control group of a process that carries a controller: its folder, and whether that is of version 2.
pub fn group(pid: u32, controller: &str) -> Option<(PathBuf, bool)> {
    let groups = std::fs::read_to_string(format!("/proc/{pid}/cgroup")).unwrap();
    let fields = |line: &str| {
        let mut fields = line.splitn(3, ':').skip(1).map(str::to_owned);
        Some((fields.next()?, fields.next()?))
    };
    for (controllers, path) in groups.lines().filter_map(fields) {
        let path = path.trim_start_matches('/').to_owned();
        if controllers.split(',').any(|name| name == controller) {
            return Some((Path::new("/sys/fs/cgroup").join(controller).join(path), false));
        }
        if controllers.is_empty() {
            for mount in ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"] {
                let folder = Path::new(mount).join(&path);
                let carried = std::fs::read_to_string(folder.join("cgroup.controllers")).unwrap_or_default();
                let name = if controller == "blkio" { "io" } else { controller };
                if carried.split_whitespace().any(|carried| carried == name) {
                    return Some((folder, true));
                }
            }
        }
    }
    None
}

/// Whether any hierarchy carries a controller. On version 2 it need not be passed on to this process's own group.
fn available(controller: &str) -> bool {
    let listed = |mount: &str| std::fs::read_to_string(format!("{mount}/cgroup.controllers")).unwrap_or_default();
    // A hierarchy may be there and mounted nowhere.
    group(std::process::id(), controller).is_some_and(|(folder, _)| folder.is_dir())
        || ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"]
            .iter()
            .any(|mount| listed(mount).split_whitespace().any(|carried| carried == controller))
}

/// Starts a container with resources and reads the file of a controller, by its names in version 1 and 2.
fn written(resources: &Value, controller: &str, v1: &str, v2: &str) -> Option<String> {
    let bundle = Bundle::new("sleep 1000").set("/linux/resources", resources.clone());
    let running = bundle.start();
    let (folder, second) = group(running.pid, controller)?;
    let name = if second { v2 } else { v1 };
    let text = std::fs::read_to_string(folder.join(name));
    let text = text.unwrap_or_else(|error| panic!("{}/{name}: {error}", folder.display()));
    running.end();
    Some(text.trim_end().to_owned())
}

/// Asserts what is written; the two texts are those of version 1 and 2.
fn check(resources: Value, controller: &str, v1: (&str, &str), v2: (&str, &str)) {
    let found = written(&resources, controller, v1.0, v2.0);
    let found = found.unwrap_or_else(|| panic!("no hierarchy here carries {controller}"));
    assert!([v1.1, v2.1].contains(&found.as_str()), "{resources} wrote {found:?}");
}

#[test]
fn memory_is_written() {
    const MIB: i64 = 1 << 20;
    let memory = |memory: Value| json!({"memory": memory});
    check(
        memory(json!({"limit": 64 * MIB})),
        "memory",
        ("memory.limit_in_bytes", "67108864"),
        ("memory.max", "67108864"),
    );
    let soft = json!({"limit": 64 * MIB, "reservation": 32 * MIB});
    check(memory(soft), "memory", ("memory.soft_limit_in_bytes", "33554432"), ("memory.low", "33554432"));
    let swap = json!({"limit": 64 * MIB, "swap": 96 * MIB});
    check(memory(swap), "memory", ("memory.memsw.limit_in_bytes", "100663296"), ("memory.swap.max", "33554432"));
}

#[test]
fn memory_of_version_1_is_written_or_refused_on_version_2() {
    for (field, value, file, expected) in [
        ("swappiness", json!(17), "memory.swappiness", "17"),
        ("disableOOMKiller", json!(true), "memory.oom_control", "oom_kill_disable 1\nunder_oom 0\noom_kill 0"),
        ("kernelTCP", json!(32 << 20), "memory.kmem.tcp.limit_in_bytes", "33554432"),
    ] {
        let resources = json!({"memory": {"limit": 64 << 20, field: value}});
        let (_, second) = group(std::process::id(), "memory").expect("a memory controller");
        if second {
            Bundle::new("true").set("/linux/resources", resources).refused(&[&format!("memory.{field}")]);
        } else {
            assert_eq!(written(&resources, "memory", file, file).as_deref(), Some(expected), "{field}");
        }
    }
}

#[test]
fn cpu_time_is_written() {
    let cpu = |cpu: Value| json!({"cpu": cpu});
    check(cpu(json!({"shares": 512})), "cpu", ("cpu.shares", "512"), ("cpu.weight", "59"));
    let quota = json!({"quota": 20_000, "period": 50_000});
    check(cpu(quota.clone()), "cpu", ("cpu.cfs_quota_us", "20000"), ("cpu.max", "20000 50000"));
    check(cpu(quota), "cpu", ("cpu.cfs_period_us", "50000"), ("cpu.max", "20000 50000"));
    let burst = json!({"quota": 20_000, "period": 50_000, "burst": 5000});
    check(cpu(burst), "cpu", ("cpu.cfs_burst_us", "5000"), ("cpu.max.burst", "5000"));
    check(cpu(json!({"idle": 1})), "cpu", ("cpu.idle", "1"), ("cpu.idle", "1"));
}

#[test]
fn cpu_sets_are_written_and_hold() {
    check(json!({"cpu": {"cpus": "0"}}), "cpuset", ("cpuset.cpus", "0"), ("cpuset.cpus", "0"));
    check(json!({"cpu": {"mems": "0"}}), "cpuset", ("cpuset.mems", "0"), ("cpuset.mems", "0"));
    let bundle =
        Bundle::new("grep Cpus_allowed_list /proc/self/status | cut -f2").set("/linux/resources/cpu/cpus", "0");
    assert_eq!(bundle.output(), "0");
}

#[test]
fn the_number_of_tasks_is_written() {
    check(json!({"pids": {"limit": 77}}), "pids", ("pids.max", "77"), ("pids.max", "77"));
    check(json!({"pids": {"limit": -1}}), "pids", ("pids.max", "max"), ("pids.max", "max"));
}

#[test]
fn rates_of_block_devices_are_written() {
    let Some((device, major, minor)) = disk() else {
        // A machine without a disk: the kernel has to refuse, by name.
        let rate = json!([{"major": 8, "minor": 0, "rate": 1000}]);
        let bundle = Bundle::new("true").set("/linux/resources/blockIO/throttleReadBpsDevice", rate);
        return bundle.refused(&["throttleReadBpsDevice"]);
    };
    let rate = |rate: u64| json!([{"major": major, "minor": minor, "rate": rate}]);
    let limits = json!({"blockIO": {
        "throttleReadBpsDevice": rate(1_048_576), "throttleWriteBpsDevice": rate(2_097_152),
        "throttleReadIOPSDevice": rate(300), "throttleWriteIOPSDevice": rate(400),
    }});
    let v2 = format!("{device} rbps=1048576 wbps=2097152 riops=300 wiops=400");
    for (file, value) in
        [("read_bps", "1048576"), ("write_bps", "2097152"), ("read_iops", "300"), ("write_iops", "400")]
    {
        let file = format!("blkio.throttle.{file}_device");
        check(limits.clone(), "blkio", (&file, &format!("{device} {value}")), ("io.max", &v2));
    }
}

#[test]
fn weights_of_block_devices_are_written_or_refused_by_name() {
    let bundle = Bundle::new("sleep 1000").set("/linux/resources/blockIO/weight", 300);
    let running = bundle.start();
    let (folder, second) = group(running.pid, "blkio").expect("a controller of block devices");
    let names: &[&str] = if second { &["io.bfq.weight", "io.weight"] } else { &["blkio.bfq.weight", "blkio.weight"] };
    let texts: Vec<String> = names.iter().filter_map(|name| std::fs::read_to_string(folder.join(name)).ok()).collect();
    assert!(texts.iter().any(|text| text.contains("300") || text.contains("default 2")), "{texts:?}");
    running.end();
    for (field, resources) in [
        ("blockIO.leafWeight", json!({"blockIO": {"leafWeight": 100}})),
        ("blockIO.weightDevice", json!({"blockIO": {"weightDevice": [{"major": 1, "minor": 250, "weight": 100}]}})),
        ("cpu.realtimeRuntime", json!({"cpu": {"realtimeRuntime": 9000, "realtimePeriod": 1_000_000}})),
    ] {
        let bundle = Bundle::new("true").set("/linux/resources", resources);
        let ran = bundle.run();
        let named = ran.code == 125 && ran.err.contains(&format!("linux.resources.{field}"));
        assert!(named || (ran.code == 0 && ran.err.is_empty()), "{field}: {} {}", ran.code, ran.err);
        bundle.assert_empty();
    }
}

/// The number of some whole disk.
fn disk() -> Option<(String, u64, u64)> {
    let name = std::fs::read_dir("/sys/block").ok()?.flatten().find(|entry| {
        !["loop", "ram", "zram"].iter().any(|kind| entry.file_name().to_str().unwrap().starts_with(kind))
    })?;
    let number = std::fs::read_to_string(name.path().join("dev")).ok()?.trim().to_owned();
    let (major, minor) =
        number.split_once(':').map(|(major, minor)| (major.parse().unwrap(), minor.parse().unwrap()))?;
    Some((number, major, minor))
}

#[test]
fn huge_pages_are_written_or_refused_by_name() {
    let limit = json!({"hugepageLimits": [{"pageSize": "2MB", "limit": 4_194_304}]});
    if !available("hugetlb") {
        return Bundle::new("true").set("/linux/resources", limit).refused(&["hugepageLimits"]);
    }
    check(limit, "hugetlb", ("hugetlb.2MB.limit_in_bytes", "4194304"), ("hugetlb.2MB.max", "4194304"));
    let strange = json!([{"pageSize": "3MB", "limit": 1}]);
    Bundle::new("true").set("/linux/resources/hugepageLimits", strange).refused(&["hugepageLimits", "3MB"]);
}

#[test]
fn what_no_controller_here_can_hold_is_refused_by_name() {
    for (controller, resources, field) in [
        ("rdma", json!({"rdma": {"mlx5_1": {"hcaHandles": 3}}}), "rdma"),
        ("net_cls", json!({"network": {"classID": 1_048_577}}), "network.classID"),
        ("net_prio", json!({"network": {"priorities": [{"name": "lo", "priority": 5}]}}), "network.priorities"),
    ] {
        let field = format!("linux.resources.{field}");
        if group(std::process::id(), controller).is_none() {
            Bundle::new("true").set("/linux/resources", resources).refused(&[&field, controller]);
        } else {
            Bundle::new("true").set("/linux/resources", resources).output();
        }
    }
}

#[test]
fn unified_is_written_on_version_2_and_refused_on_version_1() {
    let resources = json!({"unified": {"pids.max": "55"}});
    match group(std::process::id(), "pids") {
        Some((_, true)) => check(resources, "pids", ("", "55"), ("pids.max", "55")),
        _ => Bundle::new("true").set("/linux/resources", resources).refused(&["linux.resources.unified.pids.max"]),
    }
    let strange = json!({"unified": {"../../cgroup.procs": "1"}});
    Bundle::new("true").set("/linux/resources", strange).refused(&["linux.resources.unified"]);
}

fn members(running: &Running<'_>) -> Vec<String> {
    running.proc("cgroup").lines().map(|line| line.splitn(3, ':').nth(2).unwrap().to_owned()).collect()
}

#[test]
fn an_absolute_path_of_control_groups_is_taken_from_the_root() {
    let bundle = Bundle::new("sleep 1000");
    let (parent, id) = (format!("/{}-parent", bundle.id()), bundle.id().to_owned());
    let bundle = bundle.set("/linux/cgroupsPath", format!("{parent}/{id}"));
    let running = bundle.start();
    let (memory, _) = group(running.pid, "memory").unwrap();
    assert!(memory.ends_with(format!("{}/{id}", &parent[1..])), "{}", memory.display());
    running.end();
    assert!(!memory.exists());
    // A parent that is named belongs to whoever named it; this test is the one.
    for hierarchy in std::fs::read_dir("/sys/fs/cgroup").unwrap().flatten() {
        let _ = std::fs::remove_dir(hierarchy.path().join(&parent[1..]));
    }
}

#[test]
fn a_relative_path_of_control_groups_is_the_same_for_the_same_words() {
    let bundle = Bundle::new("sleep 1000");
    let words = format!("{}-relative", bundle.id());
    let bundle = bundle.set("/linux/cgroupsPath", words.as_str());
    let running = bundle.start();
    let (memory, _) = group(running.pid, "memory").unwrap();
    assert!(memory.ends_with(&words), "{}", memory.display());
    running.end();
    assert!(!memory.exists());
}

#[test]
fn without_a_path_the_control_group_has_the_container_s_name() {
    let bundle = Bundle::new("sleep 1000");
    let running = bundle.start();
    assert!(members(&running).iter().any(|path| path.ends_with(&format!("/silo/{}", bundle.id()))));
    running.end();
}

#[test]
fn a_control_group_with_others_in_it_is_refused() {
    let first = Bundle::new("sleep 1000");
    let path = format!("/silo/{}", first.id());
    let running = first.start();
    let second = Bundle::new("true").set("/linux/cgroupsPath", path.as_str());
    let ran = second.run();
    assert_eq!(ran.code, 125, "{}{}", ran.out, ran.err);
    assert_eq!(running.exec("echo alive"), "alive");
    running.end();
}

#[test]
fn paths_of_control_groups_that_lead_out_are_refused() {
    for path in ["../escape", "/a/../../b", "/"] {
        let ran = Bundle::new("true").set("/linux/cgroupsPath", path).run();
        assert_eq!(ran.code, 125, "{path}: {}", ran.err);
        assert!(ran.err.contains("cgroupsPath"), "{path}: {}", ran.err);
    }
}
