//! Resource limits.
//!
//! They are set while the process still holds its capabilities, yet after everything that opens files or maps memory,
//! because they bind the runtime's own last steps too.

use crate::{Context, Failure};
use hcs_host::plan::linux::support::rlimits::NAMES;
pub use hcs_host::plan::linux::support::rlimits::{Limit, parse};
use rustix::io::Errno;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Resources in the order of [`NAMES`].
const RESOURCES: [Resource; NAMES.len()] = [
    Resource::As,
    Resource::Core,
    Resource::Cpu,
    Resource::Data,
    Resource::Fsize,
    Resource::Locks,
    Resource::Memlock,
    Resource::Msgqueue,
    Resource::Nice,
    Resource::Nofile,
    Resource::Nproc,
    Resource::Rss,
    Resource::Rtprio,
    Resource::Rttime,
    Resource::Sigpending,
    Resource::Stack,
];

/// A limit as rustix has it.
fn bound(value: u64) -> Option<u64> {
    (value != u64::MAX).then_some(value)
}

/// Sets the limits of this process.
pub fn apply(limits: &[Limit]) -> Result<(), Failure> {
    for limit in limits {
        let wanted = Rlimit { current: bound(limit.soft), maximum: bound(limit.hard) };
        match setrlimit(RESOURCES[limit.index], wanted) {
            Err(Errno::PERM) => return Err(refused(limit)),
            set => set.doing(|| format!("set {} to {}/{}", limit.name(), limit.soft, limit.hard))?,
        }
    }
    Ok(())
}

/// Says why the kernel did not permit a limit.
fn refused(limit: &Limit) -> Failure {
    let now = getrlimit(RESOURCES[limit.index]).maximum.map_or_else(|| "unlimited".to_owned(), |now| now.to_string());
    let why = format!("raising the hard limit, now {now}, needs CAP_SYS_RESOURCE, which this runtime does not hold");
    Failure::errno(format!("set {} to {}/{}", limit.name(), limit.soft, limit.hard), Errno::PERM).hint(why)
}
