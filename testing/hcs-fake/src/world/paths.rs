//! Paths of a container, of which only those below mapped directories are not the host's.

/// The mapped directories of a container, the longest container path first.
#[derive(Clone, Debug, Default)]
pub struct Mappings(Vec<(String, String)>);

impl Mappings {
    /// Pairs of a path in the container and one on the host.
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Mappings {
        let trimmed = |path: String| path.trim_end_matches(['\\', '/']).to_owned();
        let pairs = pairs.into_iter().map(|(container, host)| (trimmed(container), trimmed(host)));
        let mut pairs: Vec<_> = pairs.filter(|(container, _)| !container.is_empty()).collect();
        pairs.sort_by_key(|(container, _)| std::cmp::Reverse(container.len()));
        Mappings(pairs)
    }

    /// A text with the host's paths, wherever a path of the container begins in it and goes on to a separator or its end.
    pub fn translate(&self, text: &str) -> String {
        let mut translated = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(next) = rest.chars().next() {
            let begins = translated.is_empty() || translated.ends_with(before);
            let found = self.0.iter().find(|(container, _)| begins && leads(rest, container));
            match found {
                Some((container, host)) => {
                    translated.push_str(host);
                    rest = &rest[container.len()..];
                }
                None => {
                    translated.push(next);
                    rest = &rest[next.len_utf8()..];
                }
            }
        }
        translated
    }
}

/// Whether a path may begin after this.
fn before(character: char) -> bool {
    character.is_whitespace() || "\"'=,;|&<>()".contains(character)
}

/// Whether a text begins with a path, and the path's last name is whole.
fn leads(text: &str, path: &str) -> bool {
    let Some(head) = text.get(..path.len()) else { return false };
    let same = |(one, other): (u8, u8)| {
        let plain = |byte: u8| if byte == b'/' { b'\\' } else { byte.to_ascii_lowercase() };
        plain(one) == plain(other)
    };
    let ends = |next: char| matches!(next, '\\' | '/') || before(next);
    head.bytes().zip(path.bytes()).all(same) && text[path.len()..].chars().next().is_none_or(ends)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn mappings() -> Mappings {
        let pair = |container: &str, host: &str| (container.to_owned(), host.to_owned());
        Mappings::new([pair(r"C:\m", r"Z:\host"), pair(r"C:\m\deep\", r"Z:\other\"), pair("", "x")])
    }

    #[test]
    fn paths_below_mapped_directories_are_the_hosts() {
        for (text, expected) in [
            (r"C:\m\a.exe x", r"Z:\host\a.exe x"),
            (r"c:/M/a.exe", r"Z:\host/a.exe"),
            (r"C:\m", r"Z:\host"),
            (r"C:\m\deep\b", r"Z:\other\b"),
            (r"C:\mm\a.exe", r"C:\mm\a.exe"),
            (r"DC:\m\a", r"DC:\m\a"),
            (
                r#"cmd /c start "C:\m\a b" /x:1 >> C:\m\out.txt 2>&1"#,
                r#"cmd /c start "Z:\host\a b" /x:1 >> Z:\host\out.txt 2>&1"#,
            ),
            (r"p --in=C:\m\a;C:\m\b", r"p --in=Z:\host\a;Z:\host\b"),
            ("ü€", "ü€"),
        ] {
            assert_eq!(mappings().translate(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn text_without_the_drive_is_kept(text in "[^cC]{0,40}") {
            prop_assert_eq!(mappings().translate(&text), text);
        }
    }
}
