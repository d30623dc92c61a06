//! Mounts of every kind, as the specification asks for them.

use super::*;
use hcs_schema::oci::IdMapping;
use rustix::fs::{StatVfsMountFlags as Flags, stat, statvfs};
use std::fs::read_to_string;
use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
use std::os::unix::net::UnixListener;

/// A bundle with these mounts, and a folder `volume` with a file beside the root.
fn with(mounts: Vec<Mount>) -> Bundle {
    let mut bundle = Bundle::new();
    bundle.spec().mounts = mounts;
    fs::create_dir(bundle.folder.path().join("volume")).expect("a volume");
    fs::write(bundle.folder.path().join("volume/file"), "data").expect("a file");
    bundle
}

fn flags(path: &str) -> Flags {
    statvfs(path).unwrap_or_else(|error| panic!("{path}: {error}")).f_flag
}

fn refused(mounts: Vec<Mount>, words: &[&str]) {
    let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    isolated(move || {
        let text = with(mounts).assemble().expect_err("refused").to_string();
        for word in words {
            assert!(text.contains(&word), "`{word}` in `{text}`");
        }
    });
}

#[test]
fn folders_files_and_sockets_are_bound() {
    isolated(|| {
        let bundle = with(vec![
            mount("bind", "volume", "/data", &["rbind", "ro", "nosuid", "nodev", "rprivate"]),
            mount("none", "volume/file", "/etc/new/file", &["bind", "noexec", "noatime"]),
            mount("bind", "volume/socket", "/run/socket", &[]),
        ]);
        let _socket = UnixListener::bind(bundle.folder.path().join("volume/socket")).expect("a socket");
        bundle.enter().expect("a root");
        assert_eq!(read_to_string("/data/file").expect("a bound folder"), "data");
        assert!(flags("/data").contains(Flags::RDONLY | Flags::NOSUID | Flags::NODEV));
        assert!(fs::write("/data/file", "x").is_err());
        assert!(flags("/etc/new/file").contains(Flags::NOEXEC | Flags::NOATIME));
        assert!(!flags("/etc/new/file").contains(Flags::RDONLY));
        fs::write("/etc/new/file", "written").expect("writable");
        assert_eq!(read_to_string("/data/file").expect("the same file"), "written");
        assert!(fs::metadata("/run/socket").expect("a socket").file_type().is_socket());
    });
}

#[test]
fn recursive_flags_reach_what_is_below() {
    isolated(|| {
        let bundle = with(vec![
            mount("bind", "volume", "/top", &["rbind", "ro"]),
            mount("bind", "volume", "/all", &["rbind", "rro", "rnosuid"]),
        ]);
        let below = bundle.folder.path().join("volume/below");
        fs::create_dir(&below).expect("a folder");
        rustix::mount::mount("tmpfs", &below, "tmpfs", rustix::mount::MountFlags::empty(), None).expect("a tmpfs");
        bundle.enter().expect("a root");
        assert!(flags("/top").contains(Flags::RDONLY) && !flags("/top/below").contains(Flags::RDONLY));
        assert!(flags("/all/below").contains(Flags::RDONLY | Flags::NOSUID) && flags("/all").contains(Flags::RDONLY));
    });
}

#[test]
fn destinations_may_be_links_of_the_image() {
    isolated(|| {
        let bundle = with(vec![mount("bind", "volume/file", "/etc/resolv.conf", &["bind"])]);
        symlink("../run/stub.conf", bundle.host("etc/resolv.conf")).expect("a link");
        bundle.enter().expect("a root");
        assert_eq!(read_to_string("/run/stub.conf").expect("a file"), "data");
    });
}

#[test]
fn a_tmpfs_takes_mode_and_content() {
    isolated(|| {
        let bundle = with(vec![
            mount("tmpfs", "tmpfs", "/var", &["tmpcopyup", "nosuid"]),
            mount("tmpfs", "tmpfs", "/tmp", &[]),
            mount("tmpfs", "tmpfs", "/etc/ro", &["ro", "mode=700"]),
            mount("bind", "volume", "/etc/ro/inside", &["bind"]),
        ]);
        fs::create_dir(bundle.host("var/lib")).expect("a folder");
        fs::write(bundle.host("var/lib/state"), "state").expect("a file");
        fs::set_permissions(bundle.host("var/lib"), fs::Permissions::from_mode(0o750)).expect("a mode");
        symlink("/etc/shadow", bundle.host("var/link")).expect("a link");
        fs::set_permissions(bundle.host("tmp"), fs::Permissions::from_mode(0o1700)).expect("a mode");
        bundle.enter().expect("a root");
        assert_eq!(read_to_string("/var/lib/state").expect("copied"), "state");
        assert_eq!(stat("/var/lib").expect("copied").st_mode & 0o7777, 0o750);
        assert_eq!(fs::read_link("/var/link").expect("copied"), Path::new("/etc/shadow"));
        fs::write("/var/lib/state", "new").expect("writable");
        assert_eq!(stat("/tmp").expect("a tmpfs").st_mode & 0o7777, 0o1700);
        assert_eq!(stat("/etc/ro").expect("a tmpfs").st_mode & 0o7777, 0o700);
        assert!(flags("/etc/ro").contains(Flags::RDONLY) && !flags("/etc/ro/inside").contains(Flags::RDONLY));
    });
}

