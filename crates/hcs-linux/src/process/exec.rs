//! Finding the user's program and becoming it.
//!
//! The search is that of `execvp(3)`: a name with a slash is taken as it is; any other is tried in each folder of `PATH`, and
//! the first that can be executed wins; one that may not be executed is remembered, so that "permission denied" is not
//! reported as "not found". There is no fallback to a shell. [`exit_code`] is what shells make of a failure.

use crate::sys::process::{Strings, execve};
use crate::{Context, Failure};
use rustix::fs::{Access, FileType, access, stat};
use rustix::io::Errno;
use std::ffi::CString;

/// Where programs are looked for when the environment has no `PATH`.
const DEFAULT_PATH: &str = "/bin:/usr/bin";

/// A program that was found.
#[derive(Debug)]
pub struct Program {
    /// As the specification names it.
    name: String,
    /// Paths to try, in order.
    candidates: Vec<CString>,
}

/// The exit status by which shells and container engines report a program that did not start.
pub fn exit_code(failure: &Failure) -> i32 {
    if failure.errno == libc::ENOENT { 127 } else { 126 }
}

/// The value of `name` in an environment; of several, the first, as the C library has it.
pub fn variable<'a>(env: &'a [String], name: &str) -> Option<&'a str> {
    env.iter().find_map(|variable| variable.strip_prefix(name)?.strip_prefix('='))
}

/// A string for the kernel.
pub fn c_string(property: &str, text: &str) -> Result<CString, Failure> {
    CString::new(text).map_err(|_| Failure::invalid(property, format!("{text:?} has a NUL")))
}

/// Paths where a program may be.
fn candidates(name: &str, path: &str) -> Vec<String> {
    if name.contains('/') {
        return vec![name.to_owned()];
    }
    let folder = |folder: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    path.split(':').map(folder).collect()
}

/// Whether the kernel would let this process execute `path`.
fn executable(path: &CString) -> Result<(), Errno> {
    let status = stat(path)?;
    if FileType::from_raw_mode(status.st_mode) != FileType::RegularFile {
        return Err(Errno::ACCESS);
    }
    access(path, Access::EXEC_OK)
}

/// Whether `execvp` goes on to the next folder.
fn goes_on(errno: Errno) -> bool {
    matches!(errno, Errno::NOENT | Errno::NOTDIR | Errno::STALE | Errno::NODEV | Errno::TIMEDOUT | Errno::ACCESS)
}

/// What a search found wrong.
fn not_found(name: &str, denied: bool) -> Failure {
    let doing = format!("exec {name:?}");
    match (denied, name.contains('/')) {
        (true, _) => Failure::errno(doing, Errno::ACCESS),
        (false, true) => Failure::errno(doing, Errno::NOENT),
        (false, false) => Failure::errno(doing, Errno::NOENT).hint("executable file not found in $PATH"),
    }
}

/// Looks for the program `name`, as the process's user and from its working directory.
pub fn find_program(name: &str, env: &[String]) -> Result<Program, Failure> {
    if name.is_empty() {
        return Err(Failure::errno("exec \"\"", Errno::NOENT).hint("process.args[0] is empty"));
    }
    let path = variable(env, "PATH").unwrap_or(DEFAULT_PATH);
    let mut found = Vec::new();
    let mut denied = false;
    for candidate in candidates(name, path) {
        let candidate = c_string("process.args[0]", &candidate)?;
        match executable(&candidate) {
            Ok(()) => found.push(candidate),
            Err(Errno::ACCESS) => denied = true,
            Err(errno) if goes_on(errno) => {}
            Err(errno) => return Err(errno).doing(|| format!("exec {name:?}")),
        }
    }
    if found.is_empty() {
        return Err(not_found(name, denied));
    }
    Ok(Program { name: name.to_owned(), candidates: found })
}

impl Program {
    /// Becomes the program; returns only if that failed.
    pub fn exec(&self, args: &Strings, env: &Strings) -> Failure {
        let mut denied = false;
        for candidate in &self.candidates {
            match execve(candidate, args, env) {
                Errno::ACCESS => denied = true,
                errno if goes_on(errno) => {}
                Errno::NOEXEC => {
                    let why = "the file is no program of this machine, or a script without #!";
                    return Failure::errno(format!("exec {:?}", self.name), Errno::NOEXEC).hint(why);
                }
                errno => return Failure::errno(format!("exec {:?}", self.name), errno),
            }
        }
        not_found(&self.name, denied)
    }
}
