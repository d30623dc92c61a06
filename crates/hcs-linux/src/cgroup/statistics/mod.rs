//! Use of resources, in the shape of containerd's version 1 metrics.
//!
//! Callers on every host know that shape as JSON, with the names of its protocol definition. Version 2 counts some things
//! otherwise and some not at all: what has a counterpart is converted, the rest is left out. A part whose hierarchy the
//! container takes no part in is left out too (block devices, unless a limit asked for them).

mod v1;
mod v2;

use super::{Cgroup, Group, file};
use crate::{Context, Failure};
use rustix::io::Errno;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// What version 1 says where memory has no limit: the most bytes that are whole pages.
const UNLIMITED: u64 = 0x7fff_ffff_ffff_f000;

impl Cgroup {
    /// Present use as JSON.
    pub fn statistics(&self) -> Result<Value, Failure> {
        let mut metrics = Map::new();
        for group in &self.groups {
            let files = Files(&group.folder);
            if !group.folder.exists() {
                return Err(Failure::errno(format!("read statistics of {}", group.folder.display()), Errno::NOENT));
            }
            let parts = if group.v2 { v2::metrics(group, files)? } else { v1::metrics(group, files)? };
            for (name, value) in parts {
                merge(&mut metrics, name, value);
            }
        }
        Ok(Value::Object(metrics))
    }

    /// How many processes the kernel killed because memory ran out.
    pub fn oom_kills(&self) -> Result<u64, Failure> {
        let Some(group) = self.group("memory") else { return Ok(0) };
        let events = if group.v2 { "memory.events" } else { "memory.oom_control" };
        Ok(Files(&group.folder).table(events)?.get("oom_kill"))
    }
}

/// Adds a part; the two hierarchies of the processor make one.
fn merge(metrics: &mut Map<String, Value>, name: &str, value: Value) {
    match (metrics.get_mut(name), value) {
        (Some(Value::Object(present)), Value::Object(more)) => present.extend(more),
        (_, value) => {
            metrics.insert(name.to_owned(), value);
        }
    }
}

/// The files of a group. Missing ones read as empty: which there are depends on the kernel.
#[derive(Clone, Copy)]
struct Files<'a>(&'a Path);

impl Files<'_> {
    fn text(&self, name: &str) -> Result<String, Failure> {
        let path = self.0.join(name);
        match file::read(&path) {
            Err(Errno::NOENT | Errno::OPNOTSUPP) => Ok(String::new()),
            text => text.doing(|| format!("read {}", path.display())),
        }
    }

    /// A file of one number; nothing when it is missing or says `max`.
    fn number(&self, name: &str) -> Result<Option<u64>, Failure> {
        Ok(self.text(name)?.trim().parse().ok())
    }

    /// A file of lines with a name and a number.
    fn table(&self, name: &str) -> Result<Table, Failure> {
        Ok(Table::parse(&self.text(name)?))
    }

    /// Page sizes for which the group has this file of huge pages.
    fn page_sizes(&self, suffix: &str) -> Vec<String> {
        let size =
            |name: &str| Some(name.strip_prefix("hugetlb.")?.strip_suffix(suffix)?.strip_suffix('.')?.to_owned());
        let entries = std::fs::read_dir(self.0).into_iter().flatten().flatten();
        let mut sizes: Vec<String> = entries.filter_map(|entry| size(entry.file_name().to_str()?)).collect();
        sizes.retain(|size| !size.contains('.'));
        sizes.sort();
        sizes
    }
}

/// Named numbers; those that are missing are 0.
#[derive(Debug, Default)]
struct Table(BTreeMap<String, u64>);

impl Table {
    fn parse(text: &str) -> Table {
        let line = |line: &str| {
            let (name, value) = line.split_once(' ')?;
            Some((name.to_owned(), value.trim().parse().ok()?))
        };
        Table(text.lines().filter_map(line).collect())
    }

    fn get(&self, name: &str) -> u64 {
        self.0.get(name).copied().unwrap_or_default()
    }
}

