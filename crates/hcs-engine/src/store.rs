//! The containers of a state root: their folders, locks and records.
//!
//! A container's folder is its name, so making the folder is what makes the name unique. Whoever changes a container holds the
//! lock of its folder (`flock`), which the kernel releases if the holder dies. Records are replaced whole, by rename.

use crate::record::{Record, Status};
use crate::roots::{Roots, check_id};
use hcs_host::{Error, Result};
use hcs_schema::{HResult, oci};
use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::Path;
use std::time::{Duration, Instant};

/// Whoever holds a lock works, and works fast, if others leave it any time. One that holds it for longer is stopped or stuck.
const LOCK_PATIENCE: Duration = Duration::from_secs(30);

/// The containers of a state root.
#[derive(Clone, Debug)]
pub struct Store {
    /// Where everything is.
    pub roots: Roots,
}

/// The lock of a container's folder; dropping it lets the next one in.
#[derive(Debug)]
pub struct Lock {
    _folder: File,
}

impl Store {
    /// Takes a name: makes the container's folder, locked. A name in use is refused.
    pub fn claim(&self, id: &str) -> Result<Lock> {
        check_id(id)?;
        let folder = self.roots.folder(id);
        let mut roots_made = 0;
        loop {
            match make_private(&folder) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(self.taken(id)),
                // Others may remove the root again, but not for ever.
                Err(error) if error.kind() == ErrorKind::NotFound && roots_made < 100 => {
                    roots_made += 1;
                    make_private_all(self.roots.state())?;
                    continue;
                }
                Err(error) => return Err(failed("make", &folder, &error)),
            }
            // Between the two calls a collector may take the empty folder for a leftover; then it is made again, here or by
            // another that wants the name. Of those that made it, the first that has the lock finds it empty.
            let locked = lock(&folder, id).and_then(|lock| Ok((lock.is_some() && is_empty(&folder)?, lock)));
            // Without the lock it may be another's by now, in which case it is not empty for long.
            match locked.inspect_err(|_| drop(std::fs::remove_dir(&folder)))? {
                (true, Some(lock)) => return Ok(lock),
                (_, Some(_)) => return Err(self.taken(id)),
                (_, None) => {}
            }
        }
    }

    /// Gives back a name under which nothing was made yet, even with no descriptor left to look with. The caller holds its lock.
    pub fn disclaim(&self, id: &str) {
        let folder = self.roots.folder(id);
        crate::sys::remove_lock(&folder);
        if std::fs::remove_dir(&folder).is_err() {
            // The failure that led here is the one to tell; a collector takes what stays.
            let _ = std::fs::remove_dir_all(&folder);
        }
    }

    fn taken(&self, id: &str) -> Error {
        let message = match self.read(id).map(Record::seen) {
            Ok(Record { status: Status::Stopped, .. }) => {
                "a stopped container has this name; remove it with `silo rm` or choose another name"
            }
            Ok(Record { status: Status::Dead, .. }) => {
                "a crashed container has this name; reclaim it with `silo gc` or choose another name"
            }
            _ => "a container has this name; choose another name",
        };
        Error::new("name the container", id, HResult::HCS_E_SYSTEM_ALREADY_EXISTS, message)
    }

    /// Waits for the lock of an existing container.
    pub fn lock(&self, id: &str) -> Result<Lock> {
        check_id(id)?;
        lock(&self.roots.folder(id), id)?.ok_or_else(|| Error::not_found("lock", id))
    }

    /// Takes the lock of a container's folder only if nobody has it.
    pub fn try_lock(&self, id: &str) -> Result<Option<Lock>> {
        match try_lock(&self.roots.folder(id))? {
            Attempt::Locked(lock) => Ok(Some(lock)),
            Attempt::Held | Attempt::Gone => Ok(None),
        }
    }

    /// Every folder of the state root that could be a container's.
    pub fn ids(&self) -> Result<Vec<String>> {
        let root = self.roots.state();
        let entries = match std::fs::read_dir(root) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed("list", root, &error)),
        };
        let name = |entry: std::io::Result<std::fs::DirEntry>| {
            let entry = entry.ok()?;
            entry.file_type().ok()?.is_dir().then(|| entry.file_name().into_string().ok())?
        };
        Ok(entries.filter_map(name).filter(|name| check_id(name).is_ok()).collect())
    }

    /// Reads a record, as its writer left it.
    pub fn read(&self, id: &str) -> Result<Record> {
        let path = self.roots.folder(id).join("state.json");
        let text = std::fs::read(&path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => Error::not_found("find", id),
            _ => failed("read", &path, &error),
        })?;
        serde_json::from_slice(&text).map_err(|error| {
            Error::new("read", path.display().to_string(), HResult::ERROR_INVALID_DATA, error.to_string())
        })
    }

    /// Replaces a record.
    pub fn write(&self, record: &Record) -> Result<()> {
        self.replace(&record.id, "state.json", record)
    }

    /// Writes the specification a container is made from.
    pub fn write_spec(&self, id: &str, spec: &oci::Spec) -> Result<()> {
        self.replace(id, "config.json", spec)
    }

    /// Reads the specification a container was made from.
    pub fn spec(&self, id: &str) -> Result<oci::Spec> {
        let path = self.roots.folder(id).join("config.json");
        let text = std::fs::read(&path).map_err(|error| failed("read", &path, &error))?;
        serde_json::from_slice(&text).map_err(|error| {
            Error::new("read", path.display().to_string(), HResult::ERROR_INVALID_DATA, error.to_string())
        })
    }

    fn replace(&self, id: &str, name: &str, value: &impl serde::Serialize) -> Result<()> {
        let folder = self.roots.folder(id);
        let body = serde_json::to_vec(value).map_err(|error| {
            Error::new("write", folder.join(name).display().to_string(), HResult::E_FAIL, error.to_string())
        })?;
        let fresh = folder.join(format!(".{name}.new"));
        std::fs::write(&fresh, body).map_err(|error| failed("write", &fresh, &error))?;
        std::fs::rename(&fresh, folder.join(name)).map_err(|error| failed("rename", &fresh, &error))
    }
}

