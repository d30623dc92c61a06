//! Processes that are executed into a running container: namespaces, control groups, capabilities, descriptors.

use super::Bundle;
use crate::crash::NEEDED;
use serde_json::json;

#[test]
fn namespaces_are_the_container_s() {
    let bundle = Bundle::new("sleep 1000").namespace("cgroup").namespace("time");
    let running = bundle.start();
    for kind in ["pid", "net", "ipc", "uts", "mnt", "cgroup", "time", "user"] {
        assert_eq!(running.exec(&format!("readlink /proc/self/ns/{kind}")), running.namespace(kind), "{kind}");
    }
    running.end();
}

#[test]
fn namespaces_shared_with_the_host_are_shared_by_executed_processes() {
    let bundle =
        Bundle::new("sleep 1000").without_namespace("network").without_namespace("pid").without_namespace("ipc");
    let running = bundle.start();
    for kind in ["pid", "net", "ipc", "uts", "mnt"] {
        assert_eq!(running.exec(&format!("readlink /proc/self/ns/{kind}")), running.namespace(kind), "{kind}");
    }
    assert_eq!(running.namespace("net"), super::bundle::link("/proc/self/ns/net"));
    running.end();
}

#[test]
fn control_groups_are_the_container_s() {
    let limits = json!({"pids": {"limit": 50}, "cpu": {"cpus": "0"}, "memory": {"limit": 64 << 20}});
    let bundle = Bundle::new("sleep 1000").set("/linux/resources", limits);
    let running = bundle.start();
    assert_eq!(running.exec("cat /proc/self/cgroup"), running.proc("cgroup").trim());
    assert!(running.proc("cgroup").contains(bundle.id()), "{}", running.proc("cgroup"));
    running.end();
}

#[test]
fn capabilities_are_the_container_s() {
    let sets = json!({"bounding": ["CAP_KILL", "CAP_CHOWN"], "permitted": ["CAP_KILL", "CAP_CHOWN"], "effective": ["CAP_KILL"]});
    let bundle = Bundle::new("sleep 1000").set("/process/capabilities", sets);
    let running = bundle.start();
    let script = "grep -E '^Cap(Inh|Eff|Bnd|Amb)' /proc/self/status | tr '\\t' ' '";
    let none = "0000000000000000";
    let both = "0000000000000021";
    assert_eq!(running.exec(script), format!("CapInh: {none}\nCapEff: {both}\nCapBnd: {both}\nCapAmb: {none}"));
    let ran = running.exec_with(&["-u", "1000"], &["/bin/sh", "-c", script]);
    assert_eq!(ran.out, format!("CapInh: {none}\nCapEff: {none}\nCapBnd: {both}\nCapAmb: {none}\n"));
    running.end();
}

#[test]
fn no_descriptor_of_the_runtime_is_left_open() {
    // 3 is the folder that `ls` reads.
    let list = "ls /proc/self/fd | tr '\\n' ' '; ls -l /proc/$$/fd | grep -v -e pipe: -e /dev/ -e socket: -e /fd -e ^total; true";
    let bundle = Bundle::new("sleep 1000");
    for terminal in [false, true] {
        let first = Bundle::new(list).set("/process/terminal", terminal);
        assert_eq!(first.output().trim(), "0 1 2 3", "terminal: {terminal}");
    }
    let running = bundle.start();
    // Started from a process that has more open than it knows of.
    let file = std::fs::File::open("/etc/passwd").unwrap();
    rustix::io::fcntl_setfd(&file, rustix::io::FdFlags::empty()).unwrap();
    assert_eq!(running.exec(list), "0 1 2 3");
    let ran = running.exec_with(&["-t"], &["/bin/sh", "-c", list]);
    assert_eq!(ran.out.trim(), "0 1 2 3", "{}", ran.err);
    running.end();
}

#[test]
fn the_first_process_gets_no_descriptor_of_the_caller_either() {
    let file = std::fs::File::open("/etc/passwd").unwrap();
    rustix::io::fcntl_setfd(&file, rustix::io::FdFlags::empty()).unwrap();
    assert_eq!(Bundle::new("ls /proc/self/fd | tr '\\n' ' '").output(), "0 1 2 3");
}

#[test]
fn the_parent_in_the_container_is_nobody_and_the_session_its_own() {
    let bundle = Bundle::new("sleep 1000");
    let running = bundle.start();
    let output = running.exec("set -- $(cat /proc/$$/stat); echo $4 $(test $1 = $6 && echo leads)");
    assert_eq!(output, "0 leads");
    running.end();
}

#[test]
fn the_container_ends_when_its_first_process_does_and_executed_ones_with_it() {
    let bundle = Bundle::new("until test -e /tmp/end; do sleep 0.05; done; exit 3");
    let running = bundle.start();
    let ran = running.exec_with(&[], &["/bin/sh", "-c", "touch /tmp/end; sleep 1000"]);
    assert_eq!(ran.code, 137);
    assert_eq!(bundle.world().silo_ok(&["wait", bundle.id()]).trim(), "3");
    running.end();
}

/// How an executed process has ended is told to a client that comes to ask for it only some time after the container has ended.
#[test]
fn the_end_of_an_executed_process_is_told_to_a_late_client() {
    let bundle = Bundle::new("until test -e /tmp/end; do sleep 0.05; done; exit 3");
    let running = bundle.start();
    let exec = bundle.world().command(&["exec", bundle.id(), "/bin/sh", "-c", "touch /tmp/end; sleep 1000"]);
    // Its messages: the greeting, the process, and the question how that has ended, which is sent late.
    let mut strace = std::process::Command::new("strace");
    strace.args(["--quiet=all", "--output=/dev/null", "--trace=sendmsg", "--inject=sendmsg:delay_enter=2s:when=3+"]);
    let ran = strace.arg(exec.get_program()).args(exec.get_args()).output().expect(NEEDED);
    assert_eq!(ran.status.code(), Some(137), "{}", String::from_utf8_lossy(&ran.stderr));
    running.end();
}

#[test]
fn devices_stay_forbidden_for_executed_processes() {
    let bundle = Bundle::new("sleep 1000").set("/linux/resources/devices", json!([{"allow": false, "access": "rwm"}]));
    let running = bundle.start();
    let ran = running.exec_with(&[], &["/bin/sh", "-c", "mknod /tmp/none c 1 177; head -c 1 /tmp/none"]);
    assert!(ran.code == 1 && ran.err.contains("Operation not permitted"), "{}", ran.err);
    running.end();
}
