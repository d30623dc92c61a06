//! The scenario `plan`: what it costs to make a plan, in this process, and to have one printed, as a command.

use crate::report::{Fact, Format, Report, Section};
use crate::rounds::{Count, Runner, Subject, take_turns};
use crate::start::{machine, silo_program};
use crate::stats::Summary;
use anyhow::{Context, Result};
use hcs_host::plan::{HostFacts, Isolation, Plan, Wanted};
use hcs_schema::oci::Spec;
use serde_json::Value;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

/// What `silo run host true` asks for, and `silo run C:\layers\base cmd` on Windows: silo's own tests look at them.
const LINUX: &str = include_str!("../../bin/silo/tests/golden/run-host-as-root.json");
const WINDOWS: &str = include_str!("../../bin/silo/tests/golden/windows-run.json");

/// How to measure.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Rounds that count; every command runs once in each
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..))]
    rounds: u16,
    /// Rounds before them that do not count
    #[arg(long, default_value_t = 10)]
    warmup: u16,
    /// Plans of each kind that are made in this process
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..))]
    plans: u32,
    /// The silo program [default: the one that `cargo xtask bench` built, or the one in PATH]
    #[arg(long)]
    silo: Option<PathBuf>,
    /// How to write the report
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// A plan to be made again and again.
struct Case {
    name: &'static str,
    wanted: Wanted,
    facts: HostFacts,
}

/// Measures everything and writes the report. Fails when a run of a command did.
pub fn run(options: &Options) -> Result<ExitCode> {
    let program = silo_program(options.silo.as_deref());
    let mut report = Report { conditions: machine(&program), ..Report::default() };
    for case in cases()? {
        let times = times(&case, options.plans)?;
        let summary = Summary::of(&times).context("no plan was made")?;
        for (what, milliseconds) in [("median", summary.median), ("longest", summary.max)] {
            report.facts.push(Fact::new(&format!("plan in process, {}: {what}", case.name), milliseconds * 1e3, "µs"));
        }
    }
    let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
    let count = Count { warmup: options.warmup.into(), rounds: options.rounds.into() };
    let series = take_turns(&subjects(&program), count, &Runner::new(folder.path()));
    report.sections.push(Section { title: "print a plan, as a command", series });
    print!("{}", report.write(options.format));
    Ok(if report.errors() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn cases() -> Result<Vec<Case>> {
    let linux = Wanted { spec: spec(LINUX)?, layers: vec!["/".into()], state: "/run/silo/bench".into(), ..wanted() };
    let mut windows = Wanted {
        spec: spec(WINDOWS)?,
        layers: vec![r"C:\layers\base".into()],
        scratch: r"C:\layers\scratch".into(),
        ..wanted()
    };
    if let Some(section) = &mut windows.spec.windows {
        section.layer_folders = vec![r"C:\layers\base".into(), r"C:\layers\scratch".into()];
    }
    let machine = Wanted { isolation: Isolation::Hypervisor, ..windows.clone() };
    let case = |name, wanted: &Wanted, facts| Case { name, wanted: wanted.clone(), facts };
    Ok(vec![
        case("Linux", &linux, HostFacts::linux(4, 8192)),
        case("Windows 14393", &windows, HostFacts::windows(14393)),
        case("Windows 20348", &windows, HostFacts::windows(20348)),
        case("Windows 20348, Hyper-V", &machine, HostFacts::windows(20348)),
    ])
}

fn wanted() -> Wanted {
    Wanted { id: "bench".into(), owner: "silo".into(), ..Wanted::default() }
}

/// The specification of a request that silo's tests keep.
fn spec(request: &str) -> Result<Spec> {
    let mut request: Value = serde_json::from_str(request)?;
    Ok(serde_json::from_value(request["spec"].take())?)
}

/// How long each of so many plans takes.
fn times(case: &Case, plans: u32) -> Result<Vec<Duration>> {
    let once = || -> Result<Duration> {
        let begin = Instant::now();
        let plan = Plan::new(black_box(&case.wanted), black_box(&case.facts));
        let time = begin.elapsed();
        drop(black_box(plan).with_context(|| format!("there is no plan for {}", case.name))?);
        Ok(time)
    };
    // The first ones find cold caches.
    for _ in 0..plans / 10 {
        once()?;
    }
    (0..plans).map(|_| once()).collect()
}

fn subjects(program: &Path) -> Vec<Subject> {
    let layers = r"C:\layers\app;C:\layers\base";
    let subject = |name: &'static str, words: Vec<&'static str>| {
        let program = program.to_owned();
        Subject::new(name, move |_| {
            let mut command = Command::new(&program);
            command.arg("plan").args(&words);
            command
        })
    };
    vec![
        subject("Linux", vec!["--", "host", "true"]),
        subject("Windows", vec!["--host", "20348", "--", layers, "cmd"]),
        subject("Hyper-V", vec!["--host", "20348", "--isolation", "hypervisor", "--", layers, "cmd"]),
        subject("JSON", vec!["--host", "20348", "--format", "json", "--", layers, "cmd"]),
        subject("two compared", vec!["--diff", "14393", "20348", "--", layers, "cmd"]),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_has_a_plan() {
        let cases = cases().unwrap();
        for case in &cases {
            assert_eq!(times(case, 10).unwrap().len(), 10, "{}", case.name);
        }
        assert_eq!(cases.len(), 4);
    }
}
