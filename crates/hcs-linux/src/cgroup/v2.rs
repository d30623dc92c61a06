//! Limits as files of version 2: the request speaks version 1, so numbers are converted.
//!
//! The conversions are those that other runtimes use, so that a specification means the same everywhere.

use super::Group;
use super::demand::throttles;
use super::file::{self, Setting};
use super::v1::{cpuset, given, hugetlb, pids, rdma, shares};
use crate::Failure;
use hcs_schema::oci::{BlockIo, Cpu, Memory, Resources};

/// What is written to the files of one group, in order.
pub(super) fn settings(group: &Group, resources: &Resources) -> Result<Vec<Setting>, Failure> {
    let mut list = Vec::new();
    if let Some(limits) = resources.memory.as_ref().filter(|_| group.holds("memory")) {
        memory(group, limits, &mut list)?;
    }
    if let Some(limits) = resources.cpu.as_ref().filter(|_| group.holds("cpu")) {
        cpu(group, limits, &mut list);
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
        hugetlb(group, &resources.hugepage_limits, "max", &mut list);
    }
    if group.holds("rdma") {
        rdma(&resources.rdma, &mut list);
    }
    for (key, value) in &resources.unified {
        // Files with a line for each device take one line at a time.
        for line in value.lines().filter(|line| !line.is_empty()) {
            list.push(Setting::new(format!("linux.resources.unified.{key}"), key, line));
        }
    }
    Ok(list)
}

fn memory(group: &Group, limits: &Memory, list: &mut Vec<Setting>) -> Result<(), Failure> {
    let bytes = |value: i64| if value == -1 { "max".to_owned() } else { value.to_string() };
    let set = |value: Option<i64>| value.filter(|value| *value != 0);
    given(list, set(limits.limit).map(bytes), "linux.resources.memory.limit", "memory.max");
    given(list, swap(group, limits)?.map(bytes), "linux.resources.memory.swap", "memory.swap.max");
    given(list, set(limits.reservation).map(bytes), "linux.resources.memory.reservation", "memory.low");
    Ok(())
}

/// Swap alone: the request has memory and swap together.
fn swap(group: &Group, limits: &Memory) -> Result<Option<i64>, Failure> {
    let limit = limits.limit.filter(|limit| *limit != 0);
    let together = match limits.swap.filter(|swap| *swap != 0) {
        None => return Ok(limit.filter(|limit| *limit == -1)),
        Some(-1) => return Ok(Some(-1)),
        Some(together) => together,
    };
    let limit = limit.or_else(|| file::read(&group.file("memory.max")).ok()?.trim().parse().ok());
    match limit {
        Some(limit) if (0..=together).contains(&limit) => Ok(Some(together - limit)),
        Some(limit) if limit >= 0 => Err(Failure::invalid(
            "linux.resources.memory.swap",
            format!("{together} is memory and swap together and must not be below memory.limit, which is {limit}"),
        )),
        _ => Err(Failure::invalid(
            "linux.resources.memory.swap",
            "it is memory and swap together and needs a memory.limit beside it",
        )),
    }
}

fn cpu(group: &Group, limits: &Cpu, list: &mut Vec<Setting>) {
    given(list, bandwidth(group, limits), "linux.resources.cpu.quota", "cpu.max");
    given(list, limits.burst, "linux.resources.cpu.burst", "cpu.max.burst");
    given(list, limits.idle, "linux.resources.cpu.idle", "cpu.idle");
    given(list, shares(limits).map(weight), "linux.resources.cpu.shares", "cpu.weight");
}

/// `quota period` where either was given; the kernel keeps a period that is left out, and the quota is read back.
fn bandwidth(group: &Group, limits: &Cpu) -> Option<String> {
    let period = limits.period.filter(|period| *period != 0);
    let quota = match limits.quota.filter(|quota| *quota != 0) {
        Some(-1) => "max".to_owned(),
        Some(quota) => quota.to_string(),
        None => {
            period?;
            let present = file::read(&group.file("cpu.max")).unwrap_or_default();
            present.split_whitespace().next().unwrap_or("max").to_owned()
        }
    };
    Some(period.map_or(quota.clone(), |period| format!("{quota} {period}")))
}

/// Shares (2 to 262144, 1024 is usual) as a weight (1 to 10000, 100 is usual): a parabola through the three pairs in
/// logarithms, as runc and crun have it.
fn weight(shares: u64) -> u64 {
    const WEIGHTS: (u64, u64) = (1, 10_000);
    match shares {
        ..=2 => WEIGHTS.0,
        262_144.. => WEIGHTS.1,
        shares => {
            let log = (shares as f64).log2();
            let exponent = (log * log + 125.0 * log) / 612.0 - 7.0 / 34.0;
            (10f64.powf(exponent).ceil() as u64).clamp(WEIGHTS.0, WEIGHTS.1)
        }
    }
}

fn blocks(group: &Group, limits: &BlockIo, list: &mut Vec<Setting>) {
    let bfq = group.file("io.bfq.weight").exists();
    let file = if bfq { "io.bfq.weight" } else { "io.weight" };
    let convert = |weight: u16| if bfq { u64::from(weight) } else { block_weight(weight) };
    let set = |weight: Option<u16>| weight.filter(|weight| *weight != 0).map(convert);
    let default = set(limits.weight).map(|weight| format!("default {weight}"));
    given(list, default, "linux.resources.blockIO.weight", file);
    for device in &limits.weight_device {
        let line = set(device.weight).map(|weight| format!("{}:{} {weight}", device.major, device.minor));
        given(list, line, "linux.resources.blockIO.weightDevice", file);
    }
    for ((field, devices), key) in throttles(limits).into_iter().zip(["rbps", "wbps", "riops", "wiops"]) {
        for device in devices {
            let rate = if device.rate == 0 { "max".into() } else { device.rate.to_string() };
            list.push(Setting::new(field, "io.max", format!("{}:{} {key}={rate}", device.major, device.minor)));
        }
    }
}

