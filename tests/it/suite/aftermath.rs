//! What is left after something was killed: the search for strays, and commands that may not hang.
//!
//! Everything of a [`World`] is found again: folders and mounts by its state root, clients and keepers by a variable in their
//! environment, a container's processes by their control group, and helpers that lost their keeper by their name.

use crate::support::{Ran, World};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A command that takes longer hangs, however busy the machine is.
pub const PATIENCE: Duration = Duration::from_secs(150);

/// Strays end by themselves within this time, however busy the machine is.
const DEATH: Duration = Duration::from_secs(60);

/// The variable by which clients and keepers are known.
const MARK: &str = "SILO_TEST_WORLD";

/// The program, marked as this world's.
pub fn marked(world: &World, args: &[&str]) -> Command {
    let mut command = world.command(args);
    command.env(MARK, world.root());
    command
}

/// A container's name that no other world has. Control groups are found by it.
pub fn unique(world: &World) -> String {
    world.path("").file_name().unwrap().to_str().unwrap().to_owned()
}

/// A specification of a container on the world's base, with these namespaces of its own.
pub fn spec(world: &World, namespaces: &[&str], args: &[&str]) -> Value {
    let namespaces: Vec<Value> = namespaces.iter().map(|kind| json!({ "type": kind })).collect();
    json!({
        "ociVersion": "1.2.0",
        "root": { "path": world.base(), "readonly": true },
        "mounts": [
            { "destination": "/dev", "type": "tmpfs", "source": "tmpfs" },
            { "destination": "/proc", "type": "proc", "source": "proc" },
        ],
        "process": { "args": args, "cwd": "/", "user": { "uid": 0, "gid": 0 }, "env": ["PATH=/bin"] },
        "linux": { "namespaces": namespaces },
    })
}

/// Makes a bundle of a specification, and answers its folder.
pub fn bundle(world: &World, spec: &Value) -> String {
    let folder = world.path("bundle");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("config.json"), spec.to_string()).unwrap();
    folder.to_str().unwrap().to_owned()
}

/// Runs the program to its end, which has to come.
#[must_use]
pub fn silo(world: &World, args: &[&str]) -> Ran {
    bounded(&mut marked(world, args))
}

/// Runs the program, which must succeed, and answers its output.
pub fn silo_ok(world: &World, args: &[&str]) -> String {
    let ran = silo(world, args);
    assert_eq!(ran.code, 0, "silo {args:?}: {}{}", ran.out, ran.err);
    ran.out
}

/// Runs a command to its end, which has to come.
pub fn bounded(command: &mut Command) -> Ran {
    try_bounded(command).unwrap_or_else(|| panic!("{command:?} hangs"))
}

/// Runs a command to its end, if it comes. Its output goes to files, which strays cannot hold open as they would a pipe.
pub fn try_bounded(command: &mut Command) -> Option<Ran> {
    let (mut out, mut err) = (tempfile::tempfile().unwrap(), tempfile::tempfile().unwrap());
    command.stdout(out.try_clone().unwrap()).stderr(err.try_clone().unwrap());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let status = ended(&mut child)?;
    let mut text = [Vec::new(), Vec::new()];
    for (file, text) in [&mut out, &mut err].into_iter().zip(&mut text) {
        file.rewind().unwrap();
        file.read_to_end(text).unwrap();
    }
    let [stdout, stderr] = text;
    Some(Output { status, stdout, stderr }.into())
}

/// Waits for the end of a child. One that hangs is killed.
pub fn ended(child: &mut Child) -> Option<ExitStatus> {
    let status = within(PATIENCE, || child.try_wait().unwrap());
    if status.is_none() {
        child.kill().unwrap();
        child.wait().unwrap();
    }
    status
}

/// Looks until there is something to see, for a while.
pub fn within<T>(patience: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + patience;
    loop {
        let seen = look();
        if seen.is_some() || Instant::now() > deadline {
            return seen;
        }
        sleep(Duration::from_millis(2));
    }
}

/// What a container's record says.
pub fn record(world: &World, id: &str) -> Option<Value> {
    let text = std::fs::read(world.root().join(id).join("state.json")).ok()?;
    Some(serde_json::from_slice(&text).expect("a record is replaced whole"))
}

/// Id of the process that keeps a container.
pub fn keeper(world: &World, id: &str) -> i32 {
    let record = record(world, id).unwrap_or_else(|| panic!("{id} has no record"));
    i32::try_from(record["keeper"]["pid"].as_i64().expect("a record names its keeper")).unwrap()
}

/// Sends a signal to a process.
pub fn signal(pid: i32, signal: rustix::process::Signal) {
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    rustix::process::kill_process(pid, signal).unwrap();
}

