//! `mounts`: options and sources of bind mounts, in the order listed.

use super::Bundle;
use std::path::Path;

/// Prints the options of the mount on a path.
fn options_of(path: &str) -> String {
    format!("awk '$5 == \"{path}\" {{print $6}}' /proc/self/mountinfo")
}

fn folder(bundle: &Bundle, name: &str) -> String {
    std::fs::create_dir_all(bundle.path(name)).unwrap();
    bundle.text(name)
}

#[test]
fn a_folder_is_bound_by_absolute_and_relative_source() {
    let bundle = Bundle::new("cat /a/file; echo back > /b/back");
    let source = folder(&bundle, "shared");
    std::fs::write(bundle.path("shared/file"), "content").unwrap();
    let bundle = bundle.mount("bind", &source, "/a", &["bind"]).mount("none", "shared", "/b", &["rbind"]);
    assert_eq!(bundle.output(), "content");
    assert_eq!(std::fs::read_to_string(bundle.path("shared/back")).unwrap(), "back\n");
}

#[test]
fn a_file_is_bound_and_its_place_made() {
    let bundle = Bundle::new("cat /new/place/file; ls -l /new/place | wc -l");
    std::fs::write(bundle.path("one"), "content\n").unwrap();
    let bundle = bundle.mount("bind", "one", "/new/place/file", &["bind", "ro"]);
    assert_eq!(bundle.output(), "content\n2");
}

#[test]
fn mounts_come_in_the_order_listed() {
    let bundle = Bundle::new("cat /m/which; ls /m")
        .mount("tmpfs", "t", "/m", &[])
        .mount("bind", "first", "/m/which", &["bind"])
        .mount("bind", "second", "/m/which", &["bind"]);
    std::fs::write(bundle.path("first"), "first").unwrap();
    std::fs::write(bundle.path("second"), "second\n").unwrap();
    assert_eq!(bundle.output(), "second\nwhich");
}

#[test]
fn flags_are_in_force() {
    for (option, expected) in [
        ("ro", "ro,relatime"),
        ("nosuid", "rw,nosuid,relatime"),
        ("nodev", "rw,nodev,relatime"),
        ("noexec", "rw,noexec,relatime"),
        ("noatime", "rw,noatime"),
        ("nodiratime", "rw,nodiratime,relatime"),
        ("strictatime", "rw"),
        ("relatime", "rw,relatime"),
        ("nosymfollow", "rw,relatime,nosymfollow"),
    ] {
        let bundle = Bundle::new(&options_of("/m")).mount("tmpfs", "t", "/m", &[option]);
        assert_eq!(bundle.output(), expected, "tmpfs with {option}");
        let bundle = Bundle::new(&options_of("/m"));
        let source = folder(&bundle, "source");
        let bundle = bundle.mount("bind", &source, "/m", &["bind", "relatime", option]);
        assert_eq!(bundle.output(), expected, "bind with {option}");
    }
}

#[test]
fn words_that_undo_flags_win_when_they_come_later() {
    let bundle = Bundle::new(&options_of("/m"));
    let words = ["ro", "nosuid", "nodev", "noexec", "noatime", "rw", "suid", "dev", "exec", "atime"];
    assert_eq!(bundle.mount("tmpfs", "t", "/m", &words).output(), "rw,relatime");
}

#[test]
fn flags_hold() {
    let script =
        "(echo x > /ro/file) 2>&1; /noexec/busybox true 2>&1; cat /nodev/null 2>&1 | head -1; test -e /rw/busybox";
    let bundle = Bundle::new(script);
    let source = folder(&bundle, "source");
    std::fs::copy("/bin/busybox", bundle.path("source/busybox")).unwrap();
    let status = std::process::Command::new("mknod").arg(bundle.path("source/null")).args(["c", "1", "3"]).status();
    assert!(status.unwrap().success());
    let bundle = ["ro", "noexec", "nodev", "rw"]
        .iter()
        .fold(bundle, |bundle, flag| bundle.mount("bind", &source, &format!("/{flag}"), &["bind", flag]));
    let output = bundle.output();
    let refusals: Vec<&str> = output.lines().map(|line| line.rsplit(": ").next().unwrap()).collect();
    assert_eq!(refusals, ["Read-only file system", "Permission denied", "Permission denied"]);
}

