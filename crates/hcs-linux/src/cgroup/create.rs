//! Making the folders of a group.
//!
//! Folders above the group are made when they are missing and left for others. A folder of the same name that is there
//! already is taken over when no process is in it, and refused otherwise: whoever owns the ledger's folders may kill what is
//! in them. Version 1's cpuset takes no process before its two lists are filled, so they are copied down from the root.
//! Version 2 gives a group the controllers that each group above enables for its children; those that limits need must
//! become available, the others are taken where they can be had.

use super::{Cgroup, Group, end, file, plan};
use crate::{Context, Failure};
use rustix::fs::Mode;
use rustix::io::Errno;
use std::path::{Path, PathBuf};

impl Cgroup {
    /// Checks that no folder of this group has processes in it, before they are claimed in a ledger. When this fails nothing
    /// may be released: those processes are somebody else's.
    pub fn check_vacant(&self) -> Result<(), Failure> {
        self.groups.iter().try_for_each(|group| vacant(&group.folder))
    }

    /// Makes the folders. What was made is removed again when one cannot be.
    pub fn create(&self) -> Result<(), Failure> {
        for (made, group) in self.groups.iter().enumerate() {
            if let Err(failure) = group.create() {
                for group in &self.groups[..made] {
                    let _ = end::remove_tree(&group.folder);
                }
                return Err(failure);
            }
        }
        Ok(())
    }
}

impl Group {
    fn create(&self) -> Result<(), Failure> {
        make(&self.folder)?;
        let prepared = match self.v2 {
            true => self.enable(&self.required),
            false if self.holds("cpuset") => self.fill_cpuset(),
            false => Ok(()),
        };
        prepared.inspect_err(|_| {
            let _ = rustix::fs::rmdir(&self.folder);
        })
    }

    /// Makes controllers of version 2 available in the group: `required` without fail, those of every container if possible.
    pub(super) fn enable(&self, required: &[String]) -> Result<(), Failure> {
        let listed = self.file("cgroup.controllers");
        let available = |text: &str| -> Vec<String> { text.split_whitespace().map(String::from).collect() };
        let read = || file::read(&listed).doing(|| format!("read {}", listed.display()));
        let present = available(&read()?);
        let lacks = |name: &&String| !present.iter().any(|present| present == kernel_name(name));
        let (must, may) =
            (required.iter(), self.controllers.iter().filter(|name| plan::ALWAYS.contains(&name.as_str())));
        let missing: Vec<&str> =
            must.chain(may).filter(|name| !is_built_in(name)).filter(lacks).map(|name| kernel_name(name)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let refused = self.enable_above(&missing);
        let present = available(&read()?);
        let lacks = |name: &&String| !is_built_in(name) && !present.iter().any(|present| present == kernel_name(name));
        match required.iter().find(lacks) {
            None => Ok(()),
            Some(name) => Err(refused.err().unwrap_or_else(|| {
                let doing = format!("use the {name} controller in {}", self.folder.display());
                Failure::unsupported(doing, "a group above does not pass it on")
            })),
        }
    }

    /// Enables controllers in each group above for its children, one by one so that one refusal spoils no other.
    fn enable_above(&self, names: &[&str]) -> Result<(), Failure> {
        let mut first = Ok(());
        for above in above(&self.mountpoint, &self.folder) {
            let control = above.join("cgroup.subtree_control");
            let enabled = file::read(&control).doing(|| format!("read {}", control.display()))?;
            for name in names.iter().filter(|name| !enabled.split_whitespace().any(|enabled| enabled == **name)) {
                if let Err(errno) = file::write(&control, &format!("+{name}")) {
                    let failure = Failure::errno(format!("enable {name} in {}", control.display()), errno);
                    first = first.and(Err(failure.hint(enable_hint(errno))));
                }
            }
        }
        first
    }

    /// Fills empty cpuset lists from the group above, from the root down.
    fn fill_cpuset(&self) -> Result<(), Failure> {
        let mut folders = above(&self.mountpoint, &self.folder);
        folders.push(self.folder.clone());
        for list in ["cpuset.cpus", "cpuset.mems"] {
            let mut inherited = String::new();
            for folder in &folders {
                let path = folder.join(list);
                let present = file::read(&path).doing(|| format!("read {}", path.display()))?;
                match present.trim() {
                    "" => {
                        file::write(&path, &inherited).doing(|| format!("write {inherited:?} to {}", path.display()))?
                    }
                    present => inherited = present.to_owned(),
                }
            }
        }
        Ok(())
    }
}

fn enable_hint(errno: Errno) -> &'static str {
    match errno {
        Errno::BUSY => "that group has processes of its own; move them into a group below it first",
        Errno::ACCESS | Errno::PERM | Errno::ROFS => {
            "this user may not; have the controller delegated (systemd's Delegate=yes) or run as root"
        }
        Errno::NOENT => "the group above does not have it",
        _ => "",
    }
}

