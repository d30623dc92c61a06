//! Words of `run` and `exec`, and what becomes of them.

use crate::cli::{Cli, Command};
use crate::intent::exec;
use crate::testing::{FakeWorld, request, words};
use clap::Parser;
use hcs_engine::{Base, Request};
use hcs_schema::oci::{Linux, Mount, NamespaceKind, Process, Resources, Spec};
use std::path::PathBuf;

fn run(words: &str) -> Request {
    run_in(words, &FakeWorld::root())
}

fn run_in(words: &str, world: &FakeWorld) -> Request {
    request(&format!("run {words}"), world).unwrap_or_else(|error| panic!("run {words}: {error}"))
}

fn process(request: Request) -> Process {
    request.spec.process.unwrap()
}

fn linux(request: Request) -> Linux {
    request.spec.linux.unwrap()
}

fn resources(words: &str) -> Resources {
    linux(run(&format!("{words} host true"))).resources.unwrap()
}

fn last_mount(words: &str) -> (String, String, String) {
    let mount = run(&format!("{words} host true")).spec.mounts.pop().unwrap();
    (mount.source.unwrap(), mount.destination, mount.options.join(","))
}

#[test]
fn bases() {
    assert_eq!(run("host true").base, Base::Host);
    assert_eq!(run("/rootfs/ true").base, Base::Folder("/rootfs".into()));
    assert_eq!(run("./src true").base, Base::Folder("/cwd/src".into()));
    let Base::Layers(layers) = run("/layers/top true").base else { panic!("no layers") };
    assert_eq!(layers, ["/layers/top", "/layers/mid", "/layers/top/../low"].map(PathBuf::from));
}

#[test]
fn commands_are_kept_as_they_are() {
    for (text, expected) in [
        ("host -- ls -l", vec!["ls", "-l"]),
        ("host ls -l --rm", vec!["ls", "-l", "--rm"]),
        ("host sh -c x -- y", vec!["sh", "-c", "x", "--", "y"]),
        ("--rm -- host ls", vec!["ls"]),
        ("host -- -x", vec!["-x"]),
    ] {
        assert_eq!(process(run(text)).args, expected, "{text}");
    }
}

#[test]
fn names_labels_and_signals() {
    let request = run("--rm --name web -l a=b --label c --stop-signal INT host true");
    assert_eq!(request.id.as_deref(), Some("web"));
    assert!(request.remove);
    assert_eq!(request.stop_signal, 2);
    assert_eq!(request.labels.into_iter().collect::<Vec<_>>(), [("a".into(), "b".into()), ("c".into(), "".into())]);
    assert_eq!(run("--hostname box host true").spec.hostname.as_deref(), Some("box"));
    assert_eq!(run("host true").spec.hostname, None);
}

#[test]
fn environment() {
    let world = FakeWorld::root().file("/e", "\u{feff}A=file\r\nB=file\r\n  # note\r\nCALLER\nGONE\nE= x y \n");
    let env =
        process(run_in("-t --hostname box --env-file /e -e A=option -e C= -e PATH -e D=a=b host true", &world)).env;
    let expected =
        ["TERM=xterm", "HOSTNAME=box", "A=option", "B=file", "CALLER=from the caller", "E= x y ", "C=", "D=a=b"];
    assert_eq!(env, expected);
}

#[test]
fn users() {
    let user = |words: &str| process(run(&format!("-u {words} host true")));
    let by_name = user("nobody:adm");
    assert_eq!(by_name.user.username.as_deref(), Some("nobody:adm"));
    assert_eq!(by_name.capabilities.unwrap().effective.len(), 14);
    let by_number = user("1000:100");
    assert_eq!((by_number.user.uid, by_number.user.gid, by_number.user.username), (1000, 100, None));
    let capabilities = by_number.capabilities.unwrap();
    assert_eq!((capabilities.bounding.len(), capabilities.effective.len(), capabilities.permitted.len()), (14, 0, 0));
    let group_unknown = user("1000");
    assert_eq!((group_unknown.user.uid, group_unknown.user.username.as_deref()), (1000, Some("1000")));
    let mapped = process(run_in("-u 65536:65536 host true", &FakeWorld::user(true)));
    assert_eq!(mapped.user.uid, 65_536);
}

