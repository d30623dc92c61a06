//! How silo fails: what is printed, and the exit code.
//!
//! A program's own exit code is silo's for `run`, `exec` and `nspawn`, so silo's own failures keep out of its way, as in Docker:
//! 125 for anything of silo's, 126 for a program that cannot be executed, 127 for one that was not found.

use hcs_engine::Error;
use hcs_schema::HResult;

/// Silo failed, or was misused.
pub const SILO_FAILED: i32 = 125;
/// The program cannot be executed.
pub const CANNOT_EXECUTE: i32 = 126;
/// The program was not found.
pub const NOT_FOUND: i32 = 127;
/// Wrong usage of a command that runs nothing.
pub const WRONG_USAGE: i32 = 2;

/// The engine's word for starting a program.
const EXECUTE: &str = "execute";

/// The exit code of a failure.
pub fn exit_code(error: &anyhow::Error) -> i32 {
    match error.downcast_ref::<Error>() {
        Some(Error { operation, code, .. }) if operation == EXECUTE => match *code {
            HResult::ERROR_FILE_NOT_FOUND | HResult::ERROR_PATH_NOT_FOUND => NOT_FOUND,
            HResult::E_ACCESSDENIED | HResult::ERROR_BAD_EXE_FORMAT => CANNOT_EXECUTE,
            _ => SILO_FAILED,
        },
        _ => SILO_FAILED,
    }
}

/// The text of a failure: the error, then what it came from, a line each.
pub fn text(error: &anyhow::Error) -> String {
    let lines: Vec<String> = error.chain().map(ToString::to_string).collect();
    format!("silo: {}", lines.join("\n  "))
}

/// The exit code of wrong usage, by the command that was misused.
pub fn usage_code(words: impl Iterator<Item = String>) -> i32 {
    let mut words = words.skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--root" => drop(words.next()),
            "run" | "exec" | "nspawn" => return SILO_FAILED,
            option if option.starts_with('-') => {}
            _ => return WRONG_USAGE,
        }
    }
    WRONG_USAGE
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context;

    #[test]
    fn exit_codes() {
        for (operation, code, expected) in [
            ("execute", HResult::ERROR_FILE_NOT_FOUND, 127),
            ("execute", HResult::ERROR_PATH_NOT_FOUND, 127),
            ("execute", HResult::E_ACCESSDENIED, 126),
            ("execute", HResult::ERROR_BAD_EXE_FORMAT, 126),
            ("execute", HResult::E_FAIL, 125),
            ("create", HResult::ERROR_FILE_NOT_FOUND, 125),
            ("create", HResult::E_ACCESSDENIED, 125),
        ] {
            let error = anyhow::Error::from(Error::new(operation, "web", code, "why"));
            assert_eq!(exit_code(&error), expected, "{operation} {code}");
        }
        assert_eq!(exit_code(&anyhow::anyhow!("other")), 125);
        let wrapped = Err::<(), _>(Error::new("execute", "", HResult::E_ACCESSDENIED, "")).context("x").unwrap_err();
        assert_eq!(exit_code(&wrapped), 126);
    }

    #[test]
    fn texts() {
        let error = anyhow::Error::from(Error::new("create", "web", HResult::E_FAIL, "no more memory"));
        assert_eq!(text(&error), "silo: create web: no more memory (0x80004005 E_FAIL)");
        assert_eq!(
            text(&error.context("while starting")),
            "silo: while starting\n  create web: no more memory (0x80004005 E_FAIL)"
        );
    }

    #[test]
    fn usage_codes() {
        for (words, expected) in [
            ("silo run", 125),
            ("silo --root run exec", 125),
            ("silo --root=x nspawn", 125),
            ("silo ps run", 2),
            ("silo", 2),
        ] {
            assert_eq!(usage_code(words.split(' ').map(str::to_owned)), expected, "{words}");
        }
    }
}
