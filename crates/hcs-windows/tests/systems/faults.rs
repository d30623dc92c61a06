//! A service that fails, forgets, repeats itself and goes away, and what is left after that.
//!
//! What fails is told in a variable that the DLLs read once in a process: each case runs in one of its own, which is this
//! program again. A case is done several times, and must not leave more behind with each.

use crate::{SOON, abis, command, container, dlls, name, short};
use hcs_fake::handles::open_handles;
use hcs_fake::{Fake, Home};
use hcs_host::plan::Abi;
use hcs_host::{Error, Result};
use hcs_windows::{ComputeSystem, Hcs, live_watches};
use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

/// Names the case that the program is to do instead of testing, and the DLL.
const PART: &str = "HCS_WINDOWS_TEST_FAULT";

/// The time for a step of a case, which those that wait for nothing take whole.
const LIMIT: Duration = Duration::from_millis(400);
/// How often a case is done.
const TIMES: usize = 5;

/// What is done with a system: its id is `a`, and it is ended afterwards whatever is said.
async fn life(hcs: &Hcs) -> Result<u32> {
    let system = hcs.create("a", &container("a")).await?;
    let code = run(&system).await;
    let _ = system.terminate().await;
    let _ = tokio::time::timeout(LIMIT, system.exited()).await;
    code
}

async fn run(system: &ComputeSystem) -> Result<u32> {
    system.start().await?;
    let process = system.create_process(&command("cmd /c exit 6")).await?;
    drop(process.take_pipes());
    process.wait().await
}

/// What came of it, in words.
fn words(result: std::result::Result<u32, Error>) -> String {
    match result {
        Ok(code) => code.to_string(),
        Err(error) => format!("{}: {}", error.operation, error.code.name().unwrap_or("?")),
    }
}

/// What this process has open: watches, handles and callbacks of the service, operations.
fn open(fake: &Fake) -> [usize; 3] {
    let snapshot = fake.snapshot().expect("a snapshot");
    let own = u64::from(std::process::id());
    let count = |key: &str| {
        let all = snapshot[key].as_array().into_iter().flatten();
        all.filter(|one| one["process"].as_u64() == Some(own)).count()
    };
    [live_watches(), count("handles"), count("callbacks")]
}

/// Waits until nothing more is being undone.
fn settled(fake: &Fake) -> [usize; 3] {
    let since = Instant::now();
    while open(fake) != [0; 3] && since.elapsed() < SOON {
        std::thread::sleep(Duration::from_millis(20));
    }
    open(fake)
}

fn do_case(abi: Abi) {
    let _dlls = dlls();
    let home = std::env::var_os("HCS_FAKE_HOME").map(PathBuf::from).expect("a home");
    let fake = Fake::at(&home);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().max_blocking_threads(2).build();
    let runtime = runtime.expect("a runtime");
    let hcs = Hcs::with(abi).expect("the DLL").with_timeouts(short(LIMIT));
    let mut said = Vec::new();
    let mut handles = Vec::new();
    for _ in 0..TIMES {
        said.push(words(runtime.block_on(life(&hcs))));
        assert_eq!(settled(&fake), [0; 3], "after {said:?}: {:?}", fake.snapshot());
        handles.push(open_handles());
        end_all(&fake, &runtime, abi);
    }
    let (second, last) = (handles[1], handles[handles.len() - 1]);
    assert!(last < second + TIMES - 2, "handles are left open each time: {handles:?}");
    println!("\nSAID {}", said.join("; "));
}

/// Ends systems that a case could not end, as somebody else would.
fn end_all(fake: &Fake, runtime: &tokio::runtime::Runtime, abi: Abi) {
    let snapshot = fake.snapshot().expect("a snapshot");
    let left = snapshot["systems"].as_array().is_some_and(|systems| !systems.is_empty());
    if left {
        println!("\nLEFT a system");
        runtime.block_on(async {
            if let Ok(system) = Hcs::with(abi).expect("the DLL").open_system("a").await {
                let _ = system.terminate().await;
            }
        });
    }
}

/// What the cases are, which do nothing when this is run as a test.
#[test]
fn a_case() {
    match std::env::var(PART).as_deref() {
        Ok("vmcompute") => do_case(Abi::Vmcompute),
        Ok("computecore") => do_case(Abi::Computecore),
        _ => {}
    }
}

