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
    Ok(line(pretty(value)?)?)
}

/// A value as JSON, without the control characters that JSON may have as they are.
pub fn pretty(value: &impl Serialize) -> serde_json::Result<String> {
    let text = serde_json::to_string_pretty(value)?;
    let visible = |c: char| if unmeant(c) { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() };
    Ok(match text.contains(unmeant) {
        true => text.chars().map(visible).collect(),
        false => text,
    })
}

/// A text whose control characters are made visible, so that it tells a terminal nothing. Newlines and tabs remain.
pub fn visible(text: &str) -> String {
    text.chars().map(|c| if unmeant(c) { c.escape_default().to_string() } else { c.to_string() }).collect()
}

/// A line whose control characters are made visible, all of them.
pub fn visible_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { c.escape_default().to_string() } else { c.to_string() }).collect()
}

/// A control character that no text of ours has.
fn unmeant(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\t')
}

/// Whether standard output takes colours: it is a terminal, and the caller has not declined them.
pub fn colours() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()) && io::stdout().is_terminal()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_others_reaches_a_terminal() {
        let bad = "a\u{1b}]0;x\u{7}\u{9b}2J\u{7f}\r\n\tb";
        assert_eq!(visible(bad), "a\\u{1b}]0;x\\u{7}\\u{9b}2J\\u{7f}\\r\n\tb");
        assert_eq!(visible_line("a\n\tb\u{85}"), "a\\n\\tb\\u{85}");
        let json = pretty(&[bad]).unwrap();
        assert!(!json.contains(unmeant) && json.contains("\\u009b2J\\u007f"), "{json}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&json).unwrap(), [bad]);
    }
}
