//! What silo says when it cannot: the exit code, and a message that names the word or thing and the way round.

use crate::shell::eventually;
use crate::support::World;

#[test]
fn programs_that_are_not_there_or_cannot_be_executed() {
    let world = World::new();
    let base = world.base().to_owned();
    let running = world.start("runs", &[], "sleep 1000");
    for (program, code, said) in [
        ("no-such-program", 127, "no-such-program"),
        ("/bin/no-such-program", 127, "/bin/no-such-program"),
        ("/etc/passwd", 126, "Permission denied"),
        ("/etc", 126, "Permission denied"),
    ] {
        world.refused(&["run", "--rm", &base, program], code, &[program, said]);
        world.refused(&["exec", &running, program], code, &[program, said]);
    }
    world.file("base/bin/no-interpreter", "#!/no/such/shell\n");
    world.file("base/bin/no-format", "just text\n");
    for name in ["no-interpreter", "no-format"] {
        let path = world.path("base/bin").join(name);
        std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    }
    world.refused(&["run", "--rm", &base, "no-interpreter"], 127, &["no-interpreter"]);
    world.refused(&["run", "--rm", &base, "/bin/no-format"], 126, &["/bin/no-format", "Exec format error"]);
    world.silo_ok(&["rm", "-f", &running]);
    world.assert_empty();
}

#[test]
fn words_that_cannot_be_honoured_are_named() {
    let world = World::new();
    let base = world.base().to_owned();
    for (flags, named) in [
        (&["-u", "nobody-here"][..], &["nobody-here", "/etc/passwd"][..]),
        (&["--memory", "12x"], &["--memory", "12x"]),
        (&["--cpus", "0"], &["--cpus"]),
        (&["--cpus", "9999"], &["--cpus", "9999"]),
        (&["--cpuset-cpus", "3-1"], &["--cpuset-cpus", "3-1"]),
        (&["--cpuset-cpus", "4000"], &["cpu", "4000"]),
        (&["--pids-limit", "many"], &["--pids-limit", "many"]),
        (&["--cap-add", "NET_ADMN"], &["--cap-add", "NET_ADMN", "NET_ADMIN"]),
        (&["--device", "/dev/no-such"], &["/dev/no-such", "does not exist"]),
        (&["--device", "/etc/passwd"], &["/etc/passwd", "is not a device"]),
        (&["-v", "/no/such/source:/x"], &["/no/such/source", "does not exist"]),
        (&["-v", "/tmp:relative"], &["relative"]),
        (&["--mount", "type=bind,sorce=/tmp,dst=/x"], &["sorce", "source"]),
        (&["--tmpfs", "/x:sise=1m"], &["sise", "size"]),
        (&["--network", "bridge"], &["bridge", "--network"]),
        (&["--hostname", "a b"], &["--hostname", "a b"]),
        (&["--name", "../up"], &["--name", "../up"]),
        (&["--stop-signal", "TREM"], &["--stop-signal", "TREM"]),
        (&["--env-file", "/no/such/file"], &["--env-file", "/no/such/file"]),
        (&["-w", "relative"], &["--workdir", "relative"]),
        (&["--nmae", "x"], &["--nmae", "--name"]),
    ] {
        let words = [&["run", "--rm"], flags, &[&base, "true"]].concat();
        world.refused(&words, 125, named);
    }
    world.assert_empty();
}

#[test]
fn bases_that_are_none() {
    let world = World::new();
    let file = world.file("plain", "");
    let layer = world.folder("layer");
    world.file("layer/layerchain.json", r#"["/no/such/parent"]"#);
    world.refused(&["run", "--rm", "/no/such/base", "true"], 125, &["/no/such/base", "does not exist"]);
    world.refused(&["run", "--rm", &file, "true"], 125, &[&file, "is not a folder"]);
    world.refused(&["run", "--rm", &layer, "true"], 125, &["layerchain.json", "/no/such/parent"]);
    world.file("layer/layerchain.json", r#"{"parents": []}"#);
    world.refused(&["run", "--rm", &layer, "true"], 125, &["layerchain.json", "list of folders"]);
    world.refused(&["run", "--rm", "--bundle", &layer], 125, &["config.json", "does not exist"]);
    world.refused(&["run", "--rm", world.base()], 125, &["CMD"]);
    world.assert_empty();
}

#[test]
fn usage_is_told_from_failure_by_the_exit_code() {
    let world = World::new();
    for (words, code) in [
        (&["run"][..], 125),
        (&["exec", "x"], 125),
        (&["nspawn", "--no-such"], 125),
        (&["ps", "--no-such"], 2),
        (&["rm"], 2),
        (&["stop", "--time", "soon", "x"], 2),
        (&["no-such-command"], 2),
        (&["ps", "--format", "yaml"], 2),
    ] {
        assert_eq!(world.silo(words).code, code, "{words:?}");
    }
    for command in [
        "run",
        "exec",
        "nspawn",
        "plan",
        "spec",
        "ps",
        "stop",
        "kill",
        "wait",
        "rm",
        "inspect",
        "gc",
        "explain",
        "version",
        "completion",
    ] {
        let help = world.silo_ok(&[command, "--help"]);
        assert!(help.contains("Usage: silo") && help.contains("Example"), "{help}");
    }
}

#[test]
fn containers_that_are_not_there_or_not_as_they_must_be() {
    let world = World::new();
    for command in ["stop", "kill", "wait", "rm", "inspect"] {
        world.refused(&[command, "no-such"], 125, &["no container is named no-such"]);
    }
    world.refused(&["exec", "no-such", "true"], 125, &["no container is named no-such"]);
    let name = world.start("state", &[], "sleep 1000");
    let ran = world.silo(&["inspect", "no-such", &name]);
    let known: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, known[0]["id"].as_str(), known[1].is_null()), (125, Some(name.as_str()), true));
    world.refused(&["rm", &name], 125, &["it is running", "-f"]);
    world.refused(&["kill", "-s", "NOPE", &name], 125, &["--signal", "NOPE"]);
    world.refused(&["exec", "-d", "-t", &name, "true"], 125, &["terminal", "-t or -d"]);
    world.silo_ok(&["stop", "--time", "0", &name]);
    world.refused(&["exec", &name, "true"], 125, &["it has stopped"]);
    world.refused(&["kill", &name], 125, &["it has stopped"]);
    let ran = world.silo(&["rm", "no-such", &name]);
    assert_eq!((ran.code, ran.out.trim_end()), (125, name.as_str()), "one failure does not stop the rest");
    world.assert_empty();
}

#[test]
fn a_name_in_use_is_refused_before_anything_is_made() {
    let world = World::new();
    let name = world.start("taken", &[], "echo once; sleep 1000");
    let before = world.inspect(&name);
    for words in [&["run", "--name"][..], &["run", "-d", "--name"]] {
        let words = [words, &[name.as_str(), world.base(), "touch", "/tmp/x"]].concat();
        world.refused(&words, 125, &[&name, "choose another name"]);
    }
    assert_eq!(world.inspect(&name), before, "the first one is as it was");
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap();
    assert!(!mounts.contains(world.root().to_str().unwrap()), "nothing of it is on the host");
    world.silo_ok(&["kill", &name]);
    world.silo_ok(&["wait", &name]);
    world.refused(&["run", "--name", &name, world.base(), "true"], 125, &["stopped container", "silo rm"]);
    world.silo_ok(&["rm", &name]);
    world.silo_ok(&["run", "--rm", "--name", &name, world.base(), "true"]);
    eventually("nothing is left", || world.leftovers().is_empty());
}
