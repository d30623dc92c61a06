//! Virtual disks, as `virtdisk.dll` has them: files, and which of them are attached.
//!
//! Handles are those of files in the caller's process, so that its `CloseHandle` closes them; the DLL says which file a handle is.
//! A disk that was attached without a permanent lifetime is detached when the handle is closed. As the service cannot see that,
//! the DLL looks at its handles whenever one of its functions is called, and the service when the process goes away: until
//! then the disk seems to be attached.

mod file;
#[cfg(test)]
mod tests;

pub use file::{DiskFile, USUAL_SIZE, volume};

use super::layers::Layers;
use super::{Guid, files};
use crate::{Call, Reply};
use hcs_schema::HResult;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const ERROR_SHARING_VIOLATION: HResult = HResult::from_win32(32);
const ERROR_DEV_NOT_EXIST: HResult = HResult::from_win32(55);

/// Flags of `AttachVirtualDisk`: those that mean something here, and all.
const READ_ONLY: u64 = 1;
const PERMANENT_LIFETIME: u64 = 4;
const ALL_FLAGS: u64 = 0x7ff;

/// What a call answers, or why it fails.
type Outcome = Result<Reply, HResult>;

/// The disks that are attached.
#[derive(Debug, Default)]
pub struct Disks {
    /// By the keys of their paths.
    attached: BTreeMap<String, Attached>,
}

/// A disk that is attached.
#[derive(Debug)]
struct Attached {
    path: PathBuf,
    /// Its number among the physical disks; 0 is the host's own.
    number: u32,
    read_only: bool,
    /// The client and its handle, whose end is also the disk's.
    holder: Option<(u64, u64)>,
}

impl Disks {
    /// Does what a call asks for, if it is one of disks.
    pub fn call(&mut self, call: &Call, layers: &Layers) -> Option<Reply> {
        if call.dll != "virtdisk" {
            return None;
        }
        let path = Path::new(call.text("path"));
        let outcome = match call.function.as_str() {
            "CreateVirtualDisk" => create(call, path),
            "OpenVirtualDisk" => DiskFile::read(path).map(|_| Reply::ok()),
            "AttachVirtualDisk" => self.attach(call, path, layers),
            "DetachVirtualDisk" => self.detach(path),
            "ExpandVirtualDisk" => self.expand(call, path),
            "GetVirtualDiskPhysicalPath" => self.physical_path(path),
            "GetVirtualDiskInformation" => self.information(path),
            "SetVirtualDiskInformation" => identify(call, path),
            "CloseHandle" => self.handle_closed(call),
            _ => return None,
        };
        Some(outcome.unwrap_or_else(Reply::failed))
    }

    /// Whether a volume is that of an attached disk.
    pub fn has_volume(&self, volume_path: &str) -> bool {
        let wanted = files::key(volume_path);
        self.attached.values().any(|disk| files::key(&volume(&disk.path)) == wanted)
    }

    /// Whether the disk of a file is attached.
    pub fn is_attached(&self, path: &str) -> bool {
        self.attached.contains_key(&files::key(path))
    }

    /// A client has gone: its handles are closed.
    pub fn release(&mut self, client: u64) {
        self.attached.retain(|_, disk| disk.holder.is_none_or(|(other, _)| other != client));
    }

    /// What exists and should not when everything is released, a line each.
    pub fn left(&self) -> Vec<String> {
        self.attached.values().map(|disk| format!("disk {} is attached", disk.path.display())).collect()
    }

    fn attach(&mut self, call: &Call, path: &Path, layers: &Layers) -> Outcome {
        DiskFile::read(path)?;
        let flags = call.number("flags");
        if flags & !ALL_FLAGS != 0 {
            return Err(HResult::E_INVALIDARG);
        }
        if self.attached.contains_key(&key(path)) || layers.uses(call.text("path")) {
            return Err(ERROR_SHARING_VIOLATION);
        }
        let used = |number: &u32| self.attached.values().any(|disk| disk.number == *number);
        let number = (1..).find(|number| !used(number)).unwrap_or(1);
        let holder = (flags & PERMANENT_LIFETIME == 0).then(|| (call.client, call.number("handle")));
        let disk = Attached { path: path.to_owned(), number, read_only: flags & READ_ONLY != 0, holder };
        self.attached.insert(key(path), disk);
        Ok(Reply::ok())
    }

