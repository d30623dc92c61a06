//! The scenario `start`: what it costs to start a container, to run a program in one, to keep one, and to keep many.

use crate::bundle::Workshop;
use crate::exec::Idle;
use crate::peers::{self, Missing};
use crate::report::{Fact, Format, Report, Section};
use crate::rounds::{Count, Runner, take_turns};
use crate::silo::Silo;
use crate::{crowd, hybrid, memory};
use anyhow::Result;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// How to measure.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Rounds that count; everyone runs once in each
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..))]
    rounds: u16,
    /// Rounds before them that do not count
    #[arg(long, default_value_t = 3)]
    warmup: u16,
    /// Containers to keep at once; 0 leaves that part out
    #[arg(long, default_value_t = 200)]
    crowd: u16,
    /// The silo program [default: the one that `cargo xtask bench` built, or the one in PATH]
    #[arg(long)]
    silo: Option<PathBuf>,
    /// How to write the report
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

impl Options {
    fn count(&self) -> Count {
        Count { warmup: self.warmup.into(), rounds: self.rounds.into() }
    }

    fn silo_program(&self) -> PathBuf {
        silo_program(self.silo.as_deref())
    }
}

/// The program to measure: the one that is chosen, the one that was built for this, or the one in the path.
pub fn silo_program(chosen: Option<&Path>) -> PathBuf {
    let built = || std::env::var_os("SILO_BENCH_SILO").map(PathBuf::from);
    chosen.map(Path::to_owned).or_else(built).unwrap_or_else(|| "silo".into())
}

/// Measures everything and writes the report. Fails when a run of anyone did: its figures are then no figures.
pub fn run(options: &Options) -> Result<ExitCode> {
    let workshop = Workshop::new()?;
    let controllers = hybrid::in_the_way()?;
    if !controllers.is_empty() && !peers::version(Path::new("crun")).is_empty() {
        return hybrid::again(workshop.path(), &controllers);
    }
    let program = options.silo_program();
    let silo = Silo::new(&program, workshop.path().join("silo-state"));
    let runner = Runner::new(workshop.path());
    let (able, missing) = peers::present(peers::starters(&workshop, &silo)?, &runner);
    let mut report = Report { conditions: conditions(&program), missing, ..Report::default() };
    eprintln!("starting containers …");
    let series = take_turns(&able, options.count(), &runner);
    report.sections.push(Section { title: "create, start, wait, remove", series });
    measure_idle(&workshop, &silo, &runner, options.count(), &mut report)?;
    if options.crowd > 0 && !report.lacks("silo") {
        eprintln!("keeping {} containers …", options.crowd);
        let crowd = crowd::run(options.crowd.into(), &workshop, &silo, &runner)?;
        report.sections.push(Section { title: "one more container among many", series: crowd.series });
        report.facts.extend(crowd.facts);
    }
    print!("{}", report.write(options.format));
    Ok(if report.errors() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl Report {
    fn lacks(&self, name: &str) -> bool {
        self.missing.iter().any(|missing| missing.name == name)
    }

    /// Names who could start containers but not run a program in one.
    fn lacks_exec(&mut self, missing: Missing) {
        if !self.lacks(&missing.name) {
            self.missing.push(Missing { name: format!("{} exec", missing.name), ..missing });
        }
    }
}

/// After this time without a question a keeper has given back what starting took.
const SETTLING: std::time::Duration = std::time::Duration::from_secs(3);

/// Runs programs in containers that idle, and weighs the keeper of silo's.
fn measure_idle(workshop: &Workshop, silo: &Silo, runner: &Runner, count: Count, report: &mut Report) -> Result<()> {
    eprintln!("running programs in containers …");
    let mut idle = Idle::start(workshop, silo, runner)?;
    let (able, missing) = peers::present(std::mem::take(&mut idle.subjects), runner);
    idle.missing.drain(..).chain(missing).for_each(|missing| report.lacks_exec(missing));
    if let Some(name) = &idle.silo {
        // A keeper is idle once nobody has asked it anything for a while.
        std::thread::sleep(SETTLING);
        let keeper = memory::footprint(silo.keeper(name)?)?;
        report.facts.push(Fact::new("keeper of an idle container: memory (PSS)", keeper.pss as f64 / 1024.0, "MiB"));
        report.facts.push(Fact::new("keeper of an idle container: threads", keeper.threads as f64, ""));
    }
    report.sections.push(Section { title: "exec in a running container", series: take_turns(&able, count, runner) });
    Ok(())
}

/// What a reader needs to know of the machine to believe the figures.
pub fn machine(silo: &Path) -> Vec<(String, String)> {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default().trim().to_owned();
    let processors = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    vec![
        ("kernel".to_owned(), read("/proc/sys/kernel/osrelease")),
        ("processors".to_owned(), processors.to_string()),
        ("load before".to_owned(), read("/proc/loadavg")),
        ("silo".to_owned(), peers::version(silo)),
    ]
}

fn conditions(silo: &Path) -> Vec<(String, String)> {
    let mut conditions = machine(silo);
    for name in ["runhcs", "crun", "runc", "bwrap", "systemd-nspawn"] {
        conditions.push((name.to_owned(), peers::version(&peers::program(name))));
    }
    conditions.retain(|(_, value)| !value.is_empty());
    conditions
}
