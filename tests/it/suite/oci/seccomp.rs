//! `linux.seccomp`: actions, arguments, architectures and flags.

use super::Bundle;
use serde_json::{Value, json};

/// A filter that allows everything but what is listed.
fn filter(syscalls: Value) -> Value {
    json!({"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_AARCH64"], "syscalls": syscalls})
}

fn making_folders(action: Value) -> Value {
    let mut rule = json!({"names": ["mkdir", "mkdirat", "a_call_of_the_future"]});
    rule.as_object_mut().unwrap().extend(action.as_object().unwrap().clone());
    filter(json!([rule]))
}

fn with(script: &str, filter: Value) -> Bundle {
    Bundle::new(script).set("/linux/seccomp", filter)
}

#[test]
fn a_call_fails_with_the_errno_asked_for() {
    for (errno, words) in [
        (None, "Operation not permitted"),
        (Some(38), "Function not implemented"),
        (Some(28), "No space left on device"),
    ] {
        let mut action = json!({"action": "SCMP_ACT_ERRNO"});
        if let Some(errno) = errno {
            action["errnoRet"] = json!(errno);
        }
        let ran = with("mkdir /made; touch /other && echo other", making_folders(action)).run();
        assert!(ran.err.contains(words) && ran.out == "other\n", "{errno:?}: {}{}", ran.out, ran.err);
    }
}

#[test]
fn a_call_kills() {
    for action in ["SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD", "SCMP_ACT_TRAP"] {
        let bundle = with("mkdir /made; echo $?", making_folders(json!({"action": action})));
        assert_eq!(bundle.run().out.trim(), "159", "128 + SIGSYS by {action}");
        bundle.assert_empty();
    }
}

#[test]
fn the_first_process_is_killed_too() {
    let bundle = Bundle::of(&["mkdir", "/made"]);
    let bundle = bundle.set("/linux/seccomp", making_folders(json!({"action": "SCMP_ACT_KILL_PROCESS"})));
    assert_eq!(bundle.run().code, 159);
    bundle.assert_empty();
}

#[test]
fn a_call_that_is_only_logged_goes_through() {
    for action in ["SCMP_ACT_LOG", "SCMP_ACT_ALLOW"] {
        assert_eq!(with("mkdir /made && ls -d /made", making_folders(json!({"action": action}))).output(), "/made");
    }
}

#[test]
fn arguments_decide() {
    // kill(pid, signal): the second argument.
    for (op, value, two, refused) in [
        ("SCMP_CMP_EQ", 10, None, [10].as_slice()),
        ("SCMP_CMP_NE", 10, None, &[0, 12, 18]),
        ("SCMP_CMP_LT", 11, None, &[0, 10]),
        ("SCMP_CMP_LE", 12, None, &[0, 10, 12]),
        ("SCMP_CMP_GT", 12, None, &[18]),
        ("SCMP_CMP_GE", 12, None, &[12, 18]),
        ("SCMP_CMP_MASKED_EQ", 8, Some(8), &[10, 12]),
    ] {
        let mut arg = json!({"index": 1, "value": value, "op": op});
        if let Some(two) = two {
            arg["valueTwo"] = json!(two);
        }
        let rule = json!([{"names": ["kill"], "action": "SCMP_ACT_ERRNO", "args": [arg]}]);
        let script =
            "trap : USR1 USR2 CONT; for signal in 0 10 12 18; do kill -$signal $$ 2>/dev/null || echo $signal; done";
        let found: Vec<u32> = with(script, filter(rule)).output().lines().map(|line| line.parse().unwrap()).collect();
        assert_eq!(found, refused, "{op}");
    }
}

#[test]
fn all_arguments_of_a_rule_must_hold_and_rules_are_alternatives() {
    let rule = json!([
        {"names": ["kill"], "action": "SCMP_ACT_ERRNO", "args": [
            {"index": 0, "value": 1, "op": "SCMP_CMP_EQ"}, {"index": 1, "value": 10, "op": "SCMP_CMP_EQ"}]},
        {"names": ["kill"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 1, "value": 12, "op": "SCMP_CMP_EQ"}]},
    ]);
    let script = "trap : USR1 USR2; kill -10 1 2>/dev/null || echo both; kill -12 1 2>/dev/null || echo second; \
                  sleep 9 & kill -10 $! 2>/dev/null && echo one";
    assert_eq!(with(script, filter(rule)).output(), "both\nsecond\none");
}

