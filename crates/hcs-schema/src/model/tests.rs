//! The rules of reading and writing, on small objects.

use super::{Bytes, Timestamp, numbers, object, words};
use crate::oci::Extra;
use std::collections::BTreeMap;

object! {
    /// An object with a field of each kind.
    pub struct Sample {
        /// A string.
        "Name" name: String,
        /// A number that is always written.
        "Count" count: u32 = always,
        /// A pointer.
        "Limit" limit: Option<u64>,
        /// A list of objects.
        "Parts" parts: Vec<Part>,
        /// A map with numbers as keys.
        "Slots" slots: BTreeMap<u32, Part>,
        /// A pair.
        "Size" size: [u16; 2] = always,
        /// Bytes.
        "Data" data: Bytes,
        /// A time.
        "When" when: Timestamp,
        /// A word.
        "Color" color: Color,
        /// A number with a name.
        "Flags" flags: Flags,
    }

    /// A part, which keeps what it does not know.
    pub struct Part {
        /// Identity.
        "ID" id: String,
        ..extra
    }

    /// An object without fields.
    pub struct Nothing {}
}

words! {
    /// A colour.
    pub enum Color {
        /// Red.
        Red = "Red",
    }
}

numbers! {
    /// Flags.
    pub struct Flags(u32) {
        /// One.
        ONE = 1,
        /// Four.
        FOUR = 4,
    }
}

fn sample(text: &str) -> Sample {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn keys_are_read_in_any_case_and_written_in_their_own() {
    let read = sample(r#"{"NAME":"a","count":2,"parts":[{"Id":"x","New":1}],"SLOTS":{"7":{"id":"y"}}}"#);
    assert_eq!(
        (read.name.as_str(), read.count, read.parts[0].id.as_str(), read.slots[&7].id.as_str()),
        ("a", 2, "x", "y")
    );
    assert_eq!(read.parts[0].extra, Extra::from([("New".to_owned(), 1.into())]));
    let written = serde_json::to_string(&read).unwrap();
    let expected = r#"{"Name":"a","Count":2,"Parts":[{"ID":"x","New":1}],"Slots":{"7":{"ID":"y"}},"Size":[0,0],"When":"0001-01-01T00:00:00Z"}"#;
    assert_eq!(written, expected);
}

#[test]
fn an_exact_key_wins_over_one_of_another_case_and_the_last_one_counts() {
    object! {
        /// Two keys that differ in their case.
        pub struct Twins {
            /// Upper.
            "ID" upper: u32,
            /// Lower.
            "id" lower: u32,
        }
    }
    let twins: Twins = serde_json::from_str(r#"{"id":1,"ID":2,"Id":3}"#).unwrap();
    assert_eq!((twins.upper, twins.lower), (3, 1));
}

#[test]
fn numbers_have_names() {
    assert_eq!((Flags::ONE.name(), Flags(2).name()), (Some("ONE"), None));
    let both = Flags::ONE | Flags::FOUR;
    assert_eq!((both, both.contains(Flags::FOUR), Flags::ONE.contains(both)), (Flags(5), true, false));
}

#[test]
fn null_is_absent_and_whole_floats_are_numbers() {
    let text = r#"{"Name":null,"Count":3.0,"Limit":null,"Parts":[null],"Slots":{"1":null},"Size":null,"Data":null,"When":null,"Color":null,"Flags":1e0,"Unknown":{"a":[1]}}"#;
    let read = sample(text);
    assert_eq!((read.count, read.limit, read.parts.len(), read.slots.len()), (3, None, 1, 1));
    assert_eq!((read.size, read.flags), ([0, 0], Flags::ONE));
}

#[test]
fn pointers_are_written_even_to_empty_values_and_lists_fill_arrays() {
    let read = sample(r#"{"Limit":0,"Size":[24],"Data":"AQI=","Color":"Blue"}"#);
    assert_eq!((read.limit, read.size, read.data.0.as_slice()), (Some(0), [24, 0], [1, 2].as_slice()));
    assert_eq!(read.color, Color::Other("Blue".into()));
    let written = serde_json::to_string(&read).unwrap();
    assert!(
        written.contains(r#""Limit":0,"Size":[24,0],"Data":"AQI=""#) && written.contains(r#""Color":"Blue""#),
        "{written}"
    );
    assert_eq!(serde_json::to_string(&Nothing::default()).unwrap(), "{}");
}

#[test]
fn errors_name_the_path() {
    for (text, expected) in [
        (r#"{"Count":-1}"#, "Count: invalid value: integer `-1`, expected a whole number (u32) at line 1 column 11"),
        (
            r#"{"Count":1.5}"#,
            "Count: invalid value: floating point `1.5`, expected a whole number (u32) at line 1 column 12",
        ),
        (r#"{"parts":[{},{"id":7}]}"#, "Parts[1].ID: invalid type: integer `7`, expected a string at line 1 column 20"),
        (r#"{"Slots":{"5":{"id":[]}}}"#, "Slots.5.ID: invalid type: sequence, expected a string at line 1 column 20"),
        (r#"{"Slots":{"x":{}}}"#, "Slots: invalid value"),
        (r#"{"Data":"?"}"#, "Data: not base64"),
        (r#"{"Parts":{}}"#, "Parts: invalid type: map, expected a list"),
        (r"[]", "invalid type: sequence, expected an object (Sample)"),
        (r#"{"Name":"a""#, "EOF while parsing an object at line 1 column 11"),
    ] {
        let error = serde_json::from_str::<Sample>(text).unwrap_err().to_string();
        assert!(error.contains(expected), "{text}: {error}");
    }
}

#[test]
fn numbers_that_nobody_knows_come_back_as_they_were() {
    let mut bits = 1_u64;
    for _ in 0..2000 {
        bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let number = f64::from_bits(bits);
        if number.is_finite() {
            let read: Part = serde_json::from_str(&format!(r#"{{"Number":{number:e}}}"#)).unwrap();
            assert_eq!(read.extra["Number"].as_f64(), Some(number), "{number:e}");
        }
    }
}
