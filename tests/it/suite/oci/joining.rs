//! `linux.namespaces` with a path: each kind is joined.

use super::Bundle;
use super::bundle::link;
use std::process::{Child, Command, Stdio};

/// A process in namespaces of its own, until this is dropped.
struct Holder(Child);

impl Holder {
    /// Starts one with the words of `unshare`. Its child is the one inside.
    fn start(words: &[&str]) -> Holder {
        let child = Command::new("unshare")
            .args(words)
            .args(["sh", "-c", "echo; exec sleep 1000"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("unshare is missing: install the package util-linux");
        let mut holder = Holder(child);
        // It is inside once it has spoken.
        let mut byte = [0];
        std::io::Read::read_exact(holder.0.stdout.as_mut().unwrap(), &mut byte).unwrap();
        holder
    }

    fn path(&self, file: &str) -> String {
        format!("/proc/{}/ns/{file}", self.0.id())
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn check(kind: &str, file: &str, holder: &Holder) {
    let expected = link(&holder.path(file));
    assert_ne!(expected, link(&format!("/proc/self/ns/{file}")), "unshare made none");
    let bundle = Bundle::new(&format!("readlink /proc/self/ns/{file}")).join(kind, &holder.path(file));
    assert_eq!(bundle.output(), expected, "{kind}");
}

#[test]
fn a_network_namespace_is_joined() {
    check("network", "net", &Holder::start(&["-n"]));
}

#[test]
fn an_ipc_namespace_is_joined() {
    check("ipc", "ipc", &Holder::start(&["-i"]));
}

#[test]
fn a_uts_namespace_is_joined() {
    check("uts", "uts", &Holder::start(&["-u"]));
}

#[test]
fn a_control_group_namespace_is_joined() {
    check("cgroup", "cgroup", &Holder::start(&["-C"]));
}

#[test]
fn a_mount_namespace_is_joined() {
    check("mount", "mnt", &Holder::start(&["-m", "--propagation", "private"]));
}

#[test]
fn a_time_namespace_is_joined() {
    let holder = Holder::start(&["-T", "--boottime", "500000"]);
    // A process that unshares it is not in it, but its children are.
    let path = holder.path("time_for_children");
    let bundle = Bundle::new("readlink /proc/self/ns/time; cut -d. -f1 /proc/uptime").join("time", &path);
    let output = bundle.output();
    let (namespace, uptime) = output.split_once('\n').unwrap();
    assert_eq!(namespace, link(&path).replace("time_for_children", "time"));
    assert!(uptime.parse::<u64>().unwrap() >= 500_000, "{uptime}");
}

#[test]
fn a_pid_namespace_is_joined() {
    let first = Bundle::new("exec sleep 1234");
    let running = first.start();
    let path = format!("/proc/{}/ns/pid", running.pid);
    // The shell may not have become the other program yet.
    let script = "readlink /proc/self/ns/pid; until grep -q ^sleep /proc/1/cmdline; do sleep 0.05; done; \
                  cat /proc/1/cmdline | tr '\\0' ' '; kill -9 -1";
    let second = Bundle::new(script).join("pid", &path);
    let ran = second.run();
    assert_eq!(ran.out, format!("{}\nsleep 1234 ", running.namespace("pid")), "{}", ran.err);
    second.assert_empty();
    // The first process of the namespace belongs to the other container and lives on.
    assert_eq!(running.exec("echo alive"), "alive");
    running.end();
}

#[test]
fn a_user_namespace_is_joined_with_what_it_owns() {
    let holder = Holder::start(&["-U", "-r", "-n", "-i", "-u"]);
    let script = "readlink /proc/self/ns/user; readlink /proc/self/ns/net; tr -s ' ' < /proc/self/uid_map; id -u; ip link set lo up && echo may";
    let bundle = Bundle::new(script)
        .join("user", &holder.path("user"))
        .join("network", &holder.path("net"))
        .join("ipc", &holder.path("ipc"))
        .join("uts", &holder.path("uts"))
        .grant(&["CAP_NET_ADMIN"])
        .set("/mounts/2/options", serde_json::json!(["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"]));
    let expected = [link(&holder.path("user")), link(&holder.path("net")), " 0 0 1".into(), "0".into(), "may".into()];
    assert_eq!(bundle.output().lines().collect::<Vec<_>>(), expected);
}

#[test]
fn several_are_joined_at_once_as_pods_do() {
    let pod = Bundle::new("sleep 1000").set("/hostname", "pod");
    let running = pod.start();
    let path = |file: &str| format!("/proc/{}/ns/{file}", running.pid);
    let member = Bundle::new("hostname; for kind in net ipc uts; do readlink /proc/self/ns/$kind; done; echo $$")
        .join("network", &path("net"))
        .join("ipc", &path("ipc"))
        .join("uts", &path("uts"));
    let expected =
        ["pod".to_owned(), running.namespace("net"), running.namespace("ipc"), running.namespace("uts"), "1".into()];
    assert_eq!(member.output().lines().collect::<Vec<_>>(), expected);
    running.end();
}

#[test]
fn a_namespace_of_another_kind_is_refused() {
    for (kind, file) in [("ipc", "net"), ("network", "uts"), ("pid", "mnt"), ("user", "pid"), ("time", "ipc")] {
        let bundle = Bundle::new("true").join(kind, &format!("/proc/self/ns/{file}"));
        bundle.refused(&["join", &format!("/proc/self/ns/{file}")]);
    }
}

#[test]
fn a_path_that_is_no_namespace_is_refused() {
    Bundle::new("true").join("network", "/no/such/namespace").refused(&["/no/such/namespace"]);
    Bundle::new("true").join("network", "/dev/null").refused(&["join", "/dev/null"]);
    Bundle::new("true").join("network", "relative").refused(&["linux.namespaces[4].path", "absolute"]);
}

#[test]
fn a_process_that_is_executed_is_in_all_of_them() {
    let pod = Bundle::new("sleep 1000");
    let running = pod.start();
    let member = Bundle::new("sleep 1000")
        .join("network", &format!("/proc/{}/ns/net", running.pid))
        .namespace("cgroup")
        .namespace("time");
    let second = member.start();
    for file in ["pid", "net", "ipc", "uts", "mnt", "cgroup", "time", "user"] {
        assert_eq!(second.exec(&format!("readlink /proc/self/ns/{file}")), second.namespace(file), "{file}");
    }
    assert_eq!(second.namespace("net"), running.namespace("net"));
    second.end();
    running.end();
}
