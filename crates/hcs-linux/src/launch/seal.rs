//! A copy of this program that a container cannot write to (CVE-2019-5736).
//!
//! A container reaches the program that enters it through `/proc/PID/exe`: by naming `/proc/self/exe` as its own program, as
//! an interpreter, or by looking at a joining process. If that were the file on the host, root in the container could open it
//! for writing once it no longer runs. So helpers run from a sealed copy:
//!
//! - a clone of the program's mount, read-only and attached nowhere. Its read-only flag can be taken away only while somebody
//!   holds the detached tree, so the keeper drops it as soon as the helper runs, before any of the container's code does;
//! - where mounts cannot be cloned (an ordinary user), a memory file with every seal;
//! - and if the caller could not write to the program anyway, the program itself.

use crate::sys::mount::{AttrChange, mount_setattr};
use crate::{Context, Failure};
use rustix::fs::{MemfdFlags, Mode, OFlags, SealFlags};
use rustix::io::Errno;
use rustix::mount::{MountAttrFlags, OpenTreeFlags};
use std::os::fd::{AsFd, OwnedFd};

const SELF: &str = "/proc/self/exe";

/// Opens a sealed copy of this program, to be given to `execveat`.
pub fn own_program() -> Result<OwnedFd, Failure> {
    match cloned_mount() {
        Ok(fd) => Ok(fd),
        Err(Errno::PERM | Errno::NOSYS | Errno::INVAL | Errno::OPNOTSUPP) => {
            let privileged = rustix::process::geteuid().is_root();
            if !privileged && rustix::fs::access(SELF, rustix::fs::Access::WRITE_OK) == Err(Errno::ACCESS) {
                return rustix::fs::open(SELF, OFlags::PATH | OFlags::CLOEXEC, Mode::empty())
                    .doing(|| "open this program");
            }
            memory_file()
        }
        Err(errno) => Err(Failure::errno("clone the mount of this program", errno)),
    }
}

fn cloned_mount() -> Result<OwnedFd, Errno> {
    let fd = rustix::mount::open_tree(
        rustix::fs::CWD,
        SELF,
        OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC,
    )?;
    mount_setattr(fd.as_fd(), false, &AttrChange::set(MountAttrFlags::MOUNT_ATTR_RDONLY))?;
    Ok(fd)
}

fn memory_file() -> Result<OwnedFd, Failure> {
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    let copy = rustix::fs::memfd_create("silo", flags | MemfdFlags::EXEC)
        // Kernels before 6.3 do not know the flag, and make memory files executable.
        .or_else(|errno| if errno == Errno::INVAL { rustix::fs::memfd_create("silo", flags) } else { Err(errno) })
        .doing(|| "make a memory file for a copy of this program")?;
    let program = std::fs::File::open(SELF).doing(|| "open this program")?;
    let mut target = std::fs::File::from(copy);
    std::io::copy(&mut &program, &mut target).doing(|| "copy this program into a memory file")?;
    let copy = OwnedFd::from(target);
    rustix::fs::fcntl_add_seals(&copy, SealFlags::SEAL | SealFlags::SHRINK | SealFlags::GROW | SealFlags::WRITE)
        .doing(|| "seal the copy of this program")?;
    Ok(copy)
}
