//! Being told when a group runs out of memory, instead of asking again and again.

use super::Cgroup;
use crate::{Context, Failure};
use rustix::event::EventfdFlags;
use rustix::fs::{Mode, OFlags, inotify};
use std::os::fd::{AsRawFd, OwnedFd};

impl Cgroup {
    /// A descriptor that can be read from whenever the group may have run out of memory, or is gone: what has happened, the
    /// count of [`Cgroup::oom_kills`] tells. `None` without a group for memory.
    pub fn oom_notice(&self) -> Result<Option<OwnedFd>, Failure> {
        let Some(group) = self.group("memory") else { return Ok(None) };
        let doing = || format!("watch the memory of {}", group.folder.display());
        if group.v2 {
            let flags = inotify::CreateFlags::CLOEXEC | inotify::CreateFlags::NONBLOCK;
            let notice = inotify::init(flags).doing(doing)?;
            inotify::add_watch(&notice, group.file("memory.events"), inotify::WatchFlags::MODIFY).doing(doing)?;
            return Ok(Some(notice));
        }
        let notice = rustix::event::eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK).doing(doing)?;
        let flags = OFlags::RDONLY | OFlags::CLOEXEC;
        let control = rustix::fs::open(group.file("memory.oom_control"), flags, Mode::empty()).doing(doing)?;
        let words = format!("{} {}", notice.as_raw_fd(), control.as_raw_fd());
        std::fs::write(group.file("cgroup.event_control"), words).doing(doing)?;
        Ok(Some(notice))
    }
}
