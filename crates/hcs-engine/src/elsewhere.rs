//! Where no host is built in yet: every verb says so. State roots and records are the same everywhere.

use crate::request::{Attach, Facts, Request};
use crate::roots::{Environment, Places};
use crate::store::Store;
use crate::version::windows_version;
use crate::{Reclaimed, Record};
use hcs_host::plan::{Architecture, HostFacts, LinuxBoot, PathKind, Wanted};
use hcs_host::{Error, ProcessIdentity, Result};
use hcs_schema::oci;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

fn nowhere<T>(operation: &str, id: &str) -> Result<T> {
    Err(Error::unsupported(operation, id, "this build runs containers on Linux only"))
}

pub fn run_if_helper() {}

pub fn environment() -> Environment {
    Environment {
        root: false,
        program_data: std::env::var_os("ProgramData"),
        runtime_dir: None,
        data_home: None,
        home: None,
        temporary: std::env::temp_dir(),
        uid: 0,
    }
}

pub fn facts() -> Result<Facts> {
    nowhere("read the host's facts", "")
}

/// Facts about this machine. The version is what the system's own `ver` prints.
pub fn host() -> Result<HostFacts> {
    let failed = |message: String| Error::unsupported("read the host's version", "", message);
    let printed = Command::new("cmd").args(["/d", "/c", "ver"]).output().map_err(|error| failed(error.to_string()))?;
    let text = String::from_utf8_lossy(&printed.stdout);
    let os = windows_version(&text).ok_or_else(|| failed(format!("`ver` prints {:?}", text.trim())))?;
    let variable =
        |name: &str, otherwise: &str| PathBuf::from(std::env::var_os(name).unwrap_or_else(|| otherwise.into()));
    let program = std::env::current_exe().ok().and_then(|path| path.parent().map(Path::to_owned)).unwrap_or_default();
    let beside = program.join("LinuxBootFiles");
    let boot = match beside.is_dir() {
        true => beside,
        false => variable("ProgramFiles", r"C:\Program Files").join("Linux Containers"),
    };
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let facts = HostFacts::windows(0);
    Ok(HostFacts {
        os,
        architecture: if std::env::consts::ARCH == "aarch64" { Architecture::Arm64 } else { Architecture::Amd64 },
        processors: u32::try_from(processors).unwrap_or(u32::MAX),
        // The process of a virtual machine's own worker comes with Hyper-V.
        hypervisor: variable("SystemRoot", r"C:\Windows").join(r"System32\vmwp.exe").exists(),
        program_folder: program.display().to_string(),
        linux_boot: LinuxBoot {
            folder: boot.display().to_string(),
            vmlinux: boot.join("vmlinux").exists(),
            rootfs_vhd: boot.join("rootfs.vhd").exists(),
        },
        ..facts
    })
}

/// What is wanted for a request, and the facts that its plan needs: what its paths are.
pub fn wanted(
    id: &str,
    request: Request,
    places: &Places,
    stdin: bool,
    host: HostFacts,
) -> Result<(Wanted, HostFacts)> {
    let wanted = crate::wanted(id, request, places, stdin)?;
    let sources = wanted.spec.mounts.iter().filter_map(|mount| mount.source.as_deref());
    let plain = sources.filter(|source| Path::new(source).is_absolute() && !source.starts_with(r"\\"));
    let paths: BTreeMap<String, PathKind> = plain.map(|source| (source.to_owned(), kind(Path::new(source)))).collect();
    Ok((wanted, HostFacts { paths, ..host }))
}

/// What is at a path.
fn kind(path: &Path) -> PathKind {
    let Ok(found) = path.symlink_metadata() else { return PathKind::Missing };
    if !found.is_symlink() {
        return if found.is_dir() { PathKind::Folder } else { PathKind::File };
    }
    match (path.canonicalize(), path.metadata()) {
        (Ok(target), Ok(end)) => {
            let target = target.display().to_string();
            let target = target.strip_prefix(r"\\?\").unwrap_or(&target).to_owned();
            PathKind::Link { target, file: !end.is_dir() }
        }
        _ => PathKind::Missing,
    }
}

pub fn file_id(metadata: &std::fs::Metadata) -> Option<SystemTime> {
    metadata.created().ok()
}

pub fn is_private(_: &std::fs::Metadata) -> bool {
    true
}

pub fn private(_: &mut std::fs::DirBuilder) {}

pub fn is_alive(_: ProcessIdentity) -> bool {
    false
}

pub fn describe(_: &Store, _: &Request) -> Result<Vec<String>> {
    nowhere("describe", "the container")
}

pub async fn run(_: &Store, _: Request, _: Attach) -> Result<u32> {
    nowhere("run", "the container")
}

pub async fn spawn(_: &Store, _: Request) -> Result<String> {
    nowhere("run", "the container")
}

pub async fn exec(_: &Store, record: &Record, _: oci::Process, _: Attach) -> Result<u32> {
    nowhere("execute", &record.id)
}

pub async fn exec_detached(_: &Store, record: &Record, _: oci::Process) -> Result<u32> {
    nowhere("execute", &record.id)
}

pub async fn stop(_: &Store, record: &Record, _: Duration) -> Result<()> {
    nowhere("stop", &record.id)
}

pub async fn kill(_: &Store, record: &Record, _: i32) -> Result<()> {
    nowhere("kill", &record.id)
}

pub async fn wait(_: &Store, record: &Record) -> Result<u32> {
    nowhere("wait", &record.id)
}

pub async fn remove(_: &Store, record: &Record, _: bool) -> Result<()> {
    nowhere("remove", &record.id)
}

pub async fn gc(_: &Store, _: bool) -> Result<Vec<Reclaimed>> {
    nowhere("collect", "")
}
