//! Control groups of a container, on version 1, version 2 and machines that mount both.
//!
//! The order of use is fixed by two needs, that nothing is made before the ledger knows and that a start is fast:
//!
//! 1. [`Layout::detect`] reads how hierarchies are mounted; [`Cgroup::plan`] chooses folders and touches nothing.
//! 2. [`Cgroup::check_vacant`], then the caller enters [`Cgroup::folders`] in its ledger.
//! 3. [`Cgroup::create`] makes them, [`Cgroup::apply`] writes limits, [`Cgroup::joiner`] opens what init joins by.
//! 4. Later, in any process: [`Cgroup::open`] from the folders that were kept, then `update`, `freeze`, `kill`, `statistics`,
//!    `remove`; and [`release`] of one folder for whoever cleans up after a dead process.
//!
//! Which hierarchies: memory, cpu, cpuacct, pids, devices and freezer always (they give limits, statistics, device rules, a
//! way to stop and a way to find every process); the others only when a limit asks for them, because each costs its mkdir,
//! its join and its rmdir (about 40 µs together). An update that needs another one adds it ([`Cgroup::extension`]).
//!
//! Joining is by a single-threaded process writing `0` to version 1's `tasks`: that takes no lock of the process table, while
//! a process id written to any file, or anything written to `cgroup.procs`, first waits for an RCU grace period (measured:
//! 0.02 ms against 7 ms). On version 2 the process is born in the group (`clone3` with `CLONE_INTO_CGROUP`).
//!
//! Parents of a group's folder (such as `/silo`) are shared and stay; [`prune`] removes those of ours that are empty. This
//! module does not talk to systemd, and does not mount anything.

mod create;
mod demand;
mod device_v1;
mod device_v2;
mod devices;
mod end;
mod file;
mod freeze;
mod join;
mod layout;
mod limits;
mod oom;
mod plan;
mod statistics;
mod v1;
mod v2;

#[cfg(test)]
mod root_tests;
#[cfg(test)]
mod testing;

pub use end::{prune, release};
pub use join::Joiner;
pub use layout::{Hierarchy, Layout};
pub use plan::Options;

use crate::Failure;
use std::path::{Path, PathBuf};

/// The control group of one container: a folder in each hierarchy that it takes part in, or none at all for a container
/// without limits whose user may not make any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cgroup {
    groups: Vec<Group>,
    folders: Vec<PathBuf>,
}

/// Its part in one hierarchy.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Group {
    /// Where the hierarchy is mounted.
    mountpoint: PathBuf,
    /// The group itself.
    folder: PathBuf,
    /// What it holds, by the names of version 1.
    controllers: Vec<String>,
    /// Those without which limits that were asked for cannot be held.
    required: Vec<String>,
    v2: bool,
}

impl Group {
    fn holds(&self, controller: &str) -> bool {
        self.controllers.iter().any(|held| held == controller)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

impl Cgroup {
    fn from_groups(groups: Vec<Group>) -> Cgroup {
        let folders = groups.iter().map(|group| group.folder.clone()).collect();
        Cgroup { groups, folders }
    }

    /// The folders that are this container's own, in the order in which they are made: enter them in the ledger first, and
    /// keep them to open the group again. Folders above them are shared and not among these.
    pub fn folders(&self) -> &[PathBuf] {
        &self.folders
    }

    /// The layout as a process in this group finds it: the hierarchies that it takes part in, `own` being this group. In the
    /// others it is where its keeper is, and the groups of others must not be shown to it.
    pub fn placed(&self, mut layout: Layout) -> Layout {
        if !self.groups.is_empty() {
            let joined =
                |hierarchy: &Hierarchy| self.groups.iter().any(|group| group.mountpoint == hierarchy.mountpoint);
            layout.hierarchies.retain(joined);
        }
        for hierarchy in &mut layout.hierarchies {
            let group = self.groups.iter().find(|group| group.mountpoint == hierarchy.mountpoint);
            if let Some(below) = group.and_then(|group| group.folder.strip_prefix(&group.mountpoint).ok()) {
                hierarchy.own = Path::new("/").join(below);
            }
        }
        layout
    }

    /// Whether the container has no control group at all.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// Opens the group of a container again from the folders that were kept when it was made.
    pub fn open(folders: &[PathBuf]) -> Result<Cgroup, Failure> {
        match folders {
            [] => Ok(Cgroup::from_groups(Vec::new())),
            folders => Cgroup::open_in(&Layout::detect()?, folders),
        }
    }

    /// [`Cgroup::open`] with a layout that is known already.
    pub fn open_in(layout: &Layout, folders: &[PathBuf]) -> Result<Cgroup, Failure> {
        let groups: Result<Vec<Group>, Failure> = folders.iter().map(|folder| plan::reopen(layout, folder)).collect();
        Ok(Cgroup::from_groups(groups?))
    }

    /// The part that holds a controller.
    fn group(&self, controller: &str) -> Option<&Group> {
        self.groups.iter().find(|group| group.holds(controller))
    }

    /// Like [`Cgroup::group`], where doing without is a failure.
    fn need(&self, controller: &str, doing: &str) -> Result<&Group, Failure> {
        self.group(controller).ok_or_else(|| {
            Failure::unsupported(doing, format!("the container has no control group with the {controller} controller"))
        })
    }
}
