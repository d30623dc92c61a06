//! Layers, as `vmcompute.dll` has them.
//!
//! A layer is a folder. A writable one has a disk in it, `sandbox.vhdx`, and goes through these states, each of them kept while
//! the service lives; the folders outlive it:
//!
//! ```text
//! nothing ──CreateSandboxLayer──> made ──ActivateLayer──> active ──PrepareLayer──> prepared
//!         <──────DestroyLayer────      <─DeactivateLayer─       <──UnprepareLayer─
//! ```
//!
//! What hcsshim says of the functions is kept: the folder of a read-only layer is its mount path, and to activate one is no
//! step at all. Codes for steps out of order are published nowhere. These were chosen so that each says what is wrong:
//!
//! | Step | Code |
//! |---|---|
//! | make a writable layer where there is one | `ERROR_FILE_EXISTS`; an empty folder is taken |
//! | activate twice | `ERROR_SHARING_VIOLATION`: the disk is open |
//! | prepare what is not active | `ERROR_NOT_READY` |
//! | prepare twice | `ERROR_ALREADY_EXISTS` |
//! | unprepare what is not prepared, deactivate or find what is not active | `ERROR_NOT_FOUND` |
//! | deactivate or export what is prepared | `ERROR_BUSY` |
//! | destroy, or give another size to, what is active | `ERROR_BUSY` |

mod descriptors;
pub(crate) mod images;
#[cfg(test)]
mod tests;

use super::disks::{DiskFile, Disks, USUAL_SIZE, volume};
use super::{Guid, files};
use crate::{Call, Reply};
use hcs_schema::HResult;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What a call answers, or why it fails.
type Outcome = Result<Reply, HResult>;

/// Name of the disk of a writable layer.
const DISK: &str = "sandbox.vhdx";

const ERROR_NOT_READY: HResult = HResult::from_win32(21);
const ERROR_SHARING_VIOLATION: HResult = HResult::from_win32(32);
const ERROR_ALREADY_EXISTS: HResult = HResult::from_win32(183);

/// The layers.
#[derive(Debug, Default)]
pub struct Layers {
    /// Writable layers that were made here, by the keys of their folders.
    made: BTreeMap<String, PathBuf>,
    /// Layers whose disks are attached, by the keys of their folders.
    active: BTreeMap<String, Active>,
    /// Which virtual machine may open which file.
    grants: BTreeSet<(String, String)>,
}

/// A layer whose disk is attached.
#[derive(Debug)]
struct Active {
    folder: PathBuf,
    /// The layers that the filter shows below it, if the filter is there.
    below: Option<Vec<PathBuf>>,
}

