//! Whole roots: bound or made of layers, entered, sealed.

use super::*;
use rustix::fs::{FileType, fstat, stat};
use std::fs::{read_link, read_to_string};
use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};

/// The mount that holds a path: its options and its type.
fn mount_of(path: &str) -> (String, String) {
    let text = read_to_string("/proc/thread-self/mountinfo").expect("mountinfo");
    let line =
        text.lines().rfind(|line| line.split(' ').nth(4) == Some(path)).unwrap_or_else(|| panic!("{path}: no mount"));
    let (front, back) = line.split_once(" - ").expect("a separator");
    (front.split(' ').nth(5).expect("options").into(), back.split(' ').next().expect("a type").into())
}

fn check_usual() {
    assert!(Path::new("/dev/null").metadata().expect("null").file_type().is_char_device());
    assert_eq!(Path::new("/dev/null").metadata().expect("null").permissions().mode() & 0o777, 0o666);
    assert_eq!(read_link("/dev/ptmx").expect("ptmx"), Path::new("pts/ptmx"));
    assert_eq!(read_link("/dev/fd").expect("fd"), Path::new("/proc/self/fd"));
    assert_eq!(mount_of("/proc").1, "proc");
    assert!(mount_of("/sys").0.starts_with("ro,nosuid,nodev,noexec"));
    assert_eq!(mount_of("/dev/mqueue").1, "mqueue");
    assert!(mount_of("/dev").0.starts_with("rw,nosuid"));
    assert!(!mount_of("/dev").0.contains("relatime"), "strictatime was asked for");
    assert!(fs::write("/proc/sys/vm/swappiness", "60").is_err(), "/proc/sys is read-only");
    assert_eq!(fs::read("/proc/interrupts").expect("a masked file"), b"");
    assert_eq!(fs::read_dir("/proc/tty").expect("a masked folder").count(), 0);
    assert!(fs::read_dir("/sys/fs/cgroup").expect("control groups").count() > 0);
    assert!(fs::write("/sys/fs/cgroup/x", "").is_err());
}

#[test]
fn bound_root_with_the_usual_mounts() {
    isolated(|| {
        let bundle = Bundle::usual();
        bundle.enter().expect("a root");
        assert_eq!(read_to_string("/etc/os-release").expect("a file of the root"), "ID=test\n");
        check_usual();
        let text = read_to_string("/proc/thread-self/mountinfo").expect("mountinfo");
        assert!(!text.contains(" /work"), "nothing of the host is left");
        fs::write("/tmp/file", "x").expect("a writable root");
    });
}

#[test]
fn read_only_root() {
    isolated(|| {
        let mut bundle = Bundle::usual();
        bundle.spec().root.as_mut().expect("a root").readonly = true;
        bundle.enter().expect("a root");
        check_usual();
        assert_eq!(fs::write("/tmp/file", "x").expect_err("read-only").raw_os_error(), Some(libc::EROFS));
        fs::write("/dev/shm/file", "x").expect("mounts stay writable");
    });
}

/// Two layers whose names hold every separator, and a scratch folder.
fn layered(bundle: &mut Bundle) {
    for (name, file) in [("top:a,b\\c", "top"), ("base", "base")] {
        let layer = bundle.folder.path().join(name);
        fs::create_dir_all(layer.join("etc")).expect("a layer");
        fs::write(layer.join("etc/which"), file).expect("a file");
        fs::write(layer.join("etc").join(file), file).expect("a file");
        bundle.document.layers.push(hcs_schema::document::Layer { path: text(&layer), ..Default::default() });
    }
}

#[test]
fn layers_with_scratch() {
    isolated(|| {
        let mut bundle = Bundle::usual();
        layered(&mut bundle);
        fs::set_permissions(bundle.folder.path().join("top:a,b\\c"), fs::Permissions::from_mode(0o711))
            .expect("a mode");
        let scratch = bundle.folder.path().join("scratch:,\\");
        fs::create_dir(&scratch).expect("a scratch");
        bundle.document.scratch_dir_path = text(&scratch);
        let upper = rustix::fs::open(&scratch, OFlags::PATH, Mode::empty()).expect("a scratch");
        bundle.enter().expect("a root");
        check_usual();
        assert_eq!(read_to_string("/etc/which").expect("the top layer's"), "top");
        assert_eq!(read_to_string("/etc/base").expect("the base layer's"), "base");
        assert_eq!(stat("/").expect("/").st_mode & 0o777, 0o711);
        fs::write("/etc/new", "new").expect("a writable root");
        let written = openat(&upper, "upper/etc/new", OFlags::PATH, Mode::empty()).expect("what was written");
        assert_eq!(FileType::from_raw_mode(fstat(&written).expect("a file").st_mode), FileType::RegularFile);
    });
}

#[test]
fn the_host_as_a_layer_in_memory() {
    isolated(|| {
        let mut bundle = Bundle::usual();
        bundle.spec().root = None;
        bundle.document.layers.push(hcs_schema::document::Layer { path: "/".into(), ..Default::default() });
        let name = format!("/file-of-a-test-{}", std::process::id());
        bundle.enter().expect("a root");
        check_usual();
        fs::write(&name, "x").expect("a writable root");
        assert_eq!(mount_of("/").1, "overlay");
        let root = format!("/proc/1/root{name}");
        assert!(!Path::new(&root).exists(), "the host's root is untouched");
    });
}

