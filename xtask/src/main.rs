//! The chores of this workspace, behind `cargo xtask`.
//!
//! Everything a contributor or a build server has to run is here and not in shell scripts, so that it runs the same for both.
#![forbid(unsafe_code)]

mod bench;
mod fuzz;
mod guest;
mod licences;
mod lint;
mod needs;
mod stages;
mod tally;
mod test;
mod tools;
mod wine;
mod workspace;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// The chores of the Silo workspace.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Debug, Subcommand)]
enum Chore {
    /// Check everything: format, lints, licences, clippy for Linux and Windows, and all tests
    Test(test::Options),
    /// Keep the house rules of docs/architecture.md
    Lint,
    /// Measure Silo against its peers on this machine
    Bench(bench::Options),
    /// Run the tests that depend on the kernel in a virtual machine: Debian's kernel, control groups of version 2 alone
    Guest(guest::Options),
    /// Run the tests of everything portable as Windows programs under Wine, or one Windows program
    Wine(wine::Options),
    /// Write docs/hcs-functions.md from the last run of all tests under Wine
    Functions,
    /// List the fuzz targets, or run one for a bounded time
    Fuzz(fuzz::Options),
}

fn main() -> ExitCode {
    match run(Cli::parse().chore) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(chore: Chore) -> anyhow::Result<()> {
    match chore {
        Chore::Test(options) => test::run(&options),
        Chore::Lint => lint::run(&workspace::Workspace::load()?),
        Chore::Bench(options) => bench::run(&options),
        Chore::Guest(options) => guest::run(&options),
        Chore::Wine(options) => wine::run(&options),
        Chore::Functions => wine::functions(),
        Chore::Fuzz(options) => fuzz::run(&options),
    }
}
