//! `process`: arguments, environment, working directory, who runs it, and its limits.

use super::Bundle;
use serde_json::json;

#[test]
fn arguments_arrive_as_they_are() {
    let bundle = Bundle::of(&["/bin/printf", "%s|", "a b", "", "c\nd", "$HOME", "\u{e9}"]);
    assert_eq!(bundle.output(), "a b||c\nd|$HOME|\u{e9}|");
}

#[test]
fn a_program_is_looked_for_in_the_path_of_the_process() {
    let bundle = Bundle::of(&["tool", "x"]).set("/process/env", json!(["PATH=/none:/opt"]));
    std::fs::create_dir(bundle.inside("opt")).unwrap();
    std::os::unix::fs::symlink("/bin/busybox", bundle.inside("opt/tool")).unwrap();
    let ran = bundle.run();
    assert!(ran.err.contains("tool: applet not found"), "{}", ran.err);
    let missing = Bundle::of(&["tool"]).run();
    assert_eq!(missing.code, 127);
    assert!(missing.err.contains("\"tool\"") && missing.err.contains("$PATH"), "{}", missing.err);
}

#[test]
fn what_is_no_program_is_told_from_what_is_missing() {
    for (name, mode, code) in [("text", 0o644, 126), ("text", 0o755, 126), ("folder", 0o755, 126)] {
        let bundle = Bundle::of(&[&format!("/{name}")]);
        std::fs::create_dir(bundle.inside("folder")).unwrap();
        std::fs::write(bundle.inside("text"), "no program\n").unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(mode);
        std::fs::set_permissions(bundle.inside("text"), mode).unwrap();
        let ran = bundle.run();
        assert_eq!((ran.code, ran.out.as_str()), (code, ""), "{name}: {}", ran.err);
        assert!(ran.err.contains(&format!("exec \"/{name}\"")), "{}", ran.err);
        bundle.assert_empty();
    }
}

#[test]
fn the_environment_is_what_is_listed_and_a_home() {
    let bundle = Bundle::of(&["/bin/env"]).set("/process/env", json!(["B=2", "A=1 x", "EMPTY="]));
    let mut lines: Vec<String> = bundle.output().lines().map(str::to_owned).collect();
    lines.sort();
    assert_eq!(lines, ["A=1 x", "B=2", "EMPTY=", "HOME=/root"]);
}

#[test]
fn a_home_that_is_listed_stays_and_is_the_user_s_otherwise() {
    let home = Bundle::new("echo $HOME").add("/process/env", "HOME=/mine");
    assert_eq!(home.output(), "/mine");
    let user = Bundle::new("echo $HOME").set("/process/user", json!({"uid": 1000, "gid": 1000}));
    assert_eq!(user.output(), "/home/user");
}

#[test]
fn a_missing_working_directory_is_made() {
    let bundle = Bundle::new("pwd; stat -c '%a %u' .").set("/process/cwd", "/a/b/c");
    assert_eq!(bundle.output(), "/a/b/c\n755 0");
}

#[test]
fn a_working_directory_that_is_none_is_refused() {
    let file = Bundle::new("true").set("/process/cwd", "/etc/passwd");
    file.refused(&["process.cwd", "/etc/passwd"]);
    Bundle::new("true").set("/process/cwd", "tmp").refused(&["process.cwd", "absolute"]);
}

