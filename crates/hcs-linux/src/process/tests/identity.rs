//! Users, capabilities, limits and the other attributes, as the program sees them.

use super::*;
use crate::process::{caps as capabilities, lsm, oom, rlimits};
use crate::sys::process::join_new_session_keyring;
use rustix::process::Signal;

/// Shows the named lines of `/proc/self/status` without their tabs.
fn status(lines: &str) -> oci::Process {
    script(&format!("grep -E '^({lines}):' /proc/self/status | tr -s '\\t' ' '"))
}

#[test]
fn root_has_exactly_the_listed_capabilities() {
    require_root();
    let output = child(|| {
        let mut process = status("Cap...|NoNewPrivs");
        process.capabilities = caps(&["CHOWN", "KILL"], &["CHOWN", "KILL"], &[], &[]);
        become_process(&process, settings(0, 0));
    });
    let expected = "CapInh: 0000000000000000\nCapPrm: 0000000000000021\nCapEff: 0000000000000021\n\
                    CapBnd: 0000000000000021\nCapAmb: 0000000000000000\nNoNewPrivs: 0";
    assert_eq!(printed(&output), expected);
}

#[test]
fn a_user_keeps_exactly_the_ambient_capabilities() {
    require_root();
    let output = child(|| {
        let mut process = status("Cap...|Uid|Gid|Groups|NoNewPrivs");
        let listed = ["NET_BIND_SERVICE", "KILL"];
        process.capabilities = caps(&["NET_BIND_SERVICE", "KILL", "CHOWN"], &listed, &listed, &["NET_BIND_SERVICE"]);
        process.no_new_privileges = true;
        let mut settings = settings(1000, 1001);
        settings.identity.groups = vec![5, 7];
        become_process(&process, settings);
    });
    let expected = "Uid: 1000 1000 1000 1000\nGid: 1001 1001 1001 1001\nGroups: 5 7 \n\
                    CapInh: 0000000000000420\nCapPrm: 0000000000000400\nCapEff: 0000000000000400\n\
                    CapBnd: 0000000000000421\nCapAmb: 0000000000000400\nNoNewPrivs: 1";
    assert_eq!(printed(&output), expected);
}

#[test]
fn no_section_means_no_capability() {
    require_root();
    for output in children(&[0, 1000], |uid| become_process(&status("Cap..."), settings(*uid, *uid))) {
        let zero = ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"].map(|set| format!("{set}: 0000000000000000"));
        assert_eq!(printed(&output), zero.join("\n"));
    }
}

#[test]
fn the_sets_are_exact_before_the_program_too() {
    require_root();
    let output = child(|| {
        let mut process = status("Cap...");
        process.capabilities = caps(&["CHOWN", "KILL"], &["KILL"], &["CHOWN"], &[]);
        drop(prepare(&process, settings(1000, 1000)).map_err(|failure| println!("{failure}")));
        let text = std::fs::read_to_string("/proc/thread-self/status").unwrap();
        text.lines().filter(|line| line.starts_with("Cap")).for_each(|line| println!("{}", line.replace('\t', " ")));
    });
    let expected = "CapInh: 0000000000000001\nCapPrm: 0000000000000020\nCapEff: 0000000000000020\n\
                    CapBnd: 0000000000000021\nCapAmb: 0000000000000000";
    assert_eq!(printed(&output), expected);
}

#[test]
fn a_capability_that_is_not_held_is_named() {
    require_root();
    let output = child(|| {
        let few = capabilities::parse(caps(&["KILL"], &["KILL"], &[], &[]).as_ref()).unwrap();
        capabilities::settle(&few).unwrap();
        let mut process = script("true");
        process.capabilities = caps(&["CHOWN", "KILL", "SYS_TIME"], &["CHOWN", "KILL", "SYS_TIME"], &[], &[]);
        become_process(&process, settings(0, 0));
    });
    let expected = "process.capabilities: this runtime does not hold CAP_CHOWN, CAP_SYS_TIME itself, so it cannot pass it \
                    on: Operation not permitted (os error 1)";
    assert_eq!(printed(&output), expected);
}

