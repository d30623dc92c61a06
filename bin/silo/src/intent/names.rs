//! Names: of containers, hosts and labels.

/// Length of the longest name of a container. It is also the name of a folder with a socket in it, and socket paths are short.
const LONGEST_NAME: usize = 64;
/// Length of the longest host name that Linux takes.
const LONGEST_HOST_NAME: usize = 64;
/// Length of the longest host name that Windows takes.
const LONGEST_WINDOWS_HOST_NAME: usize = 63;

/// Checks the name of a container.
pub fn container(name: &str) -> Result<(), String> {
    let letter = |c: char| c.is_ascii_alphanumeric();
    let first = name.starts_with(letter);
    if first && name.len() <= LONGEST_NAME && name.chars().all(|c| letter(c) || "_.-".contains(c)) {
        return Ok(());
    }
    Err(format!(
        "{name:?} is not a name; use up to {LONGEST_NAME} of a-z A-Z 0-9 _ . - and begin with a letter or digit"
    ))
}

/// Checks a host name.
pub fn host(name: &str) -> Result<(), String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    if !name.is_empty() && name.len() <= LONGEST_HOST_NAME && name.chars().all(plain) && !name.starts_with(['-', '.']) {
        return Ok(());
    }
    Err(format!("{name:?} is not a host name; use up to {LONGEST_HOST_NAME} of a-z A-Z 0-9 - . _"))
}

/// Checks a host name of Windows, by the rule that plans have.
pub fn windows_host(name: &str) -> Result<(), String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    if (1..=LONGEST_WINDOWS_HOST_NAME).contains(&name.len()) && name.chars().all(plain) {
        return Ok(());
    }
    Err(format!("{name:?} is not a host name; use 1 to {LONGEST_WINDOWS_HOST_NAME} of a-z A-Z 0-9 - . _"))
}

/// Splits a label. One without a value has an empty value, as in Docker.
pub fn label(words: &str) -> Result<(String, String), String> {
    let (key, value) = words.split_once('=').unwrap_or((words, ""));
    if key.trim().is_empty() {
        return Err("a label needs a key, as KEY[=VALUE]".into());
    }
    Ok((key.to_owned(), value.to_owned()))
}
