//! Limits as files of version 1.

use super::Group;
use super::demand::throttles;
use super::file::Setting;
use crate::Failure;
use hcs_schema::oci::{BlockIo, Cpu, HugepageLimit, Memory, Network, Rdma, Resources};
use std::collections::BTreeMap;

/// What is written to the files of one group, in order.
pub(super) fn settings(group: &Group, resources: &Resources) -> Result<Vec<Setting>, Failure> {
    let mut list = Vec::new();
    if let Some(limits) = resources.memory.as_ref().filter(|_| group.holds("memory")) {
        memory(limits, &mut list);
    }
    if let Some(limits) = resources.cpu.as_ref().filter(|_| group.holds("cpu")) {
        cpu(limits, &mut list);
    }
    if let Some(limits) = resources.cpu.as_ref().filter(|_| group.holds("cpuset")) {
        cpuset(limits, &mut list);
    }
    if let Some(limit) = resources.pids.as_ref().filter(|_| group.holds("pids")) {
        list.push(pids(limit.limit));
    }
    if let Some(limits) = resources.block_io.as_ref().filter(|_| group.holds("blkio")) {
        blocks(group, limits, &mut list);
    }
    if group.holds("hugetlb") {
        hugetlb(group, &resources.hugepage_limits, "limit_in_bytes", &mut list);
    }
    if let Some(limits) = &resources.network {
        network(group, limits, &mut list);
    }
    if group.holds("rdma") {
        rdma(&resources.rdma, &mut list);
    }
    Ok(list)
}

/// A setting that is only written when it was asked for.
pub(super) fn given<T: ToString>(list: &mut Vec<Setting>, value: Option<T>, field: &'static str, file: &str) {
    if let Some(value) = value {
        list.push(Setting::new(field, file, value));
    }
}

fn memory(limits: &Memory, list: &mut Vec<Setting>) {
    let set = |value: Option<i64>| value.filter(|value| *value != 0);
    let limit = set(limits.limit);
    // Nobody can have unlimited memory within a limit of memory and swap together.
    let with_swap = set(limits.swap).or(limit.filter(|limit| *limit == -1));
    given(list, limit, "linux.resources.memory.limit", "memory.limit_in_bytes");
    given(list, with_swap, "linux.resources.memory.swap", "memory.memsw.limit_in_bytes");
    given(list, set(limits.reservation), "linux.resources.memory.reservation", "memory.soft_limit_in_bytes");
    given(list, set(limits.kernel_tcp), "linux.resources.memory.kernelTCP", "memory.kmem.tcp.limit_in_bytes");
    given(list, limits.swappiness, "linux.resources.memory.swappiness", "memory.swappiness");
    let no_killer = limits.disable_oom_killer.map(u8::from);
    given(list, no_killer, "linux.resources.memory.disableOOMKiller", "memory.oom_control");
}

fn cpu(limits: &Cpu, list: &mut Vec<Setting>) {
    let period = limits.period.filter(|period| *period != 0);
    given(list, period, "linux.resources.cpu.period", "cpu.cfs_period_us");
    given(list, limits.quota.filter(|quota| *quota != 0), "linux.resources.cpu.quota", "cpu.cfs_quota_us");
    given(list, limits.burst, "linux.resources.cpu.burst", "cpu.cfs_burst_us");
    let period = limits.realtime_period.filter(|period| *period != 0);
    given(list, period, "linux.resources.cpu.realtimePeriod", "cpu.rt_period_us");
    let runtime = limits.realtime_runtime.filter(|runtime| *runtime != 0);
    given(list, runtime, "linux.resources.cpu.realtimeRuntime", "cpu.rt_runtime_us");
    given(list, limits.idle, "linux.resources.cpu.idle", "cpu.idle");
    given(list, shares(limits), "linux.resources.cpu.shares", "cpu.shares");
}

