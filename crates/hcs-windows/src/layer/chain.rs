//! `layerchain.json`: the parents of a layer, in its folder.
//!
//! Docker and containerd write it: a JSON array of whole paths, the nearest parent first. A base layer has none, or `null`.

use crate::outcome::io_error;
use hcs_host::{Error, Result};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Name of the file.
const FILE: &str = "layerchain.json";

/// The parents of a layer, nearest first; none for a base layer.
///
/// # Errors
/// The file is there and cannot be read, or is not a list of paths.
pub fn layer_chain(layer: &Path) -> Result<Vec<PathBuf>> {
    let file = layer.join(FILE);
    match std::fs::read(&file) {
        Ok(bytes) => parse(&bytes).map_err(|error| {
            let message = format!("it is no list of paths ({error}); the layer has to be unpacked again");
            Error::invalid("read parents of layer", &file.to_string_lossy(), message)
        }),
        Err(error) if error.kind() == ErrorKind::NotFound && layer.is_dir() => Ok(Vec::new()),
        Err(error) => Err(io_error("read parents of layer", &file.to_string_lossy(), &error)),
    }
}

/// Writes the parents of a layer, nearest first.
///
/// # Errors
/// The file cannot be written, or a path is not Unicode.
pub fn write_layer_chain(layer: &Path, parents: &[impl AsRef<Path>]) -> Result<()> {
    let file = layer.join(FILE);
    let operation = "write parents of layer";
    let paths: Vec<&str> =
        parents.iter().map(|parent| crate::path::text(operation, parent.as_ref())).collect::<Result<_>>()?;
    std::fs::write(&file, serde_json::json!(paths).to_string())
        .map_err(|error| io_error(operation, &file.to_string_lossy(), &error))
}

/// The text of the file.
fn parse(bytes: &[u8]) -> serde_json::Result<Vec<PathBuf>> {
    serde_json::from_slice::<Option<Vec<PathBuf>>>(bytes).map(Option::unwrap_or_default)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parents_come_back() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(layer_chain(folder.path()).unwrap(), Vec::<PathBuf>::new(), "a base layer");
        let parents = [PathBuf::from(r"C:\layers\2"), PathBuf::from(r"C:\layers\1")];
        write_layer_chain(folder.path(), &parents).unwrap();
        assert_eq!(layer_chain(folder.path()).unwrap(), parents);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            let _either = parse(&bytes);
        }
    }

    #[test]
    fn what_is_no_list_is_an_error_and_null_is_none() {
        assert_eq!(parse(b"null").unwrap(), Vec::<PathBuf>::new());
        for text in ["", "{}", "[1]", "\"a\""] {
            assert!(parse(text.as_bytes()).is_err(), "{text}");
        }
        assert!(layer_chain(Path::new(r"C:\there\is\none")).is_err(), "a layer that is not there is no base layer");
    }
}
