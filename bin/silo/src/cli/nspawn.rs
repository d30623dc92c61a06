//! The words of `nspawn`. What the keys of its file mean is in [`crate::intent::nspawn`].

use super::run::Isolation;
use clap::Args;
use std::path::PathBuf;

/// Help shown after the options of `nspawn`.
pub const AFTER_HELP: &str = "\
Keys of the file:
  process_directory       folder of the host shown inside; relative to the
                          folder of the file
  process_executable      program: relative to process_directory, or absolute
                          inside the container
  process_arguments       list of its arguments
  mapped_directory        where process_directory is seen inside, and where the
                          program starts [default: /nspawn]
  stdout_filename         file below process_directory that receives standard
                          output and standard error as well
  parent_layer_directory  root folder, or layer folder with a layerchain.json
                          [default: the host's own root]
  max_ram_mb, cpus_count, cpu_affinity_hex, max_cpu_percent, max_storage_iops,
  max_storage_bandwidth_bytes_per_sec
                          limits, 0 for none; max_cpu_percent is of all the
                          processors of the host, and of it and cpus_count the
                          smaller holds; cpu_affinity_hex is a mask, \"0x3\" or
                          \"3\" or the plain number
  environment             object of variables, or list of NAME=VALUE
  user                    user[:group], by name or number
  working_directory       inside; relative to mapped_directory
  hostname                name seen inside
  network                 \"none\" [default] or \"host\"
  isolation               \"process\" [default]
  read_only               true for a root without a private layer to write to
  mounts                  list of {\"source\", \"destination\", \"read_only\"}
  redirect_inside         true lets cmd.exe inside a Windows container write
                          stdout_filename; nothing of the output comes out then
Slashes and backslashes are the same in paths.

Examples:
  silo nspawn -c config.json
  silo nspawn -c config.json -D ./build --tty
  silo nspawn --dry-run

Exit code: the program's own (128 + number for a signal), 125 if silo failed or was misused, 126 if the program cannot be \
executed, 127 if it was not found.";

/// Everything that can be said to `nspawn`.
#[derive(Args, Clone, Debug, Default)]
pub struct NspawnArgs {
    /// File that says what to run
    #[arg(short, long, value_name = "FILE", default_value = "config.json")]
    pub config: PathBuf,
    /// Folder to use instead of the file's process_directory
    #[arg(short = 'D', long, value_name = "DIR")]
    pub directory: Option<PathBuf>,
    /// Give the program a terminal, and connect standard input to it
    #[arg(short, long)]
    pub tty: bool,
    /// Connect standard input
    #[arg(short, long)]
    pub interactive: bool,
    /// Print what would be made, and make nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Print details of the container on standard error
    #[arg(short, long)]
    pub verbose: bool,
    /// What is to hold instead of the file's isolation.
    #[arg(skip)]
    pub isolation: Option<Isolation>,
}
