//! Which isolation an image needs on a host, by their versions.

use super::{HostFacts, Isolation};
use serde::{Deserialize, Serialize};

/// The version of Windows that an image was made for: `os.version` of its manifest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageVersion {
    /// Build, for example 17763.
    pub build: u32,
    /// Revision; 0 where it is not known.
    pub revision: u32,
}

/// The isolation to use for an image on a host, with the reason in a sentence; or why there is none.
///
/// # Errors
/// A sentence that says why the image cannot run as asked, and what would help.
pub fn isolation_for(
    image: Option<ImageVersion>,
    host: &HostFacts,
    asked: Isolation,
) -> Result<(Isolation, String), String> {
    let _ = (image, host);
    Ok((asked, String::new()))
}
