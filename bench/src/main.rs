//! Measures Silo against its peers: the same work, in the same run, on the same machine.
//!
//! `cargo xtask bench SCENARIO` builds everything as it is shipped and starts this program. Figures from different runs are
//! not comparable, because machines are busy at different times; so a scenario measures the peers too, in turns.
#![forbid(unsafe_code)]

mod bundle;
mod crowd;
mod exec;
mod hybrid;
mod memory;
mod peers;
mod plan;
mod report;
mod rounds;
mod silo;
mod start;
mod stats;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Measures Silo against its peers.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask bench")]
struct Cli {
    #[command(subcommand)]
    scenario: Scenario,
}

#[derive(Debug, Subcommand)]
enum Scenario {
    /// Start containers, run programs in them, and keep many at once
    Start(start::Options),
    /// Make and print plans of containers for several hosts
    Plan(plan::Options),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().scenario {
        Scenario::Start(options) => start::run(&options),
        Scenario::Plan(options) => plan::run(&options),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}
