//! Standard streams in both modes, with real programs.

use crate::{Mode, connect, document, pipe, shell};
use hcs_bridge::unix::receive_handle;
use hcs_host::{Host, Stdio};
use hcs_schema::document::ProcessParameters;
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use tokio::net::UnixStream;

const MODES: [Mode; 2] = [Mode::Passed, Mode::Relayed];
const MIB: usize = 1 << 20;

fn reader(handle: OwnedFd) -> std::thread::JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut all = Vec::new();
        File::from(handle).read_to_end(&mut all).unwrap();
        all
    })
}

fn noise(seed: u32) -> Vec<u8> {
    let mut state = seed;
    std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    })
    .take(MIB)
    .collect()
}

#[tokio::test]
async fn a_mebibyte_goes_both_ways_and_ends() {
    for mode in MODES {
        let (client, _, folder) = connect(mode).await;
        client.create("web", &document()).await.unwrap();
        let ((stdin, feed), (output, stdout), (errors, stderr)) = (pipe(), pipe(), pipe());
        let stdio = Stdio { stdin: Some(stdin), stdout: Some(stdout), stderr: Some(stderr), console: None };
        let process = client.execute("web", &shell("cat; echo done >&2; exit 7"), stdio).await.unwrap();
        let data = noise(7);
        let sent = data.clone();
        let writer = std::thread::spawn(move || File::from(feed).write_all(&sent).unwrap());
        let (output, errors) = (reader(output), reader(errors));
        assert_eq!(client.wait("web", process).await.unwrap(), 7, "{mode:?}");
        assert_eq!(client.wait("web", process).await.unwrap(), 7, "{mode:?} again");
        writer.join().unwrap();
        assert!(output.join().unwrap() == data, "{mode:?}");
        assert_eq!(errors.join().unwrap(), b"done\n", "{mode:?}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "no socket is left behind");
    }
}

#[tokio::test]
async fn output_is_complete_when_the_exit_code_comes() {
    let (client, _, _folder) = connect(Mode::Relayed).await;
    client.create("web", &document()).await.unwrap();
    let (output, stdout) = pipe();
    rustix::pipe::fcntl_setpipe_size(&stdout, 4 * MIB).unwrap_or_default();
    let stdio = Stdio { stdout: Some(stdout), ..Stdio::default() };
    let process = client.execute("web", &shell("head -c 60000 /dev/zero"), stdio).await.unwrap();
    assert_eq!(client.wait("web", process).await.unwrap(), 0);
    // Nobody writes any more, so this does not wait.
    let mut all = Vec::new();
    File::from(output).read_to_end(&mut all).unwrap();
    assert_eq!(all.len(), 60_000);
}

#[tokio::test]
async fn input_may_outlive_the_process() {
    for mode in MODES {
        let (client, _, _folder) = connect(mode).await;
        client.create("web", &document()).await.unwrap();
        let ((stdin, feed), (output, stdout)) = (pipe(), pipe());
        let stdio = Stdio { stdin: Some(stdin), stdout: Some(stdout), ..Stdio::default() };
        let process = client.execute("web", &shell("read line; echo $line"), stdio).await.unwrap();
        rustix::io::write(&feed, b"first\n").unwrap();
        assert_eq!(client.wait("web", process).await.unwrap(), 0, "{mode:?}");
        assert_eq!(reader(output).join().unwrap(), b"first\n", "{mode:?}");
        drop(feed);
    }
}

#[tokio::test]
async fn absent_streams_are_null_and_files_work() {
    for mode in MODES {
        let (client, _, folder) = connect(mode).await;
        client.create("web", &document()).await.unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        std::fs::write(&from, noise(3)).unwrap();
        let stdio = Stdio {
            stdin: Some(File::open(&from).unwrap().into()),
            stdout: Some(File::create(&to).unwrap().into()),
            ..Stdio::default()
        };
        let process = client.execute("web", &shell("cat; echo lost >&2"), stdio).await.unwrap();
        assert_eq!(client.wait("web", process).await.unwrap(), 0, "{mode:?}");
        assert!(std::fs::read(&to).unwrap() == noise(3), "{mode:?}");
        let process = client.execute("web", &shell("cat"), Stdio::default()).await.unwrap();
        assert_eq!(client.wait("web", process).await.unwrap(), 0, "{mode:?}");
    }
}

#[tokio::test]
async fn a_reader_that_goes_away_ends_the_writer() {
    for mode in MODES {
        let (client, _, _folder) = connect(mode).await;
        client.create("web", &document()).await.unwrap();
        let (output, stdout) = pipe();
        let stdio = Stdio { stdout: Some(stdout), ..Stdio::default() };
        let endless = ProcessParameters { command_args: vec!["yes".into()], ..ProcessParameters::default() };
        let process = client.execute("web", &endless, stdio).await.unwrap();
        let reader = std::thread::spawn(move || File::from(output).read_exact(&mut [0; 4]).unwrap());
        // 128 + SIGPIPE, or 1 where the signal is ignored.
        assert_ne!(client.wait("web", process).await.unwrap(), 0, "{mode:?}");
        reader.join().unwrap();
    }
}

#[tokio::test]
async fn a_console_carries_both_ways() {
    for mode in MODES {
        let (client, host, _folder) = connect(mode).await;
        client.create("web", &document()).await.unwrap();
        let (near, far) = UnixStream::pair().unwrap();
        let console = Some(OwnedFd::from(far.into_std().unwrap()));
        let script = "test -t 0 && test -t 1 && stty -echo && echo ready; read line; echo got $line";
        let parameters = ProcessParameters { emulate_console: true, ..shell(script) };
        let stdio = Stdio { console, ..Stdio::default() };
        let process = client.execute("web", &parameters, stdio).await.unwrap();
        let master = File::from(receive_handle(&near).await.unwrap().unwrap());
        assert!(rustix::termios::isatty(&master));
        assert!(rustix::io::fcntl_getfd(&master).unwrap().contains(rustix::io::FdFlags::CLOEXEC));
        let talk = std::thread::spawn(move || {
            let mut text = String::new();
            let mut buffer = [0; 256];
            while let Ok(count @ 1..) = (&master).read(&mut buffer) {
                text += std::str::from_utf8(&buffer[..count]).unwrap();
                if text.ends_with("ready\r\n") {
                    (&master).write_all(b"word\n").unwrap();
                }
            }
            text
        });
        client.resize("web", process, 40, 132).await.unwrap();
        assert_eq!(client.wait("web", process).await.unwrap(), 0, "{mode:?}");
        assert_eq!(talk.join().unwrap(), "ready\r\ngot word\r\n", "{mode:?}");
        assert_eq!(*host.log.lock().unwrap(), ["resize 40x132"]);
    }
}

#[tokio::test]
async fn a_process_that_cannot_start_leaves_nothing() {
    for mode in MODES {
        let (client, _, folder) = connect(mode).await;
        client.create("web", &document()).await.unwrap();
        let (output, stdout) = pipe();
        let stdio = Stdio { stdout: Some(stdout), ..Stdio::default() };
        let missing = ProcessParameters { command_args: vec!["/no/such".into()], ..ProcessParameters::default() };
        client.execute("web", &missing, stdio).await.unwrap_err();
        assert_eq!(reader(output).join().unwrap(), b"", "{mode:?}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

#[tokio::test]
async fn ports_that_others_use_are_passed_over() {
    let (client, _, folder) = connect(Mode::Relayed).await;
    client.create("web", &document()).await.unwrap();
    for port in [0x4000_0001_u32, 0x4000_0003] {
        std::fs::write(folder.path().join(format!("bridge_{port}")), "").unwrap();
    }
    let ((stdin, _), (output, stdout)) = (pipe(), pipe());
    let stdio = Stdio { stdin: Some(stdin), stdout: Some(stdout), ..Stdio::default() };
    let process = client.execute("web", &shell("cat; echo text"), stdio).await.unwrap();
    assert_eq!(client.wait("web", process).await.unwrap(), 0);
    assert_eq!(reader(output).join().unwrap(), b"text\n");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}
