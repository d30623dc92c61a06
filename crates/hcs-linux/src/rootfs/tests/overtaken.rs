//! Somebody who shares a volume exchanges a folder for a link out of the root, once, at each moment in turn (CVE-2021-30465,
//! CVE-2024-45310, CVE-2025-52565). Nothing is left to chance here; [`races`](super::races) tries it as fast as it goes.

use super::moments::{Moment, during};
use super::resolve::{Links, Missing, open_or_make};
use super::volume::{Volume, assert_noticed};
use super::*;
use rustix::fs::{RenameFlags, renameat_with};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

/// Exchanges two names in a folder when told to, and says when it is done.
struct Attacker {
    orders: Sender<Sender<()>>,
    thread: JoinHandle<()>,
}

impl Attacker {
    fn start(folder: OwnedFd, name: &'static str, other: &'static str) -> Self {
        let (orders, ordered) = channel::<Sender<()>>();
        let (ready, is_ready) = channel();
        let thread = std::thread::spawn(move || {
            // The attacker is elsewhere: in the victim's namespace a mount would keep its folder from being renamed.
            unshare(UnshareFlags::NEWNS | UnshareFlags::FS).expect("a mount namespace");
            ready.send(()).expect("a victim");
            for done in ordered {
                match renameat_with(&folder, name, &folder, other, RenameFlags::EXCHANGE) {
                    Ok(()) => {}
                    Err(errno) => assert_eq!(errno, Errno::NOENT, "the folder is not there yet"),
                }
                done.send(()).expect("a victim");
            }
        });
        is_ready.recv().expect("an attacker");
        Attacker { orders, thread }
    }

    /// Ends it, which shows whether it could do what it was told.
    fn end(self) {
        drop(self.orders);
        self.thread.join().expect("an attacker");
    }
}

fn act_on(orders: &Sender<Sender<()>>) {
    let (done, is_done) = channel();
    orders.send(done).expect("an attacker");
    is_done.recv().expect("it is done");
}

/// Does something while the attacker acts at the moment of this number. Answers the moments up to that one; there are fewer
/// when it was never reached.
fn attacked<T>(number: usize, attacker: &Attacker, act: impl FnOnce() -> T) -> (Vec<Moment>, T) {
    let moments = Rc::new(RefCell::new(Vec::new()));
    let (seen, orders) = (Rc::clone(&moments), attacker.orders.clone());
    let attack = move |moment| {
        let mut seen = seen.borrow_mut();
        if seen.len() <= number {
            seen.push(moment);
            if seen.len() > number {
                act_on(&orders);
            }
        }
    };
    let result = during(attack, act);
    (moments.take(), result)
}

/// Does something in a volume of its own for each of its moments, at which the attacker exchanges `name` for the link. What is
/// outside stays as it was. When nobody comes in between, `act` succeeds. Answers the moments of each attack and what came of it.
fn at_every_moment<T: std::fmt::Debug>(
    name: &'static str,
    mut act: impl FnMut(&mut Volume, &mut Root) -> Result<T, String>,
) -> Vec<(Vec<Moment>, Result<T, String>)> {
    let mut attempts = Vec::new();
    loop {
        let mut volume = Volume::new(name == "dir");
        let attacker = Attacker::start(volume.open(), name, "link");
        let mut root = volume.root();
        let number = attempts.len();
        let (moments, result) = attacked(number, &attacker, || act(&mut volume, &mut root));
        attacker.end();
        volume.outside_is_untouched();
        if moments.len() <= number {
            result.expect("nobody came in between");
            return attempts;
        }
        attempts.push((moments, result));
    }
}

/// Whether the place of a mount had been found, and it was not known yet whether the mount is where its path leads.
fn is_late(moments: &[Moment]) -> bool {
    matches!(moments, [.., Moment::Attach] | [.., Moment::Attach, _])
}

