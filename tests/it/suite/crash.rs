//! Death at every step: a keeper, a helper or a client is killed just before a system call, for each of them in turn.
//!
//! `strace` does the killing, so the program under test holds no code for it: it delivers SIGKILL when a process begins its
//! N-th call of a kind. N grows until a run passes unharmed. After each death one `silo gc` has to leave nothing behind.
//! Each test asserts how many steps it has found, lest a change of words make it find none.

use crate::aftermath::{
    PATIENCE, bounded, bundle, clean_up, ended, keeper, marked, record, signal, silo, silo_ok, spec, unique, within,
};
use crate::support::World;
use rustix::process::Signal;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// No kind of call is made more often by one process of these runs.
const MOST: usize = 400;

/// What is killed when.
struct Sweep<'w> {
    world: &'w World,
    /// The container. Its control groups are found by its name, so no other test may have one of the same.
    id: &'w str,
    /// In words, for whoever reads the failure.
    name: &'static str,
}

impl Sweep<'_> {
    /// Kills at every call of each kind while `silo` does what `args` say; answers the number of deaths.
    fn run(&self, calls: &[&str], args: &[&str]) -> usize {
        calls.iter().map(|call| self.run_at(None, call, args)).sum()
    }

    /// The same for one kind of call, of those on a file if one is given.
    fn run_at(&self, file: Option<&Path>, call: &str, args: &[&str]) -> usize {
        for when in 1..MOST {
            let after = format!("{}, killed at {call} {when}", self.name);
            let trace = self.world.path("trace");
            let mut command = strace(&trace, call, when);
            if let Some(file) = file {
                command.arg("--trace-path").arg(file);
            }
            let silo = marked(self.world, args);
            command.arg(silo.get_program()).args(silo.get_args());
            command.envs(silo.get_envs().filter_map(|(name, value)| Some((name, value?))));
            // strace ends when everything it follows has, so whoever should have died and did not makes this fail.
            let ran = bounded(command.stdin(Stdio::null()));
            assert!(!ran.err.contains("panicked"), "{after}: {}", ran.err);
            clean_up(self.world, self.id, &after);
            if !deadly(&trace) {
                assert_eq!(ran.code, 0, "{after}: {}", ran.err);
                return when - 1;
            }
        }
        panic!("{}: still not through after {MOST} deaths at {call}", self.name);
    }

    /// Kills the keeper or one of its helpers at every call of each kind while `act` uses the container.
    fn keeper(&self, calls: &[&str], act: &[&str]) -> usize {
        calls.iter().map(|call| self.keeper_at(call, act)).sum()
    }

    fn keeper_at(&self, call: &str, act: &[&str]) -> usize {
        for when in 1..MOST {
            let after = format!("{}, its keeper killed at {call} {when}", self.name);
            start(self.world, self.id);
            let trace = self.world.path("trace");
            let mut strace = attach(strace(&trace, call, when), keeper(self.world, self.id));
            let ran = silo(self.world, act);
            // A client may hear of a death before strace has told of it.
            let seen = || deadly(&trace).then_some(());
            let harmed = within(if ran.code == 0 { Duration::ZERO } else { PATIENCE }, seen).is_some();
            // strace lets go of what still lives when it is asked to end.
            signal(i32::try_from(strace.id()).unwrap(), Signal::TERM);
            ended(&mut strace).expect("strace ends");
            clean_up(self.world, self.id, &after);
            if !harmed && !deadly(&trace) {
                assert_eq!(ran.code, 0, "{after}: {}", ran.err);
                return when - 1;
            }
        }
        panic!("{}: still not through after {MOST} deaths at {call}", self.name);
    }
}

/// strace, killing a process at its `when`-th call of a kind.
fn strace(trace: &Path, call: &str, when: usize) -> Command {
    let mut command = Command::new("strace");
    // A process's own end is told too: without it nobody could see whether a run passed unharmed.
    command.args(["--follow-forks", "--quiet=attach,personality", "--output"]).arg(trace);
    command.arg(format!("--trace={call}")).arg(format!("--inject={call}:signal=SIGKILL:when={when}"));
    command
}

