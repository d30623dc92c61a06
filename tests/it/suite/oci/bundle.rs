//! A bundle that a test changes, runs, and proves to have left nothing.

use crate::support::{Ran, World};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A bundle in a world of its own. Its root is the world's base, named by a relative path.
pub struct Bundle {
    world: World,
    config: Value,
    id: String,
}

/// A container that runs in the background until this is dropped.
pub struct Running<'a> {
    bundle: &'a Bundle,
    /// Its first process, as the host numbers it.
    pub pid: u32,
}

/// The capabilities that container engines grant.
const USUAL: [&str; 13] = [
    "CAP_AUDIT_WRITE",
    "CAP_CHOWN",
    "CAP_DAC_OVERRIDE",
    "CAP_FOWNER",
    "CAP_FSETID",
    "CAP_KILL",
    "CAP_MKNOD",
    "CAP_NET_BIND_SERVICE",
    "CAP_NET_RAW",
    "CAP_SETGID",
    "CAP_SETPCAP",
    "CAP_SETUID",
    "CAP_SYS_CHROOT",
];

fn plain(args: &[&str]) -> Value {
    json!({
        "ociVersion": "1.2.0",
        "process": {
            "args": args,
            "env": ["PATH=/bin"],
            "cwd": "/",
            "user": {"uid": 0, "gid": 0},
            "capabilities": {"bounding": USUAL, "effective": USUAL, "permitted": USUAL},
        },
        "root": {"path": "base"},
        "mounts": [
            {"destination": "/proc", "type": "proc", "source": "proc"},
            {"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "mode=755", "size=65536k"]},
            {"destination": "/dev/pts", "type": "devpts", "source": "devpts",
             "options": ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]},
        ],
        "linux": {
            "namespaces": [{"type": "pid"}, {"type": "network"}, {"type": "ipc"}, {"type": "uts"}, {"type": "mount"}],
        },
    })
}

impl Bundle {
    /// A plain bundle that runs a script of the shell.
    pub fn new(script: &str) -> Bundle {
        Bundle::of(&["/bin/sh", "-c", script])
    }

    /// A plain bundle that runs a program.
    pub fn of(args: &[&str]) -> Bundle {
        let world = World::new();
        let folder = world.path("").file_name().unwrap().to_str().unwrap().to_owned();
        Bundle { id: folder.replace("silo-it-", "oci-"), world, config: plain(args) }
    }

    /// Sets a field, by its JSON pointer; what is missing on the way is made.
    pub fn set(mut self, pointer: &str, value: impl Into<Value>) -> Bundle {
        *at(&mut self.config, pointer) = value.into();
        self
    }

    /// Adds an entry to a list.
    pub fn add(mut self, pointer: &str, value: impl Into<Value>) -> Bundle {
        let list = at(&mut self.config, pointer);
        if list.is_null() {
            *list = json!([]);
        }
        list.as_array_mut().expect("the field is a list").push(value.into());
        self
    }

    /// Grants capabilities beyond the usual ones.
    pub fn grant(self, names: &[&str]) -> Bundle {
        names.iter().fold(self, |bundle, name| {
            let sets = ["bounding", "effective", "permitted"];
            sets.iter().fold(bundle, |bundle, set| bundle.add(&format!("/process/capabilities/{set}"), *name))
        })
    }

    /// Adds a new namespace.
    pub fn namespace(self, kind: &str) -> Bundle {
        self.add("/linux/namespaces", json!({"type": kind}))
    }

    /// Replaces a namespace by the one that a path names.
    pub fn join(mut self, kind: &str, path: &str) -> Bundle {
        self = self.without_namespace(kind);
        self.add("/linux/namespaces", json!({"type": kind, "path": path}))
    }

    /// Leaves a namespace out.
    pub fn without_namespace(mut self, kind: &str) -> Bundle {
        let list = at(&mut self.config, "/linux/namespaces").as_array_mut().unwrap();
        list.retain(|namespace| namespace["type"] != kind);
        self
    }

    /// Adds a mount.
    pub fn mount(self, kind: &str, source: &str, destination: &str, options: &[&str]) -> Bundle {
        let mount = json!({"destination": destination, "type": kind, "source": source, "options": options});
        self.add("/mounts", mount)
    }

    /// The container's id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The world it is in.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// A path of the bundle, beside its root.
    pub fn path(&self, name: &str) -> PathBuf {
        self.world.path(name)
    }

    /// A path of the bundle as a string, for a configuration.
    pub fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    /// A path in the bundle's root, as the host sees it.
    pub fn inside(&self, name: &str) -> PathBuf {
        Path::new(self.world.base()).join(name.trim_start_matches('/'))
    }

