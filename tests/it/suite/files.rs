//! What options of `silo run` change in the files that a container sees: its base, mounts, devices.

use crate::shell::read;
use crate::support::World;
use std::path::Path;

#[test]
fn a_base_stays_as_it_is() {
    let world = World::new();
    assert_eq!(world.inside(&[], "echo new > /etc/new; rm /etc/group; ls /etc"), "new\npasswd");
    let base = Path::new(world.base());
    assert!(base.join("etc/group").exists() && !base.join("etc/new").exists());
    assert_eq!(world.inside(&[], "ls /etc"), "group\npasswd", "the next one begins anew");
}

#[test]
fn read_only_means_the_root_and_nothing_else() {
    let world = World::new();
    let shown = world.folder("shown");
    let flags = ["--read-only", "-v", &format!("{shown}:/shown"), "--tmpfs", "/memory"];
    let ran = world.sh(&flags, "touch /shown/x /memory/x /dev/shm/x && touch /x");
    assert!(ran.code != 0 && ran.err.contains("/x: Read-only file system"), "{}", ran.err);
    assert!(world.path("shown/x").exists());
    let ran = world.silo(&["run", "--rm", "--read-only", "host", "touch", "/usr/planted"]);
    assert!(ran.code != 0 && ran.err.contains("Read-only file system"), "{}", ran.err);
}

#[test]
fn volumes() {
    let world = World::new();
    let shown = world.folder("shown");
    let file = world.file("one.txt", "one\n");
    let at = |options: &str| format!("{shown}:/in/side{options}");
    assert_eq!(world.inside(&["-v", &at("")], "echo a > /in/side/a; ls /in/side"), "a");
    assert_eq!(read(world.path("shown/a")), "a\n");
    let ran = world.sh(&["--volume", &at(":ro")], "cat /in/side/a; touch /in/side/b");
    assert!(ran.code != 0 && ran.out == "a\n" && ran.err.contains("Read-only"), "{}", ran.err);
    assert_eq!(world.inside(&["-v", &format!("{file}:/etc/one:ro")], "cat /etc/one"), "one");
    let ran = world.sh(&["-v", &at(":noexec")], "cp /bin/busybox /in/side; /in/side/busybox true");
    assert_eq!(ran.code, 126, "{}", ran.err);
    let mut command = world.command(&["run", "--rm", "-v", "./shown:/s", world.base(), "ls", "/s"]);
    let output = command.current_dir(world.path("")).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("a\n"), "a relative source starts here");
}

#[test]
fn mounts_by_key() {
    let world = World::new();
    let shown = world.folder("shown");
    world.file("shown/a", "a\n");
    let bind = format!("type=bind,source={shown},target=/m,readonly");
    let ran = world.sh(&["--mount", &bind], "cat /m/a; touch /m/b");
    assert!(ran.code != 0 && ran.out == "a\n" && ran.err.contains("Read-only"), "{}", ran.err);
    world.inside(&["--mount", &format!("type=bind,src={shown},dst=/m")], "touch /m/b");
    assert!(world.path("shown/b").exists());
    let memory = "type=tmpfs,dst=/m,tmpfs-size=1m,tmpfs-mode=700";
    assert_eq!(world.inside(&["--mount", memory], "stat -c %a /m; df -k /m | awk 'END {print $2}'"), "700\n1024");
}

#[test]
fn folders_in_memory_have_their_size() {
    let world = World::new();
    let fill = "dd if=/dev/zero of=/m/x bs=64k count=32 2>&1; stat -c %s /m/x";
    let full = world.inside(&["--tmpfs", "/m:size=1m"], fill);
    assert!(full.contains("No space left") && full.ends_with("1048576"), "{full}");
    assert!(world.inside(&["--tmpfs", "/m:size=4m"], fill).ends_with("2097152"));
    assert_eq!(world.inside(&["--tmpfs", "/m:mode=1770,uid=1000"], "stat -c '%a %u' /m"), "1770 1000");
    let program = "cp /bin/busybox /m; /m/busybox true";
    assert_eq!(world.sh(&["--tmpfs", "/m"], program).code, 126, "programs are not executed from memory");
    assert_eq!(world.sh(&["--tmpfs", "/m:exec"], program).code, 0);
}

/// Some device that no container has by default and whose opening does nothing.
fn harmless() -> &'static str {
    let known = ["/dev/fuse", "/dev/loop-control", "/dev/net/tun", "/dev/loop0"];
    let opens = |path: &&&str| std::fs::File::options().read(true).write(true).open(path).is_ok();
    known.iter().find(opens).unwrap_or_else(|| panic!("this test needs one of the devices {}", known.join(", ")))
}

#[test]
fn devices_are_only_those_that_were_given() {
    let world = World::new();
    let device = harmless();
    let read = "exec 3</dev/given && echo read";
    let write = "exec 3>/dev/given && echo written";
    let given = |access: &str| format!("{device}:/dev/given{access}");
    assert_eq!(world.inside(&["--device", &given("")], &format!("{read}; {write}")), "read\nwritten");
    assert_eq!(world.inside(&["--device", &given(":r")], read), "read");
    let ran = world.sh(&["--device", &given(":r")], write);
    assert!(ran.code != 0 && ran.err.contains("Operation not permitted"), "{}", ran.err);
    let ran = world.sh(&[], &format!("test ! -e {device} && mknod /dev/given b 7 0 && {read}"));
    assert!(ran.code != 0 && ran.err.contains("Operation not permitted"), "a node alone gives nothing: {}", ran.err);
    assert_eq!(world.inside(&[], "echo x > /dev/null; head -c 2 /dev/zero | wc -c; test -c /dev/urandom"), "2");
}

#[test]
fn layers_lie_upon_each_other() {
    let world = World::new();
    let (top, middle) = (world.folder("top"), world.folder("middle"));
    world.file("top/etc/top", "top\n");
    world.file("top/both", "from the top\n");
    world.file("middle/both", "from the middle\n");
    world.file("middle/only", "middle\n");
    world.file("top/layerchain.json", &serde_json::json!([middle, world.base()]).to_string());
    let script = "cat /etc/top /both /only; echo x > /only; ls /etc/passwd";
    let ran = world.silo(&["run", "--rm", &top, "sh", "-c", script]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "top\nfrom the top\nmiddle\n/etc/passwd\n"), "{}", ran.err);
    assert_eq!(read(world.path("middle/only")), "middle\n");
    // A parent may be relative to the folder of the list, with slashes either way.
    world.file("top/layerchain.json", r#"["..\\middle", "../base"]"#);
    assert_eq!(world.silo_ok(&["run", "--rm", &top, "cat", "/both"]), "from the top\n");
}

#[test]
fn a_folder_named_host_is_reached_by_its_path() {
    let world = World::new();
    std::fs::rename(world.base(), world.path("host")).unwrap();
    let words =
        |base| world.command(&["run", "--rm", base, "sh", "-c", "ls /bin/busybox /etc/passwd | wc -l; cat /etc/group"]);
    let mut command = words("./host");
    let output = command.current_dir(world.path("")).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).ends_with("wheel:x:10:user\n"), "{output:?}");
    let output = words("host").current_dir(world.path("")).output().unwrap();
    assert!(!String::from_utf8_lossy(&output.stdout).ends_with("wheel:x:10:user\n"), "host is this machine's root");
}
