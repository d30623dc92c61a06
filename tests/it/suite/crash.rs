//! Death at every step: a keeper, a helper or a client is killed just before a system call, for each of them in turn.
//!
//! `strace` does the killing, so the program under test holds no code for it: it delivers SIGKILL when a process begins its
//! N-th call of a kind. N grows until a run passes unharmed. After each death one `silo gc` has to leave nothing behind.
//! Each test asserts how many steps it has found, lest a change of words make it find none.

use crate::aftermath::{
    PATIENCE, assert_nothing, bounded, clean_up, ended, keeper, marked, silo, silo_ok, unique, within,
};
use crate::support::World;
use rustix::process::Signal;
use std::path::Path;
use std::process::{Child, Command, Stdio};

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
        calls.iter().map(|call| self.run_one(call, args)).sum()
    }

    fn run_one(&self, call: &str, args: &[&str]) -> usize {
        for when in 1..MOST {
            let after = format!("{}, killed at {call} {when}", self.name);
            let trace = self.world.path("trace");
            let mut command = strace(&trace, call, when);
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
    fn keeper(&self, calls: &[&str], act: impl Fn(&World) -> i32) -> usize {
        calls.iter().map(|call| self.keeper_at(call, &act)).sum()
    }

    fn keeper_at(&self, call: &str, act: &impl Fn(&World) -> i32) -> usize {
        for when in 1..MOST {
            let after = format!("{}, its keeper killed at {call} {when}", self.name);
            start(self.world, self.id);
            let trace = self.world.path("trace");
            let mut strace = attach(&trace, call, when, keeper(self.world, self.id));
            let code = act(self.world);
            let harmed = deadly(&trace);
            // strace lets go of what still lives when it is asked to end.
            crate::aftermath::signal(i32::try_from(strace.id()).unwrap(), Signal::TERM);
            ended(&mut strace).expect("strace ends");
            clean_up(self.world, self.id, &after);
            if !harmed && !deadly(&trace) {
                assert_eq!(code, 0, "{after}");
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

/// Follows a process that runs already; answers once it is followed.
fn attach(trace: &Path, call: &str, when: usize, pid: i32) -> Child {
    let mut command = strace(trace, call, when);
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

const NEEDED: &str = "strace is missing: install the package strace (`cargo xtask test` does)";

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
const KEEPER: &[&str] = &["write", "mkdir", "rename", "unlink,unlinkat,rmdir", "clone3", "sendmsg"];

#[test]
fn nothing_stays_of_a_run_whose_keeper_dies() {
    let (world, id) = world();
    let sweep = Sweep { world: &world, id: &id, name: "run --rm" };
    let args = ["run", "--rm", "--name", &id, world.base(), "/bin/true"];
    let waits = ["flock", "openat,open", "recvmsg", "epoll_wait", "waitid", "socketpair", "bind,listen"];
    let steps = sweep.run(&[KEEPER, &waits].concat(), &args);
    println!("STEPS run-rm {steps}");
}

#[test]
fn nothing_stays_of_a_run_whose_helper_dies() {
    let (world, id) = world();
    let sweep = Sweep { world: &world, id: &id, name: "run --rm" };
    let args = ["run", "--rm", "--name", &id, world.base(), "/bin/true"];
    let mounts = ["fsopen", "fsmount", "move_mount", "open_tree", "mount_setattr", "umount2", "pivot_root"];
    let files = ["mkdirat", "mknodat", "symlinkat", "fchdir", "setsid", "unshare", "setresuid", "capset", "execveat"];
    let steps = sweep.run(&[&mounts[..], &files].concat(), &args);
    println!("STEPS run-helper {steps}");
}

#[test]
fn nothing_stays_of_a_kept_container_whose_keeper_dies() {
    let (world, id) = world();
    let sweep = Sweep { world: &world, id: &id, name: "run" };
    let args = ["run", "--name", &id, world.base(), "/bin/true"];
    let steps = sweep.run(&["write", "rename", "unlink,unlinkat,rmdir"], &args);
    let sweep = Sweep { world: &world, id: &id, name: "run -d" };
    let args = ["run", "-d", "--name", &id, world.base(), "/bin/true"];
    let detached = sweep.run(&["write", "rename", "unlink,unlinkat,rmdir", "clone,clone3,vfork", "dup2"], &args);
    println!("STEPS run-kept {steps} detached {detached}");
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
    let steps = sweep.run(&["write", "mkdir", "unlink,unlinkat,rmdir"], &args);
    assert!(world.path("shared").exists());
    println!("STEPS run-limits {steps}");
}

#[test]
fn nothing_stays_of_a_container_in_a_user_namespace() {
    let (world, id) = world();
    let bundle = world.path("bundle");
    std::fs::create_dir(&bundle).unwrap();
    let ids = serde_json::json!([{ "containerID": 0, "hostID": 100_000, "size": 65536 }]);
    let namespaces = ["pid", "mount", "user", "network", "uts", "ipc"].map(|kind| serde_json::json!({ "type": kind }));
    let spec = serde_json::json!({
        "ociVersion": "1.2.0",
        "root": { "path": world.base(), "readonly": true },
        "process": { "args": ["/bin/true"], "cwd": "/", "user": { "uid": 0, "gid": 0 } },
        "linux": { "namespaces": namespaces, "uidMappings": ids, "gidMappings": ids },
    });
    std::fs::write(bundle.join("config.json"), spec.to_string()).unwrap();
    let args = ["run", "--rm", "--name", &id, "--bundle", bundle.to_str().unwrap()];
    let sweep = Sweep { world: &world, id: &id, name: "run in a user namespace" };
    let steps = sweep.run(&["write", "clone3", "sendmsg", "setresuid", "execveat"], &args);
    println!("STEPS run-userns {steps}");
}

#[test]
fn nothing_stays_when_a_keeper_dies_while_it_is_asked() {
    let (world, id) = world();
    let sweep = Sweep { world: &world, id: &id, name: "exec" };
    let calls = ["write", "clone3", "sendmsg", "recvmsg", "setns", "execveat", "accept4", "waitid"];
    let exec = sweep.keeper(&calls, |world| silo(world, &["exec", &id, "/bin/true"]).code);
    let calls = ["write", "rename", "unlink,unlinkat,rmdir", "pidfd_send_signal"];
    let sweep = Sweep { world: &world, id: &id, name: "stop" };
    let stop = sweep.keeper(&calls, |world| silo(world, &["stop", "-t", "0", &id]).code);
    let sweep = Sweep { world: &world, id: &id, name: "rm -f" };
    let remove = sweep.keeper(&calls, |world| silo(world, &["rm", "-f", &id]).code);
    println!("STEPS exec {exec} stop {stop} rm {remove}");
}

#[test]
fn a_container_does_not_mind_the_death_of_a_client() {
    let (world, id) = world();
    let sweep = Sweep { world: &world, id: &id, name: "a client" };
    let mut steps = 0;
    for args in [&["exec", &id, "/bin/true"][..], &["stop", "-t", "0", &id], &["rm", "-f", &id]] {
        for call in ["connect", "sendmsg", "recvmsg,recvfrom,read", "unlink,unlinkat,rmdir"] {
            for when in 1..MOST {
                start(&world, &id);
                let trace = world.path("trace");
                let mut command = strace(&trace, call, when);
                let silo = marked(&world, args);
                bounded(command.arg(silo.get_program()).args(silo.get_args()).stdin(Stdio::null()));
                if !deadly(&trace) {
                    break;
                }
                steps += 1;
            }
        }
        clean_up(&world, &id, sweep.name);
    }
    assert_nothing(&world, &[&id], sweep.name);
    println!("STEPS client {steps}");
}
