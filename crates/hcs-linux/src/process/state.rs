//! The state document of the specification, which hooks read on their standard input.

use hcs_schema::oci::Spec;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Version of the specification that documents made here follow.
pub const VERSION: &str = "1.2.0";

/// Where in its life a container is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Being made.
    Creating,
    /// Made; the user's program has not begun.
    Created,
    /// The user's program runs.
    Running,
    /// The user's program has ended.
    Stopped,
}

/// The state of a container.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct State {
    /// Version of the specification.
    pub oci_version: String,
    /// The container's id.
    pub id: String,
    /// Where in its life it is.
    pub status: Status,
    /// The process id of its init as the reader sees it; 0 and left out when there is none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub pid: i32,
    /// Absolute path of the bundle.
    pub bundle: String,
    /// Annotations of the specification.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
}

/// Whether a process id is absent.
fn is_zero(pid: &i32) -> bool {
    *pid == 0
}

impl State {
    /// The state of a container made from `spec`.
    pub fn of(spec: &Spec, id: &str, status: Status, pid: u32, bundle: &str) -> State {
        State {
            oci_version: VERSION.to_owned(),
            id: id.to_owned(),
            status,
            pid: i32::try_from(pid).unwrap_or_default(),
            bundle: bundle.to_owned(),
            annotations: spec.annotations.clone(),
        }
    }

    /// The document.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a structure of strings and numbers is valid JSON")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_has_the_names_of_the_specification() {
        let mut state = State {
            oci_version: VERSION.to_owned(),
            id: "one".to_owned(),
            status: Status::Created,
            pid: 42,
            bundle: "/bundle".to_owned(),
            annotations: BTreeMap::from([("a".to_owned(), "b".to_owned())]),
        };
        let all = r#"{"ociVersion":"1.2.0","id":"one","status":"created","pid":42,"bundle":"/bundle","annotations":{"a":"b"}}"#;
        assert_eq!(state.to_json(), all);
        assert_eq!(serde_json::from_str::<State>(all).unwrap(), state);
        state.pid = 0;
        state.annotations.clear();
        state.status = Status::Stopped;
        let least = r#"{"ociVersion":"1.2.0","id":"one","status":"stopped","bundle":"/bundle"}"#;
        assert_eq!(state.to_json(), least);
        assert_eq!(serde_json::from_str::<State>(least).unwrap(), state);
    }
}
