//! A container that a front end keeps and drives by calls, as a shim does: [`hcs_engine::Container`].
//!
//! Helpers are this program again, so it has a `main` of its own, which does by hand what a test harness does: it lists its tests,
//! and runs those that are named.
#![forbid(unsafe_code)]

use hcs_engine::{Base, Container, Engine, Limits, Request, Signal, Status, Stdio};
use hcs_schema::oci::{Memory, Process, Resources, Spec};
use serde_json::json;
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::Path;

/// A test.
type Test = fn(&Engine, &Path);

const TESTS: &[(&str, Test)] = &[
    ("it_lives_in_calls", it_lives_in_calls),
    ("a_terminal_comes_while_it_is_made", a_terminal_comes_while_it_is_made),
    ("further_processes_have_streams_and_codes", further_processes_have_streams_and_codes),
    ("a_failure_leaves_nothing", a_failure_leaves_nothing),
    ("silo_reaches_it", silo_reaches_it),
];

fn main() {
    hcs_engine::run_if_helper();
    let words: Vec<String> = std::env::args().skip(1).collect();
    let listing = words.iter().any(|word| word == "--list");
    let exact = words.iter().any(|word| word == "--exact");
    let ignored = words.iter().any(|word| word == "--ignored");
    let named: Vec<&String> = words.iter().filter(|word| !word.starts_with('-') && *word != "terse").collect();
    let wanted = |name: &str| {
        !ignored
            && (named.is_empty() || named.iter().any(|word| if exact { *word == name } else { name.contains(*word) }))
    };
    for (name, test) in TESTS.iter().filter(|(name, _)| wanted(name)) {
        if listing {
            println!("{name}: test");
            continue;
        }
        let root = tempfile::Builder::new().prefix("silo-it-").tempdir().unwrap();
        let state = root.path().join("state");
        test(&Engine::open(Some(&state)).unwrap(), &state);
        let left: Vec<_> =
            std::fs::read_dir(&state).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        assert!(left.is_empty(), "{name} has left {left:?}");
        println!("test {name} ... ok");
    }
}

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn request(state: &Path, script: &str) -> Request {
    let spec: Spec = serde_json::from_value(json!({
        "ociVersion": "1.2.0",
        "root": {"path": ""},
        "process": {"args": ["/bin/sh", "-c", script], "env": ["PATH=/usr/bin:/bin"], "cwd": "/", "user": {"uid": 0, "gid": 0}},
        "mounts": [
            {"destination": "/proc", "type": "proc", "source": "proc"},
            {"destination": "/dev", "type": "tmpfs", "source": "tmpfs"},
            {"destination": "/dev/pts", "type": "devpts", "source": "devpts", "options": ["newinstance"]},
        ],
        "linux": {"namespaces": [{"type": "pid"}, {"type": "ipc"}, {"type": "uts"}, {"type": "mount"}]},
    }))
    .unwrap();
    let own = state.parent().and_then(Path::file_name).unwrap().to_str().unwrap().replace("silo-it-", "held-");
    Request { id: Some(own), spec, base: Base::Host, ..Request::default() }
}

/// Streams whose output comes out of the other end.
fn piped() -> (Stdio, UnixStream, UnixStream) {
    let ((ours, theirs), (input, stdin)) = (UnixStream::pair().unwrap(), UnixStream::pair().unwrap());
    let copy = theirs.try_clone().unwrap();
    let stdio =
        Stdio { stdin: Some(stdin.into()), stdout: Some(theirs.into()), stderr: Some(copy.into()), console: None };
    (stdio, ours, input)
}

fn all(from: impl Into<OwnedFd>) -> String {
    let mut bytes = Vec::new();
    // The end of a terminal is an error.
    let _ = File::from(from.into()).read_to_end(&mut bytes);
    String::from_utf8(bytes).unwrap().replace('\r', "")
}

async fn deleted(container: &Container) {
    container.delete().await.unwrap();
    assert_eq!(container.status(), Status::Stopped);
}

fn it_lives_in_calls(engine: &Engine, state: &Path) {
    block_on(async {
        let (stdio, output, mut input) = piped();
        let container = engine.create(request(state, "read word; echo got $word; exit 7"), stdio).await.unwrap();
        assert_eq!(container.status(), Status::Created);
        let pid = container.pid().expect("its first process is there");
        assert!(container.exec(Process::default(), Stdio::default()).await.is_err(), "it has not been started");
        assert_eq!(container.start().await.unwrap(), pid);
        assert!(container.start().await.is_err(), "twice");
        assert_eq!(container.status(), Status::Running);
        container.pause().await.unwrap();
        assert_eq!(container.status(), Status::Paused);
        container.resume().await.unwrap();
        assert!(container.pids().await.unwrap().iter().any(|process| process.process_id == pid));
        assert!(container.statistics().await.unwrap().metrics["memory"].is_object());
        let limit = Memory { limit: Some(100 << 20), ..Memory::default() };
        let resources = Resources { memory: Some(limit), ..Resources::default() };
        container.update(Limits::Linux(Box::new(resources))).await.unwrap();
        input.write_all(b"words\n").unwrap();
        assert_eq!(container.wait(pid).await.unwrap(), 7);
        assert_eq!(container.wait(pid).await.unwrap(), 7, "again");
        assert_eq!(all(output), "got words\n");
        assert!(!container.signal(pid, &Signal::Number(9)).await.unwrap(), "it has ended");
        assert_eq!(container.status(), Status::Stopped);
        deleted(&container).await;
    });
}

