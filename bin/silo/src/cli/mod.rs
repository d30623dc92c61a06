//! The grammar of the command line.
//!
//! The structs here are what was typed, checked for form only; meaning is given to them in [`crate::intent`]. Each command
//! has its own struct, so that tests can parse words without running anything. Building the whole tree and parsing takes
//! about 80 µs in a fresh process, so nothing is deferred.

pub mod checked;
pub mod exec;
pub mod explain;
pub mod manage;
pub mod nspawn;
pub mod plan;
pub mod run;
pub mod spec;

#[cfg(test)]
mod tests;

use clap::{Parser, Subcommand};
use std::path::PathBuf;

/// Run isolated programs from folders, layers or the host's own root, without a daemon
#[derive(Parser, Debug)]
#[command(name = "silo", version, after_help = AFTER_HELP, max_term_width = 120)]
pub struct Cli {
    /// Folder of the state of containers [default: /run/silo for root, $XDG_RUNTIME_DIR/silo for others]
    #[arg(long, global = true, value_name = "DIR", help_heading = "Everywhere")]
    pub root: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const AFTER_HELP: &str = "\
Examples:
  silo run --rm host -- uname -a
  silo nspawn -c config.json
  silo ps -a --format json

Exit code: the program's own for run, exec and nspawn. Silo's own failures are 125. Wrong usage is 125 for run, exec and \
nspawn, and 2 for the others.";

/// Every command.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Run the program that a config.json describes
    #[command(after_help = nspawn::AFTER_HELP)]
    Nspawn(nspawn::NspawnArgs),
    /// Run a program in a new container
    #[command(override_usage = run::USAGE, after_help = run::AFTER_HELP)]
    Run(Box<run::RunArgs>),
    /// Run a further program in a running container
    #[command(override_usage = exec::USAGE, after_help = exec::AFTER_HELP)]
    Exec(exec::ExecArgs),
    /// Print what a host would be asked to run a container, and make nothing
    #[command(override_usage = plan::USAGE, after_help = plan::AFTER_HELP)]
    Plan(Box<plan::PlanArgs>),
    /// Write a config.json to begin with
    #[command(after_help = spec::AFTER_HELP)]
    Spec(spec::SpecArgs),
    /// List containers
    #[command(after_help = "Examples:\n  silo ps -a\n  silo ps --format json\n  silo rm -f $(silo ps -aq)")]
    Ps(manage::PsArgs),
    /// Ask containers to end, and end them by force after a while
    #[command(after_help = "Examples:\n  silo stop web\n  silo stop --time 0 web db")]
    Stop(manage::StopArgs),
    /// Send a signal to the first process of containers
    #[command(after_help = "Examples:\n  silo kill web\n  silo kill -s HUP web")]
    Kill(manage::KillArgs),
    /// Wait for containers to end, and print their exit codes
    #[command(after_help = "Example:\n  silo wait web")]
    Wait(manage::WaitArgs),
    /// Forget containers that have ended
    #[command(after_help = "Examples:\n  silo rm web\n  silo rm -f web db")]
    Rm(manage::RmArgs),
    /// Print everything known of containers, as JSON
    #[command(after_help = "Example:\n  silo inspect web")]
    Inspect(manage::InspectArgs),
    /// Release what crashed containers left behind
    #[command(after_help = "Examples:\n  silo gc --dry-run\n  silo gc")]
    Gc(manage::GcArgs),
    /// Explain error and exit codes of Windows and Linux, and say what to do
    #[command(after_help = explain::AFTER_HELP)]
    Explain(explain::ExplainArgs),
    /// Print the version
    #[command(after_help = "Example:\n  silo version --format json")]
    Version(manage::VersionArgs),
    /// Print a completion script for a shell
    #[command(after_help = "Example:\n  silo completion bash > /etc/bash_completion.d/silo")]
    Completion(manage::CompletionArgs),
}
