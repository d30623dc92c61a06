//! The facts that a plan needs, and the plan of a container that is run here.

use crate::request::{Base, Request};
use crate::roots::Places;
use hcs_host::plan::{Disk, HostFacts, Plan, Wanted, linux};
use hcs_host::{Error, Result};
use std::collections::BTreeMap;
use std::os::linux::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Facts about this machine. A few system calls, and no file is read.
pub fn host() -> Result<HostFacts> {
    // Asking the kernel is one call; the standard library would read control group files on every start.
    let processors = rustix::thread::sched_getaffinity(None).map_or(1, |cpus| cpus.count().max(1));
    let system = rustix::system::sysinfo();
    let memory = (u128::from(system.totalram) * u128::from(system.mem_unit)) >> 20;
    Ok(HostFacts::linux(processors, u64::try_from(memory).unwrap_or(u64::MAX)))
}

/// What is wanted for a request, its base looked at, and the facts that its plan needs.
pub fn wanted(
    id: &str,
    mut request: Request,
    places: &Places,
    stdin: bool,
    host: HostFacts,
) -> Result<(Wanted, HostFacts)> {
    request.base = resolved(request.base, id)?;
    let wanted = crate::wanted(id, request, places, stdin)?;
    let disks = disks(&wanted);
    Ok((wanted, HostFacts { disks, ..host }))
}

/// The plan of a container.
pub fn plan(id: &str, request: Request, places: &Places, stdin: bool) -> Result<Plan> {
    let (wanted, facts) = wanted(id, request, places, stdin, host()?)?;
    Plan::new(&wanted, &facts)
}

/// A base with the paths that its folders really have.
fn resolved(base: Base, id: &str) -> Result<Base> {
    let real = |folder: &PathBuf| {
        let found = folder.canonicalize().map_err(|error| crate::store::failed("open the base", folder, &error))?;
        if !found.is_dir() {
            let message = format!("{} is not a folder; give a root filesystem's folder or `host`", folder.display());
            return Err(Error::invalid("open the base of", id, message));
        }
        Ok(found)
    };
    Ok(match base {
        Base::Folder(folder) => Base::Folder(real(&folder)?),
        Base::Layers(folders) => Base::Layers(folders.iter().map(real).collect::<Result<_>>()?),
        base @ (Base::Host | Base::Bundle(_)) => base,
    })
}

/// The whole disks below the container's files, by path, if its plan asks for them.
fn disks(wanted: &Wanted) -> BTreeMap<String, Disk> {
    let found = |path: &&str| {
        // The folder of a writable layer is not there yet, but what it will be in is.
        let metadata = Path::new(path).ancestors().find_map(|path| path.metadata().ok())?;
        Some(((*path).to_owned(), disk(metadata.st_dev())?))
    };
    linux::paths_on_disks(wanted).iter().filter_map(found).collect()
}

/// The whole disk of a filesystem's device; `None` if it is on no disk.
fn disk(device: u64) -> Option<Disk> {
    let (major, minor) = (rustix::fs::major(device), rustix::fs::minor(device));
    let entry = Path::new("/sys/dev/block").join(format!("{major}:{minor}")).canonicalize().ok()?;
    let whole = if entry.join("partition").exists() { entry.parent()?.to_owned() } else { entry };
    let numbers = std::fs::read_to_string(whole.join("dev")).ok()?;
    let (major, minor) = numbers.trim().split_once(':')?;
    Some(Disk { major: major.parse().ok()?, minor: minor.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places() -> Places {
        Places { folder: "/s/a".into(), scratch: "/d/a".into() }
    }

    fn looked(base: Base) -> Result<Vec<String>> {
        let request = Request { base, ..Request::default() };
        wanted("a", request, &places(), false, HostFacts::linux(1, 1)).map(|(wanted, _)| wanted.layers)
    }

    #[test]
    fn layers_have_the_paths_that_they_really_have() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        std::fs::create_dir(&real).unwrap();
        std::os::unix::fs::symlink("real", &link).unwrap();
        let real = real.canonicalize().unwrap().to_str().unwrap().to_owned();
        assert_eq!(looked(Base::Layers(vec![link.clone(), "/".into()])).unwrap(), [real.as_str(), "/"]);
        assert_eq!(looked(Base::Folder(link)).unwrap(), [real]);
    }

    #[test]
    fn a_base_that_is_none_is_named() {
        let error = looked(Base::Folder("/no/such".into())).unwrap_err().to_string();
        assert!(error.contains("/no/such"), "{error}");
        let error = looked(Base::Folder("/proc/version".into())).unwrap_err().to_string();
        assert!(error.contains("/proc/version is not a folder"), "{error}");
    }

    #[test]
    fn this_machine_has_processors_and_memory() {
        let host = host().unwrap();
        assert!(host.processors > 0 && host.memory_mb > 100, "{host:?}");
    }
}
