//! A run of several checks that tells of each whether it held and how long it took.

use anyhow::{Result, bail};
use std::time::{Duration, Instant};

/// The checks done so far.
#[derive(Debug, Default)]
pub struct Stages {
    done: Vec<Stage>,
}

#[derive(Debug)]
struct Stage {
    name: String,
    time: Duration,
    failure: Option<String>,
}

impl Stages {
    /// Does one check. A failure is kept for the summary, so that one run shows every failure and not only the first.
    pub fn check(&mut self, name: &str, work: impl FnOnce() -> Result<()>) {
        println!("\n== {name}");
        let begin = Instant::now();
        let failure = work().err().map(|error| format!("{error:#}"));
        if let Some(failure) = &failure {
            println!("failed: {failure}");
        }
        self.done.push(Stage { name: name.to_owned(), time: begin.elapsed(), failure });
    }

    /// A line for each check.
    pub fn summary(&self) -> String {
        let width = self.done.iter().map(|stage| stage.name.len()).max().unwrap_or(0);
        let line = |stage: &Stage| {
            let word = if stage.failure.is_some() { "FAILED" } else { "ok" };
            format!("{:width$}  {word:6}  {:7.1} s\n", stage.name, stage.time.as_secs_f64())
        };
        self.done.iter().map(line).collect()
    }

    /// Fails when a check did.
    pub fn verdict(&self) -> Result<()> {
        let failed: Vec<&str> = self.done.iter().filter(|s| s.failure.is_some()).map(|s| s.name.as_str()).collect();
        if !failed.is_empty() {
            bail!("failed: {}", failed.join(", "));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failure_fails_the_run_and_the_rest_still_runs() {
        let mut stages = Stages::default();
        stages.check("first", || bail!("broken"));
        stages.check("second", || Ok(()));
        assert!(stages.summary().contains("first   FAILED"));
        assert!(stages.summary().contains("second  ok"));
        assert_eq!(stages.verdict().unwrap_err().to_string(), "failed: first");
    }

    #[test]
    fn a_good_run_passes() {
        let mut stages = Stages::default();
        stages.check("only", || Ok(()));
        assert!(stages.verdict().is_ok());
    }
}
