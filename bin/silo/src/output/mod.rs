//! What commands print: tables for eyes, JSON for programs.

pub mod age;
pub mod explained;
pub mod table;

use serde::Serialize;
use std::io::{self, IsTerminal, Write};

/// Prints a text on standard output.
pub fn print(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}

/// Prints a line on standard output.
pub fn line(text: impl std::fmt::Display) -> io::Result<()> {
    print(&format!("{text}\n"))
}

/// Prints a value as JSON on standard output.
pub fn json(value: &impl Serialize) -> anyhow::Result<()> {
    Ok(line(serde_json::to_string_pretty(value)?)?)
}

/// Whether standard output takes colours: it is a terminal, and the caller has not declined them.
pub fn colours() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()) && io::stdout().is_terminal()
}
