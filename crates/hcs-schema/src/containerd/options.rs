//! Options of the runtime, and details of a process.

use super::Timestamp;
use std::collections::BTreeMap;

/// Name of the type of [`Options`].
pub const OPTIONS_TYPE: &str = "containerd.runhcs.v1.Options";
/// Name of the type of [`ProcessDetails`].
pub const PROCESS_DETAILS_TYPE: &str = "containerd.runhcs.v1.ProcessDetails";

/// Options of the runtime, as containerd's configuration has them.
#[derive(Clone, PartialEq, Eq, ::prost::Message)]
pub struct Options {
    /// Whether debug messages are logged; `log_level` wins.
    #[prost(bool, tag = "1")]
    pub debug: bool,
    /// Where logs go.
    #[prost(enumeration = "DebugType", tag = "2")]
    pub debug_type: i32,
    /// Registry key below which the state of containers is kept.
    #[prost(string, tag = "3")]
    pub registry_root: String,
    /// Image of the pod's own container.
    #[prost(string, tag = "4")]
    pub sandbox_image: String,
    /// System of all pods of this runtime: `windows/amd64` or `linux/amd64`.
    #[prost(string, tag = "5")]
    pub sandbox_platform: String,
    /// How pods are isolated. Linux pods are always in a virtual machine.
    #[prost(enumeration = "SandboxIsolation", tag = "6")]
    pub sandbox_isolation: i32,
    /// Folder of the kernel and the root filesystem of Linux machines.
    #[prost(string, tag = "7")]
    pub boot_files_root_path: String,
    /// Processors of a virtual machine; 0 is 2, or 1 where the host has one.
    #[prost(int32, tag = "8")]
    pub vm_processor_count: i32,
    /// Memory of a virtual machine in MiB; 0 is 1024.
    #[prost(int32, tag = "9")]
    pub vm_memory_size_in_mb: i32,
    /// Disk image with the drivers of graphics processors, which is added to a machine whose container asks for one.
    #[prost(string, tag = "10")]
    pub gpu_vhd_path: String,
    /// Whether processor limits are computed for the machine's number of processors instead of the host's.
    #[prost(bool, tag = "11")]
    pub scale_cpu_limits_to_sandbox: bool,
    /// Size in GiB of a container's scratch space; 0 is 20.
    #[prost(int32, tag = "12")]
    pub default_container_scratch_size_in_gb: i32,
    /// Size in GiB of a Windows machine's scratch space; 0 is the platform's.
    #[prost(int32, tag = "13")]
    pub default_vm_scratch_size_in_gb: i32,
    /// Whether the containers of a Linux pod share the scratch space of the pod's own container.
    #[prost(bool, tag = "14")]
    pub share_scratch: bool,
    /// Address of the service that sets up networks; empty sets them up here.
    #[prost(string, tag = "15")]
    pub nc_proxy_addr: String,
    /// `trace`, `debug`, `info`, `warn`, `error`, `fatal` or `panic`; empty leaves it to `debug`.
    #[prost(string, tag = "16")]
    pub log_level: String,
    /// Seconds for which a lost connection to containerd's streams is tried again; 0 is for ever.
    #[prost(int32, tag = "17")]
    pub io_retry_timeout_in_sec: i32,
    /// Annotations that every container of a pod has.
    #[prost(btree_map = "string, string", tag = "18")]
    pub default_container_annotations: BTreeMap<String, String>,
    /// Whether Windows machines have UTC instead of the host's time zone.
    #[prost(bool, tag = "19")]
    pub no_inherit_host_timezone: bool,
    /// Whether environment variables and the like are left out of logs; absent is yes.
    #[prost(bool, optional, tag = "20")]
    pub scrub_logs: Option<bool>,
}

impl Options {
    /// Whether environment variables and the like are left out of logs.
    pub fn scrubs_logs(&self) -> bool {
        self.scrub_logs.unwrap_or(true)
    }
}

/// Where logs of a shim go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ::prost::Enumeration)]
#[repr(i32)]
pub enum DebugType {
    /// A named pipe, which containerd reads.
    Npipe = 0,
    /// A file.
    File = 1,
    /// Event Tracing for Windows.
    Etw = 2,
}

/// How pods are isolated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ::prost::Enumeration)]
#[repr(i32)]
pub enum SandboxIsolation {
    /// They share the host's kernel.
    Process = 0,
    /// Each has a virtual machine.
    Hypervisor = 1,
}

/// One process of a task.
#[derive(Clone, PartialEq, Eq, ::prost::Message)]
pub struct ProcessDetails {
    /// Name of its program.
    #[prost(string, tag = "1")]
    pub image_name: String,
    /// When it began.
    #[prost(message, optional, tag = "2")]
    pub created_at: Option<Timestamp>,
    /// Time in the kernel, in units of 100 nanoseconds.
    #[prost(uint64, tag = "3")]
    pub kernel_time_100_ns: u64,
    /// Bytes of memory that were promised to it.
    #[prost(uint64, tag = "4")]
    pub memory_commit_bytes: u64,
    /// Bytes in memory that it shares with nobody.
    #[prost(uint64, tag = "5")]
    pub memory_working_set_private_bytes: u64,
    /// Bytes in memory that it shares with others.
    #[prost(uint64, tag = "6")]
    pub memory_working_set_shared_bytes: u64,
    /// Its id inside the container.
    #[prost(uint32, tag = "7")]
    pub process_id: u32,
    /// Time outside the kernel, in units of 100 nanoseconds.
    #[prost(uint64, tag = "8")]
    pub user_time_100_ns: u64,
    /// The `exec` that began it; empty for others.
    #[prost(string, tag = "9")]
    pub exec_id: String,
}
