//! What a Linux container gets, in words.

use super::support::affinity;
use crate::plan::annotations::{Annotations, ENTRIES};
use crate::plan::{Affinity, HostFacts, Limits, Options, Wanted};
use hcs_schema::document::LinuxContainer;
use hcs_schema::oci::{Cpu, DeviceRule, NamespaceKind, Resources, Spec};

/// The kernel's period when a specification gives a quota without one, in microseconds.
const PERIOD: u64 = 100_000;
/// All processors' time, as limits count it.
const WHOLE: u128 = 10_000;

/// What is mounted.
pub fn mounts(document: &LinuxContainer) -> Vec<String> {
    let spec = &document.oci_specification;
    let mut lines = Vec::with_capacity(spec.mounts.len() + 1);
    let mut root = String::from("/ from ");
    if document.layers.is_empty() {
        root += spec.root.as_ref().map(|root| root.path.as_str()).unwrap_or_default();
    } else {
        let layers: Vec<&str> = document.layers.iter().map(|layer| layer.path.as_str()).collect();
        root += "an overlay of ";
        root += &layers.join(", ");
    }
    let read_only = spec.root.as_ref().is_some_and(|root| root.readonly);
    match (read_only, document.scratch_dir_path.as_str()) {
        (true, _) => root += " (read-only)",
        (false, "") if !document.layers.is_empty() => root += " (writes stay in memory)",
        (false, "") => {}
        (false, scratch) => {
            root += " (writes go to ";
            root += scratch;
            root += ")";
        }
    }
    lines.push(root);
    for mount in &spec.mounts {
        let source = mount.source.as_deref().or(mount.kind.as_deref()).unwrap_or("none");
        let options = if mount.options.is_empty() { String::new() } else { format!(" ({})", mount.options.join(",")) };
        lines.push(format!("{} from {source}{options}", mount.destination));
    }
    lines
}

/// Devices, and rules about them.
pub fn devices(spec: &Spec) -> Vec<String> {
    let Some(linux) = &spec.linux else { return Vec::new() };
    let number = |number: Option<i64>| number.filter(|number| *number >= 0).map_or("*".into(), |it| it.to_string());
    let nodes = linux.devices.iter().map(|device| match device.kind.as_str() {
        "p" => format!("{} (a pipe)", device.path),
        kind => format!("{} ({kind} {}:{})", device.path, number(device.major), number(device.minor)),
    });
    let rule = |rule: &DeviceRule| {
        let word = if rule.allow { "allow" } else { "deny" };
        let kind = rule.kind.as_deref().unwrap_or("a");
        let access = rule.access.as_deref().unwrap_or("rwm");
        format!("{word} {access} of {kind} {}:{}", number(rule.major), number(rule.minor))
    };
    let rules = linux.resources.iter().flat_map(|resources| &resources.devices).map(rule);
    nodes.chain(rules).collect()
}

/// Limits, in the words that all hosts share.
pub fn limits(spec: &Spec, facts: &HostFacts, annotations: &Annotations) -> Limits {
    let none = Resources::default();
    let resources = spec.linux.as_ref().and_then(|linux| linux.resources.as_ref()).unwrap_or(&none);
    let positive = |value: Option<i64>| value.and_then(|value| u64::try_from(value).ok()).filter(|value| *value > 0);
    let memory = positive(resources.memory.as_ref().and_then(|memory| memory.limit));
    let cpu = resources.cpu.as_ref();
    Limits {
        memory_mb: memory.map(|bytes| bytes.div_ceil(1 << 20)),
        processor_maximum: cpu.and_then(|cpu| share(cpu, facts.processors)),
        affinity: cpu.and_then(|cpu| cpu.cpus.as_deref()).map(masks).unwrap_or_default(),
        iops: annotations.container_storage_iops.filter(|limit| *limit > 0),
        bandwidth: annotations.container_storage_bandwidth.filter(|limit| *limit > 0),
        tasks: positive(resources.pids.as_ref().map(|pids| pids.limit)),
        ..Limits::default()
    }
}

