//! Linux containers in utility VMs, and what their machines boot.

use super::Base::{Linux, Windows};
use super::Case;
use super::Shows::{At, Forwarded, Lacks, Refused, Says};
use super::case;

macro_rules! lcow {
    ($name:literal) => {
        concat!("io.microsoft.virtualmachine.lcow.", $name)
    };
}

const GPU: &str = r#"{"wanted":{"spec":{"windows":{"devices":[{"id":"PCIP\\VEN_10DE","idType":"gpu"}]}}}}"#;
const INITRD: &str = r#"{"facts":{"linuxBoot":{"rootfsVhd":false}}}"#;
const NETWORK: &str = r#"{"wanted":{"spec":{"windows":{"network":{"networkNamespace":"ns-1"}}}}}"#;
const SECCOMP: &str = r#"{"wanted":{"spec":{"linux":{"seccomp":{"defaultAction":"SCMP_ACT_ALLOW"}}}}}"#;

pub const CASES: &[Case] = &[
    case("io.microsoft.lcow.rlimitcore", "0;4096", Linux, Says(r#"{"hard":4096,"soft":0,"type":"RLIMIT_CORE"}"#)),
    case("io.microsoft.lcow.shm.size-kb", "128", Linux, Says("size=128k")),
    case(lcow!("privileged"), "true", Linux, Lacks("SCMP_ACT_ALLOW")).patch(SECCOMP),
    case(lcow!("hostnetwork"), "true", Linux, Says("the network of the utility VM itself")),
    case("io.microsoft.container.lcow.tee-log-path", "app/out.log", Linux, Forwarded),
    case("io.microsoft.container.lcow.tee-log-dir-mount", "/logs", Linux, Forwarded),
    case("io.microsoft.container.gpu.capabilities", "compute", Linux, Forwarded).patch(GPU),
    case(
        "io.microsoft.lcow.gpuvhdpath",
        r"C:\gpu.vhd",
        Linux,
        Says("annotation io.microsoft.lcow.gpuvhdpath has no effect"),
    ),
    case(lcow!("timesync.disable"), "true", Linux, Says("-disable-time-sync")),
    case(lcow!("kernelbootoptions"), "loglevel=7", Linux, Says("quiet loglevel=7")),
    case(lcow!("kerneldirectboot"), "false", Linux, Says(r#""DevicePath":"\kernel""#)),
    case(lcow!("preferredrootfstype"), "initrd", Linux, Says("initrd.img")),
    case(lcow!("vpcienabled"), "true", Linux, Lacks("pci=off")),
    case("io.microsoft.virtualmachine.devices.virtualpmem.maximumcount", "0", Linux, Says("root=/dev/sda")),
    case(
        "io.microsoft.virtualmachine.devices.virtualpmem.maximumcount",
        "7",
        Linux,
        At("/VirtualMachine/Devices/VirtualPMem/MaximumCount", "7"),
    ),
    case(
        "io.microsoft.virtualmachine.devices.virtualpmem.maximumsizebytes",
        "8192",
        Linux,
        At("/VirtualMachine/Devices/VirtualPMem/MaximumSizeBytes", "8192"),
    ),
    case(lcow!("vpmem.nomultimapping"), "true", Linux, Lacks("/Mappings/"))
        .patch(r#"{"facts":{"sizes":{"C:\\layers\\app\\layer.vhd":10485760,"C:\\layers\\base\\layer.vhd":62914560}}}"#),
    case("io.microsoft.migration.support-enabled", "true", Linux, Refused("moving utility VMs to other hosts")),
    case("io.microsoft.migration.source-container-id", "old", Linux, Refused("moving utility VMs to other hosts")),
    case(lcow!("extra-vsock-ports"), "16", Linux, Says("00000010-facb-11e6-bd58-64006a7986d3")),
    case(lcow!("writable-overlay-directories"), "true", Linux, Says("-e 1 -w ")),
    case(lcow!("writable-overlay-directories"), "true", Linux, Says("has no effect: the guest's root is in memory"))
        .patch(INITRD),
    case(lcow!("network.policybasedrouting"), "true", Linux, Says("policy-routing")).patch(NETWORK),
    case(lcow!("extra-exec-command-args"), "-own words", Linux, Says("-loglevel info -own words")),
    case("io.microsoft.virtualmachine.lcow.hostnetwork", "true", Windows, Says("hostnetwork has no effect on Windows")),
];