#[test]
fn layers_on_kernels_without_descriptors() {
    isolated(|| {
        let mut bundle = Bundle::new();
        layered(&mut bundle);
        let stage = host(bundle.folder.path(), OFlags::PATH).expect("a stage");
        let tmpfs =
            super::super::fs::NewFs::new("tmpfs").create(rustix::mount::MountAttrFlags::empty()).expect("a tmpfs");
        super::super::fs::attach(tmpfs.as_fd(), host(&bundle.host("tmp"), OFlags::PATH).expect("a place").as_fd())
            .expect("a scratch");
        let make = |name: &str| {
            rustix::fs::mkdirat(&tmpfs, name, Mode::from_raw_mode(0o755)).expect("a folder");
            openat(&tmpfs, name, OFlags::RDONLY | OFlags::DIRECTORY, Mode::empty()).expect("a folder")
        };
        let open = |layer: &hcs_schema::document::Layer| host(Path::new(&layer.path), OFlags::RDONLY).expect("a layer");
        let lower = bundle.document.layers.iter().map(open).collect();
        let parts =
            overlay::Parts { lower, upper: make("upper"), work: make("work"), user_attributes: false, label: None };
        let before = std::env::current_dir().expect("a folder");
        let root = overlay::by_numbers(&parts, stage.as_fd()).expect("an overlay");
        assert_eq!(std::env::current_dir().expect("a folder"), before);
        super::super::fs::attach(root.as_fd(), stage.as_fd()).expect("attach");
        let which = open_in_root(root.as_fd(), "/etc/which", OFlags::RDONLY).expect("a file");
        assert_eq!(std::io::read_to_string(fs::File::from(which)).expect("text"), "top");
    });
}

#[test]
fn devices_replace_what_is_not_them() {
    isolated(|| {
        let mut bundle = Bundle::new();
        fs::write(bundle.host("dev/null"), "not a device").expect("a file");
        symlink("/etc/os-release", bundle.host("dev/zero")).expect("a link");
        bundle.linux().devices.push(hcs_schema::oci::Device {
            kind: "c".into(),
            path: "/dev/net/tun".into(),
            major: Some(10),
            minor: Some(200),
            file_mode: Some(0o640),
            gid: Some(7),
            ..Default::default()
        });
        bundle.enter().expect("a root");
        for name in ["null", "zero", "full", "random", "urandom", "tty", "net/tun"] {
            let data = Path::new("/dev").join(name).symlink_metadata().expect(name);
            assert!(data.file_type().is_char_device(), "{name}");
        }
        let tun = stat("/dev/net/tun").expect("tun");
        assert_eq!((tun.st_mode & 0o7777, tun.st_gid), (0o640, 7));
        assert_eq!(read_to_string("/etc/os-release").expect("the link's target"), "ID=test\n");
    });
}

#[test]
fn terminal_on_the_console() {
    isolated(|| {
        let bundle = Bundle::usual();
        let root = bundle.assemble().expect("a root");
        let (master, slave) = terminal(&root).expect("a terminal");
        seal(&root, &bundle.document.oci_specification).expect("sealed");
        pivot(&root).expect("entered");
        assert_eq!(stat("/dev/console").expect("console").st_rdev, fstat(&slave).expect("slave").st_rdev);
        assert_eq!(rustix::pty::ptsname(&master, Vec::new()).expect("a name").to_bytes(), b"/dev/pts/0");
        rustix::io::write(&slave, b"hi").expect("written");
        let mut buffer = [0; 8];
        assert_eq!(rustix::io::read(&master, &mut buffer), Ok(2));
    });
}

#[test]
fn propagation_of_the_root() {
    for (word, field) in
        [("shared", "shared:"), ("private", ""), ("slave", ""), ("unbindable", "unbindable"), ("rshared", "shared:")]
    {
        isolated(move || {
            mount_change("/", Propagation::SHARED | Propagation::REC).expect("a shared tree, as hosts have");
            let mut bundle = Bundle::usual();
            bundle.linux().rootfs_propagation = Some(word.into());
            bundle.enter().expect("a root");
            let text = read_to_string("/proc/thread-self/mountinfo").expect("mountinfo");
            let line = text.lines().find(|line| line.split(' ').nth(4) == Some("/")).expect("/");
            assert!(line.contains(field), "{word}: {line}");
            assert!(!field.is_empty() || !line.contains("shared:"), "{word}: {line}");
        });
    }
}

/// Whatever a container mounts, and that it unmounts the host's tree from its own namespace, the host sees nothing of it.
#[test]
fn the_host_s_tree_stays_as_it_is() {
    let cases = [
        (None, false),
        (Some("shared"), false),
        (Some("rshared"), false),
        (Some("shared"), true),
        (Some("slave"), true),
    ];
    for (word, layers) in cases {
        isolated(move || {
            mount_change("/", Propagation::SHARED | Propagation::REC).expect("a shared tree, as hosts have");
            let tree = || read_to_string("/proc/thread-self/mountinfo").expect("mountinfo");
            let before = tree();
            let container = std::thread::spawn(move || {
                unshare(UnshareFlags::NEWNS | UnshareFlags::FS).expect("a mount namespace");
                let mut bundle = Bundle::usual();
                bundle.linux().rootfs_propagation = word.map(String::from);
                if layers {
                    layered(&mut bundle);
                }
                bundle.enter().expect("a root");
            });
            container.join().expect("a container");
            assert_eq!(tree(), before, "{word:?}");
        });
    }
}

#[test]
fn refused_propagation() {
    let mut bundle = Bundle::new();
    bundle.linux().rootfs_propagation = Some("everywhere".into());
    assert!(
        set_propagation(&bundle.document.oci_specification).expect_err("refused").to_string().contains("everywhere")
    );
}
