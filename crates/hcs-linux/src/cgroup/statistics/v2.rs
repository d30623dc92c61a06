//! Statistics from files of version 2, converted.

use super::{Files, Group, MEMORY, Parts, UNLIMITED, block_entry, pids};
use crate::Failure;
use serde_json::{Map, Value, json};

const NANOSECONDS: u64 = 1000;

/// What this group tells, by the names of the shape.
pub(super) fn metrics(group: &Group, files: Files<'_>) -> Result<Parts, Failure> {
    let mut parts = Parts::new();
    if group.holds("pids") {
        parts.push(("pids", pids(files)?));
    }
    if group.holds("cpuacct") {
        parts.push(("cpu", cpu(files)?));
    }
    if group.holds("memory") {
        parts.push(("memory", memory(files)?));
        let kills = files.table("memory.events")?.get("oom_kill");
        parts.push(("memory_oom_control", json!({"oom_kill_disable": 0, "under_oom": 0, "oom_kill": kills})));
    }
    if group.holds("blkio") {
        parts.push(("blkio", blocks(&files.text("io.stat")?)));
    }
    if group.holds("hugetlb") {
        parts.push(("hugetlb", hugetlb(files)?));
    }
    Ok(parts)
}

fn cpu(files: Files<'_>) -> Result<Value, Failure> {
    let stat = files.table("cpu.stat")?;
    let time = |name: &str| stat.get(name).saturating_mul(NANOSECONDS);
    Ok(json!({
        "usage": {"total": time("usage_usec"), "user": time("user_usec"), "kernel": time("system_usec")},
        "throttling": {
            "periods": stat.get("nr_periods"),
            "throttled_periods": stat.get("nr_throttled"),
            "throttled_time": time("throttled_usec"),
        },
    }))
}

/// Version 2 always counts a group together with those below it, so the totals are the numbers themselves.
fn memory(files: Files<'_>) -> Result<Value, Failure> {
    let stat = files.table("memory.stat")?;
    let mut memory = Map::new();
    for (_, name, ours) in MEMORY.into_iter().filter(|(_, name, _)| !name.is_empty()) {
        memory.insert(ours.to_owned(), stat.get(name).into());
        memory.insert(format!("total_{ours}"), stat.get(name).into());
    }
    let used = files.number("memory.current")?.unwrap_or_default();
    let limit = files.number("memory.max")?.unwrap_or(UNLIMITED);
    let (peak, refused) = (files.number("memory.peak")?.unwrap_or_default(), files.table("memory.events")?.get("max"));
    memory.insert("usage".into(), json!({"usage": used, "limit": limit, "max": peak, "failcnt": refused}));
    memory.insert("hierarchical_memory_limit".into(), limit.into());
    // Swap means memory and swap together in this shape.
    let swapped = files.number("memory.swap.current")?.unwrap_or_default();
    let swap_limit = files.number("memory.swap.max")?.unwrap_or(UNLIMITED);
    let together = limit.saturating_add(swap_limit).min(UNLIMITED);
    memory.insert("swap".into(), json!({"usage": used.saturating_add(swapped), "limit": together}));
    memory.insert("hierarchical_swap_limit".into(), together.into());
    memory.insert("kernel".into(), json!({ "usage": stat.get("kernel") }));
    Ok(Value::Object(memory))
}

fn blocks(stat: &str) -> Value {
    let entries = |names: [(&str, &str); 3]| -> Value {
        let line = |line: &str| {
            let (device, counters) = line.split_once(' ').unwrap_or((line, ""));
            let counter = |name: &str| {
                let counters = counters.split(' ').filter_map(|counter| counter.split_once('='));
                counters.filter(|(other, _)| *other == name).find_map(|(_, value)| value.parse().ok())
            };
            names.into_iter().filter_map(|(operation, name)| block_entry(device, operation, counter(name)?)).collect()
        };
        Value::Array(stat.lines().flat_map(|text| -> Vec<Value> { line(text) }).collect())
    };
    json!({
        "io_service_bytes_recursive": entries([("Read", "rbytes"), ("Write", "wbytes"), ("Discard", "dbytes")]),
        "io_serviced_recursive": entries([("Read", "rios"), ("Write", "wios"), ("Discard", "dios")]),
    })
}

fn hugetlb(files: Files<'_>) -> Result<Value, Failure> {
    let entry = |size: String| {
        let used = files.number(&format!("hugetlb.{size}.current"))?.unwrap_or_default();
        let refused = files.table(&format!("hugetlb.{size}.events"))?.get("max");
        Ok(json!({"pagesize": size, "usage": used, "failcnt": refused}))
    };
    files.page_sizes("current").into_iter().map(entry).collect()
}
