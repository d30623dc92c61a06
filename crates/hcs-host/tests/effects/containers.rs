//! Containers of Windows: limits, dumps, devices and HostProcess containers; and limits of storage on Linux hosts.

use super::Base::{Job, Linux, LinuxHost, Process, Windows};
use super::Case;
use super::Shows::{At, Over, Refused, Says};
use super::case;

pub const CREDENTIALS: &str = r#"{"wanted":{"spec":{"windows":{"credentialSpec":"{\"CmsPlugins\":[\"ActiveDirectory\"],\"ActiveDirectoryConfig\":{\"GroupManagedServiceAccounts\":[{\"Name\":\"WebApp01\",\"Scope\":\"CONTOSO\"}]}}"}}}}"#;
const MEMORY: &str = r#"{"wanted":{"spec":{"windows":{"resources":{"memory":{"limit":536870912}}}}}}"#;
const COUNT: &str = r#"{"wanted":{"spec":{"windows":{"resources":{"cpu":{"count":1}}}}}}"#;
const MAXIMUM: &str = r#"{"wanted":{"spec":{"windows":{"resources":{"cpu":{"maximum":2000}}}}}}"#;
const SHARES: &str = r#"{"wanted":{"spec":{"windows":{"resources":{"cpu":{"shares":200}}}}}}"#;
const STORAGE: &str = r#"{"wanted":{"spec":{"windows":{"resources":{"storage":{"iops":5,"bps":6}}}}}}"#;
const DISKS: &str = r#"{"facts":{"disks":{"/layers/base":{"major":8,"minor":0},"/scratch":{"major":8,"minor":0}}}}"#;
const EXTENSION: &str =
    r#"{"facts":{"files":{"C:\\ext.json":"{\"device_category\":{\"name\":\"gpu\",\"interface_class\":[]}}"}}}"#;
const IN_MACHINE: &[(&str, &str)] = &[("microsoft.com/hostprocess-container", "true")];
const DUMPS: (&str, &str) = ("io.microsoft.container.processdumplocation", r"C:\dumps");
const BANDWIDTH: &str = "io.microsoft.container.storage.qos.bandwidthmaximum";
const IOPS: &str = "io.microsoft.container.storage.qos.iopsmaximum";

pub const CASES: &[Case] = &[
    case("io.microsoft.container.memory.sizeinmb", "256", Process, Over("/Container/Memory/SizeInMB", "256", "512"))
        .patch(MEMORY),
    case("io.microsoft.container.memory.sizeinmb", "256", Windows, Over("/limits/memoryMb", "256", "512"))
        .patch(MEMORY),
    case("io.microsoft.container.memory.sizeinmb", "256", Job, Says(r#""memoryBytes":268435456"#)).patch(MEMORY),
    case("io.microsoft.container.memory.sizeinmb", "256", Process, Says(r#""MemoryMaximumInMB":256"#)).on(14_393),
    case("io.microsoft.container.processor.count", "3", Process, Over("/Container/Processor/Count", "3", "1"))
        .patch(COUNT),
    case(
        "io.microsoft.container.processor.limit",
        "5000",
        Process,
        Over("/Container/Processor/Maximum", "5000", "2000"),
    )
    .patch(MAXIMUM),
    case("io.microsoft.container.processor.weight", "300", Process, Over("/Container/Processor/Weight", "300", "200"))
        .patch(SHARES),
    case(BANDWIDTH, "1000", Process, Over("/Container/Storage/QoS/BandwidthMaximum", "1000", "6")).patch(STORAGE),
    case(BANDWIDTH, "1000", LinuxHost, Says(r#""rate":1000"#)).patch(DISKS),
    case(IOPS, "2000", Process, Over("/Container/Storage/QoS/IopsMaximum", "2000", "5")).patch(STORAGE),
    case(IOPS, "2000", LinuxHost, Says(r#""rate":2000"#)).patch(DISKS),
    case(DUMPS.0, DUMPS.1, Process, Says(r#""Name":"DumpFolder","StringValue":"C:\dumps""#)),
    case(DUMPS.0, DUMPS.1, Windows, Says(r"ControlSet001\Services\WerSvc")),
    case(DUMPS.0, "/dumps/%e", Linux, Says("-core-dump-location /dumps/%e")),
    case("io.microsoft.wcow.processdumptype", "mini", Process, Says(r#""DWordValue":1,"#)).beside(&[DUMPS]),
    case("io.microsoft.wcow.processdumpcount", "3", Process, Says(r#""DWordValue":3,"#)).beside(&[DUMPS]),
    case("io.microsoft.container.wcow.deviceextensions", r"C:\ext.json", Process, Says("device_category"))
        .patch(EXTENSION),
    case("io.microsoft.container.wcow.gmsa.disable", "true", Process, Refused("windows.credentialSpec is forbidden"))
        .patch(CREDENTIALS),
    case("microsoft.com/hostprocess-container", "true", Process, At("/kind", r#""host-process""#)),
    case("microsoft.com/hostprocess-container", "true", Windows, Says("cmd /c run")),
    case("microsoft.com/hostprocess-inherit-user", "true", Job, Says("open-own-token")),
    case("microsoft.com/hostprocess-inherit-user", "true", Windows, At("/User", r#""NT AUTHORITY\\SYSTEM""#))
        .beside(IN_MACHINE)
        .patch(r#"{"wanted":{"spec":{"process":{"user":{"username":"group"}}}}}"#),
    case("microsoft.com/hostprocess-rootfs-location", r"C:\root", Job, Says(r#""path":"C:\root""#)),
    case(
        "microsoft.com/hostprocess-rootfs-location",
        r"C:\root",
        Windows,
        At("/Container/Storage/PrivilegedContainerRootPath", r#""C:\\root""#),
    )
    .beside(IN_MACHINE),
    case("microsoft.com/disable-hostprocess-container", "true", Job, Refused("exclude each other")),
    case(
        "io.microsoft.container.wcow.test-registry-annotation",
        r#"[{"Key":{"Hive":"Software","Name":"Own"},"Name":"mine","Type":"DWord","DWordValue":1}]"#,
        Process,
        Says(r#""Name":"mine""#),
    ),
];