#[test]
fn recursive_flags_reach_the_mounts_below() {
    let script = format!("{}; {}", options_of("/outer"), options_of("/outer/below"));
    for (option, top, below) in [
        ("rro", "ro,relatime", "ro,relatime"),
        ("rnosuid", "rw,nosuid,relatime", "rw,nosuid,relatime"),
        ("rnoexec", "rw,noexec,relatime", "rw,noexec,relatime"),
        ("ro", "ro,relatime", "rw,relatime"),
    ] {
        let bundle = Bundle::new(&script);
        let inner = Inner::mount(&bundle);
        let bundle = bundle.mount("bind", "outer", "/outer", &["rbind", "relatime", option]);
        let output = bundle.run();
        drop(inner);
        assert_eq!(output.out, format!("{top}\n{below}\n"), "{option}: {}", output.err);
        bundle.assert_empty();
    }
}

#[test]
fn a_bind_that_is_not_recursive_shows_no_mount_below() {
    for (option, expected) in [("bind", "0"), ("rbind", "1")] {
        let bundle = Bundle::new("grep -c ' /outer/below ' /proc/self/mountinfo; true");
        let inner = Inner::mount(&bundle);
        let bundle = bundle.mount("bind", "outer", "/outer", &[option]);
        let output = bundle.run();
        drop(inner);
        assert_eq!(output.out.trim(), expected, "{option}: {}", output.err);
    }
}

/// A tmpfs on `outer/below` of a bundle, until this is dropped.
struct Inner(String);

impl Inner {
    fn mount(bundle: &Bundle) -> Inner {
        let path = folder(bundle, "outer/below");
        let status =
            std::process::Command::new("mount").args(["-t", "tmpfs", "-o", "relatime", "inner", &path]).status();
        assert!(status.unwrap().success());
        Inner(path)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        let status = std::process::Command::new("umount").arg(&self.0).status();
        assert!(status.unwrap().success() || std::thread::panicking());
    }
}

#[test]
fn a_remount_changes_what_is_there() {
    let bundle = Bundle::new(&options_of("/m"));
    let source = folder(&bundle, "source");
    let bundle = bundle.mount("bind", &source, "/m", &["bind", "relatime"]).mount(
        "none",
        "none",
        "/m",
        &["remount", "bind", "ro", "nosuid", "relatime"],
    );
    assert_eq!(bundle.output(), "ro,nosuid,relatime");
}

#[test]
fn mounts_that_make_no_sense_are_refused() {
    let bundle = |kind: &str, source: &str, destination: &str, options: &[&str]| {
        let bundle = Bundle::new("true");
        folder(&bundle, "source");
        bundle.mount(kind, source, destination, options)
    };
    bundle("tmpfs", "t", "relative", &[]).refused(&["mounts[3].destination", "absolute"]);
    bundle("tmpfs", "t", "/", &[]).refused(&["mount tmpfs on /", "hide the root"]);
    bundle("tmpfs", "t", "/m", &["no_such_option"]).refused(&["mount tmpfs on /m", "no_such_option"]);
    bundle("no-such-fs", "t", "/m", &[]).refused(&["mount no-such-fs on /m", "no filesystem"]);
    bundle("bind", "/no/such", "/m", &["bind"]).refused(&["mount bind on /m", "/no/such"]);
    bundle("bind", "source", "/m", &["bind", "size=5"]).refused(&["size", "/m", "takes no options"]);
    bundle("bind", "source", "/etc/passwd", &["bind"]).refused(&["/etc/passwd", "a folder and a file"]);
    bundle("bind", "source", "/m", &["bind", "copy-symlink"]).refused(&["copy-symlink", "not supported"]);
    bundle("tmpfs", "t", "/proc/x", &[]).refused(&["/proc/x"]);
}

#[test]
fn nothing_of_a_mount_that_failed_is_left() {
    let bundle = Bundle::new("true").mount("tmpfs", "t", "/m", &[]).mount("bind", "/no/such", "/n", &["bind"]);
    bundle.refused(&["/no/such"]);
    assert!(!Path::new(&bundle.inside("n")).exists());
}
