//! Finding and becoming the program: paths, working directory, descriptors, signals.

use super::*;
use rustix::fd::{AsFd, AsRawFd};
use rustix::io::{FdFlags, fcntl_setfd};
use rustix::mount::mount_bind;
use std::os::unix::fs::PermissionsExt;

/// The failures of running each of `names` in `folder`, which is the only one of `PATH`.
fn failures(names: &[&str], folder: &Path) -> Vec<String> {
    let outputs = children(names, |name| {
        let mut process = script("");
        process.args = vec![(*name).to_owned()];
        process.env = vec![format!("PATH=/nowhere:{}", folder.display())];
        become_process(&process, settings(1000, 1000));
    });
    outputs.iter().map(printed).collect()
}

/// A folder that users can search; its path is the same in the child.
fn folder(name: &str) -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("hcs-linux-programs-{name}"));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

fn file(folder: &Path, name: &str, text: &str, mode: u32) {
    std::fs::write(folder.join(name), text).unwrap();
    std::fs::set_permissions(folder.join(name), std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_program_that_is_not_there() {
    require_root();
    let folder = folder("absent");
    let expected = [
        "exec \"nonsense\": executable file not found in $PATH: No such file or directory (os error 2)",
        "exec \"/nonsense\": No such file or directory (os error 2)",
        "exec \"\": process.args[0] is empty: No such file or directory (os error 2)",
    ];
    assert_eq!(failures(&["nonsense", "/nonsense", ""], &folder), expected);
}

#[test]
fn a_program_that_may_not_be_executed() {
    require_root();
    let folder = folder("denied");
    file(&folder, "data", "text", 0o644);
    file(&folder, "roots", "#!/bin/sh\n", 0o700);
    let names = ["data", "roots", folder.to_str().unwrap()];
    let expected = names.map(|name| format!("exec {name:?}: Permission denied (os error 13)"));
    assert_eq!(failures(&names, &folder), expected);
}

#[test]
fn a_script_without_an_interpreter_is_not_given_to_a_shell() {
    require_root();
    let folder = folder("format");
    file(&folder, "bare", "echo surprise\n", 0o755);
    let expected = "exec \"bare\": the file is no program of this machine, or a script without #!: \
                    Exec format error (os error 8)";
    assert_eq!(failures(&["bare"], &folder), [expected]);
}

#[test]
fn a_denied_program_does_not_hide_a_later_one() {
    require_root();
    let (first, second) = (folder("first"), folder("second"));
    file(&first, "tool", "#!/bin/sh\necho first\n", 0o644);
    file(&second, "tool", "#!/bin/sh\necho second $0 $1\n", 0o755);
    let output = child(|| {
        let mut process = script("");
        process.args = vec!["tool".to_owned(), "argument".to_owned()];
        process.env = vec![format!("PATH={}:{}", first.display(), second.display())];
        become_process(&process, settings(1000, 1000));
    });
    assert_eq!(printed(&output), format!("second {}/tool argument", second.display()));
}

#[test]
fn a_missing_working_directory_is_made() {
    require_root();
    let cwd = folder("cwd").join("a/b");
    let _ = std::fs::remove_dir_all(cwd.parent().unwrap());
    let output = child(|| {
        let mut process = script("pwd; stat -c %u:%a .");
        process.cwd = cwd.to_str().unwrap().to_owned();
        become_process(&process, settings(1000, 1000));
    });
    assert_eq!(printed(&output), format!("{}\n0:755", cwd.display()));
}

/// The kernel asks for a lookup through `..` to be repeated when anybody on the machine renames something meanwhile.
#[test]
fn a_working_directory_is_entered_while_others_rename() {
    let folder = folder("renames");
    let [one, other, place] = ["one", "other", "place"].map(|name| folder.join(name));
    let cwd = format!("{}/../place/..", place.display());
    let output = child(|| {
        std::fs::create_dir_all(&one).unwrap();
        std::fs::create_dir_all(&place).unwrap();
        let done = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !done.load(std::sync::atomic::Ordering::Relaxed) {
                    std::fs::rename(&one, &other).and_then(|()| std::fs::rename(&other, &one)).unwrap();
                }
            });
            let failure = (0..2000).find_map(|_| crate::process::cwd::enter(&cwd).err());
            done.store(true, std::sync::atomic::Ordering::Relaxed);
            println!("{failure:?}");
        });
    });
    assert_eq!(printed(&output), "None");
}

/// A namespace with mounts of its own.
const OWN_MOUNTS: [&str; 5] = ["unshare", "--mount", "--propagation", "private", "--"];

/// Moves into a root with nothing but a procfs; returns a forgotten descriptor of the machine's root.
fn confine(root: &Path) -> OwnedFd {
    std::fs::create_dir_all(root.join("proc")).unwrap();
    let outside = rustix::fs::open("/", OFlags::PATH, Mode::empty()).unwrap();
    mount_bind("/proc", root.join("proc")).unwrap();
    rustix::process::chroot(root).unwrap();
    rustix::process::chdir("/").unwrap();
    outside
}

