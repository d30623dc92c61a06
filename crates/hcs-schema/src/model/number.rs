//! Numbers with names, of which more may come: flags and kinds. Every other number travels untouched.

/// Defines a type of numbers.
///
/// ```text
/// numbers! {
///     /// Flags of an endpoint.
///     pub struct EndpointFlags(u32) {
///         /// It is on another machine.
///         REMOTE_ENDPOINT = 1,
///     }
/// }
/// ```
///
/// Zero is the default, and is not written. Flags are put together with `|`.
macro_rules! numbers {
    ($($(#[$meta:meta])* pub struct $name:ident($type:ident) { $($(#[$note:meta])* $number:ident = $value:literal,)* })+) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $type);

        impl $name {
            $($(#[$note])* pub const $number: Self = Self($value);)*

            /// The number's name.
            pub fn name(self) -> Option<&'static str> {
                match self.0 { $($value => Some(stringify!($number)),)* _ => None }
            }

            /// Whether it has all bits of another one.
            pub fn contains(self, other: Self) -> bool {
                self.0 & other.0 == other.0
            }
        }

        impl std::ops::BitOr for $name {
            type Output = Self;

            fn bitor(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.0.serialize(serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <Self as $crate::model::Field>::read(deserializer)
            }
        }

        impl $crate::model::Field for $name {
            fn read<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <$type as $crate::model::Field>::read(deserializer).map(Self)
            }

            fn is_empty(&self) -> bool {
                self.0 == 0
            }
        }

        #[cfg(test)]
        impl $crate::testing::Any for $name {
            fn any(source: &mut $crate::testing::Source<'_>) -> Self {
                Self($crate::testing::Any::any(source))
            }
        }
    )+};
}
pub(crate) use numbers;
