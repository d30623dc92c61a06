//! What becomes of annotations on one host and one kind of container: conflicts, refusals and notes.

use super::check::{DISABLE_HOST_PROCESS, DISABLE_UNSAFE, GMSA_DISABLE};
use super::entry::Entry;
use super::{Annotations, ENTRIES, Reach, SERVICE_ENTRY, SERVICE_TABLE};
use crate::plan::facts::builds;
use crate::plan::{Architecture, HostFacts, Kind, Role};
use hcs_schema::oci::Spec;
use std::collections::BTreeMap;

const HOST_PROCESS: &str = "microsoft.com/hostprocess-container";
const OVERCOMMIT: &str = "io.microsoft.virtualmachine.computetopology.memory.allowovercommit";
const DEFERRED_COMMIT: &str = "io.microsoft.virtualmachine.computetopology.memory.enabledeferredcommit";
const PHYSICALLY_BACKED: &str = "io.microsoft.virtualmachine.fullyphysicallybacked";
const VPMEM_COUNT: &str = "io.microsoft.virtualmachine.devices.virtualpmem.maximumcount";
const DIRECT_BOOT: &str = "io.microsoft.virtualmachine.lcow.kerneldirectboot";
const BOOT_OPTIONS: &str = "io.microsoft.virtualmachine.lcow.kernelbootoptions";
const ROOTFS_TYPE: &str = "io.microsoft.virtualmachine.lcow.preferredrootfstype";
const VERITY_MODE: &str = "io.microsoft.virtualmachine.lcow.dmverity-mode";
const VERITY_ARGS: &str = "io.microsoft.virtualmachine.lcow.dmverity-create-args";
const LCOW_POLICY: &str = "io.microsoft.virtualmachine.lcow.securitypolicy";
const WCOW_POLICY: &str = "io.microsoft.virtualmachine.wcow.securitypolicy";
const DEBUG: &str = "io.microsoft.wcow.debug";
const DEBUG_PATH: &str = "io.microsoft.wcow.debug_data_path";
const CPU_GROUP: &str = "io.microsoft.virtualmachine.cpugroup.id";
const PARTITION: &str = "io.microsoft.virtualmachine.resource-partition-id";
const PROXY: &str = "io.microsoft.network.ncproxy";
const PROXY_ID: &str = "io.microsoft.network.ncproxy.containerid";

/// Keys that say something only where a security policy is.
const WITH_POLICY: [&str; 6] = [
    "io.microsoft.virtualmachine.no_security_hardware",
    "io.microsoft.virtualmachine.uvm-hash-envelope-reference-info-file",
    "io.microsoft.virtualmachine.lcow.enforcer",
    "io.microsoft.virtualmachine.lcow.uvm-reference-info-file",
    "io.microsoft.virtualmachine.wcow.securitypolicy.env",
    "io.microsoft.virtualmachine.wcow.amd-certificate",
];

/// The entry of a key.
fn entry(key: &str) -> Option<&'static Entry> {
    let service = || key.starts_with(SERVICE_TABLE).then_some(&SERVICE_ENTRY);
    ENTRIES.iter().find(|entry| entry.key == key).or_else(service)
}

fn exclude(one: &str, other: &str) -> Result<(), String> {
    Err(format!("annotations {one} and {other} exclude each other"))
}

fn needs(one: &str, other: &str) -> Result<(), String> {
    Err(format!("annotation {one} needs {other}"))
}

fn yes(switch: Option<bool>) -> bool {
    switch == Some(true)
}

impl Annotations {
    /// Refuses annotations that do not go together for a kind of container.
    ///
    /// # Errors
    /// Names both.
    pub fn conflicts(&self, kind: Kind) -> Result<(), String> {
        if self.is_host_process() && yes(self.disable_host_process) {
            let by_all = yes(self.disable_unsafe_operations);
            let disabled = if by_all { DISABLE_UNSAFE } else { DISABLE_HOST_PROCESS };
            return exclude(&format!("{HOST_PROCESS}=true"), &format!("{disabled}=true"));
        }
        match kind {
            Kind::WindowsHypervisor => self.machine_conflicts(kind).and_then(|()| self.wcow_conflicts()),
            Kind::LinuxHypervisor => self.machine_conflicts(kind).and_then(|()| self.lcow_conflicts()),
            _ => Ok(()),
        }
    }

    fn machine_conflicts(&self, kind: Kind) -> Result<(), String> {
        let policy = if kind.is_linux() { LCOW_POLICY } else { WCOW_POLICY };
        let physical = match (self.is_confidential(kind), self.fully_physically_backed) {
            (true, _) => policy.to_owned(),
            (false, Some(true)) => format!("{PHYSICALLY_BACKED}=true"),
            (false, _) => format!("{OVERCOMMIT}=false"),
        };
        if self.cpu_group_id.is_some() && self.resource_partition_id.is_some() {
            return exclude(CPU_GROUP, PARTITION);
        }
        if yes(self.allow_overcommit) && !self.overcommits(kind) {
            return exclude(&format!("{OVERCOMMIT}=true"), &physical);
        }
        if yes(self.enable_deferred_commit) && !self.overcommits(kind) {
            return exclude(&format!("{DEFERRED_COMMIT}=true"), &physical);
        }
        if self.parsed.numa.is_some() && self.overcommits(kind) {
            let needed = format!("annotation {OVERCOMMIT}=false or {PHYSICALLY_BACKED}=true");
            return Err(format!("NUMA nodes of a utility VM are of physical memory: they need {needed}"));
        }
        Ok(())
    }