#[test]
fn limits_hold_for_the_program() {
    require_root();
    let output = child(|| {
        let mut process = script("ulimit -Sn; ulimit -Hn; ulimit -c");
        let limit =
            |kind: &str, soft, hard| oci::Rlimit { kind: kind.to_owned(), soft, hard, ..oci::Rlimit::default() };
        process.rlimits = vec![limit("RLIMIT_NOFILE", 64, 128), limit("RLIMIT_CORE", 0, 0)];
        become_process(&process, settings(1000, 1000));
    });
    assert_eq!(printed(&output), "64\n128\n0");
}

#[test]
fn a_limit_that_may_not_be_raised_says_what_is_missing() {
    require_root();
    let output = child(|| {
        capabilities::settle(&Default::default()).unwrap();
        let limit = |hard| oci::Rlimit { kind: "RLIMIT_NOFILE".to_owned(), soft: 9, hard, ..oci::Rlimit::default() };
        rlimits::apply(&rlimits::parse(&[limit(100)]).unwrap()).unwrap();
        println!("{}", rlimits::apply(&rlimits::parse(&[limit(101)]).unwrap()).unwrap_err());
    });
    let expected = "set RLIMIT_NOFILE to 9/101: raising the hard limit, now 100, needs CAP_SYS_RESOURCE, which this runtime \
                    does not hold: Operation not permitted (os error 1)";
    assert_eq!(printed(&output), expected);
}

#[test]
fn the_out_of_memory_score_is_set_or_the_reason_given() {
    require_root();
    let output = child(|| {
        oom::apply(300, &proc).unwrap();
        println!("{}", std::fs::read_to_string("/proc/self/oom_score_adj").unwrap().trim());
        capabilities::settle(&Default::default()).unwrap();
        oom::apply(300, &proc).unwrap();
        println!("{}", oom::apply(-1000, &proc).unwrap_err());
    });
    let expected = "300\nwrite \"-1000\" to /proc/self/oom_score_adj: going below 300 needs CAP_SYS_RESOURCE, which this \
                    runtime does not hold: Permission denied (os error 13)";
    assert_eq!(printed(&output), expected);
}

#[test]
fn scheduling_priority_and_domain_are_the_programs() {
    require_root();
    let output = child(|| {
        // Fields of stat: 19 is the nice value, 41 the policy.
        let mut process = script("awk '{print $19, $41}' /proc/self/stat; uname -m; umask; ionice; echo $HOME");
        let scheduler = oci::Scheduler { policy: "SCHED_BATCH".to_owned(), nice: Some(7), ..oci::Scheduler::default() };
        process.scheduler = Some(scheduler);
        let class = "IOPRIO_CLASS_BE".to_owned();
        process.io_priority = Some(oci::IoPriority { class, priority: 6, ..oci::IoPriority::default() });
        process.user.umask = Some(0o077);
        let domain = oci::Personality { domain: "LINUX32".to_owned(), ..oci::Personality::default() };
        let mut settings = settings(1000, 1000);
        settings.personality = Some(&domain);
        settings.identity.home = "/home/box".to_owned();
        become_process(&process, settings);
    });
    let machine = if cfg!(target_arch = "x86_64") { "i686" } else { "armv8l" };
    assert_eq!(printed(&output), format!("7 3\n{machine}\n0077\nbest-effort: prio 6\n/home/box"));
}

#[test]
fn a_set_home_is_kept_and_the_usual_umask_is_022() {
    require_root();
    let output = child(|| {
        let mut process = script("echo $HOME; umask");
        process.env.push("HOME=/mine".to_owned());
        become_process(&process, settings(1000, 1000));
    });
    assert_eq!(printed(&output), "/mine\n0022");
}

