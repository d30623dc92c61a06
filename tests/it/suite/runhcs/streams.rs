//! Terminals, descriptors that are inherited, and standard streams.

use super::{Runtime, runhcs_path};
use crate::pty::Pty;
use crate::shell::{eventually, read};
use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags};
use std::fs::File;
use std::io::{IoSliceMut, Read};
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::process::{Command, Stdio};

/// Takes a terminal's master from whoever connects.
fn master(listener: &UnixListener) -> OwnedFd {
    let (connection, _) = listener.accept().unwrap();
    let mut name = [0; 64];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    rustix::net::recvmsg(&connection, &mut [IoSliceMut::new(&mut name)], &mut ancillary, RecvFlags::empty()).unwrap();
    let fd = ancillary.drain().find_map(|item| match item {
        RecvAncillaryMessage::ScmRights(mut fds) => fds.next(),
        _ => None,
    });
    fd.expect("the master comes")
}

fn all(master: OwnedFd) -> String {
    let mut text = Vec::new();
    // The end of a terminal is an error.
    let _ = File::from(master).read_to_end(&mut text);
    String::from_utf8(text).unwrap().replace('\r', "")
}

#[test]
fn the_console_socket_gets_the_master_while_the_container_is_created() {
    let mut runtime = Runtime::new("tty; stty size; exit 3");
    runtime.spec["process"]["terminal"] = true.into();
    runtime.spec["process"]["consoleSize"] = serde_json::json!({"height": 31, "width": 97});
    let (id, socket) = (runtime.id(), runtime.path("console"));
    let listener = UnixListener::bind(&socket).unwrap();
    runtime.refused(&["create", &id], &["--console-socket"]);
    // With its output in a pipe: whoever waits for the end of that must not wait for the container.
    runtime.ok(&["create", "--console-socket", socket.to_str().unwrap(), &id]);
    let master = master(&listener);
    assert_eq!(runtime.state()["status"], "created");
    runtime.ok(&["start", &id]);
    assert_eq!(all(master), "/dev/pts/0\n31 97\n");
    runtime.expect("stopped");
    runtime.ok(&["delete", &id]);
    runtime.nothing_left("delete");
}

#[test]
fn a_process_gets_a_terminal_on_its_console_socket() {
    let runtime = Runtime::new("sleep 1000");
    let (id, socket) = (runtime.begin(), runtime.path("console"));
    let listener = UnixListener::bind(&socket).unwrap();
    runtime.ok(&["exec", "-d", "-t", "--console-socket", socket.to_str().unwrap(), &id, "tty"]);
    assert_eq!(all(master(&listener)), "/dev/pts/0\n");
    runtime.refused(&["exec", "-d", "--console-socket", socket.to_str().unwrap(), &id, "tty"], &["no terminal"]);
    runtime.ok(&["delete", "-f", &id]);
}

#[test]
fn in_the_foreground_the_terminal_is_the_caller_s() {
    let mut runtime = Runtime::new("stty size; read line; echo got $line; exit 5");
    runtime.spec["process"]["terminal"] = true.into();
    let id = runtime.id();
    let bundle = runtime.bundle();
    let pty = Pty::start(&runtime.command(&["run", "--bundle", &bundle, &id]));
    pty.expect("40 100");
    pty.types("words\n");
    pty.expect("got words");
    let (code, _) = pty.ends();
    assert_eq!(code, Some(5));
    runtime.nothing_left("run");
}

#[test]
fn descriptors_are_inherited_by_number() {
    let runtime = Runtime::new("cat <&3; cat <&4; ls /proc/self/fd | tr '\\n' ' '");
    let id = runtime.id();
    std::fs::write(runtime.path("three"), "third\n").unwrap();
    std::fs::write(runtime.path("four"), "fourth\n").unwrap();
    let bundle = runtime.bundle();
    let root = runtime.path("state");
    let script = format!(
        "exec 3<{} 4<{}; exec {} --root {} run --bundle {bundle} --preserve-fds 2 {id}",
        runtime.path("three").display(),
        runtime.path("four").display(),
        runhcs_path().display(),
        root.display(),
    );
    let output = Command::new("/bin/sh").args(["-c", &script]).stdin(Stdio::null()).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    // ls has one more of its own, of the folder.
    assert_eq!(text, "third\nfourth\n0 1 2 3 4 5 ", "{}", String::from_utf8_lossy(&output.stderr));
    runtime.refused(&["run", "--preserve-fds", "2", &id], &["descriptor 3 is not open"]);
    runtime.nothing_left("run");
}

#[test]
fn a_created_container_keeps_the_streams_of_create() {
    let runtime = Runtime::new("read line; echo got $line");
    let id = runtime.id();
    std::fs::write(runtime.path("in"), "words\n").unwrap();
    let mut create = runtime.command(&["create", &id]);
    create.stdin(File::open(runtime.path("in")).unwrap()).stdout(File::create(runtime.path("out")).unwrap());
    assert!(create.stderr(Stdio::null()).status().unwrap().success());
    runtime.ok(&["start", &id]);
    eventually("it has answered", || read(runtime.path("out")) == "got words\n");
    runtime.expect("stopped");
    runtime.ok(&["delete", &id]);
}
