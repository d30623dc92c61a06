//! `features`: what this runtime can do, in the form of the OCI specification.

use anyhow::Result;
use hcs_engine::plan::linux::support::{caps, seccomp};
use serde_json::{Value, json};

/// Architectures whose system calls filters know.
const ARCHITECTURES: [&str; 6] =
    ["SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM", "SCMP_ARCH_RISCV64", "SCMP_ARCH_X32", "SCMP_ARCH_X86", "SCMP_ARCH_X86_64"];

/// Attributes of mounts; with `r` before the word they are those of a whole tree.
const ATTRIBUTES: [&str; 18] = [
    "atime",
    "dev",
    "diratime",
    "exec",
    "noatime",
    "nodev",
    "nodiratime",
    "noexec",
    "norelatime",
    "nostrictatime",
    "nosuid",
    "nosymfollow",
    "relatime",
    "ro",
    "rw",
    "strictatime",
    "suid",
    "symfollow",
];

/// What else can be said of mounts.
const OPTIONS: [&str; 31] = [
    "async",
    "bind",
    "defaults",
    "dest-nofollow",
    "dirsync",
    "idmap",
    "lazytime",
    "loud",
    "mand",
    "noiversion",
    "nolazytime",
    "nomand",
    "private",
    "rbind",
    "remount",
    "ridmap",
    "rprivate",
    "rshared",
    "rslave",
    "runbindable",
    "shared",
    "silent",
    "slave",
    "src-nofollow",
    "sync",
    "tmpcopyup",
    "unbindable",
    "auto",
    "noauto",
    "nofail",
    "_netdev",
];

pub fn features() -> Result<i32> {
    super::print(&format!("{:#}\n", describe()))?;
    Ok(0)
}

fn describe() -> Value {
    let trees = ATTRIBUTES.iter().map(|attribute| format!("r{attribute}"));
    let mut options: Vec<String> =
        ATTRIBUTES.iter().chain(&OPTIONS).map(|option| (*option).to_owned()).chain(trees).collect();
    options.sort_unstable();
    json!({
        "ociVersionMin": "1.0.0",
        "ociVersionMax": "1.2.0",
        "hooks": ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"],
        "mountOptions": options,
        "linux": {
            "namespaces": ["cgroup", "ipc", "mount", "network", "pid", "time", "user", "uts"],
            "capabilities": caps::NAMES.as_slice(),
            "cgroup": {"v1": true, "v2": true, "systemd": false, "systemdUser": false, "rdma": true},
            "seccomp": {
                "enabled": true,
                "actions": seccomp::actions(),
                "operators": seccomp::operators(),
                "archs": ARCHITECTURES,
            },
            "apparmor": {"enabled": true},
            "selinux": {"enabled": true},
            "intelRdt": {"enabled": false},
            "mountExtensions": {"idmap": {"enabled": true}},
        },
    })
}
