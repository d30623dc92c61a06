//! `silo gc`: what it says it would do, what it does, and that it takes nothing that lives.

use crate::aftermath::{
    PATIENCE, assert_nothing, control_groups, ended, gc, keeper, marked, record, signal, silo, silo_ok, strays, unique,
    within,
};
use crate::support::{World, silo_path};
use rustix::process::Signal;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::scope;

/// Runs of each maker while collectors are at work.
const ROUNDS: usize = 25;

/// Makes a container whose keeper has died.
fn dead(world: &World, id: &str) {
    silo_ok(world, &["run", "-d", "--name", id, world.base(), "/bin/sleep", "1000"]);
    signal(keeper(world, id), Signal::KILL);
    let first = record(world, id).unwrap()["pid"].as_u64().unwrap();
    for pid in [u64::from(keeper(world, id).unsigned_abs()), first] {
        let gone = || std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default().is_empty().then_some(());
        within(PATIENCE, gone).expect("a killed keeper ends, and its container with it");
    }
}

fn append(path: &Path, bytes: &[u8]) {
    OpenOptions::new().append(true).create(true).open(path).unwrap().write_all(bytes).unwrap();
}

/// What a list of leftovers names, without how it went.
fn named(list: &[Value]) -> BTreeSet<String> {
    list.iter().map(|item| format!("{} {} {}", item["id"], item["kind"], item["what"])).collect()
}

