//! The container that everyone runs: busybox in an empty root, and the OCI bundles around it.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Where Debian's busybox-static and others put a busybox that needs no libraries.
const BUSYBOX: &[&str] = &["/bin/busybox", "/usr/bin/busybox", "/bin/busybox.static"];
/// Programs that the scenarios run.
const APPLETS: &[&str] = &["sh", "sleep", "true"];
/// Folders that runtimes mount on or look for; without `usr`, systemd-nspawn says that this is no system.
const FOLDERS: &[&str] = &["bin", "dev", "etc", "proc", "run", "sys", "tmp", "usr"];

/// Where the folder is made: in memory, as `/run` is on machines with systemd, so that nobody waits for this one's disk.
fn memory() -> PathBuf {
    let shared = PathBuf::from("/dev/shm");
    if shared.is_dir() { shared } else { std::env::temp_dir() }
}

/// A folder that holds everything of one benchmark run and is removed with it.
#[derive(Debug)]
pub struct Workshop {
    folder: tempfile::TempDir,
}

impl Workshop {
    /// Makes the folder and the root file system in it.
    pub fn new() -> Result<Self> {
        let folder =
            tempfile::Builder::new().prefix("silo-bench-").tempdir_in(memory()).context("cannot make a folder")?;
        let workshop = Self { folder };
        workshop.fill_root().context("cannot make the root file system")?;
        Ok(workshop)
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The root file system.
    pub fn root(&self) -> PathBuf {
        self.path().join("rootfs")
    }

    fn fill_root(&self) -> Result<()> {
        let root = self.root();
        for folder in FOLDERS {
            std::fs::create_dir_all(root.join(folder))?;
        }
        let Some(busybox) = BUSYBOX.iter().find(|path| Path::new(path).is_file()) else {
            bail!("there is no busybox: install busybox-static");
        };
        let first = root.join("bin/busybox");
        std::fs::copy(busybox, &first)?;
        for applet in APPLETS {
            std::fs::hard_link(&first, root.join("bin").join(applet))?;
        }
        Ok(())
    }

    /// Makes an OCI bundle that runs a command on the root.
    pub fn bundle(&self, name: &str, command: &[&str]) -> Result<PathBuf> {
        let bundle = self.path().join(name);
        std::fs::create_dir_all(&bundle)?;
        let config = config(&self.root(), command);
        std::fs::write(bundle.join("config.json"), config.to_string()).context("cannot write config.json")?;
        Ok(bundle)
    }
}

/// What `runc spec` writes, without a terminal and without the mount of control groups.
fn config(root: &Path, command: &[&str]) -> Value {
    let capabilities = ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"];
    let namespaces = ["pid", "network", "ipc", "uts", "mount"].map(|kind| json!({ "type": kind }));
    json!({
        "ociVersion": "1.0.2",
        "process": {
            "terminal": false,
            "user": { "uid": 0, "gid": 0 },
            "args": command,
            "env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
            "cwd": "/",
            "capabilities": { "bounding": capabilities, "effective": capabilities, "permitted": capabilities },
            "rlimits": [{ "type": "RLIMIT_NOFILE", "hard": 1024, "soft": 1024 }],
            "noNewPrivileges": true,
        },
        "root": { "path": root },
        "hostname": "bench",
        "mounts": mounts(),
        "linux": {
            "resources": { "devices": [{ "allow": false, "access": "rwm" }] },
            "namespaces": namespaces,
            "maskedPaths": ["/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/timer_list", "/sys/firmware"],
            "readonlyPaths": ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"],
        },
    })
}

fn mounts() -> Value {
    let mount = |at: &str, kind: &str, options: &str| {
        let options: Vec<&str> = options.split_terminator(',').collect();
        json!({ "destination": at, "type": kind, "source": kind, "options": options })
    };
    json!([
        mount("/proc", "proc", ""),
        mount("/dev", "tmpfs", "nosuid,strictatime,mode=755,size=65536k"),
        mount("/dev/pts", "devpts", "nosuid,noexec,newinstance,ptmxmode=0666,mode=0620,gid=5"),
        mount("/dev/shm", "tmpfs", "nosuid,noexec,nodev,mode=1777,size=65536k"),
        mount("/dev/mqueue", "mqueue", "nosuid,noexec,nodev"),
        mount("/sys", "sysfs", "nosuid,noexec,nodev,ro"),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_runs_its_command_on_the_root() {
        let config = config(Path::new("/r"), &["/bin/sleep", "9"]);
        assert_eq!(config["process"]["args"], json!(["/bin/sleep", "9"]));
        assert_eq!(config["root"]["path"], "/r");
        assert_eq!(config["mounts"][0]["options"], json!([]));
    }
}
