//! Layers of Linux containers: disks of the host that the guest lays over each other.
//!
//! Read-only layers come over persistent memory, which several machines share in the host's memory, or as SCSI disks where
//! there is no room. The writable layer is a SCSI disk on which the guest makes a filesystem if there is none.

use super::traits::Traits;
use crate::Result;
use crate::plan::machine::disks::{Disk, Mounting};
use crate::plan::machine::{Machine, Region, Words, paths};
use crate::plan::windows::{absolute, on_host};
use crate::plan::{Call, Context, PathKind, Role, Step};
use hcs_schema::guest::{CombinedLayers, LinuxResource, VPMemDevice, VPMemMapping};
use hcs_schema::oci;
use hcs_schema::v2::{Layer, ResourcePath, VirtualPMemDevice, VirtualPMemImageFormat, VirtualPMemMapping};
use serde::Deserialize;

/// Size of a new writable disk in GiB. It grows as it is written to.
const SCRATCH_GIB: u64 = 20;

/// A read-only layer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ReadOnly {
    /// Its disk.
    path: String,
    /// The partition that it is in; 0 is the whole disk.
    #[serde(default)]
    partition: u64,
}

/// The layers of a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Layers {
    /// Disks.
    Disks {
        /// Read-only layers, upper-most first.
        read_only: Vec<ReadOnly>,
        /// The disk of the writable layer; absent where the root is read-only.
        scratch: Option<String>,
    },
    /// A folder of the host that is the whole root.
    Folder(String),
}

/// Where the root is in the guest.
pub(super) struct Root {
    /// The root filesystem.
    pub path: String,
    /// The folder of the writable layer; empty where there is none.
    pub scratch: String,
}

impl Layers {
    /// The layers of a container: its own, or the mounts that containerd passes, or those of the specification.
    pub fn of(context: &Context<'_>) -> Result<Layers> {
        let wanted = context.wanted;
        let folders = wanted.spec.windows.as_ref().map(|windows| windows.layer_folders.as_slice()).unwrap_or_default();
        let root = wanted.spec.root.as_ref().map(|root| root.path.as_str()).unwrap_or_default();
        let given = [!wanted.layers.is_empty(), !wanted.rootfs.is_empty(), !folders.is_empty()];
        if given.iter().filter(|given| **given).count() > 1 {
            let message = "layers are given more than once: as folders, as mounts of the root filesystem, or in windows.layerFolders";
            return Err(wanted.invalid(message));
        }
        if let [mount, rest @ ..] = wanted.rootfs.as_slice() {
            if !rest.is_empty() {
                return Err(wanted.invalid(format!("rootfs: there is one mount, not {}", wanted.rootfs.len())));
            }
            return from_mount(mount).map_err(|why| wanted.invalid(format!("rootfs: {why}")));
        }
        if let [parents @ .., scratch] = folders {
            if parents.is_empty() {
                let message = "windows.layerFolders: has one folder; it needs a read-only layer and, at its end, the writable one";
                return Err(wanted.invalid(message));
            }
            for (index, folder) in folders.iter().enumerate() {
                absolute(folder).map_err(|why| wanted.invalid(format!("windows.layerFolders[{index}]: {why}")))?;
            }
            return Ok(disks(parents, scratch));
        }
        if !wanted.layers.is_empty() {
            return Ok(disks(&wanted.layers, &wanted.scratch));
        }
        if root.is_empty() {
            return Err(wanted.invalid("windows.layerFolders: is missing, and root.path names no folder of the host"));
        }
        let root = on_host(&wanted.bundle, root).map_err(|why| wanted.invalid(format!("root.path: {why}")))?;
        Ok(Layers::Folder(root))
    }
}

fn disks(parents: &[String], scratch: &str) -> Layers {
    let layer = |folder: &String| ReadOnly { path: disk(folder, "layer.vhd"), partition: 0 };
    let scratch = (!scratch.is_empty()).then(|| disk(scratch, "sandbox.vhdx"));
    Layers::Disks { read_only: parents.iter().map(layer).collect(), scratch }
}

/// The disk in a folder, unless the path is a disk itself.
fn disk(path: &str, name: &str) -> String {
    let lower = path.to_lowercase();
    if lower.ends_with(".vhd") || lower.ends_with(".vhdx") { path.to_owned() } else { paths::join(path, name) }
}

