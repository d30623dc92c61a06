//! Which controllers a set of limits needs.
//!
//! Names of controllers are those of version 1 everywhere in this module (`blkio`, not `io`). As everywhere in this field, a
//! zero number and an empty text are a limit that was not set, and -1 is unlimited: a controller is needed for neither.

use hcs_host::plan::linux::support::resources::limits;
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
}
