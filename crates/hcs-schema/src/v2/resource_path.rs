//! Resource paths: what a change to a running system is about, as text with slashes.
//!
//! A path that is not known travels untouched. So does one that is spelled in another way than the service's own, for example
//! in another case or with a number that begins with 0: nothing is lost between reading and writing.

use crate::model::Field;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// What the socket between the hosts of a live migration is called, where it is added to an operation as a handle.
pub const LIVE_MIGRATION_SOCKET_URI: &str = "hcs:/VirtualMachine/LiveMigrationSocket";

/// The path of a resource. Names in it are not empty and hold no slash.
///
/// With each is said what the settings of a request are. Where it only names requests, the service refuses others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ResourcePath {
    /// Graphics processors: [`GpuConfiguration`](super::GpuConfiguration), `Update` only.
    Gpu,
    /// Memory of a virtual machine: a number, in MiB.
    MemorySizeInMb,
    /// Group of processors of a virtual machine: [`CpuGroup`](super::CpuGroup).
    CpuGroup,
    /// Idle processors of a virtual machine: [`IdleProcessorsRequest`](super::IdleProcessorsRequest), `Update` only.
    IdledProcessors,
    /// Cap of the processors' frequency: a number.
    CpuFrequencyPowerCap,
    /// Shares of processors of a virtual machine: [`ProcessorLimits`](super::ProcessorLimits).
    ProcessorLimits,
    /// A serial port: [`ComPort`](super::ComPort).
    ComPort {
        /// Its number, 0 or 1.
        port: u32,
    },
    /// An emulated device: [`FlexibleIoDevice`](super::FlexibleIoDevice), `Add` only.
    FlexibleIov {
        /// Its name.
        id: String,
    },
    /// Licensing of a virtual machine.
    Licensing,
    /// A named pipe of the host in a virtual machine: no settings, `Add` and `Remove` only.
    MappedPipe {
        /// The pipe on the host, for example `\\.\pipe\name`.
        path: String,
    },
    /// A network adapter: [`NetworkAdapter`](super::NetworkAdapter).
    NetworkAdapter {
        /// Its name.
        id: String,
    },
    /// Folders shared through Plan 9: [`Plan9Share`](super::Plan9Share).
    Plan9Shares,
    /// A SCSI disk: [`Attachment`](super::Attachment); none to remove it.
    ScsiAttachment {
        /// Name of its controller.
        controller: String,
        /// Its logical unit number.
        lun: u32,
    },
    /// Memory shared with the host: [`SharedMemoryRegion`](super::SharedMemoryRegion).
    SharedMemoryRegions,
    /// A PCI device: [`VirtualPciDevice`](super::VirtualPciDevice), `Add` and `Remove` only; none to remove it.
    VirtualPci {
        /// Its name.
        id: String,
    },
    /// A device of persistent memory: [`VirtualPMemDevice`](super::VirtualPMemDevice), `Add` and `Remove` only; none to
    /// remove it.
    VirtualPMemDevice {
        /// Its number.
        device: u32,
    },
    /// A file that is a part of such a device: [`VirtualPMemMapping`](super::VirtualPMemMapping), `Add` and `Remove` only;
    /// none to remove it.
    VirtualPMemMapping {
        /// Number of the device.
        device: u32,
        /// Offset of the file in it, in bytes.
        offset: u64,
    },
    /// Folders shared through virtual SMB: [`VirtualSmbShare`](super::VirtualSmbShare).
    VirtualSmbShares,
    /// Rights of a service of Hyper-V sockets: [`HvSocketServiceConfig`](super::HvSocketServiceConfig).
    HvSocketService {
        /// The service (GUID).
        service: String,
    },
    /// Devices of a container: [`Device`](super::Device).
    ContainerDevices,
    /// Folders of the host in a container: [`MappedDirectory`](super::MappedDirectory).
    ContainerMappedDirectories,
    /// Named pipes of the host in a container: [`MappedPipe`](super::MappedPipe).
    ContainerMappedPipes,
    /// Memory limit of a container: a number, in MiB.
    ContainerMemorySizeInMb,
    /// Processor limit of a container: [`ContainerProcessor`](super::ContainerProcessor).
    ContainerProcessor,
    /// Whether changes to a container's registry are kept: [`RegistryFlushState`](super::RegistryFlushState).
    ContainerRegistryFlushState,
    /// A path that is not known here; empty where none was given.
    Other(String),
}

impl ResourcePath {
    fn known(text: &str) -> Option<Self> {
        match text.split_once('/')? {
            ("Container", rest) => Self::of_container(rest),
            ("VirtualMachine", rest) => match rest.split_once('/')? {
                ("ComputeTopology", rest) => Self::of_topology(rest),
                ("Devices", rest) => Self::of_device(rest),
                _ => None,
            },
            _ => None,
        }
    }

    fn of_container(rest: &str) -> Option<Self> {
        Some(match rest {
            "Devices/Generic" => Self::ContainerDevices,
            "MappedDirectories" => Self::ContainerMappedDirectories,
            "MappedPipes" => Self::ContainerMappedPipes,
            "Memory/SizeInMB" => Self::ContainerMemorySizeInMb,
            "Processor" => Self::ContainerProcessor,
            "RegistryFlushState" => Self::ContainerRegistryFlushState,
            _ => return None,
        })
    }

