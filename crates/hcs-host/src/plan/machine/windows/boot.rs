//! What a utility VM boots Windows from: the folder of utility VMs in the container's base image.

use super::super::paths;
use crate::Result;
use crate::plan::windows::Rootfs;
use crate::plan::{Context, PathKind};

/// Files that a machine boots from.
pub(super) struct Boot {
    /// Files of its operating system.
    pub files: String,
    /// The disk that its own writable one begins as.
    pub template: String,
    /// Folder of its own writable disk.
    pub folder: String,
    /// Its own writable disk.
    pub scratch: String,
}

/// Where the files are, and where the machine's own disk comes to be.
pub(super) fn of(context: &mut Context<'_>, rootfs: &Rootfs) -> Result<Boot> {
    let hyperv = context.wanted.spec.windows.as_ref().and_then(|windows| windows.hyperv.as_ref());
    let given = hyperv.and_then(|hyperv| hyperv.utility_vm_path.clone()).filter(|path| !path.is_empty());
    let folder = match given {
        Some(path) => path,
        None => located(context, rootfs)?,
    };
    // The container's own disk has the same name, so the machine's is in a folder of its own.
    let own = paths::join(&rootfs.scratch, "vm");
    Ok(Boot {
        files: paths::join(&folder, "Files"),
        template: paths::join(&folder, "SystemTemplate.vhdx"),
        scratch: paths::join(&own, "sandbox.vhdx"),
        folder: own,
    })
}

/// The folder of the upper-most layer that has one. Where nothing is known of the layers, it is the base's.
fn located(context: &mut Context<'_>, rootfs: &Rootfs) -> Result<String> {
    let folders: Vec<String> = rootfs.parents.iter().map(|layer| paths::join(layer, "UtilityVM")).collect();
    let known = |path: &String| context.facts.paths.get(path);
    if let Some(found) = folders.iter().find(|path| known(path).is_some_and(|kind| *kind == PathKind::Folder)) {
        return Ok(found.clone());
    }
    match folders.last() {
        Some(base) if known(base).is_none() => Ok(base.clone()),
        _ => {
            let message = "no layer has a folder UtilityVM: the image is not made for Hyper-V isolation; take another one, or process isolation";
            Err(context.wanted.unsupported(message))
        }
    }
}
