//! Files of `nspawn`, and what becomes of them.

use crate::testing::{FakeWorld, request};
use hcs_engine::{Base, Request};
use std::path::PathBuf;

fn nspawn(words: &str, config: &str) -> Request {
    let world = FakeWorld::root().file("/etc/silo/config.json", config).file("/etc/silo/app/x", "");
    request(&format!("nspawn -c /etc/silo/config.json {words}"), &world)
        .unwrap_or_else(|error| panic!("{config}: {error}"))
}

fn output(request: &Request) -> Option<PathBuf> {
    request.output_file.as_ref().map(|file| file.folder.join(&file.name))
}

fn with(keys: &str) -> Request {
    let comma = if keys.is_empty() { "" } else { ", " };
    nspawn("", &format!("{{\"process_directory\": \"/app\", \"process_executable\": \"bin/x\"{comma}{keys}}}"))
}

#[test]
fn the_founding_tools_own_file_means_what_it_meant() {
    let request = nspawn(
        "",
        r#"{
            "process_directory": "\\app",
            "process_executable": "jdk\\bin\\java.exe",
            "process_arguments": ["-version", "a\\b"],
            "max_ram_mb": 512, "cpus_count": 1, "cpu_affinity_hex": 1, "max_cpu_percent": 25,
            "max_storage_iops": 1024, "max_storage_bandwidth_bytes_per_sec": 10485760,
            "mapped_directory": "c:/nspawndir",
            "stdout_filename": "logs\\nspawn_out.txt",
            "parent_layer_directory": "/layers\\top"
        }"#,
    );
    let process = request.spec.process.as_ref().unwrap();
    assert_eq!(process.args, ["/nspawndir/jdk/bin/java.exe", "-version", "a\\b"]);
    assert_eq!(process.cwd, "/nspawndir");
    let resources = request.spec.linux.as_ref().unwrap().resources.as_ref().unwrap();
    assert_eq!(resources.memory.as_ref().unwrap().limit, Some(512 << 20));
    let cpu = resources.cpu.as_ref().unwrap();
    assert_eq!((cpu.quota, cpu.period, cpu.cpus.as_deref()), (Some(100_000), Some(100_000), Some("0")));
    let annotations: Vec<_> = request.spec.annotations.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let expected = [
        "io.microsoft.container.storage.qos.bandwidthmaximum=10485760",
        "io.microsoft.container.storage.qos.iopsmaximum=1024",
    ];
    assert_eq!(annotations, expected);
    assert_eq!(output(&request).as_deref(), Some("/app/logs/nspawn_out.txt".as_ref()));
    let mapped = request.spec.mounts.last().unwrap();
    assert_eq!((mapped.source.as_deref(), mapped.destination.as_str()), (Some("/app"), "/nspawndir"));
    assert!(matches!(request.base, Base::Layers(layers) if layers.len() == 3));
    assert!(request.remove);
}

#[test]
fn what_is_left_out() {
    let request = nspawn("", r#"{"process_executable": "/bin/true"}"#);
    let process = request.spec.process.as_ref().unwrap();
    assert_eq!((process.args.as_slice(), process.cwd.as_str()), (["/bin/true".to_owned()].as_slice(), "/"));
    assert_eq!((&request.base, &request.output_file, request.spec.mounts.len()), (&Base::Host, &None, 7));
    let resources = request.spec.linux.unwrap().resources.unwrap();
    assert_eq!((resources.memory, resources.cpu), (None, None));
    assert_eq!(with("").spec.process.unwrap().cwd, "/nspawn");
    let zero = with(
        r#""max_ram_mb": 0, "cpus_count": 0, "cpu_affinity_hex": 0, "max_cpu_percent": 0, "max_storage_iops": 0,
        "max_storage_bandwidth_bytes_per_sec": 0, "parent_layer_directory": """#,
    );
    assert_eq!(zero, with(""));
}

#[test]
fn the_option_really_overrides() {
    let config = r#"{"process_directory": "/nowhere", "process_executable": "x", "stdout_filename": "out"}"#;
    let request = nspawn("-D src", config);
    assert_eq!(request.spec.mounts.last().unwrap().source.as_deref(), Some("/cwd/src"));
    assert_eq!(output(&request).as_deref(), Some("/cwd/src/out".as_ref()));
}

#[test]
fn relative_folders_start_at_the_file() {
    let request = nspawn("", r#"{"process_directory": "app", "process_executable": ".\\x"}"#);
    assert_eq!(request.spec.mounts.last().unwrap().source.as_deref(), Some("/etc/silo/app"));
    assert_eq!(request.spec.process.unwrap().args, ["/nspawn/x"]);
}

#[test]
fn processors() {
    let cpu = |keys: &str| {
        let cpu = with(keys).spec.linux.unwrap().resources.unwrap().cpu.unwrap_or_default();
        (cpu.quota.unwrap_or(0), cpu.cpus.unwrap_or_default())
    };
    for (keys, quota, list) in [
        (r#""cpus_count": 2"#, 200_000, ""),
        (r#""max_cpu_percent": 50"#, 400_000, ""),
        (r#""max_cpu_percent": 100"#, 800_000, ""),
        (r#""cpus_count": 6, "max_cpu_percent": 50"#, 400_000, ""),
        (r#""cpus_count": 2, "max_cpu_percent": 50"#, 200_000, ""),
        (r#""cpu_affinity_hex": "0x0F""#, 0, "0-3"),
        (r#""cpu_affinity_hex": "a""#, 0, "1,3"),
        (r#""cpu_affinity_hex": 10"#, 0, "1,3"),
    ] {
        assert_eq!(cpu(keys), (quota, list.to_owned()), "{keys}");
    }
}

#[test]
fn further_keys() {
    let request = with(
        r#""environment": {"A": "1", "PATH": "/p"}, "user": 7, "working_directory": "sub\\dir", "hostname": "box",
        "network": "host", "isolation": "process", "read_only": true,
        "mounts": [{"source": "\\data", "destination": "d:\\x", "read_only": true}]"#,
    );
    let process = request.spec.process.as_ref().unwrap();
    assert_eq!(process.env, ["PATH=/p", "HOSTNAME=box", "A=1"]);
    assert_eq!((process.user.uid, process.cwd.as_str()), (7, "/nspawn/sub/dir"));
    assert_eq!(request.spec.hostname.as_deref(), Some("box"));
    assert!(request.spec.root.as_ref().unwrap().readonly);
    let mount = request.spec.mounts.last().unwrap();
    assert_eq!((mount.source.as_deref(), mount.destination.as_str()), (Some("/data"), "/x"));
    assert!(mount.options.contains(&"rro".to_owned()));
    let list = with(r#""environment": ["A=1=2"], "working_directory": "/srv""#).spec.process.unwrap();
    assert_eq!((list.env[1].as_str(), list.cwd.as_str()), ("A=1=2", "/srv"));
    assert!(nspawn("--tty", r#"{"process_executable": "/x"}"#).spec.process.unwrap().terminal);
}
