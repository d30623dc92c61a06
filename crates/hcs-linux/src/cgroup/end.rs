//! The end of a group: finding its processes, killing them, removing its folders.
//!
//! A container may have made groups of its own below, as deep as it liked, so folders are walked with two descriptors and
//! no recursion. A process is killed through a descriptor that was checked against the group afterwards, so no other
//! process that got its id is hit. Waiting is bounded everywhere.

use super::freeze;
use super::plan::{self, HOME};
use super::{Cgroup, Group, Layout, file};
use crate::{Context, Failure};
use rustix::fs::{AtFlags, Mode, OFlags, StatxAttributes, StatxFlags};
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal};
use std::ffi::OsStr;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::path::{Component, Path};
use std::time::{Duration, Instant};

/// How long killed processes are waited for: a process that dumps core or sits in a dead network filesystem takes its time,
/// and so do hundreds on a machine that does much else.
const KILL_PATIENCE: Duration = Duration::from_secs(30);

/// How long a folder whose last processes are on their way out is waited for: a process id namespace ends when all its dead
/// were collected, and those that lost their parent are collected by an init of the host that may take its time.
const REMOVE_PATIENCE: Duration = Duration::from_secs(30);

/// Pauses between looks, the last one again and again.
const PAUSES: [Duration; 5] = [
    Duration::from_micros(100),
    Duration::from_micros(400),
    Duration::from_millis(1),
    Duration::from_millis(3),
    Duration::from_millis(10),
];

impl Cgroup {
    /// Every process in the group and in those that the container made below.
    pub fn pids(&self) -> Result<Vec<u32>, Failure> {
        let mut pids = Vec::new();
        for group in &self.groups {
            pids.extend(pids_below(&group.folder)?);
        }
        pids.sort_unstable();
        pids.dedup();
        Ok(pids)
    }

    /// Kills every process in the group and waits until it is empty.
    pub fn kill(&self) -> Result<(), Failure> {
        // One part is enough for most, since all hold the same processes; the others catch those that were moved.
        let (first, others) = match self.groups.iter().partition::<Vec<&Group>, _>(|group| group.v2) {
            (v2, v1) if v2.is_empty() => {
                let (freezer, rest): (Vec<_>, Vec<_>) = v1.into_iter().partition(|group| group.holds("freezer"));
                (freezer, rest)
            }
            split => split,
        };
        first.into_iter().chain(others).try_for_each(|group| kill_below(&group.folder))
    }

    /// Removes the folders if nothing is in them, which is how most containers end. Answers whether all are gone.
    pub fn remove_empty(&self) -> bool {
        self.groups.iter().rev().all(|group| matches!(rustix::fs::rmdir(&group.folder), Ok(()) | Err(Errno::NOENT)))
    }

    /// Removes the folders. Processes must have ended or be about to: they are waited for, and not killed.
    pub fn remove(&self) -> Result<(), Failure> {
        self.remove_within(REMOVE_PATIENCE)
    }

    pub(super) fn remove_within(&self, patience: Duration) -> Result<(), Failure> {
        self.groups.iter().rev().try_for_each(|group| remove_tree_within(&group.folder, patience))
    }
}

/// Releases one folder that was entered in a ledger: kills every process in it, removes it and what is below. One that is
/// gone is released. Refuses what is no control group, a hierarchy's root, and a group that the calling process is in.
pub fn release(folder: &Path) -> Result<(), Failure> {
    let doing = || format!("release control group {}", folder.display());
    let plain = folder.components().all(|part| matches!(part, Component::RootDir | Component::Normal(_)));
    if !folder.is_absolute() || !plain {
        return Err(Failure::invalid(doing(), "it is not an absolute path without .."));
    }
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let fd = match rustix::fs::open(folder, flags, Mode::empty()) {
        Err(Errno::NOENT) => return Ok(()),
        fd => fd.doing(doing)?,
    };
    let magic = rustix::fs::fstatfs(&fd).doing(doing)?.f_type;
    if ![libc::CGROUP_SUPER_MAGIC, libc::CGROUP2_SUPER_MAGIC].contains(&magic) {
        return Err(Failure::invalid(doing(), "it is not in a control group filesystem"));
    }
    if is_mount_root(&fd).doing(doing)? {
        return Err(Failure::invalid(doing(), "it is the root of a hierarchy"));
    }
    kill_below(folder)?;
    remove_tree(folder)
}

