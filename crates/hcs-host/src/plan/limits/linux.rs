//! Limits of Linux containers, told in the same words as those of Windows ones.
//!
//! The specification itself is what a Linux host or guest applies, to the byte and the microsecond. This is the summary.

use super::{Affinity, Limits, narrow, rate};
use crate::plan::annotations::Annotations;
use crate::plan::linux::support::affinity;
use crate::plan::{Kind, Wanted};
use hcs_schema::oci::Cpu;

/// The period that Linux takes where none is given, in microseconds.
const PERIOD: u64 = 100_000;

/// The limits of a Linux container that runs on some processors. Only a Linux host limits storage and tasks and has processors
/// to choose from. Storage goes by annotations, because the specification wants to know the disks.
pub fn limits(wanted: &Wanted, annotations: &Annotations, processors: u32, kind: Kind) -> Limits {
    let resources = wanted.spec.linux.as_ref().and_then(|linux| linux.resources.clone()).unwrap_or_default();
    let memory = resources.memory.and_then(|memory| memory.limit).and_then(|limit| u64::try_from(limit).ok());
    let cpu = resources.cpu.unwrap_or_default();
    let mut limits = Limits {
        memory_mb: memory.filter(|limit| *limit > 0).map(|limit| limit.div_ceil(1 << 20)),
        processor_maximum: maximum(&cpu, processors.max(1)),
        processor_weight: cpu.shares.filter(|shares| *shares > 0).map(weight),
        ..Limits::default()
    };
    if kind == Kind::LinuxProcess {
        limits.affinity = cpu.cpus.as_deref().map(masks).unwrap_or_default();
        limits.iops = rate(annotations.container_storage_iops, None);
        limits.bandwidth = rate(annotations.container_storage_bandwidth, None);
        limits.tasks = resources.pids.and_then(|pids| u64::try_from(pids.limit).ok()).filter(|tasks| *tasks > 0);
    }
    limits
}

/// A list of processors as masks of 64 each.
fn masks(list: &str) -> Vec<Affinity> {
    let mut masks: Vec<Affinity> = Vec::new();
    for cpu in affinity::parse("linux.resources.cpu.cpus", list).unwrap_or_default() {
        let (group, bit) = (u32::try_from(cpu / 64).unwrap_or(u32::MAX), 1 << (cpu % 64));
        match masks.iter_mut().find(|known| known.group == group) {
            Some(known) => known.mask |= bit,
            None => masks.push(Affinity { mask: bit, group }),
        }
    }
    masks
}

/// Share of all processors' time that a quota in each period comes to. No quota, or a negative one, is no limit.
fn maximum(cpu: &Cpu, processors: u32) -> Option<u32> {
    let quota = cpu.quota.and_then(|quota| u64::try_from(quota).ok()).filter(|quota| *quota > 0)?;
    let period = cpu.period.filter(|period| *period > 0).unwrap_or(PERIOD);
    let share = u128::from(quota) * 10_000 / (u128::from(period) * u128::from(processors));
    Some(narrow(u64::try_from(share).unwrap_or(u64::MAX).clamp(1, 10_000)))
}

/// The weight of control groups of version 2 that stands for shares of version 1.
pub fn weight(shares: u64) -> u32 {
    let shares = shares.clamp(2, 262_144);
    narrow(1 + (shares - 2) * 9_999 / 262_142)
}
