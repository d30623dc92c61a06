//! The Linux section of the specification, without its control group limits.

use super::{IdMapping, Resources};
use crate::model::{object, plain};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

object! {
    /// Settings of Linux containers.
    pub struct Linux {
        /// User id mappings of a new user namespace.
        "uidMappings" uid_mappings: Vec<IdMapping>,
        /// Group id mappings of a new user namespace.
        "gidMappings" gid_mappings: Vec<IdMapping>,
        /// Kernel parameters of the container's namespaces.
        "sysctl" sysctl: BTreeMap<String, String>,
        /// Control group limits.
        "resources" resources: Option<Resources>,
        /// Control group path: absolute from the hierarchy's root, else below the runtime's default.
        "cgroupsPath" cgroups_path: Option<String>,
        /// Namespaces made or joined.
        "namespaces" namespaces: Vec<Namespace>,
        /// Device nodes made in `/dev`.
        "devices" devices: Vec<Device>,
        /// System call filter.
        "seccomp" seccomp: Option<Seccomp>,
        /// `shared`, `slave`, `private` or `unbindable`.
        "rootfsPropagation" rootfs_propagation: Option<String>,
        /// Paths made unreadable.
        "maskedPaths" masked_paths: Vec<String>,
        /// Paths made read-only.
        "readonlyPaths" readonly_paths: Vec<String>,
        /// SELinux context of mounts.
        "mountLabel" mount_label: Option<String>,
        /// Intel resource director settings.
        "intelRdt" intel_rdt: Option<IntelRdt>,
        /// Placement of memory on the nodes of the machine (specification 1.3).
        "memoryPolicy" memory_policy: Option<MemoryPolicy>,
        /// Execution domain.
        "personality" personality: Option<Personality>,
        /// Offsets of a new time namespace, by clock: `monotonic`, `boottime`.
        "timeOffsets" time_offsets: BTreeMap<String, TimeOffset>,
        /// Network devices moved into the container, by their name on the host (specification 1.3).
        "netDevices" net_devices: BTreeMap<String, NetDevice>,
        ..extra
    }

    /// Settings of Intel's resource director (`resctrl`).
    pub struct IntelRdt {
        /// Class of service to join.
        "closID" clos_id: String,
        /// Lines of the schemata, one each.
        "schemata" schemata: Vec<String>,
        /// Share of the level 3 cache.
        "l3CacheSchema" l3_cache_schema: String,
        /// Share of the memory bandwidth.
        "memBwSchema" mem_bw_schema: String,
        /// Makes a monitoring group (specification 1.3).
        "enableMonitoring" enable_monitoring: bool,
        /// Monitors the cache's occupancy; removed in specification 1.3.
        "enableCMT" enable_cmt: bool,
        /// Monitors the memory's bandwidth; removed in specification 1.3.
        "enableMBM" enable_mbm: bool,
        ..extra
    }

    /// Placement of memory (`set_mempolicy(2)`).
    pub struct MemoryPolicy {
        /// `MPOL_DEFAULT`, `MPOL_BIND`, `MPOL_INTERLEAVE`, `MPOL_WEIGHTED_INTERLEAVE`, `MPOL_PREFERRED`, `MPOL_PREFERRED_MANY`
        /// or `MPOL_LOCAL`.
        "mode" mode: String = always,
        /// Memory node list, for example `0-1,3`.
        "nodes" nodes: String,
        /// `MPOL_F_NUMA_BALANCING`, `MPOL_F_RELATIVE_NODES` and `MPOL_F_STATIC_NODES`.
        "flags" flags: Vec<String>,
        ..extra
    }

    /// A network device that moves into the container.
    pub struct NetDevice {
        /// Its name inside; empty keeps the host's.
        "name" name: String,
        ..extra
    }

    /// One namespace.
    pub struct Namespace {
        /// Its kind.
        "type" kind: NamespaceKind = always,
        /// A namespace to join; absent makes a new one.
        "path" path: Option<String>,
        ..extra
    }

    /// A device node.
    pub struct Device {
        /// `c`, `u`, `b` or `p`.
        "type" kind: String = always,
        /// Absolute path inside the container.
        "path" path: String = always,
        /// Major number; not for `p`.
        "major" major: Option<i64>,
        /// Minor number; not for `p`.
        "minor" minor: Option<i64>,
        /// Permission bits; absent means 0666.
        "fileMode" file_mode: Option<u32>,
        /// Owner inside the container.
        "uid" uid: Option<u32>,
        /// Group inside the container.
        "gid" gid: Option<u32>,
        ..extra
    }

    /// An offset of a clock in a time namespace.
    pub struct TimeOffset {
        /// Seconds.
        "secs" secs: i64 = always,
        /// Nanoseconds.
        "nanosecs" nanosecs: u32 = always,
        ..extra
    }

    /// Execution domain (`personality(2)`).
    pub struct Personality {
        /// `LINUX` or `LINUX32`.
        "domain" domain: String = always,
        /// Reserved by the specification.
        "flags" flags: Vec<String>,
        ..extra
    }

    /// A system call filter.
    pub struct Seccomp {
        /// `SCMP_ACT_…` of calls that no rule names.
        "defaultAction" default_action: String = always,
        /// Errno of the default action.
        "defaultErrnoRet" default_errno_ret: Option<u32>,
        /// `SCMP_ARCH_…` names.
        "architectures" architectures: Vec<String>,
        /// `SECCOMP_FILTER_FLAG_…` names.
        "flags" flags: Vec<String>,
        /// Unix socket that receives the notification descriptor.
        "listenerPath" listener_path: Option<String>,
        /// Data sent with it.
        "listenerMetadata" listener_metadata: Option<String>,
        /// Rules.
        "syscalls" syscalls: Vec<Syscall>,
        ..extra
    }

    /// One rule of a system call filter.
    pub struct Syscall {
        /// System call names; unknown ones are skipped.
        "names" names: Vec<String> = always,
        /// `SCMP_ACT_…`.
        "action" action: String = always,
        /// Errno of `SCMP_ACT_ERRNO` and `SCMP_ACT_TRACE`.
        "errnoRet" errno_ret: Option<u32>,
        /// Conditions, all of which must hold.
        "args" args: Vec<SyscallArg>,
        ..extra
    }

    /// A condition on an argument.
    pub struct SyscallArg {
        /// Argument number, 0 to 5.
        "index" index: u32 = always,
        /// Value compared with.
        "value" value: u64 = always,
        /// Second value, of `SCMP_CMP_MASKED_EQ`: the argument masked with `value` must equal it.
        "valueTwo" value_two: Option<u64>,
        /// `SCMP_CMP_…`.
        "op" op: String = always,
        ..extra
    }
}

/// The kind of a namespace, as the specification spells it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NamespaceKind {
    /// Process ids.
    Pid,
    /// Network devices, addresses and routes.
    Network,
    /// Mounts.
    #[default]
    Mount,
    /// System V IPC and POSIX message queues.
    Ipc,
    /// Host and domain name.
    Uts,
    /// User and group ids, and capabilities.
    User,
    /// The root of the control group view.
    Cgroup,
    /// Offsets of the monotonic and boot clocks.
    Time,
}

// A kind that is not known cannot be honoured by anybody: the specification wants an error.
plain! { NamespaceKind, |_| false; }

#[cfg(test)]
impl crate::testing::Any for NamespaceKind {
    fn any(source: &mut crate::testing::Source<'_>) -> Self {
        use NamespaceKind::*;
        [Pid, Network, Mount, Ipc, Uts, User, Cgroup, Time][source.below(8)]
    }
}
