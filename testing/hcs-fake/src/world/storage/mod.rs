//! Layers, as `computestorage.dll` has them: documents in the place of lists, and filters on whatever is mounted.
//!
//! Where Microsoft publishes no code, these were chosen:
//!
//! | Step | Code |
//! |---|---|
//! | a filter where there is one | `ERROR_ALREADY_EXISTS` |
//! | detach where there is none | `ERROR_NOT_FOUND` |
//! | detach a filter as one of another type | `E_INVALIDARG` |
//! | destroy a layer with a filter | `ERROR_BUSY` |
//! | set up a base layer that has `Hives` or `layout` | `ERROR_FILE_EXISTS` |
//! | set up a utility VM without its attached disk | `ERROR_NOT_READY` |
//! | ask for the volume of a disk that is not attached, or not formatted | `ERROR_NOT_READY`, `ERROR_UNRECOGNIZED_VOLUME` |

#[cfg(test)]
mod tests;

use super::disks::{DiskFile, Disks, volume};
use super::layers::{Layers, images};
use super::{Guid, files};
use crate::strict::{Schema, problems};
use crate::{Call, Reply};
use hcs_schema::HResult;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const ERROR_NOT_READY: HResult = HResult::from_win32(21);
const ERROR_ALREADY_EXISTS: HResult = HResult::from_win32(183);
const ERROR_UNRECOGNIZED_VOLUME: HResult = HResult::from_win32(1005);
/// In the form of `computestorage.dll`.
const HCS_E_INVALID_JSON: HResult = HResult(0x8037_010d);

/// What a call answers, or why it fails, with more of it for the log.
type Outcome = Result<Reply, (HResult, String)>;

/// The filters that are attached.
#[derive(Debug, Default)]
pub struct Storage {
    /// By the keys of what they are on.
    filters: BTreeMap<String, Filter>,
}

/// A filter.
#[derive(Debug)]
struct Filter {
    path: String,
    /// Whether it is one of `HcsAttachOverlayFilter`.
    overlay: bool,
    /// `WCIFS` or `UnionFS`.
    kind: String,
}

impl Storage {
    /// Does what a call asks for, if it is one of this DLL.
    pub fn call(&mut self, call: &Call, disks: &Disks, layers: &Layers) -> Option<Reply> {
        if call.dll != "computestorage" {
            return None;
        }
        let there = |path: &str| {
            let known = disks.has_volume(path) || layers.has_volume(path) || Path::new(path).is_dir();
            known.then_some(()).ok_or((HResult::ERROR_PATH_NOT_FOUND, path.to_owned()))
        };
        let outcome = match call.function.as_str() {
            // The first build that has it is 19645.
            "HcsSetupBaseOSVolume" if call.build < 19645 => Err(HResult::ERROR_PROC_NOT_FOUND.into_failure()),
            "HcsImportLayer" => import(call),
            "HcsExportLayer" => export(call),
            "HcsExportLegacyWritableLayer" => export_legacy(call, there),
            "HcsDestroyLayer" => self.destroy(call, layers),
            "HcsSetupBaseOSLayer" => setup(call, disks),
            "HcsSetupBaseOSVolume" => there(call.text("volume_path")).and_then(|()| setup_files(call)),
            "HcsInitializeWritableLayer" => initialize(call, call.text("writable_layer_path"), there),
            "HcsInitializeLegacyWritableLayer" => initialize_legacy(call, there),
            "HcsAttachLayerStorageFilter" => self.attach(call, call.text("layer_path"), false, there),
            "HcsAttachOverlayFilter" => self.attach(call, call.text("volume_path"), true, there),
            "HcsDetachLayerStorageFilter" => self.detach(call.text("layer_path"), None),
            "HcsDetachOverlayFilter" => self.detach_overlay(call),
            "HcsFormatWritableLayerVhd" => format_disk(call),
            "HcsGetLayerVhdMountPath" => mount_path(call, disks),
            _ => return None,
        };
        Some(outcome.unwrap_or_else(|(code, detail)| match detail.is_empty() {
            true => Reply::failed(code),
            false => Reply::failed(code).with("problem", detail),
        }))
    }

    /// Whether there is a filter on a volume, or folder.
    pub fn has_filter(&self, path: &str) -> bool {
        self.filters.contains_key(&files::key(path))
    }

    /// What exists and should not when everything is released, a line each.
    pub fn left(&self) -> Vec<String> {
        self.filters.values().map(|filter| format!("filter {} on {}", filter.kind, filter.path)).collect()
    }

