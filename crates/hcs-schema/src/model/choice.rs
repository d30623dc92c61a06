//! Choices of which more may come: a word names the kind, and the kind decides the shape of the settings. Every kind that is
//! not known here travels untouched.

use super::Field;
use super::field::Lenient;
use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};

/// A kind with its settings.
pub trait Choice: Sized {
    /// The word that names the kind.
    fn kind(&self) -> &str;

    /// The settings, `null` where there are none.
    fn settings(&self) -> Value;

    /// Reads the settings of a kind. Those of a known kind must have its shape.
    fn new(kind: &str, settings: Value) -> Result<Self, serde_json::Error>;

    /// The same without a shape: what a kind that is not known is kept as.
    fn other(kind: String, settings: Value) -> Self;
}

/// Defines a choice.
///
/// ```text
/// choices! {
///     /// A policy of a subnet.
///     pub enum SubnetPolicy beside "Type", "Settings" {
///         /// A virtual LAN.
///         Vlan(Isolation) = "VLAN",
///     }
/// }
/// ```
///
/// `beside` names the keys of the word and the settings, which are neighbours. `within "Type"` says that the settings are an
/// object and the word is one of its fields. With neither, the word and the settings are written by something else.
///
/// Documents of Windows are lists of such choices. One whose settings have not the shape of its kind is kept like an unknown
/// one there, so that it does not hide all others.
macro_rules! choices {
    (@form $name:ident) => {
        $crate::model::choices!(@any $name, |source| $crate::testing::Any::any(source));
    };
    (@form $name:ident beside $tag:literal, $content:literal) => {
        $crate::model::choices!(@any $name, |source| $crate::testing::Any::any(source));
        $crate::model::choices!(@serde $name,
            |value, serializer| $crate::model::write_beside($tag, $content, value, serializer),
            |deserializer| $crate::model::read_beside($tag, $content, deserializer));
    };
    (@form $name:ident within $tag:literal) => {
        $crate::model::choices!(@any $name, |source| {
            let fields: std::collections::BTreeMap<String, serde_json::Value> = $crate::testing::Any::any(source);
            fields.into_iter().filter(|(key, _)| !key.eq_ignore_ascii_case($tag)).collect()
        });
        $crate::model::choices!(@serde $name,
            |value, serializer| $crate::model::write_within($tag, value, serializer),
            |deserializer| $crate::model::read_within($tag, deserializer));
    };
    (@serde $name:ident, |$value:ident, $serializer:ident| $write:expr, |$deserializer:ident| $read:expr) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, $serializer: S) -> Result<S::Ok, S::Error> {
                let $value = self;
                $write
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>($deserializer: D) -> Result<Self, D::Error> {
                $read
            }
        }

        $crate::model::plain! { $name, |_| false; }
    };
    (@any $name:ident, |$source:ident| $settings:expr) => {
        #[cfg(test)]
        impl $name {
            fn any_other($source: &mut $crate::testing::Source<'_>) -> Self {
                let settings = $settings;
                let word: String = $crate::testing::Any::any($source);
                $crate::model::Choice::other(format!("?{word}"), settings)
            }
        }
    };
    ($($(#[$meta:meta])* pub enum $name:ident $($form:ident $tag:literal $(, $content:literal)?)? {
        $($(#[$note:meta])* $variant:ident($type:ty) = $text:literal,)*
    })+) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        #[allow(clippy::large_enum_variant, reason = "lists of them are short")]
        pub enum $name {
            $($(#[$note])* $variant($type),)*
            /// A kind that is not known here, or settings that have not the shape of their kind.
            Other {
                /// The word that names the kind.
                kind: String,
                /// The settings as they were read.
                settings: serde_json::Value,
            },
        }

        impl $name {
            /// The word of every known kind.
            pub const KINDS: &'static [&'static str] = &[$($text),*];
        }

        impl $crate::model::Choice for $name {
            fn kind(&self) -> &str {
                match self { $(Self::$variant(_) => $text,)* Self::Other { kind, .. } => kind }
            }

            fn settings(&self) -> serde_json::Value {
                match self {
                    $(Self::$variant(settings) => $crate::model::to_value(settings),)*
                    Self::Other { settings, .. } => settings.clone(),
                }
            }

            fn new(kind: &str, settings: serde_json::Value) -> Result<Self, serde_json::Error> {
                match kind {
                    $($text => $crate::model::from_value(settings).map(Self::$variant),)*
                    _ => Ok(Self::other(kind.to_owned(), settings)),
                }
            }

            fn other(kind: String, settings: serde_json::Value) -> Self {
                Self::Other { kind, settings }
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::Other { kind: String::new(), settings: serde_json::Value::Null }
            }
        }

        $crate::model::choices!(@form $name $($form $tag $(, $content)?)?);

        #[cfg(test)]
        impl $crate::testing::Any for $name {
            fn any(source: &mut $crate::testing::Source<'_>) -> Self {
                if source.is_exhausted() {
                    return Self::default();
                }
                let mut makers: Vec<fn(&mut $crate::testing::Source<'_>) -> Self> = vec![Self::any_other];
                $(makers.push(|source| Self::$variant($crate::testing::Any::any(source)));)*
                makers[source.below(makers.len())](source)
            }
        }
    )+};
}
pub(crate) use choices;

/// The settings of a known kind as a document.
///
/// # Panics
/// The settings cannot be JSON, which every document of this crate can.
pub fn to_value<T: Serialize>(settings: &T) -> Value {
    serde_json::to_value(settings).unwrap_or_else(|error| panic!("a document is JSON: {error}"))
}

/// The settings of a known kind from a document.
pub fn from_value<T: Field>(settings: Value) -> Result<T, serde_json::Error> {
    Lenient::deserialize(settings).map(|settings| settings.0)
}

/// Writes a choice whose settings are beside its word.
pub fn write_beside<C: Choice, S: Serializer>(
    tag: &'static str,
    content: &'static str,
    choice: &C,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let settings = choice.settings();
    let mut map = serializer.serialize_map(None)?;
    map.serialize_entry(tag, choice.kind())?;
    if !settings.is_null() {
        map.serialize_entry(content, &settings)?;
    }
    map.end()
}

/// Reads a choice whose settings are beside its word.
pub fn read_beside<'de, C: Choice, D: Deserializer<'de>>(
    tag: &str,
    content: &str,
    deserializer: D,
) -> Result<C, D::Error> {
    let mut map = Map::deserialize(deserializer)?;
    let kind = match take(&mut map, tag) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(kind)) => kind,
        Some(Value::Number(kind)) => kind.to_string(),
        Some(other) => return Err(D::Error::custom(format_args!("{tag}: {other} is not a word"))),
    };
    Ok(kept(kind, take(&mut map, content).unwrap_or_default()))
}

