//! Whatever a `config.json` contains, it becomes a request or a refusal that names a key of it. Nothing panics.

use crate::testing::{FakeWorld, request};
use proptest::prelude::*;
use serde_json::{Value, json};

const KEYS: [&str; 23] = [
    "process_directory",
    "process_executable",
    "process_arguments",
    "mapped_directory",
    "stdout_filename",
    "parent_layer_directory",
    "max_ram_mb",
    "cpus_count",
    "cpu_affinity_hex",
    "max_cpu_percent",
    "max_storage_iops",
    "max_storage_bandwidth_bytes_per_sec",
    "environment",
    "user",
    "working_directory",
    "hostname",
    "network",
    "isolation",
    "read_only",
    "mounts",
    "redirect_inside",
    "unknown_key",
    "Process_Directory",
];

fn base() -> Value {
    json!({
        "process_directory": "/app", "process_executable": "bin/x", "process_arguments": ["a"],
        "mapped_directory": "/nspawn", "stdout_filename": "out", "parent_layer_directory": "/layers/top",
        "max_ram_mb": 1, "cpus_count": 1, "cpu_affinity_hex": "0x1", "max_cpu_percent": 1,
        "environment": {"A": "1"}, "mounts": [{"source": "/data", "destination": "/x", "read_only": true}],
    })
}

const TEXTS: &[&str] = &[
    "",
    "/",
    ".",
    "..",
    "/app",
    "C:\\app",
    "\\",
    "/data",
    "a/../b",
    "host",
    "none",
    "process",
    "é\u{0}",
    "0xfff",
    "/cwd/file",
];

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        proptest::sample::select(TEXTS).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(
                proptest::sample::select(["source", "destination", "read_only", "A", ""].as_slice())
                    .prop_map(str::to_owned),
                inner,
                0..4
            )
            .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn check(config: &str) -> Result<(), TestCaseError> {
    let world = FakeWorld::root().file("/cwd/config.json", config);
    if let Err(error) = request("nspawn", &world) {
        let named = KEYS.iter().any(|key| error.contains(key)) || error.starts_with("/layers/top/layerchain.json");
        prop_assert!(named, "{error:?} names no key of {config}");
        prop_assert!(error.starts_with("config.json: "), "{error:?} does not name the file");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn changed_values(changes in proptest::collection::vec((proptest::sample::select(KEYS.as_slice()), value()), 1..4)) {
        let mut config = base();
        for (key, value) in changes {
            config[key] = value;
        }
        check(&config.to_string())?;
    }

    #[test]
    fn removed_keys(keep in proptest::collection::vec(any::<bool>(), 12)) {
        let mut keep = keep.into_iter();
        let mut config = base();
        if let Some(map) = config.as_object_mut() {
            map.retain(|_, _| keep.next().unwrap_or(true));
        }
        check(&config.to_string())?;
    }

    #[test]
    fn changed_bytes(place in any::<proptest::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()) {
        let mut bytes = base().to_string().into_bytes();
        let place = place.index(bytes.len());
        if cut { bytes.truncate(place) } else { bytes[place] = byte }
        let config = String::from_utf8_lossy(&bytes).into_owned();
        let world = FakeWorld::root().file("/cwd/config.json", &config);
        if let Err(error) = request("nspawn", &world) {
            prop_assert!(error.starts_with("config.json: ") || error.contains("layerchain.json"), "{error:?}");
        }
    }

    #[test]
    fn words_never_panic(
        option in proptest::sample::select([
            "--volume", "--mount", "--tmpfs", "--device", "--memory", "--cpus", "--cpuset-cpus", "--user", "--env",
            "--workdir", "--cap-add", "--security-opt", "--stop-signal", "--hostname", "--name", "--label", "--pids-limit",
        ].as_slice()),
        value in "[a-z0-9:/=,.\"é -]{0,24}|\\PC{0,12}",
    ) {
        let value = value.replace(' ', "·");
        let _ = request(&format!("run {option}={value} host true"), &FakeWorld::root());
        let _ = request(&format!("run {option}={value} host true"), &FakeWorld::user(false));
    }
}
