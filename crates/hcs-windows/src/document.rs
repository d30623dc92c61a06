//! Documents on their way to and from the service.

use hcs_host::{Error, Result};
use hcs_schema::HResult;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A document as text.
pub(crate) fn write(document: &impl Serialize) -> String {
    serde_json::to_string(document).unwrap_or_else(|error| panic!("a document is JSON: {error}"))
}

/// A document that the service answers.
pub(crate) fn read<T: DeserializeOwned>(operation: &str, id: &str, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| {
        Error::new(operation, id, HResult::ERROR_INVALID_DATA, format!("Windows answers what cannot be read: {error}"))
    })
}

/// A list that the service answers. No text, and `null`, are an empty one.
pub(crate) fn read_list<T: DeserializeOwned>(operation: &str, text: &str) -> Result<Vec<T>> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    Ok(read::<Option<Vec<T>>>(operation, "", text)?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_may_be_absent() {
        for text in ["", "null", "[]"] {
            assert_eq!(read_list::<String>("list", text).unwrap(), Vec::<String>::new());
        }
        assert_eq!(read_list::<String>("list", r#"["a"]"#).unwrap(), ["a"]);
        assert_eq!(read_list::<String>("list", "{").unwrap_err().code, HResult::ERROR_INVALID_DATA);
    }
}
