//! What every option of `silo run` changes inside: the process, its environment, its rights, its network.

use crate::shell::{eventually, read};
use crate::support::World;

#[test]
fn host_names() {
    let world = World::new();
    assert_eq!(world.inside(&["--hostname", "web.example"], "hostname; echo $HOSTNAME"), "web.example\nweb.example");
    let name = world.name("named");
    let own = world.inside(&["--name", &name], "hostname");
    assert!(name.starts_with(&own), "without --hostname it is the beginning of the name: {own}");
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    assert_ne!(world.inside(&[], "hostname"), host);
    world.assert_empty();
}

#[test]
fn environment_of_a_container_is_its_own() {
    let world = World::new();
    let mut command = world.command(&["run", "--rm", world.base(), "env"]);
    let ran = command.env("LEAK", "from the caller").output().unwrap();
    let text = String::from_utf8(ran.stdout).unwrap();
    assert!(!text.contains("LEAK"), "{text}");
    assert!(text.contains("PATH=/usr/local/sbin:") && text.contains("HOME=/root"), "{text}");
}

#[test]
fn later_variables_win_and_options_win_over_files() {
    let world = World::new();
    let first = world.file("first.env", "# a comment\n\nA=file\nB=file\nEMPTY=\nSPACED= x y \nCALLER\n");
    let second = world.file("second.env", "B=second file\n");
    let base = world.base().to_owned();
    let words = ["run", "--rm", "-e", "A=option", "--env-file", &first, "--env-file", &second, "--env", "C=1"];
    let script = "echo \"$A,$B,$C,$EMPTY,$SPACED,$CALLER,${ABSENT-unset}\"";
    let last = ["-e", "C=2", "-e", "CALLER2", "-e", "ABSENT", &base, "sh", "-c", script];
    let mut command = world.command(&[&words[..], &last].concat());
    let output = command.env("CALLER", "called").output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "option,second file,2,, x y ,called,unset\n");
}

#[test]
fn working_directory() {
    let world = World::new();
    assert_eq!(world.inside(&[], "pwd"), "/");
    assert_eq!(world.inside(&["-w", "/etc"], "pwd"), "/etc");
    assert_eq!(world.inside(&["--workdir", "/made/for/it"], "pwd; ls -d /made/for/it"), "/made/for/it\n/made/for/it");
}

#[test]
fn users_and_groups() {
    let world = World::new();
    for (words, expected) in [
        ("user", "1000 1000 1000 10"),
        ("1000", "1000 1000 1000 10"),
        ("user:wheel", "1000 10 10"),
        ("1000:5", "1000 5 5"),
        ("4242", "4242 0 0"),
        ("root", "0 0 0"),
    ] {
        assert_eq!(world.inside(&["-u", words], "echo $(id -u) $(id -g) $(id -G)"), expected, "{words}");
    }
    assert_eq!(world.inside(&["--user", "user"], "echo $HOME"), "/home/user");
    let refused = world.sh(&["-u", "1000"], "touch /etc/x");
    assert_ne!(refused.code, 0, "an ordinary user may not write there");
}

#[test]
fn capabilities_are_those_that_were_asked_for() {
    let world = World::new();
    let sets = |flags: &[&str]| {
        let text = world.inside(flags, "grep -E 'Cap(Prm|Eff|Bnd)' /proc/self/status");
        text.lines().map(|line| u64::from_str_radix(line.split('\t').nth(1).unwrap(), 16).unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(sets(&[]), [0xa804_25fb; 3], "the usual fourteen");
    assert_eq!(sets(&["--cap-drop", "ALL"]), [0; 3]);
    assert_eq!(sets(&["--cap-drop", "all", "--cap-add", "net_admin"]), [1 << 12; 3]);
    assert_eq!(sets(&["--cap-drop", "CAP_CHOWN"]), [0xa804_25fa; 3]);
    assert_eq!(sets(&["-u", "1000"]), [0, 0, 0xa804_25fb], "only the bounding set is an ordinary user's");
    let ran = world.sh(&["--cap-drop", "CHOWN"], "touch /x; chown 1000 /x");
    assert_ne!(ran.code, 0, "without CHOWN nothing is given away");
    assert_eq!(world.inside(&[], "touch /x; chown 1000 /x; stat -c %u /x"), "1000");
}

#[test]
fn privileges_and_system_calls() {
    let world = World::new();
    let status = "grep -E 'NoNewPrivs|Seccomp:' /proc/self/status";
    assert_eq!(world.inside(&[], status), "NoNewPrivs:\t0\nSeccomp:\t2");
    let flags = ["--security-opt", "no-new-privileges", "--security-opt", "seccomp=unconfined"];
    assert_eq!(world.inside(&flags, status), "NoNewPrivs:\t1\nSeccomp:\t0");
    let profile =
        r#"{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO"}]}"#;
    let file = world.file("profile.json", profile);
    let ran = world.sh(&["--security-opt", &format!("seccomp={file}")], "touch /x && mkdir /y");
    assert!(ran.code != 0 && ran.err.contains("Operation not permitted"), "{}", ran.err);
    let ran = world.sh(&[], "mount -t tmpfs x /tmp");
    assert_ne!(ran.code, 0, "the usual filter and capabilities permit no mounts");
}

#[test]
fn networks() {
    let world = World::new();
    assert_eq!(world.inside(&[], "ls /sys/class/net"), "lo");
    assert_eq!(world.inside(&["--network", "none"], "ls /sys/class/net"), "lo");
    let host = std::fs::read_link("/proc/self/ns/net").unwrap().display().to_string();
    assert_eq!(world.inside(&["--network", "host"], "readlink /proc/self/ns/net"), host);
    assert_ne!(world.inside(&[], "readlink /proc/self/ns/net"), host);
}

#[test]
fn the_container_sees_only_itself() {
    let world = World::new();
    let processes = world.inside(&[], "ls /proc | grep -c '^[0-9]*$'; echo $$");
    assert!(processes.ends_with("\n1"), "it is process 1: {processes}");
    for name in ["pid", "mnt", "uts", "ipc", "cgroup", "net"] {
        let own = world.inside(&[], &format!("readlink /proc/self/ns/{name}"));
        assert_ne!(own, std::fs::read_link(format!("/proc/self/ns/{name}")).unwrap().display().to_string());
    }
}

#[test]
fn standard_input_is_connected_when_asked_for() {
    let world = World::new();
    for (flags, expected) in [(&["-i"][..], "typed"), (&["--interactive"], "typed"), (&[], "")] {
        let words = [&["run", "--rm"], flags, &[world.base(), "cat"]].concat();
        let input = world.file("input", "typed");
        let mut command = world.command(&words);
        let output = command.stdin(std::fs::File::open(input).unwrap()).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), expected, "{flags:?}");
    }
}

