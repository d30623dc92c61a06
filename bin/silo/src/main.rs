//! The command line of Silo, for people.
//!
//! [`cli`] is the grammar, [`intent`] turns words into requests without touching anything, [`commands`] hands them to the
//! engine, [`output`] writes tables and JSON, and [`failure`] decides exit codes. There is no platform code here but one
//! question about device nodes in [`sys`], and no container logic: that is `hcs-engine`'s.
#![forbid(unsafe_code)]

mod cli;
mod commands;
mod failure;
mod files;
mod intent;
mod output;
mod sys;
#[cfg(test)]
mod testing;

use clap::Parser;
use std::io::ErrorKind;

/// Starting a container is thousands of small allocations and then the end of the process, for which the allocators of C
/// libraries are made the least.
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

fn main() {
    hcs_engine::run_if_helper();
    let code = match cli::Cli::try_parse() {
        Ok(cli) => commands::dispatch(&cli).unwrap_or_else(|error| failed(&error)),
        Err(error) => usage(&error),
    };
    std::process::exit(code);
}

fn failed(error: &anyhow::Error) -> i32 {
    // Whoever reads our output has enough, as `head` does; that is no failure to tell of.
    let hung_up = |cause: &std::io::Error| cause.kind() == ErrorKind::BrokenPipe;
    if error.downcast_ref().is_some_and(hung_up) {
        return 0;
    }
    if let Some(error) = error.downcast_ref::<clap::Error>() {
        return usage(error);
    }
    eprintln!("{}", failure::text(error));
    failure::exit_code(error)
}

/// Prints help or what is wrong with the words. A closed standard output is no reason to fail on top.
fn usage(error: &clap::Error) -> i32 {
    let _ = error.print();
    let words = std::env::args_os().map(|word| word.to_string_lossy().into_owned());
    if error.use_stderr() { failure::usage_code(words) } else { 0 }
}
