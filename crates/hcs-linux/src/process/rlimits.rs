//! Resource limits.
//!
//! They are set while the process still holds its capabilities, yet after everything that opens files or maps memory,
//! because they bind the runtime's own last steps too.

use crate::{Context, Failure};
use hcs_schema::oci;
use rustix::io::Errno;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Resources by the specification's name.
const RESOURCES: [(&str, Resource); 16] = [
    ("RLIMIT_AS", Resource::As),
    ("RLIMIT_CORE", Resource::Core),
    ("RLIMIT_CPU", Resource::Cpu),
    ("RLIMIT_DATA", Resource::Data),
    ("RLIMIT_FSIZE", Resource::Fsize),
    ("RLIMIT_LOCKS", Resource::Locks),
    ("RLIMIT_MEMLOCK", Resource::Memlock),
    ("RLIMIT_MSGQUEUE", Resource::Msgqueue),
    ("RLIMIT_NICE", Resource::Nice),
    ("RLIMIT_NOFILE", Resource::Nofile),
    ("RLIMIT_NPROC", Resource::Nproc),
    ("RLIMIT_RSS", Resource::Rss),
    ("RLIMIT_RTPRIO", Resource::Rtprio),
    ("RLIMIT_RTTIME", Resource::Rttime),
    ("RLIMIT_SIGPENDING", Resource::Sigpending),
    ("RLIMIT_STACK", Resource::Stack),
];

/// One limit, ready to set.
#[derive(Clone, Debug)]
pub struct Limit {
    /// The specification's name.
    name: &'static str,
    /// What is limited.
    resource: Resource,
    /// Soft limit; `u64::MAX` is unlimited.
    soft: u64,
    /// Hard limit; `u64::MAX` is unlimited.
    hard: u64,
}

/// Reads the specification's list.
pub fn parse(listed: &[oci::Rlimit]) -> Result<Vec<Limit>, Failure> {
    let mut limits: Vec<Limit> = Vec::with_capacity(listed.len());
    for (index, limit) in listed.iter().enumerate() {
        let place = || format!("process.rlimits[{index}]");
        let &(name, resource) = RESOURCES
            .iter()
            .find(|(name, _)| *name == limit.kind)
            .ok_or_else(|| Failure::invalid(place(), format!("{:?} is not a resource limit", limit.kind)))?;
        if limits.iter().any(|other| other.name == name) {
            return Err(Failure::invalid(place(), format!("{name} is listed twice")));
        }
        if limit.soft > limit.hard {
            let why = format!("{name}: the soft limit {} is above the hard limit {}", limit.soft, limit.hard);
            return Err(Failure::invalid(place(), why));
        }
        limits.push(Limit { name, resource, soft: limit.soft, hard: limit.hard });
    }
    Ok(limits)
}

/// A limit as rustix has it.
fn bound(value: u64) -> Option<u64> {
    (value != u64::MAX).then_some(value)
}

/// Sets the limits of this process.
pub fn apply(limits: &[Limit]) -> Result<(), Failure> {
    for limit in limits {
        let wanted = Rlimit { current: bound(limit.soft), maximum: bound(limit.hard) };
        match setrlimit(limit.resource, wanted) {
            Err(Errno::PERM) => return Err(refused(limit)),
            set => set.doing(|| format!("set {} to {}/{}", limit.name, limit.soft, limit.hard))?,
        }
    }
    Ok(())
}

/// Says why the kernel did not permit a limit.
fn refused(limit: &Limit) -> Failure {
    let now = getrlimit(limit.resource).maximum.map_or_else(|| "unlimited".to_owned(), |now| now.to_string());
    let why = format!("raising the hard limit, now {now}, needs CAP_SYS_RESOURCE, which this runtime does not hold");
    Failure::errno(format!("set {} to {}/{}", limit.name, limit.soft, limit.hard), Errno::PERM).hint(why)
}