/// Lets strace follow a process that runs already; answers once it is followed.
pub fn attach(mut command: Command, pid: i32) -> Child {
    let strace = command.arg("--attach").arg(pid.to_string()).stderr(Stdio::null()).spawn().expect(NEEDED);
    let status = format!("/proc/{pid}/status");
    let followed = || {
        let text = std::fs::read_to_string(&status).ok()?;
        let tracer = text.lines().find_map(|line| line.strip_prefix("TracerPid:"))?.trim().to_owned();
        (tracer == strace.id().to_string()).then_some(())
    };
    within(PATIENCE, followed).expect("strace follows the keeper");
    strace
}

pub const NEEDED: &str = "strace is missing: install the package strace (`cargo xtask test` does)";

/// Whether somebody was killed, by what strace wrote.
fn deadly(trace: &Path) -> bool {
    std::fs::read_to_string(trace).unwrap_or_default().contains("killed by SIGKILL")
}

/// A world, and a name that no other has.
fn world() -> (World, String) {
    Command::new("strace").arg("--version").output().expect(NEEDED);
    let world = World::new();
    let id = unique(&world);
    (world, id)
}

/// A container in the background.
fn start(world: &World, id: &str) {
    if !world.root().join(id).exists() {
        silo_ok(world, &["run", "-d", "--name", id, world.base(), "/bin/sleep", "1000"]);
    }
}

/// Every call by which a keeper changes something outside itself.
const CHANGES: &[&str] = &["write", "mkdir", "rename", "unlink,unlinkat,rmdir", "clone3", "sendmsg"];

/// Refuses a sweep that found fewer steps than there are. What was measured is a third more, to leave room for a better product.
fn assert_steps(steps: usize, least: usize) {
    println!("{steps} deaths");
    assert!(steps >= least, "only {steps} deaths of {least}: do the calls have other names now?");
}

#[test]
fn nothing_stays_whatever_the_ledger_says_at_death() {
    let (world, id) = world();
    let sweep = Sweep { world: &world, id: &id, name: "a step of the ledger" };
    let ledger = world.root().join(&id).join("ledger");
    let command = [world.base(), "/bin/true"];
    let removed = sweep.run_at(Some(&ledger), "write", &[&["run", "--rm", "--name", &id][..], &command].concat());
    let kept = sweep.run_at(Some(&ledger), "write", &[&["run", "--name", &id][..], &command].concat());
    let detached = sweep.run_at(Some(&ledger), "write", &[&["run", "-d", "--name", &id][..], &command].concat());
    // At least the writable layer, a control group and the process, each entered and struck off.
    assert_steps(removed, 6);
    assert_steps(kept, 5);
    assert_steps(detached, 5);
}

#[test]
fn nothing_stays_of_a_run_whose_keeper_dies() {
    let (world, id) = world();
    let sweep = Sweep { world: &world, id: &id, name: "run --rm" };
    let args = ["run", "--rm", "--name", &id, world.base(), "/bin/true"];
    let others = ["flock", "openat,open", "close", "recvmsg", "epoll_wait", "waitid", "socketpair", "bind,listen"];
    assert_steps(sweep.run(&[CHANGES, &others].concat(), &args), 160);
}

#[test]
fn nothing_stays_of_a_run_whose_helper_dies() {
    let (world, id) = world();
    let sweep = Sweep { world: &world, id: &id, name: "run --rm" };
    let args = ["run", "--rm", "--name", &id, world.base(), "/bin/true"];
    let mounts = ["fsopen", "fsmount", "move_mount", "open_tree", "mount_setattr", "umount2", "pivot_root"];
    let files = ["mkdirat", "mknodat", "symlinkat", "fchdir", "setsid", "unshare", "setresuid", "capset", "execveat"];
    assert_steps(sweep.run(&[&mounts[..], &files].concat(), &args), 80);
}

#[test]
fn nothing_stays_of_a_kept_container_whose_keeper_dies() {
    let (world, id) = world();
    let sweep = Sweep { world: &world, id: &id, name: "run" };
    let args = ["run", "--name", &id, world.base(), "/bin/true"];
    assert_steps(sweep.run(&["write", "rename", "unlink,unlinkat,rmdir"], &args), 30);
    let sweep = Sweep { world: &world, id: &id, name: "run -d" };
    let args = ["run", "-d", "--name", &id, world.base(), "/bin/true"];
    let calls = ["write", "rename", "unlink,unlinkat,rmdir", "clone,clone3,vfork", "dup2"];
    assert_steps(sweep.run(&calls, &args), 35);
}

