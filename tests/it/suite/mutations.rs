//! Configurations that somebody or something has spoiled: thousands of them, each refused with a word or run, never more.
//!
//! A valid file is spoiled a few times at random, as values (other types, huge numbers, odd text, missing and moved parts) and
//! as text (flipped bytes, doubled keys, cuts). The seed is in every message, and `SILO_TEST_SEED` repeats it.

use crate::aftermath::{assert_nothing, control_groups, marked, silo_ok, spec, try_bounded, unique};
use crate::support::World;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::scope;

/// Files for `silo nspawn`. Each is planned; of those that are good enough, some are run.
const CONFIGS: usize = 10_000;
/// One of so many good ones is run.
const RUN_ONE_OF: usize = 3;
/// Bundles for `silo run`. Each is run.
const BUNDLES: usize = 2_000;
/// Threads that work on them.
const WORKERS: usize = 4;

/// Xorshift: all that is asked of it is to be the same for the same seed.
struct Random(u64);

impl Random {
    fn new(seed: u64, index: usize) -> Random {
        // Seeds that are close to each other must not make the same files in another order.
        let mixed = seed.wrapping_mul(0xbf58_476d_1ce4_e5b9).wrapping_add(index as u64);
        let mixed = (mixed ^ mixed >> 31).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Random(mixed | 1)
    }

    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap() % limit.max(1)
    }

    fn one<'t, T>(&mut self, list: &'t [T]) -> &'t T {
        &list[self.below(list.len())]
    }
}

/// Text that is not what is expected where text is.
const TEXTS: &[&str] = &[
    "",
    "/",
    ".",
    "..",
    "../../..",
    "/../etc",
    "./../..//",
    "/proc/self/exe",
    "/proc/self/fd/0",
    "/dev/null",
    "a/../../b",
    "\\\\?\\C:\\x",
    "C:\\x",
    "~",
    "$HOME",
    "%n%s",
    "\0",
    "a\0b",
    "\n",
    "\u{202e}rm",
    "e\u{301}",
    "\u{1f4a9}",
    "\u{ffff}",
    " ",
    "-",
    "--",
    "-rf",
    "root",
    "0",
    "-1",
    "0:0",
    "4294967295",
    "4294967296:1",
    "user:wheel:x",
    "true",
    "null",
    "none",
    "host",
    "max",
    "NaN",
    "1e9",
    "0x",
    "0xffffffffffffffffffff",
    "=",
    "A=",
    "=B",
    "a,b",
    "ro",
    "rbind",
    "remount",
    "upperdir=/",
];

/// Values that are not what is expected where a value is.
fn junk(random: &mut Random) -> Value {
    match random.below(14) {
        0 => Value::Null,
        1 => json!(random.below(2) == 0),
        2 => json!(*random.one(&[0_i64, 1, -1, 2, 127, 255, 65_536, -2_147_483_649, i64::MIN, i64::MAX])),
        3 => json!(u64::MAX - random.below(3) as u64),
        4 => json!(*random.one(&[0.5, -0.0, 1e-300, 1e308, 4_294_967_296.5])),
        5 => json!([]),
        6 => json!({}),
        7 => json!(random.one(TEXTS).repeat(random.below(3_000))),
        8 => nested(random.below(200)),
        9 => json!([null, 1, "", [], {}]),
        _ => json!(random.one(TEXTS)),
    }
}

fn nested(depth: usize) -> Value {
    (0..depth).fold(json!("deep"), |inner, level| if level % 2 == 0 { json!([inner]) } else { json!({ "a": inner }) })
}

/// Every value in a value, itself included.
fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(list) => list.iter().map(count).sum(),
        Value::Object(map) => map.values().map(count).sum::<usize>(),
        _ => 0,
    }
}

/// The value of a number among all in a value.
fn pick<'v>(value: &'v mut Value, number: &mut usize) -> Option<&'v mut Value> {
    if *number == 0 {
        return Some(value);
    }
    *number -= 1;
    match value {
        Value::Array(list) => list.iter_mut().find_map(|inner| pick(inner, number)),
        Value::Object(map) => map.values_mut().find_map(|inner| pick(inner, number)),
        _ => None,
    }
}

/// Spoils one value somewhere in a value.
fn spoil(random: &mut Random, value: &mut Value) {
    let other = random.below(count(value));
    let other = pick(value, &mut { other }).cloned().unwrap_or_default();
    let number = random.below(count(value));
    let Some(target) = pick(value, &mut { number }) else { return };
    match (random.below(8), target) {
        (0, target) => *target = other,
        (1, target) => *target = json!([target.take()]),
        (2, Value::Object(map)) if !map.is_empty() => {
            let key = map.keys().nth(random.below(map.len())).unwrap().clone();
            let value = map.remove(&key).unwrap_or_default();
            if random.below(2) == 0 {
                map.insert(random.one(&[key.to_uppercase(), format!("{key}\u{200b}"), String::new()]).clone(), value);
            }
        }
        (3, Value::Array(list)) if !list.is_empty() => {
            let element = list[random.below(list.len())].clone();
            (0..random.below(300)).for_each(|_| list.push(element.clone()));
        }
        (4, Value::Array(list)) if !list.is_empty() => drop(list.remove(random.below(list.len()))),
        (5, Value::String(text)) => *text = format!("{text}{}", random.one(TEXTS)),
        (_, target) => *target = junk(random),
    }
}

