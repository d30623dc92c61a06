//! Limits of a container and of its utility VM, normalised from the specification and its annotations.
//!
//! An annotation goes before a field of the specification, and a field before a default. A limit of 0 in a field is none, as
//! front ends write it. Nothing is clamped but the number of processors, and a note tells of it.

mod affinity;
mod linux;
mod machine;
#[cfg(test)]
mod tests;

pub use machine::MachineLimits;

use super::annotations::Annotations;
use super::windows::is_version1;
use super::{HostFacts, Kind, Wanted};
use crate::Result;
use hcs_schema::oci::{WindowsCpu, WindowsResources, WindowsStorage};
use serde::{Deserialize, Serialize};
use std::fmt;

const COUNT: &str = "io.microsoft.container.processor.count";
const LIMIT: &str = "io.microsoft.container.processor.limit";
const WEIGHT: &str = "io.microsoft.container.processor.weight";

/// Limits as they will be applied. `None` is no limit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Limits {
    /// Memory in MiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_mb: Option<u64>,
    /// Number of processors. A Windows container has one of the three processor limits at most, or before build 17763 a
    /// number and a share.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub processor_count: Option<u32>,
    /// Share of all processors' time in hundredths of a percent, 1 to 10000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub processor_maximum: Option<u32>,
    /// Weight against other containers, 1 to 10000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub processor_weight: Option<u32>,
    /// Processors that it may run on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub affinity: Vec<Affinity>,
    /// Storage operations a second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iops: Option<u64>,
    /// Storage bytes a second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bandwidth: Option<u64>,
    /// Number of tasks. Only Linux limits it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tasks: Option<u64>,
    /// Size of the writable layer in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scratch_size: Option<u64>,
}

/// Processors of one group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Affinity {
    /// A bit for each processor.
    pub mask: u64,
    /// The group.
    pub group: u32,
}

impl Limits {
    /// The limits of a container, and notes on what was changed. `machine` is the number of processors of its utility VM.
    ///
    /// # Errors
    /// Names the field or annotation whose limit cannot be applied, or the two that exclude each other.
    pub fn new(
        wanted: &Wanted,
        annotations: &Annotations,
        facts: &HostFacts,
        kind: Kind,
        machine: Option<u32>,
    ) -> Result<(Limits, Vec<String>)> {
        let mut limits = if kind.is_linux() {
            let processors = machine.unwrap_or(facts.processors);
            (linux::limits(wanted, annotations, processors, kind), Vec::new())
        } else {
            windows(wanted, annotations, facts, machine, kind).map_err(|why| wanted.invalid(why))?
        };
        if !kind.is_linux() {
            limits.0.affinity = affinity::of(wanted, facts, kind)?;
        }
        limits.0.scratch_size = scratch_size(wanted);
        Ok(limits)
    }

    /// What the job object of a HostProcess container is given for the processors: its rate in hundredths of a percent of
    /// the host, and its weight from 1 to 9.
    pub fn job_processors(&self, host: u32) -> (Option<u32>, Option<u32>) {
        let share = |count: u32| u64::from(count) * 10_000 / u64::from(host.max(1));
        let share = self.processor_count.map(|count| narrow(share(count).clamp(1, 10_000)));
        (self.processor_maximum.or(share), self.processor_weight.map(|weight| 1 + 8 * weight.min(10_000) / 10_000))
    }
}

/// Where a limit comes from, as an error names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    Annotation(&'static str),
    Field(&'static str),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Annotation(key) => write!(f, "annotation {key}"),
            Source::Field(path) => f.write_str(path),
        }
    }
}

/// A limit and where it comes from.
type Given = Option<(u64, Source)>;

/// The annotation if there is one, else the field. 0 is none either way.
fn pick(annotation: Option<u64>, key: &'static str, field: Option<u64>, path: &'static str) -> Given {
    let annotation = annotation.map(|value| (value, Source::Annotation(key)));
    annotation.or(field.map(|value| (value, Source::Field(path)))).filter(|(value, _)| *value > 0)
}

/// A limit that must not be above the most that there can be; annotations were checked before.
fn within(given: Given, most: u64) -> std::result::Result<Given, String> {
    match given {
        Some((value, source)) if value > most => Err(format!("{source}: {value} is more than {most}")),
        given => Ok(given),
    }
}

