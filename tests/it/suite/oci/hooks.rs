//! `hooks`: their order, what they are told, and where they run.

use super::Bundle;
use super::bundle::link;
use serde_json::{Value, json};

pub const KINDS: [&str; 6] =
    ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"];

/// A hook that runs a script of the shell, with the name of its kind as `$0`.
pub fn hook(kind: &str, script: &str) -> Value {
    json!({"path": "/bin/sh", "args": ["sh", "-c", script, kind], "env": ["PATH=/usr/bin:/bin", "MARK=of the hook"]})
}

/// A bundle whose program is a script, and whose hooks of each kind run another; `$D` in both is a folder that all of them see.
pub fn with_hooks(program: &str, script: &str) -> Bundle {
    let bundle = Bundle::new("");
    let folder = bundle.text("seen");
    std::fs::create_dir(&folder).unwrap();
    let bundle = bundle.set("/process/args/2", format!("D={folder}; {program}"));
    let bundle = KINDS.iter().fold(bundle, |bundle, kind| {
        bundle.add(&format!("/hooks/{kind}"), hook(kind, &format!("D={folder}; {script}")))
    });
    // The container's own hook runs in the container's root, where the folder has the same name.
    bundle.mount("bind", "seen", &folder, &["bind"])
}

fn seen(bundle: &Bundle, name: &str) -> String {
    std::fs::read_to_string(bundle.path("seen").join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn hooks_run_in_the_order_of_the_life_cycle() {
    let bundle = with_hooks("echo program >> $D/order", "echo $0 >> $D/order");
    let second = format!("echo $0 >> {}/order", bundle.text("seen"));
    let bundle = bundle.add("/hooks/createRuntime", hook("second", &second));
    bundle.output();
    let order = seen(&bundle, "order");
    let expected = "prestart createRuntime second createContainer startContainer";
    assert!(order.replace('\n', " ").starts_with(expected), "{order}");
    // The program and `poststart` run at the same time.
    let mut rest: Vec<&str> = order.lines().skip(5).collect();
    assert_eq!(rest.pop(), Some("poststop"));
    rest.sort_unstable();
    assert_eq!(rest, ["poststart", "program"]);
}

#[test]
fn hooks_read_the_state_on_their_standard_input() {
    let bundle = with_hooks("true", "cat > $D/$0").set("/annotations", json!({"org.example.key": "a value"}));
    bundle.output();
    for (kind, status) in KINDS.iter().zip(["creating", "creating", "creating", "created", "running", "stopped"]) {
        let state: Value = serde_json::from_str(&seen(&bundle, kind)).unwrap();
        assert_eq!(state["status"], status, "{kind}");
        assert_eq!(state["id"], bundle.id(), "{kind}");
        assert_eq!(state["bundle"], bundle.text("").trim_end_matches('/'), "{kind}");
        assert_eq!(state["annotations"], json!({"org.example.key": "a value"}), "{kind}");
        assert!(state["ociVersion"].as_str().unwrap().starts_with("1."), "{kind}");
        match *kind {
            // In the container's namespaces, the process is known by the container's number.
            "createContainer" | "startContainer" => assert_eq!(state["pid"], 1, "{kind}"),
            "poststop" => assert_eq!(state["pid"], Value::Null, "{kind}"),
            _ => assert!(state["pid"].as_u64().unwrap() > 1, "{kind}"),
        }
    }
}

#[test]
fn the_number_in_the_state_is_that_of_the_container_s_process() {
    let script = "case $0 in prestart|createRuntime|poststart) \
                  readlink /proc/$(sed 's/.*\"pid\":\\([0-9]*\\).*/\\1/')/ns/pid > $D/$0;; esac";
    // A process that has ended is in no namespace any more.
    let program = "readlink /proc/self/ns/pid; until test -s $D/poststart; do sleep 0.05; done";
    let bundle = with_hooks(program, script);
    let inside = bundle.output();
    for kind in ["prestart", "createRuntime", "poststart"] {
        assert_eq!(seen(&bundle, kind).trim(), inside, "{kind}");
    }
}

#[test]
fn hooks_run_in_the_runtime_s_namespaces_or_the_container_s() {
    let bundle = with_hooks(
        "for kind in mnt pid net uts ipc; do readlink /proc/self/ns/$kind; done",
        "for kind in mnt pid net uts ipc; do readlink /proc/self/ns/$kind; done > $D/$0; ls -d /bin/busybox /usr/lib >> $D/$0.root 2>/dev/null; true",
    );
    let inside = bundle.output();
    let host: Vec<String> =
        ["mnt", "pid", "net", "uts", "ipc"].iter().map(|kind| link(&format!("/proc/self/ns/{kind}"))).collect();
    for kind in KINDS {
        let found = seen(&bundle, kind);
        match kind {
            "createContainer" | "startContainer" => assert_eq!(found.trim(), inside, "{kind}"),
            _ => assert_eq!(found.lines().collect::<Vec<_>>(), host, "{kind}"),
        }
        // Only `startContainer` has the container's root for its own.
        let root = seen(&bundle, &format!("{kind}.root"));
        assert_eq!(root.contains("/usr/lib"), kind != "startContainer", "{kind}: {root}");
    }
}

#[test]
fn hooks_that_prepare_the_root_see_all_its_mounts() {
    let bundle = Bundle::new("cat /m/planted");
    let base = bundle.inside("m");
    let script = format!("echo by a hook > {}/planted", base.display());
    let bundle = bundle.mount("tmpfs", "t", "/m", &[]).add("/hooks/createContainer", hook("createContainer", &script));
    assert_eq!(bundle.output(), "by a hook");
    assert!(!base.join("planted").exists(), "it went into the container's mount");
}

#[test]
fn a_hook_of_the_runtime_can_change_the_container_s_network() {
    // Made in a network of its own, so that no other test and no service of the machine sees it.
    let script = "pid=$(sed 's/.*\"pid\":\\([0-9]*\\).*/\\1/'); export pid; exec unshare -n sh -c '\
                  ip link add hook0 type veth peer name hook1; ip link set hook0 netns $pid; ip link set hook1 netns $pid'";
    let bundle = Bundle::new("ls /sys/class/net | grep hook | tr '\\n' ' '").mount("sysfs", "sysfs", "/sys", &["ro"]);
    let bundle = bundle.add("/hooks/createRuntime", hook("createRuntime", script));
    assert_eq!(bundle.output(), "hook0 hook1");
}

#[test]
fn hooks_have_their_arguments_their_environment_and_no_descriptor_more() {
    let script = "{ echo \"$0|$1|$MARK|$HOME|$SILO_TEST\"; ls /proc/self/fd | tr '\\n' ' '; } > $D/$0";
    let bundle = with_hooks("true", script);
    let mut command = bundle.command();
    let ran = command.env("SILO_TEST", "leaks").output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    for kind in KINDS {
        // 3 is the folder that `ls` reads.
        assert_eq!(seen(&bundle, kind), format!("{kind}||of the hook||\n0 1 2 3 "), "{kind}");
    }
    bundle.assert_empty();
}

#[test]
fn a_hook_without_arguments_has_its_path_for_one() {
    let bundle = Bundle::new("true");
    let (program, seen) = (bundle.text("hook"), bundle.text("seen"));
    std::fs::write(&program, format!("#!/bin/sh\necho \"$0 $#\" > {seen}\n")).unwrap();
    std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let bundle = bundle.add("/hooks/createRuntime", json!({"path": program}));
    bundle.output();
    assert_eq!(std::fs::read_to_string(seen).unwrap(), format!("{program} 0\n"));
}

#[test]
fn what_a_hook_prints_is_not_the_container_s_output() {
    let bundle = with_hooks("echo program", "echo a hook; echo a hook >&2");
    assert_eq!(bundle.output(), "program");
}

#[test]
fn a_start_in_the_background_waits_for_poststart() {
    let bundle = Bundle::new("sleep 1000");
    let seen = bundle.text("seen");
    let bundle = bundle.add("/hooks/poststart", hook("poststart", &format!("sleep 0.3; echo ran > {seen}")));
    let running = bundle.start();
    assert_eq!(std::fs::read_to_string(&seen).unwrap(), "ran\n");
    running.end();
}
