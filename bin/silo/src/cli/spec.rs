//! The words of `spec`.

use clap::Args;
use std::path::PathBuf;

/// Help shown after the options of `spec`.
pub const AFTER_HELP: &str = "\
Examples:
  silo spec
  silo spec --rootless -b ./bundle
  silo spec --hyperv -b ./bundle && silo plan --host 20348 ./bundle

The file is called config.json, and one that is there already is left alone: remove it first.";

/// Everything that can be said to `spec`.
#[derive(Args, Clone, Debug, Default)]
pub struct SpecArgs {
    /// Folder to write the file to [default: the current one]
    #[arg(short, long, value_name = "DIR")]
    pub bundle: Option<PathBuf>,
    /// Write it for a Linux container [default, except on Windows]
    #[arg(long, conflicts_with_all = ["windows", "hyperv"])]
    pub linux: bool,
    /// Write it for a Linux container of an ordinary user, the caller
    #[arg(long, conflicts_with_all = ["windows", "hyperv"])]
    pub rootless: bool,
    /// Write it for a Windows container
    #[arg(long, conflicts_with = "hyperv")]
    pub windows: bool,
    /// Write it for a Windows container in a virtual machine
    #[arg(long)]
    pub hyperv: bool,
}
