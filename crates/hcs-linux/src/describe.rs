//! What making a container would make, in words and without making it.

use crate::cgroup::{Cgroup, Layout, Options};
use crate::launch::Namespaces;
use crate::{Failure, support};
use hcs_schema::document::LinuxContainer;

/// Lists the resources of a container, a line each, in the order they would be made.
pub fn describe(id: &str, document: &LinuxContainer) -> Result<Vec<String>, Failure> {
    let spec = &document.oci_specification;
    support::validate(spec)?;
    let linux = spec.linux.clone().unwrap_or_default();
    let resources = linux.resources.unwrap_or_default();
    let cgroup = Cgroup::plan(&Layout::detect()?, linux.cgroups_path.as_deref(), id, &resources, &Options::here())?;
    let mut lines: Vec<String> =
        cgroup.folders().iter().map(|folder| format!("control group {}", folder.display())).collect();
    let namespaces = Namespaces::of(&linux.namespaces);
    lines.extend(namespaces.new.iter().map(|kind| format!("namespace {}", format!("{kind:?}").to_lowercase())));
    let joined = namespaces.joined.iter();
    lines.extend(joined.map(|(kind, path)| format!("join namespace {} at {path}", format!("{kind:?}").to_lowercase())));
    if document.layers.is_empty() {
        let root = spec.root.as_ref().map(|root| root.path.as_str()).unwrap_or_default();
        lines.push(format!("mount / from {root}"));
    } else {
        let layers: Vec<&str> = document.layers.iter().map(|layer| layer.path.as_str()).collect();
        lines.push(format!("mount / as an overlay of {}", layers.join(", ")));
    }
    for mount in &spec.mounts {
        let source = mount.source.as_deref().or(mount.kind.as_deref()).unwrap_or("none");
        let options = if mount.options.is_empty() { String::new() } else { format!(" ({})", mount.options.join(",")) };
        lines.push(format!("mount {} from {source}{options}", mount.destination));
    }
    if let Some(process) = &spec.process {
        lines.push(format!("process {}", process.args.join(" ")));
    }
    Ok(lines)
}
