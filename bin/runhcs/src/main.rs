//! An OCI runtime on the command line, with the words of runc and of Windows' runhcs.
//!
//! [`cli`] is the grammar, [`bundle`] reads what is to run, [`commands`] hands it to the engine, [`log`] tells what went wrong in
//! the form that engines look for. A container is left without a keeper: its first process belongs to whoever called this
//! program, as podman's conmon and containerd's shim expect. docs/runhcs.md says where this differs from runc.
#![forbid(unsafe_code)]

mod bundle;
mod cli;
mod clock;
mod commands;
mod log;
mod signals;
mod sys;

use clap::Parser;

/// This program lives for a few milliseconds, for which the allocators of C libraries are made the least.
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

/// The exit code of wrong usage.
const WRONG_USAGE: i32 = 1;

fn main() {
    hcs_engine::run_if_helper();
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // A closed standard output is no reason to fail on top.
            let _ = error.print();
            std::process::exit(if error.use_stderr() { WRONG_USAGE } else { 0 });
        }
    };
    let log = log::Log::new(&cli.global);
    let code = match commands::dispatch(&cli, &log) {
        Ok(code) => code,
        Err(error) => {
            log.error(&error);
            cli.command.failed()
        }
    };
    std::process::exit(code);
}
