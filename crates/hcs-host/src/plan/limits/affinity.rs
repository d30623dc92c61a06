//! The processors that a container may run on.

use super::{Affinity, resources};
use crate::Result;
use crate::plan::facts::builds;
use crate::plan::{HostFacts, Kind, Wanted};
use std::collections::BTreeSet;

/// Processors of one group; a host with more has several groups.
const GROUP: u32 = 64;

/// The affinity of a Windows container.
///
/// # Errors
/// Names the entry that selects no processor, or what the host or the kind of container cannot do.
pub fn of(wanted: &Wanted, facts: &HostFacts, kind: Kind) -> Result<Vec<Affinity>> {
    let affinity = resources(wanted).cpu.unwrap_or_default().affinity;
    if affinity.is_empty() {
        return Ok(Vec::new());
    }
    if kind.is_isolated_by_hypervisor() {
        let why =
            "windows.resources.cpu.affinity names processors of the host, and a utility VM has processors of its own";
        return Err(wanted.unsupported(why));
    }
    let mut groups = BTreeSet::new();
    for (index, entry) in affinity.iter().enumerate() {
        let invalid = |why: &str| wanted.invalid(format!("windows.resources.cpu.affinity[{index}]: {why}"));
        if entry.mask == 0 {
            return Err(invalid("a mask of 0 selects no processor"));
        }
        if entry.group > u32::from(u16::MAX) {
            return Err(invalid(&format!("group {} is more than {}", entry.group, u16::MAX)));
        }
        if !groups.insert(entry.group) {
            return Err(invalid(&format!("group {} is there twice", entry.group)));
        }
        check_host(entry.mask, entry.group, facts.processors).map_err(|why| invalid(&why))?;
    }
    let several = affinity.len() > 1 || affinity.iter().any(|entry| entry.group > 0);
    if several && facts.build().is_some_and(|build| build < builds::SERVER_2022) {
        let first = builds::SERVER_2022;
        let why = format!("needs Windows build {first} or later, and the host is {facts}");
        return Err(wanted.unsupported(format!("windows.resources.cpu.affinity beyond processor group 0 {why}")));
    }
    Ok(affinity.iter().map(|entry| Affinity { mask: entry.mask, group: entry.group }).collect())
}

/// A host of up to 64 processors has one group; how more are divided into groups, only the host itself knows.
fn check_host(mask: u64, group: u32, processors: u32) -> std::result::Result<(), String> {
    if processors > GROUP {
        return Ok(());
    }
    if group > 0 {
        return Err(format!("the host's {processors} processors are all in group 0"));
    }
    let beyond = mask.checked_shr(processors).unwrap_or(0);
    if beyond > 0 {
        return Err(format!("mask {mask:#x} selects more than the host's {processors} processors"));
    }
    Ok(())
}
