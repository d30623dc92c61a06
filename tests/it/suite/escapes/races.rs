//! CVE-2021-30465 and CVE-2024-45310: somebody who shares a volume exchanges a folder for a link while a mount is made.

use crate::oci::Bundle;
use rustix::fs::{Mode, OFlags, RenameFlags, openat, renameat_with};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

/// Exchanges two names in a folder, as fast as it goes. What is asserted meanwhile must hold however often it comes to run.
pub struct Exchange {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Exchange {
    /// Begins, and has exchanged them at least once.
    pub fn start(folder: &Path, one: &'static str, other: &'static str) -> Exchange {
        let folder = openat(rustix::fs::CWD, folder, OFlags::PATH | OFlags::CLOEXEC, Mode::empty()).unwrap();
        // One that is missing for a moment is no reason to stop.
        let exchange = move || renameat_with(&folder, one, &folder, other, RenameFlags::EXCHANGE).is_ok();
        assert!(exchange(), "{one} and {other} are not there");
        let stop = Arc::new(AtomicBool::new(false));
        let until = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            let mut exchanged = true;
            while !until.load(Ordering::Relaxed) {
                exchanged ^= exchange();
            }
            assert!(!exchanged || exchange(), "{one} and {other} are not there");
        });
        Exchange { stop, thread }
    }

    /// Ends, with both names as they were.
    pub fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap();
    }
}

/// A folder of the host that links lead to, and a volume with a folder and such a link.
fn prepare(bundle: &Bundle) {
    std::fs::create_dir_all(bundle.path("outside")).unwrap();
    std::fs::create_dir_all(bundle.path("volume/folder")).unwrap();
    let up = "../".repeat(12);
    let link = format!("{up}{}", bundle.text("outside").trim_start_matches('/'));
    std::os::unix::fs::symlink(link, bundle.path("volume/link")).unwrap();
}

/// What is outside is as it was, and nothing is mounted on it.
fn untouched(bundle: &Bundle) {
    let entries: Vec<_> =
        std::fs::read_dir(bundle.path("outside")).unwrap().flatten().map(|entry| entry.path()).collect();
    assert!(entries.is_empty(), "made on the host: {entries:?}");
}

/// CVE-2021-30465. Guard: destinations are found by the kernel's scoped lookup and mounted on by descriptor
/// (`rootfs/resolve.rs`, `rootfs/mounts.rs`). That they are looked for afterwards has tests of its own beside the guard: here
/// the exchange is seen too seldom.
#[test]
fn a_mount_never_lands_outside_when_its_place_is_exchanged() {
    let bundle = Bundle::new("grep -c ' - tmpfs marker-of-the-race ' /proc/self/mountinfo");
    prepare(&bundle);
    let second = Bundle::new("sleep 1000").mount("bind", &bundle.text("volume"), "/volume", &["bind"]);
    let bundle = bundle.mount("bind", "volume", "/volume", &["bind"]).mount(
        "tmpfs",
        "marker-of-the-race",
        "/volume/folder",
        &[],
    );
    let running = second.start();
    let exchange = Exchange::start(&bundle.path("volume"), "folder", "link");
    for _ in 0..25 {
        let ran = bundle.run();
        match ran.code {
            0 => assert_eq!(ran.out.trim(), "1", "the mount is not in the container: it landed outside"),
            code => assert!(code == 125 && !ran.err.is_empty(), "{code} {} {}", ran.out, ran.err),
        }
        untouched(&bundle);
    }
    exchange.stop();
    assert_eq!(bundle.output(), "1", "nobody is in the way any more");
    running.end();
    bundle.assert_empty();
}

/// CVE-2024-45310. Guard: what is missing is made one name at a time below a descriptor (`Walk` in `rootfs/resolve.rs`).
#[test]
fn nothing_is_made_outside_when_a_folder_is_exchanged() {
    let bundle = Bundle::new("true");
    prepare(&bundle);
    std::fs::write(bundle.path("file"), "").unwrap();
    let mut bundle = bundle.mount("bind", "volume", "/volume", &["bind"]);
    for number in 0..4 {
        bundle = bundle.mount("tmpfs", "t", &format!("/volume/folder/new{number}/deep"), &[]);
        bundle = bundle.mount("bind", "file", &format!("/volume/folder/some{number}/file"), &["bind"]);
    }
    let exchange = Exchange::start(&bundle.path("volume"), "folder", "link");
    for _ in 0..25 {
        let ran = bundle.run();
        assert!(ran.code == 0 || ran.code == 125, "{} {}", ran.code, ran.err);
        untouched(&bundle);
    }
    exchange.stop();
    assert_eq!(bundle.output(), "", "nobody is in the way any more");
    assert!(bundle.path("volume/folder/new0/deep").is_dir() && bundle.path("volume/folder/some0/file").is_file());
}

/// CVE-2024-45310. Guard: the same, for devices, the working directory and links without any race.
#[test]
fn nothing_is_made_outside_through_links_of_the_image() {
    let bundle = Bundle::new("true")
        .set("/process/cwd", "/volume/link/work/deep")
        .add("/linux/devices", serde_json::json!({"type": "p", "path": "/volume/link/devices/pipe"}));
    prepare(&bundle);
    std::fs::write(bundle.path("file"), "").unwrap();
    let bundle = bundle
        .mount("bind", "volume", "/volume", &["bind"])
        .mount("tmpfs", "t", "/volume/link/mounted", &[])
        .mount("bind", "file", "/volume/link/new/file", &["bind"]);
    let ran = bundle.run();
    assert!(ran.code == 0 || ran.code == 125, "{} {}", ran.code, ran.err);
    untouched(&bundle);
    bundle.assert_empty();
}
