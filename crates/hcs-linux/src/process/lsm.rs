//! Labels of security modules: the AppArmor profile and the SELinux context that the user's program enters.
//!
//! Both are set "for the next exec" through a file of procfs, on a path that is below the thread, because a label belongs to
//! a thread. Whether the modules are there must be asked while the machine's own `/sys` is visible: the container's may be
//! absent or forged. So [`Present::detect`] runs outside and its answer travels with the other settings.

use super::{Opener, write_kernel_file};
use crate::Failure;
use hcs_host::plan::linux::support::label::check;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The security modules of this machine that containers can be labelled with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Present {
    /// AppArmor is enabled.
    pub apparmor: bool,
    /// SELinux is enabled.
    pub selinux: bool,
}

impl Present {
    /// Looks for them in the machine's `/sys`.
    pub fn detect() -> Self {
        let apparmor =
            std::fs::read("/sys/module/apparmor/parameters/enabled").is_ok_and(|text| text.starts_with(b"Y"));
        Present { apparmor, selinux: Path::new("/sys/fs/selinux/enforce").exists() }
    }
}

/// Enters AppArmor profile `profile` at the next exec; nothing to do for `unconfined` where there is no AppArmor.
pub fn apparmor(profile: &str, present: Present, proc: Opener<'_>) -> Result<(), Failure> {
    check("process.apparmorProfile", profile)?;
    if profile.is_empty() || (profile == "unconfined" && !present.apparmor) {
        return Ok(());
    }
    if !present.apparmor {
        let why = format!("{profile:?} cannot be entered: AppArmor is not enabled on this machine");
        return Err(Failure::unsupported("process.apparmorProfile", why));
    }
    let text = format!("exec {profile}");
    let named = |failure| refused("process.apparmorProfile", profile, failure, "is the profile loaded?");
    match write_kernel_file(proc, "thread-self/attr/apparmor/exec", &text) {
        // Kernels older than 5.8 have the shared file only.
        Err(failure) if failure.errno == libc::ENOENT && !text.is_empty() => {
            write_kernel_file(proc, "thread-self/attr/exec", &text).map_err(named)
        }
        written => written.map_err(named),
    }
}

/// Enters SELinux context `label` at the next exec.
pub fn selinux(label: &str, present: Present, proc: Opener<'_>) -> Result<(), Failure> {
    check("process.selinuxLabel", label)?;
    if label.is_empty() {
        return Ok(());
    }
    if !present.selinux {
        let why = format!("{label:?} cannot be entered: SELinux is not enabled on this machine");
        return Err(Failure::unsupported("process.selinuxLabel", why));
    }
    write_kernel_file(proc, "thread-self/attr/exec", label)
        .map_err(|failure| refused("process.selinuxLabel", label, failure, "does the policy know it?"))
}

/// Names the property instead of the file.
fn refused(property: &str, label: &str, failure: Failure, question: &str) -> Failure {
    Failure { doing: property.to_owned(), why: format!("{label:?} cannot be entered: {question}"), ..failure }
}
