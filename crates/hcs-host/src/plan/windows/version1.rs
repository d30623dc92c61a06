//! Documents of schema version 1, for builds before 17763: one for both isolations.
//!
//! They are those of Docker 1.12 and of the founding tool, field for field, which is what build 14393 was made for. What only
//! later programs write is left out there.

use super::layers::Rootfs;
use super::mounts::{Mapped, Source};
use super::{credentials, section};
use crate::Result;
use crate::plan::facts::builds;
use crate::plan::{Context, Kind, PathKind, Placeholder};
use hcs_schema::v1::{AssignedDevice, ContainerConfig, HvRuntime, Layer, MappedDirectory, MappedPipe};

/// Images before this build cannot be started from a template of their utility VM, and Windows does not notice.
const FIRST_TEMPLATE: u32 = 14350;

/// Makes the document.
pub(super) fn document(
    context: &mut Context<'_>,
    kind: Kind,
    rootfs: &Rootfs,
    mapped: &Mapped,
) -> Result<ContainerConfig> {
    let wanted = context.wanted;
    let windows = section(context)?;
    let isolated = kind == Kind::WindowsHypervisorV1;
    let network = windows.network.clone().unwrap_or_default();
    let limits = &context.limits;
    let mut document = ContainerConfig {
        system_type: "Container".into(),
        name: wanted.id.clone(),
        owner: wanted.owner.clone(),
        ignore_flushes_during_boot: windows.ignore_flushes_during_boot,
        layers: rootfs.layers.iter().map(|layer| Layer { id: layer.id.clone(), path: layer.path.clone() }).collect(),
        credentials: credentials::text(context)?.unwrap_or_default(),
        processor_count: limits.processor_count.unwrap_or_default(),
        processor_weight: limits.processor_weight.unwrap_or_default().into(),
        processor_maximum: limits.processor_maximum.unwrap_or_default().into(),
        storage_iops_maximum: limits.iops.unwrap_or_default(),
        storage_bandwidth_maximum: limits.bandwidth.unwrap_or_default(),
        storage_sandbox_size: limits.scratch_size.unwrap_or_default(),
        memory_maximum_in_mb: i64::try_from(limits.memory_mb.unwrap_or_default()).unwrap_or(i64::MAX),
        host_name: host_name(context),
        mapped_directories: directories(mapped),
        mapped_pipes: pipes(mapped),
        hv_partition: isolated,
        network_shared_container_name: network.network_shared_container_name.unwrap_or_default(),
        endpoint_list: network.endpoint_list,
        servicing: windows.servicing,
        allow_unqualified_dns_query: network.allow_unqualified_dns_query,
        dns_search_list: network.dns_search_list.join(","),
        // Nothing that ran on build 14393 ever wrote it.
        terminate_on_last_handle_closed: context.facts.build().is_some_and(|build| build >= builds::V1709),
        assigned_devices: devices(context)?,
        ..ContainerConfig::default()
    };
    if isolated {
        // HCS mounts the layers in the utility VM itself, and takes no volume.
        document.hv_runtime = Some(runtime(context, rootfs)?);
        let (folder, name) = parts(&rootfs.scratch);
        document.sandbox_path = folder.into();
        // In that folder it looks for one with the container's name.
        if windows.servicing || !name.eq_ignore_ascii_case(&wanted.id) {
            document.layer_folder_path = rootfs.scratch.clone();
        }
    } else {
        document.layer_folder_path = rootfs.scratch.clone();
        let unknown = rootfs.volume.starts_with("${");
        let name = Placeholder::new(super::layers::VOLUME_NAME).to_string();
        document.volume_path = if unknown { name } else { rootfs.volume.trim_end_matches('\\').into() };
    }
    Ok(document)
}

/// Its own name, or as much of its id as Docker made names of, if that is a name.
fn host_name(context: &Context<'_>) -> String {
    let own = context.wanted.spec.hostname.clone().filter(|name| !name.is_empty());
    let name = || {
        let name: String = context.wanted.id.chars().take(12).collect();
        let good = name.chars().all(|char| char.is_ascii_alphanumeric() || char == '-') && !name.starts_with('-');
        Some(name).filter(|name| good && name.contains(|char: char| char.is_ascii_alphabetic()))
    };
    own.or_else(name).unwrap_or_default()
}

/// The folder that a folder is in, and its name there.
fn parts(path: &str) -> (&str, &str) {
    let path = path.trim_end_matches(['\\', '/']);
    let Some(at) = path.rfind(['\\', '/']) else { return ("", path) };
    let drive = path[..at].ends_with(':');
    (&path[..at + usize::from(drive)], &path[at + 1..])
}

/// What the utility VM boots from: the caller's image, or the upper-most layer that has one.
fn runtime(context: &Context<'_>, rootfs: &Rootfs) -> Result<HvRuntime> {
    let hyperv = section(context)?.hyperv.clone().unwrap_or_default();
    let image_path = match hyperv.utility_vm_path.filter(|path| !path.is_empty()) {
        Some(path) => path,
        None => utility_vm(context, &rootfs.parents)?,
    };
    let skip_template = context.wanted.image.is_some_and(|image| image.build > 0 && image.build < FIRST_TEMPLATE);
    Ok(HvRuntime { image_path, skip_template, ..HvRuntime::default() })
}

/// The folder `UtilityVM` of the upper-most layer that has it. Where nothing is known of the layers, the lowest has it, as
/// base images do.
pub(crate) fn utility_vm(context: &Context<'_>, parents: &[String]) -> Result<String> {
    let folder = |parent: &String| format!(r"{}\UtilityVM", parent.trim_end_matches('\\'));
    let folders: Vec<String> = parents.iter().map(folder).collect();
    let known = |path: &&String| matches!(context.facts.paths.get(*path), Some(PathKind::Folder));
    let possible = |path: &&String| !context.facts.paths.contains_key(*path);
    let found = folders.iter().find(known).or_else(|| folders.iter().rev().find(possible));
    let missing = || {
        context
            .wanted
            .invalid("windows.layerFolders: no layer has a folder UtilityVM; the image cannot be isolated by Hyper-V")
    };
    found.cloned().ok_or_else(missing)
}

fn directories(mapped: &Mapped) -> Vec<MappedDirectory> {
    let directory = |mount: &super::mounts::Mount| match &mount.source {
        Source::Folder(path) | Source::File(path) => Some(MappedDirectory {
            host_path: path.clone(),
            container_path: mount.destination.clone(),
            read_only: mount.read_only,
            iops_maximum: mount.iops,
            bandwidth_maximum: mount.bandwidth,
            ..MappedDirectory::default()
        }),
        _ => None,
    };
    mapped.0.iter().filter_map(directory).collect()
}

fn pipes(mapped: &Mapped) -> Vec<MappedPipe> {
    let pipe = |pipe: hcs_schema::v2::MappedPipe| MappedPipe {
        host_path: pipe.host_path,
        container_pipe_name: pipe.container_pipe_name,
    };
    mapped.pipes().into_iter().map(pipe).collect()
}

fn devices(context: &Context<'_>) -> Result<Vec<AssignedDevice>> {
    super::needs_for(context, !section(context)?.devices.is_empty(), "windows.devices", builds::SERVER_2019)?;
    Ok(Vec::new())
}
