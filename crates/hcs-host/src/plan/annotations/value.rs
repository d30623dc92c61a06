//! Types of values, and how each is read.

use std::fmt;

/// Characters of a value that an error repeats. Policies are kilobytes long.
const SHOWN: usize = 60;

/// A value as an error repeats it: between quotation marks, and not too much of it.
pub fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{:?}…", &text[..end]),
        None => format!("{text:?}"),
    }
}

/// A value that an annotation can have.
pub trait Value: Sized {
    /// The type's name in documentation.
    const NAME: &'static str;

    /// Reads it; the error says what was expected.
    fn read(text: &str) -> Result<Self, String>;

    /// Whether it asks for something: every value does but `false`.
    fn asks(&self) -> bool {
        true
    }
}

impl Value for bool {
    const NAME: &'static str = "boolean";

    /// The words of Go's `strconv.ParseBool`.
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
            "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
            _ => Err(format!("{} is neither true nor false", shown(text))),
        }
    }

    fn asks(&self) -> bool {
        *self
    }
}

macro_rules! numbers {
    ($($type:ident)*) => {$(
        impl Value for $type {
            const NAME: &'static str = "whole number";

            fn read(text: &str) -> Result<Self, String> {
                let range = format!("from {} to {}", $type::MIN, $type::MAX);
                text.parse().map_err(|_| format!("{} is not a whole number {range}", shown(text)))
            }
        }
    )*};
}
numbers! { u32 u64 }

impl Value for String {
    const NAME: &'static str = "text";

    fn read(text: &str) -> Result<Self, String> {
        Ok(text.to_owned())
    }
}

/// Words between commas.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List(pub Vec<String>);

impl Value for List {
    const NAME: &'static str = "list";

    fn read(text: &str) -> Result<Self, String> {
        Ok(List(text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()))
    }
}

/// A GUID in lower case without braces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guid(pub String);

impl Value for Guid {
    const NAME: &'static str = "GUID";

    fn read(text: &str) -> Result<Self, String> {
        let bare = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(text);
        let lengths: Vec<usize> = bare.split('-').map(str::len).collect();
        let digits = bare.chars().all(|char| char == '-' || char.is_ascii_hexdigit());
        if digits && lengths == [8, 4, 4, 4, 12] {
            return Ok(Guid(bare.to_ascii_lowercase()));
        }
        Err(format!("{} is not a GUID such as 0b52781f-b24d-5685-ddf6-69830ed40ec3", shown(text)))
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