#[test]
fn volumes_and_mounts() {
    let bind = |source: &str, destination: &str, options: &str| (source.into(), destination.into(), options.into());
    for (words, expected) in [
        ("-v /data:/x", bind("/data", "/x", "rbind,rprivate")),
        ("-v /:/x:ro", bind("/", "/x", "rbind,rprivate,ro,rro")),
        ("-v ./src:/x//y/:ro", bind("/cwd/src", "/x/y", "rbind,rprivate,ro,rro")),
        ("-v file:/f:rw,rslave,noexec", bind("/cwd/file", "/f", "rbind,rslave,noexec")),
        ("-v /data:/x:bind,ro", bind("/data", "/x", "bind,rprivate,ro,rro")),
        ("--mount type=bind,src=/data,dst=/x,ro", bind("/data", "/x", "rbind,rprivate,ro,rro")),
        ("--mount type=bind,source=src,target=/x,readonly=false", bind("/cwd/src", "/x", "rbind,rprivate")),
        ("--mount type=bind,src=/data,dst=/x,ro,bind-recursive=writable", bind("/data", "/x", "rbind,rprivate,ro")),
        ("--mount type=bind,src=/data,dst=/x,bind-nonrecursive", bind("/data", "/x", "bind,rprivate")),
        ("--mount type=bind,src=/data,dst=/x,bind-propagation=rshared", bind("/data", "/x", "rbind,rshared")),
        ("--mount type=bind,\"src=/root·fs\",dst=/x", bind("/root fs", "/x", "rbind,rprivate")),
        ("--tmpfs /x", bind("tmpfs", "/x", "noexec,nosuid,nodev")),
        ("--tmpfs /x:exec,size=64m,mode=1777", bind("tmpfs", "/x", "nosuid,nodev,exec,size=67108864,mode=1777")),
        ("--tmpfs /x:size=50%,size=1k,ro", bind("tmpfs", "/x", "noexec,nosuid,nodev,size=1024,ro")),
        (
            "--mount type=tmpfs,dst=/x,tmpfs-size=1g,tmpfs-mode=700,ro",
            bind("tmpfs", "/x", "noexec,nosuid,nodev,ro,size=1073741824,mode=700"),
        ),
    ] {
        assert_eq!(last_mount(words), expected, "{words}");
    }
}

#[test]
fn mounts_are_ordered_and_replace_defaults() {
    let places = |words: &str| -> Vec<String> {
        let mounts: Vec<Mount> = run(&format!("{words} host true")).spec.mounts;
        mounts.into_iter().map(|mount| mount.destination).collect()
    };
    let defaults = ["/proc", "/dev", "/dev/pts", "/sys", "/sys/fs/cgroup", "/dev/mqueue", "/dev/shm"];
    assert_eq!(places(""), defaults);
    let deep = places("-v /data:/a/b/c -v /data:/a --tmpfs /a/b");
    assert_eq!(deep[7..], ["/a", "/a/b", "/a/b/c"]);
    assert_eq!(places("--tmpfs /dev/shm")[6..], ["/dev/shm"]);
    assert_eq!(places("-v /dev:/dev"), ["/proc", "/sys", "/sys/fs/cgroup", "/dev"]);
}

#[test]
fn limits() {
    let memory = resources("-m 512m").memory.unwrap();
    assert_eq!((memory.limit, memory.swap), (Some(512 << 20), Some(512 << 20)));
    let cpu = resources("--cpus 1.5 --cpuset-cpus 0-1").cpu.unwrap();
    assert_eq!((cpu.quota, cpu.period, cpu.cpus.as_deref()), (Some(150_000), Some(100_000), Some("0-1")));
    let list_alone = resources("--cpuset-cpus 3").cpu.unwrap();
    assert_eq!((list_alone.quota, list_alone.period), (None, None));
    assert_eq!(resources("--pids-limit 10").pids.unwrap().limit, 10);
    for unlimited in ["--pids-limit -1", "--pids-limit 0", ""] {
        let resources = resources(unlimited);
        assert_eq!((resources.pids, resources.memory, resources.cpu), (None, None, None));
    }
}

#[test]
fn devices() {
    let mut node = linux(run("--device /dev/sda:/dev/disk:rw host true"));
    let device = node.devices.pop().unwrap();
    assert_eq!(
        (device.kind.as_str(), device.path.as_str(), device.major, device.minor),
        ("b", "/dev/disk", Some(8), Some(0))
    );
    assert_eq!((device.file_mode, device.gid), (Some(0o660), Some(6)));
    let rule = node.resources.unwrap().devices.pop().unwrap();
    assert_eq!((rule.allow, rule.major, rule.access.as_deref()), (true, Some(8), Some("rw")));
    let bound = run_in("--device /dev/null:/dev/zip host true", &FakeWorld::user(false));
    let mount = bound.spec.mounts.last().unwrap();
    assert_eq!((mount.source.as_deref(), mount.destination.as_str()), (Some("/dev/null"), "/dev/zip"));
    assert!(linux(bound).devices.is_empty());
}

