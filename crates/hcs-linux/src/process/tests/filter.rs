//! Filters as the kernel enforces them.

use super::*;
use crate::process::seccomp::{self, Listener};
use crate::process::state::{State, Status, VERSION};
use hcs_schema::oci::{Seccomp, Syscall, SyscallArg};
use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recvmsg};
use std::io::IoSliceMut;
use std::mem::MaybeUninit;
use std::os::unix::net::UnixListener;
use std::os::unix::process::ExitStatusExt;

fn rule(names: &[&str], action: &str, errno_ret: Option<i32>) -> Syscall {
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    let errno_ret = errno_ret.map(|errno| errno as u32);
    Syscall { names, action: action.to_owned(), errno_ret, ..Syscall::default() }
}

fn profile(default_action: &str, syscalls: Vec<Syscall>) -> Seccomp {
    Seccomp { default_action: default_action.to_owned(), syscalls, ..Seccomp::default() }
}

/// Settings with that filter.
fn filtered(profile: &Seccomp, uid: u32) -> Settings<'static> {
    let mut settings = settings(uid, uid);
    settings.filter = Some(seccomp::compile(profile).unwrap());
    settings
}

#[test]
fn each_call_has_the_errno_of_its_rule() {
    require_root();
    let output = child(|| {
        let rules = vec![
            rule(&["mkdir", "mkdirat"], "SCMP_ACT_ERRNO", Some(libc::EXDEV)),
            rule(&["chmod", "fchmod", "fchmodat"], "SCMP_ACT_ERRNO", None),
        ];
        let mut process =
            script("mkdir /tmp/no; chmod 7 /tmp; grep -E '^Seccomp:' /proc/self/status | tr -s '\\t' ' '");
        process.args[2].insert_str(0, "exec 2>&1; ");
        process.no_new_privileges = true;
        become_process(&process, filtered(&profile("SCMP_ACT_ALLOW", rules), 1000));
    });
    let text = printed(&output);
    let lines: Vec<&str> = text.lines().collect();
    let [mkdir, chmod, "Seccomp: 2"] = lines[..] else { panic!("{text}") };
    assert!(mkdir.starts_with("mkdir: ") && mkdir.ends_with("Invalid cross-device link"), "{text}");
    assert!(chmod.starts_with("chmod: ") && chmod.ends_with("Operation not permitted"), "{text}");
}

#[test]
fn without_no_new_privs_the_capabilities_are_dropped_behind_the_filter() {
    require_root();
    let output = child(|| {
        let mut prctl = rule(&["prctl"], "SCMP_ACT_KILL_PROCESS", None);
        // Some shells ask for their own name.
        let value = libc::PR_GET_NAME as u64;
        prctl.args = vec![SyscallArg { op: "SCMP_CMP_NE".to_owned(), value, ..SyscallArg::default() }];
        let rules =
            vec![rule(&["setuid", "setresuid", "setgroups", "chdir", "umask"], "SCMP_ACT_KILL_PROCESS", None), prctl];
        let mut process = script("grep -E '^(Cap...|NoNewPrivs|Seccomp):' /proc/self/status | tr -s '\\t' ' '");
        process.args =
            ["grep", "-E", "^(Cap(Prm|Eff|Bnd)|NoNewPrivs|Seccomp):", "/proc/self/status"].map(str::to_owned).to_vec();
        process.capabilities = caps(&["KILL"], &["KILL"], &[], &[]);
        become_process(&process, filtered(&profile("SCMP_ACT_ALLOW", rules), 0));
    });
    let expected = "CapPrm:\t0000000000000020\nCapEff:\t0000000000000020\nCapBnd:\t0000000000000020\n\
                    NoNewPrivs:\t0\nSeccomp:\t2";
    assert_eq!(printed(&output), expected);
}

#[test]
fn a_filter_that_forbids_dropping_capabilities_is_explained() {
    require_root();
    let output = child(|| {
        let rules = vec![rule(&["capset"], "SCMP_ACT_ERRNO", Some(libc::EPERM))];
        become_process(&script("true"), filtered(&profile("SCMP_ACT_ALLOW", rules), 1000));
    });
    let expected = "set the capabilities of the process: without noNewPrivileges the filter must permit capset, with which \
                    the runtime drops its capabilities: Operation not permitted (os error 1)";
    assert_eq!(printed(&output), expected);
}

#[test]
fn a_filter_that_may_not_be_loaded_is_explained() {
    require_root();
    let output = child(|| {
        crate::process::caps::settle(&Default::default()).unwrap();
        let filter = seccomp::compile(&profile("SCMP_ACT_ALLOW", vec![])).unwrap();
        println!("{}", filter.load().unwrap_err());
    });
    let expected = "load the seccomp filter: this needs process.noNewPrivileges, or CAP_SYS_ADMIN in the user namespace: \
                    Permission denied (os error 13)";
    assert_eq!(printed(&output), expected);
}

/// A list of what is permitted, which leaves exactly what a small program and the last step of the runtime need.
#[test]
fn a_strict_list_is_enough_to_start() {
    require_root();
    let output = child(|| {
        let names = [
            "execve",
            "brk",
            "mmap",
            "munmap",
            "mprotect",
            "arch_prctl",
            "set_tid_address",
            "set_robust_list",
            "rseq",
            "prlimit64",
            "getrandom",
            "openat",
            "read",
            "pread64",
            "fstat",
            "newfstatat",
            "close",
            "write",
            "exit_group",
            "access",
            "faccessat",
            "futex",
        ];
        let rules = vec![rule(&names, "SCMP_ACT_ALLOW", None)];
        let mut process = script("");
        process.args = ["echo", "hello"].map(str::to_owned).to_vec();
        process.no_new_privileges = true;
        become_process(&process, filtered(&profile("SCMP_ACT_ERRNO", rules), 1000));
    });
    assert_eq!(printed(&output), "hello");
}

