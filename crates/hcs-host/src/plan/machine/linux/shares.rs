//! Folders and single files of the host in a Linux guest, over Plan 9.

use super::traits::Traits;
use crate::Result;
use crate::plan::Context;
use crate::plan::facts::builds;
use crate::plan::machine::{Machine, needs, paths};
use hcs_schema::guest::{LinuxResource, MappedDirectory};
use hcs_schema::v2::{Plan9Share, Plan9ShareFlags, ResourcePath};

/// The port that every share is served on.
const PORT: u32 = 564;
/// The same port, as guests read it.
const GUEST_PORT: i32 = 564;

/// What is shared.
struct Share<'a> {
    /// A folder of the host.
    folder: &'a str,
    /// The only file of it that can be opened, if there is one.
    file: Option<&'a str>,
    /// Where the guest has it.
    guest: &'a str,
    /// Whether it can only be read.
    read_only: bool,
    /// What wants it, as an error names it.
    wish: &'a str,
}

/// Shares a folder.
pub(super) fn folder(
    context: &Context<'_>,
    machine: &mut Machine,
    traits: &Traits,
    folder: &str,
    guest: &str,
    read_only: bool,
    wish: &str,
) -> Result<()> {
    share(context, machine, traits, &Share { folder, file: None, guest, read_only, wish })
}

/// Shares a single file: its folder, in which nothing else can be opened. Answers where the guest has the file.
pub(super) fn file(
    context: &Context<'_>,
    machine: &mut Machine,
    traits: &Traits,
    path: &str,
    guest: &str,
    read_only: bool,
    wish: &str,
) -> Result<String> {
    needs(context, &format!("{wish}: a single file"), builds::V1903, "mount the folder that it is in")?;
    let name = paths::name(path);
    share(context, machine, traits, &Share { folder: paths::parent(path), file: Some(name), guest, read_only, wish })?;
    Ok(format!("{guest}/{name}"))
}

fn share(context: &Context<'_>, machine: &mut Machine, traits: &Traits, share: &Share<'_>) -> Result<()> {
    let Share { folder, file, guest, read_only, wish } = *share;
    if traits.read_only_shares && !read_only {
        let key = "io.microsoft.virtualmachine.fileshares.disablewritable";
        let message = format!("{wish}: annotation {key} forbids writable folders of the host; mount it read-only");
        return Err(context.wanted.unsupported(message));
    }
    let name = machine.slots.plan9();
    let mut flags = Plan9ShareFlags::LINUX_METADATA.0;
    if read_only {
        flags |= Plan9ShareFlags::READ_ONLY.0;
    }
    if file.is_some() {
        flags |= Plan9ShareFlags::RESTRICT_FILE_ACCESS.0;
    }
    let named = Plan9Share { name: name.clone(), access_name: name.clone(), port: PORT, ..Plan9Share::default() };
    let settings = Plan9Share {
        path: folder.into(),
        flags: Plan9ShareFlags(flags),
        allowed_files: file.map(str::to_owned).into_iter().collect(),
        ..named.clone()
    };
    let step = machine.lend(&ResourcePath::Plan9Shares, &settings, &named, "share it with the machine");
    machine.push(step);
    let directory =
        MappedDirectory { mount_path: guest.into(), port: GUEST_PORT, share_name: name, ..MappedDirectory::default() };
    let add = MappedDirectory { read_only, ..directory.clone() };
    let [add, remove] = [add, directory].map(LinuxResource::MappedDirectory);
    let step = machine.mount(add, remove, "let the guest mount it");
    machine.push(step);
    Ok(())
}
