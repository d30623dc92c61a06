//! Processes: their streams, signals and ends.

use crate::{SOON, Session, abis, command, end, has_computecore, name, open, started};
use hcs_host::Signal;
use hcs_schema::document::ProcessParameters;
use hcs_windows::{Pipe, Pipes, Process};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::time::Duration;

/// What a process ends with that is ended by force.
const KILLED: u32 = 0x8007_042b;
/// What a process ends with that is signalled.
const INTERRUPTED: u32 = 0xc000_013a;

/// A process that runs until it is ended.
const ENDLESS: &str = "cmd /c set /p A=";

/// Says what [`a_program`] is to do.
const PART: &str = "HCS_WINDOWS_TEST_PART";

/// This program as one of a container.
pub(crate) fn program(part: &str) -> ProcessParameters {
    let program = std::env::current_exe().expect("this program");
    let line = format!("\"{}\" --exact processes::a_program --nocapture", program.display());
    let environment = [(PART.to_owned(), part.to_owned())].into_iter().collect();
    ProcessParameters { environment, ..command(&line) }
}

/// What runs in containers, and does nothing when this is run as a test.
#[test]
fn a_program() {
    match std::env::var(PART).as_deref() {
        Ok("copy") => {
            std::io::copy(&mut std::io::stdin(), &mut std::io::stdout()).expect("copied");
            std::process::exit(0);
        }
        Ok("answer") => {
            let mut line = String::new();
            std::io::stdin().read_line(&mut line).expect("a line");
            println!("\ngot {}", line.trim_end());
            let rest = std::io::read_to_string(std::io::stdin()).expect("an end");
            eprintln!("oops{rest}");
            std::process::exit(7);
        }
        _ => {}
    }
}

/// The last line of a text.
fn last(text: &str) -> &str {
    text.lines().last().unwrap_or_default()
}

fn read(pipe: Option<Pipe>) -> String {
    let mut text = String::new();
    pipe.expect("a pipe").read_to_string(&mut text).expect("it ends");
    text.trim_end().to_owned()
}

async fn code(process: &Process) -> u32 {
    tokio::time::timeout(SOON, process.wait()).await.expect("it ends in time").expect("a code")
}

/// What the service has of a process.
fn seen(session: &Session, id: &str, pid: u32) -> Value {
    let system = session.system(id);
    let found = system["processes"].as_array().and_then(|all| all.iter().find(|process| process["pid"] == pid));
    found.unwrap_or_else(|| panic!("no process {pid} in {system}")).clone()
}

#[tokio::test]
async fn streams_go_both_ways_and_end() {
    let session = Session::new("streams");
    for abi in abis() {
        let (hcs, id) = (open(abi), name(abi));
        let system = started(&hcs, id).await;
        let process = system.create_process(&program("answer")).await.expect("a process");
        let Pipes { stdin, stdout, stderr } = process.take_pipes();
        assert!(process.take_pipes().stdout.is_none(), "they are taken once");
        let mut input = stdin.expect("a pipe");
        input.write_all(b"one\r\n").expect("it reads");
        process.close_stdin(Some(input)).await.expect("closed");
        // It reads until the input has ended.
        let (said, complained) = (read(stdout), read(stderr));
        assert_eq!((last(&said), complained.as_str()), ("got one", "oops"));
        assert_eq!(code(&process).await, 7);
        assert_eq!(process.system().id(), id);
        assert!(process.properties().await.expect("a status").exited);
        process.close_stdin(None).await.expect("it has ended, which is as good");
        end(&system).await;
    }
    session.assert_empty();
}

