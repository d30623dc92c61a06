//! Mounts of Windows containers: folders, single files and named pipes of the host; disks only in a utility VM.

use super::layers::absolute;
use super::{is_version1, needs};
use crate::Result;
use crate::plan::facts::builds;
use crate::plan::{Context, Kind, PathKind};
use hcs_schema::oci;
use hcs_schema::v2::{MappedDirectory, MappedPipe};

/// Begins the paths of named pipes.
const PIPES: &str = r"\\.\pipe\";
/// Begins sources that are a folder of the pod's utility VM.
const SANDBOX: &str = "sandbox://";
/// Begins sources that are a path of the utility VM.
const MACHINE: &str = "uvm://";
/// Options that say what is so anyway.
const EMPTY_OPTIONS: [&str; 9] = ["rw", "bind", "rbind", "private", "rprivate", "slave", "rslave", "shared", "rshared"];

/// What is mounted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// A folder of the host.
    Folder(String),
    /// A file of the host.
    File(String),
    /// A named pipe of the host.
    Pipe(String),
    /// A named pipe of the utility VM.
    MachinePipe(String),
    /// A folder that the pod shares in its utility VM.
    Sandbox(String),
    /// A disk: by its number or path, by its file, or by a provider.
    Disk {
        /// Type of the mount: `physical-disk`, `virtual-disk` or `extensible-virtual-disk`.
        kind: String,
        /// Which.
        source: String,
    },
}

/// A mount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mount {
    /// What is mounted.
    pub source: Source,
    /// Where it is seen.
    pub destination: String,
    /// Whether it cannot be written to.
    pub read_only: bool,
    /// Highest number of operations a second, 0 for none. Only documents of schema version 1 have it.
    pub iops: u64,
    /// Highest traffic in bytes a second, likewise.
    pub bandwidth: u64,
}

/// The mounts of a container.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mapped(pub Vec<Mount>);

/// The mounts of a container, checked.
pub(crate) fn mounts(context: &mut Context<'_>, kind: Kind) -> Result<Mapped> {
    let mut mapped = Mapped::default();
    let mut seen: Vec<String> = Vec::new();
    for (index, mount) in context.wanted.spec.mounts.iter().enumerate() {
        let mount = one(context, kind, index, mount)?;
        let key = mount.destination.trim_end_matches('\\').to_ascii_lowercase();
        if seen.contains(&key) {
            let message = format!("mounts[{index}].destination: {} is mounted twice", mount.destination);
            return Err(context.wanted.invalid(message));
        }
        seen.push(key);
        mapped.0.push(mount);
    }
    Ok(mapped)
}

fn one(context: &mut Context<'_>, kind: Kind, index: usize, mount: &oci::Mount) -> Result<Mount> {
    let wanted = context.wanted;
    let oci::Mount { destination, kind: _, source, options, uid_mappings, gid_mappings, extra } = mount;
    let invalid = |property: &str, why: String| wanted.invalid(format!("mounts[{index}]{property}: {why}"));
    context
        .notes
        .extend(extra.keys().map(|key| format!("property mounts[{index}].{key} is not known, and has no effect")));
    if !uid_mappings.is_empty() || !gid_mappings.is_empty() {
        return Err(wanted.unsupported(format!("mounts[{index}].uidMappings: only Linux has mounts with mapped ids")));
    }
    let source = source.as_deref().unwrap_or_default();
    if source.is_empty() || destination.is_empty() {
        return Err(invalid("", "needs a source and a destination".into()));
    }
    let (mut read_only, mut iops, mut bandwidth) = (false, 0, 0);
    for option in options {
        let lower = option.to_ascii_lowercase();
        if lower == "ro" {
            read_only = true;
        } else if let Some((limit, most)) = limit(&lower) {
            let most = most.parse().map_err(|_| invalid(".options", format!("{option:?} is not a limit")))?;
            *(if limit == "iops" { &mut iops } else { &mut bandwidth }) = most;
            if !is_version1(kind) {
                let note = format!(
                    "mounts[{index}].options: {option} has no effect: from build 17763 on folders have no limits"
                );
                context.notes.push(note);
            }
        } else if !EMPTY_OPTIONS.contains(&lower.as_str()) {
            return Err(wanted.unsupported(format!("mounts[{index}].options: {option:?} means nothing to Windows")));
        }
    }
    let source = self::source(context, kind, index, mount, source)?;
    let mut destination = destination.clone();
    if let Source::Pipe(path) | Source::MachinePipe(path) = &source {
        pipe_name(path).map_err(|why| invalid(".source", why))?;
        pipe_name(&destination).map_err(|why| invalid(".destination", why))?;
        if read_only {
            return Err(wanted.unsupported(format!("mounts[{index}].options: a pipe cannot be read-only")));
        }
        if (iops, bandwidth) != (0, 0) {
            return Err(wanted.unsupported(format!("mounts[{index}].options: a pipe cannot be limited")));
        }
    } else {
        destination = tidy(&destination).map_err(|why| invalid(".destination", why))?;
        if destination.trim_end_matches('\\').len() == 2 {
            return Err(invalid(".destination", format!("{destination} is a whole drive; mount below it")));
        }
    }
    Ok(Mount { source, destination, read_only, iops, bandwidth })
}

