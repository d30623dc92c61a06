//! Words of `run` and `exec` that are refused, and the exact text of the refusal.

use crate::testing::{FakeWorld, request};

fn check(world: &FakeWorld, table: &[(&str, &str)]) {
    for (words, expected) in table {
        match request(&format!("run {words}"), world) {
            Err(error) => assert_eq!(error, *expected, "run {words}"),
            Ok(_) => panic!("run {words} is not refused"),
        }
    }
}

#[test]
fn usage() {
    check(
        &FakeWorld::root(),
        &[
            ("", "error: the following required arguments were not provided: <BASE> <CMD>..."),
            ("host", "error: the following required arguments were not provided: <CMD>..."),
            ("--memry 1m host true", "error: unexpected argument '--memry' found"),
            ("--network bridge host true", "--network: \"bridge\" is neither \"none\" nor \"host\""),
            ("--bundle /b -t", "error: the argument '--bundle <DIR>' cannot be used with '--tty'"),
            ("--bundle /b host true", "error: the argument '--bundle <DIR>' cannot be used with: [BASE] [CMD]..."),
            ("--bundle /b -e A=1", "error: the argument '--bundle <DIR>' cannot be used with '--env <NAME[=VALUE]>'"),
            ("--bundle /b --memory 1m", "error: the argument '--bundle <DIR>' cannot be used with '--memory <SIZE>'"),
            ("--rm --rm host true", "error: the argument '--rm' cannot be used multiple times"),
        ],
    );
}

#[test]
fn base_and_names() {
    let name = |name: &str| {
        format!("--name: {name:?} is not a name; use up to 64 of a-z A-Z 0-9 _ . - and begin with a letter or digit")
    };
    let long = "n".repeat(65);
    check(
        &FakeWorld::root(),
        &[
            ("/nowhere true", "/nowhere: /nowhere does not exist"),
            ("hots true", "hots: /cwd/hots does not exist"),
            ("file true", "file: /cwd/file is not a folder"),
            ("/secret true", "/secret: /secret may not be read by you"),
            ("∅ true", "BASE: it is empty; write a folder, or host"),
            ("host ∅", "CMD: it is empty; write a program and its arguments"),
            ("--name ∅ host true", &name("")),
            ("--name -a=b host true", "error: unexpected argument '-a' found"),
            ("--name .hidden host true", &name(".hidden")),
            ("--name a/b host true", &name("a/b")),
            (&format!("--name {long} host true"), &name(&long)),
            ("--label =x host true", "--label =x: a label needs a key, as KEY[=VALUE]"),
            ("--hostname a_/b host true", "--hostname: \"a_/b\" is not a host name; use up to 64 of a-z A-Z 0-9 - . _"),
            ("--hostname ∅ host true", "--hostname: \"\" is not a host name; use up to 64 of a-z A-Z 0-9 - . _"),
            (
                "--stop-signal FOO host true",
                "--stop-signal: \"FOO\" is not a signal; write a name such as TERM, or a number from 1 to 64",
            ),
            ("--bundle /nowhere", "--bundle /nowhere: /nowhere does not exist"),
            ("--bundle file", "--bundle file: /cwd/file is not a folder"),
            ("--bundle /rootfs", "--bundle /rootfs: /rootfs/config.json does not exist"),
        ],
    );
}

