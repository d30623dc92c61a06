//! Folders and single files of the host in a Windows guest, over virtual SMB.

use super::super::slots::Change;
use super::super::{Machine, paths};
use crate::Result;
use crate::plan::annotations::Annotations;
use crate::plan::facts::builds;
use crate::plan::{Context, PathKind, Step};
use hcs_schema::v2::{ModifySettingRequest, ResourcePath, VirtualSmbShare, VirtualSmbShareOptions};

/// Where a guest sees shares.
const GUEST: &str = r"\\?\VMSMB\VSMB-{dcc079ae-60ba-4d07-847c-3493609c0870}";

/// The last build that maps only files whose file system tells their ids. The first one is 18362.
const LAST_WITH_IDS: u32 = 19_042;

/// What holds for all shares of a machine.
pub(super) struct Sharing {
    /// Whether no file is mapped into the guest's memory.
    no_direct_map: bool,
    /// Whether folders can be shared for reading only.
    read_only: bool,
}

impl Sharing {
    /// What holds for a machine that these annotations made. A member of its pod can forbid itself more.
    pub fn of(context: &Context<'_>, machine: &Annotations) -> Self {
        let own = context.annotations.disable_writable_file_shares == Some(true);
        Sharing {
            no_direct_map: machine.fully_physically_backed == Some(true)
                || machine.virtual_smb_no_direct_map == Some(true),
            read_only: machine.disable_writable_file_shares == Some(true) || own,
        }
    }

    /// Options of a share.
    pub fn options(&self, context: &Context<'_>, folder: &str, read_only: bool) -> VirtualSmbShareOptions {
        VirtualSmbShareOptions {
            read_only,
            share_read: read_only,
            cache_io: read_only,
            pseudo_oplocks: read_only,
            no_directmap: self.no_direct_map || without_ids(context, folder),
            ..VirtualSmbShareOptions::default()
        }
    }

    /// Shares a layer, whose files are read whatever their rights are. Answers where the guest sees it.
    pub fn layer(&self, context: &Context<'_>, machine: &mut Machine, folder: &str) -> String {
        let options = VirtualSmbShareOptions { take_backup_privilege: true, ..self.options(context, folder, true) };
        share(machine, folder, None, options, "share a read-only layer with the machine")
    }

    /// Shares a folder. Answers where the guest sees it.
    pub fn folder(
        &self,
        context: &Context<'_>,
        machine: &mut Machine,
        folder: &str,
        read_only: bool,
        wish: &str,
        why: &str,
    ) -> Result<String> {
        self.writable(context, folder, read_only, wish)?;
        Ok(share(machine, folder, None, self.options(context, folder, read_only), why))
    }

    /// Shares a single file: its folder, in which nothing else can be opened. Answers where the guest sees the file.
    pub fn file(
        &self,
        context: &Context<'_>,
        machine: &mut Machine,
        path: &str,
        read_only: bool,
        wish: &str,
        why: &str,
    ) -> Result<String> {
        self.writable(context, path, read_only, wish)?;
        let folder = paths::parent(path);
        let options = VirtualSmbShareOptions {
            restrict_file_access: true,
            single_file_mapping: true,
            ..self.options(context, folder, read_only)
        };
        let guest = share(machine, folder, Some(path), options, why);
        Ok(paths::join(&guest, paths::name(path)))
    }

    fn writable(&self, context: &Context<'_>, path: &str, read_only: bool, wish: &str) -> Result<()> {
        if self.read_only && !read_only {
            let key = "io.microsoft.virtualmachine.fileshares.disablewritable";
            let message = format!("{wish}: annotation {key} forbids writable folders of the host; mount it read-only");
            return Err(context.wanted.unsupported(message));
        }
        if *context.facts.path(path) == PathKind::Missing {
            return Err(context.wanted.invalid(format!("{wish}: there is no {path} on the host")));
        }
        Ok(())
    }
}

/// Whether a build needs ids of files in order to map them, and a folder's file system does not tell any.
fn without_ids(context: &Context<'_>, folder: &str) -> bool {
    let concerned = context.facts.build().is_some_and(|build| (builds::V1903..=LAST_WITH_IDS).contains(&build));
    concerned
        && context.facts.without_file_ids.iter().any(|root| {
            let (root, folder) = (paths::key(root), paths::key(folder));
            folder
                .strip_prefix(root.trim_end_matches('\\'))
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('\\'))
        })
}

fn share(
    machine: &mut Machine,
    folder: &str,
    file: Option<&str>,
    options: VirtualSmbShareOptions,
    why: &str,
) -> String {
    let access = if options.read_only { "ro" } else { "rw" };
    let what = if file.is_some() { "files" } else { "folder" };
    let key = format!("share {access} {what} {}", paths::key(folder));
    let (name, allowed_files, change) = machine.slots.smb(&key, file);
    // What is mapped into the guest's memory stays there as long as the guest has it open, so it is never taken away.
    let stays = !options.no_directmap;
    let settings = VirtualSmbShare { name: name.clone(), path: folder.into(), allowed_files, options: Some(options) };
    let path = ResourcePath::VirtualSmbShares;
    let remove = VirtualSmbShare { name: name.clone(), ..VirtualSmbShare::default() };
    match change {
        Change::Grown => {
            let grow = ModifySettingRequest::update(path, &settings);
            let step = Step::new(machine.host(grow), why);
            let file = paths::key(file.unwrap_or_default());
            machine.push(step.shared_as(format!("{key}: {file}")));
        }
        Change::New | Change::None => {
            let mut step = machine.lend(&path, &settings, &remove, why);
            if stays {
                step.undo.clear();
            }
            machine.push(step.shared_as(key));
        }
    }
    paths::join(GUEST, &name)
}

/// Where a guest sees a named pipe of the host.
pub(super) fn pipe(name: &str) -> String {
    format!(r"{GUEST}\IPC$\{name}")
}
