//! Statistics of a task, and of the virtual machine around it.

use super::Timestamp;

/// Name of the type of [`Statistics`].
pub const STATISTICS_TYPE: &str = "containerd.runhcs.stats.v1.Statistics";

/// Statistics of a task.
#[derive(Clone, PartialEq, Eq, ::prost::Message)]
pub struct Statistics {
    /// Those of the container.
    #[prost(oneof = "ContainerStatistics", tags = "1, 2")]
    pub container: Option<ContainerStatistics>,
    /// Those of its virtual machine, where it has one and is the pod's own container.
    #[prost(message, optional, tag = "3")]
    pub vm: Option<VirtualMachineStatistics>,
}

/// Statistics of a container.
#[derive(Clone, PartialEq, Eq, ::prost::Oneof)]
pub enum ContainerStatistics {
    /// Of a Windows container.
    #[prost(message, tag = "1")]
    Windows(WindowsContainerStatistics),
    /// Of a Linux container: the bytes of an `io.containerd.cgroups.v1.Metrics`, which are handed on as they are.
    #[prost(bytes, tag = "2")]
    Linux(Vec<u8>),
}

/// Statistics of a Windows container.
#[derive(Clone, PartialEq, Eq, ::prost::Message)]
pub struct WindowsContainerStatistics {
    /// When they were taken.
    #[prost(message, optional, tag = "1")]
    pub timestamp: Option<Timestamp>,
    /// When the container began.
    #[prost(message, optional, tag = "2")]
    pub container_start_time: Option<Timestamp>,
    /// Nanoseconds since then.
    #[prost(uint64, tag = "3")]
    pub uptime_ns: u64,
    /// Processors.
    #[prost(message, optional, tag = "4")]
    pub processor: Option<WindowsContainerProcessorStatistics>,
    /// Memory.
    #[prost(message, optional, tag = "5")]
    pub memory: Option<WindowsContainerMemoryStatistics>,
    /// Disks.
    #[prost(message, optional, tag = "6")]
    pub storage: Option<WindowsContainerStorageStatistics>,
}

/// Processor time of a Windows container, in nanoseconds.
#[derive(Clone, Copy, PartialEq, Eq, ::prost::Message)]
pub struct WindowsContainerProcessorStatistics {
    /// All of it.
    #[prost(uint64, tag = "1")]
    pub total_runtime_ns: u64,
    /// Outside the kernel.
    #[prost(uint64, tag = "2")]
    pub runtime_user_ns: u64,
    /// In the kernel.
    #[prost(uint64, tag = "3")]
    pub runtime_kernel_ns: u64,
}

/// Memory of a Windows container, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, ::prost::Message)]
pub struct WindowsContainerMemoryStatistics {
    /// Promised to it.
    #[prost(uint64, tag = "1")]
    pub memory_usage_commit_bytes: u64,
    /// The most that was ever promised to it.
    #[prost(uint64, tag = "2")]
    pub memory_usage_commit_peak_bytes: u64,
    /// In memory, and shared with nobody.
    #[prost(uint64, tag = "3")]
    pub memory_usage_private_working_set_bytes: u64,
}

/// Traffic of a Windows container with its disks.
#[derive(Clone, Copy, PartialEq, Eq, ::prost::Message)]
pub struct WindowsContainerStorageStatistics {
    /// Reads, counted in units of the host's.
    #[prost(uint64, tag = "1")]
    pub read_count_normalized: u64,
    /// Bytes read.
    #[prost(uint64, tag = "2")]
    pub read_size_bytes: u64,
    /// Writes, counted in units of the host's.
    #[prost(uint64, tag = "3")]
    pub write_count_normalized: u64,
    /// Bytes written.
    #[prost(uint64, tag = "4")]
    pub write_size_bytes: u64,
}

/// Statistics of a virtual machine.
#[derive(Clone, PartialEq, Eq, ::prost::Message)]
pub struct VirtualMachineStatistics {
    /// Processors.
    #[prost(message, optional, tag = "1")]
    pub processor: Option<VirtualMachineProcessorStatistics>,
    /// Memory.
    #[prost(message, optional, tag = "2")]
    pub memory: Option<VirtualMachineMemoryStatistics>,
}

/// Processor time of a virtual machine.
#[derive(Clone, Copy, PartialEq, Eq, ::prost::Message)]
pub struct VirtualMachineProcessorStatistics {
    /// Nanoseconds of all processors together.
    #[prost(uint64, tag = "1")]
    pub total_runtime_ns: u64,
}

/// Memory of a virtual machine.
#[derive(Clone, Copy, PartialEq, Eq, ::prost::Message)]
pub struct VirtualMachineMemoryStatistics {
    /// Bytes of the host's memory that it takes.
    #[prost(uint64, tag = "1")]
    pub working_set_bytes: u64,
    /// Number of its memory nodes.
    #[prost(uint32, tag = "2")]
    pub virtual_node_count: u32,
    /// How its memory is shared out.
    #[prost(message, optional, tag = "3")]
    pub vm_memory: Option<VirtualMachineMemory>,
}

/// How the memory of a virtual machine is shared out, in the numbers of HCS, which are handed on as they are.
#[derive(Clone, Copy, PartialEq, Eq, ::prost::Message)]
pub struct VirtualMachineMemory {
    /// What its guest could still use, in percent; negative where it lacks memory.
    #[prost(int32, tag = "1")]
    pub available_memory: i32,
    /// What is there beyond the need of its guest, in percent.
    #[prost(int32, tag = "2")]
    pub available_memory_buffer: i32,
    /// What the host keeps for it. Microsoft gives no unit.
    #[prost(uint64, tag = "3")]
    pub reserved_memory: u64,
    /// What it has, in pages of 4 KiB.
    #[prost(uint64, tag = "4")]
    pub assigned_memory: u64,
    /// Whether parts of it are paged out by the host.
    #[prost(bool, tag = "5")]
    pub slp_active: bool,
    /// Whether memory moves between machines.
    #[prost(bool, tag = "6")]
    pub balancing_enabled: bool,
    /// Whether some is moving.
    #[prost(bool, tag = "7")]
    pub dm_operation_in_progress: bool,
}
