//! `silo nspawn`: what every key of its file changes inside, and every option.

use crate::shell::read;
use crate::support::{Ran, World};
use serde_json::{Value, json};
use std::os::unix::fs::symlink;

/// A folder with a file and the folder that it shows.
pub struct Nspawn {
    pub world: World,
}

impl Nspawn {
    pub fn new() -> Nspawn {
        Nspawn::of(World::new())
    }

    /// On a disk for sure, where temporary files may be in memory.
    pub fn on_disk() -> Nspawn {
        Nspawn::of(World::below(env!("CARGO_TARGET_TMPDIR").as_ref()))
    }

    fn of(world: World) -> Nspawn {
        world.file("app/hello.sh", "#!/bin/sh\necho hello \"$@\"\n");
        let path = world.path("app/hello.sh");
        std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        Nspawn { world }
    }

    /// Runs with these keys; the shown folder and the base are the test's own unless the keys say otherwise.
    pub fn run(&self, keys: Value, options: &[&str]) -> Ran {
        let mut all = json!({"process_directory": "app", "parent_layer_directory": "base"});
        for (key, value) in keys.as_object().unwrap() {
            all[key] = value.clone();
        }
        let all =
            Value::Object(all.as_object().unwrap().clone().into_iter().filter(|(_, value)| !value.is_null()).collect());
        let file = self.world.file("config.json", &all.to_string());
        self.world.silo(&[&["nspawn", "-c", &file], options].concat())
    }

    /// Runs a script with these keys.
    pub fn sh(&self, mut keys: Value, script: &str) -> Ran {
        keys["process_executable"] = "/bin/sh".into();
        keys["process_arguments"] = json!(["-c", script]);
        self.run(keys, &[])
    }

    /// Runs a script with these keys, which must succeed, and answers what it printed.
    pub fn inside(&self, keys: Value, script: &str) -> String {
        let ran = self.sh(keys.clone(), script);
        assert_eq!(ran.code, 0, "{keys} {script}: {}{}", ran.out, ran.err);
        ran.out.trim_end().to_owned()
    }
}

#[test]
fn the_program_of_the_shown_folder_runs_with_its_arguments() {
    let nspawn = Nspawn::new();
    let ran = nspawn.run(json!({"process_executable": "hello.sh", "process_arguments": ["a b", "", "c"]}), &[]);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "hello a b  c\n", ""));
    let ran = nspawn.run(json!({"process_executable": ".\\hello.sh"}), &[]);
    assert_eq!(ran.out, "hello\n", "slashes either way");
    assert_eq!(nspawn.sh(json!({}), "exit 33").code, 33);
    assert_eq!(nspawn.sh(json!({}), "sh -c 'kill -9 $$'; exit $?").code, 137);
    nspawn.world.assert_empty();
}

#[test]
fn where_the_folder_is_seen() {
    let nspawn = Nspawn::new();
    assert_eq!(nspawn.inside(json!({}), "pwd; ls"), "/nspawn\nhello.sh");
    for words in ["/deep/er", "c:\\deep\\er", "C:/deep/er/"] {
        assert_eq!(nspawn.inside(json!({"mapped_directory": words}), "pwd; ls"), "/deep/er\nhello.sh", "{words}");
    }
    assert_eq!(nspawn.inside(json!({}), "echo kept > file; cat file"), "kept");
    assert_eq!(read(nspawn.world.path("app/file")), "kept\n", "it is the host's own folder");
}

#[test]
fn another_folder_on_the_command_line_really_replaces_the_files() {
    let nspawn = Nspawn::new();
    let other = nspawn.world.folder("other");
    nspawn.world.file("other/only-here", "");
    let keys = json!({"process_executable": "/bin/sh", "process_arguments": ["-c", "ls; echo x > made"]});
    let ran = nspawn.run(keys.clone(), &["-D", &other]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "only-here\n"), "{}", ran.err);
    assert!(nspawn.world.path("other/made").exists() && !nspawn.world.path("app/made").exists());
    // The file's own folder need not even exist.
    let mut gone = keys.clone();
    gone["process_directory"] = "no/such/folder".into();
    assert_eq!(nspawn.run(gone, &["--directory", &other]).code, 0);
    let ran = nspawn.run(keys, &["-D", "/no/such/folder"]);
    assert!(ran.code == 125 && ran.err.contains("/no/such/folder"), "{ran:?}");
}

