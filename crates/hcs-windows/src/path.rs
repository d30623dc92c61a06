//! Paths on their way to Windows.
//!
//! The documents of the service are Unicode, so that a path in them must be, too; one rule for all keeps the answers alike.

use crate::wide::Wide;
use hcs_host::{Error, Result};
use std::path::Path;

/// A path as text.
pub(crate) fn text<'a>(operation: &str, path: &'a Path) -> Result<&'a str> {
    path.to_str().ok_or_else(|| Error::invalid(operation, &path.to_string_lossy(), "the path is not Unicode"))
}

/// A path for a function.
pub(crate) fn wide(operation: &str, path: &Path) -> Result<Wide> {
    Wide::new(operation, text(operation, path)?)
}

/// A path with a backslash at its end, as folders are named that a volume is mounted on.
pub(crate) fn with_backslash(path: &str) -> String {
    if path.ends_with('\\') { path.to_owned() } else { format!("{path}\\") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_backslash_ends_a_volume() {
        assert_eq!(with_backslash(r"\\?\Volume{a}"), r"\\?\Volume{a}\");
        assert_eq!(with_backslash(r"C:\a\"), r"C:\a\");
    }
}
