//! Kinds of containers, and their roles in a pod.

use super::annotations::Annotations;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How a container is kept apart from its host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Isolation {
    /// By a virtual machine if the specification or the versions of host and image ask for one, else by the kernel.
    #[default]
    Auto,
    /// By the kernel: a server silo, or Linux namespaces.
    Process,
    /// By a utility VM.
    Hypervisor,
}

/// What is made for a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Namespaces and control groups of a Linux host.
    LinuxProcess,
    /// A server silo made from a document of schema version 1 (builds before 17763).
    WindowsProcessV1,
    /// A server silo made from a document of schema version 2.
    WindowsProcess,
    /// A container that HCS itself puts into a utility VM, by a document of schema version 1 (builds before 17763).
    WindowsHypervisorV1,
    /// A utility VM that runs Windows, and a container in it.
    WindowsHypervisor,
    /// A utility VM that runs Linux, and a container in it.
    LinuxHypervisor,
    /// A job object on the host: a HostProcess container.
    HostProcess,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 7] = [
        Kind::LinuxProcess,
        Kind::WindowsProcessV1,
        Kind::WindowsProcess,
        Kind::WindowsHypervisorV1,
        Kind::WindowsHypervisor,
        Kind::LinuxHypervisor,
        Kind::HostProcess,
    ];

    /// Whether the container's system is Linux.
    pub fn is_linux(self) -> bool {
        matches!(self, Kind::LinuxProcess | Kind::LinuxHypervisor)
    }

    /// Whether there is a utility VM.
    pub fn is_isolated_by_hypervisor(self) -> bool {
        matches!(self, Kind::WindowsHypervisorV1 | Kind::WindowsHypervisor | Kind::LinuxHypervisor)
    }

    /// Whether there is a utility VM that is made from a document of its own, so that its size can be chosen.
    pub fn has_machine(self) -> bool {
        matches!(self, Kind::WindowsHypervisor | Kind::LinuxHypervisor)
    }

    /// Containers of this kind, in words within a sentence.
    pub fn plural(self) -> &'static str {
        match self {
            Kind::LinuxProcess => "Linux containers that the kernel isolates",
            Kind::WindowsProcessV1 => "process isolation before build 17763",
            Kind::WindowsProcess => "process isolation",
            Kind::WindowsHypervisorV1 => "Hyper-V isolation before build 17763",
            Kind::WindowsHypervisor => "Windows containers in utility VMs",
            Kind::LinuxHypervisor => "Linux containers in utility VMs",
            Kind::HostProcess => "HostProcess containers",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::LinuxProcess => "Linux container, isolated by the kernel",
            Kind::WindowsProcessV1 => "Windows container, process isolation, schema 1",
            Kind::WindowsProcess => "Windows container, process isolation, schema 2",
            Kind::WindowsHypervisorV1 => "Windows container, Hyper-V isolation, schema 1",
            Kind::WindowsHypervisor => "Windows container, Hyper-V isolation, schema 2",
            Kind::LinuxHypervisor => "Linux container in a utility VM",
            Kind::HostProcess => "HostProcess container",
        })
    }
}

/// What a container is to a pod.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Nothing: it is a container of its own.
    #[default]
    Standalone,
    /// What the pod's network and utility VM belong to.
    Sandbox,
    /// A container that joins the sandbox's network and utility VM.
    Member,
}

impl Role {
    /// The role that annotations name, and the id of the pod's sandbox. The words of containerd, of CRI-O and of dockershim
    /// are understood, and must not contradict each other.
    ///
    /// # Errors
    /// Names the annotation that is missing, or the two that contradict.
    pub fn of(annotations: &Annotations) -> Result<(Role, Option<String>), String> {
        let a = annotations;
        let dialects = [
            ("io.kubernetes.cri.container-type", &a.container_type, "io.kubernetes.cri.sandbox-id", &a.sandbox_id),
            (
                "io.kubernetes.cri-o.ContainerType",
                &a.crio_container_type,
                "io.kubernetes.cri-o.SandboxID",
                &a.crio_sandbox_id,
            ),
            ("io.kubernetes.docker.type", &a.docker_type, "io.kubernetes.sandbox.id", &a.docker_sandbox_id),
        ];
        let mut found: Option<(&str, Role, &String)> = None;
        for (role_key, role, id_key, id) in dialects {
            let (role, id) = match (role, id) {
                (None, None) => continue,
                (Some(_), None) => return Err(format!("annotation {role_key} needs annotation {id_key}")),
                (None, Some(_)) => return Err(format!("annotation {id_key} needs annotation {role_key}")),
                (Some(role), Some(id)) => (if role == "container" { Role::Member } else { Role::Sandbox }, id),
            };
            match found {
                None => found = Some((role_key, role, id)),
                Some((_, first, sandbox)) if (first, sandbox) == (role, id) => {}
                Some((other, ..)) => {
                    return Err(format!(
                        "annotations {other} and {role_key}, or the ids beside them, contradict each other"
                    ));
                }
            }
        }
        Ok(found.map_or((Role::Standalone, None), |(_, role, id)| (role, Some(id.clone()))))
    }
}