/// The quota as a share of all processors' time.
fn share(cpu: &Cpu, processors: u32) -> Option<u32> {
    let quota = cpu.quota.and_then(|quota| u64::try_from(quota).ok()).filter(|quota| *quota > 0)?;
    let period = cpu.period.filter(|period| *period > 0).unwrap_or(PERIOD);
    let whole = u128::from(period) * u128::from(processors.max(1));
    u32::try_from((u128::from(quota) * WHOLE / whole).clamp(1, WHOLE)).ok()
}

/// A list of processors as masks of 64 each.
fn masks(list: &str) -> Vec<Affinity> {
    let mut masks: Vec<Affinity> = Vec::new();
    for cpu in affinity::parse("linux.resources.cpu.cpus", list).unwrap_or_default() {
        let (group, bit) = (u32::try_from(cpu / 64).unwrap_or(u32::MAX), 1 << (cpu % 64));
        match masks.iter_mut().find(|known| known.group == group) {
            Some(known) => known.mask |= bit,
            None => masks.push(Affinity { mask: bit, group }),
        }
    }
    masks
}

/// Limits that only a Linux host has: the document says them.
pub fn further_limits(spec: &Spec) -> Option<String> {
    let resources = spec.linux.as_ref()?.resources.as_ref()?;
    let cpu = resources.cpu.clone().unwrap_or_default();
    let memory = resources.memory.clone().unwrap_or_default();
    let block = resources.block_io.clone().unwrap_or_default();
    let set = [
        ("cpu.shares", cpu.shares.is_some()),
        ("cpu.burst", cpu.burst.is_some()),
        ("cpu.realtimeRuntime", cpu.realtime_runtime.is_some()),
        ("cpu.mems", cpu.mems.is_some()),
        ("cpu.idle", cpu.idle.is_some()),
        ("memory.reservation", memory.reservation.is_some()),
        ("memory.swap", memory.swap != memory.limit),
        ("memory.swappiness", memory.swappiness.is_some()),
        ("memory.disableOOMKiller", memory.disable_oom_killer.is_some()),
        ("blockIO.weight", block.weight.is_some() || !block.weight_device.is_empty()),
        ("hugepageLimits", !resources.hugepage_limits.is_empty()),
        ("network", resources.network.is_some()),
        ("rdma", !resources.rdma.is_empty()),
        ("unified", !resources.unified.is_empty()),
    ];
    let names: Vec<&str> = set.into_iter().filter(|(_, set)| *set).map(|(name, _)| name).collect();
    (!names.is_empty()).then(|| format!("further limits in linux.resources: {}", names.join(", ")))
}

/// The network.
pub fn network(spec: &Spec) -> Vec<String> {
    let namespaces = spec.linux.as_ref().map(|linux| linux.namespaces.as_slice()).unwrap_or_default();
    vec![match namespaces.iter().find(|namespace| namespace.kind == NamespaceKind::Network) {
        None => "the host's network".into(),
        Some(namespace) => match &namespace.path {
            None => "a namespace of its own, with the loopback interface".into(),
            Some(path) => format!("the namespace at {path}"),
        },
    }]
}

/// What is wanted and has no meaning on a Linux host.
pub fn without_effect(wanted: &Wanted) -> Vec<String> {
    let mut notes = Vec::new();
    let of_windows = |key: &str| key.starts_with("io.microsoft.") || key.starts_with("microsoft.com/");
    let honoured =
        ["io.microsoft.container.storage.qos.iopsmaximum", "io.microsoft.container.storage.qos.bandwidthmaximum"];
    let keys = wanted.spec.annotations.keys().chain(wanted.options.default_container_annotations.keys());
    for key in keys.filter(|key| of_windows(key) && !honoured.contains(&key.as_str())) {
        if ENTRIES.iter().any(|entry| entry.key == *key) {
            notes.push(format!("annotation {key} has no effect on a Linux host"));
        }
    }
    let annotations = wanted.options.default_container_annotations.clone();
    if wanted.options != (Options { default_container_annotations: annotations, ..Options::default() }) {
        notes.push("options for utility VMs and Windows containers have no effect on a Linux host".into());
    }
    if wanted.image.is_some() {
        notes.push("the version of Windows that the image is for has no meaning on a Linux host".into());
    }
    notes
}
