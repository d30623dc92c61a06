//! The values of a plan's placeholders, as the steps tell them.

use hcs_host::plan::Placeholder;
use serde_json::Value;
use std::collections::BTreeMap;

/// Values by their placeholders, written `${name}` or `${name:of}`.
///
/// Only what a step has told is filled in: other text of the same form is the user's.
#[derive(Debug, Default)]
pub struct Values(BTreeMap<String, String>);

impl Values {
    /// Notes a value.
    pub fn set(&mut self, placeholder: &Placeholder, value: impl Into<String>) {
        self.0.insert(placeholder.to_string(), value.into());
    }

    /// A text with the values in it. What a value brings is not looked at again.
    pub fn text(&self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find("${") {
            let (before, from) = rest.split_at(start);
            filled.push_str(before);
            let known = self.0.iter().find(|(placeholder, _)| from.starts_with(placeholder.as_str()));
            let (text, length) = known.map_or(("${", 2), |(placeholder, value)| (value, placeholder.len()));
            filled.push_str(text);
            rest = &from[length..];
        }
        filled.push_str(rest);
        filled
    }

    /// A document with the values in it.
    pub fn document(&self, document: Value) -> Value {
        match document {
            Value::String(text) => Value::String(self.text(&text)),
            Value::Array(all) => all.into_iter().map(|value| self.document(value)).collect(),
            Value::Object(all) => all.into_iter().map(|(key, value)| (key, self.document(value))).collect(),
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn values() -> Values {
        let mut values = Values::default();
        values.set(&Placeholder::new("volume"), r"\\?\Volume{7}\");
        values.set(&Placeholder::of("layer-id", "base"), "${volume}");
        values
    }

    #[test]
    fn known_placeholders_are_filled_in_and_others_stay() {
        let values = values();
        assert_eq!(values.text(r"${volume}Files ${HOME} $ ${"), r"\\?\Volume{7}\Files ${HOME} $ ${");
        assert_eq!(values.text("a${layer-id:base}${layer-id:bas"), "a${volume}${layer-id:bas");
        let document = json!({"${volume}": ["${volume}", 7, null], "a": {"b": "x${layer-id:base}"}});
        let expected = json!({"${volume}": [r"\\?\Volume{7}\", 7, null], "a": {"b": "x${volume}"}});
        assert_eq!(values.document(document), expected);
    }
}
