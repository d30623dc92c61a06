//! `mounts`: every type of filesystem that containers have.

use super::Bundle;
use serde_json::json;

#[test]
fn proc_is_of_the_container_s_own_processes() {
    let bundle = Bundle::new("ls -d /proc/[0-9]* | head -1; cat /proc/1/comm; stat -f -c %t /proc");
    assert_eq!(bundle.output(), "/proc/1\nsh\n9fa0");
}

#[test]
fn sysfs_shows_the_container_s_network_alone() {
    let bundle = Bundle::new(
        "ls /sys/class/net; touch /sys/kernel/profiling 2>&1; awk '$5 == \"/sys\" {print $6}' /proc/self/mountinfo",
    )
    .mount("sysfs", "sysfs", "/sys", &["nosuid", "noexec", "nodev", "ro"]);
    let output = bundle.output();
    let lines: Vec<&str> = output.lines().collect();
    assert!(lines[0].starts_with("lo") && !output.contains("eth"), "{output}");
    assert!(output.contains("Read-only file system"), "{output}");
    assert_eq!(lines.last(), Some(&"ro,nosuid,nodev,noexec,relatime"));
    // The machine's own sysfs is as writable as before.
    let own = std::fs::read_to_string("/proc/self/mountinfo").unwrap();
    let sys = own.lines().find(|line| line.split(' ').nth(4) == Some("/sys")).unwrap();
    assert!(sys.split(" - ").nth(1).unwrap().contains(" rw"), "{sys}");
}

#[test]
fn a_tmpfs_has_size_mode_owner_and_number_of_files() {
    let script = "stat -c '%a %u %g' /m; df -k /m | awk 'END {print $2}'; df -i /m | awk 'END {print $2}'; \
                  head -c 2097152 /dev/zero > /m/big 2>/dev/null; wc -c < /m/big";
    let options = ["size=1m", "mode=1770", "uid=5", "gid=6", "nr_inodes=10"];
    let bundle = Bundle::new(script).mount("tmpfs", "t", "/m", &options);
    let output = bundle.output();
    let lines: Vec<&str> = output.lines().collect();
    assert_eq!(lines[..3], ["1770 5 6", "1024", "10"]);
    assert_eq!(lines.last(), Some(&"1048576"));
}

#[test]
fn a_tmpfs_takes_the_mode_of_what_it_hides_and_with_a_word_its_content() {
    let bundle = Bundle::new("stat -c %a /etc /tmp; cat /etc/group | head -1; ls /tmp | wc -l")
        .mount("tmpfs", "t", "/etc", &["tmpcopyup"])
        .mount("tmpfs", "t", "/tmp", &[]);
    for (folder, mode) in [("etc", 0o751), ("tmp", 0o1777)] {
        std::fs::set_permissions(bundle.inside(folder), std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
    }
    std::fs::write(bundle.inside("tmp/hidden"), "").unwrap();
    assert_eq!(bundle.output(), "751\n1777\nroot:x:0:\n0");
}

#[test]
fn message_queues_are_those_of_the_ipc_namespace() {
    let script =
        "touch /dev/mqueue/mine; ls /dev/mqueue; stat -f -c %t /dev/mqueue; cat /proc/sys/fs/mqueue/queues_max";
    let bundle = Bundle::new(script).set("/linux/sysctl", json!({"fs.mqueue.queues_max": "12"})).mount(
        "mqueue",
        "mqueue",
        "/dev/mqueue",
        &["nosuid", "noexec", "nodev"],
    );
    assert_eq!(bundle.output(), "mine\n19800202\n12");
}

#[test]
fn terminals_are_of_a_devpts_of_its_own() {
    let script =
        "ls /dev/pts; stat -c %a /dev/pts/ptmx; readlink /dev/ptmx; grep devpts /proc/mounts | grep -o 'gid=5'";
    assert_eq!(Bundle::new(script).output(), "ptmx\n666\npts/ptmx\ngid=5");
}

/// The first process of every control group that is to be seen: 0 is one outside of the container, of whatever group.
const MEMBERS: &str = "find /sys/fs/cgroup -name cgroup.procs | while read file; do head -1 $file; done | sort -u";

#[test]
fn control_groups_are_shown_from_the_container_s_own_down() {
    let script = format!(
        "{MEMBERS}; grep -c silo /proc/self/cgroup; find /sys/fs/cgroup -name '*silo*'; mkdir $(find /sys/fs/cgroup -name cgroup.procs | head -1 | xargs dirname)/x 2>&1 | sed 's/.*: //'"
    );
    let bundle = Bundle::new(&script).namespace("cgroup").mount("sysfs", "sysfs", "/sys", &["ro"]).mount(
        "cgroup",
        "cgroup",
        "/sys/fs/cgroup",
        &["nosuid", "noexec", "nodev", "relatime", "ro"],
    );
    assert_eq!(bundle.output(), "1\n0\nRead-only file system");
}

#[test]
fn without_a_namespace_of_its_own_the_control_groups_are_its_own_all_the_same() {
    let bundle = Bundle::new(MEMBERS).mount("cgroup", "cgroup", "/sys/fs/cgroup", &["ro", "nosuid", "noexec", "nodev"]);
    assert_eq!(bundle.output(), "1");
}

#[test]
fn control_groups_that_are_writable_are_so_below_its_own() {
    let script = "cd $(find /sys/fs/cgroup -name cgroup.procs | grep -e pids -e 'cgroup/cgroup.procs' | head -1 | xargs dirname) && mkdir below && ls -d below && rmdir below";
    let bundle = Bundle::new(script).namespace("cgroup").mount(
        "cgroup",
        "cgroup",
        "/sys/fs/cgroup",
        &["nosuid", "noexec", "nodev"],
    );
    assert_eq!(bundle.output(), "below");
}

#[test]
fn a_filesystem_of_a_disk_is_mounted_with_its_options() {
    let bundle = Bundle::new("cat /disk/file; awk '$5 == \"/disk\" {print $6}' /proc/self/mountinfo");
    let folder = bundle.path("content");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("file"), "on disk\n").unwrap();
    let image = bundle.text("image");
    let made = std::process::Command::new("mke2fs")
        .args(["-q", "-t", "ext4", "-d"])
        .arg(&folder)
        .args([&image, "4M"])
        .output();
    let made = made.expect("mke2fs is missing: install the package e2fsprogs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let device = Loop::attach(&image);
    let bundle = bundle.mount("ext4", &device.0, "/disk", &["ro", "nosuid", "relatime"]);
    let ran = bundle.run();
    drop(device);
    assert_eq!((ran.out.as_str(), ran.err.as_str()), ("on disk\nro,nosuid,relatime\n", ""));
}

/// A loop device, until this is dropped.
struct Loop(String);

impl Loop {
    fn attach(image: &str) -> Loop {
        let made = std::process::Command::new("losetup").args(["-f", "--show", image]).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        Loop(String::from_utf8(made.stdout).unwrap().trim().to_owned())
    }
}

impl Drop for Loop {
    fn drop(&mut self) {
        let status = std::process::Command::new("losetup").args(["-d", &self.0]).status();
        assert!(status.unwrap().success() || std::thread::panicking());
    }
}