#[test]
fn without_words_it_is_the_config_json_of_the_current_folder() {
    let nspawn = Nspawn::new();
    nspawn.run(json!({"process_executable": "hello.sh"}), &[]);
    let mut command = nspawn.world.command(&["nspawn"]);
    let output = command.current_dir(nspawn.world.path("")).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "hello\n");
    let output = nspawn.world.command(&["nspawn"]).current_dir(nspawn.world.path("app")).output().unwrap();
    assert_eq!(output.status.code(), Some(125));
    assert!(String::from_utf8_lossy(&output.stderr).contains("config.json does not exist"));
}

#[test]
fn output_is_on_the_streams_and_in_the_file() {
    let nspawn = Nspawn::new();
    nspawn.world.folder("app/logs");
    let keys = json!({"stdout_filename": "logs\\out.txt"});
    let ran = nspawn.sh(keys.clone(), "echo out; echo err >&2");
    assert_eq!((ran.out.as_str(), ran.err.as_str()), ("out\n", "err\n"));
    let text = read(nspawn.world.path("app/logs/out.txt"));
    assert!(text == "out\nerr\n" || text == "err\nout\n", "{text}");
    nspawn.sh(keys.clone(), "yes 0123456789 | head -n 100000");
    let text = read(nspawn.world.path("app/logs/out.txt"));
    assert_eq!(text.len(), 8 + 1_100_000, "later output comes after the earlier");
    let ran = nspawn.sh(json!({"stdout_filename": "no/such/out.txt"}), "true");
    assert!(ran.code == 125 && ran.err.contains("no/such/out.txt"), "{ran:?}");
    nspawn.world.assert_empty();
}

#[test]
fn the_output_file_never_leaves_its_folder() {
    let nspawn = Nspawn::new();
    let secret = nspawn.world.file("secret", "untouched");
    symlink(&secret, nspawn.world.path("app/planted")).unwrap();
    symlink("..", nspawn.world.path("app/up")).unwrap();
    for name in ["planted", "up/secret"] {
        let ran = nspawn.sh(json!({"stdout_filename": name}), "echo overwritten");
        assert!(ran.code == 125 && ran.err.contains(name) && ran.out.is_empty(), "{ran:?}");
    }
    assert_eq!(read(secret), "untouched");
    let ran = nspawn.sh(json!({"stdout_filename": "../secret"}), "true");
    assert!(ran.code == 125 && ran.err.contains("stdout_filename"), "{ran:?}");
    nspawn.world.assert_empty();
}

#[test]
fn who_and_where() {
    let nspawn = Nspawn::new();
    assert_eq!(nspawn.inside(json!({"user": "user"}), "id -u; id -G"), "1000\n1000 10");
    assert_eq!(nspawn.inside(json!({"user": 1000}), "id -u; id -g"), "1000\n1000");
    assert_eq!(nspawn.inside(json!({"user": "7:8"}), "id -u; id -g"), "7\n8");
    nspawn.world.folder("app/sub");
    assert_eq!(nspawn.inside(json!({"working_directory": "sub"}), "pwd"), "/nspawn/sub");
    assert_eq!(nspawn.inside(json!({"working_directory": "\\etc"}), "pwd"), "/etc");
    assert_eq!(nspawn.inside(json!({"hostname": "box"}), "hostname; echo $HOSTNAME"), "box\nbox");
}

#[test]
fn variables_by_object_and_by_list() {
    let nspawn = Nspawn::new();
    for words in [json!({"A": "1", "B": "x y"}), json!(["A=1", "B=x y"])] {
        assert_eq!(nspawn.inside(json!({"environment": words}), "echo \"$A,$B\""), "1,x y", "{words}");
    }
    assert_eq!(nspawn.inside(json!({"environment": {"PATH": "/bin:/x"}}), "echo $PATH"), "/bin:/x");
}

#[test]
fn networks_and_isolation() {
    let nspawn = Nspawn::new();
    let host = std::fs::read_link("/proc/self/ns/net").unwrap().display().to_string();
    let script = "readlink /proc/self/ns/net; ls /sys/class/net | head -1";
    assert_eq!(nspawn.inside(json!({"network": "none"}), "ls /sys/class/net"), "lo");
    assert_eq!(nspawn.inside(json!({}), "ls /sys/class/net"), "lo");
    assert!(nspawn.inside(json!({"network": "host"}), script).starts_with(&host));
    assert_eq!(nspawn.inside(json!({"isolation": "process"}), "echo ran"), "ran");
    let ran = nspawn.sh(json!({"isolation": "hyperv"}), "true");
    assert!(ran.code == 125 && ran.err.contains("hyperv") && ran.err.contains("\"process\""), "{ran:?}");
}