/// The escape of CVE-2024-21626: a working directory that is a forgotten descriptor of the machine's root.
#[test]
fn a_working_directory_through_a_descriptor_is_refused() {
    require_root();
    let root = folder("cwd-root");
    let outputs = children_through(&OWN_MOUNTS, &["", "/made/by/escape"], |below| {
        let outside = confine(&root);
        let mut process = script("cat /etc/shadow");
        process.cwd = format!("/proc/self/fd/{}{below}", outside.as_raw_fd());
        become_process(&process, settings(0, 0));
    });
    for output in outputs {
        let text = printed(&output);
        assert!(text.starts_with("enter process.cwd \"/proc/self/fd/"), "{text}");
        let why = "it goes through a link of procfs, or through too many links";
        assert!(text.ends_with(&format!("{why}: {}", os_error(libc::ELOOP))), "{text}");
    }
    assert!(!Path::new("/made").exists());
}

/// The second fence: wherever the directory came from, the kernel must say that it is below the root.
#[test]
fn a_working_directory_outside_the_root_is_noticed() {
    require_root();
    let root = folder("verify-root");
    let output = child_through(&OWN_MOUNTS, || {
        rustix::process::fchdir(confine(&root)).unwrap();
        println!("{}", crate::process::cwd::verify("/somewhere", true).unwrap_err());
    });
    let expected = "process.cwd: \"/somewhere\" is outside the container's root: Operation not permitted (os error 1)";
    assert_eq!(printed(&output), expected);
}

/// The same escape for the program: it would be found while `execve` still has the descriptor.
#[test]
fn a_program_through_a_descriptor_is_not_executed() {
    require_root();
    let root = folder("exec-root");
    // So that a program of the machine would find its libraries.
    for folder in ["lib", "lib64"] {
        let _ = std::os::unix::fs::symlink(format!("usr/{folder}"), root.join(folder));
    }
    std::fs::create_dir_all(root.join("usr")).unwrap();
    let output = child_through(&OWN_MOUNTS, || {
        mount_bind("/usr", root.join("usr")).unwrap();
        let outside = confine(&root);
        let mut process = script("");
        process.args = vec![format!("/proc/self/fd/{}/bin/echo", outside.as_raw_fd()), "escaped".to_owned()];
        become_process(&process, settings(0, 0));
    });
    let text = printed(&output);
    assert!(text.ends_with("/bin/echo\": No such file or directory (os error 2)"), "{text}");
}

#[test]
fn only_chosen_descriptors_reach_the_program() {
    require_root();
    let output = child(|| {
        let leak = || {
            let file = std::fs::File::open("/dev/null").unwrap();
            fcntl_setfd(&file, FdFlags::empty()).unwrap();
            file
        };
        let files: Vec<_> = (0..8).map(|_| leak()).collect();
        let kept = &files[5];
        println!("{} {}", files[0].as_raw_fd(), kept.as_raw_fd());
        let process = script("ls /proc/$$/fd; exit 0");
        let mut settings = settings(0, 0);
        settings.preserve_fds = files[0].as_raw_fd() as u32 + 1 - 3;
        match prepare(&process, settings) {
            Ok(prepared) => prepared.exec(&[kept.as_fd()], |failure| {
                print(&failure);
                1
            }),
            Err(failure) => println!("{failure}"),
        }
    });
    let text = printed(&output);
    let (numbers, open) = text.split_once('\n').unwrap();
    let (first, kept) = numbers.split_once(' ').unwrap();
    let (first, kept): (u32, u32) = (first.parse().unwrap(), kept.parse().unwrap());
    let open: Vec<u32> = open.lines().map(|number| number.parse().unwrap()).collect();
    assert!(open.contains(&first) && open.contains(&kept), "{text}");
    assert!((first + 1..kept).chain(kept + 1..kept + 3).all(|number| !open.contains(&number)), "{text}");
}

#[test]
fn signals_are_as_a_program_expects_them() {
    require_root();
    let output = child(|| {
        // This runtime's language ignores SIGPIPE.
        let text = std::fs::read_to_string("/proc/self/status").unwrap();
        let ignored = text.lines().find_map(|line| line.strip_prefix("SigIgn:\t")).unwrap();
        assert_eq!(u64::from_str_radix(ignored, 16).unwrap() >> (libc::SIGPIPE - 1) & 1, 1, "{ignored}");
        become_process(&script("grep -E 'Sig(Blk|Ign):' /proc/self/status | tr -s '\\t' ' '"), settings(0, 0));
    });
    assert_eq!(printed(&output), "SigBlk: 0000000000000000\nSigIgn: 0000000000000000");
}

#[test]
fn pipes_belong_to_the_user() {
    require_root();
    let output =
        child(|| become_process(&script("stat -L -c %u /dev/fd/1; echo again > /dev/stdout"), settings(1000, 0)));
    assert_eq!(printed(&output), "1000\nagain");
}
