//! The keeper's socket: who may connect, and what is left of it.

use crate::document;
use crate::fake::Fake;
use hcs_bridge::unix::{Listener, connect};
use hcs_bridge::{Client, Streams};
use hcs_host::Host;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

#[tokio::test]
async fn many_clients_share_one_host() {
    let folder = tempfile::tempdir().unwrap();
    // Longer than a socket's address.
    let deep = folder.path().join("x".repeat(100)).join("y".repeat(100));
    std::fs::create_dir_all(&deep).unwrap();
    let path = deep.join("bridge");
    let listener = Listener::bind(&path).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(Listener::bind(&path).is_err(), "the socket is in use");
    let serving = tokio::spawn(async move { listener.serve(Fake::new(), Streams::Passed).await });
    let first = Client::connect(connect(&path).await.unwrap(), Streams::Passed).await.unwrap();
    let second = Client::connect(connect(&path).await.unwrap(), Streams::Passed).await.unwrap();
    first.create("web", &document()).await.unwrap();
    second.start("web").await.unwrap();
    second.adopt("web");
    assert_eq!(second.list().await.unwrap()[0].state, "Running");
    serving.abort();
    serving.await.unwrap_err();
    assert!(first.start("web").await.unwrap_err().is_disconnected());
    assert!(!path.exists(), "the socket is removed");
}

const SOCKET: &str = "HCS_BRIDGE_TEST_SOCKET";

/// Not a test by itself: what the next one runs as another user.
#[tokio::test]
async fn connects_when_told_to() {
    let Some(path) = std::env::var_os(SOCKET) else { return };
    let connection = connect(Path::new(&path)).await.unwrap();
    let refused = Client::connect(connection, Streams::Passed).await;
    std::process::exit(if refused.is_err() { 43 } else { 42 });
}

#[tokio::test]
async fn other_users_are_turned_away() {
    assert!(
        rustix::process::geteuid().is_root(),
        "this test takes on another user and needs root: run `cargo xtask test` as root"
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bridge");
    let listener = Listener::bind(&path).unwrap();
    let open = |path: &Path, mode| std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    open(folder.path(), 0o755);
    // The mode alone would keep them out; here the check behind it is meant.
    open(&path, 0o666);
    tokio::spawn(async move { listener.serve(Fake::new(), Streams::Passed).await });
    let attempt = async |user| {
        let mut command = Command::new("/proc/self/exe");
        command.args(["--exact", "listener::connects_when_told_to"]).env(SOCKET, &path).uid(user);
        let mut child = command.stdout(std::process::Stdio::null()).spawn().unwrap();
        loop {
            match child.try_wait().unwrap() {
                Some(status) => return status.code(),
                None => tokio::time::sleep(std::time::Duration::from_millis(1)).await,
            }
        }
    };
    assert_eq!(attempt(0).await, Some(42));
    assert_eq!(attempt(65534).await, Some(43));
}
