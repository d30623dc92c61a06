//! The grammar: the words of runc, and those that runhcs has beside them.

mod exec;
mod update;

pub use exec::ExecArgs;
pub use update::UpdateArgs;

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// An OCI runtime: makes containers from bundles.
#[derive(Parser, Debug)]
#[command(name = "runhcs", version, about, arg_required_else_help = true, disable_version_flag = true)]
pub struct Cli {
    /// Print the version
    #[arg(short = 'v', short_alias = 'V', long, action = clap::ArgAction::Version)]
    version: Option<bool>,
    /// What every command understands.
    #[command(flatten)]
    pub global: Global,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// The forms of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// A JSON object a line.
    Json,
}

/// The forms of a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Listing {
    /// A table for people.
    Table,
    /// JSON.
    Json,
}

/// What every command understands.
#[derive(Args, Debug)]
pub struct Global {
    /// Log debugging messages
    #[arg(long)]
    pub debug: bool,
    /// File to log to
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,
    /// Form of the log
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "text")]
    pub log_format: LogFormat,
    /// Owner of the containers
    #[arg(long, value_name = "NAME")]
    pub owner: Option<String>,
    /// Folder for the state of containers, which should be in memory
    #[arg(long, value_name = "DIR")]
    pub root: Option<PathBuf>,
    /// Use systemd for control groups (not available; false is accepted)
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", default_value = "false")]
    pub systemd_cgroup: bool,
    /// Whether the caller is no root: true, false or auto
    #[arg(long, value_name = "WORD", default_value = "auto", value_parser = ["true", "false", "auto"])]
    pub rootless: String,
}

/// The commands.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Create a container
    Create(CreateArgs),
    /// Create a container and run its program
    Run(RunArgs),
    /// Run the program of a created container
    Start(IdArgs),
    /// Run a further process in a running container
    Exec(Box<ExecArgs>),
    /// Send a signal to a container's first process
    Kill(KillArgs),
    /// Delete what a container holds
    Delete(DeleteArgs),
    /// Print the state of a container
    State(IdArgs),
    /// List containers
    List(ListArgs),
    /// List the processes of a container
    Ps(PsArgs),
    /// Suspend every process of a container
    Pause(IdArgs),
    /// Let suspended processes go on
    Resume(IdArgs),
    /// Change the limits of a container
    Update(UpdateArgs),
    /// Print what a container uses, and when it runs out of memory
    Events(EventsArgs),
    /// Write a specification to begin with
    Spec(SpecArgs),
    /// Print what this runtime can do
    Features,
    /// Set the size of a terminal (Windows)
    #[command(alias = "tty")]
    ResizeTty(ResizeArgs),
    /// Make a scratch disk for a Linux container (Windows)
    CreateScratch(ScratchArgs),
    /// Format a disk for a Linux container (Windows)
    PrepareDisk(DiskArgs),
    /// Run a utility VM (Windows)
    Vm(RestArgs),
    /// Save a container's state (not available)
    Checkpoint(RestArgs),
    /// Restore a container's state (not available)
    Restore(RestArgs),
    #[command(hide = true)]
    Shim(RestArgs),
    #[command(hide = true)]
    Vmshim(RestArgs),
}

impl Command {
    /// The exit code when this command fails.
    pub fn failed(&self) -> i32 {
        // 1 could be the program's own.
        if matches!(self, Command::Exec(_)) { 255 } else { 1 }
    }
}

/// A container.
#[derive(Args, Debug)]
pub struct IdArgs {
    /// Its id
    #[arg(value_name = "ID")]
    pub id: String,
}

/// What is said to `create`, and to `run` as well.
#[derive(Args, Debug)]
pub struct CreateArgs {
    /// Folder of the bundle; the present one unless given
    #[arg(short, long, value_name = "DIR")]
    pub bundle: Option<PathBuf>,
    /// Socket that gets the terminal's master
    #[arg(long, value_name = "SOCKET")]
    pub console_socket: Option<PathBuf>,
    /// File that gets the process id
    #[arg(long, value_name = "FILE")]
    pub pid_file: Option<PathBuf>,
    /// Do not use pivot_root (not available)
    #[arg(long)]
    pub no_pivot: bool,
    /// Stay in the caller's session keyring
    #[arg(long)]
    pub no_new_keyring: bool,
    /// Descriptors after standard error that the program inherits
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub preserve_fds: u32,
    /// Log of the shim (Windows)
    #[arg(long, value_name = "FILE")]
    pub shim_log: Option<PathBuf>,
    /// Log of the utility VM's shim (Windows)
    #[arg(long, value_name = "FILE")]
    pub vm_log: Option<PathBuf>,
    /// Pipe of the utility VM's console (Windows)
    #[arg(long, value_name = "PIPE")]
    pub vm_console: Option<PathBuf>,
    /// Container whose utility VM is shared (Windows)
    #[arg(long, value_name = "ID")]
    pub host: Option<String>,
    /// Id of the container
    #[arg(value_name = "ID")]
    pub id: String,
}

/// What is said to `run`.
#[derive(Args, Debug)]
pub struct RunArgs {
    /// What `create` is told, too.
    #[command(flatten)]
    pub create: CreateArgs,
    /// Do not wait for the program
    #[arg(short, long)]
    pub detach: bool,
    /// Do not delete the container when its program has ended
    #[arg(long)]
    pub keep: bool,
    /// Do not become the parent of orphans, which this runtime never does
    #[arg(long)]
    pub no_subreaper: bool,
}

