//! Processes in compute systems.

use crate::session::Session;
use hcs_fake::raw::Argument::{Block, Document, Number, Out, Text};
use hcs_fake::raw::Pipe;
use serde_json::{Value, json};
use std::io::{Read, Write};

/// A program that waits for a line.
const WAITS: &str = "cmd /c set /p A=";

#[test]
fn standard_streams_are_pipes() {
    let session = Session::new("streams");
    let (system, ear, _) = session.started("a");
    let parameters = json!({
        "CommandLine": "cmd /v:on /c \"set /p A=& set /p B=& echo got !A!& echo oops>&2& exit 7\"",
        "CreateStdInPipe": true, "CreateStdOutPipe": true, "CreateStdErrPipe": true,
    });
    let (process, information) = session.process(system, &parameters);
    let [input, output, errors] = [1, 2, 3].map(|index| Pipe::from_handle(information[index]));
    let (mut input, mut output, mut errors) = (input, output, errors);
    input.write_all(b"one\r\n").expect("it reads");
    let closed = json!({"Operation": "CloseHandle", "CloseHandle": {"Handle": "StdIn"}}).to_string();
    let mut arguments = [Number(process), Text(&closed), Document(&mut String::new())];
    assert_eq!(session.call("HcsModifyProcess", &mut arguments), 0);
    let (mut said, mut complained) = (String::new(), String::new());
    output.read_to_string(&mut said).expect("it ends");
    errors.read_to_string(&mut complained).expect("it ends");
    // The second line is not there because the input has ended.
    assert_eq!((said.trim_end(), complained.trim_end()), ("got one", "oops"));
    assert_eq!(session.ended(process), 7);
    session.terminate(system, &ear);
}

#[test]
fn programs_and_folders_of_mapped_directories_are_found() {
    let session = Session::new("mapped");
    let (system, ear, _) = session.started("a");
    let this = std::env::current_exe().expect("this program");
    std::fs::copy(this, session.home.folder().join("tool.exe")).expect("a copy");
    let (process, information) =
        session.process(system, &json!({ "CommandLine": "c:/MAPPED/tool.exe --list", "CreateStdOutPipe": true }));
    let mut said = String::new();
    Pipe::from_handle(information[2]).read_to_string(&mut said).expect("it ends");
    assert!(said.contains("programs_and_folders_of_mapped_directories_are_found"), "{said}");
    assert_eq!(session.ended(process), 0);
    let parameters = json!({
        "CommandLine": "cmd /c echo %GREETING% %HCS_FAKE_HOME% %USERNAME%& cd", "WorkingDirectory": "C:\\mapped",
        "Environment": { "greeting": "hello" }, "CreateStdOutPipe": true,
    });
    let (process, information) = session.process(system, &parameters);
    let mut said = String::new();
    Pipe::from_handle(information[2]).read_to_string(&mut said).expect("it ends");
    let lines: Vec<&str> = said.lines().map(str::trim_end).collect();
    let folder = session.home.folder().to_string_lossy().into_owned();
    assert_eq!(lines[0], "hello %HCS_FAKE_HOME% ContainerAdministrator");
    assert!(lines[1].eq_ignore_ascii_case(&folder), "{said} is not {folder}");
    assert_eq!(session.ended(process), 0);
    session.terminate(system, &ear);
}

#[test]
fn what_cannot_be_started_is_refused() {
    let session = Session::new("refused");
    let (system, _, _) = session.started("a");
    for (parameters, expected) in [
        (json!({ "CommandLine": "nothing.exe" }), 0x8007_0002),
        (json!({ "CommandLine": "cmd", "WorkingDirectory": "C:\\nowhere" }), 0x8007_010b),
        (json!({}), 0x8007_0057),
        (json!({ "commandLine": "cmd" }), 0xc037_010d),
    ] {
        let (mut process, mut information, mut result, text) = (0, [0; 4], String::new(), parameters.to_string());
        let mut arguments =
            [Number(system), Text(&text), Block(&mut information), Out(&mut process), Document(&mut result)];
        assert_eq!(session.call("HcsCreateProcess", &mut arguments), expected, "{parameters}: {result}");
    }
}

#[test]
fn processes_are_seen_and_ended() {
    let session = Session::new("ended");
    let (system, ear, _) = session.started("a");
    let waits = json!({ "CommandLine": WAITS, "CreateStdInPipe": true, "ConsoleSize": [25, 80] });
    let (first, information) = session.process(system, &waits);
    let query = json!({ "PropertyTypes": ["ProcessList", "Statistics"] }).to_string();
    let mut properties = String::new();
    let mut arguments = [Number(system), Text(&query), Document(&mut properties), Document(&mut String::new())];
    assert_eq!(session.call("HcsGetComputeSystemProperties", &mut arguments), 0);
    let properties: Value = serde_json::from_str(&properties).expect("properties");
    let listed = &properties["ProcessList"][0];
    assert_eq!(listed["ImageName"].as_str().map(str::to_lowercase).as_deref(), Some("cmd.exe"), "{properties}");
    assert_eq!(listed["ProcessId"].as_u64(), Some(information[0] as u64 & 0xffff_ffff));
    assert!(properties["Statistics"]["Memory"]["MemoryUsageCommitBytes"].as_u64() > Some(0), "{properties}");
    let size = json!({ "Operation": "ConsoleSize", "ConsoleSize": { "Height": 30, "Width": 90 } }).to_string();
    let mut arguments = [Number(first), Text(&size), Document(&mut String::new())];
    assert_eq!(session.call("HcsModifyProcess", &mut arguments), 0);
    let snapshot = session.fake().snapshot().expect("a snapshot");
    assert_eq!(snapshot["systems"][0]["processes"][0]["console_size"], json!([30, 90]));
    let terminate = || session.call("HcsTerminateProcess", &mut [Number(first), Document(&mut String::new())]);
    assert_eq!(terminate(), 0);
    assert_eq!(session.ended(first), 0x8007_042b);
    assert_eq!(terminate(), 0xc037_011f);
    let (second, _) = session.process(system, &waits);
    let signal = json!({ "Signal": "CtrlC" }).to_string();
    let mut arguments = [Number(second), Text(&signal), Document(&mut String::new())];
    assert_eq!(session.call("HcsSignalProcess", &mut arguments), 0);
    assert_eq!(session.ended(second), 0xc000_013a);
    session.terminate(system, &ear);
}

#[test]
fn pipes_are_made_anew() {
    let session = Session::new("anew");
    let (system, ear, _) = session.started("a");
    let parameters = json!({
        "CommandLine": "cmd /v:on /c \"set /p A=& echo got !A!\"", "CreateStdInPipe": true, "CreateStdOutPipe": true,
    });
    let (process, first) = session.process(system, &parameters);
    let (mut second, mut opened, mut none) = ([0; 4], 0, String::new());
    let pid = first[0] & 0xffff_ffff;
    let mut arguments = [Number(system), Number(pid), Out(&mut opened), Document(&mut none)];
    assert_eq!(session.call("HcsOpenProcess", &mut arguments), 0);
    let mut arguments = [Number(opened), Block(&mut second), Document(&mut none)];
    assert_eq!(session.call("HcsGetProcessInfo", &mut arguments), 0);
    drop(Pipe::from_handle(first[1]));
    Pipe::from_handle(second[1]).write_all(b"it\r\n").expect("it reads");
    let mut said = String::new();
    Pipe::from_handle(second[2]).read_to_string(&mut said).expect("it ends");
    assert_eq!(said.trim_end(), "got it");
    assert_eq!(session.ended(process), 0);
    session.terminate(system, &ear);
}
