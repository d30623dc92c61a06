//! Words of which more may come: each known one has a name, and every other one travels untouched.

/// Defines a type of words.
///
/// ```text
/// words! {
///     /// A hive.
///     pub enum RegistryHive {
///         /// `HKEY_LOCAL_MACHINE\System`.
///         System = "System",
///     }
/// }
/// ```
///
/// The empty word is the default, and is not written.
macro_rules! words {
    ($($(#[$meta:meta])* pub enum $name:ident { $($(#[$note:meta])* $word:ident = $text:literal,)* })+) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$note])* $word,)*
            /// A word that is not known here; empty where none was given.
            Other(String),
        }

        impl $name {
            /// Every known word.
            pub const ALL: &'static [&'static str] = &[$($text),*];

            /// The word as it is written.
            pub fn as_str(&self) -> &str {
                match self { $(Self::$word => $text,)* Self::Other(text) => text }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text { $($text => Self::$word,)* _ => Self::Other(text.to_owned()) }
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::Other(String::new())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(|text| Self::from(text.as_str()))
            }
        }

        impl $crate::model::Field for $name {
            fn read<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                serde::Deserialize::deserialize(deserializer)
            }

            fn is_empty(&self) -> bool {
                self.as_str().is_empty()
            }
        }

        #[cfg(test)]
        impl $crate::testing::Any for $name {
            fn any(source: &mut $crate::testing::Source<'_>) -> Self {
                let place = source.below(Self::ALL.len() + 1);
                match Self::ALL.get(place) {
                    Some(text) => Self::from(*text),
                    None => Self::from(String::any(source).as_str()),
                }
            }
        }
    )+};
}
pub(crate) use words;
