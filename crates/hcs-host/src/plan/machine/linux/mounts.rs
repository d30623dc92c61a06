//! Mounts of a Linux container in a utility VM: what the host gives the machine for them, and what the guest is told.

use super::shares;
use super::traits::Traits;
use crate::Result;
use crate::plan::machine::disks::{Disk, Mounting};
use crate::plan::machine::{Machine, Words};
use crate::plan::windows::on_host;
use crate::plan::{Context, PathKind, Role};
use hcs_schema::oci;

/// Begins sources that are folders of the pod, on the guest's disk.
const SANDBOX: &str = "sandbox://";
/// Begins sources that are folders of the pod, in the guest's memory.
const SANDBOX_MEMORY: &str = "sandbox-tmp://";
/// Begins sources that are paths of the guest.
const MACHINE: &str = "uvm://";
/// Begins sources that are huge pages of the guest.
const HUGE_PAGES: &str = "hugepages://";
/// Begins destinations where a disk stays a device.
const BLOCK_DEVICE: &str = "blockdev://";

/// Where a mount comes from.
#[derive(Clone, Debug, PartialEq)]
enum Origin {
    /// The guest knows it as it is: a filesystem of the kernel.
    Kernel,
    /// The guest knows its source.
    Guest,
    /// A path of the guest.
    Machine(String),
    /// A disk.
    Disk(Disk),
    /// A folder of the host.
    Folder(String),
    /// A file of the host.
    File(String),
}

/// Gives the machine what the mounts of a container need, and answers the mounts for the guest.
pub(super) fn mounts(
    context: &Context<'_>,
    machine: &mut Machine,
    traits: &Traits,
    folder: &str,
    words: &mut Words,
) -> Result<Vec<oci::Mount>> {
    let mut mounts = Vec::new();
    for (index, mount) in context.wanted.spec.mounts.iter().enumerate() {
        let read_only = mount.options.iter().any(|option| option.eq_ignore_ascii_case("ro"));
        let origin = origin(context, index, mount, read_only)?;
        let wish = format!("mounts[{index}].source");
        let guest = format!("{folder}/mounts/m{index}");
        let mut told = mount.clone();
        let what = match &origin {
            Origin::Kernel => {
                mounts.push(told);
                continue;
            }
            Origin::Guest => mount.source.clone().unwrap_or_default(),
            Origin::Machine(path) => {
                // The guest looks for the prefix in containers that join a pod; for others it is a path like any.
                if context.choice.role != Role::Member {
                    told.source = Some(path.clone());
                }
                format!("{path} of the utility VM")
            }
            Origin::Disk(disk) => {
                let (source, kind) = attach(context, machine, mount, disk)?;
                told.source = Some(source);
                told.kind = Some(kind.into());
                disk.words()
            }
            Origin::Folder(path) => {
                shares::folder(context, machine, traits, path, &guest, read_only, &wish)?;
                told.source = Some(guest);
                format!("folder {path}")
            }
            Origin::File(path) => {
                told.source = Some(shares::file(context, machine, traits, path, &guest, read_only, &wish)?);
                format!("file {path}")
            }
        };
        let access = if read_only { ", read-only" } else { "" };
        words.mounts.push(format!("{what} at {}{access}", mount.destination));
        mounts.push(told);
    }
    Ok(mounts)
}

/// Attaches a disk and lets the guest mount it. Answers where, and the type that the mount then has.
fn attach(
    context: &Context<'_>,
    machine: &mut Machine,
    mount: &oci::Mount,
    disk: &Disk,
) -> Result<(String, &'static str)> {
    let block = mount.destination.starts_with(BLOCK_DEVICE);
    let unit = machine.attach(context, disk, true, "give the machine a disk that is mounted")?;
    let mounting = Mounting { options: mount.options.clone(), block, ..Mounting::default() };
    let why = if block { "let the guest find the device" } else { "let the guest mount it" };
    let path = machine.mount_linux(unit, disk.read_only, &mounting, why);
    Ok((path, if block { "bind" } else { "none" }))
}

