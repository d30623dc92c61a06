//! Paths as callers write them: which of them are the same, and what their last part is.

use hcs_schema::HResult;
use std::io;
use std::path::{Path, PathBuf};

/// What a path is known by: lower case, one kind of separator, none at the end, no `\\?\` before a drive.
pub(crate) fn key(path: &str) -> String {
    let mut text = path.replace('/', "\\").to_lowercase();
    if let Some(rest) = text.strip_prefix(r"\\?\")
        && rest.as_bytes().get(1) == Some(&b':')
    {
        text = rest.to_owned();
    }
    text.trim_end_matches('\\').to_owned()
}

/// The last part of a path; empty if it ends in a separator, as callers see it.
pub(crate) fn last(path: &str) -> &str {
    path.rsplit(['\\', '/']).next().unwrap_or(path)
}

/// Whether a path says where it begins.
pub(crate) fn is_absolute(path: &str) -> bool {
    path.starts_with(['\\', '/']) || path.as_bytes().get(1) == Some(&b':')
}

/// A path below another.
pub(crate) fn below(folder: &str, name: &str) -> PathBuf {
    Path::new(folder).join(name)
}

/// The code of what went wrong with a file.
pub(crate) fn code(error: &io::Error) -> HResult {
    use io::ErrorKind as Kind;
    match error.kind() {
        Kind::NotFound => HResult::ERROR_PATH_NOT_FOUND,
        Kind::AlreadyExists => HResult::ERROR_FILE_EXISTS,
        Kind::PermissionDenied => HResult::E_ACCESSDENIED,
        Kind::DirectoryNotEmpty => HResult::from_win32(145),
        Kind::StorageFull => HResult::ERROR_DISK_FULL,
        Kind::InvalidInput | Kind::InvalidFilename => HResult::E_INVALIDARG,
        _ => HResult::ERROR_IO_DEVICE,
    }
}

/// Copies a folder with everything in it into another, which is made if it is not there.
pub(crate) fn copy(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true => copy(&entry.path(), &target)?,
            false => drop(std::fs::copy(entry.path(), target)?),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_path_has_one_key() {
        for path in [r"C:\Layers\One", r"c:/layers/one\", r"\\?\C:\layers\ONE"] {
            assert_eq!(key(path), r"c:\layers\one");
        }
        assert_eq!(key(r"\\?\Volume{A}\"), r"\\?\volume{a}");
    }

    #[test]
    fn paths_have_parts() {
        assert_eq!((last(r"C:\a\b"), last("a/b"), last("b"), last(r"C:\a\")), ("b", "b", "b", ""));
        assert!(is_absolute(r"C:\a") && is_absolute("/a") && is_absolute(r"\\?\a") && !is_absolute("a"));
    }
}
