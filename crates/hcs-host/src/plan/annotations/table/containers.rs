//! Rows of the table: containers, their limits, dumps and devices.

macro_rules! containers {
    ([$next:ident $($more:ident)*] $($rows:tt)*) => {
        $next! { [$($more)*] $($rows)*
            container_memory_mb: u64 = "io.microsoft.container.memory.sizeinmb", Windows, Range(1, MOST_MB), [], "no limit",
                "Memory of the container in MiB, in place of `windows.resources.memory.limit`.";
            container_processor_count: u32 = "io.microsoft.container.processor.count", Windows, Range(1, MOST_COUNT), [], "no limit",
                "Number of processors, in place of `windows.resources.cpu.count`; capped to those of the host or of the utility VM. Count, limit and weight exclude each other.";
            container_processor_limit: u32 = "io.microsoft.container.processor.limit", Windows, Range(1, 10_000), [], "no limit",
                "Share of the time of all processors in hundredths of a percent, in place of `windows.resources.cpu.maximum`.";
            container_processor_weight: u32 = "io.microsoft.container.processor.weight", Windows, Range(0, 10_000), [], "100",
                "Weight against other containers, in place of `windows.resources.cpu.shares`; 0 is the host's default.";
            container_storage_bandwidth: u64 = "io.microsoft.container.storage.qos.bandwidthmaximum", OnHosts, Any, [], "no limit",
                "Bytes a second that the container reads and writes, in place of `windows.resources.storage.bps`; 0 is no limit. A Linux host limits reads and writes each, on every disk that holds files of the container.";
            container_storage_iops: u64 = "io.microsoft.container.storage.qos.iopsmaximum", OnHosts, Any, [], "no limit",
                "Storage operations a second, in place of `windows.resources.storage.iops`; 0 is no limit. A Linux host limits reads and writes each, on every disk that holds files of the container.";
            process_dump_location: String = "io.microsoft.container.processdumplocation", Hcs, Any, [], "no dumps",
                "Folder in the container for dumps of processes that crash; best on a mount, because the container's own disk goes with it. `{container_id}` or `{CONTAINER_ID}` at the end becomes the container's id. Linux has one such setting for the whole utility VM.";
            process_dump_type: String = "io.microsoft.wcow.processdumptype", Wcow, Words(&["mini", "full"]), [], "full",
                "How much of a process a dump holds.";
            process_dump_count: u32 = "io.microsoft.wcow.processdumpcount", Wcow, Range(1, MOST_COUNT), [], "10",
                "Number of dumps that are kept; after that the oldest gives way.";
            device_extensions: List = "io.microsoft.container.wcow.deviceextensions", Wcow, Any, [since(20_348)], "–",
                "Full paths of JSON files on the host, whose device extensions are added to the container's document.";
            gmsa_disable: bool = "io.microsoft.container.wcow.gmsa.disable", Windows, Any, [security], "false",
                "Refuses containers with a `windows.credentialSpec`.";
            host_process: String = "microsoft.com/hostprocess-container", Windows, Words(&["true", "false"]), [security], "false",
                "Makes it a HostProcess container: a job of the host, with the host's file system, network and devices. With `windows.hyperv` it is one of its utility VM.";
            host_process_inherit_user: String = "microsoft.com/hostprocess-inherit-user", HostProcess, Words(&["true", "false"]), [security], "false",
                "Processes run as the user who runs Silo, whatever `process.user` says. A pod's own setting goes before a container's.";
            host_process_rootfs_location: String = "microsoft.com/hostprocess-rootfs-location", HostProcess, Any, [], "`C:\\hpc`",
                "Where the container finds its root file system. Before build 19041 this is the folder above it, and the container's id comes after it. A pod's own setting goes before a container's.";
            disable_host_process: bool = "microsoft.com/disable-hostprocess-container", Windows, Any, [security], "false",
                "Refuses HostProcess containers.";
            test_registry_values: String = "io.microsoft.container.wcow.test-registry-annotation", Wcow, Form("registry values", registry::check_registry), [security internal], "–",
                "Values that are added to the container's registry: JSON as `io.microsoft.virtualmachine.wcow.additional-reg-keys` takes it, and the same keys are allowed.";
        }
    };
}