    fn attach(&mut self, call: &Call, path: &str, overlay: bool, there: impl Fn(&str) -> There) -> Outcome {
        let data = layer_data(call)?;
        there(path)?;
        if self.has_filter(path) {
            return Err(ERROR_ALREADY_EXISTS.into_failure());
        }
        if data["Layers"].as_array().is_none_or(Vec::is_empty) {
            return Err((HResult::E_INVALIDARG, "no layers".into()));
        }
        let filter = Filter { path: path.to_owned(), overlay, kind: filter_kind(&data) };
        self.filters.insert(files::key(path), filter);
        Ok(Reply::ok())
    }

    fn detach(&mut self, path: &str, kind: Option<&str>) -> Outcome {
        let filter = self.filters.get(&files::key(path)).filter(|filter| filter.overlay == kind.is_some());
        let filter = filter.ok_or_else(|| HResult::ERROR_NOT_FOUND.into_failure())?;
        if kind.is_some_and(|kind| kind != filter.kind) {
            return Err((HResult::E_INVALIDARG, format!("the filter is {}", filter.kind)));
        }
        self.filters.remove(&files::key(path));
        Ok(Reply::ok())
    }

    /// hcsshim says the type alone here, with a version that is empty.
    fn detach_overlay(&mut self, call: &Call) -> Outcome {
        let data = read("LayerData", call.text("layer_data"), call.build)?;
        self.detach(call.text("volume_path"), Some(&filter_kind(&data)))
    }

    fn destroy(&self, call: &Call, layers: &Layers) -> Outcome {
        let path = call.text("layer_path");
        if self.has_filter(path) || layers.uses(path) {
            return Err(HResult::ERROR_BUSY.into_failure());
        }
        fs::remove_dir_all(path).map_err(|error| files::code(&error).into_failure())?;
        Ok(Reply::ok())
    }
}

/// Whether a path is that of something.
type There = Result<(), (HResult, String)>;

/// A code that says it all.
trait IntoFailure {
    fn into_failure(self) -> (HResult, String);
}

impl IntoFailure for HResult {
    fn into_failure(self) -> (HResult, String) {
        (self, String::new())
    }
}

/// Reads a document.
fn read(kind: &str, text: &str, build: u32) -> Result<Value, (HResult, String)> {
    let document = serde_json::from_str(text).map_err(|error| (HCS_E_INVALID_JSON, error.to_string()))?;
    let found: Vec<String> =
        problems(Schema::Version2, kind, &document, build).iter().map(ToString::to_string).collect();
    match found.is_empty() {
        true => Ok(document),
        false => Err((HCS_E_INVALID_JSON, found.join("; "))),
    }
}

/// Reads which layers are below. The id of each is that of its folder's name, but for those of other file systems.
fn layer_data(call: &Call) -> Result<Value, (HResult, String)> {
    let data = read("LayerData", call.text("layer_data"), call.build)?;
    if data["SchemaVersion"]["Major"] != 2 {
        return Err((HResult::E_INVALIDARG, "SchemaVersion.Major is not 2".into()));
    }
    if filter_kind(&data) == "UnionFS" {
        return Ok(data);
    }
    for layer in data["Layers"].as_array().into_iter().flatten() {
        let (id, path) = (layer["Id"].as_str().unwrap_or_default(), layer["Path"].as_str().unwrap_or_default());
        if Guid::parse(id) != Some(Guid::of_name(files::last(path))) {
            return Err((HResult::E_INVALIDARG, format!("{id} is not the id of {path}")));
        }
        if !Path::new(path).is_dir() {
            return Err((HResult::ERROR_PATH_NOT_FOUND, path.to_owned()));
        }
    }
    Ok(data)
}

fn filter_kind(data: &Value) -> String {
    data["FilterType"].as_str().unwrap_or("WCIFS").to_owned()
}

fn import(call: &Call) -> Outcome {
    layer_data(call)?;
    let (source, layer) = (call.text("source_folder_path"), call.text("layer_path"));
    images::from_folder(Path::new(source), Path::new(layer)).map_err(HResult::into_failure)
}

fn export(call: &Call) -> Outcome {
    layer_data(call)?;
    let options = read("ExportLayerOptions", call.text("options"), call.build)?;
    let layer = Path::new(call.text("layer_path"));
    let writable = options["IsWritableLayer"] == true;
    // A writable layer is exported from its volume, which is nowhere.
    if !writable && !layer.is_dir() {
        return Err((HResult::ERROR_PATH_NOT_FOUND, layer.display().to_string()));
    }
    images::export(layer, Path::new(call.text("export_folder_path")), writable).map_err(HResult::into_failure)
}

