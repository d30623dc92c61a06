//! Checks of the Linux section.

use super::{Refusal, absolute, cgroups_path, label, personality, resources, seccomp, sysctl, text};
use hcs_schema::oci::{Device, IdMapping, Linux, NamespaceKind};

/// The kernel's limit on the number of ranges in a mapping.
const MAX_MAPPINGS: usize = 340;
/// The highest major number of a device.
const MAX_MAJOR: i64 = (1 << 12) - 1;
/// The highest minor number of a device.
const MAX_MINOR: i64 = (1 << 20) - 1;
/// Words for the root's propagation.
const PROPAGATIONS: [&str; 9] =
    ["", "shared", "slave", "private", "unbindable", "rshared", "rslave", "rprivate", "runbindable"];

/// Whether the container has a namespace of `kind` that is not the machine's, new or joined.
pub fn has(linux: &Linux, kind: NamespaceKind) -> bool {
    linux.namespaces.iter().any(|namespace| namespace.kind == kind)
}

/// Whether the container gets a new namespace of `kind`.
fn makes(linux: &Linux, kind: NamespaceKind) -> bool {
    linux.namespaces.iter().any(|namespace| namespace.kind == kind && namespace.path.is_none())
}

/// The specification's word for a kind of namespace.
fn word(kind: NamespaceKind) -> &'static str {
    match kind {
        NamespaceKind::Pid => "pid",
        NamespaceKind::Network => "network",
        NamespaceKind::Mount => "mount",
        NamespaceKind::Ipc => "ipc",
        NamespaceKind::Uts => "uts",
        NamespaceKind::User => "user",
        NamespaceKind::Cgroup => "cgroup",
        NamespaceKind::Time => "time",
    }
}

/// Checks the whole section.
pub fn validate(linux: &Linux) -> Result<(), Refusal> {
    if linux.intel_rdt.is_some() {
        return Err(Refusal::unsupported("linux.intelRdt", "is not supported"));
    }
    if !linux.net_devices.is_empty() {
        return Err(Refusal::unsupported("linux.netDevices", "is not supported"));
    }
    if linux.memory_policy.is_some() {
        return Err(Refusal::unsupported("linux.memoryPolicy", "is not supported"));
    }
    namespaces(linux)?;
    user_namespace(linux)?;
    time_namespace(linux)?;
    let own = sysctl::Own {
        ipc: has(linux, NamespaceKind::Ipc),
        network: has(linux, NamespaceKind::Network),
        uts: has(linux, NamespaceKind::Uts),
    };
    linux.sysctl.iter().try_for_each(|(name, value)| sysctl::check(name, value, own))?;
    for (index, device) in linux.devices.iter().enumerate() {
        self::device(&format!("linux.devices[{index}]"), device)?;
    }
    paths(linux)?;
    linux.personality.as_ref().map(personality::parse).transpose()?;
    // What version 2 of control groups does not have is refused by machines that have it alone.
    linux.resources.as_ref().map_or(Ok(()), |limits| resources::refuse(limits, &|_| false))?;
    linux.seccomp.as_ref().map_or(Ok(()), seccomp::check)
}

/// Checks the list of namespaces.
fn namespaces(linux: &Linux) -> Result<(), Refusal> {
    for (index, namespace) in linux.namespaces.iter().enumerate() {
        let place = format!("linux.namespaces[{index}]");
        if linux.namespaces[..index].iter().any(|other| other.kind == namespace.kind) {
            let why = format!("there already is a {} namespace", word(namespace.kind));
            return Err(Refusal::invalid(place, why));
        }
        if let Some(path) = &namespace.path {
            absolute(&format!("{place}.path"), path)?;
        }
    }
    if !has(linux, NamespaceKind::Mount) {
        let why = "a container needs a mount namespace, or its mounts would be the machine's";
        return Err(Refusal::invalid("linux.namespaces", why));
    }
    Ok(())
}

/// Checks the user namespace and its mappings.
fn user_namespace(linux: &Linux) -> Result<(), Refusal> {
    let maps = [("linux.uidMappings", &linux.uid_mappings), ("linux.gidMappings", &linux.gid_mappings)];
    for (property, ranges) in maps {
        mappings(property, ranges)?;
        if !ranges.is_empty() && !has(linux, NamespaceKind::User) {
            return Err(Refusal::invalid(property, "needs a user namespace"));
        }
        if ranges.is_empty() && makes(linux, NamespaceKind::User) {
            return Err(Refusal::invalid(property, "a new user namespace needs it"));
        }
    }
    Ok(())
}

