//! CVE-2019-5736 and CVE-2016-9962: root in the container looks at helpers while they join it.

use super::{await_file, copy_of_silo};
use crate::oci::Bundle;
use std::process::Command;

/// Guesses the number of the next process and tries to get hold of its program, its descriptors and its root, without ever
/// starting a process itself. What it has got hold of it writes to when the process is gone.
const WATCHER: &str = r#"
    echo x > /shared/ready
    next=$1
    while ! test -e /shared/end; do
        if test -e /proc/$next; then
            while test -e /proc/$next; do
                command exec 9< /proc/$next/exe && { read -r comm < /proc/$next/comm; case $comm in
                    silo*) echo program >> /shared/held; exec 8<&9;;
                esac; }
                for fd in 3 4 5 6 7; do
                    test -e /proc/$next/fd/$fd && { read -r comm < /proc/$next/comm; case $comm in
                        silo*) echo descriptor $fd >> /shared/held;;
                    esac; }
                done
            done
            { echo overwritten >> /proc/self/fd/8; } && echo program >> /shared/written
            next=$((next + 1))
        fi
    done 2>/dev/null
    for try in 1 2 3; do { echo overwritten >> /proc/self/fd/8; } && echo program >> /shared/written; done 2>/dev/null
    echo x > /shared/tried
"#;

/// Watches many processes join a container with these capabilities, and answers what of a helper could be had. Ends early
/// once something could.
fn watch(capabilities: &[&str], times: u32) -> String {
    let bundle = Bundle::new("sleep 100").grant(capabilities);
    let shared = bundle.path("shared");
    std::fs::create_dir(&shared).unwrap();
    let bundle = bundle.mount("bind", "shared", "/shared", &["bind"]);
    let silo = copy_of_silo(&bundle.path(""));
    let before = std::fs::read(&silo).unwrap();
    let running = bundle.start_with(&silo);
    let watcher = running.exec_with(&["-d"], &["/bin/sh", "-c", WATCHER, "watcher", "3"]);
    assert_eq!(watcher.code, 0, "{}", watcher.err);
    await_file(&shared.join("ready"));
    for _ in 0..times {
        if shared.join("held").exists() {
            break;
        }
        let args = ["exec", bundle.id(), "/bin/true"];
        let ran = Command::new(&silo).arg("--root").arg(bundle.world().root()).args(args).output().unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    }
    std::fs::write(shared.join("end"), "").unwrap();
    await_file(&shared.join("tried"));
    assert!(!shared.join("written").exists(), "something was written to");
    running.end();
    assert!(std::fs::read(&silo).unwrap() == before, "the runtime's program was changed");
    std::fs::read_to_string(shared.join("held")).unwrap_or_default()
}

/// Guard: helpers are not dumpable before they enter (`launch/join.rs`, and once more `process/finish.rs`).
#[test]
fn nothing_of_a_joining_helper_is_to_be_had() {
    assert_eq!(watch(&["CAP_DAC_READ_SEARCH"], 25), "", "the watcher got hold of a helper");
}

/// Who may trace everything gets hold of helpers, and even so the program is not to be changed.
///
/// Guard: helpers run from a copy that is sealed (`launch/seal.rs`). While the container's keeper lives, which runs from the
/// same file, the kernel refuses too; [`binary`](super::binary) has the case where it does not.
#[test]
fn the_program_is_not_to_be_changed_by_who_may_trace() {
    // On a machine that is busy with other things the watcher misses many.
    let held = watch(&["CAP_DAC_READ_SEARCH", "CAP_SYS_PTRACE"], 500);
    assert!(held.contains("program") || held.contains("descriptor"), "the watcher sees nothing at all");
}
