//! Control group limits of the Linux section.

use crate::model::object;
use std::collections::BTreeMap;

object! {
    /// Control group limits.
    pub struct Resources {
        /// Device access rules, the last match wins.
        "devices" devices: Vec<DeviceRule>,
        /// Memory limits.
        "memory" memory: Option<Memory>,
        /// Processor limits.
        "cpu" cpu: Option<Cpu>,
        /// Limit on the number of tasks.
        "pids" pids: Option<Pids>,
        /// Block device limits.
        "blockIO" block_io: Option<BlockIo>,
        /// Huge page limits by page size.
        "hugepageLimits" hugepage_limits: Vec<HugepageLimit>,
        /// Traffic class and priorities (control groups v1).
        "network" network: Option<Network>,
        /// RDMA limits by device.
        "rdma" rdma: BTreeMap<String, Rdma>,
        /// Control groups v2 files and what is written to them.
        "unified" unified: BTreeMap<String, String>,
        ..extra
    }

    /// Access to a class of devices.
    pub struct DeviceRule {
        /// Whether the rule allows or denies.
        "allow" allow: bool = always,
        /// `a` (all), `c` or `b`; absent means `a`.
        "type" kind: Option<String>,
        /// Major number; absent or -1 means every one.
        "major" major: Option<i64>,
        /// Minor number; absent or -1 means every one.
        "minor" minor: Option<i64>,
        /// Some of `r`, `w` and `m`; absent means all.
        "access" access: Option<String>,
        ..extra
    }

    /// Memory limits in bytes; -1 is unlimited.
    pub struct Memory {
        /// Memory.
        "limit" limit: Option<i64>,
        /// Soft limit.
        "reservation" reservation: Option<i64>,
        /// Memory and swap together.
        "swap" swap: Option<i64>,
        /// Kernel memory (deprecated by the kernel).
        "kernel" kernel: Option<i64>,
        /// Kernel TCP buffers (control groups v1).
        "kernelTCP" kernel_tcp: Option<i64>,
        /// 0 to 100 (control groups v1).
        "swappiness" swappiness: Option<u64>,
        /// Stops tasks instead of killing them (control groups v1).
        "disableOOMKiller" disable_oom_killer: Option<bool>,
        /// Hierarchical accounting (control groups v1).
        "useHierarchy" use_hierarchy: Option<bool>,
        /// Refuses a limit below the present usage.
        "checkBeforeUpdate" check_before_update: Option<bool>,
        ..extra
    }

    /// Processor limits.
    pub struct Cpu {
        /// Relative weight, 2 to 262144.
        "shares" shares: Option<u64>,
        /// Microseconds of run time in each period; -1 is unlimited.
        "quota" quota: Option<i64>,
        /// Microseconds of quota that may be saved up.
        "burst" burst: Option<u64>,
        /// Period in microseconds.
        "period" period: Option<u64>,
        /// Microseconds of real-time run time in each period.
        "realtimeRuntime" realtime_runtime: Option<i64>,
        /// Real-time period in microseconds.
        "realtimePeriod" realtime_period: Option<u64>,
        /// CPU list, for example `0-2,7`.
        "cpus" cpus: Option<String>,
        /// Memory node list.
        "mems" mems: Option<String>,
        /// 1 makes the group's tasks idle class.
        "idle" idle: Option<i64>,
        ..extra
    }

    /// Limit on the number of tasks.
    pub struct Pids {
        /// Number; zero or less is unlimited.
        "limit" limit: i64 = always,
        ..extra
    }

    /// Block device limits.
    pub struct BlockIo {
        /// Weight, 10 to 1000.
        "weight" weight: Option<u16>,
        /// Weight against child groups, 10 to 1000.
        "leafWeight" leaf_weight: Option<u16>,
        /// Weights by device.
        "weightDevice" weight_device: Vec<WeightDevice>,
        /// Bytes read a second by device.
        "throttleReadBpsDevice" throttle_read_bps_device: Vec<ThrottleDevice>,
        /// Bytes written a second by device.
        "throttleWriteBpsDevice" throttle_write_bps_device: Vec<ThrottleDevice>,
        /// Reads a second by device.
        "throttleReadIOPSDevice" throttle_read_iops_device: Vec<ThrottleDevice>,
        /// Writes a second by device.
        "throttleWriteIOPSDevice" throttle_write_iops_device: Vec<ThrottleDevice>,
        ..extra
    }

    /// A weight of one device.
    pub struct WeightDevice {
        /// Major number.
        "major" major: i64 = always,
        /// Minor number.
        "minor" minor: i64 = always,
        /// Weight, 10 to 1000.
        "weight" weight: Option<u16>,
        /// Weight against child groups.
        "leafWeight" leaf_weight: Option<u16>,
        ..extra
    }

    /// A rate of one device.
    pub struct ThrottleDevice {
        /// Major number.
        "major" major: i64 = always,
        /// Minor number.
        "minor" minor: i64 = always,
        /// Bytes or operations a second.
        "rate" rate: u64 = always,
        ..extra
    }

    /// A limit on huge pages.
    pub struct HugepageLimit {
        /// Page size as the kernel spells it, for example `2MB`.
        "pageSize" page_size: String = always,
        /// Bytes.
        "limit" limit: u64 = always,
        ..extra
    }

    /// Network class and priorities (control groups v1).
    pub struct Network {
        /// Class of the traffic controller.
        "classID" class_id: Option<u32>,
        /// Priorities by interface.
        "priorities" priorities: Vec<InterfacePriority>,
        ..extra
    }

    /// A priority of one interface.
    pub struct InterfacePriority {
        /// Interface name.
        "name" name: String = always,
        /// Priority.
        "priority" priority: u32 = always,
        ..extra
    }

    /// RDMA limits of one device.
    pub struct Rdma {
        /// Handles.
        "hcaHandles" hca_handles: Option<u32>,
        /// Objects.
        "hcaObjects" hca_objects: Option<u32>,
        ..extra
    }
}
