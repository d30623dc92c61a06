//! The settings of a virtual machine, without its hardware.
//!
//! Hardware is in [`Chipset`], [`Topology`] and [`Devices`]. What a guest sees of integration services is in [`Services`].

use super::{Chipset, Devices, MigrationInitializeOptions, RegistryChanges, StorageQoS, Topology, Version};
use crate::model::{object, words};
use std::collections::BTreeMap;

object! {
    /// A virtual machine. Schema 2.0.
    pub struct VirtualMachine {
        /// Version of its configuration, which decides what its devices can do; absent is the newest (2.5).
        "Version" version: Option<Version>,
        /// Whether it stops where it would restart.
        "StopOnReset" stop_on_reset: bool,
        /// Firmware or kernel, and serial numbers.
        "Chipset" chipset: Option<Chipset>,
        /// Memory and processors.
        "ComputeTopology" compute_topology: Option<Topology>,
        /// Devices.
        "Devices" devices: Option<Devices>,
        /// Integration services (2.5).
        "Services" services: Option<Services>,
        /// Files behind the state of the guest; absent keeps it in memory (2.1).
        "GuestState" guest_state: Option<GuestState>,
        /// State that it starts from.
        "RestoreState" restore_state: Option<RestoreState>,
        /// Changes to the registry of a Windows guest, made when it boots.
        "RegistryChanges" registry_changes: Option<RegistryChanges>,
        /// Limits on its disk traffic (2.1).
        "StorageQoS" storage_qos: Option<StorageQoS>,
        /// Files that its state is saved to when it crashes (unlisted).
        "DebugOptions" debug_options: Option<DebugOptions>,
        /// The service inside; with it, the machine has started only once that service has connected (2.1).
        "GuestConnection" guest_connection: Option<GuestConnection>,
        /// Isolation from the host (unlisted; from 2.5 on).
        "SecuritySettings" security_settings: Option<SecuritySettings>,
        /// Id (GUID) of the part of the host's resources that it uses (unlisted).
        "ResourcePartitionId" resource_partition_id: String,
        /// How it is received from another host (unlisted).
        "MigrationOptions" migration_options: Option<MigrationInitializeOptions>,
    }

    /// Files behind the state of a guest. Schema 2.1.
    pub struct GuestState {
        /// File of its persistent state; empty keeps a new one in memory.
        "GuestStateFilePath" guest_state_file_path: String,
        /// What that file is (unlisted).
        "GuestStateFileType" guest_state_file_type: GuestStateFileType,
        /// File of its run-time state; empty keeps a new one in memory.
        "RuntimeStateFilePath" runtime_state_file_path: String,
        /// Whether the files are only read and changes stay in memory.
        "ForceTransientState" force_transient_state: bool,
    }

    /// State that a machine starts from. Schema 2.0.
    pub struct RestoreState {
        /// File of the saved state.
        "SaveStateFilePath" save_state_file_path: String,
        /// Id of a system saved as template, of which this one becomes a copy (2.1).
        "TemplateSystemId" template_system_id: String,
    }

    /// Files that the state of a machine is saved to when it crashes (unlisted).
    pub struct DebugOptions {
        /// When the guest has crashed and written its own dump.
        "BugcheckSavedStateFileName" bugcheck_saved_state_file_name: String,
        /// When the guest has crashed and could not write one, mostly while booting.
        "BugcheckNoCrashdumpSavedStateFileName" bugcheck_no_crashdump_saved_state_file_name: String,
        /// When a processor has given up (triple fault).
        "TripleFaultSavedStateFileName" triple_fault_saved_state_file_name: String,
        /// When the firmware has crashed.
        "FirmwareDumpFileName" firmware_dump_file_name: String,
    }

    /// The connection of the host to the service inside a guest. Schema 2.1.
    pub struct GuestConnection {
        /// Whether it uses vsock instead of Hyper-V sockets.
        "UseVsock" use_vsock: bool,
        /// Whether it stays while the machine is paused.
        "UseConnectedSuspend" use_connected_suspend: bool,
        /// Whether the guest takes the host's time zone (2.4).
        "UseHostTimeZone" use_host_time_zone: bool,
    }

