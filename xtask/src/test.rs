//! `cargo xtask test`: everything that must hold before a change goes in.
//!
//! All stages run even when one fails, so that one run tells everything. The last line is the count of tests.

use crate::needs::{self, Chore, WINDOWS};
use crate::stages::Stages;
use crate::tally::{self, Tally};
use crate::workspace::Workspace;
use crate::{guest, licences, lint, tools, wine};
use anyhow::{Context, Result};
use std::process::Command;
use std::sync::Mutex;

/// How to test.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Do not install missing Debian packages or Rust targets
    #[arg(long)]
    no_install: bool,
    /// Leave out the virtual machine
    #[arg(long)]
    no_guest: bool,
    /// Leave out the tests under Wine
    #[arg(long)]
    no_wine: bool,
}

/// Runs every stage and fails when one does.
pub fn run(options: &Options) -> Result<()> {
    let workspace = Workspace::load()?;
    if !options.no_install {
        needs::install(Chore::Test)?;
    }
    let mut stages = Stages::default();
    checks(&mut stages, &workspace);
    let tally = Mutex::new(Tally::default());
    stages.check("tests", || tests(&workspace, &tally));
    stages.check("documentation tests", || {
        // Examples for Windows alone are built for it, and belong to the stage under Wine.
        tally::run(&mut cargo(&workspace, "test --workspace --exclude hcs-windows --all-features --doc"), &tally)
    });
    if !options.no_wine {
        stages.check("tests under Wine", || wine::stage(&workspace, &tally));
    }
    if !options.no_guest {
        stages.check("virtual machine", || guest(&workspace, &tally));
    }
    println!("\n{}", stages.summary());
    let verdict = stages.verdict();
    println!("{}", tally.into_inner().context("a thread that counted tests panicked")?);
    verdict
}

fn guest(workspace: &Workspace, tally: &Mutex<Tally>) -> Result<()> {
    let outcome = guest::stage(workspace, false, None)?;
    *tally.lock().expect("no thread panics with the tally") += outcome.tally;
    outcome.verdict()
}

/// The stages that run nothing of ours.
fn checks(stages: &mut Stages, workspace: &Workspace) {
    stages.check("format", || tools::run(&mut cargo(workspace, "fmt --all --check")));
    stages.check("house lints", || lint::run(workspace));
    stages.check("licences", || licences::run(&workspace.root));
    if tools::find("cargo-deny").is_some() {
        stages.check("cargo-deny", || tools::run(&mut cargo(workspace, "deny check licenses bans sources")));
    }
    stages.check("clippy for Linux", || {
        tools::run(cargo(workspace, "clippy --workspace --all-targets --all-features").args(["--", "-D", "warnings"]))
    });
    stages.check("clippy for Windows", || tools::run(&mut windows_clippy(workspace)));
    if workspace.package("silo").is_some() {
        stages.check("silo for Linux", || tools::run(&mut cargo(workspace, "build --package silo")));
        stages.check("runhcs for Linux", || tools::run(&mut cargo(workspace, "build --package runhcs")));
        stages.check("silo for Windows", || tools::run(cargo(workspace, "build --package silo --target").arg(WINDOWS)));
    }
}

fn windows_clippy(workspace: &Workspace) -> Command {
    let mut clippy = cargo(workspace, "clippy --all-targets --all-features --target");
    clippy.arg(WINDOWS).args(workspace.portable()).args(["--", "-D", "warnings"]);
    clippy
}

fn tests(workspace: &Workspace, tally: &Mutex<Tally>) -> Result<()> {
    let nextest = tools::succeeds(&mut cargo(workspace, "nextest --version"));
    let mut command = match nextest {
        true => cargo(workspace, "nextest run --workspace --all-features"),
        false => cargo(workspace, "test --workspace --all-features --no-fail-fast --lib --bins --tests"),
    };
    if !needs::is_root()? {
        println!("NOTE: the tests make containers, which needs root: their programs are run through sudo");
        needs::sudo()?;
        command.env(runner_variable()?, "sudo -E");
    }
    tally::run(&mut command, tally)
}

/// The variable in which cargo and nextest look for the program that starts their test programs.
fn runner_variable() -> Result<String> {
    let version = tools::output(Command::new("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc -vV names no host")?;
    Ok(format!("CARGO_TARGET_{}_RUNNER", host.to_uppercase().replace('-', "_")))
}

/// A cargo command whose plain arguments are written as one line.
fn cargo(workspace: &Workspace, arguments: &str) -> Command {
    let mut command = tools::cargo(&workspace.root);
    command.args(arguments.split_whitespace());
    command
}
