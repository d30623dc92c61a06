//! Failures of the network service, as it words them.

use crate::strict::{Problem, Schema, problems};
use hcs_schema::HResult;
use serde_json::{Value, json};

/// Why a request was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The code.
    pub(crate) code: HResult,
    /// More of it, which Windows would not say: for the log.
    pub(crate) detail: String,
}

/// A request's result.
pub(crate) type Done<T> = Result<T, Failure>;

macro_rules! codes {
    ($($name:ident = $value:literal;)*) => {$(
        #[doc = concat!("`", stringify!($name), "`.")]
        pub(crate) const $name: HResult = HResult($value);
    )*};
}

codes! {
    HCN_E_NETWORK_NOT_FOUND = 0x803B_0001;
    HCN_E_ENDPOINT_NOT_FOUND = 0x803B_0002;
    HCN_E_SUBNET_NOT_FOUND = 0x803B_0005;
    HCN_E_POLICY_NOT_FOUND = 0x803B_0008;
    HCN_E_INVALID_NETWORK = 0x803B_000A;
    HCN_E_INVALID_NETWORK_TYPE = 0x803B_000B;
    HCN_E_INVALID_ENDPOINT = 0x803B_000C;
    HCN_E_INVALID_POLICY = 0x803B_000D;
    HCN_E_INVALID_POLICY_TYPE = 0x803B_000E;
    HCN_E_NETWORK_ALREADY_EXISTS = 0x803B_0010;
    HCN_E_POLICY_ALREADY_EXISTS = 0x803B_0012;
    HCN_E_PORT_ALREADY_EXISTS = 0x803B_0013;
    HCN_E_ENDPOINT_ALREADY_ATTACHED = 0x803B_0014;
    HCN_E_REQUEST_UNSUPPORTED = 0x803B_0015;
    HCN_E_MAPPING_NOT_SUPPORTED = 0x803B_0016;
    HCN_E_GUID_CONVERSION_FAILURE = 0x803B_0019;
    HCN_E_INVALID_JSON = 0x803B_001B;
    HCN_E_INVALID_IP = 0x803B_001E;
    HCN_E_ENDPOINT_NAMESPACE_ALREADY_EXISTS = 0x803B_002B;
    HCN_E_ENTITY_HAS_REFERENCES = 0x803B_002C;
    HCN_E_INVALID_INTERNAL_PORT = 0x803B_002D;
    HCN_E_ADDR_INVALID_OR_RESERVED = 0x803B_002F;
    HCN_E_INVALID_PREFIX = 0x803B_0030;
    HCN_E_ENDPOINT_NOT_ATTACHED = 0x803B_0034;
    E_HANDLE = 0x8007_0006;
    ERROR_ALREADY_EXISTS = 0x8007_00B7;
}

impl Failure {
    /// A failure with more of it for the log.
    pub(crate) fn new(code: HResult, detail: impl Into<String>) -> Failure {
        Failure { code, detail: detail.into() }
    }

    /// What Windows says of the code: a sentence and a space.
    pub(crate) fn text(&self) -> String {
        match self.code {
            // hcsshim looks for these words.
            HResult::ERROR_NOT_FOUND => "Element not found. ".to_owned(),
            code => match code.meaning() {
                Some(meaning) => format!("{meaning} "),
                None => format!("{code} "),
            },
        }
    }

    /// The document that says so, which answers of both versions have alike.
    pub(crate) fn record(&self) -> Value {
        json!({"Success": false, "Error": self.text(), "ErrorCode": self.code.0})
    }
}

impl From<HResult> for Failure {
    fn from(code: HResult) -> Failure {
        Failure::new(code, "")
    }
}

/// Reads a document as the service does. What a caller left out that others always write does no harm, but for the version of
/// the schema.
pub(crate) fn read(schema: Schema, kind: &str, text: &str, build: u32) -> Done<Value> {
    let document = serde_json::from_str(text).map_err(|error| Failure::new(HCN_E_INVALID_JSON, error.to_string()))?;
    check(schema, kind, &document, build, HCN_E_INVALID_JSON)?;
    Ok(document)
}

/// Looks at a document that has been read.
pub(crate) fn check(schema: Schema, kind: &str, document: &Value, build: u32, code: HResult) -> Done<()> {
    let matters = |problem: &Problem| {
        let whole = problem.place == kind && problem.what == "SchemaVersion is missing";
        whole || schema == Schema::Network1 || !problem.what.ends_with(" is missing")
    };
    let found: Vec<String> = problems(schema, kind, document, build)
        .iter()
        .filter(|found| matters(found))
        .map(ToString::to_string)
        .collect();
    match found.is_empty() {
        true => Ok(()),
        false => Err(Failure::new(code, found.join("; "))),
    }
}
