//! The words of `run`.
//!
//! They are plain data: what they mean is decided in [`crate::intent::run`], so that it can be tested without a container.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// The two ways to say it.
pub const USAGE: &str = "silo run [OPTIONS] BASE [--] CMD...\n       silo run [OPTIONS] --bundle DIR";

/// What says something that a bundle's own file says.
const NOT_WITH_A_BUNDLE: [&str; 21] = [
    "base",
    "command",
    "tty",
    "hostname",
    "env",
    "env_file",
    "workdir",
    "user",
    "read_only",
    "volume",
    "mount",
    "tmpfs",
    "device",
    "memory",
    "cpus",
    "cpuset_cpus",
    "pids_limit",
    "network",
    "cap_add",
    "cap_drop",
    "security_opt",
];

/// Help shown after the options of `run`.
pub const AFTER_HELP: &str = "\
Examples:
  silo run --rm host -- uname -a
  silo run --rm -it ./rootfs sh
  silo run -d --name web --memory 256m --cpus 0.5 --network host ./rootfs /bin/httpd -f
  silo run --rm -v ./src:/src:ro --tmpfs /tmp:size=64m -w /src ./rootfs make test

BASE is read-only; writes go to a private layer that vanishes with the container. Write `./host` for a folder named host. \
A folder with a layerchain.json is the upper-most of several layers.

Exit code: the program's own (128 + number for a signal), 125 if silo failed or was misused, 126 if the program cannot be \
executed, 127 if it was not found.";

/// How a container is kept apart from its host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Isolation {
    /// As the host and the image need it.
    #[default]
    #[value(alias = "default")]
    Auto,
    /// By the kernel.
    Process,
    /// By a virtual machine.
    #[value(alias = "hyperv")]
    Hypervisor,
}

impl From<Isolation> for hcs_engine::plan::Isolation {
    fn from(isolation: Isolation) -> Self {
        match isolation {
            Isolation::Auto => Self::Auto,
            Isolation::Process => Self::Process,
            Isolation::Hypervisor => Self::Hypervisor,
        }
    }
}

/// Everything that can be said to `run`.
#[derive(Args, Clone, Debug, Default)]
pub struct RunArgs {
    /// Forget the container when it has ended
    #[arg(long)]
    pub rm: bool,
    /// Connect standard input
    #[arg(short, long)]
    pub interactive: bool,
    /// Give the program a terminal
    #[arg(short, long)]
    pub tty: bool,
    /// Run in the background and print the container's id
    #[arg(short, long)]
    pub detach: bool,
    /// Name of the container, its id for other commands
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Label of the container (repeatable)
    #[arg(short, long, value_name = "KEY[=VALUE]")]
    pub label: Vec<String>,
    /// Signal that asks the program to end, by name or number
    #[arg(long, value_name = "SIGNAL")]
    pub stop_signal: Option<String>,

    /// How the container is kept apart from the host: auto, process or hypervisor
    #[arg(long, value_enum, value_name = "ISOLATION", hide_possible_values = true)]
    pub isolation: Option<Isolation>,

    /// Folder of an OCI bundle whose config.json is run as it is
    #[arg(long, value_name = "DIR", conflicts_with_all = NOT_WITH_A_BUNDLE)]
    pub bundle: Option<PathBuf>,
    /// What the container is made of
    #[command(flatten)]
    pub shape: ShapeArgs,

    /// Folder that becomes the root of the container, or `host`
    #[arg(value_name = "BASE", required_unless_present = "bundle")]
    pub base: Option<String>,
    /// Program and its arguments
    #[arg(value_name = "CMD", required_unless_present = "bundle", trailing_var_arg = true, allow_hyphen_values = true)]
    pub command: Vec<String>,
}

/// The part of `run` that shapes the specification, and so does not go with a bundle.
#[derive(Args, Clone, Debug, Default)]
pub struct ShapeArgs {
    /// Host name inside
    #[arg(long, value_name = "NAME", help_heading = "Process")]
    pub hostname: Option<String>,
    /// Environment variable; without a value, the caller's own (repeatable)
    #[arg(short, long, value_name = "NAME[=VALUE]", help_heading = "Process")]
    pub env: Vec<String>,
    /// File of environment variables, one a line (repeatable)
    #[arg(long, value_name = "FILE", help_heading = "Process")]
    pub env_file: Vec<PathBuf>,
    /// Working directory inside
    #[arg(short, long, value_name = "DIR", help_heading = "Process")]
    pub workdir: Option<String>,
    /// User and group inside, by name or number
    #[arg(short, long, value_name = "USER[:GROUP]", help_heading = "Process")]
    pub user: Option<String>,

    /// Make the root read-only, without a private layer to write to
    #[arg(long, help_heading = "Files")]
    pub read_only: bool,
    /// Folder or file of the host shown inside; OPTIONS are ro, rw and the propagations (repeatable)
    #[arg(short, long, value_name = "SRC:DST[:OPTIONS]", help_heading = "Files")]
    pub volume: Vec<String>,
    /// Mount, as type=bind|tmpfs,src=…,dst=…,ro,… (repeatable)
    #[arg(long, value_name = "KEY=VALUE,…", help_heading = "Files")]
    pub mount: Vec<String>,
    /// Folder in memory, with options such as size=64m,mode=1777,exec (repeatable)
    #[arg(long, value_name = "DST[:OPTIONS]", help_heading = "Files")]
    pub tmpfs: Vec<String>,
    /// Device of the host shown inside; ACCESS is some of rwm (repeatable)
    #[arg(long, value_name = "SRC[:DST[:ACCESS]]", help_heading = "Files")]
    pub device: Vec<String>,

    /// Memory limit, for example 512m; swap does not widen it
    #[arg(short, long, value_name = "SIZE", help_heading = "Limits")]
    pub memory: Option<String>,
    /// Number of processors' worth of time, for example 1.5
    #[arg(long, value_name = "NUMBER", help_heading = "Limits")]
    pub cpus: Option<String>,
    /// Processors to run on, for example 0-2,7
    #[arg(long, value_name = "LIST", help_heading = "Limits")]
    pub cpuset_cpus: Option<String>,
    /// Number of tasks; -1 is unlimited
    #[arg(long, value_name = "NUMBER", help_heading = "Limits", allow_hyphen_values = true)]
    pub pids_limit: Option<String>,

    /// Network of the container, none or host [default: none]
    #[arg(long, value_name = "NETWORK", help_heading = "Isolation")]
    pub network: Option<String>,
    /// Capability to add, or ALL (repeatable)
    #[arg(long, value_name = "CAPABILITY", help_heading = "Isolation")]
    pub cap_add: Vec<String>,
    /// Capability to drop, or ALL (repeatable)
    #[arg(long, value_name = "CAPABILITY", help_heading = "Isolation")]
    pub cap_drop: Vec<String>,
    /// no-new-privileges, or seccomp=unconfined, or seccomp=FILE (repeatable)
    #[arg(long, value_name = "OPTION", help_heading = "Isolation")]
    pub security_opt: Vec<String>,
}