fn a_terminal_comes_while_it_is_made(engine: &Engine, state: &Path) {
    block_on(async {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let mut request = request(state, "stty size; exit 3");
        request.spec.process.as_mut().unwrap().terminal = true;
        let stdio = Stdio { console: Some(theirs.into()), ..Stdio::default() };
        let container = engine.create(request, stdio).await.unwrap();
        let master = received(&ours);
        container.resize(container.pid().unwrap(), 31, 97).await.unwrap();
        let pid = container.start().await.unwrap();
        assert_eq!(container.wait(pid).await.unwrap(), 3);
        assert_eq!(all(master), "31 97\n");
        deleted(&container).await;
    });
}

fn received(socket: &UnixStream) -> OwnedFd {
    use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags};
    let mut name = [0; 64];
    let mut space = [std::mem::MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let mut parts = [std::io::IoSliceMut::new(&mut name)];
    rustix::net::recvmsg(socket, &mut parts, &mut ancillary, RecvFlags::DONTWAIT).expect("it is there already");
    let fd = ancillary.drain().find_map(|item| match item {
        RecvAncillaryMessage::ScmRights(mut fds) => fds.next(),
        _ => None,
    });
    fd.expect("the master")
}

fn further_processes_have_streams_and_codes(engine: &Engine, state: &Path) {
    block_on(async {
        let container = engine.create(request(state, "sleep 1000"), Stdio::default()).await.unwrap();
        let first = container.start().await.unwrap();
        let (stdio, output, _input) = piped();
        let process = container.spec().unwrap().process.unwrap();
        let args = ["/bin/sh", "-c", "echo out; exit 5"].map(str::to_owned).to_vec();
        let pid = container.exec(Process { args, ..process }, stdio).await.unwrap();
        assert_eq!((container.wait(pid).await.unwrap(), all(output).as_str()), (5, "out\n"));
        let waits = tokio::join!(container.wait(first), container.wait(first), async {
            container.signal_all(&Signal::Number(9)).await.unwrap();
        });
        assert_eq!((waits.0.unwrap(), waits.1.unwrap()), (137, 137));
        deleted(&container).await;
    });
    block_on(async {
        // One that runs is ended by `delete`.
        let container = engine.create(request(state, "sleep 1000"), Stdio::default()).await.unwrap();
        container.start().await.unwrap();
        deleted(&container).await;
        let container = engine.create(request(state, "sleep 1000"), Stdio::default()).await.unwrap();
        deleted(&container).await;
    });
}

fn a_failure_leaves_nothing(engine: &Engine, state: &Path) {
    block_on(async {
        let mut wrong = request(state, "true");
        wrong.spec.mounts[0].source = Some("/no/such/folder".into());
        wrong.spec.mounts[0].options = vec!["bind".into()];
        let error = engine.create(wrong, Stdio::default()).await.unwrap_err();
        assert!(error.to_string().contains("/no/such/folder"), "{error}");
        let mut missing = request(state, "true");
        missing.spec.process.as_mut().unwrap().args = vec!["no-such-program".into()];
        let container = engine.create(missing, Stdio::default()).await.unwrap();
        let error = container.start().await.unwrap_err();
        assert!(error.to_string().contains("no-such-program"), "{error}");
        deleted(&container).await;
    });
}

fn silo_reaches_it(engine: &Engine, state: &Path) {
    block_on(async {
        let container = engine.create(request(state, "sleep 1000"), Stdio::default()).await.unwrap();
        container.start().await.unwrap();
        let own = std::env::current_exe().unwrap();
        let silo =
            own.ancestors().map(|folder| folder.join("silo")).find(|path| path.is_file()).expect("build silo first");
        let mut silo = std::process::Command::new(silo);
        silo.arg("--root").arg(state).args(["exec", container.id(), "/bin/sh", "-c", "echo reached"]);
        let ran = tokio::task::spawn_blocking(move || silo.output().unwrap()).await.unwrap();
        assert_eq!(String::from_utf8_lossy(&ran.stdout), "reached\n", "{}", String::from_utf8_lossy(&ran.stderr));
        let found = engine.find(container.id()).unwrap();
        assert_eq!((found.status, found.pid), (Status::Running, container.pid()));
        deleted(&container).await;
    });
}