#[tokio::test]
async fn megabytes_go_through() {
    const SIZE: usize = 8 << 20;
    let session = Session::new("megabytes");
    for abi in abis() {
        let (hcs, id) = (open(abi), name(abi));
        let system = started(&hcs, id).await;
        let process = system.create_process(&program("copy")).await.expect("a process");
        let Pipes { stdin, stdout, .. } = process.take_pipes();
        let (mut input, mut output) = (stdin.expect("a pipe"), stdout.expect("a pipe"));
        let line = format!("{}\r\n", "x".repeat(1022));
        let writer = std::thread::spawn(move || {
            for _ in 0..SIZE / line.len() {
                input.write_all(line.as_bytes()).expect("it reads");
            }
            input
        });
        let reader = std::thread::spawn(move || {
            let mut all = Vec::new();
            output.read_to_end(&mut all).expect("it ends");
            all
        });
        let input = tokio::task::spawn_blocking(|| writer.join()).await.expect("a thread").expect("written");
        process.close_stdin(Some(input)).await.expect("closed");
        let all = tokio::task::spawn_blocking(|| reader.join()).await.expect("a thread").expect("read");
        let lines = all.split(|byte| *byte == b'\n');
        assert_eq!(lines.filter(|line| line.trim_ascii_end().ends_with(&[b'x'; 1022])).count(), SIZE / 1024);
        assert_eq!(code(&process).await, 0);
        end(&system).await;
    }
    session.assert_empty();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_run_at_once_and_many_wait_for_one() {
    let session = Session::new("many");
    for abi in abis() {
        let (hcs, id) = (open(abi), name(abi));
        let system = started(&hcs, id).await;
        let tasks: Vec<_> = (0..6_u32)
            .map(|number| {
                let system = system.clone();
                tokio::spawn(async move {
                    let line = format!("cmd /c echo {number}& exit {number}");
                    let process = system.create_process(&command(&line)).await.expect("a process");
                    let stdout = process.take_pipes().stdout;
                    let said = tokio::task::spawn_blocking(|| read(stdout)).await.expect("a thread");
                    let (one, two, three) = tokio::join!(code(&process), code(&process), code(&process));
                    assert_eq!((said, [one, two, three]), (number.to_string(), [number; 3]));
                })
            })
            .collect();
        for task in tasks {
            task.await.expect("it is as it should be");
        }
        end(&system).await;
    }
    session.assert_empty();
}

#[tokio::test]
async fn signals_end_a_process() {
    let session = Session::new("signals");
    for abi in abis() {
        let (hcs, id) = (open(abi), name(abi));
        let system = started(&hcs, id).await;
        for (signal, expected) in [
            (Signal::Name("CtrlC".into()), INTERRUPTED),
            (Signal::Name("ctrlbreak".into()), INTERRUPTED),
            (Signal::Name("CtrlShutdown".into()), INTERRUPTED),
            (Signal::Number(2), INTERRUPTED),
            (Signal::Number(15), INTERRUPTED),
            (Signal::Number(21), INTERRUPTED),
            (Signal::Number(9), KILLED),
        ] {
            let process = system.create_process(&command(ENDLESS)).await.expect("a process");
            assert!(process.signal(&signal).await.expect("it is sent"), "{signal:?}");
            // A Windows before 17763 has no events for containers.
            let expected = if hcs.is_version1() { KILLED } else { expected };
            assert_eq!(code(&process).await, expected, "{signal:?}");
            assert!(!process.signal(&signal).await.expect("it has ended, which is no error"), "{signal:?}");
        }
        let process = system.create_process(&command(ENDLESS)).await.expect("a process");
        for wrong in [Signal::Number(1), Signal::Name("SIGTERM".into())] {
            let error = process.signal(&wrong).await.expect_err("Windows has none such");
            assert!(error.to_string().contains("CtrlC"), "{error}");
        }
        end(&system).await;
        assert!(!process.kill().await.expect("it has ended"));
    }
    session.assert_empty();
}

#[tokio::test]
async fn a_second_kill_and_a_kill_of_what_is_gone_do_nothing() {
    let session = Session::new("kills");
    for abi in abis() {
        let (hcs, id) = (open(abi), name(abi));
        let system = started(&hcs, id).await;
        let process = system.create_process(&command(ENDLESS)).await.expect("a process");
        let other = open(abi).open_system(id).await.expect("it").open_process(process.pid()).await.expect("it");
        let (one, two) = tokio::join!(process.kill(), process.kill());
        assert!(one.expect("it ends") && two.expect("it has been asked to"));
        assert_eq!((code(&process).await, code(&other).await), (KILLED, KILLED));
        assert!(!process.kill().await.expect("it has ended") && !other.kill().await.expect("it has ended"));
        let gone = system.create_process(&command("cmd /c exit 3")).await.expect("a process");
        assert_eq!(code(&gone).await, 3);
        assert!(!gone.kill().await.expect("it has ended"));
        end(&system).await;
        assert!(system.open_process(4).await.is_err());
    }
    session.assert_empty();
}

#[tokio::test]
async fn another_opens_a_process_with_its_streams() {
    let session = Session::new("reopen");
    for abi in abis() {
        let (hcs, id) = (open(abi), name(abi));
        let system = started(&hcs, id).await;
        let first = system.create_process(&program("answer")).await.expect("a process");
        let pid = first.pid();
        let second = open(abi).open_system(id).await.expect("it").open_process(pid).await.expect("it");
        assert!(second.take_pipes().stdin.is_none());
        let Pipes { stdin, stdout, .. } = second.reopen_pipes().await.expect("pipes");
        let mut input = stdin.expect("a pipe");
        input.write_all(b"two\r\n").expect("it reads");
        second.close_stdin(Some(input)).await.expect("closed");
        assert_eq!((last(&read(stdout)), code(&second).await), ("got two", 7));
        let missing = system.open_process(0x00ff_fff0).await.expect_err("there is none");
        assert!(missing.is_not_found() && missing.to_string().contains("16777200"), "{missing}");
        end(&system).await;
    }
    session.assert_empty();
}

#[tokio::test]
async fn a_console_has_a_size() {
    let session = Session::new("console");
    for abi in abis() {
        let (hcs, id) = (open(abi), name(abi));
        let system = started(&hcs, id).await;
        let parameters = ProcessParameters {
            command_line: ENDLESS.into(),
            emulate_console: true,
            create_std_in_pipe: true,
            create_std_out_pipe: true,
            console_size: [24, 80],
            ..ProcessParameters::default()
        };
        let process = system.create_process(&parameters).await.expect("a process");
        assert_eq!(seen(&session, id, process.pid())["console_size"], json!([24, 80]));
        process.resize(50, 132).await.expect("resized");
        assert_eq!(seen(&session, id, process.pid())["console_size"], json!([50, 132]));
        process.close_stdin(None).await.expect("closed");
        assert_eq!(seen(&session, id, process.pid())["input_closed"], json!(true));
        code(&process).await;
        assert!(process.resize(1, 1).await.expect_err("it has ended").is_already_stopped());
        end(&system).await;
    }
    session.assert_empty();
}

#[tokio::test]
async fn what_cannot_be_started_says_why() {
    let session = Session::new("nothing");
    for abi in abis() {
        let (hcs, id) = (open(abi), name(abi));
        let system = hcs.create(id, &crate::container(id)).await.expect("a system");
        let early = system.create_process(&command(ENDLESS)).await.expect_err("it does not run");
        assert!(early.is_invalid_state(), "{early}");
        system.start().await.expect("it starts");
        let missing = system.create_process(&command("nowhere.exe")).await.expect_err("it is not there");
        assert!(missing.is_not_found() && missing.to_string().contains("nowhere.exe"), "{missing}");
        let empty = system.create_process(&command("")).await.expect_err("nothing is said");
        assert!(empty.to_string().contains("CommandLine"), "{empty}");
        end(&system).await;
    }
    assert!(has_computecore() || abis().count() == 1);
    session.assert_empty();
}

#[tokio::test]
async fn the_end_of_a_system_ends_its_processes() {
    let session = Session::new("both");
    for abi in abis() {
        let (hcs, id) = (open(abi), name(abi));
        let system = started(&hcs, id).await;
        let process = system.create_process(&command(ENDLESS)).await.expect("a process");
        let waiting = tokio::spawn({
            let process = process.clone();
            async move { code(&process).await }
        });
        tokio::time::sleep(Duration::from_millis(50)).await;
        end(&system).await;
        assert_eq!(waiting.await.expect("a code"), KILLED);
        // It is known from now on.
        assert_eq!(process.wait().await.expect("a code"), KILLED);
    }
    session.assert_empty();
}
