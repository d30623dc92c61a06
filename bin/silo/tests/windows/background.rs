//! Containers in the background that do not come to be, and where everything is kept without `--root`.

use crate::session::{Done, INSIDE, Session, finish, start};
use serde_json::Value;
use std::process::{Command, Stdio};

/// Runs `silo run -d` with something that fails in its keeper.
#[track_caller]
fn fail(session: &Session, faults: &str, program: &str, code: u32) -> String {
    let volume = format!("{}:C:\\app", session.text("app"));
    let base = session.base();
    let words = ["run", "-d", "--name", "web", "-v", &volume, "--network", "nat", &base, "--", program];
    let mut command = session.command(&words);
    let done = finish(start(command.env("HCS_FAKE_FAULTS", faults))).with(code);
    assert_eq!(done.stdout, "");
    done.stderr
}

#[test]
fn what_fails_in_the_keeper_is_told_by_the_caller() {
    let Some(session) = Session::new("keepers-failure") else { return };
    let told = fail(&session, "HcsStartComputeSystem=error:0x8007001f", INSIDE, 125);
    assert!(told.contains("start web: ") && told.contains("0x8007001F"), "{told}");
    session.assert_nothing_left();
    let told = fail(&session, "", r"C:\none.exe", 127);
    assert!(told.contains("none.exe"), "{told}");
    session.assert_nothing_left();
}

#[test]
fn a_keeper_that_crashes_while_it_makes_a_container_is_told_of() {
    let Some(session) = Session::new("keepers-crash") else { return };
    for fault in ["HcsCreateComputeSystem=after-die", "HcsStartComputeSystem=die", "ActivateLayer=after-die"] {
        let told = fail(&session, fault, INSIDE, 125);
        assert!(told.contains("silo gc"), "{told}");
        assert_ne!(session.left_now(), Vec::<String>::new());
        session.silo(&["gc"]).with(0);
        session.assert_nothing_left();
    }
}

#[test]
fn without_a_root_everything_is_below_the_data_of_programs() {
    let Some(session) = Session::new("default") else { return };
    let data = session.path("data");
    let run = |words: &[&str], faults: &str| {
        let mut command = session.command(words);
        let words: Vec<_> = command.get_args().skip(2).map(ToOwned::to_owned).collect();
        let mut own = Command::new(command.get_program());
        own.args(words).envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        own.env("ProgramData", &data).env("HCS_FAKE_FAULTS", faults);
        own.stdin(Stdio::null()).stdout(Stdio::piped());
        command = own;
        finish(start(command.stderr(Stdio::piped())))
    };
    let left = || {
        let below = |name: &str| std::fs::read_dir(data.join("silo").join(name)).map_or(0, Iterator::count);
        (below("state"), below("layers"), session.fake().left().expect("an answer"))
    };
    let words = session.run_words(&["--rm", "--network", "nat"], &["say", "x"]);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    assert_eq!(run(&words, "").with(0).stdout.trim_end(), "x");
    assert_eq!(left(), (0, 0, Vec::new()));
    let made = session.calls("CreateSandboxLayer").pop().expect("a layer")["arguments"]["id"].clone();
    assert!(
        made.as_str().is_some_and(|id| id.starts_with(&*data.join("silo").join("layers").to_string_lossy())),
        "{made}"
    );

    run(&words, "HcsCreateProcess=die").with(0xdead);
    let (state, layers, _) = left();
    assert_ne!((state, layers), (0, 0));
    // A crash may take the state root with it, which is why layers are looked at as well.
    std::fs::remove_dir_all(data.join("silo").join("state")).expect("the state");
    let told = run(&["gc", "--format", "json"], "").with(0);
    let told: Vec<Value> = serde_json::from_str(&told.stdout).expect("JSON");
    assert_eq!(told.iter().map(|one| one["kind"].clone()).collect::<Vec<_>>(), ["writable layer"]);
    let (state, layers, _) = left();
    assert_eq!((state, layers), (0, 0));
}

/// Runs silo with another state root over the same service.
fn elsewhere(session: &Session, words: &[&str], faults: &str) -> Done {
    let own = session.command(words);
    let mut command = Command::new(own.get_program());
    command.arg("--root").arg(session.path("elsewhere")).args(words);
    command.envs(own.get_envs().filter_map(|(name, value)| Some((name, value?)))).env("HCS_FAKE_FAULTS", faults);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    finish(start(&mut command))
}

#[test]
fn what_others_have_by_the_same_name_stays() {
    let Some(session) = Session::new("namesakes") else { return };
    let words = session.run_words(&["-d", "--name", "web", "--network", "nat"], &["sleep", "100000"]);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    // One that crashes, and one of the same name in another state root.
    elsewhere(&session, &words, "HcsCreateProcess=after-die").with(125);
    if Session::version1() {
        // Before build 16299 a system does not go with its last handle.
        elsewhere(&session, &["gc"], "").with(0);
    }
    session.silo(&words).with(0);
    let told = elsewhere(&session, &["gc"], "").with(0);
    assert!(!told.stdout.contains("error"), "{told:?}");
    let running = || session.silo(&["ps", "-q"]).with(0).lines().len();
    assert_eq!(running(), 1);
    // One whose endpoint cannot be made, and one whose system is there already.
    for faults in ["HcnCreateEndpoint=error:0x8007001f;HNSCall#2=error:0x8007001f", ""] {
        elsewhere(&session, &words, faults).with(125);
        assert_eq!(running(), 1, "{faults}");
    }
    let endpoints = session.fake().left().expect("an answer").iter().filter(|line| line.contains("ndpoint")).count();
    assert!(endpoints > 0, "its endpoint is there");
    session.silo(&["rm", "-f", "web"]).with(0);
    elsewhere(&session, &["gc"], "").with(0);
    session.assert_nothing_left();
}

#[test]
fn names_that_windows_reads_otherwise_are_refused() {
    let Some(session) = Session::new("names") else { return };
    for name in ["nul", "con.txt", "COM1", "dot.", "web.lock"] {
        let done = session.run(&["-d", "--name", name], &["say", "x"]).with(125);
        assert!(done.stderr.contains("choose another name"), "{name}: {done:?}");
    }
    session.assert_nothing_left();
}

#[test]
fn a_refusal_leaves_the_name_free() {
    let Some(session) = Session::new("refused") else { return };
    if !Session::version1() {
        let refused = session.run(&["-d", "--name", "web", "--isolation", "hypervisor"], &["say", "x"]).with(125);
        assert!(refused.stderr.contains("yper"), "{refused:?}");
    }
    session.run(&["-d", "--name", "web"], &["say", "x"]).with(0);
    session.silo(&["rm", "-f", "web"]).with(0);
    session.assert_nothing_left();
}
