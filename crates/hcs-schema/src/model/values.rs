//! Values that JSON has no type for.

use super::field::{Field, IntegerVisitor};
use super::plain;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Bytes, which Go writes as base64 text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bytes(pub Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64_STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        BASE64_STANDARD.decode(text).map(Bytes).map_err(|error| D::Error::custom(format_args!("not base64 ({error})")))
    }
}

/// A point in time as RFC 3339 text, kept as it was read. Go writes it even when there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub String);

impl Timestamp {
    /// Go's zero time, which stands for none.
    pub const NONE: &'static str = "0001-01-01T00:00:00Z";

    /// Whether it is a time.
    pub fn is_some(&self) -> bool {
        self.0 != Self::NONE
    }
}

impl Default for Timestamp {
    fn default() -> Self {
        Timestamp(Self::NONE.to_owned())
    }
}

/// A GUID as text, kept as it was read. Go writes it even when there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Guid(pub String);

impl Guid {
    /// The GUID of zeros, which stands for none.
    pub const NONE: &'static str = "00000000-0000-0000-0000-000000000000";

    /// Whether it is one.
    pub fn is_some(&self) -> bool {
        self.0 != Self::NONE
    }
}

impl Default for Guid {
    fn default() -> Self {
        Guid(Self::NONE.to_owned())
    }
}

macro_rules! unsigned {
    ($($(#[$meta:meta])* $name:ident($unsigned:ident, $signed:ident);)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(pub $unsigned);

        impl Field for $name {
            fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_i64(IntegerVisitor {
                    name: stringify!($unsigned),
                    convert: |wide| {
                        let signed = || $signed::try_from(wide).map($signed::cast_unsigned);
                        $unsigned::try_from(wide).or_else(|_| signed()).map(Self).ok()
                    },
                })
            }

            fn is_empty(&self) -> bool {
                self.0 == 0
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::read(deserializer)
            }
        }
    )*};
}

unsigned! {
    /// An unsigned 32-bit number that programs in Go write as a signed one: a negative number is read as the unsigned one with
    /// the same bits.
    DWord(u32, i32);
    /// An unsigned 64-bit number that programs in Go write as a signed one: a negative number is read as the unsigned one with
    /// the same bits.
    QWord(u64, i64);
}

plain! {
    Guid, |_| false;
    Bytes, |value| value.0.is_empty();
    Timestamp, |_| false;
}
