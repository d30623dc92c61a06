//! Kinds of containers.

use super::facts::builds;
use super::{Context, Wanted};
use crate::Result;
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

/// The kind that a container on a Windows host is of; the reason goes into the context.
pub(super) fn of(context: &mut Context<'_>) -> Result<Kind> {
    let Wanted { spec, image, isolation, .. } = context.wanted;
    let build = context.facts.build().unwrap_or_default();
    let version1 = build < builds::SERVER_2019;
    if spec.linux.is_some() {
        if version1 {
            let message = "linux: Linux containers need Windows build 17763 on a Windows host";
            return Err(context.wanted.unsupported(message));
        }
        if *isolation == Isolation::Process {
            let message =
                "linux: Linux containers on a Windows host are isolated by Hyper-V; there is no process isolation";
            return Err(context.wanted.unsupported(message));
        }
        if !context.facts.hypervisor {
            let message =
                "linux: Linux containers need Hyper-V, which this host does not have; enable the feature Hyper-V";
            return Err(context.wanted.unsupported(message));
        }
        context.why = "it is a Linux container on a Windows host".into();
        return Ok(Kind::LinuxHypervisor);
    }
    let hyperv = spec.windows.as_ref().is_some_and(|windows| windows.hyperv.is_some());
    let asked = match (*isolation, hyperv) {
        (Isolation::Process, true) => {
            let message =
                "windows.hyperv: asks for Hyper-V isolation, but process isolation is wanted; give one of them";
            return Err(context.wanted.invalid(message));
        }
        (Isolation::Auto, true) => Isolation::Hypervisor,
        (isolation, _) => isolation,
    };
    if context.annotations.host_process.as_deref() == Some("true") && asked != Isolation::Hypervisor {
        context.why = "annotation microsoft.com/hostprocess-container asks for it".into();
        return Ok(Kind::HostProcess);
    }
    let (isolation, why) =
        super::isolation_for(*image, context.facts, asked).map_err(|why| context.wanted.unsupported(why))?;
    context.why = why;
    Ok(match (isolation, version1) {
        (Isolation::Hypervisor, true) => Kind::WindowsHypervisorV1,
        (Isolation::Hypervisor, false) => Kind::WindowsHypervisor,
        (_, true) => Kind::WindowsProcessV1,
        (_, false) => Kind::WindowsProcess,
    })
}
