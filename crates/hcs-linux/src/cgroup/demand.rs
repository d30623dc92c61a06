//! Which controllers a set of limits needs, and which limits no kernel can hold.
//!
//! Names of controllers are those of version 1 everywhere in this module (`blkio`, not `io`). As everywhere in this field, a
//! zero number and an empty text are a limit that was not set, and -1 is unlimited: a controller is needed for neither.

use crate::Failure;
use hcs_schema::oci::{BlockIo, Cpu, Memory, Resources};

/// A limit that needs a controller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Demand {
    /// The field, as the user spells it.
    pub(super) field: String,
    /// The controller, by its version 1 name.
    pub(super) controller: String,
    /// Whether only version 2 of it will do.
    pub(super) v2: bool,
}

/// Every limit in `resources` that needs a controller. Device rules are not among them: without the means to hold them a
/// container has no means to make a device either.
pub(super) fn demands(resources: &Resources) -> Vec<Demand> {
    let mut list = Vec::new();
    let mut ask = |set: bool, field: &str, controller: &str| {
        if set {
            let field = format!("linux.resources.{field}");
            list.push(Demand { field, controller: controller.into(), v2: false });
        }
    };
    if let Some(memory) = &resources.memory {
        ask_memory(memory, &mut ask);
    }
    if let Some(cpu) = &resources.cpu {
        ask_cpu(cpu, &mut ask);
    }
    ask(resources.pids.as_ref().is_some_and(|pids| pids.limit > 0), "pids.limit", "pids");
    ask(resources.block_io.as_ref().is_some_and(limits_blocks), "blockIO", "blkio");
    ask(!resources.hugepage_limits.is_empty(), "hugepageLimits", "hugetlb");
    if let Some(network) = &resources.network {
        ask(network.class_id.is_some_and(|class| class != 0), "network.classID", "net_cls");
        ask(!network.priorities.is_empty(), "network.priorities", "net_prio");
    }
    ask(!resources.rdma.is_empty(), "rdma", "rdma");
    for key in resources.unified.keys() {
        let controller = match key.split('.').next().unwrap_or_default() {
            "io" => "blkio",
            other => other,
        };
        list.push(Demand { field: format!("linux.resources.unified.{key}"), controller: controller.into(), v2: true });
    }
    list
}

fn ask_memory(memory: &Memory, ask: &mut impl FnMut(bool, &str, &str)) {
    ask(limits(memory.limit), "memory.limit", "memory");
    ask(limits(memory.reservation), "memory.reservation", "memory");
    ask(limits(memory.swap), "memory.swap", "memory");
    ask(limits(memory.kernel_tcp), "memory.kernelTCP", "memory");
    ask(memory.swappiness.is_some(), "memory.swappiness", "memory");
    ask(memory.disable_oom_killer == Some(true), "memory.disableOOMKiller", "memory");
}

fn ask_cpu(cpu: &Cpu, ask: &mut impl FnMut(bool, &str, &str)) {
    ask(cpu.shares.is_some_and(|shares| shares != 0), "cpu.shares", "cpu");
    ask(limits(cpu.quota), "cpu.quota", "cpu");
    ask(cpu.period.is_some_and(|period| period != 0), "cpu.period", "cpu");
    ask(cpu.burst.is_some_and(|burst| burst != 0), "cpu.burst", "cpu");
    ask(limits(cpu.realtime_runtime), "cpu.realtimeRuntime", "cpu");
    ask(cpu.realtime_period.is_some_and(|period| period != 0), "cpu.realtimePeriod", "cpu");
    ask(cpu.idle.is_some_and(|idle| idle != 0), "cpu.idle", "cpu");
    ask(cpu.cpus.as_ref().is_some_and(|list| !list.is_empty()), "cpu.cpus", "cpuset");
    ask(cpu.mems.as_ref().is_some_and(|list| !list.is_empty()), "cpu.mems", "cpuset");
}

/// Whether a number is a limit: neither unset (0) nor unlimited (-1).
pub(super) fn limits(value: Option<i64>) -> bool {
    value.is_some_and(|value| value > 0)
}

fn limits_blocks(block: &BlockIo) -> bool {
    let BlockIo { weight, leaf_weight, weight_device, .. } = block;
    [weight, leaf_weight].into_iter().any(|weight| weight.is_some_and(|weight| weight != 0))
        || !weight_device.is_empty()
        || throttles(block).iter().any(|(_, devices)| !devices.is_empty())
}

