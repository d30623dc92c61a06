//! Labels of security modules.

use super::Refusal;

/// Refuses a label that could not be one line of a kernel file.
pub fn check(property: &str, label: &str) -> Result<(), Refusal> {
    if label.contains(['\0', '\n']) {
        return Err(Refusal::invalid(property, "a label has neither newlines nor NUL"));
    }
    Ok(())
}
