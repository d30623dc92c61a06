//! `linux.maskedPaths`, `linux.readonlyPaths` and `linux.sysctl`.

use super::Bundle;
use serde_json::{Value, json};

#[test]
fn masked_files_are_empty_and_masked_folders_too() {
    let script = "cat /secret/file; ls /folder | wc -l; cat /proc/timer_list 2>/dev/null | wc -c; \
                  touch /folder/x 2>&1; echo more > /secret/file; cat /secret/file";
    let bundle = Bundle::new(script)
        .set("/linux/maskedPaths", json!(["/secret/file", "/folder", "/proc/timer_list", "/absent"]));
    for folder in ["secret", "folder/below"] {
        std::fs::create_dir_all(bundle.inside(folder)).unwrap();
    }
    std::fs::write(bundle.inside("secret/file"), "secret").unwrap();
    std::fs::write(bundle.inside("folder/file"), "secret").unwrap();
    assert_eq!(bundle.output(), "0\n0\ntouch: /folder/x: Read-only file system");
    assert_eq!(std::fs::read_to_string(bundle.inside("secret/file")).unwrap(), "secret");
}

#[test]
fn a_mask_through_a_link_of_the_image_is_where_the_link_leads() {
    let bundle = Bundle::new("cat /real/file").set("/linux/maskedPaths", json!(["/link/file"]));
    std::fs::create_dir(bundle.inside("real")).unwrap();
    std::fs::write(bundle.inside("real/file"), "secret").unwrap();
    std::os::unix::fs::symlink("/real", bundle.inside("link")).unwrap();
    assert_eq!(bundle.output(), "");
}

#[test]
fn masks_hold_against_root_in_the_container() {
    // Whoever may unmount, may unmount a mask; nobody else may.
    let script = "umount /secret 2>&1 | grep -c .; mv /secret /moved 2>&1 | grep -c .; cat /secret";
    let bundle = Bundle::new(script).set("/linux/maskedPaths", json!(["/secret"]));
    std::fs::write(bundle.inside("secret"), "secret").unwrap();
    assert_eq!(bundle.output(), "1\n1");
}

#[test]
fn read_only_paths_take_no_file_and_what_is_mounted_below_neither() {
    let script = "touch /part/x 2>&1; touch /part/below/x 2>&1; touch /whole && echo free; \
                  echo 1 > /proc/sys/net/ipv4/ip_forward; cat /part/file";
    let bundle = Bundle::new(script)
        .mount("tmpfs", "t", "/part/below", &[])
        .set("/linux/readonlyPaths", json!(["/part", "/proc/sys", "/absent"]));
    std::fs::create_dir(bundle.inside("part")).unwrap();
    std::fs::write(bundle.inside("part/file"), "readable").unwrap();
    let ran = bundle.run();
    let out: Vec<&str> = ran.out.lines().map(|line| line.rsplit(": ").next().unwrap()).collect();
    assert_eq!(out, ["Read-only file system", "Read-only file system", "free", "readable"]);
    assert!(ran.err.contains("Read-only file system"), "{}", ran.err);
    bundle.assert_empty();
}

#[test]
fn paths_must_be_absolute() {
    Bundle::new("true").set("/linux/maskedPaths", json!(["x"])).refused(&["linux.maskedPaths[0]", "absolute"]);
    Bundle::new("true")
        .set("/linux/readonlyPaths", json!(["/a", "x"]))
        .refused(&["linux.readonlyPaths[1]", "absolute"]);
}

#[test]
fn kernel_parameters_are_set_inside_only() {
    let before = std::fs::read_to_string("/proc/sys/kernel/shmmni").unwrap();
    let script = "cd /proc/sys; cat net/ipv4/ip_forward kernel/shmmni kernel/msgmax net/ipv4/conf/lo/mc_forwarding kernel/domainname; \
                  cat net/ipv4/ping_group_range | tr '\\t' ' '; cat kernel/sem | tr '\\t' ' '";
    let bundle = Bundle::new(script).set(
        "/linux/sysctl",
        json!({
            "net.ipv4.ip_forward": "1",
            "kernel.shmmni": "2048",
            "kernel/msgmax": "9000",
            "kernel.domainname": "inside",
            "net.ipv4.ping_group_range": "0 100",
            "kernel.sem": "250 32000 100 200",
        }),
    );
    assert_eq!(bundle.output(), "1\n2048\n9000\n0\ninside\n0 100\n250 32000 100 200");
    assert_eq!(std::fs::read_to_string("/proc/sys/kernel/shmmni").unwrap(), before);
}

#[test]
fn a_read_only_proc_keeps_no_parameter_from_being_set() {
    let bundle = Bundle::new("cat /proc/sys/net/ipv4/ip_forward; echo 0 > /proc/sys/net/ipv4/ip_forward")
        .set("/linux/sysctl", json!({"net.ipv4.ip_forward": "1"}))
        .set("/linux/readonlyPaths", json!(["/proc/sys"]));
    let ran = bundle.run();
    assert_eq!(ran.out, "1\n");
    assert!(ran.err.contains("Read-only"), "{}", ran.err);
}

#[test]
fn parameters_of_the_whole_machine_are_refused() {
    let sysctl = |parameters: Value| Bundle::new("true").set("/linux/sysctl", parameters);
    sysctl(json!({"kernel.panic": "1"})).refused(&["linux.sysctl", "kernel.panic", "whole machine"]);
    sysctl(json!({"vm.swappiness": "1"})).refused(&["linux.sysctl", "vm.swappiness"]);
    sysctl(json!({"net.ipv4.no_such": "1"})).refused(&["net.ipv4.no_such", "no parameter"]);
    sysctl(json!({"net.ipv4.ip_forward": "x"})).refused(&["net/ipv4/ip_forward", "does not accept"]);
    sysctl(json!({"net../../kernel/panic": "1"})).refused(&["linux.sysctl"]);
    let shared = sysctl(json!({"net.ipv4.ip_forward": "1"})).without_namespace("network");
    shared.refused(&["net.ipv4.ip_forward", "network namespace"]);
    let shared = sysctl(json!({"kernel.shmmni": "1"})).without_namespace("ipc");
    shared.refused(&["kernel.shmmni", "IPC namespace"]);
}

#[test]
fn a_namespace_of_the_host_that_is_joined_by_path_is_not_changed() {
    let own = |file: &str| format!("/proc/{}/ns/{file}", std::process::id());
    let network =
        Bundle::new("true").join("network", &own("net")).set("/linux/sysctl", json!({"net.ipv4.ip_forward": "1"}));
    network.refused(&["net.ipv4.ip_forward", "network namespace"]);
    let ipc = Bundle::new("true").join("ipc", &own("ipc")).set("/linux/sysctl", json!({"kernel.shmmni": "4096"}));
    ipc.refused(&["kernel.shmmni", "IPC namespace"]);
    let name = Bundle::new("true").join("uts", &own("uts")).set("/hostname", "changed");
    name.refused(&["hostname", "UTS namespace"]);
    // Without such wishes it may be joined.
    let bundle = Bundle::new("readlink /proc/self/ns/net").join("network", &own("net"));
    assert_eq!(bundle.output(), super::bundle::link("/proc/self/ns/net"));
}