fn export_legacy(call: &Call, there: impl Fn(&str) -> There) -> Outcome {
    layer_data(call)?;
    there(call.text("writable_layer_mount_path"))?;
    let folder = Path::new(call.text("writable_layer_folder_path"));
    if !folder.is_dir() {
        return Err((HResult::ERROR_PATH_NOT_FOUND, folder.display().to_string()));
    }
    images::export(folder, Path::new(call.text("export_folder_path")), true).map_err(HResult::into_failure)
}

fn initialize(call: &Call, path: &str, there: impl Fn(&str) -> There) -> Outcome {
    layer_data(call)?;
    there(path)?;
    // Nobody has published any option.
    match call.text("options") {
        "" | "{}" => Ok(Reply::ok()),
        other => Err((HCS_E_INVALID_JSON, other.to_owned())),
    }
}

fn initialize_legacy(call: &Call, there: impl Fn(&str) -> There) -> Outcome {
    let folder = Path::new(call.text("writable_layer_folder_path"));
    if !folder.is_dir() {
        return Err((HResult::ERROR_PATH_NOT_FOUND, folder.display().to_string()));
    }
    initialize(call, call.text("writable_layer_mount_path"), there)
}

/// `HcsSetupBaseOSLayer`: a container's has no disk, a utility VM's has one that is attached.
fn setup(call: &Call, disks: &Disks) -> Outcome {
    let options = read("OsLayerOptions", call.text("options"), call.build)?;
    let handle = call.number("vhd_handle");
    match (options["Type"] == "Vm", handle) {
        (false, 0) => setup_files(call),
        (false, _) => Err((HResult::E_INVALIDARG, "a container's base layer has no disk".into())),
        (true, _) => {
            let path = disk_of(call)?;
            match disks.is_attached(path) {
                true => base(call).map(|_| Reply::ok()),
                false => Err((ERROR_NOT_READY, path.to_owned())),
            }
        }
    }
}

/// The files that Windows makes for the base layer of containers.
fn setup_files(call: &Call) -> Outcome {
    read("OsLayerOptions", call.text("options"), call.build)?;
    let folder = base(call)?;
    let (hives, layout) = (folder.join("Hives"), folder.join("layout"));
    if hives.exists() || layout.exists() {
        return Err(HResult::ERROR_FILE_EXISTS.into_failure());
    }
    let failed = |error: std::io::Error| files::code(&error).into_failure();
    fs::create_dir(&hives).map_err(failed)?;
    for hive in ["Default", "Sam", "Security", "Software", "System"] {
        fs::write(hives.join(format!("{hive}_Base")), "regf").map_err(failed)?;
    }
    fs::write(layout, "vhd-with-hives\n").map_err(failed)?;
    Ok(Reply::ok())
}

/// The folder of a base layer, which has files.
fn base(call: &Call) -> Result<&Path, (HResult, String)> {
    let folder = Path::new(call.text("layer_path"));
    match (folder.is_dir(), folder.join("Files").is_dir()) {
        (false, _) => Err((HResult::ERROR_PATH_NOT_FOUND, folder.display().to_string())),
        (true, false) => Err((HResult(0x8037_0112), "it has no Files".into())),
        (true, true) => Ok(folder),
    }
}

/// The file of the disk that a handle is, which the DLL has found out.
fn disk_of(call: &Call) -> Result<&str, (HResult, String)> {
    match call.text("vhd_path") {
        "" => Err((HResult::from_win32(6), "the handle is no disk's".into())),
        path => Ok(path),
    }
}

fn format_disk(call: &Call) -> Outcome {
    let path = Path::new(disk_of(call)?);
    let disk = DiskFile::read(path).map_err(HResult::into_failure)?;
    DiskFile { formatted: true, ..disk }.write(path).map_err(HResult::into_failure)?;
    Ok(Reply::ok())
}

/// The volume of a disk, without a separator at its end.
fn mount_path(call: &Call, disks: &Disks) -> Outcome {
    let path = disk_of(call)?;
    if !disks.is_attached(path) {
        return Err((ERROR_NOT_READY, path.to_owned()));
    }
    match DiskFile::read(Path::new(path)).map_err(HResult::into_failure)?.formatted {
        true => Ok(Reply::ok().with("mount_path", volume(Path::new(path)).trim_end_matches('\\'))),
        false => Err((ERROR_UNRECOGNIZED_VOLUME, path.to_owned())),
    }
}
