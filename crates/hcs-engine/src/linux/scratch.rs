//! Writable layers on disk.
//!
//! In a user namespace the container leaves files of the user's subordinate ids, which the user alone cannot remove; that is
//! done by a helper in a user namespace with the same ids.

use super::facts;
use crate::store::{failed, make_private, make_private_all};
use hcs_host::Result;
use hcs_schema::oci::IdMapping;
use std::fs::{DirBuilder, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Makes the folder of a writable layer, with the two folders that an overlay wants.
pub fn make(path: &Path) -> Result<()> {
    match make_private(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            if let Some(parent) = path.parent() {
                make_private_all(parent)?;
            }
            make_private(path).map_err(|error| failed("make", path, &error))?;
        }
        // Left by an earlier container of this name, for example when the machine was started anew: the name is ours now.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            remove(path)?;
            make_private(path).map_err(|error| failed("make", path, &error))?;
        }
        Err(error) => return Err(failed("make", path, &error)),
        Ok(()) => {}
    }
    for name in ["upper", "work"] {
        let folder = path.join(name);
        DirBuilder::new().create(&folder).map_err(|error| failed("make", &folder, &error))?;
    }
    // The upper folder becomes the container's `/`, which everybody may enter whatever the caller's umask is.
    let upper = path.join("upper");
    std::fs::set_permissions(&upper, Permissions::from_mode(0o755)).map_err(|error| failed("open up", &upper, &error))
}

/// Removes a writable layer; one that is not there is fine.
pub fn remove(path: &Path) -> Result<()> {
    match std::fs::remove_dir_all(path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() == ErrorKind::PermissionDenied && !rustix::process::geteuid().is_root() => {
            remove_as_namespace_root(path)
        }
        Err(error) => Err(failed("remove", path, &error)),
    }
}

fn remove_as_namespace_root(path: &Path) -> Result<()> {
    let facts = facts()?;
    let maps = |ranges: &[crate::IdRange]| -> Vec<IdMapping> {
        let map = |range: &crate::IdRange| IdMapping {
            container_id: range.inside,
            host_id: range.outside,
            size: range.count,
            ..IdMapping::default()
        };
        ranges.iter().map(map).collect()
    };
    hcs_linux::remove_tree(path, &maps(&facts.uid_mappings), &maps(&facts.gid_mappings))
        .map_err(|failure| failure.into_error("remove", &path.display().to_string()))
}
