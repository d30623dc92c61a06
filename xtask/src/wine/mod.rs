//! `cargo xtask wine`: the tests of everything portable as Windows programs, under Wine.
//!
//! The programs are those that Windows would run, built with Debian's mingw-w64. Wine is the Windows that they call: it comes
//! from a Debian package, needs no rights and no machine, and runs a test in a twentieth of a second. It is not Windows, and
//! has no compute systems but those of `testing/hcs-fake`, which is put into it. What it shows is that our own code, the
//! standard library and the calls in between agree.
//!
//! Which Windows a program meets is chosen by its build, for each run: `prefixes.rs` makes one as soon as it is asked for.

mod calls;
mod fake;
mod installation;
mod prefixes;
mod registry;
mod tree;
mod windows;

use crate::needs::{self, Chore, WINDOWS};
use crate::tally::{self, Tally};
use crate::tools;
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use installation::Wine;
use prefixes::Prefixes;
use std::ffi::OsString;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Command, ExitStatus};
use std::sync::Mutex;
use windows::Windows;

/// A member that is built for Windows too, but whose tests start programs of Linux, as it does itself.
const BENCHMARKS: &str = "silo-bench";

/// How to run Windows programs.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Do not install missing Debian packages or Rust targets
    #[arg(long)]
    no_install: bool,
    /// Build of the Windows that they meet, instead of SILO_WINE_BUILD or 20348
    #[arg(long)]
    build: Option<Windows>,
    /// Run only tests whose names contain this
    filter: Option<String>,
    /// Run this program with its arguments, and no tests
    #[arg(last = true, conflicts_with = "filter")]
    program: Vec<OsString>,
    /// The folder of prefixes of the run of tests that this program is part of
    #[arg(long, hide = true, requires = "program")]
    within: Option<PathBuf>,
}

/// Runs the stage alone, or a program.
pub fn run(options: &Options) -> Result<()> {
    let windows = Windows::asked(options.build).map_err(anyhow::Error::msg)?;
    if let Some(folder) = &options.within {
        return replace(&Prefixes::new(Wine::find()?, folder)?, windows, &options.program);
    }
    if !options.no_install && (options.program.is_empty() || Wine::find().is_err()) {
        needs::install(Chore::Wine)?;
    }
    let workspace = Workspace::load()?;
    if options.program.is_empty() {
        let tally = Mutex::new(Tally::default());
        let verdict = match (options.build, &options.filter) {
            (None, None) => every(&workspace, windows, &tally),
            (_, filter) => tests(&workspace, windows, &Tests::All(filter.as_deref()), &tally),
        };
        println!("{}", tally.into_inner().context("a thread that counted tests panicked")?);
        return verdict;
    }
    let prefixes = prefixes(&workspace)?;
    fake::build(&workspace)?;
    let status = single(&prefixes, windows, &options.program)?;
    std::process::exit(code(status));
}

/// Writes the table of the compute service's functions.
pub fn functions() -> Result<()> {
    calls::write(&Workspace::load()?)
}

/// Runs the tests as a stage of all tests.
pub fn stage(workspace: &Workspace, tally: &Mutex<Tally>) -> Result<()> {
    every(workspace, Windows::asked(None).map_err(anyhow::Error::msg)?, tally)
}

/// Runs all tests on one Windows, and those that meet the compute service on all others. Then every function of its DLLs must
/// have been called.
fn every(workspace: &Workspace, windows: Windows, tally: &Mutex<Tally>) -> Result<()> {
    let calls = calls::begin(workspace)?;
    let usual = tests(workspace, windows, &Tests::All(None), tally).and(documentation(workspace, tally));
    let others = Windows::all().filter(|other| *other != windows);
    let others: Vec<Result<()>> = others.map(|other| tests(workspace, other, &Tests::OfService, tally)).collect();
    // What failed on one is no reason not to know of the others.
    usual?;
    others.into_iter().collect::<Result<()>>()?;
    calls::check(workspace, &calls)
}

/// Which tests are run.
enum Tests<'a> {
    /// Those of every member that is for Windows too, or of them those whose names contain this.
    All(Option<&'a str>),
    /// Those that meet the compute service.
    OfService,
}

