//! Counts what a test runner says, whichever runner it is.

use crate::tools;
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, IsTerminal, Read, Write};
use std::process::{Command, Stdio};
use std::sync::Mutex;

/// Tests that passed, failed and were left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Passed.
    pub passed: usize,
    /// Failed, including those that were ended for taking too long.
    pub failed: usize,
    /// Not run.
    pub skipped: usize,
}

impl Tally {
    /// Adds a line of a runner's output when it is a summary: nextest writes one for the run, libtest one for each program.
    /// What nextest shows of a program that failed is indented, and no summary.
    pub fn take(&mut self, line: &str) {
        let line = &plain(line);
        if line.starts_with("test result:") || line.trim_start().starts_with("Summary [") {
            self.passed += number_before(line, "passed");
            self.failed += number_before(line, "failed") + number_before(line, "timed out");
            self.skipped += number_before(line, "skipped") + number_before(line, "ignored");
        }
    }
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

/// Runs a test runner on this terminal, counting. Fails when the runner does.
pub fn run(command: &mut Command, tally: &Mutex<Tally>) -> Result<()> {
    let line = tools::describe(command);
    eprintln!("$ {line}");
    if std::io::stdout().is_terminal() {
        command.env("CARGO_TERM_COLOR", "always");
    }
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().with_context(|| format!("cannot start `{line}`"))?;
    let (out, err) = (child.stdout.take().context("no stdout")?, child.stderr.take().context("no stderr")?);
    std::thread::scope(|scope| {
        scope.spawn(|| copy(out, std::io::stdout(), tally));
        scope.spawn(|| copy(err, std::io::stderr(), tally));
    });
    let status = child.wait().with_context(|| format!("cannot wait for `{line}`"))?;
    if !status.success() {
        bail!("`{line}` failed: {status}");
    }
    Ok(())
}

/// Copies line by line. A test may write anything, so lines are bytes; a closed terminal does not stop the count.
fn copy(from: impl Read, mut to: impl Write, tally: &Mutex<Tally>) {
    let mut from = BufReader::new(from);
    let mut line = Vec::new();
    while from.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
        let _ = to.write_all(&line);
        tally.lock().expect("no thread panics with the tally").take(&String::from_utf8_lossy(&line));
        line.clear();
    }
}

/// A line without the terminal's colour sequences.
fn plain(line: &str) -> String {
    let mut parts = line.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('m').map_or(part, |(_, rest)| rest))
}

fn number_before(line: &str, word: &str) -> usize {
    let Some(at) = line.find(word) else { return 0 };
    line[..at].split_whitespace().next_back().and_then(|number| number.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(lines: &[&str]) -> Tally {
        let mut tally = Tally::default();
        lines.iter().for_each(|line| tally.take(line));
        tally
    }

    #[test]
    fn nextest_summary_in_colour() {
        let line = "\u{1b}[31;1m     Summary\u{1b}[0m [   0.731s] 14 tests run: \u{1b}[1m11\u{1b}[0m passed, 2 failed, 1 timed out, 3 skipped";
        assert_eq!(tally(&[line]), Tally { passed: 11, failed: 3, skipped: 3 });
    }

    #[test]
    fn a_test_that_failed_is_counted_once() {
        let shown =
            "    test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 13 filtered out; finished in 0.3s";
        let line = "     Summary [   0.731s] 14 tests run: 13 passed, 1 failed, 0 skipped";
        assert_eq!(tally(&[shown, line]), Tally { passed: 13, failed: 1, skipped: 0 });
    }

    #[test]
    fn libtest_summaries_add_up() {
        let lines = [
            "running 2 tests",
            "test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "test result: FAILED. 5 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
        ];
        assert_eq!(tally(&lines), Tally { passed: 7, failed: 1, skipped: 1 });
    }

    #[test]
    fn a_test_that_prints_numbers_is_not_counted() {
        assert_eq!(tally(&["we saw 7 passed and 9 failed"]), Tally::default());
    }
}
