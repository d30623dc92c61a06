//! Looking users up.

use super::*;
use crate::process::users::{home_of, lookup, resolve};
use proptest::prelude::*;

const PASSWD: &str = "root:x:0:0:root:/root:/bin/sh\n# a comment\n\nbroken\nbin:x:1:1::/bin:/bin/sh\n\
    ann:x:1000:1001:Ann,,,:/home/ann:/bin/sh\n1234:x:77:78::/home/number:\nrelative:x:5:5::home:\nbig:x:4294967295:1:::\n";
const GROUP: &str = "root:x:0:\nbin:x:1:root,ann\nstaff:x:50: ann ,bob\nusers:x:100:bob\nbroken:x:abc:ann\n";

fn identity(uid: u32, gid: u32, groups: &[u32], home: &str) -> Identity {
    Identity { uid, gid, groups: groups.to_vec(), home: home.to_owned() }
}

#[test]
fn names_and_numbers_are_looked_up_as_docker_does() {
    let table = [
        ("root", identity(0, 0, &[1], "/root")),
        ("ann", identity(1000, 1001, &[1, 50], "/home/ann")),
        ("1000", identity(1000, 1001, &[1, 50], "/home/ann")),
        ("ann:", identity(1000, 1001, &[1, 50], "/home/ann")),
        ("ann:users", identity(1000, 100, &[], "/home/ann")),
        ("ann:100", identity(1000, 100, &[], "/home/ann")),
        ("ann:4321", identity(1000, 4321, &[], "/home/ann")),
        ("5000", identity(5000, 0, &[], "/")),
        ("5000:staff", identity(5000, 50, &[], "/")),
        ("1234", identity(77, 78, &[], "/home/number")),
        ("relative", identity(5, 5, &[], "/")),
    ];
    for (wanted, expected) in table {
        assert_eq!(lookup(wanted, PASSWD, GROUP), Ok(expected), "{wanted}");
    }
}

#[test]
fn who_is_not_found_is_named() {
    let failure = |wanted: &str| lookup(wanted, PASSWD, GROUP).unwrap_err().to_string();
    let end = "Invalid argument (os error 22)";
    let user = "process.user.username \"zoe\": unable to find user zoe: not in /etc/passwd";
    assert_eq!(failure("zoe"), format!("{user}: {end}"));
    let group = "process.user.username \"ann:zoo\": unable to find group zoo: not in /etc/group";
    assert_eq!(failure("ann:zoo"), format!("{group}: {end}"));
    assert!(failure("big").contains("unable to find user big"));
    assert!(failure("4294967295").contains("unable to find user"));
}

#[test]
fn homes_by_number() {
    assert_eq!(
        ["/root", "/home/ann", "/", "/"],
        [0, 1000, 5, 6].map(|uid| home_of(uid, PASSWD)).each_ref().map(|s| &**s)
    );
}

/// An opener of a folder.
fn in_folder(folder: &Path) -> impl Fn(&Path, OFlags) -> Result<OwnedFd, Failure> {
    move |path, flags| {
        crate::Context::doing(rustix::fs::open(folder.join(path), flags, Mode::empty()), || format!("open {path:?}"))
    }
}

#[test]
fn files_of_the_root_are_read() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("etc")).unwrap();
    std::fs::write(folder.path().join("etc/passwd"), PASSWD).unwrap();
    std::fs::write(folder.path().join("etc/group"), GROUP).unwrap();
    let open = in_folder(folder.path());
    let mut user = oci::User { username: Some("ann".to_owned()), additional_gids: vec![50, 9], ..oci::User::default() };
    assert_eq!(resolve(&user, true, &open), Ok(identity(1000, 1001, &[1, 50, 9], "/home/ann")));
    user = oci::User { uid: 1000, gid: 7, ..oci::User::default() };
    assert_eq!(resolve(&user, true, &open), Ok(identity(1000, 7, &[], "/home/ann")));
    let never = |path: &Path, _: OFlags| -> Result<OwnedFd, Failure> { panic!("opened {path:?}") };
    assert_eq!(resolve(&user, false, &never), Ok(identity(1000, 7, &[], "/")));
}

#[test]
fn absent_files_are_empty_and_odd_ones_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let open = in_folder(folder.path());
    let user = oci::User { uid: 3, ..oci::User::default() };
    assert_eq!(resolve(&user, true, &open), Ok(identity(3, 0, &[], "/")));
    std::fs::create_dir(folder.path().join("etc")).unwrap();
    let fifo = folder.path().join("etc/passwd");
    rustix::fs::mknodat(rustix::fs::CWD, &fifo, rustix::fs::FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
    let expected = "read /etc/passwd: it is not a plain file: Invalid argument (os error 22)";
    assert_eq!(resolve(&user, true, &open).unwrap_err().to_string(), expected);
    std::fs::remove_file(&fifo).unwrap();
    std::fs::File::create(&fifo).unwrap().set_len((8 << 20) + 1).unwrap();
    let expected = "read /etc/passwd: it is longer than 8388608 bytes: Invalid argument (os error 22)";
    assert_eq!(resolve(&user, true, &open).unwrap_err().to_string(), expected);
}

proptest! {
    #[test]
    fn no_database_makes_the_parsers_panic(wanted in "[a-z0-9:,]{0,8}|\\PC{0,8}", passwd in "([a-z0-9:,/]{0,20}\n){0,5}|\\PC{0,60}",
        group in "([a-z0-9:,]{0,20}\n){0,5}|\\PC{0,60}", uid in any::<u32>()) {
        if let Ok(identity) = lookup(&wanted, &passwd, &group) {
            prop_assert!(identity.uid != u32::MAX && identity.gid != u32::MAX && identity.home.starts_with('/'));
        }
        prop_assert!(home_of(uid, &passwd).starts_with('/'));
    }
}
