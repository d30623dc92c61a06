//! The devices of a virtual machine, and those of them that are small.
//!
//! A key of a map of devices is a name of the caller's choice from which the device's instance id is made, or that id (GUID)
//! itself. Ports and disks have numbers instead.

use super::{
    FlexibleIoDevice, NetworkAdapter, Plan9, Scsi, SharedMemoryConfiguration, VirtualMachineHvSocket,
    VirtualPMemController, VirtualPciDevice, VirtualSmb,
};
use crate::model::{object, words};
use std::collections::BTreeMap;

object! {
    /// The devices of a virtual machine. Schema 2.0.
    pub struct Devices {
        /// Serial ports by number: 0 and 1 (2.1).
        "ComPorts" com_ports: BTreeMap<u32, ComPort>,
        /// A virtio console (2.2).
        "VirtioSerial" virtio_serial: Option<VirtioSerial>,
        /// SCSI controllers.
        "Scsi" scsi: BTreeMap<String, Scsi>,
        /// Persistent memory.
        "VirtualPMem" virtual_pmem: Option<VirtualPMemController>,
        /// Network adapters.
        "NetworkAdapters" network_adapters: BTreeMap<String, NetworkAdapter>,
        /// Monitor.
        "VideoMonitor" video_monitor: Option<VideoMonitor>,
        /// Keyboard.
        "Keyboard" keyboard: Option<Keyboard>,
        /// Mouse.
        "Mouse" mouse: Option<Mouse>,
        /// Rights of Hyper-V sockets (2.1).
        "HvSocket" hv_socket: Option<VirtualMachineHvSocket>,
        /// Remote desktop (2.1).
        "EnhancedModeVideo" enhanced_mode_video: Option<EnhancedModeVideo>,
        /// What becomes of a crash of the guest.
        "GuestCrashReporting" guest_crash_reporting: Option<GuestCrashReporting>,
        /// Folders of the host for Windows guests.
        "VirtualSmb" virtual_smb: Option<VirtualSmb>,
        /// Folders of the host for Linux guests.
        "Plan9" plan9: Option<Plan9>,
        /// A battery that shows the state of the host's.
        "Battery" battery: Option<Battery>,
        /// Devices that a program of the host emulates (2.1).
        "FlexibleIov" flexible_iov: BTreeMap<String, FlexibleIoDevice>,
        /// Memory shared with the host (2.1).
        "SharedMemory" shared_memory: Option<SharedMemoryConfiguration>,
        /// PCI devices of the host (2.3).
        "VirtualPci" virtual_pci: BTreeMap<String, VirtualPciDevice>,
    }

    /// A battery. Schema 2.0.
    pub struct Battery {}

    /// A keyboard. Schema 2.0.
    pub struct Keyboard {}

    /// A mouse. Schema 2.0.
    pub struct Mouse {}

    /// A serial port. Schema 2.1.
    pub struct ComPort {
        /// Named pipe at its other end; empty is nobody.
        "NamedPipe" named_pipe: String,
        /// Whether it is made fast for a kernel debugger.
        "OptimizeForDebugger" optimize_for_debugger: bool,
    }

    /// A virtio console. Schema 2.2.
    pub struct VirtioSerial {
        /// Its ports by number.
        "Ports" ports: BTreeMap<u32, VirtioSerialPort>,
    }

    /// A port of a virtio console. Schema 2.2.
    pub struct VirtioSerialPort {
        /// Named pipe at its other end.
        "NamedPipe" named_pipe: String,
        /// Its name in the guest.
        "Name" name: String,
        /// Whether the guest can use it as its console (unlisted).
        "ConsoleSupport" console_support: bool,
    }

    /// A monitor. Schema 2.1.
    pub struct VideoMonitor {
        /// Width in pixels.
        "HorizontalResolution" horizontal_resolution: u16,
        /// Height in pixels.
        "VerticalResolution" vertical_resolution: u16,
        /// How it is watched.
        "ConnectionOptions" connection_options: Option<RdpConnectionOptions>,
    }

    /// Remote desktop to a guest that supports it. Schema 2.1.
    pub struct EnhancedModeVideo {
        /// How it is reached.
        "ConnectionOptions" connection_options: Option<RdpConnectionOptions>,
    }

    /// How a screen is reached. Schema 2.1.
    pub struct RdpConnectionOptions {
        /// Who may, as security identifiers.
        "AccessSids" access_sids: Vec<String>,
        /// Named pipe that it is served on.
        "NamedPipe" named_pipe: String,
    }

    /// What becomes of a crash of the guest. Schema 2.0.
    pub struct GuestCrashReporting {
        /// Of a Windows guest.
        "WindowsCrashSettings" windows_crash_settings: Option<WindowsCrashReporting>,
    }

    /// What becomes of a crash of a Windows guest. Schema 2.0.
    pub struct WindowsCrashReporting {
        /// File on the host that gets the dump.
        "DumpFileName" dump_file_name: String,
        /// Its largest size in bytes; 0 is the service's default.
        "MaxDumpSize" max_dump_size: i64,
        /// What is dumped (unlisted).
        "DumpType" dump_type: CrashDumpType,
    }
}

words! {
    /// What a dump of a Windows guest has.
    pub enum CrashDumpType {
        /// All memory.
        Full = "Full",
    }
}