#[test]
fn a_dry_run_names_everything_and_changes_nothing() {
    let world = World::new();
    let (dead_id, live, stopped) =
        (unique(&world), format!("{}-live", unique(&world)), format!("{}-x", unique(&world)));
    dead(&world, &dead_id);
    silo_ok(&world, &["run", "-d", "--name", &live, world.base(), "/bin/sleep", "1000"]);
    silo_ok(&world, &["run", "--name", &stopped, world.base(), "/bin/true"]);
    let ids = [dead_id.as_str(), &live, &stopped];
    let before = strays(&world, &ids);
    let plan = || serde_json::from_str(&silo_ok(&world, &["gc", "--dry-run", "--format", "json"])).unwrap();
    let first: Vec<Value> = plan();
    assert_eq!(first, plan());
    assert_eq!(strays(&world, &ids), before, "a dry run changes nothing");
    assert!(first.iter().all(|item| item["id"] == *dead_id && item["error"].is_null()), "{first:?}");
    let kinds: BTreeSet<&str> = first.iter().map(|item| item["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["control group", "folder", "process"].into());
    assert_eq!(first.iter().filter(|item| item["kind"] == "control group").count(), control_groups(&dead_id).len());
    assert_eq!(named(&first), named(&gc(&world)), "what it does is what it said");
    assert_eq!(gc(&world), [] as [Value; 0]);
    silo_ok(&world, &["exec", &live, "/bin/true"]);
    silo_ok(&world, &["rm", "-f", &live, &stopped]);
    assert_nothing(&world, &ids, "gc");
}

#[test]
fn torn_lines_and_garbage_in_a_state_root_are_survived() {
    let world = World::new();
    let name = |part: &str| format!("{}-{part}", unique(&world));
    let ids = ["torn", "binary", "silent", "partial"].map(name);
    ids.iter().for_each(|id| dead(&world, id));
    let file = |id: &str, name: &str| world.root().join(id).join(name);
    append(&file(&ids[0], "ledger"), b"+{\"kind\":\"mount\",\"pa");
    append(
        &file(&ids[1], "ledger"),
        b"\xff\xfe\0\n\n-\n+\n+[]\n?{}\n+{\"kind\":\"moon\"}\n+{\"kind\":\"file\"}\n\xc3(\n",
    );
    append(&file(&ids[2], "state.json"), b"}{");
    std::fs::remove_file(file(&ids[3], "state.json")).unwrap();
    // What is no container is left alone, and does not stop the rest.
    std::fs::write(world.root().join("file"), "").unwrap();
    std::os::unix::fs::symlink("/", world.root().join("link")).unwrap();
    std::fs::create_dir(world.root().join(".hidden")).unwrap();
    // Nor does a container without anything, which a keeper that dies at once leaves.
    std::fs::create_dir(world.root().join("empty")).unwrap();
    gc(&world);
    let left: BTreeSet<_> = std::fs::read_dir(world.root()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["file", "link", ".hidden"].map(Into::into).into());
    for name in ["file", "link"] {
        std::fs::remove_file(world.root().join(name)).unwrap();
    }
    std::fs::remove_dir(world.root().join(".hidden")).unwrap();
    assert_nothing(&world, &ids.each_ref().map(String::as_str), "gc of garbage");
}

#[test]
fn what_cannot_be_released_is_told_and_kept_and_the_rest_goes() {
    let world = World::new();
    let (stuck, other) = (format!("{}-a", unique(&world)), format!("{}-b", unique(&world)));
    dead(&world, &stuck);
    dead(&world, &other);
    let ledger = world.root().join(&stuck).join("ledger");
    let line = format!("{}\n", json!({ "kind": "cgroup", "path": world.base() }));
    append(&ledger, format!("+{line}").as_bytes());
    let ran = silo(&world, &["gc", "--format", "json"]);
    assert_eq!(ran.code, 125);
    let told: Vec<Value> = serde_json::from_str(&ran.out).unwrap();
    let failed: Vec<&Value> = told.iter().filter(|item| !item["error"].is_null()).collect();
    assert_eq!((failed.len(), failed[0]["what"].as_str()), (1, Some(world.base())));
    assert!(Path::new(world.base()).join("bin").exists());
    assert!(ledger.exists() && !world.root().join(&other).exists() && control_groups(&stuck).is_empty());
    append(&ledger, format!("-{line}").as_bytes());
    gc(&world);
    assert_nothing(&world, &[&stuck, &other], "gc of what could be released at last");
}

#[test]
fn a_stopped_container_is_kept_and_its_ledger_settled() {
    let world = World::new();
    let id = unique(&world);
    assert_eq!(silo(&world, &["run", "--name", &id, world.base(), "/bin/sh", "-c", "exit 3"]).code, 3);
    let group = control_group(&id);
    std::fs::create_dir_all(&group).unwrap();
    let entry = json!({ "kind": "cgroup", "path": group });
    append(&world.root().join(&id).join("ledger"), format!("+{entry}\n+{{\"torn").as_bytes());
    assert_eq!(gc(&world).len(), 1);
    assert!(!group.exists());
    assert_eq!(gc(&world), [] as [Value; 0]);
    assert_eq!(record(&world, &id).unwrap()["exitCode"], 3);
    silo_ok(&world, &["rm", &id]);
    assert_nothing(&world, &[&id], "gc of a stopped container");
}

/// A control group folder that a container of this id would have.
fn control_group(id: &str) -> std::path::PathBuf {
    let memory = Path::new("/sys/fs/cgroup/memory");
    let hierarchy = if memory.exists() { memory } else { Path::new("/sys/fs/cgroup") };
    hierarchy.join("silo").join(id)
}

#[test]
fn a_removal_releases_what_the_ledger_of_a_stopped_container_names() {
    let world = World::new();
    let id = unique(&world);
    silo_ok(&world, &["run", "--name", &id, world.base(), "/bin/true"]);
    let group = control_group(&id);
    std::fs::create_dir_all(&group).unwrap();
    let entry = json!({ "kind": "cgroup", "path": group });
    append(&world.root().join(&id).join("ledger"), format!("+{entry}\n").as_bytes());
    silo_ok(&world, &["rm", &id]);
    assert_nothing(&world, &[&id], "rm");
}

#[test]
fn collectors_harm_nothing_that_is_made_used_or_removed() {
    let world = World::new();
    let done = AtomicBool::new(false);
    let ids: Vec<String> = (0..3).map(|maker| format!("{}-{maker}", unique(&world))).collect();
    scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    // A folder that is not locked yet may be taken; whoever made it makes it again.
                    let taken = gc(&world);
                    assert!(taken.iter().all(|item| item["kind"] == "folder"), "nothing here is a leftover: {taken:?}");
                }
            });
        }
        let mut makers = Vec::new();
        for (maker, id) in ids.iter().enumerate() {
            let world = &world;
            makers.push(scope.spawn(move || (0..ROUNDS).for_each(|_| use_once(world, id, maker == 0))));
        }
        let made: Vec<_> = makers.into_iter().map(|maker| maker.join()).collect();
        done.store(true, Ordering::Relaxed);
        assert!(made.iter().all(Result::is_ok), "a maker failed");
    });
    assert_nothing(&world, &ids.iter().map(String::as_str).collect::<Vec<_>>(), "makers and collectors");
}

