//! What is known of a host: plain data, so that a plan for any host is made on any other.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The first build of Windows Server with each line of schemas and calls.
pub mod builds {
    /// Windows Server 2016, version 1607.
    pub const SERVER_2016: u32 = 14393;
    /// Version 1709, which mapped pipes came with.
    pub const V1709: u32 = 16299;
    /// Windows Server 2019, version 1809: schema version 2 and `computecore.dll`.
    pub const SERVER_2019: u32 = 17763;
    /// Version 1903, from which Linux kernels are booted directly.
    pub const V1903: u32 = 18362;
    /// Windows Server 2022.
    pub const SERVER_2022: u32 = 20348;
    /// Windows 11, version 21H2.
    pub const WINDOWS_11: u32 = 22000;
    /// Windows Server 2025.
    pub const SERVER_2025: u32 = 26100;
}

/// A host, as far as plans depend on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HostFacts {
    /// Its operating system.
    pub os: Os,
    /// Its processor architecture.
    pub architecture: Architecture,
    /// Logical processors.
    pub processors: u32,
    /// Memory in MiB.
    pub memory_mb: u64,
    /// Whether Hyper-V is there. Always false on Linux hosts so far.
    pub hypervisor: bool,
    /// Where the programs of Silo are; Linux boot files may lie beside them.
    pub program_folder: String,
    /// What utility VMs that run Linux can boot from.
    pub linux_boot: LinuxBoot,
    /// Sizes in bytes of files that layers are in, by their paths.
    #[serde(default)]
    pub sizes: BTreeMap<String, u64>,
    /// Folders of file systems that do not tell the ids of files, as shares of Azure Files are.
    #[serde(default)]
    pub without_file_ids: BTreeSet<String>,
    /// What the paths of the specification are; a path that is not listed counts as a folder.
    pub paths: BTreeMap<String, PathKind>,
    /// Contents of files that annotations name, by path.
    pub files: BTreeMap<String, String>,
    /// On a Linux host: the disks that paths are on, by path. A path that is not listed is on none.
    #[serde(default)]
    pub disks: BTreeMap<String, Disk>,
}

/// A whole disk of a Linux host, by its device number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Disk {
    /// Major number.
    pub major: i64,
    /// Minor number.
    pub minor: i64,
}

/// An operating system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Os {
    /// Linux, where Silo's own engine is the host.
    Linux,
    /// Windows.
    Windows {
        /// Build, for example 20348.
        build: u32,
        /// Revision (the update), for example 2031; 0 where it is not known.
        revision: u32,
    },
}

/// A processor architecture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Architecture {
    /// x86-64.
    Amd64,
    /// 64-bit ARM.
    Arm64,
}

/// Files that a utility VM can boot Linux from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LinuxBoot {
    /// The folder they are in.
    pub folder: String,
    /// Whether `vmlinux`, an uncompressed kernel, is there; otherwise `kernel` is used.
    pub vmlinux: bool,
    /// Whether `rootfs.vhd` is there, which is preferred to `initrd.img`.
    pub rootfs_vhd: bool,
}

/// What a path on the host is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "is")]
pub enum PathKind {
    /// A folder.
    Folder,
    /// A file.
    File,
    /// A symbolic link or junction that ends at another path.
    Link {
        /// Where it ends.
        target: String,
        /// Whether a file is there.
        file: bool,
    },
    /// Nothing.
    Missing,
}

impl HostFacts {
    /// A Linux host with these processors and memory.
    pub fn linux(processors: u32, memory_mb: u64) -> Self {
        HostFacts {
            os: Os::Linux,
            architecture: Architecture::Amd64,
            processors,
            memory_mb,
            hypervisor: false,
            program_folder: String::new(),
            linux_boot: LinuxBoot { folder: String::new(), vmlinux: false, rootfs_vhd: false },
            sizes: BTreeMap::new(),
            without_file_ids: BTreeSet::new(),
            paths: BTreeMap::new(),
            disks: BTreeMap::new(),
            files: BTreeMap::new(),
        }
    }

    /// A Windows host of a build as one would buy it: 4 processors, 8 GiB of memory, Hyper-V, and Linux boot files.
    pub fn windows(build: u32) -> Self {
        HostFacts {
            os: Os::Windows { build, revision: 0 },
            architecture: Architecture::Amd64,
            processors: 4,
            memory_mb: 8192,
            hypervisor: true,
            program_folder: r"C:\Program Files\Silo".into(),
            linux_boot: LinuxBoot {
                folder: r"C:\Program Files\Linux Containers".into(),
                vmlinux: true,
                rootfs_vhd: true,
            },
            sizes: BTreeMap::new(),
            without_file_ids: BTreeSet::new(),
            paths: BTreeMap::new(),
            disks: BTreeMap::new(),
            files: BTreeMap::new(),
        }
    }

    /// The Windows build; `None` on Linux.
    pub fn build(&self) -> Option<u32> {
        match self.os {
            Os::Linux => None,
            Os::Windows { build, .. } => Some(build),
        }
    }

    /// The update of the Windows build; 0 where it is not known, and on Linux.
    pub fn revision(&self) -> u32 {
        match self.os {
            Os::Linux => 0,
            Os::Windows { revision, .. } => revision,
        }
    }

    /// What a path is.
    pub fn path(&self, path: &str) -> &PathKind {
        self.paths.get(path).unwrap_or(&PathKind::Folder)
    }
}

impl fmt::Display for HostFacts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.os.fmt(f)
    }
}

impl fmt::Display for Os {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Os::Linux => f.write_str("Linux"),
            Os::Windows { build, revision: 0 } => write!(f, "Windows build {build}{}", name(build)),
            Os::Windows { build, revision } => write!(f, "Windows build {build}.{revision}{}", name(build)),
        }
    }
}

fn name(build: u32) -> &'static str {
    match build {
        builds::SERVER_2016 => " (Server 2016)",
        builds::SERVER_2019 => " (Server 2019)",
        builds::SERVER_2022 => " (Server 2022)",
        builds::SERVER_2025 => " (Server 2025)",
        _ => "",
    }
}