    fn write(&self) -> String {
        std::fs::write(self.path("config.json"), self.config.to_string()).unwrap();
        self.text("")
    }

    /// The command that runs it, for tests that need more of `Command`.
    pub fn command(&self) -> Command {
        let folder = self.write();
        if let Some(reference) = std::env::var_os("SILO_IT_REFERENCE") {
            let mut command = Command::new(reference);
            command.arg("--root").arg(self.path("reference")).args(["run", "--bundle", &folder, &self.id]);
            command.stdin(Stdio::null());
            return command;
        }
        self.world.command(&["run", "--rm", "--name", &self.id, "--bundle", &folder])
    }

    /// Runs it to its end.
    pub fn run(&self) -> Ran {
        self.command().output().expect("silo starts").into()
    }

    /// Runs it, which must succeed silently and leave nothing, and answers what it printed.
    pub fn output(&self) -> String {
        let ran = self.run();
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
        self.assert_empty();
        ran.out.trim_end().to_owned()
    }

    /// Runs it, which must be refused with all of these words and leave nothing.
    pub fn refused(&self, words: &[&str]) {
        let ran = self.run();
        assert_eq!((ran.code, ran.out.as_str()), (125, ""), "{}", ran.err);
        for word in words {
            assert!(ran.err.contains(word), "{word:?} is not in: {}", ran.err);
        }
        self.assert_empty();
    }

    /// Starts it in the background.
    pub fn start(&self) -> Running<'_> {
        let folder = self.write();
        let args = ["run", "-d", "--name", &self.id, "--bundle", &folder];
        // A file, as the keeper inherits a pipe and would hold it open.
        let errors = std::fs::File::create(self.path("errors")).unwrap();
        let ran = self.world.command(&args).stdout(Stdio::null()).stderr(errors).status().unwrap();
        assert!(ran.success(), "{}", std::fs::read_to_string(self.path("errors")).unwrap());
        let told: Value = serde_json::from_str(&self.world.silo_ok(&["inspect", &self.id])).unwrap();
        let pid = told[0]["pid"].as_u64().unwrap_or_else(|| panic!("no pid in {told}"));
        Running { bundle: self, pid: u32::try_from(pid).unwrap() }
    }

    /// Nothing is left: what the world checks, mounts anywhere in the bundle, and control groups of this name.
    pub fn assert_empty(&self) {
        let mut left = self.world.leftovers();
        let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap();
        let bundle = self.text("");
        let bundle = bundle.trim_end_matches('/');
        left.extend(mounts.lines().filter(|line| line.contains(bundle)).map(|line| format!("mounted: {line}")));
        for hierarchy in std::fs::read_dir("/sys/fs/cgroup").unwrap().flatten() {
            let group = hierarchy.path().join("silo").join(&self.id);
            left.extend(group.exists().then(|| format!("control group: {}", group.display())));
        }
        assert!(left.is_empty(), "left behind:\n{}", left.join("\n"));
    }
}

impl Running<'_> {
    /// Runs a further program in it, with words before and after the container's name.
    pub fn exec_with(&self, options: &[&str], args: &[&str]) -> Ran {
        let words: Vec<&str> =
            ["exec"].iter().chain(options).copied().chain([self.bundle.id()]).chain(args.iter().copied()).collect();
        self.bundle.world.silo(&words)
    }

    /// Runs a script in it, which must succeed silently.
    pub fn exec(&self, script: &str) -> String {
        let ran = self.exec_with(&[], &["/bin/sh", "-c", script]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
        ran.out.trim_end().to_owned()
    }

    /// What a file of procfs says about its first process.
    pub fn proc(&self, name: &str) -> String {
        std::fs::read_to_string(format!("/proc/{}/{name}", self.pid)).unwrap()
    }

    /// The namespace that its first process is in.
    pub fn namespace(&self, kind: &str) -> String {
        link(&format!("/proc/{}/ns/{kind}", self.pid))
    }

    /// Ends it, and proves that nothing is left.
    pub fn end(self) {
        let bundle = self.bundle;
        drop(self);
        bundle.assert_empty();
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        // A test that failed has its own words.
        let _ = self.bundle.world.silo(&["rm", "-f", self.bundle.id()]);
    }
}

/// What a symbolic link says.
pub fn link(path: &str) -> String {
    std::fs::read_link(path).unwrap_or_else(|error| panic!("{path}: {error}")).to_str().unwrap().to_owned()
}

/// The value at a JSON pointer, made with everything above it where it is missing.
fn at<'a>(value: &'a mut Value, pointer: &str) -> &'a mut Value {
    pointer.split('/').skip(1).fold(value, |value, name| match value {
        Value::Array(list) => &mut list[name.parse::<usize>().expect("a list is indexed by numbers")],
        _ => &mut value[name],
    })
}
