//! The keeper's side: starting a helper from the sealed program.

use super::channel::Channel;
use super::message::{Request, ToInit, ToKeeper};
use super::seal;
use crate::sys::clone::{self, Child};
use crate::{Context, Failure};
use rustix::fs::{MemfdFlags, SeekFrom};
use rustix::io::FdFlags;
use rustix::thread::{Gid, Uid};
use std::convert::Infallible;
use std::ffi::{CStr, CString};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

/// The name under which helpers run; `argv[0]` is how they know themselves.
pub const HELPER_NAME: &CStr = c"silo-init";

/// A helper that was started, and the keeper's end of its socket.
#[derive(Debug)]
pub struct Helper {
    /// The process.
    pub child: Child,
    /// The socket.
    pub channel: Channel,
}

/// How a helper is started.
#[derive(Debug, Default)]
pub struct Options<'a> {
    /// `CLONE_NEW…` flags of namespaces that it is born in.
    pub namespaces: u64,
    /// Version 2 control group it is born in.
    pub cgroup: Option<BorrowedFd<'a>>,
    /// Descriptors it inherits, under their present numbers.
    pub inherit: Vec<BorrowedFd<'a>>,
}

/// Starts a helper on `request`. With a new user namespace it waits for [`ToInit::Mapped`] before it goes on.
pub fn spawn(request: &Request, options: &Options<'_>) -> Result<Helper, Failure> {
    let program = seal::own_program()?;
    let document = memory_file(request)?;
    let (ours, theirs) = Channel::pair()?;
    let argv = [HELPER_NAME.to_owned(), number(&theirs), number(&document)];
    let await_maps = options.namespaces & libc::CLONE_NEWUSER as u64 != 0;
    let mut ours = Some(ours);
    let child = clone::clone3(options.namespaces, options.cgroup, || {
        // The child's copy of the keeper's end would keep the socket open when the keeper dies.
        drop(ours.take());
        become_helper(&program, &theirs, document.as_fd(), &options.inherit, &argv, await_maps)
    })
    .map_err(|errno| refused(errno, options.namespaces))?;
    let channel = ours.ok_or_else(|| Failure::new("start a helper", "its socket is gone"))?;
    Ok(Helper { child, channel })
}

/// Runs in the child: only system calls, since the keeper may have other threads.
fn become_helper(
    program: &OwnedFd,
    channel: &Channel,
    document: BorrowedFd<'_>,
    inherit: &[BorrowedFd<'_>],
    argv: &[CString; 3],
    await_maps: bool,
) -> Infallible {
    if await_maps {
        // An exec with unmapped ids would drop every capability, so the maps come first.
        let mut mapped = [0; 64];
        let arrived = rustix::io::read(channel.as_fd(), &mut mapped).unwrap_or(0);
        if arrived == 0 || become_namespace_root().is_err() {
            clone::exit_now(1);
        }
    }
    for fd in [channel.as_fd(), document].iter().chain(inherit) {
        if rustix::io::fcntl_setfd(fd, FdFlags::empty()).is_err() {
            clone::exit_now(1);
        }
    }
    let argv = [argv[0].as_c_str(), argv[1].as_c_str(), argv[2].as_c_str()];
    let errno = clone::exec_fd(program.as_fd(), &argv, &[]);
    clone::exit_now(errno.raw_os_error())
}

/// Becomes user and group 0 of a user namespace whose maps are written.
pub fn become_namespace_root() -> rustix::io::Result<()> {
    rustix::thread::set_thread_res_gid(Gid::ROOT, Gid::ROOT, Gid::ROOT)?;
    rustix::thread::set_thread_res_uid(Uid::ROOT, Uid::ROOT, Uid::ROOT)
}

fn memory_file(request: &Request) -> Result<OwnedFd, Failure> {
    let file = rustix::fs::memfd_create("silo-request", MemfdFlags::CLOEXEC)
        .doing(|| "make a memory file for the helper's request")?;
    let body = serde_json::to_vec(request).map_err(|error| Failure::new("encode the request", error.to_string()))?;
    let mut rest = body.as_slice();
    while !rest.is_empty() {
        let written = rustix::io::write(&file, rest).doing(|| "write the helper's request")?;
        rest = &rest[written..];
    }
    rustix::fs::seek(&file, SeekFrom::Start(0)).doing(|| "rewind the helper's request")?;
    Ok(file)
}

fn number(fd: &impl AsFd) -> CString {
    CString::new(fd.as_fd().as_raw_fd().to_string()).expect("digits hold no null")
}

fn refused(errno: rustix::io::Errno, namespaces: u64) -> Failure {
    let failure = Failure::errno("make the container's namespaces", errno);
    let user = namespaces & libc::CLONE_NEWUSER as u64 != 0;
    match errno {
        rustix::io::Errno::PERM if user => failure.hint(
            "user namespaces are not allowed here; enable them (sysctl kernel.unprivileged_userns_clone=1, or the \
             AppArmor setting kernel.apparmor_restrict_unprivileged_userns=0) or run as root",
        ),
        rustix::io::Errno::PERM => failure.hint("this needs CAP_SYS_ADMIN: run as root, or with a user namespace"),
        rustix::io::Errno::NOSPC => failure.hint(
            "the limit on namespaces is reached; raise the sysctl settings user.max_user_namespaces and its like",
        ),
        rustix::io::Errno::NOSYS => failure.hint(
            "clone3(2) is missing: the kernel is too old, or a system call filter hides it, as that of an outer container; \
             run the outer one with `seccomp=unconfined`",
        ),
        rustix::io::Errno::INVAL => failure.hint("the kernel lacks one of the namespaces asked for"),
        _ => failure,
    }
}

/// Tells init that its id maps are written.
pub fn mapped(channel: &Channel) -> Result<(), Failure> {
    channel.send(&ToInit::Mapped, &[])
}

/// Reports a helper's failure to its keeper and ends the process.
pub fn fail(channel: &Channel, failure: Failure) -> ! {
    // If the keeper is gone there is nobody to tell.
    let _ = channel.send(&ToKeeper::Failed(failure), &[]);
    clone::exit_now(1)
}
