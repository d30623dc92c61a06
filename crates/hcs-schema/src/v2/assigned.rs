//! Hardware of the host in virtual machines: PCI devices, graphics processors, and devices that a program emulates.

use crate::model::{object, words};
use std::collections::BTreeMap;

object! {
    /// A PCI device. Schema 2.3.
    pub struct VirtualPciDevice {
        /// Its functions.
        "Functions" functions: Vec<VirtualPciFunction>,
        /// Whether the guest sees which NUMA node it is near to (unlisted; schema 2.11).
        "PropagateNumaAffinity" propagate_numa_affinity: Option<bool>,
    }

    /// A function of a PCI device. Schema 2.3.
    pub struct VirtualPciFunction {
        /// Instance path of the device on the host.
        "DeviceInstancePath" device_instance_path: String,
        /// Number of the virtual function; 0 with an ordinary device is the device itself.
        "VirtualFunction" virtual_function: u16,
        /// Whether devices may reach each other directly with translated addresses (2.4).
        "AllowDirectTranslatedP2P" allow_direct_translated_p2p: bool,
    }

    /// A device that a program of the host emulates. Schema 2.1.
    pub struct FlexibleIoDevice {
        /// Class id (GUID) of the program.
        "EmulatorId" emulator_id: String,
        /// Where the program runs.
        "HostingModel" hosting_model: FlexibleIoDeviceHostingModel,
        /// What it is told.
        "Configuration" configuration: Vec<String>,
    }

    /// Which graphics processors a machine has. Schema 2.0.
    pub struct GpuConfiguration {
        /// Which.
        "AssignmentMode" assignment_mode: GpuAssignmentMode,
        /// Of `List`: parts by the interface path of the processor; 0xffff is any part.
        "AssignmentRequest" assignment_request: BTreeMap<String, u16>,
        /// Whether the maker's own interface is available, too.
        "AllowVendorExtension" allow_vendor_extension: bool,
        /// Whether they do not draw windows (unlisted).
        "DisableGdiAcceleration" disable_gdi_acceleration: Option<bool>,
        /// Whether they do not show anything on a screen (unlisted).
        "DisablePresentation" disable_presentation: Option<bool>,
    }
}

words! {
    /// Where a program that emulates a device runs. Schema 2.1.
    pub enum FlexibleIoDeviceHostingModel {
        /// In the machine's worker process.
        Internal = "Internal",
        /// In a process of its own.
        External = "External",
        /// In a process of its own that may do less (unlisted).
        ExternalRestricted = "ExternalRestricted",
    }

    /// Which graphics processors a machine has. Schema 2.0.
    pub enum GpuAssignmentMode {
        /// None.
        Disabled = "Disabled",
        /// The one that the host starts with.
        Default = "Default",
        /// Those of the list.
        List = "List",
        /// All, also later ones.
        Mirror = "Mirror",
    }
}