/// Late exchanges must be noticed: of a link that leads nowhere inside of the root, and of one that leads to a folder.
fn late_exchanges_are_noticed(mut act: impl FnMut(&mut Volume, &mut Root) -> Result<(), Failure>) {
    for leads_inside in [false, true] {
        let mut attempts = at_every_moment("dir", |volume, root| {
            if leads_inside {
                volume.lead_inside();
            }
            act(volume, root).map_err(|failure| failure.to_string())
        });
        attempts.retain(|(moments, _)| is_late(moments));
        assert_eq!(attempts.len(), 2, "before and after the mount: {attempts:?}");
        for (moments, result) in attempts {
            assert_noticed(&result.expect_err(&format!("{moments:?}")));
        }
    }
}

#[test]
fn a_mount_whose_place_is_exchanged_is_refused() {
    isolated(|| {
        for wanted in [
            mount("tmpfs", "tmpfs", "/volume/dir/sub", &[]),
            mount("tmpfs", "tmpfs", "/volume/dir", &[]),
            mount("bind", "rootfs/etc", "/volume/dir", &["bind"]),
            mount("mqueue", "mqueue", "/volume/dir/sub", &[]),
            mount("sysfs", "sysfs", "/volume/dir/sub", &[]),
        ] {
            late_exchanges_are_noticed(|volume, root| {
                volume.bundle.spec().mounts = vec![wanted.clone()];
                mounts::all(&volume.bundle.plan(), root).map(drop)
            });
        }
    });
}

#[test]
fn a_cover_whose_place_is_exchanged_is_refused() {
    isolated(|| {
        let path = || vec!["/volume/dir/sub".to_owned()];
        for (masked, read_only) in [(path(), vec![]), (vec![], path())] {
            late_exchanges_are_noticed(|volume, root| {
                volume.bundle.linux().masked_paths.clone_from(&masked);
                volume.bundle.linux().readonly_paths.clone_from(&read_only);
                seal(root, volume.bundle.spec())
            });
        }
    });
}

#[test]
fn what_is_missing_is_made_inside_whenever_its_folder_is_exchanged() {
    isolated(|| {
        for missing in [Missing::Directory, Missing::File] {
            let attempts = at_every_moment("dir", |_, root| {
                let path = Path::new("/volume/dir/sub/new/x");
                open_or_make(root.as_fd(), path, missing, Links::Follow).map(drop).map_err(|errno| errno.to_string())
            });
            // The lookup, each component, and what was made of them.
            assert!(attempts.len() >= 6, "{attempts:?}");
        }
    });
}

/// The folder that was just made is exchanged before it is opened.
#[test]
fn what_was_just_made_is_not_trusted() {
    isolated(|| {
        let attempts = at_every_moment("new", |_, root| {
            mkdir_in_root(root.as_fd(), "/volume/new/made").map(drop).map_err(|errno| errno.to_string())
        });
        let made: Vec<_> = attempts.iter().filter(|(moments, _)| moments.last() == Some(&Moment::Made)).collect();
        assert_eq!(made.len(), 2, "{attempts:?}");
        assert!(made[0].1.is_err(), "a link was opened for the folder: {:?}", made[0]);
    });
}

/// CVE-2025-52565: the file that the terminal is bound on is exchanged for another.
#[test]
fn a_console_whose_place_is_exchanged_is_refused() {
    isolated(|| {
        let bundle = Bundle::usual();
        let mut number = 0;
        let mut refusals = Vec::new();
        loop {
            let root = bundle.assemble().expect("a root");
            let dev = open_in_root(root.as_fd(), "/dev", OFlags::PATH).expect("a folder");
            for name in ["console", "other"] {
                let flags = OFlags::CREATE | OFlags::RDWR | OFlags::CLOEXEC;
                openat(&dev, name, flags, Mode::from_raw_mode(0o600)).expect("a file");
            }
            let attacker = Attacker::start(dev, "console", "other");
            let (moments, result) = attacked(number, &attacker, || terminal(&root).map(drop));
            attacker.end();
            if moments.len() <= number {
                result.expect("nobody came in between");
                break;
            }
            if is_late(&moments) {
                refusals.push(result.expect_err(&format!("{moments:?}")));
            }
            number += 1;
        }
        assert_eq!(refusals.len(), 2, "before and after the mount");
        refusals.iter().for_each(|failure| assert_noticed(&failure.to_string()));
    });
}
