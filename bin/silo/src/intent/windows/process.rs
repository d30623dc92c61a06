//! The process of a Windows container.

use hcs_schema::oci::{Process, User};

/// Where a process starts unless told otherwise.
const DEFAULT_FOLDER: &str = r"C:\";

/// A process before the caller's wishes.
pub fn process(terminal: bool) -> Process {
    Process { terminal, cwd: DEFAULT_FOLDER.into(), ..Process::default() }
}

/// The user of the words, which are a name with or without a domain.
pub fn user(words: &str) -> Result<User, String> {
    let parts: Vec<&str> = words.split('\\').collect();
    let plain = |part: &&str| {
        !part.is_empty() && !part.contains(['"', '/', ':', '|', '<', '>', '+', '=', ';', ',', '?', '*', '\0'])
    };
    if words.contains(':') {
        return Err(format!("{words:?}: there are no groups on Windows; write USER or DOMAIN\\USER"));
    }
    match parts.len() <= 2 && parts.iter().all(plain) {
        true => Ok(User { username: Some(words.to_owned()), ..User::default() }),
        false => Err(format!("{words:?} is not a user; write USER or DOMAIN\\USER")),
    }
}

/// Leaves of variables whose names differ in case alone the last, as Windows has them once.
pub fn one_of_each_name(variables: &mut Vec<String>) {
    let name = |variable: &String| variable.split('=').next().unwrap_or_default().to_uppercase();
    let names: Vec<String> = variables.iter().map(name).collect();
    let mut index = 0;
    variables.retain(|_| {
        index += 1;
        !names[index..].contains(&names[index - 1])
    });
}
