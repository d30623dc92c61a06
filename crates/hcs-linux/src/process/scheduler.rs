//! CPU scheduling policy.

use crate::sys::process::{SchedAttr, sched_setattr};
use crate::{Context, Failure};
pub use hcs_host::plan::linux::support::scheduler::{Scheduling, parse};
use rustix::io::Errno;

/// Sets the policy of this process.
pub fn apply(wanted: &Scheduling) -> Result<(), Failure> {
    let Scheduling { policy, flags, nice, priority, runtime, deadline, period } = *wanted;
    let attr = SchedAttr { policy, flags, nice, priority, runtime, deadline, period, ..SchedAttr::default() };
    sched_setattr(attr).doing(|| format!("set scheduling policy {}", wanted.policy)).map_err(|failure| {
        if failure.errno == Errno::PERM.raw_os_error() {
            return failure
                .hint("this needs CAP_SYS_NICE, a control group with real-time run time, or a milder policy");
        }
        failure
    })
}
