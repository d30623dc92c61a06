//! Running the virtual machine and reading what it says.

use super::packages::Emulator;
use crate::tally::Tally;
use crate::tools;
use anyhow::{Context, Result, bail};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// After this the machine hangs: a run takes two minutes, and a busy build server a few times as long.
const PATIENCE: Duration = Duration::from_secs(900);
/// The exit code of `timeout` when the time was not enough.
const TIMED_OUT: i32 = 124;
/// Every feature but fast string instructions, which emulation does byte by byte, and page tables of five levels.
const PROCESSOR: &str = "max,erms=off,fsrm=off,la57=off";
/// Memory: every test that makes containers copies a base into it.
const MEMORY: &str = "2G";
/// `panic=-1` and `reboot=t` end QEMU at once, whatever happens.
const KERNEL_ARGUMENTS: &str = "console=ttyS0 quiet loglevel=1 panic=-1 reboot=t mitigations=off";

/// A machine that can be run.
#[derive(Debug)]
pub struct Machine<'a> {
    /// The QEMU.
    pub emulator: &'a Emulator,
    /// The kernel.
    pub kernel: &'a Path,
    /// Its first root.
    pub image: &'a Path,
    /// Whether the processor runs it.
    pub kvm: bool,
}

/// What a run has shown.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Tests.
    pub tally: Tally,
    /// Tests that failed, and test programs that did, by name.
    failures: Vec<String>,
    /// The suite that runs, while it does.
    running: Option<String>,
    /// Whether the machine came to the end of its script.
    ended: bool,
    /// Whether it was still running when there was no time left.
    timed_out: bool,
    /// Whether its kernel complained of itself.
    kernel: bool,
    /// Where its console is kept.
    log: PathBuf,
}

impl Machine<'_> {
    /// Runs the machine to its end, with its console on this terminal and in a file.
    pub fn run(&self, log: &Path) -> Result<Outcome> {
        // Its time ends even if this program is ended first.
        let mut qemu = Command::new("nice");
        qemu.args(["timeout", &PATIENCE.as_secs().to_string()]);
        self.emulator.command(&mut qemu);
        let accelerator = if self.kvm { "kvm" } else { "tcg,thread=multi" };
        qemu.args(["-machine", "pc", "-accel", accelerator, "-cpu", PROCESSOR]);
        qemu.args(["-smp", "2", "-m", MEMORY, "-nodefaults", "-no-user-config", "-no-reboot", "-display", "none"]);
        qemu.args(["-serial", "stdio", "-append", KERNEL_ARGUMENTS]);
        qemu.arg("-kernel").arg(self.kernel).arg("-initrd").arg(self.image);
        eprintln!("$ {}", tools::describe(&qemu));
        let file = File::create(log).with_context(|| format!("cannot make {}", log.display()))?;
        let mut child = qemu
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start QEMU through nice and timeout")?;
        let console = child.stdout.take().context("no stdout")?;
        let mut outcome = Outcome::default();
        read(console, file, &mut outcome);
        let status = child.wait().context("cannot wait for QEMU")?;
        Ok(Outcome { timed_out: status.code() == Some(TIMED_OUT), log: log.to_owned(), ..outcome })
    }
}

/// Copies the console line by line, for the file with the time of each. A test may write anything, so lines are bytes; a
/// closed terminal does not stop the count.
fn read(console: impl Read, mut log: File, outcome: &mut Outcome) {
    let begin = Instant::now();
    let mut console = BufReader::new(console);
    let mut line = Vec::new();
    while console.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
        let _ = write!(log, "{:7.2} ", begin.elapsed().as_secs_f64()).and_then(|()| log.write_all(&line));
        let _ = std::io::stdout().write_all(&line);
        outcome.take(&String::from_utf8_lossy(&line));
        line.clear();
    }
}

impl Outcome {
    /// Adds a line of the console.
    fn take(&mut self, line: &str) {
        let line = line.trim();
        self.tally.take(line);
        if let Some(name) = line.strip_prefix("test ").and_then(|rest| rest.strip_suffix(" ... FAILED")) {
            self.failures.push(name.to_owned());
        }
        if let Some(name) = line.strip_prefix("@suite ") {
            self.running = Some(name.to_owned());
        }
        if let Some(rest) = line.strip_prefix("@exit ") {
            self.running = None;
            if !rest.ends_with(" 0") {
                self.failures.push(format!("exit code of {rest}"));
            }
        }
        self.ended |= line == "@end";
        self.kernel |= line == "@kernel";
    }

    /// Fails unless the machine came to its end and every test in it passed.
    pub fn verdict(&self) -> Result<()> {
        let mut problems = Vec::new();
        if self.timed_out {
            problems.push(format!("the machine was ended after {} s", PATIENCE.as_secs()));
        } else if !self.ended {
            problems.push("the machine stopped before its end".to_owned());
        }
        if let Some(suite) = &self.running {
            problems.push(format!("the suite {suite} did not finish"));
        }
        if self.kernel {
            problems.push("the kernel reported an error of its own".to_owned());
        }
        if self.tally.passed == 0 {
            problems.push("no test passed".to_owned());
        }
        problems.extend(self.failures.iter().cloned());
        if !problems.is_empty() {
            bail!("{}\nits console is in {}", problems.join("\n"), self.log.display());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(lines: &[&str]) -> Outcome {
        let mut outcome = Outcome::default();
        lines.iter().for_each(|line| outcome.take(&format!("{line}\r\n")));
        outcome
    }

    fn problem(outcome: &Outcome) -> String {
        outcome.verdict().unwrap_err().to_string()
    }

    const GOOD: [&str; 4] = [
        "@suite it",
        "test result: ok. 5 passed; 0 failed; 0 ignored; 0 measured; 7 filtered out; finished in 1.00s",
        "@exit it 0",
        "@end",
    ];

    #[test]
    fn a_good_run_is_one_that_ended() {
        assert!(outcome(&GOOD).verdict().is_ok());
        assert_eq!(outcome(&GOOD).tally, Tally { passed: 5, failed: 0, skipped: 0 });
        assert!(problem(&outcome(&GOOD[..3])).contains("stopped before its end"));
        assert!(problem(&outcome(&GOOD[..2])).contains("the suite it did not finish"));
        assert!(
            problem(&Outcome { timed_out: true, ..outcome(&GOOD) })
                .contains(&format!("ended after {} s", PATIENCE.as_secs()))
        );
    }

    #[test]
    fn a_run_of_nothing_is_no_good_run() {
        assert!(problem(&outcome(&["@suite it", "@exit it 0", "@end"])).contains("no test passed"));
        assert!(problem(&outcome(&[])).contains("stopped"));
    }

    #[test]
    fn what_failed_is_named() {
        let failed = outcome(&["@suite it", "test a::b ... FAILED", GOOD[1], "@exit it 101", "@kernel", "@end"]);
        let problem = problem(&failed);
        assert!(problem.contains("a::b") && problem.contains("it 101") && problem.contains("kernel"), "{problem}");
    }
}
