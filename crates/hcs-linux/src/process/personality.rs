//! Execution domain: lets a 32-bit program see a 32-bit `uname`.

use crate::sys::process::personality;
use crate::{Context, Failure};
pub use hcs_host::plan::linux::support::personality::parse;

/// Sets the domain of this process.
pub fn apply(domain: u32) -> Result<(), Failure> {
    personality(domain).doing(|| format!("set execution domain {domain:#x}")).map(drop)
}
