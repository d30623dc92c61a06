//! `events`: a JSON object a line, in the shape that runc's have.

use super::{expect_alive, open};
use crate::cli::EventsArgs;
use anyhow::Result;
use hcs_engine::{Container, Engine, Status};
use serde_json::{Map, Value, json};
use std::io::Write;

pub async fn events(engine: &Engine, args: &EventsArgs) -> Result<i32> {
    let container = open(engine, &args.id)?;
    expect_alive(&container)?;
    if args.stats {
        line(&report(&container).await?)?;
        return Ok(0);
    }
    let mut oom = container.oom()?;
    let mut clock = tokio::time::interval(args.interval);
    loop {
        tokio::select! {
            _ = clock.tick() => match report(&container).await {
                // It has ended and was deleted.
                Err(_) if container.status() == Status::Stopped => return Ok(0),
                report => line(&report?)?,
            },
            told = oom.next() => match told {
                Some(()) => line(&json!({"type": "oom", "id": args.id}))?,
                None => return Ok(0),
            },
        }
    }
}

/// Prints an event. Nobody reading any more is the end.
fn line(event: &Value) -> Result<()> {
    Ok(writeln!(std::io::stdout(), "{event}")?)
}

async fn report(container: &Container) -> Result<Value> {
    let metrics = container.statistics().await?.metrics;
    Ok(json!({"type": "stats", "id": container.id(), "data": shape(&metrics)}))
}

/// From the shape of containerd's metrics to that of runc's events.
fn shape(metrics: &Value) -> Value {
    let part = |name: &str| metrics.get(name).cloned().unwrap_or_else(|| json!({}));
    let (cpu, memory) = (part("cpu"), part("memory"));
    let usage = &cpu["usage"];
    let throttling = &cpu["throttling"];
    let raw: Map<String, Value> = memory
        .as_object()
        .map(|all| all.iter().filter(|(_, value)| value.is_number()).map(|(k, v)| (k.clone(), v.clone())).collect())
        .unwrap_or_default();
    let counter = |name: &str| memory.get(name).cloned().unwrap_or_else(|| json!({"limit": 0}));
    json!({
        "cpu": {
            "usage": {
                "total": number(&usage["total"]),
                "percpu": usage["per_cpu"],
                "kernel": number(&usage["kernel"]),
                "user": number(&usage["user"]),
            },
            "throttling": {
                "periods": number(&throttling["periods"]),
                "throttledPeriods": number(&throttling["throttled_periods"]),
                "throttledTime": number(&throttling["throttled_time"]),
            },
        },
        "memory": {
            "cache": number(&memory["cache"]),
            "usage": counter("usage"),
            "swap": counter("swap"),
            "kernel": counter("kernel"),
            "kernelTCP": counter("kernel_tcp"),
            "raw": raw,
        },
        "pids": part("pids"),
        "blkio": blocks(&part("blkio")),
        "hugetlb": pages(&part("hugetlb")),
        "intel_rdt": {},
        "network_interfaces": null,
    })
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or(0)
}

/// Names of lists in runc's case.
fn blocks(blkio: &Value) -> Value {
    let list = |name: &str| blkio.get(name).cloned().unwrap_or_else(|| json!([]));
    json!({
        "ioServiceBytesRecursive": list("io_service_bytes_recursive"),
        "ioServicedRecursive": list("io_serviced_recursive"),
    })
}

/// Huge pages by their size.
fn pages(hugetlb: &Value) -> Value {
    let entry = |item: &Value| {
        let size = item["pagesize"].as_str()?.to_owned();
        let mut rest = item.clone();
        rest.as_object_mut()?.remove("pagesize");
        Some((size, rest))
    };
    hugetlb.as_array().map(|list| list.iter().filter_map(entry).collect::<Map<_, _>>()).unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_has_the_fields_of_runc() {
        let metrics = json!({
            "cpu": {"usage": {"total": 7, "per_cpu": [3, 4]}, "throttling": {"periods": 1}},
            "memory": {"cache": 5, "usage": {"usage": 9, "limit": 10}},
            "pids": {"current": 1},
            "hugetlb": [{"pagesize": "2MB", "usage": 0}],
        });
        let shaped = shape(&metrics);
        assert_eq!(shaped["cpu"]["usage"], json!({"total": 7, "percpu": [3, 4], "kernel": 0, "user": 0}));
        assert_eq!(shaped["memory"]["usage"], json!({"usage": 9, "limit": 10}));
        assert_eq!(shaped["memory"]["raw"], json!({"cache": 5}));
        assert_eq!(shaped["pids"], json!({"current": 1}));
        assert_eq!(shaped["hugetlb"], json!({"2MB": {"usage": 0}}));
        assert_eq!(shape(&json!({}))["memory"]["cache"], json!(0));
    }
}