#[test]
fn killing_actions_kill() {
    require_root();
    let actions = ["SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD", "SCMP_ACT_KILL", "SCMP_ACT_TRAP"];
    let outputs = children(&actions, |action| {
        let mut process = script("");
        process.args = ["mkdir", "/tmp/no"].map(str::to_owned).to_vec();
        process.no_new_privileges = true;
        let rules = vec![rule(&["mkdir", "mkdirat"], action, None)];
        become_process(&process, filtered(&profile("SCMP_ACT_ALLOW", rules), 1000));
    });
    for (action, output) in actions.iter().zip(outputs) {
        assert_eq!(output.status.signal(), Some(libc::SIGSYS), "{action}: {output:?}");
    }
}

#[test]
#[cfg(target_arch = "x86_64")]
fn the_32_bit_entry_is_filtered_by_its_own_numbers() {
    use crate::sys::seccomp::getpid_of_32_bits;
    // Kernels may be built without it; then every number is unknown there.
    let enabled = getpid_of_32_bits() == rustix::process::getpid().as_raw_pid();
    let load = |architectures: &[&str]| {
        let mut profile = profile("SCMP_ACT_ALLOW", vec![rule(&["getpid"], "SCMP_ACT_ERRNO", Some(libc::EXDEV))]);
        profile.architectures = architectures.iter().map(|name| (*name).to_owned()).collect();
        rustix::thread::set_no_new_privs(true).unwrap();
        seccomp::compile(&profile).unwrap().load().unwrap();
    };
    let output = child(|| {
        load(&["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"]);
        println!("{}", getpid_of_32_bits());
    });
    let denied = if enabled { -libc::EXDEV } else { -libc::ENOSYS };
    assert_eq!(printed(&output), denied.to_string());
}

#[test]
#[cfg(target_arch = "x86_64")]
fn an_architecture_that_is_not_listed_is_killed() {
    use crate::sys::seccomp::getpid_of_32_bits;
    if getpid_of_32_bits() != rustix::process::getpid().as_raw_pid() {
        return;
    }
    let output = child(|| {
        rustix::thread::set_no_new_privs(true).unwrap();
        seccomp::compile(&profile("SCMP_ACT_ALLOW", vec![])).unwrap().load().unwrap();
        println!("{}", getpid_of_32_bits());
    });
    assert_eq!(output.status.signal(), Some(libc::SIGSYS), "{output:?}");
}

/// A container's state.
fn state() -> State {
    let (oci_version, id, bundle) = (VERSION.to_owned(), "box".to_owned(), "/bundle".to_owned());
    State { oci_version, id, status: Status::Creating, pid: 42, bundle, annotations: Default::default() }
}

/// Receives the document and the descriptor that come with one connection.
fn receive(agent: &UnixListener) -> (String, OwnedFd) {
    let (connection, _) = agent.accept().unwrap();
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let mut bytes = [0; 4096];
    let received =
        recvmsg(&connection, &mut [IoSliceMut::new(&mut bytes)], &mut ancillary, RecvFlags::CMSG_CLOEXEC).unwrap();
    let mut descriptors = ancillary.drain().flat_map(|message| match message {
        RecvAncillaryMessage::ScmRights(descriptors) => descriptors.collect::<Vec<_>>(),
        _ => Vec::new(),
    });
    (String::from_utf8(bytes[..received.bytes].to_vec()).unwrap(), descriptors.next().unwrap())
}

#[test]
fn an_agent_gets_the_notifications() {
    require_root();
    let path = std::env::temp_dir().join("hcs-linux-agent.socket");
    let is_child = std::env::var(CHILD).is_ok();
    let agent = (!is_child).then(|| {
        let _ = std::fs::remove_file(&path);
        let listener = UnixListener::bind(&path).unwrap();
        // Letting go of the descriptor makes every notified call fail with ENOSYS.
        std::thread::spawn(move || receive(&listener).0)
    });
    let output = child(|| {
        let mut profile = profile("SCMP_ACT_ALLOW", vec![rule(&["mkdir", "mkdirat"], "SCMP_ACT_NOTIFY", None)]);
        profile.listener_path = Some(path.to_str().unwrap().to_owned());
        profile.flags = vec!["SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV".to_owned()];
        let mut process = script("exec 2>&1; mkdir /tmp/no");
        process.no_new_privileges = true;
        let mut settings = filtered(&profile, 1000);
        let socket = Listener::connect(path.to_str().unwrap()).unwrap();
        settings.listener = Some(Listener::new(socket, Listener::message(42, Some("data"), &state())));
        become_process(&process, settings);
    });
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("Function not implemented"), "{output:?}");
    let expected = r#"{"ociVersion":"1.2.0","fds":["seccompFd"],"pid":42,"metadata":"data","state":{"ociVersion":"1.2.0","id":"box","status":"creating","pid":42,"bundle":"/bundle"}}"#;
    assert_eq!(agent.unwrap().join().unwrap(), expected);
}

#[test]
fn a_notifying_filter_without_an_agent_is_refused() {
    require_root();
    let output = child(|| {
        let mut profile = profile("SCMP_ACT_ALLOW", vec![rule(&["mkdir"], "SCMP_ACT_NOTIFY", None)]);
        profile.listener_path = Some("/agent".to_owned());
        become_process(&script("true"), filtered(&profile, 1000));
    });
    let expected = format!("linux.seccomp.listenerPath: nobody listens: {}", os_error(libc::ENOTCONN));
    assert_eq!(printed(&output), expected);
}
