//! Faults, as the variable `HCS_FAKE_FAULTS` asks for them, and what other processes see of what one has made.
//!
//! The variable is read once in a process: each case runs in one of its own, which is this program again.
#![forbid(unsafe_code)]
#![cfg(windows)]

use hcs_fake::Home;
use hcs_fake::raw::Argument::{Document, Number, Out, Text};
use hcs_fake::raw::{Dll, Ear};
use serde_json::{Value, json};
use std::process::Command;
use std::time::{Duration, Instant};

/// Names what the program is to do instead of testing.
const PART: &str = "HCS_FAKE_TEST_PART";

/// After this nothing more is heard.
const QUIET: Duration = Duration::from_millis(700);

/// Makes and starts a container, and prints results and notifications.
fn live() {
    let dll = Dll::open("vmcompute");
    let document = json!({"SystemType": "Container", "Name": "a", "Layers": [], "HvPartition": false}).to_string();
    let (mut system, ear, mut callback, begun) = (0, Ear::default(), 0, Instant::now());
    let mut said = Vec::new();
    let mut none = String::new();
    let mut arguments = [Text("a"), Text(&document), Number(0), Out(&mut system), Document(&mut none)];
    said.push(json!(dll.call("HcsCreateComputeSystem", &mut arguments)));
    dll.call(
        "HcsRegisterComputeSystemCallback",
        &mut [Number(system), ear.notification(), ear.context(), Out(&mut callback)],
    );
    let listen = |said: &mut Vec<Value>| {
        while let Some(heard) = ear.next(QUIET) {
            said.push(json!([heard.kind, heard.status]));
        }
    };
    listen(&mut said);
    said.push(json!(dll.call("HcsStartComputeSystem", &mut [Number(system), Text(""), Document(&mut none)])));
    listen(&mut said);
    println!("\nSAID {}", json!({"said": said, "time": begun.elapsed().as_millis() as u64}));
}

/// Makes a container that ends with its last handle, and goes without closing it.
fn leave() {
    let document = json!({
        "SystemType": "Container", "Name": "a", "Layers": [], "HvPartition": false, "TerminateOnLastHandleClosed": true,
    });
    let (mut system, mut none, document) = (0, String::new(), document.to_string());
    let mut arguments = [Text("a"), Text(&document), Number(0), Out(&mut system), Document(&mut none)];
    println!("\nSAID {}", json!(Dll::open("vmcompute").call("HcsCreateComputeSystem", &mut arguments)));
}

/// Opens the container, and ends it.
fn end() {
    let dll = Dll::open("vmcompute");
    let (mut system, mut none) = (0, String::new());
    let opened = dll.call("HcsOpenComputeSystem", &mut [Text("a"), Out(&mut system), Document(&mut none)]);
    let ended = dll.call("HcsTerminateComputeSystem", &mut [Number(system), Text(""), Document(&mut none)]);
    println!("\nSAID {}", json!([opened, ended]));
}

/// Lists systems, and prints the result.
fn list() {
    let (mut systems, mut none) = (String::new(), String::new());
    let mut arguments = [Text(""), Document(&mut systems), Document(&mut none)];
    println!("\nSAID {}", json!([Dll::open("vmcompute").call("HcsEnumerateComputeSystems", &mut arguments), systems]));
}

/// Runs a part in a process of its own, and answers what it says.
fn run(home: &Home, part: &str, faults: &str) -> Value {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--exact", "a_part", "--nocapture"]).env(PART, part).env("HCS_FAKE_FAULTS", faults);
    let output = command.envs(home.envs()).output().expect("it starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let said = text.lines().find_map(|line| line.strip_prefix("SAID ")).unwrap_or_else(|| panic!("{output:?}"));
    serde_json::from_str(said).expect("JSON")
}

/// What the parts are, which do nothing when this is run as a test.
#[test]
fn a_part() {
    match std::env::var(PART).as_deref() {
        Ok("live") => live(),
        Ok("end") => end(),
        Ok("list") => list(),
        Ok("leave") => leave(),
        _ => {}
    }
}

#[test]
fn systems_outlive_the_process_that_made_them() {
    let home = Home::new("outlive");
    assert_eq!(run(&home, "live", "")["said"], json!([0xc037_0103_u32, [2, 0], 0xc037_0103_u32, [3, 0]]));
    let left = home.fake().left().expect("what is left");
    assert_eq!(left, ["system a is Running"]);
    assert_eq!(run(&home, "end", ""), json!([0, 0xc037_0103_u32]));
    assert_eq!(home.fake().left().expect("what is left"), Vec::<String>::new());
}

#[test]
fn the_handles_of_a_process_end_with_it() {
    let home = Home::new("leave");
    assert_eq!(run(&home, "leave", ""), json!(0xc037_0103_u32));
    let begun = Instant::now();
    while home.fake().left().expect("what is left") != Vec::<String>::new() {
        assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", home.fake().left());
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn calls_fail_as_is_asked_for() {
    let (pending, fail, disconnected) = (0xc037_0103_u32, 0x8000_4005_u32, 0x0100_0000_u32);
    let cases = [
        ("HcsStartComputeSystem=error:0x80004005", json!([pending, [2, 0], fail])),
        ("HcsStartComputeSystem=after-error:0x80004005", json!([pending, [2, 0], fail, [3, 0]])),
        ("HcsStartComputeSystem#*=late-error:0x80004005", json!([pending, [2, 0], pending, [3, fail]])),
        ("HcsCreateComputeSystem=lose", json!([pending, pending, [3, 0]])),
        ("HcsStartComputeSystem#1=double", json!([pending, [2, 0], pending, [3, 0], [3, 0]])),
        ("HcsStartComputeSystem#2=double", json!([pending, [2, 0], pending, [3, 0]])),
        ("HcsStartComputeSystem=disconnect", json!([pending, [2, 0], pending, [disconnected, 0]])),
        ("HcsStartComputeSystem=exit", json!([pending, [2, 0], pending, [3, 0], [1, 0xc037_0106_u32]])),
        ("HcsStartComputeSystem=delay:300;HcsStartComputeSystem=late:300", json!([pending, [2, 0], pending, [3, 0]])),
        ("HcsRegisterComputeSystemCallback=lose", json!([pending, pending])),
        ("HcsStartComputeSystem=gone", json!([0x8007_0057_u32, 0x8007_0057_u32])),
    ];
    let check = |faults: &str, expected: Value| {
        let home = Home::new("faults");
        let said = run(&home, "live", faults);
        assert_eq!(said["said"], expected, "{faults}");
        assert!(!faults.contains("delay") || said["time"].as_u64() > Some(600), "{said}");
    };
    std::thread::scope(|scope| {
        for (faults, expected) in cases {
            scope.spawn(move || check(faults, expected));
        }
    });
}

#[test]
fn many_processes_start_one_service() {
    let home = Home::new("many");
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..6).map(|_| scope.spawn(|| run(&home, "list", ""))).collect();
        for said in running {
            assert_eq!(said.join().expect("it says something"), json!([0, "[]"]));
        }
    });
}
