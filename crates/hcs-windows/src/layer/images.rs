//! Base images that are shared by everybody on the host.

use serde::Deserialize;

/// A shared base image, as `GetBaseImages` of `vmcompute.dll` lists it. Docker read these documents in this form
/// (`daemon/graphdriver/windows`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct BaseImage {
    /// Name of the image, such as `WindowsServerCore`.
    pub name: String,
    /// Version of the Windows in it.
    pub version: String,
    /// Folder of the layer.
    pub path: String,
    /// Size in bytes.
    pub size: u64,
    /// When it was made, as RFC 3339 text.
    pub created_time: String,
}

/// What the function answers.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct List {
    images: Option<Vec<BaseImage>>,
}

/// The images of a document. No document is no images.
pub(super) fn parse(text: &str) -> serde_json::Result<Vec<BaseImage>> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    Ok(serde_json::from_str::<List>(text)?.images.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_read() {
        let text = r#"{"Images":[{"Name":"NanoServer","Version":"10.0.14393.0","Path":"C:\\a","Size":7,
            "CreatedTime":"2016-07-16T00:00:00Z","More":1}]}"#;
        let images = parse(text).unwrap();
        assert_eq!((images[0].name.as_str(), images[0].path.as_str(), images[0].size), ("NanoServer", "C:\\a", 7));
        for text in ["", "{}", r#"{"Images":null}"#] {
            assert_eq!(parse(text).unwrap(), [], "{text}");
        }
        assert!(parse("[]x").is_err());
    }
}