/// What came of trying to lock a folder.
enum Attempt {
    Locked(Lock),
    /// Somebody else has it.
    Held,
    /// It is gone, or was replaced meanwhile.
    Gone,
}

fn try_lock(folder: &Path) -> Result<Attempt> {
    let path = crate::sys::lock_path(folder);
    // Where the lock is beside the folder it says nothing of that.
    let there = || path == folder || folder.exists();
    if !there() {
        return Ok(Attempt::Gone);
    }
    let file = match crate::sys::open_lock(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Attempt::Gone),
        // One that is being removed is let go of soon.
        Err(error) if error.kind() == ErrorKind::PermissionDenied && path != folder => return Ok(Attempt::Held),
        Err(error) => return Err(failed("open", folder, &error)),
    };
    match file.try_lock() {
        Ok(()) if there() && same_file(&file, &path) => Ok(Attempt::Locked(Lock { _folder: file })),
        Ok(()) => Ok(Attempt::Gone),
        Err(TryLockError::WouldBlock) => Ok(Attempt::Held),
        Err(TryLockError::Error(error)) => Err(failed("lock", folder, &error)),
    }
}

/// Locks a folder, waiting for its holder. `None` if it is gone or was replaced meanwhile.
fn lock(folder: &Path, id: &str) -> Result<Option<Lock>> {
    let deadline = Instant::now() + LOCK_PATIENCE;
    loop {
        match try_lock(folder)? {
            Attempt::Locked(lock) => return Ok(Some(lock)),
            Attempt::Gone => return Ok(None),
            Attempt::Held if Instant::now() > deadline => {
                let message = "another command has been at it for too long; look for a stopped or stuck silo process";
                return Err(Error::new("lock", id, HResult::ERROR_BUSY, message));
            }
            Attempt::Held => std::thread::sleep(Duration::from_millis(2)),
        }
    }
}

fn is_empty(folder: &Path) -> Result<bool> {
    let mut entries = std::fs::read_dir(folder).map_err(|error| failed("list", folder, &error))?;
    Ok(entries.next().is_none())
}

fn same_file(file: &File, path: &Path) -> bool {
    match (file.metadata(), std::fs::metadata(path)) {
        (Ok(open), Ok(named)) => crate::sys::file_id(&open) == crate::sys::file_id(&named),
        _ => false,
    }
}

/// Makes a folder that only its owner may enter.
pub fn make_private(folder: &Path) -> std::io::Result<()> {
    crate::sys::make_private(folder)
}

/// Makes a folder and the ones above it; the last one is only for its owner.
pub fn make_private_all(folder: &Path) -> Result<()> {
    if let Some(parent) = folder.parent() {
        std::fs::create_dir_all(parent).map_err(|error| failed("make", parent, &error))?;
    }
    match make_private(folder) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(failed("make", folder, &error)),
        _ => Ok(()),
    }
}

/// Makes a folder where others may make folders too, or finds that it is the caller's alone. What stands in a ledger is
/// removed and what stands in a record is trusted, so neither may be somebody else's.
pub fn take_private(folder: &Path) -> Result<()> {
    match make_private(folder) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) if error.kind() == ErrorKind::NotFound => return make_private_all(folder),
        made => return made.map_err(|error| failed("make", folder, &error)),
    }
    let found = std::fs::symlink_metadata(folder).map_err(|error| failed("look at", folder, &error))?;
    if found.is_dir() && crate::sys::is_private(folder, &found) {
        return Ok(());
    }
    let message = "others may write to it, or it is not yours; set XDG_RUNTIME_DIR, or choose a folder with --root";
    Err(Error::new("use the state root", folder.display().to_string(), HResult::E_ACCESSDENIED, message))
}

/// The boundary's error for a failed file operation.
pub fn failed(doing: &str, path: &Path, error: &std::io::Error) -> Error {
    let code = match error.kind() {
        ErrorKind::NotFound => HResult::ERROR_FILE_NOT_FOUND,
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => HResult::E_ACCESSDENIED,
        ErrorKind::AlreadyExists => HResult::ERROR_FILE_EXISTS,
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => HResult::ERROR_DISK_FULL,
        _ => HResult::ERROR_IO_DEVICE,
    };
    Error::new(doing, path.display().to_string(), code, error.to_string())
}

/// A path as text for documents, which are JSON.
pub fn text(path: &Path) -> Result<String> {
    path.to_str().map(str::to_owned).ok_or_else(|| {
        let message = "the path is not valid UTF-8, and cannot be written into a document";
        Error::new("use the path", path.display().to_string(), HResult::E_INVALIDARG, message)
    })
}

/// The first free random id.
pub fn random_id(bytes: [u8; 6]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
