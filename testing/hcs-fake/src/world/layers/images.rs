//! Layers as images: what comes in from folders, goes out to them, and is made of base images.

use super::super::disks::DiskFile;
use super::super::files;
use super::{Outcome, descriptors};
use crate::Reply;
use hcs_schema::HResult;
use std::fs;
use std::path::Path;

/// Size of the disks that are made for base images.
const BASE_SIZE: u64 = 20 << 30;

/// What a list of removed files begins with.
const TOMBSTONES: &str = "\u{feff}Version 1.0\r\n";

/// `ImportLayer`: the files come as they are in the folder.
pub(super) fn import(call: &crate::Call) -> Outcome {
    let folder = descriptors::folder(call, "id")?;
    descriptors::below(call)?;
    from_folder(Path::new(call.text("path")), &folder)
}

/// `CopyLayer`.
pub(super) fn copy(call: &crate::Call) -> Outcome {
    let source = descriptors::exists(&descriptors::folder(call, "source")?)?;
    let destination = descriptors::folder(call, "destination")?;
    descriptors::below(call)?;
    if destination.exists() {
        return Err(HResult::ERROR_FILE_EXISTS);
    }
    files::copy(&source, &destination).map_err(|error| files::code(&error))?;
    Ok(Reply::ok())
}

/// Puts what is in a folder into a layer.
pub(crate) fn from_folder(source: &Path, folder: &Path) -> Outcome {
    let source = descriptors::exists(source)?;
    files::copy(&source, folder).map_err(|error| files::code(&error))?;
    Ok(Reply::ok())
}

/// Writes a layer to a folder. A writable one has its files in its disk, where nobody can put any, so that it has none.
pub(crate) fn export(folder: &Path, target: &Path, writable: bool) -> Outcome {
    let failed = |error: std::io::Error| files::code(&error);
    if target.as_os_str().is_empty() {
        return Err(HResult::E_INVALIDARG);
    }
    match writable {
        true => {
            fs::create_dir_all(target.join("Files")).map_err(failed)?;
            fs::write(target.join("tombstones.txt"), TOMBSTONES).map_err(failed)?;
        }
        false => files::copy(folder, target).map_err(failed)?,
    }
    Ok(Reply::ok())
}

/// `ProcessBaseImage`: the disks that writable layers are made from, and the layout.
pub(super) fn process_base(folder: &Path) -> Outcome {
    files_of(folder)?;
    let base = folder.join("blank-base.vhdx");
    replace(&base, "")?;
    replace(&folder.join("blank.vhdx"), &base.to_string_lossy())?;
    fs::write(folder.join("layout"), "vhd-with-hives\n").map_err(|error| files::code(&error))?;
    Ok(Reply::ok())
}

/// `ProcessUtilityImage`: the disks that utility VMs start from.
pub(super) fn process_utility(folder: &Path) -> Outcome {
    files_of(folder)?;
    let base = folder.join("SystemTemplateBase.vhdx");
    replace(&base, "")?;
    replace(&folder.join("SystemTemplate.vhdx"), &base.to_string_lossy())?;
    Ok(Reply::ok())
}

/// A base image has its files in a folder of that name.
fn files_of(folder: &Path) -> Result<(), HResult> {
    match descriptors::exists(folder)?.join("Files").is_dir() {
        true => Ok(()),
        false => Err(HResult::HCS_E_INVALID_LAYER),
    }
}

fn replace(path: &Path, parent: &str) -> Result<(), HResult> {
    DiskFile { parent: parent.to_owned(), formatted: true, ..DiskFile::new(path, BASE_SIZE) }.write(path)
}
