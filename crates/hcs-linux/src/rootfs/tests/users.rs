//! Roots made in a user namespace, and without the right to make device nodes.
//!
//! A thread cannot enter a user namespace, so these tests run again in a process of their own, started by `unshare(1)`.

use super::*;
use rustix::fs::{StatVfsMountFlags as Flags, statvfs};
use std::os::unix::fs::FileTypeExt;
use std::process::Command;

/// Says that the test is running inside, and where a locked mount is.
const INSIDE: &str = "SILO_TEST_LOCKED_MOUNT";

/// Runs the test again in new user, mount, pid and ipc namespaces, in which `locked` came from outside.
fn in_user_namespace(name: &str, test: impl FnOnce(&Path) + Send + 'static) {
    require_root();
    if let Some(locked) = std::env::var_os(INSIDE) {
        return isolated(move || test(Path::new(&locked)));
    }
    let locked = tempfile::tempdir().expect("a folder");
    let script = format!(
        "mount -t tmpfs -o ro,nosuid,nodev,noexec,noatime locked \"${INSIDE}\" && \
         exec unshare --user --map-root-user --mount --pid --ipc --fork -- \"$0\" --exact rootfs::tests::users::{name} --nocapture"
    );
    let output = Command::new("unshare")
        .args(["--mount", "--", "sh", "-c", &script])
        .arg(std::env::current_exe().expect("this program"))
        .env(INSIDE, locked.path())
        .output()
        .expect("unshare(1)");
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

fn enter(bundle: &Bundle) -> Result<(), Failure> {
    let spec = &bundle.document.oci_specification;
    set_propagation(spec)?;
    let root = assemble(&RootPlan { has_user_namespace: true, ..bundle.plan() })?;
    seal(&root, spec)?;
    pivot(&root)
}

/// The usual mounts, without ids that the namespace does not have.
fn bundle() -> Bundle {
    let mut bundle = Bundle::usual();
    for mount in &mut bundle.spec().mounts {
        mount.options.retain(|option| option != "gid=5");
    }
    bundle
}

fn devices_work() {
    for name in ["null", "zero", "full", "random", "urandom", "tty"] {
        let path = Path::new("/dev").join(name);
        assert!(path.symlink_metadata().expect(name).file_type().is_char_device(), "{name}");
    }
    fs::write("/dev/null", "x").expect("a null device that works");
}

#[test]
fn usual_root_in_a_user_namespace() {
    in_user_namespace("usual_root_in_a_user_namespace", |_| {
        enter(&bundle()).expect("a root");
        devices_work();
        // The network does not belong to this namespace: the host's view is bound.
        assert!(Path::new("/sys/class").exists() && statvfs("/sys").expect("sys").f_flag.contains(Flags::RDONLY));
        assert!(Path::new("/dev/mqueue").exists());
        assert!(fs::write("/proc/sys/vm/swappiness", "60").is_err());
        assert!(!fs::read("/proc/interrupts").is_ok_and(|data| !data.is_empty()), "masked");
    });
}

#[test]
fn layers_in_a_user_namespace() {
    in_user_namespace("layers_in_a_user_namespace", |_| {
        let mut bundle = bundle();
        bundle.spec().root = None;
        let path = text(&bundle.folder.path().join("rootfs"));
        bundle.document.layers.push(hcs_schema::document::Layer { path, ..Default::default() });
        let scratch = bundle.folder.path().join("scratch");
        fs::create_dir(&scratch).expect("a scratch");
        bundle.document.scratch_dir_path = text(&scratch);
        enter(&bundle).expect("a root");
        devices_work();
        fs::write("/etc/os-release", "new").expect("writable");
        fs::remove_dir_all("/usr").expect("removable");
        fs::create_dir("/usr").expect("an opaque folder");
        assert_eq!(fs::read_dir("/usr").expect("a folder").count(), 0);
    });
}

#[test]
fn layers_in_memory_in_a_user_namespace() {
    in_user_namespace("layers_in_memory_in_a_user_namespace", |_| {
        let mut bundle = bundle();
        bundle.spec().root = None;
        let path = text(&bundle.folder.path().join("rootfs"));
        bundle.document.layers.push(hcs_schema::document::Layer { path, ..Default::default() });
        enter(&bundle).expect("a root");
        fs::write("/etc/os-release", "new").expect("writable");
    });
}

/// Flags that came from outside cannot be cleared; asking for it is no failure, and they stay.
#[test]
fn locked_flags_stay() {
    in_user_namespace("locked_flags_stay", |locked| {
        let mut bundle = bundle();
        let source = text(locked);
        bundle.spec().mounts.push(mount("bind", &source, "/all", &["bind", "rw", "suid", "dev", "exec", "relatime"]));
        bundle.spec().mounts.push(mount("bind", &source, "/tree", &["rbind", "rrw", "rsuid", "nosymfollow"]));
        enter(&bundle).expect("a root");
        for path in ["/all", "/tree"] {
            let flags = statvfs(path).expect(path).f_flag;
            assert!(
                flags.contains(Flags::RDONLY | Flags::NOSUID | Flags::NODEV | Flags::NOEXEC | Flags::NOATIME),
                "{path}"
            );
        }
    });
}

#[test]
fn the_host_s_devices_where_none_can_be_made() {
    isolated(|| {
        let bundle = Bundle::usual();
        set_propagation(&bundle.document.oci_specification).expect("propagation");
        let root = assemble(&RootPlan { rootless: true, ..bundle.plan() }).expect("a root");
        pivot(&root).expect("entered");
        devices_work();
    });
}

/// As root inside another container: everything but `mknod`.
#[test]
fn devices_without_the_right_to_make_them() {
    in_user_namespace("devices_without_the_right_to_make_them", |_| {
        let mut bundle = bundle();
        bundle
            .spec()
            .mounts
            .retain(|mount| mount.kind.as_deref() != Some("sysfs") && mount.kind.as_deref() != Some("cgroup"));
        set_propagation(&bundle.document.oci_specification).expect("propagation");
        let root = assemble(&bundle.plan()).expect("a root");
        pivot(&root).expect("entered");
        devices_work();
    });
}

#[test]
fn a_device_of_the_host_must_be_the_one_asked_for() {
    isolated(|| {
        let mut bundle = Bundle::usual();
        bundle.linux().devices.push(hcs_schema::oci::Device {
            kind: "c".into(),
            path: "/dev/zero".into(),
            major: Some(1),
            minor: Some(9),
            ..Default::default()
        });
        let error = assemble(&RootPlan { rootless: true, ..bundle.plan() }).expect_err("another device");
        assert!(error.to_string().contains("another device"), "{error}");
    });
}