/// Where a mount comes from, checked.
fn origin(context: &Context<'_>, index: usize, mount: &oci::Mount, read_only: bool) -> Result<Origin> {
    let wanted = context.wanted;
    let invalid = |property: &str, why: &str| wanted.invalid(format!("mounts[{index}]{property}: {why}"));
    let kind = mount.kind.as_deref().unwrap_or_default();
    let disk = Disk::of(mount, read_only).map_err(|why| invalid(".source", &why))?;
    let bind =
        kind == "bind" || (kind.is_empty() && mount.options.iter().any(|option| option == "bind" || option == "rbind"));
    if !bind && disk.is_none() {
        if mount.destination.starts_with(BLOCK_DEVICE) {
            return Err(invalid(".destination", "only a disk can be a block device; give its type"));
        }
        return Ok(Origin::Kernel);
    }
    let source = mount.source.as_deref().unwrap_or_default();
    if source.is_empty() || mount.destination.is_empty() {
        return Err(invalid("", "needs a source and a destination"));
    }
    if let Some(disk) = disk {
        if mount.destination.starts_with(BLOCK_DEVICE) {
            member(context, index, ".destination", &mount.destination)?;
        }
        return Ok(Origin::Disk(disk));
    }
    if mount.destination.starts_with(BLOCK_DEVICE) {
        return Err(invalid(".destination", "only a disk can be a block device; give its type"));
    }
    if let Some(path) = source.strip_prefix(MACHINE) {
        inside(path).map_err(|why| invalid(".source", &why))?;
        return Ok(Origin::Machine(path.into()));
    }
    if let Some(path) = [SANDBOX, SANDBOX_MEMORY].iter().find_map(|prefix| source.strip_prefix(prefix)) {
        member(context, index, ".source", source)?;
        inside(path).map_err(|why| invalid(".source", &why))?;
        return Ok(Origin::Guest);
    }
    if let Some(path) = source.strip_prefix(HUGE_PAGES) {
        member(context, index, ".source", source)?;
        huge_pages(path).map_err(|why| invalid(".source", &why))?;
        return Ok(Origin::Guest);
    }
    let source = &on_host(&context.wanted.bundle, source).map_err(|why| invalid(".source", &why))?;
    match context.facts.path(source) {
        PathKind::Folder => Ok(Origin::Folder(source.into())),
        PathKind::File => Ok(Origin::File(source.into())),
        PathKind::Link { target, file: false } => Ok(Origin::Folder(target.clone())),
        PathKind::Link { target, file: true } => Ok(Origin::File(target.clone())),
        PathKind::Missing => Err(invalid(".source", &format!("there is no {source} on the host"))),
    }
}

/// Refuses what guests know in containers that join a pod only.
fn member(context: &Context<'_>, index: usize, property: &str, what: &str) -> Result<()> {
    if context.choice.role == Role::Member {
        return Ok(());
    }
    let message = format!("mounts[{index}]{property}: {what} is for containers that join a pod");
    Err(context.wanted.unsupported(message))
}

/// Refuses a path that leads out of the folder that it is below.
fn inside(path: &str) -> std::result::Result<(), String> {
    if path.split('/').any(|part| part == "..") {
        return Err(format!("{path:?} leads out of its folder"));
    }
    Ok(())
}

/// Checks `<size>/<path>`. Guests have pages of one size.
fn huge_pages(path: &str) -> std::result::Result<(), String> {
    match path.split_once('/') {
        Some(("2M", place)) if !place.is_empty() => inside(place),
        Some(("2M", _)) | None => Err(format!("{HUGE_PAGES}{path} is not of the form hugepages://2M/name")),
        Some((size, _)) => Err(format!("guests have huge pages of 2M, not of {size}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn huge_pages_have_a_size_and_a_place() {
        assert_eq!(huge_pages("2M/a/b"), Ok(()));
        assert_eq!(huge_pages("2M"), Err("hugepages://2M is not of the form hugepages://2M/name".into()));
        assert_eq!(huge_pages("2M/"), Err("hugepages://2M/ is not of the form hugepages://2M/name".into()));
        assert_eq!(huge_pages("1G/a"), Err("guests have huge pages of 2M, not of 1G".into()));
        assert_eq!(huge_pages("2M/../a"), Err("\"../a\" leads out of its folder".into()));
    }
}
