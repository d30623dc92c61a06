//! `hooks` that fail: before the program they end the start, after it they are warned of.

use super::Bundle;
use super::hooks::hook;
use crate::shell::eventually;
use serde_json::json;

const BEFORE: [&str; 4] = ["prestart", "createRuntime", "createContainer", "startContainer"];

#[test]
fn a_failure_before_the_program_ends_the_start_and_leaves_nothing() {
    for kind in BEFORE {
        let bundle = Bundle::new("echo the program ran").namespace("cgroup");
        let second = format!("echo ran > {}", bundle.text("second"));
        let bundle = bundle
            .add(&format!("/hooks/{kind}"), hook(kind, "echo words of the hook; exit 3"))
            .add(&format!("/hooks/{kind}"), hook(kind, &second));
        bundle.refused(&[&format!("{kind} hook /bin/sh"), "exit status 3", "words of the hook"]);
        assert!(!bundle.path("second").exists(), "{kind}: the next hook ran");
        bundle.assert_empty();
    }
}

#[test]
fn after_a_failure_the_poststop_hooks_run() {
    for kind in BEFORE {
        let bundle = Bundle::new("true");
        let seen = bundle.text("seen");
        let bundle = bundle
            .add(&format!("/hooks/{kind}"), hook(kind, "exit 1"))
            .add("/hooks/poststop", hook("poststop", &format!("cat > {seen}")));
        bundle.refused(&[kind]);
        let state = std::fs::read_to_string(&seen).unwrap_or_else(|error| panic!("{kind}: no poststop: {error}"));
        assert!(state.contains("\"status\":\"stopped\""), "{kind}: {state}");
    }
}

#[test]
fn a_hook_that_is_killed_is_told_from_one_that_exits() {
    let bundle = Bundle::new("true").add("/hooks/createRuntime", hook("createRuntime", "kill -9 $$"));
    bundle.refused(&["createRuntime hook /bin/sh", "signal 9"]);
}

#[test]
fn a_hook_that_is_missing_is_named() {
    for kind in ["createRuntime", "createContainer", "startContainer"] {
        let bundle = Bundle::new("true").add(&format!("/hooks/{kind}"), json!({"path": "/no/such/hook"}));
        bundle.refused(&[&format!("{kind} hook /no/such/hook"), "No such file"]);
    }
}

#[test]
fn a_hook_that_takes_too_long_is_killed_with_what_it_started() {
    // Of a length that no other process has.
    let sleep = format!("sleep 4321.{}", std::process::id());
    for kind in BEFORE {
        let mut slow = hook(kind, &format!("{sleep} & {sleep}"));
        slow["timeout"] = json!(1);
        let bundle = Bundle::new("true").add(&format!("/hooks/{kind}"), slow);
        bundle.refused(&[&format!("{kind} hook"), "timeout of 1 s"]);
    }
    eventually("what the hooks started is killed", || {
        let processes = std::process::Command::new("ps").args(["-eo", "args"]).output().unwrap();
        !String::from_utf8_lossy(&processes.stdout).contains(&sleep)
    });
}

#[test]
fn a_failure_of_poststart_is_warned_of_and_nothing_else() {
    let bundle = Bundle::new("sleep 0.3; echo ran; exit 4");
    let second = format!("echo ran > {}", bundle.text("second"));
    let bundle = bundle
        .add("/hooks/poststart", hook("poststart", "echo words; exit 5"))
        .add("/hooks/poststart", hook("poststart", &second));
    let ran = bundle.run();
    assert_eq!((ran.code, ran.out.as_str()), (4, "ran\n"));
    assert!(ran.err.contains("poststart hook /bin/sh: exit status 5, output: words"), "{}", ran.err);
    assert!(bundle.path("second").exists(), "the other hooks go on");
    bundle.assert_empty();
}

#[test]
fn a_failure_of_poststop_is_warned_of_and_nothing_else() {
    let bundle = Bundle::new("exit 4");
    let second = format!("echo ran > {}", bundle.text("second"));
    let bundle =
        bundle.add("/hooks/poststop", hook("poststop", "exit 5")).add("/hooks/poststop", hook("poststop", &second));
    let ran = bundle.run();
    assert_eq!(ran.code, 4);
    assert!(ran.err.contains("poststop hook /bin/sh: exit status 5"), "{}", ran.err);
    assert!(bundle.path("second").exists(), "the other hooks go on");
    bundle.assert_empty();
}

#[test]
fn hooks_that_make_no_sense_are_refused() {
    for kind in super::hooks::KINDS {
        let bad = |hook: serde_json::Value| Bundle::new("true").set(&format!("/hooks/{kind}"), json!([hook]));
        bad(json!({"path": "relative"})).refused(&[&format!("hooks.{kind}[0].path")]);
        bad(json!({"path": "/bin/true", "timeout": 0})).refused(&[&format!("hooks.{kind}[0].timeout")]);
        bad(json!({"path": "/bin/true", "env": ["X"]})).refused(&[&format!("hooks.{kind}[0].env")]);
    }
}