/// The limit that an option names, which nspawn has for its folder, and its text.
fn limit(option: &str) -> Option<(&str, &str)> {
    option.split_once('=').filter(|(name, _)| matches!(*name, "iops" | "bandwidth"))
}

fn source(context: &Context<'_>, kind: Kind, index: usize, mount: &oci::Mount, source: &str) -> Result<Source> {
    let wanted = context.wanted;
    let isolated = kind == Kind::WindowsHypervisor;
    match mount.kind.as_deref().unwrap_or_default() {
        "" | "bind" => {}
        disk @ ("physical-disk" | "virtual-disk" | "extensible-virtual-disk") => {
            if !isolated {
                let message = format!(
                    "mounts[{index}].type: a {disk} can only be given to a container with Hyper-V isolation of schema 2"
                );
                return Err(wanted.unsupported(message));
            }
            return Ok(Source::Disk { kind: disk.into(), source: source.into() });
        }
        other => {
            return Err(wanted.unsupported(format!(
                "mounts[{index}].type: {other:?} is not one for Windows; leave it empty, or give physical-disk, virtual-disk or extensible-virtual-disk"
            )));
        }
    }
    if let Some(path) = source.strip_prefix(MACHINE) {
        if isolated && strip_pipe(path).is_some() {
            return Ok(Source::MachinePipe(path.into()));
        }
        return Err(wanted
            .unsupported(format!("mounts[{index}].source: {source:?}: only pipes of a utility VM can be mounted")));
    }
    if let Some(path) = source.strip_prefix(SANDBOX) {
        if !isolated {
            return Err(
                wanted.unsupported(format!("mounts[{index}].source: {source:?} needs a pod with Hyper-V isolation"))
            );
        }
        return sandbox_path(path)
            .map(Source::Sandbox)
            .map_err(|why| wanted.invalid(format!("mounts[{index}].source: {why}")));
    }
    if strip_pipe(source).is_some() {
        needs(context, &format!("mounts[{index}]: a named pipe"), builds::V1709)?;
        return Ok(Source::Pipe(source.into()));
    }
    absolute(source).map_err(|why| wanted.invalid(format!("mounts[{index}].source: {why}")))?;
    if source.replace('/', r"\").starts_with(r"\\.\") {
        let message = format!("mounts[{index}].source: {source} is a device; a disk has the type physical-disk");
        return Err(wanted.unsupported(message));
    }
    match context.facts.path(source) {
        PathKind::Folder => Ok(Source::Folder(source.into())),
        PathKind::File if is_version1(kind) => file_in_version1(context, index, source),
        PathKind::File => Ok(Source::File(source.into())),
        PathKind::Link { file: true, .. } if is_version1(kind) => file_in_version1(context, index, source),
        // HCS does not follow links to files by itself.
        PathKind::Link { target, file: true } => Ok(Source::File(target.clone())),
        PathKind::Link { target, file: false } => Ok(Source::Folder(target.clone())),
        PathKind::Missing => Err(wanted.invalid(format!("mounts[{index}].source: there is no {source} on the host"))),
    }
}

