//! Processors of virtual machines and of their host.
//!
//! A processor group, of which [`CpuGroup`] is the name, is made and changed through the service: see [`CpuGroupConfig`].
//!
//! [`CpuGroupConfig`]: super::CpuGroupConfig

use super::NumaProcessors;
use crate::model::{object, words};

object! {
    /// Processors of a virtual machine. Schema 2.0.
    pub struct VirtualMachineProcessor {
        /// Their number.
        "Count" count: u32,
        /// Highest share of its processors, in parts of 100,000; 0 is no limit (2.1).
        "Limit" limit: u64,
        /// Share beside other machines, up to 10,000; 0 is the default of 100 (2.1).
        "Weight" weight: u64,
        /// Share that the machine has for sure, in parts of 100,000 (2.4).
        "Reservation" reservation: u64,
        /// Highest frequency in MHz (2.4).
        "MaximumFrequencyMHz" maximum_frequency_mhz: u32,
        /// Whether the guest can run virtual machines itself.
        "ExposeVirtualizationExtensions" expose_virtualization_extensions: bool,
        /// Whether the guest has performance counters (2.2).
        "EnablePerfmonPmu" enable_perfmon_pmu: bool,
        /// Whether it has those that are the same on every processor of the maker (2.5).
        "EnablePerfmonArchPmu" enable_perfmon_arch_pmu: bool,
        /// Whether it has precise event samples (2.2).
        "EnablePerfmonPebs" enable_perfmon_pebs: bool,
        /// Whether it has records of the last branches (2.2).
        "EnablePerfmonLbr" enable_perfmon_lbr: bool,
        /// Whether it has processor trace (2.2).
        "EnablePerfmonIpt" enable_perfmon_ipt: bool,
        /// Whether large pages are split against CVE-2018-12207, where an Intel processor has that fault (2.5).
        "EnablePageShattering" enable_page_shattering: bool,
        /// Whether the guest does not see the controls of speculation (2.5).
        "DisableSpeculationControls" disable_speculation_controls: bool,
        /// Features that the guest has (2.5).
        "ProcessorFeatureSet" processor_feature_set: Option<ProcessorFeatureSet>,
        /// Group of processors that the machine runs on (2.5).
        "CpuGroup" cpu_group: Option<CpuGroup>,
        /// How they are spread over NUMA nodes (unlisted).
        "NumaProcessorsSettings" numa_processors_settings: Option<NumaProcessors>,
    }

    /// Features of a guest's processors. Schema 2.5.
    pub struct ProcessorFeatureSet {
        /// Features by name, for example `Sse4_2` or `Rdrand`.
        "ProcessorFeatures" processor_features: Vec<String>,
        /// Features of extended states by name, for example `Avx2`.
        "XsaveProcessorFeatures" xsave_processor_features: Vec<String>,
        /// What happens where the host lacks one.
        "ProcessorFeatureSetMode" processor_feature_set_mode: ProcessorFeatureSetMode,
    }

    /// A change to the shares of a running machine. Schema 2.4.
    pub struct ProcessorLimits {
        /// Highest share of its processors, in parts of 100,000.
        "Limit" limit: u64,
        /// Share beside other machines, up to 10,000.
        "Weight" weight: u64,
        /// Share that the machine has for sure, in parts of 100,000.
        "Reservation" reservation: u64,
        /// Highest frequency in MHz.
        "MaximumFrequencyMHz" maximum_frequency_mhz: u32,
    }

    /// A group of processors. Schema 2.1.
    pub struct CpuGroup {
        /// Its id (GUID); the one of zeros takes a machine out of its group.
        "Id" id: String,
    }

    /// A change to how many processors of a running machine are left idle. Schema 2.3.
    pub struct IdleProcessorsRequest {
        /// Their number.
        "IdleProcessorCount" idle_processor_count: u32 = always,
    }

    /// The answer about the host's processors. Schema 2.1.
    pub struct ProcessorTopology {
        /// Their number.
        "LogicalProcessorCount" logical_processor_count: u32,
        /// Each of them.
        "LogicalProcessors" logical_processors: Vec<LogicalProcessor>,
    }

    /// One processor of the host. Schema 2.1.
    pub struct LogicalProcessor {
        /// Its number.
        "LpIndex" lp_index: u32,
        /// Its NUMA node.
        "NodeNumber" node_number: u8,
        /// Its socket.
        "PackageId" package_id: u32,
        /// Its core.
        "CoreId" core_id: u32,
        /// Number of the host's own virtual processor on it.
        "RootVpIndex" root_vp_index: i32,
        /// Parts of the machine that it belongs to (2.4).
        "Subnodes" subnodes: Vec<Subnode>,
    }

    /// A part of a machine that shares something. Schema 2.4.
    pub struct Subnode {
        /// What it shares.
        "Type" kind: SubnodeType,
        /// Its number.
        "Id" id: u64,
    }

    /// The answer about the cache and the memory bandwidth that a system uses (unlisted today; an older edition of the reference
    /// has it). All in bytes, which can exceed the 32 bits that hcsshim reads them into.
    pub struct CacheQueryStatsResponse {
        /// Part of the level 3 cache.
        "L3OccupancyBytes" l3_occupancy_bytes: u64,
        /// Bandwidth of all memory.
        "L3TotalBwBytes" l3_total_bw_bytes: u64,
        /// Bandwidth of the node's own memory.
        "L3LocalBwBytes" l3_local_bw_bytes: u64,
    }
}

words! {
    /// What happens where the host lacks a feature. Schema 2.5.
    pub enum ProcessorFeatureSetMode {
        /// The machine is refused (default).
        Strict = "Strict",
        /// The feature is left out.
        Permissive = "Permissive",
    }

    /// What processors of a part of a machine share. Schema 2.4.
    pub enum SubnodeType {
        /// Anything.
        Any = "Any",
        /// The socket.
        Socket = "Socket",
        /// The cluster.
        Cluster = "Cluster",
        /// The level 3 cache.
        L3 = "L3",
    }
}
