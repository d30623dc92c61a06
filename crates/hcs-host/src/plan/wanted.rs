//! What is wanted: the input of a plan.

use super::{ImageVersion, Isolation, Slots};
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
    /// Whether its program's standard input is connected.
    pub stdin: bool,
    /// File inside to which `cmd.exe` appends its program's output, as the founding tool had it. Empty: the output comes out.
    /// Of Windows containers.
    pub redirect: String,
    /// How it is to be kept apart from the host.
    pub isolation: Isolation,
    /// Version of Windows that its image was made for, where it is known.
    pub image: Option<ImageVersion>,
    /// The pod that it joins; absent for containers of their own and for the sandbox of a pod.
    pub pod: Option<Pod>,
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
    /// What of its utility VM is in use.
    pub slots: Slots,
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
    /// Processor limits were computed for the host's processors, and are computed again for those of the utility VM.
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

/// Annotations of a HostProcess pod that hold for its containers: they are given to the sandbox alone.
const FROM_POD: [&str; 2] = ["microsoft.com/hostprocess-inherit-user", "microsoft.com/hostprocess-rootfs-location"];

impl Wanted {
    /// The annotations. Those of the specification go before what options stand for, and that goes before the options'
    /// default annotations; a HostProcess container in a pod gets two of the pod's.
    pub fn annotations(&self) -> BTreeMap<String, String> {
        let options = &self.options;
        let count = |count: u32| if count > 0 { count.to_string() } else { String::new() };
        let mut merged = options.default_container_annotations.clone();
        for (key, value) in [
            ("io.microsoft.virtualmachine.bootfilesrootpath", options.boot_files_root_path.clone()),
            ("io.microsoft.virtualmachine.computetopology.processor.count", count(options.vm_processor_count)),
            ("io.microsoft.virtualmachine.computetopology.memory.sizeinmb", count(options.vm_memory_size_in_mb)),
            ("io.microsoft.network.ncproxy", options.nc_proxy_addr.clone()),
        ] {
            if !value.is_empty() {
                merged.insert(key.into(), value);
            }
        }
        merged.extend(self.spec.annotations.clone());
        let host_process = merged.get("microsoft.com/hostprocess-container").is_some_and(|value| value == "true");
        if let Some(pod) = self.pod.as_ref().filter(|_| host_process) {
            let given = FROM_POD.into_iter().filter_map(|key| pod.annotations.get_key_value(key));
            merged.extend(given.map(|(key, value)| (key.clone(), value.clone())));
        }
        merged
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn the_specification_goes_before_options_and_options_before_their_defaults() {
        let count = "io.microsoft.virtualmachine.computetopology.processor.count";
        let memory = "io.microsoft.virtualmachine.computetopology.memory.sizeinmb";
        let (boot, proxy) = ("io.microsoft.virtualmachine.bootfilesrootpath", "io.microsoft.network.ncproxy");
        let mut wanted = Wanted::default();
        assert_eq!(wanted.annotations(), map(&[]));
        wanted.options.default_container_annotations =
            map(&[(count, "1"), (memory, "1"), ("x", "default"), ("y", "default")]);
        wanted.options.vm_processor_count = 2;
        wanted.options.boot_files_root_path = r"C:\boot".into();
        wanted.options.nc_proxy_addr = "proxy".into();
        wanted.spec.annotations = map(&[(boot, r"C:\own"), ("y", "own"), (proxy, "")]);
        let merged =
            map(&[(boot, r"C:\own"), (count, "2"), (memory, "1"), (proxy, ""), ("x", "default"), ("y", "own")]);
        assert_eq!(wanted.annotations(), merged);
    }

    #[test]
    fn a_host_process_container_gets_two_of_its_pods_annotations() {
        let (job, user) = ("microsoft.com/hostprocess-container", "microsoft.com/hostprocess-inherit-user");
        let root = "microsoft.com/hostprocess-rootfs-location";
        let pod = Pod { annotations: map(&[(user, "true"), (root, r"C:\pod"), ("x", "y")]), ..Pod::default() };
        let mut wanted = Wanted { pod: Some(pod), ..Wanted::default() };
        wanted.spec.annotations = map(&[(job, "true"), (root, r"C:\own")]);
        assert_eq!(wanted.annotations(), map(&[(job, "true"), (user, "true"), (root, r"C:\pod")]));
        wanted.spec.annotations = map(&[(root, r"C:\own")]);
        assert_eq!(wanted.annotations(), map(&[(root, r"C:\own")]));
    }
}
