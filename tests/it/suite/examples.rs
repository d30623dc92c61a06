//! The examples, run as their page says, in a copy: what they print is what is expected here.

use crate::shell::read;
use crate::support::{Ran, World, silo_path};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A copy of the examples, on a disk.
struct Examples {
    world: World,
}

impl Examples {
    fn new() -> Examples {
        let world = World::below(env!("CARGO_TARGET_TMPDIR").as_ref());
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
        let copied = Command::new("cp").arg("-R").arg(source).arg(world.path("examples")).status().unwrap();
        assert!(copied.success());
        // What somebody's own run of an example has left is not an example.
        let _ = std::fs::remove_file(world.path("examples/limits/report.txt"));
        Examples { world }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.world.path("examples").join(name)
    }

    fn script(&self, name: &str) -> Ran {
        let silo = format!("{} --root {}", silo_path().display(), self.world.root().display());
        Command::new(self.path(name)).env("SILO", silo).output().unwrap().into()
    }

    fn nspawn(&self, name: &str) -> Ran {
        let file = self.path(name).join("config.json");
        self.world.silo(&["nspawn", "-c", file.to_str().unwrap()])
    }
}

#[test]
fn hello() {
    let examples = Examples::new();
    let ran = examples.nspawn("hello");
    assert_eq!(ran.out, "Hello from a container: I am process 1 on hello in /nspawn.\n", "{}", ran.err);
    examples.world.assert_empty();
}

#[test]
fn limits() {
    let examples = Examples::new();
    let ran = examples.nspawn("limits");
    let expected = "processors: 0\nmemory: more than 64 MB was refused\nstorage: 4 MiB took about a second\n";
    assert_eq!((ran.code, ran.out.as_str()), (0, expected), "{}", ran.err);
    assert_eq!(read(examples.path("limits/report.txt")), expected);
    examples.world.assert_empty();
}

#[test]
fn layers() {
    let examples = Examples::new();
    assert_eq!(examples.script("layers/make.sh").code, 0);
    let ran = examples.nspawn("layers");
    assert_eq!((ran.code, ran.out.as_str()), (0, "This is the top layer's.\nhostname\nmotd\nchanged\n"), "{}", ran.err);
    assert_eq!(read(examples.path("layers/made/top/etc/motd")), "This is the top layer's.\n");
    examples.world.assert_empty();
}

#[test]
fn bundle() {
    let examples = Examples::new();
    assert_eq!(examples.script("bundle/make.sh").code, 0);
    let ran = examples.world.silo(&["run", "--rm", "--bundle", examples.path("bundle").to_str().unwrap()]);
    assert_eq!((ran.code, ran.out.as_str()), (3, "Hello from bundle\n1000\n"), "{}", ran.err);
    assert!(ran.err.contains("/x: Read-only file system"), "{}", ran.err);
    examples.world.assert_empty();
}

#[test]
fn plan() {
    let examples = Examples::new();
    let folder = examples.path("plan");
    let ran = examples.world.silo(&["plan", "--diff", "14393", "20348", folder.to_str().unwrap()]);
    for line in
        ["-      \"MemoryMaximumInMB\": 512,", "+          \"SizeInMB\": 512", "+computenetwork!HcnCreateNamespace"]
    {
        assert!(ran.code == 0 && ran.out.lines().any(|shown| shown == line), "{line}: {}{}", ran.out, ran.err);
    }
    examples.world.assert_empty();
}

#[test]
fn tour() {
    let examples = Examples::new();
    let ran = examples.script("tour.sh");
    let expected = "tour\n    \"status\": \"running\",\ninside, process 1 is: sh -c\nhello from /tmp\n      \"kind\": \"example\"\n\
                    tour\n0\ntour\n[]\n";
    assert_eq!((ran.code, ran.out.as_str()), (0, expected), "{}", ran.err);
    examples.world.assert_empty();
}

#[test]
fn the_page_of_the_examples_names_each_and_so_do_these_tests() {
    let page = read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/README.md"));
    let tests = include_str!("examples.rs");
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(name == "README.md" || page.contains(&format!("| [{name}](")), "{name} is not on the page");
        let stem = name.trim_end_matches(".sh");
        assert!(name == "README.md" || tests.contains(&format!("fn {stem}()")), "{name} is not run");
    }
}