/// 10 to 1000 as 1 to 10000.
fn block_weight(weight: u16) -> u64 {
    1 + (u64::from(weight).max(10) - 10) * 9999 / 990
}

#[cfg(test)]
mod tests {
    use super::super::testing::fake_group;
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    const ALL: &str = "cpuset cpu cpuacct blkio memory hugetlb pids rdma devices freezer";

    fn written(files: &[(&str, &str)], resources: Value) -> Result<Vec<String>, Failure> {
        let (_root, group) = fake_group(ALL, true, files);
        let list = settings(&group, &serde_json::from_value(resources).unwrap())?;
        Ok(list.into_iter().map(|setting| format!("{}={}", setting.file, setting.value)).collect())
    }

    #[test]
    fn swap_is_what_memory_leaves_of_both() {
        let swap = |value| written(&[("memory.max", "60\n")], json!({ "memory": value }));
        let both = swap(json!({"limit": 100, "swap": 150, "reservation": 5})).unwrap();
        assert_eq!(both, ["memory.max=100", "memory.swap.max=50", "memory.low=5"]);
        assert_eq!(swap(json!({"swap": 70})).unwrap(), ["memory.swap.max=10"]);
        assert_eq!(swap(json!({"limit": -1})).unwrap(), ["memory.max=max", "memory.swap.max=max"]);
        assert_eq!(swap(json!({"limit": 5, "swap": -1})).unwrap(), ["memory.max=5", "memory.swap.max=max"]);
        assert_eq!(swap(json!({"limit": 5, "swap": 5})).unwrap(), ["memory.max=5", "memory.swap.max=0"]);
        assert!(swap(json!({"limit": 5, "swap": 4})).is_err());
        assert!(swap(json!({"limit": -1, "swap": 4})).is_err());
        assert!(written(&[("memory.max", "max\n")], json!({"memory": {"swap": 4}})).is_err());
    }

    #[test]
    fn quota_and_period_share_a_file() {
        let max = |value| written(&[("cpu.max", "7000 100000\n")], json!({ "cpu": value })).unwrap();
        assert_eq!(max(json!({"quota": 5000})), ["cpu.max=5000"]);
        assert_eq!(max(json!({"quota": -1, "period": 9000})), ["cpu.max=max 9000"]);
        assert_eq!(max(json!({"period": 9000})), ["cpu.max=7000 9000"]);
        assert_eq!(max(json!({"burst": 3, "idle": 1, "shares": 5})), ["cpu.max.burst=3", "cpu.idle=1"]);
        assert_eq!(
            max(json!({"idle": 0, "shares": 1024, "mems": "0"})),
            ["cpu.idle=0", "cpu.weight=100", "cpuset.mems=0"]
        );
    }

    #[test]
    fn weights_meet_at_the_usual_value() {
        assert_eq!([0, 1, 2, 1024, 262_144, u64::MAX].map(weight), [1, 1, 1, 100, 10_000, 10_000]);
        assert_eq!([10, 1000].map(block_weight), [1, 10_000]);
    }

    #[test]
    fn block_devices() {
        let limits = json!({"blockIO": {"weight": 10, "weightDevice": [{"major": 8, "minor": 1, "weight": 1000}],
            "throttleReadBpsDevice": [{"major": 8, "minor": 0, "rate": 1000}],
            "throttleWriteIOPSDevice": [{"major": 8, "minor": 16, "rate": 0}]}});
        let limited = ["io.max=8:0 rbps=1000", "io.max=8:16 wiops=max"];
        let plain = written(&[], limits.clone()).unwrap();
        assert_eq!(plain[..2], ["io.weight=default 1", "io.weight=8:1 10000"]);
        assert_eq!(plain[2..], limited);
        let bfq = written(&[("io.bfq.weight", "")], limits).unwrap();
        assert_eq!(bfq[..2], ["io.bfq.weight=default 10", "io.bfq.weight=8:1 1000"]);
    }

    #[test]
    fn the_rest() {
        let all = json!({"pids": {"limit": 4}, "hugepageLimits": [{"pageSize": "2MB", "limit": 4}],
            "rdma": {"mlx": {"hcaObjects": 1}}, "unified": {"memory.high": "5", "io.max": "8:0 rbps=1\n8:1 rbps=2\n"}});
        assert_eq!(
            written(&[("hugetlb.2MB.rsvd.max", "")], all).unwrap(),
            [
                "pids.max=4",
                "hugetlb.2MB.max=4",
                "hugetlb.2MB.rsvd.max=4",
                "rdma.max=mlx hca_handle=max hca_object=1",
                "io.max=8:0 rbps=1",
                "io.max=8:1 rbps=2",
                "memory.high=5",
            ]
        );
    }

    proptest! {
        #[test]
        fn weight_grows_with_shares_and_stays_in_range(a in 0..300_000u64, b in 0..300_000u64) {
            let (low, high) = (weight(a.min(b)), weight(a.max(b)));
            prop_assert!(low <= high && low >= 1 && high <= 10_000);
        }

        #[test]
        fn block_weight_stays_in_range(weight in 10..=1000u16) {
            prop_assert!((1..=10_000).contains(&block_weight(weight)));
        }
    }
}