    fn of_topology(rest: &str) -> Option<Self> {
        Some(match rest {
            "Gpu" => Self::Gpu,
            "Memory/SizeInMB" => Self::MemorySizeInMb,
            "Processor/CpuGroup" => Self::CpuGroup,
            "Processor/IdledProcessors" => Self::IdledProcessors,
            "Processor/CpuFrequencyPowerCap" => Self::CpuFrequencyPowerCap,
            "Processor/Limits" => Self::ProcessorLimits,
            _ => return None,
        })
    }

    fn of_device(rest: &str) -> Option<Self> {
        let parts: Vec<&str> = rest.split('/').collect();
        Some(match parts.as_slice() {
            ["ComPorts", port] => Self::ComPort { port: number(port)? },
            ["FlexibleIov", id] => Self::FlexibleIov { id: name(id)? },
            ["Licensing"] => Self::Licensing,
            ["MappedPipes", path] => Self::MappedPipe { path: name(path)? },
            ["NetworkAdapters", id] => Self::NetworkAdapter { id: name(id)? },
            ["Plan9", "Shares"] => Self::Plan9Shares,
            ["Scsi", controller, "Attachments", lun] => {
                Self::ScsiAttachment { controller: name(controller)?, lun: number(lun)? }
            }
            ["SharedMemory", "Regions"] => Self::SharedMemoryRegions,
            ["VirtualPci", id] => Self::VirtualPci { id: name(id)? },
            ["VirtualPMem", "Devices", device] => Self::VirtualPMemDevice { device: number(device)? },
            ["VirtualPMem", "Devices", device, "Mappings", offset] => {
                Self::VirtualPMemMapping { device: number(device)?, offset: number(offset)? }
            }
            ["VirtualSmb", "Shares"] => Self::VirtualSmbShares,
            ["HvSocket", "HvSocketConfig", "ServiceTable", service] => {
                Self::HvSocketService { service: name(service)? }
            }
            _ => return None,
        })
    }
}

fn name(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// A number in the one spelling that it is written in.
fn number<T: std::str::FromStr + fmt::Display>(text: &str) -> Option<T> {
    text.parse().ok().filter(|number: &T| number.to_string() == text)
}

impl fmt::Display for ResourcePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gpu => f.write_str("VirtualMachine/ComputeTopology/Gpu"),
            Self::MemorySizeInMb => f.write_str("VirtualMachine/ComputeTopology/Memory/SizeInMB"),
            Self::CpuGroup => f.write_str("VirtualMachine/ComputeTopology/Processor/CpuGroup"),
            Self::IdledProcessors => f.write_str("VirtualMachine/ComputeTopology/Processor/IdledProcessors"),
            Self::CpuFrequencyPowerCap => f.write_str("VirtualMachine/ComputeTopology/Processor/CpuFrequencyPowerCap"),
            Self::ProcessorLimits => f.write_str("VirtualMachine/ComputeTopology/Processor/Limits"),
            Self::ComPort { port } => write!(f, "VirtualMachine/Devices/ComPorts/{port}"),
            Self::FlexibleIov { id } => write!(f, "VirtualMachine/Devices/FlexibleIov/{id}"),
            Self::Licensing => f.write_str("VirtualMachine/Devices/Licensing"),
            Self::MappedPipe { path } => write!(f, "VirtualMachine/Devices/MappedPipes/{path}"),
            Self::NetworkAdapter { id } => write!(f, "VirtualMachine/Devices/NetworkAdapters/{id}"),
            Self::Plan9Shares => f.write_str("VirtualMachine/Devices/Plan9/Shares"),
            Self::ScsiAttachment { controller, lun } => {
                write!(f, "VirtualMachine/Devices/Scsi/{controller}/Attachments/{lun}")
            }
            Self::SharedMemoryRegions => f.write_str("VirtualMachine/Devices/SharedMemory/Regions"),
            Self::VirtualPci { id } => write!(f, "VirtualMachine/Devices/VirtualPci/{id}"),
            Self::VirtualPMemDevice { device } => write!(f, "VirtualMachine/Devices/VirtualPMem/Devices/{device}"),
            Self::VirtualPMemMapping { device, offset } => {
                write!(f, "VirtualMachine/Devices/VirtualPMem/Devices/{device}/Mappings/{offset}")
            }
            Self::VirtualSmbShares => f.write_str("VirtualMachine/Devices/VirtualSmb/Shares"),
            Self::HvSocketService { service } => {
                write!(f, "VirtualMachine/Devices/HvSocket/HvSocketConfig/ServiceTable/{service}")
            }
            Self::ContainerDevices => f.write_str("Container/Devices/Generic"),
            Self::ContainerMappedDirectories => f.write_str("Container/MappedDirectories"),
            Self::ContainerMappedPipes => f.write_str("Container/MappedPipes"),
            Self::ContainerMemorySizeInMb => f.write_str("Container/Memory/SizeInMB"),
            Self::ContainerProcessor => f.write_str("Container/Processor"),
            Self::ContainerRegistryFlushState => f.write_str("Container/RegistryFlushState"),
            Self::Other(text) => f.write_str(text),
        }
    }
}

impl From<&str> for ResourcePath {
    fn from(text: &str) -> Self {
        Self::known(text).unwrap_or_else(|| Self::Other(text.to_owned()))
    }
}

impl Default for ResourcePath {
    fn default() -> Self {
        Self::Other(String::new())
    }
}

impl Serialize for ResourcePath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ResourcePath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self::from(text.as_str()))
    }
}

impl Field for ResourcePath {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }

    fn is_empty(&self) -> bool {
        matches!(self, Self::Other(text) if text.is_empty())
    }
}
