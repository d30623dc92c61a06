//! The facts about this Windows that requests and plans depend on.

use crate::request::{Facts, Request};
use crate::roots::{Environment, Places};
use hcs_host::Result;
use hcs_host::plan::{Architecture, HostFacts, LinuxBoot, Os, PathKind, Wanted};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What the choice of roots depends on.
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

/// Facts about the caller. Windows knows no numbers of users, and containers take an administrator.
#[expect(clippy::unnecessary_wraps, reason = "other systems can fail to tell")]
pub fn facts() -> Result<Facts> {
    Ok(Facts {
        privileged: true,
        processors: processors(),
        host_name: std::env::var("COMPUTERNAME").unwrap_or_default(),
        ..Facts::default()
    })
}

fn processors() -> u32 {
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    u32::try_from(processors).unwrap_or(u32::MAX)
}

/// Facts about this machine.
#[expect(clippy::unnecessary_wraps, reason = "other systems can fail to tell")]
pub fn host() -> Result<HostFacts> {
    let windows = hcs_windows::windows_version();
    let variable =
        |name: &str, otherwise: &str| PathBuf::from(std::env::var_os(name).unwrap_or_else(|| otherwise.into()));
    let program = std::env::current_exe().ok().and_then(|path| path.parent().map(Path::to_owned)).unwrap_or_default();
    let beside = program.join("LinuxBootFiles");
    let boot = match beside.is_dir() {
        true => beside,
        false => variable("ProgramFiles", r"C:\Program Files").join("Linux Containers"),
    };
    Ok(HostFacts {
        os: Os::Windows { build: windows.build, revision: windows.revision },
        architecture: if std::env::consts::ARCH == "aarch64" { Architecture::Arm64 } else { Architecture::Amd64 },
        processors: processors(),
        memory_mb: hcs_windows::memory() >> 20,
        // The process of a virtual machine's own worker comes with Hyper-V.
        hypervisor: variable("SystemRoot", r"C:\Windows").join(r"System32\vmwp.exe").exists(),
        program_folder: program.display().to_string(),
        linux_boot: LinuxBoot {
            folder: boot.display().to_string(),
            vmlinux: boot.join("vmlinux").exists(),
            rootfs_vhd: boot.join("rootfs.vhd").exists(),
        },
        ..HostFacts::windows(windows.build)
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
    let mut paths: BTreeMap<String, PathKind> =
        plain.map(|source| (source.to_owned(), kind(Path::new(source)))).collect();
    // Which of the layers has the files of a utility VM, and whether the writable layer is there already.
    let machines = wanted.layers.iter().map(|layer| format!(r"{}\UtilityVM", layer.trim_end_matches('\\')));
    let disk = (!wanted.scratch.is_empty()).then(|| format!(r"{}\sandbox.vhdx", wanted.scratch.trim_end_matches('\\')));
    for path in machines.chain(disk) {
        let found = kind(Path::new(&path));
        paths.insert(path, found);
    }
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
