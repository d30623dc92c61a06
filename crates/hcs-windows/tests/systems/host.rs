//! This Windows as a host: what every host does.

use crate::processes::program;
use crate::{SOON, Session, abis, command, container, name, open};
use hcs_host::{Event, EventKind, Handle, Host, Signal, Stdio};
use hcs_schema::HResult;
use hcs_schema::document::{ProcessParameters, PropertyQuery};
use hcs_windows::WindowsHost;
use std::fs::{self, File};
use std::path::Path;

async fn next(events: &mut tokio::sync::broadcast::Receiver<Event>) -> Event {
    tokio::time::timeout(SOON, events.recv()).await.expect("in time").expect("an event")
}

fn file(path: &Path) -> Option<Handle> {
    Some(Handle::from(File::create(path).expect("a file")))
}

fn plain(line: &str) -> ProcessParameters {
    ProcessParameters { command_line: line.into(), ..ProcessParameters::default() }
}

#[tokio::test]
async fn a_host_runs_programs_with_the_callers_streams() {
    let session = Session::new("host");
    let folder = session.home.folder();
    let (input, output, errors) = (folder.join("in"), folder.join("out"), folder.join("err"));
    fs::write(&input, "hello\r\n").expect("a file");
    for abi in abis() {
        let (host, id) = (WindowsHost::new(open(abi)), name(abi));
        host.create(id, &container(id)).await.expect("a system");
        assert!(host.create(id, &container(id)).await.expect_err("there is one").is_already_exists());
        host.start(id).await.expect("it starts");
        let stdio = Stdio {
            stdin: Some(Handle::from(File::open(&input).expect("a file"))),
            stdout: file(&output),
            stderr: file(&errors),
            ..Stdio::default()
        };
        let answer = ProcessParameters {
            create_std_in_pipe: false,
            create_std_out_pipe: false,
            create_std_err_pipe: false,
            ..program("answer")
        };
        let pid = host.execute(id, &answer, stdio).await.expect("a process");
        assert_eq!(host.wait(id, pid).await.expect("a code"), 7);
        assert!(fs::read_to_string(&output).expect("a file").trim_end().ends_with("got hello"));
        assert_eq!(fs::read_to_string(&errors).expect("a file").trim_end(), "oops");
        // May be asked again.
        assert_eq!(host.wait(id, pid).await.expect("a code"), 7);

        let endless = host.execute(id, &command("cmd /c set /p A="), Stdio::default()).await.expect("a process");
        host.resize(id, endless, 30, 100).await.expect("resized");
        let summaries = host.list().await.expect("a list");
        assert_eq!((summaries.len(), summaries[0].state.as_str()), (1, "Running"));
        let other = WindowsHost::new(open(abi));
        assert!(other.signal(id, endless, &Signal::Number(9)).await.expect("sent"));
        assert_ne!(host.wait(id, endless).await.expect("a code"), 0);
        let pause = host.pause().expect("it can");
        pause.pause(id).await.expect("it pauses");
        assert_eq!(host.list().await.expect("a list")[0].state, "Paused");
        pause.resume(id).await.expect("it goes on");
        assert!(host.delete(id).await.expect_err("it runs").is_invalid_state());
        let console = Stdio { console: file(&folder.join("no")), ..Stdio::default() };
        assert!(host.execute(id, &plain("cmd"), console).await.expect_err("it is Linux's").is_not_supported());
        host.terminate(id).await.expect("it ends");
        host.system(id).await.expect("it").exited().await.expect("an exit");
        host.delete(id).await.expect("deleted");
        drop((host, other));
        settle().await;
    }
    session.assert_empty();
}

/// Lets tasks that were given up go.
async fn settle() {
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
}

#[tokio::test]
async fn ends_are_told_by_their_kind() {
    let session = Session::new("events");
    for abi in abis() {
        let host = WindowsHost::new(open(abi));
        let mut events = host.events();
        for id in ["graceful", "forced", "unexpected"] {
            host.create(id, &container(id)).await.expect("a system");
            host.start(id).await.expect("it starts");
        }
        host.shutdown("graceful").await.expect("asked");
        let event = next(&mut events).await;
        assert_eq!((event.id.as_str(), event.kind), ("graceful", EventKind::GracefulExit));
        // What is asked first and then ended by force was ended by force.
        host.terminate("forced").await.expect("asked");
        let event = next(&mut events).await;
        assert_eq!((event.id.as_str(), event.kind, event.result), ("forced", EventKind::ForcedExit, HResult::S_OK));
        // Somebody else.
        open(abi).open_system("unexpected").await.expect("it").terminate().await.expect("it ends");
        let event = next(&mut events).await;
        assert_eq!((event.id.as_str(), event.kind), ("unexpected", EventKind::UnexpectedExit));
        for id in ["graceful", "forced", "unexpected"] {
            host.delete(id).await.expect("deleted");
        }
        drop(host);
        settle().await;
    }
    session.assert_empty();
}

#[tokio::test]
async fn an_id_can_be_used_again() {
    let session = Session::new("again");
    for abi in abis() {
        let host = WindowsHost::new(open(abi));
        let mut events = host.events();
        for _ in 0..2 {
            host.create("a", &container("a")).await.expect("a system");
            host.start("a").await.expect("it starts");
            host.terminate("a").await.expect("it ends");
            assert_eq!(next(&mut events).await.kind, EventKind::ForcedExit);
        }
        host.delete("a").await.expect("deleted");
        assert!(host.properties("a", &PropertyQuery::default()).await.expect_err("it is gone").is_not_found());
        for error in [
            host.start("b").await.expect_err("none"),
            host.delete("b").await.expect_err("none"),
            host.wait("b", 1).await.map(drop).expect_err("none"),
        ] {
            assert!(error.is_not_found() && error.id == "b", "{error}");
        }
        let capabilities = host.capabilities();
        assert_eq!(capabilities.schema_versions[0].major, if host.hcs().is_version1() { 1 } else { 2 });
        drop(host);
        settle().await;
    }
    session.assert_empty();
}