/// The members whose tests meet the compute service.
const OF_SERVICE: [&str; 3] = ["hcs-fake", "hcs-windows", "silo"];
/// Of those, in the words of nextest, the tests that do. The others are the same whatever the build.
const MEETS_SERVICE: &str = "package(hcs-windows) | kind(test) & (package(hcs-fake) | package(silo))";
/// On a Windows that is driven as the usual one is, faults and crashes at every call show nothing new.
const MEETS_SERVICE_ALIKE: &str =
    "package(hcs-windows) | kind(test) & (package(hcs-fake) | package(silo)) - test(/^(faults|crashes)::/)";

fn prefixes(workspace: &Workspace) -> Result<Prefixes> {
    if std::env::consts::ARCH != "x86_64" {
        bail!("the Windows programs are x86-64 ones: run this there, or leave it out with --no-wine");
    }
    Prefixes::new(Wine::find()?, &workspace.target.join("wine"))
}

/// Builds the tests of every member that is for Windows too, runs them, and ends what that started.
fn tests(workspace: &Workspace, windows: Windows, tests: &Tests<'_>, tally: &Mutex<Tally>) -> Result<()> {
    let prefixes = prefixes(workspace)?;
    let _run = prefixes.begin()?;
    prefixes.made(windows)?;
    fake::build(workspace)?;
    let mut command = tools::cargo(&workspace.root);
    let nextest = tools::succeeds(tools::cargo(&workspace.root).args(["nextest", "--version"]));
    match nextest {
        true => command.args(["nextest", "run", "--profile", "wine"]),
        false => command.args(["test", "--no-fail-fast", "--lib", "--bins", "--tests", "--examples"]),
    };
    command.arg("--config").arg(runner(&prefixes)?).args(["--target", WINDOWS]);
    match tests {
        Tests::All(filter) => command.args(workspace.portable()).args(["--exclude", BENCHMARKS]).args(*filter),
        Tests::OfService => {
            command.args(OF_SERVICE.iter().flat_map(|member| ["--package", member]));
            let set = if windows.has_computecore() { MEETS_SERVICE_ALIKE } else { MEETS_SERVICE };
            command.args(nextest.then_some(["--filterset", set]).iter().flatten())
        }
    };
    command.env(windows::VARIABLE, windows.to_string()).env(calls::VARIABLE, calls::folder(workspace, windows)?);
    tally::run(&mut command, tally)
}

/// Builds the examples in the documentation of what is for Windows alone. They do not run: there is no service behind them.
fn documentation(workspace: &Workspace, tally: &Mutex<Tally>) -> Result<()> {
    let mut command = tools::cargo(&workspace.root);
    command.args(["test", "--doc", "--package", "hcs-windows", "--target", WINDOWS]);
    let prefixes = prefixes(workspace)?;
    let _run = prefixes.begin()?;
    command.arg("--config").arg(runner(&prefixes)?);
    tally::run(&mut command, tally)
}

/// The setting of cargo's that makes this program start the test programs. It is no variable, whose words spaces would part.
fn runner(prefixes: &Prefixes) -> Result<String> {
    let this = std::env::current_exe().context("cannot tell where this program is")?;
    let (this, folder) = (this.to_str(), prefixes.folder().to_str());
    let (Some(this), Some(folder)) = (this, folder) else { bail!("the path of this workspace is not UTF-8") };
    // Where it was built anew in the meantime, the new one does the same.
    let this = this.trim_end_matches(" (deleted)");
    let words = serde_json::to_string(&[this, "wine", "--within", folder, "--"])?;
    Ok(format!("target.{WINDOWS}.runner={words}"))
}

/// Becomes a program of a run of tests.
fn replace(prefixes: &Prefixes, windows: Windows, program: &[OsString]) -> Result<()> {
    let error = command(prefixes, windows, program)?.exec();
    Err(error).context("cannot start Wine")
}

/// Runs a program by itself. Its Windows goes on for a minute, so that the next one finds it.
fn single(prefixes: &Prefixes, windows: Windows, program: &[OsString]) -> Result<ExitStatus> {
    let _using = prefixes.share()?;
    command(prefixes, windows, program)?.status().context("cannot start Wine")
}

fn command(prefixes: &Prefixes, windows: Windows, program: &[OsString]) -> Result<Command> {
    let prefix = prefixes.started(windows)?;
    prefixes.alone(windows, || fake::install(prefixes.folder(), &prefix, windows))?;
    let mut command = prefixes.wine().program(&prefix);
    command.args(program).env(windows::VARIABLE, windows.to_string());
    Ok(command)
}

/// The exit code as a shell would tell it.
fn code(status: ExitStatus) -> i32 {
    status.code().or(status.signal().map(|signal| 128 + signal)).unwrap_or(1)
}
