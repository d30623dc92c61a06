//! Utility VMs: their size, their memory, and what they share with the host.

use super::Base::{Linux, Windows};
use super::Case;
use super::Shows::{At, Lacks, Over, Refused, Says};
use super::case;

macro_rules! vm {
    ($name:literal) => {
        concat!("io.microsoft.virtualmachine.", $name)
    };
}

macro_rules! topology {
    ($name:literal) => {
        concat!("io.microsoft.virtualmachine.computetopology.", $name)
    };
}

pub const LINUX_MOUNT: &str = r#"{"wanted":{"spec":{"mounts":[{"source":"C:\\data","destination":"/data","type":"bind","options":["rbind","rw"]}]}}}"#;
const MOUNT: &str = r#"{"wanted":{"spec":{"mounts":[{"source":"C:\\data","destination":"C:\\data"}]}}}"#;
const SANDBOX: &[(&str, &str)] =
    &[("io.kubernetes.cri.container-type", "sandbox"), ("io.kubernetes.cri.sandbox-id", "web")];
const COUNT: &str =
    r#"{"wanted":{"spec":{"windows":{"network":{"networkNamespace":"ns-1"},"resources":{"cpu":{"count":3}}}}}}"#;
const SHARES: &str =
    r#"{"wanted":{"spec":{"windows":{"network":{"networkNamespace":"ns-1"},"resources":{"cpu":{"shares":200}}}}}}"#;
const MEMORY: &str = r#"{"wanted":{"spec":{"windows":{"network":{"networkNamespace":"ns-1"},"resources":{"memory":{"limit":2147483648}}}}}}"#;
const STORAGE: &str = r#"{"wanted":{"spec":{"windows":{"network":{"networkNamespace":"ns-1"},"resources":{"storage":{"iops":5,"bps":6}}}}}}"#;

const GUID: &str = "a4bb1f8e-0000-4000-8000-000000000001";
const PHYSICAL: (&str, &str) = (vm!("fullyphysicallybacked"), "true");
const PROCESSORS_MAX: (&str, &str) = (topology!("processor.numa.max-processors-per-node"), "2");
const SIZE_MAX: (&str, &str) = (topology!("processor.numa.max-size-per-node"), "512");
const MAPPED: (&str, &str) = (topology!("numa.mapped-physical-nodes"), "0,1");
const NODE_PROCESSORS: (&str, &str) = (topology!("numa.count-of-processors"), "1,1");
const NODE_MEMORY: (&str, &str) = (topology!("numa.count-of-memory-blocks"), "256,768");
/// `{"LogConfig":{"sources":[{"providers":[{"level":"Error","providerName":"Own.Provider"}],"type":"ETW"}]}}`
const SOURCES: &str = "eyJMb2dDb25maWciOnsic291cmNlcyI6W3sicHJvdmlkZXJzIjpbeyJsZXZlbCI6IkVycm9yIiwicHJvdmlkZXJOYW1lIjoiT3duLlByb3ZpZGVyIn1dLCJ0eXBlIjoiRVRXIn1dfX0=";