/// Collects what dead keepers left, and answers what that was.
pub fn gc(world: &World) -> Vec<Value> {
    let ran = silo(world, &["gc", "--format", "json"]);
    assert_eq!(ran.code, 0, "gc: {}{}", ran.out, ran.err);
    serde_json::from_str(&ran.out).unwrap()
}

/// Collects, removes what rightly survived, and refuses if then anything is left of the container.
pub fn clean_up(world: &World, id: &str, after: &str) {
    // Whoever is on its way out may hold the lock a little longer than it can be seen.
    let folder = world.root().join(id);
    let unlocked = || File::open(&folder).map_or(true, |folder| folder.try_lock().is_ok()).then_some(());
    within(DEATH, unlocked).unwrap_or_else(|| panic!("{after}: {id} stays locked"));
    gc(world);
    if world.root().join(id).exists() {
        let status = record(world, id).map(|record| record["status"].clone());
        let status = status.as_ref().and_then(|status| status.as_str()).unwrap_or("nothing");
        assert!(["stopped", "running"].contains(&status), "{after}: {status} in the record after gc");
        silo_ok(world, &["rm", "-f", id]);
    }
    assert_nothing(world, &[id], after);
}

/// Nothing of these containers is left, nor of this world.
pub fn assert_nothing(world: &World, ids: &[&str], after: &str) {
    let mut left = Vec::new();
    let clean = within(DEATH, || {
        left = strays(world, ids);
        left.is_empty().then_some(())
    });
    assert!(clean.is_some(), "{after}: left behind:\n{}", left.join("\n"));
}

/// Whatever there is of containers and of this world.
pub fn strays(world: &World, ids: &[&str]) -> Vec<String> {
    let mut left = world.leftovers();
    let root = world.root().display().to_string();
    let mounts = std::fs::read_to_string("/proc/1/mountinfo").unwrap_or_default();
    left.extend(mounts.lines().filter(|line| line.contains(&root)).map(|line| format!("on the host: {line}")));
    left.extend(ids.iter().flat_map(|id| control_groups(id)).map(|path| format!("control group: {}", path.display())));
    let groups: Vec<String> = ids.iter().map(|id| format!("/silo/{id}")).collect();
    for process in std::fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path()) {
        left.extend(why_stray(&process, &root, &groups).map(|why| format!("running: {} {why}", process.display())));
    }
    left
}

/// The control groups of a container, of its usual name.
pub fn control_groups(id: &str) -> Vec<PathBuf> {
    let mount = Path::new("/sys/fs/cgroup");
    let hierarchies = std::fs::read_dir(mount).unwrap().flatten().map(|entry| entry.path());
    let folders = hierarchies.chain([mount.to_owned()]).map(|hierarchy| hierarchy.join("silo").join(id));
    folders.filter(|folder| folder.exists()).collect()
}

/// Waits until no client and no keeper of this world lives.
pub fn await_rest(world: &World) {
    let mark = format!("{MARK}={}", world.root().display());
    let marked = |environ: Vec<u8>| environ.split(|byte| *byte == 0).any(|variable| variable == mark.as_bytes());
    let mut quiet = 0;
    let rests = || {
        let mut processes = std::fs::read_dir("/proc").unwrap().flatten();
        let works = processes.any(|entry| std::fs::read(entry.path().join("environ")).is_ok_and(marked));
        quiet = if works { 0 } else { quiet + 1 };
        // While a process becomes another program it has no environment, so one look is not enough.
        sleep(Duration::from_millis(5));
        (quiet > 3).then_some(())
    };
    within(PATIENCE, rests).expect("clients and keepers come to an end");
}

fn why_stray(process: &Path, root: &str, groups: &[String]) -> Option<String> {
    let read =
        |name: &str| String::from_utf8_lossy(&std::fs::read(process.join(name)).unwrap_or_default()).into_owned();
    let command = read("cmdline");
    if command.is_empty() {
        // A kernel thread, something that has ended, or no process at all.
        return None;
    }
    let mark = format!("{MARK}={root}");
    if read("environ").split('\0').any(|variable| variable == mark) {
        return Some(format!("keeps or asks: {command:?}"));
    }
    let groups_of = read("cgroup");
    if groups_of.lines().any(|line| groups.iter().any(|group| line.ends_with(group.as_str()))) {
        return Some(format!("is in the container: {command:?}"));
    }
    (command.starts_with("silo-init\0") && is_orphan(&read("stat"))).then(|| "is a helper without a keeper".to_owned())
}

/// Whether a process's parent is none of ours, from the text of its `stat`.
fn is_orphan(stat: &str) -> bool {
    let parent = stat.rsplit_once(')').and_then(|(_, rest)| rest.split_ascii_whitespace().nth(1));
    let Some(parent) = parent else { return false };
    let command = std::fs::read(format!("/proc/{parent}/cmdline")).unwrap_or_default();
    !String::from_utf8_lossy(&command).contains("silo")
}