#[test]
fn a_read_only_dev_still_gets_its_devices() {
    isolated(|| {
        with(vec![mount("tmpfs", "tmpfs", "/dev", &["ro"])]).enter().expect("a root");
        assert!(flags("/dev").contains(Flags::RDONLY));
        assert!(Path::new("/dev/null").exists());
    });
}

#[test]
fn a_bound_dev_is_left_alone() {
    isolated(|| {
        with(vec![mount("bind", "volume", "/dev/", &["bind"])]).enter().expect("a root");
        assert_eq!(fs::read_dir("/dev").expect("dev").count(), 1);
    });
}

#[test]
fn refusals_say_what_and_why() {
    refused(vec![mount("tmpfs", "", "/", &[])], &["tmpfs on /", "would hide the root"]);
    refused(vec![mount("tmpfs", "", "tmp", &[])], &["absolute"]);
    refused(vec![mount("bind", "gone", "/tmp", &["bind"])], &["/gone", "No such file"]);
    refused(vec![mount("bind", "", "/tmp", &["bind"])], &["needs a source"]);
    refused(vec![mount("bind", "volume", "/tmp", &["bind", "size=4k"])], &["`size`", "takes no options"]);
    refused(vec![mount("bind", "volume", "/tmp", &["bind", "sync"])], &["`sync`"]);
    refused(vec![mount("bind", "volume", "/etc/os-release", &["bind"])], &["a folder and a file"]);
    refused(vec![mount("nosuchfs", "", "/tmp", &[])], &["no filesystem `nosuchfs`"]);
    refused(vec![mount("tmpfs", "", "/tmp", &["nosuchoption=1"])], &["nosuchoption", "tmpfs"]);
    refused(vec![mount("bind", "volume", "/tmp", &["bind", "idmap"])], &["before the user namespace"]);
    refused(vec![mount("bind", "volume", "/tmp", &["copy-symlink"])], &["copy-symlink"]);
}

#[test]
fn links_are_not_followed_where_that_is_asked() {
    isolated(|| {
        let bundle = with(vec![
            mount("bind", "volume/link", "/etc/link", &["bind", "src-nofollow", "dest-nofollow"]),
            mount("bind", "volume/link", "/etc/text", &["bind"]),
        ]);
        symlink("file", bundle.folder.path().join("volume/link")).expect("a link");
        symlink("os-release", bundle.host("etc/link")).expect("a link");
        bundle.enter().expect("a root");
        assert_eq!(fs::read_link("/etc/link").expect("the source's link"), Path::new("file"));
        assert_eq!(read_to_string("/etc/text").expect("the link's target"), "data");
        assert_eq!(read_to_string("/etc/os-release").expect("not mounted on"), "ID=test\n");
    });
}

#[test]
fn options_too_long_for_fsconfig() {
    isolated(|| {
        let names = ["lower", "upper", "work"].map(|name| format!("{name}-{}", "x".repeat(200)));
        let mut bundle = with(Vec::new());
        for name in &names {
            fs::create_dir(bundle.folder.path().join(name)).expect("a folder");
        }
        let path = |at: usize| text(&bundle.folder.path().join(&names[at]));
        let options =
            [format!("lowerdir={}", path(0)), format!("upperdir={}", path(1)), format!("workdir={}", path(2))];
        let mut options: Vec<&str> = options.iter().map(String::as_str).collect();
        options.push("nosuid");
        fs::write(bundle.folder.path().join(&names[0]).join("file"), "lower").expect("a file");
        bundle.spec().mounts.push(mount("overlay", "overlay", "/data", &options));
        bundle.enter().expect("a root");
        assert_eq!(read_to_string("/data/file").expect("a layer"), "lower");
        assert!(flags("/data").contains(Flags::NOSUID));
        assert_eq!(read_to_string("/etc/os-release").expect("nothing of the stage is left"), "ID=test\n");
    });
}

#[test]
fn what_is_mounted_can_be_changed() {
    isolated(|| {
        with(vec![
            mount("tmpfs", "tmpfs", "/tmp", &["size=64k", "nodev"]),
            mount("none", "", "/tmp", &["remount", "nosuid", "size=128k"]),
            mount("none", "", "/tmp", &["remount", "bind", "dev", "ro"]),
        ])
        .enter()
        .expect("a root");
        assert!(flags("/tmp").contains(Flags::NOSUID | Flags::RDONLY) && !flags("/tmp").contains(Flags::NODEV));
        let tmp = statvfs("/tmp").expect("a tmpfs");
        assert_eq!(tmp.f_blocks * tmp.f_frsize, 128 << 10);
    });
}