/// Current number of tasks and their limit, 0 for none; both versions have the same files.
fn pids(files: Files<'_>) -> Result<Value, Failure> {
    Ok(json!({
        "current": files.number("pids.current")?.unwrap_or_default(),
        "limit": files.number("pids.max")?.unwrap_or_default(),
    }))
}

/// An entry about a block device.
fn block_entry(device: &str, operation: &str, value: u64) -> Option<Value> {
    let (major, minor) = device.split_once(':')?;
    let (major, minor): (u32, u32) = (major.parse().ok()?, minor.parse().ok()?);
    let event = file::read(Path::new(&format!("/sys/dev/block/{major}:{minor}/uevent"))).unwrap_or_default();
    let name = event.lines().find_map(|line| line.strip_prefix("DEVNAME="));
    let path = name.map(|name| format!("/dev/{name}")).unwrap_or_default();
    Some(json!({"op": operation, "device": path, "major": major, "minor": minor, "value": value}))
}

/// What both versions report of each controller that a group holds.
type Parts = Vec<(&'static str, Value)>;

/// The names of memory numbers: the kernel's in version 1, in version 2 (empty where it has none), and ours.
const MEMORY: [(&str, &str, &str); 15] = [
    ("cache", "file", "cache"),
    ("rss", "anon", "rss"),
    ("rss_huge", "anon_thp", "rss_huge"),
    ("mapped_file", "file_mapped", "mapped_file"),
    ("dirty", "file_dirty", "dirty"),
    ("writeback", "file_writeback", "writeback"),
    ("pgpgin", "", "pg_pg_in"),
    ("pgpgout", "", "pg_pg_out"),
    ("pgfault", "pgfault", "pg_fault"),
    ("pgmajfault", "pgmajfault", "pg_maj_fault"),
    ("inactive_anon", "inactive_anon", "inactive_anon"),
    ("active_anon", "active_anon", "active_anon"),
    ("inactive_file", "inactive_file", "inactive_file"),
    ("active_file", "active_file", "active_file"),
    ("unevictable", "unevictable", "unevictable"),
];

#[cfg(test)]
mod tests {
    use super::super::testing::fake_group;
    use super::*;

    fn statistics(controllers: &str, v2: bool, files: &[(&str, &str)]) -> Value {
        let (_root, group) = fake_group(controllers, v2, files);
        Cgroup::from_groups(vec![group]).statistics().unwrap()
    }

    #[test]
    fn version_1() {
        let files = [
            ("pids.current", "3\n"),
            ("pids.max", "max\n"),
            ("cpuacct.usage", "900\n"),
            ("cpuacct.usage_user", "600\n"),
            ("cpuacct.usage_sys", "300\n"),
            ("cpuacct.usage_percpu", "500 400 \n"),
            ("cpu.stat", "nr_periods 4\nnr_throttled 2\nthrottled_time 77\n"),
            ("memory.stat", "cache 5\nrss 6\npgpgin 7\nhierarchical_memsw_limit 8\ntotal_rss 9\n"),
            ("memory.usage_in_bytes", "11\n"),
            ("memory.limit_in_bytes", "9223372036854771712\n"),
            ("memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n"),
            ("blkio.throttle.io_serviced_recursive", "999:0 Read 4\n999:0 Total 4\nTotal 4\n"),
            ("hugetlb.2MB.usage_in_bytes", "2097152\n"),
            ("hugetlb.2MB.rsvd.usage_in_bytes", "0\n"),
        ];
        let all = statistics("pids cpu cpuacct memory blkio hugetlb", false, &files);
        assert_eq!(all["pids"], json!({"current": 3, "limit": 0}));
        assert_eq!(
            all["cpu"],
            json!({
                "usage": {"total": 900, "user": 600, "kernel": 300, "per_cpu": [500, 400]},
                "throttling": {"periods": 4, "throttled_periods": 2, "throttled_time": 77},
            })
        );
        let memory = &all["memory"];
        assert_eq!(
            memory["usage"],
            json!({"usage": 11, "limit": 9_223_372_036_854_771_712_u64, "max": 0, "failcnt": 0})
        );
        assert_eq!((&memory["cache"], &memory["pg_pg_in"], &memory["total_rss"]), (&json!(5), &json!(7), &json!(9)));
        assert_eq!(memory["hierarchical_swap_limit"], 8);
        assert_eq!(all["memory_oom_control"], json!({"oom_kill_disable": 0, "under_oom": 0, "oom_kill": 2}));
        let read = json!([{"op": "Read", "device": "", "major": 999, "minor": 0, "value": 4}, 
            {"op": "Total", "device": "", "major": 999, "minor": 0, "value": 4}]);
        assert_eq!(all["blkio"]["io_serviced_recursive"], read);
        assert_eq!(all["hugetlb"], json!([{"pagesize": "2MB", "usage": 2_097_152, "max": 0, "failcnt": 0}]));
    }

    #[test]
    fn version_2_is_converted() {
        let files = [
            ("pids.current", "3\n"),
            ("pids.max", "64\n"),
            ("cpu.stat", "usage_usec 9\nuser_usec 6\nsystem_usec 3\nnr_periods 4\nnr_throttled 2\nthrottled_usec 7\n"),
            ("memory.stat", "anon 6\nfile 5\nkernel 4\npgfault 3\n"),
            ("memory.current", "11\n"),
            ("memory.max", "100\n"),
            ("memory.peak", "12\n"),
            ("memory.swap.current", "1\n"),
            ("memory.swap.max", "20\n"),
            ("memory.events", "low 0\nhigh 0\nmax 5\noom 1\noom_kill 2\n"),
            ("io.stat", "999:0 rbytes=10 wbytes=20 rios=1 wios=2 dbytes=0 dios=0\n"),
            ("hugetlb.2MB.current", "2097152\n"),
            ("hugetlb.2MB.events", "max 9\n"),
        ];
        let all = statistics("pids cpu cpuacct memory blkio hugetlb", true, &files);
        assert_eq!(all["pids"], json!({"current": 3, "limit": 64}));
        assert_eq!(all["cpu"]["usage"], json!({"total": 9000, "user": 6000, "kernel": 3000}));
        assert_eq!(all["cpu"]["throttling"], json!({"periods": 4, "throttled_periods": 2, "throttled_time": 7000}));
        let memory = &all["memory"];
        assert_eq!(memory["usage"], json!({"usage": 11, "limit": 100, "max": 12, "failcnt": 5}));
        assert_eq!(memory["swap"], json!({"usage": 12, "limit": 120}));
        assert_eq!((&memory["cache"], &memory["total_cache"], &memory["rss"]), (&json!(5), &json!(5), &json!(6)));
        assert_eq!(memory["kernel"], json!({"usage": 4}));
        assert_eq!(all["memory_oom_control"]["oom_kill"], 2);
        assert_eq!(all["blkio"]["io_service_bytes_recursive"][1]["value"], 20);
        assert_eq!(all["blkio"]["io_serviced_recursive"][0]["op"], "Read");
        assert_eq!(all["hugetlb"], json!([{"pagesize": "2MB", "usage": 2_097_152, "failcnt": 9}]));
    }

    #[test]
    fn unlimited_looks_the_same_on_both() {
        let all = statistics("memory", true, &[("memory.max", "max\n"), ("memory.swap.max", "5\n")]);
        assert_eq!(all["memory"]["usage"]["limit"], UNLIMITED);
        assert_eq!(all["memory"]["swap"]["limit"], UNLIMITED);
    }

    #[test]
    fn no_group_is_no_numbers_and_a_lost_group_is_a_failure() {
        assert_eq!(Cgroup::from_groups(Vec::new()).statistics().unwrap(), json!({}));
        assert_eq!(Cgroup::from_groups(Vec::new()).oom_kills().unwrap(), 0);
        let (root, group) = fake_group("memory", false, &[]);
        drop(root);
        assert!(Cgroup::from_groups(vec![group]).statistics().is_err());
    }
}