impl Layers {
    /// Does what a call asks for, if it is one of layers.
    pub fn call(&mut self, call: &Call, disks: &Disks) -> Option<Reply> {
        if call.dll != "vmcompute" {
            return None;
        }
        let outcome = match call.function.as_str() {
            "CreateLayer" => self.create(call),
            "CreateSandboxLayer" => self.create_writable(call),
            "ActivateLayer" => self.activate(call, disks),
            "PrepareLayer" => self.prepare(call),
            "UnprepareLayer" => self.unprepare(call),
            "DeactivateLayer" => self.deactivate(call),
            "DestroyLayer" => self.destroy(call, disks),
            "GetLayerMountPath" => self.mount_path(call),
            "LayerExists" => exists(call),
            "ExpandSandboxSize" => self.expand(call),
            "ExportLayer" => self.export(call),
            "ImportLayer" => images::import(call),
            "CopyLayer" => images::copy(call),
            "ProcessBaseImage" => images::process_base(Path::new(call.text("path"))),
            "ProcessUtilityImage" => images::process_utility(Path::new(call.text("path"))),
            "GetBaseImages" => Ok(Reply::ok().with("images", r#"{"Images":[]}"#)),
            "NameToGuid" => name_to_guid(call),
            "GrantVmAccess" => self.grant(call),
            _ => return None,
        };
        Some(outcome.unwrap_or_else(Reply::failed))
    }

    /// What exists and should not when everything is released, a line each.
    pub fn left(&self) -> Vec<String> {
        let active = self.active.values().map(|layer| {
            let state = if layer.below.is_some() { "prepared" } else { "active" };
            format!("layer {} is {state}", layer.folder.display())
        });
        // One that was moved away or removed by other means is not the service's any more.
        let made = self.made.values().filter(|folder| folder.join(DISK).exists());
        active.chain(made.map(|folder| format!("writable layer {}", folder.display()))).collect()
    }

    /// Whether a volume, or folder, is that of a layer with its filter; what a container's root must be.
    pub fn is_prepared(&self, volume_path: &str) -> bool {
        let wanted = files::key(volume_path);
        self.active.values().any(|layer| layer.below.is_some() && files::key(&volume(&layer.disk())) == wanted)
    }

    /// Whether a volume is that of a layer whose disk is attached.
    pub fn has_volume(&self, volume_path: &str) -> bool {
        let wanted = files::key(volume_path);
        self.active.values().any(|layer| files::key(&volume(&layer.disk())) == wanted)
    }

    /// Whether a disk, or the folder that it is in, is that of an active layer.
    pub fn uses(&self, path: &str) -> bool {
        let wanted = files::key(path);
        self.active.values().any(|layer| key(&layer.folder) == wanted || key(&layer.disk()) == wanted)
    }

    /// Whether a virtual machine has been let open a file.
    pub fn may_open(&self, machine: &str, path: &str) -> bool {
        self.grants.contains(&(machine.to_lowercase(), files::key(path)))
    }

    fn create(&self, call: &Call) -> Outcome {
        let folder = descriptors::folder(call, "id")?;
        if !call.text("parent").is_empty() {
            descriptors::exists(&descriptors::folder(call, "parent")?)?;
        }
        fs::create_dir(&folder).map_err(|error| files::code(&error))?;
        Ok(Reply::ok())
    }

    fn create_writable(&mut self, call: &Call) -> Outcome {
        let folder = descriptors::folder(call, "id")?;
        let below = descriptors::below(call)?;
        // hcsshim gives no parent, as the first layer below is the parent.
        let parent = match call.text("parent") {
            "" => below.first().cloned().ok_or(HResult::E_INVALIDARG)?,
            _ => descriptors::exists(&descriptors::folder(call, "parent")?)?,
        };
        let nearest = below.first().unwrap_or(&parent);
        if key(nearest) != key(&parent) {
            return Err(HResult::E_INVALIDARG);
        }
        let disk = folder.join(DISK);
        if disk.exists() {
            return Err(HResult::ERROR_FILE_EXISTS);
        }
        match fs::create_dir(&folder) {
            Err(error) if !folder.is_dir() => return Err(files::code(&error)),
            _ => {}
        }
        let file = DiskFile { formatted: true, ..DiskFile::new(&disk, USUAL_SIZE) };
        file.create(&disk)?;
        self.made.insert(key(&folder), folder);
        Ok(Reply::ok())
    }

    fn activate(&mut self, call: &Call, disks: &Disks) -> Outcome {
        let folder = descriptors::exists(&descriptors::folder(call, "id")?)?;
        if self.active.contains_key(&key(&folder)) || is_open(disks, &folder) {
            return Err(ERROR_SHARING_VIOLATION);
        }
        if folder.join(DISK).exists() {
            DiskFile::read(&folder.join(DISK))?;
            self.active.insert(key(&folder), Active { folder, below: None });
        }
        Ok(Reply::ok())
    }

    fn prepare(&mut self, call: &Call) -> Outcome {
        let folder = descriptors::exists(&descriptors::folder(call, "id")?)?;
        let below = descriptors::below(call)?;
        let layer = self.active.get_mut(&key(&folder)).ok_or(ERROR_NOT_READY)?;
        if below.is_empty() {
            return Err(HResult::E_INVALIDARG);
        }
        if layer.below.is_some() {
            return Err(ERROR_ALREADY_EXISTS);
        }
        layer.below = Some(below);
        Ok(Reply::ok())
    }

    fn unprepare(&mut self, call: &Call) -> Outcome {
        let folder = descriptors::folder(call, "id")?;
        let layer = self.active.get_mut(&key(&folder)).ok_or(HResult::ERROR_NOT_FOUND)?;
        layer.below.take().ok_or(HResult::ERROR_NOT_FOUND)?;
        Ok(Reply::ok())
    }

    fn deactivate(&mut self, call: &Call) -> Outcome {
        let folder = descriptors::folder(call, "id")?;
        match self.active.get(&key(&folder)) {
            Some(Active { below: Some(_), .. }) => return Err(HResult::ERROR_BUSY),
            Some(_) => drop(self.active.remove(&key(&folder))),
            // To activate a read-only layer is no step, so neither is this.
            None if folder.is_dir() && !folder.join(DISK).exists() => {}
            None => return Err(HResult::ERROR_NOT_FOUND),
        }
        Ok(Reply::ok())
    }

    fn destroy(&mut self, call: &Call, disks: &Disks) -> Outcome {
        let folder = descriptors::exists(&descriptors::folder(call, "id")?)?;
        if self.active.contains_key(&key(&folder)) || is_open(disks, &folder) {
            return Err(HResult::ERROR_BUSY);
        }
        fs::remove_dir_all(&folder).map_err(|error| files::code(&error))?;
        self.made.remove(&key(&folder));
        Ok(Reply::ok())
    }

    /// The path, and the number of characters that it needs with its zero. Whether the caller's buffer is long enough is for
    /// the DLL to say, who knows it.
    fn mount_path(&self, call: &Call) -> Outcome {
        let folder = descriptors::exists(&descriptors::folder(call, "id")?)?;
        let path = match self.active.get(&key(&folder)) {
            Some(layer) => volume(&layer.disk()),
            None if folder.join(DISK).exists() => return Err(HResult::ERROR_NOT_FOUND),
            None => folder.to_string_lossy().into_owned(),
        };
        let length = path.encode_utf16().count() + 1;
        Ok(Reply::ok().with("path", path).with("length", length))
    }

    fn expand(&self, call: &Call) -> Outcome {
        let folder = descriptors::exists(&descriptors::folder(call, "id")?)?;
        let path = folder.join(DISK);
        let disk = DiskFile::read(&path)?;
        if self.active.contains_key(&key(&folder)) {
            return Err(HResult::ERROR_BUSY);
        }
        let size = call.number("bytes");
        if size < disk.size {
            return Err(HResult::E_INVALIDARG);
        }
        DiskFile { size, ..disk }.write(&path)?;
        Ok(Reply::ok())
    }

    fn export(&self, call: &Call) -> Outcome {
        let folder = descriptors::exists(&descriptors::folder(call, "id")?)?;
        if self.active.get(&key(&folder)).is_some_and(|layer| layer.below.is_some()) {
            return Err(HResult::ERROR_BUSY);
        }
        descriptors::below(call)?;
        images::export(&folder, Path::new(call.text("path")), folder.join(DISK).exists())
    }

    fn grant(&mut self, call: &Call) -> Outcome {
        let (machine, path) = (call.text("machine"), call.text("path"));
        if machine.is_empty() || path.is_empty() {
            return Err(HResult::E_INVALIDARG);
        }
        if !Path::new(path).exists() {
            return Err(HResult::ERROR_FILE_NOT_FOUND);
        }
        self.grants.insert((machine.to_lowercase(), files::key(path)));
        Ok(Reply::ok())
    }
}

impl Active {
    fn disk(&self) -> PathBuf {
        self.folder.join(DISK)
    }
}

fn exists(call: &Call) -> Outcome {
    let folder = descriptors::folder(call, "id")?;
    Ok(Reply::ok().with("exists", u32::from(folder.is_dir())))
}

fn name_to_guid(call: &Call) -> Outcome {
    match call.text("name") {
        "" => Err(HResult::E_INVALIDARG),
        name => Ok(Reply::ok().with("guid", Guid::of_name(name).to_string())),
    }
}

/// Whether the disk of a layer is attached as a disk.
fn is_open(disks: &Disks, folder: &Path) -> bool {
    disks.is_attached(&folder.join(DISK).to_string_lossy())
}

fn key(folder: &Path) -> String {
    files::key(&folder.to_string_lossy())
}
