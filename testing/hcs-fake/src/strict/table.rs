//! The tables of types, and how they are written as text.
//!
//! A line is `word NAME = a b c`, `same NAME = shape`, or `type NAME`, which the type's fields follow, a line each and
//! indented: the key, the shape, `!` if the field is always written, and `@BUILD` if older builds do not know it.
//! Shapes are `string`, `bool`, `any`, `time`, `float`, `base64`, `u8` to `i64`, names, `[shape]` and `{shape}`.

use std::collections::BTreeMap;
use std::fmt;

/// A table of types.
#[derive(Debug, Default)]
pub struct Table {
    /// Types by name.
    pub types: BTreeMap<String, Vec<Field>>,
    /// Lists of words by name.
    pub words: BTreeMap<String, Vec<String>>,
    /// Other names of shapes.
    pub same: BTreeMap<String, Shape>,
}

/// A field of a type.
#[derive(Debug)]
pub struct Field {
    /// Its key.
    pub key: String,
    /// What its value is.
    pub shape: Shape,
    /// Whether it is written when it is empty.
    pub always: bool,
    /// The first build that knows it; 0 for all.
    pub since: u32,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Anything.
    Any,
    /// True or false.
    Bool,
    /// Text.
    Text,
    /// Text that stands for bytes.
    Base64,
    /// Any number.
    Float,
    /// A whole number.
    Integer {
        /// The least.
        least: i128,
        /// The most.
        most: i128,
    },
    /// A list.
    List(Box<Shape>),
    /// An object with any keys.
    Map(Box<Shape>),
    /// What the table says of the name.
    Named(String),
}

impl Table {
    /// Reads a table.
    ///
    /// # Panics
    /// If a line is none of a table: tables are part of this program.
    pub fn parse(text: &str) -> Table {
        let mut table = Table::default();
        let mut current = String::new();
        for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            let parts: Vec<&str> = line.split_whitespace().collect();
            match parts.as_slice() {
                [key, shape, marks @ ..] if line.starts_with(' ') => {
                    let since = marks.iter().find_map(|mark| mark.strip_prefix('@'));
                    let field = Field {
                        key: (*key).into(),
                        shape: Shape::parse(shape),
                        always: marks.contains(&"!"),
                        since: since.map_or(0, |build| build.parse().expect("a build")),
                    };
                    table.types.get_mut(&current).expect("a type before its fields").push(field);
                }
                ["word", name, "=", words @ ..] => {
                    table.words.insert((*name).into(), words.iter().map(|word| (*word).into()).collect());
                }
                ["same", name, "=", shape] => drop(table.same.insert((*name).into(), Shape::parse(shape))),
                ["type", name] => {
                    current = (*name).into();
                    table.types.insert(current.clone(), Vec::new());
                }
                _ => panic!("{line:?} is not a line of a table"),
            }
        }
        table
    }

    /// Whether there is a type of this name.
    pub fn has(&self, name: &str) -> bool {
        self.types.contains_key(name)
    }

    /// Names that are used and not defined.
    #[cfg(test)]
    pub fn undefined(&self) -> Vec<String> {
        fn names(shape: &Shape) -> Vec<String> {
            match shape {
                Shape::Named(name) => vec![name.clone()],
                Shape::List(inner) | Shape::Map(inner) => names(inner),
                _ => Vec::new(),
            }
        }
        let used = self.types.values().flatten().flat_map(|field| names(&field.shape));
        let known = |name: &String| {
            self.types.contains_key(name) || self.words.contains_key(name) || self.same.contains_key(name)
        };
        used.filter(|name| !known(name)).collect()
    }
}

impl Shape {
    fn parse(text: &str) -> Shape {
        let integer = |least: i128, most: i128| Shape::Integer { least, most };
        let inner = |open: char, close: char| text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
        match text {
            "any" => Shape::Any,
            "bool" => Shape::Bool,
            "string" | "time" => Shape::Text,
            "base64" => Shape::Base64,
            "float" => Shape::Float,
            "u8" => integer(0, u8::MAX.into()),
            "u16" => integer(0, u16::MAX.into()),
            "u32" => integer(0, u32::MAX.into()),
            "u64" => integer(0, u64::MAX.into()),
            "i32" => integer(i32::MIN.into(), i32::MAX.into()),
            "i64" => integer(i64::MIN.into(), i64::MAX.into()),
            _ => match (inner('[', ']'), inner('{', '}')) {
                (Some(element), _) => Shape::List(Box::new(Shape::parse(element))),
                (_, Some(element)) => Shape::Map(Box::new(Shape::parse(element))),
                _ => Shape::Named(text.to_owned()),
            },
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Shape::Any => f.write_str("anything"),
            Shape::Bool => f.write_str("true or false"),
            Shape::Text => f.write_str("text"),
            Shape::Base64 => f.write_str("base64 text"),
            Shape::Float => f.write_str("a number"),
            Shape::Integer { .. } => f.write_str("a whole number"),
            Shape::List(_) => f.write_str("a list"),
            Shape::Map(_) => f.write_str("an object"),
            Shape::Named(name) => f.write_str(name),
        }
    }
}
