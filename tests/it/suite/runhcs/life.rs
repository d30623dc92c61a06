//! From `create` to `delete`.

use super::Runtime;
use crate::shell::{eventually, read};

const WAITS: &str = "trap 'exit 3' TERM; while :; do sleep 0.05; done";

#[test]
fn a_container_lives_in_single_commands() {
    let runtime = Runtime::new("echo begun > /dev/shm-is-not-there; echo out; exit 7");
    let (id, bundle) = (runtime.id(), runtime.bundle());
    let pid_file = runtime.path("pid");
    let ran = {
        // The container has this command's streams, so its end is that of the container.
        let mut create =
            runtime.command(&["create", "--bundle", &bundle, "--pid-file", pid_file.to_str().unwrap(), &id]);
        create.stdout(std::fs::File::create(runtime.path("out")).unwrap()).stderr(std::process::Stdio::null());
        create.status().unwrap()
    };
    assert!(ran.success());
    let state = runtime.state();
    assert_eq!(state["status"], "created");
    assert_eq!(state["pid"].to_string(), read(&pid_file));
    assert_eq!(
        (&state["id"], &state["bundle"], &state["ociVersion"]),
        (&id.clone().into(), &bundle.into(), &"1.0.2".into())
    );
    assert_eq!(state["annotations"]["org.example"], "yes");
    assert_eq!(read(runtime.path("out")), "", "nothing of the user's runs yet");
    runtime.ok(&["start", &id]);
    runtime.expect("stopped");
    assert_eq!(read(runtime.path("out")), "out\n");
    runtime.refused(&["start", &id], &["has stopped"]);
    runtime.ok(&["delete", &id]);
    runtime.nothing_left("delete");
}

#[test]
fn run_answers_output_and_exit_code_and_leaves_nothing() {
    let runtime = Runtime::new("echo out; echo err >&2; exit 7");
    let ran = runtime.runs(&["run", &runtime.id()]);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (7, "out\n", "err\n"));
    runtime.nothing_left("run");
    assert_eq!(runtime.runs(&["run", "--keep", &runtime.id()]).code, 7);
    assert_eq!(runtime.state()["status"], "stopped");
    runtime.ok(&["delete", &runtime.id()]);
}

#[test]
fn a_signal_to_run_is_one_to_the_program() {
    let runtime = Runtime::new(WAITS);
    let mut child = runtime.command(&["run", &runtime.id()]).spawn().unwrap();
    eventually("it runs", || runtime.runs(&["state", &runtime.id()]).out.contains("running"));
    // The shell may have yet to set its trap.
    eventually("it has ended", || {
        crate::aftermath::signal(i32::try_from(child.id()).unwrap(), rustix::process::Signal::TERM);
        std::thread::sleep(std::time::Duration::from_millis(50));
        child.try_wait().unwrap().is_some_and(|status| status.code() == Some(3))
    });
    runtime.nothing_left("the signal");
}

#[test]
fn kill_knows_names_numbers_and_all() {
    let runtime = Runtime::new(WAITS);
    for words in [&["kill"][..], &["kill", "SIGKILL"], &["kill", "kill"], &["kill", "9"], &["kill", "--all", "KILL"]] {
        let id = runtime.begin();
        let mut words = words.to_vec();
        words.insert(if words.get(1) == Some(&"--all") { 2 } else { 1 }, &id);
        eventually("it has ended", || {
            let _ = runtime.runs(&words);
            runtime.state()["status"] == "stopped"
        });
        runtime.refused(&["kill", &id], &["container not running"]);
        runtime.ok(&["kill", "--all", &id, "9"]);
        runtime.ok(&["delete", &id]);
    }
    let id = runtime.begin();
    runtime.refused(&["kill", &id, "SIGNONSENSE"], &["SIGNONSENSE"]);
    runtime.ok(&["delete", "--force", &id]);
    runtime.nothing_left("delete --force");
}

#[test]
fn a_created_container_can_be_deleted_and_killed() {
    let runtime = Runtime::new(WAITS);
    let id = runtime.id();
    let create = || {
        let mut create = runtime.command(&["create", &id]);
        assert!(
            create.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).status().unwrap().success()
        );
    };
    create();
    runtime.ok(&["delete", &id]);
    runtime.nothing_left("delete");
    create();
    runtime.ok(&["kill", &id]);
    runtime.expect("stopped");
    runtime.ok(&["delete", &id]);
    runtime.nothing_left("kill and delete");
}

#[test]
fn all_stop_and_go_on() {
    let runtime = Runtime::new("i=0; while :; do i=$((i+1)); echo $i > /count; sleep 0.01; done");
    let id = runtime.begin();
    let count = || std::fs::read_to_string(runtime.path("base/count")).unwrap_or_default();
    eventually("it counts", || !count().is_empty());
    runtime.ok(&["pause", &id]);
    assert_eq!(runtime.state()["status"], "paused");
    let then = count();
    std::thread::sleep(std::time::Duration::from_millis(100));
    assert_eq!(count(), then);
    runtime.refused(&["pause", &id], &["paused already"]);
    runtime.refused(&["exec", &id, "/bin/true"], &["paused"]);
    runtime.ok(&["resume", &id]);
    assert_eq!(runtime.state()["status"], "running");
    eventually("it counts on", || count() != then);
    runtime.refused(&["resume", &id], &["not paused"]);
    runtime.ok(&["pause", &id]);
    runtime.ok(&["delete", "--force", &id]);
    runtime.nothing_left("the death of a paused one");
}

#[test]
fn hooks_run_where_they_belong() {
    let mut runtime = Runtime::new("true");
    let log = runtime.path("hooks");
    let hook = |name: &str| {
        let script = format!("echo {name} >> {}", log.display());
        serde_json::json!([{"path": "/bin/sh", "args": ["sh", "-c", script]}])
    };
    runtime.spec["hooks"] = serde_json::json!({
        "createRuntime": hook("createRuntime"), "poststart": hook("poststart"), "poststop": hook("poststop"),
    });
    let id = runtime.id();
    let mut create = runtime.command(&["create", &id]);
    assert!(create.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).status().unwrap().success());
    assert_eq!(read(&log), "createRuntime\n");
    runtime.ok(&["start", &id]);
    runtime.expect("stopped");
    assert_eq!(read(&log), "createRuntime\npoststart\n");
    runtime.ok(&["delete", &id]);
    assert_eq!(read(&log), "createRuntime\npoststart\npoststop\n");
    runtime.nothing_left("delete");
}

#[test]
fn two_who_start_it_start_it_once() {
    let runtime = Runtime::new("echo once >> /starts; sleep 1000");
    let id = runtime.id();
    let mut create = runtime.command(&["create", &id]);
    assert!(create.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).status().unwrap().success());
    let mut starts: Vec<_> = (0..4).map(|_| runtime.command(&["start", &id]).spawn().unwrap()).collect();
    let begun = starts.iter_mut().filter_map(|start| start.wait().ok()).filter(|status| status.success()).count();
    assert!(begun >= 1);
    let once = || std::fs::read_to_string(runtime.path("base/starts")).is_ok_and(|text| text == "once\n");
    eventually("it has begun", once);
    runtime.ok(&["delete", "--force", &id]);
    runtime.nothing_left("delete");
}
