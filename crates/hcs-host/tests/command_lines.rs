//! Command lines of plans, given to real programs: what a program of Windows gets is what was asked for, whether it is started
//! alone or by the real `cmd.exe`, and so is the file that `cmd.exe` writes.
//!
//! The program is this one: started with [`OWN`], it tells its arguments instead of testing. `CreateProcess` gets the lines as
//! they are in the plans, but for the path of the program, which is put in quotes.
#![cfg(windows)]
#![forbid(unsafe_code)]

use hcs_host::plan::{HostFacts, Plan, Wanted};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use std::os::windows::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

/// The words that make this program tell what comes behind them.
const OWN: [&str; 4] = ["tell_arguments", "--exact", "--nocapture", "--"];
/// Variables for the program: that it is started by a test, and its exit code.
const CODE: &str = "SILO_TEST_EXIT_CODE";
/// Begins the line that it writes.
const MARK: &str = "ARGUMENTS ";

/// No test: what the others start.
#[test]
fn tell_arguments() {
    let Ok(code) = std::env::var(CODE) else { return };
    let args: Vec<String> = std::env::args().skip(1 + OWN.len()).collect();
    println!("\n{MARK}{}", serde_json::to_string(&args).unwrap());
    eprintln!("told");
    std::process::exit(code.parse().unwrap());
}

/// A folder that goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("silo lines {}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir(&folder).unwrap();
        Folder(folder)
    }

    /// This program under another name in it.
    fn program(&self, name: &str) -> String {
        let path = self.0.join(name);
        if !path.exists() {
            std::fs::copy(std::env::current_exe().unwrap(), &path).unwrap();
        }
        path.to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// The line of a plan.
fn line(build: u32, program: &str, args: &[String], pinned: bool, redirect: Option<&Path>) -> String {
    let words: Vec<&str> = [program].into_iter().chain(OWN).chain(args.iter().map(String::as_str)).collect();
    let affinity = if pinned { json!([{ "mask": 1, "group": 0 }]) } else { json!([]) };
    let wanted = json!({
        "id": "a",
        "spec": {
            "ociVersion": "1.0.0",
            "process": { "args": words, "cwd": "C:\\", "user": { "uid": 0, "gid": 0 } },
            "windows": {
                "layerFolders": ["C:\\l", "C:\\s"],
                "resources": { "cpu": { "affinity": affinity } },
            },
        },
        "redirect": redirect.map(|path| path.to_str().unwrap()).unwrap_or_default(),
    });
    let wanted: Wanted = serde_json::from_value(wanted).unwrap();
    let plan = Plan::new(&wanted, &HostFacts::windows(build)).unwrap_or_else(|error| panic!("{error}"));
    let documents = plan.steps.iter().filter_map(|step| step.call.document()).map(|document| document.to_json());
    documents.filter_map(|document| document["CommandLine"].as_str().map(str::to_owned)).next().unwrap()
}

/// Runs a line.
fn run(line: &str, code: i32) -> Output {
    let (program, rest) = match line.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').unwrap(),
        None => line.split_once(' ').unwrap(),
    };
    let mut command = Command::new(program);
    command.raw_arg(rest.trim_start()).env(CODE, code.to_string()).env("a", "expanded").env("b c", "expanded");
    loop {
        match command.output() {
            // Wine 8 sometimes lets a process die before it begins (ERROR_INTERNAL_ERROR), and Windows does not.
            Err(error) if error.raw_os_error() == Some(1359) => {}
            output => return output.unwrap(),
        }
    }
}

/// What the program told.
fn told(output: &[u8]) -> Vec<Vec<String>> {
    let text = String::from_utf8(output.to_vec()).unwrap();
    text.lines().filter_map(|line| line.strip_prefix(MARK)).map(|list| serde_json::from_str(list).unwrap()).collect()
}

/// Arguments with everything that somebody has a meaning for.
fn arguments() -> impl Strategy<Value = Vec<String>> {
    let special = r#"[ab1 \\"\t&|<>()^%!,;=~:@/?*'`{}\[\]$#+.-]{0,10}"#;
    let names = r#"(%a%|%b c%|%PATH%|!a!|%a:~0,1%|%%|\^%a\^%|%1|%\*|\\"|\\\\"|[ab ]){0,5}"#;
    let any = "[^\\p{Cc}]{0,8}";
    proptest::collection::vec(prop_oneof![3 => special, 2 => names, 1 => any], 0..6)
}

/// As many cases as fit into some seconds: each is up to three programs.
fn each(cases: u32, test: impl Fn(Vec<String>) -> Result<(), TestCaseError>) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new(config).run(&arguments(), test).unwrap_or_else(|error| panic!("{error}"));
}

