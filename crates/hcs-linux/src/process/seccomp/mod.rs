//! System call filters: the specification's profile becomes one program for the kernel.
//!
//! # Why not the `seccompiler` crate
//!
//! It has one match action per filter, one architecture per program, no notification action, a linear search, and its tables
//! of numbers are private. A profile as container engines write them has several actions and three architectures; chaining
//! filters would run each of them on every system call. The machine has eight instructions that matter, so the assembler is
//! the small part of the work, and the result is one program with a binary search. The crate serves the tests as an oracle.
//!
//! # What a profile means
//!
//! - Rules of one system call are alternatives: the first rule *with conditions* that holds decides, then the first rule
//!   without conditions, then the default action. So a general rule never hides a specific one, in whatever order they are.
//! - Native calls are always filtered. Calls of a listed secondary architecture are filtered by that architecture's numbers;
//!   on 32-bit x86 a rule without conditions for `socket` and the like also holds for the same call through `socketcall` or
//!   `ipc`, while one *with* conditions cannot (there the arguments are behind a pointer). Calls of an architecture that is
//!   not listed kill the process. Names of architectures that cannot run here are accepted and change nothing.
//! - Arguments of 32-bit architectures are compared by their lower 32 bits.
//! - With `SCMP_ACT_ERRNO` as default, calls that are newer than every call named by the profile return `ENOSYS`, as runc has
//!   it: C libraries fall back to an older call then, and do not with the profile's `EPERM`. A default that kills or traps is
//!   taken literally.
//! - Unknown names of system calls are skipped, as the specification wants; every other unknown word is refused.
//!
//! [`compile`] is pure. [`Filter::load`] is for the last moment: after it, this process may do only what the profile permits.

mod arch;
mod assemble;
mod listener;
mod table;
#[cfg(test)]
mod tests;

pub use arch::Arch;
pub use listener::Listener;

use crate::sys::seccomp::{FLAG_NEW_LISTENER, Instruction, set_filter};
use crate::{Context, Failure};
use arch::{X32_BIT, find, multiplexed};
use assemble::{Leaf, Range, Section};
use hcs_host::plan::linux::support::seccomp::{self as rules, Condition, ERRNO, KILL_PROCESS, Op, Profile, Rule};
use hcs_schema::oci;
use rustix::fd::OwnedFd;
use rustix::io::Errno;

/// The kernel's limit on the length of a program.
const MAX_LENGTH: usize = 4096;
/// The number of a call that a tracer has cancelled.
const CANCELLED: u32 = u32::MAX;

/// A compiled filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// The program.
    program: Vec<Instruction>,
    /// Flags for the kernel.
    flags: u32,
}

/// Compiles a profile for this machine.
pub fn compile(profile: &oci::Seccomp) -> Result<Filter, Failure> {
    compile_for(profile, Arch::NATIVE)
}

/// Compiles a profile for a machine of architecture `native`.
pub fn compile_for(profile: &oci::Seccomp, native: Arch) -> Result<Filter, Failure> {
    let listed = architectures(profile, native)?;
    let read = rules::parse(profile)?;
    let mut calls = collect(&read, &listed);
    let mut sections: Vec<Section> = Vec::new();
    for (arch, calls) in listed.iter().zip(&mut calls) {
        let ranges = ranges(&read, *arch, calls);
        match sections.iter_mut().find(|section| section.audit == arch.audit()) {
            // x32 is the upper part of x86-64's numbers.
            Some(section) => section.ranges.extend(ranges),
            None => sections.push(Section {
                audit: arch.audit(),
                ranges,
                narrow_from: if arch.is_32_bit() { 0 } else { X32_BIT },
            }),
        }
    }
    for section in &mut sections {
        finish_section(section, listed.contains(&Arch::X32), read.default);
    }
    let program = assemble::program(&sections, KILL_PROCESS);
    if program.len() > MAX_LENGTH {
        let why = format!("compiles to {} instructions, the kernel takes {MAX_LENGTH}", program.len());
        return Err(Failure::unsupported("linux.seccomp", why));
    }
    let listen = if read.notifies { FLAG_NEW_LISTENER } else { 0 };
    Ok(Filter { program, flags: read.flags | listen })
}

/// The architectures to filter, the native one first and x32 behind x86-64.
fn architectures(profile: &oci::Seccomp, native: Arch) -> Result<Vec<Arch>, Failure> {
    rules::architectures(profile)?;
    let mut wanted = vec![native];
    wanted.extend(profile.architectures.iter().filter_map(|name| Arch::parse(name)));
    Ok(native.family().iter().copied().filter(|arch| wanted.contains(arch)).collect())
}

/// A system call of one architecture that a rule names.
#[derive(Clone, Copy, Debug)]
struct Call {
    /// Its number.
    number: u32,
    /// The entry of the profile.
    entry: usize,
    /// It is reached through a multiplexing call, when its first argument has this value.
    selector: Option<u32>,
}

