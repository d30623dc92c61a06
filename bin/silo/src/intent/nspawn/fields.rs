//! Keys and values of a `config.json`, read one by one, so that every error names the key, what was expected and what was found.

use crate::intent::nearest::nearest;
use crate::intent::{Result, refusal};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use std::fmt;

/// Length of the longest value that is repeated in an error.
const LONGEST_QUOTE: usize = 60;

/// The keys of one object, in the order of the file.
#[derive(Debug)]
pub struct Fields {
    subject: String,
    entries: Vec<(String, Value)>,
}

impl Fields {
    /// Reads the text of a file. Keys that are unknown or given twice are refused.
    pub fn parse(file: &str, text: &str, known: &[&str]) -> Result<Fields> {
        let value: Entries = serde_json::from_str(text).map_err(|error| refusal(file, error.to_string()))?;
        Fields::of(file.to_owned(), value.0, known)
    }

    /// Reads an object inside a value of a key.
    pub fn nested(subject: String, value: Value, known: &[&str]) -> Result<Fields> {
        match value {
            Value::Object(map) => Fields::of(subject, map.into_iter().collect(), known),
            other => Err(refusal(subject, expected("an object", &other))),
        }
    }

    fn of(subject: String, entries: Vec<(String, Value)>, known: &[&str]) -> Result<Fields> {
        for (index, (key, _)) in entries.iter().enumerate() {
            if !known.contains(&key.as_str()) {
                let hint = nearest(key, known.iter().copied()).map(|near| format!("; did you mean {near:?}?"));
                return Err(refusal(subject, format!("unknown key {key:?}{}", hint.unwrap_or_default())));
            }
            if entries.iter().take(index).any(|(earlier, _)| earlier == key) {
                return Err(refusal(subject, format!("key {key:?} is given twice")));
            }
        }
        Ok(Fields { subject, entries })
    }

    /// The words that name a key of this object in an error.
    pub fn subject(&self, key: &str) -> String {
        format!("{}: {key}", self.subject)
    }

    /// Takes the value of a key.
    pub fn take(&mut self, key: &str) -> Option<Value> {
        let index = self.entries.iter().position(|(known, _)| known == key)?;
        Some(self.entries.remove(index).1)
    }

    /// Takes a text that is not empty.
    pub fn text(&mut self, key: &str) -> Result<Option<String>> {
        match self.text_or_empty(key)? {
            Some(text) if text.is_empty() => Err(refusal(self.subject(key), "it is empty; leave the key out")),
            text => Ok(text),
        }
    }

    /// Takes a text.
    pub fn text_or_empty(&mut self, key: &str) -> Result<Option<String>> {
        let value = self.take(key);
        value.map(|value| text(&self.subject(key), value)).transpose()
    }

    /// Takes a list of texts.
    pub fn texts(&mut self, key: &str) -> Result<Vec<String>> {
        let subject = self.subject(key);
        match self.take(key) {
            None => Ok(Vec::new()),
            Some(Value::Array(values)) => {
                let item = |(index, value)| text(&format!("{subject}[{index}]"), value);
                values.into_iter().enumerate().map(item).collect()
            }
            Some(other) => Err(refusal(subject, expected("a list of texts", &other))),
        }
    }

    /// Takes a whole number of at most `most`; 0, which means no limit, is left out.
    pub fn limit(&mut self, key: &str, most: u64) -> Result<Option<u64>> {
        let Some(value) = self.take(key) else { return Ok(None) };
        match value.as_u64().filter(|number| *number <= most) {
            Some(number) => Ok(Some(number).filter(|number| *number > 0)),
            None => Err(refusal(self.subject(key), expected(&format!("a whole number from 0 to {most}"), &value))),
        }
    }

    /// Takes a truth value.
    pub fn truth(&mut self, key: &str) -> Result<bool> {
        match self.take(key) {
            None => Ok(false),
            Some(Value::Bool(value)) => Ok(value),
            Some(other) => Err(refusal(self.subject(key), expected("true or false", &other))),
        }
    }
}

/// A value that must be a text, and one that the system can be given.
pub fn text(subject: &str, value: Value) -> Result<String> {
    match value {
        Value::String(text) if text.contains('\0') => Err(refusal(subject, "a text cannot contain a NUL character")),
        Value::String(text) => Ok(text),
        other => Err(refusal(subject, expected("a text", &other))),
    }
}

/// What was expected, and what was found.
pub fn expected(what: &str, found: &Value) -> String {
    let json = found.to_string();
    let short: String = json.chars().take(LONGEST_QUOTE).collect();
    let rest = if short.len() < json.len() { "…" } else { "" };
    format!("expected {what}, found {short}{rest}")
}

/// An object with the keys that are given twice, which a map would hide.
struct Entries(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Entries;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with keys such as \"process_executable\"")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Entries, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(Object)
    }
}
