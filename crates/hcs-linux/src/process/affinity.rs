//! The CPUs of a process that is executed into a running container.
//!
//! `initial` binds the runtime's own process while it enters the container, so that it does not disturb isolated CPUs; `final`
//! binds the user's program. Both are kernel CPU lists such as `0-3,7`.

use crate::{Context, Failure};
use rustix::thread::{CpuSet, sched_setaffinity};

/// Reads a CPU list; `property` names it in errors.
pub fn parse(property: &str, list: &str) -> Result<CpuSet, Failure> {
    let bad = |why: String| Failure::invalid(property, why);
    let mut set = CpuSet::new();
    for part in list.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let number = |text: &str| {
            let parsed = text.trim().parse::<usize>().ok().filter(|cpu| *cpu < CpuSet::MAX_CPU);
            parsed.ok_or_else(|| bad(format!("{part:?} is not a CPU or a range of CPUs like 0-3")))
        };
        let (first, last) = (number(first)?, number(last)?);
        if first > last {
            return Err(bad(format!("{part:?} ends before it begins")));
        }
        (first..=last).for_each(|cpu| set.set(cpu));
    }
    Ok(set)
}

/// Binds this process to `cpus`, which are those of `property`.
pub fn apply(property: &str, cpus: &CpuSet) -> Result<(), Failure> {
    sched_setaffinity(None, cpus).doing(|| format!("bind the process to the CPUs of {property}"))
}
