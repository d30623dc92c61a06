//! What a utility VM that runs Linux has: its controllers, its persistent memory, and what it does not allow.
//!
//! A container that joins a pod needs to know this of a machine that is there already. It follows from the annotations of the
//! pod's sandbox.

use crate::Result;
use crate::plan::annotations::Annotations;
use crate::plan::facts::builds;
use crate::plan::machine::regions;
use crate::plan::{Architecture, Context, Kind, Role};

/// Devices of persistent memory that a machine has, if nothing else is said.
const DEVICES: u32 = 64;

/// What a machine has.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Traits {
    /// Its SCSI controllers.
    pub controllers: u8,
    /// Its persistent memory; absent where layers come as SCSI disks.
    pub memory: Option<Memory>,
    /// Whether writable disks are encrypted in the guest.
    pub encrypted: bool,
    /// Whether that of the pod's sandbox is.
    pub sandbox_encrypted: bool,
    /// Whether folders of the host can be shared for reading only.
    pub read_only_shares: bool,
    /// Whether its kernel looks for PCI devices.
    pub pci: bool,
    /// Whether the guest routes by rules, one table for each adapter.
    pub policy_routing: bool,
    /// Whether it keeps secrets from its host.
    pub confidential: bool,
}

/// The persistent memory of a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Memory {
    /// Number of devices.
    pub devices: u32,
    /// Size of each in bytes.
    pub size: u64,
    /// Whether several layers can be on one device.
    pub packed: bool,
}

impl Traits {
    /// What the machine of a container has, or is to have.
    pub fn of(context: &Context<'_>, annotations: &Annotations) -> Self {
        let memory = memory(context, annotations);
        let policy = annotations.lcow_security_policy.is_some();
        let encrypted = annotations.encrypted_scratch.unwrap_or(policy);
        Traits {
            // Layers are many. Without persistent memory they need all the units that there can be.
            controllers: if memory.is_some() { 1 } else { 4 },
            memory,
            encrypted: encrypted || context.annotations.encrypted_scratch == Some(true),
            sandbox_encrypted: encrypted,
            read_only_shares: [annotations, &context.annotations]
                .iter()
                .any(|annotations| annotations.disable_writable_file_shares == Some(true)),
            pci: annotations.vpci_enabled == Some(true),
            policy_routing: annotations.policy_based_routing == Some(true),
            confidential: annotations.is_confidential(Kind::LinuxHypervisor),
        }
    }
}

fn memory(context: &Context<'_>, annotations: &Annotations) -> Option<Memory> {
    let arm = context.facts.architecture == Architecture::Arm64;
    let physical = annotations.fully_physically_backed == Some(true);
    if arm || physical || annotations.is_confidential(Kind::LinuxHypervisor) {
        return None;
    }
    let devices = annotations.vpmem_maximum_count.unwrap_or(DEVICES);
    let size = annotations.vpmem_maximum_size.unwrap_or(regions::LARGEST);
    let several = annotations.vpmem_no_multi_mapping.unwrap_or(context.facts.build() < Some(builds::V1903));
    // Regions are laid out on devices of the usual size only.
    let packed = !several && size == regions::LARGEST;
    (devices > 0).then_some(Memory { devices, size, packed })
}

/// The annotations that a container's machine was or will be made by: its own, or those of the pod's sandbox.
pub(crate) fn annotations(context: &Context<'_>) -> Result<Annotations> {
    let pod = context.wanted.pod.as_ref().filter(|_| context.choice.role == Role::Member);
    let Some(pod) = pod else { return Ok(context.annotations.clone()) };
    let (annotations, _) = Annotations::read(&pod.annotations)
        .map_err(|why| context.wanted.invalid(format!("the pod's sandbox {}: {why}", pod.sandbox)))?;
    Ok(annotations)
}
