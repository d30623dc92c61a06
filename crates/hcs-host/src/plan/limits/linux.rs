//! Limits of Linux containers, told in the same words as those of Windows ones.
//!
//! The specification itself is what a Linux host or guest applies, to the byte and the microsecond. This is the summary.

use super::{Limits, narrow};
use crate::plan::Wanted;
use hcs_schema::oci::Cpu;

/// The period that Linux takes where none is given, in microseconds.
const PERIOD: u64 = 100_000;

/// The limits of a Linux container that runs on some processors.
pub fn limits(wanted: &Wanted, processors: u32) -> Result<Limits, String> {
    let resources = wanted.spec.linux.as_ref().and_then(|linux| linux.resources.clone()).unwrap_or_default();
    let memory = resources.memory.and_then(|memory| memory.limit).and_then(|limit| u64::try_from(limit).ok());
    let cpu = resources.cpu.unwrap_or_default();
    Ok(Limits {
        memory_mb: memory.filter(|limit| *limit > 0).map(|limit| limit.div_ceil(1 << 20)),
        processor_maximum: maximum(&cpu, processors.max(1)),
        processor_weight: cpu.shares.filter(|shares| *shares > 0).map(weight),
        ..Limits::default()
    })
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
