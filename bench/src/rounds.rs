//! Taking turns: every subject runs once in each round, so that a busy moment of the machine falls on all alike.

use crate::stats::Series;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Something that can be run again and again.
pub struct Subject {
    /// Its name in the report.
    pub name: &'static str,
    /// Makes the command of one run, which may use the id for a container of its own.
    pub command: Box<dyn Fn(&str) -> Command>,
}

impl Subject {
    /// A subject from its name and its command.
    pub fn new(name: &'static str, command: impl Fn(&str) -> Command + 'static) -> Self {
        Self { name, command: Box::new(command) }
    }
}

/// How often everything is run.
#[derive(Clone, Copy, Debug)]
pub struct Count {
    /// Rounds that are not counted.
    pub warmup: usize,
    /// Rounds that are.
    pub rounds: usize,
}

/// Runs commands and keeps what the last one complained of. Complaints go to a file: a container that goes on after its
/// command holds its standard error open, so that reading a pipe to its end would wait for the container.
#[derive(Debug)]
pub struct Runner {
    complaints: PathBuf,
}

impl Runner {
    /// A runner that uses a folder for its file.
    pub fn new(folder: &Path) -> Self {
        Self { complaints: folder.join("stderr") }
    }

    /// Runs a command to its end and answers how long that took, from before its process was made until after it was waited
    /// for; or what it complained of.
    pub fn time(&self, command: &mut Command) -> Result<Duration, String> {
        let file = File::create(&self.complaints).map_err(|error| error.to_string())?;
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(file);
        let begin = Instant::now();
        let status = command.status();
        let time = begin.elapsed();
        match status {
            Ok(status) if status.success() => Ok(time),
            Ok(status) => Err(format!("{status}: {}", self.complaint())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err("not installed".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    fn complaint(&self) -> String {
        let text = std::fs::read(&self.complaints).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("no reason given").trim().to_owned()
    }
}

/// An id that no other container has.
pub fn fresh_id() -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    format!("silo-bench-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Runs all subjects in turns. The first of a round is another one each time, so that none always follows the same one.
pub fn take_turns(subjects: &[Subject], count: Count, runner: &Runner) -> Vec<Series> {
    let mut series: Vec<Series> = subjects.iter().map(|subject| Series::new(subject.name)).collect();
    for round in 0..count.warmup + count.rounds {
        for turn in 0..subjects.len() {
            let index = (round + turn) % subjects.len();
            let outcome = runner.time(&mut (subjects[index].command)(&fresh_id()));
            if round >= count.warmup {
                series[index].add(outcome);
            }
        }
    }
    series
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(name: &'static str, script: &'static str) -> Subject {
        Subject::new(name, move |id| {
            let mut command = Command::new("sh");
            command.args(["-c", script, id]);
            command
        })
    }

    #[test]
    fn everyone_has_as_many_turns() {
        let folder = tempfile::tempdir().unwrap();
        let subjects = [shell("good", "true"), shell("bad", "echo sorry >&2; exit 3")];
        let series = take_turns(&subjects, Count { warmup: 1, rounds: 3 }, &Runner::new(folder.path()));
        assert_eq!((series[0].times.len(), series[0].errors), (3, 0));
        assert_eq!((series[1].times.len(), series[1].errors), (0, 3));
        assert!(series[1].last_error.ends_with("sorry"), "{}", series[1].last_error);
    }

    #[test]
    fn a_program_that_is_not_there_is_named_so() {
        let folder = tempfile::tempdir().unwrap();
        let outcome = Runner::new(folder.path()).time(&mut Command::new("no-such-program-anywhere"));
        assert_eq!(outcome, Err("not installed".to_owned()));
    }

    #[test]
    fn a_child_that_stays_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let mut command = (shell("stays", "sleep 5 & exit 0").command)("a");
        assert!(Runner::new(folder.path()).time(&mut command).unwrap() < Duration::from_secs(4));
    }

    #[test]
    fn ids_differ() {
        assert_ne!(fresh_id(), fresh_id());
    }
}
