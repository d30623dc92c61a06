//! The words of the commands that look after containers.

use clap::{Args, ValueEnum};

/// How a listing is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Aligned columns, for eyes.
    #[default]
    Table,
    /// JSON, for programs.
    Json,
}

/// Everything that can be said to `ps`.
#[derive(Args, Clone, Debug, Default)]
pub struct PsArgs {
    /// List containers that have ended as well
    #[arg(short, long)]
    pub all: bool,
    /// Print ids only
    #[arg(short, long)]
    pub quiet: bool,
    /// How to write the list, table or json
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    pub format: Format,
}

/// Everything that can be said to `stop`.
#[derive(Args, Clone, Debug, Default)]
pub struct StopArgs {
    /// Seconds to wait before the container is ended by force
    #[arg(short, long, value_name = "SECONDS", default_value_t = 10)]
    pub time: u64,
    /// Containers, by id, name or the beginning of an id
    #[arg(value_name = "CONTAINER", required = true)]
    pub ids: Vec<String>,
}

/// Everything that can be said to `kill`.
#[derive(Args, Clone, Debug, Default)]
pub struct KillArgs {
    /// Signal to send, by name or number
    #[arg(short, long, value_name = "SIGNAL", default_value = "KILL")]
    pub signal: String,
    /// Containers, by id, name or the beginning of an id
    #[arg(value_name = "CONTAINER", required = true)]
    pub ids: Vec<String>,
}

/// Everything that can be said to `wait`.
#[derive(Args, Clone, Debug, Default)]
pub struct WaitArgs {
    /// Containers, by id, name or the beginning of an id
    #[arg(value_name = "CONTAINER", required = true)]
    pub ids: Vec<String>,
}

/// Everything that can be said to `rm`.
#[derive(Args, Clone, Debug, Default)]
pub struct RmArgs {
    /// End containers that run
    #[arg(short, long)]
    pub force: bool,
    /// Containers, by id, name or the beginning of an id
    #[arg(value_name = "CONTAINER", required = true)]
    pub ids: Vec<String>,
}

/// Everything that can be said to `inspect`.
#[derive(Args, Clone, Debug, Default)]
pub struct InspectArgs {
    /// Containers, by id, name or the beginning of an id
    #[arg(value_name = "CONTAINER", required = true)]
    pub ids: Vec<String>,
}

/// Everything that can be said to `gc`.
#[derive(Args, Clone, Debug, Default)]
pub struct GcArgs {
    /// Tell what would be released, and release nothing
    #[arg(long)]
    pub dry_run: bool,
    /// How to write the list, table or json
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    pub format: Format,
}

/// Everything that can be said to `version`.
#[derive(Args, Clone, Debug, Default)]
pub struct VersionArgs {
    /// How to write it, table or json
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    pub format: Format,
}

/// Everything that can be said to `completion`.
#[derive(Args, Clone, Debug)]
pub struct CompletionArgs {
    /// Shell to write for
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}