/// Shares of a group that can have any: the kernel takes none for an idle group.
pub(super) fn shares(limits: &Cpu) -> Option<u64> {
    limits.shares.filter(|shares| *shares != 0 && limits.idle != Some(1))
}

pub(super) fn cpuset(limits: &Cpu, list: &mut Vec<Setting>) {
    let some = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    given(list, some(&limits.cpus), "linux.resources.cpu.cpus", "cpuset.cpus");
    given(list, some(&limits.mems), "linux.resources.cpu.mems", "cpuset.mems");
}

pub(super) fn pids(limit: i64) -> Setting {
    let value = if limit > 0 { limit.to_string() } else { "max".into() };
    Setting::new("linux.resources.pids.limit", "pids.max", value)
}

fn blocks(group: &Group, limits: &BlockIo, list: &mut Vec<Setting>) {
    // Which of the two exists depends on the kernel's scheduler.
    let old = group.file("blkio.weight").exists();
    let (weight, by_device) = match old {
        true => ("blkio.weight", "blkio.weight_device"),
        false => ("blkio.bfq.weight", "blkio.bfq.weight_device"),
    };
    let set = |weight: Option<u16>| weight.filter(|weight| *weight != 0);
    given(list, set(limits.weight), "linux.resources.blockIO.weight", weight);
    given(list, set(limits.leaf_weight), "linux.resources.blockIO.leafWeight", "blkio.leaf_weight");
    for device in &limits.weight_device {
        let line = |weight: u16| format!("{}:{} {weight}", device.major, device.minor);
        given(list, set(device.weight).map(line), "linux.resources.blockIO.weightDevice", by_device);
        let leaf = set(device.leaf_weight).map(line);
        given(list, leaf, "linux.resources.blockIO.weightDevice", "blkio.leaf_weight_device");
    }
    let files = ["read_bps_device", "write_bps_device", "read_iops_device", "write_iops_device"];
    for ((field, devices), file) in throttles(limits).into_iter().zip(files) {
        for device in devices {
            let line = format!("{}:{} {}", device.major, device.minor, device.rate);
            list.push(Setting::new(field, format!("blkio.throttle.{file}"), line));
        }
    }
}

/// Pages in use and, where the kernel can, pages reserved for use.
pub(super) fn hugetlb(group: &Group, limits: &[HugepageLimit], suffix: &str, list: &mut Vec<Setting>) {
    for limit in limits {
        let size = &limit.page_size;
        list.push(Setting::new("linux.resources.hugepageLimits", format!("hugetlb.{size}.{suffix}"), limit.limit));
        let reserved = format!("hugetlb.{size}.rsvd.{suffix}");
        if group.file(&reserved).exists() {
            list.push(Setting::new("linux.resources.hugepageLimits", reserved, limit.limit));
        }
    }
}

fn network(group: &Group, limits: &Network, list: &mut Vec<Setting>) {
    if group.holds("net_cls") {
        given(list, limits.class_id, "linux.resources.network.classID", "net_cls.classid");
    }
    if group.holds("net_prio") {
        for priority in &limits.priorities {
            let line = format!("{} {}", priority.name, priority.priority);
            list.push(Setting::new("linux.resources.network.priorities", "net_prio.ifpriomap", line));
        }
    }
}

