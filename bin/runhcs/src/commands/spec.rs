//! `spec`: a specification to begin with, the same as runc's.

use crate::cli::SpecArgs;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;

pub fn spec(args: &SpecArgs) -> Result<i32> {
    let folder = args.bundle.as_deref().unwrap_or(Path::new("."));
    let path = folder.join("config.json");
    let mut spec = template();
    if args.rootless {
        for_anybody(&mut spec, &hcs_engine::Engine::to_plan(None)?.facts()?);
    }
    let file = OpenOptions::new().write(true).create_new(true).open(&path);
    let mut file = match file {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            bail!("file {} exists; remove it first", path.display())
        }
        file => file.with_context(|| format!("make {}", path.display()))?,
    };
    file.write_all(format!("{spec:#}\n").as_bytes()).with_context(|| format!("write {}", path.display()))?;
    Ok(0)
}

fn template() -> Value {
    let capabilities = ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"];
    let mount = |destination: &str, kind: &str, source: &str, options: &[&str]| {
        let mut mount = json!({"destination": destination, "type": kind, "source": source});
        if !options.is_empty() {
            mount["options"] = json!(options);
        }
        mount
    };
    json!({
        "ociVersion": "1.0.2",
        "process": {
            "terminal": true,
            "user": {"uid": 0, "gid": 0},
            "args": ["sh"],
            "env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"],
            "cwd": "/",
            "capabilities": {"bounding": capabilities, "effective": capabilities, "permitted": capabilities},
            "rlimits": [{"type": "RLIMIT_NOFILE", "hard": 1024, "soft": 1024}],
            "noNewPrivileges": true,
        },
        "root": {"path": "rootfs", "readonly": true},
        "hostname": "runhcs",
        "mounts": [
            mount("/proc", "proc", "proc", &[]),
            mount("/dev", "tmpfs", "tmpfs", &["nosuid", "strictatime", "mode=755", "size=65536k"]),
            mount("/dev/pts", "devpts", "devpts",
                  &["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]),
            mount("/dev/shm", "tmpfs", "shm", &["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"]),
            mount("/dev/mqueue", "mqueue", "mqueue", &["nosuid", "noexec", "nodev"]),
            mount("/sys", "sysfs", "sysfs", &["nosuid", "noexec", "nodev", "ro"]),
            mount("/sys/fs/cgroup", "cgroup", "cgroup", &["nosuid", "noexec", "nodev", "relatime", "ro"]),
        ],
        "linux": {
            "resources": {"devices": [{"allow": false, "access": "rwm"}]},
            "namespaces": [
                {"type": "pid"}, {"type": "network"}, {"type": "ipc"}, {"type": "uts"}, {"type": "mount"}, {"type": "cgroup"},
            ],
            "maskedPaths": [
                "/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list",
                "/proc/timer_stats", "/proc/sched_debug", "/sys/firmware", "/proc/scsi",
            ],
            "readonlyPaths": ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"],
        },
    })
}

/// Gives the container a user namespace with the ids that the caller may map, and takes away what needs more.
fn for_anybody(spec: &mut Value, facts: &hcs_engine::Facts) {
    let maps = |ranges: &[hcs_engine::IdRange], own: u32| -> Value {
        let map = |range: &hcs_engine::IdRange| json!({"containerID": range.inside, "hostID": range.outside, "size": range.count});
        match ranges {
            [] => json!([{"containerID": 0, "hostID": own, "size": 1}]),
            ranges => ranges.iter().map(map).collect(),
        }
    };
    let linux = &mut spec["linux"];
    linux["uidMappings"] = maps(&facts.uid_mappings, facts.uid);
    linux["gidMappings"] = maps(&facts.gid_mappings, facts.gid);
    if let Some(linux) = linux.as_object_mut() {
        linux.remove("resources");
    }
    if let Some(namespaces) = linux["namespaces"].as_array_mut() {
        namespaces.insert(0, json!({"type": "user"}));
    }
    for mount in spec["mounts"].as_array_mut().into_iter().flatten() {
        if mount["destination"] == "/dev/pts"
            && facts.gid_mappings.len() < 2
            && let Some(options) = mount["options"].as_array_mut()
        {
            options.retain(|option| option != "gid=5");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hcs_schema::oci::Spec;

    #[test]
    fn the_template_is_a_specification() {
        let spec: Spec = serde_json::from_value(template()).unwrap();
        assert!(hcs_engine::plan::linux::support::validate(&spec).is_ok());
        let mut own = template();
        for_anybody(&mut own, &hcs_engine::Facts { uid: 7, gid: 8, ..hcs_engine::Facts::default() });
        assert_eq!(own["linux"]["uidMappings"], json!([{"containerID": 0, "hostID": 7, "size": 1}]));
        assert!(!own["mounts"][2].to_string().contains("gid=5"));
    }
}
