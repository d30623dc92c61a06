//! An ordinary user: with one id, with ranges of further ids, and what is not to be had.
//!
//! The user has a number and no name on this machine. With ranges it gets one: silo then runs in a mount namespace of its own
//! whose `/etc/passwd`, `/etc/subuid` and `/etc/subgid` are the test's.

use crate::shell::eventually;
use crate::support::{Ran, World, make_base, require_root, silo_path};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// The user's number: nobody's on a machine.
const UID: u32 = 61_234;
/// Where the ids of the user's ranges begin.
const RANGE: u32 = 700_000;

/// An ordinary user, with a home, a base and a copy of the program.
struct User {
    folder: TempDir,
    ranges: bool,
}

impl User {
    fn new(ranges: bool) -> User {
        require_root();
        let folder = tempfile::Builder::new().prefix("silo-it-").tempdir().unwrap();
        let own = folder.path().to_owned();
        std::fs::set_permissions(&own, std::fs::Permissions::from_mode(0o755)).unwrap();
        for name in ["base", "home", "run"] {
            std::fs::create_dir(own.join(name)).unwrap();
            chown(own.join(name), Some(UID), Some(UID)).unwrap();
        }
        make_base(&own.join("base"));
        for entry in walk(&own.join("base")) {
            std::os::unix::fs::lchown(entry, Some(UID), Some(UID)).unwrap();
        }
        // The build's own folder may be closed to others.
        std::fs::copy(silo_path(), own.join("silo")).unwrap();
        let passwd = std::fs::read_to_string("/etc/passwd").unwrap();
        std::fs::write(own.join("passwd"), format!("{passwd}silotest:x:{UID}:{UID}::/:/bin/sh\n")).unwrap();
        std::fs::write(own.join("subid"), format!("silotest:{RANGE}:65536\n")).unwrap();
        User { folder, ranges }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn base(&self) -> String {
        self.path("base").display().to_string()
    }

    fn command(&self, words: &[&str]) -> Command {
        let own = self.folder.path().display().to_string();
        let drop = format!("exec setpriv --reuid {UID} --regid {UID} --clear-groups --inh-caps=-all -- \"$0\" \"$@\"");
        let files = "mount --bind $OWN/passwd /etc/passwd && mount --bind $OWN/subid /etc/subuid && \
                     mount --bind $OWN/subid /etc/subgid && ";
        let script = format!("{}{drop}", if self.ranges { files } else { "" });
        let mut command = Command::new("unshare");
        command.args(["--mount", "--", "sh", "-c", &script, &format!("{own}/silo")]).args(words);
        command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("OWN", &own);
        command.env("HOME", format!("{own}/home")).env("XDG_RUNTIME_DIR", format!("{own}/run"));
        command.current_dir(&own).stdin(Stdio::null());
        command
    }

    fn silo(&self, words: &[&str]) -> Ran {
        self.command(words).output().expect("unshare and setpriv of util-linux").into()
    }

    #[track_caller]
    fn ok(&self, words: &[&str]) -> String {
        let ran = self.silo(words);
        assert_eq!(ran.code, 0, "{words:?}: {}{}", ran.out, ran.err);
        ran.out.trim_end().to_owned()
    }

    /// Runs a script in a new container.
    #[track_caller]
    fn inside(&self, flags: &[&str], script: &str) -> String {
        self.ok(&[&["run", "--rm"], flags, &[&self.base(), "sh", "-c", script]].concat())
    }

    #[track_caller]
    fn refused(&self, words: &[&str], named: &[&str]) {
        let ran = self.silo(words);
        assert_eq!((ran.code, ran.out.as_str()), (125, ""), "{words:?}: {}", ran.err);
        for name in named {
            assert!(ran.err.contains(name), "{words:?} does not say {name:?}: {}", ran.err);
        }
    }

    /// Nothing is left of any container, neither state nor writable layers.
    #[track_caller]
    fn assert_empty(&self) {
        for folder in ["run/silo", "home/.local/share/silo"] {
            let left: Vec<_> = std::fs::read_dir(self.path(folder)).into_iter().flatten().flatten().collect();
            assert!(left.is_empty(), "{left:?}");
        }
    }
}

impl Drop for User {
    fn drop(&mut self) {
        if std::thread::panicking() {
            for id in self.silo(&["ps", "-aq"]).out.lines() {
                drop(self.silo(&["rm", "-f", id]));
            }
        }
    }
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        if entry.file_type().unwrap().is_dir() {
            found.extend(walk(&entry.path()));
        }
        found.push(entry.path());
    }
    found
}