#[test]
fn networks_and_namespaces() {
    let kinds = |request: Request| linux(request).namespaces.into_iter().map(|one| one.kind).collect::<Vec<_>>();
    assert!(kinds(run("host true")).contains(&NamespaceKind::Network));
    assert!(!kinds(run("--network host host true")).contains(&NamespaceKind::Network));
    assert!(!kinds(run("host true")).contains(&NamespaceKind::User));
    let user = run_in("--network host host true", &FakeWorld::user(true));
    let sys = user.spec.mounts.iter().find(|mount| mount.destination == "/sys").unwrap();
    assert_eq!((sys.kind.as_deref(), sys.source.as_deref()), (Some("bind"), Some("/sys")));
    assert_eq!(kinds(user)[0], NamespaceKind::User);
}

#[test]
fn terminals_of_a_single_id_belong_to_no_group() {
    let options = |world: &FakeWorld| run_in("host true", world).spec.mounts[2].options.join(",");
    assert!(options(&FakeWorld::root()).contains("gid=5"));
    assert!(options(&FakeWorld::user(true)).contains("gid=5"));
    assert!(!options(&FakeWorld::user(false)).contains("gid=5"));
}

#[test]
fn security_options() {
    assert!(!process(run("host true")).no_new_privileges);
    assert!(process(run("--security-opt no-new-privileges host true")).no_new_privileges);
    assert!(!process(run("--security-opt no-new-privileges:false host true")).no_new_privileges);
    assert_eq!(linux(run("--security-opt seccomp=unconfined host true")).seccomp, None);
    let docker = r#"{"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 1, "archMap": [], "syscalls": [
        {"names": ["read"], "action": "SCMP_ACT_ALLOW", "comment": "", "includes": {}, "excludes": {}},
        {"names": ["mount"], "action": "SCMP_ACT_ALLOW", "includes": {"caps": ["CAP_SYS_ADMIN"]}},
        {"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38, "excludes": {"caps": ["CAP_SYS_ADMIN"]}},
        {"names": ["s390"], "action": "SCMP_ACT_ALLOW", "includes": {"arches": ["s390x"]}}]}"#;
    let world = FakeWorld::root().file("/p.json", docker);
    let names = |words: &str| -> Vec<String> {
        let request = run_in(&format!("--security-opt seccomp=/p.json {words} host true"), &world);
        linux(request).seccomp.unwrap().syscalls.into_iter().flat_map(|rule| rule.names).collect()
    };
    assert_eq!(names(""), ["read", "clone3"]);
    assert_eq!(names("--cap-add SYS_ADMIN"), ["read", "mount"]);
}

#[test]
fn bundles() {
    let text = r#"{"ociVersion": "1.0.2", "process": {"args": ["sh"], "cwd": "/", "user": {"uid": 0, "gid": 0}},
        "mounts": [{"destination": "/proc", "type": "proc"}], "future": 1}"#;
    let world = FakeWorld::root().file("/b/config.json", text);
    let request = run_in("--rm --name b --bundle /b", &world);
    assert_eq!(request.base, Base::Bundle("/b".into()));
    assert_eq!(request.spec, serde_json::from_str::<Spec>(text).unwrap());
    assert_eq!(request.spec.mounts[0].kind.as_deref(), Some("proc"));
    assert_eq!((request.id.as_deref(), request.remove), (Some("b"), true));
}

#[test]
fn further_processes() {
    let spec = run("-e A=1 -w /srv --cap-drop KILL host sleep 9").spec;
    let exec = |text: &str| {
        let words = ["silo", "exec"].map(str::to_owned).into_iter().chain(words(text));
        let Command::Exec(args) = Cli::try_parse_from(words).unwrap().command else { panic!("no exec") };
        exec::process(&args, &spec, &FakeWorld::root()).map_err(|refusal| refusal.to_string())
    };
    let plain = exec("web ls -l").unwrap();
    assert_eq!((plain.args, plain.cwd.as_str(), plain.terminal), (vec!["ls".into(), "-l".into()], "/srv", false));
    assert!(plain.env.contains(&"A=1".to_owned()));
    let shaped = exec("-it -e A=2 -w /tmp -u 7 web -- sh").unwrap();
    assert!(shaped.terminal && shaped.env.contains(&"A=2".to_owned()) && shaped.env.contains(&"TERM=xterm".to_owned()));
    let capabilities = shaped.capabilities.unwrap();
    assert_eq!((capabilities.bounding.len(), capabilities.effective.len()), (13, 0));
    for (words, expected) in [
        ("web ∅", "CMD: it is empty; write a program and its arguments"),
        ("-w tmp web sh", "--workdir: \"tmp\" is not an absolute path inside the container"),
        ("-u a: web sh", "--user: \"a:\" is not a user; write USER or USER:GROUP, by name or number"),
        ("-e =1 web sh", "--env =1: a variable needs a name, as NAME=VALUE"),
    ] {
        assert_eq!(exec(words).unwrap_err(), expected);
    }
}
