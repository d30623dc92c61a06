//! What callers say a layer is: where a layer lies, and which layers are below it.

use super::super::{files, guid::Guid};
use crate::Call;
use hcs_schema::HResult;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Folder of the layer that an argument names: a whole path, or a name below the driver's home.
///
/// # Errors
/// There is no name, or it does not say where it begins; the driver is none.
pub(super) fn folder(call: &Call, argument: &str) -> Result<PathBuf, HResult> {
    let (home, name) = (call.text("home"), call.text(argument));
    // 0 are differencing disks, 1 is the filter.
    let known = call.number("flavour") <= 1;
    if !known || name.is_empty() || (home.is_empty() && !files::is_absolute(name)) {
        return Err(HResult::E_INVALIDARG);
    }
    Ok(files::below(home, name))
}

/// Folders of the layers below, nearest first. The id of each must be that of its folder's name, as `NameToGuid` says.
///
/// # Errors
/// One is not a layer, or has another id.
pub(super) fn below(call: &Call) -> Result<Vec<PathBuf>, HResult> {
    let list = call.arguments.get("layers").and_then(Value::as_array);
    list.into_iter().flatten().map(descriptor).collect()
}

fn descriptor(layer: &Value) -> Result<PathBuf, HResult> {
    let text = |key: &str| layer[key].as_str().unwrap_or_default();
    let (id, path) = (Guid::parse(text("id")), text("path"));
    // The highest bit says that the layer is dirty; there are no others.
    let known = layer["flags"].as_u64().unwrap_or(0) & !0x8000_0000 == 0;
    if !known || path.is_empty() || id != Some(Guid::of_name(files::last(path))) {
        return Err(HResult::E_INVALIDARG);
    }
    exists(Path::new(path))
}

/// The folder of a layer that must be there.
///
/// # Errors
/// It is not there.
pub(super) fn exists(folder: &Path) -> Result<PathBuf, HResult> {
    match folder.is_dir() {
        true => Ok(folder.to_owned()),
        false => Err(HResult::ERROR_PATH_NOT_FOUND),
    }
}