pub(super) fn rdma(limits: &BTreeMap<String, Rdma>, list: &mut Vec<Setting>) {
    let number = |value: Option<u32>| value.map_or("max".into(), |value| value.to_string());
    for (device, limit) in limits {
        let (handles, objects) = (number(limit.hca_handles), number(limit.hca_objects));
        let line = format!("{device} hca_handle={handles} hca_object={objects}");
        list.push(Setting::new("linux.resources.rdma", "rdma.max", line));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::fake_group;
    use super::*;
    use serde_json::{Value, json};

    fn written(controllers: &str, files: &[(&str, &str)], resources: Value) -> Vec<String> {
        let (_root, group) = fake_group(controllers, false, files);
        let list = settings(&group, &serde_json::from_value(resources).unwrap()).unwrap();
        list.into_iter().map(|setting| format!("{}={}", setting.file, setting.value)).collect()
    }

    #[test]
    fn memory_files() {
        let limits = json!({"memory": {"limit": 100, "swap": 200, "reservation": 50, "kernelTCP": 10, "swappiness": 3,
            "disableOOMKiller": true, "useHierarchy": true, "kernel": -1}});
        assert_eq!(
            written("memory", &[], limits),
            [
                "memory.limit_in_bytes=100",
                "memory.memsw.limit_in_bytes=200",
                "memory.soft_limit_in_bytes=50",
                "memory.kmem.tcp.limit_in_bytes=10",
                "memory.swappiness=3",
                "memory.oom_control=1",
            ]
        );
        let unlimited = json!({"memory": {"limit": -1, "reservation": 0}});
        assert_eq!(written("memory", &[], unlimited), ["memory.limit_in_bytes=-1", "memory.memsw.limit_in_bytes=-1"]);
    }

    #[test]
    fn cpu_files() {
        let limits = json!({"cpu": {"shares": 512, "quota": -1, "period": 50000, "burst": 0, "idle": 0, "cpus": "0-1",
            "realtimeRuntime": 7, "realtimePeriod": 9}});
        assert_eq!(
            written("cpu cpuacct", &[], limits.clone()),
            [
                "cpu.cfs_period_us=50000",
                "cpu.cfs_quota_us=-1",
                "cpu.cfs_burst_us=0",
                "cpu.rt_period_us=9",
                "cpu.rt_runtime_us=7",
                "cpu.idle=0",
                "cpu.shares=512",
            ]
        );
        assert_eq!(written("cpuset", &[], limits), ["cpuset.cpus=0-1"]);
        assert_eq!(written("cpu", &[], json!({"cpu": {"shares": 512, "idle": 1}})), ["cpu.idle=1"]);
    }

    #[test]
    fn block_files_depend_on_the_scheduler() {
        let limits = json!({"blockIO": {"weight": 100, "weightDevice": [{"major": 8, "minor": 1, "weight": 20}],
            "throttleWriteBpsDevice": [{"major": 8, "minor": 0, "rate": 1000}, {"major": 8, "minor": 16, "rate": 0}]}});
        let throttles = ["blkio.throttle.write_bps_device=8:0 1000", "blkio.throttle.write_bps_device=8:16 0"];
        let bfq = written("blkio", &[], limits.clone());
        assert_eq!(bfq[..2], ["blkio.bfq.weight=100", "blkio.bfq.weight_device=8:1 20"]);
        assert_eq!(bfq[2..], throttles);
        let cfq = written("blkio", &[("blkio.weight", "")], limits);
        assert_eq!(cfq[..2], ["blkio.weight=100", "blkio.weight_device=8:1 20"]);
    }

    #[test]
    fn the_rest() {
        let all = json!({"pids": {"limit": 0}, "hugepageLimits": [{"pageSize": "2MB", "limit": 4}],
            "network": {"classID": 3, "priorities": [{"name": "eth0", "priority": 2}]},
            "rdma": {"mlx": {"hcaHandles": 1}}});
        let rsvd = [("hugetlb.2MB.rsvd.limit_in_bytes", "")];
        assert_eq!(
            written("pids hugetlb net_cls net_prio rdma", &rsvd, all.clone()),
            [
                "pids.max=max",
                "hugetlb.2MB.limit_in_bytes=4",
                "hugetlb.2MB.rsvd.limit_in_bytes=4",
                "net_cls.classid=3",
                "net_prio.ifpriomap=eth0 2",
                "rdma.max=mlx hca_handle=1 hca_object=max",
            ]
        );
        assert_eq!(written("memory", &[], all), [] as [&str; 0]);
    }
}