#[test]
fn cpus_are_those_of_the_specification() {
    require_root();
    let output = child(|| {
        let mut process = script("grep Cpus_allowed_list /proc/self/status | tr -s '\\t' ' '");
        process.exec_cpu_affinity.get_or_insert_default().last = Some("0".to_owned());
        let mut settings = settings(0, 0);
        settings.bind_cpus = true;
        become_process(&process, settings);
    });
    assert_eq!(printed(&output), "Cpus_allowed_list: 0");
}

#[test]
fn the_process_dies_with_its_parent_and_cannot_be_traced_before_it_is_the_program() {
    require_root();
    let output = child(|| {
        let mut settings = settings(1000, 1000);
        settings.die_with_parent = true;
        drop(prepare(&script("true"), settings).map_err(|failure| println!("{failure}")));
        assert_eq!(rustix::process::parent_process_death_signal().unwrap(), Some(Signal::KILL));
        println!("{:?}", rustix::process::dumpable_behavior().unwrap());
    });
    assert_eq!(printed(&output), "NotDumpable");
}

#[test]
fn each_session_keyring_is_a_new_one() {
    require_root();
    // A sandbox without keyrings is no failure of ours, and `prepare` goes on there as well.
    if let (Ok(first), Ok(second)) = (join_new_session_keyring(), join_new_session_keyring()) {
        assert_ne!(first, second);
    }
    let output = child(|| {
        let mut settings = settings(0, 0);
        settings.new_keyring = true;
        become_process(&script("echo joined"), settings);
    });
    assert_eq!(printed(&output), "joined");
}

#[test]
fn labels_need_their_security_module() {
    let none = Present::default();
    assert_eq!(lsm::apparmor("unconfined", none, &proc), Ok(()));
    assert_eq!(lsm::selinux("", none, &proc), Ok(()));
    let text = lsm::apparmor("docker-default", none, &proc).unwrap_err().to_string();
    let end = os_error(libc::EOPNOTSUPP);
    let expected = format!(
        "process.apparmorProfile: \"docker-default\" cannot be entered: AppArmor is not enabled on this machine: {end}"
    );
    assert_eq!(text, expected);
    let text = lsm::selinux("a:b:c", none, &proc).unwrap_err().to_string();
    let expected =
        format!("process.selinuxLabel: \"a:b:c\" cannot be entered: SELinux is not enabled on this machine: {end}");
    assert_eq!(text, expected);
}

#[test]
fn labels_are_written_where_the_kernel_wants_them() {
    let folder = tempfile::tempdir().unwrap();
    let open = |path: &Path, flags: OFlags| {
        let name = path.to_str().unwrap().replace('/', "_");
        let mode = Mode::from_raw_mode(0o600);
        crate::Context::doing(rustix::fs::open(folder.path().join(name), flags | OFlags::CREATE, mode), || "open")
    };
    let both = Present { apparmor: true, selinux: true };
    lsm::apparmor("box", both, &open).unwrap();
    lsm::selinux("a:b:c:s0", both, &open).unwrap();
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(read("thread-self_attr_apparmor_exec"), "exec box");
    assert_eq!(read("thread-self_attr_exec"), "a:b:c:s0");
}

/// Prints the cost of everything but the filter and `execve`, at its best: what else the machine does is not meant.
#[test]
fn preparing_is_quick() {
    require_root();
    let outputs = children(&[(); 10], |()| {
        let mut process = script("true");
        process.capabilities = caps(&["CHOWN", "KILL"], &["CHOWN", "KILL"], &[], &[]);
        process.oom_score_adj = Some(1);
        let mut settings = settings(1000, 1000);
        settings.new_keyring = true;
        let start = std::time::Instant::now();
        drop(prepare(&process, settings).unwrap_or_else(|failure| panic!("{failure}")));
        println!("{}", start.elapsed().as_micros());
    });
    let best = outputs.iter().map(|output| printed(output).parse::<u32>().unwrap()).min().unwrap();
    println!("{best} µs");
    assert!(best < 50_000, "{best}");
}
