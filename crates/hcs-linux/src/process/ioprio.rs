//! I/O scheduling class and priority.

use crate::sys::process::ioprio_set;
use crate::{Context, Failure};
use hcs_schema::oci;
use rustix::io::Errno;

/// Classes by the specification's name.
const CLASSES: [(&str, u16); 3] = [("IOPRIO_CLASS_RT", 1), ("IOPRIO_CLASS_BE", 2), ("IOPRIO_CLASS_IDLE", 3)];

/// Where the class begins in the kernel's value.
const CLASS_SHIFT: u16 = 13;

/// Reads the specification's section into the kernel's value.
pub fn parse(wanted: &oci::IoPriority) -> Result<u16, Failure> {
    let Some((_, class)) = CLASSES.iter().find(|(name, _)| *name == wanted.class) else {
        let why = format!("{:?} is not an I/O class", wanted.class);
        return Err(Failure::invalid("process.ioPriority.class", why));
    };
    match u16::try_from(wanted.priority) {
        Ok(priority @ 0..=7) => Ok(class << CLASS_SHIFT | priority),
        _ => {
            let why = format!("{} is not in 0 to 7", wanted.priority);
            Err(Failure::invalid("process.ioPriority.priority", why))
        }
    }
}

/// Sets the kernel's value for this process.
pub fn apply(value: u16) -> Result<(), Failure> {
    ioprio_set(value).doing(|| format!("set I/O priority {value:#x}")).map_err(|failure| {
        if failure.errno == Errno::PERM.raw_os_error() {
            return failure.hint("the real-time class needs CAP_SYS_NICE or CAP_SYS_ADMIN");
        }
        failure
    })
}