/// The name of a controller in version 2.
pub(super) fn kernel_name(name: &str) -> &str {
    if name == "blkio" { "io" } else { name }
}

/// Whether version 2 does this without a controller.
fn is_built_in(name: &str) -> bool {
    matches!(name, "cpuacct" | "devices" | "freezer" | "cgroup")
}

/// The hierarchy's root and every folder between it and `folder`, from the root down.
fn above(mountpoint: &Path, folder: &Path) -> Vec<PathBuf> {
    let mut list: Vec<PathBuf> =
        folder.ancestors().skip(1).take_while(|above| above.starts_with(mountpoint)).map(Path::to_path_buf).collect();
    list.reverse();
    list
}

/// Makes a folder and those above it that are missing.
fn make(folder: &Path) -> Result<(), Failure> {
    match rustix::fs::mkdir(folder, Mode::from_raw_mode(0o755)) {
        Ok(()) => Ok(()),
        Err(Errno::EXIST) => vacant(folder),
        Err(Errno::NOENT) => make_above(folder),
        Err(errno) => Err(Failure::errno(format!("make control group {}", folder.display()), errno)),
    }
}

/// Makes what is missing above, then the folder. Another process may remove an empty parent meanwhile, so it tries again.
fn make_above(folder: &Path) -> Result<(), Failure> {
    const TRIES: usize = 100;
    let mut last = Errno::NOENT;
    for _ in 0..TRIES {
        match std::fs::create_dir_all(folder) {
            Ok(()) => return Ok(()),
            Err(error) => last = Errno::from_io_error(&error).unwrap_or(Errno::IO),
        }
        if last != Errno::NOENT {
            break;
        }
    }
    Err(Failure::errno(format!("make control group {}", folder.display()), last))
}

