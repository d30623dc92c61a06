//! `silo nspawn`: what a program inside gets and gives, and how mistakes are told.

use crate::session::{INSIDE, Session, build};
use serde_json::{Value, json};

fn none() -> Value {
    json!({})
}

#[test]
fn output_and_exit_codes_are_the_programs() {
    let Some(session) = Session::new("output") else { return };
    let done = session.nspawn(&["say", "to output", "err", "to errors"], &none()).with(0);
    assert_eq!((done.lines(), done.stderr.trim_end()), (vec!["to output"], "to errors"));
    for code in [7, 259, 0xc000_013a] {
        let done = session.nspawn(&["exit", &code.to_string()], &none()).with(code);
        assert_eq!((done.stdout.as_str(), done.stderr.as_str()), ("", ""), "{code}");
    }
    session.assert_nothing_left();
}

#[test]
fn arguments_arrive_whatever_is_in_them() {
    let Some(session) = Session::new("arguments") else { return };
    let words = ["two words", "", "a\"b", r"c\", r#"\" \\"#, "%PATH%", "ü€🦀", "a&b|c>d^e", "--x=1"];
    let mut all = vec!["args"];
    all.extend(words);
    assert_eq!(session.nspawn(&all, &none()).with(0).lines(), words);
    session.assert_nothing_left();
}

#[test]
fn surroundings_are_as_the_file_says() {
    let Some(session) = Session::new("surroundings") else { return };
    let inside = session.path("app").join("sub");
    std::fs::create_dir_all(&inside).expect("a folder");
    std::fs::create_dir_all(session.path("data")).expect("a folder");
    std::fs::write(session.path("data").join("file.txt"), "of the host\n").expect("a file");
    let changes = json!({
        "environment": {"ONE": "1 and ü", "PATH": r"C:\own"},
        "working_directory": "sub",
        "mounts": [{"source": session.text("data"), "destination": r"C:\data", "read_only": true}],
        "hostname": "inside",
        "mapped_directory": r"C:\work",
    });
    let words = ["env", "ONE", "env", "PATH", "cwd", "read", r"C:\data\file.txt", "env", "COMPUTERNAME"];
    let done = session.nspawn(&words, &changes).with(0);
    let folder = inside.display().to_string();
    assert_eq!(done.lines(), ["1 and ü", r"C:\own", &folder, "of the host", "inside"]);
    let document = session.document();
    let mapped = match Session::version1() {
        true => &document["MappedDirectories"],
        false => &document["Container"]["MappedDirectories"],
    };
    let facts = |mount: &Value| {
        let read_only = mount["ReadOnly"].as_bool().unwrap_or_default();
        (mount["HostPath"].clone(), mount["ContainerPath"].clone(), read_only)
    };
    let facts: Vec<_> = mapped.as_array().expect("directories").iter().map(facts).collect();
    let expected = [
        (json!(session.text("app")), json!(r"C:\work"), false),
        (json!(session.text("data")), json!(r"C:\data"), true),
    ];
    assert_eq!(facts, expected);
    session.assert_nothing_left();
}

#[test]
fn the_output_file_has_the_output_too() {
    let Some(session) = Session::new("file") else { return };
    let changes = json!({"stdout_filename": "out.txt"});
    for word in ["first", "second"] {
        let done = session.nspawn(&["say", word, "err", "errors"], &changes).with(0);
        assert_eq!((done.stdout.trim_end(), done.stderr.trim_end()), (word, "errors"));
    }
    let file = std::fs::read_to_string(session.path("app").join("out.txt")).expect("the file");
    let mut lines: Vec<&str> = file.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["errors", "errors", "first", "second"]);
    session.assert_nothing_left();
}

#[test]
fn output_can_be_redirected_inside() {
    let Some(session) = Session::new("redirect") else { return };
    let changes = json!({"stdout_filename": "out.txt", "redirect_inside": true});
    let done = session.nspawn(&["say", "to output", "err", "to errors", "exit", "7"], &changes).with(7);
    assert_eq!(done.stdout, "");
    assert!(done.stderr.contains("nothing of it is seen outside") && done.stderr.lines().count() == 1, "{done:?}");
    let file = std::fs::read_to_string(session.path("app").join("out.txt")).expect("the file");
    assert_eq!(file.lines().collect::<Vec<_>>(), ["to output", "to errors"]);
    session.assert_nothing_left();
}

