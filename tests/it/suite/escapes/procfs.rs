//! CVE-2019-16884, CVE-2019-19921, CVE-2023-27561, CVE-2025-52881: a procfs that is not where, or not what, it seems to be.

use crate::oci::Bundle;
use serde_json::json;

/// Replaces the image's `/proc` or `/sys` by a link.
fn linked(bundle: &Bundle, name: &str, target: &str) {
    std::fs::remove_dir(bundle.inside(name)).unwrap();
    std::fs::create_dir_all(bundle.inside("fake/self")).unwrap();
    std::os::unix::fs::symlink(target, bundle.inside(name)).unwrap();
}

/// CVE-2019-19921, CVE-2023-27561. Guard: procfs and sysfs go through no link (`Links::Refuse` in `rootfs/mounts.rs`).
#[test]
fn procfs_and_sysfs_are_mounted_on_no_link() {
    for target in ["/fake", "fake", "../fake", "/fake/self/.."] {
        let bundle = Bundle::new("true");
        linked(&bundle, "proc", target);
        bundle.refused(&["mount proc on /proc", "symbolic link"]);
        let bundle = Bundle::new("true").mount("sysfs", "sysfs", "/sys", &["ro"]);
        linked(&bundle, "sys", target);
        bundle.refused(&["mount sysfs on /sys", "symbolic link"]);
    }
}

/// CVE-2019-19921: a volume brings the link. Guard: the same.
#[test]
fn procfs_is_mounted_on_no_link_of_a_volume() {
    let bundle = Bundle::new("true");
    std::fs::create_dir_all(bundle.path("volume/fake")).unwrap();
    std::os::unix::fs::symlink("fake", bundle.path("volume/proc")).unwrap();
    let bundle = bundle.mount("bind", "volume", "/volume", &["bind"]).mount("proc", "proc", "/volume/proc", &[]);
    bundle.refused(&["mount proc on /volume/proc", "symbolic link"]);
}

/// CVE-2019-16884, CVE-2025-52881. Guard: `outside_procfs` in `rootfs/guard.rs`.
#[test]
fn nothing_is_mounted_over_procfs_or_in_it() {
    for (kind, destination) in [
        ("tmpfs", "/proc"),
        ("tmpfs", "/proc/self"),
        ("tmpfs", "/proc/self/attr"),
        ("tmpfs", "/proc/sys/kernel"),
        ("tmpfs", "/tmp/../proc/1"),
        ("tmpfs", "/link/attr"),
        ("bind", "/proc"),
        ("bind", "/proc/sys"),
        ("bind", "/proc/self/attr"),
        ("bind", "/link/attr"),
        ("sysfs", "/proc"),
    ] {
        let bundle = Bundle::new("true");
        std::fs::create_dir_all(bundle.path("volume/self/attr")).unwrap();
        std::os::unix::fs::symlink("/proc/self", bundle.inside("link")).unwrap();
        let options: &[&str] = if kind == "bind" { &["bind"] } else { &[] };
        bundle.mount(kind, "volume", destination, options).refused(&[destination]);
    }
    for destination in ["/proc/self/attr/current", "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger"] {
        let bundle = Bundle::new("true");
        std::fs::write(bundle.path("file"), "").unwrap();
        bundle.mount("bind", "file", destination, &["bind"]).refused(&[destination]);
    }
}

/// CVE-2025-52881: an image without a mount on `/proc` brings files of its own. Guard: kernel files are opened in a procfs that
/// nothing else can reach (`rootfs/procfs.rs`).
#[test]
fn kernel_parameters_are_never_written_to_files_of_the_image() {
    let bundle = Bundle::new("cat /proc/sys/net/ipv4/ip_forward /secret")
        .set("/mounts", json!([]))
        .set("/linux/sysctl", json!({"net.ipv4.ip_forward": "1"}))
        .set("/process/oomScoreAdj", 500);
    let files = [
        ("proc/sys/net/ipv4", "ip_forward"),
        ("proc/self", "oom_score_adj"),
        ("proc/1", "oom_score_adj"),
        ("proc/self/attr", "exec"),
    ];
    for (folder, name) in files {
        std::fs::create_dir_all(bundle.inside(folder)).unwrap();
        std::os::unix::fs::symlink("/secret", bundle.inside(folder).join(name)).unwrap();
    }
    std::fs::write(bundle.inside("secret"), "untouched\n").unwrap();
    assert_eq!(bundle.output(), "untouched\nuntouched");
    assert_eq!(std::fs::read_to_string(bundle.inside("secret")).unwrap(), "untouched\n");
}

/// CVE-2025-52881: root in a container with many rights replaces `/proc` before a helper joins. Guard: the same.
#[test]
fn a_helper_that_joins_never_writes_to_a_procfs_of_the_container() {
    let script = "mount -t tmpfs fake /proc; mkdir -p /proc/self/attr /proc/thread-self/attr /proc/sys/kernel; \
                  for name in self/oom_score_adj self/attr/exec thread-self/attr/exec self/setgroups sysrq-trigger; do \
                  mkdir -p /proc/${name%/*}; rm -rf /proc/$name; ln -s /secret /proc/$name; done; touch /ready; sleep 1000";
    let bundle = Bundle::new(script).grant(&["CAP_SYS_ADMIN"]).set("/process/oomScoreAdj", 400);
    std::fs::write(bundle.inside("secret"), "untouched\n").unwrap();
    let running = bundle.start();
    super::await_file(&bundle.inside("ready"));
    for options in [[].as_slice(), &["-t"], &["-u", "1000"]] {
        let ran = running.exec_with(options, &["cat", "/secret"]);
        assert_eq!(ran.out.trim(), "untouched", "{options:?}: {}", ran.err);
    }
    let ran = running.exec_with(&["-d"], &["sleep", "1000"]);
    let score = std::fs::read_to_string(format!("/proc/{}/oom_score_adj", ran.out.trim())).unwrap();
    assert_eq!(score.trim(), "400", "the real one is set");
    assert_eq!(std::fs::read_to_string(bundle.inside("secret")).unwrap(), "untouched\n");
    running.end();
}

/// CVE-2025-52881: two containers share a mount in which one of them covers what the other is about to write. Guards:
/// `outside_procfs` in `rootfs/guard.rs` and `rootfs/procfs.rs`.
#[test]
fn a_shared_mount_does_not_reach_the_procfs_that_is_written() {
    let bundle = Bundle::new("cat /proc/sys/net/ipv4/ip_forward; cat /shared/secret");
    std::fs::create_dir_all(bundle.path("shared/sys/net/ipv4")).unwrap();
    std::fs::write(bundle.path("shared/sys/net/ipv4/ip_forward"), "fake\n").unwrap();
    std::fs::write(bundle.path("shared/secret"), "untouched\n").unwrap();
    let bundle = bundle
        .set("/linux/rootfsPropagation", "rshared")
        .mount("bind", "shared", "/shared", &["rbind", "rshared"])
        .set("/linux/sysctl", json!({"net.ipv4.ip_forward": "1"}));
    assert_eq!(bundle.output(), "1\nuntouched");
    let over = std::fs::read_to_string(bundle.path("shared/sys/net/ipv4/ip_forward")).unwrap();
    assert_eq!(over, "fake\n");
    let covered = bundle.mount("bind", "shared/sys", "/proc/sys", &["rbind", "rshared"]);
    covered.refused(&["/proc/sys"]);
}