/// Spoils the text of a value.
fn spoil_text(random: &mut Random, text: &mut Vec<u8>) {
    let (place, length) = (random.below(text.len()), random.below(40));
    let end = (place + length).min(text.len());
    match random.below(8) {
        0 => text.truncate(place),
        1 => drop(text.drain(place..end)),
        2 => text.insert(place, *random.one(b"\"{}[],:\\\0\xff\xc3\xed09-eE./")),
        3 => {
            let part = text[place..end].to_vec();
            text.splice(place..place, part);
        }
        4 => {
            // A key that is there already, somewhere.
            let key = random.one(&["process", "root", "linux", "user", "mounts", "network", "args", "environment"]);
            let value = junk(random);
            let at = text.iter().skip(place).position(|byte| *byte == b'{').map_or(0, |found| place + found + 1);
            text.splice(at..at, format!("\"{key}\":{value},").into_bytes());
        }
        5 if random.below(10) == 0 => drop(text.splice(place..place, vec![b'['; 100_000])),
        _ if text.is_empty() => {}
        _ => text[place] ^= 1 << random.below(8),
    }
}

/// A valid value after some mishaps, as text.
fn spoilt(random: &mut Random, value: &Value, keep: impl Fn(&mut Value)) -> Vec<u8> {
    let mut value = value.clone();
    (0..random.below(4)).for_each(|_| spoil(random, &mut value));
    keep(&mut value);
    let mut text = value.to_string().into_bytes();
    if random.below(3) == 0 {
        (0..=random.below(2)).for_each(|_| spoil_text(random, &mut text));
    }
    text
}

fn seed() -> u64 {
    let seed = std::env::var("SILO_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        u64::try_from(since.as_micros() % 1_000_000_000).unwrap()
    });
    println!("SILO_TEST_SEED={seed}");
    seed
}

/// Does something for every number below a limit, on several threads. Each has a number of its own.
fn all(limit: usize, act: impl Fn(usize, usize) + Sync) {
    let next = AtomicUsize::new(0);
    scope(|scope| {
        for worker in 0..WORKERS {
            let (next, act) = (&next, &act);
            scope.spawn(move || {
                loop {
                    match next.fetch_add(1, Ordering::Relaxed) {
                        index if index < limit => act(worker, index),
                        _ => return,
                    }
                }
            });
        }
    });
}

/// Runs the program on a spoilt file: it comes to an end, and does not fall over.
fn run_soundly(world: &World, args: &[&str], what: &str, text: &[u8]) -> i32 {
    let text = || String::from_utf8_lossy(&text[..text.len().min(4_000)]).into_owned();
    let ran = try_bounded(&mut marked(world, args)).unwrap_or_else(|| panic!("{what}: hangs\n{}", text()));
    assert!(!ran.err.contains("panicked"), "{what}: {}\n{}", ran.err, text());
    // 101 is a panic; the others are the signals of a program that broke.
    assert!(![101, 134, 135, 136, 139].contains(&ran.code), "{what}: code {}: {}\n{}", ran.code, ran.err, text());
    assert!(ran.code != 125 || ran.err.contains("silo: "), "{what}: without a word: {:?}\n{}", ran.err, text());
    ran.code
}

fn config(world: &World) -> Value {
    json!({
        "process_directory": world.path("shared"),
        "process_executable": "/bin/true",
        "process_arguments": ["a", "b c"],
        "mapped_directory": "/job",
        "stdout_filename": "logs/out.txt",
        "parent_layer_directory": world.base(),
        "max_ram_mb": 64,
        "cpus_count": 1,
        "cpu_affinity_hex": "0x1",
        "max_cpu_percent": 50,
        "max_storage_iops": 0,
        "max_storage_bandwidth_bytes_per_sec": 0,
        "environment": { "A": "1", "B": "two" },
        "user": "1000:1000",
        "working_directory": "sub",
        "hostname": "guest",
        "network": "none",
        "isolation": "process",
        "read_only": false,
        "mounts": [{ "source": world.path("shared"), "destination": "/data", "read_only": true }],
    })
}

