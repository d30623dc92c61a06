//! Tests of the root filesystem, with real mounts.
//!
//! Each runs in a thread with a mount namespace of its own, so nothing is left behind and tests do not meet. They need
//! root, and say so instead of being skipped.

mod escapes;
pub mod moments;
mod mounting;
mod options;
mod overtaken;
mod races;
mod resolving;
mod roots;
mod users;
mod volume;

use super::*;
use crate::cgroup::Hierarchy;
use crate::sys::mount::unshare;
use hcs_schema::oci::{Linux, Mount};
use rustix::mount::mount_change;
use rustix::thread::UnshareFlags;
use std::fs;
use tempfile::TempDir;

/// Panics with the reason when a test cannot run.
pub fn require_root() {
    assert!(rustix::process::geteuid().is_root(), "this test makes mounts: run it as root");
}

/// Runs a test in a thread with a private mount namespace.
pub fn isolated(test: impl FnOnce() + Send + 'static) {
    require_root();
    let thread = std::thread::spawn(|| {
        unshare(UnshareFlags::NEWNS | UnshareFlags::FS).expect("a mount namespace");
        mount_change("/", Propagation::PRIVATE | Propagation::REC).expect("a private tree");
        test();
    });
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}

/// A bundle whose root holds a few folders and files.
pub struct Bundle {
    pub folder: TempDir,
    pub document: LinuxContainer,
    pub layout: Layout,
}

impl Bundle {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["etc", "usr/bin", "tmp", "var", "dev", "proc", "sys"] {
            fs::create_dir_all(folder.path().join("rootfs").join(name)).expect("a folder of the root");
        }
        fs::write(folder.path().join("rootfs/etc/os-release"), "ID=test\n").expect("a file of the root");
        let mut document = LinuxContainer { oci_bundle_path: text(folder.path()), ..LinuxContainer::default() };
        document.oci_specification.root = Some(hcs_schema::oci::Root { path: "rootfs".into(), ..Default::default() });
        document.oci_specification.linux = Some(Linux::default());
        Bundle { folder, document, layout: layout() }
    }

    /// With the mounts, masks and read-only paths that engines ask for.
    pub fn usual() -> Self {
        let mut bundle = Bundle::new();
        bundle.spec().mounts = usual_mounts();
        bundle.linux().masked_paths = MASKED.map(String::from).to_vec();
        bundle.linux().readonly_paths = READ_ONLY.map(String::from).to_vec();
        bundle
    }

    pub fn spec(&mut self) -> &mut Spec {
        &mut self.document.oci_specification
    }

    pub fn linux(&mut self) -> &mut Linux {
        self.spec().linux.as_mut().expect("a Linux section")
    }

    /// A path below the root's folder, on the host.
    pub fn host(&self, path: &str) -> PathBuf {
        self.folder.path().join("rootfs").join(path)
    }

    pub fn plan(&self) -> RootPlan<'_> {
        RootPlan {
            document: &self.document,
            has_user_namespace: false,
            rootless: false,
            layout: &self.layout,
            has_cgroup_namespace: false,
            prepared: Vec::new(),
        }
    }

    pub fn assemble(&self) -> Result<Root, Failure> {
        set_propagation(&self.document.oci_specification)?;
        assemble(&self.plan())
    }

    /// All steps.
    pub fn enter(&self) -> Result<Root, Failure> {
        let root = self.assemble()?;
        seal(&root, &self.document.oci_specification)?;
        pivot(&root)?;
        Ok(root)
    }
}

pub fn text(path: &Path) -> String {
    path.to_str().expect("a path in UTF-8").to_owned()
}

pub fn mount(kind: &str, source: &str, destination: &str, options: &[&str]) -> Mount {
    Mount {
        kind: Some(kind.into()),
        source: Some(source.into()),
        destination: destination.into(),
        options: options.iter().map(|option| (*option).to_owned()).collect(),
        ..Mount::default()
    }
}

pub fn usual_mounts() -> Vec<Mount> {
    vec![
        mount("proc", "proc", "/proc", &["nosuid", "noexec", "nodev"]),
        mount("tmpfs", "tmpfs", "/dev", &["nosuid", "strictatime", "mode=755", "size=65536k"]),
        mount(
            "devpts",
            "devpts",
            "/dev/pts",
            &["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"],
        ),
        mount("sysfs", "sysfs", "/sys", &["nosuid", "noexec", "nodev", "ro"]),
        mount("cgroup", "cgroup", "/sys/fs/cgroup", &["nosuid", "noexec", "nodev", "relatime", "ro"]),
        mount("mqueue", "mqueue", "/dev/mqueue", &["nosuid", "noexec", "nodev"]),
        mount("tmpfs", "shm", "/dev/shm", &["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"]),
    ]
}

pub const MASKED: [&str; 9] = [
    "/proc/asound",
    "/proc/acpi",
    "/proc/kcore",
    "/proc/interrupts",
    "/proc/latency_stats",
    "/proc/timer_list",
    "/proc/sched_debug",
    "/proc/tty",
    "/sys/firmware",
];

pub const READ_ONLY: [&str; 5] = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

/// The control groups of the machine that runs the test, read in the plainest way.
fn layout() -> Layout {
    let text = fs::read_to_string("/proc/thread-self/mountinfo").expect("mountinfo");
    let hierarchies = text.lines().filter_map(|line| {
        let (front, back) = line.split_once(" - ")?;
        let mountpoint = PathBuf::from(front.split(' ').nth(4)?);
        let mut back = back.split(' ');
        let (kind, options) = (back.next()?, back.nth(1)?);
        let known =
            |name: &&str| !matches!(*name, "rw" | "ro" | "xattr" | "clone_children") && !name.starts_with("release");
        let controllers = match kind {
            "cgroup" => options.split(',').filter(known).map(String::from).collect(),
            "cgroup2" => Vec::new(),
            _ => return None,
        };
        Some(Hierarchy { mountpoint, controllers, v2: kind == "cgroup2", own: "/".into() })
    });
    Layout { hierarchies: hierarchies.collect() }
}
