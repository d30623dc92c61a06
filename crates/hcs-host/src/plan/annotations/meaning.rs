//! What the annotations mean together, with the defaults that hold without them.

use super::Annotations;
use crate::plan::Kind;

/// How much of a process a dump holds, as Windows counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DumpType {
    /// Threads and handles.
    Mini = 1,
    /// All memory.
    Full = 2,
}

impl Annotations {
    /// Whether a HostProcess container is wanted.
    pub fn is_host_process(&self) -> bool {
        self.host_process.as_deref() == Some("true")
    }

    /// Whether the processes of a HostProcess container run as the user who runs Silo.
    pub fn inherits_user(&self) -> bool {
        self.is_host_process() && self.host_process_inherit_user.as_deref() == Some("true")
    }

    /// Whether the utility VM of a container keeps secrets from its host.
    pub fn is_confidential(&self, kind: Kind) -> bool {
        match kind {
            Kind::LinuxHypervisor => self.lcow_security_policy.is_some() && self.no_security_hardware != Some(true),
            Kind::WindowsHypervisor => self.wcow_security_policy.is_some(),
            _ => false,
        }
    }

    /// Whether the memory of the utility VM comes out of the host's virtual memory. That of a confidential one does not.
    pub fn overcommits(&self, kind: Kind) -> bool {
        let physical = self.fully_physically_backed == Some(true) || self.is_confidential(kind);
        self.allow_overcommit.unwrap_or(true) && !physical
    }

    /// How much of a process a dump holds.
    pub fn dump_type(&self) -> DumpType {
        if self.process_dump_type.as_deref() == Some("mini") { DumpType::Mini } else { DumpType::Full }
    }

    /// Number of dumps that are kept.
    pub fn dump_count(&self) -> u32 {
        self.process_dump_count.unwrap_or(10)
    }
}

/// A folder for dumps with the container's id in the place that is kept for it.
pub fn dump_folder(folder: &str, container: &str) -> String {
    let place = ["{container_id}", "{CONTAINER_ID}"];
    match place.into_iter().find_map(|place| folder.strip_suffix(place)) {
        Some(before) => format!("{before}{container}"),
        None => folder.into(),
    }
}
