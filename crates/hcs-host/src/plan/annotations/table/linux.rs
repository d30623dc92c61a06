//! Rows of the table: Linux containers in utility VMs, and what their VMs boot.

macro_rules! linux {
    ([$next:ident $($more:ident)*] $($rows:tt)*) => {
        $next! { [$($more)*] $($rows)*
            rlimit_core: String = "io.microsoft.lcow.rlimitcore", Lcow, Form("soft and hard limit, `soft;hard`", forms::check_core_limit), [], "the guest's",
                "Largest core dump in bytes, `RLIMIT_CORE`.";
            shm_size_kb: u64 = "io.microsoft.lcow.shm.size-kb", Lcow, Range(1, u64::MAX >> 10), [], "as the mounts say",
                "Size of `/dev/shm` in KiB; the container gets a new one in place of the specification's.";
            privileged: bool = "io.microsoft.virtualmachine.lcow.privileged", Lcow, Any, [security], "false",
                "The container gets all devices of the guest, may use all of them, and has no seccomp filter.";
            host_network: bool = "io.microsoft.virtualmachine.lcow.hostnetwork", Lcow, Any, [security], "false",
                "The container has the network namespace of its utility VM instead of one of its own. In a pod, the sandbox decides.";
            tee_log_path: String = "io.microsoft.container.lcow.tee-log-path", Lcow, Form("path below the logs folder", forms::check_below), [], "–",
                "File in the guest, below the pod's folder of logs, to which the output is written as well.";
            tee_log_dir_mount: String = "io.microsoft.container.lcow.tee-log-dir-mount", Lcow, Any, [], "–",
                "Where the container sees the pod's folder of logs.";
            gpu_capabilities: List = "io.microsoft.container.gpu.capabilities", Lcow, Form("words between commas", forms::check_capabilities), [], "–",
                "Abilities of NVIDIA's driver that a container with a GPU gets, as `nvidia-container-cli` names them: `utility`, `compute` and so on.";
            gpu_vhd_path: String = "io.microsoft.lcow.gpuvhdpath", Nobody, Any, [], "–",
                "Once the disk with a GPU's driver. The driver comes by `io.microsoft.virtualmachine.kerneldrivers` now.";
            disable_time_sync: bool = "io.microsoft.virtualmachine.lcow.timesync.disable", LcowMachine, Any, [], "false",
                "The guest does not follow the host's clock: it starts no `chronyd`.";
            kernel_boot_options: String = "io.microsoft.virtualmachine.lcow.kernelbootoptions", LcowMachine, Any, [], "–",
                "Words that are added to the kernel's command line.";
            kernel_direct_boot: bool = "io.microsoft.virtualmachine.lcow.kerneldirectboot", LcowMachine, Any, [since(18_286)], "true from build 18286 on, if not ARM",
                "Starts the kernel without UEFI before it.";
            preferred_rootfs_type: String = "io.microsoft.virtualmachine.lcow.preferredrootfstype", LcowMachine, Words(&["initrd", "vhd"]), [], "vhd if there is a `rootfs.vhd`",
                "Which file the guest's root is in: `initrd.img` or `rootfs.vhd`.";
            vpci_enabled: bool = "io.microsoft.virtualmachine.lcow.vpcienabled", LcowMachine, Any, [], "false",
                "Leaves PCI on in the guest, which assigned devices need.";
            vpmem_maximum_count: u32 = "io.microsoft.virtualmachine.devices.virtualpmem.maximumcount", LcowMachine, Range(0, 128), [], "64",
                "Number of persistent memory devices, on which read-only layers come. 0 on ARM and in VMs whose memory is all physical: layers come as SCSI disks then.";
            vpmem_maximum_size: u64 = "io.microsoft.virtualmachine.devices.virtualpmem.maximumsizebytes", LcowMachine, Form("multiple of 4096", forms::check_pages), [], "4294967296",
                "Size of each of these devices in bytes.";
            vpmem_no_multi_mapping: bool = "io.microsoft.virtualmachine.lcow.vpmem.nomultimapping", LcowMachine, Any, [], "false from build 18362 on",
                "Puts no more than one layer on one of these devices.";
            migration_enabled: bool = "io.microsoft.migration.support-enabled", LcowMachine, Any, [since(26_100)], "false",
                "Makes the utility VM one that can move to another host, and keeps to what such a VM can have.";
            migration_source_container_id: String = "io.microsoft.migration.source-container-id", Lcow, Any, [since(26_100)], "–",
                "Id that the container had on the host where its VM came from.";
            extra_vsock_ports: List = "io.microsoft.virtualmachine.lcow.extra-vsock-ports", LcowMachine, Numbers(0, 0xFFFF_FFFF), [internal], "–",
                "Further ports between host and guest that are allowed.";
            writable_overlay_directories: bool = "io.microsoft.virtualmachine.lcow.writable-overlay-directories", LcowMachine, Any, [internal], "false",
                "Makes `/var` and `/etc` of the guest writable where its root is a disk.";
            policy_based_routing: bool = "io.microsoft.virtualmachine.lcow.network.policybasedrouting", LcowMachine, Any, [internal], "false",
                "The guest routes by rules, one table for each adapter.";
            extra_exec_command_args: String = "io.microsoft.virtualmachine.lcow.extra-exec-command-args", LcowMachine, Any, [internal], "–",
                "Words that are added to the command line of the guest's agent.";
        }
    };
}
