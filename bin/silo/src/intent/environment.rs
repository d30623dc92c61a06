//! Environment variables, with Docker's rules: defaults, then files, then options; of one name the last wins; a name without
//! a value takes the caller's, and removes the variable if the caller has none.

use super::{Result, World, paths, refusal};
use std::path::PathBuf;

/// Where programs are looked for unless told otherwise.
pub const PATH: &str = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// The kind of terminal that programs are told of.
pub const TERM: &str = "TERM=xterm";

/// Adds the variables of `--env-file` and `--env` to `variables`.
pub fn apply(variables: &mut Vec<String>, files: &[PathBuf], options: &[String], world: &dyn World) -> Result<()> {
    for file in files {
        let subject = format!("--env-file {}", file.display());
        let text = paths::read(world, &paths::outside(world.current_dir(), file), &subject)?;
        for (number, line) in text.lines().enumerate() {
            let line = line.trim_start();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let name = line.split('=').next().unwrap_or(line);
            if name.contains(char::is_whitespace) {
                return Err(refusal(
                    format!("{subject}:{}", number + 1),
                    format!("{name:?} has white space in its name"),
                ));
            }
            one(variables, line, world).map_err(|message| refusal(format!("{subject}:{}", number + 1), message))?;
        }
    }
    for option in options {
        one(variables, option, world).map_err(|message| refusal(format!("--env {option}"), message))?;
    }
    Ok(())
}

/// Sets one variable, `NAME=value`, replacing an earlier one of the same name.
pub fn set(variables: &mut Vec<String>, variable: String) {
    let name = name(&variable);
    match variables.iter().position(|known| self::name(known) == name) {
        Some(index) => variables[index] = variable,
        None => variables.push(variable),
    }
}

/// Whether there is a variable of this name.
pub fn has(variables: &[String], wanted: &str) -> bool {
    variables.iter().any(|variable| name(variable) == wanted)
}

/// Checks a variable's name.
pub fn check_name(name: &str) -> std::result::Result<(), String> {
    match name {
        "" => Err("a variable needs a name, as NAME=VALUE".into()),
        name if name.contains(['=', '\0']) => Err(format!("{name:?} is not the name of a variable")),
        _ => Ok(()),
    }
}

fn one(variables: &mut Vec<String>, words: &str, world: &dyn World) -> std::result::Result<(), String> {
    check_name(name(words))?;
    if words.contains('\0') {
        return Err("a variable cannot contain a NUL byte".into());
    }
    if words.contains('=') {
        set(variables, words.to_owned());
    } else if let Some(value) = world.variable(words) {
        set(variables, format!("{words}={value}"));
    } else {
        variables.retain(|variable| name(variable) != words);
    }
    Ok(())
}

fn name(variable: &str) -> &str {
    variable.split('=').next().unwrap_or(variable)
}
