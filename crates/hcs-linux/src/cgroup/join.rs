//! Joining: everything is opened in advance, so that a process can enter its groups when it sees no hierarchy any more.
//!
//! The kernel judges whoever opened the file, so what a keeper opened may be used by an init without rights. The descriptors
//! can be passed over a socket ([`Joiner::into_fds`], [`Joiner::from_fds`]).

use super::{Cgroup, file};
use crate::{Context, Failure};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

/// Open files through which a process joins the groups of a container.
#[derive(Debug)]
pub struct Joiner {
    tasks: Vec<OwnedFd>,
    v2: Option<V2>,
}

#[derive(Debug)]
struct V2 {
    folder: OwnedFd,
    procs: OwnedFd,
}

impl Cgroup {
    /// Opens what a process needs to join.
    pub fn joiner(&self) -> Result<Joiner, Failure> {
        let mut joiner = Joiner { tasks: Vec::with_capacity(self.groups.len()), v2: None };
        for group in &self.groups {
            if group.v2 {
                let folder = open(&group.folder, OFlags::RDONLY | OFlags::DIRECTORY)?;
                joiner.v2 = Some(V2 { folder, procs: open(&group.file("cgroup.procs"), OFlags::WRONLY)? });
            } else {
                joiner.tasks.push(open(&group.file("tasks"), OFlags::WRONLY)?);
            }
        }
        Ok(joiner)
    }
}

fn open(path: &Path, flags: OFlags) -> Result<OwnedFd, Failure> {
    rustix::fs::open(path, flags | OFlags::CLOEXEC, Mode::empty()).doing(|| format!("open {}", path.display()))
}

impl Joiner {
    /// Moves the calling thread, which must be its process's only one, into every version 1 group.
    pub fn enter(&self) -> Result<(), Failure> {
        self.tasks.iter().try_for_each(|tasks| join(tasks.as_fd(), "tasks"))
    }

    /// Moves the calling process into the version 2 group, for a process that was not born there. This may wait several
    /// milliseconds for an RCU grace period; [`Joiner::v2`] with `CLONE_INTO_CGROUP` does not.
    pub fn enter_v2(&self) -> Result<(), Failure> {
        self.v2.as_ref().map_or(Ok(()), |v2| join(v2.procs.as_fd(), "cgroup.procs"))
    }

    /// The version 2 group's folder, for `clone3` with `CLONE_INTO_CGROUP`.
    pub fn v2(&self) -> Option<BorrowedFd<'_>> {
        self.v2.as_ref().map(|v2| v2.folder.as_fd())
    }

    /// The version 1 files, for a helper that inherits them; it takes them back with [`Joiner::from_fds`].
    pub fn tasks(&self) -> impl Iterator<Item = BorrowedFd<'_>> {
        self.tasks.iter().map(AsFd::as_fd)
    }

    /// Every descriptor, those of version 2 last, for [`Joiner::from_fds`] in another process.
    pub fn into_fds(self) -> Vec<OwnedFd> {
        self.tasks.into_iter().chain(self.v2.into_iter().flat_map(|v2| [v2.folder, v2.procs])).collect()
    }

    /// [`Joiner::into_fds`] undone; `v2` says whether that joiner had a version 2 group.
    pub fn from_fds(mut fds: Vec<OwnedFd>, v2: bool) -> Result<Joiner, Failure> {
        let v2 = match (v2, fds.len()) {
            (false, _) => None,
            (true, 0 | 1) => {
                return Err(Failure::invalid("join control groups", "descriptors of version 2 are missing"));
            }
            (true, _) => fds.pop().zip(fds.pop()).map(|(procs, folder)| V2 { folder, procs }),
        };
        Ok(Joiner { tasks: fds, v2 })
    }
}

/// `0` is the caller. Unlike a process id, in `tasks` it takes no lock that every fork and exit shares.
fn join(fd: BorrowedFd<'_>, name: &str) -> Result<(), Failure> {
    file::write_open(fd, "0").map_err(|errno| {
        let failure = Failure::errno(format!("join a control group by its {name}"), errno);
        match errno {
            Errno::AGAIN => failure.hint("the group is at its limit of tasks"),
            Errno::NOSPC => failure.hint("the group's cpuset is empty"),
            Errno::BUSY => failure.hint("the group passes controllers on to its children and takes no processes"),
            Errno::INVAL => failure.hint("the group has no real-time run time"),
            _ => failure,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::Group;
    use super::*;
    use std::fs;

    #[test]
    fn descriptors_survive_the_journey() {
        let root = tempfile::tempdir().unwrap();
        let mut groups = Vec::new();
        for (name, v2) in [("a", false), ("b", true), ("c", false)] {
            let folder = root.path().join(name);
            fs::create_dir(&folder).unwrap();
            fs::write(folder.join(if v2 { "cgroup.procs" } else { "tasks" }), "").unwrap();
            groups.push(Group {
                mountpoint: root.path().into(),
                folder,
                controllers: Vec::new(),
                required: Vec::new(),
                v2,
            });
        }
        let fds = Cgroup::from_groups(groups).joiner().unwrap().into_fds();
        assert_eq!(fds.len(), 4);
        let joiner = Joiner::from_fds(fds, true).unwrap();
        assert!(joiner.v2().is_some());
        joiner.enter().unwrap();
        let text = |path: &str| fs::read_to_string(root.path().join(path)).unwrap();
        assert_eq!((text("a/tasks"), text("c/tasks"), text("b/cgroup.procs")), ("0".into(), "0".into(), String::new()));
        joiner.enter_v2().unwrap();
        assert_eq!(text("b/cgroup.procs"), "0");
    }

    #[test]
    fn too_few_descriptors_are_refused() {
        assert!(Joiner::from_fds(Vec::new(), true).is_err());
        assert!(Joiner::from_fds(Vec::new(), false).unwrap().v2().is_none());
    }

    #[test]
    fn a_group_that_is_gone_is_named() {
        let group = Group {
            mountpoint: "/proc".into(),
            folder: "/proc/none".into(),
            controllers: Vec::new(),
            required: Vec::new(),
            v2: false,
        };
        assert_eq!(Cgroup::from_groups(vec![group]).joiner().unwrap_err().doing, "open /proc/none/tasks");
    }
}
