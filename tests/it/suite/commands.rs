//! The commands that tell: ps, inspect, gc, version, completion, and the beginning of an id in place of all of it.

use crate::shell::eventually;
use crate::support::World;
use serde_json::Value;

fn listed(world: &World, words: &[&str]) -> Vec<Value> {
    let text = world.silo_ok(&[&["ps", "--format", "json"], words].concat());
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn ps_lists_what_runs_and_with_all_what_has_ended() {
    let world = World::new();
    let ended = world.start("ended", &[], "exit 7");
    world.silo_ok(&["wait", &ended]);
    let runs = world.start("runs", &["-l", "tier=web"], "sleep 1000");
    eventually("its keeper has written down the end", || world.inspect(&ended)["status"] == "stopped");
    assert_eq!(world.silo_ok(&["ps", "-q"]), format!("{runs}\n"));
    assert_eq!(world.silo_ok(&["ps", "-aq"]), format!("{runs}\n{ended}\n"), "the youngest is first");
    let table = world.silo_ok(&["ps", "--all"]);
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines[0].starts_with("CONTAINER") && lines[0].contains("BASE") && lines[0].ends_with("STATUS"), "{table}");
    assert!(lines[1].starts_with(&runs) && lines[1].contains("sleep 1000") && lines[1].contains("running"), "{table}");
    assert!(lines[2].starts_with(&ended) && lines[2].contains("stopped (7)"), "{table}");
    assert_eq!(world.silo_ok(&["ps"]).lines().count(), 2);
    let all = listed(&world, &["-a"]);
    assert_eq!((all.len(), listed(&world, &[]).len()), (2, 1));
    assert_eq!((all[0]["id"].as_str(), all[0]["status"].as_str()), (Some(runs.as_str()), Some("running")));
    assert_eq!((&all[0]["labels"]["tier"], &all[1]["exitCode"]), (&"web".into(), &7.into()));
    assert!(all[0]["pid"].as_u64().is_some() && all[1]["pid"].is_null());
    world.silo_ok(&["rm", "-f", &runs, &ended]);
    assert_eq!(listed(&world, &["-a"]).len(), 0);
    world.assert_empty();
}

#[test]
fn inspect_shows_record_and_specification() {
    let world = World::new();
    let name = world.start("seen", &["--hostname", "inside", "--memory", "64m", "-e", "A=b"], "sleep 1000");
    let known = world.inspect(&name);
    assert_eq!((&known["status"], &known["base"]), (&"running".into(), &world.base().into()));
    assert_eq!(known["command"], serde_json::json!(["/bin/sh", "-c", "sleep 1000"]));
    assert_eq!((&known["spec"]["hostname"], &known["spec"]["ociVersion"]), (&"inside".into(), &"1.2.0".into()));
    assert_eq!(known["spec"]["linux"]["resources"]["memory"]["limit"], 64 << 20);
    let variables = known["spec"]["process"]["env"].as_array().unwrap();
    assert!(variables.contains(&"A=b".into()), "{variables:?}");
    let pid = known["pid"].as_u64().unwrap();
    assert!(std::path::Path::new(&format!("/proc/{pid}")).exists());
    for group in known["cgroups"].as_array().unwrap() {
        assert!(std::path::Path::new(group.as_str().unwrap()).is_dir(), "{group}");
    }
    world.silo_ok(&["rm", "-f", &name]);
    world.assert_empty();
}

#[test]
fn the_beginning_of_an_id_is_enough_while_it_is_unique() {
    let world = World::new();
    let first = world.start("alpha-one", &[], "sleep 1000");
    let second = world.start("alpha-two", &[], "sleep 1000");
    world.refused(&["inspect", "alpha"], 125, &["alpha-one", "alpha-two", "more letters"]);
    world.refused(&["rm", "-f", ""], 125, &["find"]);
    assert_eq!(world.inspect("alpha-o")["id"].as_str(), Some(first.as_str()));
    assert_eq!(world.silo_ok(&["exec", "alpha-t", "hostname"]).trim_end(), &second[..12]);
    world.silo_ok(&["rm", "-f", "alpha-o", "alpha-t"]);
    world.assert_empty();
}

#[test]
fn gc_reclaims_what_a_crashed_keeper_left() {
    let world = World::new();
    let name = world.start("crashed", &[], "echo > /written; sleep 1000");
    let runs = world.start("alive", &[], "sleep 1000");
    let known = world.inspect(&name);
    let keeper = known["keeper"]["pid"].as_u64().unwrap();
    let pid = rustix::process::Pid::from_raw(i32::try_from(keeper).unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    eventually("the keeper is missed", || world.inspect(&name)["status"] == "dead");
    world.refused(&["run", "--name", &name, world.base(), "true"], 125, &["crashed container", "silo gc"]);
    let planned = world.silo_ok(&["gc", "--dry-run"]);
    assert!(planned.contains("control group") && planned.contains("would be released"), "{planned}");
    assert!(planned.contains(&name) && !planned.contains(&runs), "{planned}");
    assert_eq!(world.inspect(&name)["status"], "dead", "nothing was released");
    let released: Vec<Value> = serde_json::from_str(&world.silo_ok(&["gc", "--format", "json"])).unwrap();
    assert!(released.iter().all(|one| one["error"].is_null() && one["id"] == name.as_str()), "{released:?}");
    assert_eq!(world.silo_ok(&["ps", "-aq"]), format!("{runs}\n"), "what is in use is left alone");
    assert_eq!(world.silo_ok(&["gc", "--format", "json"]), "[]\n");
    world.silo_ok(&["rm", "-f", &runs]);
    world.assert_empty();
}

#[test]
fn the_version_for_eyes_and_programs() {
    let world = World::new();
    let version: Value = serde_json::from_str(&world.silo_ok(&["version", "--format", "json"])).unwrap();
    let number = version["version"].as_str().unwrap();
    assert_eq!((&version["os"], &version["ociVersion"]), (&"linux".into(), &"1.2.0".into()));
    assert!(world.silo_ok(&["version"]).starts_with(&format!("silo {number} (linux/")));
    assert_eq!(world.silo_ok(&["--version"]), format!("silo {number}\n"));
}

#[test]
fn completions_are_scripts_that_their_shell_takes() {
    let world = World::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = world.silo_ok(&["completion", shell]);
        assert!(script.contains("nspawn") && script.contains("inspect"), "{shell}");
    }
    let script = world.file("silo.bash", &world.silo_ok(&["completion", "bash"]));
    let asked = "COMP_WORDS=(silo ns); COMP_CWORD=1; _silo silo ns silo; echo \"${COMPREPLY[@]}\"";
    let output =
        std::process::Command::new("bash").args(["-c", &format!("source {script}; {asked}")]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "nspawn\n", "{output:?}");
}

#[test]
fn a_reader_that_hangs_up_is_no_failure() {
    let world = World::new();
    let mut child = world.command(&["completion", "bash"]).stdout(std::process::Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
