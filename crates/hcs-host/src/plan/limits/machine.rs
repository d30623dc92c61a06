//! The size of a utility VM.

use super::{Given, Source, capped, mebibytes, narrow, pick, rate, resources, within};
use crate::Result;
use crate::plan::annotations::Annotations;
use crate::plan::{HostFacts, Kind, Wanted};
use hcs_schema::oci::{WindowsCpu, WindowsResources};
use serde::{Deserialize, Serialize};

const COUNT: &str = "io.microsoft.virtualmachine.computetopology.processor.count";
const WEIGHT: &str = "io.microsoft.virtualmachine.computetopology.processor.weight";
const MEMORY: &str = "io.microsoft.virtualmachine.computetopology.memory.sizeinmb";

/// Memory of a utility VM in MiB where none is given.
const DEFAULT_MEMORY: u64 = 1024;
/// Least memory of a confidential Windows VM in MiB, and what it gets where none is given.
const CONFIDENTIAL_MEMORY: u64 = 2048;

/// The size of a utility VM. Unlike those of a container, its three processor limits go together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MachineLimits {
    /// Virtual processors.
    pub processors: u32,
    /// Share of each processor's time in thousandths of a percent, 1 to 100000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub processor_limit: Option<u32>,
    /// Weight against other VMs, 1 to 10000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub processor_weight: Option<u32>,
    /// Memory in MiB, an even number.
    pub memory_mb: u64,
    /// Storage operations a second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iops: Option<u64>,
    /// Storage bytes a second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bandwidth: Option<u64>,
}

impl MachineLimits {
    /// The size of the utility VM that is made for a container, and notes on what was changed.
    ///
    /// The share of the processors' time is not taken from `windows.resources.cpu.maximum`: the container in the VM gets
    /// that, and twice it would be a share of a share.
    ///
    /// # Errors
    /// Names the field or annotation that cannot be applied.
    pub fn new(
        wanted: &Wanted,
        annotations: &Annotations,
        facts: &HostFacts,
        kind: Kind,
    ) -> Result<(MachineLimits, Vec<String>)> {
        limits(wanted, annotations, facts, kind).map_err(|why| wanted.invalid(why))
    }
}

fn limits(
    wanted: &Wanted,
    annotations: &Annotations,
    facts: &HostFacts,
    kind: Kind,
) -> std::result::Result<(MachineLimits, Vec<String>), String> {
    let WindowsResources { memory, cpu, storage, .. } = resources(wanted);
    let WindowsCpu { count, shares, .. } = cpu.unwrap_or_default();
    let storage = storage.unwrap_or_default();
    let mut notes = Vec::new();
    let host = facts.processors.max(1);
    let a = annotations;
    let count = pick(a.machine_processor_count.map(u64::from), COUNT, count, "windows.resources.cpu.count");
    let shares = shares.map(u64::from);
    let weight = pick(a.machine_processor_weight.map(u64::from), WEIGHT, shares, "windows.resources.cpu.shares");
    let memory = mebibytes(memory.and_then(|memory| memory.limit))?;
    let memory = pick(a.machine_memory_mb, MEMORY, memory, "windows.resources.memory.limit");
    let limits = MachineLimits {
        processors: count.map_or(host.min(2), |given| capped(given, host, "the host", &mut notes)),
        processor_limit: a.machine_processor_limit,
        processor_weight: within(weight, 10_000)?.map(|(weight, _)| narrow(weight)),
        memory_mb: memory_mb(memory, kind == Kind::WindowsHypervisor && a.is_confidential(kind), &mut notes)?,
        iops: rate(a.machine_storage_iops, storage.iops),
        bandwidth: rate(a.machine_storage_bandwidth, storage.bps),
    };
    if let Some(numa) = &a.parsed.numa {
        numa.check(limits.processors, limits.memory_mb)?;
    }
    Ok((limits, notes))
}

/// Memory of a VM: an even number of MiB, because Hyper-V gives it out by pages of 2 MiB.
fn memory_mb(given: Given, confidential: bool, notes: &mut Vec<String>) -> std::result::Result<u64, String> {
    let default = if confidential { CONFIDENTIAL_MEMORY } else { DEFAULT_MEMORY };
    let (asked, source) = given.unwrap_or((default, Source::Field("the default")));
    if confidential && asked < CONFIDENTIAL_MEMORY {
        return Err(format!(
            "{source}: {asked} MiB are less than the {CONFIDENTIAL_MEMORY} that a confidential utility VM needs"
        ));
    }
    let even = asked.next_multiple_of(2);
    if even != asked {
        notes.push(format!("{source}: {asked} MiB of memory are rounded up to {even}"));
    }
    Ok(even)
}
