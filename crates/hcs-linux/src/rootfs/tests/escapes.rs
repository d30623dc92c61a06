//! One test for each known way out. Each fails when its guard in [`guard`](super::guard) or the lookup behind it is taken
//! away.

use super::resolve::{Links, Missing, open_or_make};
use super::*;
use rustix::fs::{FileType, RenameFlags, renameat_with, stat};
use rustix::mount::mount_bind;
use std::fs::read_to_string;
use std::os::unix::fs::symlink;

fn failing(bundle: &Bundle, words: &str) {
    let text = bundle.assemble().expect_err("an attack").to_string();
    assert!(text.contains(words), "`{words}` in `{text}`");
}

fn replace_by_link(bundle: &Bundle, name: &str, target: &str) {
    fs::remove_dir_all(bundle.host(name)).expect("a folder");
    symlink(target, bundle.host(name)).expect("a link");
}

fn is_null(path: &str) -> bool {
    let stat = stat(path).expect(path);
    FileType::from_raw_mode(stat.st_mode) == FileType::CharacterDevice && stat.st_rdev == rustix::fs::makedev(1, 3)
}

/// CVE-2019-19921, CVE-2023-27561.
#[test]
fn proc_and_sys_go_through_no_link() {
    isolated(|| {
        for (kind, path) in [("proc", "proc"), ("sysfs", "sys"), ("proc", "a/proc")] {
            let mut bundle = Bundle::new();
            fs::create_dir_all(bundle.host("evil/proc")).expect("a folder");
            match path.split_once('/') {
                Some((first, _)) => symlink("evil", bundle.host(first)).expect("a link"),
                None => replace_by_link(&bundle, path, "evil"),
            }
            bundle.spec().mounts.push(mount(kind, kind, &format!("/{path}"), &[]));
            failing(&bundle, "no symbolic link");
        }
    });
}

/// CVE-2019-19921.
#[test]
fn proc_goes_on_a_real_folder() {
    isolated(|| {
        let mut bundle = Bundle::new();
        fs::remove_dir(bundle.host("proc")).expect("a folder");
        fs::write(bundle.host("proc"), "").expect("a file");
        bundle.spec().mounts.push(mount("proc", "proc", "/proc", &[]));
        failing(&bundle, "ordinary folder");
    });
}

/// CVE-2019-16884, CVE-2019-19921.
#[test]
fn nothing_covers_procfs() {
    isolated(|| {
        let attempts = [
            ("bind", "/proc", "bind"),
            ("bind", "/x/../proc/", "bind"),
            ("bind", "/proc/self/attr", "bind"),
            ("bind", "/proc/sys/kernel", "bind"),
            ("tmpfs", "/proc/sys", ""),
            ("bind", "/etc/way/sys", "bind"),
        ];
        for (kind, destination, option) in attempts {
            let mut bundle = Bundle::new();
            symlink("/proc", bundle.host("etc/way")).expect("a link");
            bundle.spec().mounts =
                vec![mount("proc", "proc", "/proc", &[]), mount(kind, "rootfs/usr", destination, &[option])];
            failing(&bundle, "only procfs");
        }
    });
}

/// What may cover procfs: itself, and the files that lxcfs makes up.
#[test]
fn procfs_may_be_bound_and_its_figures_made_up() {
    isolated(|| {
        let mut bundle = Bundle::new();
        bundle.spec().mounts = vec![
            mount("bind", "/proc", "/proc", &["rbind"]),
            mount("bind", "rootfs/etc/os-release", "/proc/uptime", &["bind"]),
        ];
        bundle.enter().expect("a root");
        assert_eq!(read_to_string("/proc/uptime").expect("made up"), "ID=test\n");
    });
    isolated(|| {
        let mut bundle = Bundle::new();
        bundle.spec().mounts = vec![mount("bind", "/proc/sys", "/proc", &["bind"])];
        failing(&bundle, "only procfs");
    });
}

/// CVE-2021-30465: the destination is exchanged between the lookup and the mount.
#[test]
fn a_mount_that_landed_elsewhere_is_noticed() {
    isolated(|| {
        let bundle = Bundle::new();
        let root = bundle.assemble().expect("a root");
        let path = Path::new("/usr/bin");
        let place = open_or_make(root.as_fd(), path, Missing::Directory, Links::Follow).expect("a place");
        fs::create_dir(bundle.host("usr/other")).expect("a folder");
        let usr = host(&bundle.host("usr"), OFlags::PATH).expect("usr");
        renameat_with(&usr, "bin", &usr, "other", RenameFlags::EXCHANGE).expect("exchanged");
        let tmpfs =
            super::super::fs::NewFs::new("tmpfs").create(rustix::mount::MountAttrFlags::empty()).expect("a tmpfs");
        super::super::fs::attach(tmpfs.as_fd(), place.fd.as_fd()).expect("attached");
        let error = guard::landed(root.as_fd(), path, tmpfs.as_fd(), OFlags::empty()).expect_err("noticed");
        assert!(error.to_string().contains("exchanged"), "{error}");
        guard::landed(root.as_fd(), Path::new("/usr/other"), tmpfs.as_fd(), OFlags::empty()).expect("there it is");
    });
}