    fn wcow_conflicts(&self) -> Result<(), String> {
        match (self.wcow_debug, &self.wcow_security_policy, &self.wcow_debug_data_path) {
            (Some(true), None, _) => needs(DEBUG, WCOW_POLICY),
            (Some(true), _, None) => needs(DEBUG, DEBUG_PATH),
            _ => Ok(()),
        }
    }

    fn lcow_conflicts(&self) -> Result<(), String> {
        let confidential = self.is_confidential(Kind::LinuxHypervisor);
        if self.vpmem_maximum_count.is_some_and(|count| count > 0) {
            if confidential {
                return exclude(VPMEM_COUNT, LCOW_POLICY);
            }
            if yes(self.fully_physically_backed) {
                return exclude(VPMEM_COUNT, &format!("{PHYSICALLY_BACKED}=true"));
            }
        }
        if confidential && self.preferred_rootfs_type.is_some() {
            return exclude(ROOTFS_TYPE, LCOW_POLICY);
        }
        let from_state = confidential || self.lcow_guest_state_file.is_some();
        if yes(self.dm_verity_mode) && self.dm_verity_create_args.is_none() && !from_state {
            return needs(VERITY_MODE, VERITY_ARGS);
        }
        Ok(())
    }

    /// Refuses what a specification has and annotations forbid.
    ///
    /// # Errors
    /// Names both.
    pub fn refuse_spec(&self, spec: &Spec) -> Result<(), String> {
        let credentials = spec.windows.as_ref().is_some_and(|windows| !windows.credential_spec.is_null());
        if credentials && yes(self.gmsa_disable) {
            let by_all = yes(self.disable_unsafe_operations);
            let disabled = if by_all { DISABLE_UNSAFE } else { GMSA_DISABLE };
            return Err(format!("windows.credentialSpec is forbidden by annotation {disabled}=true"));
        }
        Ok(())
    }

    /// Refuses annotations that reach a kind of container and that a host cannot honour.
    ///
    /// # Errors
    /// Names the key, what it needs, and the host.
    pub fn refuse_for(&self, kind: Kind, facts: &HostFacts) -> Result<(), String> {
        let Some(build) = facts.build() else { return Ok(()) };
        let late = |since: u32, key: &str| {
            format!("annotation {key} needs Windows build {since} or later, and the host is {facts}")
        };
        for (entry, asks) in self.given() {
            let since = entry.since.filter(|since| build < *since && asks && entry.reach.kinds().contains(&kind));
            if let Some(since) = since {
                return Err(late(since, entry.key));
            }
        }
        if kind == Kind::LinuxHypervisor {
            if self.is_confidential(kind) && build < builds::SERVER_2022 {
                return Err(late(builds::SERVER_2022, LCOW_POLICY));
            }
            let arm = facts.architecture == Architecture::Arm64;
            let vpmem = self.vpmem_maximum_count.filter(|count| *count > 0).map(|_| VPMEM_COUNT);
            let direct = self.kernel_direct_boot.filter(|direct| *direct).map(|_| DIRECT_BOOT);
            if let Some(key) = vpmem.or(direct).filter(|_| arm) {
                return Err(format!("annotation {key} is for x86-64, and the host is ARM"));
            }
        }
        Ok(())
    }

    /// Notes on annotations that have no effect on a container. `own` are those that were written for it: what options give
    /// every container is not meant for each kind.
    pub fn notes_for(&self, kind: Kind, role: Role, own: &BTreeMap<String, String>) -> Vec<String> {
        let given = own.iter().filter(|(_, text)| !text.is_empty());
        given.filter_map(|(key, _)| self.note(key, entry(key)?.reach, kind, role)).collect()
    }

    /// Whether there is a security policy for the utility VM of a kind of container.
    fn has_policy(&self, kind: Kind) -> bool {
        match kind {
            Kind::LinuxHypervisor => self.lcow_security_policy.is_some(),
            Kind::WindowsHypervisor => self.wcow_security_policy.is_some(),
            _ => false,
        }
    }

    fn note(&self, key: &str, reach: Reach, kind: Kind, role: Role) -> Option<String> {
        let on = if !reach.kinds().contains(&kind) {
            kind.plural()
        } else if reach == Reach::HostProcess && !self.is_host_process() {
            "containers that are not HostProcess containers"
        } else if reach.is_machine() && role == Role::Member {
            "containers that join a pod: the utility VM is its sandbox's"
        } else if key == BOOT_OPTIONS && self.is_confidential(kind) {
            "confidential utility VMs, which boot from their guest state file"
        } else if key == PROXY_ID && self.ncproxy.is_none() {
            return Some(format!("annotation {key} has no effect without annotation {PROXY}"));
        } else if WITH_POLICY.contains(&key) && !self.has_policy(kind) {
            return Some(format!("annotation {key} has no effect without a security policy of the utility VM"));
        } else {
            return None;
        };
        Some(format!("annotation {key} has no effect on {on}"))
    }
}
