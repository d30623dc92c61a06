//! Control group limits that cannot be held.
//!
//! As everywhere in this field, a zero number and an empty text are a limit that was not set, and -1 is unlimited. Some
//! limits exist in version 1 of control groups only; what the machine has, the caller says.

use super::Refusal;
use hcs_schema::oci::{BlockIo, Cpu, Memory, Resources};

/// Whether a number is a limit: neither unset (0) nor unlimited (-1).
pub fn limits(value: Option<i64>) -> bool {
    value.is_some_and(|value| value > 0)
}

/// Refuses limits that cannot be held; `v2` says whether a controller is held by version 2 here.
pub fn refuse(resources: &Resources, v2: &dyn Fn(&str) -> bool) -> Result<(), Refusal> {
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

fn refuse_memory(memory: &Memory, v2: bool) -> Result<(), Refusal> {
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

fn refuse_cpu(cpu: &Cpu, v2: bool) -> Result<(), Refusal> {
    let gone = "control groups v2, which hold the cpu here, do not divide real time; leave it out";
    no("cpu.realtimeRuntime", v2 && limits(cpu.realtime_runtime), gone)?;
    no("cpu.realtimePeriod", v2 && cpu.realtime_period.is_some_and(|period| period != 0), gone)?;
    no("cpu.idle", cpu.idle.is_some_and(|idle| !(0..=1).contains(&idle)), "it is 0 or 1")
}

fn refuse_blocks(block: &BlockIo, v2: bool) -> Result<(), Refusal> {
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

fn refuse_unified(key: &str) -> Result<(), Refusal> {
    let field = format!("unified.{key}");
    plain(&field, key)?;
    no(&field, !key.contains('.'), "a key is the name of a file such as memory.high")?;
    let moves =
        ["cgroup.procs", "cgroup.threads", "cgroup.kill", "cgroup.freeze", "cgroup.type", "cgroup.subtree_control"];
    no(&field, moves.contains(&key), "this file is a command to the kernel and no limit")
}

/// Refuses a text that is not a plain part of a file's name.
fn plain(field: &str, text: &str) -> Result<(), Refusal> {
    let bad = text.is_empty() || text.starts_with('.') || text.contains(['/', '\0', '\n']);
    no(field, bad, "it must be part of a file's name, without slashes")
}

fn no(field: &str, refused: bool, why: &str) -> Result<(), Refusal> {
    match refused {
        true => Err(Refusal::unsupported(format!("linux.resources.{field}"), why)),
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

    fn refusal(value: Value, v2: bool) -> Option<String> {
        refuse(&resources(value), &|_| v2).err().map(|refusal| refusal.property)
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
