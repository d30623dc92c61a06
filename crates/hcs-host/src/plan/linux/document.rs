//! The document of a Linux container.

use crate::Result;
use crate::plan::annotations::Annotations;
use crate::plan::{Disk, HostFacts, Wanted};
use hcs_schema::document::{Layer, LinuxContainer, Version};
use hcs_schema::oci::{Mount, NamespaceKind, Root, Spec, ThrottleDevice};
use std::collections::BTreeSet;

/// A container without a name of its own is called by the beginning of its id, as long as Docker has it.
const HOST_NAME_LENGTH: usize = 12;

/// Annotations that limit storage.
const STORAGE_LIMITS: [&str; 2] =
    ["io.microsoft.container.storage.qos.iopsmaximum", "io.microsoft.container.storage.qos.bandwidthmaximum"];

/// Makes the document.
pub fn make(wanted: &Wanted, facts: &HostFacts, annotations: &Annotations) -> Result<LinuxContainer> {
    let mut spec = wanted.spec.clone();
    if wanted.layers.is_empty() {
        check_root(wanted)?;
    } else {
        let readonly = spec.root.as_ref().is_some_and(|root| root.readonly);
        // The root is mounted over the container's folder, in its own mount namespace only.
        spec.root = Some(Root { path: wanted.state.clone(), readonly, ..Root::default() });
        if spec.hostname.is_none() && has_uts_namespace(&spec) {
            spec.hostname = Some(wanted.id.chars().take(HOST_NAME_LENGTH).collect());
        }
    }
    limit_storage(wanted, facts, annotations, &mut spec)?;
    Ok(LinuxContainer {
        schema_version: Version::V2_1,
        oci_bundle_path: if wanted.bundle.is_empty() { wanted.state.clone() } else { wanted.bundle.clone() },
        oci_specification: spec,
        scratch_dir_path: wanted.scratch.clone(),
        layers: wanted.layers.iter().map(|path| Layer { path: path.clone(), ..Layer::default() }).collect(),
    })
}

/// A bundle's root is a folder: who lists layers says so to the engine.
fn check_root(wanted: &Wanted) -> Result<()> {
    let layers = wanted.spec.windows.as_ref().is_some_and(|windows| !windows.layer_folders.is_empty());
    if layers && wanted.spec.root.as_ref().is_none_or(|root| root.path.is_empty()) {
        return Err(wanted.unsupported("windows.layerFolders: is for Windows hosts; give root.path"));
    }
    Ok(())
}

fn has_uts_namespace(spec: &Spec) -> bool {
    spec.linux.as_ref().is_some_and(|linux| linux.namespaces.iter().any(|own| own.kind == NamespaceKind::Uts))
}

/// The paths whose [disks](HostFacts::disks) have to be known: none unless a storage limit is asked for.
pub fn paths_on_disks(wanted: &Wanted) -> Vec<&str> {
    let asks =
        |all: &std::collections::BTreeMap<String, String>| STORAGE_LIMITS.iter().any(|key| all.contains_key(*key));
    match asks(&wanted.spec.annotations) || asks(&wanted.options.default_container_annotations) {
        true => paths(wanted),
        false => Vec::new(),
    }
}

/// Where the container's files are: layers or the bundle, the writable layer, bind mounts.
fn paths(wanted: &Wanted) -> Vec<&str> {
    let mut paths: Vec<&str> = wanted.layers.iter().map(String::as_str).collect();
    if paths.is_empty() {
        paths.push(&wanted.bundle);
    }
    paths.push(&wanted.scratch);
    let bound = |mount: &&Mount| mount.options.iter().any(|option| option == "bind" || option == "rbind");
    paths.extend(wanted.spec.mounts.iter().filter(bound).filter_map(|mount| mount.source.as_deref()));
    paths.retain(|path| !path.is_empty());
    paths
}

/// Turns the storage limits of the annotations into limits on the disks that hold the container's files.
fn limit_storage(wanted: &Wanted, facts: &HostFacts, annotations: &Annotations, spec: &mut Spec) -> Result<()> {
    let iops = annotations.container_storage_iops.unwrap_or(0);
    let bandwidth = annotations.container_storage_bandwidth.unwrap_or(0);
    if iops == 0 && bandwidth == 0 {
        return Ok(());
    }
    let disks: BTreeSet<Disk> = paths(wanted).iter().filter_map(|path| facts.disks.get(*path).copied()).collect();
    if disks.is_empty() {
        let message = "a storage limit was asked for, but no disk holds the container's files; put its base, its state root \
                       or a mount on a disk, or drop the limit";
        return Err(wanted.unsupported(message));
    }
    let resources = spec.linux.get_or_insert_default().resources.get_or_insert_default();
    let block = resources.block_io.get_or_insert_default();
    for Disk { major, minor } in disks {
        let throttle = |rate| ThrottleDevice { major, minor, rate, ..ThrottleDevice::default() };
        if bandwidth > 0 {
            block.throttle_read_bps_device.push(throttle(bandwidth));
            block.throttle_write_bps_device.push(throttle(bandwidth));
        }
        if iops > 0 {
            block.throttle_read_iops_device.push(throttle(iops));
            block.throttle_write_iops_device.push(throttle(iops));
        }
    }
    Ok(())
}
