//! `bpf(2)`, as far as device rules of version 2 control groups need it.
//!
//! Every call passes one attribute structure. The kernel reads as many bytes as it is told and takes the rest as zero, so
//! each command has its own, only as long as its last field.

use rustix::io::Errno;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

/// One instruction, as the kernel lays it out.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Insn {
    /// Class, operation and source.
    pub code: u8,
    /// Destination register in the low four bits, source register in the high four.
    pub registers: u8,
    /// Jump distance or memory offset.
    pub offset: i16,
    /// Immediate operand.
    pub immediate: i32,
}

const PROG_LOAD: libc::c_int = 5;
const PROG_ATTACH: libc::c_int = 8;
const PROG_DETACH: libc::c_int = 9;
const PROG_GET_FD_BY_ID: libc::c_int = 13;
const PROG_QUERY: libc::c_int = 16;

const TYPE_CGROUP_DEVICE: u32 = 15;
const ATTACH_CGROUP_DEVICE: u32 = 6;
const ALLOW_MULTI: u32 = 1 << 1;
const REPLACE: u32 = 1 << 2;

#[repr(C)]
struct Load {
    kind: u32,
    count: u32,
    instructions: u64,
    license: u64,
    log_level: u32,
    log_size: u32,
    log: u64,
    kernel_version: u32,
    flags: u32,
    name: [u8; 16],
}

#[repr(C)]
struct Attach {
    target: RawFd,
    program: RawFd,
    kind: u32,
    flags: u32,
    replaced: RawFd,
}

#[repr(C)]
struct Query {
    target: RawFd,
    kind: u32,
    query_flags: u32,
    attach_flags: u32,
    ids: u64,
    count: u32,
    padding: u32,
}

#[repr(C)]
struct Id {
    id: u32,
    next: u32,
    flags: u32,
}

/// Loads a program that judges access to devices.
pub fn load_device_program(instructions: &[Insn]) -> Result<OwnedFd, Errno> {
    let mut name = [0; 16];
    name[..12].copy_from_slice(b"silo_devices");
    let mut attribute = Load {
        kind: TYPE_CGROUP_DEVICE,
        count: u32::try_from(instructions.len()).map_err(|_| Errno::TOOBIG)?,
        instructions: instructions.as_ptr() as u64,
        license: c"Apache".as_ptr() as u64,
        log_level: 0,
        log_size: 0,
        log: 0,
        kernel_version: 0,
        flags: 0,
        name,
    };
    let fd = call(PROG_LOAD, &mut attribute)?;
    // SAFETY: the kernel has just made this descriptor for this call; nothing else owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// Attaches a program to a control group beside those that are there, or in the place of one of them.
pub fn attach(cgroup: BorrowedFd<'_>, program: BorrowedFd<'_>, replaced: Option<BorrowedFd<'_>>) -> Result<(), Errno> {
    let mut attribute = Attach {
        target: cgroup.as_raw_fd(),
        program: program.as_raw_fd(),
        kind: ATTACH_CGROUP_DEVICE,
        flags: if replaced.is_some() { ALLOW_MULTI | REPLACE } else { ALLOW_MULTI },
        replaced: replaced.map_or(0, |replaced| replaced.as_raw_fd()),
    };
    call(PROG_ATTACH, &mut attribute).map(drop)
}

/// Takes a program off a control group.
pub fn detach(cgroup: BorrowedFd<'_>, program: BorrowedFd<'_>) -> Result<(), Errno> {
    let mut attribute = Attach {
        target: cgroup.as_raw_fd(),
        program: program.as_raw_fd(),
        kind: ATTACH_CGROUP_DEVICE,
        flags: 0,
        replaced: 0,
    };
    call(PROG_DETACH, &mut attribute).map(drop)
}

/// The programs that judge devices in this control group itself.
pub fn attached(cgroup: BorrowedFd<'_>) -> Result<Vec<OwnedFd>, Errno> {
    /// The kernel attaches no more than this to one control group.
    const MOST: usize = 64;
    let mut ids = [0u32; MOST];
    let mut attribute = Query {
        target: cgroup.as_fd().as_raw_fd(),
        kind: ATTACH_CGROUP_DEVICE,
        query_flags: 0,
        attach_flags: 0,
        ids: ids.as_mut_ptr() as u64,
        count: MOST as u32,
        padding: 0,
    };
    call(PROG_QUERY, &mut attribute)?;
    ids.iter().take(attribute.count as usize).map(|id| open(*id)).collect()
}

fn open(id: u32) -> Result<OwnedFd, Errno> {
    let fd = call(PROG_GET_FD_BY_ID, &mut Id { id, next: 0, flags: 0 })?;
    // SAFETY: the kernel has just made this descriptor for this call; nothing else owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// One command. Private: the pointers inside `attribute` must be good for what the command does with them.
fn call<T>(command: libc::c_int, attribute: &mut T) -> Result<RawFd, Errno> {
    let size = size_of::<T>();
    // SAFETY: `attribute` is a live structure of `size` bytes laid out as the kernel's for `command`; the callers above put
    // addresses of live buffers in it, with their true lengths, that outlive the call.
    let result = unsafe { libc::syscall(libc::SYS_bpf, command, std::ptr::from_mut(attribute), size) };
    match result {
        -1 => Err(Errno::from_io_error(&std::io::Error::last_os_error()).unwrap_or(Errno::IO)),
        result => Ok(result as RawFd),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structures_are_as_long_as_the_kernels() {
        assert_eq!(size_of::<Insn>(), 8);
        assert_eq!(size_of::<Load>(), 64);
        assert_eq!(size_of::<Attach>(), 20);
        assert_eq!(size_of::<Query>(), 32);
        assert_eq!(size_of::<Id>(), 12);
    }
}
