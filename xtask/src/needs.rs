//! What a fresh Debian with Rust lacks, and how it gets it.

use crate::tools;
use anyhow::{Context, Result, bail};
use std::process::Command;

/// The target for which everything portable is checked too.
pub const WINDOWS: &str = "x86_64-pc-windows-gnu";
/// The target of programs that need nothing of the machine they run on.
pub const MUSL: &str = "x86_64-unknown-linux-musl";

/// The compiler for it.
pub const MINGW: &str = "x86_64-w64-mingw32-gcc";

/// A chore that needs something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chore {
    /// `cargo xtask test`
    Test,
    /// `cargo xtask bench`
    Bench,
    /// `cargo xtask guest`, which is also a stage of `cargo xtask test`
    Guest,
    /// `cargo xtask wine`, which is also a stage of `cargo xtask test`
    Wine,
}

/// A Debian package.
struct Need {
    package: &'static str,
    chores: &'static [Chore],
    reason: &'static str,
}

/// Everything outside Cargo that a chore uses. A new row needs a reason that names what uses it.
const NEEDS: &[Need] = &[
    need("git", &[Chore::Test, Chore::Bench], "lists the files that the house lints read"),
    need(
        "busybox-static",
        &[Chore::Test, Chore::Bench, Chore::Guest],
        "is the root file system of containers under test",
    ),
    need("binutils", &[Chore::Test, Chore::Guest], "has strip, for the programs of the virtual machine"),
    need("strace", &[Chore::Test, Chore::Guest], "kills silo at every step, in the tests of crashes"),
    need(
        "util-linux",
        &[Chore::Test],
        "has unshare, setpriv and setsid: tests become an ordinary user or get a terminal",
    ),
    need("podman", &[Chore::Test], "calls runhcs as container engines do"),
    need("procps", &[Chore::Test], "has ps, of which runhcs makes its table of processes"),
    need("uidmap", &[Chore::Test, Chore::Guest], "maps user ids for the containers of an ordinary user"),
    need("gcc-mingw-w64-x86-64-win32", &[Chore::Test, Chore::Wine], "links the programs for Windows"),
    need("wine64", &[Chore::Test, Chore::Wine], "runs the tests that are programs for Windows"),
    need("runc", &[Chore::Bench], "is a peer"),
    need("crun", &[Chore::Bench], "is a peer, and the one that ratios refer to"),
    need("bubblewrap", &[Chore::Bench], "is a peer"),
    need("systemd-container", &[Chore::Bench], "has systemd-nspawn, which is a peer"),
];

const fn need(package: &'static str, chores: &'static [Chore], reason: &'static str) -> Need {
    Need { package, chores, reason }
}

/// Installs what a chore needs and this machine lacks. Says so first, and runs nothing when nothing is missing.
pub fn install(chore: Chore) -> Result<()> {
    packages(chore)?;
    chore.targets().iter().try_for_each(|target| rust_target(target))
}

impl Chore {
    /// The Rust targets that it builds for.
    fn targets(self) -> &'static [&'static str] {
        match self {
            Chore::Test => &[WINDOWS, MUSL],
            Chore::Guest => &[MUSL],
            Chore::Wine => &[WINDOWS],
            Chore::Bench => &[],
        }
    }
}

fn packages(chore: Chore) -> Result<()> {
    if tools::find("dpkg-query").is_none() || tools::find("apt-get").is_none() {
        eprintln!("this is no Debian: make sure that you have {}", names(NEEDS.iter().filter(|n| n.wanted(chore))));
        return Ok(());
    }
    let missing: Vec<&Need> = NEEDS.iter().filter(|need| need.wanted(chore) && !need.installed()).collect();
    if missing.is_empty() {
        eprintln!("every Debian package is here: {}", names(NEEDS.iter().filter(|n| n.wanted(chore))));
        return Ok(());
    }
    eprintln!("missing Debian packages:");
    for need in &missing {
        eprintln!("  {:28} {}", need.package, need.reason);
    }
    tools::run(as_root("apt-get")?.arg("update"))?;
    let mut apt = as_root("apt-get")?;
    apt.args(["install", "--yes", "--no-install-recommends"]).args(missing.iter().map(|need| need.package));
    tools::run(&mut apt)
}

impl Need {
    fn wanted(&self, chore: Chore) -> bool {
        self.chores.contains(&chore)
    }

    fn installed(&self) -> bool {
        let mut query = Command::new("dpkg-query");
        query.args(["--show", "--showformat=${db:Status-Status}", self.package]);
        tools::output(&mut query).is_ok_and(|status| status == "installed")
    }
}

fn names<'n>(needs: impl Iterator<Item = &'n Need>) -> String {
    needs.map(|need| need.package).collect::<Vec<_>>().join(" ")
}

/// A command as root, through sudo where this is an ordinary user. It never asks questions.
pub fn as_root(program: &str) -> Result<Command> {
    let mut command = Command::new(program);
    if !is_root()? {
        sudo()?;
        command = Command::new("sudo");
        command.args(["env", "DEBIAN_FRONTEND=noninteractive", program]);
    }
    command.env("DEBIAN_FRONTEND", "noninteractive");
    Ok(command)
}

/// Fails with what to do when an ordinary user has no sudo.
pub fn sudo() -> Result<()> {
    if tools::find("sudo").is_none() {
        bail!("this needs root and there is no sudo: run it as root");
    }
    Ok(())
}

/// Whether this process is root's.
pub fn is_root() -> Result<bool> {
    let id = tools::output(Command::new("id").arg("-u")).context("cannot tell who this is")?;
    Ok(id.trim() == "0")
}

fn rust_target(target: &str) -> Result<()> {
    let sysroot = tools::output(Command::new("rustc").args(["--print", "sysroot"]))?;
    if std::path::Path::new(sysroot.trim()).join("lib/rustlib").join(target).is_dir() {
        eprintln!("the Rust target is here: {target}");
        return Ok(());
    }
    if tools::find("rustup").is_none() {
        bail!("this compiler has no standard library for {target}: install Rust with rustup");
    }
    tools::run(Command::new("rustup").args(["target", "add", target]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_names_each_package_once_and_says_why() {
        for (index, need) in NEEDS.iter().enumerate() {
            assert!(NEEDS[..index].iter().all(|earlier| earlier.package != need.package), "{} is twice", need.package);
            assert!(!need.reason.is_empty() && !need.chores.is_empty(), "{}", need.package);
        }
    }
}
