//! Values of fields: how each type is read with Go's leniency, and when it is empty.

use super::object::within;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error, MapAccess, SeqAccess, Unexpected, Visitor};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

/// A value that a field can have.
pub trait Field: Default {
    /// Reads it.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;

    /// Whether Go's `omitempty` leaves it out.
    fn is_empty(&self) -> bool;
}

/// A value where `null` stands for the empty one.
pub struct Lenient<T>(pub T);

impl<'de, T: Field> Deserialize<'de> for Lenient<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_option(LenientVisitor(PhantomData)).map(Lenient)
    }
}

struct LenientVisitor<T>(PhantomData<T>);

impl<'de, T: Field> Visitor<'de> for LenientVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_none<E: Error>(self) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_unit<E: Error>(self) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::read(deserializer)
    }
}

/// Fields whose own reading is as wanted.
macro_rules! plain {
    ($($type:ty, $empty:expr;)*) => {$(
        impl $crate::model::Field for $type {
            fn read<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                serde::Deserialize::deserialize(deserializer)
            }

            fn is_empty(&self) -> bool {
                let empty: fn(&$type) -> bool = $empty;
                empty(self)
            }
        }
    )*};
}
pub(crate) use plain;

plain! {
    bool, |value| !*value;
    String, |value| String::is_empty(value);
    f64, |value| *value == 0.0;
    Value, |value| value.is_null();
    // A code says how something ended: success is told, too.
    crate::HResult, |_| false;
}

macro_rules! integers {
    ($($type:ident)*) => {$(
        impl Field for $type {
            fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_i64(IntegerVisitor { name: stringify!($type), convert: |wide| wide.try_into().ok() })
            }

            fn is_empty(&self) -> bool {
                *self == 0
            }
        }
    )*};
}
integers! { u8 u16 u32 u64 i32 i64 }

/// Reads a whole number.
pub struct IntegerVisitor<T> {
    /// What is expected, for errors.
    pub name: &'static str,
    /// Which numbers are in range.
    pub convert: fn(i128) -> Option<T>,
}

impl<T> Visitor<'_> for IntegerVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a whole number ({})", self.name)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<T, E> {
        (self.convert)(value.into()).ok_or_else(|| E::invalid_value(Unexpected::Signed(value), &self))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<T, E> {
        (self.convert)(value.into()).ok_or_else(|| E::invalid_value(Unexpected::Unsigned(value), &self))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<T, E> {
        // Beyond 2^64 the cast saturates, and the conversion fails as it must.
        #[expect(clippy::cast_possible_truncation, reason = "the fraction is checked to be zero")]
        let whole = (value.fract() == 0.0).then_some(value as i128);
        whole.and_then(self.convert).ok_or_else(|| E::invalid_value(Unexpected::Float(value), &self))
    }
}

impl<T: Field> Field for Option<T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer).map(Some)
    }

    fn is_empty(&self) -> bool {
        self.is_none()
    }
}

impl<T: Field> Field for Vec<T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ListVisitor(PhantomData))
    }

    fn is_empty(&self) -> bool {
        Vec::is_empty(self)
    }
}

impl<T: Field + Copy, const N: usize> Field for [T; N]
where
    [T; N]: Default,
{
    /// A shorter list leaves the rest empty, and what a longer one has more is left out, as in Go.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let list: Vec<T> = Vec::read(deserializer)?;
        Ok(std::array::from_fn(|index| list.get(index).copied().unwrap_or_default()))
    }

    fn is_empty(&self) -> bool {
        self.iter().all(Field::is_empty)
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: Field> Visitor<'de> for ListVisitor<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<T>, A::Error> {
        let mut list = Vec::new();
        loop {
            let index = list.len();
            match seq.next_element::<Lenient<T>>().map_err(|error| within(&format!("[{index}]"), &error))? {
                Some(element) => list.push(element.0),
                None => return Ok(list),
            }
        }
    }
}

impl<K: DeserializeOwned + Ord + ToString, T: Field> Field for BTreeMap<K, T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MapVisitor(PhantomData))
    }

    fn is_empty(&self) -> bool {
        BTreeMap::is_empty(self)
    }
}

struct MapVisitor<K, T>(PhantomData<(K, T)>);

impl<'de, K: DeserializeOwned + Ord + ToString, T: Field> Visitor<'de> for MapVisitor<K, T> {
    type Value = BTreeMap<K, T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<BTreeMap<K, T>, A::Error> {
        let mut all = BTreeMap::new();
        while let Some(key) = map.next_key::<K>()? {
            let value = super::read(&key.to_string(), &mut map)?;
            all.insert(key, value);
        }
        Ok(all)
    }
}
