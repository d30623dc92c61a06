//! Capabilities: the five sets, applied exactly as the specification lists them.
//!
//! The order that the kernel imposes: the bounding set shrinks while `CAP_SETPCAP` is held; the user changes with "keep
//! capabilities" on, which saves the permitted set; the ambient set is raised while its members are permitted and
//! inheritable; last of all permitted and effective shrink, which takes away what would be needed to do anything else.
//! [`limit`], [`hold`] and [`settle`] are these steps; [`prepare`](super::prepare) calls them.

use crate::{Context, Failure};
pub use hcs_host::plan::linux::support::caps::{Sets, parse};
use hcs_host::plan::linux::support::caps::{name, names};
use rustix::thread::{
    CapabilitySet, CapabilitySets, capabilities, capability_is_in_bounding_set, clear_ambient_capability_set,
    configure_capability_in_ambient_set, remove_capability_from_bounding_set, set_capabilities,
};

/// The single-member set of capability `number`.
fn one(number: u32) -> CapabilitySet {
    CapabilitySet::from_bits_retain(1u64 << number)
}

/// All capabilities that this kernel knows.
pub fn known_to_kernel() -> u64 {
    let count = (0..64).take_while(|number| capability_is_in_bounding_set(one(*number)).is_ok()).count();
    if count >= 64 { u64::MAX } else { (1u64 << count) - 1 }
}

/// Checks, while it can still be reported plainly, that this process can give what the sets ask for.
pub fn check_available(sets: &Sets) -> Result<(), Failure> {
    let asked = sets.bounding | sets.permitted | sets.inheritable;
    let unknown = asked & !known_to_kernel();
    if unknown != 0 {
        let why = format!("this kernel does not know {}", names(unknown));
        return Err(Failure::unsupported("process.capabilities", why));
    }
    let held = capabilities(None).doing(|| "read the capabilities of this process")?.permitted.bits();
    let missing = (sets.permitted | sets.inheritable) & !held;
    if missing != 0 {
        let why = format!("this runtime does not hold {} itself, so it cannot pass it on", names(missing));
        return Err(Failure { errno: libc::EPERM, ..Failure::new("process.capabilities", why) });
    }
    Ok(())
}

/// Drops everything from the bounding set that is not listed.
pub fn limit(sets: &Sets) -> Result<(), Failure> {
    for number in 0..64 {
        if sets.bounding >> number & 1 == 1 {
            continue;
        }
        match capability_is_in_bounding_set(one(number)) {
            Ok(false) => {}
            Ok(true) => remove_capability_from_bounding_set(one(number))
                .doing(|| format!("drop {} from the bounding set", name(number)))?,
            // Past the kernel's last capability.
            Err(_) => break,
        }
    }
    Ok(())
}

/// Puts all permitted capabilities in force, and sets the inheritable and ambient sets as listed.
///
/// For after the change of user, which clears the effective and the ambient set.
pub fn hold(sets: &Sets) -> Result<(), Failure> {
    let mut held = capabilities(None).doing(|| "read the capabilities of this process")?;
    held.effective = held.permitted;
    held.inheritable = CapabilitySet::from_bits_retain(sets.inheritable);
    set_capabilities(None, held).doing(|| "set the inheritable capabilities")?;
    match clear_ambient_capability_set() {
        // Kernels older than 4.3 have no ambient set.
        Err(rustix::io::Errno::INVAL) if sets.ambient == 0 => {}
        cleared => cleared.doing(|| "clear the ambient capabilities")?,
    }
    for number in (0..64).filter(|number| sets.ambient >> number & 1 == 1) {
        configure_capability_in_ambient_set(one(number), true)
            .doing(|| format!("raise {} in the ambient set", name(number)))?;
    }
    Ok(())
}

/// Reduces the permitted, effective and inheritable sets to what is listed. One system call.
pub fn settle(sets: &Sets) -> Result<(), Failure> {
    let kernel = CapabilitySets {
        effective: CapabilitySet::from_bits_retain(sets.effective),
        permitted: CapabilitySet::from_bits_retain(sets.permitted),
        inheritable: CapabilitySet::from_bits_retain(sets.inheritable),
    };
    set_capabilities(None, kernel).doing(|| "set the capabilities of the process")
}
