//! Memory of virtual machines: what they get, what they share with the host, and what the service answers about it.

use crate::model::{object, words};

object! {
    /// Memory of a virtual machine. Schema 2.0.
    pub struct VirtualMachineMemory {
        /// Its size in MiB, an even number (2.1).
        "SizeInMB" size_in_mb: u64,
        /// What is behind it; absent leaves that to `allow_overcommit` (unlisted).
        "Backing" backing: Option<MemoryBackingType>,
        /// Whether it is paged memory of the host instead of memory set aside at start (2.1).
        "AllowOvercommit" allow_overcommit: bool,
        /// Page size wanted of the host (2.2).
        "BackingPageSize" backing_page_size: MemoryBackingPageSize,
        /// Pages brought in together at a fault, as a power of two (2.4; also in builds 19041 to 19044).
        "FaultClusterSizeShift" fault_cluster_size_shift: u32,
        /// The same for files mapped into the guest (2.4; also in builds 19041 to 19044).
        "DirectMapFaultClusterSizeShift" direct_map_fault_cluster_size_shift: u32,
        /// Whether a page stays in the host's memory once it was used (2.2).
        "PinBackingPages" pin_backing_pages: bool,
        /// Whether pages smaller than wanted are used only when the host is short of memory (2.2).
        "ForbidSmallBackingPages" forbid_small_backing_pages: bool,
        /// Whether the guest may say which pages it will need.
        "EnableHotHint" enable_hot_hint: bool,
        /// Whether the guest may say which zeroed pages it does not need.
        "EnableColdHint" enable_cold_hint: bool,
        /// Whether the guest may give back pages with their contents (2.2).
        "EnableColdDiscardHint" enable_cold_discard_hint: bool,
        /// Whether the host promises a page only once it is used (2.1).
        "EnableDeferredCommit" enable_deferred_commit: bool,
        /// Size in MiB of the room for devices below 4 GiB (2.3).
        "LowMmioGapInMB" low_mmio_gap_in_mb: u64,
        /// Start in MiB of the room for devices above 4 GiB (2.3).
        "HighMmioBaseInMB" high_mmio_base_in_mb: u64,
        /// Size in MiB of the room for devices above 4 GiB (2.3).
        "HighMmioGapInMB" high_mmio_gap_in_mb: u64,
        /// What the name of the host's process for it ends in (unlisted).
        "HostingProcessNameSuffix" hosting_process_name_suffix: String,
        /// Which table of distances between NUMA nodes the guest sees (unlisted).
        "SlitType" slit_type: Option<VirtualSlitType>,
    }

    /// Memory that host and guest share. Schema 2.1.
    pub struct SharedMemoryConfiguration {
        /// Its parts.
        "Regions" regions: Vec<SharedMemoryRegion>,
    }

    /// A part of the memory that host and guest share. Schema 2.0.
    pub struct SharedMemoryRegion {
        /// Name of the section object on the host.
        "SectionName" section_name: String,
        /// Where the part begins in it, in bytes.
        "StartOffset" start_offset: u64,
        /// Its size in bytes.
        "Length" length: u64,
        /// Whether the guest may write.
        "AllowGuestWrite" allow_guest_write: bool,
        /// Whether the guest is not told of it.
        "HiddenFromGuest" hidden_from_guest: bool,
    }

    /// Where a guest has a part of shared memory. Schema 2.1.
    pub struct SharedMemoryRegionInfo {
        /// Name of the section object on the host.
        "SectionName" section_name: String,
        /// Its address in the guest's physical memory.
        "GuestPhysicalAddress" guest_physical_address: u64,
    }

    /// The answer about memory (`Memory`). Schema 2.1.
    pub struct MemoryInformationForVm {
        /// Number of the guest's NUMA nodes.
        "VirtualNodeCount" virtual_node_count: u32,
        /// The whole machine.
        "VirtualMachineMemory" virtual_machine_memory: Option<VmMemory>,
        /// Each node.
        "VirtualNodes" virtual_nodes: Vec<VirtualNodeInfo>,
    }

    /// Memory of a whole machine. Schema 2.1.
    pub struct VmMemory {
        /// What the guest could still use, in percent; negative where it lacks memory.
        "AvailableMemory" available_memory: i32,
        /// What is there beyond the guest's need, in percent.
        "AvailableMemoryBuffer" available_memory_buffer: i32,
        /// What the host keeps for it. The reference gives no unit.
        "ReservedMemory" reserved_memory: u64,
        /// What it has, in pages of 4 KiB.
        "AssignedMemory" assigned_memory: u64,
        /// Whether memory is paged out by the host for want of it (smart paging).
        "SlpActive" slp_active: bool,
        /// Whether its memory grows and shrinks with its need.
        "BalancingEnabled" balancing_enabled: bool,
        /// Whether its memory is being grown or shrunk.
        "DmOperationInProgress" dm_operation_in_progress: bool,
    }

    /// Memory and processors of one NUMA node of a guest. Schema 2.1.
    pub struct VirtualNodeInfo {
        /// Its number in the guest.
        "VirtualNodeIndex" virtual_node_index: u32,
        /// The host's node that it is taken from.
        "PhysicalNodeNumber" physical_node_number: u32,
        /// Number of its processors.
        "VirtualProcessorCount" virtual_processor_count: u32,
        /// Pages of 4 KiB that it uses.
        "MemoryUsageInPages" memory_usage_in_pages: u64,
    }
}

words! {
    /// What is behind the memory of a virtual machine.
    pub enum MemoryBackingType {
        /// Memory set aside.
        Physical = "Physical",
        /// Paged memory of the host.
        Virtual = "Virtual",
        /// Some of each.
        Hybrid = "Hybrid",
    }

    /// Page size wanted of the host. Schema 2.2.
    pub enum MemoryBackingPageSize {
        /// 4 KiB.
        Small = "Small",
        /// 2 MiB.
        Large = "Large",
    }

    /// Which table of distances between NUMA nodes a guest sees.
    pub enum VirtualSlitType {
        /// None.
        None = "None",
        /// The host's firmware's.
        Firmware = "Firmware",
        /// Distances that were measured.
        Measured = "Measured",
        /// The firmware's, or else measured ones.
        FirmwareFallbackMeasured = "FirmwareFallbackMeasured",
    }
}