#[test]
fn a_working_directory_that_only_the_user_may_enter() {
    let bundle = Bundle::new("pwd").set("/process/cwd", "/tmp/own").set("/process/user", json!({"uid": 7, "gid": 7}));
    std::fs::create_dir(bundle.inside("tmp/own")).unwrap();
    std::os::unix::fs::chown(bundle.inside("tmp/own"), Some(7), Some(7)).unwrap();
    std::fs::set_permissions(bundle.inside("tmp/own"), std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    assert_eq!(bundle.output(), "/tmp/own");
}

#[test]
fn ids_and_groups_are_those_listed() {
    let script = "grep -E '^(Uid|Gid|Groups)' /proc/self/status | tr '\\t' ' '";
    let root = Bundle::new(script).output();
    assert_eq!(root, "Uid: 0 0 0 0\nGid: 0 0 0 0\nGroups:");
    let user = json!({"uid": 1234, "gid": 5678, "additionalGids": [10, 2000]});
    let output = Bundle::new(script).set("/process/user", user).output();
    assert_eq!(output.trim(), "Uid: 1234 1234 1234 1234\nGid: 5678 5678 5678 5678\nGroups: 10 2000");
}

#[test]
fn the_umask_is_the_one_asked_for() {
    assert_eq!(Bundle::new("umask").output(), "0022");
    assert_eq!(Bundle::new("umask").set("/process/user/umask", 0o077).output(), "0077");
    assert_eq!(Bundle::new("umask").set("/process/user/umask", 0).output(), "0000");
    Bundle::new("umask").set("/process/user/umask", 0o1000).refused(&["process.user.umask"]);
}

#[test]
fn a_user_name_is_looked_up_in_the_container() {
    let user = |name: &str| Bundle::new("id -u; id -g; id -G").set("/process/user", json!({"username": name}));
    assert_eq!(user("user").output(), "1000\n1000\n1000 10");
    assert_eq!(user("user:wheel").output(), "1000\n10\n10");
    user("nobody-knows").refused(&["process.user.username", "nobody-knows", "/etc/passwd"]);
}

#[test]
fn files_that_the_user_may_not_read_stay_closed() {
    let bundle = Bundle::new("cat /secret").set("/process/user", json!({"uid": 1000, "gid": 1000}));
    std::fs::write(bundle.inside("secret"), "x").unwrap();
    std::fs::set_permissions(bundle.inside("secret"), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let ran = bundle.run();
    assert!(ran.err.contains("Permission denied"), "capabilities are not for another user: {}{}", ran.out, ran.err);
}

#[test]
fn resource_limits_are_set() {
    let limit = |kind: &str, soft: u64, hard: u64| json!({"type": kind, "soft": soft, "hard": hard});
    let bundle = Bundle::new("cat /proc/self/limits").set(
        "/process/rlimits",
        json!([
            limit("RLIMIT_NOFILE", 512, 768),
            limit("RLIMIT_CORE", 1, 2),
            limit("RLIMIT_CPU", 100, 200),
            limit("RLIMIT_DATA", 1 << 30, 1 << 31),
            limit("RLIMIT_FSIZE", 1 << 20, 1 << 21),
            limit("RLIMIT_LOCKS", 7, 8),
            limit("RLIMIT_MEMLOCK", 4096, 8192),
            limit("RLIMIT_NPROC", 64, 65),
            limit("RLIMIT_RSS", 1 << 25, 1 << 26),
            limit("RLIMIT_STACK", 1 << 20, 1 << 22),
        ]),
    );
    let output = bundle.output();
    for (name, soft, hard) in [
        ("Max open files", "512", "768"),
        ("Max core file size", "1", "2"),
        ("Max cpu time", "100", "200"),
        ("Max data size", "1073741824", "2147483648"),
        ("Max file size", "1048576", "2097152"),
        ("Max file locks", "7", "8"),
        ("Max locked memory", "4096", "8192"),
        ("Max processes", "64", "65"),
        ("Max resident set", "33554432", "67108864"),
        ("Max stack size", "1048576", "4194304"),
    ] {
        let line = output.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{name}: {output}"));
        let words: Vec<&str> = line[name.len()..].split_whitespace().collect();
        assert_eq!(words[..2], [soft, hard], "{line}");
    }
}

#[test]
fn resource_limits_that_make_no_sense_are_refused() {
    let limits = |limits: serde_json::Value| Bundle::new("true").set("/process/rlimits", limits);
    limits(json!([{"type": "RLIMIT_TEST", "soft": 1, "hard": 1}])).refused(&["process.rlimits[0]", "RLIMIT_TEST"]);
    limits(json!([{"type": "RLIMIT_NOFILE", "soft": 2, "hard": 1}])).refused(&["process.rlimits[0]", "soft"]);
    let twice = json!([{"type": "RLIMIT_CPU", "soft": 9, "hard": 9}, {"type": "RLIMIT_CPU", "soft": 9, "hard": 9}]);
    limits(twice).refused(&["process.rlimits[1]", "twice"]);
}

#[test]
fn a_limit_holds() {
    let limit = json!([{"type": "RLIMIT_FSIZE", "soft": 4096, "hard": 4096}]);
    let bundle = Bundle::new("head -c 9000 /dev/zero > /big; wc -c < /big").set("/process/rlimits", limit);
    assert_eq!(bundle.run().out.trim(), "4096");
}

#[test]
fn no_new_privileges_is_set_only_when_asked() {
    let script = "grep NoNewPrivs /proc/self/status | tr '\\t' ' '";
    assert_eq!(Bundle::new(script).output(), "NoNewPrivs: 0");
    assert_eq!(Bundle::new(script).set("/process/noNewPrivileges", true).output(), "NoNewPrivs: 1");
}

#[test]
fn no_new_privileges_stops_set_uid_programs() {
    for (wanted, code, output) in [(false, 0, "0\n"), (true, 1, "")] {
        let bundle = Bundle::of(&["/suid/busybox", "su", "root", "-c", "id -u"])
            .set("/process/user", json!({"uid": 1000, "gid": 1000}))
            .set("/process/noNewPrivileges", wanted);
        std::fs::write(bundle.inside("etc/passwd"), "root::0:0::/:/bin/sh\nuser:x:1000:1000::/:/bin/sh\n").unwrap();
        std::fs::create_dir(bundle.inside("suid")).unwrap();
        std::fs::copy("/bin/busybox", bundle.inside("suid/busybox")).unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o4755);
        std::fs::set_permissions(bundle.inside("suid/busybox"), mode).unwrap();
        let ran = bundle.run();
        assert_eq!((ran.code, ran.out.as_str()), (code, output), "{}", ran.err);
    }
}

#[test]
fn the_oom_score_is_adjusted_and_inherited_otherwise() {
    let own = std::fs::read_to_string("/proc/self/oom_score_adj").unwrap();
    assert_eq!(Bundle::new("cat /proc/self/oom_score_adj").output(), own.trim());
    assert_eq!(Bundle::new("cat /proc/self/oom_score_adj").set("/process/oomScoreAdj", 777).output(), "777");
    Bundle::new("true").set("/process/oomScoreAdj", 1001).refused(&["process.oomScoreAdj"]);
}

#[test]
fn labels_are_entered_or_refused_by_name() {
    let apparmor = std::fs::read("/sys/module/apparmor/parameters/enabled").is_ok_and(|text| text.starts_with(b"Y"));
    if !apparmor {
        let bundle = Bundle::new("true").set("/process/apparmorProfile", "some-profile");
        bundle.refused(&["process.apparmorProfile", "some-profile", "AppArmor is not enabled"]);
    }
    // Where it is enabled, nobody has loaded such a profile.
    let bundle = Bundle::new("true").set("/process/apparmorProfile", "no-such-profile");
    bundle.refused(&["process.apparmorProfile", "no-such-profile"]);
    if !std::path::Path::new("/sys/fs/selinux/enforce").exists() {
        let bundle = Bundle::new("true").set("/process/selinuxLabel", "system_u:system_r:container_t:s0");
        bundle.refused(&["process.selinuxLabel", "SELinux is not enabled"]);
    }
    if !std::path::Path::new("/sys/fs/selinux/enforce").exists() {
        let bundle = Bundle::new("true").set("/linux/mountLabel", "system_u:object_r:container_file_t:s0");
        bundle.refused(&["linux.mountLabel", "SELinux is not enabled"]);
    }
    let bundle = Bundle::new("true").set("/process/apparmorProfile", "two\nlines");
    bundle.refused(&["process.apparmorProfile", "newlines"]);
}

#[test]
fn the_process_has_a_session_and_a_keyring_of_its_own() {
    let output =
        Bundle::new("awk '{print $1, $5, $6}' /proc/self/stat; awk '{print $1, $5, $6}' /proc/1/stat").output();
    assert_eq!(output.lines().last(), Some("1 1 1"));
}
