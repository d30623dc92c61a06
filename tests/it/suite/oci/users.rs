//! User namespaces with mappings, and id-mapped mounts.

use super::Bundle;
use serde_json::{Value, json};

fn mapping(container: u32, host: u32, size: u32) -> Value {
    json!({"containerID": container, "hostID": host, "size": size})
}

/// A bundle in a new user namespace whose root is user 100000 of the host, and whose files are its.
fn mapped(script: &str) -> Bundle {
    let bundle = Bundle::new(script)
        .namespace("user")
        .set("/linux/uidMappings", json!([mapping(0, 100_000, 65536)]))
        .set("/linux/gidMappings", json!([mapping(0, 200_000, 65536)]));
    let owner = std::process::Command::new("chown").args(["-hR", "100000:200000"]).arg(bundle.inside("")).status();
    assert!(owner.unwrap().success());
    // It must be able to get there.
    std::fs::set_permissions(bundle.path(""), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    bundle
}

#[test]
fn ids_are_mapped() {
    let script = "tr -s ' ' < /proc/self/uid_map; tr -s ' ' < /proc/self/gid_map; id -u; stat -c '%u %g' /etc /proc/self/; touch /made";
    let bundle = mapped(script);
    assert_eq!(bundle.output(), " 0 100000 65536\n 0 200000 65536\n0\n0 0\n0 0");
    let made = std::fs::metadata(bundle.inside("made")).unwrap();
    assert_eq!(
        (std::os::unix::fs::MetadataExt::uid(&made), std::os::unix::fs::MetadataExt::gid(&made)),
        (100_000, 200_000)
    );
}

#[test]
fn several_ranges_are_mapped() {
    let bundle = mapped("tr -s ' ' < /proc/self/uid_map; id -u")
        .set("/linux/uidMappings", json!([mapping(0, 100_000, 1000), mapping(1000, 500_000, 10)]))
        .set("/process/user", json!({"uid": 1005, "gid": 5}));
    assert_eq!(bundle.output(), " 0 100000 1000\n 1000 500000 10\n1005");
}

#[test]
fn root_of_the_namespace_is_nobody_outside() {
    let bundle = mapped("(echo x > /secret/file) 2>&1; chown 0 /secret 2>&1; hostname changed && hostname");
    let bundle = bundle.grant(&["CAP_SYS_ADMIN"]).mount("bind", "secret", "/secret", &["bind"]);
    std::fs::create_dir(bundle.path("secret")).unwrap();
    let ran = bundle.run();
    let lines: Vec<&str> = ran.out.lines().map(|line| line.rsplit(": ").next().unwrap()).collect();
    assert_eq!(lines, ["Permission denied", "Operation not permitted", "changed"], "{}", ran.err);
}

#[test]
fn devices_and_kernel_filesystems_work_in_a_user_namespace() {
    let script = "head -c 3 /dev/zero | wc -c; echo x > /dev/null && echo null; ls /dev | tr '\\n' ' '; ls -d /sys/class /dev/mqueue; stat -c %a /dev/pts/ptmx";
    let bundle = mapped(script).mount("sysfs", "sysfs", "/sys", &["ro"]).mount("mqueue", "mqueue", "/dev/mqueue", &[]);
    let expected = "3\nnull\nfd full mqueue null ptmx pts random stderr stdin stdout tty urandom zero /dev/mqueue\n/sys/class\n666";
    let output = bundle.output();
    let mut lines: Vec<&str> = output.lines().collect();
    lines.sort_unstable();
    let mut expected: Vec<&str> = expected.lines().collect();
    expected.sort_unstable();
    assert_eq!(lines, expected);
}

#[test]
fn a_score_and_a_terminal_work_in_a_user_namespace() {
    let bundle =
        mapped("cat /proc/self/oom_score_adj; tty").set("/process/oomScoreAdj", 300).set("/process/terminal", true);
    assert_eq!(bundle.output().replace('\r', ""), "300\n/dev/pts/0");
}

#[test]
fn exec_enters_the_user_namespace() {
    let bundle = mapped("sleep 1000");
    let running = bundle.start();
    assert_eq!(
        running
            .exec("tr -s ' ' < /proc/self/uid_map; id -u; grep CapEff /proc/self/status | cut -f2")
            .lines()
            .take(2)
            .collect::<Vec<_>>(),
        [" 0 100000 65536", "0"]
    );
    assert_eq!(running.exec("readlink /proc/self/ns/user"), running.namespace("user"));
    running.end();
}

#[test]
fn mappings_that_make_no_sense_are_refused() {
    let maps = |maps: Value| mapped("true").set("/linux/uidMappings", maps);
    maps(json!([])).refused(&["linux.uidMappings", "user namespace needs it"]);
    maps(json!([mapping(0, 1, 0)])).refused(&["linux.uidMappings[0]", "size is 0"]);
    maps(json!([mapping(0, 1, 10), mapping(5, 100, 10)])).refused(&["linux.uidMappings[1]", "overlaps"]);
    maps(json!([mapping(u32::MAX, 1, 2)])).refused(&["linux.uidMappings[0]", "highest id"]);
    let bundle = Bundle::new("true").set("/linux/uidMappings", json!([mapping(0, 1, 1)]));
    bundle.refused(&["linux.uidMappings", "needs a user namespace"]);
    let unmapped = mapped("true").set("/process/user", json!({"uid": 70_000, "gid": 0}));
    unmapped.refused(&["user id 70000", "not mapped"]);
}

/// A folder of the bundle with a file of user 1000.
fn volume(bundle: &Bundle) {
    std::fs::create_dir(bundle.path("volume")).unwrap();
    std::fs::set_permissions(bundle.path("volume"), std::os::unix::fs::PermissionsExt::from_mode(0o777)).unwrap();
    std::fs::write(bundle.path("volume/file"), "").unwrap();
    std::os::unix::fs::chown(bundle.path("volume/file"), Some(1000), Some(1000)).unwrap();
}

#[test]
fn a_mount_maps_ids_by_its_own_mappings() {
    let bundle = Bundle::new("stat -c '%u %g' /v/file; touch /v/made; stat -c %u /v/made")
        .set("/process/user", json!({"uid": 3000, "gid": 3000}));
    volume(&bundle);
    std::os::unix::fs::chown(bundle.path("volume"), Some(1000), Some(1000)).unwrap();
    let maps = json!([mapping(1000, 3000, 1)]);
    let bundle = bundle.add(
        "/mounts",
        json!({"destination": "/v", "type": "bind", "source": "volume", "options": ["bind", "idmap"], "uidMappings": maps, "gidMappings": maps}),
    );
    assert_eq!(bundle.output(), "3000 3000\n3000");
    let made = std::fs::metadata(bundle.path("volume/made")).unwrap();
    assert_eq!(std::os::unix::fs::MetadataExt::uid(&made), 1000);
}

#[test]
fn a_mount_maps_ids_by_the_container_s_mappings() {
    for option in ["idmap", "ridmap"] {
        let bundle = mapped("stat -c '%u %g' /v/file");
        volume(&bundle);
        let bundle = bundle.mount("bind", "volume", "/v", &["rbind", option]);
        assert_eq!(bundle.output(), "1000 1000", "{option}");
    }
    // Without, the owner is nobody inside.
    let bundle = mapped("stat -c '%u %g' /v/file");
    volume(&bundle);
    assert_eq!(bundle.mount("bind", "volume", "/v", &["rbind"]).output(), "65534 65534");
}

#[test]
fn a_mount_that_maps_ids_without_mappings_is_refused() {
    let bundle = Bundle::new("true");
    volume(&bundle);
    bundle.mount("bind", "volume", "/v", &["bind", "idmap"]).refused(&["/v", "mappings"]);
}