/// A number that was checked to fit.
fn narrow(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// The limits of the specification's Windows section, each empty where it is not there.
fn resources(wanted: &Wanted) -> WindowsResources {
    wanted.spec.windows.as_ref().and_then(|windows| windows.resources.clone()).unwrap_or_default()
}

/// Bytes of memory as MiB, rounded down as HCS is told.
fn mebibytes(bytes: Option<u64>) -> std::result::Result<Option<u64>, String> {
    match bytes {
        Some(bytes @ 1..0x10_0000) => {
            Err(format!("windows.resources.memory.limit: {bytes} bytes are less than 1 MiB, the least there is"))
        }
        bytes => Ok(bytes.map(|bytes| bytes >> 20)),
    }
}

/// A number of processors, capped to what there are.
fn capped(given: (u64, Source), processors: u32, whose: &str, notes: &mut Vec<String>) -> u32 {
    let (count, source) = given;
    if count > u64::from(processors) {
        notes.push(format!("{source}: {count} processors are capped to the {processors} of {whose}"));
    }
    narrow(count).min(processors)
}

fn windows(
    wanted: &Wanted,
    annotations: &Annotations,
    facts: &HostFacts,
    machine: Option<u32>,
    kind: Kind,
) -> std::result::Result<(Limits, Vec<String>), String> {
    let WindowsResources { memory, storage, .. } = resources(wanted);
    let storage = storage.unwrap_or_default();
    let memory = mebibytes(memory.and_then(|memory| memory.limit))?.filter(|limit| *limit > 0);
    let mut notes = Vec::new();
    let mut limits = Limits {
        memory_mb: annotations.container_memory_mb.or(memory),
        iops: rate(annotations.container_storage_iops, storage.iops),
        bandwidth: rate(annotations.container_storage_bandwidth, storage.bps),
        ..Limits::default()
    };
    processors(&mut limits, wanted, annotations, (facts, kind), machine, &mut notes)?;
    Ok((limits, notes))
}

/// A rate; 0 is none.
fn rate(annotation: Option<u64>, field: Option<u64>) -> Option<u64> {
    annotation.or(field).filter(|rate| *rate > 0)
}

fn processors(
    limits: &mut Limits,
    wanted: &Wanted,
    annotations: &Annotations,
    (facts, kind): (&HostFacts, Kind),
    machine: Option<u32>,
    notes: &mut Vec<String>,
) -> std::result::Result<(), String> {
    let WindowsCpu { count, shares, maximum, .. } = resources(wanted).cpu.unwrap_or_default();
    let a = annotations;
    let count = pick(a.container_processor_count.map(u64::from), COUNT, count, "windows.resources.cpu.count");
    let maximum = maximum.map(u64::from);
    let maximum = pick(a.container_processor_limit.map(u64::from), LIMIT, maximum, "windows.resources.cpu.maximum");
    let shares = shares.map(u64::from);
    let weight = pick(a.container_processor_weight.map(u64::from), WEIGHT, shares, "windows.resources.cpu.shares");
    let (maximum, weight) = (within(maximum, 10_000)?, within(weight, 10_000)?);
    let given: Vec<_> = [count, maximum, weight].into_iter().flatten().map(|(_, source)| source.to_string()).collect();
    // Documents of schema version 1 have a number beside a share, and the founding tool gave both.
    if is_version1(kind) && weight.is_none() && given.len() == 2 {
        if kind == Kind::WindowsProcessV1 {
            notes.push(format!(
                "{} are both told: Windows goes by the number without a utility VM",
                given.join(" and ")
            ));
        }
    } else if given.len() > 1 {
        let all = given.join(" and ");
        return Err(format!("{all} exclude each other: a container has a number, a share or a weight of processors"));
    }
    let (processors, whose) = match machine {
        Some(processors) => (processors, "the utility VM"),
        None => (facts.processors.max(1), "the host"),
    };
    limits.processor_count = count.map(|given| capped(given, processors, whose, notes));
    limits.processor_maximum =
        maximum.map(|given| match machine.filter(|_| wanted.options.scale_cpu_limits_to_sandbox) {
            Some(machine) => rescaled(given, facts.processors.max(1), machine.max(1), notes),
            None => narrow(given.0),
        });
    limits.processor_weight = weight.map(|(weight, _)| narrow(weight));
    Ok(())
}

/// A share of the host's processors as one of a utility VM's: the same time of the same number of processors.
fn rescaled(given: (u64, Source), host: u32, machine: u32, notes: &mut Vec<String>) -> u32 {
    let (old, source) = given;
    let new = (old * u64::from(host) / u64::from(machine)).clamp(1, 10_000);
    if new != old {
        let why = format!("of {host} processors of the host is {new} of the {machine} of the utility VM");
        notes.push(format!("{source}: a share of {old} {why}"));
    }
    narrow(new)
}

fn scratch_size(wanted: &Wanted) -> Option<u64> {
    let WindowsStorage { sandbox_size, .. } = resources(wanted).storage.unwrap_or_default();
    let option = u64::from(wanted.options.default_container_scratch_size_in_gb) << 30;
    sandbox_size.filter(|size| *size > 0).or(Some(option).filter(|size| *size > 0))
}
