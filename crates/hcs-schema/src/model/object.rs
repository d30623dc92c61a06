//! Objects: the macro, and the reading that is common to all of them.

use super::Field;
use super::field::Lenient;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

/// A document or a part of one, whose keys are known.
pub trait Object: Default {
    /// Name of the type, as the source of its definition spells it.
    const NAME: &'static str;
    /// Its keys in the order in which they are written.
    const KEYS: &'static [&'static str];

    #[doc(hidden)]
    fn read_field<'de, A: MapAccess<'de>>(&mut self, index: usize, map: &mut A) -> Result<(), A::Error>;

    #[doc(hidden)]
    fn extra(&mut self) -> Option<&mut BTreeMap<String, Value>>;

    #[doc(hidden)]
    fn write_fields<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error>;
}

/// Defines objects; see the [module](self).
macro_rules! object {
    (@always) => { false };
    (@always always) => { true };
    (@keys [] [$($key:literal),*]) => { &[$($key),*] };
    (@keys [$base:ty] [$($key:literal),*]) => {
        &$crate::model::concat::<{ <$base as $crate::model::Object>::KEYS.len() + <[&str]>::len(&[$($key),*]) }>(
            <$base as $crate::model::Object>::KEYS,
            &[$($key),*],
        )
    };
    ($($(#[$meta:meta])* pub struct $name:ident {
        $(flatten $base:ident: $base_type:ty,)?
        $($(#[$note:meta])* $key:literal $field:ident: $type:ty $(= $mode:ident)?,)*
        $(..$extra:ident)?
    })+) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct $name {
            $(/// The fields that it has in common with others of its kind, beside its own.
            pub $base: $base_type,)?
            $($(#[$note])* pub $field: $type,)*
            $(/// Keys that are not known here, kept as they were read.
            pub $extra: std::collections::BTreeMap<String, serde_json::Value>,)?
        }

        impl $crate::model::Object for $name {
            const NAME: &'static str = stringify!($name);
            const KEYS: &'static [&'static str] = $crate::model::object!(@keys [$($base_type)?] [$($key),*]);

            #[allow(unused_variables, unreachable_code, reason = "an object may have no fields")]
            fn read_field<'de, A: serde::de::MapAccess<'de>>(&mut self, index: usize, map: &mut A) -> Result<(), A::Error> {
                #[allow(non_camel_case_types, dead_code, reason = "named for the fields, of which there may be none")]
                enum Index { $($field,)* }
                $(let base = <$base_type as $crate::model::Object>::KEYS.len();
                if index < base {
                    return $crate::model::Object::read_field(&mut self.$base, index, map);
                }
                let index = index - base;)?
                match index {
                    $(place if place == Index::$field as usize => self.$field = $crate::model::read($key, map)?,)*
                    _ => unreachable!("{} has no field {index}", Self::NAME),
                }
                Ok(())
            }

            fn extra(&mut self) -> Option<&mut std::collections::BTreeMap<String, serde_json::Value>> {
                $(return Some(&mut self.$extra);)?
                #[allow(unreachable_code, reason = "only some objects keep what they do not know")]
                None
            }

            #[allow(unused_variables, reason = "an object may have no fields")]
            fn write_fields<M: serde::ser::SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
                $($crate::model::Object::write_fields(&self.$base, map)?;)?
                $(if $crate::model::object!(@always $($mode)?) || !$crate::model::Field::is_empty(&self.$field) {
                    map.serialize_entry($key, &self.$field)?;
                })*
                $($crate::model::write_extra(&self.$extra, map)?;)?
                Ok(())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <Self as $crate::model::Field>::read(deserializer)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serde::Serializer::serialize_map(serializer, None)?;
                $crate::model::Object::write_fields(self, &mut map)?;
                serde::ser::SerializeMap::end(map)
            }
        }

        #[cfg(test)]
        impl $crate::testing::Any for $name {
            #[allow(unused_variables, unreachable_code, reason = "an object may have no fields")]
            fn any(source: &mut $crate::testing::Source<'_>) -> Self {
                if source.is_exhausted() {
                    return Self::default();
                }
                #[allow(clippy::needless_update, reason = "only some objects keep what they do not know")]
                Self { $($base: $crate::testing::Any::any(source),)? $($field: $crate::testing::Any::any(source),)* ..Self::default() }
            }
        }
    )+};
}
pub(crate) use object;

impl<T: Object> Field for T {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor(PhantomData))
    }

    // Go never leaves a structure out; where it has a pointer, there is an `Option` here.
    fn is_empty(&self) -> bool {
        false
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Object> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object ({})", T::NAME)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut object = T::default();
        let keep = object.extra().is_some();
        while let Some(key) = map.next_key_seed(KeySeed { keys: T::KEYS, keep })? {
            match key {
                Key::Known(index) => object.read_field(index, &mut map)?,
                Key::Unknown => drop(map.next_value::<serde::de::IgnoredAny>()?),
                Key::Kept(key) => {
                    let value = map.next_value::<Value>()?;
                    if let Some(extra) = object.extra() {
                        extra.insert(key, value);
                    }
                }
            }
        }
        Ok(object)
    }
}

/// Which field a key names.
enum Key {
    Known(usize),
    Unknown,
    Kept(String),
}

#[derive(Clone, Copy)]
struct KeySeed {
    keys: &'static [&'static str],
    keep: bool,
}

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for KeySeed {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Key, E> {
        let exact = self.keys.iter().position(|key| *key == text);
        let found = exact.or_else(|| self.keys.iter().position(|key| key.eq_ignore_ascii_case(text)));
        Ok(match found {
            Some(index) => Key::Known(index),
            None if self.keep => Key::Kept(text.to_owned()),
            None => Key::Unknown,
        })
    }
}

/// Reads the value of a key. Its errors begin with the key.
pub fn read<'de, T: Field, A: MapAccess<'de>>(key: &str, map: &mut A) -> Result<T, A::Error> {
    map.next_value::<Lenient<T>>().map(|value| value.0).map_err(|error| within(key, &error))
}

/// An error of a part, which begins with the part's name. The position that a JSON reader puts at the end stays there.
pub fn within<E: Error>(part: &str, error: &E) -> E {
    let text = error.to_string();
    // What comes from a part of the part begins with a path, in which there is no space.
    let is_path = text.split_once(": ").is_some_and(|(head, _)| !head.contains(' '));
    match (is_path, text.starts_with('[')) {
        (true, true) => E::custom(format_args!("{part}{text}")),
        (true, false) => E::custom(format_args!("{part}.{text}")),
        (false, _) => E::custom(format_args!("{part}: {text}")),
    }
}

/// The keys of an object that has those of another one besides its own.
pub const fn concat<const N: usize>(base: &[&'static str], own: &[&'static str]) -> [&'static str; N] {
    let mut all = [""; N];
    let mut index = 0;
    while index < N {
        all[index] = if index < base.len() { base[index] } else { own[index - base.len()] };
        index += 1;
    }
    all
}

/// Writes the keys that were kept.
pub fn write_extra<M: SerializeMap>(extra: &BTreeMap<String, Value>, map: &mut M) -> Result<(), M::Error> {
    extra.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))
}
