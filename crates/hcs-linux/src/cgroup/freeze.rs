//! Stopping every process of a group, and letting it go on.
//!
//! Both versions stop processes one by one, so the word is given and then its effect awaited. In version 1 a process that
//! is just being made can hold the group at `FREEZING` until the word is given again.

use super::{Cgroup, Group, file};
use crate::{Context, Failure};
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use std::os::fd::BorrowedFd;
use std::path::Path;
use std::time::{Duration, Instant};

/// How long processes may take to stop: one that waits for a disk cannot be stopped meanwhile, and one that is kept from running
/// by others stops late.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long a fork bomb may take to stop before it is killed all the same.
const BRIEFLY: Duration = Duration::from_millis(200);

const LOOK_AGAIN: Duration = Duration::from_millis(1);

impl Cgroup {
    /// Stops every process of the container. When not all stop in time, all go on and it fails.
    pub fn freeze(&self) -> Result<(), Failure> {
        let group = self.need("freezer", "pause the container")?;
        set(group, true).inspect_err(|_| {
            let _ = set(group, false);
        })
    }

    /// Lets the processes go on.
    pub fn thaw(&self) -> Result<(), Failure> {
        set(self.need("freezer", "resume the container")?, false)
    }

    /// Whether the processes are stopped.
    pub fn is_frozen(&self) -> Result<bool, Failure> {
        let group = self.need("freezer", "ask whether the container is paused")?;
        match group.v2 {
            true => frozen_v2(&group.folder),
            false => frozen_v1(&group.folder),
        }
        .doing(|| format!("read the state of {}", group.folder.display()))
    }
}

fn set(group: &Group, frozen: bool) -> Result<(), Failure> {
    let verb = if frozen { "stop" } else { "resume" };
    let done = if group.v2 { set_v2(&group.folder, frozen) } else { set_v1(&group.folder, frozen, PATIENCE) };
    done.doing(|| format!("{verb} the processes in {}", group.folder.display()))
}

fn frozen_v1(folder: &Path) -> Result<bool, Errno> {
    Ok(file::read(&folder.join("freezer.state"))?.trim() == "FROZEN")
}

fn set_v1(folder: &Path, frozen: bool, patience: Duration) -> Result<(), Errno> {
    let (path, word) = (folder.join("freezer.state"), if frozen { "FROZEN" } else { "THAWED" });
    let deadline = Instant::now() + patience;
    loop {
        file::write(&path, word)?;
        if file::read(&path)?.trim() == word {
            return Ok(());
        }
        if Instant::now() > deadline {
            return Err(Errno::TIMEDOUT);
        }
        std::thread::sleep(LOOK_AGAIN);
    }
}

fn frozen_v2(folder: &Path) -> Result<bool, Errno> {
    Ok(file::read(&folder.join("cgroup.events"))?.lines().any(|line| line == "frozen 1"))
}

fn set_v2(folder: &Path, frozen: bool) -> Result<(), Errno> {
    let events = rustix::fs::open(folder.join("cgroup.events"), OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())?;
    file::write(&folder.join("cgroup.freeze"), if frozen { "1" } else { "0" })?;
    let deadline = Instant::now() + PATIENCE;
    while frozen_v2(folder)? != frozen {
        if Instant::now() > deadline {
            return Err(Errno::TIMEDOUT);
        }
        // The kernel reports every change of the file as a priority event; looking again covers one that came before.
        let timeout = Timespec { tv_sec: 0, tv_nsec: 20_000_000 };
        let _ = rustix::event::poll(&mut [PollFd::new(&events, PollFlags::PRI)], Some(&timeout));
    }
    Ok(())
}

/// Stops a folder's processes if it can be done at once; for the killing of fork bombs.
pub(super) fn stop(folder: &Path) -> bool {
    folder.join("freezer.state").exists() && set_v1(folder, true, BRIEFLY).is_ok()
}

/// Lets processes in and below a version 1 folder go on, whoever stopped them, so that signals reach them.
pub(super) fn go_on(folder: &Path) {
    let mut visit = |group: BorrowedFd<'_>| {
        let flags = OFlags::WRONLY | OFlags::CLOEXEC;
        // Folders of hierarchies without a freezer have no such file.
        let state = rustix::fs::openat(group, "freezer.state", flags, Mode::empty());
        let _ = state.and_then(|state| file::write_open(state, "THAWED"));
        Ok(())
    };
    // A folder that cannot be walked is reported by whoever waits for its processes to end.
    let _ = file::walk(folder, &mut visit, &mut |_, _| Ok(()));
}

#[cfg(test)]
mod tests {
    use super::super::testing::fake_group;
    use super::*;

    #[test]
    fn v2_waits_for_the_event() {
        let files = [("cgroup.freeze", ""), ("cgroup.events", "populated 1\nfrozen 0\n")];
        let (_root, group) = fake_group("freezer", true, &files);
        let events = group.file("cgroup.events");
        let word = group.file("cgroup.freeze");
        let cgroup = Cgroup::from_groups(vec![group]);
        assert!(!cgroup.is_frozen().unwrap());
        let kernel = std::thread::spawn(move || {
            while file::read(&word).unwrap() != "1" {
                std::thread::sleep(LOOK_AGAIN);
            }
            // Whoever does not wait is through by then.
            std::thread::sleep(Duration::from_millis(30));
            std::fs::write(events, "populated 1\nfrozen 1\n").unwrap();
        });
        cgroup.freeze().unwrap();
        assert!(cgroup.is_frozen().unwrap(), "it was not waited for");
        kernel.join().unwrap();
    }

    #[test]
    fn without_a_freezer_it_says_so() {
        let (_root, group) = fake_group("memory", false, &[]);
        let failure = Cgroup::from_groups(vec![group]).freeze().unwrap_err();
        assert!(failure.doing == "pause the container" && failure.why.contains("freezer"), "{failure}");
    }
}