fn from_mount(mount: &oci::Mount) -> std::result::Result<Layers, String> {
    if !mount.destination.is_empty() {
        return Err(format!("the mount has the target {:?}; layers have none", mount.destination));
    }
    let source = mount.source.clone().unwrap_or_default();
    let mut options = mount.options.iter().filter(|option| !matches!(option.as_str(), "rw" | "ro"));
    match mount.kind.as_deref().unwrap_or_default() {
        "lcow-layer" => {
            let mut parents: Vec<String> = Vec::new();
            for option in options {
                let list = option.strip_prefix("parentLayerPaths=").ok_or_else(|| unknown(option))?;
                parents = serde_json::from_str(list).map_err(|why| format!("option parentLayerPaths: {why}"))?;
            }
            if parents.is_empty() || source.is_empty() {
                return Err("an lcow-layer needs a source and the option parentLayerPaths".into());
            }
            Ok(disks(&parents, &source))
        }
        "lcow-partitioned-layer" => {
            let (mut read_only, mut scratch): (Vec<ReadOnly>, _) = (Vec::new(), String::new());
            options.try_for_each(|option| match option.split_once('=') {
                Some(("scratch", path)) => {
                    scratch = path.into();
                    Ok(())
                }
                Some(("parent-partitioned-layers", list)) => {
                    read_only =
                        serde_json::from_str(list).map_err(|why| format!("option parent-partitioned-layers: {why}"))?;
                    Ok(())
                }
                _ => Err(unknown(option)),
            })?;
            if read_only.is_empty() || scratch.is_empty() {
                return Err("an lcow-partitioned-layer needs the options scratch and parent-partitioned-layers".into());
            }
            Ok(Layers::Disks { read_only, scratch: Some(scratch) })
        }
        kind => Err(format!("type {kind:?} is not one for Linux; there are lcow-layer and lcow-partitioned-layer")),
    }
}

fn unknown(option: &str) -> String {
    format!("option {option:?} is not known")
}

/// Gives the machine the layers, and lets the guest make the root of them in the container's folder.
pub(super) fn mount(
    context: &mut Context<'_>,
    machine: &mut Machine,
    traits: &Traits,
    folder: &str,
    words: &mut Words,
) -> Result<Root> {
    let path = format!("{folder}/rootfs");
    let (read_only, scratch) = match Layers::of(context)? {
        Layers::Folder(host) => {
            let read_only = context.wanted.spec.root.as_ref().is_some_and(|root| root.readonly);
            super::shares::folder(context, machine, traits, &host, &path, read_only, "root.path")?;
            words.layers.push(host);
            return Ok(Root { path, scratch: String::new() });
        }
        Layers::Disks { read_only, scratch } => (read_only, scratch),
    };
    if context.wanted.spec.root.as_ref().is_some_and(|root| !matches!(root.path.as_str(), "" | "rootfs")) {
        context.notes.push("root.path has no effect: the root is made of the layers".into());
    }
    let mut layers = Vec::new();
    for layer in &read_only {
        let guest = match memory(context, machine, traits, layer) {
            Some(guest) => guest,
            None => scsi(context, machine, layer)?,
        };
        words.layers.push(layer.path.clone());
        layers.push(Layer { path: guest, ..Layer::default() });
    }
    let pod = format!("/run/gcs/c/{}", crate::plan::pod::sandbox(context));
    // One who asks for encryption does not get a disk without it.
    let shared = context.wanted.options.share_scratch
        && context.choice.role == Role::Member
        && machine.slots.is_mounted(&pod)
        && traits.encrypted == traits.sandbox_encrypted;
    let scratch = match scratch {
        Some(_) if shared => {
            context.notes.push("the writable layer is on the disk of the pod's sandbox".into());
            words.scratch = format!("{pod} of the utility VM");
            format!("{pod}/scratch/{}", context.wanted.id)
        }
        Some(disk) => {
            let mounted = writable(context, machine, traits, folder, &disk)?;
            words.scratch = disk;
            format!("{mounted}/scratch/{}", context.wanted.id)
        }
        None if context.wanted.spec.root.as_ref().is_some_and(|root| root.readonly) => String::new(),
        None => {
            let message = "no folder is given for the writable layer; give one, or set root.readonly";
            return Err(context.wanted.invalid(message));
        }
    };
    let combined = CombinedLayers {
        container_id: context.wanted.id.clone(),
        container_root_path: path.clone(),
        layers,
        scratch_path: scratch.clone(),
    };
    let remove = CombinedLayers { container_root_path: path.clone(), ..CombinedLayers::default() };
    let [add, remove] = [combined, remove].map(LinuxResource::CombinedLayers);
    let step = machine.mount(add, remove, "lay the layers over each other");
    machine.push(step);
    Ok(Root { path, scratch })
}

