//! A state root, a base made of busybox, and the program under test.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// Everything a test needs, gone when it ends.
pub struct World {
    folder: TempDir,
    base: String,
}

/// How a command ended.
#[derive(Debug)]
pub struct Ran {
    /// Exit code; 128 + signal if it was killed.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// Refuses to pass without root: these tests make containers for real.
pub fn require_root() {
    assert!(
        rustix::process::geteuid().is_root(),
        "this test makes containers and needs root: run `cargo xtask test` as root"
    );
}

/// The program that was built beside this one.
pub fn silo_path() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows where it is");
    let built = test.ancestors().map(|folder| folder.join("silo")).find(|path| path.is_file());
    built.expect("target/debug/silo is missing: run `cargo build -p silo` first (`cargo xtask test` does)")
}

/// Makes a root filesystem of busybox in `folder`.
pub fn make_base(folder: &Path) {
    for name in ["bin", "dev", "etc", "proc", "root", "sys", "tmp"] {
        std::fs::create_dir_all(folder.join(name)).unwrap();
    }
    let busybox = Path::new("/bin/busybox");
    assert!(busybox.exists(), "/bin/busybox is missing: install the package busybox-static (`cargo xtask test` does)");
    std::fs::copy(busybox, folder.join("bin/busybox")).unwrap();
    let list = Command::new(busybox).arg("--list").output().unwrap();
    for applet in String::from_utf8(list.stdout).unwrap().lines().filter(|applet| *applet != "busybox") {
        std::os::unix::fs::symlink("busybox", folder.join("bin").join(applet)).unwrap();
    }
    std::fs::write(folder.join("etc/passwd"), "root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000::/home/user:/bin/sh\n")
        .unwrap();
    std::fs::write(folder.join("etc/group"), "root:x:0:\nuser:x:1000:\nwheel:x:10:user\n").unwrap();
}

impl World {
    /// A fresh one.
    pub fn new() -> World {
        World::below(&std::env::temp_dir())
    }

    /// A fresh one in a folder of the test's choice.
    pub fn below(parent: &Path) -> World {
        require_root();
        let folder = tempfile::Builder::new().prefix("silo-it-").tempdir_in(parent).unwrap();
        let base = folder.path().join("base");
        std::fs::create_dir(&base).unwrap();
        make_base(&base);
        let base = base.to_str().unwrap().to_owned();
        World { folder, base }
    }

    /// A root filesystem folder.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// A path in the test's own folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The state root.
    pub fn root(&self) -> PathBuf {
        self.path("state")
    }

    /// The program with the state root, for tests that need more of `Command`.
    pub fn command<A: AsRef<OsStr>>(&self, args: &[A]) -> Command {
        let mut command = Command::new(silo_path());
        command.arg("--root").arg(self.root()).args(args).stdin(Stdio::null());
        command
    }

    /// Runs the program to its end.
    #[must_use]
    pub fn silo<A: AsRef<OsStr>>(&self, args: &[A]) -> Ran {
        self.command(args).output().expect("silo starts").into()
    }

    /// Runs the program, which must succeed, and answers its output.
    #[allow(dead_code)]
    pub fn silo_ok<A: AsRef<OsStr> + std::fmt::Debug>(&self, args: &[A]) -> String {
        let ran = self.silo(args);
        assert_eq!(ran.code, 0, "silo {args:?}: {}{}", ran.out, ran.err);
        ran.out
    }

    /// Nothing is left of any container: state root, control groups, mounts, processes.
    pub fn assert_empty(&self) {
        let left = self.leftovers();
        assert!(left.is_empty(), "left behind:\n{}", left.join("\n"));
    }

    /// What containers of this state root have left.
    pub fn leftovers(&self) -> Vec<String> {
        let root = self.root();
        let mut left: Vec<String> = std::fs::read_dir(&root)
            .into_iter()
            .flatten()
            .filter_map(|entry| Some(format!("in the state root: {}", entry.ok()?.path().display())))
            .collect();
        let marker = root.to_str().unwrap().to_owned();
        let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap();
        left.extend(mounts.lines().filter(|line| line.contains(&marker)).map(|line| format!("mounted: {line}")));
        for entry in std::fs::read_dir("/proc").unwrap().flatten() {
            let command = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
            let text = String::from_utf8_lossy(&command).replace('\0', " ");
            if entry.file_name() != std::process::id().to_string().as_str() && text.contains(&marker) {
                left.push(format!("running: {} {text}", entry.file_name().display()));
            }
        }
        left
    }
}

impl Drop for World {
    /// Ends what a failed test left running, so that it is in nobody's way.
    fn drop(&mut self) {
        if std::thread::panicking() && self.root().exists() {
            let ids = self.silo(&["ps", "-aq"]).out;
            for id in ids.lines() {
                drop(self.silo(&["rm", "-f", id]));
            }
            drop(self.silo(&["gc"]));
        }
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Ran {
        use std::os::unix::process::ExitStatusExt;
        let code = output.status.code().or_else(|| output.status.signal().map(|signal| 128 + signal));
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Ran { code: code.unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }
}
