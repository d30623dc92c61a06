//! `silo plan`: it says what a run really asks for, for any host, without rights and without a trace.

use crate::support::{Ran, World, require_root, silo_path};
use serde_json::{Value, json};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

/// An ordinary user whom nobody is.
const UID: u32 = 61_235;

/// A specification of a Windows container.
fn windows() -> String {
    json!({
        "ociVersion": "1.2.0",
        "process": {"args": ["cmd"], "cwd": "C:\\", "user": {"uid": 0, "gid": 0}},
        "windows": {"layerFolders": ["C:\\layers\\base", "C:\\layers\\scratch"]},
    })
    .to_string()
}

fn planned(world: &World, words: &[&str]) -> Value {
    let text = world.silo_ok(&[&["plan", "--format", "json"], words].concat());
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The document of the call that makes a container.
fn document(plan: &Value) -> &Value {
    let steps = plan["steps"].as_array().unwrap();
    let create = steps.iter().find(|step| step["call"]["call"] == "create-system").unwrap();
    &create["call"]["document"]
}

fn calls(plan: &Value) -> Vec<&str> {
    plan["steps"].as_array().unwrap().iter().map(|step| step["call"]["call"].as_str().unwrap()).collect()
}

#[test]
fn a_run_makes_what_its_plan_says() {
    let world = World::new();
    let name = world.name("planned");
    let data = world.folder("data");
    let (volume, base) = (format!("{data}:/data:ro"), world.base().to_owned());
    let words = ["--memory", "64m", "--cpus", "0.5", "-v", &volume, "--pids-limit", "50", &base, "sleep", "60"];
    let words: Vec<&str> = ["--name", &name].into_iter().chain(words).collect();
    let plan = planned(&world, &[&["--"], words.as_slice()].concat());
    assert!(!world.root().exists(), "a plan makes nothing");
    assert_eq!(calls(&plan), ["make-folder", "make-folder", "create-system", "create-process"]);
    world.silo_ok(&[&["run", "-d"], words.as_slice()].concat());
    let running = world.inspect(&name);
    assert_eq!(document(&plan)["OciSpecification"], running["spec"]);
    assert_eq!(plan["steps"][0]["call"]["path"], running["folder"]);
    assert!(world.path("state").join(&name).is_dir());
    let scratch = plan["steps"][1]["call"]["path"].as_str().unwrap();
    assert!(std::path::Path::new(scratch).join("upper").is_dir(), "{scratch}");
    world.silo_ok(&["rm", "-f", &name]);
    world.assert_empty();
}

#[test]
fn nspawn_files_and_specifications_are_told_apart() {
    let world = World::new();
    world.folder("app");
    let keys = json!({"process_directory": "app", "process_executable": "/bin/true", "parent_layer_directory": "base"});
    let nspawn = world.file("nspawn/../config.json", &keys.to_string());
    let text = world.silo_ok(&["plan", &nspawn]);
    assert!(text.contains("nspawn file") && text.contains("/nspawn from "), "{text}");
    let bundle = world.file("bundle/config.json", &windows());
    let text = world.silo_ok(&["plan", "--host", "20348", &bundle]);
    assert!(text.contains("OCI specification") && text.contains("computecore!HcsCreateComputeSystem"), "{text}");
    let text = world.silo_ok(&["plan", "--host", "14393", &world.folder("bundle")]);
    assert!(text.contains("OCI bundle") && text.contains("vmcompute!HcsCreateComputeSystem"), "{text}");
    let neither = world.file("neither.json", r#"{"hostname": "a"}"#);
    world.refused(&["plan", &neither], 125, &["ociVersion", "process_executable"]);
    world.refused(&["plan", "/no/such/file"], 125, &["/no/such/file", "does not exist"]);
}

#[test]
fn words_have_the_meaning_of_the_host() {
    let world = World::new();
    let words =
        ["--", "-m", "512m", "--network", "nat", "-v", r"C:\src:C:\dst:ro", r"C:\layers\base", "cmd", "/c", "dir"];
    let plan = planned(&world, &[&["--host", "20348"], words.as_slice()].concat());
    let container = &document(&plan)["Container"];
    assert_eq!(container["MappedDirectories"][0]["ContainerPath"], r"C:\dst");
    assert_eq!(container["Memory"]["SizeInMB"], 512);
    assert!(calls(&plan).contains(&"create-endpoint"), "{:?}", calls(&plan));
    let hyperv = planned(&world, &[&["--host", "20348", "--isolation", "hypervisor"], words.as_slice()].concat());
    assert_eq!(hyperv["kind"], "windows-hypervisor");
    for (words, named) in [
        (&["--host", "20348", "--", "--cap-add", "ALL", r"C:\l", "cmd"][..], &["--cap-add", "Windows"][..]),
        (&["--host", "20348", "--", "/rootfs", "sh"], &["/rootfs"]),
        (&["--host", "linux", "--", r"C:\l", "cmd"], &["does not exist"]),
        (&["--host", "20348", "--image-version", "10.0.26100", "--", r"C:\l", "cmd"], &["26100", "newer"]),
        (&["--host", "20348", "--no-hypervisor", "--isolation", "hypervisor", "--", r"C:\l", "cmd"], &["Hyper-V"]),
        (
            &["--host", "20348", "--annotation", "io.microsoft.container.memory.sizeinmb=x", "--", r"C:\l", "cmd"],
            &["sizeinmb"],
        ),
    ] {
        world.refused(&[&["plan"], words].concat(), 125, named);
    }
}

#[test]
fn a_utility_vm_has_the_processors_that_a_share_needs() {
    let world = World::new();
    let machine = |words: &[&str]| {
        let options = ["--host", "20348", "--processors", "64", "--isolation", "hypervisor"];
        let plan = planned(&world, &[&options[..], words, &["--", "--cpus", "2.5", r"C:\l", "cmd"]].concat());
        (document(&plan)["VirtualMachine"]["ComputeTopology"]["Processor"]["Count"].clone(), plan["limits"].clone())
    };
    let (count, limits) = machine(&[]);
    assert_eq!((count, &limits["processorMaximum"]), (json!(3), &json!(8320)), "{limits}");
    let annotation = "io.microsoft.virtualmachine.computetopology.processor.count=4";
    let (count, limits) = machine(&["--annotation", annotation]);
    assert_eq!((count, &limits["processorMaximum"]), (json!(4), &json!(6240)), "{limits}");
}

#[test]
fn the_isolation_of_plan_wins_and_files_of_silo_are_noted() {
    let world = World::new();
    let keys = json!({"process_directory": "C:\\app", "process_executable": "x.exe", "isolation": "hyperv",
        "parent_layer_directory": "C:\\l", "stdout_filename": "out.log"});
    let file = world.file("nspawn.json", &keys.to_string());
    let kind = |words: &[&str]| planned(&world, &[&["--host", "20348"], words].concat())["kind"].clone();
    assert_eq!(kind(&[&file]), "windows-hypervisor");
    assert_eq!(kind(&["--isolation", "process", &file]), "windows-process");
    let words = ["--isolation", "process", "--", "--isolation", "hypervisor", r"C:\l", "cmd"];
    assert_eq!(kind(&words), "windows-process");
    let notes = planned(&world, &["--host", "20348", &file])["notes"].to_string();
    assert!(notes.contains("silo itself also appends them to the file out.log in "), "{notes}");
}

#[test]
fn a_specification_tells_a_terminal_nothing() {
    let world = World::new();
    let bad = "C:\\a\u{1b}]0;x\u{7}\u{9b}2J";
    let spec = json!({
        "ociVersion": "1.2.0",
        "process": {"args": [bad], "cwd": "C:\\"},
        "windows": {"layerFolders": [bad, bad]},
    });
    let file = world.file("bad.json", &spec.to_string());
    for words in [&["--host", "20348"][..], &["--host", "linux"], &["--diff", "17763", "14393"]] {
        let ran = world.silo(&[&["plan"], words, &[&file]].concat());
        let seen = format!("{}{}", ran.out, ran.err);
        assert!(!seen.contains(|c: char| c.is_control() && c != '\n'), "{words:?}: {seen:?}");
    }
}

#[test]
fn facts_about_the_host_change_its_plan() {
    let world = World::new();
    let bundle = world.file("b/config.json", &windows());
    let facts = world.file("facts.json", r#"{"os": {"windows": {"build": 14393, "revision": 0}}, "processors": 2}"#);
    let kind = |words: &[&str]| planned(&world, &[words, &[&bundle]].concat())["kind"].clone();
    assert_eq!(kind(&["--host", "20348"]), "windows-process");
    assert_eq!(kind(&["--facts", &facts]), "windows-process-v1");
    let cpus = |words: &[&str]| {
        let words = [&["--host", "20348"], words, &["--", "--cpus", "1.5", r"C:\l", "cmd"]].concat();
        document(&planned(&world, &words))["Container"]["Processor"]["Maximum"].clone()
    };
    assert_eq!((cpus(&[]), cpus(&["--processors", "2"])), (json!(3750), json!(7500)));
    let wrong = world.file("wrong.json", r#"{"procesors": 2}"#);
    world.refused(&["plan", "--facts", &wrong, &bundle], 125, &["--facts", "wrong.json: ", "procesors", "processors"]);
    world.refused(&["plan", "--host", "20348", "--facts", &facts, &bundle], 125, &["--facts", "os: ", "--host"]);
    let none = world.file("none.json", r#"{"processors": 0}"#);
    world.refused(&["plan", "--host", "20348", "--facts", &none, &bundle], 125, &["--facts", "processors"]);
}

#[test]
fn two_hosts_are_compared() {
    let world = World::new();
    let bundle = world.file("b/config.json", &windows());
    let text = world.silo_ok(&["plan", "--diff", "14393", "20348", &bundle]);
    for line in [
        "--- Windows build 14393 (Server 2016)",
        "+++ Windows build 20348 (Server 2022)",
        "-vmcompute!HcsCreateComputeSystem ID",
        "+computecore!HcsCreateComputeSystem ID",
    ] {
        assert!(text.lines().any(|shown| shown == line), "{line}: {text}");
    }
    let both: Value =
        serde_json::from_str(&world.silo_ok(&["plan", "--diff", "14393", "20348", "--format", "json", &bundle]))
            .unwrap();
    let pointers: Vec<&str> = both["differences"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    assert!(pointers.contains(&"/abi") && pointers.contains(&"/kind"), "{pointers:?}");
    for pointer in pointers {
        assert_ne!(both["a"]["plan"].pointer(pointer), both["b"]["plan"].pointer(pointer), "{pointer}");
    }
    let same = world.silo_ok(&["plan", "--diff", "20348", "20348", &bundle]);
    assert!(same.contains("are the same"), "{same}");
    let ran = world.silo(&["plan", "--diff", "linux", "20348", &bundle]);
    assert!(ran.out.contains("-there is no plan: ") && ran.out.contains("+computecore!"), "{}", ran.out);
    assert!(ran.code == 125 && ran.err.contains("there is no plan for Linux"), "{}: {}", ran.code, ran.err);
    let ran = world.silo(&["plan", "--diff", "linux", "linux", &bundle]);
    assert!(ran.code == 125 && ran.out.contains("\n there is no plan: "), "{}", ran.out);
}

#[test]
fn usage_and_refusals_are_told_from_each_other() {
    let world = World::new();
    for (words, code) in [
        (&["plan", "--no-such"][..], 2),
        (&["plan", "--", "--no-such", "host", "true"], 2),
        (&["plan", "--", "host"], 2),
        (&["plan", "--diff", "linux"], 2),
        (&["plan", "--diff", "linux", "20348", "--host", "linux"], 2),
        (&["plan", "--format", "yaml"], 2),
        (&["plan", "--host", "windows", "--", "host", "true"], 2),
        (&["plan", "--host", "10586", "--", r"C:\l", "cmd"], 2),
        (&["plan", "--diff", "linux", "10586", "--", "host", "true"], 2),
        (&["plan", "--annotation", "novalue", "--", "host", "true"], 2),
        (&["plan", "--image-version", "10.0.0", "--", "host", "true"], 2),
        (&["plan", "--id", "../up", "--", "host", "true"], 2),
        (&["plan", "--isolation", "none"], 2),
        (&["plan", "--", "--memory", "12x", "host", "true"], 125),
        (&["plan", "--isolation", "hypervisor", "--", "host", "true"], 125),
    ] {
        let ran = world.silo(words);
        assert_eq!((ran.code, ran.out.as_str()), (code, ""), "{words:?}: {}", ran.err);
    }
    assert!(world.silo_ok(&["plan", "--", "--help"]).contains("Usage: silo plan"));
}

#[test]
fn a_plan_needs_no_rights_and_leaves_no_trace() {
    require_root();
    let world = World::new();
    let bundle = world.file("b/config.json", &windows());
    let folder = world.path("");
    for path in [folder.clone(), folder.join("b")] {
        std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    }
    let program = folder.join("silo");
    std::fs::copy(silo_path(), &program).unwrap();
    let temporary = folder.join("temporary");
    std::fs::create_dir(&temporary).unwrap();
    std::fs::set_permissions(&temporary, std::os::unix::fs::PermissionsExt::from_mode(0o777)).unwrap();
    for words in [&["--host", "20348", &bundle][..], &["--", "host", "true"]] {
        let mut command = Command::new(&program);
        command.arg("plan").args(words).stdin(Stdio::null()).env_clear().env("TMPDIR", &temporary).current_dir("/");
        let ran: Ran = command.uid(UID).gid(UID).output().unwrap().into();
        assert_eq!(ran.code, 0, "{words:?}: {}", ran.err);
        assert!(ran.out.starts_with("Plan of container ID for "), "{}", ran.out);
    }
    assert_eq!(std::fs::read_dir(&temporary).unwrap().count(), 0);
}
