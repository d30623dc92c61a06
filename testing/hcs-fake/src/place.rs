//! Where the service of a home folder is: the name of its pipe. Programs with different homes do not meet.

use std::path::{Path, PathBuf};

/// The variable that names the home folder.
pub const HOME: &str = "HCS_FAKE_HOME";
/// The variable that names the program of the service.
pub const SERVICE: &str = "HCS_FAKE_SERVICE";
/// The variable that names the file that every call is written to.
pub const LOG: &str = "HCS_FAKE_LOG";
/// The variable that says what fails.
pub const FAULTS: &str = "HCS_FAKE_FAULTS";
/// The variable that names a folder for the logs of tests.
pub const CALLS: &str = "HCS_FAKE_CALLS";

/// The home folder of this process.
pub fn home() -> PathBuf {
    if let Some(home) = std::env::var_os(HOME).filter(|home| !home.is_empty()) {
        return home.into();
    }
    let data = std::env::var_os("ProgramData").unwrap_or_else(|| r"C:\ProgramData".into());
    Path::new(&data).join("hcs-fake")
}

/// The name of the pipe of a home's service.
pub fn pipe(home: &Path) -> String {
    format!(r"\\.\pipe\hcs-fake-{:016x}", digest(&spelled(home)))
}

/// A path in the one spelling that the DLLs and the service agree in.
fn spelled(home: &Path) -> String {
    let text = home.to_string_lossy().replace('/', "\\").to_lowercase();
    text.trim_end_matches('\\').to_owned()
}

/// FNV-1a.
fn digest(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn homes_differ_and_spellings_do_not() {
        let name = |text: &str| pipe(Path::new(text));
        assert_eq!(name(r"C:\Temp\a"), name("c:/temp/A/"));
        assert_ne!(name(r"C:\Temp\a"), name(r"C:\Temp\b"));
    }
}
