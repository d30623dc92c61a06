//! Resource limits of processes.

use super::Refusal;
use hcs_schema::oci;

/// The specification's names.
pub const NAMES: [&str; 16] = [
    "RLIMIT_AS",
    "RLIMIT_CORE",
    "RLIMIT_CPU",
    "RLIMIT_DATA",
    "RLIMIT_FSIZE",
    "RLIMIT_LOCKS",
    "RLIMIT_MEMLOCK",
    "RLIMIT_MSGQUEUE",
    "RLIMIT_NICE",
    "RLIMIT_NOFILE",
    "RLIMIT_NPROC",
    "RLIMIT_RSS",
    "RLIMIT_RTPRIO",
    "RLIMIT_RTTIME",
    "RLIMIT_SIGPENDING",
    "RLIMIT_STACK",
];

/// One limit.
#[derive(Clone, Debug)]
pub struct Limit {
    /// Its place in [`NAMES`].
    pub index: usize,
    /// Soft limit; `u64::MAX` is unlimited.
    pub soft: u64,
    /// Hard limit; `u64::MAX` is unlimited.
    pub hard: u64,
}

impl Limit {
    /// The specification's name.
    pub fn name(&self) -> &'static str {
        NAMES[self.index]
    }
}

/// Reads the specification's list.
pub fn parse(listed: &[oci::Rlimit]) -> Result<Vec<Limit>, Refusal> {
    let mut limits: Vec<Limit> = Vec::with_capacity(listed.len());
    for (place, limit) in listed.iter().enumerate() {
        let place = || format!("process.rlimits[{place}]");
        let index = NAMES
            .iter()
            .position(|name| *name == limit.kind)
            .ok_or_else(|| Refusal::invalid(place(), format!("{:?} is not a resource limit", limit.kind)))?;
        let name = NAMES[index];
        if limits.iter().any(|other| other.index == index) {
            return Err(Refusal::invalid(place(), format!("{name} is listed twice")));
        }
        if limit.soft > limit.hard {
            let why = format!("{name}: the soft limit {} is above the hard limit {}", limit.soft, limit.hard);
            return Err(Refusal::invalid(place(), why));
        }
        limits.push(Limit { index, soft: limit.soft, hard: limit.hard });
    }
    Ok(limits)
}
