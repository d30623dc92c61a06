//! Which Windows a prefix of Wine says it is: a test meets the one whose build was asked for.

use super::registry::{Key, Value};
use std::fmt;
use std::str::FromStr;

/// The variable that chooses the build, and in which a test finds the build that it met.
pub const VARIABLE: &str = "SILO_WINE_BUILD";

/// A Windows, by the number of its build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Windows {
    build: u32,
    name: &'static str,
}

/// The versions that HCS differs between, the oldest first.
const ALL: [Windows; 4] = [
    Windows { build: 14393, name: "Windows Server 2016" },
    Windows { build: 17763, name: "Windows Server 2019" },
    USUAL,
    Windows { build: 26100, name: "Windows Server 2025" },
];

/// The one that tests meet unless they ask for another.
pub const USUAL: Windows = Windows { build: 20348, name: "Windows Server 2022" };

impl Windows {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Windows> {
        ALL.into_iter()
    }

    /// The one that is asked for: by an option, else by the variable, else the usual one.
    pub fn asked(option: Option<Windows>) -> Result<Windows, String> {
        match (option, std::env::var(VARIABLE)) {
            (Some(windows), _) => Ok(windows),
            (None, Ok(text)) if !text.is_empty() => {
                text.parse().map_err(|problem: String| format!("{VARIABLE}: {problem}"))
            }
            (None, _) => Ok(USUAL),
        }
    }

    /// What is in the registry of a prefix that is this Windows. Wine's `RtlGetVersion` reads it there.
    pub fn registry(self) -> Vec<Key> {
        let build = self.build.to_string();
        let version = [
            ("CSDVersion", Value::text("")),
            ("CurrentBuild", Value::text(&build)),
            ("CurrentBuildNumber", Value::text(&build)),
            ("CurrentMajorVersionNumber", Value::Number(10)),
            ("CurrentMinorVersionNumber", Value::Number(0)),
            // Windows itself says 6.3 here, for old programs. Wine takes it for the version.
            ("CurrentVersion", Value::text("10.0")),
            ("ProductName", Value::text(self.name)),
        ];
        vec![
            Key { path: r"Software\Microsoft\Windows NT\CurrentVersion", values: version.into() },
            Key { path: r"System\CurrentControlSet\Control\Windows", values: vec![("CSDVersion", Value::Number(0))] },
            Key {
                path: r"System\CurrentControlSet\Control\ProductOptions",
                values: vec![("ProductType", Value::text("ServerNT"))],
            },
        ]
    }

    /// Whether it has `computecore.dll` and its kin.
    pub fn has_computecore(self) -> bool {
        self.build >= 17763
    }

    /// How the command `ver` of this Windows ends.
    pub fn version(self) -> String {
        format!("10.0.{}", self.build)
    }
}

impl fmt::Display for Windows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.build)
    }
}

impl FromStr for Windows {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = || ALL.map(|windows| format!("{} ({})", windows.build, windows.name)).join(", ");
        let found = ALL.into_iter().find(|windows| windows.build.to_string() == text);
        found.ok_or_else(|| format!("{text:?} is no build of Windows that there is a prefix for: {}", known()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_windows_is_asked_for_by_its_build() {
        assert_eq!("20348".parse(), Ok(USUAL));
        assert_eq!("17763".parse::<Windows>().unwrap().to_string(), "17763");
        let refused = "7601".parse::<Windows>().unwrap_err();
        assert!(refused.contains("7601") && refused.contains("26100 (Windows Server 2025)"), "{refused}");
    }

    #[test]
    fn an_option_comes_before_the_variable() {
        assert_eq!(Windows::asked(Some(ALL[0])), Ok(ALL[0]));
    }
}
