//! Files of virtual disks.
//!
//! They begin with the signature of a VHDX, as programs look for one there, and go on with what the service wants to know of
//! them. They hold no blocks. A file with the signature and nothing else, which somebody else has made, is a disk of the
//! usual size.

use super::super::{files, guid::Guid};
use hcs_schema::HResult;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::Path;

const SIGNATURE: &[u8] = b"vhdxfile";
/// Where the description begins. What is before belongs to the file type identifier of the format.
const BEGIN: usize = 1024;
/// How long a file is.
const LENGTH: usize = 4096;
/// Size of a writable layer that nobody gave a size to.
pub const USUAL_SIZE: u64 = 20 << 30;

/// What there is to know of a disk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DiskFile {
    /// How many bytes it has for others.
    pub size: u64,
    /// Bytes of a block.
    pub block: u32,
    /// Its id.
    pub id: String,
    /// The disk that it differs from; empty if none.
    pub parent: String,
    /// Whether it has been formatted.
    #[serde(default)]
    pub formatted: bool,
}

impl DiskFile {
    /// A disk of a size, with nothing below it.
    pub fn new(path: &Path, size: u64) -> DiskFile {
        let id = Guid::of_name(&files::key(&path.to_string_lossy())).to_string();
        DiskFile { size, block: 1 << 20, id, parent: String::new(), formatted: false }
    }

    /// Makes its file.
    ///
    /// # Errors
    /// There is a file, or its folder is not there.
    pub fn create(&self, path: &Path) -> Result<(), HResult> {
        if path.exists() {
            return Err(HResult::ERROR_FILE_EXISTS);
        }
        self.write(path)
    }

    /// Writes it to its file.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), HResult> {
        let mut bytes = SIGNATURE.to_vec();
        bytes.extend("hcs-fake".encode_utf16().flat_map(u16::to_le_bytes));
        bytes.resize(BEGIN, 0);
        bytes.extend(serde_json::to_vec(self).map_err(|_| HResult::E_UNEXPECTED)?);
        bytes.resize(LENGTH.max(bytes.len()), 0);
        fs::write(path, bytes).map_err(|error| files::code(&error))
    }

    /// Reads it.
    ///
    /// # Errors
    /// There is no file, or it is no disk.
    pub fn read(path: &Path) -> Result<DiskFile, HResult> {
        let bytes = fs::read(path).map_err(|error| match files::code(&error) {
            HResult::ERROR_PATH_NOT_FOUND => HResult::ERROR_FILE_NOT_FOUND,
            code => code,
        })?;
        if !bytes.starts_with(SIGNATURE) {
            // ERROR_FILE_CORRUPT
            return Err(HResult::from_win32(1392));
        }
        let text = bytes.get(BEGIN..).unwrap_or_default();
        let text = text.split(|byte| *byte == 0).next().unwrap_or_default();
        Ok(serde_json::from_slice(text).unwrap_or_else(|_| DiskFile::new(path, USUAL_SIZE)))
    }
}

/// The volume that the disk in a file appears as.
pub fn volume(path: &Path) -> String {
    format!(r"\\?\Volume{{{}}}\", Guid::of_name(&files::key(&path.to_string_lossy())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.vhdx");
        assert_eq!(DiskFile::read(&path), Err(HResult::ERROR_FILE_NOT_FOUND));
        let disk = DiskFile { parent: "p".into(), ..DiskFile::new(&path, 7 << 30) };
        disk.create(&path).unwrap();
        assert_eq!(DiskFile::read(&path), Ok(disk.clone()));
        assert_eq!(disk.create(&path), Err(HResult::ERROR_FILE_EXISTS));
        assert_eq!(disk.create(&folder.path().join("none/a")), Err(HResult::ERROR_PATH_NOT_FOUND));
        fs::write(&path, SIGNATURE).unwrap();
        assert_eq!(DiskFile::read(&path).map(|disk| disk.size), Ok(USUAL_SIZE));
        fs::write(&path, "text").unwrap();
        assert_eq!(DiskFile::read(&path), Err(HResult::from_win32(1392)));
        assert!(volume(&path).starts_with(r"\\?\Volume{") && volume(&path).ends_with(r"}\"));
    }
}
