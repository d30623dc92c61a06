//! The Windows section of the specification.
//!
//! Only the layer folders are typed so far; everything else is kept in `extra`.

use super::Extra;
use serde::{Deserialize, Serialize};

/// Settings of Windows containers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Windows {
    /// Layer folders, upper-most parent first; the last one is the scratch folder. Linux containers use the same list.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub layer_folders: Vec<String>,
    /// Fields not known here, kept as read.
    #[serde(flatten)]
    pub extra: Extra,
}