#[test]
fn read_only_roots_and_further_mounts() {
    let nspawn = Nspawn::new();
    let data = nspawn.world.folder("data");
    let ran = nspawn.sh(json!({"read_only": true}), "touch /nspawn/x && touch /x");
    assert!(ran.code != 0 && ran.err.contains("/x: Read-only") && nspawn.world.path("app/x").exists(), "{ran:?}");
    assert_eq!(nspawn.inside(json!({"read_only": false}), "touch /x; ls /x"), "/x");
    let mounts = json!([
        {"source": data, "destination": "/data"},
        {"source": "app/hello.sh", "destination": "c:\\bin\\hello", "read_only": true},
    ]);
    assert_eq!(nspawn.inside(json!({"mounts": mounts}), "echo x > /data/made; /bin/hello you"), "hello you");
    assert_eq!(read(nspawn.world.path("data/made")), "x\n");
    let ran = nspawn.sh(json!({"mounts": mounts}), "echo x > /bin/hello");
    assert!(ran.code != 0 && ran.err.contains("Read-only"), "{ran:?}");
}

#[test]
fn a_dry_run_tells_and_makes_nothing() {
    let nspawn = Nspawn::new();
    let keys = json!({"process_executable": "hello.sh", "max_ram_mb": 64, "stdout_filename": "out.txt"});
    let ran = nspawn.run(keys.clone(), &["--dry-run"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    for said in [
        "control group ",
        "namespace pid",
        "mount / as an overlay of ",
        "mount /nspawn from ",
        "process /nspawn/hello.sh",
    ] {
        assert!(ran.out.contains(said), "{said}: {}", ran.out);
    }
    assert!(!nspawn.world.root().exists() && !nspawn.world.path("app/out.txt").exists());
    let verbose = nspawn.run(keys, &["--verbose"]);
    assert_eq!((verbose.out.as_str(), verbose.err == ran.out), ("hello\n", true), "the same on standard error");
    nspawn.world.assert_empty();
}

#[test]
fn keys_that_are_wrong_are_named() {
    let nspawn = Nspawn::new();
    for (keys, named) in [
        (json!({"process_executible": "x"}), &["process_executible", "process_executable"][..]),
        (json!({"max_ram": 1}), &["max_ram", "max_ram_mb"]),
        (json!({"max_ram_mb": "64"}), &["max_ram_mb", "whole number"]),
        (json!({"max_cpu_percent": 101}), &["max_cpu_percent", "100"]),
        (json!({"cpu_affinity_hex": "0xg"}), &["cpu_affinity_hex"]),
        (json!({"network": "bridge"}), &["network", "bridge", "host"]),
        (json!({"process_arguments": "x"}), &["process_arguments", "list"]),
        (json!({"process_directory": "no-such"}), &["process_directory", "no-such", "does not exist"]),
        (json!({"parent_layer_directory": "no-such"}), &["parent_layer_directory", "no-such"]),
        (json!({"process_executable": "../up"}), &["process_executable", "../up"]),
        (json!({"mounts": [{"source": "app", "destinaton": "/x"}]}), &["mounts[0]", "destinaton", "destination"]),
        (json!({"user": "nobody-here"}), &["nobody-here"]),
    ] {
        let mut all = json!({"process_executable": "hello.sh"});
        for (key, value) in keys.as_object().unwrap() {
            all[key] = value.clone();
        }
        let ran = nspawn.run(all, &[]);
        assert_eq!((ran.code, ran.out.as_str()), (125, ""), "{keys}: {}", ran.err);
        for name in named {
            assert!(ran.err.contains(name), "{keys} does not say {name:?}: {}", ran.err);
        }
    }
    assert_eq!(nspawn.run(json!({"process_executable": "gone"}), &[]).code, 127);
    nspawn.world.file("app/plain", "text");
    assert_eq!(nspawn.run(json!({"process_executable": "plain"}), &[]).code, 126);
    let ran = nspawn.world.silo(&["nspawn", "-c", &nspawn.world.file("config.json", "{\"process_executable\": }")]);
    assert!(ran.code == 125 && ran.err.contains("line 1 column"), "{ran:?}");
    nspawn.world.assert_empty();
}