/// Links of procfs that lead out of the root are not followed.
#[test]
fn magic_links_are_refused() {
    isolated(|| {
        let bundle = Bundle::usual();
        let root = bundle.assemble().expect("a root");
        for path in ["/proc/self/root/etc", "/proc/self/cwd", "/proc/self/fd/0", "/proc/self/ns/mnt", "/dev/stdin"] {
            assert_eq!(open_in_root(root.as_fd(), path, OFlags::PATH).expect_err(path), Errno::LOOP, "{path}");
        }
    });
}

/// CVE-2025-31133: the image's `/dev/null` is a link to what shall be masked, or to anything else.
#[test]
fn masks_come_from_the_real_null_device() {
    isolated(|| {
        let mut bundle = Bundle::new();
        symlink("/etc/os-release", bundle.host("dev/null")).expect("a link");
        bundle.spec().mounts.push(mount("bind", "rootfs/dev", "/dev", &["bind"]));
        bundle.linux().masked_paths = vec!["/etc/os-release".into(), "/usr".into(), "/gone/away".into()];
        bundle.enter().expect("a root");
        assert!(is_null("/etc/os-release"));
        assert_eq!(fs::read_dir("/usr").expect("a masked folder").count(), 0);
        assert!(fs::write("/usr/x", "").is_err());
    });
}

/// CVE-2025-31133: nobody's word is taken for it, not even the host's.
#[test]
fn a_false_null_device_masks_nothing() {
    isolated(|| {
        let mut bundle = Bundle::new();
        let fake = bundle.folder.path().join("fake");
        fs::write(&fake, "secret").expect("a file");
        mount_bind(&fake, "/dev/null").expect("a host without a null device");
        bundle.linux().masked_paths = vec!["/etc/os-release".into()];
        let root = bundle.assemble().expect("a root");
        seal(&root, &bundle.document.oci_specification).expect("the root's own device serves");
        let masked = open_in_root(root.as_fd(), "/etc/os-release", OFlags::PATH).expect("masked");
        assert!(guard::null_device(masked.as_fd()).expect("a look"));

        fs::write(bundle.host("dev/null-file"), "").expect("a file");
        bundle.spec().mounts.push(mount("bind", "rootfs/usr", "/dev", &["bind"]));
        fs::write(bundle.host("usr/null"), "fake").expect("a file");
        let root = bundle.assemble().expect("a root");
        let error = seal(&root, &bundle.document.oci_specification).expect_err("no null device");
        assert!(error.to_string().contains("neither the host nor the root"), "{error}");
    });
}

/// CVE-2025-52565: `/dev/console` is a link.
#[test]
fn the_console_follows_no_link() {
    isolated(|| {
        let mut bundle = Bundle::new();
        symlink("/etc/os-release", bundle.host("dev/console")).expect("a link");
        bundle.spec().mounts = vec![mount("devpts", "devpts", "/dev/pts", &["newinstance", "ptmxmode=666"])];
        let root = bundle.assemble().expect("a root");
        terminal(&root).expect("a terminal");
        pivot(&root).expect("entered");
        assert_eq!(read_to_string("/etc/os-release").expect("not mounted on"), "ID=test\n");
        assert_eq!(rustix::fs::major(stat("/dev/console").expect("console").st_rdev), 136);
    });
}

/// CVE-2025-52565: what is not a file or a device is no console, and what is not a devpts makes no terminal.
#[test]
fn a_terminal_is_made_by_a_devpts_only() {
    isolated(|| {
        let mut bundle = Bundle::new();
        fs::create_dir_all(bundle.host("dev/pts")).expect("a folder");
        let text = |bundle: &Bundle| terminal(&bundle.assemble().expect("a root")).expect_err("refused").to_string();
        assert!(text(&bundle).contains("needs a devpts"));
        symlink("/dev/tty", bundle.host("dev/pts/ptmx")).expect("a link");
        assert!(text(&bundle).contains("/dev/pts/ptmx"));
        fs::remove_file(bundle.host("dev/pts/ptmx")).expect("a link");
        symlink("/other/ptmx", bundle.host("dev/pts/ptmx")).expect("a link");
        bundle.spec().mounts = vec![mount("bind", "/dev/pts", "/other", &["bind"])];
        assert!(text(&bundle).contains("/dev/pts/ptmx"), "the host's devpts makes no terminal for a container");
        bundle.spec().mounts.clear();
        fs::remove_file(bundle.host("dev/pts/ptmx")).expect("a link");
        rustix::fs::mknodat(
            rustix::fs::CWD,
            bundle.host("dev/pts/ptmx"),
            FileType::CharacterDevice,
            Mode::from_raw_mode(0o666),
            rustix::fs::makedev(1, 3),
        )
        .expect("a device");
        assert!(text(&bundle).contains("not a device of a devpts"));
        fs::create_dir(bundle.host("dev/console")).expect("a folder");
        bundle.spec().mounts = vec![mount("devpts", "devpts", "/dev/pts", &["newinstance", "ptmxmode=666"])];
        assert!(text(&bundle).contains("must be a file or a device"));
    });
}