    fn detach(&mut self, path: &Path) -> Outcome {
        self.attached.remove(&key(path)).map(|_| Reply::ok()).ok_or(HResult::ERROR_NOT_FOUND)
    }

    fn expand(&self, call: &Call, path: &Path) -> Outcome {
        let disk = DiskFile::read(path)?;
        let size = call.number("size");
        if self.attached.get(&key(path)).is_some_and(|disk| disk.read_only) {
            return Err(HResult::E_ACCESSDENIED);
        }
        if size <= disk.size {
            return Err(HResult::E_INVALIDARG);
        }
        DiskFile { size, ..disk }.write(path)?;
        Ok(Reply::ok())
    }

    fn physical_path(&self, path: &Path) -> Outcome {
        let disk = self.attached.get(&key(path)).ok_or(ERROR_DEV_NOT_EXIST)?;
        Ok(Reply::ok().with("physical_path", format!(r"\\.\PhysicalDrive{}", disk.number)))
    }

    fn information(&self, path: &Path) -> Outcome {
        let disk = DiskFile::read(path)?;
        let physical = std::fs::metadata(path).map_err(|error| files::code(&error))?.len();
        let reply = Reply::ok().with("size", disk.size).with("physical_size", physical).with("block", disk.block);
        let resolved = Path::new(&disk.parent).exists();
        let reply = reply.with("id", disk.id).with("parent", disk.parent).with("parent_resolved", resolved);
        Ok(reply.with("attached", self.attached.contains_key(&key(path))))
    }

    fn handle_closed(&mut self, call: &Call) -> Outcome {
        let holder = Some((call.client, call.number("handle")));
        self.attached.retain(|_, disk| disk.holder != holder);
        Ok(Reply::ok())
    }
}

/// Makes the file of a disk. One that differs from another is as large as that one, if nothing is said.
fn create(call: &Call, path: &Path) -> Outcome {
    let (parent, source) = (call.text("parent"), call.text("source"));
    let model = match (parent, source) {
        ("", "") => None,
        ("", other) | (other, "") => Some(DiskFile::read(Path::new(other))?),
        _ => return Err(HResult::E_INVALIDARG),
    };
    let size = match (call.number("size"), &model) {
        (0, Some(model)) => model.size,
        (0, None) => return Err(HResult::E_INVALIDARG),
        (size, _) => size,
    };
    // The least that a disk can be, and its sectors.
    if size < 3 << 20 || size % 512 != 0 || path.as_os_str().is_empty() {
        return Err(HResult::E_INVALIDARG);
    }
    let disk = DiskFile::new(path, size);
    let block = match u32::try_from(call.number("block")) {
        Ok(0) => disk.block,
        Ok(block) if block.is_power_of_two() => block,
        _ => return Err(HResult::E_INVALIDARG),
    };
    let id = Guid::parse(call.text("id")).filter(|id| !id.is_zero()).map_or(disk.id.clone(), |id| id.to_string());
    let formatted = model.is_some_and(|model| model.formatted);
    DiskFile { block, id, parent: parent.to_owned(), formatted, ..disk }.create(path)?;
    Ok(Reply::ok())
}

fn identify(call: &Call, path: &Path) -> Outcome {
    let disk = DiskFile::read(path)?;
    let id = Guid::parse(call.text("id")).ok_or(HResult::E_INVALIDARG)?.to_string();
    DiskFile { id, ..disk }.write(path)?;
    Ok(Reply::ok())
}

fn key(path: &Path) -> String {
    files::key(&path.to_string_lossy())
}
