//! The words of `exec`.

use clap::Args;
use std::path::PathBuf;

/// How to say it.
pub const USAGE: &str = "silo exec [OPTIONS] CONTAINER [--] CMD...";

/// Help shown after the options of `exec`.
pub const AFTER_HELP: &str = "\
Examples:
  silo exec web ps aux
  silo exec -it -w /tmp web sh
  silo exec -u nobody -e DEBUG=1 web -- env

What is left out is as in the container's first process.

Exit code: the program's own (128 + number for a signal), 125 if silo failed or was misused, 126 if the program cannot be \
executed, 127 if it was not found.";

/// Everything that can be said to `exec`.
#[derive(Args, Clone, Debug, Default)]
pub struct ExecArgs {
    /// Connect standard input
    #[arg(short, long)]
    pub interactive: bool,
    /// Give the program a terminal
    #[arg(short, long)]
    pub tty: bool,
    /// Do not wait for the program, and print its process id
    #[arg(short, long)]
    pub detach: bool,
    /// Environment variable; without a value, the caller's own (repeatable)
    #[arg(short, long, value_name = "NAME[=VALUE]")]
    pub env: Vec<String>,
    /// File of environment variables, one a line (repeatable)
    #[arg(long, value_name = "FILE")]
    pub env_file: Vec<PathBuf>,
    /// Working directory inside
    #[arg(short, long, value_name = "DIR")]
    pub workdir: Option<String>,
    /// User and group inside, by name or number
    #[arg(short, long, value_name = "USER[:GROUP]")]
    pub user: Option<String>,

    /// Container, by id, name or the beginning of an id
    #[arg(value_name = "CONTAINER")]
    pub id: String,
    /// Program and its arguments
    #[arg(value_name = "CMD", required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    pub command: Vec<String>,
}
