//! From a request to the document of the Linux host.

use crate::request::{Base, Request};
use crate::store::text;
use hcs_host::{Error, Result};
use hcs_schema::document::{Layer, LinuxContainer, Version};
use hcs_schema::oci::{NamespaceKind, Root, Spec, ThrottleDevice};
use std::collections::BTreeSet;
use std::os::linux::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Storage limits in the words of Windows containers: operations and bytes a second.
const IOPS: &str = "io.microsoft.container.storage.qos.iopsmaximum";
const BANDWIDTH: &str = "io.microsoft.container.storage.qos.bandwidthmaximum";

/// Makes the document. `folder` is the container's, `scratch` its writable layer's; the layer is used only if the answer names it.
pub fn make(id: &str, request: &Request, folder: &Path, scratch: &Path) -> Result<LinuxContainer> {
    let mut spec = request.spec.clone();
    let bundle = match &request.base {
        Base::Bundle(bundle) => bundle.clone(),
        _ => folder.to_owned(),
    };
    let layers = layers(&request.base, id)?;
    let mut scratch_dir_path = String::new();
    if !layers.is_empty() {
        let readonly = spec.root.as_ref().is_some_and(|root| root.readonly);
        // The root is mounted over the container's folder, in its own mount namespace only.
        spec.root = Some(Root { path: text(folder)?, readonly, ..Root::default() });
        // The host's own root cannot have its writable layer below itself; that one lives in memory.
        if request.base != Base::Host {
            scratch_dir_path = text(scratch)?;
        }
    }
    let uts =
        spec.linux.as_ref().is_some_and(|linux| linux.namespaces.iter().any(|own| own.kind == NamespaceKind::Uts));
    if spec.hostname.is_none() && uts && !matches!(request.base, Base::Bundle(_)) {
        spec.hostname = Some(id.chars().take(12).collect());
    }
    limit_storage(id, &mut spec, &request.base, scratch)?;
    Ok(LinuxContainer {
        schema_version: Version::V2_1,
        oci_bundle_path: text(&bundle)?,
        oci_specification: spec,
        scratch_dir_path,
        layers,
    })
}

fn layers(base: &Base, id: &str) -> Result<Vec<Layer>> {
    let folders: Vec<&Path> = match base {
        Base::Host => vec![Path::new("/")],
        Base::Folder(folder) => vec![folder],
        Base::Layers(folders) => folders.iter().map(PathBuf::as_path).collect(),
        Base::Bundle(_) => Vec::new(),
    };
    let layer = |folder: &Path| {
        let found = folder.canonicalize().map_err(|error| crate::store::failed("open the base", folder, &error))?;
        if !found.is_dir() {
            let message = format!("{} is not a folder; give a root filesystem's folder or `host`", folder.display());
            return Err(Error::invalid("open the base of", id, message));
        }
        Ok(Layer { path: text(&found)?, ..Layer::default() })
    };
    folders.into_iter().map(layer).collect()
}

/// Turns the storage limits of the annotations into limits on the disks that hold the container's files.
fn limit_storage(id: &str, spec: &mut Spec, base: &Base, scratch: &Path) -> Result<()> {
    let (iops, bandwidth) = (limit(id, spec, IOPS)?, limit(id, spec, BANDWIDTH)?);
    if iops == 0 && bandwidth == 0 {
        return Ok(());
    }
    let disks = disks(spec, base, scratch);
    if disks.is_empty() {
        let message = "a storage limit was asked for, but no disk holds the container's files; put its base, its state root \
                       or a mount on a disk, or drop the limit";
        return Err(Error::unsupported("limit the storage of", id, message));
    }
    let resources = spec.linux.get_or_insert_default().resources.get_or_insert_default();
    let block = resources.block_io.get_or_insert_default();
    for (major, minor) in disks {
        let throttle = |rate| ThrottleDevice { major, minor, rate, ..ThrottleDevice::default() };
        if bandwidth > 0 {
            block.throttle_read_bps_device.push(throttle(bandwidth));
            block.throttle_write_bps_device.push(throttle(bandwidth));
        }
        if iops > 0 {
            block.throttle_read_iops_device.push(throttle(iops));
            block.throttle_write_iops_device.push(throttle(iops));
        }
    }
    Ok(())
}

fn limit(id: &str, spec: &Spec, key: &str) -> Result<u64> {
    let Some(value) = spec.annotations.get(key) else { return Ok(0) };
    value.parse().map_err(|_| Error::invalid("limit the storage of", id, format!("{key} is {value:?}, not a number")))
}

/// Whole disks, by number, below the container's layers, writable layer and bind mounts.
fn disks(spec: &Spec, base: &Base, scratch: &Path) -> BTreeSet<(i64, i64)> {
    let mut paths: Vec<PathBuf> = match base {
        Base::Host => vec!["/".into()],
        Base::Folder(folder) | Base::Bundle(folder) => vec![folder.clone()],
        Base::Layers(folders) => folders.clone(),
    };
    paths.extend(scratch.ancestors().find(|path| path.exists()).map(Path::to_owned));
    let bound =
        spec.mounts.iter().filter(|mount| mount.options.iter().any(|option| option == "bind" || option == "rbind"));
    paths.extend(bound.filter_map(|mount| mount.source.as_ref().map(PathBuf::from)));
    paths.iter().filter_map(|path| disk(path.metadata().ok()?.st_dev())).collect()
}

/// The whole disk of a filesystem's device; `None` if it is on no disk.
fn disk(device: u64) -> Option<(i64, i64)> {
    let (major, minor) = (rustix::fs::major(device), rustix::fs::minor(device));
    let entry = Path::new("/sys/dev/block").join(format!("{major}:{minor}")).canonicalize().ok()?;
    let whole = if entry.join("partition").exists() { entry.parent()?.to_owned() } else { entry };
    let numbers = std::fs::read_to_string(whole.join("dev")).ok()?;
    let (major, minor) = numbers.trim().split_once(':')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(base: Base) -> Request {
        Request { base, ..Request::default() }
    }

    #[test]
    fn a_folder_becomes_a_layer_under_a_writable_one_and_a_bundle_stays_as_it_is() {
        let base = tempfile::tempdir().unwrap();
        let made = make("a", &request(Base::Folder(base.path().into())), Path::new("/s/a"), Path::new("/d/a")).unwrap();
        assert_eq!(made.scratch_dir_path, "/d/a");
        assert_eq!(made.layers.len(), 1);
        assert_eq!(made.oci_specification.root.unwrap().path, "/s/a");
        let made = make("a", &request(Base::Bundle("/b".into())), Path::new("/s/a"), Path::new("/d/a")).unwrap();
        assert_eq!((made.oci_bundle_path.as_str(), made.layers.len()), ("/b", 0));
        let made = make("a", &request(Base::Host), Path::new("/s/a"), Path::new("/d/a")).unwrap();
        assert_eq!((made.scratch_dir_path.as_str(), made.layers[0].path.as_str()), ("", "/"));
    }

    #[test]
    fn a_missing_base_is_named() {
        let error = make("a", &request(Base::Folder("/no/such".into())), Path::new("/s"), Path::new("/d")).unwrap_err();
        assert!(error.to_string().contains("/no/such"), "{error}");
    }

    #[test]
    fn a_storage_limit_that_is_no_number_is_refused() {
        let mut request = request(Base::Host);
        request.spec.annotations.insert(IOPS.into(), "many".into());
        let error = make("a", &request, Path::new("/s/a"), Path::new("/d/a")).unwrap_err();
        assert!(error.to_string().contains(IOPS), "{error}");
    }
}