/// Checks ranges of ids.
pub fn mappings(property: &str, ranges: &[IdMapping]) -> Result<(), Refusal> {
    if ranges.len() > MAX_MAPPINGS {
        return Err(Refusal::invalid(property, format!("has more than {MAX_MAPPINGS} ranges")));
    }
    let overlap = |one: u32, other: u32, one_size: u32, other_size: u32| {
        u64::from(one) < u64::from(other) + u64::from(other_size)
            && u64::from(other) < u64::from(one) + u64::from(one_size)
    };
    for (index, range) in ranges.iter().enumerate() {
        let place = || format!("{property}[{index}]");
        if range.size == 0 {
            return Err(Refusal::invalid(place(), "its size is 0"));
        }
        if range.container_id.checked_add(range.size).is_none() || range.host_id.checked_add(range.size).is_none() {
            return Err(Refusal::invalid(place(), "goes beyond the highest id"));
        }
        for other in &ranges[..index] {
            if overlap(range.container_id, other.container_id, range.size, other.size)
                || overlap(range.host_id, other.host_id, range.size, other.size)
            {
                return Err(Refusal::invalid(place(), "overlaps another range"));
            }
        }
    }
    Ok(())
}

/// Checks the offsets of clocks.
fn time_namespace(linux: &Linux) -> Result<(), Refusal> {
    for (clock, offset) in &linux.time_offsets {
        if clock != "monotonic" && clock != "boottime" {
            return Err(Refusal::invalid("linux.timeOffsets", format!("{clock:?} is neither monotonic nor boottime")));
        }
        if offset.nanosecs >= 1_000_000_000 {
            let why = format!("{} is not less than a second", offset.nanosecs);
            return Err(Refusal::invalid(format!("linux.timeOffsets.{clock}.nanosecs"), why));
        }
    }
    if !linux.time_offsets.is_empty() && !makes(linux, NamespaceKind::Time) {
        return Err(Refusal::invalid("linux.timeOffsets", "needs a new time namespace"));
    }
    Ok(())
}

/// Checks one device node.
fn device(place: &str, device: &Device) -> Result<(), Refusal> {
    absolute(&format!("{place}.path"), &device.path)?;
    if !matches!(device.kind.as_str(), "c" | "u" | "b" | "p") {
        let why = format!("{:?} is none of c, u, b and p", device.kind);
        return Err(Refusal::invalid(format!("{place}.type"), why));
    }
    let numbers = [("major", device.major, MAX_MAJOR), ("minor", device.minor, MAX_MINOR)];
    for (name, number, max) in numbers.into_iter().filter(|_| device.kind != "p") {
        match number {
            Some(number) if (0..=max).contains(&number) => {}
            Some(number) => {
                return Err(Refusal::invalid(format!("{place}.{name}"), format!("{number} is not in 0 to {max}")));
            }
            None => return Err(Refusal::invalid(format!("{place}.{name}"), "a device needs it")),
        }
    }
    if let Some(mode) = device.file_mode.filter(|mode| mode & !0o7777 != 0) {
        let why = format!("{mode:#o} has bits other than permissions");
        return Err(Refusal::invalid(format!("{place}.fileMode"), why));
    }
    for (name, id) in [("uid", device.uid), ("gid", device.gid)] {
        if id == Some(u32::MAX) {
            return Err(Refusal::invalid(format!("{place}.{name}"), "is no id: to the kernel it means none"));
        }
    }
    Ok(())
}

/// Checks paths, labels and words about the root.
fn paths(linux: &Linux) -> Result<(), Refusal> {
    for (index, path) in linux.masked_paths.iter().enumerate() {
        absolute(&format!("linux.maskedPaths[{index}]"), path)?;
    }
    for (index, path) in linux.readonly_paths.iter().enumerate() {
        absolute(&format!("linux.readonlyPaths[{index}]"), path)?;
    }
    let group = linux.cgroups_path.as_deref().filter(|path| !path.is_empty());
    text("linux.cgroupsPath", group.unwrap_or_default())?;
    group.map_or(Ok(()), cgroups_path)?;
    label::check("linux.mountLabel", linux.mount_label.as_deref().unwrap_or(""))?;
    match linux.rootfs_propagation.as_deref() {
        Some(wanted) if !PROPAGATIONS.contains(&wanted) => {
            let why = format!("{wanted:?} is none of shared, slave, private and unbindable");
            Err(Refusal::invalid("linux.rootfsPropagation", why))
        }
        _ => Ok(()),
    }
}
