//! The workspace as `cargo metadata` and `git` see it.

use crate::tools;
use anyhow::{Context, Result};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The workspace's members and files.
#[derive(Debug)]
pub struct Workspace {
    /// Its folder.
    pub root: PathBuf,
    /// Where cargo builds.
    pub target: PathBuf,
    /// Its members.
    pub packages: Vec<Package>,
}

/// A member.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its folder, relative to the workspace, with `/` between names.
    pub folder: String,
    /// What it depends on, of every kind and for every target.
    pub dependencies: Vec<Dependency>,
    /// The root files of its crates, relative to the workspace: library, programs, tests, examples, build script.
    pub roots: Vec<String>,
}

/// A dependency as a member's manifest states it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Dependency {
    /// The package's name.
    pub name: String,
    /// The version requirement.
    pub requirement: String,
    /// The registry or repository it comes from; none for a folder.
    pub source: Option<String>,
}

impl Workspace {
    /// Reads the workspace that this program was built from.
    pub fn load() -> Result<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut command = tools::cargo(folder);
        let text = tools::output(command.args(["metadata", "--format-version", "1", "--no-deps"]))?;
        Self::parse(&serde_json::from_str(&text).context("cargo metadata is not JSON")?)
    }

    /// Takes what the checks need out of the answer of `cargo metadata`.
    pub fn parse(metadata: &Value) -> Result<Self> {
        let root = PathBuf::from(text(metadata, "workspace_root")?);
        let packages = metadata["packages"].as_array().context("no packages in cargo metadata")?;
        let packages = packages.iter().map(|package| Package::parse(package, &root)).collect::<Result<_>>()?;
        Ok(Self { target: text(metadata, "target_directory")?.into(), packages, root })
    }

    /// Finds a member by name.
    pub fn package(&self, name: &str) -> Option<&Package> {
        self.packages.iter().find(|package| package.name == name)
    }

    /// Words for cargo that mean every member but the end-to-end suites and the chores themselves, which run on Linux only.
    pub fn portable(&self) -> Vec<&str> {
        let for_linux = |folder: &str| folder.starts_with("tests/") || folder == "xtask";
        let excluded = self.packages.iter().filter(|package| for_linux(&package.folder));
        let excluded = excluded.flat_map(|package| ["--exclude", package.name.as_str()]);
        std::iter::once("--workspace").chain(excluded).collect()
    }

    /// The files under version control, and new ones that are not ignored, relative to the root.
    pub fn files(&self) -> Result<Vec<String>> {
        let mut files = if self.root.join(".git").exists() { self.tracked()? } else { self.walk()? };
        files.retain(|file| self.root.join(file).is_file());
        files.sort();
        files.dedup();
        Ok(files)
    }

    /// Asks git, also where the folder is another user's (a build server runs as root in a checkout that it did not make).
    fn tracked(&self) -> Result<Vec<String>> {
        let mut git = Command::new("git");
        git.current_dir(&self.root).arg("-c").arg(format!("safe.directory={}", self.root.display()));
        let list = tools::output(git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]))?;
        Ok(list.split_terminator('\0').map(str::to_owned).collect())
    }

    /// Walks the folders of an unpacked archive, which has no git, leaving out what cargo built.
    fn walk(&self) -> Result<Vec<String>> {
        let (mut files, mut folders) = (Vec::new(), vec![self.root.clone()]);
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))? {
                let path = entry?.path();
                if path.is_dir() && !path.is_symlink() && !path.ends_with("target") {
                    folders.push(path);
                } else if path.is_file() {
                    files.push(relative(&path.to_string_lossy(), &self.root)?);
                }
            }
        }
        Ok(files)
    }
}

impl Package {
    fn parse(package: &Value, root: &Path) -> Result<Self> {
        let manifest = relative(text(package, "manifest_path")?, root)?;
        let list = |name: &str| package[name].as_array().map(Vec::as_slice).unwrap_or_default();
        Ok(Self {
            name: text(package, "name")?.to_owned(),
            folder: manifest.strip_suffix("/Cargo.toml").unwrap_or_default().to_owned(),
            dependencies: list("dependencies").iter().map(Dependency::parse).collect::<Result<_>>()?,
            roots: list("targets").iter().map(|t| relative(text(t, "src_path")?, root)).collect::<Result<_>>()?,
        })
    }
}

impl Dependency {
    fn parse(dependency: &Value) -> Result<Self> {
        Ok(Self {
            name: text(dependency, "name")?.to_owned(),
            requirement: text(dependency, "req")?.to_owned(),
            source: dependency["source"].as_str().map(str::to_owned),
        })
    }
}

/// A field that must be a string.
pub fn text<'v>(value: &'v Value, name: &str) -> Result<&'v str> {
    value[name].as_str().with_context(|| format!("cargo metadata has no `{name}`"))
}

fn relative(path: &str, root: &Path) -> Result<String> {
    let inside = Path::new(path).strip_prefix(root).with_context(|| format!("{path} is outside the workspace"))?;
    Ok(inside.iter().map(|name| name.to_string_lossy()).collect::<Vec<_>>().join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn members_are_relative_to_the_root() {
        let metadata = json!({
            "workspace_root": "/w", "target_directory": "/w/target",
            "packages": [{
                "name": "silo", "manifest_path": "/w/bin/silo/Cargo.toml",
                "targets": [{"src_path": "/w/bin/silo/src/main.rs"}],
                "dependencies": [{"name": "hcs-engine", "req": "*", "source": null}],
            }],
        });
        let workspace = Workspace::parse(&metadata).unwrap();
        let silo = workspace.package("silo").unwrap();
        assert_eq!(silo.folder, "bin/silo");
        assert_eq!(silo.roots, ["bin/silo/src/main.rs"]);
        assert_eq!(silo.dependencies[0].source, None);
        assert!(workspace.package("runhcs").is_none());
    }

    #[test]
    fn this_workspace_holds_this_crate() {
        let workspace = Workspace::load().unwrap();
        assert_eq!(workspace.package("xtask").unwrap().folder, "xtask");
        let files = workspace.files().unwrap();
        assert!(files.contains(&"xtask/src/workspace.rs".to_owned()));
        let walked = workspace.walk().unwrap();
        assert!(files.iter().all(|file| walked.contains(file)));
    }
}