/// The calls that the profile names, by architecture.
fn collect(profile: &Profile<'_>, listed: &[Arch]) -> Vec<Vec<Call>> {
    let mut calls = vec![Vec::with_capacity(512); listed.len()];
    for (entry, rules) in profile.entries.iter().enumerate() {
        let conditional = rules.rules.iter().any(|rule| !rule.conditions.is_empty());
        for name in rules.names {
            if let Some(row) = find(name) {
                for (arch, calls) in listed.iter().zip(&mut calls) {
                    calls.extend(arch.number(row).map(|number| Call { number, entry, selector: None }));
                }
            }
            let Some(at) = listed.iter().position(|arch| *arch == Arch::X86).filter(|_| !conditional) else { continue };
            if let Some((through, selector)) = multiplexed(name) {
                let number = find(through).and_then(|row| Arch::X86.number(row));
                calls[at].extend(number.map(|number| Call { number, entry, selector: Some(selector) }));
            }
        }
    }
    calls
}

/// The rules of one call in the order of decision.
fn leaf(profile: &Profile<'_>, calls: &[Call]) -> Leaf {
    let mut specific = Vec::new();
    let mut general = None;
    for call in calls {
        for rule in &profile.entries[call.entry].rules {
            match (call.selector, rule.conditions.is_empty()) {
                (Some(selector), _) => specific.push(selected(rule.action, selector)),
                (None, true) => general = general.or(Some(rule.action)),
                (None, false) => specific.push(rule.clone()),
            }
        }
    }
    let otherwise = general.unwrap_or(profile.default);
    while specific.last().is_some_and(|rule| rule.action == otherwise) {
        specific.pop();
    }
    if specific.is_empty() { Leaf::Return(otherwise) } else { Leaf::Compare(specific, otherwise) }
}

/// The rule of a multiplexing call. The upper half of `ipc`'s first argument is a version, `socketcall`'s is zero.
fn selected(action: u32, selector: u32) -> Rule {
    let condition = Condition { index: 0, op: Op::MaskedEq, mask: 0xffff, value: selector.into() };
    Rule { action, conditions: vec![condition] }
}

/// What is done with calls that are newer than the profile.
fn unheard_of(default: u32) -> u32 {
    if default & 0xffff_0000 == ERRNO { ERRNO | libc::ENOSYS as u32 } else { default }
}

/// Every number of an architecture, as ranges.
fn ranges(profile: &Profile<'_>, arch: Arch, calls: &mut [Call]) -> Vec<Range> {
    calls.sort_by_key(|call| call.number);
    let mut ranges = Vec::with_capacity(calls.len());
    let mut next = if arch == Arch::X32 { X32_BIT } else { 0 };
    for same in calls.chunk_by(|one, other| one.number == other.number) {
        let number = same[0].number;
        if number > next {
            push(&mut ranges, next, Leaf::Return(profile.default));
        }
        push(&mut ranges, number, leaf(profile, same));
        next = number + 1;
    }
    let rest = if calls.is_empty() { profile.default } else { unheard_of(profile.default) };
    push(&mut ranges, next, Leaf::Return(rest));
    ranges
}

/// Adds a range unless it goes on with the last one's action.
fn push(ranges: &mut Vec<Range>, first: u32, leaf: Leaf) {
    let same = |last: &Range| matches!((&last.leaf, &leaf), (Leaf::Return(one), Leaf::Return(other)) if one == other);
    if !ranges.last().is_some_and(same) {
        ranges.push(Range { first, leaf });
    }
}

/// Adds what is above an architecture's own numbers.
fn finish_section(section: &mut Section, x32_listed: bool, default: u32) {
    if section.audit == Arch::X86_64.audit() && !x32_listed {
        push(&mut section.ranges, X32_BIT, Leaf::Return(KILL_PROCESS));
    }
    push(&mut section.ranges, CANCELLED, Leaf::Return(default));
}

impl Filter {
    /// Loads the filter; a rule that notifies yields the notification descriptor.
    pub fn load(&self) -> Result<Option<OwnedFd>, Failure> {
        set_filter(&self.program, self.flags).doing(|| "load the seccomp filter").map_err(|failure| {
            match failure.errno {
                libc::EACCES => {
                    failure.hint("this needs process.noNewPrivileges, or CAP_SYS_ADMIN in the user namespace")
                }
                libc::EBUSY => failure.hint("another filter of this process already has a listener"),
                libc::EINVAL => failure.hint("this kernel does not know all of the filter's flags or actions"),
                _ => failure,
            }
        })
    }

    /// Whether a rule notifies, so that [`Filter::load`] will yield a descriptor.
    pub fn notifies(&self) -> bool {
        self.flags & FLAG_NEW_LISTENER != 0
    }

    /// Number of instructions.
    pub fn length(&self) -> usize {
        self.program.len()
    }
}

/// Refuses a filter that notifies where nobody listens, and the other way round.
pub fn check_listener(filter: Option<&Filter>, listener: Option<&Listener>) -> Result<(), Failure> {
    match (filter.is_some_and(Filter::notifies), listener.is_some()) {
        (true, false) => Err(Failure::errno("linux.seccomp.listenerPath", Errno::NOTCONN).hint("nobody listens")),
        _ => Ok(()),
    }
}