#[test]
fn layers_and_bundles() {
    let world = FakeWorld::root()
        .file("/l1/layerchain.json", "{}")
        .file("/l2/layerchain.json", r#"["/nowhere"]"#)
        .file("/l3/layerchain.json", r#"["/layers/mid", "/layers/mid"]"#)
        .file("/l4/layerchain.json", r#"["/cwd/file"]"#)
        .file("/b1/config.json", "[]")
        .file("/b2/config.json", r#"{"ociVersion": "1.2.0"}"#)
        .file("/b3/config.json", r#"{"process": {}}"#);
    check(
        &world,
        &[
            (
                "/l1 true",
                "/l1/layerchain.json: expected a list of folders: invalid type: map, expected a sequence at line 1 column 0",
            ),
            ("/l2 true", "/l2/layerchain.json: /nowhere does not exist"),
            ("/l3 true", "/l3/layerchain.json: /layers/mid is in the list twice"),
            ("/l4 true", "/l4/layerchain.json: /cwd/file is not a folder"),
            ("--bundle /b1", "/b1/config.json: invalid type: sequence, expected an object (Spec) at line 1 column 0"),
            ("--bundle /b2", "/b2/config.json: process is missing"),
            ("--bundle /b3", "/b3/config.json: ociVersion is missing"),
        ],
    );
}

#[test]
fn process() {
    let user = |user: &str| format!("--user: {user:?} is not a user; write USER or USER:GROUP, by name or number");
    let world = FakeWorld::root().file("/bad.env", "A=1\n\n# note\nB C=2\n").file("/nameless.env", "=1");
    check(
        &world,
        &[
            ("-u ∅ host true", &user("")),
            ("-u a: host true", &user("a:")),
            ("-u :g host true", &user(":g")),
            ("-u a:b:c host true", &user("a:b:c")),
            ("-u a·b host true", &user("a b")),
            ("-u 4294967295 host true", "--user: 4294967295 is more than the largest id, 4294967294"),
            ("-u 0:99999999999 host true", "--user: 99999999999 is more than the largest id, 4294967294"),
            ("-w src host true", "--workdir: \"src\" is not an absolute path inside the container"),
            ("-w ∅ host true", "--workdir: \"\" is not an absolute path inside the container"),
            ("-e =1 host true", "--env =1: a variable needs a name, as NAME=VALUE"),
            ("-e ∅ host true", "--env : a variable needs a name, as NAME=VALUE"),
            ("--env-file none host true", "--env-file none: /cwd/none does not exist"),
            ("--env-file /bad.env host true", "--env-file /bad.env:4: \"B C\" has white space in its name"),
            (
                "--env-file /nameless.env host true",
                "--env-file /nameless.env:1: a variable needs a name, as NAME=VALUE",
            ),
        ],
    );
}

#[test]
fn volumes() {
    check(
        &FakeWorld::root(),
        &[
            ("-v /data host true", "--volume /data: write SRC:DST, there are no volumes without a folder"),
            ("-v :/x host true", "--volume :/x: write SRC:DST or SRC:DST:OPTIONS"),
            ("-v /data: host true", "--volume /data:: write SRC:DST or SRC:DST:OPTIONS"),
            ("-v data:/x host true", "--volume data:/x: /cwd/data does not exist"),
            ("-v /secret:/x host true", "--volume /secret:/x: /secret may not be read by you"),
            ("-v /data:x host true", "--volume /data:x: \"x\" is not an absolute path inside the container"),
            ("-v /data:/a/.. host true", "--volume /data:/a/..: a mount cannot replace the root"),
            ("-v /data:/x:rx host true", "--volume /data:/x:rx: \"rx\" is not an option of a volume; did you mean ro?"),
            (
                "-v /data:/x:ro,Z host true",
                "--volume /data:/x:ro,Z: \"Z\" (relabelling for SELinux) is not supported; label the source with chcon",
            ),
            ("-v /data:/x:cached host true", "--volume /data:/x:cached: \"cached\" is not an option of a volume"),
            ("-v /data:/x -v /cwd:/x/ host true", "--volume /cwd:/x/: there is already a mount at /x"),
            ("-v /data:/x --tmpfs /x host true", "--tmpfs /x: there is already a mount at /x"),
        ],
    );
}

#[test]
fn mounts() {
    check(
        &FakeWorld::root(),
        &[
            (
                "--mount src=/data,dst=/x host true",
                "--mount src=/data,dst=/x: type is missing; write type=bind or type=tmpfs",
            ),
            (
                "--mount type=volume,src=v,dst=/x host true",
                "--mount type=volume,src=v,dst=/x: type \"volume\" is not supported; there are bind and tmpfs",
            ),
            (
                "--mount type=nfs,dst=/x host true",
                "--mount type=nfs,dst=/x: type \"nfs\" is not known; there are bind and tmpfs",
            ),
            ("--mount type=bind,dst=/x host true", "--mount type=bind,dst=/x: source is missing"),
            ("--mount type=bind,src=/data host true", "--mount type=bind,src=/data: target is missing"),
            ("--mount type=bind,src=,dst=/x host true", "--mount type=bind,src=,dst=/x: src needs a value"),
            (
                "--mount type=bind,src=/data,source=/cwd,dst=/x host true",
                "--mount type=bind,src=/data,source=/cwd,dst=/x: source is given twice",
            ),
            ("--mount type=bind,src=/no,dst=/x host true", "--mount type=bind,src=/no,dst=/x: /no does not exist"),
            (
                "--mount type=bind,src=/data,dst=/x,readonyl host true",
                "--mount type=bind,src=/data,dst=/x,readonyl: \"readonyl\" is not a key of a mount; did you mean readonly?",
            ),
            (
                "--mount type=bind,src=/data,dst=/x,consistency=cached host true",
                "--mount type=bind,src=/data,dst=/x,consistency=cached: consistency is not supported",
            ),
            (
                "--mount type=bind,src=/data,dst=/x,ro=maybe host true",
                "--mount type=bind,src=/data,dst=/x,ro=maybe: ro: \"maybe\" is neither true nor false",
            ),
            (
                "--mount type=bind,src=/data,dst=/x,bind-propagation=far host true",
                "--mount type=bind,src=/data,dst=/x,bind-propagation=far: bind-propagation: \"far\" is not one of private, \
                 rprivate, shared, rshared, slave, rslave, unbindable, runbindable",
            ),
            (
                "--mount type=bind,src=/data,dst=/x,bind-recursive=readonly host true",
                "--mount type=bind,src=/data,dst=/x,bind-recursive=readonly: bind-recursive=readonly needs readonly",
            ),
            (
                "--mount type=bind,src=/data,dst=/x,tmpfs-size=1m host true",
                "--mount type=bind,src=/data,dst=/x,tmpfs-size=1m: tmpfs-size does not go with type=bind",
            ),
            (
                "--mount type=tmpfs,src=/data,dst=/x host true",
                "--mount type=tmpfs,src=/data,dst=/x: source does not go with type=tmpfs",
            ),
            (
                "--mount type=tmpfs,dst=/x,tmpfs-mode=9 host true",
                "--mount type=tmpfs,dst=/x,tmpfs-mode=9: mode: \"9\" is not octal permission bits such as 1777",
            ),
            ("--mount \"type=bind host true", "--mount \"type=bind: a quote is not closed"),
            ("--tmpfs x host true", "--tmpfs x: \"x\" is not an absolute path inside the container"),
            ("--tmpfs / host true", "--tmpfs /: a mount cannot replace the root"),
            (
                "--tmpfs /x:sise=1m host true",
                "--tmpfs /x:sise=1m: \"sise=1m\" is not an option of a tmpfs; did you mean size?",
            ),
            ("--tmpfs /x:exec=1 host true", "--tmpfs /x:exec=1: \"exec=1\" is not an option of a tmpfs"),
            (
                "--tmpfs /x:size=big host true",
                "--tmpfs /x:size=big: \"big\" is not a size; write a number with k, m, g or t, for example 512m",
            ),
            ("--tmpfs /x:uid=me host true", "--tmpfs /x:uid=me: uid: \"me\" is not a number"),
        ],
    );
}

#[test]
fn limits() {
    let size =
        |size: &str| format!("--memory: {size:?} is not a size; write a number with k, m, g or t, for example 512m");
    let cpus = |cpus: &str| format!("--cpus: {cpus:?} is not a number of processors; write for example 1.5");
    let list = |list: &str| format!("--cpuset-cpus: {list:?} is not a list of processors; write for example 0-2,7");
    check(
        &FakeWorld::root(),
        &[
            ("-m 12q host true", &size("12q")),
            ("-m=-1 host true", &size("-1")),
            ("-m 0 host true", "--memory: nothing can run in no memory; leave it out for no limit"),
            ("-m 99999999t host true", "--memory: \"99999999t\" is more than can be counted"),
            ("--cpus two host true", &cpus("two")),
            ("--cpus=-1 host true", &cpus("-1")),
            ("--cpus 1e3 host true", &cpus("1e3")),
            ("--cpus 0 host true", "--cpus: 0 processors are not to be had; the range is 0.01 to 8"),
            ("--cpus 8.5 host true", "--cpus: 8.5 processors are not to be had; the range is 0.01 to 8"),
            ("--cpuset-cpus 3-1 host true", &list("3-1")),
            ("--cpuset-cpus 0, host true", &list("0,")),
            ("--pids-limit many host true", "--pids-limit: \"many\" is not a number of tasks, or -1 for no limit"),
            ("--pids-limit -2 host true", "--pids-limit: \"-2\" is not a number of tasks, or -1 for no limit"),
        ],
    );
}

#[test]
fn isolation() {
    let world = FakeWorld::root().file("/p1.json", "{").file("/p2.json", "{}").file(
        "/p3.json",
        r#"{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["mount"], "action": "SCMP_ACT_EERRNO"}]}"#,
    );
    let option = |option: &str| {
        format!("--security-opt {option}: there are no-new-privileges, seccomp=unconfined and seccomp=FILE")
    };
    check(
        &world,
        &[
            ("--cap-add NET_ADMN host true", "--cap-add: \"NET_ADMN\" is not a capability; did you mean NET_ADMIN?"),
            ("--cap-drop xyzzy12 host true", "--cap-drop: \"xyzzy12\" is not a capability"),
            ("--device /dev/none host true", "--device /dev/none: /dev/none does not exist"),
            ("--device /data host true", "--device /data: /data is not a device"),
            (
                "--device /dev/sda:/dev/x:rx host true",
                "--device /dev/sda:/dev/x:rx: \"rx\" is not an access; write some of r, w and m",
            ),
            (
                "--device /dev/sda:x host true",
                "--device /dev/sda:x: \"x\" is not an absolute path inside the container",
            ),
            ("--device :: host true", "--device ::: write SRC, SRC:DST or SRC:DST:ACCESS"),
            ("--device a:b:c:d host true", "--device a:b:c:d: write SRC, SRC:DST or SRC:DST:ACCESS"),
            ("--security-opt label=disable host true", &option("label=disable")),
            ("--security-opt no-new-privileges=maybe host true", &option("no-new-privileges=maybe")),
            ("--security-opt seccomp= host true", &option("seccomp=")),
            ("--security-opt seccomp=none host true", "--security-opt seccomp=none: /cwd/none does not exist"),
            (
                "--security-opt seccomp=/p1.json host true",
                "--security-opt seccomp=/p1.json: not a seccomp profile: EOF while parsing an object at line 1 column 1",
            ),
            (
                "--security-opt seccomp=/p2.json host true",
                "--security-opt seccomp=/p2.json: defaultAction: \"\" is not an action, such as SCMP_ACT_ERRNO",
            ),
            (
                "--security-opt seccomp=/p3.json host true",
                "--security-opt seccomp=/p3.json: syscalls[0].action: \"SCMP_ACT_EERRNO\" is not an action; did you mean \
                 SCMP_ACT_ERRNO?",
            ),
        ],
    );
}

#[test]
fn ordinary_users() {
    check(
        &FakeWorld::user(false),
        &[
            (
                "-u 1 host true",
                "--user: user 1 has no id on the host; give yourself more ids in /etc/subuid, or run as root",
            ),
            (
                "-u 0:5 host true",
                "--user: group 5 has no id on the host; give yourself more ids in /etc/subgid, or run as root",
            ),
            (
                "--device /dev/null:r host true",
                "--device /dev/null:r: an ordinary user cannot narrow the access to a device; leave it out, or run as root",
            ),
        ],
    );
}