    /// Security of a virtual machine (unlisted; from 2.5 on).
    pub struct SecuritySettings {
        /// Whether it has a trusted platform module.
        "EnableTpm" enable_tpm: bool,
        /// Isolation from the host.
        "Isolation" isolation: Option<IsolationSettings>,
    }

    /// Isolation of a virtual machine from its host (unlisted; from 2.5 on).
    pub struct IsolationSettings {
        /// Kind of isolation.
        "IsolationType" isolation_type: VirtualMachineIsolationType,
        /// Host of a debugger of the paravisor.
        "DebugHost" debug_host: String,
        /// Port of that debugger.
        "DebugPort" debug_port: i64,
        /// Data that is measured at start (base64).
        "LaunchData" launch_data: String,
        /// Whether a paravisor runs inside; absent leaves it to the kind of isolation.
        "HclEnabled" hcl_enabled: Option<bool>,
    }

    /// Integration services that a guest sees; mostly for Windows guests. Schema 2.5.
    pub struct Services {
        /// Signs of life.
        "Heartbeat" heartbeat: Option<Heartbeat>,
        /// Shutting down from outside.
        "Shutdown" shutdown: Option<Shutdown>,
        /// The host's time.
        "Timesync" timesync: Option<Timesync>,
        /// Pairs of keys and values shared with the host.
        "KvpExchange" kvp_exchange: Option<KvpExchange>,
    }

    /// The service for signs of life. Schema 2.5.
    pub struct Heartbeat {}

    /// The service for shutting down from outside. Schema 2.5.
    pub struct Shutdown {}

    /// The service for the host's time. Schema 2.5.
    pub struct Timesync {}

    /// The service for pairs of keys and values. Schema 2.5.
    pub struct KvpExchange {
        /// Whether the guest is told of the host's operating system.
        "EnableHostOSInfoKvpItems" enable_host_os_info_kvp_items: StateOverride,
        /// Pairs that are added.
        "EntriesToBeAdded" entries_to_be_added: BTreeMap<String, String>,
        /// Keys that are removed.
        "EntriesToBeRemoved" entries_to_be_removed: Vec<String>,
    }

    /// State of an integration service, as a property query answers it. Schema 2.5.
    pub struct IntegrationComponentStatus {
        /// Whether the system has the service.
        "IsEnabled" is_enabled: bool = always,
        /// Its state in the guest.
        "State" state: IntegrationComponentState,
        /// Why it is in that state: `HealthyApps`, `AppsInCriticalState`, `CommunicationTimedOut` and others.
        "Reason" reason: String,
    }
}

words! {
    /// What the file of a guest's state is.
    pub enum GuestStateFileType {
        /// A file.
        FileMode = "FileMode",
        /// Blocks of a disk.
        BlockStorage = "BlockStorage",
    }

    /// How a virtual machine is isolated from its host.
    pub enum VirtualMachineIsolationType {
        /// Not at all.
        Disabled = "Disabled",
        /// Only the state of its firmware is.
        GuestStateOnly = "GuestStateOnly",
        /// By the hypervisor.
        VirtualizationBasedSecurity = "VirtualizationBasedSecurity",
        /// By the processor: AMD SEV-SNP.
        SecureNestedPaging = "SecureNestedPaging",
    }

    /// Something that is on, off, or as the system has it. Schema 2.4.
    pub enum StateOverride {
        /// As the system has it.
        Default = "Default",
        /// Off.
        Disabled = "Disabled",
        /// On.
        Enabled = "Enabled",
    }

    /// State of an integration service. Schema 2.5.
    pub enum IntegrationComponentState {
        /// Not known.
        Unknown = "Unknown",
        /// It works with losses.
        Degraded = "Degraded",
        /// It sleeps.
        Dormant = "Dormant",
        /// It failed.
        Error = "Error",
        /// It answered once and does not any more.
        LostCommunication = "LostCommunication",
        /// It failed for good.
        NonRecoverableError = "NonRecoverableError",
        /// It never answered.
        NoContact = "NoContact",
        /// It works.
        Ok = "Ok",
    }
}
