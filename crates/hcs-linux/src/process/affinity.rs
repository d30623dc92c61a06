//! The CPUs of a process that is executed into a running container.
//!
//! `initial` binds the runtime's own process while it enters the container, so that it does not disturb isolated CPUs; `final`
//! binds the user's program. Both are kernel CPU lists such as `0-3,7`.

use crate::{Context, Failure};
pub use hcs_host::plan::linux::support::affinity::parse;
use rustix::thread::{CpuSet, sched_setaffinity};

/// Binds this process to `cpus`, which are those of `property`.
pub fn apply(property: &str, cpus: &[usize]) -> Result<(), Failure> {
    let mut set = CpuSet::new();
    cpus.iter().for_each(|cpu| set.set(*cpu));
    sched_setaffinity(None, &set).doing(|| format!("bind the process to the CPUs of {property}"))
}