/// Writes a choice whose settings are fields of the same object as its word.
pub fn write_within<C: Choice, S: Serializer>(tag: &'static str, choice: &C, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    if !choice.kind().is_empty() {
        map.serialize_entry(tag, choice.kind())?;
    }
    if let Value::Object(fields) = choice.settings() {
        fields.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
    }
    map.end()
}

/// Reads a choice whose settings are fields of the same object as its word.
pub fn read_within<'de, C: Choice, D: Deserializer<'de>>(tag: &str, deserializer: D) -> Result<C, D::Error> {
    let mut map = Map::deserialize(deserializer)?;
    let word =
        |map: &Map<String, Value>| map.iter().any(|(key, value)| key.eq_ignore_ascii_case(tag) && value.is_string());
    if !word(&map) {
        let settings = if map.is_empty() { Value::Null } else { Value::Object(map) };
        return Ok(C::other(String::new(), settings));
    }
    let mut kind = String::new();
    while let Some(found) = take(&mut map, tag) {
        if let (Value::String(text), true) = (found, kind.is_empty()) {
            kind = text;
        }
    }
    let settings = if kind.is_empty() && map.is_empty() { Value::Null } else { Value::Object(map) };
    Ok(kept(kind, settings))
}

/// Takes the value of a key out of an object: that of the exact key, or else of one in another case.
fn take(map: &mut Map<String, Value>, key: &str) -> Option<Value> {
    map.remove(key).or_else(|| {
        let found = map.keys().find(|found| found.eq_ignore_ascii_case(key))?.clone();
        map.remove(&found)
    })
}

/// A choice that was read, kept as it is where its settings have not the shape of its kind.
fn kept<C: Choice>(kind: String, settings: Value) -> C {
    match C::new(&kind, settings.clone()) {
        Ok(choice) => choice,
        Err(_) => C::other(kind, settings),
    }
}