/// The life of a container, and nothing left of it.
fn lives_and_dies(user: &User) {
    assert_eq!(user.inside(&[], "id -u; touch /x; stat -c %u /x; echo $HOME; exit 0"), "0\n0\n/root");
    assert_eq!(user.silo(&["run", "--rm", &user.base(), "sh", "-c", "exit 7"]).code, 7);
    assert_eq!(user.ok(&["run", "-d", "--name", "mine", &user.base(), "sleep", "1000"]), "mine");
    assert!(user.ok(&["ps"]).contains("running"));
    assert_eq!(user.ok(&["exec", "mine", "id", "-u"]), "0");
    // What has just become a program may not show its words yet.
    let first = || user.ok(&["exec", "mine", "sh", "-c", "tr '\\0' ' ' < /proc/1/cmdline"]);
    eventually("it is beside the program", || first() == "sleep 1000");
    user.ok(&["stop", "--time", "0", "mine"]);
    assert_eq!(user.ok(&["wait", "mine"]), "137");
    user.ok(&["rm", "mine"]);
    user.assert_empty();
}

#[test]
fn one_id_is_enough_to_run_exec_stop_and_remove() {
    let user = User::new(false);
    lives_and_dies(&user);
    assert_eq!(user.inside(&[], "cat /proc/self/uid_map | tr -s ' '"), format!(" 0 {UID} 1"));
    let shown = user.path("home");
    user.inside(&["-v", &format!("{}:/shown", shown.display())], "touch /shown/made");
    let owner = std::os::unix::fs::MetadataExt::uid(&shown.join("made").metadata().unwrap());
    assert_eq!(owner, UID, "what root inside makes is the user's own");
    user.assert_empty();
}

#[test]
fn the_hosts_own_root_is_a_base_for_everybody() {
    for ranges in [false, true] {
        let user = User::new(ranges);
        let script = "id -u; touch /usr/planted /planted && ls /usr/planted /planted; head -c1 /etc/shadow 2>&1 | grep -c denied; \
                      test -x /usr/bin/env && test -L /proc/self/exe && echo whole";
        let seen = user.ok(&["run", "--rm", "host", "sh", "-c", script]);
        assert_eq!(seen, "0\n/planted\n/usr/planted\n1\nwhole");
        assert!(!Path::new("/usr/planted").exists() && !Path::new("/planted").exists());
        let ran = user.silo(&["run", "--rm", "--read-only", "host", "touch", "/usr/planted"]);
        assert!(ran.code != 0 && ran.err.contains("Read-only"), "{ran:?}");
        let ran = user.silo(&["run", "--rm", "--read-only", "host", "touch", "/planted"]);
        assert!(ran.code != 0 && ran.err.contains("Read-only"), "{ran:?}");
        user.assert_empty();
    }
}

#[test]
fn networks_and_devices_of_an_ordinary_user() {
    let user = User::new(false);
    assert_eq!(user.inside(&[], "ls /sys/class/net"), "lo");
    let host = std::fs::read_link("/proc/self/ns/net").unwrap().display().to_string();
    assert_eq!(user.inside(&["--network", "host"], "readlink /proc/self/ns/net"), host);
    assert_eq!(user.inside(&["--device", "/dev/zero:/dev/given"], "head -c 3 /dev/given | wc -c"), "3");
    user.refused(
        &["run", "--rm", "--device", "/dev/zero:/dev/given:r", &user.base(), "true"],
        &["--device", "ordinary user", "as root"],
    );
    assert_eq!(
        user.inside(&["--hostname", "box", "--tmpfs", "/m:size=1m"], "hostname; df -k /m | awk 'END {print $2}'"),
        "box\n1024"
    );
    user.assert_empty();
}

#[test]
fn what_an_ordinary_user_cannot_have_is_named_with_the_way_round() {
    let user = User::new(false);
    let base = user.base();
    for (flags, limit) in [
        (["--memory", "64m"], "memory.limit"),
        (["--cpus", "0.5"], "cpu.quota"),
        (["--pids-limit", "9"], "pids.limit"),
        (["--cpuset-cpus", "0"], "cpu.cpus"),
    ] {
        let words = [&["run", "--rm"], &flags[..], &[&base, "true"]].concat();
        user.refused(&words, &[limit, "leave the limit out", "run as root"]);
    }
    user.refused(&["run", "--rm", "-u", "1000", &base, "true"], &["user 1000", "/etc/subuid", "as root"]);
    user.refused(&["run", "--rm", "-u", "user", &base, "true"], &["/etc/subuid"]);
    user.assert_empty();
}

#[test]
fn ranges_give_further_ids() {
    let user = User::new(true);
    lives_and_dies(&user);
    let maps = user.inside(&[], "cat /proc/self/uid_map /proc/self/gid_map | tr -s ' '");
    assert_eq!(maps, format!(" 0 {UID} 1\n 1 {RANGE} 65536\n 0 {UID} 1\n 1 {RANGE} 65536"));
    assert_eq!(user.inside(&["-u", "user"], "id -u; id -G"), "1000\n1000 10");
    assert_eq!(user.inside(&[], "touch /x; chown 1000:1000 /x; stat -c '%u %g' /x"), "1000 1000");
    user.assert_empty();
}

/// Leaves files in the writable layer that the user alone could not remove.
const FOREIGN: &str = "mkdir -p /d/e; touch /d/e/f; chown -R 1000:1000 /d; chmod 700 /d; echo made; exec sleep 1000";

