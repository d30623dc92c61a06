//! The words of `explain`.

use super::manage::Format;
use clap::Args;

/// Shown after the help.
pub const AFTER_HELP: &str = "\
Examples:
  silo explain 0xC0370106
  silo explain 3221225786 -1070137074 HCS_E_INVALID_STATE
  docker run IMAGE 2>&1 | silo explain
  silo explain --format json < containerd.log
  silo explain --list

A code is an HRESULT, an NTSTATUS, a Win32 error, an errno of Linux or an exit code: hexadecimal with 0x or as eight digits, \
decimal with or without a sign, or its name. If a number is several codes, the likeliest is first.";

/// Everything that can be said to `explain`.
#[derive(Args, Clone, Debug, Default)]
pub struct ExplainArgs {
    /// Codes, or texts that hold some; without any, standard input is read
    #[arg(value_name = "CODE", allow_negative_numbers = true)]
    pub codes: Vec<String>,
    /// List every code that there is something to say of
    #[arg(short, long, conflicts_with = "codes")]
    pub list: bool,
    /// How to write it, table or json
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    pub format: Format,
}
