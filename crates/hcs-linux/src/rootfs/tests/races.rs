//! Races against somebody who shares a volume and exchanges a folder for a link out of the root, as fast as it goes
//! (CVE-2021-30465, CVE-2024-45310).

use super::resolve::{Links, Missing, mount_id, open_or_make};
use super::*;
use rustix::fs::{RenameFlags, renameat_with};
use std::os::unix::fs::symlink;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Exchanges a folder in `volume` with `volume/link`, which leads to a folder outside, until it is dropped.
struct Attacker {
    stop: Arc<AtomicBool>,
    exchanges: Arc<AtomicU64>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Attacker {
    fn start(bundle: &Bundle, name: &'static str) -> Self {
        let outside = bundle.folder.path().join("outside");
        fs::create_dir_all(outside.join("sub")).expect("a folder");
        fs::create_dir_all(bundle.host("volume/dir/sub")).expect("a folder");
        symlink(format!("../../../../../../../..{}", text(&outside)), bundle.host("volume/link")).expect("a link");
        let volume = host(&bundle.host("volume"), OFlags::PATH).expect("a volume");
        let (stop, exchanges) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let (until, count) = (Arc::clone(&stop), Arc::clone(&exchanges));
        let (ready, is_ready) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            // The attacker is elsewhere: in the victim's namespace a mount would keep its folder from being renamed.
            unshare(UnshareFlags::NEWNS | UnshareFlags::FS).expect("a mount namespace");
            ready.send(()).expect("a victim");
            while !until.load(Ordering::Relaxed) {
                match renameat_with(&volume, name, &volume, "link", RenameFlags::EXCHANGE) {
                    Ok(()) => drop(count.fetch_add(1, Ordering::Relaxed)),
                    Err(errno) => assert_eq!(errno, Errno::NOENT, "the folder is not there yet"),
                }
            }
        });
        is_ready.recv().expect("an attacker");
        Attacker { stop, exchanges, thread: Some(thread) }
    }

    fn exchanges(&self) -> u64 {
        self.exchanges.load(Ordering::Relaxed)
    }

    /// Waits until there was an exchange after this many.
    fn wait_after(&self, before: u64) {
        while self.exchanges() == before {
            assert!(self.thread.as_ref().is_some_and(|thread| !thread.is_finished()), "the attacker gave up");
            std::thread::yield_now();
        }
    }
}

impl Drop for Attacker {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Nothing was mounted on what is outside, and nothing was made there.
fn outside_is_untouched(bundle: &Bundle) {
    let outside = bundle.folder.path().join("outside");
    let id = |path: &Path| mount_id(host(path, OFlags::PATH).expect("a folder").as_fd()).expect("an id");
    assert_eq!(id(&outside.join("sub")), id(bundle.folder.path()), "mounted outside");
    assert_eq!(id(&outside), id(bundle.folder.path()), "mounted outside");
    assert_eq!(fs::read_dir(&outside).expect("a folder").count(), 1, "made outside");
    assert_eq!(fs::read_dir(outside.join("sub")).expect("a folder").count(), 0, "made outside");
}

#[test]
fn mounts_never_land_outside() {
    isolated(|| {
        let mut bundle = Bundle::new();
        let attacker = Attacker::start(&bundle, "dir");
        bundle.spec().mounts = vec![
            mount("tmpfs", "tmpfs", "/volume/dir/sub", &[]),
            mount("bind", "rootfs/etc", "/volume/dir", &["bind"]),
        ];
        let mut root = Bundle::new().assemble_at(&bundle);
        let (mut made, mut noticed) = (0, 0);
        // Mounts pile up on each other, so there are not too many.
        for _ in 0..200 {
            let before = attacker.exchanges();
            match mounts::all(&bundle.plan(), &mut root) {
                Ok(_) => made += 1,
                Err(failure) => noticed += u32::from(was_noticed(&failure)),
            }
            outside_is_untouched(&bundle);
            attacker.wait_after(before);
        }
        assert!(made > 0 && noticed > 0, "{made} mounts, {noticed} refusals: there was no race");
    });
}

/// Whether the check after a mount failed, rather than the lookup before it.
fn was_noticed(failure: &Failure) -> bool {
    let text = failure.to_string();
    text.contains("exchanged during the mount") || text.contains("find the mount")
}

#[test]
fn masks_are_where_the_path_leads_or_there_is_no_container() {
    isolated(|| {
        let mut bundle = Bundle::new();
        let attacker = Attacker::start(&bundle, "dir");
        let root = Bundle::new().assemble_at(&bundle);
        bundle.linux().masked_paths = vec!["/volume/dir/sub".into()];
        let mut noticed = 0;
        for _ in 0..400 {
            let before = attacker.exchanges();
            if let Err(failure) = seal(&root, &bundle.document.oci_specification) {
                noticed += u32::from(was_noticed(&failure));
            }
            outside_is_untouched(&bundle);
            attacker.wait_after(before);
        }
        assert!(noticed > 0, "there was no race");
    });
}

#[test]
fn nothing_is_made_outside() {
    isolated(|| {
        let bundle = Bundle::new();
        let attacker = Attacker::start(&bundle, "dir");
        let root = Bundle::new().assemble_at(&bundle);
        let mut made = 0;
        for round in 0.. {
            let missing = if round % 2 == 0 { Missing::Directory } else { Missing::File };
            let path = format!("/volume/dir/sub/{round}/x");
            made += u32::from(open_or_make(root.as_fd(), Path::new(&path), missing, Links::Follow).is_ok());
            if round % 20 == 0 {
                outside_is_untouched(&bundle);
                attacker.wait_after(attacker.exchanges());
                if round > 500 {
                    break;
                }
            }
        }
        outside_is_untouched(&bundle);
        assert!(made > 0, "some attempts succeed inside");
    });
}

/// The folder that was just made is exchanged before it is opened.
#[test]
fn what_was_just_made_is_not_trusted() {
    isolated(|| {
        let bundle = Bundle::new();
        let attacker = Attacker::start(&bundle, "new");
        let root = Bundle::new().assemble_at(&bundle);
        let volume = bundle.host("volume");
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(2) {
            let _ = mkdir_in_root(root.as_fd(), "/volume/new/made");
            outside_is_untouched(&bundle);
            // Until the link is back and the folder is gone, both being exchanged all the while. This removes no link.
            while volume.join("new").symlink_metadata().is_ok() {
                for name in ["new/made", "link/made", "new", "link"] {
                    let _ = fs::remove_dir(volume.join(name));
                }
                if volume.join("new").is_symlink() {
                    let _ = fs::rename(volume.join("new"), volume.join("link"));
                }
            }
        }
        assert!(attacker.exchanges() > 0, "there was no race");
    });
}

impl Bundle {
    /// The root of another bundle, without its mounts.
    fn assemble_at(mut self, other: &Bundle) -> Root {
        self.document.oci_bundle_path.clone_from(&other.document.oci_bundle_path);
        self.assemble().expect("a root")
    }
}
