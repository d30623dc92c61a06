//! How silo fails: what is printed, and the exit code.
//!
//! A program's own exit code is silo's for `run`, `exec` and `nspawn`, so silo's own failures keep out of its way, as in Docker:
//! 125 for anything of silo's, 126 for a program that cannot be executed, 127 for one that was not found.
//!
//! An error whose text does not say what to do gets the first advice that the catalogue of codes has, and the way to the rest.

use crate::output;
use hcs_engine::Error;
use hcs_schema::HResult;
use hcs_schema::catalogue::{self, Family};

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

/// The text of a failure, in which others may have had a say: the error, then what it came from, a line each, then what to do if none of them says so.
pub fn text(error: &anyhow::Error) -> String {
    let mut lines: Vec<String> = error.chain().map(ToString::to_string).collect();
    lines.extend(error.downcast_ref().and_then(hint));
    output::visible(&format!("silo: {}", lines.join("\n  ")))
}

/// What to do about an error, unless it says so itself.
fn hint(error: &Error) -> Option<String> {
    let entry = catalogue::readings(error.code.0).first()?.entry.filter(|_| !error.code.is_ok())?;
    // Codes of Win32 and the like say too little of what went wrong for advice to be right: the text says more. Advice in a
    // text is a clause of its own, or names a command.
    let service = matches!(entry.family, Family::Hcs | Family::Hcn | Family::Rpc | Family::Disk | Family::Hypervisor);
    let advises = error.message.contains([';', '`']);
    let bare = error.message.is_empty() || error.message == entry.meaning;
    if !bare && (advises || !service) {
        return None;
    }
    let advice = entry.advice().next()?;
    Some(format!("hint: {advice} More: `silo explain 0x{:08X}`.", error.code.0))
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
    fn words_of_others_do_not_talk_to_the_terminal() {
        let error = anyhow::Error::from(Error::new("create", "a\u{1b}]0;b\u{7}", HResult::E_FAIL, "why\nso"));
        assert!(text(&error).starts_with("silo: create a\\u{1b}]0;b\\u{7}: why\nso"), "{}", text(&error));
    }

    #[test]
    fn texts() {
        let error = anyhow::Error::from(Error::new("create", "web", HResult::E_FAIL, "no more memory"));
        assert_eq!(text(&error), "silo: create web: no more memory (0x80004005 E_FAIL)");
        assert_eq!(
            text(&error.context("while starting")),
            "silo: while starting\n  create web: no more memory (0x80004005 E_FAIL)"
        );
        assert_eq!(text(&anyhow::anyhow!("a\u{1b}[2J")), "silo: a\\u{1b}[2J");
    }

    #[test]
    fn hints() {
        let told = |code, message| text(&anyhow::Error::from(Error::new("start", "web", code, message)));
        for (code, message) in [
            (HResult::HCS_E_INVALID_STATE, "its keeper is gone; reclaim it with `silo gc`"),
            (HResult::HCS_E_SYSTEM_ALREADY_EXISTS, "a container has it; choose another name"),
            (HResult::E_INVALIDARG, "it has no root"),
            (HResult::E_FAIL, "the guest gave no reason"),
            (HResult(0x8123_4567), ""),
            (HResult::S_OK, ""),
        ] {
            assert_eq!(told(code, message).lines().count(), 1, "{code}: {message}");
        }
        assert_eq!(
            told(HResult::HCS_E_SYSTEM_NOT_FOUND, "no container is named web"),
            "silo: start web: no container is named web (0xC037010E HCS_E_SYSTEM_NOT_FOUND)\n  \
             hint: List the containers of Silo: `silo ps -a`. More: `silo explain 0xC037010E`."
        );
        let bare = told(HResult::ERROR_BROKEN_PIPE, "The pipe was closed by the other end.");
        assert!(bare.contains("hint: See how the other one ended"), "{bare}");
        let wrapped = anyhow::Error::from(Error::not_found("find", "web")).context("while starting");
        assert!(text(&wrapped).ends_with("More: `silo explain 0xC037010E`."), "{}", text(&wrapped));
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