/// Runs a case in a process of its own, and answers what it says each time, and whether it left a system.
fn case(test: &str, abi: Abi, faults: &str) -> (Vec<String>, bool) {
    let home = Home::new(test);
    let mut child = Command::new(std::env::current_exe().expect("this program"));
    child.args(["--exact", "faults::a_case", "--nocapture"]).env(PART, name(abi)).env("HCS_FAKE_FAULTS", faults);
    let output = child.envs(home.envs()).output().expect("it starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    let said = text.lines().find_map(|line| line.strip_prefix("SAID "));
    let said = said.unwrap_or_else(|| panic!("{} with {faults}: {text}{errors}", name(abi)));
    assert_eq!(operations_left(&home), 0, "operations that are not closed: {} with {faults}", name(abi));
    (said.split("; ").map(str::to_owned).collect(), text.contains("\nLEFT "))
}

/// How many operations of `computecore.dll` were made and not closed.
fn operations_left(home: &Home) -> i64 {
    let log = home.fake().log().expect("the log");
    let count = |line: &Value| match line["function"].as_str() {
        Some("HcsCreateOperation" | "HcsCreateOperationWithNotifications") => 1,
        Some("HcsCloseOperation") => -1,
        _ => 0,
    };
    log.iter().map(count).sum()
}

/// Does a case, and asserts that the same is said each time.
fn assert_says(test: &str, abi: Abi, faults: &str, expected: &str) {
    let (said, left) = case(test, abi, faults);
    assert!(!left, "{} leaves a system with {faults}", name(abi));
    assert!(said.iter().all(|said| said == expected), "{} with {faults}: {said:?}, not {expected:?}", name(abi));
}

#[test]
fn nothing_is_left_where_nothing_fails() {
    for abi in abis() {
        assert_says("faultless", abi, "", "6");
    }
}

#[test]
fn notifications_that_come_late_and_twice_do_no_harm() {
    for abi in abis() {
        for function in
            ["HcsCreateComputeSystem", "HcsStartComputeSystem", "HcsCreateProcess", "HcsTerminateComputeSystem"]
        {
            assert_says("late", abi, &format!("{function}#*=late:150"), "6");
            assert_says("double", abi, &format!("{function}#*=double"), "6");
        }
    }
}

/// The words of an error of time, of a lost service, and of a failure.
const LATE: &str = "HCS_E_OPERATION_TIMEOUT";
const GONE: &str = "HCS_E_SERVICE_DISCONNECT";

#[test]
fn what_never_comes_is_waited_for_in_vain() {
    for abi in abis() {
        assert_says("lost", abi, "HcsCreateComputeSystem#*=lose", &format!("create: {LATE}"));
        assert_says("lost", abi, "HcsStartComputeSystem#*=lose", &format!("start: {LATE}"));
    }
    if abis().count() > 1 {
        let expected = format!("start a process in: {LATE}");
        assert_says("lost", Abi::Computecore, "HcsCreateProcess#*=lose", &expected);
        // Nobody waits for the end of an order to end.
        assert_says("lost", Abi::Computecore, "HcsTerminateComputeSystem#*=lose", "6");
        assert_says(
            "lost",
            Abi::Computecore,
            "HcsGetProcessProperties#*=lose",
            "read the properties of a process of: HCS_E_OPERATION_TIMEOUT",
        );
    }
    // The exit of the process is not told, and is asked for.
    assert_says("lost", Abi::Vmcompute, "HcsCreateProcess#1=lose", "6");
}

#[test]
fn failures_are_told_at_once_or_later_and_leave_nothing() {
    for abi in abis() {
        let listen = match abi {
            Abi::Vmcompute => ["HcsRegisterComputeSystemCallback", "HcsRegisterProcessCallback"],
            Abi::Computecore => ["HcsSetComputeSystemCallback", "HcsSetProcessCallback"],
        };
        let register = if abi == Abi::Vmcompute { "notifications" } else { "events" };
        for (function, expected) in [
            ("HcsCreateComputeSystem", "create"),
            ("HcsStartComputeSystem", "start"),
            ("HcsCreateProcess", "start a process in"),
            (listen[0], &format!("register for {register} of")),
            (listen[1], &format!("register for {register} of a process of")),
        ] {
            // Of a call that fails nothing is left, and no callback that was never there.
            assert_says("error", abi, &format!("{function}#*=error:0x80004005"), &format!("{expected}: E_FAIL"));
        }
        for (function, expected) in [("HcsCreateComputeSystem", "create"), ("HcsStartComputeSystem", "start")] {
            assert_says(
                "late-error",
                abi,
                &format!("{function}#*=late-error:0x80004005"),
                &format!("{expected}: E_FAIL"),
            );
        }
    }
    if abis().count() > 1 {
        let faults = "HcsCreateProcess#*=late-error:0x80070002";
        assert_says("late-error", Abi::Computecore, faults, "start a process in: ERROR_FILE_NOT_FOUND");
    }
}

#[test]
fn a_service_that_goes_away_ends_every_wait() {
    for abi in abis() {
        assert_says("gone", abi, "HcsCreateComputeSystem#*=disconnect", &format!("create: {GONE}"));
        assert_says("gone", abi, "HcsStartComputeSystem#*=disconnect", &format!("start: {GONE}"));
        let waiting = if abi == Abi::Vmcompute { "wait for a process of" } else { "start a process in" };
        assert_says("gone", abi, "HcsCreateProcess#*=disconnect", &format!("{waiting}: {GONE}"));
    }
}

#[test]
fn an_exit_in_the_middle_is_told() {
    for abi in abis() {
        let over = "start a process in: HCS_E_SYSTEM_ALREADY_STOPPED";
        assert_says("exit", abi, "HcsStartComputeSystem#*=exit", over);
        let faults = "HcsStartComputeSystem#*=lose;HcsStartComputeSystem#*=exit";
        assert_says("exit", abi, faults, "start: HCS_E_UNEXPECTED_EXIT");
        assert_says("exit", abi, "HcsCreateProcess#*=exit", "2147943467");
    }
}
