//! Releasing what a dead keeper left, from its ledger.

use crate::launch::message::{RemoveRequest, Request};
use crate::launch::spawn::{self, Options};
use crate::launch::{clone_flags, idmap};
use crate::{Context, Failure, cgroup, host};
use hcs_host::{ProcessIdentity, Resource};
use hcs_schema::oci::{IdMapping, NamespaceKind};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::mount::{UnmountFlags, unmount};
use rustix::process::{WaitId, WaitIdOptions};
use std::os::fd::AsFd;
use std::path::Path;

/// A killed process is gone within this time, or something is very wrong with the machine.
const DEATH: Timespec = Timespec { tv_sec: 10, tv_nsec: 0 };

/// Releases one resource of a ledger. One that is gone is fine.
pub fn release(resource: &Resource) -> Result<(), Failure> {
    match resource {
        Resource::Process { process } => end_process(*process),
        Resource::Cgroup { path } => cgroup::release(path),
        Resource::Mount { path } => detach(path),
        Resource::Namespace { path } => {
            detach(path)?;
            gone(std::fs::remove_file(path), path)
        }
        Resource::File { path } => gone(std::fs::remove_file(path), path),
        Resource::Folder { path } => gone(std::fs::remove_dir_all(path), path),
        Resource::System { .. }
        | Resource::Layer { .. }
        | Resource::ActiveLayer { .. }
        | Resource::PreparedLayer { .. }
        | Resource::Endpoint { .. }
        | Resource::NetworkNamespace { .. }
        | Resource::NamespaceEndpoint { .. } => Err(Failure::new(
            "release what a ledger lists",
            "this is something of Windows, and the ledger is no Linux host's",
        )),
    }
}

fn gone(result: std::io::Result<()>, path: &Path) -> Result<(), Failure> {
    match result {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        result => result.doing(|| format!("remove {}", path.display())),
    }
}

fn detach(path: &Path) -> Result<(), Failure> {
    match unmount(path, UnmountFlags::DETACH | UnmountFlags::NOFOLLOW) {
        // Not a mount point, or not there.
        Err(Errno::INVAL | Errno::NOENT) => Ok(()),
        result => result.doing(|| format!("unmount {}", path.display())),
    }
}

fn end_process(process: ProcessIdentity) -> Result<(), Failure> {
    let doing = || format!("end process {}", process.pid);
    let Some(pidfd) = host::open_process(process) else { return Ok(()) };
    match crate::sys::clone::send_signal(pidfd.as_fd(), libc::SIGKILL) {
        Err(Errno::SRCH) => return Ok(()),
        result => result.doing(doing)?,
    }
    let ready = poll(&mut [PollFd::new(&pidfd, PollFlags::IN)], Some(&DEATH)).doing(doing)?;
    if ready == 0 {
        return Err(Failure::new(doing(), "it does not die; look for a process in state D"));
    }
    Ok(())
}

/// Removes the control groups that containers share, where no container is in them any more.
pub fn prune() {
    // Where control groups cannot be read there are none of ours.
    if let Ok(layout) = cgroup::Layout::detect() {
        cgroup::prune(&layout);
    }
}

/// Removes a folder of which some files belong to mapped ids, as root of a user namespace with the same maps.
pub fn remove_tree(path: &Path, uids: &[IdMapping], gids: &[IdMapping]) -> Result<(), Failure> {
    let text = path.to_str().ok_or_else(|| Failure::invalid("remove a folder", "its path is not valid UTF-8"))?;
    let request = Request::Remove(RemoveRequest { path: text.to_owned() });
    let namespaces = clone_flags([NamespaceKind::User]);
    let helper = spawn::spawn(&request, &Options { namespaces, ..Options::default() })?;
    let mapped = idmap::write(helper.child.pid, uids, gids).and_then(|()| spawn::mapped(&helper.channel));
    if let Err(failure) = mapped {
        host::discard(&helper.child.pidfd);
        return Err(failure);
    }
    let told = helper.channel.receive()?;
    let _ = rustix::process::waitid(WaitId::PidFd(helper.child.pidfd.as_fd()), WaitIdOptions::EXITED);
    match told {
        None => Ok(()),
        Some((crate::launch::message::ToKeeper::Failed(failure), _)) => Err(failure),
        Some((message, _)) => Err(Failure::new("remove a folder", format!("the helper said {message:?}"))),
    }
}