/// Removes the folders that all containers share (`/silo`) where they are empty. Call it when none is left.
pub fn prune(layout: &Layout) {
    for hierarchy in &layout.hierarchies {
        // Users have theirs in a group that was handed to them, at or above their own.
        let above = hierarchy.own.ancestors().filter(|_| hierarchy.v2);
        for group in above.chain([Path::new("/")]) {
            let group = hierarchy.mountpoint.join(group.strip_prefix("/").unwrap_or(group));
            // Still in use, or never made: both are as they should be.
            let _ = rustix::fs::rmdir(group.join(HOME));
        }
    }
}

fn is_mount_root(fd: &OwnedFd) -> Result<bool, Errno> {
    let stat = rustix::fs::statx(fd, "", AtFlags::EMPTY_PATH, StatxFlags::BASIC_STATS)?;
    if stat.stx_attributes_mask.contains(StatxAttributes::MOUNT_ROOT) {
        return Ok(stat.stx_attributes.contains(StatxAttributes::MOUNT_ROOT));
    }
    let above = rustix::fs::statx(fd, "..", AtFlags::empty(), StatxFlags::BASIC_STATS)?;
    Ok((above.stx_dev_major, above.stx_dev_minor) != (stat.stx_dev_major, stat.stx_dev_minor))
}

/// Processes in a folder and below it; a folder that is gone has none.
pub(super) fn pids_below(folder: &Path) -> Result<Vec<u32>, Failure> {
    let mut pids = Vec::new();
    let mut visit = |group: BorrowedFd<'_>| match read_procs(group) {
        // 0 stands for a process that is in no process namespace that we see.
        Ok(text) => {
            pids.extend(text.lines().filter_map(|line| line.parse::<u32>().ok()).filter(|pid| *pid != 0));
            Ok(())
        }
        Err(Errno::NOENT | Errno::NODEV | Errno::OPNOTSUPP) => Ok(()),
        Err(errno) => Err(errno),
    };
    file::walk(folder, &mut visit, &mut |_, _| Ok(()))
        .doing(|| format!("read the processes in {}", folder.display()))?;
    Ok(pids)
}

fn read_procs(group: BorrowedFd<'_>) -> Result<String, Errno> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC;
    file::read_all(rustix::fs::openat(group, "cgroup.procs", flags, Mode::empty())?)
}

/// Kills what is in a folder and below until nothing is. A group that the calling process is in is no container's.
pub(super) fn kill_below(folder: &Path) -> Result<(), Failure> {
    let deadline = Instant::now() + KILL_PATIENCE;
    let mut pauses = PAUSES.into_iter().chain(std::iter::repeat(PAUSES[PAUSES.len() - 1]));
    for round in 0.. {
        let pids = pids_below(folder)?;
        if pids.is_empty() {
            return Ok(());
        }
        if pids.contains(&std::process::id()) {
            let doing = format!("kill the processes in {}", folder.display());
            return Err(Failure::errno(doing, Errno::BUSY).hint("this process is in it"));
        }
        if Instant::now() > deadline {
            let why = format!("processes {pids:?} do not end: they may wait for a device or a network filesystem");
            return Err(
                Failure::errno(format!("kill the processes in {}", folder.display()), Errno::TIMEDOUT).hint(why)
            );
        }
        if file::write(&folder.join("cgroup.kill"), "1").is_err() {
            signal_all(folder, &pids, round)?;
        }
        std::thread::sleep(pauses.next().unwrap_or_default());
    }
    Ok(())
}

/// One round of signals. Processes that make new ones faster than they are killed are stopped first, from the second round
/// on; in version 1 stopped processes, whoever stopped them, die when they go on.
fn signal_all(folder: &Path, pids: &[u32], round: u32) -> Result<(), Failure> {
    let freezer = plan::freezer_beside(folder).unwrap_or_else(|| folder.to_path_buf());
    let fork_bomb = round > 0 && freeze::stop(&freezer);
    let pids = if fork_bomb { &pids_below(folder)? } else { pids };
    let open = |pid: &u32| Some((*pid, rustix::process::pidfd_open(to_pid(*pid)?, PidfdFlags::empty()).ok()?));
    let opened: Vec<(u32, OwnedFd)> = pids.iter().filter_map(open).collect();
    let still = pids_below(folder)?;
    for (pid, fd) in opened.iter().filter(|(pid, _)| still.contains(pid)) {
        match rustix::process::pidfd_send_signal(fd, Signal::KILL) {
            Ok(()) | Err(Errno::SRCH) => {}
            Err(errno) => {
                freeze::go_on(&freezer);
                return Err(Failure::errno(format!("kill process {pid}"), errno));
            }
        }
    }
    freeze::go_on(&freezer);
    Ok(())
}

