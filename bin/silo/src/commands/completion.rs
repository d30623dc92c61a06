//! `silo completion`.

use crate::cli::Cli;
use crate::cli::manage::CompletionArgs;
use crate::output;
use anyhow::Result;
use clap::CommandFactory;

/// Prints a completion script.
pub fn completion(args: &CompletionArgs) -> Result<i32> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "silo", &mut script);
    output::print(&String::from_utf8_lossy(&script))?;
    Ok(0)
}