fn file_in_version1(context: &Context<'_>, index: usize, source: &str) -> Result<Source> {
    let message = format!(
        "mounts[{index}].source: {source} is a file; before build 17763 only folders can be mounted, so mount its folder"
    );
    Err(context.wanted.unsupported(message))
}

/// The folder of the utility VM that stands for a path of the pod.
fn sandbox_path(path: &str) -> std::result::Result<String, String> {
    let parts: Vec<&str> = path.split(['/', '\\']).filter(|part| !part.is_empty()).collect();
    if parts.iter().any(|part| *part == ".." || part.contains(':')) {
        return Err(format!("{path:?} leads out of the pod's folder"));
    }
    Ok(format!(r"C:\SandboxMounts\{}", parts.join(r"\")))
}

/// Refuses what is no pipe, or leads to something else.
fn pipe_name(path: &str) -> std::result::Result<(), String> {
    let name = strip_pipe(path).ok_or_else(|| format!(r"{path:?} is not a pipe; it begins with {PIPES}"))?;
    if name.split(['\\', '/']).any(|part| matches!(part, "" | "." | "..")) {
        return Err(format!("{path:?} leads to something else than a pipe"));
    }
    Ok(())
}

/// An absolute path with backslashes alone and without parts that lead nowhere.
fn tidy(path: &str) -> std::result::Result<String, String> {
    absolute(path)?;
    let path = path.replace('/', r"\");
    let (root, rest) = path.strip_prefix(r"\\").map_or_else(|| path.split_at(3), |rest| (r"\\", rest));
    let parts: Vec<&str> = rest.split('\\').filter(|part| !matches!(*part, "" | ".")).collect();
    if parts.contains(&"..") {
        return Err(format!("{path:?} leads out of its folder"));
    }
    Ok(format!("{root}{}", parts.join(r"\")))
}

/// The name of a pipe, if the path is one.
fn strip_pipe(path: &str) -> Option<&str> {
    let head = path.get(..PIPES.len())?;
    head.replace('/', r"\").eq_ignore_ascii_case(PIPES).then(|| &path[PIPES.len()..]).filter(|name| !name.is_empty())
}

impl Mapped {
    /// Folders and files of the host, as documents of schema version 2 have them.
    pub fn directories(&self) -> Vec<MappedDirectory> {
        let directory = |mount: &Mount| match &mount.source {
            Source::Folder(path) | Source::File(path) => Some(MappedDirectory {
                host_path: path.clone(),
                container_path: mount.destination.clone(),
                read_only: mount.read_only,
                ..MappedDirectory::default()
            }),
            _ => None,
        };
        self.0.iter().filter_map(directory).collect()
    }

    /// Named pipes, as documents of schema version 2 have them: the container's without the path of pipes.
    pub fn pipes(&self) -> Vec<MappedPipe> {
        let pipe = |mount: &Mount| match &mount.source {
            Source::Pipe(path) | Source::MachinePipe(path) => Some(MappedPipe {
                host_path: path.clone(),
                container_pipe_name: strip_pipe(&mount.destination).unwrap_or_default().into(),
                ..MappedPipe::default()
            }),
            _ => None,
        };
        self.0.iter().filter_map(pipe).collect()
    }

    /// The mounts, a line each.
    pub fn words(&self) -> Vec<String> {
        let line = |mount: &Mount| {
            let what = match &mount.source {
                Source::Folder(path) => format!("folder {path}"),
                Source::File(path) => format!("file {path}"),
                Source::Pipe(path) => format!("pipe {path}"),
                Source::MachinePipe(path) => format!("pipe {path} of the utility VM"),
                Source::Sandbox(path) => format!("folder {path} of the pod's utility VM"),
                Source::Disk { kind, source } => format!("{kind} {source}"),
            };
            format!("{what} at {}{}", mount.destination, if mount.read_only { ", read-only" } else { "" })
        };
        self.0.iter().map(line).collect()
    }
}