#[test]
fn a_filter_is_in_force_with_and_without_new_privileges_and_for_any_user() {
    for no_new in [false, true] {
        for uid in [0, 1000] {
            let bundle = with(
                "grep Seccomp: /proc/self/status | cut -f2; mkdir /tmp/made",
                making_folders(json!({"action": "SCMP_ACT_ERRNO"})),
            )
            .set("/process/noNewPrivileges", no_new)
            .set("/process/user", json!({"uid": uid, "gid": uid}));
            let ran = bundle.run();
            assert_eq!(ran.out, "2\n");
            assert!(ran.err.contains("Operation not permitted"), "{}", ran.err);
        }
    }
}

#[test]
fn flags_are_passed_on() {
    let mut filter = making_folders(json!({"action": "SCMP_ACT_ERRNO"}));
    filter["flags"] = json!(["SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW"]);
    let script = "grep -E 'Speculation_Store_Bypass' /proc/self/status | grep -c 'force mitigated'; true";
    assert_eq!(with(script, filter).output(), "0");
}

#[test]
fn executed_processes_are_filtered_too() {
    let bundle = with("sleep 1000", making_folders(json!({"action": "SCMP_ACT_ERRNO"})));
    let running = bundle.start();
    let ran = running.exec_with(&[], &["mkdir", "/made"]);
    assert!(ran.code == 1 && ran.err.contains("Operation not permitted"), "{} {}", ran.code, ran.err);
    running.end();
}

#[test]
fn a_default_that_refuses_leaves_what_is_listed() {
    let calls = [
        "execve",
        "execveat",
        "brk",
        "mmap",
        "munmap",
        "mprotect",
        "arch_prctl",
        "exit",
        "exit_group",
        "write",
        "read",
        "close",
        "fstat",
        "newfstatat",
        "set_tid_address",
        "set_robust_list",
        "rseq",
        "prlimit64",
        "getrandom",
        "readlinkat",
        "readlink",
        "prctl",
        "ioctl",
        "getuid",
        "geteuid",
        "getgid",
        "getegid",
        "rt_sigaction",
        "rt_sigprocmask",
        "capset",
        "sendmsg",
        "poll",
        "lseek",
        "uname",
    ];
    let filter = json!({
        "defaultAction": "SCMP_ACT_ERRNO",
        "defaultErrnoRet": 13,
        "syscalls": [{"names": calls.as_slice(), "action": "SCMP_ACT_ALLOW"}],
    });
    assert_eq!(Bundle::of(&["echo", "hello"]).set("/linux/seccomp", filter.clone()).output(), "hello");
    let ran = Bundle::of(&["mkdir", "/made"]).set("/linux/seccomp", filter).run();
    assert!(ran.err.contains("Permission denied"), "{} {}", ran.code, ran.err);
}

#[test]
fn filters_that_make_no_sense_are_refused() {
    let bad = |change: &dyn Fn(&mut Value)| {
        let mut filter = making_folders(json!({"action": "SCMP_ACT_ERRNO"}));
        change(&mut filter);
        with("true", filter)
    };
    bad(&|filter| filter["defaultAction"] = json!("SCMP_ACT_TEST"))
        .refused(&["linux.seccomp.defaultAction", "SCMP_ACT_TEST"]);
    bad(&|filter| filter["architectures"] = json!(["SCMP_ARCH_TEST"])).refused(&["linux.seccomp.architectures"]);
    bad(&|filter| filter["flags"] = json!(["SECCOMP_FILTER_FLAG_TEST"])).refused(&["linux.seccomp.flags"]);
    bad(&|filter| filter["syscalls"][0]["action"] = json!("X")).refused(&["linux.seccomp.syscalls[0]", "X"]);
    bad(&|filter| filter["syscalls"][0]["args"] = json!([{"index": 6, "value": 0, "op": "SCMP_CMP_EQ"}]))
        .refused(&["linux.seccomp.syscalls[0]", "no argument 6"]);
    bad(&|filter| filter["syscalls"][0]["args"] = json!([{"index": 0, "value": 0, "op": "X"}]))
        .refused(&["linux.seccomp.syscalls[0]", "\"X\""]);
}
