//! I/O scheduling class and priority.

use super::Refusal;
use hcs_schema::oci;

/// Classes by the specification's name.
const CLASSES: [(&str, u16); 3] = [("IOPRIO_CLASS_RT", 1), ("IOPRIO_CLASS_BE", 2), ("IOPRIO_CLASS_IDLE", 3)];

/// Where the class begins in the kernel's value.
const CLASS_SHIFT: u16 = 13;

/// Reads the specification's section into the kernel's value.
pub fn parse(wanted: &oci::IoPriority) -> Result<u16, Refusal> {
    let Some((_, class)) = CLASSES.iter().find(|(name, _)| *name == wanted.class) else {
        let why = format!("{:?} is not an I/O class", wanted.class);
        return Err(Refusal::invalid("process.ioPriority.class", why));
    };
    match u16::try_from(wanted.priority) {
        Ok(priority @ 0..=7) => Ok(class << CLASS_SHIFT | priority),
        _ => {
            let why = format!("{} is not in 0 to 7", wanted.priority);
            Err(Refusal::invalid("process.ioPriority.priority", why))
        }
    }
}