/// What is said to `kill`.
#[derive(Args, Debug)]
pub struct KillArgs {
    /// Signal every process of the container
    #[arg(short, long)]
    pub all: bool,
    /// Id of the container
    #[arg(value_name = "ID")]
    pub id: String,
    /// Signal, by name or number
    #[arg(value_name = "SIGNAL", default_value = "SIGTERM")]
    pub signal: String,
}

/// What is said to `delete`.
#[derive(Args, Debug)]
pub struct DeleteArgs {
    /// End the container first if it runs; one that does not exist is fine
    #[arg(short, long)]
    pub force: bool,
    /// Id of the container
    #[arg(value_name = "ID")]
    pub id: String,
}

/// What is said to `list`.
#[derive(Args, Debug)]
pub struct ListArgs {
    /// Form of the listing
    #[arg(short, long, value_enum, default_value = "table")]
    pub format: Listing,
    /// Print only ids
    #[arg(short, long)]
    pub quiet: bool,
    /// Only containers of this owner
    #[arg(long, id = "only_owner", value_name = "NAME")]
    pub owner: Option<String>,
}

/// What is said to `ps`.
#[derive(Args, Debug)]
pub struct PsArgs {
    /// Form of the listing
    #[arg(short, long, value_enum, default_value = "table")]
    pub format: Listing,
    /// Id of the container
    #[arg(value_name = "ID")]
    pub id: String,
    /// Options for ps(1)
    #[arg(value_name = "OPTION", trailing_var_arg = true, allow_hyphen_values = true)]
    pub options: Vec<String>,
}

/// What is said to `events`.
#[derive(Args, Debug)]
pub struct EventsArgs {
    /// Time between two reports: a number with ms, s or m
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = crate::clock::duration)]
    pub interval: std::time::Duration,
    /// Report once, and end
    #[arg(long)]
    pub stats: bool,
    /// Id of the container
    #[arg(value_name = "ID")]
    pub id: String,
}

/// What is said to `spec`.
#[derive(Args, Debug)]
pub struct SpecArgs {
    /// Folder of the bundle; the present one unless given
    #[arg(short, long, value_name = "DIR")]
    pub bundle: Option<PathBuf>,
    /// Write it for a caller who is not root
    #[arg(long)]
    pub rootless: bool,
}

/// What is said to `resize-tty`.
#[derive(Args, Debug)]
pub struct ResizeArgs {
    /// Process, unless it is the first one
    #[arg(short, long, value_name = "PID")]
    pub pid: Option<u32>,
    /// Id of the container
    #[arg(value_name = "ID")]
    pub id: String,
    /// Columns
    #[arg(value_name = "WIDTH")]
    pub width: u16,
    /// Rows
    #[arg(value_name = "HEIGHT")]
    pub height: u16,
}

/// What is said to `create-scratch`.
#[derive(Args, Debug)]
pub struct ScratchArgs {
    /// Where the disk is made
    #[arg(long, value_name = "FILE")]
    pub destpath: PathBuf,
    /// Size in GB; 0 means 20
    #[arg(long = "sizeGB", value_name = "N", default_value_t = 0)]
    pub size: u32,
    /// A disk of this size to copy
    #[arg(long, value_name = "FILE")]
    pub cache_path: Option<PathBuf>,
    /// Give the utility VM virtual memory
    #[arg(long)]
    pub use_virtual_memory: bool,
}

/// What is said to `prepare-disk`.
#[derive(Args, Debug)]
pub struct DiskArgs {
    /// The disk
    #[arg(long, value_name = "FILE")]
    pub destpath: PathBuf,
}

/// Anything: the command refuses to run whatever it is told.
#[derive(Args, Debug)]
pub struct RestArgs {
    /// What it is told
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub rest: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn parse(words: &str) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(std::iter::once("runhcs").chain(words.split_whitespace()))
    }

    #[test]
    fn the_grammar_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_words_of_engines_are_understood() {
        for words in [
            "--root /r --log /l --log-format json create --bundle /b --pid-file /p --console-socket /c id",
            "--systemd-cgroup=false create -b /b --no-new-keyring --preserve-fds 2 id",
            "--rootless auto --debug run -d --no-pivot id",
            "exec --pid-file /p --process /j --detach id",
            "exec -t -e A=b --cwd / -u 1:2 -g 3 --cap CAP_KILL id sh -c true",
            "kill --all id 9",
            "delete --force id",
            "list --format json",
            "--owner me list -q --owner you",
            "ps --format json id",
            "ps id -o pid,comm",
            "update --resources - id",
            "update --memory 1000 --memory-swap -1 id",
            "events --stats --interval 100ms id",
            "resize-tty -p 7 id 80 25",
            "vm --anything",
        ] {
            parse(words).unwrap_or_else(|error| panic!("{words}: {error}"));
        }
        for words in ["create", "create a b", "kill", "list -f yaml", "state a b", "--nonsense list", ""] {
            assert!(parse(words).is_err(), "{words}");
        }
    }

    #[test]
    fn systemd_needs_to_be_asked_for() {
        assert!(!parse("list").unwrap().global.systemd_cgroup);
        assert!(parse("--systemd-cgroup list").unwrap().global.systemd_cgroup);
    }
}