#[test]
fn nothing_stays_of_a_container_with_limits_and_mounts() {
    let (world, id) = world();
    std::fs::create_dir(world.path("shared")).unwrap();
    let volume = format!("{}:/mnt", world.path("shared").display());
    let limits = ["--memory", "64m", "--cpus", "0.5", "--cpuset-cpus", "0", "--pids-limit", "20", "--hostname", "h"];
    let mounts = ["-v", &volume, "--tmpfs", "/tmp", "--tmpfs", "/cache:size=1m"];
    let args = [&["run", "--rm", "--name", &id], &limits[..], &mounts, &[world.base(), "/bin/true"]].concat();
    let sweep = Sweep { world: &world, id: &id, name: "run with limits" };
    assert_steps(sweep.run(&["write", "mkdir", "unlink,unlinkat,rmdir"], &args), 50);
    assert!(world.path("shared").exists());
}

#[test]
fn nothing_stays_of_a_container_in_a_user_namespace() {
    let (world, id) = world();
    let ids = serde_json::json!([{ "containerID": 0, "hostID": 100_000, "size": 65536 }]);
    let namespaces = ["pid", "mount", "user", "network", "uts", "ipc"];
    let mut spec = spec(&world, &namespaces, &["/bin/true"]);
    (spec["linux"]["uidMappings"], spec["linux"]["gidMappings"]) = (ids.clone(), ids);
    let bundle = bundle(&world, &spec);
    let sweep = Sweep { world: &world, id: &id, name: "run in a user namespace" };
    let args = ["run", "--rm", "--name", &id, "--bundle", &bundle];
    assert_steps(sweep.run(&["write", "clone3", "sendmsg", "setresuid", "execveat"], &args), 28);
}

#[test]
fn nothing_stays_when_a_keeper_dies_while_it_is_asked() {
    let (world, id) = world();
    let sweep = Sweep { world: &world, id: &id, name: "exec" };
    let calls = ["write", "clone3", "sendmsg", "recvmsg", "setns", "execveat", "accept4", "waitid"];
    assert_steps(sweep.keeper(&calls, &["exec", &id, "/bin/true"]), 20);
    let calls = ["write", "rename", "unlink,unlinkat,rmdir", "pidfd_send_signal"];
    let sweep = Sweep { world: &world, id: &id, name: "stop" };
    assert_steps(sweep.keeper(&calls, &["stop", "-t", "0", &id]), 13);
    let sweep = Sweep { world: &world, id: &id, name: "rm -f" };
    assert_steps(sweep.keeper(&calls, &["rm", "-f", &id]), 13);
}

#[test]
fn a_container_does_not_mind_the_death_of_a_client() {
    let (world, id) = world();
    let mut steps = 0;
    for args in [&["exec", &id, "/bin/true"][..], &["stop", "-t", "0", &id], &["rm", "-f", &id]] {
        for call in ["connect", "sendmsg", "recvmsg,recvfrom,read", "unlink,unlinkat,rmdir"] {
            steps += client_deaths(&world, &id, call, args);
        }
    }
    clean_up(&world, &id, "a client");
    assert_steps(steps, 45);
}

/// Kills a client at every call of a kind. Whatever it had asked for, the container can be used or asked again.
fn client_deaths(world: &World, id: &str, call: &str, args: &[&str]) -> usize {
    for when in 1..MOST {
        start(world, id);
        let trace = world.path("trace");
        let mut command = strace(&trace, call, when);
        let client = marked(world, args);
        bounded(command.arg(client.get_program()).args(client.get_args()).stdin(Stdio::null()));
        if record(world, id).is_some_and(|record| record["status"] == "running") && args[0] == "exec" {
            silo_ok(world, &["exec", id, "/bin/true"]);
        }
        if !deadly(&trace) {
            return when - 1;
        }
    }
    panic!("{args:?}: still not through after {MOST} deaths at {call}");
}
