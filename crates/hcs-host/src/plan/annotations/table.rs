//! Every key, with its type, whom it reaches, its default and its effect. The page `docs/annotations.md` is made of this.

use super::value::{Guid, List, Value};
use std::collections::BTreeMap;

/// Whom an annotation reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Containers of every kind.
    All,
    /// Windows containers, whatever their isolation, and their utility VMs.
    Wcow,
    /// Linux containers in utility VMs, and those VMs.
    Lcow,
    /// Utility VMs of both systems.
    Machine,
    /// HostProcess containers.
    HostProcess,
}

/// A key, as it is documented.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The key.
    pub key: &'static str,
    /// Name of its type.
    pub kind: &'static str,
    /// Whom it reaches.
    pub reach: Reach,
    /// What holds without it.
    pub default: &'static str,
    /// What it does.
    pub effect: &'static str,
}

/// The first part of keys with a GUID behind it, whose values are socket services as JSON.
pub const SERVICE_TABLE: &str = "io.microsoft.virtualmachine.hv-socket.service-table.";

macro_rules! annotations {
    ($($field:ident: $type:ident = $key:literal, $reach:ident, $default:literal, $effect:literal;)*) => {
        /// What the annotations of a container say; `None` where they do not.
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct Annotations {
            $(#[doc = concat!("`", $key, "`: ", $effect)] pub $field: Option<$type>,)*
            /// Socket services by GUID: the keys that begin `io.microsoft.virtualmachine.hv-socket.service-table.`.
            pub service_table: BTreeMap<String, String>,
        }

        /// Every key.
        pub const ENTRIES: &[Entry] = &[$(Entry {
            key: $key,
            kind: <$type as Value>::NAME,
            reach: Reach::$reach,
            default: $default,
            effect: $effect,
        }),*];

        impl Annotations {
            fn set(&mut self, key: &str, text: &str) -> Result<bool, String> {
                match key {
                    $($key => self.$field = Some(Value::read(text)?),)*
                    _ => return Ok(false),
                }
                Ok(true)
            }
        }
    };
}

annotations! {
    // Pods.
    container_type: String = "io.kubernetes.cri.container-type", All, "–", "";
    sandbox_id: String = "io.kubernetes.cri.sandbox-id", All, "–", "";
    crio_container_type: String = "io.kubernetes.cri-o.ContainerType", All, "–", "";
    crio_sandbox_id: String = "io.kubernetes.cri-o.SandboxID", All, "–", "";
    docker_type: String = "io.kubernetes.docker.type", All, "–", "";
    docker_sandbox_id: String = "io.kubernetes.sandbox.id", All, "–", "";
    skip_pod_networking: bool = "io.microsoft.cri.skip-pod-networking", Machine, "–", "";
    tenant_sandbox_id: String = "io.microsoft.cri.tenant-sandbox-id", Machine, "–", "";
    virtual_pod_id: String = "io.microsoft.cri.virtual-pod-id", Lcow, "–", "";
    // Containers of every kind.
    process_dump_location: String = "io.microsoft.container.processdumplocation", All, "–", "";
    container_memory_mb: u64 = "io.microsoft.container.memory.sizeinmb", All, "–", "";
    container_processor_count: u32 = "io.microsoft.container.processor.count", All, "–", "";
    container_processor_limit: u32 = "io.microsoft.container.processor.limit", All, "–", "";
    container_processor_weight: u32 = "io.microsoft.container.processor.weight", All, "–", "";
    container_storage_bandwidth: u64 = "io.microsoft.container.storage.qos.bandwidthmaximum", All, "–", "";
    container_storage_iops: u64 = "io.microsoft.container.storage.qos.iopsmaximum", All, "–", "";
    gpu_capabilities: List = "io.microsoft.container.gpu.capabilities", Lcow, "–", "";
    gpu_vhd_path: String = "io.microsoft.lcow.gpuvhdpath", Lcow, "–", "";
    // Linux containers in utility VMs.
    rlimit_core: String = "io.microsoft.lcow.rlimitcore", Lcow, "–", "";
    shm_size_kb: u64 = "io.microsoft.lcow.shm.size-kb", Lcow, "–", "";
    privileged: bool = "io.microsoft.virtualmachine.lcow.privileged", Lcow, "–", "";
    host_network: bool = "io.microsoft.virtualmachine.lcow.hostnetwork", Lcow, "–", "";
    tee_log_path: String = "io.microsoft.container.lcow.tee-log-path", Lcow, "–", "";
    tee_log_dir_mount: String = "io.microsoft.container.lcow.tee-log-dir-mount", Lcow, "–", "";
    // Windows containers.
    device_extensions: List = "io.microsoft.container.wcow.deviceextensions", Wcow, "–", "";
    gmsa_disable: bool = "io.microsoft.container.wcow.gmsa.disable", Wcow, "–", "";
    process_dump_type: String = "io.microsoft.wcow.processdumptype", Wcow, "–", "";
    process_dump_count: u32 = "io.microsoft.wcow.processdumpcount", Wcow, "–", "";
    test_registry_values: String = "io.microsoft.container.wcow.test-registry-annotation", Wcow, "–", "";
    // HostProcess containers.
    host_process: String = "microsoft.com/hostprocess-container", Wcow, "–", "";
    host_process_inherit_user: String = "microsoft.com/hostprocess-inherit-user", HostProcess, "–", "";
    host_process_rootfs_location: String = "microsoft.com/hostprocess-rootfs-location", HostProcess, "–", "";
    disable_host_process: bool = "microsoft.com/disable-hostprocess-container", Wcow, "–", "";
    // Security.
    disable_unsafe_operations: bool = "io.microsoft.disable-unsafe-operations", All, "–", "";
    disable_writable_file_shares: bool = "io.microsoft.virtualmachine.fileshares.disablewritable", Machine, "–", "";
    encrypted_scratch: bool = "io.microsoft.virtualmachine.storage.scratch.encrypted", Lcow, "–", "";
    no_security_hardware: bool = "io.microsoft.virtualmachine.no_security_hardware", Machine, "–", "";
    lcow_security_policy: String = "io.microsoft.virtualmachine.lcow.securitypolicy", Lcow, "–", "";
    lcow_enforcer: String = "io.microsoft.virtualmachine.lcow.enforcer", Lcow, "–", "";
    lcow_security_policy_env: bool = "io.microsoft.virtualmachine.lcow.securitypolicy.env", Lcow, "–", "";
    lcow_reference_info_file: String = "io.microsoft.virtualmachine.lcow.uvm-reference-info-file", Lcow, "–", "";
    lcow_guest_state_file: String = "io.microsoft.virtualmachine.lcow.gueststatefile", Lcow, "–", "";
    lcow_hcl_enabled: bool = "io.microsoft.virtualmachine.lcow.hcl-enabled", Lcow, "–", "";
    lcow_amd_certificate: String = "io.microsoft.virtualmachine.lcow.amd-certificate", Lcow, "–", "";
    wcow_security_policy: String = "io.microsoft.virtualmachine.wcow.securitypolicy", Wcow, "–", "";
    wcow_enforcer: String = "io.microsoft.virtualmachine.wcow.enforcer", Wcow, "–", "";
    wcow_security_policy_env: bool = "io.microsoft.virtualmachine.wcow.securitypolicy.env", Wcow, "–", "";
    wcow_reference_info_file: String = "io.microsoft.virtualmachine.wcow.uvm-reference-info-file", Wcow, "–", "";
    wcow_guest_state_file: String = "io.microsoft.virtualmachine.wcow.gueststatefile", Wcow, "–", "";
    wcow_amd_certificate: String = "io.microsoft.virtualmachine.wcow.amd-certificate", Wcow, "–", "";
    hash_envelope_reference_info_file: String = "io.microsoft.virtualmachine.uvm-hash-envelope-reference-info-file", Machine, "–", "";
    wcow_isolation_type: String = "io.microsoft.virtualmachine.wcow.isolation_type", Wcow, "–", "";
    wcow_no_secure_boot: bool = "io.microsoft.virtualmachine.wcow.no_secure_boot", Wcow, "–", "";
    wcow_writable_efi: bool = "io.microsoft.virtualmachine.wcow.writable_efi", Wcow, "–", "";
    wcow_debug: bool = "io.microsoft.wcow.debug", Wcow, "–", "";
    wcow_debug_data_path: String = "io.microsoft.wcow.debug_data_path", Wcow, "–", "";
    dm_verity_create_args: String = "io.microsoft.virtualmachine.lcow.dmverity-create-args", Lcow, "–", "";
    dm_verity_mode: bool = "io.microsoft.virtualmachine.lcow.dmverity-mode", Lcow, "–", "";
    dm_verity_rootfs_vhd: String = "io.microsoft.virtualmachine.lcow.dmverity-rootfs-vhd", Lcow, "–", "";
    // Utility VMs.
    boot_files_root_path: String = "io.microsoft.virtualmachine.bootfilesrootpath", Lcow, "–", "";
    dump_directory_path: String = "io.microsoft.virtualmachine.dump-directory-path", Machine, "–", "";
    kernel_drivers: List = "io.microsoft.virtualmachine.kerneldrivers", Machine, "–", "";
    cpu_group_id: String = "io.microsoft.virtualmachine.cpugroup.id", Machine, "–", "";
    machine_processor_count: u32 = "io.microsoft.virtualmachine.computetopology.processor.count", Machine, "–", "";
    machine_processor_limit: u32 = "io.microsoft.virtualmachine.computetopology.processor.limit", Machine, "–", "";
    machine_processor_weight: u32 = "io.microsoft.virtualmachine.computetopology.processor.weight", Machine, "–", "";
    machine_memory_mb: u64 = "io.microsoft.virtualmachine.computetopology.memory.sizeinmb", Machine, "–", "";
    allow_overcommit: bool = "io.microsoft.virtualmachine.computetopology.memory.allowovercommit", Machine, "–", "";
    enable_deferred_commit: bool = "io.microsoft.virtualmachine.computetopology.memory.enabledeferredcommit", Machine, "–", "";
    enable_cold_discard_hint: bool = "io.microsoft.virtualmachine.computetopology.memory.enablecolddiscardhint", Machine, "–", "";
    low_mmio_gap_mb: u64 = "io.microsoft.virtualmachine.computetopology.memory.lowmmiogapinmb", Machine, "–", "";
    high_mmio_base_mb: u64 = "io.microsoft.virtualmachine.computetopology.memory.highmmiobaseinmb", Machine, "–", "";
    high_mmio_gap_mb: u64 = "io.microsoft.virtualmachine.computetopology.memory.highmmiogapinmb", Machine, "–", "";
    fully_physically_backed: bool = "io.microsoft.virtualmachine.fullyphysicallybacked", Machine, "–", "";
    numa_max_processors_per_node: u32 = "io.microsoft.virtualmachine.computetopology.processor.numa.max-processors-per-node", Machine, "–", "";
    numa_max_size_per_node: u64 = "io.microsoft.virtualmachine.computetopology.processor.numa.max-size-per-node", Machine, "–", "";
    numa_preferred_physical_nodes: List = "io.microsoft.virtualmachine.computetopology.numa.preferred-physical-nodes", Machine, "–", "";
    numa_mapped_physical_nodes: List = "io.microsoft.virtualmachine.computetopology.numa.mapped-physical-nodes", Machine, "–", "";
    numa_count_of_processors: List = "io.microsoft.virtualmachine.computetopology.numa.count-of-processors", Machine, "–", "";
    numa_count_of_memory_blocks: List = "io.microsoft.virtualmachine.computetopology.numa.count-of-memory-blocks", Machine, "–", "";
    resource_partition_id: Guid = "io.microsoft.virtualmachine.resource-partition-id", Machine, "–", "";
    machine_storage_bandwidth: u64 = "io.microsoft.virtualmachine.storageqos.bandwidthmaximum", Machine, "–", "";
    machine_storage_iops: u64 = "io.microsoft.virtualmachine.storageqos.iopsmaximum", Machine, "–", "";
    disable_compartment_namespace: bool = "io.microsoft.virtualmachine.disablecompartmentnamespace", Wcow, "–", "";
    no_inherit_time_zone: bool = "io.microsoft.virtualmachine.wcow.timezone.noinherit", Wcow, "–", "";
    virtual_smb_no_direct_map: bool = "io.microsoft.virtualmachine.wcow.virtualSMB.nodirectmap", Wcow, "–", "";
    forward_logs_sources: String = "io.microsoft.virtualmachine.forwardlogs.sources", Wcow, "–", "";
    forward_logs_enable: bool = "io.microsoft.virtualmachine.forwardlogs.enable", Wcow, "–", "";
    forward_logs_default_sources_enable: bool = "io.microsoft.virtualmachine.forwardlogs.defaultsources.enable", Wcow, "–", "";
    disable_time_sync: bool = "io.microsoft.virtualmachine.lcow.timesync.disable", Lcow, "–", "";
    kernel_boot_options: String = "io.microsoft.virtualmachine.lcow.kernelbootoptions", Lcow, "–", "";
    kernel_direct_boot: bool = "io.microsoft.virtualmachine.lcow.kerneldirectboot", Lcow, "–", "";
    preferred_rootfs_type: String = "io.microsoft.virtualmachine.lcow.preferredrootfstype", Lcow, "–", "";
    vpci_enabled: bool = "io.microsoft.virtualmachine.lcow.vpcienabled", Lcow, "–", "";
    vpmem_maximum_count: u32 = "io.microsoft.virtualmachine.devices.virtualpmem.maximumcount", Lcow, "–", "";
    vpmem_maximum_size: u64 = "io.microsoft.virtualmachine.devices.virtualpmem.maximumsizebytes", Lcow, "–", "";
    vpmem_no_multi_mapping: bool = "io.microsoft.virtualmachine.lcow.vpmem.nomultimapping", Lcow, "–", "";
    ncproxy: String = "io.microsoft.network.ncproxy", Machine, "–", "";
    ncproxy_container_id: String = "io.microsoft.network.ncproxy.containerid", Machine, "–", "";
    migration_enabled: bool = "io.microsoft.migration.support-enabled", Lcow, "–", "";
    migration_source_container_id: String = "io.microsoft.migration.source-container-id", Lcow, "–", "";
    console_pipe: String = "io.microsoft.virtualmachine.console.pipe", Machine, "–", "";
    extra_vsock_ports: List = "io.microsoft.virtualmachine.lcow.extra-vsock-ports", Lcow, "–", "";
    writable_overlay_directories: bool = "io.microsoft.virtualmachine.lcow.writable-overlay-directories", Lcow, "–", "";
    policy_based_routing: bool = "io.microsoft.virtualmachine.lcow.network.policybasedrouting", Lcow, "–", "";
    extra_exec_command_args: String = "io.microsoft.virtualmachine.lcow.extra-exec-command-args", Lcow, "–", "";
    additional_registry_keys: String = "io.microsoft.virtualmachine.wcow.additional-reg-keys", Wcow, "–", "";
}

impl Annotations {
    /// Reads annotations; the second answer is notes on those that have no meaning here.
    ///
    /// # Errors
    /// Names the key whose value cannot be read.
    pub fn read(all: &BTreeMap<String, String>) -> Result<(Self, Vec<String>), String> {
        let mut read = Annotations::default();
        let mut notes = Vec::new();
        for (key, text) in all {
            if let Some(service) = key.strip_prefix(SERVICE_TABLE) {
                let Guid(service) = Guid::read(service).map_err(|why| format!("annotation {key}: {why}"))?;
                read.service_table.insert(service, text.clone());
                continue;
            }
            let known = read.set(key, text).map_err(|why| format!("annotation {key}: {why}"))?;
            if !known && (key.starts_with("io.microsoft.") || key.starts_with("microsoft.com/")) {
                notes.push(format!("annotation {key} is not known, and has no effect"));
            }
        }
        Ok((read, notes))
    }
}
