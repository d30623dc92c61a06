//! Words of `plan` that are checked as they are read, so that a wrong one is wrong usage.

use crate::intent::names;
use hcs_engine::plan::{ImageVersion, Os, builds};
use hcs_engine::windows_version;

/// The id of a container.
pub fn id(words: &str) -> Result<String, String> {
    names::container(words).map(|()| words.to_owned())
}

/// A key and a value.
pub fn pair(words: &str) -> Result<(String, String), String> {
    let (key, value) = words.split_once('=').filter(|(key, _)| !key.is_empty()).ok_or("write KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}

/// The version of an image.
pub fn image(words: &str) -> Result<ImageVersion, String> {
    match windows_version(words).filter(|_| words.starts_with("10.0.") && is_version(words)) {
        Some(Os::Windows { build, revision }) if build > 0 => Ok(ImageVersion { build, revision }),
        _ => Err("it is no version of Windows; write for example 10.0.20348.2031".into()),
    }
}

/// A host: Linux, or a build of Windows with or without its revision, or a whole version.
pub fn host(words: &str) -> Result<Os, String> {
    if words == "linux" {
        return Ok(Os::Linux);
    }
    let os = is_version(words).then(|| windows_version(words).or_else(|| windows_version(&format!("10.0.{words}"))));
    let wrong = "it is no host; write linux, or a build of Windows such as 20348 or 20348.2031";
    supported(os.flatten().ok_or(wrong)?)
}

/// A system that plans can be made for.
pub fn supported(os: Os) -> Result<Os, String> {
    let first = builds::SERVER_2016;
    match os {
        Os::Windows { build, .. } if build < first => {
            Err(format!("Windows build {build} has no containers; the first that has is {first} (Server 2016)"))
        }
        os => Ok(os),
    }
}

fn is_version(words: &str) -> bool {
    words.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builds_with_and_without_revision() {
        let windows = |build, revision| Some(Os::Windows { build, revision });
        for (words, expected) in [
            ("linux", Some(Os::Linux)),
            ("20348", windows(20348, 0)),
            ("20348.2031", windows(20348, 2031)),
            ("10.0.17763", windows(17763, 0)),
            ("10.0.17763.1", windows(17763, 1)),
            ("14393", windows(14393, 0)),
            ("14392", None),
            ("0", None),
            ("", None),
            ("windows", None),
            ("20348.", None),
            ("1.2.3", None),
            ("build20348", None),
        ] {
            assert_eq!(host(words).ok(), expected, "{words}");
        }
        assert!(host("10586").unwrap_err().contains("14393"));
    }

    #[test]
    fn versions_of_images() {
        assert_eq!(image("10.0.20348.2031"), Ok(ImageVersion { build: 20348, revision: 2031 }));
        assert_eq!(image("10.0.20348"), Ok(ImageVersion { build: 20348, revision: 0 }));
        for words in ["", "20348", "10.0", "10.0.x", "11.0.1", "10.0.0", "10.0.0.5", "10.0.20348 x"] {
            assert!(image(words).is_err(), "{words}");
        }
    }

    #[test]
    fn keys_have_values() {
        assert_eq!(pair("a=b=c"), Ok(("a".into(), "b=c".into())));
        assert!(pair("a").is_err() && pair("=a").is_err());
    }
}
