//! `linux.rootfsPropagation`, and propagation words of mounts.

use super::Bundle;
use std::process::Command;

/// Prints the optional fields (`shared:`, `master:`) of the mount on a path, without numbers.
fn fields_of(path: &str) -> String {
    format!(
        "awk '$5 == \"{path}\" {{for (i = 7; $i != \"-\"; i++) {{sub(/:.*/, \"\", $i); print $i}}}}' /proc/self/mountinfo"
    )
}

#[test]
fn the_root_has_the_propagation_asked_for() {
    for (word, expected) in [("private", ""), ("rprivate", ""), ("unbindable", "unbindable"), ("shared", "shared")] {
        let bundle = Bundle::new(&fields_of("/")).set("/linux/rootfsPropagation", word);
        assert_eq!(bundle.output(), expected, "{word}");
    }
    Bundle::new("true").set("/linux/rootfsPropagation", "no-such").refused(&["linux.rootfsPropagation", "no-such"]);
}

/// A shared tmpfs in a bundle's folder `shared`, until this is dropped.
struct Shared(String);

impl Shared {
    fn mount(bundle: &Bundle) -> Shared {
        let path = bundle.text("shared");
        std::fs::create_dir(&path).unwrap();
        let shared = Shared(path);
        run("mount", &["-t", "tmpfs", "shared", &shared.0]);
        run("mount", &["--make-shared", &shared.0]);
        std::fs::create_dir(bundle.path("shared/inner")).unwrap();
        shared
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        run("umount", &["-R", &self.0]);
    }
}

fn run(program: &str, args: &[&str]) {
    let status = Command::new(program).args(args).status().unwrap();
    assert!(status.success() || std::thread::panicking(), "{program} {args:?}");
}

fn mounted(bundle: &Bundle) -> bool {
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap();
    mounts.contains(&bundle.text("shared/inner"))
}

/// A shared mount of the container is still fed by the host's, of which it is a copy.
#[test]
fn words_of_a_mount_set_its_propagation() {
    for (word, expected) in [("rprivate", ""), ("rslave", "master"), ("rshared", "shared\nmaster"), ("slave", "master")]
    {
        let bundle = Bundle::new(&fields_of("/m"));
        let shared = Shared::mount(&bundle);
        let bundle = bundle.mount("bind", "shared", "/m", &["rbind", word]);
        let ran = bundle.run();
        drop(shared);
        assert_eq!((ran.out.trim(), ran.err.as_str()), (expected, ""), "{word}");
        bundle.assert_empty();
    }
}

#[test]
fn a_mount_of_the_container_reaches_the_host_only_when_shared() {
    for (root, word, reaches) in [(None, "rprivate", false), (None, "rslave", false), (Some("shared"), "rshared", true)]
    {
        let bundle = Bundle::new("mount -t tmpfs t /m/inner && cat > /dev/null").grant(&["CAP_SYS_ADMIN"]);
        let bundle = match root {
            Some(root) => bundle.set("/linux/rootfsPropagation", root),
            None => bundle,
        };
        let shared = Shared::mount(&bundle);
        let bundle = bundle.mount("bind", "shared", "/m", &["rbind", word]);
        let ran = bundle.run();
        let found = mounted(&bundle);
        drop(shared);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        assert_eq!(found, reaches, "{word}");
        bundle.assert_empty();
    }
}

#[test]
fn a_mount_of_the_host_reaches_the_container_only_when_it_is_a_slave() {
    for (word, arrives) in [("rprivate", "0"), ("rslave", "1")] {
        let bundle = Bundle::new("sleep 1000");
        let shared = Shared::mount(&bundle);
        let bundle = bundle.mount("bind", "shared", "/m", &["rbind", word]);
        let running = bundle.start();
        run("mount", &["-t", "tmpfs", "inner", &bundle.text("shared/inner")]);
        let found = running.exec("grep -c ' /m/inner ' /proc/self/mountinfo; true");
        drop(running);
        drop(shared);
        assert_eq!(found, arrives, "{word}");
        bundle.assert_empty();
    }
}

#[test]
fn nothing_that_the_container_mounts_reaches_the_host_by_default() {
    let script = "mkdir -p /tmp/x && mount -t tmpfs leak-of-a-container /tmp/x && mount --bind /tmp/x /etc";
    let bundle = Bundle::new(script).grant(&["CAP_SYS_ADMIN"]);
    bundle.output();
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap();
    assert!(!mounts.contains("leak-of-a-container"));
}
