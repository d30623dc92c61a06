//! Who is measured, and the words with which each is asked for the same thing.

use crate::bundle::Workshop;
use crate::rounds::{Runner, Subject, fresh_id};
use crate::silo::Silo;
use anyhow::Result;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The peer that ratios refer to.
pub const REFERENCE: &str = "crun";
/// The OCI runtimes, whose command lines are the same: ours and the peers.
pub const RUNTIMES: &[&str] = &[OURS, "crun", "runc"];
/// Our own.
const OURS: &str = "runhcs";
/// What every container runs: nothing.
pub const NOTHING: &[&str] = &["/bin/true"];

/// A peer that was not measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Its name.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// Everyone who can make a container, run nothing in it and remove it, on this machine.
pub fn starters(workshop: &Workshop, silo: &Silo) -> Result<Vec<Subject>> {
    let bundle = workshop.bundle("start", NOTHING)?;
    let root = workshop.root();
    let mut subjects = vec![of_silo(silo, &root), of_silo_bundle(silo, &bundle)];
    for &name in RUNTIMES {
        let (bundle, state) = (bundle.clone(), state(workshop, name));
        subjects.push(Subject::new(name, move |id| runtime(name, &state, &["run", "--bundle"], &bundle, id)));
    }
    subjects.push(on_root("bwrap", &["--unshare-all", "--bind", "ROOT", "/"], &root));
    subjects.push(on_root("systemd-nspawn", &["-q", "--register=no", "--keep-unit", "-D", "ROOT"], &root));
    subjects.push(on_root(
        "unshare",
        &["--mount", "--pid", "--uts", "--ipc", "--net", "--fork", "chroot", "ROOT"],
        &root,
    ));
    Ok(subjects)
}

fn of_silo(silo: &Silo, root: &Path) -> Subject {
    let (silo, root) = (silo.clone(), root.to_owned());
    Subject::new("silo", move |_| silo.run(&root, NOTHING))
}

/// Silo with the very bundle that the OCI runtimes get.
fn of_silo_bundle(silo: &Silo, bundle: &Path) -> Subject {
    let (silo, bundle) = (silo.clone(), bundle.to_owned());
    Subject::new("silo bundle", move |_| silo.run_bundle(&bundle))
}

/// A program that takes the root among its words, and the command after them.
fn on_root(program: &'static str, words: &'static [&'static str], root: &Path) -> Subject {
    let root = root.to_owned();
    Subject::new(program, move |_| {
        let mut command = Command::new(program);
        for &word in words {
            if word == "ROOT" {
                command.arg(&root)
            } else {
                command.arg(word)
            };
        }
        command.args(NOTHING);
        command
    })
}

/// The state folder of an OCI runtime.
pub fn state(workshop: &Workshop, name: &str) -> PathBuf {
    workshop.path().join(format!("{name}-state"))
}

/// The program of an OCI runtime: of ours, the one that was built for this, or the one in the path.
pub fn program(name: &str) -> PathBuf {
    let built = if name == OURS { std::env::var_os("SILO_BENCH_RUNHCS") } else { None };
    built.map_or_else(|| name.into(), PathBuf::from)
}

/// A command of an OCI runtime that takes a bundle.
pub fn runtime(name: &str, state: &Path, words: &[&str], bundle: &Path, id: &str) -> Command {
    let mut command = Command::new(program(name));
    command.arg("--root").arg(state).args(words).arg(bundle).arg(id);
    command
}

/// Tries everyone once and sets aside those who cannot, with what they said.
pub fn present(subjects: Vec<Subject>, runner: &Runner) -> (Vec<Subject>, Vec<Missing>) {
    let (mut able, mut missing) = (Vec::new(), Vec::new());
    for subject in subjects {
        match runner.time(&mut (subject.command)(&fresh_id())) {
            Ok(_) => able.push(subject),
            Err(reason) => missing.push(Missing { name: subject.name.to_owned(), reason }),
        }
    }
    (able, missing)
}

/// The first line that a program says of its version.
pub fn version(program: &Path) -> String {
    let output = Command::new(program).arg("--version").output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    text.lines().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_who_cannot_are_set_aside_with_their_reason() {
        let folder = tempfile::tempdir().unwrap();
        let subjects = vec![
            Subject::new("absent", |_| Command::new("no-such-program-anywhere")),
            Subject::new("able", |_| Command::new("true")),
        ];
        let (able, missing) = present(subjects, &Runner::new(folder.path()));
        assert_eq!(able.iter().map(|subject| subject.name).collect::<Vec<_>>(), ["able"]);
        assert_eq!(missing, [Missing { name: "absent".to_owned(), reason: "not installed".to_owned() }]);
    }

    #[test]
    fn the_root_takes_its_place_among_the_words() {
        let subject = on_root("bwrap", &["--bind", "ROOT", "/"], Path::new("/r"));
        let command = (subject.command)("id");
        assert_eq!(command.get_args().collect::<Vec<_>>(), ["--bind", "/r", "/", "/bin/true"]);
    }
}
