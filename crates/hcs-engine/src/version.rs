//! Versions of Windows, as its own command prints them.

use hcs_host::plan::Os;

/// Reads what `ver` prints, in whatever language: `Microsoft Windows [Version 10.0.20348.2031]`.
pub fn windows_version(text: &str) -> Option<Os> {
    let number = |word: &str| -> Option<Os> {
        let parts = word.split('.').map(|part| part.parse::<u32>().ok()).collect::<Option<Vec<u32>>>()?;
        match parts[..] {
            [10, 0, build] => Some(Os::Windows { build, revision: 0 }),
            [10, 0, build, revision] => Some(Os::Windows { build, revision }),
            _ => None,
        }
    };
    text.split(|c: char| !c.is_ascii_digit() && c != '.').find_map(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_systems_print() {
        for (text, expected) in [
            ("\r\nMicrosoft Windows [Version 10.0.20348.2031]\r\n", Some((20348, 2031))),
            ("Microsoft Windows [versi\u{f3}n 10.0.17763.1]", Some((17763, 1))),
            ("Microsoft Windows 10.0.19043\r\n", Some((19043, 0))),
            ("Microsoft Windows [Version 6.3.9600]", None),
            ("", None),
        ] {
            assert_eq!(
                windows_version(text),
                expected.map(|(build, revision)| Os::Windows { build, revision }),
                "{text}"
            );
        }
    }
}