/// One life of a container, in the foreground or in the background.
fn use_once(world: &World, id: &str, foreground: bool) {
    if foreground {
        assert_eq!(silo_ok(world, &["run", "--rm", "--name", id, world.base(), "/bin/echo", "made"]), "made\n");
        return;
    }
    silo_ok(world, &["run", "-d", "--name", id, world.base(), "/bin/sleep", "1000"]);
    assert_eq!(silo_ok(world, &["exec", id, "/bin/echo", "lives"]), "lives\n");
    silo_ok(world, &["stop", "-t", "0", id]);
    silo_ok(world, &["rm", id]);
}

/// Runs a shell script that has `/run` and `/var/lib` of its own, as after a start of the machine. `$SILO` and `$BASE` are set.
fn with_own_folders(world: &World, script: &str) {
    let mount = "set -e; mount -t tmpfs tmpfs /run; mount -t tmpfs tmpfs /var/lib;";
    let mut command = Command::new("unshare");
    command.args(["--mount", "--propagation", "private", "/bin/sh", "-c"]).arg(format!("{mount} {script}"));
    command.env("SILO", silo_path()).env("BASE", world.base()).env("ID", unique(world)).stdin(Stdio::null());
    let output = command.output().expect("unshare is part of every Debian");
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.ends_with("as it should be\n"), "{text}");
}

#[test]
fn layers_that_lost_their_container_are_collected() {
    let world = World::new();
    with_own_folders(
        &world,
        r#"
        $SILO run --name $ID "$BASE" /bin/sh -c 'echo old > /planted'
        test -f /var/lib/silo/$ID/upper/planted
        rm -r /run/silo
        $SILO gc --dry-run | grep "/var/lib/silo/$ID "
        test -f /var/lib/silo/$ID/upper/planted
        mkdir "/var/lib/silo/not ours"
        $SILO gc
        test -z "$($SILO gc --format json | tr -d '[]\n')"
        test "$(ls /var/lib/silo)" = "not ours"
        test -z "$(ls /run/silo)"
        echo as it should be
        "#,
    );
}

#[test]
fn a_name_is_free_although_its_old_layer_is_still_there() {
    let world = World::new();
    with_own_folders(
        &world,
        r#"
        $SILO run --name $ID "$BASE" /bin/sh -c 'echo old > /planted'
        rm -r /run/silo
        test "$($SILO run --rm --name $ID "$BASE" /bin/sh -c 'ls /planted || echo none' 2>/dev/null)" = none
        test -z "$(ls /run/silo /var/lib/silo | grep $ID)"
        echo as it should be
        "#,
    );
}

#[test]
fn control_groups_that_containers_share_go_with_the_last_of_them() {
    let world = World::new();
    let id = unique(&world);
    silo_ok(&world, &["run", "--rm", "--name", &id, world.base(), "/bin/true"]);
    // Other containers may come and go meanwhile.
    let pruned = || {
        gc(&world);
        let empty = |group: &Path| {
            let entries =
                std::fs::read_dir(group).map(|entries| entries.flatten().collect()).unwrap_or_else(|_| Vec::new());
            !entries.is_empty() && !entries.iter().any(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        };
        let hierarchies = std::fs::read_dir("/sys/fs/cgroup").unwrap().flatten().map(|entry| entry.path());
        let left: Vec<_> = hierarchies.map(|path| path.join("silo")).filter(|path| empty(path)).collect();
        left.is_empty().then_some(())
    };
    within(PATIENCE, pruned).expect("empty groups are removed");
    let mut child = marked(&world, &["run", "--rm", "--name", &id, world.base(), "/bin/true"]).spawn().unwrap();
    assert!(ended(&mut child).unwrap().success(), "and made again");
}