fn same(line: &str, output: &[u8], args: &[String]) -> Result<(), TestCaseError> {
    prop_assert_eq!(told(output), [args.to_vec()], "{}", line);
    Ok(())
}

#[test]
fn a_program_gets_the_arguments_that_were_quoted() {
    let folder = Folder::new();
    let program = folder.program("pro gram.exe");
    each(64, |args| {
        let line = line(20348, &program, &args, false, None);
        let output = run(&line, 5);
        prop_assert_eq!(output.status.code(), Some(5));
        same(&line, &output.stdout, &args)
    });
}

#[test]
fn a_program_that_cmd_pins_gets_the_same() {
    let folder = Folder::new();
    for name in ["plain.exe", "pro & gram (x86) ^50%a%!.exe"] {
        let program = folder.program(name);
        each(32, |args| {
            // The one thing that cannot be said.
            prop_assume!(!args.iter().any(|arg| arg.contains("/?") && arg.contains('"')));
            let line = line(14393, &program, &args, true, None);
            let output = run(&line, 7);
            prop_assert_eq!(output.status.code(), Some(7), "{}\n{}", line, String::from_utf8_lossy(&output.stderr));
            same(&line, &output.stdout, &args)
        });
    }
}

#[test]
fn cmd_appends_the_output_to_the_file() {
    let folder = Folder::new();
    let program = folder.program("pro gram.exe");
    for (pinned, name) in [(false, "out.txt"), (false, "o & u (t) ^50%a%!;,= é.txt"), (true, "%PATH% 1.txt")] {
        let file = folder.0.join(name);
        let mut all: Vec<Vec<String>> = Vec::new();
        for round in 0..12 {
            let args = sample();
            let line = line(14393, &program, &args, pinned, Some(&file));
            let output = run(&line, round);
            assert_eq!(output.status.code(), Some(round), "{line}");
            assert_eq!((output.stdout.as_slice(), output.stderr.as_slice()), (&b""[..], &b""[..]), "{line}");
            all.push(args);
        }
        let found = std::fs::read(&file).unwrap();
        assert_eq!(told(&found), all, "{name}");
        assert_eq!(String::from_utf8_lossy(&found).matches("told").count(), all.len(), "standard error is there, too");
    }
}

/// Some arguments.
fn sample() -> Vec<String> {
    let mut runner = TestRunner::new(Config::default());
    loop {
        let args = arguments().new_tree(&mut runner).unwrap().current();
        if !args.iter().any(|arg| arg.contains("/?") && arg.contains('"')) {
            return args;
        }
    }
}

#[test]
fn exit_codes_are_the_programs() {
    let folder = Folder::new();
    let program = folder.program("p.exe");
    // Not 259, which stands for a program that runs: the `start` of Wine goes on to wait for it, and answers 0.
    for code in [0, 1, 255, 256, 258, 260, 0x7fff_ffff, -1, -1_073_741_510] {
        for (pinned, file) in [(true, None), (false, Some(folder.0.join("o"))), (true, Some(folder.0.join("o")))] {
            let line = line(14393, &program, &[], pinned, file.as_deref());
            assert_eq!(run(&line, code).status.code(), Some(code), "{line}");
        }
    }
}

#[test]
fn whole_command_lines_reach_the_program_as_they_are() {
    let folder = Folder::new();
    let program = folder.program("p q.exe");
    for (rest, args) in [
        (r#"a  "b c" d"e f"g"#, json!(["a", "b c", "de fg"])),
        (r#"%a% "%a%" ^& & "|" > x"#, json!(["%a%", "%a%", "^&", "&", "|", ">", "x"])),
    ] {
        let own = OWN.join(" ");
        let wanted = json!({ "id": "a", "spec": {
            "ociVersion": "1.0.0",
            "process": { "commandLine": format!("\"{program}\" {own} {rest}"), "cwd": "C:\\", "user": { "uid": 0, "gid": 0 } },
            "windows": {
                "layerFolders": ["C:\\l", "C:\\s"],
                "resources": { "cpu": { "affinity": [{ "mask": 1, "group": 0 }] } },
            },
        } });
        let plan = Plan::new(&serde_json::from_value(wanted).unwrap(), &HostFacts::windows(14393)).unwrap();
        let documents: Vec<Value> =
            plan.steps.iter().filter_map(|step| Some(step.call.document()?.to_json())).collect();
        let line = documents.iter().find_map(|document| document["CommandLine"].as_str()).unwrap();
        let expected: Vec<String> = serde_json::from_value(args).unwrap();
        assert_eq!(told(&run(line, 0).stdout), [expected], "{line}");
    }
}
