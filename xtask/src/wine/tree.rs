//! Copies of the folder of a prefix that take next to no room.

use anyhow::{Context, Result};
use std::fs::{self, Metadata};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// From this size on a file is worth sharing.
const LARGE: u64 = 64 << 10;
/// The permissions of what is shared.
const FROZEN: u32 = 0o444;

/// Takes the right to write from every large file, so that copies of the folder can share it.
pub fn freeze(folder: &Path) -> Result<()> {
    walk(folder, &mut |entry| match entry {
        Entry::File(path, facts) if facts.len() >= LARGE => {
            fs::set_permissions(path, fs::Permissions::from_mode(FROZEN)).with_context(|| lost("protect", path))
        }
        _ => Ok(()),
    })
}

/// Makes every symbolic link that leads out of a folder a folder of its own.
pub fn close(folder: &Path) -> Result<()> {
    walk(folder, &mut |entry| match entry {
        Entry::Link(path, target) if target.is_absolute() => {
            fs::remove_file(path).with_context(|| lost("remove", path))?;
            fs::create_dir(path).with_context(|| lost("make", path))
        }
        _ => Ok(()),
    })
}

/// Copies what is in a folder into an empty one. A frozen file is not copied but gets a further name.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    let place = |path: &Path| to.join(path.strip_prefix(from).expect("what is in a folder begins with its path"));
    walk(from, &mut |entry| match entry {
        Entry::Folder(path) => fs::create_dir(place(path)).with_context(|| lost("copy", path)),
        Entry::File(path, facts) if facts.mode() & 0o777 == FROZEN => {
            fs::hard_link(path, place(path)).with_context(|| lost("link to", path))
        }
        Entry::File(path, _) => fs::copy(path, place(path)).map(|_| ()).with_context(|| lost("copy", path)),
        Entry::Link(path, target) => symlink(target, place(path)).with_context(|| lost("copy", path)),
    })
}

/// A frozen file that was written to since a time all the same, as root can.
pub fn written(folder: &Path, since: SystemTime) -> Result<Option<PathBuf>> {
    let mut found = None;
    walk(folder, &mut |entry| {
        if let Entry::File(path, facts) = entry
            && facts.mode() & 0o777 == FROZEN
            && facts.modified().is_ok_and(|time| time > since)
        {
            found = Some(path.to_owned());
        }
        Ok(())
    })?;
    Ok(found)
}

/// What is in a folder.
enum Entry<'a> {
    Folder(&'a Path),
    File(&'a Path, Metadata),
    Link(&'a Path, PathBuf),
}

/// Visits everything in a folder, each folder before what is in it. Neither links are followed nor sockets visited.
fn walk(folder: &Path, visit: &mut dyn FnMut(Entry) -> Result<()>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| lost("list", folder))? {
        let entry = entry.with_context(|| lost("list", folder))?;
        let path = entry.path();
        let facts = entry.metadata().with_context(|| lost("see", &path))?;
        if facts.is_symlink() {
            visit(Entry::Link(&path, fs::read_link(&path).with_context(|| lost("read", &path))?))?;
        } else if facts.is_dir() {
            visit(Entry::Folder(&path))?;
            walk(&path, visit)?;
        } else if facts.is_file() {
            visit(Entry::File(&path, facts))?;
        }
    }
    Ok(())
}

fn lost(verb: &str, path: &Path) -> String {
    format!("cannot {verb} {}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with files, and with links into it and out of it.
    fn prefix(folder: &Path) -> PathBuf {
        let prefix = folder.join("prefix");
        fs::create_dir_all(prefix.join("c/windows")).unwrap();
        fs::write(prefix.join("c/windows/large.dll"), vec![1; LARGE as usize]).unwrap();
        fs::write(prefix.join("c/windows/small.ini"), "a").unwrap();
        fs::write(prefix.join("registry"), vec![1; LARGE as usize]).unwrap();
        symlink("../c", prefix.join("c/inside")).unwrap();
        symlink(folder, prefix.join("c/documents")).unwrap();
        prefix
    }

    #[test]
    fn copies_share_what_is_frozen_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let (prefix, copied) = (prefix(folder.path()), folder.path().join("copy"));
        freeze(&prefix.join("c")).unwrap();
        fs::create_dir(&copied).unwrap();
        copy(&prefix, &copied).unwrap();
        let large = fs::metadata(copied.join("c/windows/large.dll")).unwrap();
        assert_eq!((large.nlink(), large.mode() & 0o777), (2, FROZEN));
        for name in ["c/windows/small.ini", "registry"] {
            let own = fs::metadata(copied.join(name)).unwrap();
            assert_eq!((own.nlink(), own.mode() & 0o200), (1, 0o200), "{name}");
        }
        assert_eq!(fs::read_link(copied.join("c/inside")).unwrap(), Path::new("../c"));
    }

    #[test]
    fn what_root_wrote_to_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let prefix = prefix(folder.path());
        freeze(&prefix.join("c")).unwrap();
        let dll = prefix.join("c/windows/large.dll");
        let time = fs::metadata(&dll).unwrap().modified().unwrap();
        assert_eq!(written(&prefix, time).unwrap(), None);
        assert_eq!(written(&prefix, time - std::time::Duration::from_secs(1)).unwrap(), Some(dll));
    }

    #[test]
    fn nothing_leads_out_of_a_closed_folder() {
        let folder = tempfile::tempdir().unwrap();
        let prefix = prefix(folder.path());
        close(&prefix.join("c")).unwrap();
        let documents = fs::symlink_metadata(prefix.join("c/documents")).unwrap();
        assert!(documents.is_dir());
        assert!(prefix.join("c/inside").is_symlink());
    }
}
