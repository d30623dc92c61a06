//! Every file begins by saying what it is for.

use super::{Finding, Source};

/// A file begins with a `//!` line of more than one word: a name alone repeats what the path says.
pub fn check(source: &Source) -> Vec<Finding> {
    let first = source.text.lines().next().unwrap_or_default();
    let said = first.strip_prefix("//!").is_some_and(|text| text.split_whitespace().count() > 1);
    let finding =
        || Finding::new("headers", &source.path, 1, "a file begins with a `//!` line that says what it is for");
    (!said).then(finding).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_what_it_is_for() {
        let bad = |text: &str| !check(&Source::new("a.rs", text)).is_empty();
        assert!(bad(""));
        assert!(bad("use std::fmt;\n//! Late words."));
        assert!(bad("//! Placeholder\n"));
        assert!(bad("// Not for rustdoc.\n"));
        assert!(!bad("//! Control groups.\n"));
    }
}