#[test]
fn spoilt_configurations_are_refused_or_run() {
    let world = World::new();
    std::fs::create_dir_all(world.path("shared/sub")).unwrap();
    std::fs::create_dir_all(world.path("shared/logs")).unwrap();
    let (seed, valid) = (seed(), config(&world));
    let file = world.path("shared/valid.json");
    std::fs::write(&file, valid.to_string()).unwrap();
    silo_ok(&world, &["nspawn", "-c", file.to_str().unwrap()]);
    let (good, ran) = (AtomicUsize::new(0), AtomicUsize::new(0));
    all(CONFIGS, |worker, index| {
        // A limit of a few bytes a second is valid, and takes its time: such files are planned only.
        let plan_only = index % 2 == 0;
        let unhurried = |config: &mut Value| {
            if let Some(map) = config.as_object_mut().filter(|_| !plan_only) {
                map.retain(|key, _| !key.contains("_storage_"));
            }
        };
        let text = spoilt(&mut Random::new(seed, index), &valid, unhurried);
        let what = format!("SILO_TEST_SEED={seed}, configuration {index}");
        let file = world.path(&format!("config-{worker}.json"));
        std::fs::write(&file, &text).unwrap();
        let file = file.to_str().unwrap();
        let planned = run_soundly(&world, &["nspawn", "--dry-run", "-c", file], &what, &text);
        assert!([0, 125].contains(&planned), "{what}: code {planned}");
        if planned == 0 && good.fetch_add(1, Ordering::Relaxed) % RUN_ONE_OF == 0 && !plan_only {
            ran.fetch_add(1, Ordering::Relaxed);
            run_soundly(&world, &["nspawn", "-c", file], &what, &text);
        }
    });
    println!("{} of {CONFIGS} were good, {} were run", good.load(Ordering::Relaxed), ran.load(Ordering::Relaxed));
    // With fewer, or with all, the mishaps are not what they should be.
    assert!((500..CONFIGS - 500).contains(&good.load(Ordering::Relaxed)));
    assert!(ran.load(Ordering::Relaxed) >= 100);
    assert_nothing(&world, &[], "spoilt configurations");
}

/// A specification with some of everything that a mishap can do no harm to this machine with.
fn bundled(world: &World) -> Value {
    let mut spec = spec(world, &["pid", "mount", "network", "uts", "ipc", "cgroup"], &["/bin/true"]);
    spec["hostname"] = json!("guest");
    spec["process"]["rlimits"] = json!([{ "type": "RLIMIT_NOFILE", "soft": 64, "hard": 128 }]);
    spec["process"]["capabilities"] =
        json!({ "bounding": ["CAP_CHOWN"], "permitted": ["CAP_CHOWN"], "effective": ["CAP_CHOWN"] });
    spec["process"]["noNewPrivileges"] = json!(true);
    spec["process"]["oomScoreAdj"] = json!(100);
    let mounts = spec["mounts"].as_array_mut().unwrap();
    mounts
        .push(json!({ "destination": "/tmp", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "size=64k"] }));
    mounts.push(json!({ "destination": "/mnt", "source": world.path("shared"), "options": ["rbind", "ro"] }));
    spec["linux"]["resources"] = json!({
        "memory": { "limit": 67_108_864 }, "pids": { "limit": 20 }, "cpu": { "shares": 512, "quota": 50_000 },
        "devices": [{ "allow": false, "access": "rwm" }],
    });
    spec["linux"]["maskedPaths"] = json!(["/proc/kcore", "/sys/firmware"]);
    spec["linux"]["readonlyPaths"] = json!(["/proc/sys"]);
    spec["linux"]["seccomp"] = json!({
        "defaultAction": "SCMP_ACT_ALLOW",
        "syscalls": [{ "names": ["reboot"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1 }],
    });
    spec["annotations"] = json!({ "a": "b" });
    spec
}

/// Puts back what would let a mishap reach this machine: the root stays the world's own.
fn stay_inside(spec: &mut Value, base: &str) {
    if spec.pointer("/root/path").is_some_and(Value::is_string) {
        spec["root"]["path"] = json!(base);
    }
}

#[test]
fn spoilt_bundles_are_refused_or_run() {
    let world = World::new();
    std::fs::create_dir_all(world.path("shared")).unwrap();
    let (seed, valid) = (seed(), bundled(&world));
    let good = AtomicUsize::new(0);
    std::fs::write(world.path("shared/config.json"), valid.to_string()).unwrap();
    silo_ok(&world, &["run", "--rm", "--bundle", world.path("shared").to_str().unwrap()]);
    let ids: Vec<String> = (0..WORKERS).map(|worker| format!("{}-{worker}", unique(&world))).collect();
    all(BUNDLES, |worker, index| {
        let text = spoilt(&mut Random::new(seed, index), &valid, |spec| stay_inside(spec, world.base()));
        let what = format!("SILO_TEST_SEED={seed}, bundle {index}");
        let folder = world.path(&format!("bundle-{worker}"));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("config.json"), &text).unwrap();
        let args = ["run", "--rm", "--name", &ids[worker], "--bundle", folder.to_str().unwrap()];
        let code = run_soundly(&world, &args, &what, &text);
        good.fetch_add(usize::from(code == 0), Ordering::Relaxed);
        let left = control_groups(&ids[worker]);
        assert!(left.is_empty() && !Path::exists(&world.root().join(&ids[worker])), "{what}: left {left:?}");
    });
    println!("{} of {BUNDLES} were good", good.load(Ordering::Relaxed));
    assert!((100..BUNDLES - 100).contains(&good.load(Ordering::Relaxed)));
    assert_nothing(&world, &ids.iter().map(String::as_str).collect::<Vec<_>>(), "spoilt bundles");
}
