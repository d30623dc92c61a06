//! The out-of-memory killer's score adjustment.
//!
//! A process that is not dumpable and lives in a new user namespace cannot write its own score, so a launcher may set it from
//! outside; [`apply`] then finds the wanted value and leaves it.

use super::{Opener, read_kernel_file, write_kernel_file};
use crate::Failure;
pub use hcs_host::plan::linux::support::oom::parse;
use rustix::io::Errno;

/// The file below procfs.
const PATH: &str = "self/oom_score_adj";

/// Sets this process's adjustment; its children inherit it.
pub fn apply(adjustment: i32, proc: Opener<'_>) -> Result<(), Failure> {
    let now = read_kernel_file(proc, PATH)?;
    if now.trim() == adjustment.to_string() {
        return Ok(());
    }
    write_kernel_file(proc, PATH, &adjustment.to_string()).map_err(|failure| {
        if failure.errno == Errno::ACCESS.raw_os_error() {
            let why = format!("going below {} needs CAP_SYS_RESOURCE, which this runtime does not hold", now.trim());
            return failure.hint(why);
        }
        failure
    })
}
