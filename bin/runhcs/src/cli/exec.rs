//! The words of `exec`, which has more of them than others.

use clap::Args;
use std::path::PathBuf;

/// What is said to `exec`.
#[derive(Args, Debug)]
pub struct ExecArgs {
    /// Socket that gets the terminal's master
    #[arg(long, value_name = "SOCKET")]
    pub console_socket: Option<PathBuf>,
    /// Working directory inside
    #[arg(long, value_name = "DIR")]
    pub cwd: Option<String>,
    /// Environment variable (repeatable)
    #[arg(short, long, value_name = "NAME=VALUE")]
    pub env: Vec<String>,
    /// Give the process a terminal
    #[arg(short, long)]
    pub tty: bool,
    /// User and group inside, by number
    #[arg(short, long, value_name = "UID[:GID]")]
    pub user: Option<String>,
    /// Further group (repeatable)
    #[arg(short = 'g', long, value_name = "GID")]
    pub additional_gids: Vec<u32>,
    /// File with the process, as in a specification
    #[arg(short, long, value_name = "FILE")]
    pub process: Option<PathBuf>,
    /// Do not wait for the process
    #[arg(short, long)]
    pub detach: bool,
    /// File that gets the process id
    #[arg(long, value_name = "FILE")]
    pub pid_file: Option<PathBuf>,
    /// SELinux label of the process
    #[arg(long, value_name = "LABEL")]
    pub process_label: Option<String>,
    /// AppArmor profile of the process
    #[arg(long, value_name = "PROFILE")]
    pub apparmor: Option<String>,
    /// Set no_new_privs
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "BOOL")]
    pub no_new_privs: Option<bool>,
    /// Capability to add (repeatable)
    #[arg(short, long, value_name = "CAPABILITY")]
    pub cap: Vec<String>,
    /// Descriptors after standard error that the process inherits
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub preserve_fds: u32,
    /// Control group below the container's (not available)
    #[arg(long, value_name = "GROUP")]
    pub cgroup: Vec<String>,
    /// Run it in a paused container, too
    #[arg(long)]
    pub ignore_paused: bool,
    /// Log of the shim (Windows)
    #[arg(long, value_name = "FILE")]
    pub shim_log: Option<PathBuf>,
    /// Id of the container
    #[arg(value_name = "ID")]
    pub id: String,
    /// Program and its arguments
    #[arg(value_name = "CMD", trailing_var_arg = true, allow_hyphen_values = true)]
    pub command: Vec<String>,
}
