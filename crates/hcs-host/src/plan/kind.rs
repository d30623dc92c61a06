//! Kinds of containers.

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
    /// Whether the container's system is Linux.
    pub fn is_linux(self) -> bool {
        matches!(self, Kind::LinuxProcess | Kind::LinuxHypervisor)
    }

    /// Whether there is a utility VM.
    pub fn is_isolated_by_hypervisor(self) -> bool {
        matches!(self, Kind::WindowsHypervisorV1 | Kind::WindowsHypervisor | Kind::LinuxHypervisor)
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