/// The four lists of rates with their fields.
pub(super) fn throttles(block: &BlockIo) -> [(&'static str, &[hcs_schema::oci::ThrottleDevice]); 4] {
    [
        ("linux.resources.blockIO.throttleReadBpsDevice", &block.throttle_read_bps_device),
        ("linux.resources.blockIO.throttleWriteBpsDevice", &block.throttle_write_bps_device),
        ("linux.resources.blockIO.throttleReadIOPSDevice", &block.throttle_read_iops_device),
        ("linux.resources.blockIO.throttleWriteIOPSDevice", &block.throttle_write_iops_device),
    ]
}

/// Refuses limits that cannot be held; `v2` says whether a controller is held by version 2 here.
pub(super) fn refuse(resources: &Resources, v2: &dyn Fn(&str) -> bool) -> Result<(), Failure> {
    if let Some(memory) = &resources.memory {
        refuse_memory(memory, v2("memory"))?;
    }
    if let Some(cpu) = &resources.cpu {
        refuse_cpu(cpu, v2("cpu"))?;
    }
    if let Some(block) = &resources.block_io {
        refuse_blocks(block, v2("blkio"))?;
    }
    for limit in &resources.hugepage_limits {
        plain("hugepageLimits.pageSize", &limit.page_size)?;
    }
    for device in resources.rdma.keys() {
        no("rdma", device.is_empty() || device.contains(char::is_whitespace), "a device's name has no spaces")?;
    }
    for priority in resources.network.iter().flat_map(|network| &network.priorities) {
        let bad = priority.name.is_empty() || priority.name.contains(char::is_whitespace);
        no("network.priorities", bad, "an interface's name has no spaces")?;
    }
    resources.unified.keys().try_for_each(|key| refuse_unified(key))
}

fn refuse_memory(memory: &Memory, v2: bool) -> Result<(), Failure> {
    no(
        "memory.kernel",
        limits(memory.kernel),
        "kernels no longer limit kernel memory apart; it counts in memory.limit",
    )?;
    no("memory.useHierarchy", memory.use_hierarchy == Some(false), "kernels always count memory hierarchically")?;
    no("memory.swappiness", memory.swappiness.is_some_and(|value| value > 100), "it goes from 0 to 100")?;
    let gone = "control groups v2, which hold memory here, have no such setting; leave it out";
    no("memory.kernelTCP", v2 && limits(memory.kernel_tcp), gone)?;
    no("memory.swappiness", v2 && memory.swappiness.is_some(), gone)?;
    no("memory.disableOOMKiller", v2 && memory.disable_oom_killer == Some(true), gone)
}

fn refuse_cpu(cpu: &Cpu, v2: bool) -> Result<(), Failure> {
    let gone = "control groups v2, which hold the cpu here, do not divide real time; leave it out";
    no("cpu.realtimeRuntime", v2 && limits(cpu.realtime_runtime), gone)?;
    no("cpu.realtimePeriod", v2 && cpu.realtime_period.is_some_and(|period| period != 0), gone)?;
    no("cpu.idle", cpu.idle.is_some_and(|idle| !(0..=1).contains(&idle)), "it is 0 or 1")
}

fn refuse_blocks(block: &BlockIo, v2: bool) -> Result<(), Failure> {
    let weights = block.weight.iter().chain(&block.leaf_weight);
    let devices = block.weight_device.iter().flat_map(|device| device.weight.iter().chain(&device.leaf_weight));
    let outside = weights.chain(devices).any(|weight| *weight != 0 && !(10..=1000).contains(weight));
    no("blockIO.weight", outside, "weights go from 10 to 1000")?;
    let leaf = block.leaf_weight.is_some_and(|weight| weight != 0)
        || block.weight_device.iter().any(|device| device.leaf_weight.is_some_and(|weight| weight != 0));
    no(
        "blockIO.leafWeight",
        v2 && leaf,
        "control groups v2, which hold block devices here, have no leaf weights; leave it out",
    )
}

fn refuse_unified(key: &str) -> Result<(), Failure> {
    let field = format!("unified.{key}");
    plain(&field, key)?;
    no(&field, !key.contains('.'), "a key is the name of a file such as memory.high")?;
    let moves =
        ["cgroup.procs", "cgroup.threads", "cgroup.kill", "cgroup.freeze", "cgroup.type", "cgroup.subtree_control"];
    no(&field, moves.contains(&key), "this file is a command to the kernel and no limit")
}

/// Refuses a text that is not a plain part of a file's name.
fn plain(field: &str, text: &str) -> Result<(), Failure> {
    let bad = text.is_empty() || text.starts_with('.') || text.contains(['/', '\0', '\n']);
    no(field, bad, "it must be part of a file's name, without slashes")
}

fn no(field: &str, refused: bool, why: &str) -> Result<(), Failure> {
    match refused {
        true => Err(Failure::unsupported(format!("linux.resources.{field}"), why)),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn resources(value: Value) -> Resources {
        serde_json::from_value(value).unwrap()
    }

    fn asked(value: Value) -> Vec<String> {
        demands(&resources(value)).into_iter().map(|d| format!("{} {}", d.field, d.controller)).collect()
    }

    #[test]
    fn each_limit_names_its_field_and_controller() {
        let asked = asked(json!({
            "memory": {"limit": 1, "swap": 2, "swappiness": 0},
            "cpu": {"shares": 2, "quota": 1000, "cpus": "0"},
            "pids": {"limit": 5},
            "blockIO": {"throttleReadIOPSDevice": [{"major": 8, "minor": 0, "rate": 5}]},
            "hugepageLimits": [{"pageSize": "2MB", "limit": 0}],
            "network": {"classID": 9, "priorities": [{"name": "eth0", "priority": 1}]},
            "rdma": {"mlx": {}},
            "unified": {"io.max": "x", "memory.high": "1"},
        }));
        assert_eq!(
            asked,
            [
                "linux.resources.memory.limit memory",
                "linux.resources.memory.swap memory",
                "linux.resources.memory.swappiness memory",
                "linux.resources.cpu.shares cpu",
                "linux.resources.cpu.quota cpu",
                "linux.resources.cpu.cpus cpuset",
                "linux.resources.pids.limit pids",
                "linux.resources.blockIO blkio",
                "linux.resources.hugepageLimits hugetlb",
                "linux.resources.network.classID net_cls",
                "linux.resources.network.priorities net_prio",
                "linux.resources.rdma rdma",
                "linux.resources.unified.io.max blkio",
                "linux.resources.unified.memory.high memory",
            ]
        );
    }

    #[test]
    fn unset_and_unlimited_ask_for_nothing() {
        let nothing = json!({
            "devices": [{"allow": false}],
            "memory": {"limit": -1, "swap": -1, "reservation": 0, "kernel": -1, "disableOOMKiller": false},
            "cpu": {"quota": -1, "shares": 0, "period": 0, "cpus": "", "idle": 0},
            "pids": {"limit": 0},
            "blockIO": {"weight": 0},
            "network": {},
        });
        assert_eq!(asked(nothing), [] as [&str; 0]);
    }

    fn refusal(value: Value, v2: bool) -> Option<String> {
        refuse(&resources(value), &|_| v2).err().map(|failure| failure.doing)
    }

    #[test]
    fn what_no_kernel_holds_is_refused_by_name() {
        for (field, value) in [
            ("memory.kernel", json!({"memory": {"kernel": 1}})),
            ("memory.useHierarchy", json!({"memory": {"useHierarchy": false}})),
            ("memory.swappiness", json!({"memory": {"swappiness": 101}})),
            ("cpu.idle", json!({"cpu": {"idle": 2}})),
            ("blockIO.weight", json!({"blockIO": {"weight": 9}})),
            ("blockIO.weight", json!({"blockIO": {"weightDevice": [{"weight": 1001}]}})),
            ("hugepageLimits.pageSize", json!({"hugepageLimits": [{"pageSize": "../2MB", "limit": 1}]})),
            ("unified.../memory.max", json!({"unified": {"../memory.max": "1"}})),
            ("unified.a/b.c", json!({"unified": {"a/b.c": "1"}})),
            ("unified.memory", json!({"unified": {"memory": "1"}})),
            ("unified.cgroup.procs", json!({"unified": {"cgroup.procs": "1"}})),
            ("network.priorities", json!({"network": {"priorities": [{"name": "a b"}]}})),
            ("rdma", json!({"rdma": {"a b": {}}})),
        ] {
            for v2 in [false, true] {
                assert_eq!(refusal(value.clone(), v2), Some(format!("linux.resources.{field}")));
            }
        }
    }

    #[test]
    fn what_v2_dropped_is_refused_there_only() {
        for (field, value) in [
            ("memory.kernelTCP", json!({"memory": {"kernelTCP": 1}})),
            ("memory.swappiness", json!({"memory": {"swappiness": 10}})),
            ("memory.disableOOMKiller", json!({"memory": {"disableOOMKiller": true}})),
            ("cpu.realtimeRuntime", json!({"cpu": {"realtimeRuntime": 1}})),
            ("cpu.realtimePeriod", json!({"cpu": {"realtimePeriod": 1}})),
            ("blockIO.leafWeight", json!({"blockIO": {"leafWeight": 10}})),
            ("blockIO.leafWeight", json!({"blockIO": {"weightDevice": [{"leafWeight": 10}]}})),
        ] {
            assert_eq!(refusal(value.clone(), true), Some(format!("linux.resources.{field}")));
            assert_eq!(refusal(value, false), None, "{field}");
        }
    }
}
