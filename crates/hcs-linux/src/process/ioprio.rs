//! I/O scheduling class and priority.

use crate::sys::process::ioprio_set;
use crate::{Context, Failure};
pub use hcs_host::plan::linux::support::ioprio::parse;
use rustix::io::Errno;

/// Sets the kernel's value for this process.
pub fn apply(value: u16) -> Result<(), Failure> {
    ioprio_set(value).doing(|| format!("set I/O priority {value:#x}")).map_err(|failure| {
        if failure.errno == Errno::PERM.raw_os_error() {
            return failure.hint("the real-time class needs CAP_SYS_NICE or CAP_SYS_ADMIN");
        }
        failure
    })
}
