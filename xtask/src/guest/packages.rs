//! The kernel and QEMU, from Debian's packages, unpacked below `target/guest` and not installed.
//!
//! What is there already is not asked for again: remove `target/guest/kernel` or `target/guest/qemu` to get a later version.

use crate::{needs, tools};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The package whose only dependency is the present kernel for machines without hardware.
const KERNEL: &str = "linux-image-cloud-amd64";
const QEMU_PACKAGE: &str = "qemu-system-x86";
const QEMU: &str = "qemu-system-x86_64";

/// A kernel.
#[derive(Debug)]
pub struct Kernel {
    /// What is booted.
    pub image: PathBuf,
    /// The folder of its modules.
    modules: PathBuf,
}

/// A QEMU.
#[derive(Debug)]
pub struct Emulator {
    program: PathBuf,
    /// Where it was unpacked, if it is not installed.
    unpacked: Option<PathBuf>,
}

/// Gets the kernel.
pub fn kernel(folder: &Path) -> Result<Kernel> {
    let unpacked = folder.join("kernel");
    if !unpacked.is_dir() {
        unpack(&downloaded(folder, download_kernel)?, &unpacked)?;
    }
    let image = only(&unpacked.join("boot"), "vmlinuz-")?;
    Ok(Kernel { image, modules: only(&unpacked.join("lib/modules"), "")? })
}

/// Finds QEMU or gets it.
pub fn emulator(folder: &Path) -> Result<Emulator> {
    if let Some(program) = tools::find(QEMU) {
        return Ok(Emulator { program, unpacked: None });
    }
    let unpacked = folder.join("qemu");
    if !unpacked.is_dir() {
        unpack(&downloaded(folder, download_emulator)?, &unpacked)?;
    }
    Ok(Emulator { program: unpacked.join("usr/bin").join(QEMU), unpacked: Some(unpacked) })
}

impl Kernel {
    /// A module's content; nothing where the kernel has it built in.
    pub fn module(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let path = self.modules.join(name);
        if path.is_file() {
            return fs::read(&path).map(Some).with_context(|| format!("cannot read {}", path.display()));
        }
        let list = self.modules.join("modules.builtin");
        let built_in = fs::read_to_string(&list).with_context(|| format!("cannot read {}", list.display()))?;
        if !built_in.lines().any(|line| line == name) {
            bail!("the kernel {} has no {name}", self.image.display());
        }
        Ok(None)
    }
}

impl Emulator {
    /// Adds the program and where it finds its own files to a command.
    pub fn command(&self, command: &mut Command) {
        command.arg(&self.program);
        if let Some(unpacked) = &self.unpacked {
            command.env("LD_LIBRARY_PATH", unpacked.join("usr/lib/x86_64-linux-gnu"));
            command.arg("-L").arg(unpacked.join("usr/share/qemu"));
        }
    }
}

/// A folder of downloaded packages. Where apt's lists are missing or name what is gone from the server, they are fetched anew.
fn downloaded(folder: &Path, download: fn(&Path) -> Result<()>) -> Result<PathBuf> {
    if tools::find("apt-get").is_none() {
        bail!("this is no Debian, whose packages have the kernel: leave this out with --no-guest");
    }
    let archives = folder.join("packages");
    fresh(&archives)?;
    if let Err(error) = download(&archives) {
        eprintln!("{error:#}; perhaps the lists of packages are old");
        tools::run(needs::as_root("apt-get")?.arg("update"))?;
        fresh(&archives)?;
        download(&archives)?;
    }
    Ok(archives)
}

fn download_kernel(archives: &Path) -> Result<()> {
    let description = tools::output(Command::new("apt-cache").args(["show", "--no-all-versions", KERNEL]))?;
    let package = dependency(&description).with_context(|| format!("{KERNEL} depends on no kernel"))?;
    tools::run(Command::new("apt-get").args(["download", &package]).current_dir(archives))
}

/// The kernel's package in the description of the one that follows it from version to version.
fn dependency(description: &str) -> Option<String> {
    let list = description.lines().find_map(|line| line.strip_prefix("Depends: "))?;
    let names = list.split(',').filter_map(|entry| entry.split_whitespace().next());
    names.into_iter().find(|name| name.starts_with("linux-image-")).map(str::to_owned)
}

/// Fetches QEMU and those of its libraries that are not installed. To apt, no part of QEMU is: if this machine had another
/// version of it, that one would be in the way.
fn download_emulator(archives: &Path) -> Result<()> {
    let status = "/var/lib/dpkg/status";
    let installed = fs::read_to_string(status).with_context(|| format!("cannot read {status}"))?;
    let pretended = archives.join("installed");
    fs::write(&pretended, without_qemu(&installed)).with_context(|| format!("cannot write {}", pretended.display()))?;
    let mut apt = Command::new("apt-get");
    apt.args(["install", "--download-only", "--yes", "--no-install-recommends", "-o", "Debug::NoLocking=1"]);
    apt.arg("-o").arg(format!("Dir::State::status={}", pretended.display()));
    apt.arg("-o").arg(format!("Dir::Cache::archives={}", archives.display()));
    tools::run(apt.arg(QEMU_PACKAGE))
}

fn without_qemu(installed: &str) -> String {
    let others = installed.split("\n\n").filter(|package| !package.trim_start().starts_with("Package: qemu-"));
    others.collect::<Vec<_>>().join("\n\n")
}

/// An empty folder that apt can download into.
fn fresh(folder: &Path) -> Result<()> {
    let _ = fs::remove_dir_all(folder);
    let partial = folder.join("partial");
    fs::create_dir_all(&partial).with_context(|| format!("cannot make {}", partial.display()))
}

/// Unpacks every package of a folder, which is removed. The result appears at once and whole.
fn unpack(archives: &Path, to: &Path) -> Result<()> {
    let partial = to.with_extension("partial");
    let _ = fs::remove_dir_all(&partial);
    for entry in fs::read_dir(archives).with_context(|| format!("cannot list {}", archives.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "deb") {
            tools::run(Command::new("dpkg-deb").arg("--extract").args([&path, &partial]))?;
        }
    }
    fs::rename(&partial, to).with_context(|| format!("cannot make {}", to.display()))?;
    fs::remove_dir_all(archives).with_context(|| format!("cannot remove {}", archives.display()))
}

/// The one entry of a folder whose name begins so.
fn only(folder: &Path, prefix: &str) -> Result<PathBuf> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let found = entries.flatten().find(|entry| entry.file_name().to_string_lossy().starts_with(prefix));
    found.map(|entry| entry.path()).with_context(|| format!("{} has no {prefix}…", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_is_what_the_package_depends_on() {
        let text = "Package: linux-image-cloud-amd64\nDepends: base, linux-image-6.1.0-9-cloud-amd64 (= 6.1.1)\nX: y\n";
        assert_eq!(dependency(text).as_deref(), Some("linux-image-6.1.0-9-cloud-amd64"));
        assert_eq!(dependency("Package: x\n"), None);
    }

    #[test]
    fn apt_is_told_of_everything_but_qemu() {
        let status = "Package: a\nStatus: x\n\nPackage: qemu-utils\nStatus: x\n\nPackage: b\nDepends: qemu-utils\n";
        assert_eq!(without_qemu(status), "Package: a\nStatus: x\n\nPackage: b\nDepends: qemu-utils\n");
    }
}
