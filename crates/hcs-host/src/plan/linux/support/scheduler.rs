//! CPU scheduling policies.

use super::Refusal;
use hcs_schema::oci;

/// Policies by the specification's name. `SCHED_ISO` is in the specification and in no kernel.
const POLICIES: [(&str, u32); 6] = [
    ("SCHED_OTHER", 0),
    ("SCHED_FIFO", 1),
    ("SCHED_RR", 2),
    ("SCHED_BATCH", 3),
    ("SCHED_IDLE", 5),
    ("SCHED_DEADLINE", 6),
];

/// Flags by the specification's name.
const FLAGS: [(&str, u64); 7] = [
    ("SCHED_FLAG_RESET_ON_FORK", 0x01),
    ("SCHED_FLAG_RECLAIM", 0x02),
    ("SCHED_FLAG_DL_OVERRUN", 0x04),
    ("SCHED_FLAG_KEEP_POLICY", 0x08),
    ("SCHED_FLAG_KEEP_PARAMS", 0x10),
    ("SCHED_FLAG_UTIL_CLAMP_MIN", 0x20),
    ("SCHED_FLAG_UTIL_CLAMP_MAX", 0x40),
];

/// A policy in the kernel's numbers (`struct sched_attr`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scheduling {
    /// The policy.
    pub policy: u32,
    /// Flags.
    pub flags: u64,
    /// Nice value.
    pub nice: i32,
    /// Static priority.
    pub priority: u32,
    /// Nanoseconds of run time in each period.
    pub runtime: u64,
    /// Deadline in nanoseconds.
    pub deadline: u64,
    /// Period in nanoseconds.
    pub period: u64,
}

/// Reads the specification's section.
pub fn parse(wanted: &oci::Scheduler) -> Result<Scheduling, Refusal> {
    let bad = |property: &str, why: String| Err(Refusal::invalid(format!("process.scheduler.{property}"), why));
    let Some(&(name, policy)) = POLICIES.iter().find(|(name, _)| *name == wanted.policy) else {
        return bad("policy", format!("{:?} is not a scheduling policy of Linux", wanted.policy));
    };
    let mut attr = Scheduling { policy, flags: parse_flags(&wanted.flags)?, ..Scheduling::default() };
    let time_sharing = matches!(name, "SCHED_OTHER" | "SCHED_BATCH");
    let real_time = matches!(name, "SCHED_FIFO" | "SCHED_RR");
    match wanted.nice {
        Some(nice) if !(-20..=19).contains(&nice) => return bad("nice", format!("{nice} is not in -20 to 19")),
        Some(nice) if nice != 0 && !time_sharing => return bad("nice", format!("{name} has no nice value")),
        nice => attr.nice = nice.unwrap_or(0),
    }
    match wanted.priority.unwrap_or(0) {
        0 if !real_time => {}
        priority if real_time && (1..=99).contains(&priority) => attr.priority = priority as u32,
        priority if real_time => return bad("priority", format!("{priority} is not in 1 to 99, which {name} wants")),
        _ => return bad("priority", format!("{name} has no static priority")),
    }
    let times = [wanted.runtime, wanted.deadline, wanted.period].map(|time| time.unwrap_or(0));
    if name != "SCHED_DEADLINE" && times != [0; 3] {
        return bad("runtime", format!("runtime, deadline and period are of SCHED_DEADLINE, not of {name}"));
    }
    [attr.runtime, attr.deadline, attr.period] = times;
    Ok(attr)
}

/// Reads the list of flags.
fn parse_flags(listed: &[String]) -> Result<u64, Refusal> {
    let mut bits = 0;
    for wanted in listed {
        let (name, bit) = FLAGS.iter().find(|(name, _)| name == wanted).ok_or_else(|| {
            Refusal::invalid("process.scheduler.flags", format!("{wanted:?} is not a scheduling flag of Linux"))
        })?;
        if name.contains("UTIL_CLAMP") {
            let why = format!("{name} needs a clamp value, for which the specification has no field");
            return Err(Refusal::unsupported("process.scheduler.flags", why));
        }
        bits |= bit;
    }
    Ok(bits)
}