fn to_pid(pid: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(pid).ok()?)
}

/// Removes a folder and those below it, waiting for processes that are about to end. Missing is success.
pub(super) fn remove_tree(folder: &Path) -> Result<(), Failure> {
    remove_tree_within(folder, REMOVE_PATIENCE)
}

fn remove_tree_within(folder: &Path, patience: Duration) -> Result<(), Failure> {
    let deadline = Instant::now() + patience;
    let mut pauses = PAUSES.into_iter().chain(std::iter::repeat(PAUSES[PAUSES.len() - 1]));
    loop {
        match rustix::fs::rmdir(folder) {
            Ok(()) | Err(Errno::NOENT) => return Ok(()),
            Err(Errno::BUSY | Errno::NOTEMPTY) => {}
            Err(errno) => return Err(Failure::errno(format!("remove control group {}", folder.display()), errno)),
        }
        if Instant::now() > deadline {
            let why = format!("processes {:?} are in it", pids_below(folder).unwrap_or_default());
            return Err(Failure::errno(format!("remove control group {}", folder.display()), Errno::BUSY).hint(why));
        }
        if !remove_below(folder).doing(|| format!("remove the groups in {}", folder.display()))? {
            std::thread::sleep(pauses.next().unwrap_or_default());
        }
    }
}

/// Removes the folders below, deepest first; says whether any was removed.
fn remove_below(folder: &Path) -> Result<bool, Errno> {
    let mut removed = false;
    let mut leave = |above: BorrowedFd<'_>, name: &OsStr| match rustix::fs::unlinkat(above, name, AtFlags::REMOVEDIR) {
        Ok(()) | Err(Errno::NOENT) => {
            removed = true;
            Ok(())
        }
        // Still in use: whoever called tries again.
        Err(Errno::BUSY | Errno::NOTEMPTY) => Ok(()),
        Err(errno) => Err(errno),
    };
    file::walk(folder, &mut |_| Ok(()), &mut leave)?;
    Ok(removed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn processes_are_found_at_every_depth() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("a/b")).unwrap();
        fs::write(root.path().join("cgroup.procs"), "12\n0\n").unwrap();
        fs::write(root.path().join("a/b/cgroup.procs"), "7\n").unwrap();
        assert_eq!(pids_below(root.path()).unwrap(), [12, 7]);
        assert_eq!(pids_below(&root.path().join("none")).unwrap(), [] as [u32; 0]);
    }

    #[test]
    fn nested_folders_are_removed_deepest_first() {
        let root = tempfile::tempdir().unwrap();
        let group = root.path().join("c1");
        /// Deeper than a path can be long.
        const DEPTH: usize = 40;
        let name = "d".repeat(200);
        fs::create_dir_all(group.join("x/y")).unwrap();
        let flags = OFlags::PATH | OFlags::DIRECTORY;
        let mut here = rustix::fs::open(&group, flags, Mode::empty()).unwrap();
        for _ in 0..DEPTH {
            rustix::fs::mkdirat(&here, &name, Mode::from_raw_mode(0o755)).unwrap();
            here = rustix::fs::openat(&here, &name, flags, Mode::empty()).unwrap();
        }
        assert_eq!(pids_below(&group).unwrap(), [] as [u32; 0]);
        remove_tree(&group).unwrap();
        assert!(!group.exists());
        remove_tree(&group).unwrap();
    }

    #[test]
    fn only_control_groups_are_released() {
        let root = tempfile::tempdir().unwrap();
        let refused = |path: &Path| release(path).unwrap_err().why;
        assert_eq!(refused(root.path()), "it is not in a control group filesystem");
        assert_eq!(refused(Path::new("relative")), "it is not an absolute path without ..");
        assert_eq!(refused(Path::new("/sys/fs/cgroup/../x")), "it is not an absolute path without ..");
        release(&root.path().join("none")).unwrap();
        for hierarchy in Layout::detect().unwrap().hierarchies {
            assert_eq!(refused(&hierarchy.mountpoint), "it is the root of a hierarchy");
        }
        assert!(root.path().exists());
    }
}