fn foreign(user: &User, name: &str) {
    user.ok(&["run", "-d", "--name", name, &user.base(), "sh", "-c", FOREIGN]);
    let made = user.path("home/.local/share/silo").join(name).join("upper/d");
    let owner = || made.metadata().map(|found| std::os::unix::fs::MetadataExt::uid(&found)).unwrap_or(0);
    eventually("files of a further id are there", || owner() == RANGE + 999);
    eventually("and closed", || made.metadata().unwrap().permissions().mode() & 0o777 == 0o700);
}

#[test]
fn files_of_further_ids_are_removed_with_their_container() {
    let user = User::new(true);
    foreign(&user, "forced");
    user.ok(&["rm", "-f", "forced"]);
    user.assert_empty();
    foreign(&user, "stopped");
    user.ok(&["stop", "--time", "0", "stopped"]);
    user.ok(&["rm", "stopped"]);
    user.assert_empty();
}

#[test]
fn gc_reclaims_for_an_ordinary_user() {
    let user = User::new(true);
    foreign(&user, "crashed");
    let known: serde_json::Value = serde_json::from_str(&user.ok(&["inspect", "crashed"])).unwrap();
    let keeper = i32::try_from(known[0]["keeper"]["pid"].as_u64().unwrap()).unwrap();
    let pid = rustix::process::Pid::from_raw(keeper).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    eventually("the keeper is missed", || user.ok(&["ps", "-a"]).contains("dead"));
    assert!(user.ok(&["gc", "--dry-run"]).contains("would be released"));
    user.ok(&["gc"]);
    user.assert_empty();
    assert_eq!(user.ok(&["ps", "-aq"]), "");
}

#[test]
fn containers_of_others_are_not_seen() {
    let (user, world) = (User::new(false), World::new());
    let name = world.start("roots", &[], "sleep 1000");
    let root = world.root().display().to_string();
    let ran = user.silo(&["--root", &root, "ps"]);
    assert!(ran.code == 125 && ran.err.contains("ermission denied"), "{ran:?}");
    let ran = user.silo(&["--root", &root, "exec", &name, "true"]);
    assert!(ran.code == 125, "{ran:?}");
    world.silo_ok(&["rm", "-f", &name]);
    world.assert_empty();
}

#[test]
fn a_state_root_that_somebody_else_made_is_not_trusted() {
    let user = User::new(false);
    let temporary = user.path("tmp");
    let state = temporary.join(format!("silo-{UID}"));
    std::fs::create_dir(&temporary).unwrap();
    std::fs::set_permissions(&temporary, std::fs::Permissions::from_mode(0o1777)).unwrap();
    let silo = |words: &[&str]| -> Ran {
        user.command(words).env_remove("XDG_RUNTIME_DIR").env("TMPDIR", &temporary).output().unwrap().into()
    };
    let refused = |what: &str| {
        for words in [&["gc"][..], &["ps"], &["run", "--rm", "host", "true"]] {
            let ran = silo(words);
            assert_eq!(ran.code, 125, "{what}: {words:?}");
            assert!(ran.err.contains(state.to_str().unwrap()) && ran.err.contains("XDG_RUNTIME_DIR"), "{}", ran.err);
        }
    };
    // A ledger in it would have the user's own files removed.
    std::fs::create_dir(&state).unwrap();
    std::fs::set_permissions(&state, std::fs::Permissions::from_mode(0o777)).unwrap();
    refused("of root");
    chown(&state, Some(UID), Some(UID)).unwrap();
    refused("open to all");
    std::fs::remove_dir(&state).unwrap();
    std::os::unix::fs::symlink(user.path("home"), &state).unwrap();
    refused("a link");
    std::fs::remove_file(&state).unwrap();
    let ran = silo(&["run", "--rm", "host", "echo", "mine"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "mine\n"), "{}", ran.err);
    assert_eq!(silo(&["ps"]).code, 0);
}

#[test]
fn the_specification_to_begin_with_is_for_the_caller() {
    let user = User::new(false);
    let bundle = user.path("home/bundle");
    std::fs::create_dir(&bundle).unwrap();
    chown(&bundle, Some(UID), Some(UID)).unwrap();
    std::os::unix::fs::symlink(user.base(), bundle.join("rootfs")).unwrap();
    user.ok(&["spec", "--rootless", "-b", bundle.to_str().unwrap()]);
    let file = bundle.join("config.json");
    let text = std::fs::read_to_string(&file).unwrap();
    let script = r#""args": ["sh", "-c", "id -u; hostname"]"#;
    let whole = text.replace("\"args\": [\n      \"sh\"\n    ]", script);
    assert_ne!(whole, text);
    std::fs::write(&file, whole).unwrap();
    assert_eq!(user.ok(&["run", "--rm", "--bundle", bundle.to_str().unwrap()]), "0\r\nsilo");
    user.assert_empty();
}
