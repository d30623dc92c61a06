//! How long operations may take.

use std::time::Duration;

/// Four minutes: what hcsshim gives an operation. A machine that boots many systems needs them.
const DEFAULT: Duration = Duration::from_secs(240);

/// How long operations that were begun may take to be complete. A call that does not return is not bounded by them. The
/// variables are those of hcsshim, in whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// `HCSSHIM_TIMEOUT_SYSTEMCREATE`
    pub create: Duration,
    /// `HCSSHIM_TIMEOUT_SYSTEMSTART`
    pub start: Duration,
    /// `HCSSHIM_TIMEOUT_SYSTEMPAUSE`
    pub pause: Duration,
    /// `HCSSHIM_TIMEOUT_SYSTEMRESUME`
    pub resume: Duration,
    /// `HCSSHIM_TIMEOUT_SYSTEMSAVE`
    pub save: Duration,
    /// `HCSSHIM_TIMEOUT_SYSCALLWATCHER`: everything else, such as reading properties.
    pub call: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Timeouts { create: DEFAULT, start: DEFAULT, pause: DEFAULT, resume: DEFAULT, save: DEFAULT, call: DEFAULT }
    }
}

impl Timeouts {
    /// Those of this process's environment. What is no number of seconds counts for nothing, as in hcsshim.
    pub fn from_environment() -> Timeouts {
        Timeouts::from_variables(|name| std::env::var(format!("HCSSHIM_TIMEOUT_{name}")).ok())
    }

    fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Timeouts {
        let seconds = |name: &str| variable(name).and_then(|text| text.trim().parse().ok()).map(Duration::from_secs);
        let or_default = |name: &str| seconds(name).filter(|time| !time.is_zero()).unwrap_or(DEFAULT);
        Timeouts {
            create: or_default("SYSTEMCREATE"),
            start: or_default("SYSTEMSTART"),
            pause: or_default("SYSTEMPAUSE"),
            resume: or_default("SYSTEMRESUME"),
            save: or_default("SYSTEMSAVE"),
            call: or_default("SYSCALLWATCHER"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_whole_seconds() {
        let given = |name: &str| match name {
            "SYSTEMCREATE" => Some("7".to_owned()),
            "SYSTEMSTART" => Some("soon".to_owned()),
            "SYSTEMPAUSE" => Some("0".to_owned()),
            _ => None,
        };
        let expected = Timeouts { create: Duration::from_secs(7), ..Timeouts::default() };
        assert_eq!(Timeouts::from_variables(given), expected);
    }
}
