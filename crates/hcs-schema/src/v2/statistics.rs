//! What a container has used. Runtimes are in units of 100 nanoseconds.

use crate::model::{Timestamp, object};

object! {
    /// What a container has used. Schema 2.1.
    pub struct Statistics {
        /// When this was so.
        "Timestamp" timestamp: Timestamp,
        /// When the container was started.
        "ContainerStartTime" container_start_time: Timestamp,
        /// How long it has run, in 100 ns.
        "Uptime100ns" uptime_100ns: u64,
        /// Processors.
        "Processor" processor: Option<ProcessorStats>,
        /// Memory.
        "Memory" memory: Option<MemoryStats>,
        /// Disks.
        "Storage" storage: Option<StorageStats>,
    }

    /// Runtimes of all processors together. Schema 2.1.
    pub struct ProcessorStats {
        /// In all, in 100 ns.
        "TotalRuntime100ns" total_runtime_100ns: u64,
        /// In programs, in 100 ns.
        "RuntimeUser100ns" runtime_user_100ns: u64,
        /// In the kernel, in 100 ns.
        "RuntimeKernel100ns" runtime_kernel_100ns: u64,
    }

    /// Memory. Schema 2.1.
    pub struct MemoryStats {
        /// Bytes promised to its processes.
        "MemoryUsageCommitBytes" memory_usage_commit_bytes: u64,
        /// Highest value of that.
        "MemoryUsageCommitPeakBytes" memory_usage_commit_peak_bytes: u64,
        /// Bytes that its processes alone have in memory.
        "MemoryUsagePrivateWorkingSetBytes" memory_usage_private_working_set_bytes: u64,
    }

    /// Traffic of all disks together. Schema 2.1.
    pub struct StorageStats {
        /// Reads; large ones count as several.
        "ReadCountNormalized" read_count_normalized: u64,
        /// Bytes read.
        "ReadSizeBytes" read_size_bytes: u64,
        /// Writes; large ones count as several.
        "WriteCountNormalized" write_count_normalized: u64,
        /// Bytes written.
        "WriteSizeBytes" write_size_bytes: u64,
    }
}
