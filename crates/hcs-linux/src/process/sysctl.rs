//! Kernel parameters of the container's namespaces.

use super::{Opener, write_kernel_file};
use crate::Failure;
pub use hcs_host::plan::linux::support::sysctl::{Own, check, path};
use std::collections::BTreeMap;

/// Writes every parameter; the opener's paths begin with `sys/`.
pub fn apply(parameters: &BTreeMap<String, String>, proc: Opener<'_>) -> Result<(), Failure> {
    for (name, value) in parameters {
        let path = format!("sys/{}", path(name)?);
        write_kernel_file(proc, &path, value).map_err(|failure| match failure.errno {
            libc::ENOENT => failure.hint(format!("this kernel has no parameter {name}")),
            libc::EACCES | libc::EPERM => failure.hint(format!("{name} cannot be written from this user namespace")),
            libc::EINVAL => failure.hint(format!("the kernel does not accept {value:?} for {name}")),
            _ => failure,
        })?;
    }
    Ok(())
}
