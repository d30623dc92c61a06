//! Paths in a root: never outside of it, whatever links say.

use super::resolve::{Links, Missing, open_or_make};
use super::*;
use proptest::prelude::*;
use std::os::fd::AsRawFd;
use std::os::unix::fs::symlink;

/// A root beside a folder that must stay as it is.
struct Jail {
    folder: TempDir,
    root: OwnedFd,
}

impl Jail {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(folder.path().join("root/a/b")).expect("folders");
        fs::create_dir(folder.path().join("outside")).expect("a folder");
        fs::write(folder.path().join("outside/secret"), "secret").expect("a file");
        let root = host(&folder.path().join("root"), OFlags::PATH).expect("a root");
        Jail { folder, root }
    }

    fn link(&self, target: &str, name: &str) {
        symlink(target, self.folder.path().join("root").join(name)).expect("a link");
    }

    /// Makes a link where `name` leads inside, which earlier links must not take out of the jail. Names that cannot be made
    /// are left out.
    fn plant(&self, target: &str, name: &Path) {
        let Some((parent, name)) = resolve::split(name) else { return };
        if let Ok(parent) = open_in_root(self.root.as_fd(), parent, OFlags::PATH | OFlags::DIRECTORY) {
            let _ = rustix::fs::symlinkat(target, &parent, name);
        }
    }

    /// Where a descriptor is, below the root.
    fn place(&self, fd: &OwnedFd) -> PathBuf {
        let path = fs::read_link(format!("/proc/self/fd/{}", fd.as_raw_fd())).expect("a path");
        let root = fs::canonicalize(self.folder.path().join("root")).expect("the root");
        path.strip_prefix(root).unwrap_or_else(|_| panic!("{} is outside", path.display())).to_owned()
    }

    fn outside_is_untouched(&self) {
        let names: Vec<_> = fs::read_dir(self.folder.path().join("outside")).expect("a folder").collect();
        assert_eq!(names.len(), 1, "{names:?}");
        assert_eq!(fs::read_dir(self.folder.path()).expect("a folder").count(), 2);
    }
}

#[test]
fn links_end_at_the_root() {
    let jail = Jail::new();
    let outside = text(&jail.folder.path().join("outside"));
    jail.link(&outside, "absolute");
    jail.link("../../../../../../outside", "a/relative");
    jail.link("/", "slash");
    jail.link("a/b", "inner");
    for path in [
        "absolute/secret",
        "a/relative/secret",
        "../outside/secret",
        "slash/../outside/secret",
        "/a/../../outside/secret",
    ] {
        assert_eq!(open_in_root(jail.root.as_fd(), path, OFlags::PATH).expect_err(path), Errno::NOENT, "{path}");
    }
    let inner = open_in_root(jail.root.as_fd(), "/inner/..", OFlags::PATH).expect("inner");
    assert_eq!(jail.place(&inner), Path::new("a"));
}

#[test]
fn missing_folders_are_made_inside() {
    let jail = Jail::new();
    let outside = text(&jail.folder.path().join("outside"));
    jail.link(&outside, "dangling");
    jail.link("../../../gone", "a/up");
    jail.link("/run", "var-run");
    for (path, place) in [
        ("x/y/z", "x/y/z"),
        ("/a/b/../c", "a/c"),
        ("var-run/lock", "run/lock"),
        ("a/up/x", "gone/x"),
        ("../../top", "top"),
        ("/", ""),
    ] {
        let fd = mkdir_in_root(jail.root.as_fd(), path).expect(path);
        assert_eq!(jail.place(&fd), Path::new(place), "{path}");
    }
    let fd = mkdir_in_root(jail.root.as_fd(), "dangling/new").expect("made inside");
    assert_eq!(jail.place(&fd), Path::new(outside.trim_start_matches('/')).join("new"));
    jail.outside_is_untouched();
}

#[test]
fn missing_files_are_made_inside() {
    let jail = Jail::new();
    jail.link("../run/resolve/stub.conf", "a/resolv.conf");
    let make = |path: &str| open_or_make(jail.root.as_fd(), Path::new(path), Missing::File, Links::Follow);
    let place = make("/a/resolv.conf").expect("a file");
    assert_eq!(jail.place(&place.fd), Path::new("run/resolve/stub.conf"));
    assert!(!place.existed && make("/a/resolv.conf").expect("a file").existed);
    assert_eq!(make("/a/resolv.conf/x").expect_err("below a file"), Errno::NOTDIR);
}

#[test]
fn refused_links_and_endless_ones() {
    let jail = Jail::new();
    jail.link("loop", "loop");
    jail.link("nowhere", "a/dangling");
    let strict = open_or_make(jail.root.as_fd(), Path::new("/a/dangling"), Missing::Directory, Links::Refuse);
    assert_eq!(strict.expect_err("a link"), Errno::LOOP);
    assert!(!jail.folder.path().join("root/a/nowhere").exists());
    assert_eq!(mkdir_in_root(jail.root.as_fd(), "loop/x").expect_err("a loop"), Errno::LOOP);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Whatever links there are and whatever path is asked for: what is opened or made is inside.
    #[test]
    fn never_outside(
        links in prop::collection::vec((path(), path()), 0..5),
        wanted in path(),
        file in any::<bool>(),
    ) {
        let jail = Jail::new();
        for (target, name) in &links {
            jail.plant(target, Path::new(name));
        }
        let missing = if file { Missing::File } else { Missing::Directory };
        if let Ok(place) = open_or_make(jail.root.as_fd(), Path::new(&wanted), missing, Links::Follow) {
            jail.place(&place.fd);
        }
        jail.outside_is_untouched();
    }

    #[test]
    fn never_panics(wanted in any::<String>()) {
        let jail = Jail::new();
        let _ = open_or_make(jail.root.as_fd(), Path::new(&wanted), Missing::File, Links::Follow);
        jail.outside_is_untouched();
    }
}

/// Paths of few names, so that links and paths meet.
fn path() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec!["a", "b", "c", "..", ".", "outside", "secret", ""]);
    (any::<bool>(), prop::collection::vec(name, 1..6))
        .prop_map(|(absolute, names)| format!("{}{}", if absolute { "/" } else { "" }, names.join("/")))
}
