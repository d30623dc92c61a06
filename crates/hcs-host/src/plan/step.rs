//! Steps: a call, the reason for it, and what is known after it.

use super::Call;
use serde::{Deserialize, Serialize};
use std::fmt;

/// One call of a plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// What is called, with its document.
    pub call: Call,
    /// Why, in a phrase.
    pub why: String,
    /// What is only known when it has run.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub yields: Vec<Placeholder>,
    /// What takes it back, call by call: run when the container is deleted, or when a later step fails. Steps are taken back
    /// in reverse order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub undo: Vec<Call>,
    /// The list that it is run for, value by value. Steps in a row with one list are run together for each of its values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub each: Option<Each>,
    /// The name under which containers of one utility VM share what it makes. The first of them runs the step, and the last
    /// takes it back. What nothing takes back stays as long as the machine does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shared: Option<String>,
}

/// A list that steps are run for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Each {
    /// The list.
    pub list: Placeholder,
    /// What stands for one of its values in the steps.
    pub value: Placeholder,
}

impl Step {
    /// A step that nothing takes back.
    pub fn new(call: Call, why: impl Into<String>) -> Self {
        Step { call, why: why.into(), yields: Vec::new(), undo: Vec::new(), each: None, shared: None }
    }

    /// The same step, which this call takes back, after those that were given before.
    #[must_use]
    pub fn undone_by(mut self, undo: Call) -> Self {
        self.undo.push(undo);
        self
    }

    /// The same step, run for each value of a list.
    #[must_use]
    pub fn for_each(self, list: Placeholder, value: Placeholder) -> Self {
        Step { each: Some(Each { list, value }), ..self }
    }

    /// The same step, whose result containers of one utility VM share under a name.
    #[must_use]
    pub fn shared_as(self, name: impl Into<String>) -> Self {
        Step { shared: Some(name.into()), ..self }
    }

    /// The same step, which yields a value.
    #[must_use]
    pub fn yielding(mut self, placeholder: Placeholder) -> Self {
        self.yields.push(placeholder);
        self
    }
}

/// A value that only a step can tell, written `${name}` or `${name:of}` in documents. A string that is nothing but one whose
/// value is JSON stands for that value.
///
/// | Name | Value |
/// |---|---|
/// | `volume`, `image-volume` | path of a mounted volume, with a backslash at its end |
/// | `volume-name` | the same as `volume`, without the backslash |
/// | `bundle` | folder of the bundle, where it is not known as one of Windows |
/// | `layer-id` | GUID of a layer, by its folder |
/// | `namespace` | GUID of a network namespace, chosen before it is made |
/// | `endpoints` | list of the ids of a namespace's endpoints, each `endpoint` in turn |
/// | `namespace-document` | the namespace, as HCN has it (JSON) |
/// | `endpoint-document` | the endpoint, as HNS has it (JSON) |
/// | `endpoint-mac` | its address |
/// | `endpoint-adapter` | what a Linux guest is told of it (JSON); `policy-routing` routes by rules |
/// | `runtime-id` | GUID by which sockets name a utility VM |
/// | `system-id` | GUID by which sockets name a container in it |
/// | `time-zone` | the host's time zone (JSON) |
/// | `base64` | content of a file, in base64; empty where it may be missing and is |
/// | `device-locations` | location paths that a program writes, a line each; the part of a list that has it is there for each |
/// | `credential-cookie`, `credential-endpoint` | what the credential guard calls a container, and where it is reached |
/// | `credential-service`, `credential-service-config` | GUID of its socket, and the socket's rights (JSON) |
/// | `token` | token of a user |
/// | `nonce` | digits that nobody else has, in names of what is made for one container; chosen before anything is made |
/// | `process` | the container's program |
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Placeholder {
    /// What kind of value: `volume`, `layer-id`.
    pub name: String,
    /// Of what, if there may be several.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub of: String,
}

impl Placeholder {
    /// The one value of a kind.
    pub fn new(name: &str) -> Self {
        Placeholder { name: name.into(), of: String::new() }
    }

    /// The value of a kind that belongs to something.
    pub fn of(name: &str, of: impl Into<String>) -> Self {
        Placeholder { name: name.into(), of: of.into() }
    }
}

impl fmt::Display for Placeholder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.of.is_empty() { write!(f, "${{{}}}", self.name) } else { write!(f, "${{{}:{}}}", self.name, self.of) }
    }
}
