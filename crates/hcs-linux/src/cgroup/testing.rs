//! What the tests of this module share: layouts of three kinds of machine, and the demand for root.

use super::{Cgroup, Group, Hierarchy, Layout};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

fn hierarchy(name: &str, controllers: &str, v2: bool) -> Hierarchy {
    let controllers = controllers.split_whitespace().map(String::from).collect();
    Hierarchy { mountpoint: format!("/cg/{name}").into(), controllers, v2, own: "/".into() }
}

/// A machine with version 1 alone.
pub(super) fn pure_v1() -> Layout {
    let names = ["memory", "cpuset", "pids", "blkio", "devices", "freezer", "net_cls", "name=systemd"];
    let single = names.into_iter().map(|name| hierarchy(name, name, false));
    Layout { hierarchies: [hierarchy("cpu,cpuacct", "cpu cpuacct", false)].into_iter().chain(single).collect() }
}

/// A machine with version 1 and, for huge pages, version 2.
pub(super) fn hybrid() -> Layout {
    let mut layout = pure_v1();
    layout.hierarchies.retain(|hierarchy| hierarchy.controllers != ["net_cls"]);
    layout.hierarchies.push(hierarchy("unified", "hugetlb", true));
    layout
}

/// A machine with version 2 alone.
pub(super) fn pure_v2() -> Layout {
    let mut only = hierarchy("", "cpuset cpu io memory hugetlb pids rdma", true);
    only.mountpoint = "/cg".into();
    Layout { hierarchies: vec![only] }
}

/// The folders of a group as text.
pub(super) fn folders(cgroup: &Cgroup) -> Vec<String> {
    cgroup.folders().iter().map(|folder| folder.to_str().unwrap().to_owned()).collect()
}

/// Says loudly that a test cannot tell anything without root.
pub(super) fn require_root() {
    assert!(rustix::process::geteuid().is_root(), "this test makes real control groups: run it as root");
}

/// A group in a made-up hierarchy: its folder holds these files.
pub(super) fn fake_group(controllers: &str, v2: bool, files: &[(&str, &str)]) -> (tempfile::TempDir, Group) {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("c1");
    std::fs::create_dir(&folder).unwrap();
    for (name, text) in files {
        std::fs::write(folder.join(name), text).unwrap();
    }
    let controllers = controllers.split(' ').map(String::from).collect();
    (root, Group { mountpoint: folder.parent().unwrap().into(), folder, controllers, required: Vec::new(), v2 })
}

/// A real version 2 group with a name of its own, removed at the end.
pub(super) struct TestGroup {
    pub(super) folder: PathBuf,
}

impl TestGroup {
    /// Makes one; nothing where version 2 is not mounted.
    pub(super) fn v2(name: &str) -> Option<TestGroup> {
        let folder = Layout::detect().unwrap().v2()?.mountpoint.join(unique(name));
        std::fs::create_dir(&folder).unwrap();
        Some(TestGroup { folder })
    }

    /// Runs a shell in the group and says whether it was content.
    pub(super) fn run(&self, script: &str) -> bool {
        let script = format!("echo 0 > {}/cgroup.procs && {{ {script}; }} 2>&1", self.folder.display());
        std::process::Command::new("sh").args(["-c", &script]).status().unwrap().success()
    }
}

impl Drop for TestGroup {
    fn drop(&mut self) {
        let _ = super::release(&self.folder);
    }
}

/// A name that no other test and no other run uses.
pub(super) fn unique(name: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("silo-test-{name}-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}
