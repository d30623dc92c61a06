//! What a Linux container gets, in words.

use crate::plan::{Options, Wanted};
use hcs_schema::document::LinuxContainer;
use hcs_schema::oci::{DeviceRule, NamespaceKind, Spec};

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

/// Limits that only a Linux host has: the document says them.
pub fn further_limits(spec: &Spec) -> Option<String> {
    let resources = spec.linux.as_ref()?.resources.as_ref()?;
    let cpu = resources.cpu.clone().unwrap_or_default();
    let memory = resources.memory.clone().unwrap_or_default();
    let block = resources.block_io.clone().unwrap_or_default();
    let set = [
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
pub fn without_effect(wanted: &Wanted) -> Option<String> {
    let annotations = wanted.options.default_container_annotations.clone();
    let honoured = Options { default_container_annotations: annotations, ..Options::default() };
    let note = "options for utility VMs and Windows containers have no effect on a Linux host";
    (wanted.options != honoured).then(|| note.into())
}
