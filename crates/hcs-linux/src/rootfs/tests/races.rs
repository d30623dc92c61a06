//! Races against somebody who shares a volume and exchanges a folder for a link out of the root, as fast as it goes
//! (CVE-2021-30465, CVE-2024-45310).
//!
//! What is outside stays as it was, whoever wins, and more is not asked: whether an exchange falls into a moment that matters
//! is up to the machine. What comes of it there is in [`overtaken`](super::overtaken).

use super::resolve::{Links, Missing, open_or_make};
use super::volume::Volume;
use super::*;
use rustix::fs::{RenameFlags, renameat_with};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Exchanges a folder of a volume for its link, until it is dropped.
struct Attacker {
    stop: Arc<AtomicBool>,
    exchanges: Arc<AtomicU64>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Attacker {
    fn start(volume: &Volume, name: &'static str) -> Self {
        let volume = volume.open();
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

#[test]
fn mounts_never_land_outside() {
    isolated(|| {
        let mut volume = Volume::new(true);
        let attacker = Attacker::start(&volume, "dir");
        volume.bundle.spec().mounts = vec![
            mount("tmpfs", "tmpfs", "/volume/dir/sub", &[]),
            mount("bind", "rootfs/etc", "/volume/dir", &["bind"]),
        ];
        let mut root = volume.root();
        // Mounts pile up on each other, so there are not too many.
        for _ in 0..200 {
            let before = attacker.exchanges();
            let _ = mounts::all(&volume.bundle.plan(), &mut root);
            volume.outside_is_untouched();
            attacker.wait_after(before);
        }
    });
}

#[test]
fn masks_never_land_outside() {
    isolated(|| {
        let mut volume = Volume::new(true);
        let attacker = Attacker::start(&volume, "dir");
        let root = volume.root();
        volume.bundle.linux().masked_paths = vec!["/volume/dir/sub".into()];
        for _ in 0..400 {
            let before = attacker.exchanges();
            let _ = seal(&root, volume.bundle.spec());
            volume.outside_is_untouched();
            attacker.wait_after(before);
        }
    });
}

#[test]
fn nothing_is_made_outside() {
    isolated(|| {
        let volume = Volume::new(true);
        let attacker = Attacker::start(&volume, "dir");
        let root = volume.root();
        for round in 0..=500 {
            let missing = if round % 2 == 0 { Missing::Directory } else { Missing::File };
            let path = format!("/volume/dir/sub/{round}/x");
            let _ = open_or_make(root.as_fd(), Path::new(&path), missing, Links::Follow);
            if round % 20 == 0 {
                volume.outside_is_untouched();
                attacker.wait_after(attacker.exchanges());
            }
        }
        volume.outside_is_untouched();
    });
}

/// The folder that was just made is exchanged before it is opened.
#[test]
fn nothing_is_made_outside_through_what_was_just_made() {
    isolated(|| {
        let volume = Volume::new(false);
        let _attacker = Attacker::start(&volume, "new");
        let root = volume.root();
        let folder = volume.bundle.host("volume");
        for _ in 0..100 {
            let _ = mkdir_in_root(root.as_fd(), "/volume/new/made");
            volume.outside_is_untouched();
            // Until the link is back and the folder is gone, both being exchanged all the while. This removes no link.
            while folder.join("new").symlink_metadata().is_ok() {
                for name in ["new/made", "link/made", "new", "link"] {
                    let _ = fs::remove_dir(folder.join(name));
                }
                if folder.join("new").is_symlink() {
                    let _ = fs::rename(folder.join("new"), folder.join("link"));
                }
            }
        }
    });
}
