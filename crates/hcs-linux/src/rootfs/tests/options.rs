//! The option parser.

use super::*;
use crate::rootfs::options::{Datum, MountOptions};
use proptest::prelude::*;
use rustix::mount::MountAttrFlags as Attr;

fn parse(options: &[&str]) -> MountOptions {
    MountOptions::parse(options).expect("options")
}

#[test]
fn flags_by_the_table() {
    let table = [
        ("ro", Attr::MOUNT_ATTR_RDONLY, true),
        ("rw", Attr::MOUNT_ATTR_RDONLY, false),
        ("nosuid", Attr::MOUNT_ATTR_NOSUID, true),
        ("suid", Attr::MOUNT_ATTR_NOSUID, false),
        ("nodev", Attr::MOUNT_ATTR_NODEV, true),
        ("dev", Attr::MOUNT_ATTR_NODEV, false),
        ("noexec", Attr::MOUNT_ATTR_NOEXEC, true),
        ("exec", Attr::MOUNT_ATTR_NOEXEC, false),
        ("nodiratime", Attr::MOUNT_ATTR_NODIRATIME, true),
        ("diratime", Attr::MOUNT_ATTR_NODIRATIME, false),
        ("nosymfollow", Attr::MOUNT_ATTR_NOSYMFOLLOW, true),
        ("symfollow", Attr::MOUNT_ATTR_NOSYMFOLLOW, false),
    ];
    for (word, flag, on) in table {
        let (top, recursive) = (parse(&[word]), parse(&[&format!("r{word}")]));
        for change in [top.top, recursive.recursive] {
            assert_eq!((change.set.contains(flag), change.clear.contains(flag)), (on, !on), "{word}");
        }
        assert!(top.recursive.is_empty() && recursive.top.is_empty(), "{word}");
        assert!(top.data.is_empty() && recursive.data.is_empty(), "{word}");
    }
}

#[test]
fn access_times_are_one_field() {
    let table = [
        ("noatime", Attr::MOUNT_ATTR_NOATIME),
        ("strictatime", Attr::MOUNT_ATTR_STRICTATIME),
        ("relatime", Attr::MOUNT_ATTR_RELATIME),
        ("norelatime", Attr::MOUNT_ATTR_RELATIME),
        ("atime", Attr::MOUNT_ATTR_RELATIME),
        ("nostrictatime", Attr::MOUNT_ATTR_RELATIME),
    ];
    for (word, value) in table {
        let parsed = parse(&["strictatime", word]).top;
        assert_eq!(parsed.set & Attr::MOUNT_ATTR__ATIME, value, "{word}");
        assert!(parsed.clear.contains(Attr::MOUNT_ATTR__ATIME), "{word}");
        assert_eq!(parse(&[&format!("r{word}")]).recursive.set & Attr::MOUNT_ATTR__ATIME, value, "r{word}");
    }
}

#[test]
fn the_last_word_wins() {
    let parsed = parse(&["ro", "rw", "sync", "async", "lazytime", "nolazytime", "mand", "nomand"]);
    assert!(parsed.top.set.is_empty() && parsed.superblock.is_empty());
    assert_eq!(parse(&["rw", "ro", "ro", "dirsync"]).superblock, ["ro", "dirsync"]);
}

#[test]
fn words_that_are_not_flags() {
    let parsed = parse(&["rbind", "bind", "rprivate", "slave", "tmpcopyup", "idmap", "src-nofollow", "dest-nofollow"]);
    assert_eq!(parsed.bind, Some(true));
    assert_eq!(parsed.propagation, [Propagation::PRIVATE | Propagation::REC, Propagation::DOWNSTREAM]);
    assert!(parsed.copy_up && parsed.source_nofollow && parsed.destination_nofollow);
    assert_eq!(parsed.idmap, Some(false));
    assert_eq!(parse(&["ridmap"]).idmap, Some(true));
    assert!(parse(&["remount"]).remount);
    assert_eq!(parse(&["defaults", "", "silent", "x-initrd.mount", "_netdev"]), MountOptions::default());
}

#[test]
fn the_rest_is_the_filesystem_s() {
    let parsed = parse(&["mode=755", "newinstance", "context=a=b", "size=1", "size=2"]);
    assert_eq!(parsed.data[0], Datum { key: "mode".into(), value: Some("755".into()) });
    assert_eq!(parsed.data[1], Datum { key: "newinstance".into(), value: None });
    assert_eq!(parsed.value("context"), Some("a=b"));
    assert_eq!(parsed.value("size"), Some("2"));
}

#[test]
fn unsupported_words_are_named() {
    for word in ["copy-symlink", "user", "idmap=uids=0-1-1", "ridmap=gids=0-1-1"] {
        assert!(MountOptions::parse(&[word]).expect_err(word).to_string().contains(word));
    }
}

proptest! {
    #[test]
    fn never_panics_and_never_contradicts_itself(options in prop::collection::vec(word(), 0..12)) {
        if let Ok(parsed) = MountOptions::parse(&options) {
            for change in [parsed.top, parsed.recursive] {
                prop_assert!((change.set & change.clear & !Attr::MOUNT_ATTR__ATIME).is_empty());
                prop_assert!((change.set & Attr::MOUNT_ATTR__ATIME).is_empty() || change.clear.contains(Attr::MOUNT_ATTR__ATIME));
            }
        }
    }
}

fn word() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "ro",
        "rw",
        "rro",
        "rrw",
        "noatime",
        "ratime",
        "rnoatime",
        "relatime",
        "strictatime",
        "nosuid",
        "suid",
        "rnosuid",
        "rsuid",
    ]);
    prop_oneof![known.prop_map(String::from), any::<String>()]
}
