//! What is wanted: the input of a plan.

use super::{ImageVersion, Isolation};
use hcs_schema::oci::{Mount, Spec};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A container that is wanted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Wanted {
    /// Its id.
    pub id: String,
    /// Who makes it, as it is told to the host.
    pub owner: String,
    /// The specification, with its annotations.
    pub spec: Spec,
    /// Folder of the bundle, where relative paths of the specification start.
    pub bundle: String,
    /// The container's folder in the state root, where the engine keeps its record. Empty: the host keeps none.
    pub state: String,
    /// Read-only layers, upper-most first. Empty: those of the specification's Windows section or of `rootfs`, or none.
    pub layers: Vec<String>,
    /// Folder of the writable layer. Empty: as for `layers`.
    pub scratch: String,
    /// Mounts that make the root filesystem, as containerd passes them (`windows-layer`, `lcow-layer`, `CimFS` …).
    pub rootfs: Vec<Mount>,
    /// How it is to be kept apart from the host.
    pub isolation: Isolation,
    /// Version of Windows that its image was made for, where it is known.
    pub image: Option<ImageVersion>,
    /// The pod that it joins; absent for containers of their own and for the sandbox of a pod.
    pub pod: Option<Pod>,
    /// Whether the caller's standard input is connected to its process.
    pub stdin: bool,
    /// Options of the shim, which fill in annotations that the specification does not have.
    pub options: Options,
}

/// The sandbox of a pod, as a member finds it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Pod {
    /// Id of the sandbox container.
    pub sandbox: String,
    /// Whether it is isolated by a utility VM, whose id is then `<sandbox>@vm`.
    pub hypervisor: bool,
    /// Whether it is a HostProcess pod.
    pub host_process: bool,
    /// Annotations of the sandbox.
    pub annotations: BTreeMap<String, String>,
    /// Processors of its utility VM.
    pub processors: u32,
    /// Memory of its utility VM in MiB.
    pub memory_mb: u64,
    /// Network namespace.
    pub network_namespace: String,
}

/// Options that are given once for all containers, as containerd's configuration of a runtime has them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Options {
    /// Folder of the boot files of utility VMs that run Linux.
    pub boot_files_root_path: String,
    /// Processors of utility VMs; 0 for the default.
    pub vm_processor_count: u32,
    /// Memory of utility VMs in MiB; 0 for the default.
    pub vm_memory_size_in_mb: u32,
    /// Share of processor limits that is scaled from host to utility VM.
    pub scale_cpu_limits_to_sandbox: bool,
    /// Size of new writable layers in GiB; 0 for the default of 20.
    pub default_container_scratch_size_in_gb: u32,
    /// Size of the writable disks of utility VMs in GiB; 0 for the default of 10.
    pub default_vm_scratch_size_in_gb: u32,
    /// Members of a pod share the sandbox's writable disk.
    pub share_scratch: bool,
    /// Address of the network configuration proxy.
    pub nc_proxy_addr: String,
    /// The utility VM keeps UTC instead of the host's time zone.
    pub no_inherit_host_timezone: bool,
    /// Log level of the guest agent.
    pub log_level: String,
    /// Whether what may be secret is kept out of logs.
    pub scrub_logs: Option<bool>,
    /// Annotations for every container that does not have them itself.
    pub default_container_annotations: BTreeMap<String, String>,
}

impl Wanted {
    /// The annotations: the specification's own, and below them what the options stand for.
    pub fn annotations(&self) -> BTreeMap<String, String> {
        let mut merged = self.options.default_container_annotations.clone();
        let options = &self.options;
        let set = |merged: &mut BTreeMap<String, String>, key: &str, value: String, given: bool| {
            if given {
                merged.insert(key.into(), value);
            }
        };
        let path = &options.boot_files_root_path;
        set(&mut merged, "io.microsoft.virtualmachine.bootfilesrootpath", path.clone(), !path.is_empty());
        let count = options.vm_processor_count;
        set(&mut merged, "io.microsoft.virtualmachine.computetopology.processor.count", count.to_string(), count > 0);
        let memory = options.vm_memory_size_in_mb;
        set(&mut merged, "io.microsoft.virtualmachine.computetopology.memory.sizeinmb", memory.to_string(), memory > 0);
        let proxy = &options.nc_proxy_addr;
        set(&mut merged, "io.microsoft.network.ncproxy", proxy.clone(), !proxy.is_empty());
        merged.extend(self.spec.annotations.clone());
        merged
    }
}
