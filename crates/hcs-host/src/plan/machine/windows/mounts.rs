//! Mounts of a Windows container in a utility VM.

use super::super::disks::Disk;
use super::super::{Machine, paths};
use super::shares::{Sharing, pipe};
use super::{run, windows::Mapped};
use crate::Result;
use crate::plan::windows::Source;
use crate::plan::{Context, pod};
use hcs_schema::oci;
use hcs_schema::v2::{MappedDirectory, MappedPipe, ModifySettingRequest, ResourcePath};

/// Begins the paths of named pipes.
const PIPES: &str = r"\\.\pipe\";

/// The mounts, as the container's document has them.
#[derive(Default)]
pub(super) struct Mounts {
    /// Folders and files of the guest.
    pub directories: Vec<MappedDirectory>,
    /// Named pipes of the guest.
    pub pipes: Vec<MappedPipe>,
}

/// Gives the machine what the mounts of a container need.
pub(super) fn mount(
    context: &Context<'_>,
    machine: &mut Machine,
    sharing: &Sharing,
    mapped: &Mapped,
) -> Result<Mounts> {
    let mut mounts = Mounts::default();
    for (index, mount) in mapped.0.iter().enumerate() {
        let wish = format!("mounts[{index}].source");
        let why = "share what is mounted with the machine";
        let read_only = mount.read_only;
        let guest = match &mount.source {
            Source::Folder(path) => sharing.folder(context, machine, path, read_only, &wish, why)?,
            Source::File(path) => sharing.file(context, machine, path, read_only, &wish, why)?,
            Source::Sandbox(path) => {
                for_shell(context, path, &wish)?;
                let words = ["cmd", "/c", "mkdir", path, "&", "dir", path];
                let step = run(machine, &words, Vec::new(), "make the pod's folder, unless it is there");
                machine.push(step);
                path.clone()
            }
            Source::Disk { kind, source } => {
                let disk = disk(context, kind, source, read_only, &wish)?;
                let unit = machine.attach(context, &disk, true, "give the machine a disk that is mounted")?;
                machine.mount_windows(unit, "let the guest mount it")
            }
            Source::Pipe(path) | Source::MachinePipe(path) => {
                let host_path = named_pipe(context, machine, &mount.source, path);
                let container_pipe_name = name(&mount.destination).into();
                mounts.pipes.push(MappedPipe { container_pipe_name, host_path, ..MappedPipe::default() });
                continue;
            }
        };
        mounts.directories.push(MappedDirectory {
            host_path: guest,
            container_path: mount.destination.clone(),
            read_only,
            ..MappedDirectory::default()
        });
    }
    Ok(mounts)
}

/// Refuses a path that means something else to the shell that makes its folder.
fn for_shell(context: &Context<'_>, path: &str, wish: &str) -> Result<()> {
    if path.contains(|char: char| char.is_control() || "&|<>^%!\"'`;,=()".contains(char)) {
        let message = format!("{wish}: {path:?} has a character that the guest's shell takes for its own");
        return Err(context.wanted.invalid(message));
    }
    Ok(())
}

fn disk(context: &Context<'_>, kind: &str, source: &str, read_only: bool, wish: &str) -> Result<Disk> {
    let mount = oci::Mount { kind: Some(kind.into()), source: Some(source.into()), ..oci::Mount::default() };
    let disk = Disk::of(&mount, read_only).map_err(|why| context.wanted.invalid(format!("{wish}: {why}")))?;
    Ok(disk.unwrap_or_else(|| Disk::file(source, read_only)))
}

/// Lends a pipe of the host to the machine, or names one of the machine's own, which has the pod's id before its name.
fn named_pipe(context: &Context<'_>, machine: &mut Machine, source: &Source, path: &str) -> String {
    if matches!(source, Source::MachinePipe(_)) {
        return format!(r"{PIPES}{}\{}", pod::sandbox(context), name(path));
    }
    let resource = ResourcePath::MappedPipe { path: path.into() };
    let add =
        ModifySettingRequest { settings: serde_json::Value::Null, ..ModifySettingRequest::add(resource.clone(), &()) };
    let remove = machine.host(ModifySettingRequest::remove(resource));
    let step =
        crate::plan::Step::new(machine.host(add), "lend a named pipe of the host to the machine").undone_by(remove);
    machine.push(step.shared_as(format!("pipe {}", paths::key(path))));
    pipe(name(path))
}

/// The name of a pipe without the path of pipes.
fn name(path: &str) -> &str {
    path.get(PIPES.len()..).unwrap_or_default()
}
