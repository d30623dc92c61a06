//! Calls and replies, as they go between a DLL and the service.

use hcs_schema::HResult;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A call of a function.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// The DLL, without its ending: `vmcompute`.
    pub dll: String,
    /// The function, as it is exported.
    pub function: String,
    /// Its arguments by the names of the documentation, in its order of words: text as text, handles as numbers.
    pub arguments: Map<String, Value>,
    /// Process that calls.
    pub process: u32,
    /// Build of the Windows that it calls.
    pub build: u32,
    /// The client: a DLL in a process, by the number that the service has given it.
    #[serde(default)]
    pub client: u64,
}

/// What a function answers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// The result, as an HRESULT. Functions that answer a Win32 error take it out of this.
    pub result: u32,
    /// What it writes to its output arguments, by their names.
    #[serde(default)]
    pub output: Map<String, Value>,
}

impl Call {
    /// An argument that is text; empty if it is not given.
    pub fn text(&self, name: &str) -> &str {
        self.arguments.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// An argument that is a number; 0 if it is not given.
    pub fn number(&self, name: &str) -> u64 {
        self.arguments.get(name).and_then(Value::as_u64).unwrap_or_default()
    }
}

impl Reply {
    /// Success with nothing to write.
    pub fn ok() -> Reply {
        Reply::default()
    }

    /// A failure.
    pub fn failed(code: HResult) -> Reply {
        Reply { result: code.0, output: Map::new() }
    }

    /// The same with one more output.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Reply {
        self.output.insert(name.into(), value.into());
        self
    }
}

/// A code in the form that a DLL has: those of the Host Compute Service are 0x8037…… in `computecore.dll`.
pub(crate) fn form(dll: &str, code: u32) -> u32 {
    if dll == "computecore" && code >> 16 == 0xc037 { code & 0xffff | 0x8037_0000 } else { code }
}
