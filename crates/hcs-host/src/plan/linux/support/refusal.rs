//! What is refused: the property, and why.

use hcs_schema::HResult;
use std::fmt;

/// A property that cannot be honoured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The property, as the specification spells it.
    pub property: String,
    /// Why, and what the user can do.
    pub why: String,
    /// `E_INVALIDARG` for what is wrong anywhere, `ERROR_NOT_SUPPORTED` for what cannot be had here.
    pub code: HResult,
}

impl Refusal {
    /// A property that is not valid.
    pub fn invalid(property: impl Into<String>, why: impl Into<String>) -> Self {
        Refusal { property: property.into(), why: why.into(), code: HResult::E_INVALIDARG }
    }

    /// A property that is understood and cannot be honoured.
    pub fn unsupported(property: impl Into<String>, why: impl Into<String>) -> Self {
        Refusal { property: property.into(), why: why.into(), code: HResult::ERROR_NOT_SUPPORTED }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.property, self.why)
    }
}

impl std::error::Error for Refusal {}
