//! Words for a host of Windows: what they mean, and the exact text of refusals.

use super::{Host, nspawn, paths, request};
use crate::cli::{Cli, Command};
use crate::testing::{FakeWorld, golden_request, words};
use clap::Parser;
use hcs_engine::{Base, Request};
use hcs_schema::oci::{Spec, Windows};
use serde_json::json;

fn ask(text: &str, world: &FakeWorld, here: bool) -> Result<Request, String> {
    let words = std::iter::once("silo".to_owned()).chain(words(text));
    let host = Host { world, here, processors: 4, version1: false };
    match Cli::try_parse_from(words).unwrap().command {
        Command::Run(args) => request(&args, &host).map_err(|refusal| refusal.to_string()),
        Command::Nspawn(args) => nspawn(&args, &host).map_err(|refusal| refusal.to_string()),
        other => panic!("{other:?} asks for no request"),
    }
}

fn run(options: &str) -> Request {
    let text = format!(r"run {options} C:\layers\base cmd");
    ask(&text, &FakeWorld::root(), false).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn windows(options: &str) -> Windows {
    run(options).spec.windows.unwrap()
}

fn with(keys: &str) -> Result<Request, String> {
    let config = format!(
        r#"{{"process_directory": "C:\\app", "process_executable": "bin/x.exe", "parent_layer_directory": "c:/layers/top"{keys}}}"#
    );
    ask("nspawn", &FakeWorld::root().file("/cwd/config.json", &config), false)
}

fn parts(spec: &Spec) -> serde_json::Value {
    let windows = spec.windows.as_ref().unwrap();
    serde_json::to_value(windows.resources.clone()).unwrap()
}

#[test]
fn paths_are_those_of_windows() {
    for (words, expected) in [
        (r"C:\a", r"C:\a"),
        ("c:/a//b/./c/../d/", r"c:\a\b\d"),
        (r"C:\", r"C:\"),
        (r"C:\..\..\a", r"C:\a"),
        (r"\\server\share\a\..\..\b", r"\\server\share\b"),
        (r"\\?\Volume{0-1}\a", r"\\?\Volume{0-1}\a"),
        ("//./pipe/x", r"\\.\pipe\x"),
    ] {
        assert_eq!(paths::absolute(words).as_deref(), Ok(expected), "{words}");
    }
    for words in ["", "a", "/a", r"\a", "C:a", r"C:\a:b", r"C:\a?", r"\\server", r"\\", r"\\.\", "é:\\a", "C:\\a\0"] {
        assert!(paths::absolute(words).is_err(), "{words:?}");
    }
    for (words, expected) in [
        (r"C:\a:D:\b", &[r"C:\a", r"D:\b"][..]),
        (r"C:\a:D:/b:ro", &[r"C:\a", "D:/b", "ro"]),
        (r"\\.\pipe\x:\\.\pipe\y", &[r"\\.\pipe\x", r"\\.\pipe\y"]),
        (r"\\?\C:\a:C:\b", &[r"\\?\C:\a", r"C:\b"]),
        ("a:b", &["a", "b"]),
        ("C:", &["C", ""]),
        ("", &[""]),
    ] {
        assert_eq!(paths::split(words), expected, "{words}");
    }
}

#[test]
fn whole_requests() {
    let everything = r"run --rm -it --name web --hostname box -l a=b -e A=1 -e a=2 -w c:/srv -u CORP\me --isolation process
        -v C:\data:C:\data:ro -v \\.\pipe\docker_engine:\\.\pipe\docker_engine --mount type=bind,src=d:/x,dst=C:\x,readonly
        --device class/5B45201D-F2F2-4F3B-85BB-30FF1F953599 -m 512m --cpus 1.5 --cpuset-cpus 0-1,65 --network nat
        --security-opt credentialspec=spec.json C:\layers\app;C:\layers\base cmd /c echo·hi";
    let everything: Vec<&str> = everything.split_whitespace().collect();
    let world = FakeWorld::root().file("/cwd/spec.json", r#"{"CmsPlugins": ["ActiveDirectory"]}"#);
    let request = |words: &str, world: &FakeWorld| ask(words, world, false).unwrap_or_else(|error| panic!("{error}"));
    golden_request("windows-run-everything.json", &request(&everything.join(" "), &world));
    golden_request("windows-run.json", &request(r"run C:\layers\base cmd", &world));
    let config = r#"{"process_directory": "C:\\app", "process_executable": "bin/x.exe", "process_arguments": ["-v", "a b"],
        "mapped_directory": "C:\\mapped", "stdout_filename": "logs/out.txt", "parent_layer_directory": "C:\\layers\\top",
        "max_ram_mb": 64, "cpus_count": 2, "cpu_affinity_hex": 3, "max_cpu_percent": 25, "max_storage_iops": 100,
        "max_storage_bandwidth_bytes_per_sec": 1000, "isolation": "hyperv", "network": "nat"}"#;
    golden_request("windows-nspawn.json", &request("nspawn", &FakeWorld::root().file("/cwd/config.json", config)));
}

#[test]
fn processors() {
    for (words, expected) in [
        ("2", json!({"cpu": {"count": 2}})),
        ("4", json!({"cpu": {"count": 4}})),
        ("0.5", json!({"cpu": {"maximum": 1250}})),
        ("1.5", json!({"cpu": {"maximum": 3750}})),
        ("0.0001", json!({"cpu": {"maximum": 1}})),
    ] {
        assert_eq!(parts(&run(&format!("--cpus {words}")).spec), expected, "{words}");
    }
    for (keys, expected) in [
        (r#""cpus_count": 2"#, json!({"cpu": {"count": 2}})),
        (r#""max_cpu_percent": 50"#, json!({"cpu": {"maximum": 5000}})),
        (r#""cpus_count": 2, "max_cpu_percent": 75"#, json!({"cpu": {"count": 2}})),
        (r#""cpus_count": 2, "max_cpu_percent": 10"#, json!({"cpu": {"maximum": 1000}})),
        (r#""cpu_affinity_hex": "0x5""#, json!({"cpu": {"affinity": [{"mask": 5, "group": 0}]}})),
        (r#""max_ram_mb": 0"#, json!(null)),
    ] {
        assert_eq!(parts(&with(&format!(", {keys}")).unwrap().spec), expected, "{keys}");
    }
}

#[test]
fn host_names_are_as_long_as_windows_takes_them() {
    let ask =
        |length| ask(&format!(r"run --hostname {} C:\layers\base cmd", "a".repeat(length)), &FakeWorld::root(), false);
    assert!(ask(63).is_ok() && ask(64).is_err());
}

#[test]
fn isolation_and_network() {
    assert!(windows("--isolation hyperv").hyperv.is_some());
    assert!(windows("--isolation process").hyperv.is_none() && windows("").hyperv.is_none());
    assert!(windows("--network none").network.is_none());
    assert_eq!(windows("--network nat").network.unwrap().endpoint_list, ["${endpoint:nat}"]);
}

#[test]
fn layers_are_listed_or_found() {
    let layers = |words: &str, world: &FakeWorld, here| match ask(&format!("run {words} cmd"), world, here)?.base {
        Base::Layers(layers) => {
            Ok::<_, String>(layers.iter().map(|path| path.display().to_string()).collect::<Vec<_>>())
        }
        other => panic!("{other:?}"),
    };
    let world = FakeWorld::root()
        .file(r"C:\top\layerchain.json", r#"["C:\\mid", "c:/low"]"#)
        .file(r"C:\bad\layerchain.json", "{}")
        .file(r"C:\base\layerchain.json", "null")
        .file(r"C:\words\layerchain.json", r#"["C:\\mid", 7]"#)
        .file(r"C:\gone\layerchain.json", r#"["C:\\nowhere"]"#)
        .file(r"C:\root\layerchain.json", r#"["/mid"]"#)
        .file(r"C:\twice\layerchain.json", r#"["C:\\mid", "C:\\mid"]"#)
        .forbidden(r"C:\closed\layerchain.json");
    let folders = ["top", "bad", "base", "words", "gone", "root", "twice", "closed", "mid"];
    let world = folders.iter().fold(world, |world, name| world.folder(&format!(r"C:\{name}"))).folder(r"c:\low");
    assert_eq!(layers(r"C:\top;c:/base", &world, false).unwrap(), [r"C:\top", r"c:\base"]);
    assert_eq!(layers(r"C:\top", &world, false).unwrap(), [r"C:\top"], "nothing is looked at elsewhere");
    assert_eq!(layers(r"C:\top", &world, true).unwrap(), [r"C:\top", r"C:\mid", r"c:\low"]);
    assert_eq!(layers(r"C:\base", &world, true).unwrap(), [r"C:\base"]);
    for (words, here, expected) in [
        (r"C:\nowhere", true, r"BASE: C:\nowhere does not exist"),
        (
            r"C:\bad",
            true,
            r"C:\bad\layerchain.json: expected a list of folders: invalid type: map, expected a sequence at line 1 column 0",
        ),
        (
            r"C:\words",
            true,
            r"C:\words\layerchain.json: expected a list of folders: invalid type: integer `7`, expected a string at line 1 column 13",
        ),
        (r"C:\gone", true, r"C:\gone\layerchain.json: C:\nowhere does not exist"),
        (r"C:\root", true, r#"C:\root\layerchain.json: "/mid" is not an absolute path of Windows, such as C:\folder"#),
        (r"C:\twice", true, r"BASE: C:\mid is a layer twice"),
        (r"C:\closed", true, r"BASE: C:\closed\layerchain.json may not be read by you"),
        (r"C:\a;C:\a", false, r"BASE: C:\a is a layer twice"),
        ("base", false, r#"BASE: "base" is not an absolute path of Windows, such as C:\folder"#),
        (
            "host",
            false,
            r"BASE: a Windows container cannot have the host's own root; write a layer folder such as C:\layers\base",
        ),
    ] {
        assert_eq!(layers(words, &world, here).unwrap_err(), expected);
    }
}

#[test]
fn what_has_no_meaning_on_windows_is_refused_by_name() {
    let world = FakeWorld::root().file("/cwd/list.json", "[]");
    for (options, expected) in [
        ("--cap-add ALL", "--cap-add: it has no meaning on Windows: there are no capabilities"),
        ("--cap-drop ALL", "--cap-drop: it has no meaning on Windows: there are no capabilities"),
        ("--read-only", "--read-only: it has no meaning on Windows: the root of a container is always writable"),
        ("--tmpfs C:\\x", "--tmpfs: it has no meaning on Windows: there are no folders in memory"),
        ("--stop-signal TERM", "--stop-signal: it has no meaning on Windows: there are no signals"),
        (
            "--mount type=tmpfs,dst=C:\\b",
            r#"--mount type=tmpfs,dst=C:\b: type "tmpfs" has no meaning on Windows; there are bind and npipe"#,
        ),
        ("--hostname ∅", r#"--hostname: "" is not a host name; use 1 to 63 of a-z A-Z 0-9 - . _"#),
        ("--pids-limit 5", "--pids-limit: it has no meaning on Windows: the number of tasks cannot be limited"),
        (
            "--security-opt seccomp=x",
            "--security-opt seccomp=x: it has no meaning on Windows; there is credentialspec=FILE",
        ),
        (
            "--security-opt credentialspec=list.json",
            "--security-opt credentialspec=list.json: a credential specification is a JSON object",
        ),
        (
            "--network host",
            "--network: a Windows container cannot share the host's network; write none, or for example nat",
        ),
        ("--user a:b", r#"--user: "a:b": there are no groups on Windows; write USER or DOMAIN\USER"#),
        ("--user a\\b\\c", r#"--user: "a\\b\\c" is not a user; write USER or DOMAIN\USER"#),
        ("-w /srv", r#"--workdir: "/srv" is not an absolute path inside the container, such as C:\folder"#),
        ("--cpus 5", "--cpus: 5 processors are not to be had; the range is 0.01 to 4"),
        ("-m 0", "--memory: nothing can run in no memory; leave it out for no limit"),
        ("-v C:\\a", r"--volume C:\a: write SRC:DST or SRC:DST:ro, for example C:\src:C:\dst:ro"),
        ("-v C:\\a:C:\\", r"--volume C:\a:C:\: a mount cannot replace the root"),
        ("-v a:C:\\b", r#"--volume a:C:\b: "a" is not an absolute path of Windows, such as C:\folder"#),
        (
            "-v C:\\a:C:\\b:rslave",
            r#"--volume C:\a:C:\b:rslave: "rslave" has no meaning on Windows; there are ro and rw"#,
        ),
        ("-v C:\\a:C:\\b:x", r#"--volume C:\a:C:\b:x: "x" is not an option of a volume; there are ro and rw"#),
        (
            "-v C:\\a:\\\\.\\pipe\\x",
            r"--volume C:\a:\\.\pipe\x: a named pipe is mapped to a named pipe, such as \\.\pipe\name",
        ),
        ("-v C:\\a:C:\\x -v C:\\b:c:/X", r"--volume C:\b:c:/X: there is already a mount at c:\X"),
        (
            "--mount type=tmpfs,src=C:\\a,dst=C:\\b",
            r#"--mount type=tmpfs,src=C:\a,dst=C:\b: type "tmpfs" has no meaning on Windows; there are bind and npipe"#,
        ),
        (
            "--mount type=bind,src=C:\\a,dst=C:\\b,bind-propagation=private",
            r#"--mount type=bind,src=C:\a,dst=C:\b,bind-propagation=private: "bind-propagation" has no meaning on Windows; there are type, source, target and readonly"#,
        ),
    ] {
        assert_eq!(ask(&format!(r"run {options} C:\base cmd"), &world, false).unwrap_err(), expected);
    }
    let error = ask(r"run --device /dev/null C:\base cmd", &world, false).unwrap_err();
    assert!(error.starts_with(r#"--device /dev/null: "/dev/null" is no device of Windows; write KIND/ID"#), "{error}");
}

#[test]
fn keys_of_nspawn_that_are_wrong_are_named() {
    for (keys, expected) in [
        (
            r#", "read_only": true"#,
            "config.json: read_only: it has no meaning on Windows: the root of a container is always writable",
        ),
        (
            r#", "mapped_directory": "/x""#,
            r#"config.json: mapped_directory: "/x" is not an absolute path inside the container, such as C:\folder"#,
        ),
        (
            r#", "mapped_directory": "C:\\""#,
            r"config.json: mapped_directory: it cannot be a whole drive; name a folder such as C:\nspawn",
        ),
        (
            r#", "stdout_filename": "..\\x""#,
            r#"config.json: stdout_filename: "..\\x" is not a file below process_directory"#,
        ),
        (
            r#", "stdout_filename": "C:\\x""#,
            r#"config.json: stdout_filename: "C:\\x" is not a file below process_directory"#,
        ),
        (
            r#", "network": "host""#,
            "config.json: network: a Windows container cannot share the host's network; write none, or for example nat",
        ),
        (
            r#", "mounts": [{"source": "x", "destination": "C:\\y"}]"#,
            r#"config.json: mounts[0]: "x" is not an absolute path of Windows, such as C:\folder"#,
        ),
    ] {
        assert_eq!(with(keys).unwrap_err(), expected);
    }
    let config = r#"{"process_executable": "C:\\x.exe"}"#;
    let error = ask("nspawn", &FakeWorld::root().file("/cwd/config.json", config), false).unwrap_err();
    assert_eq!(
        error,
        "config.json: parent_layer_directory: it is missing; a Windows container is made of layer folders"
    );
    let config = r#"{"process_executable": "x.exe", "parent_layer_directory": "C:\\l"}"#;
    let error = ask("nspawn", &FakeWorld::root().file("/cwd/config.json", config), false).unwrap_err();
    assert_eq!(error, r#"config.json: process_executable: "x.exe" is relative, which needs a process_directory"#);
}

#[test]
fn where_programs_start() {
    let process = |keys: &str| with(keys).unwrap().spec.process.unwrap();
    let plain = process("");
    assert_eq!((plain.args[0].as_str(), plain.cwd.as_str()), (r"C:\nspawn\bin\x.exe", r"C:\nspawn"));
    assert_eq!(process(r#", "working_directory": "sub/dir""#).cwd, r"C:\nspawn\sub\dir");
    assert_eq!(process(r#", "working_directory": "D:\\x""#).cwd, r"D:\x");
    assert_eq!(process(r#", "environment": {"Path": "1", "PATH": "2"}"#).env, ["Path=1"]);
}