pub const CASES: &[Case] = &[
    case(vm!("bootfilesrootpath"), r"C:\boot", Linux, Says(r#""KernelFilePath":"C:\boot\kernel""#)),
    case(vm!("dump-directory-path"), r"C:\crash", Windows, Says(r"C:\crash\web@vm-savedstate.vmrs")),
    case(vm!("kerneldrivers"), r"C:\drivers", Windows, Says("pnputil.exe")),
    case(vm!("kerneldrivers"), r"C:\drivers.vhd", Linux, Says("/bin/install-drivers")),
    case(vm!("fileshares.disablewritable"), "true", Windows, Refused("forbids writable")).patch(MOUNT),
    case(vm!("fileshares.disablewritable"), "true", Linux, Refused("forbids writable")).patch(LINUX_MOUNT),
    case(vm!("wcow.virtualSMB.nodirectmap"), "true", Windows, Says(r#""NoDirectmap":true"#)),
    case(topology!("processor.count"), "4", Windows, Over("/VirtualMachine/ComputeTopology/Processor/Count", "4", "3"))
        .beside(SANDBOX)
        .patch(COUNT),
    case(topology!("processor.limit"), "50000", Linux, At("/VirtualMachine/ComputeTopology/Processor/Limit", "50000")),
    case(
        topology!("processor.weight"),
        "300",
        Windows,
        Over("/VirtualMachine/ComputeTopology/Processor/Weight", "300", "200"),
    )
    .beside(SANDBOX)
    .patch(SHARES),
    case(vm!("cpugroup.id"), GUID, Linux, Says(r#""CpuGroup":{"Id":"a4bb1f8e-0000-4000-8000-000000000001"}"#)),
    case(vm!("resource-partition-id"), GUID, Linux, Says(r#""ResourcePartitionId":"a4bb1f8e-"#)),
    case(
        topology!("memory.sizeinmb"),
        "4096",
        Windows,
        Over("/VirtualMachine/ComputeTopology/Memory/SizeInMB", "4096", "2048"),
    )
    .beside(SANDBOX)
    .patch(MEMORY),
    case(topology!("memory.allowovercommit"), "false", Linux, Lacks(r#""AllowOvercommit":true"#)),
    case(topology!("memory.enabledeferredcommit"), "true", Linux, Says(r#""EnableDeferredCommit":true"#)),
    case(topology!("memory.enablecolddiscardhint"), "true", Linux, Says(r#""EnableColdDiscardHint":true"#)),
    case(topology!("memory.lowmmiogapinmb"), "64", Linux, Says(r#""LowMmioGapInMB":64"#)),
    case(topology!("memory.highmmiobaseinmb"), "65536", Linux, Says(r#""HighMmioBaseInMB":65536"#)),
    case(topology!("memory.highmmiogapinmb"), "128", Linux, Says(r#""HighMmioGapInMB":128"#)),
    case(PHYSICAL.0, PHYSICAL.1, Linux, Lacks(r#""AllowOvercommit":true"#)),
    case(PHYSICAL.0, PHYSICAL.1, Linux, Lacks("VirtualPMem")),
    case(PHYSICAL.0, PHYSICAL.1, Windows, Says(r#""NoDirectmap":true"#)),
    case(PROCESSORS_MAX.0, PROCESSORS_MAX.1, Linux, Says(r#""count_per_node":{"max":2}"#))
        .beside(&[PHYSICAL, SIZE_MAX]),
    case(SIZE_MAX.0, SIZE_MAX.1, Linux, Says(r#""MaxSizePerNode":512"#)).beside(&[PHYSICAL, PROCESSORS_MAX]),
    case(topology!("numa.preferred-physical-nodes"), "0,1", Linux, Says(r#""PreferredPhysicalNodes":[0,1]"#))
        .beside(&[PHYSICAL, PROCESSORS_MAX, SIZE_MAX]),
    case(MAPPED.0, MAPPED.1, Linux, Says(r#""PhysicalNodeNumber":1"#)).beside(&[
        PHYSICAL,
        NODE_PROCESSORS,
        NODE_MEMORY,
    ]),
    case(NODE_PROCESSORS.0, NODE_PROCESSORS.1, Linux, Says(r#""CountOfProcessors":1"#)).beside(&[
        PHYSICAL,
        MAPPED,
        NODE_MEMORY,
    ]),
    case(NODE_MEMORY.0, NODE_MEMORY.1, Linux, Says(r#""CountOfMemoryBlocks":768"#)).beside(&[
        PHYSICAL,
        MAPPED,
        NODE_PROCESSORS,
    ]),
    case(
        vm!("storageqos.bandwidthmaximum"),
        "1000",
        Windows,
        Over("/VirtualMachine/StorageQoS/BandwidthMaximum", "1000", "6"),
    )
    .beside(SANDBOX)
    .patch(STORAGE),
    case(vm!("storageqos.iopsmaximum"), "2000", Windows, Over("/VirtualMachine/StorageQoS/IopsMaximum", "2000", "5"))
        .beside(SANDBOX)
        .patch(STORAGE),
    case(vm!("disablecompartmentnamespace"), "true", Windows, Lacks("EnableCompartmentNamespace")),
    case(vm!("wcow.timezone.noinherit"), "true", Windows, Says("Coordinated Universal Time")),
    case(vm!("forwardlogs.sources"), SOURCES, Windows, Says(SOURCES))
        .beside(&[(vm!("forwardlogs.defaultsources.enable"), "false")]),
    case(vm!("forwardlogs.enable"), "false", Windows, Lacks("LogForwardService")),
    case(vm!("forwardlogs.defaultsources.enable"), "false", Windows, Says("eyJMb2dDb25maWciOnsic291cmNlcyI6W119fQ==")),
    case("io.microsoft.network.ncproxy", "proxy", Linux, Refused("networks by proxy are not supported")),
    case(
        "io.microsoft.network.ncproxy.containerid",
        "own",
        Linux,
        Says("has no effect without annotation io.microsoft.network.ncproxy"),
    ),
    case(vm!("console.pipe"), r"\\.\pipe\com1", Linux, Says("console=ttyS0,115200")),
    case(vm!("console.pipe"), r"\\.\pipe\com1", Windows, Says("NamedPipe")),
    case(
        vm!("wcow.additional-reg-keys"),
        r#"[{"Key":{"Hive":"Software","Name":"Own"},"Name":"mine","Type":"DWord","DWordValue":1}]"#,
        Windows,
        Says(r#""Name":"mine""#),
    ),
    case(
        vm!("hv-socket.service-table.a4bb1f8e-0000-4000-8000-000000000001"),
        r#"{"AllowWildcardBinds":true}"#,
        Linux,
        Says(r#""a4bb1f8e-0000-4000-8000-000000000001":{"AllowWildcardBinds":true}"#),
    ),
];
