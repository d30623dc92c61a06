//! CVE-2019-5736: the container writes to the runtime's program on the host, through what `/proc` shows of it.

use super::{Stuck, await_file, copy_of_silo};
use crate::oci::Bundle;
use serde_json::json;
use std::path::Path;

/// An attacker in the first container: waits for the process of the second that runs the runtime's program, keeps hold of
/// that, and writes to it when nothing runs it any more.
const ATTACKER: &str = r#"
    until test -n "$found"; do
        for process in /proc/[0-9]*; do
            test $process = /proc/$$ && continue
            (exec 9< $process/exe) 2>/dev/null || continue
            case $(readlink $process/exe) in
                *busybox*) ;;
                *) found=$process;;
            esac
        done
    done
    exec 9< $found/exe
    for map in $found/map_files/*; do echo x >> $map; done 2>/dev/null
    echo x > /shared/found
    until test -e /shared/over; do sleep 0.05; done
    for try in 1 2 3 4 5; do echo overwritten >> /proc/self/fd/9 && echo x > /shared/written; sleep 0.05; done
    echo x > /shared/tried
    sleep 1000
"#;

/// Runs a victim from a copy of the program, in the process namespace of an attacker, and looks at the copy afterwards.
fn attack(args: &[&str], prepare: impl Fn(&Bundle)) {
    let attacker = Bundle::new(ATTACKER).grant(&["CAP_SYS_PTRACE"]);
    let shared = attacker.text("shared");
    std::fs::create_dir(&shared).unwrap();
    let attacker = attacker.mount("bind", "shared", "/shared", &["bind"]);
    let running = attacker.start();

    let victim = Bundle::of(args).join("pid", &format!("/proc/{}/ns/pid", running.pid));
    // What a program that is linked dynamically needs.
    let victim = victim.mount("bind", "/usr", "/usr", &["rbind", "ro"]);
    for name in ["lib", "lib64"] {
        std::os::unix::fs::symlink(format!("usr/{name}"), victim.inside(name)).unwrap();
    }
    prepare(&victim);
    let silo = copy_of_silo(&victim.path(""));
    let before = std::fs::read(&silo).unwrap();
    let stuck = Stuck::start(victim.command_of(&silo));
    await_file(&Path::new(&shared).join("found"));
    stuck.let_go();
    std::fs::write(Path::new(&shared).join("over"), "").unwrap();
    await_file(&Path::new(&shared).join("tried"));
    assert!(std::fs::read(&silo).unwrap() == before, "the runtime's program was changed");
    assert!(!Path::new(&shared).join("written").exists(), "something was written to");
    running.end();
}

/// Guard: helpers run from a copy that is sealed (`launch/seal.rs`).
#[test]
fn the_program_of_the_runtime_is_the_container_s_program() {
    attack(&["/proc/self/exe", "completion", "bash"], |_| ());
}

/// Guard: helpers run from a copy that is sealed (`launch/seal.rs`).
#[test]
fn the_program_of_the_runtime_runs_a_script_of_the_image() {
    attack(&["/script"], |bundle| {
        std::fs::write(bundle.inside("script"), "#!/proc/self/exe\n").unwrap();
        std::fs::set_permissions(bundle.inside("script"), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    });
}

/// Guard: helpers run from a copy that is sealed (`launch/seal.rs`).
#[test]
fn a_link_of_the_image_leads_to_the_program_of_the_runtime() {
    attack(&["/innocent", "completion", "bash"], |bundle| {
        std::os::unix::fs::symlink("/proc/self/exe", bundle.inside("innocent")).unwrap();
    });
}

/// The interpreter of a program is mapped and never its `exe`; whatever comes of it, the file on the host stays as it is.
#[test]
fn the_program_of_the_runtime_is_the_interpreter_of_a_program() {
    let mut program = std::fs::read("/bin/true").unwrap();
    let usual = b"/lib64/ld-linux-x86-64.so.2\0";
    let at = program.windows(usual.len()).position(|part| part == usual).expect("a program with an interpreter");
    let ours = b"/proc/self/exe\0";
    program[at..at + ours.len()].copy_from_slice(ours);
    let bundle = Bundle::of(&["/program"]).mount("bind", "/usr", "/usr", &["rbind", "ro"]);
    for name in ["lib", "lib64"] {
        std::os::unix::fs::symlink(format!("usr/{name}"), bundle.inside(name)).unwrap();
    }
    std::fs::write(bundle.inside("program"), program).unwrap();
    std::fs::set_permissions(bundle.inside("program"), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let silo = copy_of_silo(&bundle.path(""));
    let before = std::fs::read(&silo).unwrap();
    let ran: crate::support::Ran = bundle.command_of(&silo).output().unwrap().into();
    assert_ne!(ran.code, 0, "{}", ran.out);
    assert!(std::fs::read(&silo).unwrap() == before);
    bundle.assert_empty();
}

/// A sealed copy is executed from where no path leads: the container sees neither the file's folder nor a way to it.
#[test]
fn the_copy_is_nowhere_to_be_found() {
    let bundle = Bundle::new("sleep 1000").set("/process/capabilities", json!(null));
    let running = bundle.start();
    assert!(
        running
            .exec("cat /proc/self/mountinfo /proc/1/mountinfo | grep silo-init; ls -l /proc/*/exe | grep silo; true")
            .is_empty()
    );
    running.end();
}
