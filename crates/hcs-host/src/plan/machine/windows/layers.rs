//! Layers of Windows containers in a utility VM: read-only ones are shared folders, the writable one is a disk, and a filter in
//! the guest shows them as one filesystem.

use super::super::disks::Disk;
use super::super::{Machine, paths};
use super::shares::Sharing;
use crate::Result;
use crate::plan::windows::{self, Form, Rootfs};
use crate::plan::{Context, Kind};
use hcs_schema::guest::{WindowsCombinedLayers, WindowsResource};
use hcs_schema::v2::Layer;

/// The root in the guest.
pub(super) struct Root {
    /// Where it is.
    pub path: String,
    /// The layers below, as the guest sees them.
    pub layers: Vec<Layer>,
}

/// The layers of a container, of which machines can only use folders.
pub(super) fn rootfs(context: &mut Context<'_>) -> Result<Rootfs> {
    let rootfs = windows::rootfs(context)?;
    let refused = |why: &str| Err(context.wanted.unsupported(format!("rootfs: {why}")));
    match rootfs.form {
        Form::Folders => Ok(rootfs),
        Form::Images => {
            refused("CimFS layers are mounted by the host's kernel; Hyper-V isolation needs layers in folders")
        }
        Form::Blocks { .. } => refused(
            "BlockCIM layers in a utility VM need a guest that boots from one, which is not supported; use layers in folders",
        ),
        Form::Mounted => refused("root.path names a volume of the host; a utility VM needs the layers themselves"),
    }
}

/// Gives the machine the layers, and lets the guest make one filesystem of them.
pub(super) fn mount(
    context: &mut Context<'_>,
    machine: &mut Machine,
    sharing: &Sharing,
    rootfs: &Rootfs,
) -> Result<Root> {
    windows::mount(context, rootfs, Kind::WindowsHypervisor).into_iter().for_each(|step| machine.push(step));
    let mut layers = Vec::new();
    for (folder, layer) in rootfs.parents.iter().zip(&rootfs.layers) {
        let path = sharing.layer(context, machine, folder);
        layers.push(Layer { path, ..layer.clone() });
    }
    let ignore_flushes = context.wanted.spec.windows.as_ref().is_some_and(|windows| windows.ignore_flushes_during_boot);
    if ignore_flushes {
        let message = "windows.ignoreFlushesDuringBoot holds as long as the container does: disks of utility VMs do not tell boot from later";
        context.notes.push(message.into());
    }
    let disk = Disk { ignore_flushes, ..Disk::file(paths::join(&rootfs.scratch, "sandbox.vhdx"), false) };
    let unit = machine.attach(context, &disk, true, "give the machine the writable layer")?;
    let path = machine.mount_windows(unit, "let the guest mount it");
    let combined = WindowsCombinedLayers {
        container_root_path: path.clone(),
        layers: layers.clone(),
        // Guests of older builds refuse a filter by name, and this one is what they use anyway.
        ..WindowsCombinedLayers::default()
    };
    let remove = WindowsCombinedLayers { container_root_path: path.clone(), ..WindowsCombinedLayers::default() };
    let [add, remove] = [combined, remove].map(WindowsResource::CombinedLayers);
    let step = machine.mount(add, remove, "show the layers as one filesystem");
    machine.push(step);
    Ok(Root { path, layers })
}