/// CVE-2025-52881: what is mounted over a file of procfs never gets what is written to it.
#[test]
fn procfs_is_written_and_nothing_else() {
    isolated(|| {
        let bundle = Bundle::usual();
        let root = bundle.assemble().expect("a root");
        let procfs = root.procfs().expect("procfs");
        procfs.open("sys/kernel/hostname", OFlags::RDONLY).expect("a file of procfs");
        procfs.open("self/comm", OFlags::RDONLY).expect("self");
        procfs.open("/thread-self/comm", OFlags::RDONLY).expect("thread-self");
        for path in ["self/exe", "self/root/etc", "mounts", "../etc/os-release", "self/fd/0"] {
            procfs.open(path, OFlags::RDONLY).expect_err(path);
        }
        let target = open_in_root(root.as_fd(), "/proc/sys/kernel/hostname", OFlags::PATH).expect("a file");
        let file = open_in_root(root.as_fd(), "/etc/os-release", OFlags::PATH).expect("a file");
        let cover = super::super::fs::clone_tree(file.as_fd(), false).expect("a clone");
        super::super::fs::attach(cover.as_fd(), target.as_fd()).expect("covered");
        let error = procfs.open("sys/kernel/hostname", OFlags::RDONLY).expect_err("covered");
        assert_eq!(error.errno, Errno::XDEV.raw_os_error());
        let own = ProcFs::new(false).expect("a private procfs");
        own.open("sys/kernel/hostname", OFlags::RDONLY).expect("not covered");
        let few = ProcFs::new(true).expect("a private procfs");
        few.open("sys/kernel/hostname", OFlags::RDONLY).expect_err("processes only");
        few.open("self/comm", OFlags::RDONLY).expect("processes");
        let file = open_in_root(root.as_fd(), "/etc/os-release", OFlags::RDONLY).expect("a file");
        guard::procfs_file(file, "x").expect_err("not procfs");
    });
}

/// CVE-2025-52881: the root's `/proc` is used for writing only if it was made here, whole and writable.
#[test]
fn a_procfs_of_others_is_not_written() {
    isolated(|| {
        for proc in [
            mount("bind", "/proc", "/proc", &["rbind"]),
            mount("proc", "proc", "/proc", &["ro"]),
            mount("proc", "proc", "/proc", &["subset=pid"]),
            mount("proc", "/proc", "/proc", &["bind"]),
        ] {
            let mut bundle = Bundle::new();
            bundle.spec().mounts = vec![proc];
            let root = bundle.assemble().expect("a root");
            assert!(root.proc.is_none());
            root.procfs().expect("a private one").open("sys/kernel/hostname", OFlags::RDONLY).expect("a file");
        }
    });
}

/// CVE-2024-45310 and its like: `/dev` is a link out of the root.
#[test]
fn devices_are_made_inside() {
    isolated(|| {
        let mut bundle = Bundle::new();
        let outside = bundle.folder.path().join("outside");
        fs::create_dir(&outside).expect("a folder");
        replace_by_link(&bundle, "dev", &format!("../../../../../..{}", text(&outside)));
        bundle.linux().devices.push(hcs_schema::oci::Device {
            kind: "p".into(),
            path: "/dev/../../../pipes/pipe".into(),
            ..Default::default()
        });
        bundle.assemble().expect("a root");
        assert_eq!(fs::read_dir(&outside).expect("a folder").count(), 0);
        assert!(bundle.host("pipes/pipe").exists());
    });
}

/// After the change of the root nothing of the host is left in the mount namespace.
#[test]
fn the_host_is_gone() {
    isolated(|| {
        let bundle = Bundle::usual();
        let root = bundle.enter().expect("a root");
        let names =
            |path: &str| fs::read_dir(path).expect(path).flatten().map(|entry| entry.file_name()).collect::<Vec<_>>();
        assert_eq!(names("/.."), names("/"));
        let text = read_to_string("/proc/thread-self/mountinfo").expect("mountinfo");
        let top = resolve::mount_id(root.as_fd()).expect("an id").to_string();
        let roots = text.lines().filter(|line| line.split(' ').nth(4) == Some("/")).collect::<Vec<_>>();
        assert!(roots.len() == 1 && roots[0].starts_with(&format!("{top} ")), "{roots:?}");
        assert!(!text.contains("master:") && !text.contains("shared:"), "{text}");
    });
}
