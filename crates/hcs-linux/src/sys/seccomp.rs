//! Loading a system call filter.
//!
//! `seccomp(2)` itself rather than `prctl`, because only it takes flags and returns a notification descriptor. The filter
//! applies to the calling thread. Building the program is [`process::seccomp`](crate::process::seccomp)'s part.

use super::process::check;
use rustix::io::{Errno, Result};
use std::ffi::{c_long, c_ulong, c_ushort};
use std::os::fd::{FromRawFd, OwnedFd};

/// `SECCOMP_SET_MODE_FILTER`.
const SET_MODE_FILTER: c_long = 1;
/// `SECCOMP_FILTER_FLAG_NEW_LISTENER`: return a notification descriptor.
pub const FLAG_NEW_LISTENER: u32 = 1 << 3;

/// One instruction of the classic BPF machine (`struct sock_filter`).
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// Operation.
    pub code: u16,
    /// Instructions skipped when a comparison holds.
    pub jt: u8,
    /// Instructions skipped when it does not.
    pub jf: u8,
    /// Operand.
    pub k: u32,
}

/// `struct sock_fprog`.
#[repr(C)]
struct Program {
    /// Number of instructions.
    length: c_ushort,
    /// The first one.
    first: *const Instruction,
}

/// Loads a filter for the calling thread; returns the notification descriptor when [`FLAG_NEW_LISTENER`] asks for it.
///
/// Needs `no_new_privs` or `CAP_SYS_ADMIN` in the thread's user namespace.
pub fn set_filter(program: &[Instruction], flags: u32) -> Result<Option<OwnedFd>> {
    let length = c_ushort::try_from(program.len()).map_err(|_| Errno::INVAL)?;
    let program = Program { length, first: program.as_ptr() };
    // SAFETY: `program` describes a live array of exactly `length` instructions, which the kernel copies.
    let returned =
        unsafe { libc::syscall(libc::SYS_seccomp, SET_MODE_FILTER, c_ulong::from(flags), &raw const program) };
    let returned = check(returned)?;
    if flags & FLAG_NEW_LISTENER == 0 {
        return Ok(None);
    }
    // SAFETY: with this flag the kernel returns a new descriptor that nothing else owns.
    Ok(Some(unsafe { OwnedFd::from_raw_fd(returned as i32) }))
}

/// `getpid` through the 32-bit entry of x86, for tests of filters that cover it.
#[cfg(all(test, target_arch = "x86_64"))]
pub fn getpid_of_32_bits() -> i32 {
    let mut number = 20;
    // SAFETY: the 32-bit `getpid` takes no argument and touches no memory; the registers that the entry may clear are listed.
    unsafe {
        std::arch::asm!("int 0x80", inlateout("eax") number, out("r8") _, out("r9") _, out("r10") _, out("r11") _);
    }
    number
}
