//! Id-mapped mounts: opened while this process may still do so, which is before it enters a user namespace.
//!
//! The kernel takes a mapping in the form of a user namespace. For each distinct mapping one is made by a process that
//! lives only as long as it takes to open it.

use super::options::MountOptions;
use super::{bind, in_bundle};
use crate::sys::mount::{AttrChange, mount_setattr, user_namespace_holder};
use crate::{Context, Failure};
use hcs_schema::document::LinuxContainer;
use hcs_schema::oci::{IdMapping, Mount};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::mount::{MountAttrFlags as Attr, MountPropagationFlags as Propagation};
use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};
use std::fmt::Write as _;
use std::path::Path;

/// The mappings of a mount.
type Mappings<'a> = (&'a [IdMapping], &'a [IdMapping]);

/// Opens every id-mapped mount of the document, as a detached mount with its index.
///
/// To be called in the host's mount namespace with privileges over the host, before a user namespace is entered.
pub fn prepare_sources(document: &LinuxContainer) -> Result<Vec<(usize, OwnedFd)>, Failure> {
    let spec = &document.oci_specification;
    let container: Mappings<'_> =
        spec.linux.as_ref().map_or((&[], &[]), |linux| (linux.uid_mappings.as_slice(), linux.gid_mappings.as_slice()));
    let mut namespaces: Vec<(Mappings<'_>, OwnedFd)> = Vec::new();
    let mut prepared = Vec::new();
    for (index, mount) in spec.mounts.iter().enumerate() {
        let options = MountOptions::parse(&mount.options)?;
        let Some(mappings) = mappings(mount, &options, container)? else { continue };
        let known = namespaces.iter().position(|(of, _)| *of == mappings);
        let at = match known {
            Some(at) => at,
            None => {
                namespaces.push((mappings, namespace(mappings)?));
                namespaces.len() - 1
            }
        };
        prepared.push((index, open(document, mount, &options, &namespaces[at].1)?));
    }
    Ok(prepared)
}

/// The mappings of a mount, if it is id-mapped: its own, or the container's.
fn mappings<'a>(
    mount: &'a Mount,
    options: &MountOptions,
    container: Mappings<'a>,
) -> Result<Option<Mappings<'a>>, Failure> {
    let own = (mount.uid_mappings.as_slice(), mount.gid_mappings.as_slice());
    match own {
        ([], []) if options.idmap.is_none() => Ok(None),
        ([], []) if container.0.is_empty() && container.1.is_empty() => {
            let why = "neither the mount nor the container has id mappings";
            Err(Failure::invalid(format!("map ids of {}", mount.destination), why))
        }
        ([], []) => Ok(Some(container)),
        ([], _) | (_, []) => {
            let why = "uidMappings and gidMappings go together";
            Err(Failure::invalid(format!("map ids of {}", mount.destination), why))
        }
        own => Ok(Some(own)),
    }
}

fn open(
    document: &LinuxContainer,
    mount: &Mount,
    options: &MountOptions,
    namespace: &OwnedFd,
) -> Result<OwnedFd, Failure> {
    let path = in_bundle(document, mount.source.as_deref().unwrap_or_default());
    let doing = || format!("map ids of {}", path.display());
    let fd = bind::cloned(&path, options).doing(doing)?;
    let change = AttrChange { user_namespace: Some(namespace.as_fd()), ..AttrChange::set(Attr::MOUNT_ATTR_IDMAP) };
    mount_setattr(fd.as_fd(), options.idmap == Some(true), &change).map_err(|errno| {
        let failure = Failure::errno(doing(), errno);
        match errno {
            Errno::INVAL => failure.hint("the filesystem cannot map ids on this kernel"),
            Errno::NOSYS => failure.hint("the kernel lacks mount_setattr (Linux 5.12)"),
            _ => failure,
        }
    })?;
    // The clone was made among the host's mounts and is their peer: what is mounted in it must not reach them.
    mount_setattr(fd.as_fd(), true, &AttrChange::propagation(Propagation::DOWNSTREAM)).doing(doing)?;
    Ok(fd)
}

/// Makes a user namespace with these mappings, and opens it.
fn namespace(mappings: Mappings<'_>) -> Result<OwnedFd, Failure> {
    let holder = user_namespace_holder().doing(|| "make a user namespace for id mappings")?;
    let opened = configure(holder, mappings);
    kill_process(holder, Signal::KILL).doing(|| "end the holder of a user namespace")?;
    waitpid(Some(holder), WaitOptions::empty()).doing(|| "await the holder of a user namespace")?;
    opened
}

fn configure(holder: Pid, (uids, gids): Mappings<'_>) -> Result<OwnedFd, Failure> {
    let folder = format!("/proc/{}", holder.as_raw_nonzero());
    for (file, mapping) in [("uid_map", uids), ("gid_map", gids)] {
        std::fs::write(format!("{folder}/{file}"), text(mapping)).doing(|| format!("write {file} for id mappings"))?;
    }
    super::host(Path::new(&format!("{folder}/ns/user")), OFlags::RDONLY)
        .doing(|| "open a user namespace for id mappings")
}

/// A mapping as the kernel reads it.
pub fn text(mappings: &[IdMapping]) -> String {
    mappings.iter().fold(String::new(), |mut text, mapping| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{} {} {}", mapping.container_id, mapping.host_id, mapping.size);
        text
    })
}
