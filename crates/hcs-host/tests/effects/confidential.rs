//! Utility VMs that keep secrets from their host: those of Linux are made, those of Windows are refused.

use super::Base::{Linux, Process, Windows};
use super::Case;
use super::Shows::{At, Forwarded, Lacks, Refused, Says};
use super::case;

macro_rules! lcow {
    ($name:literal) => {
        concat!("io.microsoft.virtualmachine.lcow.", $name)
    };
}

macro_rules! wcow {
    ($name:literal) => {
        concat!("io.microsoft.virtualmachine.wcow.", $name)
    };
}

const POLICY: &[(&str, &str)] = &[(lcow!("securitypolicy"), "cGFja2FnZSBwb2xpY3k=")];
const SCSI: (&str, &str) = ("io.microsoft.virtualmachine.devices.virtualpmem.maximumcount", "0");
const VERITY: (&str, &str) = (lcow!("dmverity-create-args"), "root,,,ro,0 8 verity");
const ENVELOPE: &str = "io.microsoft.virtualmachine.uvm-hash-envelope-reference-info-file";
const NO_HARDWARE: &str = "io.microsoft.virtualmachine.no_security_hardware";
const WINDOWS: &str = "confidential utility VMs that run Windows";
const NEEDS: &str = "has no effect without a security policy";

pub const CASES: &[Case] = &[
    case("io.microsoft.virtualmachine.storage.scratch.encrypted", "true", Linux, Says(r#""Encrypted":true"#)),
    case(NO_HARDWARE, "true", Linux, Lacks("SecureNestedPaging")).beside(POLICY),
    case(NO_HARDWARE, "true", Linux, Says(NEEDS)),
    case(NO_HARDWARE, "true", Windows, Says(NEEDS)),
    case(POLICY[0].0, POLICY[0].1, Linux, At("/Settings/EncodedSecurityPolicy", r#""cGFja2FnZSBwb2xpY3k=""#)),
    case(lcow!("enforcer"), "open_door", Linux, At("/Settings/EnforcerType", r#""open_door""#)).beside(POLICY),
    case(lcow!("enforcer"), "rego", Linux, Says(NEEDS)),
    case(lcow!("securitypolicy.env"), "false", Linux, Forwarded).beside(POLICY),
    case(lcow!("uvm-reference-info-file"), "own.cose", Linux, Says(r"Linux Containers\own.cose")).beside(POLICY),
    case(lcow!("uvm-reference-info-file"), "own.cose", Linux, Says(NEEDS)),
    case(lcow!("gueststatefile"), "own.vmgs", Linux, Says(r"Linux Containers\own.vmgs")).beside(POLICY),
    case(lcow!("hcl-enabled"), "true", Linux, At("/VirtualMachine/SecuritySettings/Isolation/HclEnabled", "true"))
        .beside(POLICY),
    case(lcow!("amd-certificate"), "own.crt", Linux, Forwarded).beside(POLICY),
    case(VERITY.0, VERITY.1, Linux, Says(r#"dm-mod.create="root,,,ro,0 8 verity""#))
        .beside(&[SCSI, (lcow!("dmverity-mode"), "true")]),
    case(lcow!("dmverity-mode"), "true", Linux, Says(r#"dm-mod.create="root,,,ro,0 8 verity""#))
        .beside(&[SCSI, VERITY]),
    case(lcow!("dmverity-rootfs-vhd"), "own.vhd", Linux, Says(r"Linux Containers\own.vhd")).beside(POLICY),
    case(ENVELOPE, "hash.cose", Linux, Says(r"Linux Containers\hash.cose")).beside(POLICY),
    case(ENVELOPE, "hash.cose", Linux, Says(NEEDS)),
    case(ENVELOPE, "hash.cose", Windows, Says(NEEDS)),
    case(wcow!("securitypolicy"), "cGFja2FnZSBwb2xpY3k=", Windows, Refused(WINDOWS)),
    case(wcow!("enforcer"), "rego", Windows, Refused(WINDOWS)),
    case(wcow!("securitypolicy.env"), "true", Windows, Says(NEEDS)),
    case(wcow!("securitypolicy.env"), "true", Process, Says("has no effect on process isolation")),
    case(wcow!("uvm-reference-info-file"), "own.cose", Windows, Refused(WINDOWS)),
    case(wcow!("gueststatefile"), "own.vmgs", Windows, Refused(WINDOWS)),
    case(wcow!("amd-certificate"), "own.crt", Windows, Refused(WINDOWS)),
    case(wcow!("amd-certificate"), "own.crt", Process, Says("has no effect on process isolation")),
    case(wcow!("isolation_type"), "VBS", Windows, Refused(WINDOWS)),
    case(wcow!("no_secure_boot"), "true", Windows, Refused(WINDOWS)),
    case(wcow!("writable_efi"), "true", Windows, Refused(WINDOWS)),
    case("io.microsoft.wcow.debug", "true", Windows, Refused("needs io.microsoft.virtualmachine.wcow.securitypolicy")),
    case("io.microsoft.wcow.debug_data_path", r"C:\debug", Windows, Refused(WINDOWS)),
];
