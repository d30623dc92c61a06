//! What a virtual machine computes with, and how it is spread over NUMA nodes.
//!
//! NUMA nodes of a guest's own need build 26100 (Server 2025); Microsoft's reference does not list them.

use super::{MemoryBackingType, VirtualMachineMemory, VirtualMachineProcessor};
use crate::model::object;

object! {
    /// Memory, processors and their nodes. Schema 2.0.
    pub struct Topology {
        /// Memory.
        "Memory" memory: Option<VirtualMachineMemory>,
        /// Processors.
        "Processor" processor: Option<VirtualMachineProcessor>,
        /// NUMA nodes of the guest (unlisted).
        "Numa" numa: Option<Numa>,
    }

    /// NUMA nodes of a guest (unlisted). Either the number and what they prefer is given, or each one by itself.
    pub struct Numa {
        /// Number of nodes; 0 leaves it to the host.
        "VirtualNodeCount" virtual_node_count: u8,
        /// Nodes of the host that are preferred.
        "PreferredPhysicalNodes" preferred_physical_nodes: Vec<i64>,
        /// Each node by itself.
        "Settings" settings: Vec<NumaSetting>,
        /// Largest memory of one node in MiB.
        "MaxSizePerNode" max_size_per_node: u64,
    }

    /// One NUMA node of a guest (unlisted).
    pub struct NumaSetting {
        /// Its number in the guest.
        "VirtualNodeNumber" virtual_node_number: u32,
        /// The host's node that it is taken from.
        "PhysicalNodeNumber" physical_node_number: u32,
        /// Number of the guest's socket that it belongs to.
        "VirtualSocketNumber" virtual_socket_number: u32,
        /// Number of its processors.
        "CountOfProcessors" count_of_processors: u32,
        /// Size of its memory in MiB.
        "CountOfMemoryBlocks" count_of_memory_blocks: u64,
        /// What is behind its memory.
        "MemoryBackingType" memory_backing_type: MemoryBackingType,
    }

    /// How processors are spread over a guest's nodes (unlisted). Keys in small letters.
    pub struct NumaProcessors {
        /// Processors of one node.
        "count_per_node" count_per_node: NumaRange,
        /// Nodes of one socket.
        "node_per_socket" node_per_socket: u32,
    }

    /// Limit of a number (unlisted).
    pub struct NumaRange {
        /// The highest one.
        "max" max: u32,
    }

    /// A node of a guest and where it is (unlisted).
    pub struct NumaNode {
        /// Its number in the guest.
        "VirtualNodeIndex" virtual_node_index: u32,
        /// The host's node that it is taken from.
        "PhysicalNodeIndex" physical_node_index: u32,
    }

    /// Memory of a node of the host (unlisted). Pages are 4 KiB.
    pub struct NumaNodeMemory {
        /// Pages that virtual machines can have altogether.
        "TotalConsumableMemoryInPages" total_consumable_memory_in_pages: u64,
        /// Pages that are free for them now.
        "AvailableMemoryInPages" available_memory_in_pages: u64,
    }

    /// Processors of a node of the host (unlisted).
    pub struct NumaNodeProcessor {
        /// Processors that virtual machines have.
        "TotalAssignedProcessors" total_assigned_processors: u32,
        /// Processors that they can have.
        "TotalAvailableProcessors" total_available_processors: u32,
    }
}