/// Gives the machine a layer over persistent memory, if there is room for it.
fn memory(context: &mut Context<'_>, machine: &mut Machine, traits: &Traits, layer: &ReadOnly) -> Option<String> {
    let memory = traits.memory.filter(|_| layer.partition == 0)?;
    let Some(size) = context.facts.sizes.get(&layer.path).copied() else {
        let path = &layer.path;
        context
            .notes
            .push(format!("the size of {path} is not known, so it is a SCSI disk instead of persistent memory"));
        return None;
    };
    if size > memory.size {
        return None;
    }
    let name = format!("layer {}", paths::key(&layer.path));
    let region = machine.slots.memory(&name, size, memory.packed, memory.devices)?;
    let step = if memory.packed { map(machine, layer, region) } else { plug(machine, layer, region.device) };
    let (guest, mapping_info) = if memory.packed {
        let Region { device, offset, size } = region;
        let mapping = VPMemMapping { device_offset_in_bytes: offset, device_size_in_bytes: size };
        (format!("/run/layers/p{device}-{offset}-{size}"), Some(mapping))
    } else {
        (format!("/run/layers/p{}", region.device), None)
    };
    machine.push(step.shared_as(format!("memory of {name}")));
    let device =
        VPMemDevice { device_number: region.device, mount_path: guest.clone(), mapping_info, ..VPMemDevice::default() };
    let [add, remove] = [device.clone(), device].map(LinuxResource::VPMemDevice);
    let step = machine.mount(add, remove, "let the guest mount it");
    machine.push(step.shared_as(name));
    Some(guest)
}

/// Gives the machine a layer as a part of a device.
fn map(machine: &Machine, layer: &ReadOnly, region: Region) -> Step {
    let path = ResourcePath::VirtualPMemMapping { device: region.device, offset: region.offset };
    let mapping = VirtualPMemMapping { host_path: layer.path.clone(), image_format: format(&layer.path) };
    machine.add(&path, &mapping, "give the machine a read-only layer as a part of its memory")
}

/// Gives the machine a layer as a device of its own.
fn plug(machine: &Machine, layer: &ReadOnly, device: u32) -> Step {
    let path = ResourcePath::VirtualPMemDevice { device };
    let settings = VirtualPMemDevice {
        host_path: layer.path.clone(),
        read_only: true,
        image_format: format(&layer.path),
        ..VirtualPMemDevice::default()
    };
    machine.add(&path, &settings, "give the machine a read-only layer as memory")
}

fn format(path: &str) -> VirtualPMemImageFormat {
    if path.to_lowercase().ends_with(".vhdx") { VirtualPMemImageFormat::Vhdx } else { VirtualPMemImageFormat::Vhd1 }
}

/// Gives the machine a layer as a SCSI disk.
fn scsi(context: &Context<'_>, machine: &mut Machine, layer: &ReadOnly) -> Result<String> {
    let disk = Disk::file(layer.path.clone(), true);
    let unit = machine.attach(context, &disk, false, "give the machine a read-only layer as a disk")?;
    let mounting = Mounting { partition: layer.partition, options: vec!["ro".into()], ..Mounting::default() };
    Ok(machine.mount_linux(unit, true, &mounting, "let the guest mount it"))
}

/// Gives the machine the writable disk, and answers where it is mounted.
fn writable(context: &Context<'_>, machine: &mut Machine, traits: &Traits, folder: &str, disk: &str) -> Result<String> {
    let path = match context.facts.paths.get(disk) {
        Some(PathKind::Link { target, file: true }) => target.clone(),
        Some(PathKind::File) => disk.to_owned(),
        _ => {
            let bytes = context.limits.scratch_size.unwrap_or(SCRATCH_GIB << 30);
            let create = Call::CreateDisk { path: disk.into(), bytes };
            let step = Step::new(create, "make the disk of the writable layer");
            machine.push(step.undone_by(Call::RemoveFile { path: disk.into() }));
            disk.to_owned()
        }
    };
    let unit = machine.attach(context, &Disk::file(path, false), true, "give the machine the writable layer")?;
    let mounting = Mounting {
        path: Some(folder.into()),
        encrypted: traits.encrypted,
        // Integrity of encrypted blocks costs ext4 more than XFS, which writes its journal in whole blocks.
        filesystem: if traits.encrypted { "xfs" } else { "ext4" },
        ..Mounting::default()
    };
    Ok(machine.mount_linux(unit, false, &mounting, "let the guest mount it, with a filesystem if it has none"))
}