#[test]
fn a_network_has_an_endpoint_as_long_as_the_container_runs() {
    let Some(session) = Session::new("network") else { return };
    session.nspawn(&["say", "done"], &json!({"network": "nat"})).with(0);
    let version1 = session.calls("HNSCall").iter().any(|call| call["arguments"]["path"] == "/endpoints/");
    let version2 = session.calls("HcnCreateEndpoint").len() == 1;
    assert_eq!((version1, version2), (Session::version1(), !Session::version1()));
    session.assert_nothing_left();

    let done = session.nspawn(&["say", "done"], &json!({"network": "nowhere"})).with(125);
    assert!(done.stderr.contains("nowhere") && done.stderr.contains("there are nat"), "{done:?}");
    session.assert_nothing_left();
}

#[test]
fn layers_that_are_not_there_are_named() {
    let Some(session) = Session::new("layers") else { return };
    let missing = session.text(r"layers\missing");
    let done = session.nspawn(&["say", "x"], &json!({"parent_layer_directory": missing})).with(125);
    assert!(done.stderr.contains(&missing), "{done:?}");
    session.assert_nothing_left();

    let chain = session.path(r"layers\base\layerchain.json");
    for text in ["[", "{}", "[7]"] {
        std::fs::write(&chain, text).expect("a file");
        let done = session.nspawn(&["say", "x"], &none()).with(125);
        assert!(done.stderr.contains("layerchain.json"), "{done:?}");
        session.assert_nothing_left();
    }
    let parent = session.text(r"layers\parent");
    std::fs::write(&chain, json!([parent]).to_string()).expect("a file");
    let done = session.nspawn(&["say", "x"], &none()).with(125);
    assert!(done.stderr.contains(&parent), "{done:?}");
    session.assert_nothing_left();

    std::fs::create_dir_all(session.path(r"layers\parent\Files")).expect("a layer");
    session.nspawn(&["say", "x"], &none()).with(0);
    let made = session.calls("CreateSandboxLayer");
    let layers = made.last().expect("a layer was made")["arguments"]["layers"].clone();
    let paths: Vec<&str> = layers.as_array().expect("layers").iter().filter_map(|one| one["path"].as_str()).collect();
    assert_eq!(paths, [session.base(), parent]);
    session.assert_nothing_left();
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let Some(session) = Session::new("missing") else { return };
    let done = session.nspawn(&[], &json!({"process_executable": "no-such-program.exe"}));
    assert!(done.stderr.contains("0x80070002 ERROR_FILE_NOT_FOUND"), "{done:?}");
    assert!(done.stderr.contains("no-such-program.exe"), "{done:?}");
    assert_eq!(done.code, 127, "{done:?}");
    session.assert_nothing_left();

    let done = session.silo(&["run", "--rm", &session.base(), "--", r"C:\none.exe"]).with(127);
    assert!(done.stderr.contains("none.exe"), "{done:?}");
    session.assert_nothing_left();
}

#[test]
fn a_library_that_is_not_there_is_named() {
    let Some(session) = Session::new("library") else { return };
    if build() >= 17763 {
        return;
    }
    let session = session.variable("SILO_HCS_ABI", "computecore");
    let done = session.nspawn(&["say", "x"], &none()).with(125);
    assert!(done.stderr.contains("computecore.dll") && done.stderr.contains("17763"), "{done:?}");
    session.assert_nothing_left();
}

#[test]
fn mistakes_in_the_file_are_told_before_anything_is_made() {
    let Some(session) = Session::new("mistakes") else { return };
    for (changes, word) in [
        (json!({"parent_layer_directory": null}), "parent_layer_directory"),
        (json!({"proces_executable": "x"}), "process_executable"),
        (json!({"read_only": true}), "read_only"),
        (json!({"max_cpu_percent": 101}), "max_cpu_percent"),
    ] {
        let done = session.nspawn(&["say", "x"], &changes).with(125);
        assert!(done.stderr.contains(word), "{done:?}");
    }
    assert_eq!(session.log(), Vec::<Value>::new());
    let done = session.silo(&["nspawn", "--dry-run", "-c", &session.config(&["say", "x"], &none())]).with(0);
    assert!(done.stdout.contains("HcsCreateComputeSystem") && !done.stdout.contains(INSIDE), "{done:?}");
    assert_eq!(session.calls("HcsCreateComputeSystem"), Vec::<Value>::new());
    session.assert_nothing_left();
}
