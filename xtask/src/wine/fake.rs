//! The fake Host Compute Service in a prefix: the DLLs of `testing/hcs-fake` and its service, where Windows has its own.
//!
//! Programs that nobody here wrote look for them in the folder of the system alone.

use super::installation::absent;
use super::windows::Windows;
use crate::needs::WINDOWS;
use crate::tools;
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// The member.
const PACKAGE: &str = "hcs-fake";
/// The program of the service.
const SERVICE: &str = "hcs-fake-service.exe";
/// DLLs that every Windows has.
const ALWAYS: [&str; 2] = ["virtdisk.dll", "vmcompute.dll"];
/// DLLs that came with build 17763.
const LATER: [&str; 3] = ["computecore.dll", "computenetwork.dll", "computestorage.dll"];

/// Builds it.
pub fn build(workspace: &Workspace) -> Result<()> {
    let mut command = tools::cargo(&workspace.root);
    command.args(["build", "--quiet", "--package", PACKAGE, "--examples", "--bins", "--target", WINDOWS]);
    tools::output(&mut command).map(|_| ())
}

/// Puts what was built into a prefix, in the place of what is there, if it is not there already. Returns whether it was put.
pub fn install(prefixes: &Path, prefix: &Path, windows: Windows) -> Result<bool> {
    let files = files(prefixes, windows);
    let system = prefix.join("drive_c/windows/system32");
    let mut changed = false;
    for name in LATER.iter().filter(|name| files.iter().all(|(wanted, _)| wanted != *name)) {
        let stale = system.join(name);
        absent(fs::remove_file(&stale)).with_context(|| format!("cannot remove {}", stale.display()))?;
    }
    for (name, built) in files {
        let place = system.join(name);
        if !built.is_file() || same(&built, &place) {
            continue;
        }
        // What is there may be Wine's own file, or a link to it: it is replaced and not written to.
        let partial = system.join(format!("{name}.{}", std::process::id()));
        fs::copy(&built, &partial).with_context(|| format!("cannot copy {}", built.display()))?;
        let time = fs::metadata(&built).and_then(|facts| facts.modified());
        let dated = time.and_then(|time| fs::File::options().write(true).open(&partial)?.set_modified(time));
        dated.with_context(|| format!("cannot date {}", partial.display()))?;
        fs::rename(&partial, &place).with_context(|| format!("cannot make {}", place.display()))?;
        changed = true;
    }
    Ok(changed)
}

/// What belongs into a Windows, with where cargo has put it: beside the folder of prefixes.
fn files(prefixes: &Path, windows: Windows) -> Vec<(&'static str, PathBuf)> {
    let built = prefixes.parent().unwrap_or(prefixes).join(WINDOWS).join("debug");
    let later = LATER.into_iter().filter(|_| windows.has_computecore());
    let dlls = ALWAYS.into_iter().chain(later).map(|name| (name, built.join("examples").join(name)));
    dlls.chain([(SERVICE, built.join(SERVICE))]).collect()
}

/// Whether a file is a copy of another one, by its length and time.
fn same(built: &Path, copied: &Path) -> bool {
    let facts = |path: &Path| {
        let facts = fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file)?;
        Some((facts.len(), facts.modified().ok()?))
    };
    facts(copied).is_some_and(|copied| facts(built) == Some(copied))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn what_is_there_is_replaced_and_not_written_to() {
        let folder = tempfile::tempdir().unwrap();
        let (prefixes, prefix) = (folder.path().join("wine"), folder.path().join("wine/14393"));
        let (built, system) = (folder.path().join(WINDOWS).join("debug"), prefix.join("drive_c/windows/system32"));
        fs::create_dir_all(built.join("examples")).unwrap();
        fs::create_dir_all(&system).unwrap();
        for name in ALWAYS.iter().chain(&LATER) {
            fs::write(built.join("examples").join(name), "ours").unwrap();
        }
        fs::write(built.join(SERVICE), "service").unwrap();
        let wines = folder.path().join("wines");
        fs::write(&wines, "wine's").unwrap();
        symlink(&wines, system.join("virtdisk.dll")).unwrap();
        fs::hard_link(&wines, system.join("vmcompute.dll")).unwrap();
        fs::write(system.join("computecore.dll"), "of another build").unwrap();
        let install = |build: &str| install(&prefixes, &prefix, build.parse().unwrap()).unwrap();
        assert!(install("14393"));
        assert!(!install("14393"));
        assert_eq!(fs::read_to_string(&wines).unwrap(), "wine's");
        assert_eq!(fs::read_to_string(system.join("virtdisk.dll")).unwrap(), "ours");
        let names = |folder: &Path| {
            let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
            names.sort();
            names
        };
        assert_eq!(names(&system), [SERVICE, "virtdisk.dll", "vmcompute.dll"]);
        assert!(install("20348"));
        assert_eq!(names(&system).len(), 6);
    }
}
