//! Statistics from files of version 1.

use super::{Files, Group, MEMORY, Parts, block_entry, pids};
use crate::Failure;
use serde_json::{Map, Value, json};

/// What this group tells, by the names of the shape.
pub(super) fn metrics(group: &Group, files: Files<'_>) -> Result<Parts, Failure> {
    let mut parts = Parts::new();
    if group.holds("pids") {
        parts.push(("pids", pids(files)?));
    }
    if group.holds("cpuacct") {
        parts.push(("cpu", json!({ "usage": cpu_usage(files)? })));
    }
    if group.holds("cpu") {
        let stat = files.table("cpu.stat")?;
        let throttling = json!({
            "periods": stat.get("nr_periods"),
            "throttled_periods": stat.get("nr_throttled"),
            "throttled_time": stat.get("throttled_time"),
        });
        parts.push(("cpu", json!({ "throttling": throttling })));
    }
    if group.holds("memory") {
        parts.push(("memory", memory(files)?));
        let control = files.table("memory.oom_control")?;
        let names = ["oom_kill_disable", "under_oom", "oom_kill"];
        parts.push((
            "memory_oom_control",
            names.into_iter().map(|name| (name.to_owned(), Value::from(control.get(name)))).collect(),
        ));
    }
    if group.holds("blkio") {
        parts.push(("blkio", blocks(files)?));
    }
    if group.holds("hugetlb") {
        parts.push(("hugetlb", hugetlb(files)?));
    }
    Ok(parts)
}

fn cpu_usage(files: Files<'_>) -> Result<Value, Failure> {
    let per_cpu = files.text("cpuacct.usage_percpu")?;
    let per_cpu: Vec<u64> = per_cpu.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    Ok(json!({
        "total": files.number("cpuacct.usage")?.unwrap_or_default(),
        "user": files.number("cpuacct.usage_user")?.unwrap_or_default(),
        "kernel": files.number("cpuacct.usage_sys")?.unwrap_or_default(),
        "per_cpu": per_cpu,
    }))
}

fn memory(files: Files<'_>) -> Result<Value, Failure> {
    let stat = files.table("memory.stat")?;
    let mut memory = Map::new();
    for (name, _, ours) in MEMORY {
        memory.insert(ours.to_owned(), stat.get(name).into());
        memory.insert(format!("total_{ours}"), stat.get(&format!("total_{name}")).into());
    }
    memory.insert("hierarchical_memory_limit".into(), stat.get("hierarchical_memory_limit").into());
    memory.insert("hierarchical_swap_limit".into(), stat.get("hierarchical_memsw_limit").into());
    for (ours, prefix) in [("usage", ""), ("swap", "memsw."), ("kernel", "kmem."), ("kernel_tcp", "kmem.tcp.")] {
        let number = |name: &str| files.number(&format!("memory.{prefix}{name}"));
        if let Some(usage) = number("usage_in_bytes")? {
            let (limit, max) = (number("limit_in_bytes")?, number("max_usage_in_bytes")?.unwrap_or_default());
            let failcnt = number("failcnt")?.unwrap_or_default();
            memory.insert(ours.into(), json!({"usage": usage, "limit": limit, "max": max, "failcnt": failcnt}));
        }
    }
    Ok(Value::Object(memory))
}

fn blocks(files: Files<'_>) -> Result<Value, Failure> {
    let mut blocks = Map::new();
    for name in ["io_service_bytes_recursive", "io_serviced_recursive"] {
        let text = files.text(&format!("blkio.throttle.{name}"))?;
        let entry = |line: &str| {
            let mut words = line.split_whitespace();
            block_entry(words.next()?, words.next()?, words.next()?.parse().ok()?)
        };
        blocks.insert(name.to_owned(), text.lines().filter_map(entry).collect());
    }
    Ok(Value::Object(blocks))
}

fn hugetlb(files: Files<'_>) -> Result<Value, Failure> {
    let entry = |size: String| {
        let number = |name: &str| files.number(&format!("hugetlb.{size}.{name}")).map(Option::unwrap_or_default);
        let (usage, max): (u64, u64) = (number("usage_in_bytes")?, number("max_usage_in_bytes")?);
        Ok(json!({"pagesize": size, "usage": usage, "max": max, "failcnt": number("failcnt")?}))
    };
    files.page_sizes("usage_in_bytes").into_iter().map(entry).collect()
}