/// Checks that a folder is absent or has no process in it or below.
fn vacant(folder: &Path) -> Result<(), Failure> {
    if rustix::fs::access(folder, rustix::fs::Access::EXISTS).is_err() {
        return Ok(());
    }
    let pids = end::pids_below(folder)?;
    if pids.is_empty() {
        return Ok(());
    }
    let doing = format!("make control group {}", folder.display());
    let why = format!("it is in use by processes {pids:?}; choose another linux.cgroupsPath or id");
    Err(Failure::errno(doing, Errno::EXIST).hint(why))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// A group of a made-up version 2 hierarchy, whose folders hold the files that a kernel would have put there.
    fn fake(root: &Path, controllers: &str) -> Group {
        for folder in ["", "silo", "silo/c1"] {
            fs::create_dir_all(root.join(folder)).unwrap();
            fs::write(root.join(folder).join("cgroup.controllers"), "").unwrap();
            fs::write(root.join(folder).join("cgroup.subtree_control"), "").unwrap();
        }
        Group {
            mountpoint: root.to_path_buf(),
            folder: root.join("silo/c1"),
            controllers: controllers.split(' ').map(String::from).collect(),
            required: Vec::new(),
            v2: true,
        }
    }

    fn text(path: PathBuf) -> String {
        fs::read_to_string(path).unwrap()
    }

    #[test]
    fn controllers_are_enabled_from_the_root_down_to_the_parent() {
        let root = tempfile::tempdir().unwrap();
        let group = fake(root.path(), "memory devices freezer");
        group.enable(&[]).unwrap();
        assert_eq!(text(root.path().join("cgroup.subtree_control")), "+memory");
        assert_eq!(text(root.path().join("silo/cgroup.subtree_control")), "+memory");
        assert_eq!(text(root.path().join("silo/c1/cgroup.subtree_control")), "", "no processes may be beside children");
    }

    #[test]
    fn what_is_available_is_not_enabled_again() {
        let root = tempfile::tempdir().unwrap();
        let group = fake(root.path(), "memory blkio");
        fs::write(root.path().join("silo/c1/cgroup.controllers"), "io memory\n").unwrap();
        group.enable(&["blkio".into()]).unwrap();
        assert_eq!(text(root.path().join("cgroup.subtree_control")), "");
    }

    #[test]
    fn only_groups_that_lack_a_controller_are_written() {
        let root = tempfile::tempdir().unwrap();
        let group = fake(root.path(), "blkio");
        fs::write(root.path().join("cgroup.subtree_control"), "cpu io\n").unwrap();
        let failure = group.enable(&["blkio".into()]).unwrap_err();
        assert_eq!(text(root.path().join("cgroup.subtree_control")), "cpu io\n");
        assert_eq!(text(root.path().join("silo/cgroup.subtree_control")), "+io");
        assert!(
            failure.doing.starts_with("use the blkio controller in /"),
            "a made-up kernel enables nothing: {failure}"
        );
    }

    #[test]
    fn a_refusal_is_a_failure_only_for_what_limits_need() {
        let root = tempfile::tempdir().unwrap();
        let group = fake(root.path(), "memory");
        fs::remove_file(root.path().join("silo/cgroup.subtree_control")).unwrap();
        fs::create_dir(root.path().join("silo/cgroup.subtree_control")).unwrap();
        assert!(group.enable(&[]).is_ok());
        let failure = group.enable(&["memory".into()]).unwrap_err();
        assert!(failure.errno != 0 && failure.doing.contains("silo/cgroup.subtree_control"), "{failure}");
    }

    #[test]
    fn a_cpuset_is_filled_from_above() {
        let root = tempfile::tempdir().unwrap();
        let group = Group { v2: false, controllers: vec!["cpuset".into()], ..fake(root.path(), "cpuset") };
        for (folder, cpus) in [("", "0-3"), ("silo", ""), ("silo/c1", "")] {
            fs::write(root.path().join(folder).join("cpuset.cpus"), cpus).unwrap();
            fs::write(root.path().join(folder).join("cpuset.mems"), if folder == "silo" { "1" } else { "0" }).unwrap();
        }
        fs::write(root.path().join("silo/c1/cpuset.mems"), "\n").unwrap();
        group.fill_cpuset().unwrap();
        assert_eq!(text(root.path().join("silo/cpuset.cpus")), "0-3");
        assert_eq!(text(root.path().join("silo/c1/cpuset.cpus")), "0-3");
        assert_eq!(text(root.path().join("silo/c1/cpuset.mems")).trim(), "1");
    }

    #[test]
    fn folders_above_are_made_and_none_left_after_a_failure() {
        let root = tempfile::tempdir().unwrap();
        let group = |folder: &str| Group {
            mountpoint: root.path().into(),
            folder: root.path().join(folder),
            controllers: Vec::new(),
            required: Vec::new(),
            v2: false,
        };
        fs::write(root.path().join("file"), "").unwrap();
        let cgroup = Cgroup::from_groups(vec![group("a/b/c"), group("file/x")]);
        let failure = cgroup.create().unwrap_err();
        assert!(failure.doing.starts_with("make control group ") && failure.doing.ends_with("file/x"), "{failure}");
        assert!(root.path().join("a/b").exists() && !root.path().join("a/b/c").exists());
    }
}