#[test]
fn words_after_the_base_belong_to_the_program() {
    let world = World::new();
    assert_eq!(world.silo_ok(&["run", "--rm", world.base(), "echo", "--rm", "-x", "--"]), "--rm -x --\n");
    assert_eq!(world.silo_ok(&["run", "--rm", world.base(), "--", "echo", "-n", "a  b"]), "a  b");
}

#[test]
fn exit_codes_are_the_programs_own() {
    let world = World::new();
    for (script, code) in [("exit 0", 0), ("exit 42", 42), ("exit 255", 255), ("sh -c 'kill -9 $$'; exit $?", 137)] {
        assert_eq!(world.sh(&[], script).code, code, "{script}");
    }
    // A shell that is not process 1 is ended by a signal, and then so is the container's exit code.
    let exec = world.start("signals", &[], "sleep 1000");
    for (signal, code) in [("TERM", 143), ("KILL", 137), ("USR1", 138)] {
        assert_eq!(world.silo(&["exec", &exec, "sh", "-c", &format!("kill -{signal} $$")]).code, code, "{signal}");
    }
    world.silo_ok(&["kill", &exec]);
    assert_eq!(world.silo_ok(&["wait", &exec]), "137\n");
    world.silo_ok(&["rm", &exec]);
    world.assert_empty();
}

#[test]
fn in_the_background_output_is_kept_and_rm_forgets() {
    let world = World::new();
    let name = world.start("log", &[], "echo out; echo err >&2; exit 3");
    assert_eq!(world.silo_ok(&["wait", &name]), "3\n");
    let folder = world.inspect(&name)["folder"].as_str().unwrap().to_owned();
    assert_eq!(read(format!("{folder}/output.log")), "out\nerr\n");
    world.silo_ok(&["rm", &name]);
    world.start("gone", &["--rm"], "sleep 0.2");
    eventually("a container with --rm forgets itself", || world.leftovers().is_empty());
}

#[test]
fn labels_and_names_are_kept() {
    let world = World::new();
    let name = world.start("labels", &["-l", "a=b=c", "--label", "flag", "--stop-signal", "USR1"], "exit 0");
    world.silo_ok(&["wait", &name]);
    let known = world.inspect(&name);
    assert_eq!(known["labels"], serde_json::json!({"a": "b=c", "flag": ""}));
    assert_eq!((known["stopSignal"].as_i64(), known["id"].as_str()), (Some(10), Some(name.as_str())));
    world.silo_ok(&["rm", &name]);
    let random = world.silo_ok(&["run", "-d", "--rm", world.base(), "true"]);
    assert!(random.trim().len() >= 12 && random.trim().bytes().all(|byte| byte.is_ascii_hexdigit()), "{random}");
    eventually("it forgets itself", || world.leftovers().is_empty());
}

#[test]
fn a_signal_to_silo_reaches_the_program() {
    let world = World::new();
    let ready = world.folder("shown");
    let script = "trap 'echo got it; exit 9' TERM; touch /shown/ready; while :; do sleep 0.05; done";
    let mount = format!("{ready}:/shown");
    let mut command = world.command(&["run", "--rm", "-v", &mount, world.base(), "sh", "-c", script]);
    let child = command.stdout(std::process::Stdio::piped()).spawn().unwrap();
    eventually("the program runs", || world.path("shown/ready").exists());
    let pid = rustix::process::Pid::from_raw(child.id().cast_signed()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stdout).as_ref()), (Some(9), "got it\n"));
    world.assert_empty();
}
