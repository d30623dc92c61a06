//! What the kernel makes of it all.
//!
//! A process can take on an identity once, so each test runs again as a child: the test binary starts itself with the same
//! test's name, and there the body runs. Bodies usually end by becoming a program that shows what it is.

mod filter;
mod hooks;
mod identity;
mod namespaces;
mod programs;
mod users;

use super::{Settings, prepare};
use crate::Failure;
use crate::process::lsm::Present;
use crate::process::users::Identity;
use hcs_schema::oci;
use rustix::fd::OwnedFd;
use rustix::fs::{Mode, OFlags};
use std::path::Path;
use std::process::{Command, Output};

/// Set in children to the name of the test whose body they run, and the number of the input.
const CHILD: &str = "HCS_LINUX_TEST_CHILD";

/// Stops a test that cannot work.
#[track_caller]
fn require_root() {
    assert!(rustix::process::geteuid().is_root(), "this test must run as root: it changes users and capabilities");
}

/// The name of the running test, which is its thread's.
fn test_name() -> String {
    std::thread::current().name().expect("tests run in named threads").to_owned()
}

/// Runs `body` in a child for each input, started through `wrapper` (a command that ends in the program to run).
///
/// Returns only in the parent, with what the children left. A test can call this once, since a child runs up to here.
fn children_through<T>(wrapper: &[&str], inputs: &[T], body: impl Fn(&T)) -> Vec<Output> {
    let name = test_name();
    let own_number = std::env::var(CHILD).ok().and_then(|mark| mark.strip_prefix(&name)?.trim().parse::<usize>().ok());
    if let Some(number) = own_number {
        body(&inputs[number]);
        std::process::exit(0);
    }
    let own = std::env::current_exe().unwrap().to_str().unwrap().to_owned();
    let run = |number: usize| {
        let mut words = wrapper.iter().map(|word| (*word).to_owned()).chain([own.clone()]);
        let mut command = Command::new(words.next().unwrap());
        command.args(words).args([&name, "--exact", "--nocapture", "--quiet"]).env(CHILD, format!("{name} {number}"));
        command.output().unwrap()
    };
    (0..inputs.len()).map(run).collect()
}

/// Runs `body` in a child for each input.
fn children<T>(inputs: &[T], body: impl Fn(&T)) -> Vec<Output> {
    children_through(&[], inputs, body)
}

/// Runs `body` in a child that is started through `wrapper`.
fn child_through(wrapper: &[&str], body: impl Fn()) -> Output {
    children_through(wrapper, &[()], |()| body()).remove(0)
}

/// Runs `body` in a child.
fn child(body: impl Fn()) -> Output {
    child_through(&[], body)
}

/// What a child printed after the test harness's own line.
#[track_caller]
fn printed(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}: {text}{}", output.status, String::from_utf8_lossy(&output.stderr));
    text.trim_start().strip_prefix("running 1 test").unwrap_or(&text).trim().to_owned()
}

/// How a failure tells of an error number; C libraries have words of their own.
fn os_error(number: i32) -> std::io::Error {
    std::io::Error::from_raw_os_error(number)
}

/// Opens below the machine's own procfs.
fn proc(path: &Path, flags: OFlags) -> Result<OwnedFd, Failure> {
    let path = Path::new("/proc").join(path);
    crate::Context::doing(rustix::fs::open(&path, flags, Mode::empty()), || format!("open {}", path.display()))
}

/// A process that runs a shell script.
fn script(text: &str) -> oci::Process {
    oci::Process {
        args: ["sh", "-c", text].map(str::to_owned).to_vec(),
        env: vec!["PATH=/usr/bin:/bin".to_owned()],
        cwd: "/".to_owned(),
        ..oci::Process::default()
    }
}

/// Plain settings for that user.
fn settings(uid: u32, gid: u32) -> Settings<'static> {
    Settings {
        proc: &proc,
        identity: Identity { uid, gid, groups: Vec::new(), home: "/".to_owned() },
        lsm: Present::default(),
        filter: None,
        listener: None,
        personality: None,
        new_keyring: false,
        die_with_parent: false,
        bind_cpus: false,
        preserve_fds: 0,
    }
}

/// Prints a failure without the buffer that an ended process does not flush.
fn print(failure: &Failure) {
    let text = format!("{failure}\n");
    let _ = rustix::io::write(rustix::stdio::stdout(), text.as_bytes());
}

/// Becomes the process; prints the failure if that does not work.
fn become_process(process: &oci::Process, settings: Settings<'_>) {
    match prepare(process, settings) {
        Ok(prepared) => prepared.exec(&[], |failure| {
            print(&failure);
            0
        }),
        Err(failure) => print(&failure),
    }
}

/// Capability lists, each a list of names without `CAP_`.
fn caps(bounding: &[&str], permitted: &[&str], inheritable: &[&str], ambient: &[&str]) -> Option<oci::Capabilities> {
    let list = |names: &[&str]| names.iter().map(|name| format!("CAP_{name}")).collect::<Vec<_>>();
    Some(oci::Capabilities {
        bounding: list(bounding),
        effective: list(permitted),
        permitted: list(permitted),
        inheritable: list(inheritable),
        ambient: list(ambient),
        ..oci::Capabilities::default()
    })
}
