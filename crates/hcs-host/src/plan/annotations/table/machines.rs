//! Rows of the table: utility VMs, their size, their memory and what they share with the host.

macro_rules! machines {
    ([$next:ident $($more:ident)*] $($rows:tt)*) => {
        $next! { [$($more)*] $($rows)*
            boot_files_root_path: String = "io.microsoft.virtualmachine.bootfilesrootpath", Machine, Any, [], "`C:\\Program Files\\Linux Containers`",
                "Folder of the files that Linux VMs and confidential Windows VMs boot from; other Windows VMs boot from their image. The option `boot_files_root_path` stands for it.";
            dump_directory_path: String = "io.microsoft.virtualmachine.dump-directory-path", Machine, Any, [], "no dumps",
                "Folder of the host where the memory of a VM goes that crashes.";
            kernel_drivers: List = "io.microsoft.virtualmachine.kerneldrivers", Isolated, Any, [], "–",
                "Folders of drivers that are installed in a Windows VM, or disks with kernel modules for a Linux VM.";
            disable_writable_file_shares: bool = "io.microsoft.virtualmachine.fileshares.disablewritable", Isolated, Any, [security], "false",
                "Refuses mounts that share a folder of the host with the VM to write to.";
            virtual_smb_no_direct_map: bool = "io.microsoft.virtualmachine.wcow.virtualSMB.nodirectmap", WcowMachine, Any, [security], "false",
                "Files that are shared with a Windows VM are never mapped into its memory.";
            machine_processor_count: u32 = "io.microsoft.virtualmachine.computetopology.processor.count", Machine, Range(1, MOST_COUNT), [], "2; 1 if the host has one",
                "Processors of the VM, in place of `windows.resources.cpu.count`; capped to those of the host. The option `vm_processor_count` stands for it.";
            machine_processor_limit: u32 = "io.microsoft.virtualmachine.computetopology.processor.limit", Machine, Range(1, 100_000), [], "100000",
                "Share of each of its processors' time in thousandths of a percent. Count, limit and weight go together.";
            machine_processor_weight: u32 = "io.microsoft.virtualmachine.computetopology.processor.weight", Machine, Range(0, 10_000), [], "100",
                "Weight against other VMs, in place of `windows.resources.cpu.shares`; 0 is the host's default.";
            cpu_group_id: String = "io.microsoft.virtualmachine.cpugroup.id", Machine, Form("GUID", forms::check_guid), [since(19_043)], "–",
                "CPU group of the hypervisor that the VM belongs to.";
            resource_partition_id: Guid = "io.microsoft.virtualmachine.resource-partition-id", Machine, Any, [], "–",
                "Resource partition that the VM belongs to. It has a CPU group of its own, so it excludes `io.microsoft.virtualmachine.cpugroup.id`.";
            machine_memory_mb: u64 = "io.microsoft.virtualmachine.computetopology.memory.sizeinmb", Machine, Range(1, MOST_MB), [], "1024",
                "Memory of the VM in MiB, in place of `windows.resources.memory.limit`; rounded up to an even number. The option `vm_memory_size_in_mb` stands for it.";
            allow_overcommit: bool = "io.microsoft.virtualmachine.computetopology.memory.allowovercommit", Machine, Any, [], "true; false in a confidential VM",
                "The VM's memory comes out of the host's virtual memory, so that all VMs together may have more than the host.";
            enable_deferred_commit: bool = "io.microsoft.virtualmachine.computetopology.memory.enabledeferredcommit", Machine, Any, [], "false",
                "The host promises the VM its memory only when it is used. It needs overcommitted memory.";
            enable_cold_discard_hint: bool = "io.microsoft.virtualmachine.computetopology.memory.enablecolddiscardhint", LcowMachine, Any, [since(18_967)], "false",
                "The guest tells the host of memory that it has not used for long, which the host takes back.";
            low_mmio_gap_mb: u64 = "io.microsoft.virtualmachine.computetopology.memory.lowmmiogapinmb", Machine, Any, [], "the host's",
                "Address space for devices below 4 GiB, in MiB.";
            high_mmio_base_mb: u64 = "io.microsoft.virtualmachine.computetopology.memory.highmmiobaseinmb", Machine, Any, [], "the host's",
                "Where the address space for devices above 4 GiB begins, in MiB.";
            high_mmio_gap_mb: u64 = "io.microsoft.virtualmachine.computetopology.memory.highmmiogapinmb", Machine, Any, [], "the host's",
                "Size of that address space in MiB.";
            fully_physically_backed: bool = "io.microsoft.virtualmachine.fullyphysicallybacked", Machine, Any, [], "false",
                "All memory of the VM is the host's physical memory, that of its devices too: nothing is overcommitted, there are no persistent memory devices, and shared files are not mapped.";
            numa_max_processors_per_node: u32 = "io.microsoft.virtualmachine.computetopology.processor.numa.max-processors-per-node", Machine, Range(1, MOST_COUNT), [since(26_100)], "–",
                "Most processors in one of the VM's NUMA nodes, which the host lays out then. It needs `…numa.max-size-per-node`, and memory that is not overcommitted.";
            numa_max_size_per_node: u64 = "io.microsoft.virtualmachine.computetopology.processor.numa.max-size-per-node", Machine, Range(1, MOST_MB), [since(26_100)], "–",
                "Most memory in one of these nodes, in MiB.";
            numa_preferred_physical_nodes: List = "io.microsoft.virtualmachine.computetopology.numa.preferred-physical-nodes", Machine, Numbers(0, 63), [since(26_100)], "–",
                "Nodes of the host that the VM's are put on, if they can be. It needs one of the two layouts of nodes.";
            numa_mapped_physical_nodes: List = "io.microsoft.virtualmachine.computetopology.numa.mapped-physical-nodes", Machine, Form("numbers 0 to 63 between commas, or 255 for each", forms::check_nodes), [since(26_100)], "–",
                "The node of the host for each of the VM's, 255 for any: a layout that says it all. It needs the next two, which are as long, and memory that is not overcommitted.";
            numa_count_of_processors: List = "io.microsoft.virtualmachine.computetopology.numa.count-of-processors", Machine, Numbers(0, MOST_COUNT), [since(26_100)], "–",
                "Processors of each of these nodes; together they are the VM's.";
            numa_count_of_memory_blocks: List = "io.microsoft.virtualmachine.computetopology.numa.count-of-memory-blocks", Machine, Numbers(1, MOST_MB), [since(26_100)], "–",
                "Memory of each of these nodes in MiB; together it is the VM's.";
            machine_storage_bandwidth: u64 = "io.microsoft.virtualmachine.storageqos.bandwidthmaximum", Machine, Any, [], "no limit",
                "Bytes a second that the VM reads and writes, in place of `windows.resources.storage.bps`; 0 is no limit.";
            machine_storage_iops: u64 = "io.microsoft.virtualmachine.storageqos.iopsmaximum", Machine, Any, [], "no limit",
                "Storage operations of the VM a second, in place of `windows.resources.storage.iops`; 0 is no limit.";
            disable_compartment_namespace: bool = "io.microsoft.virtualmachine.disablecompartmentnamespace", WcowMachine, Any, [], "false",
                "Network compartments in the VM are visible to each other.";
            no_inherit_time_zone: bool = "io.microsoft.virtualmachine.wcow.timezone.noinherit", WcowMachine, Any, [], "false",
                "The VM keeps UTC instead of the host's time zone.";
            forward_logs_sources: String = "io.microsoft.virtualmachine.forwardlogs.sources", WcowMachine, Form("base64 of JSON", forms::check_log_sources), [], "–",
                "What of the guest's log goes to the host: `{\"LogConfig\": {\"sources\": [{\"type\": \"ETW\", \"providers\": [{\"providerName\": \"…\", \"providerGuid\": \"…\", \"level\": \"…\", \"keywords\": \"…\"}]}]}}`.";
            forward_logs_enable: bool = "io.microsoft.virtualmachine.forwardlogs.enable", WcowMachine, Any, [security], "true; false in a confidential VM",
                "Whether the guest's log goes to the host.";
            forward_logs_default_sources_enable: bool = "io.microsoft.virtualmachine.forwardlogs.defaultsources.enable", WcowMachine, Any, [], "true",
                "Whether the usual sources go to the host besides those given.";
            ncproxy: String = "io.microsoft.network.ncproxy", Machine, Any, [], "–",
                "Address of a network configuration proxy, which attaches the VM's network adapters then. The option `NCProxyAddr` stands for it.";
            ncproxy_container_id: String = "io.microsoft.network.ncproxy.containerid", Machine, Any, [], "the sandbox's id",
                "Id by which that proxy knows the VM.";
            console_pipe: String = "io.microsoft.virtualmachine.console.pipe", Machine, Form("path of a pipe", forms::check_pipe), [internal], "–",
                "Named pipe of the host that is the VM's first serial port, with a shell on it in a Linux VM.";
            additional_registry_keys: String = "io.microsoft.virtualmachine.wcow.additional-reg-keys", WcowMachine, Form("registry values", registry::check_registry), [security internal], "–",
                "Values that are added to the VM's registry: a JSON list of `{\"Key\": {\"Hive\": \"System\", \"Name\": \"…\"}, \"Name\": \"…\", \"Type\": \"DWord\", \"DWordValue\": 1}`. Allowed are keys below `CurrentControlSet\\Services`, `CurrentControlSet\\Policies` and `Software` of the hive `System`, and the hive `Software`.";
        }
    };
}
