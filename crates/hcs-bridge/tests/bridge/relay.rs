//! Relayed streams against a host that is written out by hand: what comes when, and who closes first.

use crate::Mode;
use crate::peer::*;
use std::os::unix::net::UnixListener;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

const PORTS: &str = r#"{"StdIn":1073741825,"StdOut":1073741826,"StdErr":1073741827}"#;

async fn run(script: &str) -> (Peer, u64, [UnixStream; 3], tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let listen = |port: u32| {
        let listener = UnixListener::bind(folder.path().join(format!("bridge_{port}"))).unwrap();
        listener.set_nonblocking(true).unwrap();
        listener
    };
    let listeners = [listen(0x4000_0001), listen(0x4000_0002), listen(0x4000_0003)];
    let (mut peer, _, _) = host_end(Mode::Relayed, folder.path());
    peer.negotiate().await;
    peer.create("web").await;
    let answer = peer.ask(EXECUTE, 2, &execute("web", script, PORTS)).await;
    let process = answer["ProcessId"].as_u64().unwrap_or_else(|| panic!("{answer}"));
    // The answer has come, so the guest must already have connected to all three: accepting does not wait.
    let accepted = listeners.map(|listener| {
        let stream = listener.accept().expect("connected before the answer").0;
        stream.set_nonblocking(true).unwrap();
        UnixStream::from_std(stream).unwrap()
    });
    (peer, process, accepted, folder)
}

async fn all(stream: &mut UnixStream) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    text
}

#[tokio::test]
async fn the_exit_code_waits_until_the_host_has_the_output() {
    let (mut peer, process, [mut stdin, mut stdout, mut stderr], _folder) = run("cat; echo end >&2; exit 9").await;
    peer.send(WAIT, 3, &format!(r#"{{"ContainerId":"web","ProcessId":{process},"TimeoutInMs":4294967295}}"#)).await;
    stdin.write_all(b"some text").await.unwrap();
    stdin.shutdown().await.unwrap();
    // The guest has half-closed: we read the end, and can still write.
    assert_eq!(all(&mut stdout).await, "some text");
    assert_eq!(all(&mut stderr).await, "end\n");
    drop(stderr);
    let early = tokio::time::timeout(Duration::from_millis(100), peer.receive()).await;
    assert!(early.is_err(), "the host has not closed its end of the output: {early:?}");
    drop(stdout);
    let (kind, id, answer) = peer.receive().await.unwrap();
    assert_eq!((kind, id, answer["ExitCode"].as_u64()), (0x2010_0601, 3, Some(9)));
    // The guest closes its input last.
    assert_eq!(stdin.read(&mut [0]).await.unwrap(), 0);
}

#[tokio::test]
async fn input_stops_when_the_process_ends() {
    let (_peer, _, [mut stdin, mut stdout, stderr], _folder) = run("exit 0").await;
    assert_eq!(all(&mut stdout).await, "");
    // The guest has shut down its reading side, though it keeps the connection until the output is done.
    loop {
        if let Err(error) = stdin.write_all(b"more").await {
            assert_eq!(error.kind(), std::io::ErrorKind::BrokenPipe);
            break;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    drop((stdout, stderr));
    let _ = stdin.read(&mut [0]).await;
}

#[tokio::test]
async fn a_port_without_a_listener_starts_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (mut peer, _, _) = host_end(Mode::Relayed, folder.path());
    peer.negotiate().await;
    peer.create("web").await;
    let mark = folder.path().join("mark");
    let script = format!("touch {}", mark.display());
    let answer = peer.ask(EXECUTE, 2, &execute("web", &script, r#"{"StdOut":1073741826}"#)).await;
    assert_eq!(answer["Result"], signed(0xc037_0108), "{answer}");
    assert!(!mark.exists());
    // Port 0 stands for none.
    let answer = peer.ask(EXECUTE, 3, &execute("web", "exit 0", r#"{"StdIn":0,"StdOut":0,"StdErr":0}"#)).await;
    assert_eq!(answer["Result"], 0, "{answer}");
}

#[tokio::test]
async fn each_end_must_be_of_the_same_mind() {
    let folder = tempfile::tempdir().unwrap();
    let (mut peer, _, _) = host_end(Mode::Passed, folder.path());
    peer.negotiate().await;
    peer.create("web").await;
    assert_eq!(peer.ask(EXECUTE, 2, &execute("web", "exit 0", PORTS)).await["Result"], signed(0x8007_0032));
    let passed =
        execute("web", "exit 0", "{}").replace(r#""VsockStdioRelaySettings":{}"#, r#""PassedStreams":["StdIn"]"#);
    // Announced, and nothing came.
    assert_eq!(peer.ask(EXECUTE, 3, &passed).await["Result"], signed(0xc037_0111));
    let (mut peer, _, _) = host_end(Mode::Relayed, folder.path());
    peer.negotiate().await;
    peer.create("web").await;
    assert_eq!(peer.ask(EXECUTE, 3, &passed).await["Result"], signed(0x8007_0032));
}
