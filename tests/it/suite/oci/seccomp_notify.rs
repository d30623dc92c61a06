//! `linux.seccomp.listenerPath`: calls that an agent decides about.

use super::Bundle;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recvmsg};
use serde_json::{Value, json};
use std::io::IoSliceMut;
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::net::UnixListener;
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;

/// What an agent was told, the kind of descriptor that came with it, and whether a call was asked about.
type Heard = (Value, String, bool);

/// An agent that answers the first call by going away: the kernel then says that there is no such call. Also answers who tells
/// when it was connected to.
fn agent(listener: UnixListener) -> (JoinHandle<Heard>, Receiver<()>) {
    let (connected, is_connected) = channel();
    let heard = std::thread::spawn(move || {
        let patience = Timespec { tv_sec: 100, tv_nsec: 0 };
        let called = poll(&mut [PollFd::new(&listener, PollFlags::IN)], Some(&patience)).unwrap();
        assert_eq!(called, 1, "nobody called the agent");
        let (stream, _) = listener.accept().unwrap();
        let _ = connected.send(());
        let mut text = vec![0; 65536];
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(4))];
        let mut ancillary = RecvAncillaryBuffer::new(&mut space);
        let received =
            recvmsg(&stream, &mut [IoSliceMut::new(&mut text)], &mut ancillary, RecvFlags::CMSG_CLOEXEC).unwrap();
        let fds: Vec<OwnedFd> = ancillary
            .drain()
            .filter_map(|message| match message {
                RecvAncillaryMessage::ScmRights(fds) => Some(fds),
                _ => None,
            })
            .flatten()
            .collect();
        assert_eq!(fds.len(), 1);
        let kind = super::bundle::link(&format!("/proc/self/fd/{}", fds[0].as_raw_fd()));
        let asked = poll(&mut [PollFd::new(&fds[0], PollFlags::IN)], Some(&patience)).unwrap() == 1;
        (serde_json::from_slice(&text[..received.bytes]).unwrap(), kind, asked)
    });
    (heard, is_connected)
}

fn notifying(script: &str) -> (Bundle, UnixListener) {
    let bundle = Bundle::new(script);
    let listener = UnixListener::bind(bundle.path("agent")).unwrap();
    let path = bundle.text("agent");
    let filter = json!({
        "defaultAction": "SCMP_ACT_ALLOW",
        "listenerPath": path,
        "listenerMetadata": "some words",
        "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_NOTIFY"}],
    });
    (bundle.set("/linux/seccomp", filter).set("/annotations", json!({"a": "b"})), listener)
}

#[test]
fn an_agent_gets_the_state_and_the_descriptor_and_is_asked() {
    let (bundle, listener) = notifying("mkdir /made; echo $?");
    let (agent, _) = agent(listener);
    let ran = bundle.run();
    let (told, kind, asked) = agent.join().unwrap();
    assert!(ran.err.contains("Function not implemented") && ran.out == "1\n", "{}{}", ran.out, ran.err);
    assert!(asked, "the call was not asked about");
    assert!(kind.contains("seccomp"), "{kind}");
    assert_eq!(told["fds"], json!(["seccompFd"]));
    assert_eq!(told["metadata"], "some words");
    assert_eq!(told["ociVersion"], told["state"]["ociVersion"]);
    assert_eq!(told["state"]["id"], bundle.id());
    assert_eq!(told["state"]["status"], "created");
    assert_eq!(told["state"]["annotations"], json!({"a": "b"}));
    assert_eq!(told["pid"], told["state"]["pid"]);
    assert!(told["pid"].as_i64().unwrap() > 1, "the agent sees processes as the host does: {told}");
    bundle.assert_empty();
}

#[test]
fn an_executed_process_has_an_agent_of_its_own() {
    let (bundle, listener) = notifying("sleep 1000");
    let second = listener.try_clone().unwrap();
    // This one waits for a call that the container's own process never makes, and is left to its patience.
    let (_, is_connected) = agent(listener);
    let running = bundle.start();
    is_connected.recv().expect("the first process has an agent");
    let (agent, _) = agent(second);
    let ran = running.exec_with(&[], &["mkdir", "/made"]);
    let (told, _, asked) = agent.join().unwrap();
    assert!(asked && ran.err.contains("Function not implemented"), "{}", ran.err);
    assert_eq!(told["state"]["status"], "running");
    assert_eq!(told["state"]["pid"], running.pid);
    assert_ne!(told["pid"], running.pid);
    running.end();
}

#[test]
fn an_agent_that_is_missing_is_named() {
    let (bundle, listener) = notifying("true");
    drop(listener);
    bundle.refused(&["seccomp agent", "/agent"]);
    let (bundle, _listener) = notifying("true");
    bundle.set("/linux/seccomp/listenerPath", "").refused(&["linux.seccomp.listenerPath"]);
}