#[test]
fn control_groups_in_a_namespace_of_theirs() {
    isolated(|| {
        unshare(UnshareFlags::NEWCGROUP).expect("a control group namespace");
        let bundle = with(vec![mount("cgroup", "cgroup", "/sys/fs/cgroup", &["ro", "nosuid"])]);
        let layout = bundle.layout.clone();
        set_propagation(&bundle.document.oci_specification).expect("propagation");
        let root = assemble(&RootPlan { has_cgroup_namespace: true, ..bundle.plan() }).expect("a root");
        pivot(&root).expect("entered");
        assert!(flags("/sys/fs/cgroup").contains(Flags::RDONLY | Flags::NOSUID));
        if let [only] = layout.hierarchies.as_slice() {
            assert!(only.v2 && Path::new("/sys/fs/cgroup/cgroup.controllers").exists());
            return;
        }
        for hierarchy in &layout.hierarchies {
            let name = hierarchy.mountpoint.file_name().expect("a name");
            let folder = Path::new("/sys/fs/cgroup").join(name);
            assert!(folder.join("cgroup.procs").exists(), "{}", folder.display());
            assert!(flags(folder.to_str().expect("UTF-8")).contains(Flags::RDONLY));
        }
    });
}

fn mapping(container_id: u32, host_id: u32, size: u32) -> Vec<IdMapping> {
    vec![IdMapping { container_id, host_id, size, ..IdMapping::default() }]
}

#[test]
fn ids_are_mapped() {
    isolated(|| {
        let mut bundle = with(vec![
            mount("bind", "volume", "/own", &["bind"]),
            mount("bind", "volume", "/container", &["bind", "ridmap", "ro"]),
            mount("bind", "volume", "/plain", &["bind"]),
        ]);
        bundle.spec().mounts[0].uid_mappings = mapping(0, 1000, 10);
        bundle.spec().mounts[0].gid_mappings = mapping(0, 2000, 10);
        bundle.linux().uid_mappings = mapping(0, 3000, 10);
        bundle.linux().gid_mappings = mapping(0, 4000, 10);
        let prepared = prepare_sources(&bundle.document).expect("id-mapped mounts");
        assert_eq!(prepared.iter().map(|(index, _)| *index).collect::<Vec<_>>(), [0, 1]);
        set_propagation(&bundle.document.oci_specification).expect("propagation");
        let root = assemble(&RootPlan { prepared, ..bundle.plan() }).expect("a root");
        pivot(&root).expect("entered");
        let owner = |path: &str| stat(path).map(|stat| (stat.st_uid, stat.st_gid)).expect(path);
        assert_eq!(owner("/own/file"), (1000, 2000));
        assert_eq!(owner("/container/file"), (3000, 4000));
        assert_eq!(owner("/plain/file"), (0, 0));
        assert!(flags("/container").contains(Flags::RDONLY));
    });
}

/// The source is shared on the host, and the clone was made there.
#[test]
fn what_is_mounted_in_an_id_mapped_mount_stays_inside() {
    isolated(|| {
        let mut bundle = with(vec![mount("bind", "volume", "/own", &["bind"])]);
        bundle.spec().mounts[0].uid_mappings = mapping(0, 1000, 10);
        bundle.spec().mounts[0].gid_mappings = mapping(0, 1000, 10);
        let volume = bundle.folder.path().join("volume");
        rustix::mount::mount_bind(&volume, &volume).expect("a mount");
        mount_change(&volume, Propagation::SHARED).expect("shared");
        let prepared = prepare_sources(&bundle.document).expect("an id-mapped mount");
        set_propagation(&bundle.document.oci_specification).expect("propagation");
        let root = assemble(&RootPlan { prepared, ..bundle.plan() }).expect("a root");
        let own = open_in_root(root.as_fd(), "/own", OFlags::PATH).expect("the mount");
        let id = resolve::mount_id(own.as_fd()).expect("an id").to_string();
        let text = read_to_string("/proc/thread-self/mountinfo").expect("mountinfo");
        let line = text.lines().find(|line| line.split(' ').next() == Some(&id)).expect("a line");
        assert!(!line.contains("shared:"), "{line}");
    });
}

#[test]
fn mappings_that_make_no_sense() {
    require_root();
    let mut bundle = with(vec![mount("bind", "volume", "/own", &["bind", "idmap"])]);
    let text = |bundle: &Bundle| prepare_sources(&bundle.document).expect_err("refused").to_string();
    assert!(text(&bundle).contains("neither the mount nor the container"));
    bundle.spec().mounts[0].uid_mappings = mapping(0, 1000, 10);
    assert!(text(&bundle).contains("go together"));
    bundle.spec().mounts[0].gid_mappings = mapping(0, u32::MAX, 10);
    assert!(text(&bundle).contains("gid_map"));
}
