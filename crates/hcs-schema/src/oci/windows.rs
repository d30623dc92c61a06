//! The Windows section of the specification.
//!
//! Only the layer folders are typed so far; everything else is kept in `extra`.

use crate::model::object;

object! {
    /// Settings of Windows containers.
    pub struct Windows {
        /// Layer folders, upper-most parent first; the last one is the scratch folder. Linux containers use the same list.
        "layerFolders" layer_folders: Vec<String>,
        ..extra
    }
}
